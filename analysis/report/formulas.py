"""The formulas of the workbook in words: what counts as an answer, as satisfied, as an index.

Only functions of Excel 2013 and LibreOffice 7; references by the names of tables and cells, never by bare address.
"""

import re
from collections.abc import Mapping

from survey.words import DASH

_SIMPLE = re.compile(r"[\w ]+")


def column(table: str, header: str) -> str:
    """A whole column of a native table: `Phieu[q9_01]`."""
    return f"{table}[{_specifier(header)}]"


def here(table: str, header: str) -> str:
    """The cell of that column in the formula's own row."""
    return f"{table}[[#This Row],[{_escaped(header)}]]"


def literal(value: str | float) -> str:
    """A text or number inside a formula. Raises ValueError for a text longer than Excel takes there."""
    if isinstance(value, str):
        if len(value) > 255:
            raise ValueError(f"Excel takes at most 255 characters of text in a formula: {value[:40]!r}…")
        return '"' + value.replace('"', '""') + '"'
    return repr(value)


def answered(reference: str, *, numeric: bool) -> str:
    """Array of TRUE where a column of answers has a valid one."""
    return f"ISNUMBER({reference})" if numeric else f"ISTEXT({reference})"


def chose(reference: str, value: str, *, numeric: bool) -> str:
    """Array of TRUE (or 1) where the answer is exactly this option. An empty cell is never an answer, not even 0."""
    if numeric:
        return f"ISNUMBER({reference})*({reference}={int(value)})"
    return f"EXACT({reference},{literal(value)})"


def ticked(reference: str, value: str) -> str:
    """Array of TRUE where this option is among several («v1 v3») that were chosen."""
    return f'ISNUMBER(FIND({literal(f" {value} ")}," "&{reference}&" "))'


def count(*conditions: str) -> str:
    """How many rows fulfil all conditions."""
    return f"SUMPRODUCT({'*'.join(f'({condition})' for condition in conditions)}*1)"


def weigh(weights: str, *conditions: str) -> str:
    """The weights' sum over the rows that fulfil all conditions."""
    return f"SUMPRODUCT({weights}*{'*'.join(f'({condition})' for condition in conditions)})"


def ratio(numerator: str, denominator: str) -> str:
    """A quotient that shows «–» for 0/0."""
    return f"IF({denominator}=0,{literal(DASH)},{numerator}/{denominator})"


def known(expression: str) -> str:
    """The expression, «–» where it cannot be computed."""
    return f"IFERROR({expression},{literal(DASH)})"


def by_mode(mode_name: str, words: Mapping[str, str], choices: Mapping[str, str]) -> str:
    """The expression of the mode that the parameter cell names; `words`: what each mode is called there."""
    chosen = literal(DASH)
    for mode, expression in reversed(list(choices.items())):
        chosen = f"IF({mode_name}={literal(words[mode])},{expression},{chosen})"
    return chosen


def _specifier(header: str) -> str:
    return header if _SIMPLE.fullmatch(header) else f"[{_escaped(header)}]"


def _escaped(header: str) -> str:
    return re.sub(r"(['\[\]#])", r"'\1", header)
