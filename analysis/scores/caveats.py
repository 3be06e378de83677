"""What must a reader know before trusting a number?"""

from collections.abc import Iterator

from analysis.estimation import Sample
from analysis.estimation.reliability import Grade
from analysis.scores.plan import margin_variables
from analysis.scores.satisfaction import Result
from survey.errors import Problem

PRIVATE = 10
"""Below this many answers a number is not published, for a person could be known from it (design decision 11)."""

_STRONG = 5.0  # a weight changed by more than this factor either way is told
_FEW_DF = 8
_NAMED = 12
"""Groups that one caveat names at most."""


def caveats(sample: Sample, result: Result) -> Iterator[Problem]:
    """Every caveat of an evaluation: of its design, its weights, its groups, its items."""
    yield from _design(sample, result)
    yield from _weights(sample, result)
    yield from _groups(sample, result)
    unanswered = {row.id for row in result.rows if row.level == "item" and not row.by and row.n == 0}
    if unanswered:
        yield Problem(code="EVA_UNANSWERED", values={"items": ", ".join(sorted(unanswered))})


def _design(sample: Sample, result: Result) -> Iterator[Problem]:
    plan = result.plan
    drawn = plan.chosen_by() == "probability"
    if plan.study is None and not drawn:
        yield Problem(code="EVA_VOLUNTEER")
    if drawn and plan.psu is None and plan.strata is None:
        yield Problem(code="EVA_NO_DESIGN")
    if drawn and "channel" in sample.frame and (came := int((sample.frame["channel"] == "open").sum())):
        yield Problem(code="EVA_OPEN_SLIPS", values={"count": came})
    lonely = [name or "–" for name in sample.units.first.lonely]
    if lonely:
        yield Problem(code="EVA_LONELY", values={"strata": ", ".join(lonely), "count": len(lonely)})


def _weights(sample: Sample, result: Result) -> Iterator[Problem]:
    margins = result.plan.margins
    if result.plan.adjust == "none":
        yield Problem(code="EVA_NO_MARGINS")
    sums = {name: sum(m.total for m in margins if m.variable == name) for name in margin_variables(margins)}
    if sums and max(sums.values()) - min(sums.values()) > 1e-6 * max(sums.values()):
        said = {variable: _number(f"{total:.10g}") for variable, total in sums.items()}
        totals = {each: "; ".join(f"{name}: {number[each]}" for name, number in said.items()) for each in ("vi", "en")}
        yield Problem(code="EVA_MARGINS_DIFFER", values={"totals": totals, "variable": next(iter(sums))})
    for step in sample.steps:
        if step.max_ratio > _STRONG or step.min_ratio < 1 / _STRONG:
            values = {"low": _number(f"{step.min_ratio:.2f}"), "high": _number(f"{step.max_ratio:.2f}")}
            yield Problem(code="EVA_EXTREME_WEIGHTS", values=values)


def _number(text: str) -> dict[str, str]:
    """A number with the decimal sign of each language."""
    return {"vi": text.replace(".", ","), "en": text}


def _groups(sample: Sample, result: Result) -> Iterator[Problem]:
    grades: tuple[Grade, ...] = ("unpublishable", "weak")
    for grade in grades:
        doubtful = [
            tuple(row.by.values())
            for row in result.rows
            if row.level == "overall" and row.weighted and row.reliability == grade
        ]
        if () in doubtful:
            yield Problem(code=f"EVA_{grade.upper()}")
        names = sorted(" × ".join(domain) for domain in doubtful if domain)
        if names:
            told = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
            yield Problem(code=f"EVA_{grade.upper()}_DOMAINS", values={"domains": told, "count": len(names)})
    for column in result.plan.by:
        blank = int(sample.frame[column].isna().sum())
        if blank:
            yield Problem(code="EVA_BY_BLANK", values={"column": column, "count": blank})
    if result.plan.df == "domain" and any(row.df < _FEW_DF for row in result.rows if row.by):
        yield Problem(code="EVA_DOMAIN_DF")
