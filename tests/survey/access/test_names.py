"""Whose name can stand under a decision."""

import os
from pathlib import Path

import pytest

from survey.access import people, reset_passcode, same_person, verify
from survey.errors import Refused


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


def test_another_spelling_of_a_name_is_the_same_person(tmp_path: Path) -> None:
    old = reset_passcode(tmp_path, os.urandom, "Trần Thị B")
    for name in ("trần thị b", "TRẦN  THỊ B.", "Trần Thị B", "Ｔrần Thị Ｂ"):
        assert same_person(name, "Trần Thị B")
        new = reset_passcode(tmp_path, os.urandom, name)
        assert people(tmp_path) == ("Trần Thị B",)
        assert [verify(tmp_path, code) for code in (old, new)] == [None, "Trần Thị B"]
        old = new
    assert not same_person("Trần Thi B", "Trần Thị B")
