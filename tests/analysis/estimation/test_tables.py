"""A table of totals says what its rows say, for every design, weighting and way of adding tables up."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Precision
from analysis.estimation.linearise import estimate, quotients
from analysis.estimation.replication import replicate
from analysis.estimation.sample import Sample
from analysis.estimation.tables import TotalsTable, merge
from analysis.estimation.tally import Tally
from analysis.estimation.terms import Term
from analysis.estimation.weighting.trimming import trim
from tests.analysis.estimation.totals_survey import (
    DESIGNS,
    TERMS,
    assert_same,
    by_rows,
    estimates,
    frame,
    reference_cases,
    tally,
    weighted,
)

CELLS = ("sex", "age", "district", "edu")


def table_of(asked: Tally, rows: pd.DataFrame | None = None, **provenance: str) -> TotalsTable:
    return TotalsTable.of_sample(Sample.of(frame() if rows is None else rows, asked.design, provenance), asked)


@pytest.mark.parametrize("by", [(), ("sex", "level"), ("domain",)])
@pytest.mark.parametrize("design", DESIGNS)
def test_a_table_gives_the_estimates_of_its_rows(design: str, by: tuple[str, ...]) -> None:
    asked = tally(design, by=by, second_moments=True)
    assert_same(table_of(asked).totals(), by_rows(asked))


@pytest.mark.parametrize("design", ["sp", "two", "average"])
@pytest.mark.parametrize("how", ["ps", "rkc", "greg", "twice"])
def test_a_table_weighted_on_its_cells_gives_the_estimates_of_weighted_rows(how: str, design: str) -> None:
    asked = tally(design, by=("level",), cells=CELLS, where={"online": (1,)}, second_moments=True)
    table = table_of(asked)
    got, wanted = table.totals(weighted(table.sample, how)), by_rows(asked, how)
    assert_same(got, wanted)
    for ours, theirs in zip(got.steps, wanted.steps, strict=True):
        for name in ("n", "sum_before", "sum_after", "deff_before", "deff_after", "n_eff_before", "n_eff_after"):
            assert getattr(ours, name) == pytest.approx(getattr(theirs, name), rel=1e-12)
        assert [line.target for line in ours.margins] == [line.target for line in theirs.margins]


@pytest.mark.parametrize(("how", "kind"), [("", "JKn"), ("", "bootstrap"), ("rkc", "bootstrap")])
def test_replicates_of_a_table_are_those_of_its_rows(how: str, kind: Any) -> None:
    asked = tally(by=("level",), cells=CELLS[:3])
    options = {"replicates": 20, "seed": 5} if kind == "bootstrap" else {}
    table, sample = table_of(asked), Sample.of(frame(), asked.design)
    got = table.totals(replicate(weighted(table.sample, how), kind, **options))
    rows = replicate(weighted(sample, how), kind, **options)
    wanted = replace(by_rows(asked, how), replicates=rows.replicates, replicated=_replicated(rows, asked))
    assert_same(got, wanted, 1e-11)


def _replicated(sample: Sample, asked: Tally) -> np.ndarray:
    """Every replicate's totals, by hand from its weights."""
    found = []
    for r in range(len(sample.replicates.scales)):
        weights = frame().assign(w=np.maximum(sample.replicate_weights(r), 1e-300))
        found.append(by_rows(asked, rows=weights).totals)
    return np.stack(found)


