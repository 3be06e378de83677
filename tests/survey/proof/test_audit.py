"""Whoever changes what was received is found and named, row and leaf; an honest store is found clean."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from survey.clock import VIETNAM
from survey.ledger import Frontier, Head, join_notes, leaf_hash, public_bytes, sign_checkpoint, signing_key
from survey.proof import match
from survey.proof.audit import Audit, audit
from survey.proof.audit_text import audit_text
from survey.proof.closing import close_days
from survey.proof.overdue import overdue
from survey.proof.published import leaves_file, lines, read_leaves
from survey.response import Response
from survey.store import Checkpoint, VoidAct
from tests.survey.builders import ROUND
from tests.survey.proof.conftest import COUNT
from tests.survey.proof.slips import (
    DAYS,
    FIRST,
    SECOND,
    copied,
    delete,
    fill,
    insert,
    opened,
    owner,
    rewrite,
    slip,
)

TODAY = date(2026, 11, 9)
VICTIM = slip(17)  # of the second day, at P01, without flags
FORGED = slip(999_999, day=DAYS[1])


def run(folder: Path, published: Path | None = None, **more: Any) -> Audit:
    public = public_bytes(signing_key(folder, os.urandom))
    with opened(folder) as store:
        return audit(store, published or folder / "so-cai", public, TODAY, **more)


def found(folder: Path, **more: Any) -> list[tuple[str, object, object]]:
    """Code, row and leaf of each finding."""
    done = run(folder, **more)
    problems = [*done.findings, *(problem for each in done.rounds for problem in each.findings)]
    for language in ("vi", "en"):
        assert "?" not in audit_text(done, language)
    assert done.clean == (not problems)
    return [(problem.code, problem.values.get("row"), problem.values.get("leaf")) for problem in problems]


def path(folder: Path) -> Path:
    return folder / "hailong.sqlite3"


Found = list[tuple[str, object, object]]
Harm = Callable[[Path, Response], None]


def forged(victim: Response) -> Response:
    """A slip of the owner's own on the victim's day."""
    return slip(999_999, id=victim.id[::-1], receipt_hash=victim.receipt_hash[::-1], day=victim.day)


def change(cunning: bool, **fields: Any) -> Harm:
    def harm(folder: Path, victim: Response) -> None:
        rewrite(path(folder), victim.id, lambda row: replace(row, **fields), cunning=cunning)

    return harm


def copy_of_a_slip(folder: Path, victim: Response) -> None:
    insert(path(folder), replace(victim, id="c" * 32, key_hash="c" * 64, receipt_hash="c" * 64))


def swapped(folder: Path, victim: Response) -> None:
    delete(path(folder), victim.id)
    new = forged(victim)
    insert(path(folder), replace(new, key_hash=victim.key_hash))


def told(code: str) -> Callable[[Response], Found]:
    return lambda victim: [(code, victim.id, victim.commitment)]


def inserted(victim: Response) -> Found:
    new = forged(victim)
    return [("AUD_INSERTED", new.id, new.commitment)]


def removed(victim: Response) -> Found:
    return [("AUD_REMOVED", None, victim.commitment)]


HARM: dict[str, tuple[Harm, Callable[[Response], Found]]] = {
    "delete": (lambda folder, victim: delete(path(folder), victim.id), removed),
    "insert": (lambda folder, victim: insert(path(folder), forged(victim)), inserted),
    "swap": (swapped, lambda victim: [*inserted(victim), *removed(victim)]),
    "copy": (copy_of_a_slip, lambda victim: [("AUD_TWICE", "c" * 32, victim.commitment)]),
    "garbage": (change(False, salt="no hex", commitment="no hex"), told("AUD_CHANGED")),
}
for sort, cunning in (("", False), (", leaf and all", True)):
    HARM |= {
        f"edit answers{sort}": (change(cunning, answers={"used": "1", "q1": "9"}), told("AUD_CHANGED")),
        f"edit place{sort}": (change(cunning, place="P02"), told("AUD_MOVED_PLACE")),
        f"edit flags{sort}": (change(cunning, flags=("fast",)), told("AUD_ENTRY")),
        f"edit channel and answers{sort}": (
            change(cunning, channel="kiosk", answers={"used": "2"}),
            told("AUD_CHANGED"),
        ),
        f"back-date{sort}": (change(cunning, day=DAYS[0]), told("AUD_MOVED_DAY")),
        f"move to a later closed day{sort}": (change(cunning, day=DAYS[5]), told("AUD_MOVED_DAY")),
        f"move to an open day{sort}": (change(cunning, day=DAYS[7]), told("AUD_MOVED_DAY")),
    }
ROW, LEAF = VICTIM.id, VICTIM.commitment


def test_an_honest_store_is_clean_and_its_slips_are_counted(folder: Path) -> None:
    done = run(folder)
    (round_,) = done.rounds
    assert done.clean
    assert (round_.through, round_.size) == (DAYS[6], COUNT * 7 // 8)
    assert round_.open_days == {DAYS[7]: COUNT // 8}
    assert {unit.unit: (unit.received, unit.voided, unit.erased, unit.used) for unit in round_.units} == {
        "U1": (107, 0, 0, 107),
        "U2": (53, 0, 0, 53),
    }
    text = audit_text(done, "vi")
    assert "Sổ đã khóa đến ngày 2026-11-08: 140 phiếu" in text
    assert "Tổng cộng: nhận 160, hủy 0, xóa theo hạn 0, sử dụng 160" in text
    assert "mọi phiếu đã khóa sổ còn nguyên như khi được gửi." in text
    assert text.endswith("không nói gì về nội dung của phiếu đã xóa theo hạn và về phiếu của ngày chưa khóa sổ.")
    assert done.rounds[0].notes == ()


@pytest.mark.parametrize("harm", HARM)
def test_whatever_the_files_owner_does_is_found_and_named(folder: Path, harm: str) -> None:
    do, expected = HARM[harm]
    do(folder, VICTIM)
    assert found(folder) == expected(VICTIM)


@pytest.mark.slow
def test_in_a_hundred_thousand_slips_everything_is_found_at_once_and_in_half_a_minute(
    large: Path, tmp_path: Path
) -> None:
    assert run(large).clean
    mine, expected = copied(large, tmp_path / "mine"), Found()
    victims = (number for number in range(17, 100_000, 8) if number % 3 and number % 7)  # like VICTIM
    for (do, tells), number in zip(HARM.values(), victims, strict=False):
        do(mine, slip(number))
        expected += tells(slip(number))
    start = time.process_time()
    assert sorted(found(mine), key=str) == sorted(expected, key=str)
    assert time.process_time() - start < 30


def test_where_a_slip_was_moved_to_is_told(folder: Path) -> None:
    change(True, place="P02")(folder, VICTIM)
    text = audit_text(run(folder), "en")
    assert (
        f"Slip {ROW} (day {DAYS[1]}) was moved to another place: leaf {LEAF} is of U1 (P01), now it says U2 (P02)"
        in text
    )
    assert "FOUND 1 things" in text


def test_a_slip_of_an_open_day_must_fit_itself(folder: Path) -> None:
    today = slip(7)
    assert today.day == DAYS[7]
    rewrite(path(folder), today.id, lambda row: replace(row, answers={"q1": "1"}), cunning=False)
    assert found(folder) == [("AUD_CHANGED", today.id, today.commitment)]


def test_several_changes_are_all_named(folder: Path) -> None:
    other = slip(25)
    change(True, place="P02")(folder, VICTIM)
    delete(path(folder), other.id)
    insert(path(folder), FORGED)
    assert sorted(found(folder), key=str) == sorted(
        [
            ("AUD_MOVED_PLACE", ROW, LEAF),
            ("AUD_REMOVED", None, other.commitment),
            ("AUD_INSERTED", FORGED.id, FORGED.commitment),
        ],
        key=str,
    )


# --- The public files.


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")


def codes(folder: Path, **more: Any) -> list[str]:
    return [code for code, _, _ in found(folder, **more)]


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


def closing(folder: Path, now: datetime) -> None:
    with opened(folder) as store:
        close_days(store, folder, signing_key(folder, os.urandom), now)


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


def test_a_day_with_slips_that_is_not_closed_in_time_is_found_and_told(folder: Path) -> None:
    public = public_bytes(signing_key(folder, os.urandom))
    with opened(folder) as store:
        for days, late in ((2, False), (3, True)):
            today = date(2026, 11, 9) + timedelta(days=days)
            done = audit(store, folder / "so-cai", public, today)
            assert [problem.code for problem in done.rounds[0].findings] == ["AUD_NOT_CLOSED"] * late
            noon = datetime(today.year, today.month, today.day, 12, tzinfo=VIETNAM)
            assert overdue(store, noon) == (ROUND.name,) * late


def test_many_changed_slips_are_all_named_but_only_some_of_them_looked_into(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match, "_MOST_TRIED", 3)
    victims = [slip(number) for number in (1, 17, 25, 41, 65)]
    for victim in victims:
        rewrite(path(folder), victim.id, lambda row: replace(row, channel="kiosk"), cunning=False)
    named = found(folder)
    assert {row for _, row, _ in named} == {victim.id for victim in victims}
    assert [code for code, _, _ in named] == ["AUD_ENTRY"] * 3 + ["AUD_CHANGED"] * 2


def test_a_change_of_the_rounds_settings_is_noted_and_no_finding(folder: Path) -> None:
    with opened(folder) as store:
        store.save_round(replace(ROUND, closes=date(2026, 12, 31)))
    assert codes(folder) == []
    assert [note.values["days"] for note in run(folder).rounds[0].notes] == [DAYS[6]]
    assert f"sau lần chốt đến ngày: {DAYS[6]}" in audit_text(run(folder), "vi")
    closing(folder, datetime(2026, 11, 10, 1, tzinfo=VIETNAM))
    assert [note.values["days"] for note in run(folder).rounds[0].notes] == [DAYS[6]], "it stays in the record"


# --- Voids and erasures.


def act(step: str, actor: str, number: int) -> VoidAct:
    reason = "" if actor == "citizen" else "Phiếu nhập hai lần"
    return VoidAct(id=f"{number:032x}", response_id=ROW, act=step, reason=reason, actor=actor, day=DAYS[7])  # type: ignore[arg-type]


def test_voided_slips_stay_counted_and_are_no_finding(folder: Path) -> None:
    with opened(folder) as store:
        store.add_void_act(act("ask", "Lan", 1))
        store.add_void_act(act("refuse", "Bình", 2))
        store.add_void_act(act("ask", "citizen", 3))
        store.add_void_act(act("approve", "Bình", 4))
    assert codes(folder) == []
    unit = run(folder).rounds[0].units[0]
    assert (unit.unit, unit.received, unit.voided, unit.used) == ("U1", 107, 1, 106)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("ask", "Lan"), ("approve", "Lan")], "AUD_VOID_ONE_PERSON"),
        ([("approve", "Lan")], "AUD_VOID_NOT_ASKED"),
        ([("ask", "Lan"), ("refuse", "Bình"), ("approve", "Bình")], "AUD_VOID_NOT_ASKED"),
    ],
)
def test_a_void_without_two_persons_is_found(folder: Path, rows: list[tuple[str, str]], code: str) -> None:
    with owner(path(folder)) as connection:
        for number, (step, actor) in enumerate(rows):
            made = act(step, actor, number)
            connection.execute(
                "INSERT INTO voids (response_id, step, id, act, reason, actor, day) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (made.response_id, number, made.id, made.act, made.reason, made.actor, made.day),
            )
    assert found(folder) == [(code, ROW, None)]


@pytest.fixture
def voided(folder: Path) -> Path:
    """A void of the eighth day, bound by the checkpoint of that day's closing."""
    with opened(folder) as store:
        store.add_void_act(act("ask", "Lan", 1))
        store.add_void_act(act("approve", "Bình", 2))
    assert codes(folder) == []
    closing(folder, datetime(2026, 11, 10, 1, tzinfo=VIETNAM))
    assert codes(folder) == []
    return folder


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM voids",
        "DELETE FROM voids WHERE act = 'approve'",
        "UPDATE voids SET actor = 'Chi' WHERE act = 'ask'",
        "UPDATE voids SET day = '2026-11-30' WHERE act = 'approve'",
        "INSERT INTO voids (id, response_id, step, act, reason, actor, day) "
        f"VALUES ('{'e' * 32}', '{slip(25).id}', 0, 'ask', 'Phiếu nhập hai lần', 'Lan', '{DAYS[4]}')",
    ],
)
def test_acts_of_voiding_under_a_closed_day_cannot_be_changed_taken_away_or_added(voided: Path, harm: str) -> None:
    with owner(path(voided)) as connection:
        connection.execute(harm)
    assert codes(voided) == ["AUD_VOIDS_CHANGED"]


