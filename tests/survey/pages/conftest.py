"""A data folder with one open round, for pages run in this process."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from survey import site as shared
from survey.xlsform import write_workbook
from tests.survey.builders import QUESTIONNAIRE, ROUND

OPEN = replace(ROUND, opens=date(2020, 1, 1), closes=None)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[shared.Site]:
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path / "data"))
    opened = shared.site()
    opened.store.add_questionnaire(QUESTIONNAIRE, write_workbook(QUESTIONNAIRE))
    opened.store.save_round(OPEN)
    yield opened
    shared.close()
