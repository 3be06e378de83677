"""People, their roles, units and identities; the last administrator."""

import json
import os
from pathlib import Path

import pytest

from survey.access import (
    ADMINISTRATOR,
    Person,
    change,
    everybody,
    identified,
    new_session,
    people,
    remove_passcode,
    reset_passcode,
    role_of,
    session_person,
    verify,
    who,
)
from survey.errors import Refused


def test_who_was_there_before_there_were_roles_is_the_administrator_or_an_analyst(tmp_path: Path) -> None:
    for name in ("Trần Thị B", ADMINISTRATOR, "Lê C"):
        reset_passcode(tmp_path, os.urandom, name)
    file = tmp_path / "passcode.json"
    entries = [{key: value for key, value in each.items() if key != "role"} for each in json.loads(file.read_text())]
    file.write_text(json.dumps(entries))
    assert [person.role for person in everybody(tmp_path)] == ["analyst", "administrator", "analyst"]
    file.write_text(json.dumps([entries[0], entries[2]]))
    assert [person.role for person in everybody(tmp_path)] == ["administrator", "analyst"]


def test_the_first_person_is_an_administrator_and_later_ones_are_analysts_unless_told(tmp_path: Path) -> None:
    for name, role in (("Lan", None), ("Hoa", None), ("Bình", "approver"), (ADMINISTRATOR, None)):
        reset_passcode(tmp_path, os.urandom, name, role)  # type: ignore[arg-type]
    roles = [person.role for person in everybody(tmp_path)]
    assert roles == ["administrator", "analyst", "approver", "administrator"]
    reset_passcode(tmp_path / "new", os.urandom, "Lan", "entry")
    assert role_of(tmp_path / "new", "Lan") == "administrator", "a desk without one could not be mended"


def test_a_new_passcode_keeps_role_units_identities_and_place_in_the_list(tmp_path: Path) -> None:
    for name in ("Lan", "Hoa", "Bình"):
        reset_passcode(tmp_path, os.urandom, name)
    change(tmp_path, os.urandom, "Hoa", "viewer", ["Sở Y tế"], ["Hoa@Tinh.vn "])
    reset_passcode(tmp_path, os.urandom, "hoa")
    assert everybody(tmp_path)[1] == Person(name="Hoa", role="viewer", units=("Sở Y tế",), identities=("hoa@tinh.vn",))
    reset_passcode(tmp_path, os.urandom, "Hoa", "entry")
    assert role_of(tmp_path, "Hoa") == "viewer", "only who is new gets a role with the passcode"
    assert role_of(tmp_path, "hoa") is None, "a session carries the name as it is kept"


def test_who_leaves_loses_the_passcode(tmp_path: Path) -> None:
    stays, gone = reset_passcode(tmp_path, os.urandom), reset_passcode(tmp_path, os.urandom, "Lê C")
    assert remove_passcode(tmp_path, os.urandom, "lê c ") == "Lê C"
    assert [verify(tmp_path, code) for code in (stays, gone)] == [ADMINISTRATOR, None]
    with pytest.raises(Refused, match=ADMINISTRATOR):
        remove_passcode(tmp_path, os.urandom, "Lê C")


def test_the_last_administrator_can_neither_leave_nor_change_the_role(tmp_path: Path) -> None:
    for name, role in (("Lan", "administrator"), ("Hoa", "analyst"), ("Bình", "administrator")):
        reset_passcode(tmp_path, os.urandom, name, role)  # type: ignore[arg-type]
    assert change(tmp_path, os.urandom, "Lan", "analyst").role == "analyst"
    for act in (
        lambda: remove_passcode(tmp_path, os.urandom, "Bình"),
        lambda: change(tmp_path, os.urandom, "Bình", "entry"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert [problem.code for problem in refused.value.problems] == ["ACC_LAST"]
    assert [person.role for person in everybody(tmp_path)] == ["analyst", "analyst", "administrator"]


def test_units_are_a_viewers_and_a_viewer_has_some(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    reset_passcode(tmp_path, os.urandom, "Hoa")
    with pytest.raises(Refused) as refused:
        change(tmp_path, os.urandom, "Hoa", "viewer")
    assert [problem.code for problem in refused.value.problems] == ["ACC_UNITS"]
    assert change(tmp_path, os.urandom, "Hoa", "viewer", ("A", "B")).units == ("A", "B")
    assert change(tmp_path, os.urandom, "Hoa", "analyst", ("A", "B")).units == ()


def test_a_change_of_rights_ends_the_sessions_and_leaves_the_passcode(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom)
    typed = reset_passcode(tmp_path, os.urandom, "Lan")
    token = new_session(tmp_path, b"k", "Lan", 0.0, os.urandom)
    assert session_person(tmp_path, b"k", token, 1.0) == "Lan"
    change(tmp_path, os.urandom, "Lan", "entry")
    assert session_person(tmp_path, b"k", token, 1.0) is None
    assert verify(tmp_path, typed) == "Lan"


def test_an_identity_names_one_person_however_it_is_written_and_nobody_else(tmp_path: Path) -> None:
    for name in (ADMINISTRATOR, "Hoa", "Lan"):
        reset_passcode(tmp_path, os.urandom, name)
    change(tmp_path, os.urandom, "Hoa", "analyst", identities=[" Hoa@TINH.vn", "hoa@tinh.vn", "", "f3a1-sub"])
    change(tmp_path, os.urandom, ADMINISTRATOR, "administrator", identities=["kim@tinh.vn"])
    assert who(tmp_path, "Hoa").identities == ("hoa@tinh.vn", "f3a1-sub")  # type: ignore[union-attr]
    for said in ("hoa@tinh.vn", "HOA@tinh.vn ", "F3A1-SUB"):
        assert identified(tmp_path, said) == who(tmp_path, "Hoa")
    for said in ("", " ", "hoa@tinh.vn.evil.example", "hoa", "lan@tinh.vn", "*", "\x00", "\u212aim@tinh.vn"):
        assert identified(tmp_path, said) is None
    with pytest.raises(Refused) as refused:
        change(tmp_path, os.urandom, "Lan", "analyst", identities=["hoa@tinh.vn", "a b", "x" * 201])
    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["ACC_IDENTITY", "ACC_IDENTITY", "ACC_IDENTITY_TAKEN"]
    assert who(tmp_path, "Lan").identities == ()  # type: ignore[union-attr]


def test_nobody_of_that_name_is_told_who_there_is(tmp_path: Path) -> None:
    reset_passcode(tmp_path, os.urandom, "Lan")
    with pytest.raises(Refused, match="Lan"):
        change(tmp_path, os.urandom, "Hoa", "analyst")
    assert people(tmp_path) == ("Lan",)
