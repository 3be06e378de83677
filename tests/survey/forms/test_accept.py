import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

import pytest

from survey.errors import Refused
from survey.forms.accept import CHANNELS, ENTERED, LONGEST_INTERVIEWER, Accepted, Submission, accept
from survey.forms.flags import Recent
from survey.invitations import code_hash, hashed, new_codes
from survey.keys import key_hash
from survey.ledger import commitment, receipt_code, receipt_hash
from survey.questionnaire import Option, Scale, Section
from survey.rating import asked_in
from survey.response import Response
from survey.round import NOTICE, Desk, Rated, Round
from survey.store import Store
from tests.hostile import HOSTILE, REFUSED, accepted
from tests.survey.builders import (
    GOOD,
    LEVELS,
    NOON,
    QUESTIONNAIRE,
    ROUND,
    counting,
    form_key,
    furnished,
    question,
    submission,
)


@pytest.fixture
def store(tmp_path: Path):
    with furnished(tmp_path / "kho.db") as store:
        yield store


def take(
    store: Store,
    sent: Submission,
    now: datetime = NOON,
    round_: Round = ROUND,
    secret: bytes | None = None,
    recent: Recent | None = None,
) -> Accepted:
    return accept(store, round_, QUESTIONNAIRE, sent, now=now, random=token_bytes, secret=secret, recent=recent)


def taken(
    store: Store, sent: Submission, now: datetime = NOON, round_: Round = ROUND, secret: bytes | None = None
) -> Response:
    take(store, sent, now, round_, secret)
    (slip,) = store.responses(ROUND.id)
    return slip


def codes(store: Store, sent: Submission, now: datetime = NOON, round_: Round = ROUND) -> list[str]:
    with pytest.raises(Refused) as caught:
        take(store, sent, now, round_)
    assert store.counts(ROUND.id).total == 0
    assert caught.value.say("vi")
    return [problem.code for problem in caught.value.problems]


def codes_of(store: Store, sent: Submission) -> list[str]:
    """As `codes`, where there may be slips already."""
    with pytest.raises(Refused) as caught:
        take(store, sent, secret=SECRET)
    return [problem.code for problem in caught.value.problems]


def test_an_accepted_slip_says_all_that_is_kept_and_proves_it(store: Store) -> None:
    sent = submission(1, opened_at=NOON - timedelta(minutes=4, seconds=13))
    done = accept(store, ROUND, QUESTIONNAIRE, sent, now=NOON, random=counting())
    (slip,) = store.responses(ROUND.id)
    assert done == Accepted(receipt=receipt_code(form_key(1)), already=False)
    assert slip == Response(
        id=f"{1:032x}",
        round_id="dot-1",
        questionnaire=QUESTIONNAIRE.content_hash(),
        answers={"used": "1", "ways": ("web", "desk"), "times": 3, "q1": "5", "comment": "Rất tốt"},
        place="P01",
        channel="link",
        language="vi",
        day="2026-11-21",
        duration="3-10",
        flags=(),
        consent=NOTICE,
        key_hash=key_hash(form_key(1)),
        salt=f"{2:032x}",
        commitment=commitment(slip),
        receipt_hash=receipt_hash(done.receipt),
    )
    assert store.receipt_state(receipt_hash(done.receipt)).day == "2026-11-21"


def test_the_file_holds_neither_key_nor_receipt_nor_the_minute(tmp_path: Path) -> None:
    now = datetime(2026, 11, 21, 5, 17, 43, tzinfo=UTC)
    with furnished(tmp_path / "kho.db") as store:
        done = take(store, submission(1, opened_at=now - timedelta(minutes=3, seconds=29)), now)
    content = (tmp_path / "kho.db").read_bytes()
    assert b"2026-11-21T12" in content  # the hourly count, so the search below does look at the right bytes
    for secret in (form_key(1), done.receipt, "12:17", "05:17", "12:14", "T12:"):
        assert secret.encode() not in content


