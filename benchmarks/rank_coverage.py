"""Do the ranges of ranks hold what they promise? Thousands of surveys of eleven units whose true order is known.

Every survey goes the product's own way: answers, weights, index, ranking. A unit's people live in sampling units that
differ from each other; an item's true share is the mean over these, the same for all four items, so the unit's true
index is known exactly, and units meant to be equal are. A tenth of the answers is missing.

python -m benchmarks.rank_coverage [DRAWS]

Prints and puts into benchmarks/results/rank_coverage.txt, for each setting: how often the ranges cover all true ranks
at once (nominal 95 %), the error of that share, the mean width of a range, the pairs that are told apart of those that
differ, and of the direct and the shrunken index the root of the mean squared error, true and as estimated. Fails where
a setting covers less than 94 %.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.estimation.columns import Floats
from analysis.scores.evaluate import evaluate
from analysis.scores.plan import Plan
from analysis.scores.ranking import Ranking, rank_units
from analysis.scores.ranking_rules import load_ranking_rules
from analysis.scores.responses import make_sample
from survey.questionnaire import Option, Question, Questionnaire, Scale, Section
from survey.round import Margin

DRAWS = 2_000
SEED = 20_221
RULES = replace(load_ranking_rules(), draws=399)
"""The product's settings but for the draws behind each set: the ranges are exact for any number, fewer are faster."""
LEAST = 0.94
RESULTS = Path(__file__).parent / "results" / "rank_coverage.txt"
ITEMS = ("a", "b", "c", "d")
UNITS = tuple(f"u{k:02d}" for k in range(11))
EQUAL = (1.2,) * 11
APART = (2.4, 2.4, 2.0, 1.6, 1.6, 1.2, 1.2, 1.2, 0.8, 0.2, -0.4)
HIGH = (3.5, 3.5, 3.5, 3.0, 3.0, 3.0, 3.0, 2.5, 2.5, 2.0, 2.0)
_NODES, _MASS = np.polynomial.hermite_e.hermegauss(80)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Units with these log-odds; `psus` sampling units each (0: people are drawn themselves) of `people` people."""

    name: str
    odds: tuple[float, ...]
    psus: tuple[int, ...]
    people: int
    between: float = 0.4
    raked: bool = False

    def truth(self) -> Floats:
        """(11,): the units' true indices."""
        between = self.between if all(self.psus) else 0.0
        return np.array([(_MASS * expit(odds + between * _NODES)).sum() / _MASS.sum() for odds in self.odds])


SETTINGS = (
    Setting(name="equal units, 12 sampling units of 10", odds=EQUAL, psus=(12,) * 11, people=10),
    Setting(name="equal units, 3 sampling units of 12", odds=EQUAL, psus=(3,) * 11, people=12),
    Setting(name="units apart, with ties, 12 of 10", odds=APART, psus=(12,) * 11, people=10),
    Setting(name="units apart, 4 to 40 of 8", odds=APART, psus=(4, 40, 12, 6, 20, 12, 4, 30, 8, 12, 16), people=8),
    Setting(name="units apart, 12 of 10, raked", odds=APART, psus=(12,) * 11, people=10, raked=True),
    Setting(name="shares of 88 to 97 %, 40 people", odds=HIGH, psus=(0,) * 11, people=40),
)


