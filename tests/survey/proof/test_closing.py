"""Days are closed once, in order, in files that anybody can check and that tell nothing of who came when."""

import asyncio
import base64
import hashlib
import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from survey.clock import VIETNAM
from survey.errors import Refused
from survey.ledger import promise_key, public_bytes, read_vkey, signing_key, split_notes
from survey.life import advance, begin
from survey.proof import closing
from survey.proof.closing import close_days, closing_key, keep_closing, last_over
from survey.store import Store
from tests.survey.builders import ROUND, furnished
from tests.survey.ledger.test_merkle import mth
from tests.survey.proof.ledgers import KEY, PUBLIC, at, files, heads, public
from tests.survey.proof.slips import DAYS, FIRST, SECOND, delete, insert, opened, slip


def test_a_day_is_over_ten_minutes_after_midnight_in_vietnam() -> None:
    assert last_over(at(9, 0, 9)) == date(2026, 11, 7)
    assert last_over(at(9, 0, 10)) == date(2026, 11, 8)
    assert last_over(datetime.fromisoformat("2026-11-08T17:10:00+00:00")) == date(2026, 11, 8)
    with pytest.raises(ValueError, match="time zone"):
        last_over(datetime(2026, 11, 9))


def test_closed_days_stand_in_public_sorted_and_in_order(store: Store, tmp_path: Path) -> None:
    slips = [slip(number) for number in range(1, 60)]
    for each in slips:
        store.add(each)
    first = close_days(store, tmp_path, KEY, FIRST)
    second = close_days(store, tmp_path, KEY, SECOND)
    assert [(each.round_id, each.through) for each in (*first, *second)] == [
        (ROUND.id, "2026-11-04"),
        (ROUND.id, "2026-11-08"),
    ]
    log = [(entry.actor, entry.act, entry.about) for entry in store.all_log()]
    assert log == [("hailong", "ledger.close", f"{ROUND.id}: {day}") for day in ("2026-11-04", "2026-11-08")]
    expected: list[str] = []
    for day in DAYS[:7]:
        leaves = sorted(each.commitment for each in slips if each.day == day)
        assert public(tmp_path, f"days/{day}.txt").read_text("utf-8").split() == leaves
        expected += leaves
    assert not public(tmp_path, f"days/{DAYS[7]}.txt").exists()
    before, now = heads(tmp_path)
    assert before.days == tuple((day, len([s for s in slips if s.day == day])) for day in DAYS[:3])
    assert (now.through, now.size) == (DAYS[6], len(expected))

    def leaf(commitment: str) -> bytes:
        return hashlib.sha256(b"\x00" + bytes.fromhex(commitment)).digest()

    assert mth([leaf(each) for each in expected]) == now.root
    assert mth([leaf(each) for each in expected[: before.size]]) == before.root


def test_the_public_key_stands_beside_and_verifies_without_our_code(folder: Path) -> None:
    encoded = public(folder, "vkey.txt").read_text("utf-8").strip().split("+", 2)[2]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:])
    text, _, line = split_notes(public(folder, "checkpoints.txt").read_text("utf-8"))[-1].partition("\n\n")
    key.verify(base64.b64decode(line.split(" ")[2])[4:], f"{text}\n".encode())


def test_closing_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    for number in range(1, 20):
        store.add(slip(number))
    assert close_days(store, tmp_path, KEY, SECOND)
    before = files(tmp_path)
    assert close_days(store, tmp_path, KEY, SECOND) == ()
    assert close_days(store, tmp_path, KEY, FIRST) == ()
    assert files(tmp_path) == before


def test_a_quiet_day_of_an_open_round_is_closed_too_and_stays_empty(store: Store, tmp_path: Path) -> None:
    (only,) = close_days(store, tmp_path, KEY, at(5))
    assert (only.through, only.size, only.days) == ("2026-11-04", 0, {})
    assert heads(tmp_path)[0].days == (("2026-11-04", 0),)
    with pytest.raises(Refused) as caught:
        store.add(slip(1))
    assert caught.value.problems[0].code == "STO_DAY_CLOSED"


def test_a_round_is_not_closed_before_it_opens_nor_day_by_day_after_it_ends(store: Store, tmp_path: Path) -> None:
    assert close_days(store, tmp_path, KEY, at(1)) == ()
    assert not public(tmp_path).exists()
    assert close_days(store, tmp_path, KEY, datetime(2027, 3, 1, tzinfo=VIETNAM))[0].through == "2026-11-30"
    assert close_days(store, tmp_path, KEY, datetime(2027, 3, 2, tzinfo=VIETNAM)) == ()


def test_a_round_that_was_never_open_has_no_log(store: Store, tmp_path: Path) -> None:
    for id_ in ("dot-nhap", "dot-bo"):
        begin(store, replace(ROUND, id=id_, closes=None), "Lan", ROUND.opens)
    advance(store, store.round("dot-bo"), "archived", "Lan", ROUND.opens)
    assert [closed.round_id for closed in close_days(store, tmp_path, KEY, SECOND)] == [ROUND.id]
    advance(store, store.round("dot-nhap"), "open", "Lan", ROUND.opens)
    assert "dot-nhap" in [closed.round_id for closed in close_days(store, tmp_path, KEY, at(20))]


