"""Ranks in blocks, what may be said of them, and what the settings are."""

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit, stdtr
from scipy.stats import norm

from analysis.scores.blocks import unit_blocks
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.plan import Plan
from analysis.scores.rank_words import (
    block_words,
    chance_words,
    listed,
    pair_sentences,
    ranking_sentences,
    set_words,
)
from analysis.scores.ranking import Ranking, competition_ranks, rank_units, renamed
from analysis.scores.ranking_rules import load_ranking_rules, rules_with
from analysis.scores.responses import make_sample
from survey.errors import Refused, word
from survey.round import Place, Rated
from tests.analysis.scores.sample395 import sample_evaluation
from tests.analysis.scores.test_evaluate import FORM


def slips(shares: dict[str, tuple[int, int]], **columns: object) -> pd.DataFrame:
    """One slip a person who answers item a alone; `shares`: unit → (satisfied, people)."""
    good = [k < satisfied for satisfied, people in shares.values() for k in range(people)]
    unit = np.repeat(list(shares), [people for _, people in shares.values()])
    rows = pd.DataFrame({"a": np.where(good, "5", "1"), "unit": unit, "sex": "1"})
    empty = {name: pd.Series([None] * len(rows), dtype=object) for name in "bcd"}
    return rows.assign(**empty, **columns)


def evaluated(shares: dict[str, tuple[int, int]], **changes) -> Evaluation:
    plan = Plan(**({"by": ("unit",)} | changes))
    return evaluate(make_sample(slips(shares), plan, {}), FORM, plan)


def ranked(shares: dict[str, tuple[int, int]], **changes) -> Ranking:
    return rank_units(evaluated(shares), weighted=False, **changes)


@cache
def three_tiers() -> Ranking:
    return ranked({"A": (190, 200), "B": (188, 200), "C": (130, 200), "D": (60, 200), "few": (9, 9)})


def test_competition_ranks_share_ties_and_skip_the_next() -> None:
    assert competition_ranks([0.7, 0.9, 0.7, math.nan, 0.1, 0.7 + 1e-15]) == (2, 1, 2, None, 5, 2)
    assert competition_ranks([]) == ()


def test_ranks_go_by_unrounded_numbers() -> None:
    """All are 50,35 % on a screen."""
    found = ranked({"x": (71, 141), "y": (72, 143), "z": (72, 143)})
    assert [(unit.unit, unit.rank) for unit in found.units] == [("x", 1), ("y", 2), ("z", 2)]


def test_a_unit_with_too_few_people_has_no_rank_and_is_nobodys_rival() -> None:
    found = three_tiers()
    few = found.unit("few")
    assert (few.rank, few.rank_low, few.rank_high, few.better_than) == (None, None, None, ())
    assert found.unit("A").rank == 1 and found.unit("A").of == 4
    assert found.units[-1] == few
    assert ranked({"x": (9, 10), "y": (5, 10)}).unit("x").rank == 1  # ten are enough


def test_units_are_ranked_inside_their_block_and_blocks_come_in_the_order_of_the_rules() -> None:
    kinds = {"a": "commune", "b": "department", "c": "commune", "d": "vertical", "e": "chợ"}
    shares = {name: (50 + 5 * place, 100) for place, name in enumerate(kinds)}
    found = ranked(shares, blocks=kinds)
    assert [block.kind for block in found.blocks] == ["department", "vertical", "commune", "chợ"]
    assert [(unit.unit, unit.rank, unit.of) for unit in found.units] == [
        ("b", 1, 1), ("d", 1, 1), ("c", 1, 2), ("a", 2, 2), ("e", 1, 1),
    ]  # fmt: skip
    assert pair_sentences(found, "a", "b") == ("Không so sánh a với b: hai đơn vị thuộc hai khối khác nhau.",)
    assert "Xã, phường, đặc khu: Chưa đủ căn cứ" in "\n".join(ranking_sentences(found))


