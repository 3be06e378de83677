"""Names in the order of a Vietnamese reader, and one name in two spellings."""

import random
import unicodedata

import pytest

from survey.collation import bare, folded, kind, person_sort_key, sort_key, spelling, unit_sort_key
from survey.round import Place, place_order

BY_ICU = (
    "A Lưới", "An Châu", "An Hải", "Ân Hảo", "Ba Chẽ", "Bà Nà", "Bạch Long Vĩ", "Bắc Sơn", "Bình Gia", "Cao Lộc",
    "Chi Lăng", "Chũ", "Dân Chủ", "Đại An", "Đan Phượng", "Đắk Lắk", "Điềm He", "Đình Lập", "Đồng Đăng", "Đông Kinh",
    "Ea Súp", "Hà Tĩnh", "Hải An", "Hoa Thám", "Khánh Khê", "Lai Châu", "Lạng Sơn", "Lào Cai", "Lâm Đồng",
    "Lương Văn Tri", "Na Dương", "Na Sầm", "Ô Chợ Dừa", "Ô Môn", "Quan Sơn", "Quảng Trị", "Sơn La", "Tam Thanh",
    "Tân Đoàn", "Thanh Hóa", "Thất Khê", "Tràng Định", "Trị An", "Tri Lễ", "Tuấn Sơn", "Ứng Hòa", "Văn Lãng",
    "Văn Quan", "Vân Nham", "Ý Yên", "Yên Bái", "Yên Phúc",
)  # fmt: skip
"""Sorted by ICU 78 with CLDR 48 (`Intl.Collator("vi")`), not by us."""


def test_names_stand_in_the_order_of_icu() -> None:
    shuffled = random.Random(1).sample(BY_ICU, len(BY_ICU))
    assert tuple(sorted(shuffled, key=sort_key)) == BY_ICU


def test_letters_come_in_the_order_of_the_vietnamese_alphabet() -> None:
    letters = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert sorted(sorted(letters), key=sort_key) == letters


def test_tones_come_after_letters_in_the_order_ngang_huyen_hoi_nga_sac_nang() -> None:
    words = ["ma", "mà", "mả", "mã", "má", "mạ", "mai"]
    assert sorted(sorted(words), key=sort_key) == words
    # The letter decides before the tone: «mạ» + letters stand after «má», whatever the tones.
    assert sorted(["mạ", "mát", "má"], key=sort_key) == ["má", "mạ", "mát"]


def test_names_with_d_a_o_of_their_own_do_not_fall_last() -> None:
    names = ["Chi Lăng", "Đình Lập", "Cao Lộc", "Văn Lãng", "Bắc Sơn", "Ân Thi", "An Nhơn", "Ăn Mày", "Dầu Tiếng"]
    expected = ["An Nhơn", "Ăn Mày", "Ân Thi", "Bắc Sơn", "Cao Lộc", "Chi Lăng", "Dầu Tiếng", "Đình Lập", "Văn Lãng"]
    assert sorted(names, key=sort_key) == expected


def test_composed_and_decomposed_and_both_tone_placements_stand_together() -> None:
    assert sort_key("Hoà")[:2] == sort_key("Hòa")[:2] == sort_key(unicodedata.normalize("NFD", "Hòa"))[:2]


def test_lower_case_stands_before_upper_case_only_when_all_else_is_equal() -> None:
    assert sorted(["Xã", "xã", "xạ"], key=sort_key) == ["xã", "Xã", "xạ"]


def test_units_are_ordered_without_their_kind_and_numbers_by_value() -> None:
    names = [
        "Xã Yên Sơn",
        "Phường Đông Kinh",
        "Thị trấn Cao Lộc",
        "Huyện Bắc Sơn",
        "xã An Sơn",
        "Quận 10",
        "Quận 2",
        "Sở Y tế",
    ]
    expected = [
        "Quận 2", "Quận 10", "xã An Sơn", "Huyện Bắc Sơn", "Thị trấn Cao Lộc", "Phường Đông Kinh", "Sở Y tế",
        "Xã Yên Sơn",
    ]  # fmt: skip
    assert sorted(names, key=unit_sort_key) == expected


