"""Days are closed once, in order, in files that anybody can check and that tell nothing of who came when."""

import asyncio
import base64
import hashlib
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey.clock import VIETNAM
from survey.errors import Refused
from survey.ledger import (
    Head,
    Tree,
    leaf_hash,
    parse_checkpoint,
    promise_key,
    public_bytes,
    read_checkpoint,
    read_vkey,
    signing_key,
    split_notes,
)
from survey.proof import closing, published
from survey.proof.closing import close_days, closing_key, keep_closing, last_over
from survey.proof.lock import by_file
from survey.proof.standing import prove, standing
from survey.store import Store
from tests.survey.builders import ROUND, furnished
from tests.survey.ledger.test_merkle import mth, roots_by_proof
from tests.survey.proof.conftest import COUNT
from tests.survey.proof.slips import DAYS, FIRST, SECOND, code_of, delete, fill, insert, opened, slip

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = public_bytes(KEY)


def at(day: int, hour: int = 1, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return furnished(tmp_path / "hailong.sqlite3")


def public(folder: Path, name: str = "") -> Path:
    return folder / "so-cai" / ROUND.id / name


def heads(folder: Path) -> list[Head]:
    notes = split_notes(public(folder, "checkpoints.txt").read_text("utf-8"))
    return [read_checkpoint(note, PUBLIC) for note in notes]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(public(folder).rglob("*")) if path.is_file()}


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


# --- Interrupted and lost.


class Cut(Exception):
    """The power goes."""


@pytest.mark.parametrize("writes", range(6))
def test_a_run_that_is_cut_off_is_mended_by_the_next(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    for number in (1, 2):
        store.add(slip(number))
    real, left = closing.write, [writes]

    def write(path: Path, text: str) -> None:
        if not left[0]:
            raise Cut
        left[0] -= 1
        real(path, text)

    monkeypatch.setattr(closing, "write", write)
    with suppress(Cut):
        close_days(store, tmp_path, KEY, FIRST)
    cut = len(store.checkpoints(ROUND.id))
    assert cut == 1, "the checkpoint comes before any file"
    monkeypatch.setattr(closing, "write", real)
    close_days(store, tmp_path, KEY, FIRST)
    assert [head.size for head in heads(tmp_path)] == [2]
    assert prove(tmp_path / "so-cai", ROUND.id, DAYS[1], code_of(1)).check(code_of(1), PUBLIC)
    assert not list(public(tmp_path).rglob(".*"))


def test_files_that_were_lost_are_written_again(folder: Path) -> None:
    key = signing_key(folder, os.urandom)
    before = files(folder)
    for name in ("checkpoints.txt", "vkey.txt", f"days/{DAYS[2]}.txt", f"receipts/{DAYS[3]}.txt"):
        public(folder, name).unlink()
    with opened(folder) as store:
        assert close_days(store, folder, key, SECOND) == ()
    assert files(folder) == before


def test_a_checkpoint_file_that_says_something_else_is_left_as_evidence(folder: Path) -> None:
    file = public(folder, "checkpoints.txt")
    file.write_text(file.read_text("utf-8").replace("day 2026-11-03 20", "day 2026-11-03 19"), "utf-8")
    before = files(folder)
    with opened(folder) as store, pytest.raises(Refused) as caught:
        close_days(store, folder, signing_key(folder, os.urandom), at(10))
    assert caught.value.problems[0].code == "PRF_FILE_CHANGED"
    assert files(folder) == before
    with opened(folder) as store:
        assert store.checkpoints(ROUND.id)[-1].through == DAYS[6], "nothing is signed beside it"


def test_a_disk_that_does_not_take_the_files_is_told(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device", str(path))

    store.add(slip(1))
    monkeypatch.setattr(closing, "write", full)
    with pytest.raises(Refused, match="No space left") as caught:
        close_days(store, tmp_path, KEY, FIRST)
    assert caught.value.problems[0].code == "PRF_WRITE"


def test_a_store_restored_from_an_older_backup_signs_nothing_against_what_is_published(folder: Path) -> None:
    with opened(folder) as store:
        store.add(slip(100_007))
    backup = folder.parent / "backup.sqlite3"
    shutil.copy(folder / "hailong.sqlite3", backup)
    key = signing_key(folder, os.urandom)
    with opened(folder) as store:
        close_days(store, folder, key, at(10))
    before = files(folder)
    for file in folder.glob("hailong.sqlite3*"):
        file.unlink()
    shutil.copy(backup, folder / "hailong.sqlite3")
    with opened(folder) as store:
        store.add(slip(100_015))
        with pytest.raises(Refused) as caught:
            close_days(store, folder, key, at(11))
        assert [problem.code for problem in caught.value.problems] == ["PRF_STORE_OLDER"]
        assert store.checkpoints(ROUND.id)[-1].through == DAYS[6]
    assert files(folder) == before


def test_a_file_that_an_interrupted_run_left_short_is_mended_and_another_is_left(folder: Path) -> None:
    before, key = files(folder), signing_key(folder, os.urandom)
    for name in (f"days/{DAYS[2]}.txt", f"receipts/{DAYS[3]}.txt"):
        harm(folder, name, lambda text: text[text.index("\n") + 1 :])
    with opened(folder) as store:
        close_days(store, folder, key, SECOND)
    assert files(folder) == before
    harm(folder, f"days/{DAYS[2]}.txt", lambda text: "0" * 64 + text[64:])
    before = files(folder)
    with opened(folder) as store:
        close_days(store, folder, key, SECOND)
    assert files(folder) == before


def test_two_who_close_at_once_leave_one_checkpoint_and_whole_files(store: Store, tmp_path: Path) -> None:
    for number in range(1, 30):
        store.add(slip(number))
    with opened(tmp_path) as other, ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(close_days, each, tmp_path, KEY, SECOND) for each in (store, other) * 2]
        assert sorted(len(run.result()) for run in runs) == [0, 0, 0, 1]
    assert len(heads(tmp_path)) == 1
    assert prove(tmp_path / "so-cai", ROUND.id, DAYS[1], code_of(1)).check(code_of(1), PUBLIC).size == 26


def test_where_a_file_stands_for_a_lock_a_second_is_refused_until_it_is_gone_or_stale(tmp_path: Path) -> None:
    file = tmp_path / "closing.lock"
    with by_file(file), pytest.raises(Refused, match=r"closing\.lock"), by_file(file):
        pass
    assert not file.exists()
    file.touch()
    os.utime(file, (0, 0))
    with by_file(file):
        assert file.exists()


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


# --- What the public files prove, and what they do not tell.


def test_one_checkpoint_is_shown_to_continue_another_by_a_proof(folder: Path) -> None:
    notes = split_notes(public(folder, "checkpoints.txt").read_text("utf-8"))
    before, now = map(parse_checkpoint, notes)
    leaves = [
        leaf_hash(bytes.fromhex(leaf))
        for head in (before, now)
        for day, _ in head.days
        for leaf in public(folder, f"days/{day}.txt").read_text("utf-8").split()
    ]
    proof = Tree(leaves).consistency(before.size)
    assert roots_by_proof(before.size, now.size, before.root, proof) == (before.root, now.root)


def test_the_holder_of_a_receipt_gets_a_proof_from_the_public_files_alone(folder: Path) -> None:
    public_key = public_bytes(signing_key(folder, os.urandom))
    for number in (1, 2, 80, COUNT - 2):
        proof = prove(folder / "so-cai", ROUND.id, slip(number).day, code_of(number))
        assert proof.check(code_of(number), public_key).size == 140
        with pytest.raises(Refused):
            proof.check(code_of(number + 1), public_key)


def test_the_holder_of_a_receipt_learns_how_the_slip_stands(folder: Path) -> None:
    with opened(folder) as store:
        there = standing(store, folder / "so-cai", code_of(1))
        today = standing(store, folder / "so-cai", code_of(7))
        assert standing(store, folder / "so-cai", code_of(COUNT + 1)) is None
    assert there is not None
    assert there.head is not None
    assert (there.round_id, there.day, there.voided, there.asked, there.head.size) == (
        ROUND.id, DAYS[1], False, False, 140,
    )  # fmt: skip
    assert today is not None
    assert today.head is None


def harm(folder: Path, name: str, change: Callable[[str], str]) -> None:
    file = public(folder, name)
    file.write_text(change(file.read_text("utf-8")), "utf-8")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (f"receipts/{DAYS[1]}.txt", lambda text: ""),
        (f"receipts/{DAYS[1]}.txt", lambda text: text.replace(" ", "")),
        (f"days/{DAYS[1]}.txt", lambda text: text.replace(slip(1).commitment, "0" * 64)),
        (f"days/{DAYS[4]}.txt", lambda text: "no hex\n"),
        ("checkpoints.txt", lambda text: text.replace("\n60\n", "\n6O\n")),
        ("checkpoints.txt", lambda text: ""),
    ],
)
def test_files_that_were_changed_prove_nothing(folder: Path, name: str, change: Callable[[str], str]) -> None:
    harm(folder, name, change)
    with pytest.raises(Refused) as caught:
        prove(folder / "so-cai", ROUND.id, DAYS[1], code_of(1))
    assert caught.value.problems[0].code == "PRF_NOT_PROVEN"


