"""What accept() marks on a slip, never dropping it, and what it hides or makes coarse before anything is stored."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

import pytest

from survey.forms.accept import CHANNELS, ENTERED, accept
from survey.forms.flags import Recent
from survey.keys import key_hash
from survey.ledger import commitment
from survey.questionnaire import Section
from survey.store import Store
from tests.survey.builders import GOOD, NOON, QUESTIONNAIRE, ROUND, form_key, furnished, question, submission
from tests.survey.forms.taking import SECRET, invite, take, taken


def test_the_file_holds_neither_key_nor_receipt_nor_the_minute(tmp_path: Path) -> None:
    now = datetime(2026, 11, 21, 5, 17, 43, tzinfo=UTC)
    with furnished(tmp_path / "kho.db") as store:
        done = take(store, submission(1, opened_at=now - timedelta(minutes=3, seconds=29)), now)
    content = (tmp_path / "kho.db").read_bytes()
    assert b"2026-11-21T12" in content  # the hourly count, so the search below does look at the right bytes
    for secret in (form_key(1), done.receipt, "12:17", "05:17", "12:14", "T12:"):
        assert secret.encode() not in content


@pytest.mark.parametrize(
    ("seconds", "band"),
    [
        (None, ""),
        (-1, ""),
        (0, "<1"),
        (59, "<1"),
        (60, "1-3"),
        (179, "1-3"),
        (180, "3-10"),
        (599, "3-10"),
        (600, "10-30"),
        (1799, "10-30"),
        (1800, ">30"),
        (10**6, ">30"),
    ],
)
def test_of_the_elapsed_time_only_the_band_is_kept(store: Store, seconds: int | None, band: str) -> None:
    opened = None if seconds is None else NOON - timedelta(seconds=seconds)
    assert taken(store, submission(1, opened_at=opened)).duration == band


@pytest.mark.parametrize(("seconds", "flags"), [(14, ("fast",)), (15, ())])
def test_under_three_seconds_an_answer_is_flagged_as_fast(store: Store, seconds: int, flags: tuple[str, ...]) -> None:
    slip = taken(store, submission(1, opened_at=NOON - timedelta(seconds=seconds)))
    assert len(slip.answers) == 5
    assert slip.flags == flags


@pytest.mark.parametrize("channel", CHANNELS)
def test_who_answers_alone_and_leaves_out_the_time_of_opening_is_flagged(store: Store, channel: str) -> None:
    alone = channel not in (*ENTERED, "import")
    for number, opened in enumerate((None, NOON + timedelta(seconds=1)), start=1):
        code = invite(store) if channel == "invited" else None
        sent = submission(number, channel=channel, interviewer="A", invitation=code, opened_at=opened)
        slips = {slip.id for slip in store.responses(ROUND.id)}
        accept(store, ROUND, QUESTIONNAIRE, sent, now=NOON, random=token_bytes, secret=SECRET)
        (slip,) = (slip for slip in store.responses(ROUND.id) if slip.id not in slips)
        assert slip.flags == (("no_clock",) if alone else ())


@pytest.mark.parametrize(
    ("local_hour", "flags"), [(5, ("off_hours",)), (6, ()), (21, ()), (22, ("off_hours",)), (0, ("off_hours",))]
)
def test_slips_at_night_in_vietnam_are_flagged(store: Store, local_hour: int, flags: tuple[str, ...]) -> None:
    now = datetime(2026, 11, 21, local_hour, 30, tzinfo=UTC) - timedelta(hours=7)
    assert taken(store, submission(1, opened_at=now - timedelta(minutes=5)), now).flags == flags


def test_an_imported_slip_has_no_hour_and_no_night(store: Store) -> None:
    slip = taken(store, submission(1, channel="import"), NOON + timedelta(hours=11))
    assert slip.flags == ()
    assert store.hours(ROUND.id) == {}


def test_numbers_that_lead_to_a_person_are_hidden_before_anything_is_stored(tmp_path: Path) -> None:
    with furnished(tmp_path / "kho.db") as store:
        answers = {**GOOD, "q1": "1", "why": "Gọi anh 0912.345.678", "comment": "Chờ 15 ngày, mất 1.500.000 đồng"}
        take(store, submission(1, answers=answers))
        (slip,) = store.responses(ROUND.id)
    assert slip.answers["why"] == "Gọi anh [đã che]"
    assert slip.answers["comment"] == answers["comment"]
    assert slip.flags == ("masked",)
    assert commitment(slip) == slip.commitment
    for file in tmp_path.iterdir():
        assert b"0912.345.678" not in file.read_bytes()


def test_the_rated_officers_code_is_asked_for_and_stays(tmp_path: Path) -> None:
    officer = replace(QUESTIONNAIRE, sections=(Section(name="s", label={"vi": "S"}, questions=(
        question("officer", "text", role="officer"), question("comment", "text", role="comment"))),))  # fmt: skip
    round_ = replace(ROUND, questionnaire=officer.content_hash())
    with Store.open(tmp_path / "kho.db") as store:
        store.add_questionnaire(officer, b"")
        store.save_round(round_)
        sent = submission(1, answers={"officer": "0912345678", "comment": "0912345678"})
        accept(store, round_, officer, sent, now=NOON, random=token_bytes)
        (slip,) = store.responses(round_.id)
    assert slip.answers == {"officer": "0912345678", "comment": "[đã che]"}


def test_a_trap_is_marked_and_not_dropped(store: Store) -> None:
    assert taken(store, submission(1, trap=True)).flags == ("trap",)


def test_a_burst_is_marked_from_what_was_stored_and_no_retry_counts(store: Store) -> None:
    recent = Recent(place_limit=2)
    for number in (1, 1, 1, 2, 3):
        take(store, submission(number), recent=recent)
    take(store, submission(4, place="P02"), recent=recent)
    take(store, submission(5, channel="paper", interviewer="A"), recent=recent)
    flagged = {slip.key_hash: slip.flags for slip in store.responses(ROUND.id)}
    assert [flagged[key_hash(form_key(number))] for number in range(1, 6)] == [(), (), ("burst",), (), ()]
