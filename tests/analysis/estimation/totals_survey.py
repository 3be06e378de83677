"""The survey of 5,000 for tests of totals: designs, terms, weighting, and what it means that two routes agree."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimation.design import Design
from analysis.estimation.estimate import Estimate, Precision
from analysis.estimation.linearise import estimate, quotients
from analysis.estimation.sample import Sample
from analysis.estimation.tally import Tally
from analysis.estimation.terms import Term
from analysis.estimation.totals import Totals, psu_totals
from analysis.estimation.weighting.calibration import calibrate
from analysis.estimation.weighting.poststrata import poststratify
from analysis.estimation.weighting.raking import rake

FOLDER = Path(__file__).parents[2] / "reference"
DATASET = "citizen5000_a"

DESIGNS = {
    "clus": Design(psu="psu", weight="w"),
    "sp": Design(strata="stratum", psu="psu", weight="w"),
    "spf": Design(strata="stratum", psu="psu", weight="w", fpc="fpc"),
    "two": Design(strata="stratum", psu=("psu", "hh"), weight="w", fpc=("fpc", "fpc2")),
    "adjust": Design(strata="stratum", psu="psu_lonely", weight="w", lonely_psu="adjust"),
    "average": Design(strata="stratum", psu="psu_lonely", weight="w", lonely_psu="average", lonely_domain=True),
    "plain": Design(strata="stratum", psu="psu"),
}
TERMS = {
    "score": Term(columns=("score",)),
    "scored": Term(given=("score",)),
    "satisfied": Term(within={"q1": (4, 5)}),
    "answered": Term(given=("q1",)),
    "extremes": Term(within={"q2": (1, 5)}, given=("q3",), any_of=("q4", "q5")),
    "either": Term(any_of=("q4", "q5")),
    "fee": Term(columns=("fee", "wait_days"), within={"online": (0,)}),
}
LABELS = ("score", "satisfied", "extremes", "fee")
BASE = ("scored", "answered", "either", "either")
_FUNCTION = quotients([0, 2, 4, 6], [1, 3, 5, 5])


@cache
def frame() -> pd.DataFrame:
    """Rows with empty answers, in whole numbers where the answers are."""
    found = pd.read_csv(FOLDER / f"{DATASET}.csv")
    found["t6"] = np.where(found["q6"].isna(), np.nan, (found["q6"] >= 4).astype(float))
    return found


@cache
def population() -> dict[str, Any]:
    return json.loads((FOLDER / f"pop_{DATASET}.json").read_text(encoding="utf-8"))


def weighted(sample: Sample, how: str) -> Sample:
    """A sample, or a table's, under one of the reference's weightings."""
    margins = {name: population()[name] for name in ("sex", "age", "district")}
    if how == "ps":
        return poststratify(sample, "sex|age", population()["sex_age"])
    if how in ("rk", "rkc"):
        return rake(sample, margins, residuals="equal" if how == "rk" else "base")
    if how == "greg":
        totals = {"sex": population()["sex"], "age": population()["age"], "edu": population()["edu_total"]}
        return calibrate(sample, totals)
    if how == "twice":
        return rake(weighted(sample, "ps"), margins)
    return sample


def tally(design: str = "sp", **options: Any) -> Tally:
    return Tally(design=DESIGNS[design], terms=TERMS, **options)


def by_rows(asked: Tally, how: str = "", rows: pd.DataFrame | None = None) -> Totals:
    """The same totals straight from the rows."""
    rows = frame() if rows is None else rows
    inside = np.ones(len(rows), dtype=bool)
    for column, levels in asked.where.items():
        inside &= rows[column].isin(levels).to_numpy()
    sample = weighted(Sample.of(rows, asked.design), how)
    return psu_totals(sample, asked.terms, where=inside, by=asked.by, second_moments=asked.second_moments)


def estimates(totals: Totals) -> Estimate:
    return estimate(totals, LABELS, BASE, _FUNCTION, Precision())


def assert_same(got: Totals, wanted: Totals, tolerance: float = 1e-12) -> None:
    """Estimates, errors, intervals, bases and joint covariance agree, in every domain."""
    ours, theirs = estimates(got), estimates(wanted)
    assert ours.by == theirs.by
    for name in ("value", "variance", "margin", "n", "weighted_n", "df"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), tolerance, 1e-28, err_msg=name)
    np.testing.assert_allclose(ours.deff, theirs.deff, rtol=10 * tolerance)  # a difference of near numbers
    if len(ours) < 100:
        both = ours.covariance, theirs.covariance
        np.testing.assert_allclose(*both, rtol=1e-9, atol=tolerance * np.nanmax(np.abs(both[1])))
    assert [step.name for step in ours.steps] == [step.name for step in theirs.steps]


def reference_cases(families: Mapping[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """R's cases of some families, on some designs."""
    cases = json.loads((FOLDER / f"cases_{DATASET}.json").read_text(encoding="utf-8"))["cases"]
    for case in cases:
        case["on"] = case["design"].removeprefix(f"{DATASET}.")
    return [case for case in cases if case["on"] in families.get(case["family"], ())]
