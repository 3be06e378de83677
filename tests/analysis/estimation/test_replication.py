"""Replicate weights against R, against linearisation where the two must agree, and against a loop over the rows."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation import Design, Estimate, EstimationError, Sample, mean, ratio, share, total
from analysis.estimation.replication import Kind, replicate
from analysis.estimation.weighting import poststratify, rake
from tests.analysis.estimation.ten_units import small

FOLDER = Path(__file__).parents[2] / "reference"
STRATIFIED = Design(strata="stratum", psu="psu", weight="w")
PAIRED = Design(strata="stratum", psu="half", weight="w")


@cache
def survey(dataset: str) -> pd.DataFrame:
    rows = pd.read_csv(FOLDER / f"{dataset}.csv")
    rows["t1"], rows["t4"] = ((rows[q] >= 4).astype(float).where(rows[q].notna()) for q in ("q1", "q4"))
    factors = pd.read_csv(FOLDER / f"brr_factors_{dataset}.csv")
    return rows.merge(factors, on=["stratum", "half"], validate="many_to_one")


@pytest.mark.parametrize(
    ("kind", "around", "se"),
    [
        ("JKn", "mean", 0.1594070171058),  # SE(svyratio(~y, ~x, as.svrepdesign(svydesign(~p, strata=~h,
        ("JKn", "estimate", 0.1594158322078),  # weights=~w, fpc=~N, data=d), "JKn", mse=FALSE or TRUE)))
        ("JK1", "mean", 0.1691855799952),  # the same without strata, fpc=~M, "JK1"
        ("JK1", "estimate", 0.1692462663307),
    ],
)
def test_jackknives_with_sampled_fractions_equal_those_of_r(kind: Kind, around: str, se: float) -> None:
    design = Design(strata="h", weight="w", fpc="N") if kind == "JKn" else Design(weight="w", fpc="M")
    found = ratio(replicate(Sample.of(small(), design), kind, around=around), "y", "x")
    assert found.se[0] == pytest.approx(se, rel=1e-12)
    assert found.df[0] == (6 if kind == "JKn" else 9)


EXACT: list[tuple[Kind, Design]] = [
    ("JK1", Design(psu="psu", weight="w")),
    ("JK1", Design(weight="w")),
    ("JKn", STRATIFIED),
    ("JKn", Design(strata="stratum", psu="psu", weight="w", fpc="fpc")),
    ("JKn", Design(strata="stratum", weight="w")),
    *[
        ("JKn", Design(strata="stratum", psu="psu_lonely", weight="w", lonely_psu=policy))
        for policy in ("remove", "certainty", "adjust", "average")
    ],
    ("BRR", PAIRED),
    ("Fay", PAIRED),
    ("BRR", Design(strata="stratum", psu="half", weight="w", fpc="many")),
    *[
        (kind, Design(strata="stratum", psu="half_lonely", weight="w", fpc="many", lonely_psu=policy))
        for kind in ("BRR", "Fay")
        for policy in ("remove", "adjust", "average")
    ],
]


@pytest.mark.parametrize(("kind", "design"), EXACT)
def test_jackknife_and_half_samples_give_totals_their_linearised_covariance(kind: Kind, design: Design) -> None:
    rows = survey("citizen395_a").assign(many=lambda d: 3 + d["stratum"] % 5)
    rows["half_lonely"] = rows["half"].where(~rows["stratum"].isin([4, 17]), 1)
    sample = Sample.of(rows, design)
    linear = total(sample, "fee", by=["sex"])
    for around in ("mean", "estimate"):
        found = total(replicate(sample, kind, around=around), "fee", by=["sex"])
        assert np.allclose(found.covariance, linear.covariance, rtol=1e-11)
        assert found.df[0] == linear.df[0]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_stratified_total_has_the_same_jackknife_and_linearised_error(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(2, 4), min_size=1, max_size=4))
    strata = np.repeat(np.arange(len(sizes)), sizes)
    numbers = st.lists(st.integers(0, 9), min_size=len(strata), max_size=len(strata))
    rows = {
        "h": strata,
        "y": np.array(data.draw(numbers), float),
        "w": np.array(data.draw(numbers), float) + 1,
        "N": np.repeat(sizes, sizes) + np.repeat(data.draw(st.tuples(*[st.integers(0, 9)] * len(sizes))), sizes),
    }
    order = data.draw(st.permutations(range(len(strata))))
    sample = Sample.of({name: values[order] for name, values in rows.items()}, Design(strata="h", weight="w", fpc="N"))
    linear, found = total(sample, "y"), total(replicate(sample, "JKn"), "y")
    assert found.se[0] == pytest.approx(linear.se[0], rel=1e-9, abs=1e-9)


def test_half_samples_of_33_strata_are_36_as_in_r_and_balanced() -> None:
    sample = replicate(Sample.of(survey("citizen395_a"), PAIRED), "BRR")
    assert sample.replicates is not None
    factors = sample.replicates.factors
    assert factors.shape == (66, 36)
    assert set(np.unique(factors)) == {0.0, 2.0}
    assert (factors[::2] + factors[1::2] == 2).all()
    assert (factors.mean(axis=1) == 1).all()
    fay = replicate(sample, "Fay", rho=0.3).replicates
    assert fay is not None
    assert np.allclose(fay.factors, 1 + 0.7 * (factors - 1), rtol=1e-15)
    assert np.allclose(fay.scales, 1 / (36 * 0.7**2))


def test_a_fay_rho_of_nothing_is_brr() -> None:
    sample = Sample.of(survey("citizen395_a"), PAIRED)
    brr, fay = replicate(sample, "BRR"), replicate(sample, "Fay", rho=0.0)
    assert mean(brr, "score").se[0] == mean(fay, "score").se[0]


# the bootstrap


def bootstrap_factors(rows: pd.DataFrame, design: Design, **options: int) -> np.ndarray:
    found = replicate(Sample.of(rows, design), "bootstrap", **options).replicates
    assert found is not None
    return found.factors


def test_bootstrap_factors_count_draws_of_one_unit_less_than_the_stratum_has() -> None:
    sample = Sample.of(survey("citizen5000_a"), STRATIFIED)
    made = replicate(sample, "bootstrap", replicates=400, seed=7).replicates
    assert made is not None
    stage = sample.units.first
    n = stage.size[stage.group]
    draws = made.factors * ((n - 1) / n)[:, None]
    assert np.allclose(draws, np.rint(draws), atol=1e-12)
    assert np.allclose(
        np.add.reduceat(draws, np.flatnonzero(np.diff(stage.group, prepend=-1))), stage.size[:, None] - 1
    )
    assert made.df == 165
    assert np.allclose(made.scales, 1 / 399)


def test_bootstrap_factors_have_mean_one_and_the_variance_of_the_draw() -> None:
    """E r = 1, Var r = 1−f, Cov(r_i, r_j) = −(1−f)/(n−1) in a stratum: what makes Σ wy r as uncertain as Σ wy."""
    rows = pd.DataFrame({"h": [1] * 5 + [2] * 3, "N": [20] * 5 + [6] * 3})
    factors = bootstrap_factors(rows, Design(strata="h", fpc="N"), replicates=40_000, seed=5)
    expected = np.zeros((8, 8))
    for places, n, left in ((slice(0, 5), 5, 0.75), (slice(5, 8), 3, 0.5)):
        expected[places, places] = left * (n * np.eye(n) - 1) / (n - 1)
    assert np.allclose(factors.mean(axis=1), 1, atol=0.02)
    assert np.allclose(np.cov(factors), expected, atol=0.03)
    assert factors.min() >= 0


@pytest.mark.parametrize("policy", ["remove", "adjust", "average"])
def test_bootstrap_variance_comes_to_the_linearised_one(policy: str) -> None:
    design = Design(strata="stratum", psu="psu_lonely", weight="w", fpc="many", lonely_psu=policy)
    rows = survey("citizen395_a").assign(many=lambda d: 12 + d["stratum"] % 5)
    sample = Sample.of(rows, design)
    for column in ("fee", "wait_days"):
        linear, found = total(sample, column), total(replicate(sample, "bootstrap", replicates=20_000, seed=3), column)
        assert found.se[0] == pytest.approx(linear.se[0], rel=0.015)  # 3 standard errors of a standard error


def test_the_bootstrap_is_settled_by_seed_and_stratum_and_not_by_their_order() -> None:
    rows = survey("citizen395_a")
    first = bootstrap_factors(rows, STRATIFIED, replicates=20, seed=4)
    assert (bootstrap_factors(rows.sample(frac=1, random_state=1), STRATIFIED, replicates=20, seed=4) == first).all()
    assert (bootstrap_factors(rows, STRATIFIED, replicates=9, seed=4) == first[:, :9]).all()
    assert (bootstrap_factors(rows, STRATIFIED, replicates=20, seed=5) != first).any()
    some = rows[rows["stratum"].isin([3, 20])]
    units = Sample.of(rows, STRATIFIED).units.first
    kept = np.isin(np.array(units.names)[units.group], ["3", "20"])
    assert (bootstrap_factors(some, STRATIFIED, replicates=20, seed=4) == first[kept]).all()


def test_a_bootstrap_in_many_bites_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = survey("citizen395_a")
    whole = bootstrap_factors(rows, Design(weight="w"), replicates=30)
    monkeypatch.setattr("analysis.estimation.replication._DRAWS", 4096)
    assert (bootstrap_factors(rows, Design(weight="w"), replicates=30) == whole).all()


def test_the_draws_of_a_seed_stay_the_same_for_ever() -> None:
    """Stratum "1" of 3 units, seed 1: numpy's SeedSequence and PCG64 raw numbers, which it promises not to change."""
    stream = np.random.PCG64(np.random.SeedSequence([1, ord("1")]))
    places = [[(int(stream.random_raw()) >> 32) * 3 >> 32 for _ in range(2)] for _ in range(4)]
    expected = [[1.5 * row.count(unit) for row in places] for unit in range(3)]
    found = bootstrap_factors(pd.DataFrame({"h": [1, 1, 1]}), Design(strata="h"), replicates=4, seed=1)
    assert np.allclose(found, expected, rtol=1e-15)


