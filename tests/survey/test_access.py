"""The passcodes, the session token and the wait after wrong tries."""

import itertools
import json
import os
import re
import stat
import threading
from pathlib import Path

import pytest

from survey import access
from survey.access import (
    ADMINISTRATOR,
    FIRST_WAIT,
    FREE_TRIES,
    LONGEST_WAIT,
    SESSION_SECONDS,
    Patience,
    end_session,
    ensure_passcode,
    new_session,
    people,
    remove_passcode,
    reset_passcode,
    same_person,
    session_person,
    tried_for,
    verify,
)
from survey.errors import Refused

SECRET = b"s" * 32


def counting() -> object:
    numbers = itertools.count(1)
    return lambda size: bytes(next(numbers) % 256 for _ in range(size))


def test_the_first_start_makes_a_passcode_and_later_starts_do_not(tmp_path: Path) -> None:
    passcode = ensure_passcode(tmp_path / "new", os.urandom)
    assert passcode is not None
    assert re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){2}[A-HJ-NP-Z2-9]{4}", passcode)
    assert ensure_passcode(tmp_path / "new", os.urandom) is None
    assert verify(tmp_path / "new", passcode)


def test_two_installations_get_different_passcodes(tmp_path: Path) -> None:
    assert ensure_passcode(tmp_path / "a", os.urandom) != ensure_passcode(tmp_path / "b", os.urandom)


def test_only_a_salted_hash_is_kept_and_only_the_owner_may_read_it(tmp_path: Path) -> None:
    passcode = reset_passcode(tmp_path, os.urandom)
    file = tmp_path / "passcode.json"
    assert all(passcode[3:] not in each.read_text() for each in tmp_path.iterdir())
    text = file.read_text()
    assert passcode not in text
    assert passcode.replace("-", "") not in text
    assert [entry["scheme"] for entry in json.loads(text)] == ["scrypt"]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("change", [str.lower, lambda p: p.replace("-", ""), lambda p: f"  {p.replace('-', ' ')} "])
def test_case_hyphens_and_spaces_are_forgiven(tmp_path: Path, change: object) -> None:
    passcode = reset_passcode(tmp_path, os.urandom)
    assert verify(tmp_path, change(passcode))  # type: ignore[operator]


@pytest.mark.parametrize("typed", ["", "ABCD-EFGH-JKLM", "x" * 100_000, "\ud800", "mật mã", "\x00"])
def test_anything_else_is_refused_without_a_crash(tmp_path: Path, typed: str) -> None:
    reset_passcode(tmp_path, counting())  # type: ignore[arg-type]
    assert not verify(tmp_path, typed)


def test_without_a_passcode_nothing_opens(tmp_path: Path) -> None:
    assert not verify(tmp_path, "")


def test_a_session_holds_for_twelve_hours_and_not_longer(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0)
    assert SESSION_SECONDS == 12 * 3600
    assert session_person(tmp_path, SECRET, token, 1000.0 + SESSION_SECONDS - 1) == ADMINISTRATOR
    assert session_person(tmp_path, SECRET, token, 1000.0 + SESSION_SECONDS) is None


def test_a_changed_or_foreign_token_does_not_hold(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0)
    until, name, signature = token.split(".")
    later = int(until) + 9999
    forged = [f"{later}.{name}.{signature}", f"{until}.{name}.", f"{until}.{name}", until, "", ".", "..", f"{token}x"]
    forged += [f"{until}.x.{signature}", f"{until}..{signature}", f"{until}.{signature}", "١٢.x.y", "9.é.é"]
    assert not any(session_person(tmp_path, SECRET, each, 1000.0) for each in forged)
    assert session_person(tmp_path, b"other" * 8, token, 1000.0) is None


def test_a_new_passcode_ends_the_old_one_and_its_sessions(tmp_path: Path) -> None:
    old = reset_passcode(tmp_path, os.urandom)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0)
    new = reset_passcode(tmp_path, os.urandom)
    assert not verify(tmp_path, old)
    assert verify(tmp_path, new)
    assert session_person(tmp_path, SECRET, token, 1000.0) is None


