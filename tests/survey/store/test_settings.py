"""A round's settings that nobody can read, whoever wrote them, take no other round down, on both databases."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import insert

from survey.store import Store
from survey.store.codec import round_text
from survey.store.schema import round_settings, rounds
from tests.survey.builders import ROUND
from tests.survey.store.test_collection import refused
from tests.survey.store.test_tampering import write

SENSELESS: dict[str, object] = {
    "opens": "2026-13-45",
    "closes": "2026-02-30",
    "name": 5,
    "places": [{"code": "P01"}],
    "desks": "Q1",
    "margins": [7],
    "contact": "Sở Nội vụ",
    "keep_years": "mãi mãi",
    "invited": {"U1": "nhiều"},
    "languages": [],
    "rated": [{"code": "snv", "name": "Sở Nội vụ", "kind": ["so"]}],
    "state": "mở",
    "channels": [7],
    "no such setting": 1,
}


def put(store: Store, round_id: str, revision: int, name: str) -> None:
    """Settings of the right shape, so that the database takes them, with one value that makes no sense."""
    good = json.loads(round_text(replace(ROUND, id=round_id)))
    values = {"round_id": round_id, "revision": revision, "questionnaire": ROUND.questionnaire}
    write(store, insert(round_settings), **values, settings=json.dumps({**good, name: SENSELESS[name]}))


@pytest.mark.parametrize("name", SENSELESS)
def test_settings_that_cannot_be_read_are_passed_over_for_those_before_them(store: Store, name: str) -> None:
    other = replace(ROUND, id="dot-2")
    store.save_round(other)
    assert store.unreadable_rounds() == ()
    put(store, ROUND.id, 2, name)
    assert store.rounds() == (ROUND, other)
    assert store.round(ROUND.id) == ROUND
    assert store.unreadable_rounds() == (ROUND.id,)
    store.save_round(ROUND)
    assert store.rounds() == (ROUND, other)
    assert store.unreadable_rounds() == ()


def test_a_round_without_any_settings_that_can_be_read_is_left_out_and_told(store: Store) -> None:
    write(store, insert(rounds), id="dot-3")
    put(store, "dot-3", 1, "opens")
    assert store.rounds() == (ROUND,)
    assert store.unreadable_rounds() == ("dot-3",)
    assert refused(store.round, "dot-3") == ["STO_ROUND_UNREADABLE"]
    assert refused(store.round, "dot-4") == ["STO_NO_ROUND"]
