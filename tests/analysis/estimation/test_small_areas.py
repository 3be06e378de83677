"""The Fay-Herriot model: R sae on the published milk data, and cases that can be worked out by hand."""

import csv

import numpy as np
import pytest

from analysis.estimation.small_areas import fay_herriot
from tests.analysis.reference import FOLDER


def milk() -> dict[str, np.ndarray]:
    with (FOLDER / "milk_fay_herriot.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


@pytest.mark.parametrize(
    ("grouped", "tail", "between"), [(True, "", 0.0185503347627667), (False, "_one", 0.0543112580200617)]
)
def test_the_milk_data_as_r_sae_has_them(grouped: bool, tail: str, between: float) -> None:
    data = milk()
    group = data["group"].astype(int) if grouped else np.zeros(43, dtype=int)
    found = fay_herriot(data["yi"], data["sd"] ** 2, group)
    assert found.between == pytest.approx(between, rel=1e-11)
    assert found.value == pytest.approx(data["eblup" + tail], rel=1e-11)
    assert found.mse == pytest.approx(data["mse" + tail], rel=1e-11)


def test_equal_variances_by_hand() -> None:
    """With one ψ and one mean restricted likelihood gives A = s² − ψ, and every deviation shrinks by ψ/s²."""
    direct, own = np.array([0.6, 0.7, 0.75, 0.95]), 0.004
    spread = direct.var(ddof=1)
    found = fay_herriot(direct, np.full(4, own), np.zeros(4, dtype=int))
    assert found.between == pytest.approx(spread - own)
    assert found.value == pytest.approx(0.75 + (direct - 0.75) * (1 - own / spread))
    pull = own / spread
    by_hand = (spread - own) * pull + pull**2 * spread / 4 + 2 * pull**2 * (2 * spread**2 / 4) / spread
    assert found.mse == pytest.approx(by_hand)


def test_areas_that_differ_no_more_than_sampling_makes_them_all_have_the_mean() -> None:
    found = fay_herriot(np.array([0.70, 0.71, 0.69, 0.70]), np.array([0.01, 0.02, 0.01, 0.04]), np.zeros(4, dtype=int))
    assert found.between == 0
    mean = np.average([0.70, 0.71, 0.69, 0.70], weights=[100, 50, 100, 25])
    assert found.value == pytest.approx(mean)
    assert found.own == pytest.approx(0)


def test_the_fewer_answered_the_more_an_area_is_drawn_to_its_own_groups_mean() -> None:
    direct = np.array([0.9, 0.9, 0.6, 0.3, 0.3, 0.1])
    found = fay_herriot(direct, np.array([0.001, 0.01, 0.001, 0.001, 0.01, 0.001]), np.array([7, 7, 7, 9, 9, 9]))
    assert found.own[0] > found.own[1]
    assert abs(found.value[1] - 0.9) > abs(found.value[0] - 0.9)
    assert (found.value[:3] > 0.55).all() and (found.value[3:] < 0.35).all()


def test_it_needs_more_areas_than_groups_and_an_error_for_each() -> None:
    for variance, group in (([0.1, 0.1], [0, 1]), ([0.1, 0.0, 0.1], [0, 0, 0])):
        with pytest.raises(ValueError, match="more areas than groups"):
            fay_herriot(np.zeros(len(variance)), np.array(variance), np.array(group))
