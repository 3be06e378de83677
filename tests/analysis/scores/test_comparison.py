"""A round against everything that staff named: the store's papers, ranks then and now, own figures for targets."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis.scores.change_words import comparison_sentences, points, signed
from analysis.scores.comparison import (
    Comparison,
    comparison,
    comparison_of_round,
    earlier_rounds,
)
from analysis.scores.comparison_papers import CHOICE, Choice, Inputs, choice_to_json
from analysis.scores.own_figures import card_figures
from analysis.scores.targets import Target, to_json
from survey.errors import Refused
from survey.successors import Successor, UnitsMap
from survey.units import Registry, Unit
from tests.analysis.scores.rounds_apart import a_round, people, side
from tests.analysis.scores.test_evaluate import FORM, instrument
from tests.survey.builders import ROUND, furnished

LANG_SON = Choice(series=(("par_index", "Lạng Sơn"),))
UNITS = {"A": (180, 200), "B": (120, 200), "C": (60, 200)}


def made(now: dict[str, tuple[int, int]], before: dict[str, tuple[int, int]], **inputs) -> Comparison:
    return comparison(side(people(now), 2023), side(people(before), 2022), Inputs(**inputs))


def test_ranks_are_those_of_each_round_and_a_rise_is_positive() -> None:
    found = made(UNITS, {"A": (60, 200), "B": (120, 200), "C": (180, 200)})
    assert {each.unit: (each.before.rank, each.now.rank, each.places) for each in found.ranks} == {
        "A": (3, 1, 2),
        "B": (2, 2, 0),
        "C": (1, 3, -2),
    }
    assert {each.unit: each.clear for each in found.ranks} == {"A": True, "B": False, "C": True}


def test_a_merged_unit_had_no_rank_and_another_number_of_units_is_told() -> None:
    day = date(2023, 3, 1)
    merged = UnitsMap(
        successors=(Successor(old="B", new="M", valid_from=day), Successor(old="C", new="M", valid_from=day))
    )
    found = made({"A": (180, 200), "M": (120, 200)}, UNITS, units=merged)
    assert found.rank("M") is None
    rank = found.rank("A")
    assert rank is not None
    assert (rank.before.of, rank.now.of) == (3, 2)
    assert [note.code for note in rank.notes] == ["CMP_OTHER_NUMBER"]


def test_the_registry_of_units_tells_of_a_merger_as_a_table_does_and_a_table_goes_before_it() -> None:
    day, last = date(2023, 3, 1), date(2023, 2, 28)
    parts = [Unit(code=name, name=name, block="department", valid_to=last) for name in ("B", "C")]
    whole = Unit(code="M", name="M", block="department", valid_from=day, predecessors=("B", "C"))
    registry = Registry(units=(*parts, whole))
    table = UnitsMap(successors=tuple(Successor(old=name, new="M", valid_from=day) for name in ("B", "C")))
    now = {"A": (180, 200), "M": (120, 200)}
    other = UnitsMap(successors=(Successor(old="B", new="A", valid_from=day),))

    def told(**inputs) -> object:
        rounds = made(now, UNITS, **inputs).rounds
        assert rounds is not None
        return [(each.unit, each.value, each.notes) for each in rounds.changes], rounds.left_out

    assert told(registry=registry) == told(units=table) != told()
    assert told(registry=registry, units=other) == told(units=other) != told(units=table)


def test_a_change_of_rank_across_a_break_is_never_clear() -> None:
    before = side(people({"A": (60, 200), "C": (180, 200)}), 2022, of=a_round(date(2022, 1, 1), study="user"))
    found = comparison(side(people({"A": (180, 200), "C": (60, 200)}), 2023), before, Inputs())
    assert [each.clear for each in found.ranks] == [False, False]


def test_targets_of_the_round_itself_are_held_against_its_own_interval() -> None:
    wanted = (
        Target(series="satisfaction", value=0.5),
        Target(series="satisfaction", value=0.6),
        Target(series="satisfaction", value=0.7),
        Target(series="satisfaction", unit="A", rank=1),
        Target(series="satisfaction", unit="C", rank=2),
        Target(series="satisfaction", unit="nowhere", value=0.1),
    )
    found = made(UNITS, UNITS, targets=wanted)
    said = ["reached", "unclear", "not_reached", "reached", "not_reached", "unknown"]
    assert [each.verdict for each in found.targets] == said


def test_slips_whose_unit_is_not_known_are_no_unit_that_could_change_or_have_a_target() -> None:
    wanted = (Target(series="satisfaction", unit="A", rank=1), Target(series="satisfaction", unit="?", value=0.1))
    found = made(UNITS | {"?": (60, 200)}, UNITS | {"?": (180, 200)}, targets=wanted)
    assert [each.verdict for each in found.targets] == ["reached", "unknown"]
    assert found.rounds is not None
    assert {each.unit for each in found.rounds.changes} == {"", *UNITS}
    assert "?" not in {each.unit for each in found.rounds.left_out}


def test_only_chosen_series_are_shown_and_none_of_later_years() -> None:
    found = made(UNITS, UNITS, choice=Choice(series=(("par_index", "lạng sơn"), ("sipas_mean", ""))))
    assert {(each.now.series, each.now.unit) for each in found.figures} == {
        ("par_index", "Lạng Sơn"),
        ("sipas_mean", ""),
    }
    assert max(each.now.year for each in found.figures) == 2023


def test_without_an_earlier_round_there_are_still_targets_and_figures() -> None:
    found = comparison(side(people(UNITS), 2023), None, Inputs(targets=(Target(series="satisfaction", value=0.5),)))
    assert (found.rounds, found.ranks) == (None, ())
    assert found.targets[0].verdict == "reached"


def test_the_index_of_a_complete_scorecard_is_a_figure_and_that_of_an_incomplete_one_is_not() -> None:
    rules = SimpleNamespace(kind="province", id="par", version="1")
    card = SimpleNamespace(scheme=rules, subject="", complete=True, index=0.8145, index_low=0.80, index_high=0.83)
    [found] = card_figures([card], 2022)
    assert (found.series, found.value, found.low, found.high, found.source) == (
        "par_index",
        0.8145,
        0.80,
        0.83,
        "par 1",
    )
    parts = (SimpleNamespace(**vars(card) | changes) for changes in ({"complete": False}, {"index": None}))
    assert [*card_figures(parts, 2022)] == []
    portal = SimpleNamespace(**vars(card) | {"scheme": SimpleNamespace(kind="portal", id="766", version="1")})
    assert [*card_figures([portal], 2022)] == []


def test_a_round_that_asked_no_satisfaction_can_still_be_held_against_published_figures() -> None:
    asked = instrument()
    nothing = side(people({"x": (5, 10)})[["sex", "unit"]], 2022, asked)
    found = comparison(nothing, replace(nothing, round_=a_round(date(2021, 1, 1), asked)), Inputs(choice=LANG_SON))
    assert comparison_sentences(found, weighted=False, language="en")[0].endswith("no overall index can be compared.")
    assert [each.places for each in found.figures] == [-31]


@pytest.mark.parametrize(
    ("value", "decimals", "told", "english"),
    [(-5.66, 2, "−5,66", "−5.66"), (1.234, 2, "+1,23", "+1.23"), (0.001, 2, "0,00", "0.00"), (-31, 0, "−31", "−31")],
)
def test_a_difference_has_its_sign_and_its_unit(value: float, decimals: int, told: str, english: str) -> None:
    assert (signed(value, decimals, "vi"), signed(value, decimals, "en")) == (told, english)
    assert points(-0.0566, "vi") == "−5,66 điểm phần trăm"
    assert points(float("nan"), "vi") == "–"


def sentences(now: dict[str, tuple[int, int]], before: dict[str, tuple[int, int]], language: str = "en") -> str:
    return "\n".join(comparison_sentences(made(now, before), weighted=False, language=language))


def test_sentences_say_a_rise_a_fall_or_that_there_is_not_enough_evidence() -> None:
    up = sentences(UNITS, {"A": (100, 200), "B": (60, 200), "C": (50, 200)})
    assert "the overall index rose: 35.00% to 60.00%, +25.00 percentage points" in up
    assert "enough evidence of a rise: A, B" in up
    down = sentences({"A": (100, 200), "B": (60, 200), "C": (50, 200)}, UNITS, "vi")
    assert "chỉ số hài lòng chung giảm: 60,00 % xuống 35,00 %, −25,00 điểm phần trăm" in down
    none = sentences(UNITS, UNITS, "vi")
    assert "không đủ căn cứ để kết luận chỉ số hài lòng chung tăng hay giảm" in none
    assert "Không đủ căn cứ để kết luận đơn vị nào trong 3 đơn vị tăng hay giảm" in none
    assert "tăng:" not in none


def test_across_a_break_no_sentence_says_rise_or_fall_of_anything() -> None:
    before = side(people({"A": (60, 200)}), 2022, of=a_round(date(2022, 1, 1), study="user"))
    found = comparison(side(people({"A": (180, 200)}), 2023), before, Inputs())
    said = "\n".join(comparison_sentences(found, weighted=False, language="en"))
    assert "do not measure the same thing" in said
    assert "rose" not in said and "enough evidence of a rise" not in said


def test_the_index_of_common_items_is_the_one_that_is_told_where_items_changed() -> None:
    rows = people({"x": (60, 100)})
    less = replace(
        FORM,
        sections=tuple(replace(s, questions=tuple(q for q in s.questions if q.name != "d")) for s in FORM.sections),
    )
    found = comparison(side(rows.assign(d="5"), 2023), side(rows.drop(columns="d"), 2022, less), Inputs())
    said = comparison_sentences(found, weighted=False, language="en")
    assert "60.00% and 60.00%" in said[0]
    assert "only of the items that both rounds asked alike" in said[1]


def test_the_papers_of_a_round_say_what_it_is_compared_with(tmp_path: Path) -> None:
    evaluation = side(people(UNITS), 2026).evaluation
    with furnished(tmp_path / "kho.sqlite3") as store:
        store.save_round(replace(ROUND, id="older", name="Older", opens=date(2020, 1, 1)))
        assert [each.id for each in earlier_rounds(store, ROUND)] == ["older"]
        assert comparison_of_round(store, ROUND, evaluation) is None
        kept = Choice(before="older", series=(("par_index", "Lạng Sơn"),))
        store.save_paper(ROUND.id, CHOICE, choice_to_json(kept), "Lan", "2026-11-22")
        aims = to_json([Target(series="par_index", unit="Lạng Sơn", year=2023, value=0.85)])
        store.save_paper(ROUND.id, "targets", aims, "Lan", "2026-11-22")
        found = comparison_of_round(store, ROUND, evaluation)
        assert found is not None
        assert found.rounds is None  # the older round has no slips
        assert [(each.value, each.places) for each in found.figures] == [(pytest.approx(-0.0566), -31)]
        assert found.targets[0].verdict == "ahead"
        store.save_paper(ROUND.id, CHOICE, json.dumps({"before": 1, "series": "x"}), "Lan", "2026-11-22")
        with pytest.raises(Refused, match="cannot be read"):
            comparison_of_round(store, ROUND, evaluation)