CASES = reference_cases(
    {"by_mean": ("sp", "spf", "rkc"), "by_prop": ("sp", "spf"), "mean": ("sp", "spf", "two", "ps", "rkc", "greg")}
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_table_gives_what_r_gives(case: dict[str, Any]) -> None:
    """R's svymean and svyby on the rows; the expression stands in the case as `r`."""
    column, by = case["args"]["y"], tuple(case["args"].get("by", "~")[1:].split("+"))
    terms = {"y": Term(columns=(column,)), "o": Term(given=(column,))}
    design = DESIGNS.get(case["on"], DESIGNS["sp"])
    asked = Tally(design=design, terms=terms, by=tuple(filter(None, by)), cells=CELLS, second_moments=True)
    table = table_of(asked)
    totals = table.totals(weighted(table.sample, case["on"]))
    got = estimate(totals, [column], ["o"], quotients([0], [1]), Precision())
    order = {"|".join(domain.values()): place for place, domain in enumerate(got.by)}
    places = [order[row] for row in case["expected"].get("rows", [""])]
    for name, ours in (("est", got.value), ("se", got.se)):
        expected = case["expected"][name]
        expected = list(expected.values()) if isinstance(expected, dict) else np.atleast_1d(expected)
        np.testing.assert_allclose(ours[places], expected, rtol=1e-9)


@pytest.mark.parametrize("how", ["", "rkc"])
def test_months_added_up_are_the_pooled_rows(how: str) -> None:
    month = frame()["id"].to_numpy() % 3
    asked = tally("two", by=("domain",), cells=CELLS[:3])
    parts = [table_of(asked, frame()[month == k]) for k in range(3)]
    merged = merge(merge(parts[2], parts[0]), parts[1])
    assert merged.n.sum() == len(frame()) and len(merged.sources) == 3
    assert_same(merged.totals(weighted(merged.sample, how)), by_rows(asked, how))


def test_provinces_added_up_are_the_pooled_rows() -> None:
    asked = tally("spf", by=("level",), second_moments=True)
    parts = [table_of(asked, rows) for _, rows in frame().groupby("stratum")]
    merged = merge(*parts)
    assert len(merged) == sum(map(len, parts))
    assert_same(merged.totals(), by_rows(asked))


def test_population_sizes_must_agree_between_parts() -> None:
    asked = tally("spf")
    parts = [frame().iloc[:2500], frame().iloc[2500:].assign(fpc=frame()["fpc"] + 1)]
    with pytest.raises(EstimationError) as caught:
        merge(*(table_of(asked, rows) for rows in parts)).totals()
    assert caught.value.code == "EST_FPC_VARIES"


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(1, 4999), min_size=1, max_size=4, unique=True), seed=st.integers(0, 9))
def test_totals_are_additive_however_the_rows_are_split(cuts: list[int], seed: int) -> None:
    rows = frame().sample(frac=1, random_state=seed)
    asked = tally(by=("sex",))
    edges = [0, *sorted(cuts), len(rows)]
    parts = [table_of(asked, rows.iloc[low:high]) for low, high in pairwise(edges)]
    merged, whole = merge(*parts), table_of(asked)
    np.testing.assert_allclose(merged.numbers, whole.numbers, rtol=1e-12)
    for name, levels in whole.keys.items():
        np.testing.assert_array_equal(merged.keys[name], levels)


def test_an_empty_domain_key_stays_in_the_design_and_in_no_domain() -> None:
    rows = frame().assign(level=frame()["level"].where(frame()["q1"] != 3))
    asked = tally(by=("level",))
    table = table_of(asked, rows)
    assert np.isnan(table.keys["level"]).any()
    assert_same(table.totals(), by_rows(asked, rows=rows))


def test_a_key_that_nobody_answered_in_a_month_can_be_added() -> None:
    rows = frame().assign(level=frame()["level"].map({0: "xã", 1: "huyện", 2: "tỉnh"}).astype(object))
    rows.loc[:2499, "level"] = None
    asked = tally(by=("level",))
    merged = merge(table_of(asked, rows[:2500]), table_of(asked, rows[2500:]))
    assert_same(merged.totals(), by_rows(asked, rows=rows))


def test_keys_of_texts_and_truth_values_are_kept_apart() -> None:
    rows = frame().assign(
        level=frame()["level"].map({0: "xã", 1: "huyện", 2: None}), online=frame()["online"].astype(bool)
    )
    asked = replace(tally(by=("level", "online")), terms={**TERMS, "fee": Term(within={"online": (True,)})})
    table = table_of(asked, rows)
    assert table.keys["online"].dtype == bool
    assert {domain["level"] for domain in table.totals().domains} == {"xã", "huyện"}
    assert_same(table.totals(), by_rows(asked, rows=rows))