def test_a_second_sending_gets_the_same_receipt_and_makes_no_second_row(store: Store) -> None:
    first = take(store, submission(1))
    second = take(store, submission(1, answers={"used": "2"}))
    assert second == Accepted(receipt=first.receipt, already=True)
    assert store.counts(ROUND.id).total == 1


def test_a_stored_key_is_acknowledged_even_after_the_round_closed_and_with_other_answers(store: Store) -> None:
    first = take(store, submission(1))
    again = take(store, submission(1, answers={"nonsense": 1}, place="gone"), NOON + timedelta(days=90))
    assert again == Accepted(receipt=first.receipt, already=True)


def test_who_crashes_between_commit_and_reply_gets_the_same_receipt_on_retry(store: Store) -> None:
    class Crash(Exception):
        pass

    class Dying:
        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def add(self, *args: object, **named: object) -> bool:
            store.add(*args, **named)  # type: ignore[arg-type]
            raise Crash

    with pytest.raises(Crash):
        take(Dying(), submission(1))  # type: ignore[arg-type]
    assert take(store, submission(1)) == Accepted(receipt=receipt_code(form_key(1)), already=True)
    assert store.counts(ROUND.id).total == 1


def test_twenty_at_once_with_one_key_make_one_row_and_all_get_the_receipt(store: Store) -> None:
    results: list[Accepted] = []
    ready = threading.Barrier(20)
    random = counting()

    def send() -> None:
        ready.wait()
        results.append(accept(store, ROUND, QUESTIONNAIRE, submission(1), now=NOON, random=random))

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.already for result in results) == [False] + [True] * 19
    assert {result.receipt for result in results} == {receipt_code(form_key(1))}
    assert store.counts(ROUND.id).total == 1
    assert store.hours(ROUND.id) == {("P01", "2026-11-21T12"): 1}


def test_everything_that_is_wrong_is_told_at_once(store: Store) -> None:
    sent = submission(1, answers={"used": "1", "q1": "9"}, place="P99", channel="fax")
    later = NOON + timedelta(days=30)
    assert codes(store, sent, later) == ["FRM_CLOSED", "FRM_CHANNEL", "FRM_PLACE_UNKNOWN", "ANS_UNKNOWN_OPTION"]


def test_the_round_is_open_by_the_day_in_vietnam(store: Store) -> None:
    last = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)  # 23:59 in Vietnam
    assert codes(store, submission(1), last + timedelta(minutes=1)) == ["FRM_CLOSED"]
    first = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)  # 00:00 on 1 November in Vietnam
    assert codes(store, submission(1), first - timedelta(minutes=1)) == ["FRM_NOT_OPEN_YET"]
    take(store, submission(1), first)
    take(store, submission(2), last)
    assert store.counts(ROUND.id).days == {"2026-11-01": 1, "2026-11-30": 1}


def test_the_closing_message_says_when_and_whom_to_ask(store: Store) -> None:
    with pytest.raises(Refused) as caught:
        take(store, submission(1), NOON + timedelta(days=30))
    assert "30/11/2026" in caught.value.say("vi")
    assert "Sở Nội vụ, 0205 000 000" in caught.value.say("vi")


def test_a_place_is_needed_where_the_round_has_places_and_only_there(store: Store) -> None:
    assert codes(store, submission(1, place=None)) == ["FRM_PLACE_MISSING"]
    everywhere = replace(ROUND, places=())
    assert codes(store, submission(1), round_=everywhere) == ["FRM_PLACE_UNKNOWN"]
    assert taken(store, submission(1, place=None), round_=everywhere).place is None


def test_another_questionnaire_than_the_rounds_is_refused(store: Store) -> None:
    other = replace(QUESTIONNAIRE, version="2")
    with pytest.raises(Refused, match="replaced by a newer version"):
        accept(store, ROUND, other, submission(1), now=NOON, random=counting())
    accept(store, ROUND, replace(QUESTIONNAIRE), submission(1), now=NOON, random=counting())  # equal is enough


