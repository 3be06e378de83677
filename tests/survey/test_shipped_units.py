"""The shipped lists of units against what others counted and published of them."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from sample_responses import __file__ as samples
from survey.collation import bare, spelling
from survey.shipped_units import departments, lists, province_units, provinces
from survey.unit_checks import check
from survey.units import Registry

JUNE, JULY, NOW = date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 22)
RENAMED = {  # method §4
    "Sở Kế hoạch và Đầu tư": "Sở Tài chính",
    "Sở Giao thông vận tải": "Sở Xây dựng",
    "Sở Tài nguyên và Môi trường": "Sở Nông nghiệp và Môi trường",
    "Sở Nông nghiệp và Phát triển nông thôn": "Sở Nông nghiệp và Môi trường",
    "Sở Thông tin và Truyền thông": "Sở Khoa học và Công nghệ",
    "Sở Lao động - Thương binh và Xã hội": "Sở Nội vụ",
    "Ban Dân tộc": "Sở Dân tộc và Tôn giáo",
}


@pytest.fixture(scope="module")
def country() -> Registry:
    every = dict.fromkeys(unit for province in provinces() for unit in province_units(province.code))
    return Registry(units=tuple(every))


@pytest.fixture(scope="module")
def lang_son() -> Registry:
    return Registry(units=(*province_units("20"), *departments(date(2025, 3, 1), "20")))


def kinds(registry: Registry, day: date) -> Counter[str]:
    return Counter(unit.type for unit in registry.on(day, block="commune"))


def test_the_country_has_the_published_numbers_of_units(country: Registry) -> None:
    """34 provinces and 3.321 communes; 697, 2.611 and 13 of each kind in 07/2026; before it 63, 696 and 10.035."""
    assert (country.total(NOW, "province"), country.total(JUNE, "province")) == (34, 63)
    assert kinds(country, NOW) == {"Phường": 697, "Xã": 2611, "Đặc khu": 13}
    assert kinds(country, JULY).total() == 3321
    assert (country.total(JUNE, "district"), country.total(JUNE, "commune")) == (696, 10_035)


def test_dong_nai_became_a_city_with_ten_wards_more_on_30_april_2026(country: Registry) -> None:
    before, after = date(2026, 4, 29), date(2026, 4, 30)
    assert [unit.name for day in (before, after) if (unit := country.unit("75", day))] == [
        "Tỉnh Đồng Nai",
        "Thành phố Đồng Nai",
    ]
    assert country.today(["Xã Trảng Bom"], since=before, until=after) == ("Phường Trảng Bom",)
    assert kinds(country, after) - kinds(country, before) == {"Phường": 10}


def test_lang_son_has_65_communes_of_194_and_11_districts_of_the_sample(lang_son: Registry) -> None:
    """Resolution 1672/NQ-UBTVQH15: 61 communes and 4 wards. The districts are those of the sample round."""
    assert kinds(lang_son, NOW) == {"Xã": 61, "Phường": 4}
    assert lang_son.total(JUNE, "commune") == 194
    with (Path(samples).parent / "lang_son_2022_synthetic_places.csv").open(encoding="utf-8") as file:
        sampled = {spelling(bare(row["unit"])) for row in csv.DictReader(file)}
    assert {spelling(bare(unit.name)) for unit in lang_son.on(JUNE, block="district")} == sampled
    assert len(sampled) == 11


def test_what_a_district_became_stands_in_order(lang_son: Registry) -> None:
    district = lang_son.unit("189", JUNE)
    assert district is not None
    names = [unit.name for unit in lang_son.successors(district)]
    assert names == ["Xã Châu Sơn", "Xã Đình Lập", "Xã Kiên Mộc", "Xã Thái Bình"]


def test_every_place_of_the_sample_round_is_one_commune_of_today(lang_son: Registry) -> None:
    with (Path(samples).parent / "lang_son_2022_synthetic_places.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = {
        (row["unit"], row["name"]): lang_son.today(
            [row["unit"]], [row["code"], row["name"]], since=date(2022, 11, 1), until=NOW
        )
        for row in rows
    }
    assert {key: names for key, names in found.items() if len(names) != 1} == {}
    assert found["Thành phố Lạng Sơn", "Chi Lăng"] == ("Phường Lương Văn Tri",)
    assert found["Thành phố Lạng Sơn", "Mai Pha"] == ("Phường Đông Kinh",)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("Tỉnh Hải Dương", "Thành phố Hải Phòng"),
        ("Tỉnh Tiền Giang", "Tỉnh Đồng Tháp"),
        ("Tỉnh Bình Phước", "Thành phố Đồng Nai"),
        ("Tỉnh Nam Định", "Tỉnh Ninh Bình"),
        ("Tỉnh Yên Bái", "Tỉnh Lào Cai"),
    ],
)
def test_the_articles_provinces_are_followed_to_today(country: Registry, then: str, now: str) -> None:
    assert country.today([then], since=date(2021, 1, 1), until=NOW) == (now,)


def test_nothing_that_ended_ended_in_nothing(country: Registry) -> None:
    ended = [unit for unit in country.units if unit.valid_to is not None]
    assert [unit for unit in ended if not country.successors(unit)] == []
    assert all(unit.type for unit in country.units)


def test_the_shipped_lists_hold_together(lang_son: Registry) -> None:
    assert check(lang_son) == ()


@pytest.mark.slow
def test_every_province_holds_together() -> None:
    assert [fault for each in provinces() for fault in check(Registry(units=province_units(each.code)))] == []


def test_departments_are_followed_over_the_day_that_the_province_names(lang_son: Registry) -> None:
    later = date(2025, 2, 20)
    own = Registry(units=departments(later))
    for then, now in RENAMED.items():
        assert own.today([then], since=date(2022, 1, 1), until=later) == (now,), then
        assert own.today([then], since=date(2022, 1, 1), until=date(2025, 2, 19)) == (), then
        assert lang_son.today([then], since=date(2022, 1, 1), until=NOW) == (now,), then
    assert {unit.mark for unit in departments(later)} == {"P", "M"}


def test_every_list_says_where_it_comes_from() -> None:
    for each in lists().values():
        assert each.keys() >= {"id", "version", "source", "mark", "file"}
    assert province_units("00") == ()
