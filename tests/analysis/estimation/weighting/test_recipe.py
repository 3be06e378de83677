"""A recipe is inert until it is run, and running it is taking its steps one by one."""

from itertools import pairwise

import pandas as pd
import pytest

from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError
from analysis.estimation.sample import Sample
from analysis.estimation.weighting import Recipe, calibrate, nonresponse, poststratify, rake, run, step, trim
from tests.analysis.estimation.weighting.people import MARGINS, jackknifed, people

RECIPE = Recipe(
    steps=(
        step(nonresponse, "sex", "here"),
        step(rake, MARGINS),
        step(trim, upper=3, times_median=True),
        step(calibrate, {"sex": MARGINS["sex"]}, distance="raking"),
    )
)


def base() -> Sample:
    frame = people(120, 7)
    return Sample.of(frame.assign(here=(frame.index % 9 != 8).astype(int)), Design(psu="psu", weight="w"))


def test_running_a_recipe_is_taking_its_steps() -> None:
    made = run(RECIPE, base())
    by_hand = trim(rake(nonresponse(base(), "sex", "here"), MARGINS), upper=3, times_median=True)
    by_hand = calibrate(by_hand, {"sex": MARGINS["sex"]}, distance="raking")
    assert made.weights.tolist() == by_hand.weights.tolist()
    assert [each.name for each in made.steps] == [each.name for each in RECIPE.steps]
    assert made.steps == by_hand.steps


def test_the_log_hangs_together() -> None:
    steps = run(RECIPE, base()).steps
    for before, after in pairwise(steps):
        assert (before.sum_after, before.deff_after, before.n_eff_after) == (
            after.sum_before,
            after.deff_before,
            after.n_eff_before,
        )


def test_the_recipe_travels_with_the_sample_and_is_done_again_on_other_weights() -> None:
    made = jackknifed(run(RECIPE, base()))
    for replicate in (0, 3):
        factors = made.replicates.factors[made.units.first.unit[made.units.of_row], replicate]
        kept = factors > 0
        frame = made.frame[kept].assign(w=(made.base * factors)[kept])
        afresh = run(RECIPE, Sample.of(frame, Design(psu="psu", weight="w")))
        assert made.replicate_weights(replicate)[kept] == pytest.approx(afresh.weights, rel=1e-9)


def test_a_recipe_asks_nothing_of_the_data_before_it_is_run() -> None:
    recipe = Recipe(steps=(step(poststratify, "home", {"1": 1.0}),))
    assert recipe == Recipe(steps=(step(poststratify, "home", {"1": 1.0}),))
    with pytest.raises(EstimationError):
        run(recipe, Sample.of(pd.DataFrame({"sex": [1]}), Design()))
