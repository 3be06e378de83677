"""Whoever changes what was received is found and named, row and leaf; an honest store is found clean."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from survey.clock import VIETNAM
from survey.ledger import public_bytes, signing_key
from survey.proof import match
from survey.proof.audit import audit
from survey.proof.audit_text import audit_text
from survey.proof.overdue import overdue
from survey.response import Response
from tests.survey.builders import ROUND
from tests.survey.proof.auditing import FORGED, LEAF, ROW, VICTIM, Found, closing, codes, found, path, run
from tests.survey.proof.conftest import COUNT
from tests.survey.proof.slips import DAYS, copied, delete, insert, opened, rewrite, slip

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
