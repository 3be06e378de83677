"""Somebody at the desk, for pages that are run without a browser: AppTest has no cookies."""

import pytest

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
