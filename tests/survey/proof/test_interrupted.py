"""A closing that is cut off, loses its files or meets another is mended; what was changed is left as evidence."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from survey.errors import Refused
from survey.ledger import signing_key
from survey.proof import closing
from survey.proof.closing import close_days
from survey.proof.lock import by_file
from survey.proof.standing import prove
from survey.store import Store, checkpoints
from tests.survey.builders import ROUND
from tests.survey.proof.ledgers import KEY, PUBLIC, at, files, harm, heads, public
from tests.survey.proof.slips import DAYS, FIRST, SECOND, code_of, opened, raw, slip


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


def test_a_day_is_closed_and_published_beside_a_long_reader_and_its_order_forgotten_by_a_later_run(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "_PATIENCE", 50)
    store.add(slip(1))
    with raw(tmp_path / "hailong.sqlite3") as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM responses").fetchall()
        with pytest.raises(Refused) as caught:
            close_days(store, tmp_path, KEY, FIRST)
        assert [problem.code for problem in caught.value.problems] == ["STO_ORDER_KEPT"]
        assert [head.size for head in heads(tmp_path)] == [1]
        reader.rollback()
    assert close_days(store, tmp_path, KEY, FIRST) == ()
    assert (tmp_path / "hailong.sqlite3-wal").stat().st_size == 0


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
