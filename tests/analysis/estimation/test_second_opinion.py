"""A second opinion: svy 0.35 on the same rows, on the reference surveys and on one made up here.

svy is another's work in another language on another data frame. What it means differently is asked of it in our sense:
its degrees of freedom are those of the domain with an answer (so is `df="domain"` where nobody's answer is missing),
its raking takes residuals under equal weights, its replicates are taken around the estimate where asked to.
"""

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import svy

from analysis.estimation import Design, Estimate, Precision, Sample, mean, poststratify, rake, ratio, share, total
from analysis.estimation.crosstabs import rao_scott
from analysis.estimation.dispersion import correlation, covariance
from analysis.estimation.models import glm, term_test
from analysis.estimation.quantiles import quantile
from analysis.estimation.regressors import Factor
from analysis.estimation.replication import replicate, with_replicates
from analysis.estimation.significance import rank_test, t_test
from analysis.estimation.weighting import calibrate, nonresponse
from tests.analysis.estimation.totals_survey import FOLDER

SURVEYS = ("citizen395_a", "citizen5000_a", "made")
MARGINS = ("sex", "age", "district")
SAME = 1e-10

every_survey = pytest.mark.parametrize("name", SURVEYS)


@cache
def rows(name: str) -> pd.DataFrame:
    found = made() if name == "made" else pd.read_csv(FOLDER / f"{name}.csv")
    found["t5"] = np.where(found["q5"].isna(), np.nan, (found["q5"] >= 4).astype(float))
    found["responds"] = found["q1"].notna().astype(int)
    found["fpc"] = found["fpc"].astype(float)
    return found


