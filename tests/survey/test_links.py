from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.links import Link, light_address, link_token, read_link
from survey.round import Desk
from tests.hostile import HOSTILE
from tests.survey.builders import ROUND as PLAIN

SECRET, OTHER = bytes(32), bytes(31) + b"\x01"
ROUND = replace(PLAIN, desks=(Desk(code="Q1", name="Quầy 1", place="P01"), Desk(code="Q2", name="Quầy 2", place="P02")))
DESK = link_token(SECRET, ROUND.id, "P01", "Q1")
PLACE = link_token(SECRET, ROUND.id, "P01")


def test_a_token_says_its_place_and_desk() -> None:
    assert read_link(SECRET, ROUND, DESK) == Link(place="P01", desk="Q1")
    assert read_link(SECRET, ROUND, PLACE) == Link(place="P01", desk=None)


def test_a_token_is_short_and_needs_no_escaping_in_an_address() -> None:
    assert len(DESK) == len("P01~Q1~") + 16
    assert light_address("https://a.vn/", "dot-1", token=DESK) == f"https://a.vn/p/dot-1?tu={DESK}"
    assert light_address("https://a.vn", "dot-1") == "https://a.vn/p/dot-1"
    assert light_address("", "dot-1", token=PLACE, channel="kiosk").endswith(f"?tu={PLACE}&kenh=kiosk")


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "P01",
        "P01~",
        "P01~~",
        "P01~Q1",
        "P01~Q1~",
        "P02" + DESK[3:],
        DESK.replace("Q1", "Q2"),
        DESK.replace("~Q1", ""),
        PLACE.replace("~", "~Q1~"),
        PLACE.replace("~", "~~"),
        DESK.upper(),
        DESK[:-1],
        DESK + "a",
        DESK + "~",
        link_token(OTHER, ROUND.id, "P01", "Q1"),
        link_token(SECRET, "dot-2", "P01", "Q1"),
        link_token(SECRET, ROUND.id, "P09"),
        link_token(SECRET, ROUND.id, "P01", "Q9"),
        link_token(SECRET, ROUND.id, "P02", "Q1"),
        *HOSTILE.values(),
    ],
)
def test_a_forged_or_foreign_token_says_nothing(forged: str) -> None:
    assert read_link(SECRET, ROUND, forged) is None


def test_a_desk_that_was_taken_away_or_moved_is_no_longer_believed() -> None:
    moved = replace(ROUND, desks=(Desk(code="Q1", name="Quầy 1", place="P02"),))
    assert read_link(SECRET, moved, DESK) is None
    assert read_link(SECRET, replace(ROUND, desks=()), DESK) is None
    assert read_link(SECRET, replace(ROUND, places=ROUND.places[1:]), PLACE) is None


@settings(deadline=None)
@given(st.text(max_size=12), st.text(max_size=12), st.integers(0, 30), st.characters())
def test_changing_one_letter_of_a_token_breaks_it(place: str, desk: str, at: int, letter: str) -> None:
    changed = DESK[:at] + letter + DESK[at + 1 :]
    assert changed == DESK or read_link(SECRET, ROUND, changed) is None
    # Where round, place and desk end is sealed too: no two of them share a seal.
    if (place, desk) != ("P01", "Q1"):
        assert link_token(SECRET, ROUND.id, place, desk).rpartition("~")[2] != DESK.rpartition("~")[2]
