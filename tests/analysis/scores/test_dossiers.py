"""Dossiers: published totals by hand, sums that do not add up, 0/0, what a working paper keeps."""

from collections.abc import Mapping

import pytest

from analysis.scores.dossier_sums import Difference, differences
from analysis.scores.dossiers import COUNTS, Cases, Count, DossierTable, Share, from_json, share, to_json
from survey.errors import Refused
from survey.words import DASH, percent

PUBLISHED: dict[Count, int] = {
    "received": 561_578,
    "direct": 358_294,
    "post": 183_202,
    "online": 20_091,
    "solved": 549_113,
    "on_time": 538_008,
    "late": 11_105,
    "pending": 12_465,
}
"""Bình Phước 01/01/2020 – 10/2021, as the press printed them: the channels do not add up."""


def cases(counts: Mapping[Count, int], unit: str = "A", period: str = "2022", **rest: object) -> Cases:
    return Cases(unit=unit, period=period, counts=counts, **rest)  # type: ignore[arg-type]


def table(*rows: Cases, totals: tuple[Cases, ...] = ()) -> DossierTable:
    return DossierTable(kind="counts", file="a.xlsx", sheet="S", rows=rows, totals=totals)


def apart(*rows: Cases, totals: tuple[Cases, ...] = ()) -> list[tuple[str, int]]:
    return [(each.rule, each.by) for each in differences(table(*rows, totals=totals))]


@pytest.mark.parametrize(
    ("counts", "name", "two", "one"),
    [
        ({"online": 146_953, "received": 157_027}, "online", "93,58 %", "93,6 %"),
        ({"online": 860, "received": 1_843}, "online", "46,66 %", "46,7 %"),  # the paper cut it off: 46,6
        (PUBLISHED, "on_time", "97,98 %", "98,0 %"),
        (PUBLISHED, "late", "2,02 %", "2,0 %"),
        ({"procedures": 147, "reviewed": 46}, "reviewed", "31,29 %", "31,3 %"),
    ],
)
def test_published_shares_rounded_half_up(counts: dict[Count, int], name: Share, two: str, one: str) -> None:
    found = share(cases(counts), name)
    assert found is not None
    assert (percent(found), percent(found, 1)) == (two, one)


def test_nine_dossiers_too_many_are_told_with_their_number() -> None:
    [found] = differences(table(cases(PUBLISHED, row=7)))
    assert (found.rule, found.stated, found.parts, found.by) == ("channels", 561_578, 561_587, 9)
    said = "Dòng 7, A, 2022: trực tiếp + bưu chính + trực tuyến là 561.587, còn «Tiếp nhận» ghi 561.578: thừa 9."
    assert found.say() == said
    assert "561,587" in found.say("en") and "9 too many" in found.say("en")


def test_solved_and_pending_of_the_same_publication_add_up() -> None:
    assert 538_008 + 11_105 == 549_113 and 549_113 + 12_465 == 561_578
    assert "handled" not in dict(apart(cases(PUBLISHED))) and "solved" not in dict(apart(cases(PUBLISHED)))


def test_procedures_by_level_against_their_total() -> None:
    levels: list[Cases] = [cases({"procedures": n}, unit=str(n)) for n in (163, 1_344, 136)]
    assert apart(*levels, totals=(cases({"procedures": 1_643}, unit="Tổng"),)) == []
    assert apart(*levels, totals=(cases({"procedures": 1_788}, unit="Tổng"),)) == [("total:procedures", -145)]
    assert 165 + 154 + 1_469 == 1_371 + 229 + 91 + 97 == 1_788


def test_zero_of_zero_is_no_number() -> None:
    empty = cases({"received": 0, "online": 0, "solved": 0, "on_time": 0, "late": 0})
    assert [share(empty, name) for name in ("online", "on_time", "late")] == [None] * 3
    assert DASH == "–"
    assert share(cases({"received": 4, "online": 0}), "online") == 0


def test_early_dossiers_are_on_time_and_part_of_the_solved() -> None:
    row = cases({"solved": 10, "early": 6, "on_time": 3, "late": 1})
    assert share(row, "on_time") == 0.9
    assert apart(row) == []
    assert apart(cases({"solved": 10, "early": 6, "on_time": 9, "late": 1})) == [("solved", 6)]


def test_what_was_carried_over_is_handled_too() -> None:
    row: dict[Count, int] = {"received": 90, "carried": 10, "solved": 80, "pending": 20}
    assert apart(cases(row)) == []
    assert apart(cases({**row, "carried": 12})) == [("handled", -2)]


def test_a_part_that_is_not_stated_is_no_zero() -> None:
    assert apart(cases({"received": 100, "online": 30})) == []
    assert apart(cases({"received": 100, "online": 101})) == [("channels", 1)]
    assert share(cases({"received": 100}), "online") is None


def test_reasons_and_parts_of_a_whole_are_checked() -> None:
    assert apart(cases({"late": 5}, reasons={"a": 2, "b": 2})) == [("reasons", -1)]
    assert apart(cases({"pending": 3, "overdue": 4})) == [("overdue", 1)]
    assert apart(cases({"feedback": 3, "feedback_bad": 4, "feedback_on_time": 3})) == [("feedback_bad", 1)]


def test_a_row_of_totals_is_checked_by_its_period_and_over_all() -> None:
    rows = [cases({"received": n}, unit=unit, period=p) for unit, p, n in (("A", "1", 1), ("B", "1", 2), ("A", "2", 4))]
    totals = (cases({"received": 3}, unit="Tổng", period="1"), cases({"received": 8}, unit="Tổng", period=""))
    assert apart(*rows, totals=totals) == [("total:received", -1)]


def test_pooling_adds_counts_and_never_averages_shares() -> None:
    made = table(
        cases({"received": 10, "online": 10, "late": 1}, unit="A", reasons={"x": 1}),
        cases({"received": 90, "online": 0, "pending": 3, "late": 2}, unit="B", reasons={"x": 1, "y": 1}),
    )
    every = made.pooled()
    assert every.counts == {"received": 100, "online": 10, "late": 3}  # B alone states what is pending
    assert every.reasons == {"x": 2, "y": 1}
    assert share(every, "online") == 0.1
    assert made.pooled(unit=" b").counts["pending"] == made.by_unit()[1].counts["pending"] == 3
    assert made.pooled(unit="C").counts == {}


def test_every_difference_has_words_in_both_languages() -> None:
    rules = ["channels", "solved", "handled", "reasons", *(f"total:{name}" for name in COUNTS)]
    rules += ["overdue", "digitised", "paid_online", "feedback_on_time", "feedback_bad", "complained", "reviewed"]
    for rule in rules:
        made = Difference(unit="A", period="", rule=rule, stated=2, parts=1, row=None)
        for language in ("vi", "en"):
            assert "?" not in made.say(language) and "DOS_" not in made.say(language)


def test_a_working_paper_gives_the_table_back() -> None:
    made = table(cases(PUBLISHED, row=2, reasons={"chờ": 3}), totals=(cases({"late": 1}, unit="Tổng"),))
    assert from_json(to_json(made)) == made


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", to_json(table()), to_json(table(cases({"late": -1}))), to_json(table(cases({"sent": 1})))],  # type: ignore[dict-item]
)
def test_a_paper_that_is_none_of_ours_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        from_json(text)
    assert refused.value.problems[0].code == "DOS_PAPER"
