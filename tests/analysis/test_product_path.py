"""Every reference case on the designs this version has equals R `survey`, through the product's own path."""

from collections import Counter
from functools import cache

import numpy as np
import pytest

from analysis.estimation import Estimate, Precision, mean, ratio, total
from analysis.scores.evaluate import evaluate
from analysis.scores.satisfaction import Result
from tests.analysis.reference import ADJUSTED, DESIGNS, FACTORS, cases, frame, plan, questionnaire, sample

FAMILIES = (
    *("mean", "prop", "ratio", "total", "items", "weights", "index", "index_pooled", "index_dom", "by_mean", "by_prop"),
    *("ciprop_logit", "ciprop_wilson", "ciprop_beta"),
)
CASES = [case for case in cases() if case["family"] in FAMILIES]


@cache
def result(design: str, mode: str, by: str) -> Result:
    base = make(design)
    chosen = plan(design, mode=mode, by=(by,) if by else ())
    return evaluate(base, questionnaire(), chosen).result


def make(design: str):
    """The base sample: `evaluate` weights it."""
    return sample("sp" if design in ADJUSTED else design)


def close(got, expected, tolerance: float = 1e-9) -> None:
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    limit = tolerance * np.maximum(np.abs(expected), 1e-9)
    assert got.shape == expected.shape
    assert (np.abs(got - expected) <= limit).all(), f"{got} is not {expected}"


def numbers(estimate: Estimate, rows) -> np.ndarray:
    return np.concatenate([column[rows] for column in (estimate.value, estimate.se, estimate.low, estimate.high)])


def index_row(case: dict, mode: str):
    column, _, level = case["args"].get("domain", "").partition("==")
    by = {column: level} if column else {}
    component = FACTORS[case["args"].get("component", "all")]
    return result(case["on"], mode, column).row(component, weighted=True, by=by)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}@{case['on']}")
def test_equals_r(case: dict) -> None:
    family, args, expected = case["family"], case["args"], case["expected"]
    if family == "weights":
        close(sample(case["on"]).weights, expected["w"], 1e-8)
        return
    names = ("est", "se", "ci_low", "ci_high")
    if family in ("index", "index_dom", "index_pooled"):
        row = index_row(case, "pooled" if family == "index_pooled" else "items")
        close([row.value, row.se, row.low, row.high], [expected[name] for name in names])
        assert row.df == expected["df"]
        return
    if family.startswith("by_"):
        estimate = mean(sample(case["on"]), args["y"], by=args["by"].removeprefix("~").split("+"))
        place = {"|".join(domain.values()): k for k, domain in enumerate(estimate.by)}
        assert set(place) == set(expected["rows"])
        close(numbers(estimate, [place[row] for row in expected["rows"]]), np.ravel([expected[n] for n in names]))
        return
    if family.startswith("ciprop_"):
        estimate = mean(sample(case["on"]), args["y"], precision=Precision(method=family.removeprefix("ciprop_")))
    elif family == "ratio":
        estimate = ratio(sample(case["on"]), args["y"], args["x"])
    else:
        estimate = (total if family == "total" else mean)(sample(case["on"]), args["y"])
    values = [expected[n] if isinstance(expected[n], float) else expected[n][args["y"]] for n in names]
    close(numbers(estimate, [0]), values)
    assert estimate.df[0] == expected["df"]


def test_every_family_and_every_design_was_compared() -> None:
    families, designs = Counter(case["family"] for case in CASES), Counter(case["on"] for case in CASES)
    assert set(families) == set(FAMILIES)
    assert set(designs) == {*DESIGNS, *ADJUSTED}
    # How many cases the reference files held for these families and designs when they came.
    assert families == {
        "mean": 8, "total": 8, "ratio": 8, "prop": 8, "items": 11, "weights": 2, "index": 13, "index_pooled": 30,
        "index_dom": 9, "by_mean": 9, "by_prop": 8, "ciprop_logit": 4, "ciprop_beta": 4, "ciprop_wilson": 2,
    }  # fmt: skip


def test_deff_equals_r_with_replacement() -> None:
    compared = 0
    for case in cases():
        if case["family"] == "deff" and case["args"]["deff"] == "'replace'":
            y = case["args"]["y"]
            close(mean(sample(case["on"]), y).deff, [case["expected"]["deff"][y]])
            compared += 1
    assert compared == 3


def test_a_domain_keeps_the_whole_design() -> None:
    """`where=` must not give the error of rows filtered beforehand, and must equal R's by-estimate."""
    whole = sample("sp")
    inside = frame()["sex"] == "1"
    by_where = mean(whole, "score", where=inside)
    dropped = type(whole).of(frame()[inside], whole.design)
    by_sex = {"fn": "mean", "y": "score", "by": "~sex"}
    [case] = [c for c in CASES if c["family"] == "by_mean" and c["on"] == "sp" and c["args"] == by_sex]
    close([by_where.value[0], by_where.se[0]], [case["expected"]["est"][0], case["expected"]["se"][0]])
    assert abs(mean(dropped, "score").se[0] - by_where.se[0]) > 1e-3 * by_where.se[0]
