"""The known population that coverage is simulated in, and how samples are drawn from it: seeded, nobody's answers.

A province: 33 strata (11 districts × 3 levels) of 25-95 villages, about 400,000 people, whose answers are settled for
ever: three items of shares 0.5, 0.9 and 0.98, and 22 items of shares 0.72-0.96 for the index. Villages differ (a
beta-distributed share each, intra-cluster correlation 0.03), so do districts, ages and sexes; a person's answers go
together; 2-8 % of them are missing.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betaincinv, expit, logit, ndtr

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

SEED = 20_261
STRATA, DISTRICTS = 33, 11
MARGINS = ("sex", "age", "district")
SINGLE = {"p50": 0.5, "p90": 0.9, "p98": 0.98}
OF_INDEX = {f"q{k + 1}": 0.72 + 0.24 * k / 21 for k in range(22)}
_AGES = (0.28, 0.30, 0.24, 0.18)
_CORRELATION = 0.03
_HALO = 0.4
"""Correlation of a person's answers to two items, before they are cut into satisfied or not."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Population:
    """N people ordered by village, V villages by stratum.

    `stratum`, `first`, `size` (V,): each village's stratum, where its people begin and how many they are. `traits`:
    sex, age and district (N,). `answers`: item → 1 satisfied, 0 not, NaN no answer, (N,).
    """

    stratum: Whole
    first: Whole
    size: Whole
    traits: dict[str, Whole]
    answers: dict[str, Floats]

    @property
    def village(self) -> Whole:
        """(N,)."""
        return np.repeat(np.arange(len(self.size)), self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How samples are drawn: `villages` in each stratum, and `people` in each of these, handed out by lot."""

    name: str
    villages: tuple[int, ...]
    people: tuple[int, ...]


SETTINGS = (
    Setting(name="n = 395, 87 villages", villages=(2,) * 12 + (3,) * 21, people=(5,) * 47 + (4,) * 40),
    Setting(name="n = 1,500, 165 villages", villages=(5,) * 33, people=(10,) * 15 + (9,) * 150),
)


@cache
def population() -> Population:
    """The same people at every call."""
    dice = np.random.default_rng(SEED)
    stratum = np.repeat(np.arange(STRATA), dice.integers(25, 96, STRATA))
    size = dice.integers(100, 310, len(stratum))
    village, n = np.repeat(np.arange(len(size)), size), int(size.sum())
    traits = {"sex": dice.integers(0, 2, n), "age": dice.choice(4, n, p=_AGES), "district": stratum[village] // 3}
    person, standing = dice.standard_normal(n), dice.uniform(size=len(size))
    of_district = dice.normal(0, 0.2, DISTRICTS)[traits["district"]]
    trend = 0.25 * (traits["age"] - 1.5) + 0.2 * (traits["sex"] - 0.5) + of_district
    scale = (1 - _CORRELATION) / _CORRELATION
    missing = [0.03] * len(SINGLE) + np.linspace(0.02, 0.08, len(OF_INDEX)).tolist()
    answers = {}
    for (item, wanted), lost in zip((SINGLE | OF_INDEX).items(), missing, strict=True):
        of_village = logit(np.clip(betaincinv(wanted * scale, (1 - wanted) * scale, standing), 1e-12, 1 - 1e-12))
        chance = _with_mean(of_village[village] + trend, wanted)
        opinion = ndtr(np.sqrt(_HALO) * person + np.sqrt(1 - _HALO) * dice.standard_normal(n))
        answers[item] = np.where(dice.uniform(size=n) < lost, np.nan, (opinion < chance).astype(float))
    return Population(stratum=stratum, first=np.cumsum(size) - size, size=size, traits=traits, answers=answers)


def _with_mean(linear: Floats, wanted: float) -> Floats:
    """Everybody's chance (N,), shifted on the scale of logits so that their mean is as wanted."""
    shift = brentq(lambda by: expit(linear + by).mean() - wanted, -20, 20, xtol=1e-6)
    return np.asarray(expit(linear + shift))


def draw(setting: Setting, dice: np.random.Generator) -> tuple[Whole, Whole, Floats]:
    """A sample: each person's number in the population, village and base weight (n,).

    Villages with probability proportional to size, systematically in random order; people at random in them.
    """
    people = population()
    villages, chances = [], []
    for h, count in enumerate(setting.villages):
        order = dice.permutation(np.flatnonzero(people.stratum == h))
        ends = np.cumsum(people.size[order])
        hits = np.searchsorted(ends, (np.arange(count) + dice.uniform()) * ends[-1] / count, side="right")
        villages.append(order[hits])
        chances.append(count * people.size[order[hits]] / ends[-1])
    village, chance = np.concatenate(villages), np.concatenate(chances)
    taken = dice.permutation(setting.people)
    keys = dice.uniform(size=(len(village), people.size.max()))
    keys[np.arange(keys.shape[1]) >= people.size[village, None]] = 2.0
    lot = np.argsort(keys, axis=1)[:, : taken.max()]
    chosen = np.arange(taken.max()) < taken[:, None]
    weight = people.size[village] / (chance * taken)
    return (people.first[village, None] + lot)[chosen], np.repeat(village, taken), np.repeat(weight, taken)


def correlation(item: str) -> float:
    """The intra-cluster correlation of an item within strata, by analysis of variance (Donner & Koval 1980)."""
    people = population()
    here = np.isfinite(people.answers[item])
    village, answers = people.village[here], people.answers[item][here]
    size, hits = np.bincount(village), np.bincount(village, answers)
    of_stratum, squares, hit = (np.bincount(people.stratum, each) for each in (size, size**2, hits))
    means, whole = hits / size, (hit / of_stratum)[people.stratum]
    freedom = len(size) - STRATA
    between = (size * (means - whole) ** 2).sum() / freedom
    within = (size * means * (1 - means)).sum() / (size.sum() - len(size))
    each = (size.sum() - (squares / of_stratum).sum()) / freedom
    return float((between - within) / (between + (each - 1) * within))