def test_a_slip_without_any_answer_is_refused(tmp_path: Path) -> None:
    optional = replace(QUESTIONNAIRE, sections=QUESTIONNAIRE.sections[2:])
    round_ = replace(ROUND, questionnaire=optional.content_hash())
    with Store.open(tmp_path / "kho.db") as store:
        store.add_questionnaire(optional, b"")
        store.save_round(round_)
        for answers in ({}, {"comment": " \u202e "}, {"comment": None}):
            with pytest.raises(Refused, match="no answers yet"):
                accept(store, round_, optional, submission(1, answers=answers), now=NOON, random=counting())


@pytest.mark.parametrize("key", ["", "k" * 41])
def test_a_key_that_could_be_guessed_is_refused(store: Store, key: str) -> None:
    assert codes(store, submission(1, key=key)) == ["FRM_KEY"]


def test_a_language_that_is_not_offered_becomes_vietnamese(store: Store) -> None:
    assert taken(store, submission(1, language="fr")).language == "vi"


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
def test_a_slip_names_the_notice_its_form_showed_and_an_imported_one_its_rounds(store: Store, channel: str) -> None:
    code = invite(store) if channel == "invited" else None
    sent = submission(1, channel=channel, interviewer="A", invitation=code)
    assert ROUND.consent != NOTICE
    assert taken(store, sent, secret=SECRET).consent == (ROUND.consent if channel == "import" else NOTICE)


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