def test_few_bootstrap_replicates_have_few_degrees_of_freedom() -> None:
    sample = replicate(Sample.of(survey("citizen395_a"), STRATIFIED), "bootstrap", replicates=11)
    assert mean(sample, "score").df[0] == 10


# weighting steps are done again in every replicate

MARGINS = {"sex": {"1": 100_000.0, "2": 90_000.0}, "age": {"1": 60_000.0, "2": 60_000.0, "3": 40_000.0, "4": 30_000.0}}


def population(dataset: str) -> dict:
    return json.loads((FOLDER / f"pop_{dataset}.json").read_text(encoding="utf-8"))


def test_raking_is_done_again_in_every_replicate() -> None:
    """SE(svymean(~score, rake(as.svrepdesign(sp, "JKn"), list(~sex, ~age), …, epsilon=1e-12), na.rm=TRUE)).

    R's as.svrepdesign(rake(sp)) does not rake again: 1.24800159812, as if raking had gained nothing.
    """
    targets = population("citizen395_a")
    raked = rake(Sample.of(survey("citizen395_a"), STRATIFIED), {name: targets[name] for name in ("sex", "age")})
    found = mean(replicate(raked, "JKn"), "score")
    assert found.value[0] == pytest.approx(69.6879735328, rel=1e-11)
    assert found.se[0] == pytest.approx(1.18835315086, rel=1e-9)
    assert mean(replicate(raked, "JKn", around="estimate"), "score").se[0] == pytest.approx(1.18835571345, rel=1e-9)
    post = poststratify(Sample.of(survey("citizen395_a"), STRATIFIED), "sex", targets["sex"])
    # SE(svymean(~score, postStratify(as.svrepdesign(sp, "JKn"), ~sex, …), na.rm=TRUE))
    assert mean(replicate(post, "JKn"), "score").se[0] == pytest.approx(1.29080998176, rel=1e-9)