def test_acts_after_a_rounds_end_are_bound_by_further_checkpoints(folder: Path) -> None:
    late = datetime(2027, 1, 20, 1, tzinfo=VIETNAM)
    closing(folder, late)
    with opened(folder) as store:
        assert store.checkpoints(ROUND.id)[-1].through == "2026-11-30"
        store.add_void_act(replace(act("ask", "Lan", 1), day="2027-01-20"))
    closing(folder, late + timedelta(days=1))
    closing(folder, late + timedelta(days=2))
    with opened(folder) as store:
        assert [each.through for each in store.checkpoints(ROUND.id)][-2:] == ["2026-11-30", "2027-01-20"]
    assert codes(folder) == []
    with owner(path(folder)) as connection:
        connection.execute("DELETE FROM voids")
    assert codes(folder) == ["AUD_VOIDS_CHANGED"]


def erase(folder: Path, where: str) -> None:
    with owner(path(folder)) as connection:
        connection.execute(f"UPDATE responses SET answers = '{{}}', salt = '' WHERE {where}")


def test_answers_erased_before_their_time_or_only_some_of_them_are_found(folder: Path) -> None:
    close_the_rest(folder)
    erase(folder, f"id = '{ROW}'")
    assert codes(folder) == ["AUD_ERASED_EARLY"]
    assert audit_some_years_later(folder) == ["AUD_ERASED_SOME"]


