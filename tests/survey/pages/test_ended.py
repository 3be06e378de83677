"""What stands where a page of the desk was when its session has ended."""

from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import app
from survey.pages import ended
from survey.site import Site
from tests.survey.desk import sits


def script() -> None:
    from survey.pages import ended  # noqa: PLC0415  AppTest runs this function's text

    ended.show()


@pytest.mark.parametrize(("asked", "more"), [("/ket-qua", ["ket-qua"]), ("/khong-co", [])])
def test_only_the_page_that_was_open_is_replaced_and_no_other_is_offered(
    here: Site, monkeypatch: pytest.MonkeyPatch, asked: str, more: list[str]
) -> None:
    sits(monkeypatch, None)
    monkeypatch.setattr(ended, "asked_for", lambda: asked)
    offered: list[str] = []
    real = st.navigation

    def navigation(pages: dict[str, list[Any]], **given: Any) -> Any:
        offered.extend(page.url_path for group in pages.values() for page in group)
        return real(pages, **given)

    monkeypatch.setattr(st, "navigation", navigation)
    at = AppTest.from_file(str(Path(app.__file__)), default_timeout=30).run()
    assert not at.exception
    assert offered == ["", "phieu", *more]


def test_it_says_why_and_leads_back_to_the_same_page(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended, "asked_for", lambda: "/ket-qua")
    at = AppTest.from_function(script, default_timeout=30).run()
    assert not at.exception
    assert "30 phút" in at.markdown[0].value
    assert 'href="/dang-nhap?ve=/ket-qua"' in at.get("html")[0].proto.body
