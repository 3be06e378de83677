"""Can these slips be trusted? Everything about a round's slips that gives a reason to look, with its numbers.

Nothing here is a proof, and nothing is left out of a number for it: a person looks and decides (survey.exclusions).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.scores.quality_excess import TESTS, share_excess, unit_burst, unit_excess
from analysis.scores.quality_patterns import cycles, same_texts
from analysis.scores.quality_people import deviations, holm
from analysis.scores.quality_rules import QualityRules
from analysis.scores.quality_slips import Ints, Mask, QualitySlips
from analysis.scores.quality_yardstick import Excess, Yardstick
from analysis.scores.responses import NOWHERE
from survey.exclusions import Decision

_MARKS = {"fast": "speed", "straight_line": "straight", "off_hours": "night", "trap": "trap", "burst": "crowded"}
"""Marks of acceptance, and the kind of flag that lists the slips that carry them."""
_TESTED_MARKS = ("fast", "straight_line", "off_hours")
_REASON_OF = {
    "speed": "speed", "speed_unit": "speed", "straight": "straight", "straight_unit": "straight", "cycle": "straight",
    "copies": "copies", "texts": "texts", "crowded": "burst", "burst": "burst",
    "alike": "interviewer", "mean": "interviewer", "mean_up": "interviewer",
    "fit": "excess", "level": "excess", "rest": "excess", "days": "excess",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One reason to look. `strength` "test": rarer than the rules' alpha among honest units; "list": slips that share
    something, which honest ones may too. `unit` "" for the whole round. `slips`: whose they are, by id; none where
    nobody can tell. `p` of a test. `where`: a day (ISO), an interviewer's code or a place, "" for none.
    """

    kind: str
    strength: Literal["test", "list"]
    unit: str
    slips: tuple[str, ...]
    hits: int
    n: int
    expected: float = 0.0
    p: float | None = None
    where: str = ""

    @property
    def id(self) -> str:
        """The same for the same finding: a letter and hex digits."""
        said = "\x00".join((self.kind, self.unit, self.where, *sorted(self.slips)))
        return f"f{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    @property
    def reason(self) -> str:
        """The reason of survey.exclusions that fits it."""
        return _REASON_OF.get(self.kind, "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The flags of a round, the strongest first; `slips`: the ids of those that were looked at; `tested`: units that
    were put to the tests of stuffing, `untested`: those that were too small or had too few others beside them."""

    flags: tuple[Flag, ...]
    slips: frozenset[str]
    tested: tuple[str, ...]
    untested: tuple[str, ...]
    rules: QualityRules

    @property
    def false_alarms(self) -> float:
        """So many of the tested units are suspected at the most, on average, where nobody forged anything."""
        return self.rules.alpha * len(self.tested)


def review(slips: QualitySlips, rules: QualityRules, hours: Mapping[tuple[str | None, str], int]) -> Review:
    """Every check of a round's slips. `hours`: see Store.hours."""
    yard = Yardstick(slips=slips, rules=rules)
    tests = [unit_excess(yard, unit) for unit in range(len(slips.units))]
    flags = [
        *(_of_excess(slips, each) for found in tests for each in found.values() if _suspected(each, rules)),
        *_mark_tests(yard),
        *_bursts(yard),
        *_interviewers(slips, rules),
        *_texts(slips, rules),
        *_cycles(slips, rules),
        *_lists(slips),
        *_hours(hours, rules),
    ]
    flags.sort(key=lambda flag: (flag.strength == "list", flag.p or 0.0))
    return Review(
        flags=tuple(flags),
        slips=frozenset(slips.ids),
        tested=tuple(slips.units[unit] for unit, found in enumerate(tests) if found),
        untested=tuple(
            slips.units[unit] for unit, found in enumerate(tests) if not found and slips.units[unit] != NOWHERE
        ),
        rules=rules,
    )


def left_out(made: Review, standing: Mapping[str, Decision]) -> tuple[Flag, ...]:
    """The slips that stay out of the estimates, by whatever sign: so that they can be taken in again."""
    out = tuple(sorted(id_ for id_ in made.slips if id_ in standing and standing[id_].exclude))
    if not out:
        return ()
    return (Flag(kind="out", strength="list", unit="", slips=out, hits=len(out), n=len(made.slips)),)


def _suspected(found: Excess, rules: QualityRules) -> bool:
    """Each test has its part of the error that a clean unit may be suspected by (Bonferroni)."""
    return found.p * len(TESTS) <= rules.alpha


def _of_excess(slips: QualitySlips, found: Excess, kind: str = "", p: float | None = None) -> Flag:
    return Flag(
        kind=kind or found.test,
        strength="test",
        unit=slips.units[found.unit],
        slips=slips.named(found.rows),
        hits=found.hits,
        n=found.n,
        expected=found.expected,
        p=min(1.0, found.p * len(TESTS)) if p is None else p,
        where=found.where,
    )


def _marked(slips: QualitySlips, mark: str) -> Mask:
    return np.array([mark in marks for marks in slips.marks], dtype=bool)


def _mark_tests(yard: Yardstick) -> Iterator[Flag]:
    """Units with more slips that carry a mark than the others have, corrected over the units (Holm)."""
    slips, rules = yard.slips, yard.rules
    everybody = np.ones(len(slips.ids), dtype=bool)
    for mark in _TESTED_MARKS:
        hit, found = _marked(slips, mark), []
        for unit in range(len(slips.units)):
            others = yard.others(unit)
            if others is not None:
                excess = share_excess(slips, unit, others, hit, everybody, mark)
                found += [excess] if excess else []
        for excess, p in zip(found, holm([each.p for each in found]), strict=True):
            if p <= rules.alpha:
                yield _of_excess(slips, excess, f"{_MARKS[mark]}_unit", p)


def _bursts(yard: Yardstick) -> Iterator[Flag]:
    """Days on which a unit's slips came together, corrected over the units (Holm)."""
    found = [each for unit in range(len(yard.sizes)) if (each := unit_burst(yard, unit))]
    for each, p in zip(found, holm([each.p for each in found]), strict=True):
        if p <= yard.rules.alpha:
            yield replace(_of_excess(yard.slips, each, p=p), strength="list")


def _interviewers(slips: QualitySlips, rules: QualityRules) -> Iterator[Flag]:
    for each in deviations(slips, rules):
        if each.p <= rules.alpha:
            yield Flag(
                kind="mean_up" if each.kind == "mean" and each.own > each.others else each.kind,
                strength="test",
                unit=slips.units[each.unit],
                slips=slips.named(each.rows),
                hits=each.n,
                n=each.n,
                expected=each.own / each.others if each.others else 0.0,
                p=each.p,
                where=each.interviewer,
            )


def _texts(slips: QualitySlips, rules: QualityRules) -> Iterator[Flag]:
    for letters, rows in same_texts(slips, rules):
        yield replace(_list(slips, "texts", rows), n=letters)


def _cycles(slips: QualitySlips, rules: QualityRules) -> Iterator[Flag]:
    rows, chance = cycles(slips, rules)
    if len(rows):
        yield replace(_list(slips, "cycle", rows), p=chance)


def _lists(slips: QualitySlips) -> Iterator[Flag]:
    for mark, kind in _MARKS.items():
        rows = np.flatnonzero(_marked(slips, mark))
        if len(rows):
            yield _list(slips, kind, rows)


def _list(slips: QualitySlips, kind: str, rows: Ints) -> Flag:
    """Slips that share something, among those of the unit where all are of one, else among all."""
    units = np.unique(slips.unit[rows])
    among = slips.unit == units[0] if len(units) == 1 else np.ones(len(slips.unit), dtype=bool)
    named = slips.named(rows)
    return Flag(
        kind=kind,
        strength="list",
        unit=slips.units[units[0]] if len(units) == 1 else "",
        slips=named,
        hits=len(named),
        n=len(slips.named(among)),
    )


def _hours(hours: Mapping[tuple[str | None, str], int], rules: QualityRules) -> Iterator[Flag]:
    """Hours with more slips than people can fill in; whose they are nobody can tell, for no slip keeps its hour."""
    for (place, hour), number in sorted(hours.items(), key=lambda item: -item[1]):
        if "T" in hour and number > rules.hour_most:
            yield Flag(
                kind="hour",
                strength="list",
                unit="",
                slips=(),
                hits=number,
                n=rules.hour_most,
                where=f"{place or ''}|{hour}",
            )
