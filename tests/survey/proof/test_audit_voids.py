"""Acts of voiding and erasures are bound too: none is changed, added, taken away or done alone."""

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from survey.clock import VIETNAM
from survey.ledger import public_bytes, signing_key
from survey.proof.audit import audit
from survey.proof.audit_text import audit_text
from survey.proof.closing import close_days
from survey.store import VoidAct
from tests.survey.builders import ROUND
from tests.survey.proof.auditing import FORGED, ROW, closing, codes, found, path, run
from tests.survey.proof.conftest import COUNT
from tests.survey.proof.slips import DAYS, delete, insert, opened, owner, slip


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
