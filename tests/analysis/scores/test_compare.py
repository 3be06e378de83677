"""What changed between two rounds: by hand, by the library's other route, and what may not be called a change."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.estimation import Design, Sample, contrast, difference
from analysis.scores.change import Change, RoundChanges
from analysis.scores.compare import Side, compare
from analysis.scores.evaluate import evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import make_sample
from analysis.scores.satisfaction import index_tree, satisfaction
from survey.questionnaire import Option, Questionnaire
from survey.successors import Successor, UnitsMap
from tests.analysis.scores.rounds_apart import a_round, people, side
from tests.analysis.scores.test_evaluate import FORM, SCALE, instrument, item

PLAIN = {"sex": "1"}


def overall(found: RoundChanges, **which) -> Change:
    change = found.change("overall", **({"weighted": False} | which))
    assert change is not None
    return change


def test_two_independent_rounds_have_the_error_of_the_textbook() -> None:
    """300 of 400 satisfied, then 340 of 400: Δ = 10 points, variances p(1−p)/(n−1) add, Welch's degrees of freedom."""
    found = compare(side(people({"x": (340, 400)}), 2023), side(people({"x": (300, 400)}), 2022))
    change = overall(found)
    variances = 0.85 * 0.15 / 399, 0.75 * 0.25 / 399
    df = sum(variances) ** 2 / sum(v**2 / 399 for v in variances)
    assert change.value == pytest.approx(0.10)
    assert change.se == pytest.approx(np.sqrt(sum(variances)))
    assert change.se == pytest.approx(np.hypot(change.se_now, change.se_before))
    reach = stats.t.ppf(0.975, df) * np.sqrt(sum(variances))
    assert (change.low, change.high) == (pytest.approx(0.10 - reach), pytest.approx(0.10 + reach))
    assert (change.verdict, found.shared, found.serious) == ("up", 0, False)
    assert (change.n_before, change.n_now) == (400, 400)


def test_a_small_difference_is_not_enough_evidence_and_a_fall_is_a_fall() -> None:
    before = side(people({"x": (300, 400)}), 2022)
    assert overall(compare(side(people({"x": (310, 400)}), 2023), before)).verdict == "unclear"
    assert overall(compare(side(people({"x": (240, 400)}), 2023), before)).verdict == "down"


def test_every_number_of_the_tree_is_what_the_library_finds_by_its_own_route() -> None:
    chance = np.random.default_rng(5)

    def rows(n: int, top: float) -> pd.DataFrame:
        answers = {name: np.where(chance.random(n) < top, "5", "2").astype(object) for name in "abcd"}
        return pd.DataFrame(answers | PLAIN | {"unit": chance.choice(["x", "y"], n), "w": chance.uniform(1, 3, n)})

    plan = {"weight": "w", "interval": "t"}
    now, before = side(rows(300, 0.7), 2023, **plan), side(rows(200, 0.6), 2022, **plan)
    found = compare(now, before)
    tree, satisfied = index_tree(FORM), {q.name: q.satisfied for q in FORM.items()}
    for weighted in (False, True):
        kinds = [s.evaluation.sample if weighted else s.evaluation.sample.unweighted() for s in (now, before)]
        for by in ((), ("unit",)):
            how = replace(now.evaluation.plan, df="domain") if by else now.evaluation.plan
            wanted = difference(*(satisfaction(sample, tree, satisfied, how, by) for sample in kinds))
            for k, (name, domain) in enumerate(zip(wanted.labels, wanted.by, strict=True)):
                change = found.change(name, weighted=weighted, unit=domain.get("unit", ""))
                if by and name in "abcd":
                    assert change is None
                    continue
                assert change is not None
                got = (change.value, change.se, change.df, change.low, change.high)
                assert got == pytest.approx(
                    tuple(getattr(wanted, of)[k] for of in ("value", "se", "df", "low", "high"))
                )


def clustered(seed: int, units: int = 12) -> pd.DataFrame:
    """Villages with satisfaction of their own, the same in both rounds."""
    chance = np.random.default_rng(seed)
    level = np.repeat(np.linspace(0.3, 0.95, units), 20)
    answer = np.where(chance.random(20 * units) < level, "5", "1").astype(object)
    place = np.repeat([f"p{k:02d}" for k in range(units)], 20)
    rows = pd.DataFrame({"a": answer, "psu": place, "place": place, "stratum": "s", "unit": "x"} | PLAIN)
    return rows.assign(**{name: pd.Series([None] * len(rows), dtype=object) for name in "bcd"})


DRAWN = {"psu": "psu", "strata": "stratum", "interval": "t"}


