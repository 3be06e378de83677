"""Is this Word template safe to open? What can be known of a .docx from its bytes, before any reader touches it."""

import re
import zipfile
from io import BytesIO

from survey.errors import Problem
from survey.guard import check_container, check_markup

LARGEST = 10 * 2**20

_DOCX = b"wordprocessingml.document.main+xml"
_TYPES = "[Content_Types].xml"
_RELATION = re.compile(rb"<Relationship\b[^>]*>")


def check_docx(data: bytes) -> tuple[Problem, ...]:
    """All reasons not to open `data` as a template; empty if there is none."""
    if len(data) > LARGEST:
        return (Problem(code="WRD_LARGE", values={"limit": LARGEST // 2**20}),)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _checked(archive)
    # A damaged archive shows itself in many ways (zlib.error, NotImplementedError for an odd compression, …).
    except Exception:
        return (Problem(code="WRD_NOT_DOCX"),)


def _checked(archive: zipfile.ZipFile) -> tuple[Problem, ...]:
    parts = archive.infolist()
    found = list(check_container(archive))
    if found:
        return tuple(found)
    types = archive.read(_TYPES) if _TYPES in archive.namelist() else b""
    if b"macroEnabled" in types or any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        return (Problem(code="WRD_MACRO"),)
    if _DOCX not in types:
        return (Problem(code="WRD_NOT_DOCX"),)
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            text = archive.read(part)
            found += check_markup(text, part.filename)
            # A template or picture from an address would be fetched by whoever opens the annex.
            if part.filename.lower().endswith(".rels") and any(
                b'TargetMode="External"' in each and b"/hyperlink" not in each for each in _RELATION.findall(text)
            ):
                found.append(Problem(code="WRD_EXTERNAL", values={"part": part.filename}))
    return tuple(found)
