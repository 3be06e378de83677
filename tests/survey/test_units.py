"""The registry of units: who was there on a day, under which name, and what became of whom."""

import unicodedata
from datetime import date

import pytest

from survey.errors import Refused
from survey.units import Block, Registry, Unit, from_json, to_json

JUNE, JULY = date(2025, 6, 30), date(2025, 7, 1)
BETWEEN = {"since": date(2022, 11, 1), "until": date(2026, 11, 1)}


def unit(code: str, name: str, block: Block = "commune", *before: str, **more: object) -> Unit:
    return Unit(code=code, name=name, block=block, predecessors=before, **more)  # type: ignore[arg-type]


REGISTRY = Registry(
    units=(
        unit("20", "Tỉnh Lạng Sơn", "province"),
        unit("178", "Thành phố Lạng Sơn", "district", parent="20", valid_to=JUNE),
        unit("184", "Huyện Văn Quan", "district", parent="20", valid_to=JUNE),
        unit("05977", "Phường Vĩnh Trại", parent="178", valid_to=JUNE),
        unit("05992", "Xã Mai Pha", parent="178", valid_to=JUNE),
        unit("05983", "Phường Chi Lăng", parent="178", valid_to=JUNE),
        unit("06253", "Thị trấn Văn Quan", parent="184", valid_to=JUNE),
        unit("05977", "Phường Đông Kinh", "commune", "05977", "05992", parent="20", valid_from=JULY),
        unit("05983", "Phường Lương Văn Tri", "commune", "05983", parent="20", valid_from=JULY),
        unit("06253", "Xã Văn Quan", "commune", "06253", parent="20", valid_from=JULY),
        unit("STC", "Sở Tài chính", "department", parent="20"),
        unit("SYT", "Sở Y tế", "department", parent="20"),
        unit("CA", "Công an tỉnh", "sector", parent="20"),
        unit("BDT", "Ban Dân tộc", "department", parent="20", valid_to=date(2025, 2, 28)),
        unit("SDTTG", "Sở Dân tộc và Tôn giáo", "department", "BDT", parent="20", valid_from=date(2025, 3, 1)),
        unit("TT", "Trung tâm Hành chính công", "other", parent="20", valid_to=date(2024, 5, 31)),
        unit("TT", "Trung tâm Phục vụ hành chính công", "other", parent="20", valid_from=date(2024, 6, 1)),
    )
)


def names(units: tuple[Unit, ...]) -> list[str]:
    return [each.name for each in units]


def test_a_day_has_its_own_units_departments_before_agencies_before_communes() -> None:
    assert names(REGISTRY.on(JULY, parent="20")) == [
        "Sở Dân tộc và Tôn giáo", "Sở Tài chính", "Sở Y tế", "Công an tỉnh", "Phường Đông Kinh",
        "Phường Lương Văn Tri", "Xã Văn Quan", "Trung tâm Phục vụ hành chính công",
    ]  # fmt: skip
    assert names(REGISTRY.on(JUNE, block="district")) == ["Thành phố Lạng Sơn", "Huyện Văn Quan"]
    assert names(REGISTRY.children("178", JUNE)) == ["Phường Chi Lăng", "Xã Mai Pha", "Phường Vĩnh Trại"]
    assert REGISTRY.children("178", JULY) == ()


def test_the_number_of_units_is_that_of_the_day() -> None:
    assert [REGISTRY.total(day, "district", "20") for day in (JUNE, JULY)] == [2, 0]
    assert [REGISTRY.total(day, "commune") for day in (JUNE, JULY)] == [4, 3]


def test_one_code_is_the_unit_that_had_it_on_the_day() -> None:
    found = [REGISTRY.unit("05977", day) for day in (JUNE, JULY)]
    assert [each.name for each in found if each] == ["Phường Vĩnh Trại", "Phường Đông Kinh"]
    assert REGISTRY.unit("BDT", JULY) is None
    assert REGISTRY.unit("0", JULY) is None


@pytest.mark.parametrize("text", ["05977", "phường  đông kinh", "Đông Kinh", " ĐÔNG KINH"])
def test_a_unit_is_found_by_code_and_by_name_however_it_is_written(text: str) -> None:
    assert names(REGISTRY.find(text, JULY)) == ["Phường Đông Kinh"]
    assert names(REGISTRY.find("Phuờng Đông Kinh", JULY)) == []


