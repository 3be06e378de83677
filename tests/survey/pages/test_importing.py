"""The desk page about files of slips: a trial first, a person's corrections remembered, all of it or none."""

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from survey.exclusions import used_responses
from survey.pages import importing
from survey.site import Site
from tests.survey.builders import ROUND
from tests.survey.desk import sits
from tests.survey.incoming import shapes

Page = Callable[[str, str], AppTest]


def script() -> None:
    from survey.pages import importing  # noqa: PLC0415  AppTest runs this function's text

    importing.show()


@pytest.fixture
def page(here: Site, monkeypatch: pytest.MonkeyPatch) -> Page:
    """The page after this file was chosen."""

    def run(name: str, content: str) -> AppTest:
        monkeypatch.setattr(importing, "person", lambda: "Lan")
        monkeypatch.setattr(importing, "today", lambda: date(2026, 11, 29))
        sits(monkeypatch, "Lan", "analyst")
        at = AppTest.from_function(script, default_timeout=60).run()
        at.file_uploader[0].set_value((name, content.encode(), "text/csv")).run()
        assert not at.exception
        return at

    return run


def told(at: AppTest) -> str:
    kinds = ("markdown", "caption", "error", "info", "success")
    return "\n".join(str(part.value) for kind in kinds for part in at.get(kind)).replace("\\", "")


def test_a_kobo_file_is_tried_and_then_stored_once(here: Site, page: Page) -> None:
    at = page("phieu.csv", shapes.KOBO_CSV)
    assert "KoboToolbox" in told(at)
    assert here.store.responses(ROUND.id) == ()
    at.button(key="import-store").click().run()
    assert not at.exception
    assert "Đã nhập 2 phiếu" in told(at)
    assert len(here.store.responses(ROUND.id)) == 2
    assert not any(button.key == "import-store" for button in at.button)  # nothing new is left in the file


def test_faults_are_told_and_nothing_can_be_stored(here: Site, page: Page) -> None:
    at = page("phieu.csv", shapes.KOBO_CSV.replace('"P01";"1"', '"P01";"7"'))
    assert "dòng 2, cột «use/used»" in told(at)
    assert not any(button.key == "import-store" for button in at.button)
    assert here.store.responses(ROUND.id) == ()


def test_what_only_a_person_can_say_is_asked_however_many_rows_lack_it(page: Page) -> None:
    """A fault of many rows is told as one; the form that mends it stands open all the same."""
    header, first, _ = shapes.GOOGLE_CSV.splitlines()
    at = page("phieu.csv", "\n".join([header, *[first] * 30]) + "\n")
    assert "Lỗi này có ở 30 dòng" in told(at)
    assert at.expander[0].proto.expanded


def test_what_a_person_puts_right_is_remembered(here: Site, page: Page) -> None:
    at = page("phieu.csv", shapes.GOOGLE_CSV)
    assert "Không ghi nơi trả lời" in told(at)
    at.selectbox(key="import-place").set_value("Nơi ông/bà ở")
    next(button for button in at.button if "Áp dụng" in button.label).click().run()
    assert not at.exception
    at.button(key="import-store").click().run()
    assert len(here.store.responses(ROUND.id)) == 2
    again = page("phieu.csv", shapes.GOOGLE_CSV.replace("8:09:40", "8:10:40"))
    assert "lần nhập trước" in told(again)
    assert any(button.key == "import-store" for button in again.button)


def test_a_hostile_file_is_refused_by_name(page: Page) -> None:
    at = page("phieu.xlsx", "no workbook")
    assert "phieu.xlsx" in told(at)


def test_a_file_imported_by_mistake_is_taken_back_by_an_analyst(here: Site, page: Page) -> None:
    page("phieu.csv", shapes.KOBO_CSV).button(key="import-store").click().run()
    at = page("phieu.csv", shapes.KOBO_CSV)
    at.text_input(key="import-why").set_value("nhập nhầm tệp của huyện khác")
    next(button for button in at.button if "Không tính" in button.label).click().run()
    assert not at.exception
    assert "2 phiếu đã nhập từ tệp này không còn được tính" in told(at)
    assert used_responses(here.store, ROUND.id) == ()


def test_who_enters_data_imports_but_takes_nothing_back(
    here: Site, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page("phieu.csv", shapes.KOBO_CSV).button(key="import-store").click().run()
    at = page("phieu.csv", shapes.KOBO_CSV)
    assert at.text_input
    sits(monkeypatch, "Lan", "entry")
    assert not at.run().text_input
