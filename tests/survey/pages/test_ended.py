"""What stands where a page of the desk was when its session has ended."""

import pytest
from streamlit.testing.v1 import AppTest

from survey.pages import ended
from survey.pages.people_acts import OWN
from survey.site import Site
from tests.survey.desk import offered, sits


def script() -> None:
    from survey.pages import ended  # noqa: PLC0415  AppTest runs this function's text

    ended.show()


@pytest.mark.parametrize(("asked", "more"), [("/ket-qua", ["ket-qua"]), ("/khong-co", [])])
def test_only_the_page_that_was_open_is_replaced_and_no_other_is_offered(
    here: Site, monkeypatch: pytest.MonkeyPatch, asked: str, more: list[str]
) -> None:
    sits(monkeypatch, None)
    monkeypatch.setattr(ended, "asked_for", lambda: asked)
    assert offered(monkeypatch) == ["", "phieu", *more]


def test_it_says_why_and_leads_back_to_the_same_page(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended, "asked_for", lambda: "/ket-qua")
    at = AppTest.from_function(script, default_timeout=30).run()
    assert not at.exception
    assert "30 phút" in at.markdown[0].value
    assert 'href="/dang-nhap?ve=/ket-qua"' in at.get("html")[0].proto.body


def test_ones_own_new_passcode_stands_where_the_page_was(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended, "asked_for", lambda: "/nguoi-dung")
    at = AppTest.from_function(script, default_timeout=30)
    assert not at.run().code
    at.session_state[OWN] = "ABCD-EFGH-JKLM"
    assert at.run().code[0].value == "ABCD-EFGH-JKLM"
