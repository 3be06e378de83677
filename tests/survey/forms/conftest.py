"""A store with the small questionnaire and its round."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.store import Store
from tests.survey.builders import furnished


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with furnished(tmp_path / "kho.db") as store:
        yield store