def test_rounds_in_the_same_villages_are_told_apart_more_sharply_and_as_one_sample_would() -> None:
    now, before = clustered(1), clustered(2)
    found = compare(side(now, 2023, **DRAWN), side(before, 2022, **DRAWN))
    both = pd.concat([before.assign(round="1"), now.assign(round="2")], ignore_index=True)
    stacked = Sample.of(both, Design(psu="psu", strata="stratum"))
    wanted = contrast(
        satisfaction(
            stacked, index_tree(FORM), {q.name: q.satisfied for q in FORM.items()}, Plan(interval="t"), ("round",)
        ),
        {("overall", "2"): 1.0, ("overall", "1"): -1.0},
    )
    change = overall(found)
    assert found.shared == 12
    assert (change.value, change.se, change.df) == pytest.approx((wanted.value[0], wanted.se[0], wanted.df[0]))
    assert (change.low, change.high) == pytest.approx((wanted.low[0], wanted.high[0]))
    assert change.se < 0.7 * np.hypot(change.se_now, change.se_before)
    assert change.se**2 == pytest.approx(change.se_now**2 + change.se_before**2 - 2 * change.covariance)


def test_a_code_that_stands_for_another_place_now_is_no_shared_village() -> None:
    now = clustered(1)
    elsewhere = now.assign(place="elsewhere " + now["place"])
    assert compare(side(elsewhere, 2023, **DRAWN), side(clustered(2), 2022, **DRAWN)).shared == 0


def test_a_merged_unit_is_the_pooled_answers_of_its_parts_never_their_mean() -> None:
    """90 of 100 and 100 of 400: pooled 190/500 = 38 %, the mean of percentages would be 57,5 %."""
    before = side(people({"Sở A": (90, 100), "Sở B": (100, 400), "Sở C": (60, 100)}), 2022)
    now = side(people({"Sở M": (300, 500), "Sở C": (70, 100), "Sở N": (5, 10)}), 2025)
    day = date(2025, 3, 1)
    rows = (("sở a", "Sở M"), ("Sở B", "Sở M"))
    merged = UnitsMap(successors=tuple(Successor(old=old, new=new, valid_from=day) for old, new in rows))
    found = compare(now, before, merged)
    change = overall(found, unit="Sở M")
    assert change.before == pytest.approx(0.38)
    renamed = people({"Sở A": (90, 100), "Sở B": (100, 400)}).assign(unit="Sở M")
    rest = people({"Sở C": (60, 100)})
    pooled = side(pd.concat([renamed, rest], ignore_index=True), 2022)
    again = overall(compare(now, pooled), unit="Sở M")
    assert (change.before, change.se, change.df) == pytest.approx((again.before, again.se, again.df))
    assert [note.code for note in change.notes] == ["CMP_UNIT_MERGED"]
    assert [(each.unit, each.why.code) for each in found.left_out] == [("Sở N", "CMP_UNIT_NEW")]
    assert found.alone == {"Sở C": "Sở C"}


def test_units_that_are_gone_renamed_or_divided_are_told() -> None:
    before = side(people({"Hoà": (9, 20), "Cũ": (9, 20), "Tan": (9, 20), "Chia": (9, 20)}), 2022)
    now = side(people({"Hòa": (9, 20), "Mới": (9, 20), "X": (9, 20), "Y": (9, 20)}), 2025)
    day = date(2025, 7, 1)
    units = UnitsMap(
        successors=tuple(
            Successor(old=old, new=new, valid_from=day) for old, new in (("Cũ", "Mới"), ("Chia", "X"), ("Chia", "Y"))
        )
    )
    found = compare(now, before, units)
    assert {change.unit for change in found.of(weighted=False, units=True)} == {"Hòa", "Mới"}
    assert [note.say("en") for note in overall(found, unit="Mới").notes] == ["Then called Cũ"]
    assert not overall(found, unit="Hòa").notes
    said = {each.unit: each.why.code for each in found.left_out}
    assert said == {"Tan": "CMP_UNIT_GONE", "Chia": "CMP_UNIT_SPLIT", "X": "CMP_UNIT_NEW", "Y": "CMP_UNIT_NEW"}


def test_the_places_of_a_divided_unit_find_their_new_unit_and_it_is_said_to_be_a_part() -> None:
    rows = people({"Huyện": (30, 100)}).assign(place=["V1"] * 40 + ["V2"] * 60)
    day = date(2025, 7, 1)
    units = UnitsMap(
        successors=tuple(Successor(old=f"V{k}", new=f"Xã {k}", valid_from=day, what="place") for k in (1, 2))
    )
    found = compare(side(people({"Xã 1": (20, 40), "Xã 2": (20, 40)}), 2025), side(rows, 2022), units)
    assert [overall(found, unit=f"Xã {k}").before for k in (1, 2)] == [30 / 40, 0.0]
    assert [note.code for note in overall(found, unit="Xã 1").notes] == ["CMP_UNIT_RENAMED", "CMP_UNIT_PART"]
    assert found.alone == {}


