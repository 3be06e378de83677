"""Whoever changes the public files is found, also the owner with the signing key where somebody kept a copy."""

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from survey.clock import VIETNAM
from survey.ledger import Frontier, Head, join_notes, leaf_hash, public_bytes, sign_checkpoint, signing_key
from survey.proof.audit import audit
from survey.proof.audit_text import audit_text
from survey.proof.closing import close_days
from survey.proof.published import leaves_file, lines, read_leaves
from survey.store import Checkpoint
from tests.survey.builders import ROUND
from tests.survey.proof.auditing import LEAF, ROW, TODAY, VICTIM, closing, codes, path, run
from tests.survey.proof.slips import DAYS, FIRST, SECOND, delete, fill, insert, opened, owner, slip


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")


def test_a_changed_or_missing_day_file_is_found_and_the_slips_are_not_blamed(folder: Path) -> None:
    file = folder / "so-cai" / ROUND.id / "days" / f"{DAYS[1]}.txt"
    edit(file, f"{LEAF}\n", "")
    assert codes(folder) == ["AUD_DAY_FILE"]
    file.unlink()
    assert codes(folder) == ["AUD_FILE_MISSING"]


def test_a_slip_that_goes_from_store_and_file_leaves_a_wrong_root(folder: Path) -> None:
    delete(path(folder), ROW)
    edit(folder / "so-cai" / ROUND.id / "days" / f"{DAYS[1]}.txt", f"{LEAF}\n", "")
    assert codes(folder) == ["AUD_ROOT", "AUD_DAY_FILE", "AUD_RECEIPTS_FILE"]


def test_changed_checkpoints_are_found(folder: Path) -> None:
    file = folder / "so-cai" / ROUND.id / "checkpoints.txt"
    whole = file.read_text("utf-8")
    edit(file, f"day {DAYS[1]} 20", f"day {DAYS[1]} 19")
    assert codes(folder) == ["AUD_CHECKPOINTS_DIFFER", "LED_SIGNATURE", "AUD_DAY_FILE"]
    file.write_text(whole.replace("hailong/dot-1", "hailong/dot-2"), "utf-8")
    assert codes(folder)[:3] == ["AUD_CHECKPOINTS_DIFFER", "AUD_OTHER_ROUND", "AUD_OTHER_ROUND"]
    first, second = whole.split("\n\nhailong")
    file.write_text(f"hailong{second}\n\n{first}\n", "utf-8")
    assert "AUD_ORDER" in codes(folder)
    file.unlink()
    assert codes(folder) == ["AUD_NO_CHECKPOINTS"]


def test_two_receipts_cannot_be_joined_to_one_leaf(folder: Path) -> None:
    edit(folder / "so-cai" / ROUND.id / "receipts" / f"{DAYS[1]}.txt", VICTIM.receipt_hash, slip(25).receipt_hash)
    assert codes(folder) == ["AUD_RECEIPTS_FILE"]


def test_another_key_is_found(folder: Path) -> None:
    (folder / "signing.key").write_bytes(b"k" * 32)
    assert codes(folder) == ["LED_SIGNATURE", "LED_SIGNATURE"]


# --- The owner with the signing key, who writes everything anew: only what somebody kept elsewhere tells.


@pytest.fixture
def rewritten(folder: Path) -> Path:
    delete(path(folder), ROW)
    with owner(path(folder)) as connection:
        connection.execute("DELETE FROM checkpoints")
    shutil.rmtree(folder / "so-cai")
    with opened(folder) as store:
        for now in (FIRST, SECOND):
            close_days(store, folder, signing_key(folder, os.urandom), now)
    return folder


def test_a_ledger_written_anew_differs_from_a_kept_checkpoint(rewritten: Path, closed: Path) -> None:
    kept = (closed / "so-cai" / ROUND.id / "checkpoints.txt").read_text("utf-8")
    assert codes(rewritten) == []
    assert codes(rewritten, against=kept) == ["AUD_REWRITTEN"]
    told = audit_text(run(rewritten, against=kept), "vi")
    assert f"Những ngày có số phiếu khác: {DAYS[1]} (20 → 19)" in told
    latest = kept[kept.rindex("hailong/dot-1\n") :]
    assert codes(rewritten, against=latest) == ["AUD_REWRITTEN"]
    assert codes(closed, against=kept) == codes(closed, against=latest) == []


def test_a_kept_copy_of_the_public_files_names_the_slip(rewritten: Path, closed: Path) -> None:
    public = public_bytes(signing_key(closed, os.urandom))
    with opened(rewritten) as store:
        done = audit(store, closed / "so-cai", public, TODAY)
    problems = done.rounds[0].findings
    assert [problem.code for problem in problems] == ["AUD_CHECKPOINTS_DIFFER", "AUD_REMOVED"]
    assert problems[1].values["leaf"] == LEAF


