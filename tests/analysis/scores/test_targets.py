"""Targets: what the number says and what its interval allows; 85 %, top 35, 6/11; tables with their faults."""

import json
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from analysis.report.comparison_template import template
from analysis.scores.comparison_papers import Choice, Inputs, choice_from_json, choice_to_json, paper
from analysis.scores.figure_files import read_figures, read_targets
from analysis.scores.published import Figure, load_published
from analysis.scores.published import from_json as figures_from_json
from analysis.scores.targets import Target, check, from_json, to_json
from survey.errors import Refused
from survey.sheet import Line, Table
from survey.successors import Successor, UnitsMap
from survey.successors import from_json as units_from_json

SERIES = ("par_index", "satisfaction")
PUBLISHED = load_published().figures


def figure(**fields) -> Figure:
    return Figure(**({"series": "par_index", "unit": "Lạng Sơn", "year": 2023} | fields))


def target(**fields) -> Target:
    return Target(**({"series": "par_index", "unit": "Lạng Sơn", "year": 2023} | fields))


@pytest.mark.parametrize(
    ("low", "high", "met", "verdict"),
    [
        (0.86, 0.90, True, "reached"),
        (0.84, 0.90, True, "unclear"),
        (0.80, 0.86, False, "unclear"),
        (0.80, 0.84, False, "not_reached"),
        (0.85, 0.91, True, "reached"),
        (None, None, True, "reached"),
    ],
)
def test_at_least_85_percent_is_reached_only_where_the_whole_interval_is(
    low: float | None, high: float | None, met: bool, verdict: str
) -> None:
    value = 0.87 if met else 0.83
    found = check(target(value=0.85), [figure(value=value, low=low, high=high)])
    assert (found.met, found.verdict) == (met, verdict)
    assert found.gap == pytest.approx(value - 0.85)
    assert [note.code for note in found.notes] == (["CMP_NOTE_NO_ERROR"] if low is None else [])


@pytest.mark.parametrize(
    ("rank", "low", "high", "verdict"),
    [(30, 20, 35, "reached"), (30, 20, 36, "unclear"), (40, 35, 50, "unclear"), (54, 40, 63, "not_reached")],
)
def test_among_the_first_35_is_reached_only_where_every_possible_rank_is(
    rank: int, low: int, high: int, verdict: str
) -> None:
    found = check(target(rank=35, of=63), [figure(rank=rank, rank_low=low, rank_high=high, of=63)])
    assert (found.verdict, found.gap, found.met) == (verdict, 35 - rank, rank <= 35)


def test_exactly_the_target_is_reached() -> None:
    assert check(target(value=0.85), [figure(value=0.8 + 0.05)]).met
    assert check(target(rank=6), [figure(rank=6)]).verdict == "reached"


def test_the_published_targets_of_the_province_and_of_van_quan_are_ahead_of_their_figures() -> None:
    """Set in 2023: at least 85 %, in the first 35; Văn Quan 6/11. The latest figures are of 2022 (method §5)."""
    value = check(target(value=0.85), PUBLISHED)
    assert (value.verdict, value.met) == ("ahead", False)
    assert round(100 * (value.gap or 0), 10) == -3.55
    rank = check(target(rank=35, of=63), PUBLISHED)
    assert (rank.verdict, rank.gap) == ("ahead", -19)
    huyen = check(target(series="par_index_internal", unit="huyện Văn Quan", rank=6, of=11), PUBLISHED)
    assert (huyen.verdict, huyen.gap) == ("ahead", -4)
    now = check(target(year=2022, value=0.85), PUBLISHED)
    assert (now.verdict, [note.code for note in now.notes]) == ("not_reached", ["CMP_NOTE_NO_ERROR"])


def test_a_target_is_held_against_its_own_year_not_a_later_one() -> None:
    figures = [figure(year=2022, value=0.8), figure(year=2023, value=0.86), figure(year=2024, value=0.7)]
    assert check(target(value=0.85), figures).figure == figures[1]
    assert check(target(year=None, value=0.85), figures).figure == figures[2]


def test_without_a_figure_nothing_is_said_and_another_number_of_units_is() -> None:
    assert check(target(value=0.85), []).verdict == "unknown"
    assert check(target(rank=35), [figure(value=0.9)]).verdict == "unknown"
    assert check(target(value=0.85), [figure(unit="Cao Bằng", value=0.9)]).verdict == "unknown"
    found = check(target(rank=20, of=63), [figure(rank=10, of=34)])
    assert "CMP_OTHER_NUMBER" in [note.code for note in found.notes]


def table(*rows: dict[str, str | int | float]) -> Table:
    lines = tuple(Line(number=k, cells=row) for k, row in enumerate(rows, start=2))
    headers = ("series", "unit", "year", "value_percent", "rank", "of", "source", "mark")
    return Table(sheet=None, headers=headers, lines=lines)


