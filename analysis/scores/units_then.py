"""Which of today's units would an earlier round's answers belong to? Its slips, row by row, under today's names.

Where units were merged, the earlier number is that of all their answers together, never a mean of percentages.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from analysis.estimation import Sample
from analysis.estimation.columns import Columns
from analysis.scores.asked_alike import LeftOut
from analysis.scores.responses import NOWHERE
from survey.collation import spelling
from survey.errors import Problem
from survey.round import Round
from survey.successors import History

UNIT = "unit"
"""The column of a round's sample that holds the rated office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsThen:
    """The earlier sample with today's units. `alone`: today's unit → the one it was, where it is just that one.

    `notes`: what happened to a unit of today. `left_out`: units of either round that have no counterpart, and why.
    """

    sample: Sample
    alone: Mapping[str, str]
    notes: Mapping[str, tuple[Problem, ...]]
    left_out: tuple[LeftOut, ...]


def units_then(now: tuple[Round, Sample], before: tuple[Round, Sample], units: History) -> UnitsThen:
    """The earlier round's sample with every answer under the unit that it would belong to in the later one.

    Units that nothing is known to have happened to keep their name, however its tones are placed.
    """
    (round_now, sample_now), (round_before, sample_before) = now, before
    today = _names(sample_now, round_now)
    codes = {spelling(each.name): each.code for each in round_before.rated}
    frame = sample_before.frame
    where = list(zip(*(_column(frame, name) for name in (UNIT, "place", "psu")), strict=True))
    target: dict[tuple[str, str, str], str | None] = {}
    origins: dict[str, dict[str, None]] = defaultdict(dict)
    lost: dict[str, Problem] = {}
    for unit, place, psu in dict.fromkeys(where):
        known = units.today(
            (unit, codes.get(spelling(unit), unit)), (place, psu), since=round_before.opens, until=round_now.opens
        ) or (unit,)
        found = [today.get(spelling(name)) for name in known]
        target[unit, place, psu] = found[0] if len(known) == 1 else None
        if target[unit, place, psu] is not None:
            origins[str(found[0])][unit] = None
        elif unit and len(known) > 1:
            lost[unit] = Problem(code="CMP_UNIT_SPLIT", values={"units": ", ".join(known)})
        elif unit:
            lost.setdefault(unit, Problem(code="CMP_UNIT_GONE", values={"unit": known[0]}))
    known_units = dict.fromkeys(unit for unit, *_ in where)
    parts = {unit: sum(unit in sources for sources in origins.values()) + (unit in lost) for unit in known_units}
    moved = frame.assign(**{UNIT: [target[each] for each in where]})
    new = [name for name in _present(sample_now) if name not in origins]
    return UnitsThen(
        sample=replace(sample_before, columns=Columns(moved)),
        alone={
            name: next(iter(sources))
            for name, sources in origins.items()
            if len(sources) == 1 and all(parts[source] == 1 for source in sources)
        },
        notes={name: said for name, sources in origins.items() if (said := _happened(name, [*sources], parts))},
        left_out=(
            *(LeftOut(id="overall", unit=unit, why=why) for unit, why in lost.items()),
            *(LeftOut(id="overall", unit=unit, why=Problem(code="CMP_UNIT_NEW")) for unit in new),
        ),
    )


def _happened(name: str, sources: list[str], parts: Mapping[str, int]) -> tuple[Problem, ...]:
    notes = []
    divided = [source for source in sources if parts[source] > 1]
    if len(sources) > 1:
        notes.append(Problem(code="CMP_UNIT_MERGED", values={"units": ", ".join(sources)}))
    elif spelling(sources[0]) != spelling(name):
        notes.append(Problem(code="CMP_UNIT_RENAMED", values={"unit": sources[0]}))
    if divided:
        notes.append(Problem(code="CMP_UNIT_PART", values={"units": ", ".join(divided)}))
    return tuple(notes)


def _names(sample: Sample, round_: Round) -> dict[str, str]:
    """Every spelling and code of the later round's units → the name its sample has."""
    rated = {spelling(each.code): each.name for each in round_.rated}
    return rated | {spelling(name): name for name in _present(sample)}


def _present(sample: Sample) -> list[str]:
    return [name for name in dict.fromkeys(_column(sample.frame, UNIT)) if name]


def _column(frame: Any, name: str) -> list[str]:
    """A column's texts, empty where there is none or it is not known."""
    if name not in frame:
        return [""] * len(frame)
    return ["" if value is None or value != value or value == NOWHERE else str(value) for value in frame[name]]
