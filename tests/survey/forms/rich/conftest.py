"""The Streamlit form's site, its small questionnaire in steps if wanted, and a desk that is signed in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey import site as shared
from survey.access import ADMINISTRATOR
from survey.forms import draft as drafts
from survey.pages import form as form_page
from survey.xlsform import write_workbook
from tests.survey.builders import QUESTIONNAIRE
from tests.survey.forms.rich.person import OPEN


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[shared.Site]:
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path / "data"))
    opened = shared.site()
    opened.store.add_questionnaire(QUESTIONNAIRE, write_workbook(QUESTIONNAIRE))
    opened.store.save_round(OPEN)
    yield opened
    shared.close()


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small questionnaire goes in steps, as one of more than thirty questions does."""
    monkeypatch.setattr(drafts, "ONE_PAGE", 0)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """`person` is who is signed in to the desk in this browser: the administrator, until a test says otherwise."""
    now: dict[str, str | None] = {"person": ADMINISTRATOR}
    monkeypatch.setattr(form_page, "person", lambda: now["person"])
    monkeypatch.setattr(form_page, "may", lambda what: now["person"] is not None)
    return now
