"""The session: a signed token that holds while it is used, and a file that ends it everywhere."""

import os
import stat
from pathlib import Path

import pytest

from survey.access import (
    ADMINISTRATOR,
    SESSION_SECONDS,
    end_session,
    new_session,
    remove_passcode,
    reset_passcode,
    session_person,
    session_seen,
)

SECRET = b"s" * 32
IDLE = 30 * 60


def test_a_changed_or_foreign_token_does_not_hold(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom)
    until, name, nonce, signature = token.split(".")
    later = int(until) + 9999
    forged = [
        f"{later}.{name}.{nonce}.{signature}",
        f"{until}.{name}.{nonce}.",
        f"{until}.{name}",
        until,
        "",
        ".",
        "..",
    ]
    forged += [f"{until}.x.{nonce}.{signature}", f"{until}..{nonce}.{signature}", f"{until}.{signature}", f"{token}x"]
    forged += [
        f"{until}.{name}.x.{signature}",
        f"{until}.{name}.{signature}",
        "١٢.x.y.z",
        "9.é.é.é",
        "../../x",
        "9" * 99,
    ]
    assert not any(session_person(tmp_path, SECRET, each, 1000.0) for each in forged)
    assert session_person(tmp_path, b"other" * 8, token, 1000.0) is None


def test_a_session_cannot_be_turned_into_another_persons(tmp_path: Path) -> None:
    for name in (ADMINISTRATOR, "Trần Thị B"):
        reset_passcode(tmp_path, os.urandom, name)
    until, _, nonce, signature = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom).split(".")
    _, other, _, _ = new_session(tmp_path, SECRET, "Trần Thị B", 1000.0, os.urandom).split(".")
    assert session_person(tmp_path, SECRET, f"{until}.{other}.{nonce}.{signature}", 1000.0) is None


def test_a_session_holds_for_twelve_hours_of_work_and_not_longer(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom)
    assert SESSION_SECONDS == 12 * 3600
    for minute in range(0, 12 * 60, 20):
        now = 1000.0 + 60 * minute
        assert session_person(tmp_path, SECRET, token, now) == ADMINISTRATOR
        session_seen(tmp_path, token, now)
    last = 1000.0 + SESSION_SECONDS - 1
    assert session_person(tmp_path, SECRET, token, last) == ADMINISTRATOR
    session_seen(tmp_path, token, last)
    assert session_person(tmp_path, SECRET, token, last + 1) is None


@pytest.mark.parametrize("idle", [15 * 60, IDLE, 60 * 60])
def test_who_does_nothing_for_the_idle_time_is_out_and_stays_out(tmp_path: Path, idle: int) -> None:
    reset_passcode(tmp_path, os.urandom)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom)
    assert session_person(tmp_path, SECRET, token, 999.0 + idle, idle) == ADMINISTRATOR
    assert session_person(tmp_path, SECRET, token, 1000.0 + idle, idle) is None
    session_seen(tmp_path, token, 999.0 + idle)
    assert session_person(tmp_path, SECRET, token, 1000.0 + idle, idle) == ADMINISTRATOR
    assert session_person(tmp_path, SECRET, token, 999.0 + 2 * idle, idle) is None


def test_half_an_hour_is_the_idle_time_where_nothing_is_set(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom)
    assert session_person(tmp_path, SECRET, token, 1000.0 + IDLE - 1) == ADMINISTRATOR
    assert session_person(tmp_path, SECRET, token, 1000.0 + IDLE) is None


def test_two_sign_ins_in_one_second_are_two_sessions(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    one, other = (new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom) for _ in range(2))
    end_session(tmp_path, one)
    assert [session_person(tmp_path, SECRET, token, 1001.0) for token in (one, other)] == [None, ADMINISTRATOR]


def test_an_ended_session_does_not_come_back_by_being_used(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom)
    end_session(tmp_path, token)
    end_session(tmp_path, token)
    session_seen(tmp_path, token, 1010.0)
    assert session_person(tmp_path, SECRET, token, 1010.0) is None


def test_a_token_that_is_signed_but_was_never_opened_here_is_none(tmp_path: Path) -> None:
    reset_passcode(tmp_path / "a", os.urandom)
    token = new_session(tmp_path / "a", SECRET, ADMINISTRATOR, 1000.0, os.urandom)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "passcode.json").write_bytes((tmp_path / "a" / "passcode.json").read_bytes())
    assert session_person(tmp_path / "b", SECRET, token, 1001.0) is None


def test_the_folder_gives_no_session_away_and_old_ones_go(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom)
    (file,) = (tmp_path / "sessions").iterdir()
    assert token not in file.name + file.read_text()
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    new_session(tmp_path, SECRET, ADMINISTRATOR, 1001.0 + SESSION_SECONDS, os.urandom)
    assert len(list((tmp_path / "sessions").iterdir())) == 1
    assert not file.exists()


def test_who_leaves_loses_the_session_at_once(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    reset_passcode(tmp_path, os.urandom, "Lê C")
    token = new_session(tmp_path, SECRET, "Lê C", 1000.0, os.urandom)
    remove_passcode(tmp_path, os.urandom, "Lê C")
    assert session_person(tmp_path, SECRET, token, 1000.0) is None
    reset_passcode(tmp_path, os.urandom, "Lê C")
    assert session_person(tmp_path, SECRET, token, 1000.0) is None
