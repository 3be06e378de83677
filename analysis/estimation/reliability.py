"""May a figure be published? Labels reliable, weak, unpublishable, each with its reasons, by replaceable rules."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.estimation.columns import Bools, Floats
from analysis.estimation.errors import EstimationError

Grade = Literal["reliable", "weak", "unpublishable"]

_SHIPPED = Path(__file__).parent / "rules" / "reliability.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A number that decides, and where it comes from."""

    value: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The thresholds of the labels. Widths and coefficients of variation are proportions (0.30 = 30 %).

    For every figure `least_n` people (below: unpublishable) and `least_df` degrees of freedom (below: weak).
    For shares `least_effective_n` (below: unpublishable) and the width of the interval: up to `narrow_width` reliable,
    from `wide_width` on unpublishable; between them unpublishable above `largest_relative_width` times the share, weak
    above as many times its complement. A share of exactly 0 or 1 has no relative width and is weak.
    For all others the coefficient of variation: weak above `marginal_cv`, unpublishable above `largest_cv`.
    """

    id: str
    version: str
    least_n: Threshold
    least_df: Threshold
    least_effective_n: Threshold
    narrow_width: Threshold
    wide_width: Threshold
    largest_relative_width: Threshold
    marginal_cv: Threshold
    largest_cv: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A criterion that was not met: its code, the grade it leads to, the figure and the rules' threshold for it.

    Codes: no_value, no_error (nothing to judge), few_answers, few_effective (enough answers, but of too little effect),
    few_df, nobody_or_everybody, wide, relatively_wide, complement_wide (the interval), marginal_cv, large_cv.
    NaN where there is no such number.
    """

    code: str
    grade: Grade
    figure: float
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The grade of a figure, the worst of its reasons', and all reasons, the gravest first."""

    grade: Grade
    reasons: tuple[Reason, ...]


def load_rules(path: str | Path | None = None) -> Rules:
    """The rules in a TOML file, by default the shipped ones: `id`, `version`, a table {value, source} a threshold.

    Raises REL_RULES_FILE for a file that cannot be read, REL_RULES_VALUE, REL_RULES_UNKNOWN or REL_RULES_ORDER with the
    file and table that is wrong.
    """
    file = _SHIPPED if path is None else Path(path)
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise EstimationError("REL_RULES_FILE", file=file, problem=problem) from None
    names = [field.name for field in fields(Rules)]
    for name in content:
        if name not in names:
            raise EstimationError("REL_RULES_UNKNOWN", file=file.name, name=name, allowed=", ".join(names))
    rules = Rules(
        id=_text(content.get("id"), file.name, "id", "id"),
        version=_text(content.get("version"), file.name, "version", "version"),
        **{name: _threshold(content, file.name, name) for name in names if name not in ("id", "version")},
    )
    for low, high in (("narrow_width", "wide_width"), ("marginal_cv", "largest_cv")):
        values = getattr(rules, low).value, getattr(rules, high).value
        if not values[0] < values[1]:
            named = {"low": low, "low_value": values[0], "high": high, "high_value": values[1]}
            raise EstimationError("REL_RULES_ORDER", file=file.name, **named)
    return rules


def _text(given: object, file: str, name: str, field: str) -> str:
    if not isinstance(given, str) or not given.strip():
        raise EstimationError("REL_RULES_VALUE", file=file, name=name, field=field, wanted="text")
    return given


def _threshold(content: Mapping[str, Any], file: str, name: str) -> Threshold:
    table = content.get(name)
    table = table if isinstance(table, dict) else {}
    value = table.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < np.inf:
        raise EstimationError("REL_RULES_VALUE", file=file, name=name, field="value", wanted="≥ 0")
    return Threshold(value=float(value), source=_text(table.get("source"), file, name, "source"))


def label(
    rules: Rules,
    *,
    value: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    n: ArrayLike,
    df: ArrayLike,
    se: ArrayLike,
    share: bool,
) -> tuple[Label, ...]:
    """The label of each of k figures (k,), with interval low-high and standard error se, on n people and df.

    `share`: the figures are proportions 0-1. A figure, error or limit that is not finite cannot be published.
    Raises REL_NO_SHARE for a share outside 0-1.
    """
    value, low, high, n, df, se = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(given, dtype=float)) for given in (value, low, high, n, df, se))
    )
    outside = (value < 0) | (value > 1)
    if share and outside.any():
        raise EstimationError("REL_NO_SHARE", got=value[int(outside.argmax())])
    missing = ~np.isfinite(value)
    unknown = ~missing & ~(np.isfinite(low) & np.isfinite(high) & np.isfinite(se))
    known = ~missing & ~unknown
    nothing = np.full(len(value), np.nan)
    criteria: list[tuple[str, Grade, Bools, Floats, float]] = [
        ("no_value", "unpublishable", missing, nothing, np.nan),
        ("no_error", "unpublishable", unknown, nothing, np.nan),
        ("few_answers", "unpublishable", ~(n >= rules.least_n.value), n, rules.least_n.value),
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        if share:
            edge = (value <= 0) | (value >= 1)
            effective = np.where(edge | (se == 0), n, np.fmin(value * (1 - value) / se**2, n))
            width = high - low
            between = known & ~edge & (width > rules.narrow_width.value) & (width < rules.wide_width.value)
            of_share, of_complement = width / value, width / (1 - value)
            relative, few = rules.largest_relative_width.value, rules.least_effective_n.value
            criteria += [
                ("few_effective", "unpublishable", known & (effective < few) & (n >= few), effective, few),
                ("wide", "unpublishable", known & (width >= rules.wide_width.value), width, rules.wide_width.value),
                ("relatively_wide", "unpublishable", between & (of_share > relative), of_share, relative),
                ("complement_wide", "weak", between & (of_complement > relative), of_complement, relative),
                ("nobody_or_everybody", "weak", known & edge, value, np.nan),
            ]
        else:
            cv = np.where(se == 0, 0.0, se / np.abs(value))
            marginal, largest = rules.marginal_cv.value, rules.largest_cv.value
            criteria += [
                ("large_cv", "unpublishable", known & (cv > largest), cv, largest),
                ("marginal_cv", "weak", known & (cv > marginal) & (cv <= largest), cv, marginal),
            ]
    criteria.append(("few_df", "weak", ~(df >= rules.least_df.value), df, rules.least_df.value))
    reasons: list[list[Reason]] = [[] for _ in range(len(value))]
    for code, grade, failed, figure, threshold in criteria:
        for row in np.flatnonzero(failed).tolist():
            reasons[row].append(Reason(code=code, grade=grade, figure=float(figure[row]), threshold=threshold))
    return tuple(Label(grade=why[0].grade if why else "reliable", reasons=tuple(why)) for why in reasons)