def main(draws: int) -> None:
    """Prints and keeps the table; fails where a setting covers too little."""
    start = time.perf_counter()
    lines = [f"{draws:,} surveys for each setting, seed {SEED}; ranges nominal 95 %; figures in per cent.", "", _HEAD]
    print("\n".join(lines), flush=True)
    wrong = []
    for setting in SETTINGS:
        found = simulate(setting, draws)
        lines.append(_line(setting, found))
        print(lines[-1], flush=True)
        if found.covered < LEAST:
            wrong.append(setting.name)
    lines += ["", f"Below {LEAST:.0%}: {'; '.join(wrong) or 'none'}."]
    text = "\n".join(lines) + "\n"
    RESULTS.write_text(text, encoding="utf-8")
    print(f"{lines[-1]} {time.perf_counter() - start:.0f} s")
    if wrong:
        raise SystemExit("ranges of ranks do not cover what they promise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came out of many surveys of one setting, shares 0-1."""

    covered: float
    error: float
    width: float
    told: float
    direct: float
    shrunken: float
    estimated: float


def simulate(setting: Setting, draws: int) -> Found:
    """`draws` surveys of one setting."""
    truth = setting.truth()
    low = 1 + (truth[:, None] < truth - 1e-12).sum(axis=1)
    high = len(truth) - (truth[:, None] > truth + 1e-12).sum(axis=1)
    differ = int((np.abs(truth[:, None] - truth) > 1e-12).sum()) // 2
    covered, width, told, squares = 0, 0.0, 0, []
    for ranking in surveys(setting, draws):
        units = [ranking.unit(name) for name in UNITS]
        lows, highs = (np.array([getattr(unit, end) for unit in units]) for end in ("rank_low", "rank_high"))
        covered += bool((lows <= low).all() and (high <= highs).all())
        width += float((highs - lows + 1).mean())
        told += sum(len(unit.better_than) for unit in units)
        values = np.array([[unit.value, unit.shrunken, unit.shrunken_error] for unit in units])
        squares.append([((values[:, k] - truth) ** 2).mean() for k in (0, 1)] + [(values[:, 2] ** 2).mean()])
    share = covered / draws
    direct, shrunken, estimated = np.sqrt(np.mean(squares, axis=0)).tolist()
    return Found(
        covered=share,
        error=float(np.sqrt(share * (1 - share) / draws)),
        width=width / draws,
        told=told / draws / differ if differ else 0.0,
        direct=direct,
        shrunken=shrunken,
        estimated=estimated,
    )


def surveys(setting: Setting, draws: int) -> Iterator[Ranking]:
    """One ranking a survey."""
    random = np.random.default_rng([SEED, SETTINGS.index(setting)])
    margins = tuple(Margin(variable="sex", level=level, total=total) for level, total in (("1", 520.0), ("2", 480.0)))
    plan = Plan(
        strata="unit",
        psu="psu" if all(setting.psus) else None,
        adjust="rake" if setting.raked else "none",
        margins=margins if setting.raked else (),
        by=("unit",),
    )
    for _ in range(draws):
        evaluation = evaluate(make_sample(survey(setting, random), plan, {}), FORM, plan)
        yield rank_units(evaluation, weighted=setting.raked, rules=RULES)


def survey(setting: Setting, random: np.random.Generator) -> pd.DataFrame:
    """One survey's answers: 5 for satisfied, 1 for not, none for a tenth; men answer oftener where it is raked."""
    psus = np.maximum(setting.psus, 1)
    unit, size = np.repeat(np.arange(len(UNITS)), psus * setting.people), int(psus.sum()) * setting.people
    place = np.repeat(np.arange(psus.sum()), setting.people)
    effect = random.standard_normal(psus.sum())[place] * setting.between * (np.array(setting.psus)[unit] > 0)
    satisfied = random.random((len(ITEMS), size)) < expit(np.array(setting.odds)[unit] + effect)
    answers = np.where(random.random(satisfied.shape) < 0.1, None, np.where(satisfied, "5", "1"))
    sex = np.where(random.random(size) < (0.65 if setting.raked else 0.5), "1", "2")
    columns = dict(zip(ITEMS, answers, strict=True))
    return pd.DataFrame(
        {**columns, "unit": np.array(UNITS, dtype=object)[unit], "sex": sex.astype(object), "psu": place}
    )


def _question(name: str, scale: Scale) -> Question:
    return Question(
        name=name,
        kind="select_one",
        label={"vi": name},
        role="satisfaction",
        scale=scale,
        satisfied=("5",),
    )


def _scale(name: str, *values: str) -> Scale:
    return Scale(name=name, options=tuple(Option(value=value, label={"vi": value}) for value in values))


FORM = Questionnaire(
    id="ranks",
    version="1",
    title={"vi": "Ranks"},
    languages=("vi",),
    study="household",
    sections=(
        Section(
            name="s",
            label={"vi": "S"},
            questions=(*(_question(name, _scale("two", "1", "5")) for name in ITEMS),),
        ),
    ),
)
_COLUMNS = (
    ("covered", 9), ("± se", 7), ("ranks in range", 16), ("told apart", 12), ("RMSE direct", 13), ("shrunken", 10),
    ("estimated", 11),
)  # fmt: skip
_HEAD = f"{'setting':<42}" + "".join(f"{name:>{width}}" for name, width in _COLUMNS)


def _line(setting: Setting, found: Found) -> str:
    shares = (found.covered, found.error, found.told, found.direct, found.shrunken, found.estimated)
    covered, error, told, direct, shrunken, estimated = (100 * share for share in shares)
    numbers = (covered, error, found.width, told, direct, shrunken, estimated)
    told_in = "".join(f"{value:>{width}.2f}" for value, (_, width) in zip(numbers, _COLUMNS, strict=True))
    return f"{setting.name:<42}{told_in}"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS)
