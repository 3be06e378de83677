"""What does the workbook offer to who writes in it? Words to choose from in its cells, a note on each header."""

from collections.abc import Sequence
from typing import Any

from survey.xlsform.columns import Column
from survey.xlsform.guide import GUIDE, ON_HEADER
from survey.xlsform.parts import LEVELS, STUDIES
from survey.xlsform.questions import ROLES

LAST_ROW = 1_000
"""Down to this row an empty cell is already text and offers its words."""

TYPES = "danh_muc"
"""The sheet that holds the words of the column `type`: too many for a list in the cell's own settings."""

_PLAIN_TYPES = ("text", "integer", "decimal", "date", "note", "begin_group", "end_group")
_ALLOWED = {"required": ("yes", "no"), "role": ROLES, "level": LEVELS, "study": STUDIES}
_CODES = f"=index!$A$2:$A${LAST_ROW + 1}"
_PROPOSED = {("survey", "factor"): _CODES, ("index", "parent"): _CODES}
_NOTE = {"x_scale": 2.6, "y_scale": 1.6, "font_size": 10, "author": "Hài Lòng"}


def offered(sheet: str, base: str) -> dict[str, Any] | None:
    """The drop-down of a column as XlsxWriter takes it, None for a column with none.

    Words that are all there are, are enforced; a type or a code may be new, so there the list only proposes.
    """
    if base in _ALLOWED:
        return {"validate": "list", "source": list(_ALLOWED[base]), "ignore_blank": True}
    if (sheet, base) in _PROPOSED:
        return {"validate": "list", "source": _PROPOSED[sheet, base], "ignore_blank": True, "show_error": False}
    return None


def explain(sheet: Any, name: str, columns: Sequence[Column]) -> None:
    """A note on each header: what belongs below it, and the list of types to choose from."""
    meaning = {(where, header.partition("::")[0]): (needed, text, like) for where, header, needed, text, like in GUIDE}
    for at, column in enumerate(columns):
        told = meaning.get((name, column.base))
        if told is not None:
            needed, text, like = told
            sheet.write_comment(0, at, ON_HEADER.format(text=text, needed=needed, like=like), _NOTE)
        if column.base == "type":
            types = {"validate": "list", "source": f"={TYPES}!$A$2:$A${LAST_ROW}", "show_error": False}
            sheet.data_validation(1, at, LAST_ROW, at, types)


def list_types(book: Any, lists: Sequence[str]) -> None:
    """The sheet of types: the questionnaire's own lists first, then the kinds of question without a list."""
    sheet = book.add_worksheet(TYPES)
    chosen = [f"{kind} {name}" for kind in ("select_one", "select_multiple") for name in lists]
    sheet.set_column(0, 0, 40)
    sheet.write_string(0, 0, "type", book.add_format({"bold": True}))
    for line, word in enumerate((*chosen, *_PLAIN_TYPES), start=1):
        sheet.write_string(line, 0, word)
    sheet.hide()