def test_only_items_asked_alike_are_compared_and_the_others_are_named_with_the_reason() -> None:
    four = replace(SCALE, options=SCALE.options[:4])
    plus = replace(SCALE, options=(*SCALE.options[:4], Option(value="5", label={"vi": "mức năm"})))
    changed = instrument(
        replace(item("a", "p"), label={"vi": "a, nói rõ hơn"}),
        replace(item("b", "s1"), scale=four, satisfied=("3", "4")),
        replace(item("c", "s1"), scale=plus),
        item("e", "s2"),
        index=FORM.index,
    )
    rows = people({"x": (60, 100)})
    now = rows.assign(b="4", c="5", e="5")
    found = compare(side(now, 2023, changed), side(rows.assign(b="4", c="4", d="5"), 2022))
    assert {each.id: each.why.code for each in found.left_out} == {
        "b": "CMP_ITEM_SCALE", "d": "CMP_ITEM_GONE", "e": "CMP_ITEM_NEW",
    }  # fmt: skip
    assert [note.code for note in found.change("a", weighted=False).notes] == ["CMP_ITEM_WORDING"]
    assert [note.code for note in found.change("c", weighted=False).notes] == ["CMP_SCALE_WORDING"]
    assert [problem.code for problem in found.breaks] == ["CMP_OTHER_VERSION"]


def test_an_index_of_other_items_is_no_change_but_that_of_the_common_items_is() -> None:
    """Item d is new and everybody likes it: the index rises by it alone; on the common item a nothing changed."""
    less = instrument(*(item(name, {"a": "p", "b": "s1", "c": "s1"}[name]) for name in "abc"), index=FORM.index)
    before = people({"x": (60, 100)})
    found = compare(side(before.assign(d="5"), 2023), side(before.drop(columns="d"), 2022, less))
    whole, alike = overall(found), overall(found, basis="common")
    assert (whole.before, whole.now, whole.verdict) == (0.6, 0.8, "break")
    assert (alike.before, alike.now, alike.verdict) == (0.6, 0.6, "unclear")
    assert whole.notes[0].values == {"before": 3, "now": 4, "both": 3}
    assert overall(found, unit="x", basis="common").now == 0.6
    assert found.change("policy", weighted=False, basis="common") is None
    assert found.change("policy", weighted=False).verdict == "unclear"


def test_in_the_mode_of_weights_other_weights_make_another_index() -> None:
    heavier = replace(FORM, index=tuple(replace(n, weight=9.0 if n.code == "policy" else n.weight) for n in FORM.index))
    rows = people({"x": (60, 100)}).assign(b="5", c="5", d="5")
    pooled = compare(side(rows, 2023), side(rows, 2022, heavier))
    assert overall(pooled).verdict == "unclear"
    weighted = compare(side(rows, 2023, mode="weights"), side(rows, 2022, heavier))
    assert (overall(weighted).verdict, overall(weighted).notes[0].code) == ("break", "CMP_NODE_WEIGHTS")
    assert overall(weighted, basis="common").value == pytest.approx(0)
    assert weighted.change("policy", weighted=False).verdict == "unclear"


def test_rounds_that_asked_other_people_measure_no_change_however_clear() -> None:
    users = a_round(date(2021, 11, 1), study="user")
    found = compare(side(people({"x": (340, 400)}), 2022), side(people({"x": (100, 400)}), 2021, of=users))
    assert (overall(found).verdict, found.serious) == ("break", True)
    assert overall(found).low > 0
    assert [problem.code for problem in found.breaks] == ["CMP_OTHER_PEOPLE"]
    assert "Hộ gia đình" in found.breaks[0].say()


def test_of_another_instrument_only_items_of_the_same_words_are_compared() -> None:
    other = replace(FORM, id="other", sections=tuple(
        replace(s, questions=tuple(replace(q, label={"vi": "gì khác"}) if q.name == "b" else q for q in s.questions))
        for s in FORM.sections
    ))  # fmt: skip
    rows = people({"x": (60, 100)}).assign(b="5")
    found = compare(side(rows, 2023), side(rows, 2022, other))
    assert [(each.id, each.why.code) for each in found.left_out] == [("b", "CMP_ITEM_OTHER")]
    assert [problem.code for problem in found.breaks] == ["CMP_OTHER_INSTRUMENT"]


