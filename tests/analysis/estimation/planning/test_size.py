"""Sample sizes against Cochran (1977), the ministry's formula and the margins worked out by hand."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation.errors import EstimationError
from analysis.estimation.planning import (
    Figure,
    cluster_deff,
    domain_sizes,
    precision,
    sample_size,
    sizes_frame,
    yamane_size,
)

TWO = math.erf(2 / math.sqrt(2))  # the level at which the normal quantile is Cochran's t = 2


@pytest.mark.parametrize(
    ("n", "share", "points"),
    [(395, 0.5, 4.93), (395, 0.81, 3.87), (580, 0.5, 4.07), (580, 0.81, 3.19), (30, 0.5, 17.89), (30, 0.81, 14.04)],
)
def test_margins_of_simple_random_samples(n: int, share: float, points: float) -> None:
    """1.96·√(p(1−p)/n), in percentage points."""
    assert 100 * precision(Figure(value=share), n).half_width == pytest.approx(points, abs=0.005)


def test_thirty_one_a_village_make_580_people_worth_232() -> None:
    deff = cluster_deff(31, 0.05)
    assert deff == pytest.approx(2.5)
    assert precision(Figure(deff=deff), 580).effective_n == pytest.approx(232)
    assert cluster_deff(31, 0.05, weight_cv=0.5) == pytest.approx(2.5 * 1.25)


def test_cochrans_share_of_a_finite_population() -> None:
    """Cochran 1977, 4.4: d = 0.05, t = 2, p = 0.5: n₀ = 400; N = 3,200: n = 400 / (1 + 399/3200) = 356."""
    assert sample_size(Figure(level=TWO), half_width=0.05).unrounded == pytest.approx(400)
    size = sample_size(Figure(level=TWO, population=3200), half_width=0.05)
    assert size.unrounded == pytest.approx(400 / (1 + 399 / 3200))
    assert size.need == 356


def test_cochrans_mean_of_a_finite_population() -> None:
    """Cochran 1977, 4.6: S² = 85.6, mean 19, within 10 %, t = 2: n₀ = 95; N = 430: n = 78."""
    figure = Figure(value=19, sd=math.sqrt(85.6), level=TWO)
    assert sample_size(figure, half_width=1.9).need == 95
    assert sample_size(Figure(value=19, sd=math.sqrt(85.6), level=TWO, population=430), half_width=1.9).need == 78


def test_a_wish_as_coefficient_of_variation() -> None:
    """n₀ = Q / (P·cv²) (Cochran 1977, 4.5): P = 0.1, cv = 0.1: 900."""
    size = sample_size(Figure(value=0.1), cv=0.1)
    assert size.need == 900
    assert size.reached.cv == pytest.approx(0.1)


def test_yamane_gives_395_for_31600() -> None:
    size = yamane_size(Figure(population=31_600))
    assert (size.formula, size.need, size.ask) == ("yamane", 395, 395)
    assert size.reached.half_width == pytest.approx(
        1.959964 * math.sqrt(0.25 / 395 * (31_600 - 395) / 31_599), abs=1e-7
    )


@given(st.integers(2, 10**7), st.floats(0.01, 0.2))
@settings(max_examples=50, deadline=None)
def test_yamane_is_cochran_at_two_standard_errors(population: int, half_width: float) -> None:
    """But for the N−1 in a share's variance, which moves the size by less than half a person."""
    figure = Figure(level=TWO, population=population)
    cochran = sample_size(figure, half_width=half_width).unrounded
    assert yamane_size(figure, half_width=half_width).unrounded == pytest.approx(cochran, abs=0.5)


def test_more_are_asked_than_will_answer() -> None:
    size = sample_size(Figure(response_rate=0.8), half_width=0.05)
    assert (size.need, size.ask, size.expect, size.met) == (385, 482, 385, True)


def test_a_small_population_that_cannot_answer_enough_says_so() -> None:
    size = sample_size(Figure(population=100, response_rate=0.5), half_width=0.05)
    assert (size.need, size.ask, size.expect, size.met) == (80, 100, 50, False)
    assert size.reached.half_width > 0.05


