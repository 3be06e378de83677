"""The variance of stages, lone units and several weighting steps, by hand and by derivatives in the base weights."""

import numpy as np
import pytest

from analysis.estimation import Design, Sample, calibrate, mean, poststratify, total
from analysis.estimation.design import LonelyPsu
from analysis.estimation.replicates import Replicates
from tests.analysis.estimation.survey395 import rows

LONE = {"h": ["a", "a", "b"], "p": [1, 2, 1], "y": [4.0, 8.0, 3.0]}


def test_two_stages_by_hand() -> None:
    """2 of 4 villages, in each 2 of 4 or 2 of 3 people: z = 2·y·(4 or 3)/2, so villages 4+12 and 6+12.

    V = (1−½)·2/1·((16−17)² + (18−17)²) + ½·[(1−½)·2/1·((4−8)² + (12−8)²) + (1−⅔)·2/1·((6−9)² + (12−9)²)].
    """
    data = {
        "v": [1, 1, 2, 2],
        "i": [1, 2, 1, 2],
        "N": [4] * 4,
        "M": [4, 4, 3, 3],
        "w": [4.0, 4, 3, 3],
        "y": [1.0, 3, 2, 4],
    }
    design = Design(psu=("v", "i"), weight="w", fpc=("N", "M"))
    found = total(Sample.of(data, design), "y")
    assert found.value[0] == 34
    assert found.variance[0] == pytest.approx(2 + (32 + 12) / 2, rel=1e-12)
    assert found.df[0] == 1
    # R: d <- data.frame(v=c(1,1,2,2), i=c(1,2,1,2), N=4, M=c(4,4,3,3), w=c(4,4,3,3), y=c(1,3,2,4))
    #    vcov(svytotal(~y, svydesign(id=~v+i, weights=~w, fpc=~N+M, data=d, nest=TRUE)))
    assert found.variance[0] == pytest.approx(24, rel=1e-12)


def test_later_stages_without_fpc_add_nothing() -> None:
    data = {"v": [1, 1, 2, 2], "i": [1, 2, 1, 2], "y": [1.0, 3, 2, 4]}
    two, one = (total(Sample.of(data, Design(psu=psu)), "y") for psu in (("v", "i"), "v"))
    assert two.variance[0] == one.variance[0] == 2 * ((4 - 5) ** 2 + (6 - 5) ** 2)


@pytest.mark.parametrize(
    ("policy", "variance"),
    [("remove", 16.0), ("certainty", 16.0), ("adjust", 16.0 + (3 - 5) ** 2), ("average", 16.0 + 16.0)],
)
def test_a_lone_unit_adds_what_its_policy_says(policy: LonelyPsu, variance: float) -> None:
    """Stratum a has V = 2·((4−6)² + (8−6)²) = 16; the mean of all three units is 5."""
    found = total(Sample.of(LONE, Design(strata="h", psu="p", lonely_psu=policy)), "y")
    assert found.variance[0] == pytest.approx(variance, rel=1e-12)


def test_a_census_stratum_of_one_unit_is_not_lone() -> None:
    found = total(Sample.of({**LONE, "N": [4, 4, 1]}, Design(strata="h", psu="p", fpc="N")), "y")
    assert found.variance[0] == pytest.approx(0.5 * 16, rel=1e-12)


def test_residuals_of_several_steps_are_the_derivatives_of_the_chain() -> None:
    """Post-stratified, then linearly calibrated: both steps are linear in the base weights of a unit, so the deviations
    must be those of ∂θ/∂log d, whatever order residuals are taken in: only the last step first gives them."""
    population = {"1": 60_000.0, "2": 50_000.0}
    first = poststratify(Sample.of(rows(), Design(strata="stratum", psu="psu", weight="w")), "sex", population)
    sample = calibrate(first, {"edu": 1.02 * first.weights @ rows()["edu"], "online": 40_000.0}, population=110_000.0)
    units = sample.units.first
    step, size = 1e-5, len(units.group)
    moved = np.stack([1 + sign * step * np.eye(size) for sign in (1, -1)], axis=1).reshape(size, -1)
    replicates = Replicates(kind="other", factors=moved, scales=np.ones(2 * size), around="mean", df=1.0)
    asked, known = sample.replicated(replicates), rows()["score"].notna().to_numpy()
    score = rows()["score"].fillna(0.0).to_numpy()
    values = np.array(
        [(w * score).sum() / w[known].sum() for w in (asked.replicate_weights(r) for r in range(2 * size))]
    )
    derivative = (values[:size] - values[size:]) / (2 * step)
    variance = sum(
        len(z) / (len(z) - 1) * ((z - z.mean()) ** 2).sum()
        for z in (derivative[units.group == h] for h in range(len(units.names)))
    )
    found = mean(sample, "score")
    assert found.variance[0] == pytest.approx(variance, rel=1e-6)
    as_drawn = mean(Sample.of(rows(), Design(strata="stratum", psu="psu", weight="w")), "score")
    assert abs(found.variance[0] / as_drawn.variance[0] - 1) > 0.01


def test_every_form_of_error_is_deviations_whose_squares_sum_to_it() -> None:
    sample = Sample.of(rows(), Design(strata="stratum", psu="psu", weight="w", fpc="fpc"))
    found = mean(sample, ["wait_days", "fee"], by=["sex"])
    deviations = found.spread.deviations()
    assert np.allclose((deviations**2).sum(axis=0), found.variance, rtol=1e-12)
    assert np.allclose(deviations.T @ deviations, found.covariance, rtol=1e-12)
    assert np.linalg.eigvalsh(found.covariance).min() > -1e-12 * found.variance.max()
