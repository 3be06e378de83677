"""How do the answers become files of SPSS and Stata, with labels, reasons of gaps and weights?

The only module that knows pyreadstat. The time that both formats hold is the report's, so that the same report gives
the same bytes.
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyreadstat

from analysis.report.figures import Figures
from analysis.report.variables import BLANK, GIVEN, NO_OPTION, NOT_ASKED, REASONS, Variable, gap_numbers, variables
from survey.errors import Problem, Refused

STATA_GAPS: Final = {BLANK: "a", NOT_ASKED: "b", NO_OPTION: "c"}
"""Stata's own missing values: .a not answered, .b not asked, .c an answer that no option has."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FILE_LABEL, _SPSS_LABEL, _SPSS_VALUE, _NOTE = 60, 250, 115, 80  # bytes that SPSS takes
_STATA_LABEL = 80  # letters that Stata takes
_SAV_TIME = 92  # where the header of .sav has the date (9 bytes) and the time (8)
_DTA_TIME = re.compile(rb"<timestamp>\x11(.{17})</timestamp>", re.S)


def spss(figures: Figures, notes: Sequence[str] = ()) -> bytes:
    """The answers as .sav: gaps as user-missing numbers with labels. `notes`: said beside what every file says.

    Raises Refused where the writer gave up.
    """
    found = variables(figures)
    labels: dict[str, dict[int | float, str]] = {}
    missing: dict[str, list[int | float | str | Any]] = {}
    frame: dict[str, Any] = {}
    for variable in found:
        frame[variable.name] = _column(variable)
        if variable.kind == "number":
            gaps = gap_numbers(variable)
            for why, number in gaps.items():
                frame[variable.name][variable.why == why] = number
            told = {number: figures.word(REASONS[why]) for why, number in gaps.items()}
            labels[variable.name] = {
                _whole(number): _bytes(label, _SPSS_VALUE) for number, label in {**variable.labels, **told}.items()
            }
            missing[variable.name] = [_whole(number) for number in gaps.values()]
    made = _written(
        ".sav",
        lambda path: pyreadstat.write_sav(
            pd.DataFrame(frame),
            path,
            file_label=_bytes(figures.about.round_name, _FILE_LABEL),
            column_labels={v.name: _bytes(v.label, _SPSS_LABEL) for v in found},
            variable_value_labels={name: each for name, each in labels.items() if each},
            missing_ranges={name: each for name, each in missing.items() if each},
            variable_measure={v.name: v.measure for v in found},
            variable_format={v.name: f"F8.{_decimals(v)}" for v in found if v.kind == "number"},
            note=_notes(figures, notes),
            row_compress=True,
        ),
    )
    moment = figures.about.created
    stamp = f"{moment:%d} {_MONTHS[moment.month - 1]} {moment:%y}{moment:%H:%M:%S}"
    return made[:_SAV_TIME] + stamp.encode() + made[_SAV_TIME + len(stamp) :]


def stata(figures: Figures) -> bytes:
    """The answers as .dta (Stata 14 and later): gaps as .a, .b, .c. Raises Refused where the writer gave up."""
    found = variables(figures)
    labels: dict[str, dict[Any, str]] = {}
    missing: dict[str, list[str]] = {}
    frame: dict[str, Any] = {}
    for variable in found:
        column = _column(variable)
        gaps = [why for why in REASONS if bool((variable.why == why).any())]
        if variable.kind == "number" and gaps:
            column = _shared(column)
            for why in gaps:
                column[variable.why == why] = STATA_GAPS[why]
            missing[variable.name] = [STATA_GAPS[why] for why in gaps]
        if variable.kind == "number" and variable.labels:
            told = {STATA_GAPS[why]: figures.word(REASONS[why]) for why in gaps}
            labels[variable.name] = {**{_whole(number): label for number, label in variable.labels.items()}, **told}
        frame[variable.name] = column
    made = _written(
        ".dta",
        lambda path: pyreadstat.write_dta(
            pd.DataFrame(frame),
            path,
            file_label=figures.about.round_name[:_STATA_LABEL],
            column_labels={v.name: _letters(v.label, _STATA_LABEL) for v in found},
            variable_value_labels=labels,
            missing_user_values=missing,
            version=15,
        ),
    )
    moment = figures.about.created
    stamp = f"{moment:%d} {_MONTHS[moment.month - 1]} {moment:%Y %H:%M}".encode()
    return _DTA_TIME.sub(lambda found: found[0].replace(found[1], stamp), made, count=1)


def _written(suffix: str, write: Any) -> bytes:
    """What the library writes, which needs a path: a file in a folder of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hailong-") as folder:
        path = Path(folder) / f"data{suffix}"
        try:
            write(str(path))
        except (pyreadstat.PyreadstatError, pyreadstat.ReadstatError) as error:
            raise Refused([Problem(code="OUT_DATA_FILE", values={"reason": str(error), "got": suffix})]) from error
        return path.read_bytes()


def _column(variable: Variable) -> Any:
    """The values as the library takes them: floats with NaN, texts with an empty one for a gap, days."""
    if variable.kind == "number":
        return variable.values.astype(float, copy=True)
    if variable.kind == "text":
        return np.array(["" if value is None else value for value in variable.values], dtype=object)
    return np.array([value if why == GIVEN else None for value, why in zip(variable.values, variable.why, strict=True)])


def _shared(column: Any) -> Any:
    """The numbers as objects, equal ones the same object: a large round has few different answers."""
    different, places = np.unique(column, return_inverse=True)
    return np.array(different.tolist(), dtype=object)[places]


def _notes(figures: Figures, more: Sequence[str]) -> list[str]:
    """What a reader of the file alone must know: whose weights, what is not official, and where it comes from."""
    asked = figures.evaluation.questionnaire
    facts: Mapping[str, str] = {
        "RPT_TRACE_QUESTIONNAIRE_HASH": asked.content_hash(),
        "RPT_TRACE_CODE": figures.about.code_version,
        "RPT_FACT_SOURCE": figures.about.source,
    }
    said = [f"{figures.word(code)}: {value}" for code, value in facts.items()]
    if figures.about.demonstration:
        said.insert(0, figures.word("RPT_DEMONSTRATION"))
    return [line for text in [*said, *more, figures.word("OUT_NOTE_WEIGHTS")] for line in _lines(text, _NOTE)]


def _decimals(variable: Variable) -> int:
    values = variable.values[variable.why == GIVEN]
    return 0 if bool(np.all(values == np.floor(values))) else 4


def _whole(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


def _letters(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _lines(text: str, most: int) -> list[str]:
    """The text in lines of so many bytes, broken at spaces."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(f"{lines[-1]} {word}".encode()) > most:
            lines.append("")
        lines[-1] = _bytes(f"{lines[-1]} {word}".strip(), most)
    return lines


def _bytes(text: str, most: int) -> str:
    """The text cut to so many bytes of UTF-8, never inside a letter, with «…» where it was cut."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode("utf-8", "ignore") + "…"