def test_a_name_that_only_begins_like_a_kind_keeps_its_letters() -> None:
    assert sorted(["Xãm", "Sởm Bình", "Banh"], key=unit_sort_key) == ["Banh", "Sởm Bình", "Xãm"]
    assert sorted(["Ban", "An"], key=unit_sort_key) == ["An", "Ban"]


def test_people_are_ordered_by_given_name_then_family_name_then_those_between() -> None:
    names = ["Trần Văn An", "Nguyễn Văn An", "Nguyễn Thị An", "Đặng Bình", "Lê Ánh", "Ân"]
    expected = ["Nguyễn Thị An", "Nguyễn Văn An", "Trần Văn An", "Lê Ánh", "Ân", "Đặng Bình"]
    assert sorted(names, key=person_sort_key) == expected
    assert sorted(["An", ""], key=person_sort_key) == ["", "An"]


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("Xã Thất Khê", "Thất Khê"),
        ("xã  Bắc Sơn", "Bắc Sơn"),
        ("Thành phố Lạng Sơn", "Lạng Sơn"),
        ("TP. Lạng Sơn", "Lạng Sơn"),
        ("Sở Văn hóa, Thể thao và Du lịch", "Văn hóa, Thể thao và Du lịch"),
        ("Trung tâm Phục vụ hành chính công", "Trung tâm Phục vụ hành chính công"),
        ("Xã", "Xã"),
    ],
)
def test_a_bare_name_has_lost_its_kind_of_unit_and_nothing_else(name: str, rest: str) -> None:
    assert bare(name) == rest
    assert bare(unicodedata.normalize("NFD", name)) == rest


def test_one_name_in_two_spellings_is_one() -> None:
    assert spelling("Xã  Hoà Bình ") == spelling("xã hòa bình")
    assert spelling("Thuỵ Hùng") == spelling("Thụy Hùng")
    assert spelling("Xã Ea H’leo") == spelling("Xã Ea H'Leo")
    assert spelling("Bà Rịa – Vũng Tàu") == spelling("Bà Rịa - Vũng Tàu")
    assert spelling("TP. Lạng Sơn") == spelling("TP Lạng Sơn") == spelling("Thành phố Lạng Sơn")
    assert spelling("Hòa") != spelling("Hóa")
    assert spelling("TPX") == "tpx"


def test_who_types_without_marks_finds_a_name() -> None:
    assert folded(" Đồng  Đăng") == "dong dang"
    assert folded("ĐỨC HÒA") == "duc hoa"


def test_a_kind_of_unit_is_read_from_the_name() -> None:
    assert [kind(name) for name in ("Xã Thất Khê", "Thành phố Huế", "Công an tỉnh", "Xã")] == [
        "Xã",
        "Thành phố",
        "",
        "",
    ]


def test_places_stand_by_stratum_then_by_name() -> None:
    names = [("Thành phố Lạng Sơn", "Mai Pha"), ("Huyện Đình Lập", "Xã Bắc Lãng"), ("Huyện Bắc Sơn", "Xã Vũ Lễ")]
    names += [("Huyện Đình Lập", "Thị trấn Ái Quốc"), ("Huyện Bắc Sơn", "Xã Đồng Ý"), ("Huyện Bắc Sơn", "Xã Hưng Vũ")]
    places = [Place(code=str(k), name=name, stratum=stratum, unit="x") for k, (stratum, name) in enumerate(names)]
    assert [place.name for place in sorted(places, key=place_order)] == [
        "Xã Đồng Ý", "Xã Hưng Vũ", "Xã Vũ Lễ", "Thị trấn Ái Quốc", "Xã Bắc Lãng", "Mai Pha",
    ]  # fmt: skip
