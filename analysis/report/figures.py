"""What do the sheets count with? The answers of an evaluation, column by column, as the sheet «Phiếu» holds them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.estimation.columns import level_name
from analysis.report.about import About
from analysis.report.cells import HIDDEN, clean
from analysis.scores.differences import Differences, differences
from analysis.scores.evaluate import Evaluation
from analysis.scores.officers import officer_question
from analysis.scores.ranking import Ranked, Ranking, rank_units
from analysis.scores.ranking_rules import rules_with
from analysis.scores.satisfaction import Node, Row, index_tree
from survey.collation import unit_sort_key
from survey.errors import catalogue, word
from survey.masking import mask
from survey.questionnaire import Question, Scale, say
from survey.words import number, percent

Mask = NDArray[np.bool_]

SERIAL, SLIP, UNIT_NUMBER = "RPT_COLUMN_SERIAL", "RPT_COLUMN_SLIP", "RPT_COLUMN_UNIT_NUMBER"
BASE, WEIGHT = "RPT_COLUMN_BASE", "RPT_COLUMN_WEIGHT"
"""Headers of «Phiếu» that are not questions; UNIT, STRATUM and PSU only where the data have them."""
UNIT, STRATUM, PSU = "RPT_COLUMN_UNIT", "RPT_COLUMN_STRATUM", "RPT_COLUMN_PSU"
OVERALL = "overall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfied:
    """A rule for what counts as satisfied: at least `threshold`, or one of `values`; `name` is its parameter's name."""

    name: str
    scale: Scale
    values: tuple[str, ...]
    threshold: int | None

    def covers(self, question: Question) -> bool:
        """Whether this is the rule for that item."""
        return question.scale is not None and (question.scale.name, question.satisfied) == (
            self.scale.name,
            self.values,
        )


