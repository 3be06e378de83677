"""Do intervals cover what they promise? Thousands of samples drawn from a known population, miss by miss.

The population is `coverage_population.py`'s. A sample takes 395 people in 87 villages, or 1,500 in 165, about the same
number from small strata as from large ones. It is estimated as a user would, with base weights and raked to sex, age
and district. Everybody who is drawn takes part: what nonresponse does to a survey is not in it.

python -m benchmarks.coverage [DRAWS]

Prints and puts into benchmarks/results/coverage.txt: how often the default interval covers the true value and how often
it lies wholly below or above it, with the error of the simulation; its half width; the mean standard error over the
true one; then every other method at the same samples. Fails where a default interval covers less than 93 % or more than
97 %, but for a single district, which lies in few villages: the design has degrees of freedom that are not its own.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analysis.estimation import Design, Estimate, Precision, Sample, rake, ratio, share
from analysis.estimation.intervals import Method, limits
from analysis.estimation.weighting import kish
from benchmarks.coverage_population import (
    MARGINS,
    OF_INDEX,
    SEED,
    SETTINGS,
    SINGLE,
    STRATA,
    Floats,
    Setting,
    Whole,
    correlation,
    draw,
    population,
)

DRAWS = 4_000
CHUNK = 100
LEVEL = 0.95
LEAST, MOST = 0.93, 0.97
RESULTS = Path(__file__).parent / "results" / "coverage.txt"

WEIGHTS = ("base", "raked")
INDEX = "index of 22 items"
SMALL = "one district"
DOMAINS = {"age 60+": ("age", 3), SMALL: ("district", 4)}
IN_DOMAINS = ("p50", "p90")
QUANTITIES = (*((item, "") for item in SINGLE), (INDEX, ""), *((item, d) for d in DOMAINS for item in IN_DOMAINS))
ALTERNATIVES: tuple[Method, ...] = ("t", "wilson", "beta", "likelihood", "asin")
_COLUMNS = ("value", "se", "n", "df", "low", "high", "domain_df", "equal_se")


def main(draws: int) -> None:
    """Prints and keeps the tables; fails where a default interval is outside what it should cover."""
    start = time.perf_counter()
    lines = [f"{draws:,} samples for each n, seed {SEED}; nominal {LEVEL:.0%}; figures in per cent.", _portrait()]
    wrong: list[str] = []
    for setting in SETTINGS:
        found = simulate(setting, draws)
        lines += ["", *_default_table(setting, found), "", *_other_table(setting, found)]
        wrong += [f"{setting.name}, {each}" for each in outside(found)]
    lines += ["", f"Outside {LEAST:.0%} to {MOST:.0%}, the single district aside: {'; '.join(wrong) or 'none'}."]
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(text + f"{time.perf_counter() - start:.0f} s")
    if wrong:
        raise SystemExit("a default interval does not cover what it promises")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """One quantity under one weighting, over R samples.

    `low`, `high` (R,): the default interval. `domain_df`: the domain's own degrees of freedom. `equal_se`: the standard
    error with residuals under equal weights.
    """

    weights: str
    name: str
    domain: str
    truth: float
    value: Floats
    se: Floats
    n: Floats
    df: Floats
    low: Floats
    high: Floats
    domain_df: Floats
    equal_se: Floats

    @property
    def title(self) -> str:
        """What it is, for a table."""
        return f"{self.weights:6} {self.name}" + (f", {self.domain}" if self.domain else "")

    @property
    def coverage(self) -> float:
        """The share of samples whose default interval holds the truth."""
        return float(np.mean((self.low <= self.truth) & (self.truth <= self.high)))

    def coverage_of(self, method: Method, se: Floats, df: Floats) -> float:
        """The same for another method, standard error or degrees of freedom at the same samples."""
        low, high, _ = limits(self.value, se, method=method, level=LEVEL, df=df, n=self.n)
        return float(np.mean((low <= self.truth) & (self.truth <= high)))


def simulate(setting: Setting, draws: int, processes: int = 2) -> list[Found]:
    """Every quantity under every weighting, over so many samples; the same whatever the number of processes."""
    seeds = np.random.SeedSequence(SEED).spawn(-(-draws // CHUNK))
    sizes = [min(CHUNK, draws - k * CHUNK) for k in range(len(seeds))]
    work = partial(_samples, setting)
    if processes == 1:
        parts = [work(*each) for each in zip(seeds, sizes, strict=True)]
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            parts = list(pool.map(work, seeds, sizes))
    numbers = np.concatenate(parts)
    return [
        Found(
            weights=weights,
            name=name,
            domain=domain,
            truth=_truth(name, domain),
            **dict(zip(_COLUMNS, numbers[:, w, k].T, strict=True)),
        )
        for w, weights in enumerate(WEIGHTS)
        for k, (name, domain) in enumerate(QUANTITIES)
    ]


def outside(found: Sequence[Found]) -> Iterator[str]:
    """The quantities whose default interval covers less or more than it may, the single district aside."""
    for each in found:
        if each.domain != SMALL and not LEAST <= each.coverage <= MOST:
            yield f"{each.title}: {each.coverage:.1%}"


@cache
def _truth(name: str, domain: str) -> float:
    people = population()
    column, level = DOMAINS.get(domain, ("", 0))
    inside = people.traits[column] == level if column else np.ones(len(people.village), dtype=bool)
    if name == INDEX:
        return float(_scores()[0][inside].sum() / _scores()[1][inside].sum())
    return float(np.nanmean(people.answers[name][inside]))


@cache
def _scores() -> tuple[Floats, Floats]:
    """With how many of the index's items each person is satisfied (N,), and how many were answered."""
    every = np.array([population().answers[item] for item in OF_INDEX])
    return np.nansum(every, axis=0), np.isfinite(every).sum(axis=0).astype(float)


