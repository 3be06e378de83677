"""A data folder as an office has it: keys, people, 40 slips, six days closed and published."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from survey.access import reset_passcode
from survey.clock import VIETNAM
from survey.keys import load_secret
from survey.ledger import promise_key
from tests.survey.proof.conftest import make
from tests.survey.proof.slips import copied

NOW = datetime(2026, 11, 9, 1, 30, tzinfo=VIETNAM)
"""Half an hour after the last closing."""


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("office") / "data", 40)
    folder.chmod(0o700)
    load_secret(folder / "secret.key", os.urandom)
    promise_key(folder, os.urandom)
    for name in ("Quản trị viên", "Trần Thị B"):
        reset_passcode(folder, os.urandom, name)
    return folder


@pytest.fixture
def office(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy to do harm in, which the commands find."""
    folder = copied(kept, tmp_path / "office")
    settle(folder)
    monkeypatch.setenv("HAILONG_DATA", str(folder))
    return folder


def settle(folder: Path) -> None:
    """Rights as on a server, and files as old as the tests' moment."""
    for path in (folder, *folder.iterdir(), *folder.rglob("checkpoints.txt")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