def made() -> pd.DataFrame:
    """7 strata of 2-6 units of 6-25 people in households; skewed numbers, missing answers, weights from 1 to 40."""
    dice = np.random.default_rng(99)
    units = dice.integers(2, 7, 7)
    stratum = np.repeat(np.arange(7), units)
    people = dice.integers(6, 26, len(stratum))
    unit = np.repeat(np.arange(len(stratum)), people)
    n = len(unit)
    level = dice.normal(0, 1, len(stratum))[unit]
    frame = pd.DataFrame({"stratum": stratum[unit], "psu": 100 + unit, "fpc": 10.0 + 3 * stratum[unit], "fpc2": 90.0})
    frame["hh"] = frame["psu"] * 1000 + np.concatenate([np.arange(count) // 2 for count in people])
    frame["half"] = np.where(frame.groupby("stratum")["psu"].rank(method="dense") % 2 == 1, 1, 2)
    frame["w"] = dice.uniform(1, 40, n)
    frame["sex"], frame["age"] = dice.integers(1, 3, n), dice.integers(1, 5, n)
    frame["district"], frame["online"] = frame["stratum"] // 2, (dice.uniform(size=n) < 0.4).astype(int)
    frame["edu"] = dice.integers(3, 18, n)
    frame["score"] = 60 + 6 * level + dice.normal(0, 15, n) - 4 * frame["online"]
    frame["wait_days"] = np.round(dice.gamma(1.5, 3, n), 1) + 0.1
    frame["fee"] = np.round(dice.lognormal(3, 1, n) * frame["wait_days"])
    answers = np.clip(np.rint(3.5 + 0.5 * level + dice.normal(0, 1.1, n)), 1, 5)
    for item in ("q1", "q5"):
        frame[item] = np.where(dice.uniform(size=n) < 0.07, np.nan, answers)
    return frame


@cache
def population(name: str) -> dict[str, Any]:
    """Totals to weight to: the file's, or those of the rows, moved a little."""
    if name != "made":
        return json.loads((FOLDER / f"pop_{name}.json").read_text(encoding="utf-8"))
    frame, weight = rows(name), rows(name)["w"]
    moved = weight * (1 + 0.1 * frame["sex"] - 0.05 * frame["age"] + 0.05 * (frame["district"] % 2))
    found: dict[str, Any] = {
        column: {str(level): float(total) for level, total in moved.groupby(frame[column]).sum().items()}
        for column in MARGINS
    }
    crossed = moved.groupby([frame["sex"], frame["age"]]).sum()
    return found | {
        "sex_age": {f"{sex}|{age}": float(total) for (sex, age), total in crossed.items()},
        "edu_total": float((moved * frame["edu"]).sum()),
    }


def coded(levels: dict[str, float]) -> dict[int, float]:
    return {int(level): total for level, total in levels.items()}


DESIGNS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "weights": ({}, {}),
    "strata": ({"strata": "stratum"}, {"stratum": "stratum"}),
    "clusters": ({"psu": "psu"}, {"psu": "psu"}),
    "both": ({"strata": "stratum", "psu": "psu"}, {"stratum": "stratum", "psu": "psu"}),
    "fpc": (
        {"strata": "stratum", "psu": "psu", "fpc": "fpc"},
        {"stratum": "stratum", "psu": "psu", "pop_size": "fpc"},
    ),
    "two stages": (
        {"strata": "stratum", "psu": ("psu", "hh"), "fpc": ("fpc", "fpc2")},
        {"stratum": "stratum", "psu": "psu", "ssu": "hh", "pop_size": svy.PopSize(psu="fpc", ssu="fpc2")},
    ),
}


def pair(name: str, design: str = "both") -> tuple[Sample, svy.Sample]:
    """The same rows under the same design: ours and svy's."""
    ours, theirs = DESIGNS[design]
    return Sample.of(rows(name), Design(weight="w", **ours)), svy.Sample(polars(name), svy.Design(wgt="w", **theirs))


def polars(name: str) -> pl.DataFrame:
    return pl.DataFrame({column: rows(name)[column].to_numpy() for column in rows(name)}).fill_nan(None)


def weighted(name: str, how: str) -> tuple[Sample, svy.Sample]:
    """Both under one weighting."""
    ours, theirs = pair(name)
    wanted = population(name)
    if how == "post-stratified":
        cells = {tuple(map(int, cell.split("|"))): total for cell, total in wanted["sex_age"].items()}
        theirs = theirs.weighting.poststratify(controls=cells, cells=["sex", "age"])
        return poststratify(ours, "sex|age", wanted["sex_age"]), theirs
    if how == "raked":
        controls = {column: coded(wanted[column]) for column in MARGINS}
        theirs = theirs.weighting.rake(controls=controls, tol=1e-13, max_iter=2000)
        return rake(ours, {column: wanted[column] for column in MARGINS}, residuals="equal"), theirs
    controls = {svy.Cat("sex"): coded(wanted["sex"]), svy.Cat("age"): coded(wanted["age"]), "edu": wanted["edu_total"]}
    theirs = theirs.weighting.calibrate(controls=controls)
    totals = {"sex": wanted["sex"], "age": wanted["age"], "edu": wanted["edu_total"]}
    return calibrate(ours, totals), theirs


def agree(ours: Estimate, theirs: Any, *, limits: bool = True, tolerance: float = SAME) -> None:
    """svy's rows, in order of the domains, have our values, errors, bases and (where df mean the same) limits."""
    frame = pl.concat([theirs.to_polars()] if not isinstance(theirs, list) else [each.to_polars() for each in theirs])
    columns = {"value": "est", "se": "se", **({"low": "lci", "high": "uci", "df": "df"} if limits else {}), "n": "n"}
    for mine, its in columns.items():
        assert getattr(ours, mine) == pytest.approx(frame[its].to_numpy(), rel=tolerance), mine


@every_survey
@pytest.mark.parametrize("design", DESIGNS)
def test_means_totals_ratios_and_shares_under_every_design(name: str, design: str) -> None:
    ours, theirs = pair(name, design)
    agree(mean(ours, ["score", "fee"]), theirs.estimation.mean(["score", "fee"]))
    agree(total(ours, "fee"), theirs.estimation.total("fee"))
    agree(ratio(ours, "fee", "wait_days"), theirs.estimation.ratio("fee", "wait_days"))
    agree(share(ours, "age"), theirs.estimation.prop("age"))
    agree(share(ours, "q5"), theirs.estimation.prop("q5", drop_nulls=True), limits=False)


@every_survey
@pytest.mark.parametrize("how", ["post-stratified", "raked", "regression estimator"])
def test_weighting_gives_the_same_weights_and_errors(name: str, how: str) -> None:
    ours, theirs = weighted(name, how)
    weights = theirs.data[theirs.design.wgt].to_numpy()
    assert ours.weights == pytest.approx(weights, rel=1e-9)
    for column in ("score", "wait_days"):  # one by one: asked for several at once, svy forgets the calibration
        agree(mean(ours, column), theirs.estimation.mean(column), tolerance=1e-8)
    agree(total(ours, "fee"), theirs.estimation.total("fee"), tolerance=1e-8)
    agree(ratio(ours, "fee", "wait_days"), theirs.estimation.ratio("fee", "wait_days"), tolerance=1e-8)
    asked = theirs.estimation.mean("score", by="online")
    agree(mean(ours, "score", by=["online"], precision=Precision(df="domain")), asked, tolerance=1e-8)


@every_survey
def test_nonresponse_classes_give_the_same_weights_and_errors(name: str) -> None:
    ours, theirs = pair(name)
    ours = nonresponse(ours, "district", "responds")
    theirs = theirs.weighting.adjust(
        "responds", cells="district", resp_mapping={"rr": 1, "nr": 0}, respondents_only=False
    )
    assert ours.weights == pytest.approx(theirs.data[theirs.design.wgt].fill_null(0.0).to_numpy(), rel=1e-12)
    agree(total(ours, "q1"), theirs.estimation.total("q1", where=svy.col("responds") == 1), limits=False)
    found = theirs.estimation.mean("score", where=svy.col("responds") == 1)
    agree(mean(ours, "score"), found, limits=False)


@every_survey
def test_domains_with_their_own_degrees_of_freedom(name: str) -> None:
    ours, theirs = pair(name)
    own = Precision(df="domain")
    agree(mean(ours, "score", by=["district"], precision=own), theirs.estimation.mean("score", by="district"))
    agree(total(ours, "fee", by=["sex", "online"], precision=own), theirs.estimation.total("fee", by=["sex", "online"]))
    inside = (rows(name)["district"] == 1).to_numpy()
    found = theirs.estimation.ratio("fee", "wait_days", where=svy.col("district") == 1)
    agree(ratio(ours, "fee", "wait_days", where=inside, precision=own), found)
    shares = share(ours, "online", by=["sex"], precision=Precision(method="logit", df="domain"))
    agree(shares, theirs.estimation.prop("online", by="sex"))


@every_survey
@pytest.mark.parametrize("method", ["logit", "beta"])
def test_intervals_of_shares(name: str, method: Any) -> None:
    ours, theirs = pair(name)
    for column in ("online", "age"):
        agree(
            share(ours, column, precision=Precision(method=method)),
            theirs.estimation.prop(column, ci_method=method),
            tolerance=1e-9,
        )


@every_survey
def test_design_effects(name: str) -> None:
    ours, theirs = pair(name)
    for column in ("score", "fee", "edu"):
        found = theirs.estimation.mean(column, deff="wr").to_polars()
        assert mean(ours, column).deff == pytest.approx(found["deff"].to_numpy(), rel=1e-9)


@every_survey
def test_jackknife_errors_of_all_kinds_of_numbers(name: str) -> None:
    ours, theirs = pair(name)
    ours, theirs = replicate(ours, "JKn", around="estimate"), theirs.weighting.create_jk_wgts()
    how = {"method": "replication", "variance_center": "estimate"}
    agree(mean(ours, "score"), theirs.estimation.mean("score", **how))
    agree(total(ours, "fee"), theirs.estimation.total("fee", **how))
    agree(ratio(ours, "fee", "wait_days"), theirs.estimation.ratio("fee", "wait_days", **how))
    agree(mean(ours, "score", by=["sex"]), theirs.estimation.mean("score", by="sex", **how), limits=False)


@every_survey
def test_half_samples_of_totals_and_of_any_number_on_its_own_replicates(name: str) -> None:
    """Half-samples of two balanced sets give one error to a total; for other numbers we take svy's own."""
    theirs = svy.Sample(polars(name), svy.Design(stratum="stratum", psu="half", wgt="w")).weighting.create_brr_wgts()
    plain = Sample.of(rows(name), Design(strata="stratum", psu="half", weight="w"))
    balanced = replicate(plain, "BRR", around="estimate")
    how = {"method": "replication", "variance_center": "estimate"}
    agree(total(balanced, ["fee", "score"]), theirs.estimation.total(["fee", "score"], **how))
    weights = theirs.data.select(theirs.rep_columns).to_numpy()
    taken = with_replicates(plain, weights, "BRR", combined=True, around="estimate", degrees=plain.units.df)
    agree(mean(taken, "score"), theirs.estimation.mean("score", **how))
    agree(ratio(taken, "fee", "wait_days"), theirs.estimation.ratio("fee", "wait_days", **how))


@every_survey
def test_quantiles_by_the_rule_that_both_have(name: str) -> None:
    ours, theirs = pair(name)
    found = theirs.estimation.quantile("wait_days", p=[0.25, 0.5, 0.9], q_method="higher")
    agree(quantile(ours, "wait_days", [0.25, 0.5, 0.9], rule="math"), list(found))


@every_survey
def test_correlation_and_covariance(name: str) -> None:
    ours, theirs = pair(name)
    found = theirs.estimation.cov(("score", "wait_days"))
    agree(covariance(ours, "score", "wait_days"), found, limits=False, tolerance=1e-8)
    found = theirs.estimation.corr(("score", "wait_days"))
    agree(correlation(ours, "score", "wait_days"), found, limits=False, tolerance=1e-8)


@every_survey
@pytest.mark.parametrize("design", ["weights", "both", "fpc"])
def test_tests_of_tables_means_and_ranks(name: str, design: str) -> None:
    ours, theirs = pair(name, design)
    table, found = rao_scott(ours, "age", "online"), theirs.categorical.tabulate("age", "online").stats.f
    assert table.statistic == pytest.approx(found.value, rel=1e-9)
    assert table.df == pytest.approx((found.df_num, found.df_den), rel=1e-9)
    assert table.p == pytest.approx(found.p_value, rel=1e-7)
    two, found = t_test(ours, "score", "online"), theirs.categorical.ttest("score", group="online")
    assert two.estimate is not None
    assert (two.estimate.value[0], two.estimate.se[0]) == pytest.approx(
        (found.diff[0].diff, found.diff[0].se), rel=SAME
    )
    one, alone = t_test(ours, "score", mu=55.0), theirs.categorical.ttest("score", mean_h0=55.0).stats
    both = [(two, found.stats, found.stats.t), (one, alone, alone.t)]
    if design != "fpc":  # which svy's rank test does not look at; R's does
        other = theirs.categorical.ranktest("score", group="online").stats
        both.append((rank_test(ours, "score", "online", ties="rows"), other, other.value))
    for mine, its, t in both:
        assert mine.statistic == pytest.approx(t, rel=1e-9)
        assert mine.df == (its.df,)
        assert mine.p == pytest.approx(its.p_value, rel=1e-7)


@every_survey
@pytest.mark.parametrize("design", ["weights", "both", "fpc"])
def test_regressions(name: str, design: str) -> None:
    ours, theirs = pair(name, design)
    linear = glm(ours, "score", ["edu", Factor("age")])
    fitted = theirs.glm.fit("score", x=["edu", svy.Cat("age")])
    assert_coefficients(linear.coefficients, fitted, SAME)
    test, found = term_test(linear, "age"), fitted.term_test(svy.Cat("age"))
    assert test.statistic == pytest.approx(found.value, rel=1e-9)
    logistic = glm(ours, "online", ["edu", Factor("sex")], family="quasibinomial")
    fitted = theirs.glm.fit("online", x=["edu", svy.Cat("sex")], family="binomial", tol=1e-13)
    assert_coefficients(logistic.coefficients, fitted, 1e-7)


def assert_coefficients(ours: Estimate, theirs: svy.GLM, tolerance: float) -> None:
    found = theirs.to_polars()
    for mine, its in {"value": "estimate", "se": "std_err", "low": "conf_low", "high": "conf_high", "df": "df"}.items():
        assert getattr(ours, mine) == pytest.approx(found[its].to_numpy(), rel=tolerance), mine


def test_lone_units_at_the_grand_mean() -> None:
    for name in ("citizen395_a", "citizen5000_a"):
        ours = Sample.of(rows(name), Design(strata="stratum", psu="psu_lonely", weight="w", lonely_psu="adjust"))
        asked = svy.Design(stratum="stratum", psu="psu_lonely", wgt="w", singleton="center")
        theirs = svy.Sample(polars(name), asked)
        agree(mean(ours, "score"), theirs.estimation.mean("score"), limits=False)
        agree(total(ours, "fee"), theirs.estimation.total("fee"), limits=False)
