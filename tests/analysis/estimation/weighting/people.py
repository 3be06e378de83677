"""Samples that the weighting tests share."""

import numpy as np
import pandas as pd

from analysis.estimation.design import Design
from analysis.estimation.replicates import Replicates
from analysis.estimation.sample import Sample

MARGINS = {"sex": {"1": 480.0, "2": 520.0}, "age": {"1": 300.0, "2": 450.0, "3": 250.0}}

TWELVE = pd.DataFrame(
    {
        "sex": [1, 1, 1, 2, 2, 2, 1, 2, 1, 2, 1, 2],
        "age": [1, 2, 3, 1, 2, 3, 1, 1, 2, 2, 3, 3],
        "x": [9, 12, 5, 12, 16, 9, 5, 12, 9, 5, 16, 12],
        "w": [10.0, 14, 9, 22, 8, 15, 11, 12, 17, 10, 19, 13],
        "psu": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
        "y": [1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0],
    }
)
"""Twelve people in four clusters. In R: f <- data.frame(…the same…); d <- svydesign(id=~psu, weights=~w, data=f)."""
TWELVE_MARGINS = {"sex": {"1": 96.0, "2": 104.0}, "age": {"1": 62.0, "2": 70.0, "3": 68.0}}


def twelve(**changes: object) -> Sample:
    return Sample.of(TWELVE.assign(**changes), Design(psu="psu", weight="w"))


def people(n: int, seed: int) -> pd.DataFrame:
    dice = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "sex": dice.integers(1, 3, n),
            "age": dice.integers(1, 4, n),
            "stratum": dice.integers(0, 3, n),
            "w": dice.uniform(1, 4, n),
            "y": dice.uniform(0, 1, n),
            "x": dice.normal(50, 9, n),
        }
    )
    frame["psu"] = frame["stratum"] * 10 + dice.integers(0, 4, n)
    frame.loc[:5, ["sex", "age"]] = [[1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3]]
    return frame


def sample(n: int = 80, seed: int = 1) -> Sample:
    return Sample.of(people(n, seed), Design(strata="stratum", psu="psu", weight="w", lonely_psu="adjust"))


def jackknifed(made: Sample) -> Sample:
    """Each cluster left out once."""
    count = len(made.units.first.group)
    factors = (1 - np.eye(count)) * count / (count - 1)
    scales = np.full(count, (count - 1) / count)
    return made.replicated(Replicates(kind="JK1", factors=factors, scales=scales, around="mean", df=count - 1))
