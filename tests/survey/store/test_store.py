import os
import stat
import threading
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

import survey.store.rounds as module
from survey.errors import Refused
from survey.questionnaire import Questionnaire
from survey.store import Counts, ReceiptState, Store
from survey.store.queue import Slip
from survey.xlsform import read_workbook
from tests.survey.builders import QUESTIONNAIRE, ROUND, furnished, response


def in_threads(number: int, work: Callable[[int], object]) -> list[object]:
    """What `work(0)`, `work(1)`, … gave, all started at the same moment; an exception stands for its result."""
    results: list[object] = [None] * number
    ready = threading.Barrier(number)

    def run(place: int) -> None:
        ready.wait()
        try:
            results[place] = work(place)
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_response_comes_back_equal_after_reopening(where: Path | str) -> None:
    slip = response(place=None, desk="Q1", answers={"comment": "Tốt «=1+1» \\ ' \" 😀", "ways": ("web",), "fee": 1.5})
    with Store.open(where) as store:
        assert store.add(slip) is True
    with Store.open(where) as store:
        assert store.responses(ROUND.id) == (slip,)


def test_the_same_key_is_stored_once_whatever_else_the_second_slip_says(store: Store) -> None:
    assert store.add(response(1), hour="2026-11-21T12")
    again = replace(response(2), key_hash=response(1).key_hash)
    assert store.add(again, hour="2026-11-21T12") is False
    assert store.responses(ROUND.id) == (response(1),)
    assert store.hours(ROUND.id) == {("P01", "2026-11-21T12"): 1}


def test_any_other_clash_is_an_error_and_not_called_already_stored(store: Store) -> None:
    store.add(response(1))
    with pytest.raises(IntegrityError, match=r"append-only|responses_receipt_hash_key") as caught:
        store.add(replace(response(2), receipt_hash=response(1).receipt_hash))
    assert "Tốt" not in str(caught.value)  # no answer leaks into a log
    assert len(store.responses(ROUND.id)) == 1


def test_sixteen_threads_with_one_key_make_one_row(store: Store) -> None:
    results = in_threads(16, lambda n: store.add(replace(response(n + 1), key_hash="same"), hour="2026-11-21T12"))
    assert sorted(results) == [False] * 15 + [True]
    assert store.counts(ROUND.id).total == 1
    assert store.hours(ROUND.id) == {("P01", "2026-11-21T12"): 1}


def test_sixteen_threads_with_their_own_keys_make_all_rows(store: Store) -> None:
    def work(thread: int) -> bool:
        return all(store.add(response(thread * 100 + n), hour="2026-11-21T12") for n in range(1, 26))

    assert in_threads(16, work) == [True] * 16
    assert len(store.responses(ROUND.id)) == 400
    assert store.hours(ROUND.id) == {("P01", "2026-11-21T12"): 400}


def test_one_bad_slip_in_a_common_commit_takes_no_other_with_it(store: Store) -> None:
    def work(n: int) -> bool:
        return store.add(response(n + 1, round_id="nowhere" if n % 5 == 0 else ROUND.id))

    results = in_threads(20, work)
    assert [isinstance(result, Refused) for result in results] == [n % 5 == 0 for n in range(20)]
    assert len(store.responses(ROUND.id)) == 16


@pytest.mark.parametrize(
    "unfit",
    [
        {"place": "\ud800"},
        {"answers": {"comment": "\ud800"}, "consent": "\udfff"},
        {"answers": {"comment": b"bytes"}},
        {"answers": {"fee": float("nan")}},
        {"flags": (object(),)},
        {"place": "P01\0", "day": "\ud800"},
    ],
    ids=["half a letter", "half letters", "no JSON", "no number", "no text", "NUL"],
)
def test_a_slip_that_cannot_be_written_is_refused_and_the_others_of_its_commit_are_stored(
    store: Store, unfit: dict[str, object]
) -> None:
    bad = Slip(response=response(2, **unfit), hour="2026-11-21T12", invitation=None)
    good = [Slip(response=response(number), hour="2026-11-21T12", invitation=None) for number in (1, 3)]
    first, refusal, last = store._commit([good[0], bad, good[1]])
    assert (first, last) == (True, True)
    assert isinstance(refusal, Refused)
    assert [problem.code for problem in refusal.problems] == ["STO_SHAPE"]
    assert store.responses(ROUND.id) == (response(1), response(3))
    assert store.hours(ROUND.id) == {("P01", "2026-11-21T12"): 2}


@pytest.mark.parametrize("place", [10**30, {}], ids=["number too large", "no column holds it"])
def test_what_sqlite_cannot_bind_takes_no_other_with_it(tmp_path: Path, place: object) -> None:
    bad = Slip(response=response(2, place=place), hour=None, invitation=None)
    with furnished(tmp_path / "kho.db") as store:
        refusal, stored = store._commit([bad, Slip(response=response(1), hour=None, invitation=None)])
    assert stored is True
    assert isinstance(refusal, Refused)


def test_slips_of_unknown_rounds_or_questionnaires_are_refused(store: Store) -> None:
    for slip in (response(round_id="nowhere"), response(questionnaire="0" * 64)):
        with pytest.raises(Refused, match="load the questionnaire"):
            store.add(slip)
    with pytest.raises(Refused, match="load the questionnaire"):
        store.save_round(replace(ROUND, id="dot-9", questionnaire="0" * 64))
    assert store.rounds() == (ROUND,)


