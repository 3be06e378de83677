"""Passcodes: drawn, shown once, kept as argon2id."""

import hashlib
import json
import os
import re
import stat
import threading
from pathlib import Path

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from survey.access import (
    ADMINISTRATOR,
    ensure_passcode,
    new_session,
    people,
    rehash,
    reset_passcode,
    session_person,
    tried_for,
    verify,
)

SECRET = b"s" * 32


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
    ((scheme, kept),) = [(entry["scheme"], entry["hash"]) for entry in json.loads(text)]
    said = extract_parameters(kept)
    assert (scheme, said.type) == ("argon2id", Type.ID)
    # What OWASP's cheat sheet on password storage asks for at least: 19 MiB with two passes.
    assert (said.memory_cost, said.time_cost, said.parallelism) == (19 * 1024, 2, 1)
    assert PasswordHasher().verify(kept, passcode.replace("-", "")), "any other argon2 reads it"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("change", [str.lower, lambda p: p.replace("-", ""), lambda p: f"  {p.replace('-', ' ')} "])
def test_case_hyphens_and_spaces_are_forgiven(tmp_path: Path, change: object) -> None:
    passcode = reset_passcode(tmp_path, os.urandom)
    assert verify(tmp_path, change(passcode))  # type: ignore[operator]


@pytest.mark.parametrize("typed", ["", "ABCD-EFGH-JKLM", "x" * 100_000, "\ud800", "mật mã", "\x00"])
def test_anything_else_is_refused_without_a_crash(tmp_path: Path, typed: str) -> None:
    reset_passcode(tmp_path, os.urandom)
    assert not verify(tmp_path, typed)


def test_without_a_passcode_nothing_opens(tmp_path: Path) -> None:
    assert not verify(tmp_path, "")


def test_a_new_passcode_ends_the_old_one_and_its_sessions(tmp_path: Path) -> None:
    old = reset_passcode(tmp_path, os.urandom)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom)
    new = reset_passcode(tmp_path, os.urandom)
    assert not verify(tmp_path, old)
    assert verify(tmp_path, new)
    assert session_person(tmp_path, SECRET, token, 1000.0) is None


def test_each_person_has_a_passcode_of_their_own_and_is_known_by_it(tmp_path: Path) -> None:
    codes = {name: reset_passcode(tmp_path, os.urandom, name) for name in (ADMINISTRATOR, "Trần Thị B", "Lê C")}
    assert people(tmp_path) == tuple(codes)
    for name, code in codes.items():
        assert verify(tmp_path, code) == name
        token = new_session(tmp_path, SECRET, name, 1000.0, os.urandom)
        assert session_person(tmp_path, SECRET, token, 1000.0) == name
    assert ensure_passcode(tmp_path, os.urandom) is None


def test_renewing_one_persons_passcode_leaves_the_others_alone(tmp_path: Path) -> None:
    first, old = reset_passcode(tmp_path, os.urandom), reset_passcode(tmp_path, os.urandom, "Trần Thị B")
    kept = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom)
    ended = new_session(tmp_path, SECRET, "Trần Thị B", 1000.0, os.urandom)
    new = reset_passcode(tmp_path, os.urandom, "  Trần  Thị B ")
    assert [verify(tmp_path, code) for code in (first, old, new)] == [ADMINISTRATOR, None, "Trần Thị B"]
    assert session_person(tmp_path, SECRET, kept, 1000.0) == ADMINISTRATOR
    assert session_person(tmp_path, SECRET, ended, 1000.0) is None


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