def test_the_blocks_of_a_round_are_the_kinds_of_its_rated_offices() -> None:
    round_ = sample_evaluation().round
    assert unit_blocks(round_) == {}
    rated = (Rated(code="snv", name="Sở Nội vụ", kind="department"),)
    assert unit_blocks(replace(round_, rated=rated)) == {"Sở Nội vụ": "department"}


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (("Sở Nội vụ", "UBND phường Tam Thanh", "Cục Thuế tỉnh"), ("department", "commune", "vertical")),
        (("Trung tâm phục vụ hành chính công xã Na Sầm", "Xã Na Sầm"), ("commune", "commune")),
        (
            ("XÃ Bắc Sơn", "ủy ban nhân dân huyện Lộc Bình", "Ban Quản lý khu kinh tế"),
            ("commune", "locality", "department"),
        ),
        (("Sở Nội vụ", "Bắc Sơn"), ()),  # one name tells nothing: all are one block
        (("Sởi", "Banh"), ()),
    ],
)
def test_blocks_follow_from_names_only_where_all_names_tell_them(
    names: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    places = tuple(Place(code=f"p{k}", name="x", stratum="s", unit=name) for k, name in enumerate(names))
    found = unit_blocks(replace(sample_evaluation().round, places=places))
    assert found == dict(zip(names, kinds, strict=False))


def test_units_clearly_apart_make_tiers_and_units_alike_do_not() -> None:
    block = three_tiers().blocks[0]
    assert block.tiers == (("A", "B"), ("C",), ("D",))
    assert [set_words(unit) for unit in block.units] == ["1 (1–2)", "2 (1–2)", "3 (3–3)", "4 (4–4)", "–"]
    assert (block.standing("A", "D"), block.standing("D", "A")) == ("better", "worse")
    assert (block.standing("A", "B"), block.standing("A", "few")) == ("unclear", "unranked")
    assert math.isnan(block.chance("A", "few"))


def test_the_chance_of_a_pair_is_that_of_the_difference_of_two_logits() -> None:
    """By hand: independent simple samples, var logit p = 1/(n·p·q), Welch and Satterthwaite's degrees of freedom."""
    found = ranked({"x": (150, 200), "y": (60, 90)})
    p, q, n, m = 0.75, 2 / 3, 200, 90
    # variances as drawn with replacement from one stratum of n + m people
    both = (n + m) / (n + m - 1)
    first, second = both / (n * p * (1 - p)), both / (m * q * (1 - q))
    df = (first + second) ** 2 / (first**2 / (n - 1) + second**2 / (m - 1))
    by_hand = stdtr(df, (logit(p) - logit(q)) / np.sqrt(first + second))
    assert found.blocks[0].chance("x", "y") == pytest.approx(by_hand, rel=1e-9)
    assert found.blocks[0].chance("y", "x") == pytest.approx(1 - by_hand, rel=1e-9)


def test_everybody_satisfied_in_a_small_unit_is_not_certainty() -> None:
    found = ranked({"all": (20, 20), "most": (255, 300), "few": (120, 300)})
    assert found.unit("all").rank == 1
    assert found.unit("all").rank_high == 2  # surely above the last, not above the second
    assert found.unit("most").better_than == ("few",)
    chance = found.blocks[0].chance("all", "most")
    share = 20.5 / 21  # half a person each way
    error = np.sqrt(1 / (20 * share * (1 - share)) + 1 / (300 * 0.85 * 0.15))
    assert chance == pytest.approx(norm.cdf((logit(share) - logit(0.85)) / error), abs=0.02)


def test_a_unit_surveyed_in_a_single_place_is_told_apart_from_nobody() -> None:
    rows = slips({"one place": (198, 200), "many": (60, 200), "others": (100, 200)})
    rows["psu"] = ["p" if unit == "one place" else f"q{k // 5}" for k, unit in enumerate(rows["unit"])]
    plan = Plan(psu="psu", by=("unit",))
    found = rank_units(evaluate(make_sample(rows, plan, {}), FORM, plan), weighted=False)
    assert set_words(found.unit("one place")) == "1 (1–3)"
    assert not any("one place" in unit.worse_than for unit in found.units)
    assert pair_sentences(found, "one place", "many")[1].startswith("Chưa tính được xác suất")


def test_the_sample_of_395_cannot_tell_its_districts_apart_and_names_them() -> None:
    made = sample_evaluation().evaluation
    for weighted in (True, False):
        found = rank_units(made, weighted=weighted)
        assert [unit.rank for unit in found.units] == list(range(1, 12))
        assert {(unit.rank_low, unit.rank_high) for unit in found.units} == {(1, 11)}  # 2 to 4 communes each
        said = ranking_sentences(found)
        assert said[0].startswith("Chưa đủ căn cứ để nói đơn vị nào hơn đơn vị nào trong 11 đơn vị")
        assert all(unit.unit in said[0] for unit in found.units)
        assert "không phải số công bố" in said[-1] and "ranking/default" in said[-1]


def test_the_shrunken_number_lies_between_the_units_own_and_the_mean() -> None:
    sizes = {"a": (30, 30), "b": (200, 400), "c": (240, 400), "d": (12, 40), "e": (230, 400)}
    found = ranked(sizes)
    for unit in found.units:
        low, high = sorted((unit.value, np.mean([each.value for each in found.units])))
        assert low - 0.05 <= unit.shrunken <= high + 0.05
        assert unit.shrunken_error > 0
    pulled = {unit.unit: abs(unit.value - unit.shrunken) for unit in found.units}
    assert pulled["a"] > pulled["c"]  # few people, far out
    assert found.unit("a").rank == 1 and found.unit("a").value == 1.0  # the rank stays that of the direct number


def test_too_few_units_are_not_shrunk() -> None:
    found = ranked({"a": (30, 40), "b": (20, 40), "c": (10, 40), "d": (5, 40)})
    assert all(math.isnan(unit.shrunken) and math.isnan(unit.shrunken_error) for unit in found.units)


def test_a_round_without_units_has_no_ranking() -> None:
    found = rank_units(evaluated({"x": (5, 10)}, by=()), weighted=False)
    assert (found.blocks, found.units, ranking_sentences(found)) == ((), (), ())


def test_what_is_said_names_tiers_leaders_and_who_is_left_out() -> None:
    said = "\n".join(ranking_sentences(three_tiers()))
    assert "Phân biệt được 5 trong 6 cặp đơn vị" in said
    assert "(1) A, B; (2) C; (3) D" in said
    assert "Trong nhóm 1 chưa phân biệt được đơn vị nào với đơn vị nào: A, B." in said
    assert "2 đơn vị có thể thật sự đứng thứ nhất: A, B." in said
    assert "D đứng cuối, kể cả khi tính đến sai số." in said
    assert "1 đơn vị có dưới 10 người trả lời nên không xếp hạng: few." in said
    english = "\n".join(ranking_sentences(three_tiers(), "en"))
    assert "5 of 6 pairs of units can be told apart" in english and "few" in english


def test_units_all_apart_or_alone_are_told_as_such() -> None:
    apart = ranking_sentences(ranked({"x": (280, 300), "y": (150, 300), "z": (30, 300)}))
    assert apart[0] == "Phân biệt được cả 3 đơn vị với nhau; thứ tự từ cao xuống thấp: x, y, z."
    alone = ranking_sentences(ranked({"x": (28, 30), "y": (5, 5)}))
    assert alone[0] == "Chỉ x có đủ phiếu nên không có gì để xếp hạng."


def test_a_pair_is_told_with_and_without_the_others() -> None:
    better = pair_sentences(three_tiers(), "C", "D")
    assert better[0].startswith("C hơn D rõ rệt") and "trên 99 %" in better[1]
    worse = pair_sentences(three_tiers(), "D", "C", "en")
    assert worse[0].startswith("D is clearly worse than C") and "under 1%" in worse[1]
    alike = pair_sentences(three_tiers(), "A", "B")
    assert alike[0].startswith("Không đủ căn cứ để kết luận A hơn hay kém B (mức tin cậy 95 %)")
    assert pair_sentences(three_tiers(), "A", "few")[0].startswith("Không so sánh A với few")


def test_a_chance_is_never_told_as_certain() -> None:
    said = [chance_words(chance) for chance in (0.0, 0.004, 0.006, 0.5, 0.994, 0.996, 1.0)]
    assert said == ["dưới 1 %", "dưới 1 %", "1 %", "50 %", "99 %", "trên 99 %", "trên 99 %"]


def test_long_lists_end_with_how_many_more() -> None:
    assert listed([f"u{k}" for k in range(15)], "en").endswith("u11 and 3 more")
    assert (block_words("chợ"), block_words(""), block_words("commune", "en")) == (
        "chợ", "Tất cả đơn vị", "Communes and wards",
    )  # fmt: skip


def test_other_names_change_nothing_but_the_names() -> None:
    found = renamed(three_tiers(), str.lower)
    assert found.unit("a").better_than == ("c", "d")
    assert found.blocks[0].tiers[0] == ("a", "b")
    assert found.unit("c").rank == three_tiers().unit("C").rank


def test_every_setting_says_its_source_and_mark() -> None:
    rules = load_ranking_rules()
    assert {name for name, *_ in rules.sources} >= {"least_n", "least_officer_n", "draws", "seed"}
    assert all(mark in ("C", "?") and source["vi"] and source["en"] for _, mark, source in rules.sources)


def test_settings_that_cannot_be_are_refused_all_at_once(tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[3] / "analysis/scores/rules/ranking.toml").read_text(encoding="utf-8")
    bad = shipped.replace("value = 10\nmark", 'value = "ten"\nmark', 1).replace("valid_from = 2022-01-01", "from = 1")
    bad = bad.replace('["department", "vertical", "locality", "commune"]', "3").replace('mark = "C"', "", 1)
    file = tmp_path / "ranking.toml"
    file.write_text(bad.replace('version = "1"', "version = 1"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_ranking_rules(file)
    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["RNK_RULES_UNKNOWN", "RNK_RULES_TEXT", "RNK_RULES_DATE", "RNK_RULES_NUMBER", "RNK_RULES_LIST"]
    file.write_text("id = ", encoding="utf-8")
    with pytest.raises(Refused, match="TOML"):
        load_ranking_rules(tmp_path / "nowhere.toml")
    other = tmp_path / "other.toml"
    other.write_text(shipped.replace('source.vi = "Mặc định của công cụ"', "", 1), encoding="utf-8")
    with pytest.raises(Refused, match="least_shrunk_units"):
        load_ranking_rules(other)


def test_slips_whose_unit_is_not_known_make_no_unit() -> None:
    found = ranked({"x": (50, 100), "?": (90, 100), "y": (60, 100)})
    assert [(unit.unit, unit.rank, unit.of) for unit in found.units] == [("y", 1, 2), ("x", 2, 2)]


def test_a_round_may_ask_for_more_answers_than_the_rules_before_a_unit_is_ranked() -> None:
    assert rules_with(0) == load_ranking_rules()
    strict = rules_with(25)
    assert strict.least_n == 25
    assert next(source for source in strict.sources if source[0] == "least_n")[2]["vi"] == word("SET_LEAST_SOURCE")
    found = ranked({"x": (10, 20), "y": (20, 30)}, rules=strict)
    assert [(unit.unit, unit.rank is None) for unit in found.units] == [("y", False), ("x", True)]
