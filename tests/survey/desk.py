"""Somebody at the desk, for pages that are run without a browser: AppTest has no cookies."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from survey import access
from survey.access import Person
from survey.pages import context
from survey.roles import Role


def sits(
    monkeypatch: pytest.MonkeyPatch, name: str | None, role: Role = "administrator", units: tuple[str, ...] = ()
) -> None:
    """This person looks at every page from now on; None is nobody."""
    person = None if name is None else Person(name=name, role=role, units=units)
    monkeypatch.setattr(context, "person", lambda: name)
    monkeypatch.setattr(access, "who", lambda folder, asked: person)
    monkeypatch.setattr(access, "role_of", lambda folder, asked: role)


def offered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of the pages that the navigation has for who is there, in order."""
    found: list[str] = []
    real = st.navigation

    def navigation(pages: Mapping[str, list[Any]], **more: Any) -> Any:
        found.extend(page.url_path for group in pages.values() for page in group)
        return real(pages, **more)

    monkeypatch.setattr(st, "navigation", navigation)
    at = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=30).run()
    assert not at.exception
    return found
