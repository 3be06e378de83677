"""Is a target reached? Not by the number alone, where its interval holds both answers.

A target is «at least 85 %» or «among the first 35 of 63». Against a figure with an interval: reached if the whole
interval fulfils it, not reached if none of it does, otherwise there is not enough evidence. Against a published figure,
whose error nobody knows, only the number can be compared, and that is said.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from analysis.scores.published import Figure
from survey.collation import spelling
from survey.errors import Problem, Refused

Verdict = Literal["reached", "not_reached", "unclear", "ahead", "unknown"]
"""`unclear`: not enough evidence; `ahead`: there is no figure of its year yet; `unknown`: there is none at all."""

_SAME = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What somebody set out to reach: at least `value` (0-1), or a rank of at most `rank` among `of`; never both.

    `year` None: whenever. `unit` is empty for the whole of a round.
    """

    series: str
    unit: str = ""
    year: int | None = None
    value: float | None = None
    rank: int | None = None
    of: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetCheck:
    """A target against the figure of its year, or the last one before it.

    `met`: by the number alone, None without one. `gap`: the figure less the target (0-1, or places gained beyond it):
    negative is what is missing. `notes`: why the verdict is weaker than the number.
    """

    target: Target
    figure: Figure | None
    met: bool | None
    gap: float | None
    verdict: Verdict
    notes: tuple[Problem, ...] = ()


def check(target: Target, figures: Iterable[Figure]) -> TargetCheck:
    """The target against the best of the figures: of its own year, else the latest before it."""
    mine = [
        figure
        for figure in figures
        if figure.series == target.series
        and spelling(figure.unit) == spelling(target.unit)
        and (target.year is None or figure.year <= target.year)
        and (figure.value if target.rank is None else figure.rank) is not None
    ]
    if not mine:
        return TargetCheck(target=target, figure=None, met=None, gap=None, verdict="unknown")
    figure = max(mine, key=lambda each: each.year)
    surely, perhaps, gap = _rank(target, figure) if target.rank is not None else _value(target, figure)
    notes = []
    if surely is None:
        surely = perhaps = gap >= -_SAME
        notes.append(Problem(code="CMP_NOTE_NO_ERROR"))
    if target.rank is not None and target.of is not None and figure.of not in (None, target.of):
        notes.append(Problem(code="CMP_OTHER_NUMBER", values={"before": target.of, "now": figure.of}))
    verdict: Verdict = "reached" if surely else "unclear" if perhaps else "not_reached"
    if target.year is not None and figure.year < target.year:
        verdict = "ahead"
        notes.append(Problem(code="CMP_NOTE_AHEAD", values={"year": target.year, "of": figure.year}))
    return TargetCheck(target=target, figure=figure, met=gap >= -_SAME, gap=gap, verdict=verdict, notes=tuple(notes))


def to_json(targets: Iterable[Target]) -> str:
    """The working paper of kind «targets»."""
    return json.dumps({"targets": [asdict(each) for each in targets]}, ensure_ascii=False)


def from_json(text: str) -> tuple[Target, ...]:
    """The targets that `to_json` made a text of. Raises Refused where they are none."""
    try:
        return tuple(_checked(Target(**each)) for each in json.loads(text)["targets"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused([Problem(code="CMP_DAMAGED", values={"kind": "targets"})]) from error


def _checked(target: Target) -> Target:
    """The target itself. Raises ValueError or TypeError where it cannot be one."""
    if (target.value is None) == (target.rank is None):
        raise ValueError("a target is a value or a rank")
    if not 0 <= (target.value or 0) <= 1 or not all(place is None or place >= 1 for place in (target.rank, target.of)):
        raise ValueError(target)
    if not all(isinstance(text, str) for text in (target.series, target.unit, target.source)):
        raise TypeError(target)
    if not isinstance(target.year, int | None):
        raise TypeError(target)
    return target


def _value(target: Target, figure: Figure) -> tuple[bool | None, bool, float]:
    """Surely reached, perhaps reached, by how much; None for surely where the error is unknown."""
    assert target.value is not None and figure.value is not None  # noqa: S101  chosen so
    gap = figure.value - target.value
    if figure.low is None or figure.high is None:
        return None, gap >= -_SAME, gap
    return figure.low >= target.value - _SAME, figure.high >= target.value - _SAME, gap


def _rank(target: Target, figure: Figure) -> tuple[bool | None, bool, float]:
    assert target.rank is not None and figure.rank is not None  # noqa: S101  chosen so
    gap = float(target.rank - figure.rank)
    if figure.rank_low is None or figure.rank_high is None:
        return None, gap >= 0, gap
    return figure.rank_high <= target.rank, figure.rank_low <= target.rank, gap
