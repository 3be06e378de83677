"""Published figures: the worked ones of method §5, breaks between years, damaged files."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.scores.published import Figure, change, changes, from_json, load_published, to_json
from survey.errors import Refused

PUBLISHED = load_published()


def lang_son(year: int) -> Figure:
    return next(f for f in PUBLISHED.figures if (f.series, f.unit, f.year) == ("par_index", "Lạng Sơn", year))


def test_lang_son_fell_by_5_66_points_and_31_ranks_as_was_published() -> None:
    """81,45 % and rank 54 of 63 in 2022; «giảm 5,66 %, tụt 31 bậc» (method §5)."""
    found = change(lang_son(2022), lang_son(2021), PUBLISHED)
    assert found.value is not None
    assert round(100 * found.value, 10) == -5.66
    assert found.places == -31
    assert [note.code for note in found.notes] == ["CMP_BREAK", "CMP_NO_ERROR"]
    assert "QĐ 876/QĐ-BNV" in found.notes[0].say()


def test_van_quan_fell_by_one_rank_and_its_value_of_before_is_not_known() -> None:
    [found] = changes([f for f in PUBLISHED.figures if f.unit == "Huyện Văn Quan"], PUBLISHED, until=2026)
    assert (found.value, found.places) == (None, -1)
    assert (found.now.value, found.now.rank, found.now.of) == (0.7850, 10, 11)


def test_the_mean_of_provinces_fell_by_1_78_points_where_the_criteria_changed() -> None:
    found = changes([f for f in PUBLISHED.figures if f.series == "par_index_mean"], PUBLISHED, until=2022)
    assert [(each.before.year, each.now.year) for each in found] == [(2017, 2018), (2018, 2021), (2021, 2022)]
    assert round(100 * (found[-1].value or 0), 10) == -1.78


def test_the_sipas_of_2022_is_not_that_of_2021_but_2023_is_comparable() -> None:
    found = changes([f for f in PUBLISHED.figures if f.series == "sipas_mean"], PUBLISHED, until=2023)
    codes = {each.now.year: [note.code for note in each.notes] for each in found}
    unknown = ["CMP_NO_ERROR"]
    assert codes == {2020: unknown, 2021: unknown, 2022: ["CMP_BREAK", *unknown], 2023: unknown}
    assert PUBLISHED.breaks_between(["sipas"], 2021, 2022)[0].serious


def test_another_number_of_units_is_told_and_is_no_break_of_the_value() -> None:
    now = Figure(series="par_index", unit="Lạng Sơn", year=2025, value=0.9, rank=20, of=34)
    found = change(now, replace(lang_son(2022), year=2024), PUBLISHED)
    assert [note.code for note in found.notes] == ["CMP_BREAK", "CMP_OTHER_NUMBER", "CMP_NO_ERROR"]
    assert "63" in found.notes[1].say() and "34" in found.notes[1].say()
    assert found.places == 34
    assert not PUBLISHED.breaks_between(["par_index"], 2024, 2025)[0].serious


def test_a_figure_of_staff_goes_before_the_shipped_one_of_the_year() -> None:
    own = replace(lang_son(2022), value=0.80, source="ours", unit="lạng sơn")
    found = changes([own, *PUBLISHED.figures], PUBLISHED, until=2022)
    mine = next(each for each in found if each.now.unit == "lạng sơn")
    assert mine.now.value == 0.80


def test_the_working_paper_keeps_every_field_and_a_damaged_one_is_refused() -> None:
    figures = PUBLISHED.figures[:3]
    assert from_json(to_json(figures)) == figures
    for text in ("x", "{}", '{"figures": [{"series": "a"}]}', to_json([replace(figures[0], value=81.45)])):
        with pytest.raises(Refused):
            from_json(text)


def test_every_shipped_figure_names_series_source_and_mark() -> None:
    assert {figure.series for figure in PUBLISHED.figures} <= set(PUBLISHED.series)
    assert all(figure.source and figure.mark in ("V", "P", "D", "M") for figure in PUBLISHED.figures)
    assert all(each.source and each.mark and set(each.words) == {"vi", "en"} for each in PUBLISHED.breaks)


def test_a_file_that_is_none_is_refused_by_its_name(tmp_path: Path) -> None:
    bad = tmp_path / "mine.toml"
    bad.write_text('id = "x"\nversion = "1"\n', encoding="utf-8")
    with pytest.raises(Refused, match=r"mine\.toml"):
        load_published(bad)