def test_each_person_has_a_passcode_of_their_own_and_is_known_by_it(tmp_path: Path) -> None:
    codes = {name: reset_passcode(tmp_path, os.urandom, name) for name in (ADMINISTRATOR, "Trần Thị B", "Lê C")}
    assert people(tmp_path) == tuple(codes)
    for name, code in codes.items():
        assert verify(tmp_path, code) == name
        token = new_session(tmp_path, SECRET, name, 1000.0)
        assert session_person(tmp_path, SECRET, token, 1000.0) == name
    assert ensure_passcode(tmp_path, os.urandom) is None


def test_renewing_one_persons_passcode_leaves_the_others_alone(tmp_path: Path) -> None:
    first, old = reset_passcode(tmp_path, os.urandom), reset_passcode(tmp_path, os.urandom, "Trần Thị B")
    kept = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0)
    ended = new_session(tmp_path, SECRET, "Trần Thị B", 1000.0)
    new = reset_passcode(tmp_path, os.urandom, "  Trần  Thị B ")
    assert [verify(tmp_path, code) for code in (first, old, new)] == [ADMINISTRATOR, None, "Trần Thị B"]
    assert session_person(tmp_path, SECRET, kept, 1000.0) == ADMINISTRATOR
    assert session_person(tmp_path, SECRET, ended, 1000.0) is None


def test_a_session_cannot_be_turned_into_another_persons(tmp_path: Path) -> None:
    for name in (ADMINISTRATOR, "Trần Thị B"):
        reset_passcode(tmp_path, os.urandom, name)
    until, _, signature = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0).split(".")
    _, other, _ = new_session(tmp_path, SECRET, "Trần Thị B", 1000.0).split(".")
    assert session_person(tmp_path, SECRET, f"{until}.{other}.{signature}", 1000.0) is None


@pytest.mark.parametrize(
    "name",
    [
        *("", "  ", "x" * 61, "a\u202eb", "...", "12"),
        *("citizen", "Citizen", "ｃｉｔｉｚｅｎ", "citizen.", "cítizen", "cіtizen", "cɪtizen"),
        *("Người dân", "NGƯỜI  DÂN", "Nguoi dan", "người gửi phiếu", "The respondent", "Trần Thị Α"),
    ],
)
def test_a_name_that_could_not_stand_under_a_decision_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="name"):
        reset_passcode(tmp_path, os.urandom, name)
    assert people(tmp_path) == ()


def test_a_passcode_file_of_the_first_version_still_opens_and_takes_further_persons(tmp_path: Path) -> None:
    passcode = reset_passcode(tmp_path, os.urandom)
    file = tmp_path / "passcode.json"
    (entry,) = json.loads(file.read_text())
    del entry["name"], entry["mark"]
    file.write_text(json.dumps(entry))
    assert verify(tmp_path, passcode) == ADMINISTRATOR
    assert ensure_passcode(tmp_path, os.urandom) is None
    second = reset_passcode(tmp_path, os.urandom, "Trần Thị B")
    assert [verify(tmp_path, code) for code in (passcode, second)] == [ADMINISTRATOR, "Trần Thị B"]
    renewed = reset_passcode(tmp_path, os.urandom)
    assert [verify(tmp_path, code) for code in (passcode, renewed)] == [None, ADMINISTRATOR]


def test_after_five_tries_one_waits_longer_and_longer_up_to_a_quarter_of_an_hour() -> None:
    patience = Patience()
    now = 0.0
    assert [patience.try_now("a", now) for _ in range(FREE_TRIES)] == [0.0] * FREE_TRIES
    waits = []
    for _ in range(8):
        wait = patience.try_now("a", now)
        assert patience.try_now("a", now + wait - 1) == pytest.approx(1)  # asking early counts nothing
        waits.append(wait)
        now += wait
        assert patience.try_now("a", now) == 0.0
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT


def test_one_clients_wrong_tries_do_not_lock_out_another_and_success_forgives() -> None:
    patience = Patience()
    for _ in range(FREE_TRIES):
        patience.try_now("stranger", 0.0)
    assert patience.try_now("stranger", 0.0) > 0
    assert patience.try_now("analyst", 0.0) == 0.0
    patience.forget("stranger")
    assert patience.try_now("stranger", 0.0) == 0.0