def test_slips_that_came_before_the_last_day_was_set_earlier_are_closed_as_well(store: Store, tmp_path: Path) -> None:
    store.add(slip(6))
    store.save_round(replace(ROUND, closes=date(2026, 11, 5)))
    (only,) = close_days(store, tmp_path, KEY, SECOND)
    assert (only.through, only.days) == (DAYS[6], {DAYS[6]: 1})


def test_a_round_that_goes_on_later_has_one_log(store: Store, tmp_path: Path) -> None:
    store.save_round(replace(ROUND, closes=date(2026, 11, 3)))
    store.add(slip(1))
    close_days(store, tmp_path, KEY, SECOND)
    store.save_round(ROUND)
    store.add(slip(7))
    close_days(store, tmp_path, KEY, at(20))
    assert [(head.through, head.size) for head in heads(tmp_path)] == [("2026-11-03", 1), ("2026-11-19", 2)]


def test_each_round_has_a_log_of_its_own_and_one_that_fails_does_not_hinder_the_rest(
    store: Store, tmp_path: Path
) -> None:
    store.save_round(replace(ROUND, id="dot-2"))
    store.add(slip(1))
    store.add(slip(2, round_id="dot-2"))
    close_days(store, tmp_path, KEY, FIRST)
    delete(tmp_path / "hailong.sqlite3", slip(1).id)
    with pytest.raises(Refused) as caught:
        close_days(store, tmp_path, KEY, SECOND)
    assert [problem.code for problem in caught.value.problems] == ["PRF_LOG_BROKEN"]
    assert store.checkpoints("dot-2")[-1].through == DAYS[6]
    assert store.checkpoints(ROUND.id)[-1].through == DAYS[2]


@pytest.mark.parametrize("harm", ["delete", "insert"])
def test_no_day_is_signed_upon_a_log_that_was_changed(folder: Path, harm: str) -> None:
    file = folder / "hailong.sqlite3"
    delete(file, slip(17).id) if harm == "delete" else insert(file, slip(999_999, day=DAYS[1]))
    before = files(folder)
    with opened(folder) as store, pytest.raises(Refused) as caught:
        close_days(store, folder, signing_key(folder, os.urandom), at(10))
    assert caught.value.problems[0].code == "PRF_LOG_BROKEN"
    assert files(folder) == before


def test_a_slip_whose_leaf_is_no_hash_stops_its_round_only_with_words(store: Store, tmp_path: Path) -> None:
    store.add(replace(slip(1), commitment="no hash"))
    with pytest.raises(Refused, match="no hash"):
        close_days(store, tmp_path, KEY, FIRST)


def test_a_round_whose_id_cannot_name_a_folder_does_not_hinder_the_rest(store: Store, tmp_path: Path) -> None:
    store.save_round(replace(ROUND, id="../dot-2"))
    with pytest.raises(Refused) as caught:
        close_days(store, tmp_path, KEY, FIRST)
    assert [problem.code for problem in caught.value.problems] == ["PRF_ROUND"]
    assert len(store.checkpoints(ROUND.id)) == 1


# --- The keys.


def test_the_key_is_made_only_where_nothing_was_closed(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as store:
        assert public_bytes(closing_key(store, folder, os.urandom)) == public_bytes(signing_key(folder, os.urandom))
        (folder / "signing.key").unlink()
        with pytest.raises(Refused) as caught:
            closing_key(store, folder, os.urandom)
    assert caught.value.problems[0].code == "PRF_KEY_LOST"
    assert not (folder / "signing.key").exists()
    with furnished(tmp_path / "new.sqlite3") as fresh:
        closing_key(fresh, tmp_path, os.urandom)
    assert (tmp_path / "signing.key").exists()


def test_no_day_is_signed_with_another_key_than_the_published_one(folder: Path) -> None:
    before = files(folder)
    with opened(folder) as store, pytest.raises(Refused) as caught:
        close_days(store, folder, KEY, at(10))
    assert caught.value.problems[0].code == "PRF_KEY_CHANGED"
    assert files(folder) == before
    with opened(folder) as store:
        assert store.checkpoints(ROUND.id)[-1].through == DAYS[6]


def test_the_key_of_the_receipts_is_published_beside_and_is_another(store: Store, tmp_path: Path) -> None:
    promise = public_bytes(promise_key(tmp_path, os.urandom))
    close_days(store, tmp_path, KEY, FIRST)
    assert read_vkey(public(tmp_path, "promise-vkey.txt").read_text("utf-8")) == promise != PUBLIC


# --- The task of the server.


def test_the_server_closes_at_the_start_then_once_a_day_and_goes_on_after_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    runs: list[datetime] = []
    times = [at(5), at(5, 2), at(6, 0, 5), at(6, 0, 15), at(6, 0, 25), at(6, 0, 35)]
    clock = iter(times)

    def close(store: object, folder: object, random: object, now: datetime) -> None:
        runs.append(now)
        if now == at(6, 0, 15):
            raise RuntimeError("a fault of the program")

    async def at_once(seconds: float) -> None:
        assert seconds == 600

    monkeypatch.setattr(closing, "_run", close)
    monkeypatch.setattr(closing.asyncio, "sleep", at_once)

    def tick() -> datetime:
        try:
            return next(clock)
        except StopIteration:
            raise asyncio.CancelledError from None

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(keep_closing(None, tmp_path, os.urandom, tick))  # type: ignore[arg-type]
    assert runs == [at(5), at(6, 0, 15), at(6, 0, 25)]
    assert "a fault of the program" in caplog.text
