"""The log of the staff, the same on both databases: chained, in turn, never cut in the middle."""

import hashlib
import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from survey.ledger.chain import first_break
from survey.store import Store
from tests.survey.store.test_collection import refused
from tests.survey.store.test_store import in_threads

MOMENT = "2026-11-20T08:00:00Z"


def log(store: Store, *about: str) -> None:
    for each in about:
        store.add_log("Mai", "analyst", "round.open", each, MOMENT)


def test_entries_are_read_newest_first_in_pages_and_oldest_first_as_a_whole(store: Store) -> None:
    log(store, "a", "b", "c")
    assert [entry.about for entry in store.staff_log(limit=2)] == ["c", "b"]
    assert [entry.about for entry in store.staff_log(before=2)] == ["a"]
    assert [entry.number for entry in store.all_log()] == [1, 2, 3]


def test_each_entry_carries_the_hash_of_the_one_before(store: Store) -> None:
    log(store, "a", "b")
    first, second = store.all_log()
    said = {name: value for name, value in asdict(first).items() if name != "hash"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert first.hash == hashlib.sha256(text.encode()).hexdigest()
    assert (first.previous, second.previous) == ("", first.hash)


def test_any_change_breaks_the_chain_where_it_was_made(store: Store) -> None:
    log(store, "a", "b", "c", "d")
    entries = tuple(store.all_log())
    assert first_break(entries) is None
    for changed in ({"actor": "Lan"}, {"moment": "2026-11-20T08:00:01Z"}, {"about": "x"}, {"act": "round.close"}):
        assert first_break((entries[0], replace(entries[1], **changed), *entries[2:])) == 2
    assert first_break((entries[0], *entries[2:])) == 2
    assert first_break((*entries[:2], entries[3], entries[2])) == 3
    assert first_break(entries[1:]) == 1


def test_processes_that_log_in_the_same_moment_all_get_their_entry(where: Path | str, store: Store) -> None:
    with Store.open(where) as other:
        in_threads(8, lambda which: log((store, other)[which % 2], str(which)))
    assert first_break(store.all_log()) is None
    assert sorted(entry.about for entry in store.all_log()) == sorted(map(str, range(8)))


def test_what_is_no_entry_is_not_kept(store: Store) -> None:
    assert refused(store.add_log, " ", "analyst", "round.open", "", MOMENT) == ["STO_PAPER_ACTOR"]
    for broken in (
        ("open", "", MOMENT),
        ("round.open", "x" * 501, MOMENT),
        ("round.open", "\n", MOMENT),
        ("round.open", "", "nay"),
    ):
        with pytest.raises(ValueError):
            store.add_log("Mai", "analyst", *broken)
    assert store.staff_log() == ()
