"""The one door: a good slip is stored exactly once with its receipt, a bad one is refused with everything wrong."""

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_bytes

import pytest

from survey.errors import Refused
from survey.forms.accept import CHANNELS, Accepted, accept
from survey.keys import key_hash
from survey.ledger import commitment, receipt_code, receipt_hash
from survey.questionnaire import Option, Scale, Section
from survey.rating import asked_in
from survey.response import Response
from survey.round import NOTICE, Rated
from survey.store import Store
from tests.hostile import HOSTILE, REFUSED, accepted
from tests.survey.builders import (
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
from tests.survey.forms.taking import SECRET, codes, invite, take, taken


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


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_slip_names_the_notice_its_form_showed_and_an_imported_one_its_rounds(store: Store, channel: str) -> None:
    code = invite(store) if channel == "invited" else None
    sent = submission(1, channel=channel, interviewer="A", invitation=code)
    assert ROUND.consent != NOTICE
    assert taken(store, sent, secret=SECRET).consent == (ROUND.consent if channel == "import" else NOTICE)


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
