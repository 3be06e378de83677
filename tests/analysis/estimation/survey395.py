"""The reference survey of 395 citizens under the designs that R was run on for the golden numbers of these tests.

R: sp  <- svydesign(id=~psu, strata=~stratum, weights=~w, data=dat, nest=TRUE)
   spf, two: the same with fpc=~fpc, and with id=~psu+hh, fpc=~fpc+fpc2
   rk  <- rake(sp, list(~sex,~age,~district), list(pop.sex,pop.age,pop.district), control=list(maxit=500,epsilon=1e-13))
   jk  <- as.svrepdesign(sp, type='JKn')
   brr <- as.svrepdesign(svydesign(id=~half, strata=~stratum, weights=~w, data=dat, nest=TRUE), type='BRR')
"""

import json
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.estimation import Design, Sample
from analysis.estimation.replication import given, replicate
from analysis.estimation.weighting import rake

FOLDER = Path(__file__).parents[2] / "reference"
DESIGNS = {
    "sp": Design(strata="stratum", psu="psu", weight="w"),
    "spf": Design(strata="stratum", psu="psu", weight="w", fpc="fpc"),
    "two": Design(strata="stratum", psu=("psu", "hh"), weight="w", fpc=("fpc", "fpc2")),
}


@cache
def rows() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "citizen395_a.csv")


@cache
def sample(design: str) -> Sample:
    if design == "rk":
        population = json.loads((FOLDER / "pop_citizen395_a.json").read_text(encoding="utf-8"))
        return rake(sample("sp"), {name: population[name] for name in ("sex", "age", "district")}, residuals="equal")
    if design == "jk":
        return replicate(sample("sp"), "JKn")
    if design == "brr":
        factors = pd.read_csv(FOLDER / "brr_factors_citizen395_a.csv")
        table = rows()[["stratum", "half"]].merge(factors, on=["stratum", "half"], validate="many_to_one")
        halves = Sample.of(rows(), Design(strata="stratum", psu="half", weight="w"))
        return given(halves, table.drop(columns=["stratum", "half"]).to_numpy(float), kind="BRR")
    return Sample.of(rows(), DESIGNS[design])
