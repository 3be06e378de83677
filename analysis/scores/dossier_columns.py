"""Which columns does a file about dossiers have, and what is shared by reading its two kinds?"""

from collections.abc import Iterable, Iterator

from analysis.scores.dossier_words import NOTE, columns, heading, words
from analysis.scores.dossiers import Kind
from survey.collation import spelling
from survey.errors import Problem
from survey.response import clean_text
from survey.sheet import Line, Table
from survey.xlsform.columns import plain


class Spelling:
    """One spelling for a name, the first in the file, however it is written later."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        return self._known.setdefault(spelling(name), name)


def named_columns(table: Table, kind: Kind | None = None) -> dict[str, str]:
    """The file's heading of each column that is known: the first, if several mean one."""
    wanted = {*columns("counts"), *columns("dossiers")} if kind is None else set(columns(kind))
    found: dict[str, str] = {}
    for header in table.headers:
        name = words().columns.get(plain(header))
        if name in wanted and name is not None:
            found.setdefault(name, header)
    return found


def unread(table: Table, read: set[str]) -> tuple[str, ...]:
    """The headings that nobody knew."""
    known = words().columns
    return tuple(header for header in table.headers if header not in read and known.get(plain(header)) != NOTE)


def no_columns(table: Table, missing: Iterable[str]) -> Iterator[Problem]:
    """A problem for each column that must be there."""
    shown = ", ".join(table.headers)
    for name in missing:
        yield Problem(code="TAB_NO_COLUMN", sheet=table.sheet, values={"column": heading(name), "columns": shown})


def needed_text(table: Table, line: Line, column: str, faults: list[Problem]) -> str:
    """A text of at most 200 letters; an empty cell is a fault."""
    text = " ".join(clean_text(str(line.cells.get(column) or "")).split())
    if not text:
        faults.append(table.problem(line, column, "TAB_BLANK"))
    return text[:200]