def test_responses_come_in_the_order_of_their_random_ids(store: Store) -> None:
    for number in (5, 1, 9, 3):
        store.add(response(number))
    assert [slip.id for slip in store.responses(ROUND.id)] == [response(n).id for n in (1, 3, 5, 9)]


def test_marks_are_counted_as_slips_carry_them(store: Store) -> None:
    assert store.marks(ROUND.id) == {}
    for number, flags in enumerate((("fast", "trap"), ("fast", "trap"), (), ("fast",)), start=1):
        store.add(response(number, flags=flags))
    assert store.marks(ROUND.id) == {("fast", "trap"): 2, (): 1, ("fast",): 1}


def test_counts_by_day_place_and_channel(store: Store) -> None:
    store.save_round(replace(ROUND, id="dot-2"))
    store.add(response(1))
    store.add(response(2, day="2026-11-22", place=None))
    store.add(response(3, channel="kiosk"))
    store.add(response(4, round_id="dot-2"))
    assert store.counts(ROUND.id) == Counts(
        total=3,
        days={"2026-11-21": 2, "2026-11-22": 1},
        places={"P01": 2, None: 1},
        channels={"link": 2, "kiosk": 1},
        voided=0,
        erased=0,
    )
    assert store.counts("nowhere") == Counts(total=0, days={}, places={}, channels={}, voided=0, erased=0)


def test_hourly_counts_add_up_without_naming_a_response(store: Store) -> None:
    for number, (place, hour) in enumerate([("P01", "12"), ("P01", "12"), ("P01", "13"), (None, "12")], start=1):
        store.add(response(number, place=place), hour=f"2026-11-21T{hour}")
    store.add(response(9))
    assert store.hours(ROUND.id) == {
        ("P01", "2026-11-21T12"): 2,
        ("P01", "2026-11-21T13"): 1,
        (None, "2026-11-21T12"): 1,
    }


def test_keys_and_receipts_are_found(store: Store) -> None:
    store.add(response(7))
    assert store.has_key(response(7).key_hash)
    assert not store.has_key(response(8).key_hash)
    assert store.receipt_state(response(7).receipt_hash) == ReceiptState(
        round_id=ROUND.id, day="2026-11-21", voided=False, asked=False
    )
    assert store.receipt_state(response(8).receipt_hash) is None


def test_the_latest_settings_of_each_round_count_and_the_earlier_stay(store: Store) -> None:
    second = replace(ROUND, id="dot-2", name="Đợt hai")
    renamed = replace(ROUND, name="Đợt thử, gia hạn", closes=None)
    for settings in (second, renamed, renamed):
        store.save_round(settings)
    assert store.rounds() == (renamed, second)
    assert store.round(ROUND.id) == renamed
    with store._engine.connect() as reader:
        kept = reader.execute(text("SELECT round_id, revision FROM round_settings ORDER BY 1, 2")).all()
    assert kept == [("dot-1", 1), ("dot-1", 2), ("dot-2", 1)]
    with pytest.raises(Refused, match="no survey round"):
        store.round("nowhere")


def test_a_questionnaire_is_kept_once_and_read_from_its_workbook(
    where: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(where) as store:
        store.add_questionnaire(QUESTIONNAIRE, b"another workbook")
        assert store.questionnaire(ROUND.questionnaire) is QUESTIONNAIRE
        with pytest.raises(Refused, match="no questionnaire"):
            store.questionnaire("0" * 64)
    read = []

    def reading(data: bytes, *, name: str) -> Questionnaire:
        read.append((data, name))
        return replace(QUESTIONNAIRE)

    monkeypatch.setattr(module, "read_workbook", reading)
    with Store.open(where) as store:
        assert store.questionnaire(ROUND.questionnaire) == QUESTIONNAIRE
        assert store.questionnaire(ROUND.questionnaire) is store.questionnaire(ROUND.questionnaire)
    assert read == [(b"workbook", "thu 1")]


@pytest.mark.parametrize(
    "workbook",
    [file for file in resources.files("survey.instruments").iterdir() if file.name.endswith(".xlsx")],
    ids=lambda file: file.name,
)
def test_every_shipped_instrument_is_the_same_after_reopening(tmp_path: Path, workbook: Traversable) -> None:
    content = workbook.read_bytes()
    shipped = read_workbook(content, name=workbook.name)
    with Store.open(tmp_path / "kho.db") as store:
        store.add_questionnaire(shipped, content)
    with Store.open(tmp_path / "kho.db") as store:
        assert store.questionnaire(shipped.content_hash()) == shipped


def test_a_workbook_that_no_longer_gives_its_hash_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    furnished(tmp_path / "kho.db").close()
    monkeypatch.setattr(module, "read_workbook", lambda data, *, name: replace(QUESTIONNAIRE, version="2"))
    with Store.open(tmp_path / "kho.db") as store, pytest.raises(Refused, match="no longer fits"):
        store.questionnaire(ROUND.questionnaire)


def test_readers_see_what_is_committed_while_others_write(store: Store) -> None:
    def work(n: int) -> bool:
        if n % 2:
            return all(store.add(response(n * 100 + i)) for i in range(20))
        return all(store.counts(ROUND.id).total >= 0 and len(store.rounds()) == 1 for _ in range(20))

    assert in_threads(8, work) == [True] * 8
    assert store.counts(ROUND.id).total == 80


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    with furnished(tmp_path / "below" / "kho.db") as store:
        store.add(response())
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in os.scandir(tmp_path / "below")}
    if os.name == "posix":
        assert modes == {"kho.db": 0o600, "kho.db-wal": 0o600, "kho.db-shm": 0o600}