def close_the_rest(folder: Path) -> None:
    with opened(folder) as store:
        close_days(store, folder, signing_key(folder, os.urandom), datetime(2026, 12, 2, tzinfo=VIETNAM))


def audit_some_years_later(folder: Path) -> list[str]:
    public = public_bytes(signing_key(folder, os.urandom))
    with opened(folder) as store:
        later = audit(store, folder / "so-cai", public, date(2031, 12, 1))
    return [problem.code for problem in later.rounds[0].findings]


def test_after_the_rounds_years_the_leaves_stand_and_the_answers_are_gone(folder: Path) -> None:
    close_the_rest(folder)
    with opened(folder) as store:
        assert store.erase(ROUND.id, "2031-12-01", "Hết hạn lưu giữ") == COUNT
    assert audit_some_years_later(folder) == []
    public = public_bytes(signing_key(folder, os.urandom))
    with opened(folder) as store:
        later = audit(store, folder / "so-cai", public, date(2031, 12, 1))
    assert later.rounds[0].size == COUNT
    assert "160 phiếu đã xóa nội dung theo hạn lưu giữ: lá vẫn còn" in audit_text(later, "vi")


def test_an_erased_slip_that_has_answers_again_is_found(folder: Path) -> None:
    close_the_rest(folder)
    erase(folder, "1")
    with owner(path(folder)) as connection:
        connection.execute("UPDATE responses SET answers = ? WHERE id = ?", ('{"q1": "5"}', ROW))
    assert audit_some_years_later(folder) == ["AUD_ERASED_FILLED"]


def test_an_erased_slip_cannot_be_taken_away_moved_or_added(folder: Path) -> None:
    close_the_rest(folder)
    erase(folder, "1")
    assert audit_some_years_later(folder) == []
    delete(path(folder), slip(25).id)
    with owner(path(folder)) as connection:
        connection.execute("UPDATE responses SET day = ? WHERE id = ?", (DAYS[3], ROW))
    insert(path(folder), replace(FORGED, salt="", answers={}))
    assert sorted(audit_some_years_later(folder)) == ["AUD_INSERTED", "AUD_MOVED_DAY", "AUD_REMOVED"]