def test_times_without_a_zone_are_a_mistake_of_the_caller(store: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        take(store, submission(1), datetime(2026, 11, 21, 12, 0))
    with pytest.raises(ValueError, match="time zone"):
        take(store, submission(1, opened_at=datetime(2026, 11, 21, 12, 0)))


def test_nothing_is_acknowledged_when_the_disk_is_full(store: Store) -> None:
    pages = store._writer.exec_driver_sql("PRAGMA page_count").scalar_one()
    store._writer.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    store._writer.rollback()
    acknowledged, refused = 0, []
    for number in range(1, 200):
        try:
            take(store, submission(number))
            acknowledged += 1
        except Refused as error:
            refused += [problem.code for problem in error.problems]
    assert set(refused) == {"STO_FULL"}
    assert acknowledged + len(refused) == 199
    assert store.counts(ROUND.id).total == acknowledged


def test_hostile_texts_reach_the_store_clean_and_come_back_equal_after_reopening(tmp_path: Path) -> None:
    random = counting()
    sent = {name: form_key(number) for number, name in enumerate(HOSTILE)}
    with furnished(tmp_path / "kho.db") as store:
        for name, key in sent.items():
            hostile = submission(key=key, answers={"used": "2", "comment": HOSTILE[name]})
            if name in REFUSED:
                with pytest.raises(Refused) as caught:
                    accept(store, ROUND, QUESTIONNAIRE, hostile, now=NOON, random=random)
                assert re.search(r"dài quá 2000 ký tự, thừa \d+ ký tự", caught.value.say("vi"))
            else:
                accept(store, ROUND, QUESTIONNAIRE, hostile, now=NOON, random=random)
    with Store.open(tmp_path / "kho.db") as store:
        slips = {slip.key_hash: slip for slip in store.responses(ROUND.id)}
    assert len(slips) == len(HOSTILE) - len(REFUSED)
    for name in HOSTILE.keys() - REFUSED:
        slip = slips[key_hash(sent[name])]
        assert slip.answers.get("comment", "") == accepted(name)
        assert commitment(slip) == slip.commitment


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_in_every_other_field_are_refused_or_harmless(store: Store, name: str) -> None:
    text = HOSTILE[name]
    assert codes(store, submission(1, place=text)) == ["FRM_PLACE_UNKNOWN"]
    assert codes(store, submission(1, channel=text)) == ["FRM_CHANNEL"]
    assert "ANS_UNKNOWN_QUESTION" in codes(store, submission(1, answers={text: text, "used": text}))
    assert taken(store, submission(1, language=text, key=text.ljust(42, "k"))).language == "vi"


# Where a slip comes from

SECRET = bytes(32)
DESKS = (Desk(code="Q1", name="Quầy 1", place="P01"), Desk(code="Q2", name="Quầy 2", place="P02"))
WITH_DESKS = replace(ROUND, desks=DESKS)


def invite(store: Store, place: str | None = None, round_: Round = ROUND) -> str:
    (issued,) = new_codes({place: 1}, token_bytes)
    store.add_invitations(round_.id, hashed(SECRET, [issued]))
    return issued.code


def test_a_desk_stands_on_the_slip_with_its_place(store: Store) -> None:
    slip = taken(store, submission(1, desk="Q1"), round_=WITH_DESKS)
    assert (slip.place, slip.desk) == ("P01", "Q1")
    take(store, submission(2, place=None, desk="Q2"), round_=WITH_DESKS)
    assert {(slip.place, slip.desk) for slip in store.responses(ROUND.id)} == {("P01", "Q1"), ("P02", "Q2")}


def test_a_desk_of_another_place_or_of_none_is_refused(store: Store) -> None:
    assert codes(store, submission(1, desk="Q2"), round_=WITH_DESKS) == ["FRM_DESK_UNKNOWN"]
    assert codes(store, submission(1, desk="Q9"), round_=WITH_DESKS) == ["FRM_DESK_UNKNOWN"]
    assert codes(store, submission(1, desk="Q1")) == ["FRM_DESK_UNKNOWN"]


@pytest.mark.parametrize("channel", ENTERED)
def test_who_enters_for_somebody_else_is_named(store: Store, channel: str) -> None:
    for nameless in (None, "", " \u202e\t", "x" * (LONGEST_INTERVIEWER + 1), "x" * 10_000):
        assert codes(store, submission(1, channel=channel, interviewer=nameless)) == ["FRM_INTERVIEWER"]
    slip = taken(store, submission(1, channel=channel, interviewer=" Nguyễn\u202e A-12 "))
    assert slip.interviewer == "Nguyễn A-12"
    assert replace(slip, interviewer="B") != slip
    assert commitment(replace(slip, interviewer="B")) != slip.commitment


@pytest.mark.parametrize("channel", [channel for channel in CHANNELS if channel not in (*ENTERED, "invited")])
def test_nobody_else_is_named(store: Store, channel: str) -> None:
    assert taken(store, submission(1, channel=channel, interviewer="Nguyễn A")).interviewer is None


def test_an_invitation_is_burnt_with_the_slip_and_leaves_only_the_channel(store: Store, tmp_path: Path) -> None:
    code = invite(store)
    take(store, submission(1, invitation=f" {code.lower()} "), secret=SECRET)
    (slip,) = store.responses(ROUND.id)
    assert slip.channel == "invited"
    assert store.invitation_counts(ROUND.id) == (1, 1)
    assert code not in repr(slip)
    assert code_hash(SECRET, code) not in repr(slip)
    assert codes_of(store, submission(2, invitation=code)) == ["INV_USED"]
    assert code.encode() not in (tmp_path / "kho.db").read_bytes()


def test_a_retry_with_a_burnt_invitation_gets_its_receipt(store: Store) -> None:
    sent = submission(1, invitation=invite(store))
    first = take(store, sent, secret=SECRET)
    assert take(store, sent, secret=SECRET) == Accepted(receipt=first.receipt, already=True)
    assert store.invitation_counts(ROUND.id) == (1, 1)


def test_twenty_at_once_with_one_invitation_make_one_slip(store: Store) -> None:
    code = invite(store)
    outcomes: list[object] = []
    ready = threading.Barrier(20)

    def send(number: int) -> None:
        ready.wait()
        try:
            outcomes.append(take(store, submission(number, invitation=code), secret=SECRET).already)
        except Refused as refused:
            outcomes.append(refused.problems[0].code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["False"] + ["INV_USED"] * 19
    assert store.counts(ROUND.id).total == 1


def test_the_place_an_invitation_was_issued_for_wins(store: Store) -> None:
    sent = submission(1, invitation=invite(store, "P02"), desk="Q1")
    slip = taken(store, sent, round_=WITH_DESKS, secret=SECRET)
    assert (slip.place, slip.desk) == ("P02", None)


def test_a_slip_that_is_refused_burns_no_invitation(store: Store) -> None:
    code = invite(store)
    assert codes_of(store, submission(1, invitation=code, answers={"used": "9"})) == ["ANS_UNKNOWN_OPTION"]
    assert store.invitation_counts(ROUND.id) == (1, 0)


def test_codes_that_open_nothing_here_are_told_apart(store: Store) -> None:
    elsewhere = replace(ROUND, id="dot-2")
    store.save_round(elsewhere)
    foreign = invite(store, round_=elsewhere)
    (never,) = new_codes({None: 1}, token_bytes)
    said = [codes_of(store, submission(1, invitation=typed)) for typed in (foreign, never.code, "7K3M", "ư" * 12)]
    assert said == [["INV_UNKNOWN"], ["INV_UNKNOWN"], ["INV_LENGTH"], ["INV_LETTER"]]


def test_an_invitation_needs_the_secret(store: Store) -> None:
    with pytest.raises(ValueError, match="secret"):
        take(store, submission(1, invitation=invite(store)))


@pytest.mark.parametrize("channel", [channel for channel in CHANNELS if channel != "import"])
def test_an_invitation_only_round_takes_nobody_without_a_code(store: Store, channel: str) -> None:
    closed = replace(ROUND, invitation_only=True)
    sent = submission(1, channel=channel, interviewer="A")
    assert codes(store, sent, round_=closed) == ["INV_NEEDED"]
    slip = taken(store, replace(sent, invitation=invite(store)), round_=closed, secret=SECRET)
    assert slip.channel == ("invited" if channel in ("open", "link") else channel)


def test_an_invitation_only_round_takes_files_and_an_open_round_no_channel_called_invited(store: Store) -> None:
    assert codes(store, submission(1, channel="invited")) == ["INV_NEEDED"]
    assert taken(store, submission(1, channel="import"), round_=replace(ROUND, invitation_only=True)).flags == ()


# What is marked, and what is hidden


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


def test_a_form_that_repeats_for_rated_offices_is_checked_as_the_round_asks_it(tmp_path: Path) -> None:
    units = Scale(name="units", options=(Option(value="a", label={"vi": "Ví dụ"}),))
    asked = replace(
        QUESTIONNAIRE,
        sections=(
            Section(name="who", label={"vi": "Ai"}, questions=(question("which", "select_multiple", scale=units),)),
            Section(name="rate", label={"vi": "Chấm"}, repeat_over="which", questions=(
                question("c1", "select_one", scale=LEVELS, role="criterion"), question("say", "text"))),
        ),
    )  # fmt: skip
    rated = (Rated(code="snv", name="Sở Nội vụ", kind="so"), Rated(code="syt", name="Sở Y tế", kind="so"))
    round_ = replace(ROUND, questionnaire=asked.content_hash(), rated=rated)
    given = {"which": ["snv"], "c1__snv": "4", "say__snv": "gọi 0912345678", "c1__syt": "1"}
    with Store.open(tmp_path / "kho.db") as store:
        store.add_questionnaire(asked, b"")
        store.save_round(round_)
        for number, questionnaire in enumerate((asked, asked_in(asked, round_), replace(asked))):
            accept(store, round_, questionnaire, submission(number, answers=given), now=NOON, random=token_bytes)
        slips = store.responses(round_.id)
    assert [slip.answers for slip in slips] == [{"which": ("snv",), "c1__snv": "4", "say__snv": "gọi [đã che]"}] * 3
    assert {slip.questionnaire for slip in slips} == {asked.content_hash()}