@pytest.mark.parametrize("kind", ["JKn", "bootstrap"])
def test_replicates_of_raked_weights_agree_with_the_residuals_of_linearisation(kind: Kind) -> None:
    targets = population("citizen5000_a")
    raked = rake(
        Sample.of(survey("citizen5000_a"), STRATIFIED), {name: targets[name] for name in ("sex", "age", "district")}
    )
    options = {"replicates": 1000, "seed": 2} if kind == "bootstrap" else {}
    made = replicate(raked, kind, **options)
    linear, found = mean(raked, "score"), mean(made, "score")
    assert found.se[0] == pytest.approx(linear.se[0], rel=0.08 if kind == "bootstrap" else 0.03)
    assert share(made, "sex").se.max() < 1e-12
    assert mean(made.replicated(None), "score").se[0] == linear.se[0]


def by_hand(sample: Sample, statistic: Callable[[np.ndarray, np.ndarray], float], inside: np.ndarray) -> float:
    """Replicate by replicate over the rows: √Σ scale (θ_r − centre)²."""
    made = sample.replicates
    assert made is not None
    values = np.array([statistic(sample.replicate_weights(r), inside) for r in range(len(made.scales))])
    centre = values.mean() if made.around == "mean" else statistic(sample.weights, inside)
    return float(np.sqrt((made.scales * (values - centre) ** 2).sum()))