def test_a_crowd_of_addresses_does_not_fill_the_memory() -> None:
    patience = Patience()
    for number in range(10_050):
        patience.try_now(str(number), 0.0)
    assert len(patience._tries) == 10_000


def test_passcodes_that_are_made_in_one_moment_are_all_kept(tmp_path: Path) -> None:
    names = [f"Người {number}" for number in range(9)]
    made: dict[str, str] = {}
    threads = [
        threading.Thread(
            target=lambda name: made.update({name: reset_passcode(tmp_path, os.urandom, name)}), args=(name,)
        )
        for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(people(tmp_path)) == names
    assert [verify(tmp_path, made[name]) for name in names] == names


def test_another_spelling_of_a_name_is_the_same_person(tmp_path: Path) -> None:
    old = reset_passcode(tmp_path, os.urandom, "Trần Thị B")
    for name in ("trần thị b", "TRẦN  THỊ B.", "Trần Thị B", "Ｔrần Thị Ｂ"):
        assert same_person(name, "Trần Thị B")
        new = reset_passcode(tmp_path, os.urandom, name)
        assert people(tmp_path) == ("Trần Thị B",)
        assert [verify(tmp_path, code) for code in (old, new)] == [None, "Trần Thị B"]
        old = new
    assert not same_person("Trần Thi B", "Trần Thị B")


def test_who_leaves_loses_the_passcode_and_the_session_at_once(tmp_path: Path) -> None:
    stays, gone = reset_passcode(tmp_path, os.urandom), reset_passcode(tmp_path, os.urandom, "Lê C")
    token = new_session(tmp_path, SECRET, "Lê C", 1000.0)
    assert remove_passcode(tmp_path, os.urandom, "lê c ") == "Lê C"
    assert [verify(tmp_path, code) for code in (stays, gone)] == [ADMINISTRATOR, None]
    assert session_person(tmp_path, SECRET, token, 1000.0) is None
    with pytest.raises(Refused, match=ADMINISTRATOR):
        remove_passcode(tmp_path, os.urandom, "Lê C")


def test_one_hash_finds_the_person_and_one_refuses_a_stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [reset_passcode(tmp_path, os.urandom, f"Người {number}") for number in range(4)]
    marks = {code[:2] for code in codes}
    assert len(marks) == 4
    assert tried_for(codes[0].lower().replace("-", " ")) == codes[0][:2]
    hashed = []
    real = access._hash
    monkeypatch.setattr(access, "_hash", lambda *given: hashed.append(1) or real(*given))
    stranger = next(f"{first}{second}-EFGH" for first in "AB" for second in "ABCDE" if first + second not in marks)
    for typed in (codes[0], codes[3], stranger, ""):
        hashed.clear()
        verify(tmp_path, typed)
        assert len(hashed) == 1


def test_a_mark_that_somebody_has_is_drawn_again(tmp_path: Path) -> None:
    drawn = [bytes(16), bytes(12), bytes(4), bytes(16), bytes(12), bytes([1] * 12), bytes(4)]
    reset_passcode(tmp_path, lambda size: drawn.pop(0)[:size], "Lan")
    second = reset_passcode(tmp_path, lambda size: drawn.pop(0)[:size], "Hoa")
    assert second == "BBBB-BBBB-BBBB"
    assert verify(tmp_path, second) == "Hoa"


def test_an_ended_session_is_ended_for_every_process_and_forgotten_when_it_would_have_expired(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    ended, other = (new_session(tmp_path, SECRET, ADMINISTRATOR, now) for now in (1000.0, 1001.0))
    end_session(tmp_path, os.urandom, ended, 1000.0)
    assert [session_person(tmp_path, SECRET, token, 1002.0) for token in (ended, other)] == [None, ADMINISTRATOR]
    text = (tmp_path / "ended-sessions.txt").read_text()
    assert ended not in text
    end_session(tmp_path, os.urandom, other, 1001.0 + SESSION_SECONDS)
    assert len((tmp_path / "ended-sessions.txt").read_text().splitlines()) == 1