def test_only_terms_that_count_people_are_counted_unless_asked() -> None:
    asked = tally(base=("scored", "answered", "either"))
    table = table_of(asked)
    assert table.counts.shape[1] == 3
    totals, whole = table.totals(), by_rows(asked)
    np.testing.assert_array_equal(totals.counts[:, [1, 3, 5]], whole.counts[:, [1, 3, 5]])
    assert np.isnan(totals.counts[:, [0, 2, 4, 6]]).all()
    assert_same(totals, whole)


def test_what_went_into_a_table_goes_with_its_estimates() -> None:
    asked = tally()
    halves = [frame().iloc[:2500], frame().iloc[2500:]]
    parts = [table_of(asked, rows, source=name) for rows, name in zip(halves, ("May", "June"), strict=True)]
    assert estimates(merge(*parts).totals()).provenance == {"source": "May; June"}


def refused(call: Any) -> EstimationError:
    with pytest.raises(EstimationError) as caught:
        call()
    return caught.value


def test_the_same_data_is_not_added_twice() -> None:
    asked = tally()
    first, second = table_of(asked, frame().iloc[:2500], file="may.csv"), table_of(asked, frame().iloc[2500:])
    shuffled = table_of(asked, frame().iloc[:2500].sample(frac=1, random_state=1), file="may, again.csv")
    problem = refused(lambda: merge(merge(first, second), shuffled))
    assert problem.code == "TOT_TWICE" and "may" in str(problem)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"by": ("sex",)}, "by"),
        ({"design": DESIGNS["spf"]}, "design: fpc"),
        ({"where": {"online": (1,)}}, "where"),
        ({"base": ("scored",)}, "counted"),
        ({"terms": {**TERMS, "answered": Term(given=("q2",))}}, "answered: given"),
        ({"terms": dict(reversed(TERMS.items()))}, "counted"),
    ],
)
def test_tables_that_total_differently_are_not_added(changes: dict[str, Any], what: str) -> None:
    asked = tally()
    first, second = table_of(asked, frame()[:2500]), table_of(replace(asked, **changes), frame()[2500:])
    problem = refused(lambda: merge(first, second))
    assert (problem.code, problem.values["what"]) == ("TOT_DIFFER", what)
    assert "Design(" not in str(problem) and "Term(" not in str(problem)


def test_units_coded_as_numbers_and_as_texts_are_not_added() -> None:
    asked = tally()
    texts = frame()[2500:].assign(psu=frame()["psu"].astype(str))
    problem = refused(lambda: merge(table_of(asked, frame()[:2500]), table_of(asked, texts)))
    assert (problem.code, problem.values["what"]) == ("TOT_DIFFER", "psu")


def test_what_needs_rows_is_refused() -> None:
    table = table_of(tally(cells=CELLS))
    for step in (lambda sample: trim(sample, upper=300), lambda sample: weighted(sample, "rk")):
        changed = step(table.sample)
        assert refused(lambda changed=changed: table.totals(changed)).code == "TOT_NEEDS_ROWS"
    other = table_of(tally(cells=CELLS))
    assert refused(lambda: table.totals(other.sample)).code == "TOT_OTHER_SAMPLE"
    assert refused(lambda: weighted(table_of(tally()).sample, "ps")).code == "EST_NO_COLUMN"
    sample = weighted(Sample.of(frame(), DESIGNS["sp"]), "ps")
    assert refused(lambda: TotalsTable.of_sample(sample, tally())).code == "TOT_WEIGHTED"


def test_a_tally_needs_units_and_a_base_that_counts_people() -> None:
    assert refused(lambda: Tally(design=Design(strata="stratum", weight="w"), terms=TERMS)).code == "TOT_NO_PSU"
    assert refused(lambda: tally(base=("score",))).code == "EST_BAD_OPTION"
    assert refused(lambda: tally(by=("sex", "sex"))).code == "EST_NAMES"
    assert tally(by="sex").by == ("sex",)


def test_a_lone_psu_is_named_by_a_table_too() -> None:
    asked = replace(tally("adjust"), design=replace(DESIGNS["adjust"], lonely_psu="fail"))
    problem = refused(table_of(asked).totals)
    assert (problem.code, problem.values["strata"]) == ("EST_LONELY", "4, 17, 29")
