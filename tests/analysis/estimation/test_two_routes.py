"""Every number by two routes: from totals and from rows, by hand and by formula, by regression and by domain.

5,000 rows under every kind of design, weighting and replicate. The routes of the engines are in `engines/`, those of
single rooms (raking and calibration, domain and ratio, replicates from totals and from rows) in the rooms' own tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.estimation import Design, Estimate, Sample, mean, ratio, share, total
from analysis.estimation.contrasts import contrast
from analysis.estimation.joint import join
from analysis.estimation.models import glm
from analysis.estimation.replication import replicate
from analysis.estimation.rows import row_spread
from analysis.estimation.weighting import calibrate, nonresponse, poststratify, rake, trim
from tests.analysis.estimation import totals_survey

PSU = Design(strata="stratum", psu="psu", weight="w")
HALVES = Design(strata="stratum", psu="half", weight="w")
LONELY = {"strata": "stratum", "psu": "psu_lonely", "weight": "w"}
ITEMS = tuple(f"q{j}" for j in range(1, 6))


@cache
def rows() -> pd.DataFrame:
    frame = totals_survey.frame().assign(outside=lambda d: (d["district"] != 3).astype(float))
    answered = frame[list(ITEMS)].notna()
    return frame.assign(
        hits=(frame[list(ITEMS)] >= 4).sum(axis=1).astype(float),
        given=answered.sum(axis=1).astype(float),
        responded=answered["q1"].astype(int),
        inner=1 - frame["outside"],
        product=frame["score"] * (1 - frame["outside"]),
    )


def margins() -> dict[str, dict[str, float]]:
    return {name: totals_survey.population()[name] for name in ("sex", "age", "district")}


def sample(design: Design = PSU) -> Sample:
    return Sample.of(rows(), design)


def cut(made: Sample) -> Sample:
    return trim(made, upper=3.0, lower=0.3, times_median=True)


SAMPLES: dict[str, Callable[[], Sample]] = {
    "weights only": lambda: sample(Design(weight="w")),
    "strata": lambda: sample(Design(strata="stratum", weight="w")),
    "clusters": lambda: sample(Design(psu="psu", weight="w")),
    "strata and clusters": sample,
    "fpc": lambda: sample(totals_survey.DESIGNS["spf"]),
    "two stages": lambda: sample(totals_survey.DESIGNS["two"]),
    "post-stratified": lambda: totals_survey.weighted(sample(), "ps"),
    "raked": lambda: totals_survey.weighted(sample(), "rkc"),
    "raked, equal residuals": lambda: totals_survey.weighted(sample(), "rk"),
    "regression estimator": lambda: totals_survey.weighted(sample(), "greg"),
    "bounded logit": lambda: calibrate(sample(), margins(), distance="logit", bounds=(0.3, 3.0)),
    "raked, two stages": lambda: rake(sample(totals_survey.DESIGNS["two"]), margins()),
    "post-stratified, then raked": lambda: totals_survey.weighted(sample(), "twice"),
    "three calibrations": lambda: poststratify(
        totals_survey.weighted(totals_survey.weighted(sample(), "greg"), "rk"), "sex", margins()["sex"]
    ),
    "nonresponse, then raked": lambda: rake(nonresponse(sample(), "district", "responded"), margins()),
    "raked, trimmed, post-stratified": lambda: poststratify(
        cut(rake(sample(), margins())), "sex|age", totals_survey.population()["sex_age"]
    ),
    **{
        f"lone PSU, {policy}{', domains too' if domains else ''}": lambda policy=policy, domains=domains: sample(
            Design(**LONELY, lonely_psu=policy, lonely_domain=domains)
        )
        for policy, domains in (
            ("remove", False),
            ("certainty", False),
            ("adjust", False),
            ("average", False),
            ("adjust", True),
            ("average", True),
        )
    },
    "lone PSU, adjust, raked": lambda: rake(sample(Design(**LONELY, lonely_psu="adjust")), margins()),
    "JK1": lambda: replicate(sample(Design(psu="psu", weight="w")), "JK1"),
    "JKn": lambda: replicate(sample(), "JKn"),
    "JKn, fpc, around the estimate": lambda: replicate(sample(totals_survey.DESIGNS["spf"]), "JKn", around="estimate"),
    "BRR": lambda: replicate(sample(HALVES), "BRR"),
    "Fay, raked": lambda: replicate(rake(sample(HALVES), margins()), "Fay", rho=0.3),
    "bootstrap, nonresponse, raked": lambda: replicate(
        rake(nonresponse(sample(), "district", "responded"), margins()), "bootstrap", replicates=25, seed=7
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotient:
    """Σ w·top/Σ w·bottom over the rows inside, (n,) each; a total where there is no bottom."""

    top: np.ndarray
    bottom: np.ndarray | None
    inside: np.ndarray

    def value(self, weights: np.ndarray) -> float:
        here = weights * self.inside
        return float(here @ self.top / (1 if self.bottom is None else here @ self.bottom))

    def influence(self, weights: np.ndarray) -> np.ndarray:
        if self.bottom is None:
            return np.asarray(self.top * self.inside)
        residual = self.top - self.value(weights) * self.bottom
        return np.asarray(residual * self.inside / ((weights * self.inside) @ self.bottom))


def by_totals(made: Sample) -> Estimate:
    """A mean, a total and a ratio of a domain each, a share in two domains, the pooled index: with their covariance."""
    frame = made.frame
    return join(
        mean(made, "score", where=frame["district"] == 3),
        total(made, "fee", where=frame["online"] == 1),
        ratio(made, "fee", "wait_days"),
        share(made, "q5", [4, 5], where=frame["district"] < 2, by=["district"]),
        ratio(made, "hits", "given"),
    )


def by_hand(made: Sample) -> list[Quotient]:
    frame = made.frame
    everybody = np.ones(len(frame))
    score, fee, wait, hits, given = (frame[name].to_numpy() for name in ("score", "fee", "wait_days", "hits", "given"))
    satisfied, answered = (frame["q5"] >= 4).to_numpy(float), frame["q5"].notna().to_numpy(float)
    district, online = frame["district"].to_numpy(), frame["online"].to_numpy(float)
    return [
        Quotient(top=score, bottom=everybody, inside=(district == 3).astype(float)),
        Quotient(top=fee, bottom=None, inside=online),
        Quotient(top=fee, bottom=wait, inside=everybody),
        *(Quotient(top=satisfied, bottom=answered, inside=(district == k).astype(float)) for k in (0, 1)),
        Quotient(top=hits, bottom=given, inside=everybody),
    ]


@pytest.mark.parametrize("how", SAMPLES)
def test_totals_give_what_rows_give(how: str) -> None:
    """Values, errors and every covariance at a relative 1e-12, influence values and replicates by hand."""
    made = SAMPLES[how]()
    found, columns = by_totals(made), []
    for k, quotient in enumerate(by_hand(made)):
        assert found.value[k] == pytest.approx(quotient.value(made.weights), rel=1e-12)
        spread = row_spread(
            made,
            lambda weights, each=quotient: np.array([each.value(weights)]),
            quotient.influence(made.weights)[:, None],
            (quotient.inside > 0) & (made.weights > 0),
        )
        columns.append(spread.deviations())
    deviations = np.hstack(columns)
    covariance = deviations.T @ deviations
    assert found.variance == pytest.approx(np.diag(covariance), rel=1e-12)
    scale = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    assert found.covariance / scale == pytest.approx(covariance / scale, abs=1e-12)


@pytest.mark.parametrize("how", [how for how in SAMPLES if "lone" not in how])
def test_a_domain_mean_is_a_subset_a_group_a_ratio_and_a_regression(how: str) -> None:
    """Equal estimates and equal errors (the demand of R `survey`'s tests/domain.R), under every design."""
    made = SAMPLES[how]()
    groups = mean(made, "score", by=["district"])
    place = next(k for k, domain in enumerate(groups.by) if domain["district"] == "3")
    routes = {
        "where": mean(made, "score", where=rows()["district"] == 3),
        "ratio": ratio(made, "product", "inner"),
        "regression": glm(made, "score", ["outside"]).coefficients,
    }
    for name, route in routes.items():
        assert route.value[0] == pytest.approx(groups.value[place], rel=1e-12), name
        assert route.se[0] == pytest.approx(groups.se[place], rel=1e-11), name


def psu_variance(influence: pd.Series, frame: pd.DataFrame) -> float:
    """Σ n_h/(n_h − 1) Σ (z_hi − z̄_h)² by data-frame operations alone."""
    psus = influence.groupby([frame["stratum"], frame["psu"]]).sum()
    return float(sum(len(z) * z.var(ddof=1) for _, z in psus.groupby("stratum")))


def test_a_post_stratified_mean_is_the_weighted_mean_of_cell_means_and_varies_as_deviations_from_them() -> None:
    frame = rows()
    made = poststratify(sample(), "sex|age", totals_survey.population()["sex_age"])
    cells = [frame["sex"], frame["age"]]
    people = pd.Series({(int(k[0]), int(k[2])): n for k, n in totals_survey.population()["sex_age"].items()})
    base = frame["w"].groupby(cells).sum()
    cell_means = (frame["w"] * frame["score"]).groupby(cells).sum() / base
    found = mean(made, "score")
    assert found.value[0] == pytest.approx((people * cell_means).sum() / people.sum(), rel=1e-12)
    of_cell = pd.MultiIndex.from_arrays(cells)
    weight = frame["w"] * (people / base).reindex(of_cell).to_numpy()
    residual = frame["score"] - cell_means.reindex(of_cell).to_numpy()
    assert found.variance[0] == pytest.approx(psu_variance(weight * residual / people.sum(), frame), rel=1e-10)


@pytest.mark.parametrize("how", ["base", "equal"])
def test_a_raked_total_varies_as_its_regression_residual(how: str) -> None:
    """Residuals on the margins' dummies by statsmodels' least squares, weighted by base weights or equally."""
    frame = rows()
    made = rake(sample(), margins(), residuals=how)
    dummies = pd.get_dummies(frame[["sex", "age", "district"]].astype(str), drop_first=True).astype(float)
    weights = frame["w"] if how == "base" else 1.0
    fitted = sm.WLS(frame["fee"], sm.add_constant(dummies), weights=weights).fit()
    influence = pd.Series(made.weights * fitted.resid, index=frame.index)
    assert total(made, "fee").variance[0] == pytest.approx(psu_variance(influence, frame), rel=1e-9)


def test_raking_is_calibration_with_the_raking_distance_in_every_domain() -> None:
    raked, calibrated = rake(sample(), margins()), calibrate(sample(), margins(), distance="raking")
    assert calibrated.weights == pytest.approx(raked.weights, rel=1e-10)
    one, other = (share(each, ITEMS, [4, 5], by=["level", "online"]) for each in (raked, calibrated))
    assert other.value == pytest.approx(one.value, rel=1e-10)
    scale = np.sqrt(np.outer(one.variance, one.variance))
    assert other.covariance / scale == pytest.approx(one.covariance / scale, abs=1e-9)


@pytest.mark.parametrize("how", ["post-stratified", "raked", "regression estimator", "bounded logit"])
def test_a_total_is_the_population_times_the_mean_once_the_population_is_known(how: str) -> None:
    made, people = SAMPLES[how](), totals_survey.population()["N"]
    everybody, average = total(made, "score"), mean(made, "score")
    assert everybody.value[0] == pytest.approx(people * average.value[0], rel=1e-10)
    assert everybody.se[0] == pytest.approx(people * average.se[0], rel=1e-9)


def test_a_stratum_s_mean_is_that_of_its_rows_alone() -> None:
    for design in (PSU, totals_survey.DESIGNS["spf"], totals_survey.DESIGNS["two"]):
        inside = rows()["stratum"] == 5
        alone = mean(Sample.of(rows()[inside], design), ["score", "fee"])
        found = mean(sample(design), ["score", "fee"], where=inside)
        assert found.value == pytest.approx(alone.value, rel=1e-12)
        assert found.covariance == pytest.approx(alone.covariance, rel=1e-10)


def test_a_stratified_mean_has_the_textbook_variance() -> None:
    """Simple random samples within strata: V(ȳ_st) = Σ W_h² (1 − f_h) s_h²/n_h (Cochran 1977, 5.12)."""
    dice = np.random.default_rng(4)
    size, asked = np.array([40, 90, 200]), np.array([10, 30, 20])
    stratum = np.repeat(np.arange(3), asked)
    frame = pd.DataFrame({"h": stratum, "N": size[stratum], "w": (size / asked)[stratum]})
    frame["y"] = dice.normal(50, 10, len(frame)) + 8 * stratum
    by_stratum = frame.groupby("h")["y"]
    share_of = size / size.sum()
    variance_of = (share_of**2 * (1 - asked / size) * by_stratum.var(ddof=1) / asked).sum()
    found = mean(Sample.of(frame, Design(strata="h", weight="w", fpc="N")), "y")
    assert found.value[0] == pytest.approx((share_of * by_stratum.mean()).sum(), rel=1e-13)
    assert found.variance[0] == pytest.approx(variance_of, rel=1e-12)


def test_two_stages_have_the_textbook_variance() -> None:
    """V(Ŷ) = N²(1−f₁)s₁²/n + (N/n) Σ M_i²(1−f_2i)s_2i²/m_i, units of unequal size (Cochran 1977, 11.22)."""
    dice = np.random.default_rng(5)
    units, size, asked = 30, np.array([40, 25, 60, 30]), np.array([8, 5, 6, 10])
    unit = np.repeat(np.arange(4), asked)
    frame = pd.DataFrame({"unit": unit, "person": np.arange(len(unit)), "N": units, "M": size[unit]})
    frame["w"] = units / 4 * (size / asked)[unit]
    frame["y"] = dice.normal(20, 4, len(frame)) + 5 * unit
    by_unit = frame.groupby("unit")["y"]
    unit_totals = size * by_unit.mean()
    within = (size**2 * (1 - asked / size) * by_unit.var(ddof=1) / asked).sum()
    by_formula = units**2 * (1 - 4 / units) * unit_totals.var(ddof=1) / 4 + units / 4 * within
    found = total(Sample.of(frame, Design(psu=("unit", "person"), weight="w", fpc=("N", "M"))), "y")
    assert found.value[0] == pytest.approx(units / 4 * unit_totals.sum(), rel=1e-13)
    assert found.variance[0] == pytest.approx(by_formula, rel=1e-12)


def test_weights_of_one_give_scipys_mean_and_numpys_covariance() -> None:
    plain = sample(Design())
    found = mean(plain, ["score", "fee", "wait_days"])
    values = rows()[["score", "fee", "wait_days"]].to_numpy()
    assert found.covariance == pytest.approx(np.cov(values.T) / len(values), rel=1e-9)
    interval = stats.ttest_1samp(values, 0, axis=0).confidence_interval(0.95)
    assert found.low == pytest.approx(interval.low, rel=1e-12)
    assert found.high == pytest.approx(interval.high, rel=1e-12)
    assert found.deff == pytest.approx(np.ones(3), rel=1e-10)


def test_weights_of_one_in_two_strata_give_welchs_t() -> None:
    groups = mean(sample(Design(strata="sex")), "score", by=["sex"])
    found = contrast(groups, [1.0, -1.0])
    one, other = (rows().loc[rows()["sex"] == sex, "score"] for sex in (1, 2))
    assert found.value[0] / found.se[0] == pytest.approx(stats.ttest_ind(one, other, equal_var=False)[0], rel=1e-11)


@pytest.mark.parametrize("weight", [None, "w"])
def test_clusters_without_strata_give_statsmodels_cluster_robust_error(weight: str | None) -> None:
    """Its factor G/(G − 1)·(n − 1)/(n − k) is ours times (n − 1)/(n − k)."""
    frame = rows()
    columns = sm.add_constant(frame[["edu", "online"]].astype(float))
    weights = 1.0 if weight is None else frame[weight]
    model = sm.WLS(frame["score"], columns, weights=weights)
    robust = model.fit(cov_type="cluster", cov_kwds={"groups": frame["psu"]})
    found = glm(sample(Design(psu="psu", weight=weight)), "score", ["edu", "online"]).coefficients
    factor = (len(frame) - 1) / (len(frame) - 3)
    assert found.value == pytest.approx(robust.params.to_numpy(), rel=1e-10)
    assert found.covariance * factor == pytest.approx(robust.cov_params().to_numpy(), rel=1e-8)
    alone = sm.WLS(frame["score"], np.ones(len(frame)), weights=weights)
    robust = alone.fit(cov_type="cluster", cov_kwds={"groups": frame["psu"]})
    assert mean(sample(Design(psu="psu", weight=weight)), "score").se[0] == pytest.approx(robust.bse.iloc[0], rel=1e-10)
