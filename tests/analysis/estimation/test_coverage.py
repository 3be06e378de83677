"""Default intervals cover what they promise, in a small share of the simulation of `benchmarks/coverage.py`."""

import pytest
from scipy.stats import binom

from benchmarks.coverage import LEAST, MOST, SMALL, simulate
from benchmarks.coverage_population import SETTINGS

DRAWS = 300
RARE = 1e-4


@pytest.mark.slow
def test_nominal_95_percent_intervals_cover_93_to_97_percent() -> None:
    """Fewer or more hits than 9,999 of 10,000 simulations have where an interval covers just 93 % or 97 %."""
    least, most = binom.ppf(RARE, DRAWS, LEAST) / DRAWS, binom.isf(RARE, DRAWS, MOST) / DRAWS
    found = [each for each in simulate(SETTINGS[0], DRAWS, processes=1) if each.domain != SMALL]
    assert {each.title: each.coverage for each in found if not least <= each.coverage <= most} == {}
    assert all(0.85 < each.se.mean() / each.value.std() < 1.15 for each in found)
