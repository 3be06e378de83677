"""What must a reader know before trusting a number?"""

from collections.abc import Iterator

from analysis.estimation import Sample
from analysis.scores.plan import margin_variables
from analysis.scores.satisfaction import Result
from survey.errors import Problem

FEW = 30
"""Below this many answers a number is flagged (method §1.3: an engineering rule, not law)."""

_STRONG = 5.0  # a weight changed by more than this factor either way is told
_FEW_DF = 8


def caveats(sample: Sample, result: Result) -> Iterator[Problem]:
    """Every caveat of an evaluation: of its design, its weights, its groups, its items."""
    yield from _design(sample, result)
    yield from _weights(sample, result)
    yield from _groups(sample, result)
    unanswered = {row.id for row in result.rows if row.level == "item" and not row.by and row.n == 0}
    if unanswered:
        yield Problem(code="EVA_UNANSWERED", values={"items": ", ".join(sorted(unanswered))})


def _design(sample: Sample, result: Result) -> Iterator[Problem]:
    if result.plan.psu is None and result.plan.strata is None:
        yield Problem(code="EVA_NO_DESIGN")
    lonely = [name or "–" for name in sample.units.first.lonely]
    if lonely:
        yield Problem(code="EVA_LONELY", values={"strata": ", ".join(lonely), "count": len(lonely)})


def _weights(sample: Sample, result: Result) -> Iterator[Problem]:
    margins = result.plan.margins
    if result.plan.adjust == "none":
        yield Problem(code="EVA_NO_MARGINS")
    sums = {name: sum(m.total for m in margins if m.variable == name) for name in margin_variables(margins)}
    if sums and max(sums.values()) - min(sums.values()) > 1e-6 * max(sums.values()):
        totals = ", ".join(f"{variable}: {total:.10g}" for variable, total in sums.items())
        yield Problem(code="EVA_MARGINS_DIFFER", values={"totals": totals, "variable": next(iter(sums))})
    for step in sample.steps:
        if step.max_ratio > _STRONG or step.min_ratio < 1 / _STRONG:
            values = {"low": f"{step.min_ratio:.2f}", "high": f"{step.max_ratio:.2f}"}
            yield Problem(code="EVA_EXTREME_WEIGHTS", values=values)


def _groups(sample: Sample, result: Result) -> Iterator[Problem]:
    small = {tuple(row.by.values()) for row in result.rows if row.level == "overall" and row.n < FEW}
    if () in small:
        yield Problem(code="EVA_FEW", values={"few": FEW})
    if small - {()}:
        names = ", ".join(sorted(" × ".join(values) for values in small - {()}))
        yield Problem(code="EVA_FEW_DOMAINS", values={"few": FEW, "domains": names, "count": len(small - {()})})
    for column in result.plan.by:
        blank = int(sample.frame[column].isna().sum())
        if blank:
            yield Problem(code="EVA_BY_BLANK", values={"column": column, "count": blank})
    if result.plan.df == "domain" and any(row.df < _FEW_DF for row in result.rows if row.by):
        yield Problem(code="EVA_DOMAIN_DF")
