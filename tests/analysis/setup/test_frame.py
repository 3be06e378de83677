"""What a frame refuses, all at once, and that it comes back as it was read."""

import pytest

from analysis.setup.frame import COLUMNS, from_json, heading, read_frame, to_json
from survey.errors import Refused
from survey.sheet import read_table
from tests.analysis.setup.frames import VILLAGES, frame


def faults(text: str) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(Refused) as caught:
        frame(text)
    assert all("?" not in problem.say("vi") for problem in caught.value.problems)
    return [(problem.code, problem.row, problem.column) for problem in caught.value.problems]


def test_people_are_counted_by_stratum_and_commune() -> None:
    found = frame()
    assert (found.people, dict(found.strata)) == (3000, {"Huyện A": 2000, "Huyện B": 1000})
    assert found.psus["Huyện B", "Xã 1"] == 600
    assert (found.psus_in("Huyện A"), found.villages) == (4, False)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_headings_are_read_in_both_languages_and_however_they_are_typed(language: str) -> None:
    head = ",".join(f" {heading(column, language).upper()}" for column in COLUMNS)
    found = frame(f"{head}\nA,Xã 1,Thôn 1,10,UBND\n")
    assert [(row.stratum, row.psu, row.village, row.people, row.unit) for row in found.rows] == [
        ("A", "Xã 1", "Thôn 1", 10, "UBND")
    ]


def test_a_frame_comes_back_equal() -> None:
    found = frame(VILLAGES)
    assert found.villages
    assert from_json(to_json(found)) == found


def test_every_fault_is_told_at_once_with_row_and_column() -> None:
    text = (
        "stratum,psu,village,people,unit\n"
        "A,Xã 1,Thôn 1,10,U1\n"
        "A,Xã 1,thôn 1,20,U1\n"  # the same village
        "A,Xã 1,,5,U1\n"  # a commune with and without villages
        "A,Xã 1,Thôn 3,5,U2\n"  # of two units
        ",Xã 2,Thôn 1,x,U1\n"
        "A,,Thôn 1,1.5,U1\n"
        "A|B,Xã 3,Thôn 1,0,U1\n"
    )
    assert faults(text) == [
        ("TAB_BLANK", 6, "stratum"),
        ("TAB_NOT_NUMBER", 6, "people"),
        ("TAB_BLANK", 7, "psu"),
        ("SET_NOT_WHOLE", 7, "people"),
        ("SET_FRAME_NAME", 8, "stratum"),
        ("TAB_NOT_NUMBER", 8, "people"),
        ("SET_FRAME_TWICE", 3, "village"),
        ("SET_FRAME_HALF", 4, "village"),
        ("SET_FRAME_UNITS", 5, "unit"),
    ]


def test_missing_columns_are_named_in_the_readers_words() -> None:
    with pytest.raises(Refused) as caught:
        read_frame(read_table(b"stratum,ten\nA,B\n", name="x.csv"), "x.csv")
    assert [problem.code for problem in caught.value.problems] == ["SET_NO_COLUMN"] * 2
    assert heading("psu") in caught.value.say("vi")
    assert heading("people", "en") in caught.value.say("en")
