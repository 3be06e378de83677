"""What do the scripts read? The rows, the margins, the index tree and our numbers as UTF-8 CSV, floats unrounded."""

import csv
import io
import math
from collections.abc import Iterable, Sequence

from analysis.estimation.columns import level_name
from analysis.report.cells import clean
from analysis.scores.evaluate import Evaluation
from analysis.scores.plan import margin_variables
from analysis.scores.satisfaction import Row, index_tree

COLUMNS = ("value", "se", "low", "high", "df", "deff", "n", "weighted_n")
"""The numbers of a figure."""

_FORMULA = ("=", "+", "-", "@", "\t", "\n")
"""A text that begins so may be taken for a formula by a spreadsheet."""

_Cell = str | float | int | None


class Tables:
    """The tables of one evaluation. A level's text is the same in every one of them."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self._texts: dict[str, str] = {}
        self._taken: set[str] = set()

    def data(self) -> bytes:
        """One row a person: design, weights, domains, margins, the answers to choice questions, 1/0 satisfied.

        Comments and answers in numbers stay away: no figure rests on them.
        """
        sample, asked = self.evaluation.sample, self.evaluation.questionnaire
        columns: dict[str, Sequence[_Cell]] = {"row": range(1, len(sample) + 1)}
        plan = self.evaluation.plan
        for name, column in (("stratum", plan.strata), ("psu", plan.psu)):
            if column:
                columns[name] = self._column(column)
        if plan.fpc:
            columns["fpc"] = sample.columns.numeric(plan.fpc).tolist()
        columns |= {"base_weight": sample.base.tolist(), "final_weight": sample.weights.tolist()}
        for k, column in enumerate(plan.by, start=1):
            columns[f"by_{k}"] = self._column(column)
        for k, variable in enumerate(margin_variables(plan.margins), start=1):
            parts = zip(*(self._levels(part) for part in variable.split("|")), strict=True)
            columns[f"margin_{k}"] = [self._text("|".join(str(part) for part in row)) for row in parts]
        satisfied = {item.name: frozenset(item.satisfied) for item in asked.items()}
        for question in asked.questions():
            if question.scale is None:
                continue
            answers = self._levels(question.name)
            if question.kind == "select_multiple":
                columns[f"m.{question.name}"] = [
                    None if answer is None else " ".join(map(self._text, answer.split())) for answer in answers
                ]
            else:
                columns[f"a.{question.name}"] = self._column(question.name)
            if question.name in satisfied:
                good = satisfied[question.name]
                columns[f"s.{question.name}"] = [None if a is None else int(a in good) for a in answers]
        return _csv(columns, zip(*columns.values(), strict=True))

    def margins(self) -> bytes:
        """The population totals, as they were given. `column`: where `data` has each person's level."""
        margins = self.evaluation.plan.margins
        number = {variable: k for k, variable in enumerate(margin_variables(margins), start=1)}
        rows: Iterable[list[_Cell]] = (
            [f"margin_{number[m.variable]}", m.variable, self._text(m.level), m.total] for m in margins
        )
        return _csv(("column", "variable", "level", "total"), rows)

    def tree(self) -> bytes:
        """The index tree, a node after its children; ids and numbers in a cell are joined by spaces."""
        rows = (
            [node.id, node.level, " ".join(node.items), " ".join(node.children), " ".join(map(repr, node.weights))]
            for node in index_tree(self.evaluation.questionnaire)
        )
        return _csv(("id", "level", "items", "children", "weights"), rows)

    def results(self) -> bytes:
        """Every number of the evaluation; `by_1`, … empty: not divided by that column."""
        by = self.evaluation.plan.by
        header = ("weighted", *(f"by_{k + 1}" for k in range(len(by))), "level", "id", *COLUMNS, "method")
        return _csv(header, (self._figure(row, by) for row in self.evaluation.result.rows))

    def _figure(self, row: Row, by: Sequence[str]) -> list[_Cell]:
        where = [self._text(row.by[column]) if column in row.by else None for column in by]
        numbers = [getattr(row, name) for name in COLUMNS]
        question, equals, value = row.id.partition("=")
        name = f"{question}={self._text(value)}" if equals else row.id
        return [int(row.weighted), *where, row.level, name, *numbers, row.method]

    def _column(self, name: str) -> list[_Cell]:
        return [None if level is None else self._text(level) for level in self._levels(name)]

    def _levels(self, name: str) -> list[str | None]:
        """What everybody's level of a column is called."""
        coding = self.evaluation.sample.columns.coded(name)
        names = [None if (level := coding.level(k)) is None else level_name(level) for k in range(coding.span)]
        return [names[position] for position in (coding.raw - coding.low).tolist()]

    def _text(self, level: str) -> str:
        """A level as it may stand in a cell; two levels never become one."""
        if level not in self._texts:
            text = clean(level).text
            if text.startswith(_FORMULA) and not _is_number(text):
                text = f"'{text}"
            while text in self._taken:
                text += "'"
            self._taken.add(text)
            self._texts[level] = text
        return self._texts[level]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _csv(header: Iterable[str], rows: Iterable[Sequence[_Cell]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return file.getvalue().encode()


def _cell(value: _Cell) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return value if isinstance(value, str) else repr(value)
