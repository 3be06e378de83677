"""How are replicate weights made? From a design's first-stage units: jackknife, balanced half-samples, bootstrap.

Every method is made so that the variance of a total is the linearised one: exactly for JK1, JKn, BRR and Fay,
in expectation for the bootstrap. The weighting recipe is done again on every replicate (`Sample.replicate_weights`), so
a calibrated margin has no error; that is R `survey`'s rake(as.svrepdesign(d)), while its as.svrepdesign(rake(d)) takes
the raked weights as base weights and leaves the gain of raking out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from analysis.estimation.columns import Bools, Codes, Columns, Floats
from analysis.estimation.errors import EstimationError
from analysis.estimation.hadamard import hadamard
from analysis.estimation.options import check_count, check_option, names_of
from analysis.estimation.replicates import Replicates
from analysis.estimation.sample import Sample
from analysis.estimation.units import Stage
from analysis.estimation.variance import check_lonely

Kind = Literal["JK1", "JKn", "BRR", "Fay", "bootstrap"]
Published = Literal[Kind, "other"]
Around = Literal["mean", "estimate"]

_DEFAULTS: dict[str, dict[str, Any]] = {"Fay": {"rho": 0.5}, "bootstrap": {"replicates": 500, "seed": 1}}
_LARGEST = 1 << 28
"""Factors that fit a common computer's memory: 2 GB."""
_DRAWS = 1 << 20
"""Numbers drawn at a time."""
_SAME = 1e-9
"""Factors that differ by less are one."""
_RANK = 1e-5
"""Directions shorter than this part of the longest are rounding."""


def replicate(
    sample: Sample,
    kind: Kind,
    *,
    around: Around = "mean",
    rho: float | None = None,
    replicates: int | None = None,
    seed: int | None = None,
) -> Sample:
    """The sample with replicate weights made from its design; `sample.replicated(None)` linearises again.

    JK1        each unit left out once, no strata            V = (1−f)(P−1)/P Σ(θ_r − θ)²
    JKn        each unit left out once within its stratum    V = Σ_r (1−f_h)(n_h−1)/n_h (θ_r − θ)²
    BRR        one unit of each pair doubled, one left out, by a Hadamard matrix (McCarthy 1969): Σ(θ_r − θ)²/R
    Fay        factors 2−`rho` and `rho` instead (Judkins 1990), V divided by (1−rho)²; `rho` is 0.5 if not given
    bootstrap  n_h−1 units drawn with replacement, rescaled (Rao & Wu 1988; Rao, Wu & Yue 1992): Σ(θ_r − θ)²/(R−1);
               R = `replicates`, 500 if not given. `seed` (1 if not given) and a stratum's name and units settle its
               draws, so that the order of strata does not matter, nor that of rows
               where units have a column, and a longer bootstrap begins with the shorter one.

    Sampled fractions f_h enter BRR and the bootstrap by factors drawn towards 1 by √(1−f_h). `around`: whether θ is the
    mean of the replicates, as R `survey` has it, or the full-sample estimate (its mse=TRUE). A stratum with a single
    unit is treated as `lonely_psu` of the design says: `adjust` moves its total to the grand mean of the units' totals
    and as far the other way. Degrees of freedom: units less strata, for the bootstrap at most R−1.

    An estimate that some replicate cannot have (a domain that lies in one unit, when that is left out) has no
    replicate variance: NaN. R leaves such replicates out, which takes the variance to be too small, or 0.

    Raises EstimationError for a lone unit under `lonely_psu="fail"` or where all strata have one, for strata that are
    no pairs (BRR, Fay), for strata in JK1, for fpc of later stages, for options the kind does not have.
    """
    check_option("kind", kind, Kind)
    check_option("around", around, Around)
    options = _options(kind, rho=rho, replicates=replicates, seed=seed)
    stage, design = sample.units.first, sample.design
    if len(sample.units.stages) > 1:
        raise EstimationError("EST_REP_STAGES", got=len(sample.units.stages))
    if kind == "JK1" and len(stage.names) > 1:
        raise EstimationError("EST_REP_STRATIFIED", count=len(stage.names))
    if kind in ("BRR", "Fay"):
        _check_pairs(stage, design.lonely_psu == "fail")
    check_lonely(sample.units, design)
    alone = (stage.size == 1) & (stage.fraction < 1)
    if alone.all():
        raise EstimationError("EST_LONELY", strata=", ".join(name or "–" for name in stage.lonely))
    lone = alone if design.lonely_psu == "adjust" else np.zeros(len(alone), dtype=bool)
    varying = (stage.size > 1) & (stage.fraction < 1)
    if kind in ("JK1", "JKn"):
        factors, scales = _jackknife(kind, stage, varying, lone)
    elif kind in ("BRR", "Fay"):
        factors, scales = _half_samples(kind, stage, varying, lone, options.get("rho", 0.0))
    else:
        factors, scales = _bootstrap(stage, varying, lone, options["replicates"], options["seed"])
    if design.lonely_psu == "average":
        scales = scales * (len(alone) / (~alone).sum())
    df = sample.units.df
    if kind == "bootstrap":
        df = min(df, len(scales) - 1.0)
    made = Replicates(kind=kind, factors=factors, scales=scales, around=around, df=df)
    return sample.replicated(made, note=", ".join([kind, *(f"{name} {value}" for name, value in options.items())]))


