"""The reference survey of 395 citizens under the designs that R was run on for the golden numbers of these tests.

R: sp = svydesign(id=~psu, strata=~stratum, weights=~w, data=d, nest=TRUE); two = svydesign(id=~psu+hh, strata=~stratum,
weights=~w, fpc=~fpc+fpc2, data=d, nest=TRUE); rk = rake(sp, list(~sex,~age,~district), …, control=list(maxit=500,
epsilon=1e-13)); rkc = calibrate(sp, ~factor(sex)+factor(age)+factor(district), …, calfun="raking", epsilon=1e-12);
jkn = as.svrepdesign(sp, type="JKn"); t5 = as.numeric(q5 >= 4). survey 4.1-1, 13 digits.
"""

import json
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.estimation import Design, Sample
from analysis.estimation.replication import replicate
from analysis.estimation.weighting import rake

FOLDER = Path(__file__).parents[2] / "reference"


@cache
def rows() -> pd.DataFrame:
    found = pd.read_csv(FOLDER / "citizen395_a.csv")
    return found.assign(t5=(found["q5"] >= 4).astype(float).where(found["q5"].notna()))


@cache
def sample(design: str) -> Sample:
    if design == "two":
        return Sample.of(rows(), Design(strata="stratum", psu=("psu", "hh"), weight="w", fpc=("fpc", "fpc2")))
    clustered = Sample.of(rows(), Design(strata="stratum", psu="psu", weight="w"))
    if design == "jkn":
        return replicate(clustered, "JKn", around="mean")
    if design in ("rk", "rkc"):
        targets = json.loads((FOLDER / "pop_citizen395_a.json").read_text(encoding="utf-8"))
        margins = {name: targets[name] for name in ("sex", "age", "district")}
        return rake(clustered, margins, residuals="equal" if design == "rk" else "base")
    return clustered
