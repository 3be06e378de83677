"""Is this file safe to open? What can be known of an xlsx file from its bytes, before any reader touches it.

A few hundred bytes can keep a spreadsheet reader busy for minutes or fill the machine's memory (measured: a part that
unpacks to 500 MB, ten million cells, a merged cell over the whole sheet, an XML entity). Such a file is refused here.
A reader still reads row by row inside the same limits: a check of text cannot know everything.
"""

import re
import zipfile
from io import BytesIO
from string import ascii_uppercase

from survey.errors import Problem

MAX_PARTS = 200
MAX_BYTES = 64 * 2**20
MAX_RATIO = 200
RATIO_FROM = 2**20
MAX_MERGES = 1_000
MAX_MERGED_CELLS = 50_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TYPES = "[Content_Types].xml"
_XLSX = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)["']""")
# Bounded so that no text makes it slow: nothing in it can run past the next angle bracket, or be matched in two ways.
_ELEMENT = re.compile(
    rb"""<(?:[\w.-]{1,40}:)?(?:(?P<row>row)|(?P<cell>c)|(?P<merge>mergeCell))(?=[\s/>])"""
    rb"""(?:[^<>]*?\s(?:r|ref)\s?=\s?["'](?P<at>[^"'<>]{0,60})["'])?"""
)
_CELL = re.compile(rb"\$?([A-Za-z]{1,7})\$?([0-9]{1,9})")


def check_xlsx(data: bytes, *, max_rows: int, max_columns: int) -> tuple[Problem, ...]:
    """All reasons not to open `data` as an xlsx workbook; empty if there is none.

    `max_rows`, `max_columns`: the largest row and column number that a sheet may use, empty cells included.
    """
    if data.startswith(_OLE):
        return (Problem(code="GRD_OLD_OR_LOCKED"),)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            outside = _container(archive)
            return outside or tuple(
                problem for part in archive.infolist() for problem in _part(archive, part, max_rows, max_columns)
            )
    # A damaged archive shows itself in many ways (zlib.error, NotImplementedError for an odd compression, …).
    except Exception:
        return (Problem(code="GRD_NOT_XLSX"),)


def check_container(archive: zipfile.ZipFile) -> tuple[Problem, ...]:
    """Why this archive of an office program had better not be unpacked, whatever is in it; empty if nothing."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    found = []
    if len(parts) > MAX_PARTS:
        found.append(Problem(code="GRD_PARTS", values={"got": len(parts), "limit": MAX_PARTS}))
    if len({name.lower() for name in names}) < len(names):
        found.append(Problem(code="GRD_TWICE"))
    size = sum(part.file_size for part in parts)
    if size > MAX_BYTES:
        found.append(Problem(code="GRD_SIZE", values={"got": size // 2**20, "limit": MAX_BYTES // 2**20}))
    for part in parts:
        if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * part.compress_size:
            found.append(Problem(code="GRD_RATIO", values={"part": part.filename}))
    return tuple(found)


def check_markup(text: bytes, part: str) -> tuple[Problem, ...]:
    """Why this XML part had better not be parsed: what expands or fetches, or an encoding that could hide it."""
    named = {"part": part}
    declared = _DECLARED.match(text.removeprefix(b"\xef\xbb\xbf"))
    if b"\0" in text[:4] or text[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return (Problem(code="GRD_ENCODING", values=named),)
    if declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        return (Problem(code="GRD_ENCODING", values=named),)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        return (Problem(code="GRD_ENTITY", values=named),)
    return ()


def _container(archive: zipfile.ZipFile) -> tuple[Problem, ...]:
    names = [part.filename for part in archive.infolist()]
    locked = any(part.flag_bits & 1 for part in archive.infolist())
    found = (*check_container(archive), *([Problem(code="GRD_OLD_OR_LOCKED")] if locked else []))
    if found:
        return found
    if _TYPES not in names:
        return (Problem(code="GRD_NOT_XLSX"),)
    types = archive.read(_TYPES)
    if any(name.lower().endswith("vbaproject.bin") for name in names) or b"macroEnabled" in types:
        return (Problem(code="GRD_MACRO"),)
    if any(name.lower().endswith("workbook.bin") for name in names) or b"sheet.binary" in types:
        return (Problem(code="GRD_BINARY"),)
    return () if _XLSX in types else (Problem(code="GRD_NOT_XLSX"),)


def _part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, max_rows: int, max_columns: int) -> list[Problem]:
    if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
        return []
    text = archive.read(part)
    hidden = check_markup(text, part.filename)
    if hidden:
        return list(hidden)
    return _extent(text, part.filename, max_rows, max_columns)


def _extent(text: bytes, name: str, max_rows: int, max_columns: int) -> list[Problem]:
    """Rows, columns and merges that a sheet uses, by its own numbers or, where it gives none, by counting."""
    rows = columns = row = column = merges = widest = 0
    for element in _ELEMENT.finditer(text):
        at = (element["at"] or b"").strip()
        if element["row"]:
            row, column = int(at) if at.isdigit() else row + 1, 0
        elif element["cell"]:
            place = _CELL.fullmatch(at)
            column = _column(place[1]) if place else column + 1
            row = int(place[2]) if place else row
        else:
            merges += 1
            widest = max(widest, _area(at))
        rows, columns = max(rows, row), max(columns, column)
    found = []
    if rows > max_rows:
        found.append(Problem(code="GRD_ROWS", values={"part": name, "got": rows, "limit": max_rows}))
    if columns > max_columns:
        found.append(Problem(code="GRD_COLUMNS", values={"part": name, "got": columns, "limit": max_columns}))
    if merges > MAX_MERGES or widest > MAX_MERGED_CELLS:
        found.append(Problem(code="GRD_MERGES", values={"part": name}))
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.decode("ascii").upper():
        number = number * 26 + ascii_uppercase.index(letter) + 1
    return number


def _area(span: bytes) -> int:
    ends = [_CELL.fullmatch(end) for end in span.split(b":")]
    first, last = ends[0], ends[-1]
    if first is None or last is None or len(ends) > 2:
        return MAX_MERGED_CELLS + 1  # unreadable, so not known to be small
    return (abs(_column(last[1]) - _column(first[1])) + 1) * (abs(int(last[2]) - int(first[2])) + 1)
