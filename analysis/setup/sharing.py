"""How many answers in each stratum? The sample shared out by a rule, and how precise each stratum and the whole are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import Final, Literal

from analysis.estimation.planning import (
    Figure,
    PlannedStage,
    PlannedStratum,
    Strata,
    allocate,
    planned_precision,
    precision,
)
from analysis.setup.aim import Aim
from analysis.setup.frame import Frame

Rule = Literal["proportional", "equal", "neyman"]
RULES: Final[tuple[Rule, ...]] = ("proportional", "equal", "neyman")

LEAST_PSUS: Final = 2
"""Communes in a stratum without which its error cannot be worked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """`rule`: by people, alike, or by people and spread (Neyman 1934). `least`, `most`: answers of a stratum, 0: none.

    `shares`: the share expected in a stratum by its name, for Neyman's rule; the aim's where it is not said.
    """

    rule: Rule = "proportional"
    least: int = 0
    most: int = 0
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumPlan:
    """One stratum: its `people` and `psus`, `answers` planned in `take` communes; `half_width` of its interval, under
    the design effect; `bound`: the rule alone would have given more or fewer."""

    name: str
    people: int
    psus: int
    answers: int
    take: int
    half_width: float
    bound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The whole: strata in the order of the frame; `half_width` of the population's interval under this design."""

    strata: tuple[StratumPlan, ...]
    half_width: float

    @property
    def answers(self) -> int:
        """Planned in all."""
        return sum(each.answers for each in self.strata)


def share_out(frame: Frame, aim: Aim, sharing: Sharing, answers: int) -> Shared:
    """Shares `answers` out among the frame's strata. Raises EstimationError where the bounds leave no room."""
    names = tuple(frame.strata)
    people = [frame.strata[name] for name in names]
    typed = sharing.shares if sharing.rule == "neyman" else {}  # kept, but asked for under that rule alone
    expected = {name: typed.get(name, aim.share) for name in names}
    strata = Strata.of(
        names,
        people,
        sd=[sqrt(share * (1 - share)) for share in expected.values()],
        minimum=[min(max(sharing.least, 1), count) for count in people],
        maximum=[min(sharing.most or count, count) for count in people],
    )
    made = allocate(strata, answers, rule=sharing.rule)
    plans = []
    for name, count in zip(names, people, strict=True):
        n, psus = made.by_stratum[name], frame.psus_in(name)
        take = min(max(ceil(n / aim.per_psu), LEAST_PSUS), psus, n)
        figure = Figure(value=expected[name], level=aim.level, population=count, deff=_deff(n / take, aim))
        plans.append(
            StratumPlan(
                name=name,
                people=count,
                psus=psus,
                answers=n,
                take=take,
                half_width=precision(figure, n).half_width,
                bound=name in (*made.at_minimum, *made.at_maximum),
            )
        )
    return Shared(strata=tuple(plans), half_width=_whole(plans, aim, expected))


def _deff(people: float, aim: Aim) -> float:
    return 1 + (people - 1) * aim.icc


def _whole(plans: list[StratumPlan], aim: Aim, expected: Mapping[str, float]) -> float:
    """Of the population's interval, by t with the design's degrees of freedom.

    As if communes were drawn from ever so many: no gain is claimed from drawing a good part of a stratum, which is the
    safe side. Answers a commune are rounded down.
    """
    stages = {
        plan.name: (PlannedStage(take=plan.take, icc=aim.icc), PlannedStage(take=max(plan.answers // plan.take, 1)))
        for plan in plans
    }
    strata = [
        PlannedStratum(name=plan.name, population=plan.people, stages=stages[plan.name], value=expected[plan.name])
        for plan in plans
    ]
    return planned_precision(strata, level=aim.level).whole.half_width