def test_one_hash_finds_the_person_and_one_refuses_a_stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [reset_passcode(tmp_path, os.urandom, f"Người {number}") for number in range(4)]
    marks = {code[:2] for code in codes}
    assert len(marks) == 4
    assert tried_for(codes[0].lower().replace("-", " ")) == codes[0][:2]
    stranger = next(f"{first}{second}-EFGH" for first in "AB" for second in "ABCDE" if first + second not in marks)
    verify(tmp_path, stranger)  # the hash that stands for nobody is made once
    hashed = []
    real = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda *given: hashed.append(given[1]) or real(*given))
    for typed in (codes[0], codes[3], stranger, ""):
        hashed.clear()
        verify(tmp_path, typed)
        assert [extract_parameters(each) for each in hashed] == [
            extract_parameters(json.loads((tmp_path / "passcode.json").read_text())[0]["hash"])
        ], "a stranger's try costs exactly what a colleague's does"


def test_a_mark_that_somebody_has_is_drawn_again(tmp_path: Path) -> None:
    drawn = [bytes(16), bytes(12), bytes(4), bytes(16), bytes(12), bytes([1] * 12), bytes(4)]  # salt, letters, file
    reset_passcode(tmp_path, lambda size: drawn.pop(0)[:size], "Lan")
    second = reset_passcode(tmp_path, lambda size: drawn.pop(0)[:size], "Hoa")
    assert second == "BBBB-BBBB-BBBB"
    assert verify(tmp_path, second) == "Hoa"


def as_kept_before(folder: Path, passcode: str, **more: object) -> None:
    """The first entry as it was kept before argon2, reckoned by hashlib and not by us."""
    file = folder / "passcode.json"
    entries = json.loads(file.read_text())
    salt, cost = os.urandom(16), {"n": 2**14, "r": 8, "p": 1}
    hashed = hashlib.scrypt(passcode.replace("-", "").encode(), salt=salt, dklen=32, maxmem=2**26, **cost)
    kept = {"scheme": "scrypt", **cost, "salt": salt.hex(), "hash": hashed.hex()}
    entries[0] = {name: entries[0][name] for name in more.pop("names", ("name", "mark"))} | kept
    file.write_text(json.dumps(entries if more.get("listed", True) else entries[0]))


def test_a_passcode_of_before_still_opens_and_is_kept_as_argon2_from_then_on(tmp_path: Path) -> None:
    passcode = reset_passcode(tmp_path, os.urandom)
    as_kept_before(tmp_path, passcode)
    token = new_session(tmp_path, SECRET, ADMINISTRATOR, 1000.0, os.urandom)
    assert verify(tmp_path, passcode) == ADMINISTRATOR
    assert verify(tmp_path, passcode[:-1] + "A" + passcode[-1]) is None
    rehash(tmp_path, os.urandom, ADMINISTRATOR, passcode)
    (entry,) = json.loads((tmp_path / "passcode.json").read_text())
    assert (entry["scheme"], entry["hash"][:9]) == ("argon2id", "$argon2id")
    assert "salt" not in entry
    assert verify(tmp_path, passcode.lower()) == ADMINISTRATOR
    assert session_person(tmp_path, SECRET, token, 1001.0) == ADMINISTRATOR, "nobody is thrown out by it"
    before = (tmp_path / "passcode.json").read_text()
    rehash(tmp_path, os.urandom, ADMINISTRATOR, passcode)
    assert (tmp_path / "passcode.json").read_text() == before


def test_a_passcode_file_of_the_first_version_still_opens_and_takes_further_persons(tmp_path: Path) -> None:
    passcode = reset_passcode(tmp_path, os.urandom)
    as_kept_before(tmp_path, passcode, names=(), listed=False)
    assert verify(tmp_path, passcode) == ADMINISTRATOR
    assert ensure_passcode(tmp_path, os.urandom) is None
    second = reset_passcode(tmp_path, os.urandom, "Trần Thị B")
    assert [verify(tmp_path, code) for code in (passcode, second)] == [ADMINISTRATOR, "Trần Thị B"]
    renewed = reset_passcode(tmp_path, os.urandom)
    assert [verify(tmp_path, code) for code in (passcode, renewed)] == [None, ADMINISTRATOR]