def test_two_instruments_without_a_common_item_are_told_apart_and_nothing_is_compared_but_the_names() -> None:
    other = replace(FORM, id="other", sections=tuple(
        replace(s, questions=tuple(replace(q, label={"vi": f"khác {q.name}"}) for q in s.questions))
        for s in FORM.sections
    ))  # fmt: skip
    rows = people({"x": (60, 100)})
    found = compare(side(rows, 2023), side(rows, 2022, other))
    assert {change.id for change in found.changes} == {"overall", "policy", "p"}
    assert overall(found).notes[0].code == "CMP_NODE_APART"
    assert {change.verdict for change in found.changes} == {"break"}
    assert found.change("overall", weighted=False, basis="common") is None


def test_other_answers_that_count_other_weights_and_another_way_of_choosing_are_told() -> None:
    strict = replace(FORM, sections=tuple(
        replace(s, questions=tuple(replace(q, satisfied=("5",)) if q.name == "a" else q for q in s.questions))
        for s in FORM.sections
    ))  # fmt: skip
    rows = people({"x": (60, 100)}).assign(b="5", w=2.0)
    found = compare(side(rows, 2023, strict, weight="w"), side(rows, 2022))
    assert [(each.id, each.why.code) for each in found.left_out] == [("a", "CMP_ITEM_SATISFIED")]
    assert [problem.code for problem in found.breaks] == ["CMP_OTHER_VERSION", "CMP_OTHER_WEIGHTS", "CMP_OTHER_CHOICE"]


def test_a_figure_that_is_not_reliable_is_compared_but_nothing_is_concluded() -> None:
    found = compare(side(people({"few": (12, 12)}), 2023), side(people({"few": (2, 12)}), 2022))
    assert overall(found, unit="few").verdict == "doubtful"
    assert overall(found, unit="few").value == pytest.approx(10 / 12)


@pytest.mark.slow
def test_what_is_said_of_units_holds_for_the_whole_list_at_once() -> None:
    """Of 20 units that did not change, one by one at 95 % one is called changed on average; together hardly ever."""
    chance = np.random.default_rng(11)
    alone = said = 0
    names = [f"u{k:02d}" for k in range(20)]
    for _ in range(20):
        two = [
            side(people({name: (int(chance.binomial(200, 0.6)), 200) for name in names}), year) for year in (2023, 2022)
        ]
        units = [change for change in compare(*two).of(weighted=False, units=True) if change.level == "overall"]
        alone += sum(change.low > 0 or change.high < 0 for change in units)
        said += any(change.verdict in ("up", "down") for change in units)
    assert 10 <= alone <= 32  # 400 comparisons at 5 %: 20 expected
    assert said <= 4  # 20 lists at 5 %: one expected


shares = st.tuples(st.integers(1, 59), st.integers(1, 59))


@given(x=shares, y=shares)
@settings(max_examples=6, deadline=None)
def test_looking_back_instead_of_forward_turns_every_sign_and_nothing_else(
    x: tuple[int, int], y: tuple[int, int]
) -> None:
    rows = [people({"x": (x[k], 60), "y": (y[k], 60)}) for k in (0, 1)]
    forward = compare(side(rows[1], 2023), side(rows[0], 2022))
    back = compare(side(rows[0], 2022), side(rows[1], 2023))
    turned = {"up": "down", "down": "up"}
    for change in forward.changes:
        other = back.change(change.id, weighted=change.weighted, unit=change.unit)
        assert other is not None
        assert other.value == pytest.approx(-change.value, abs=1e-15)
        assert (other.se, other.df) == pytest.approx((change.se, change.df))
        assert (other.low, other.high) == pytest.approx((-change.high, -change.low))
        assert other.verdict == turned.get(change.verdict, change.verdict)


def test_the_same_round_again_has_changed_in_nothing() -> None:
    rows = clustered(3)
    found = compare(side(rows, 2023, **DRAWN), side(rows, 2022, **DRAWN))
    assert {change.value for change in found.changes} == {0.0}
    assert not {change.verdict for change in found.changes} & {"up", "down"}


def test_rounds_without_units_or_items_are_compared_in_what_there_is() -> None:
    rows = people({"x": (60, 100)})
    flat = compare(side(rows, 2023, by=()), side(rows, 2022))
    assert flat.of(weighted=False, units=True) == ()
    assert overall(flat).n_now == 100
    empty: Questionnaire = instrument()
    plan = Plan()
    made = evaluate(make_sample(rows[["sex"]], plan, {}), empty, plan)
    nothing = Side(evaluation=made, round_=a_round(date(2023, 1, 1), empty))
    assert compare(nothing, replace(nothing, round_=a_round(date(2022, 1, 1), empty))).changes == ()
