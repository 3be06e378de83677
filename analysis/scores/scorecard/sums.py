"""What do lines add up to, and how sure is the sum?

A sum takes the joint covariance of the rates of one survey, adds the variances of independent ones, and gets its
interval by the surveys' own method on its own scale 0-max. Where a rule bends or jumps inside a rate's interval (a
target, a step) the delta method says nothing, and the ends of that line's interval are added to those of the rest: a
cautious hull. Points that were entered add to both ends.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum

import numpy as np

from analysis.estimation import Estimate
from analysis.estimation.contrasts import contrast
from analysis.estimation.intervals import Method, limits
from analysis.estimation.joint import join
from analysis.scores.scorecard.evidence import Computed
from analysis.scores.scorecard.row import Row
from survey.questionnaire import Words


@dataclass(frozen=True, kw_only=True, eq=False)
class Sums:
    """What any set of lines adds up to, with the interval of the sum."""

    leaves: Mapping[str, Row]
    computed: Mapping[str, Computed]
    level: float

    @cached_property
    def _joined(self) -> tuple[Estimate, Mapping[int, int]] | None:
        """All estimates side by side, and where each begins."""
        distinct = {id(each.of): each.of for each in self.computed.values() if each.of is not None}
        if not distinct:
            return None
        starts, place = {}, 0
        for key, each in distinct.items():
            starts[key] = place
            place += len(each)
        return join(*distinct.values()), starts

    def row(self, wanted: Callable[[Row], bool], *, code: str, title: Words) -> Row:
        """The sum of the lines that `wanted` lets in."""
        leaves = [leaf for leaf in self.leaves.values() if wanted(leaf)]
        scored = [leaf for leaf in leaves if leaf.points is not None]
        points = fsum(leaf.points for leaf in scored if leaf.points is not None) if scored else None
        low, high = self._interval(scored)
        return Row(
            code=code,
            parent=None,
            depth=0,
            leaf=False,
            title=title,
            max_points=fsum(leaf.max_points for leaf in leaves if leaf.applicable and not leaf.extra),
            scored_max=fsum(leaf.scored_max for leaf in scored),
            points=points,
            low=low,
            high=high,
            applicable=any(leaf.applicable for leaf in leaves),
            contested=any(leaf.contested for leaf in leaves),
        )

    def _interval(self, scored: Sequence[Row]) -> tuple[float | None, float | None]:
        """Fixed points + the interval of the smooth ones + the ends of those whose rule bends inside theirs."""
        estimated = [leaf for leaf in scored if leaf.basis == "computed" and self.computed[leaf.code].of is not None]
        if not estimated or any(leaf.low is None or leaf.high is None for leaf in estimated):
            return None, None
        slopes = {leaf.code: self.computed[leaf.code].converted.slope for leaf in estimated}
        smooth = [leaf for leaf in estimated if slopes[leaf.code]]
        rest = [leaf for leaf in scored if leaf not in smooth]
        ends = [_points_of(leaf, leaf.low) for leaf in rest], [_points_of(leaf, leaf.high) for leaf in rest]
        low, high = self._smooth(smooth, slopes) if smooth else (0.0, 0.0)
        return fsum((low, *ends[0])), fsum((high, *ends[1]))

    def _smooth(self, leaves: Sequence[Row], slopes: Mapping[str, float | None]) -> tuple[float, float]:
        """The interval of a sum of points that move straight with their rates, by the surveys' method on 0-max."""
        if len(leaves) == 1:
            return _points_of(leaves[0], leaves[0].low), _points_of(leaves[0], leaves[0].high)
        assert self._joined is not None  # noqa: S101  smooth lines come of estimates
        joined, starts = self._joined
        most = fsum(leaf.max_points for leaf in leaves)
        coefficients = np.zeros(len(joined))
        for leaf in leaves:
            each = self.computed[leaf.code]
            coefficients[starts[id(each.of)] + each.at] = (slopes[leaf.code] or 0.0) / most
        found = contrast(joined, coefficients)
        share = fsum(_points_of(leaf, leaf.points) for leaf in leaves) / most
        methods: set[Method] = {e.of.precision.method for e in self.computed.values() if e.of is not None}
        low, high, _ = limits(
            np.array([min(max(share, 0.0), 1.0)]),
            found.se,
            method=methods.pop() if len(methods) == 1 else "logit",
            level=self.level,
            df=found.df,
            n=found.n,
        )
        return float(low[0]) * most, float(high[0]) * most


def _points_of(leaf: Row, end: float | None) -> float:
    value = leaf.points if end is None else end
    return 0.0 if value is None else value
