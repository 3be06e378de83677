"""The precision planned for a design against closed forms, Cochran's cities and the model's covariances in full."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.estimation.errors import EstimationError
from analysis.estimation.planning import (
    Figure,
    PlannedStage,
    PlannedStratum,
    cluster_deff,
    planned_precision,
    precision,
)


def stratum(*stages: PlannedStage, name: str = "a", population: float = 1e6, **values) -> PlannedStratum:
    return PlannedStratum(name=name, population=population, stages=stages, **values)


def test_one_stage_of_people_is_a_simple_random_sample() -> None:
    """The finite population's S² has N/(N−1) more, so the sizes are compared through `sd`."""
    for population in (None, 3200):
        whole = planned_precision([stratum(PlannedStage(take=395, population=population), sd=0.5)]).whole
        known = precision(Figure(sd=0.5, population=population), 395)
        assert whole.se == pytest.approx(known.se)
        assert whole.df == 394
        assert whole.half_width == pytest.approx(stats.t.ppf(0.975, 394) * known.se)


def test_clusters_of_31_have_kishs_design_effect() -> None:
    """20 villages of 31 people, ICC 0.05: deff 2.5, so 620 people are worth 248."""
    whole = planned_precision([stratum(PlannedStage(take=20, icc=0.05), PlannedStage(take=31))]).whole
    assert (whole.deff, whole.effective_n) == (pytest.approx(2.5), pytest.approx(248))
    weighted = planned_precision([stratum(PlannedStage(take=20, icc=0.05), PlannedStage(take=31), weight_cv=0.4)]).whole
    assert weighted.deff == pytest.approx(cluster_deff(31, 0.05, weight_cv=0.4))


def test_cochrans_64_cities() -> None:
    """Cochran 1977, 5.6: the variances of the total are 1,882,293 (6 and 18 cities) and 1,090,827 (12 and 12)."""
    for takes, known in (((6, 18), 1_882_293), ((12, 12), 1_090_827)):
        strata = [
            stratum(
                PlannedStage(take=take, population=count),
                name=str(count),
                population=count,
                value=1,
                sd=math.sqrt(square),
            )
            for take, count, square in zip(takes, (16, 48), (53_843, 5_581), strict=True)
        ]
        assert (64 * planned_precision(strata).whole.se) ** 2 == pytest.approx(known, abs=1)


@given(
    st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=3),
    st.lists(st.floats(0, 1), min_size=2, max_size=2),
)
@settings(max_examples=40, deadline=None)
def test_a_nested_design_has_the_models_variance(sizes: list[tuple[int, int]], iccs: list[float]) -> None:
    """Second route: c'Σc over every person of the population, c = 1/n in the sample less 1/N, Σ the covariances."""
    takes, counts = [min(pair) for pair in sizes], [max(pair) for pair in sizes]
    rho = [*sorted(iccs)[: len(sizes) - 1], 1.0]
    stages = tuple(
        PlannedStage(take=m, population=count, icc=r) for m, count, r in zip(takes, counts, rho, strict=True)
    )
    people = np.array(list(np.ndindex(*counts)))
    covariance, above = np.zeros((len(people), len(people))), 0.0
    for depth, icc in enumerate(rho, start=1):
        same = (people[:, None, :depth] == people[None, :, :depth]).all(axis=2)
        covariance += (icc - above) * same
        above = icc
    inside = (people < takes).all(axis=1)
    contrast = inside / inside.sum() - 1 / len(people)
    found = planned_precision([stratum(*stages, population=len(people), value=1, sd=3)])
    assert found.whole.se**2 == pytest.approx(9 * contrast @ covariance @ contrast, abs=1e-12)


def test_the_whole_weighs_strata_and_counts_what_stratification_gains() -> None:
    """By hand: shares 0.2 and 0.8, half of the people each, 100 answers each: se² = ¼·(0.16+0.16)/100."""
    strata = [stratum(PlannedStage(take=100), name=str(p), value=p) for p in (0.2, 0.8)]
    found = planned_precision(strata)
    assert [row.name for row in found.strata] == ["0.2", "0.8"]
    assert found.whole.value == pytest.approx(0.5)
    assert found.whole.se == pytest.approx(math.sqrt(0.25 * 0.32 / 100))
    assert found.whole.deff == pytest.approx(0.16 / 0.25)
    assert found.to_frame()["name"].tolist() == ["0.2", "0.8", ""]


def test_degrees_of_freedom_are_units_less_strata() -> None:
    strata = [stratum(PlannedStage(take=m, icc=0.1), PlannedStage(take=9), name=str(m)) for m in (4, 6)]
    assert planned_precision(strata).whole.df == 8


def test_units_that_are_all_taken_are_strata() -> None:
    """Two districts, both taken, three of five villages in each: no error between districts, df 2·(3−1)."""
    stages = (
        PlannedStage(take=2, population=2, icc=0.3),
        PlannedStage(take=3, population=5, icc=0.3),
        PlannedStage(take=10),
    )
    whole = planned_precision([stratum(*stages, sd=1, value=1)]).whole
    assert whole.df == 4
    assert whole.se**2 == pytest.approx(0.7 / 60)


def test_one_unit_alone_leaves_no_interval_and_a_census_no_error() -> None:
    assert math.isnan(
        planned_precision([stratum(PlannedStage(take=1, icc=0.1), PlannedStage(take=9))]).whole.half_width
    )
    assert planned_precision([stratum(PlannedStage(take=9, population=9))]).whole.half_width == 0


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("EST_BAD_LEVEL", lambda: planned_precision([stratum(PlannedStage(take=5))], level=95)),
        ("PLN_NO_STRATA", lambda: planned_precision([])),
        ("PLN_STRATUM_TWICE", lambda: planned_precision([stratum(PlannedStage(take=5))] * 2)),
        ("PLN_TOO_MANY", lambda: planned_precision([stratum(PlannedStage(take=50), population=20)])),
        (
            "PLN_TOO_MANY",
            lambda: planned_precision([stratum(PlannedStage(take=5, icc=0.1), PlannedStage(take=5), population=20)]),
        ),
        ("PLN_BAD_NUMBER", lambda: planned_precision([stratum(PlannedStage(take=5), weight_cv=-1)])),
        ("EST_NOT_COUNT", lambda: planned_precision([stratum(PlannedStage(take=2.5))])),
        ("EST_NOT_COUNT", lambda: planned_precision([stratum(PlannedStage(take=0))])),
        ("EST_NOT_COUNT", lambda: planned_precision([stratum(PlannedStage(take=2, population=10.5))])),
        ("PLN_STAGE_SIZE", lambda: planned_precision([stratum(PlannedStage(take=5, population=4))])),
        ("PLN_NO_STAGE", lambda: planned_precision([stratum()])),
        ("PLN_LAST_ICC", lambda: planned_precision([stratum(PlannedStage(take=5, icc=0.1))])),
        ("PLN_BAD_ICC", lambda: planned_precision([stratum(PlannedStage(take=5, icc=1.1))])),
        ("PLN_BAD_SHARE", lambda: planned_precision([stratum(PlannedStage(take=5), value=81)])),
        ("PLN_BAD_NUMBER", lambda: planned_precision([stratum(PlannedStage(take=5), population=0)])),
    ],
)
def test_impossible_designs_are_refused(code: str, call) -> None:
    with pytest.raises(EstimationError) as caught:
        call()
    assert caught.value.code == code
