"""What is the mean, the share, the total, the ratio? Of each domain, with the joint covariance of all asked for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from analysis.estimation.columns import group, level_name
from analysis.estimation.domains import Where
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate, Precision
from analysis.estimation.linearise import Smooth, estimate, quotients
from analysis.estimation.options import names_of
from analysis.estimation.sample import Sample
from analysis.estimation.terms import Term
from analysis.estimation.totals import psu_totals


def mean(
    sample: Sample,
    columns: str | Sequence[str],
    *,
    where: Where = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The mean of each numeric column, in each domain. Rows without an answer leave the estimate, not the design."""
    names = names_of(columns)
    terms = {f"y:{name}": Term(columns=(name,)) for name in names} | {
        f"o:{name}": Term(given=(name,)) for name in names
    }
    return _quotients(sample, terms, names, names, where=where, by=by, precision=precision or Precision())


def share(
    sample: Sample,
    columns: str | Sequence[str],
    levels: Any = None,
    *,
    where: Where = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The share that chose one of `levels` (or this one level) of each column, among those who answered it, by domain.

    Without `levels`: the share of each level of each column, labelled by the level, or `column=level` where there are
    several columns. Intervals are `logit` unless `precision` says otherwise.
    """
    names = names_of(columns)
    terms: dict[str, Term] = {f"o:{name}": Term(given=(name,)) for name in names}
    labels, base = [], []
    for name in names:
        for label, chosen in _choices(sample, name, levels, alone=len(names) == 1):
            terms[f"y:{label}"] = Term(within={name: chosen})
            labels.append(label)
            base.append(name)
    asked = precision or Precision(method="logit")
    return _quotients(sample, terms, labels, base, where=where, by=by, precision=asked, shares=True)


def total(
    sample: Sample,
    columns: str | Sequence[str],
    *,
    where: Where = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The population total of each numeric column, in each domain. A row without an answer adds nothing."""
    names = names_of(columns)
    terms = {name: Term(columns=(name,)) for name in names} | {"": Term()}
    totals = psu_totals(sample, terms, where=where, by=by)
    m = len(names)
    first = Smooth(
        value=lambda sums: sums[..., :m],
        gradient=lambda sums: np.broadcast_to(np.eye(m + 1, m), (len(sums), m + 1, m)),
    )
    return estimate(totals, names, [""] * m, first, precision or Precision())


def ratio(
    sample: Sample,
    numerator: str,
    denominator: str,
    *,
    where: Where = None,
    by: Sequence[str] = (),
    precision: Precision | None = None,
) -> Estimate:
    """The ratio of two totals, over rows that have both, in each domain."""
    terms = {
        "y": Term(columns=(numerator,), given=(denominator,)),
        "x": Term(columns=(denominator,), given=(numerator,)),
        "o": Term(given=(numerator, denominator)),
    }
    label = f"{numerator}/{denominator}"
    totals = psu_totals(sample, terms, where=where, by=by)
    return estimate(totals, [label], ["o"], quotients([0], [1]), precision or Precision())


def _choices(sample: Sample, name: str, levels: Any, *, alone: bool) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What is counted of a column: its label and the levels."""
    coding = sample.columns.coded(name)
    if levels is None:
        for part in group([coding]).parts[:, 0].tolist():
            level = coding.level(part)
            yield level_name(level) if alone else f"{name}={level_name(level)}", (level,)
        if sample.columns.missing(name).all():
            raise EstimationError("EST_NO_ANSWERS", column=name)
        return
    chosen = tuple(levels) if isinstance(levels, Collection) and not isinstance(levels, str) else (levels,)
    kinds = {isinstance(level, str) for level in (*coding.levels[:1], *coding.levels[-1:])}
    if not chosen or (kinds and not kinds >= {isinstance(level, str) for level in chosen}):
        known = ", ".join(repr(level) for level in coding.levels[:12])
        raise EstimationError("EST_SHARE_LEVELS", column=name, got=", ".join(map(repr, chosen)) or "()", levels=known)
    yield name, chosen


def _quotients(
    sample: Sample,
    terms: Mapping[str, Term],
    labels: Sequence[str],
    base: Sequence[str],
    *,
    where: Where,
    by: Sequence[str],
    precision: Precision,
    shares: bool = False,
) -> Estimate:
    """Quotients of the terms `y:label` and `o:base`."""
    bases = [f"o:{name}" for name in base]
    totals = psu_totals(sample, terms, where=where, by=by, second_moments=not shares, base=bases)
    place = {name: k for k, name in enumerate(totals.terms)}
    tops = [place[f"y:{label}"] for label in labels]
    function = quotients(tops, [place[name] for name in bases], shares=shares)
    return estimate(totals, labels, bases, function, precision)