def test_an_older_copy_of_the_public_files_is_as_good_for_its_days(folder: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(folder / "so-cai", older)
    file = older / ROUND.id / "checkpoints.txt"
    file.write_text(file.read_text("utf-8").split("\n\nhailong")[0] + "\n", "utf-8")
    assert codes(folder, published=older) == []
    delete(path(folder), ROW)
    assert codes(folder, published=older) == ["AUD_REMOVED"]


def test_what_is_kept_must_itself_be_signed(folder: Path, closed: Path) -> None:
    kept = (closed / "so-cai" / ROUND.id / "checkpoints.txt").read_text("utf-8")
    assert codes(folder, against="no checkpoint") == ["AUD_AGAINST_EMPTY"]
    assert codes(folder, against=kept.replace("\n60\n", "\n61\n")) == ["AUD_AGAINST_NOTE"]


def test_a_round_that_is_gone_altogether_is_missed(folder: Path, closed: Path) -> None:
    kept = (closed / "so-cai" / ROUND.id / "checkpoints.txt").read_text("utf-8")
    with owner(path(folder)) as connection:
        for table in ("responses", "checkpoints", "round_settings", "rounds"):
            connection.execute(f"DELETE FROM {table}")
    assert codes(folder, against=kept) == ["AUD_ROUND_GONE"]


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    """Slips on two days; the next two were closed as quiet in a second run."""
    folder = tmp_path / "quiet"
    folder.mkdir()
    fill(path(folder), [slip(number, day=DAYS[number % 2]) for number in range(1, 41)])
    for day in (4, 6):
        closing(folder, datetime(2026, 11, day, 1, tzinfo=VIETNAM))
    return folder


BACK_DATED = [slip(number, day=DAYS[2]) for number in range(100, 115)]


def kept_text(folder: Path) -> str:
    return (folder / "so-cai" / ROUND.id / "checkpoints.txt").read_text("utf-8")


def test_slips_under_quiet_days_that_were_closed_anew_differ_from_a_kept_checkpoint(quiet: Path) -> None:
    kept = kept_text(quiet)
    with owner(path(quiet)) as connection:
        connection.execute(f"DELETE FROM checkpoints WHERE through = '{DAYS[3]}'")
    for new in BACK_DATED:
        insert(path(quiet), new)
    shutil.rmtree(quiet / "so-cai")
    closing(quiet, datetime(2026, 11, 6, 1, tzinfo=VIETNAM))
    assert codes(quiet) == []
    assert codes(quiet, against=kept) == ["AUD_REWRITTEN"]


@pytest.mark.parametrize("order", [(4, 2), (2, 4), (2,)])
def test_no_later_checkpoint_can_put_slips_under_a_closed_quiet_day(quiet: Path, order: tuple[int, ...]) -> None:
    """The owner with the key signs one more checkpoint, which names the quiet day again, in whatever order."""
    kept, public = kept_text(quiet), quiet / "so-cai" / ROUND.id
    days = {DAYS[2]: BACK_DATED, DAYS[4]: [slip(200, day=DAYS[4])]}
    log = Frontier()
    for day in (DAYS[0], DAYS[1]):
        log.extend(leaf_hash(bytes.fromhex(leaf)) for leaf in read_leaves(public, day) or ())
    for new in (new for at in order for new in days[DAYS[at]]):
        insert(path(quiet), new)
    for at in order:
        leaves = sorted(new.commitment for new in days[DAYS[at]])
        log.extend(leaf_hash(bytes.fromhex(leaf)) for leaf in leaves)
        leaves_file(public, DAYS[at]).write_text(lines(leaves), "utf-8")
    named = tuple((DAYS[at], len(days[DAYS[at]])) for at in order)
    head = Head(origin="hailong/dot-1", size=log.size, root=log.root(), days=(*named, (DAYS[5], 0)))
    note = sign_checkpoint(signing_key(quiet, os.urandom), head)
    with opened(quiet) as store:
        store.add_checkpoint(
            Checkpoint(round_id=ROUND.id, through=DAYS[5], size=head.size, root=head.root.hex(), note=note)
        )
        (public / "checkpoints.txt").write_text(
            join_notes([each.note for each in store.checkpoints(ROUND.id)]), "utf-8"
        )
    assert kept_text(quiet).startswith(kept)
    assert codes(quiet)
    assert {"AUD_REWRITTEN", "LED_NOTE"} & set(codes(quiet, against=kept))


def test_a_public_ledger_of_a_round_that_the_store_does_not_know_is_found_without_a_kept_file(
    folder: Path, tmp_path: Path
) -> None:
    kept = Path(shutil.copytree(folder / "so-cai", tmp_path / "kept"))
    (folder / "so-cai" / ROUND.id).rename(folder / "so-cai" / "dot-9")
    assert codes(folder) == ["AUD_ROUND_GONE", "AUD_NO_CHECKPOINTS", *["AUD_FILE_MISSING"] * 7]
    with owner(path(folder)) as connection:
        for table in ("responses", "checkpoints", "round_settings", "rounds"):
            connection.execute(f"DELETE FROM {table}")
    assert codes(folder, published=kept) == ["AUD_ROUND_GONE"]
