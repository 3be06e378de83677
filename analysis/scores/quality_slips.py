"""What do the checks of quality look at? A round's slips as arrays: who, where, when, and how alike the answers are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.scores.responses import NOWHERE
from survey.questionnaire import Question, Questionnaire
from survey.rating import split
from survey.response import Response
from survey.round import Round

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
MISSING = -1
_Name = TypeVar("_Name", str, tuple[str, str, str])


@dataclass(frozen=True, kw_only=True, eq=False)
class QualitySlips:
    """One row a slip, or a rating where slips rate several units. `items` (n, k): the place of each answer to a
    satisfaction item on its scale, the best answer `best` (k,), MISSING for none. `unit`, `cell` (a unit's slips of a
    desk or place on a day), `day` (n,): numbers into `units`, `cells`, `days`. `interviewer`: "" for none; `marks`:
    those of acceptance; `texts`: what the person wrote, question by question.
    """

    ids: tuple[str, ...]
    units: tuple[str, ...]
    unit: Ints
    cells: tuple[tuple[str, str, str], ...]
    cell: Ints
    days: tuple[str, ...]
    day: Ints
    items: Ints
    best: Ints
    interviewer: tuple[str, ...] = ()
    marks: tuple[tuple[str, ...], ...] = ()
    texts: tuple[Mapping[str, str], ...] = ()

    @cached_property
    def answered(self) -> Ints:
        """(n,): items answered."""
        return np.asarray((self.items != MISSING).sum(axis=1), dtype=np.int64)

    @cached_property
    def top_share(self) -> NDArray[np.float64]:
        """(n,): share of the answered items with the best answer, NaN where none is answered."""
        with np.errstate(invalid="ignore"):
            top = ((self.items == self.best) & (self.items != MISSING)).sum(axis=1)
            return np.asarray(top / np.where(self.answered, self.answered, np.nan))

    @cached_property
    def all_top(self) -> Mask:
        """(n,): every answered item has the best answer."""
        return np.asarray(self.top_share == 1.0)

    @cached_property
    def constant(self) -> Mask:
        """(n,): one answer throughout, of two or more. Scales of different lengths are taken by their numbers."""
        high = np.where(self.items == MISSING, np.iinfo(np.int64).min, self.items).max(axis=1, initial=MISSING)
        low = np.where(self.items == MISSING, np.iinfo(np.int64).max, self.items).min(axis=1, initial=2**62)
        return np.asarray((high == low) & (self.answered > 1))

    def named(self, rows: Mask | Ints) -> tuple[str, ...]:
        """The ids of these rows, each once, in order."""
        places = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return tuple(dict.fromkeys(self.ids[row] for row in places))


def quality_slips(round_: Round, questionnaire: Questionnaire, responses: Sequence[Response]) -> QualitySlips:
    """A round's slips. `questionnaire` is the round's own, before `asked_in`; a slip that rates several units is a row
    for each."""
    unit_of = {place.code: place.unit for place in round_.places}
    rated_names = {unit.code: unit.name for unit in round_.rated}
    items = questionnaire.items()
    texts = [question.name for question in questionnaire.questions() if question.kind == "text"]
    codes = [_codes(item) for item in items]
    rows: list[list[int]] = []
    slips: list[Response] = []
    units: list[str] = []
    for slip in responses:
        (_, common), *ratings = split(questionnaire, round_, slip.answers)
        for unit, answers in ratings or [(None, common)]:
            rows.append(
                [code.get(str(answers.get(item.name)), MISSING) for item, code in zip(items, codes, strict=True)]
            )
            units.append(rated_names.get(unit, unit) if unit else unit_of.get(slip.place or "", NOWHERE))
            slips.append(slip)
    unit_names, unit_numbers = _numbered(units)
    days, day_numbers = _numbered([slip.day for slip in slips])
    cells, cell_numbers = _numbered(
        [(unit, slip.desk or slip.place or NOWHERE, slip.day) for unit, slip in zip(units, slips, strict=True)]
    )
    return QualitySlips(
        ids=tuple(slip.id for slip in slips),
        units=unit_names,
        unit=unit_numbers,
        cells=cells,
        cell=cell_numbers,
        days=days,
        day=day_numbers,
        items=np.array(rows, dtype=np.int64).reshape(len(slips), len(items)),
        best=np.array([_best(item) for item in items], dtype=np.int64),
        interviewer=tuple(slip.interviewer or "" for slip in slips),
        marks=tuple(slip.flags for slip in slips),
        texts=tuple({name: str(slip.answers[name]) for name in texts if name in slip.answers} for slip in slips),
    )


def _codes(item: Question) -> Mapping[str, int]:
    """The place of every answer on the scale: its own number where all answers are whole numbers."""
    values = [option.value for option in item.scale.options] if item.scale else []
    if all(value.isascii() and value.isdigit() for value in values):
        return {value: int(value) for value in values}
    return {value: place for place, value in enumerate(values)}


def _best(item: Question) -> int:
    """The satisfied answer that is farthest from those that are not."""
    codes = _codes(item)
    good = [codes[value] for value in item.satisfied if value in codes]
    bad = [place for value, place in codes.items() if value not in item.satisfied]
    if not good:
        return MISSING - 1
    return max(good) if not bad or sum(bad) / len(bad) < sum(good) / len(good) else min(good)


def _numbered(values: Sequence[_Name]) -> tuple[tuple[_Name, ...], Ints]:
    names = sorted(set(values))
    place = {name: number for number, name in enumerate(names)}
    return tuple(names), np.array([place[value] for value in values], dtype=np.int64)