def with_replicates(
    sample: Sample,
    columns: Sequence[str] | Floats,
    kind: Published,
    *,
    combined: bool = False,
    rho: float | None = None,
    scales: ArrayLike | None = None,
    around: Around = "mean",
    degrees: float | None = None,
) -> Sample:
    """The sample with replicates that came with the data: R `columns` of the sample's frame, or a table (n, R)
    of their own, an array or a frame.

    They hold factors on the base weights, or weights if `combined`, as most published files do. All rows of a
    first-stage unit must have one factor; a design without `psu` makes every row a unit, which suits replicate weights
    that were calibrated one by one. A table with a row a unit is merged into the frame first, by stratum and unit.
    Fay's factors are as published: 2−rho and rho, which is 1 + (1−rho)(f−1) for the 2 and 0 of BRR.

    `scales`: one number or (R,), V = Σ scales_r (θ_r − θ)²; if not given (R−1)/R for JK1, 1/R for BRR, 1/(R(1−rho)²)
    for Fay, 1/(R−1) for the bootstrap; JKn and `other` need it. `degrees` of freedom: if not given, the rank
    of the replicates' deviations (R `survey`: the rank of the weights less 1).

    Raises EstimationError for a column that is missing, empty somewhere or not constant in a unit, or bad scales.
    """
    check_option("kind", kind, Published)
    check_option("around", around, Around)
    options = _options(kind, rho=rho)
    factors = _given_factors(sample, columns, combined)
    count = factors.shape[1]
    fay = count * (1 - options.get("rho", 0.0)) ** 2
    default = {"JK1": (count - 1) / count, "BRR": 1 / count, "Fay": 1 / fay, "bootstrap": 1 / (count - 1)}
    found = np.asarray(default.get(kind, np.nan) if scales is None else scales, dtype=float)
    if found.shape not in ((), (count,)) or not ((found >= 0) & np.isfinite(found)).all() or not found.any():
        raise EstimationError("EST_REP_SCALES", kind=kind, count=count)
    found = np.broadcast_to(found, count)
    df = _rank(factors, found) if degrees is None else float(degrees)
    made = Replicates(kind=kind, factors=factors, scales=found, around=around, df=df)
    return sample.replicated(made, note=f"{kind}, {count} as given")


def _options(kind: str, **options: Any) -> dict[str, Any]:
    """The kind's options with their defaults. Raises EstimationError for one that is impossible or not the kind's."""
    defaults = _DEFAULTS.get(kind, {})
    for name, value in options.items():
        if value is not None and name not in defaults:
            raise EstimationError("EST_REP_OPTION", kind=kind, option=name)
    found = {name: value if options.get(name) is None else options[name] for name, value in defaults.items()}
    if not 0 <= found.get("rho", 0) < 1:
        raise EstimationError("EST_REP_RHO", got=found["rho"])
    for name, least in (("replicates", 2), ("seed", 0)):
        if name in found:
            check_count(name, found[name], least)
    return found


def _check_pairs(stage: Stage, lonely_fails: bool) -> None:
    bad = (stage.fraction < 1) & (stage.size != 2) & (lonely_fails | (stage.size > 1))
    if bad.any():
        strata = ", ".join(f"{stage.names[h] or '–'} ({int(stage.size[h])})" for h in np.flatnonzero(bad))
        raise EstimationError("EST_REP_PAIRS", strata=strata)


def _ones(stage: Stage, kind: str, count: int) -> Floats:
    units = len(stage.group)
    if units * count > _LARGEST:
        raise EstimationError("EST_REP_TOO_MANY", kind=kind, count=count, units=units)
    return np.ones((units, count))


def _starts(stage: Stage) -> Codes:
    """(H+1,): where each stratum's units begin."""
    return np.searchsorted(stage.group, np.arange(len(stage.names) + 1))


def _jackknife(kind: str, stage: Stage, varying: Bools, lone: Bools) -> tuple[Floats, Floats]:
    width = np.where(varying, stage.size, np.where(lone, 2, 0)).astype(int)
    ends, starts = np.cumsum(width), _starts(stage)
    count = max(int(ends[-1]), 1)  # of a census: itself
    factors, scales = _ones(stage, kind, count), np.ones(count)
    for h in np.flatnonzero(width):
        n, units, places = stage.size[h], slice(starts[h], starts[h + 1]), slice(ends[h] - width[h], ends[h])
        if lone[h]:
            _move_lone(factors[:, places], starts[h], np.array([1.0, -1.0]))
            scales[places] = (1 - stage.fraction[h]) / 2
        else:
            factors[units, places] = (n - n * np.eye(int(n))) / (n - 1)
            scales[places] = (1 - stage.fraction[h]) * (n - 1) / n
    return factors, scales