@given(
    st.floats(0.02, 0.98),
    st.floats(0.01, 0.2),
    st.floats(0.5, 4),
    st.one_of(st.none(), st.integers(50, 10**6)),
    st.floats(0.3, 1),
)
@settings(max_examples=100, deadline=None)
def test_the_size_reaches_the_wish_and_one_person_less_does_not(
    share: float, half_width: float, deff: float, population: int | None, response: float
) -> None:
    figure = Figure(value=share, deff=deff, population=population, response_rate=response)
    size = sample_size(figure, half_width=half_width)
    assert precision(figure, size.need).half_width <= half_width * (1 + 1e-6)
    if size.need > 1:
        assert precision(figure, size.need - 1).half_width > half_width * (1 - 1e-6)
    assert size.met == (size.reached.n >= size.need)
    assert population is None or size.ask <= population


def test_a_census_has_no_error() -> None:
    reached = precision(Figure(population=200), 200)
    assert (reached.se, reached.half_width, reached.deff) == (0, 0, 0)


def test_each_domain_has_its_own_size() -> None:
    units = {"Văn Quan": Figure(population=31_600, level=TWO), "Lạng Sơn": Figure(population=3200, level=TWO)}
    sizes = domain_sizes(units, half_width={"Văn Quan": 0.1, "Lạng Sơn": 0.05})
    assert [size.need for size in sizes.values()] == [100, 356]
    frame = sizes_frame(sizes)
    assert frame["domain"].tolist() == ["Văn Quan", "Lạng Sơn"]
    assert frame["need"].tolist() == [100, 356]


def test_a_mean_may_be_wanted_to_within_more_than_one() -> None:
    assert sample_size(Figure(value=60, sd=20), half_width=2).need == 385  # (1.96·20/2)² = 384.1


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("EST_BAD_LEVEL", lambda: Figure(level=95)),
        ("PLN_BAD_SHARE", lambda: Figure(value=50)),
        ("PLN_BAD_SHARE", lambda: Figure(value=None)),
        ("PLN_BAD_RATE", lambda: Figure(response_rate=0)),
        ("PLN_BAD_NUMBER", lambda: Figure(deff=0)),
        ("PLN_BAD_NUMBER", lambda: Figure(value=math.nan, sd=9)),
        ("EST_NOT_COUNT", lambda: Figure(population=0)),
        ("EST_NOT_COUNT", lambda: Figure(population=10.5)),
        ("PLN_BAD_NUMBER", lambda: sample_size(Figure(), half_width=0)),
        ("PLN_BAD_NUMBER", lambda: sample_size(Figure(), half_width=math.nan)),
        ("PLN_NOT_PART", lambda: sample_size(Figure(), half_width=5)),
        ("PLN_NOT_PART", lambda: sample_size(Figure(), cv=5)),
        ("PLN_NOT_PART", lambda: sample_size(Figure(value=19, sd=9), cv=10)),
        ("PLN_NOT_PART", lambda: yamane_size(Figure(population=31_600), half_width=5)),
        ("PLN_YAMANE_MEAN", lambda: yamane_size(Figure(value=19, sd=9, population=31_600))),
        ("PLN_ONE_WISH", lambda: sample_size(Figure())),
        ("PLN_ONE_WISH", lambda: sample_size(Figure(), half_width=0.05, cv=0.1)),
        ("PLN_NEEDS_VALUE", lambda: sample_size(Figure(value=None, sd=3), cv=0.1)),
        ("PLN_NEEDS_POPULATION", lambda: yamane_size(Figure())),
        ("PLN_BEYOND", lambda: precision(Figure(population=10), 11)),
        ("EST_NOT_COUNT", lambda: precision(Figure(), 0.5)),
        ("PLN_BAD_ICC", lambda: cluster_deff(10, 2)),
        ("PLN_BAD_ICC", lambda: cluster_deff(10, -0.2)),
        ("PLN_BAD_NUMBER", lambda: cluster_deff(0.5, 0.1)),
        ("PLN_BAD_NUMBER", lambda: cluster_deff(10, 0.1, weight_cv=-1)),
        ("PLN_NO_WISH", lambda: domain_sizes({"a": Figure()}, half_width={"b": 0.1})),
    ],
)
def test_impossible_wishes_are_refused(code: str, call) -> None:
    with pytest.raises(EstimationError) as caught:
        call()
    assert caught.value.code == code
