"""R² divided among regressors: against R, against published numbers, by hand, and by what must hold for any data."""

import json
from collections.abc import Callable
from itertools import permutations
from math import factorial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimation import Design, EstimationError, Sample, limits, smooth
from analysis.estimation.importance import MOST_ORDERED, Division, relative_importance
from analysis.estimation.models import glm
from tests.analysis.estimation.survey395 import sample

R = json.loads((Path(__file__).parents[2] / "reference" / "importance.json").read_text(encoding="utf-8"))
CARS = ["cyl", "disp", "hp", "wt"]
PEOPLE = ["q1", "q4", "q9", "wait_days"]
DIVISIONS: tuple[Division, ...] = ("lmg", "johnson")
both = pytest.mark.parametrize("division", DIVISIONS)


def swiss() -> pd.DataFrame:
    return pd.DataFrame(R["swiss"]).assign(w=1.0 + np.arange(1, 48) % 3)


def correlated(n: int = 80, k: int = 4, seed: int = 3) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, k)) + random.normal(size=(n, 1))
    y = x @ np.linspace(1, 0, k) + random.normal(size=n)
    named = {f"x{j}": x[:, j] for j in range(k)}
    return pd.DataFrame(
        {**named, "y": y, "w": random.uniform(0.5, 3, n), "s": np.arange(n) % 2, "u": np.arange(n) // 4}
    )


def r2(frame: pd.DataFrame, terms: list[str]) -> float:
    """The weighted R² by numpy's least squares."""
    w, y = frame["w"].to_numpy(), frame["y"].to_numpy()
    matrix = np.column_stack([np.ones(len(y)), frame[terms]]) * np.sqrt(w)[:, None]
    rest = np.sqrt(w) * y - matrix @ np.linalg.lstsq(matrix, np.sqrt(w) * y, rcond=None)[0]
    return float(1 - rest @ rest / (w @ (y - np.average(y, weights=w)) ** 2))


@both
def test_the_parts_are_those_of_r(division: Division) -> None:
    """importance.R: all orders one by one, eigen() and solve()."""
    for name, design in (("swiss", Design()), ("swiss_weighted", Design(weight="w"))):
        terms = [name for name in R["swiss"] if name != "Fertility"]
        found = relative_importance(Sample.of(swiss(), design), "Fertility", terms, division=division)
        assert found.value[:-1] == pytest.approx(R["parts"][name][division], rel=1e-11)
    cars = relative_importance(Sample.of(R["mtcars"], Design()), "mpg", CARS, division=division)
    assert cars.value[:-1] == pytest.approx(R["parts"]["mtcars"][division], rel=1e-11)


def test_published_examples_are_met() -> None:
    """calc.relimp(lm(Fertility ~ ., swiss), type = "lmg") as Grömping (2006) prints it: 0.0571, 0.1712, 0.2601, 0.1056,
    0.1128 of 0.7067; rwa_multiregress(mtcars, "mpg", …), «Regression methods» of R rwa."""
    terms = [name for name in R["swiss"] if name != "Fertility"]
    found = relative_importance(Sample.of(R["swiss"], Design()), "Fertility", terms)
    assert found.labels == (*terms, "r2")
    printed = [0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592, 0.706735]
    assert found.value == pytest.approx(printed, abs=1e-6)
    cars = relative_importance(Sample.of(R["mtcars"], Design()), "mpg", CARS, division="johnson")
    assert cars.value == pytest.approx([0.2096904, 0.1883043, 0.1799590, 0.2706812, 0.8486], abs=5e-5)


@both
def test_errors_under_a_design_are_those_of_r(division: Division) -> None:
    """svytotal of influence values that R finds by moving each weight; withReplicates on JKn."""
    expected = R["survey"][division]
    linearised = relative_importance(sample("sp"), "score", PEOPLE, division=division)
    assert linearised.value == pytest.approx(expected["value"], rel=1e-11)
    assert linearised.se == pytest.approx(expected["linearised"], rel=1e-6)  # the reference's own differences
    replicated = relative_importance(sample("jkn"), "score", PEOPLE, division=division)
    assert replicated.se == pytest.approx(expected["replicated"], rel=1e-9)
    assert set(linearised.df) == {sample("sp").df - 4}


@both
def test_the_parts_sum_to_r2_and_so_do_their_errors(division: Division) -> None:
    frame = correlated()
    found = relative_importance(Sample.of(frame, Design(weight="w")), "y", ["x0", "x1", "x2", "x3"], division=division)
    assert found.value[-1] == pytest.approx(r2(frame, ["x0", "x1", "x2", "x3"]), rel=1e-12)
    assert found.value[:-1].sum() == pytest.approx(found.value[-1], rel=1e-12)
    assert found.covariance[:-1, :-1].sum() == pytest.approx(found.variance[-1], rel=1e-9)


def test_lmg_is_the_mean_gain_over_all_orders() -> None:
    frame, terms = correlated(), ["x0", "x1", "x2", "x3"]
    gains = dict.fromkeys(terms, 0.0)
    for order in permutations(terms):
        for place, term in enumerate(order):
            gains[term] += r2(frame, list(order[: place + 1])) - r2(frame, list(order[:place]))
    found = relative_importance(Sample.of(frame, Design(weight="w")), "y", terms)
    assert found.value[:-1] == pytest.approx([gains[term] / factorial(4) for term in terms], rel=1e-10)


@both
def test_two_regressors_by_hand(division: Division) -> None:
    """Eight people whose x are ±1 with correlation 1/2 and y their sum: r_y = (√3/2, √3/2), all of R² = 1, half each.
    Uncorrelated x get their squared correlations: 4/5 and 1/5 for y = 2·x1 + x2."""
    x1, x2 = np.array([1, 1, 1, 1, -1, -1, -1, -1.0]), np.array([1, 1, 1, -1, -1, -1, -1, 1.0])
    found = relative_importance(
        Sample.of({"y": x1 + x2, "a": x1, "b": x2}, Design()), "y", ["a", "b"], division=division
    )
    assert found.value == pytest.approx([0.5, 0.5, 1])
    x2 = np.array([1, 1, -1, -1, 1, 1, -1, -1.0])
    found = relative_importance(
        Sample.of({"y": 2 * x1 + x2, "a": x1, "b": x2}, Design()), "y", ["a", "b"], division=division
    )
    assert found.value == pytest.approx([0.8, 0.2, 1])


@both
def test_units_of_measurement_and_of_weight_do_not_matter(division: Division) -> None:
    frame, terms = correlated(), ["x0", "x1", "x2", "x3"]
    design = Design(strata="s", psu="u", weight="w")
    first = relative_importance(Sample.of(frame, design), "y", terms, division=division)
    other = frame.assign(x0=frame.x0 * -1000 + 7, x3=frame.x3 / 50, y=frame.y * 3 - 1e4, w=frame.w * 900)
    second = relative_importance(Sample.of(other, design), "y", terms, division=division)
    assert second.value == pytest.approx(first.value, rel=1e-9)
    assert second.se == pytest.approx(first.se, rel=1e-9)


@both
def test_the_error_is_the_derivative_in_the_weights(division: Division) -> None:
    """Raising one person's weight moves the parts as the linearised error says."""
    frame, terms = correlated(n=30), ["x0", "x1", "x2", "x3"]

    def value(w: np.ndarray) -> np.ndarray:
        made = Sample.of(frame.assign(w=w), Design(weight="w"))
        return relative_importance(made, "y", terms, division=division).value

    w = frame["w"].to_numpy()
    h = 1e-5 * w
    moved = np.array([(value(w + h * one) - value(w - h * one)) / (2 * h[i]) for i, one in enumerate(np.eye(30))])
    z = moved * w[:, None]
    expected = np.sqrt(30 / 29 * ((z - z.mean(axis=0)) ** 2).sum(axis=0))
    found = relative_importance(Sample.of(frame, Design(weight="w")), "y", terms, division=division)
    assert found.se == pytest.approx(expected, rel=1e-6)


def test_rows_without_an_answer_leave_the_regression_and_not_the_design() -> None:
    frame = correlated()
    frame.loc[frame.u == 3, "x1"] = np.nan
    design = Design(strata="s", psu="u", weight="w")
    found = relative_importance(Sample.of(frame, design), "y", ["x0", "x1"])
    kept = relative_importance(Sample.of(frame.dropna().reset_index(), design), "y", ["x0", "x1"])
    assert found.value == pytest.approx(kept.value, rel=1e-12)
    assert found.n[0] == 76
    assert found.df[0] == glm(Sample.of(frame, design), "y", ["x0", "x1"]).coefficients.df[0] == kept.df[0] + 2


@pytest.mark.parametrize(
    ("change", "terms", "code", "named"),
    [
        (lambda f: f.assign(x2=f.x0 - 2 * f.x1), ["x0", "x1", "x2"], "MOD_COLLINEAR", {"term": "x2"}),
        (lambda f: f.assign(x1=4.0), ["x0", "x1"], "MOD_COLLINEAR", {"term": "x1"}),
        (lambda f: f.assign(y=1.0), ["x0", "x1"], "MOD_CONSTANT", {"column": "y"}),
        (lambda f: f.head(3), ["x0", "x1"], "MOD_FEW_ROWS", {"rows": 3}),
        (
            lambda f: f.assign(**{f"z{j}": f.x0 for j in range(MOST_ORDERED + 1)}),
            [f"z{j}" for j in range(MOST_ORDERED + 1)],
            "MOD_TOO_MANY",
            {"count": MOST_ORDERED + 1},
        ),
    ],
)
def test_what_cannot_be_divided_is_refused_by_name(
    change: Callable[[pd.DataFrame], pd.DataFrame], terms: list[str], code: str, named: dict[str, object]
) -> None:
    with pytest.raises(EstimationError) as caught:
        relative_importance(Sample.of(change(correlated()), Design()), "y", terms)
    assert caught.value.code == code
    assert named.items() <= caught.value.values.items()


def test_johnson_takes_more_regressors_than_all_orders_could() -> None:
    frame = correlated(n=200, k=33)
    terms = [f"x{j}" for j in range(33)]
    found = relative_importance(Sample.of(frame, Design(weight="w")), "y", terms, division="johnson")
    assert found.value[:-1].sum() == pytest.approx(r2(frame, terms), rel=1e-10)


@pytest.mark.slow
@both
def test_intervals_of_the_shares_cover_the_truth(division: Division) -> None:
    """1,000 samples of 395 from a normal population whose parts are known: logit intervals of the parts' shares."""
    k, draws = 5, 1000
    inner = np.full((k, k), 0.6) + 0.4 * np.eye(k)
    slopes = np.array([0.5, 0.3, 0.2, 0.1, 0.0])
    terms = [f"x{j}" for j in range(k)]
    root = np.linalg.cholesky(inner)
    # A sample whose moments are the population's: its parts are the truth.
    exact = np.linalg.qr(np.column_stack([np.ones(40), np.random.default_rng(1).normal(size=(40, k + 1))]))[0][:, 1:]
    exact *= np.sqrt(40)

    def made(noise: np.ndarray) -> Sample:
        x = noise[:, :k] @ root.T
        return Sample.of({**dict(zip(terms, x.T, strict=True)), "y": x @ slopes + noise[:, k]}, Design())

    truth = relative_importance(made(exact), "y", terms, division=division).value
    truth = truth[:k] / truth[k]
    random, hits = np.random.default_rng(20), np.zeros(k)
    for _ in range(draws):
        found = relative_importance(made(random.normal(size=(395, k + 1))), "y", terms, division=division)
        share = smooth(found, lambda v: v[:k] / v[k], labels=terms)
        low, high, _ = limits(share.value, share.se, method="logit", level=0.95, df=share.df, n=share.n)
        hits += (low <= truth) & (truth <= high)
    assert (hits / draws > 0.92).all() and (hits / draws < 0.98).all()