def _half_samples(kind: str, stage: Stage, varying: Bools, lone: Bools, rho: float) -> tuple[Floats, Floats]:
    strata = np.flatnonzero(varying | lone)
    signs = hadamard(len(strata))[1 : len(strata) + 1] * ((1 - rho) * np.sqrt(1 - stage.fraction[strata]))[:, None]
    count = signs.shape[1]
    factors, starts = _ones(stage, kind, count), _starts(stage)[:-1]
    pair = varying[strata]
    factors[starts[strata[pair]]] += signs[pair]
    factors[starts[strata[pair]] + 1] -= signs[pair]
    for h, sign in zip(strata[~pair], signs[~pair], strict=True):
        _move_lone(factors, starts[h], sign)
    return factors, np.full(count, 1 / (count * (1 - rho) ** 2))


def _bootstrap(stage: Stage, varying: Bools, lone: Bools, count: int, seed: int) -> tuple[Floats, Floats]:
    factors, starts = _ones(stage, "bootstrap", count), _starts(stage)
    for h in (*np.flatnonzero(varying), *np.flatnonzero(lone)):  # those alone move everybody's factors
        stream = np.random.PCG64(np.random.SeedSequence([seed, *stage.names[h].encode()]))
        root, n = np.sqrt(1 - stage.fraction[h]), int(stage.size[h])
        if lone[h]:
            _move_lone(factors, starts[h], root * (1 - 2.0 * _drawn(stream, 2, count, 1)[0]))
        else:
            units = factors[starts[h] : starts[h + 1]]
            np.multiply(_drawn(stream, n, count, n - 1), root * n / (n - 1), out=units)
            units += 1 - root
    return factors, np.full(count, 1 / (count - 1))


def _drawn(stream: np.random.PCG64, n: int, count: int, draws: int) -> Codes:
    """(n, count): how often each of n units comes in `draws` draws with replacement, `count` times.

    From the generator's raw numbers, which no version of numpy changes.
    """
    found = np.empty((n, count), dtype=np.int64)
    step = max(_DRAWS // draws, 1)
    for start in range(0, count, step):
        width = min(step, count - start)
        raw = stream.random_raw(width * draws)
        raw >>= np.uint64(32)
        raw *= np.uint64(n)
        raw >>= np.uint64(32)
        place = raw.astype(np.int64).reshape(width, draws) * width + np.arange(width)[:, None]
        found[:, start : start + width] = np.bincount(place.ravel(), minlength=n * width).reshape(n, width)
    return found


def _move_lone(factors: Floats, unit: int, by: Floats) -> None:
    """Replicates (P, R) move a lone unit's total by `by` (R,) of the way to the mean of all units' totals."""
    factors += by / len(factors)
    factors[unit] -= by


def _given_factors(sample: Sample, columns: Any, combined: bool) -> Floats:
    """(P, R): each unit's factors. Raises EstimationError for rows that are empty or at odds within a unit."""
    if isinstance(columns, np.ndarray) and columns.ndim == 2:
        columns = {str(r + 1): column for r, column in enumerate(columns.T)}
    if isinstance(columns, Mapping) or hasattr(columns, "columns"):  # or a frame
        source = Columns(columns)
        names = source.names
    else:
        source, names = sample.columns, names_of(columns)
    if source.rows != len(sample) or len(names) < 2:
        raise EstimationError("EST_REP_SHAPE", got=f"{source.rows} × {len(names)}", rows=len(sample))
    psu = sample.units.first.unit[sample.units.of_row]
    first = np.unique(psu, return_index=True)[1]
    factors = np.empty((len(first), len(names)))
    for r, name in enumerate(names):
        values = source.numeric(name)
        empty = np.isnan(values)
        if empty.any():
            row = int(empty.argmax()) + 1
            raise EstimationError("EST_MISSING_DESIGN", column=name, count=int(empty.sum()), row=row)
        each = values / sample.base if combined else values
        factors[:, r] = each[first]
        differs = np.abs(each - factors[psu, r]) > _SAME * np.maximum(np.abs(each), 1)
        if differs.any():
            raise EstimationError("EST_REP_VARIES", column=name, row=int(differs.argmax()) + 1)
    return factors


def _rank(factors: Floats, scales: Floats) -> float:
    """How many independent deviations the replicates that count have."""
    used = factors[:, scales > 0]
    used = used - used.mean(axis=1, keepdims=True)
    squares = np.linalg.eigvalsh(used @ used.T if len(used) < used.shape[1] else used.T @ used)
    return float((squares > _RANK**2 * squares[-1]).sum())