def test_the_committee_of_a_unit_and_a_city_cut_short_are_that_unit() -> None:
    assert names(REGISTRY.find("UBND Phường Đông Kinh", JULY)) == ["Phường Đông Kinh"]
    assert names(REGISTRY.find("Ủy ban nhân dân xã Văn Quan", JULY)) == ["Xã Văn Quan"]
    assert names(REGISTRY.find(unicodedata.normalize("NFD", "Văn Quan"), JULY)) == ["Xã Văn Quan"]
    assert names(REGISTRY.find("TP. Lạng Sơn", JUNE)) == ["Thành phố Lạng Sơn"]


def test_a_full_name_is_no_other_kind_of_unit_of_that_name() -> None:
    assert names(REGISTRY.find("Huyện Văn Quan", JUNE)) == ["Huyện Văn Quan"]
    assert names(REGISTRY.find("Văn Quan", JUNE)) == ["Huyện Văn Quan", "Thị trấn Văn Quan"]
    assert names(REGISTRY.find("Văn Quan", JULY)) == ["Xã Văn Quan"]
    assert names(REGISTRY.find("Huyện Văn Quan", JULY)) == []


def test_what_a_unit_was_and_became_is_read_from_who_names_whom() -> None:
    new = REGISTRY.unit("05977", JULY)
    old = REGISTRY.unit("05992", JUNE)
    assert new is not None and old is not None
    assert names(REGISTRY.predecessors(new)) == ["Phường Vĩnh Trại", "Xã Mai Pha"]
    assert REGISTRY.successors(old) == (new,)
    assert REGISTRY.predecessors(old) == REGISTRY.successors(new) == ()


def test_a_renamed_unit_is_followed_by_its_code() -> None:
    first, second = REGISTRY.versions("TT")
    assert REGISTRY.successors(first) == (second,)
    assert REGISTRY.predecessors(second) == (first,)
    assert REGISTRY.today(["TT"], **BETWEEN) == ("Trung tâm Phục vụ hành chính công",)


def test_a_district_became_what_lay_under_it_became() -> None:
    assert REGISTRY.today(["Thành phố Lạng Sơn"], **BETWEEN) == ("Phường Đông Kinh", "Phường Lương Văn Tri")
    assert REGISTRY.today(["Văn Quan"], **BETWEEN) == ("Xã Văn Quan",)


def test_a_place_tells_which_part_of_a_divided_unit_is_meant() -> None:
    assert REGISTRY.today(["Thành phố Lạng Sơn"], ["Mai Pha", "LS014"], **BETWEEN) == ("Phường Đông Kinh",)
    assert REGISTRY.today(["Thành phố Lạng Sơn"], ["Văn Quan"], **BETWEEN) == (
        "Phường Đông Kinh",
        "Phường Lương Văn Tri",
    )


def test_a_place_moves_no_slip_about_an_office_that_is_not_above_it() -> None:
    assert REGISTRY.today(["Sở Y tế"], ["Mai Pha"], **BETWEEN) == ()
    assert REGISTRY.today(["Ban Dân tộc"], ["Mai Pha"], **BETWEEN) == ("Sở Dân tộc và Tôn giáo",)


def test_nothing_is_said_of_a_unit_that_is_unknown_or_that_nothing_happened_to() -> None:
    assert REGISTRY.today(["Sở Xây dựng"], **BETWEEN) == ()
    assert REGISTRY.today(["Sở Tài chính", "STC"], **BETWEEN) == ()
    assert REGISTRY.today(["Ban Dân tộc"], since=date(2025, 3, 1), until=JULY) == ()
    assert REGISTRY.today(["Ban Dân tộc"], since=date(2024, 1, 1), until=date(2025, 2, 28)) == ()


def test_names_that_change_places_on_one_day_are_not_mixed_up() -> None:
    """Three communes of Cao Bằng had each other's names in the draft of the codes; a map of names goes in a circle."""
    then = [unit("a", "Xã A", valid_to=JUNE), unit("b", "Xã B", valid_to=JUNE)]
    now = [unit("c", "Xã B", "commune", "a", valid_from=JULY), unit("d", "Xã A", "commune", "b", valid_from=JULY)]
    swapped = Registry(units=(*then, *now))
    assert [swapped.today([name], **BETWEEN) for name in ("Xã A", "Xã B")] == [("Xã B",), ("Xã A",)]


def test_the_office_paper_keeps_everything_and_a_damaged_one_is_refused() -> None:
    assert set(from_json(to_json(REGISTRY)).units) == set(REGISTRY.units)
    text = to_json(REGISTRY)
    odd = ('{"units": [{"code": 1, "name": "x", "block": "commune"}]}', '{"units": [{"code": "1"}]}', '{"units": 3}')
    for damaged in ("", "{}", "[]", *odd, text.replace("commune", "river"), text.replace("2025-07-01", "2025-13-01")):
        with pytest.raises(Refused, match="use a list that was kept before"):
            from_json(damaged)