def test_a_table_of_targets_is_read_in_percent() -> None:
    found = read_targets(
        table(
            {"series": "par_index", "unit": "Lạng Sơn", "year": 2023, "value_percent": "85,5", "source": "KH 1"},
            {"series": "satisfaction", "rank": 6, "of": 11},
        ),
        SERIES,
    )
    assert found == (
        target(value=pytest.approx(0.855), source="KH 1"),
        Target(series="satisfaction", rank=6, of=11),
    )


def test_every_fault_of_a_table_of_targets_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        read_targets(
            table(
                {"series": "gdp", "value_percent": 85},
                {"series": "par_index", "value_percent": 85, "rank": 3},
                {"series": "par_index"},
                {"series": "par_index", "value_percent": 185},
                {"series": "par_index", "rank": 64, "of": 63},
                {"series": "par_index", "rank": 1.5, "year": 23},
                {"value_percent": "nhiều"},
            ),
            SERIES,
        )
    assert [(problem.code, problem.row, problem.column) for problem in refused.value.problems] == [
        ("CMP_SERIES", 2, "series"),
        ("CMP_ONE_AIM", 3, "value_percent"),
        ("CMP_ONE_AIM", 4, "value_percent"),
        ("CMP_OVER_100", 5, "value_percent"),
        ("CMP_RANK_OVER", 6, "of"),
        ("CMP_NOT_WHOLE", 7, "rank"),
        ("CMP_YEAR", 7, "year"),
        ("TAB_NOT_NUMBER", 8, "value_percent"),
        ("TAB_BLANK", 8, "series"),
    ]


def test_published_figures_need_a_year_and_a_number_once_each() -> None:
    row = {"series": "par_index", "unit": "A", "year": 2020, "value_percent": 80}
    with pytest.raises(Refused) as refused:
        read_figures(table(row, row | {"unit": "a"}, {"series": "par_index"}, row | {"series": "satisfaction"}), SERIES)
    assert [(problem.code, problem.row) for problem in refused.value.problems] == [
        ("CMP_TWICE", 3),
        ("CMP_NO_FIGURE", 4),
        ("TAB_BLANK", 4),
        ("CMP_SERIES", 5),
    ]
    assert read_figures(table(row | {"mark": "P"}), SERIES) == (
        Figure(series="par_index", unit="A", year=2020, value=0.8, mark="P"),
    )


def test_a_table_without_the_series_is_refused() -> None:
    with pytest.raises(Refused, match="series"):
        read_targets(Table(sheet=None, headers=("unit",), lines=()), SERIES)


def opened(workbook: bytes) -> Table:
    """The workbook's sheet as a table, in this process: `read_table` has a guarded one of its own, and tests."""
    head, *rows = openpyxl.load_workbook(BytesIO(workbook)).active.iter_rows(values_only=True)
    lines = tuple(Line(number=k, cells=dict(zip(head, row, strict=True))) for k, row in enumerate(rows, start=2))
    return Table(sheet=None, headers=tuple(head), lines=lines)


def test_what_is_kept_can_be_taken_away_and_sent_back_unchanged() -> None:
    units = UnitsMap(successors=(Successor(old="=a", new="b", valid_from=date(2025, 7, 1)),))
    inputs = Inputs(
        targets=(target(value=0.855, source="=1+1"), target(rank=35, of=63)),
        figures=(figure(value=0.8145, rank=54, of=63, source="x", mark="V"),),
        units=units,
    )
    sent = {kind: opened(template(kind, inputs)) for kind in ("targets", "published", "units_map")}
    assert from_json(paper("targets", sent["targets"], SERIES)) == inputs.targets
    assert figures_from_json(paper("published", sent["published"], SERIES)) == inputs.figures
    assert units_from_json(paper("units_map", sent["units_map"], SERIES)) == inputs.units
    assert template("targets", inputs) == template("targets", inputs)


def test_papers_keep_everything_an_empty_one_is_empty_and_damaged_ones_are_refused() -> None:
    both = (target(value=0.85), target(rank=3))
    assert from_json(to_json(both)) == both
    assert from_json(paper("targets", None, SERIES)) == ()
    assert figures_from_json(paper("published", None, SERIES)) == ()
    assert units_from_json(paper("units_map", None, SERIES)) == UnitsMap()
    choice = Choice(before="r1", series=(("par_index", "Lạng Sơn"),))
    assert choice_from_json(choice_to_json(choice)) == choice
    wrong = [{"value": "0.85"}, {"value": 85}, {"rank": "3"}, {"rank": 0}, {"value": 0.8, "year": "2022"}]
    damaged = [json.dumps({"targets": [{"series": "a"} | each]}) for each in ({}, {"value": 0.8, "rank": 3}, *wrong)]
    for text in ("", "[]", *damaged):
        with pytest.raises(Refused):
            from_json(text)
    for text in ("", "[]", "{}", '{"before": "a", "series": [["b"]]}'):
        with pytest.raises(Refused):
            choice_from_json(text)