@dataclass(frozen=True, kw_only=True)
class Figures:
    """An evaluation with what is said about it, and every count that the sheets show as a formula's value."""

    evaluation: Evaluation
    about: About

    @property
    def language(self) -> str:
        """The language of the report."""
        return self.about.language

    def word(self, code: str, **gaps: object) -> str:
        """The wording of `code` in the report's language."""
        return word(code, self.language, **gaps)

    def told(self, code: str, value: str) -> str:
        """The wording of a value that data hold (`code` is what its codes begin with); itself where it has none."""
        whole = f"{code}_{value.upper()}"
        return self.word(whole) if whole in catalogue() else value

    def number(self, value: float, decimals: int = 0) -> str:
        """A number as it stands in a sentence: «36.525», «4,93»; in English «36,525», «4.93»."""
        return number(value, decimals, self.language)

    def percent(self, value: float, decimals: int = 2) -> str:
        """A share 0-1 as it stands in a sentence: «81,45 %», in English «81.45%»."""
        return percent(value, decimals, self.language)

    @property
    def weighted(self) -> bool:
        """Whether the weighted number feeds points and ranks."""
        return self.about.feeds == "weighted"

    @property
    def n(self) -> int:
        """How many slips."""
        return len(self.evaluation.sample.frame)

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Final weights (n,)."""
        return np.asarray(self.evaluation.sample.weights, dtype=float)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What was asked and may leave: notes are no questions, who served is for one head's screen."""
        asked = self.evaluation.questionnaire.questions()
        return tuple(q for q in asked if q.kind != "note" and q.role != "officer")

    @cached_property
    def items(self) -> tuple[Question, ...]:
        """The satisfaction items, in order."""
        return self.evaluation.questionnaire.items()

    @cached_property
    def tree(self) -> Mapping[str, Node]:
        """The index tree by id, every node before its children, the overall index first; empty without items."""
        nodes = {node.id: node for node in index_tree(self.evaluation.questionnaire)}

        def walk(id: str) -> Iterator[Node]:
            yield nodes[id]
            for child in nodes[id].children:
                yield from walk(child)

        return {node.id: node for node in walk(OVERALL)} if nodes else {}

    @cached_property
    def branches(self) -> tuple[Node, ...]:
        """The tree without its items."""
        return tuple(node for node in self.tree.values() if node.level != "item")

    @cached_property
    def parents(self) -> Mapping[str, str]:
        """The node right above each node."""
        return {child: node.id for node in self.tree.values() for child in node.children}

    def wording(self, question: Question) -> str:
        """A question as it is asked."""
        return clean(say(question.label, self.language)).text

    def label(self, id: str) -> str:
        """What a node of the tree is called."""
        if id == OVERALL:
            return self.word("RPT_OVERALL")
        asked = self.evaluation.questionnaire
        if self.tree[id].level == "item":
            return self.wording(asked.question(id))
        return clean(say(asked.node(id).label, self.language)).text

    @cached_property
    def answers(self) -> Mapping[str, NDArray[np.object_]]:
        """Every question's answers (n,), None where there is none."""
        return {q.name: self.column(q.name) for q in self.questions}

    def column(self, name: str) -> NDArray[np.object_]:
        """A column of the data (n,), None where it is empty."""
        values = self.evaluation.sample.frame[name].to_numpy(dtype=object)
        return np.array([None if _missing(value) else value for value in values], dtype=object)

    def numeric(self, question: Question) -> bool:
        """Whether «Phiếu» holds this question's answers as numbers: whole-number options, and numbers asked for."""
        if question.kind == "select_one" and question.scale is not None:
            return all(_whole(option.value) for option in question.scale.options)
        return question.kind in ("integer", "decimal")

    def answered(self, question: Question) -> Mask:
        """Who gave an answer (n,)."""
        return np.array([value is not None for value in self.answers[question.name]], dtype=bool)

    def chose(self, question: Question, value: str) -> Mask:
        """Who gave this answer, or ticked it among others (n,)."""
        answers = self.answers[question.name]
        if question.kind == "select_multiple":
            return np.array([answer is not None and value in str(answer).split() for answer in answers], dtype=bool)
        return np.array([answer == value for answer in answers], dtype=bool)

    def satisfied(self, question: Question) -> Mask:
        """Who is satisfied with this item (n,)."""
        good = frozenset(question.satisfied)
        return np.array([answer in good for answer in self.answers[question.name]], dtype=bool)

    def count(self, people: Mask) -> int:
        """How many."""
        return int(people.sum())

    def weigh(self, people: Mask) -> float:
        """Their weights' sum."""
        return float(self.weights[people].sum())

    @cached_property
    def rules(self) -> tuple[Satisfied, ...]:
        """Every distinct rule for «satisfied», in the order of the items."""
        found = {(q.scale.name, q.satisfied): (q.scale, q.satisfied) for q in self.items if q.scale is not None}
        kinds = tuple(found.values())
        numeric = [kind for kind in kinds if _threshold(*kind) is not None]
        rules: list[Satisfied] = []
        for scale, values in kinds:
            threshold = _threshold(scale, values)
            if threshold is not None:
                name = self.word("RPT_NAME_THRESHOLD") + ("" if len(numeric) == 1 else f"_{plain(scale.name)}")
            else:
                name = f"{self.word('RPT_NAME_SATISFIED')}_{plain(scale.name)}"
            taken = sum(rule.name == name or rule.name.startswith(f"{name}.") for rule in rules)
            name = f"{name}.{taken + 1}" if taken else name
            rules.append(Satisfied(name=name, scale=scale, values=values, threshold=threshold))
        return tuple(rules)

    def rule(self, question: Question) -> Satisfied:
        """The rule for this item. Raises KeyError if it is no item."""
        for rule in self.rules:
            if rule.covers(question):
                return rule
        raise KeyError(question.name)

    @cached_property
    def by(self) -> str | None:
        """The column results are broken down by, if there is exactly one; never single officials (decision 11)."""
        by, official = self.evaluation.plan.by, officer_question(self.evaluation.questionnaire)
        return by[0] if len(by) == 1 and (official is None or by[0] != official.name) else None

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The units' values in the data, in Vietnamese order of their names."""
        found = {d[self.by] for d in self.evaluation.result.domains if self.by in d} if self.by and self.tree else set()
        return tuple(sorted(found, key=lambda value: unit_sort_key(self.unit_label(value))))

    @cached_property
    def differences(self) -> Differences:
        """What the units' overall index may be said to be, for the number that feeds points."""
        return differences(self.evaluation, OVERALL, self.by or "", weighted=self.weighted)

    @cached_property
    def ranking(self) -> Ranking:
        """The units' ranks in their blocks by the number that feeds points, with the ranks they may truly have."""
        return rank_units(
            self.evaluation,
            weighted=self.weighted,
            column=self.by or "",
            blocks=self.about.blocks,
            rules=rules_with(self.about.least),
        )

    @cached_property
    def ranks(self) -> Mapping[str, Ranked]:
        """Each unit's rank by its value in the data."""
        return {unit.unit: unit for unit in self.ranking.units}

    def unit_label(self, value: str) -> str:
        """A unit's name: the option's wording where units are a question's answers."""
        question = self.question(self.by or "")
        label = question.scale.label(value, self.language) if question and question.scale else value
        return clean(label).text

    @cached_property
    def unit_of(self) -> NDArray[np.intp]:
        """Each slip's unit as its 1-based place in `units`, 0 where it has none."""
        if self.by is None or self.by not in self.evaluation.sample.frame:
            return np.zeros(self.n, dtype=np.intp)
        places = {value: place for place, value in enumerate(self.units, start=1)}
        return np.array([places.get(level_name(value), 0) for value in self.column(self.by)], dtype=np.intp)

    def question(self, name: str) -> Question | None:
        """The question called `name`, if there is one in the data."""
        return next((q for q in self.questions if q.name == name), None)

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Each question's header on «Phiếu»: its name, with a number behind it where that is taken already."""
        taken = {self.word(own) for own in (SERIAL, SLIP, UNIT_NUMBER, BASE, WEIGHT, UNIT, STRATUM, PSU)}
        headers: dict[str, str] = {}
        for question in self.questions:
            header, turn = clean(question.name).text, 1
            while header.casefold() in taken:
                turn += 1
                header = f"{question.name}.{turn}"
            taken.add(header.casefold())
            headers[question.name] = header
        return headers

    @cached_property
    def unit_header(self) -> str:
        """The column of «Phiếu» that holds the unit."""
        return self.headers.get(self.by or "", self.word(UNIT))

    @cached_property
    def texts(self) -> Mapping[str, tuple[str | None, ...]]:
        """Free-text answers as they may be shown: cleaned, personal numbers masked."""
        return {
            q.name: tuple(None if a is None else self._masked(str(a)) for a in self.answers[q.name])
            for q in self.questions
            if q.kind == "text"
        }

    def _masked(self, answer: str) -> str:
        return clean(mask(clean(answer).text, self.word(HIDDEN))[0]).text

    @cached_property
    def altered(self) -> tuple[int, int]:
        """How many free-text answers lost unfit characters or their end, and in how many something was masked."""
        shown = [
            (clean(str(answer)), mask(clean(str(answer)).text)[1])
            for name in self.texts
            for answer in self.answers[name]
            if answer is not None
        ]
        return sum(bool(c.removed or c.cut) for c, _ in shown), sum(masked for _, masked in shown)

    @cached_property
    def _rows(self) -> Mapping[tuple[str, bool, str | None], Row]:
        found: dict[tuple[str, bool, str | None], Row] = {}
        for row in self.evaluation.result.rows:
            if not row.by:
                found[row.id, row.weighted, None] = row
            elif self.by is not None and set(row.by) == {self.by}:
                found[row.id, row.weighted, row.by[self.by]] = row
        return found

    def row(self, id: str, *, weighted: bool | None = None, unit: str | None = None) -> Row | None:
        """A result, for everybody or one unit; the number that feeds points if `weighted` is not said."""
        return self._rows.get((id, self.weighted if weighted is None else weighted, unit))

    def options(self, question: Question) -> Iterator[tuple[str, str]]:
        """Value and wording of each option of a question."""
        for option in question.scale.options if question.scale else ():
            yield clean(option.value).text, clean(say(option.label, self.language)).text


def plain(name: str) -> str:
    """A name reduced to what the name of a cell may hold."""
    return "".join(c if c.isalnum() or c == "_" else "_" for c in name)


def _missing(value: Any) -> bool:
    return value is None or value == "" or value != value


def _whole(value: str) -> bool:
    return value.lstrip("-").isascii() and value.lstrip("-").isdigit() and str(int(value)) == value


def _threshold(scale: Scale, values: tuple[str, ...]) -> int | None:
    """The lowest satisfied value, if the satisfied ones are exactly the top of a whole-number scale."""
    if not values or not all(_whole(option.value) for option in scale.options):
        return None
    lowest = min(int(value) for value in values)
    top = {option.value for option in scale.options if int(option.value) >= lowest}
    return lowest if top == set(values) else None
