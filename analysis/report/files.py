"""Which files may leave, and how is each one made? One list for the export centre and the command line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from analysis.report.about import About
from analysis.report.annex import Annex, annex
from analysis.report.build import build
from analysis.report.codebook import codebook
from analysis.report.data import estimates_json
from analysis.report.datafiles import Separator, csv_file, parquet_file
from analysis.report.detach import detached
from analysis.report.excel import write
from analysis.report.extras import NOTHING, Extras
from analysis.report.figures import Figures
from analysis.report.model import Report
from analysis.report.say_exclusions import facts, sentences
from analysis.report.statfiles import spss, stata
from analysis.report.stream import Tell, answers_workbook
from analysis.report.word import word_file
from analysis.scores.evaluate import Evaluation

Kind = Literal["workbook", "word", "answers", "spss", "stata", "csv", "parquet", "codebook", "estimates"]

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIXES: Final[Mapping[Kind, tuple[str, str]]] = {
    "workbook": (".xlsx", _XLSX),
    "word": (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "answers": (".xlsx", _XLSX),
    "spss": (".sav", "application/x-spss-sav"),
    "stata": (".dta", "application/x-stata-dta"),
    "csv": (".csv", "text/csv"),
    "parquet": (".parquet", "application/vnd.apache.parquet"),
    "codebook": (".xlsx", _XLSX),
    "estimates": (".json", "application/json"),
}
"""Kind of file → how its name ends, and its media type."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """A round's evaluation with what is said beside it, from which every file is made, each when it is asked for."""

    evaluation: Evaluation
    about: About
    extras: Extras = NOTHING

    @cached_property
    def figures(self) -> Figures:
        """What sheets and files count with."""
        return Figures(evaluation=self.evaluation, about=self.about)

    @cached_property
    def report(self) -> Report:
        """The workbook as a value."""
        return build(self.evaluation, self.about, self.extras)

    @cached_property
    def annex(self) -> Annex:
        """The Word annex as a value."""
        return annex(self.figures, self.extras, self.report)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The files that this round has: answers have one of their own where the workbook does not hold them."""
        return tuple(kind for kind in SUFFIXES if kind != "answers" or detached(self.figures))

    def make(
        self,
        kind: Kind,
        *,
        template: bytes | None = None,
        separator: Separator | None = None,
        tell: Tell = lambda _: None,
    ) -> bytes:
        """One file. `template`: an own one for the annex; `separator` of CSV, that of the language by default.

        `tell` is told how much of the answers' workbook is written, 0-1. Raises Refused where a file cannot be made.
        """
        makers: Mapping[Kind, Callable[[], bytes]] = {
            "workbook": lambda: write(self.report),
            "word": lambda: word_file(self.annex, template),
            "answers": lambda: answers_workbook(self.figures, tell),
            "spss": lambda: spss(self.figures, self.notes),
            "stata": lambda: stata(self.figures),
            "csv": lambda: csv_file(self.figures, separator or separator_of(self.about.language)),
            "parquet": lambda: parquet_file(self.figures, self._slips),
            "codebook": lambda: write(codebook(self.figures, self.notes)),
            "estimates": lambda: estimates_json(self.evaluation, self._made()).encode(),
        }
        return makers[kind]()

    @property
    def notes(self) -> tuple[str, ...]:
        """What became of the slips that were received, in sentences; nothing where answers came as a file."""
        return sentences(self.figures, self.extras.fates)

    @property
    def _slips(self) -> Mapping[str, object] | None:
        return facts(self.extras.fates) if self.extras.fates else None

    def _made(self) -> dict[str, object]:
        made = {"code_version": self.about.code_version, "created": self.about.created.isoformat()}
        return made | ({"slips": self._slips} if self._slips else {})


def separator_of(language: str) -> Separator:
    """What Excel in that language expects between the cells of a CSV file."""
    return "," if language == "en" else ";"