@pytest.mark.parametrize("around", ["mean", "estimate"])
@pytest.mark.parametrize("raked", [False, True])
@pytest.mark.parametrize("kind", ["JKn", "BRR", "bootstrap"])
def test_replicates_from_totals_equal_replicates_from_rows(kind: Kind, raked: bool, around: str) -> None:
    rows = survey("citizen5000_a")
    sample = Sample.of(rows, PAIRED if kind == "BRR" else STRATIFIED)
    if raked:
        sample = rake(sample, MARGINS)
    sample = replicate(sample, kind, around=around, **({"replicates": 60} if kind == "bootstrap" else {}))
    score, fee, wait, t1 = (rows[name].to_numpy(float) for name in ("score", "fee", "wait_days", "t1"))
    known = ~np.isnan(t1)
    routes: list[tuple[Estimate, Callable[[np.ndarray, np.ndarray], float]]] = [
        (mean(sample, "score", by=["sex"]), lambda w, at: (w * score)[at].sum() / w[at].sum()),
        (total(sample, "fee", by=["sex"]), lambda w, at: (w * fee)[at].sum()),
        (ratio(sample, "fee", "wait_days", by=["sex"]), lambda w, at: (w * fee)[at].sum() / (w * wait)[at].sum()),
        (
            share(sample, "t1", by=["sex"]),
            lambda w, at: (w * t1)[at & known].sum() / w[at & known].sum(),
        ),
    ]
    for found, statistic in routes:
        for k, (label, domain) in enumerate(zip(found.labels, found.by, strict=True)):
            if label != "0":
                inside = (rows["sex"] == int(domain["sex"])).to_numpy()
                assert found.se[k] == pytest.approx(by_hand(sample, statistic, inside), rel=1e-12)


def test_a_domain_that_a_replicate_empties_has_no_replicate_variance() -> None:
    """R leaves such replicates out and finds an error of 0 for one unit: SE(svymean(~y, subset(jkn, g == 2))) is 0."""
    rows = small(g=[1, 1, 2, 1, 1, 1, 1, 1, 1, 1])
    found = mean(replicate(Sample.of(rows, Design(strata="h", weight="w")), "JKn"), "y", by=["g"])
    assert np.isnan(found.se).tolist() == [False, True]
    assert np.isnan([found.low[1], found.high[1]]).all()


# refusals


def refusal(design: Design, kind: str, rows: pd.DataFrame | None = None, **options: float) -> EstimationError:
    with pytest.raises(EstimationError) as caught:
        replicate(Sample.of(small() if rows is None else rows, design), kind, **options)
    return caught.value


def test_what_a_design_cannot_give_is_refused_with_its_strata() -> None:
    strata = Design(strata="h", weight="w")
    lonely = small(h=[1, 1, 1, 2, 5, 3, 3, 4, 4, 4])
    assert refusal(strata, "JKn", lonely).values["strata"] == "2, 5"
    assert refusal(strata, "bootstrap", lonely).code == "EST_LONELY"
    alone = Design(strata="x", weight="w", lonely_psu="remove")
    assert refusal(alone, "JKn", small(x=list(range(10)))).code == "EST_LONELY"
    odd = refusal(strata, "BRR")
    assert (odd.code, odd.values["strata"]) == ("EST_REP_PAIRS", "1 (3), 4 (3)")
    assert refusal(strata, "Fay", lonely).values["strata"] == "1 (3), 2 (1), 4 (3), 5 (1)"
    assert refusal(strata, "JK1").code == "EST_REP_STRATIFIED"
    stages = Design(strata="h", psu=("p", "q"), fpc=("N", "M"), weight="w")
    rows = small(p=[1, 1, 2, 1, 2, 1, 2, 1, 1, 2], q=list(range(10)))
    assert refusal(stages, "JKn", rows).code == "EST_REP_STAGES"


def test_options_are_refused_where_they_would_do_nothing_or_harm() -> None:
    design = Design(weight="w")
    assert refusal(design, "jackknife").code == "EST_BAD_OPTION"
    assert refusal(design, "JK1", around="median").code == "EST_BAD_OPTION"
    for kind, option in (("JK1", "seed"), ("JKn", "replicates"), ("BRR", "rho"), ("bootstrap", "rho")):
        error = refusal(Design(strata="h") if kind == "BRR" else design, kind, **{option: 1})
        assert (error.code, error.values["option"]) == ("EST_REP_OPTION", option)
    assert refusal(design, "Fay", rho=1.0).code == "EST_REP_RHO"
    for name, values in (("replicates", (1, 50.0, "50")), ("seed", (-1, "2026", 1.5))):
        for value in values:
            error = refusal(design, "bootstrap", **{name: value})
            assert (error.code, error.values["name"]) == ("EST_NOT_COUNT", name)
    many = pd.DataFrame({"y": np.zeros(20_000)})
    assert refusal(Design(), "JK1", many).code == "EST_REP_TOO_MANY"


def test_a_census_has_no_replicate_error() -> None:
    rows = pd.DataFrame({"h": [1, 1, 2, 2], "y": [1.0, 3, 2, 7], "N": [1.0] * 4})
    for kind in ("JKn", "BRR", "bootstrap"):
        assert total(replicate(Sample.of(rows, Design(strata="h", fpc="N")), kind), "y").se[0] == 0