def ranks(values: list[Any]) -> list[int]:
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0] * len(values)
    for rank, index in enumerate(order):
        found[index] = rank
    return found


def test_the_order_of_arrival_cannot_be_recovered_from_the_public_files(tmp_path: Path) -> None:
    count = 4_000
    slips = [slip(number, day=DAYS[0]) for number in range(1, count + 1)]  # in the order they came
    fill(tmp_path / "hailong.sqlite3", slips)
    with opened(tmp_path) as store:
        close_days(store, tmp_path, KEY, FIRST)
    leaves = public(tmp_path, f"days/{DAYS[0]}.txt").read_text("utf-8").split()
    receipts = [
        line.split(" ")[0] for line in public(tmp_path, f"receipts/{DAYS[0]}.txt").read_text("utf-8").splitlines()
    ]
    for lines, mine in ((leaves, "commitment"), (receipts, "receipt_hash")):
        place = {line: at for at, line in enumerate(lines)}
        places = [place[getattr(each, mine)] for each in slips]
        assert sorted(places) == list(range(count))
        # Spearman's rho of arrival and place: 0 ± 1/√(n-1) if they have nothing to do with each other.
        squares = sum((arrival - rank) ** 2 for arrival, rank in enumerate(ranks(places)))
        rho = 1 - 6 * squares / (count * (count**2 - 1))
        assert abs(rho) < 3 / (count - 1) ** 0.5


@pytest.mark.parametrize("day", ["../../../evil", "2026-11-21/../x", "", "2026-11-21\n"])
def test_a_day_that_is_none_names_no_file(day: str, tmp_path: Path) -> None:
    for file in (published.leaves_file, published.receipts_file):
        with pytest.raises(Refused, match="no day"):
            file(tmp_path, day)