@cache
def _margins() -> dict[str, dict[str, float]]:
    """What samples are raked to."""
    counts = {name: np.bincount(population().traits[name]).tolist() for name in MARGINS}
    return {name: {str(level): float(count) for level, count in enumerate(found)} for name, found in counts.items()}


def _samples(setting: Setting, seed: np.random.SeedSequence, draws: int) -> Floats:
    """(draws, weights, quantities, columns)."""
    dice = np.random.default_rng(seed)
    return np.stack([_estimated(*draw(setting, dice)) for _ in range(draws)])


def _estimated(rows: Whole, village: Whole, weight: Floats) -> Floats:
    """(weights, quantities, columns) of one sample."""
    people = population()
    hits, answered = _scores()
    columns: dict[str, NDArray[np.generic]] = {item: people.answers[item][rows] for item in SINGLE}
    columns |= {name: people.traits[name][rows] for name in MARGINS}
    columns |= {"hits": hits[rows], "answered": answered[rows]}
    columns |= {"village": village, "stratum": people.stratum[village], "w": weight}
    base = Sample.of(columns, Design(strata="stratum", psu="village", weight="w"))
    raked, equal = rake(base, _margins()), rake(base, _margins(), residuals="equal")
    return np.stack([_quantities(base, base), _quantities(raked, equal)])


def _quantities(sample: Sample, equal: Sample) -> Floats:
    """(quantities, columns). `equal`: the same weights with residuals under equal ones."""
    ours = _estimates(sample)
    others = ours if equal is sample else _estimates(equal)
    own = _estimates(sample, Precision(method="logit", level=LEVEL, df="domain"))
    columns = [[getattr(found, name) for found in ours] for name in _COLUMNS[:6]]
    columns += [[found.df for found in own], [found.se for found in others]]
    return np.stack([np.concatenate(column) for column in columns], axis=1)


def _estimates(sample: Sample, precision: Precision | None = None) -> list[Estimate]:
    """In the order of QUANTITIES; the default interval of shares for the index too."""
    domains = [sample.columns.numeric(column) == level for column, level in DOMAINS.values()]
    return [
        share(sample, tuple(SINGLE), [1.0], precision=precision),
        ratio(sample, "hits", "answered", precision=precision or Precision(method="logit", level=LEVEL)),
        *(share(sample, IN_DOMAINS, [1.0], where=inside, precision=precision) for inside in domains),
    ]


def _portrait() -> str:
    """What population and weights are like, as they came out."""
    people, dice = population(), np.random.default_rng(SEED)
    strata = np.bincount(people.stratum, people.size)
    effects = [f"{np.mean([kish(draw(setting, dice)[2])[0] for _ in range(50)]):.2f}" for setting in SETTINGS]
    return (
        f"{len(people.village):,} people in {len(people.size):,} villages of {people.size.min()}-{people.size.max()} "
        f"and {STRATA} strata of {strata.min():,.0f}-{strata.max():,.0f}; Kish's deff of the base weights "
        f"{' and '.join(effects)}.\nIntra-cluster correlation within strata: "
        + ", ".join(f"{item} {correlation(item):.3f}" for item in (*SINGLE, *list(OF_INDEX)[::7]))
        + "."
    )


def _default_table(setting: Setting, found: Sequence[Found]) -> Iterator[str]:
    yield f"{setting.name}: the default interval (logit, residuals under base weights, t on the design's df)"
    heads = ("true", "n", "n(1-p)", "own df", "covers", "± sim.", "below", "above", "± half", "se/true")
    yield " " * 32 + "".join(f"{head:>8}" for head in heads)
    for each in found:
        covers = each.coverage
        figures = (
            f"{100 * each.truth:.1f}",
            f"{each.n.mean():.0f}",
            f"{each.n.mean() * (1 - each.truth):.1f}",
            f"{each.domain_df.mean():.0f}",
            f"{100 * covers:.1f}",
            f"{100 * np.sqrt(covers * (1 - covers) / len(each.value)):.1f}",
            f"{100 * np.mean(each.high < each.truth):.1f}",
            f"{100 * np.mean(each.low > each.truth):.1f}",
            f"{100 * (each.high - each.low).mean() / 2:.2f}",
            f"{100 * each.se.mean() / each.value.std():.0f}",
        )
        yield f"{each.title:32}" + "".join(f"{figure:>8}" for figure in figures)


def _other_table(setting: Setting, found: Sequence[Found]) -> Iterator[str]:
    yield f"{setting.name}: coverage of others at the same samples"
    heads = ("logit", *ALTERNATIVES, "equal res.", "own df")
    yield " " * 32 + "".join(f"{head:>11}" for head in heads)
    for each in found:
        others = [each.coverage_of(method, each.se, each.df) for method in ALTERNATIVES]
        others += [
            each.coverage_of("logit", each.equal_se, each.df),
            each.coverage_of("logit", each.se, each.domain_df),
        ]
        yield f"{each.title:32}" + "".join(f"{100 * covers:11.1f}" for covers in (each.coverage, *others))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS)
