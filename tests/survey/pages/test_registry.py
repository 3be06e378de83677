"""The page of units: a province loaded, a unit looked up on a day, changed, and a file looked at before it is kept."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from survey import site as shared
from survey.pages import context, unit_saving
from survey.unit_office import keep_units, office_units
from survey.unit_workbook import units_workbook
from survey.units import Registry, Unit

SCRIPT = "from survey.pages import registry\nregistry.show()"
DAY = date(2025, 7, 1)
FEW = Registry(
    units=(
        Unit(code="20", name="Tỉnh Lạng Sơn", block="province"),
        Unit(code="184", name="Huyện Văn Quan", block="district", parent="20", valid_to=date(2025, 6, 30)),
        Unit(code="06253", name="Xã Văn Quan", block="commune", parent="20", valid_from=DAY, predecessors=("184",)),
        Unit(code="06187", name="Phường Kỳ Lừa", block="commune", parent="20", valid_from=DAY),
        Unit(code="STC", name="Sở Tài chính", block="department", parent="20", mark="M"),
    )
)


@pytest.fixture
def desk(here: shared.Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[shared.Site]:
    """The site with somebody signed in."""
    monkeypatch.setattr(unit_saving, "person", lambda: "An")
    monkeypatch.setattr(unit_saving, "note", partial(context.note_for, "An", "analyst"))
    yield here


@pytest.fixture
def page(desk: shared.Site) -> AppTest:
    keep_units(desk.store, FEW, "An", DAY, 0)
    return run(AppTest.from_string(SCRIPT, default_timeout=60))


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click()
    return run(at)


def field(at: AppTest, label: str) -> int:
    """The last text field with this label that stands before the form for a new unit."""
    return next(k for k, each in enumerate(at.text_input) if each.label == label)


def said(at: AppTest) -> str:
    kinds = ("header", "markdown", "caption", "success", "info", "error")
    return "\n".join(str(part.value) for kind in kinds for part in at.get(kind)).replace("\\", "")


def test_an_empty_list_offers_the_shipped_province_and_loads_it(desk: shared.Site) -> None:
    at = run(AppTest.from_string(SCRIPT, default_timeout=60))
    assert "Chưa có đơn vị nào" in said(at)
    press(at, "Nạp danh mục của tỉnh")
    assert "Chưa chọn tỉnh" in said(at)
    at.selectbox[0].set_value(next(each for each in at.selectbox[0].options if "Lạng Sơn" in each))
    press(at, "Nạp danh mục của tỉnh")
    assert "Đã nạp Tỉnh Lạng Sơn: 13 sở · 65 xã" in said(at)
    registry, revision = office_units(desk.store)
    assert (registry.total(date(2026, 11, 22), "commune", "20"), revision) == (65, 1)
    assert [(entry.actor, entry.act, entry.about) for entry in desk.store.all_log()] == [
        ("An", "units.load", "Tỉnh Lạng Sơn")
    ]


def test_a_day_shows_its_units_and_a_search_needs_no_marks(page: AppTest) -> None:
    assert "1 tỉnh · 1 sở · 2 xã" in said(page)
    page.text_input[0].set_value("ky lua")
    run(page)
    assert page.dataframe[0].value["Tên đơn vị"].tolist() == ["Phường Kỳ Lừa"]
    page.text_input[0].set_value("")
    page.date_input[0].set_value(date(2024, 1, 1))
    run(page)
    assert "1 tỉnh · 1 sở · 1 huyện cũ" in said(page)


def test_one_unit_tells_what_it_was_and_became(page: AppTest) -> None:
    page.text_input[0].set_value("van quan")
    run(page)
    assert "Trước đó là" in said(page) and "Huyện Văn Quan" in said(page)
    page.date_input[0].set_value(date(2024, 1, 1))
    run(page)
    assert "Sau đó trở thành" in said(page) and "- Xã Văn Quan" in said(page)


def test_a_rename_is_kept_with_its_decision_and_logged(page: AppTest, desk: shared.Site) -> None:
    page.text_input[0].set_value("ky lua")
    run(page)
    page.text_input[field(page, "Tên đầy đủ")].set_value(unicodedata.normalize("NFD", " Phường Kỳ Lừa Mới"))
    page.text_input[field(page, "Số quyết định, nghị quyết")].set_value("NQ 9")
    press(page, "Lưu")
    assert "Đã ghi: Đổi tên" in said(page)
    registry, revision = office_units(desk.store)
    assert [(unit.name, unit.basis) for unit in registry.versions("06187")] == [
        ("Phường Kỳ Lừa", ""),
        ("Phường Kỳ Lừa Mới", "NQ 9"),
    ]
    assert revision == 2
    assert [entry.about for entry in desk.store.all_log()] == ["rename 06187 Phường Kỳ Lừa"]


def test_a_merger_and_a_new_department_are_entered_by_hand(page: AppTest, desk: shared.Site) -> None:
    page.text_input[0].set_value("ky lua")
    run(page)
    page.radio[0].set_value("merge")
    run(page)
    page.multiselect[0].set_value(["Xã Văn Quan (06253)"])
    page.text_input[field(page, "Tên đầy đủ")].set_value("Phường Văn Quan")
    page.date_input[1].set_value(date(2026, 1, 1))
    press(page, "Lưu")
    registry = office_units(desk.store)[0]
    over = {"since": DAY, "until": date(2026, 2, 1)}
    assert [registry.today([name], **over) for name in ("Xã Văn Quan", "Phường Kỳ Lừa")] == [("Phường Văn Quan",)] * 2
    page.text_input[0].set_value("")
    run(page)
    page.text_input[field(page, "Tên đầy đủ")].set_value("Công an tỉnh Lạng Sơn")
    page.text_input[field(page, "Mã")].set_value("CA")
    next(each for each in page.selectbox if each.label == "Cấp trên").set_value("Tỉnh Lạng Sơn")
    press(page, "Lưu")
    registry = office_units(desk.store)[0]
    assert [unit.name for unit in registry.on(date(2026, 2, 1), block="department")] == [
        "Công an tỉnh Lạng Sơn",
        "Sở Tài chính",
    ]


def test_a_change_that_cannot_be_says_why_and_keeps_nothing(page: AppTest, desk: shared.Site) -> None:
    page.text_input[0].set_value("ky lua")
    run(page)
    page.text_input[field(page, "Tên đầy đủ")].set_value("Xã Văn Quan")
    press(page, "Lưu")
    assert "đã có đơn vị cùng tên" in said(page)
    assert office_units(desk.store)[1] == 1
    assert list(desk.store.all_log()) == []


def test_what_a_colleague_kept_meanwhile_is_not_overwritten(page: AppTest, desk: shared.Site) -> None:
    page.text_input[0].set_value("ky lua")
    run(page)
    page.text_input[field(page, "Tên đầy đủ")].set_value("Phường Kỳ Lừa Mới")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("survey.pages.registry.office_units", lambda _: (FEW, 0))
        press(page, "Lưu")
    assert page.error
    assert set(office_units(desk.store)[0].units) == set(FEW.units)


def test_a_file_is_shown_before_it_is_kept(page: AppTest, desk: shared.Site) -> None:
    sent = Registry(units=(*FEW.units, Unit(code="CA", name="Công an tỉnh", block="sector", parent="20")))
    page.file_uploader[0].set_value(("units.xlsx", units_workbook(sent), "application/octet-stream"))
    run(page)
    assert "Thêm 1, sửa 0, kết thúc 0, giữ nguyên 5 dòng." in said(page)
    assert office_units(desk.store)[1] == 1
    press(page, "Lưu những thay đổi này")
    assert office_units(desk.store)[0].total(DAY, "sector") == 1
    assert [entry.act for entry in desk.store.all_log()] == ["units.import"]


def test_a_list_that_was_kept_before_can_be_used_again(page: AppTest, desk: shared.Site) -> None:
    keep_units(desk.store, Registry(units=FEW.units[:1]), "Hoa", date(2026, 11, 22), 1)
    run(page)
    page.toggle[0].set_value(True)
    run(page)
    assert page.selectbox[-1].options == ["Bản 1, An lưu ngày 01/07/2025"]
    press(page, "Dùng lại bản này")
    assert "Đã dùng lại bản 1" in said(page)
    registry, revision = office_units(desk.store)
    assert (set(registry.units), revision) == (set(FEW.units), 3)
    assert [entry.about for entry in desk.store.all_log()] == ["back to revision 1"]


def test_a_damaged_list_is_told_and_the_one_before_it_can_be_used_again(page: AppTest, desk: shared.Site) -> None:
    desk.store.save_office_paper("units", '{"units": [1]}', "An", "2026-11-22")
    run(page)
    assert "dùng lại một bản đã lưu trước đây" in said(page)
    assert not page.selectbox
    page.toggle[0].set_value(True)
    press(run(page), "Dùng lại bản này")
    assert "Đã dùng lại bản 1" in said(page)
    assert set(office_units(desk.store)[0].units) == set(FEW.units)
