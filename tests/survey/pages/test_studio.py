"""The studio page: faults by cell, changes with consequences, publication by who is signed in."""

from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from survey.instruments.starter import starter_workbook
from survey.pages import studio_versions
from survey.publishing import publish, versions
from survey.site import Site
from survey.xlsform import read_workbook, write_workbook
from tests.survey.workbooks import changed, workbook

STARTER = read_workbook(starter_workbook(), name="mau.xlsx")
DAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def inside(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """AppTest has no cookies: somebody is signed in; what is noted in the staff log."""
    noted: list[tuple[str, str]] = []
    monkeypatch.setattr(studio_versions, "person", lambda: "Nga")
    monkeypatch.setattr(studio_versions, "may", lambda what: True)
    monkeypatch.setattr(studio_versions, "note", lambda act, about: noted.append((act, about)))
    return noted


def page() -> None:
    from survey.pages import studio  # noqa: PLC0415  AppTest runs this function's text

    studio.show()


def opened(workbook: bytes, language: str = "vi") -> AppTest:
    at = AppTest.from_function(page, default_timeout=30)
    at.query_params["ngon_ngu"] = language
    at.run()
    at.file_uploader[0].set_value(("phieu.xlsx", workbook, "application/octet-stream")).run()
    assert not at.exception
    return at


def rows(at: AppTest, table: int) -> list[list[str]]:
    return [[str(cell).replace("\\", "") for cell in row] for row in at.table[table].value.values.tolist()]


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception
    return at


def test_a_workbook_with_faults_shows_every_one_with_its_cell_and_offers_no_publication(here: Site) -> None:
    at = opened(workbook(changed(("survey", "A4", "chon_mot"), ("settings", "C2", None))))
    assert [row[0] for row in rows(at, 0)] == ["survey A4", "settings C2"]
    assert "2 lỗi" in at.error[0].value
    assert not [button for button in at.button if "Công bố" in button.label]
    assert versions(here.store)[0].day == "", "only what a round brought along is there"


def test_errors_of_wording_are_apart_from_advice_and_want_a_word_before_publication(here: Site) -> None:
    satisfaction = STARTER.sections[2]
    section = replace(satisfaction, questions=tuple(each for each in satisfaction.questions if each.name != "c2"))
    form = replace(STARTER, sections=(*STARTER.sections[:2], section, *STARTER.sections[3:]))
    at = opened(write_workbook(form))
    assert "1 chỗ có vẻ sai" in at.error[0].value
    [[cell, what]] = rows(at, 0)
    assert cell.startswith("survey C") and "c2" in what
    button = next(button for button in at.button if button.label == "Công bố phiên bản này")
    assert button.disabled
    at.checkbox[0].check().run()
    press(at, "Công bố phiên bản này")
    assert [each.id for each in versions(here.store) if each.day] == ["phieu_moi"]


def test_publishing_keeps_the_version_says_so_and_is_noted(here: Site, inside: list[tuple[str, str]]) -> None:
    at = opened(starter_workbook())
    assert any("chưa có gì để so" in info.value for info in at.info)
    press(at, "Công bố phiên bản này")
    [version] = [each for each in versions(here.store) if each.day]
    assert (version.id, version.version, version.actor) == ("phieu_moi", "1", "Nga")
    assert here.store.workbook(version.hash) == starter_workbook()
    assert inside == [("studio.publish", "phieu_moi 1")]
    assert any("Đã công bố" in success.value for success in at.success)
    assert "Nga" in at.info[-1].value, "it is said to be published, and the button is gone"


def test_other_content_under_the_same_version_is_refused_with_the_cure(here: Site) -> None:
    publish(here.store, STARTER, starter_workbook(), actor="Nga", day=DAY)
    other = write_workbook(replace(STARTER, title={"vi": "Tên khác", "en": "Other"}))
    at = opened(other)
    [error] = [each.value for each in at.error]
    assert "settings" in error and "phiên bản mới" in error
    assert not [button for button in at.button if "Công bố" in button.label]


def test_who_may_not_publish_publishes_nothing(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(starter_workbook())
    monkeypatch.setattr(studio_versions, "may", lambda what: False)
    press(at, "Công bố phiên bản này")
    assert not [each for each in versions(here.store) if each.day]


@pytest.mark.parametrize(("language", "said"), [("vi", "Ngắt chuỗi số liệu"), ("en", "Breaks in the series")])
def test_changes_from_the_last_version_are_told_by_their_consequence(here: Site, language: str, said: str) -> None:
    publish(here.store, STARTER, starter_workbook(), actor="Nga", day=DAY)
    satisfaction = STARTER.sections[2]
    items = (replace(satisfaction.questions[0], satisfied=("5",)), *satisfaction.questions[1:])
    sections = (*STARTER.sections[:2], replace(satisfaction, questions=items), *STARTER.sections[3:])
    at = opened(write_workbook(replace(STARTER, version="2", sections=sections)), language)
    assert any(said in markdown.value for markdown in at.markdown)
    assert any("(c1)" in row[0] for row in rows(at, 0))


def test_a_kept_version_is_chosen_by_its_title_and_no_hash_is_shown(here: Site) -> None:
    at = AppTest.from_function(page, default_timeout=30).run()
    at.radio[0].set_value("KEPT").run()
    assert not at.exception
    assert at.selectbox[0].options == ["thu 1: Phiếu thử"]


def test_the_kept_versions_are_listed_with_their_rounds(here: Site) -> None:
    at = AppTest.from_function(page, default_timeout=30).run()
    listed = [markdown.value for markdown in at.markdown if "thu 1" in markdown.value]
    assert len(listed) == 1 and "Đợt thử" in listed[0]
