"""An empty store, and a data folder with 160 slips on eight days, seven of them closed in two runs."""

import os
from pathlib import Path

import pytest

from survey.ledger import signing_key
from survey.proof.closing import close_days
from survey.store import Store
from tests.survey.builders import furnished
from tests.survey.proof.slips import FIRST, SECOND, copied, fill, opened, slip

COUNT = 160


def make(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    fill(folder / "hailong.sqlite3", [slip(number) for number in range(1, count + 1)])
    key = signing_key(folder, os.urandom)
    with opened(folder) as store:
        for now in (FIRST, SECOND):
            close_days(store, folder, key, now)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return furnished(tmp_path / "hailong.sqlite3")


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("closed") / "data", COUNT)


@pytest.fixture
def folder(closed: Path, tmp_path: Path) -> Path:
    """A copy to do harm in."""
    return copied(closed, tmp_path / "mine")


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("large") / "data", 100_000)
