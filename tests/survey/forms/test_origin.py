"""Where a slip comes from: desks, who enters for somebody else, invitations that open once."""

import threading
from dataclasses import replace
from pathlib import Path
from secrets import token_bytes

import pytest

from survey.errors import Refused
from survey.forms.accept import CHANNELS, ENTERED, LONGEST_INTERVIEWER, Accepted
from survey.invitations import code_hash, new_codes
from survey.ledger import commitment
from survey.round import Desk
from survey.store import Store
from tests.survey.builders import ROUND, submission
from tests.survey.forms.taking import SECRET, codes, codes_of, invite, take, taken

DESKS = (Desk(code="Q1", name="Quầy 1", place="P01"), Desk(code="Q2", name="Quầy 2", place="P02"))
WITH_DESKS = replace(ROUND, desks=DESKS)


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


def test_a_file_may_name_who_asked(store: Store) -> None:
    assert codes(store, submission(1, channel="import", interviewer="x" * 10_000)) == ["FRM_INTERVIEWER"]
    assert taken(store, submission(1, channel="import", interviewer=" Nguyễn A ")).interviewer == "Nguyễn A"


@pytest.mark.parametrize("channel", [channel for channel in CHANNELS if channel not in (*ENTERED, "invited", "import")])
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
