"""The reference survey of 395 citizens under the designs that R was run on for the golden numbers of these tests.

As `cases.py` builds them from the reference's own R expressions: sp (strata and PSUs), spf (with fpc), two (two stages,
fpc for both), rk (rake), rkc (calibrate with calfun="raking"), jkn (JKn), brr. t5 = as.numeric(q5 >= 4). survey 4.1-1.
"""

import pandas as pd

from analysis.estimation import Sample
from tests.analysis import cases

DATA = "citizen395_a.csv"


def rows() -> pd.DataFrame:
    return cases.frame(DATA)


def sample(design: str) -> Sample:
    return cases.sample(f"citizen395_a.{design}")
