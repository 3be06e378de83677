"""Taking a slip out takes two persons and two reasons, and leaves its trace for good."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from survey.errors import Refused
from survey.ledger import grouped
from survey.proof.voiding import CITIZEN, DECIDE_DAYS, Pending, ask, decide, pending, withdraw
from survey.store import Store
from tests.survey.builders import ROUND, counting, furnished
from tests.survey.proof.slips import code_of, slip

TODAY = date(2026, 11, 9)
WHY = "Phiếu này bị nhập hai lần"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = furnished(tmp_path / "hailong.sqlite3")
    for number in (1, 2):
        made.add(slip(number))
    return made


random = counting()


def asking(store: Store, what: str = slip(1).id, reason: str = WHY, actor: str = "Lan") -> Any:
    return ask(store, ROUND.id, what, reason, actor=actor, today=TODAY, random=random)


def deciding(store: Store, *, approve: bool = True, reason: str = WHY, actor: str = "Bình") -> Any:
    return decide(store, ROUND.id, slip(1).id, reason, approve=approve, actor=actor, today=TODAY, random=random)


def refused(do: Callable[..., Any], *given: Any, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        do(*given, **more)
    assert caught.value.say("vi")
    return caught.value.problems[0].code


def waiting(store: Store, today: date = TODAY) -> tuple[Pending, ...]:
    return pending(store.void_acts(ROUND.id), today)


def test_a_slip_that_one_asked_for_and_another_approved_no_longer_counts_but_is_still_counted(store: Store) -> None:
    asking(store)
    assert {row.id for row in store.responses(ROUND.id)} == {slip(1).id, slip(2).id}
    deciding(store)
    assert {row.id for row in store.responses(ROUND.id)} == {slip(2).id}
    assert (store.counts(ROUND.id).total, store.counts(ROUND.id).voided) == (2, 1)
    assert waiting(store) == ()
    assert [(act.act, act.actor, act.reason, act.day) for act in store.void_acts(ROUND.id)] == [
        ("ask", "Lan", WHY, "2026-11-09"),
        ("approve", "Bình", WHY, "2026-11-09"),
    ]


def test_nobody_approves_what_they_asked_for(store: Store) -> None:
    asking(store, actor="Lan")
    assert refused(deciding, store, actor="Lan") == "VOI_SAME"
    assert len(waiting(store)) == 1


def test_a_refusal_leaves_the_slip_in_and_one_may_ask_again(store: Store) -> None:
    asking(store)
    deciding(store, approve=False)
    assert waiting(store) == ()
    assert len(store.responses(ROUND.id)) == 2
    asking(store)
    deciding(store)
    assert len(store.responses(ROUND.id)) == 1
    assert refused(asking, store) == "VOI_DONE"


def test_nothing_is_decided_that_nobody_asked_for_and_nothing_asked_twice(store: Store) -> None:
    assert refused(deciding, store) == "VOI_NOT_ASKED"
    asking(store)
    assert refused(asking, store, actor="Hoa") == "VOI_ASKED"


@pytest.mark.parametrize("reason", ["", "   ", "nhập sai", "\u200b" * 50, "a" * 501])
def test_a_reason_must_say_something_and_not_too_much(store: Store, reason: str) -> None:
    assert refused(asking, store, reason=reason) == "VOI_REASON"
    asking(store)
    assert refused(deciding, store, reason=reason) == "VOI_REASON"


def test_a_slip_is_found_by_its_receipt_the_receipts_qr_or_its_id(store: Store) -> None:
    qr = f"HAILONG1 {ROUND.id} {slip(1).day} {code_of(1)} abc"
    for what in (grouped(code_of(1)).lower(), qr, f" {slip(1).id.upper()} "):
        assert asking(store, what).response_id == slip(1).id
        deciding(store, approve=False)


def test_what_is_no_slip_of_the_round_is_refused(store: Store) -> None:
    assert refused(asking, store, code_of(3)) == "VOI_NO_SLIP"
    assert refused(asking, store, "f" * 32) == "VOI_UNKNOWN"
    assert refused(asking, store, "nothing") in ("RCP_LENGTH", "RCP_LETTER")
    assert refused(ask, store, "dot-2", code_of(1), WHY, actor="Lan", today=TODAY, random=random) == "VOI_NO_SLIP"


def test_a_citizens_withdrawal_is_decided_by_one_member_of_staff_within_fifteen_days(store: Store) -> None:
    assert withdraw(store, code_of(1), today=date(2026, 11, 1), random=random)
    (request,) = waiting(store)
    assert request == Pending(
        id=request.id, response_id=slip(1).id, actor=CITIZEN, reason="", day="2026-11-01", left=DECIDE_DAYS - 8
    )
    assert waiting(store, date(2026, 11, 20))[0].left == -4
    assert not withdraw(store, code_of(1), today=TODAY, random=random)
    assert not withdraw(store, code_of(3), today=TODAY, random=random)
    deciding(store)
    assert len(store.responses(ROUND.id)) == 1


def test_the_longest_waiting_request_stands_first(store: Store) -> None:
    withdraw(store, code_of(2), today=date(2026, 11, 5), random=random)
    withdraw(store, code_of(1), today=date(2026, 11, 1), random=random)
    assert [each.day for each in waiting(store)] == ["2026-11-01", "2026-11-05"]


def entered(tmp_path: Path, channel: str, interviewer: str | None = "Lan") -> Store:
    """A store with one slip that came this way, whose withdrawal "the citizen" asked for."""
    made = furnished(tmp_path / f"{channel}.sqlite3")
    made.add(slip(1, channel=channel, interviewer=interviewer))
    assert withdraw(made, code_of(1), today=date(2026, 11, 1), random=random)
    return made


@pytest.mark.parametrize(("channel", "interviewer"), [("paper", "Lan"), ("assisted", "Lan"), ("kiosk", None)])
def test_a_citizens_withdrawal_of_a_slip_that_staff_have_seen_takes_two_members_of_staff(
    tmp_path: Path, channel: str, interviewer: str | None
) -> None:
    store = entered(tmp_path, channel, interviewer)
    assert deciding(store, actor="Bình").act == "ask"
    assert len(store.responses(ROUND.id)) == 1, "one member of staff alone changes nothing"
    (request,) = waiting(store)
    assert (request.actor, request.confirmed_by, request.day) == (CITIZEN, "Bình", "2026-11-01")
    assert store.receipt_state(slip(1).receipt_hash).asked  # type: ignore[union-attr]
    assert refused(deciding, store, actor="bình ") == "VOI_SAME"
    assert deciding(store, actor="Hoa").act == "approve"
    assert store.responses(ROUND.id) == ()
    assert waiting(store) == ()


@pytest.mark.parametrize("channel", ["paper", "assisted"])
def test_who_entered_a_slip_decides_nothing_about_it(tmp_path: Path, channel: str) -> None:
    store = entered(tmp_path, channel)
    for approve in (True, False):
        assert refused(deciding, store, actor="LAN", approve=approve) == "VOI_INTERVIEWER"
    deciding(store, actor="Bình")
    assert refused(deciding, store, actor="Lan") == "VOI_INTERVIEWER"


def test_who_entered_a_slip_may_say_so_and_take_it_back(tmp_path: Path) -> None:
    store = furnished(tmp_path / "hailong.sqlite3")
    store.add(slip(1, channel="paper", interviewer="Lan"))
    asking(store, actor="Lan")
    assert refused(deciding, store, actor="Lan") == "VOI_INTERVIEWER"
    assert deciding(store, actor="Lan", approve=False).act == "refuse"
    asking(store, actor="Lan")
    assert deciding(store, actor="Bình").act == "approve"


def test_a_confirmation_that_was_cut_short_still_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = entered(tmp_path, "paper")
    add, done = store.add_void_act, []

    def cut(act: Any) -> None:
        if done:
            raise OSError
        done.append(act)
        add(act)

    with monkeypatch.context() as patch:
        patch.setattr(store, "add_void_act", cut)
        with pytest.raises(OSError):
            deciding(store, actor="Bình")
    (request,) = waiting(store)
    assert request.confirmed_by is None
    assert withdraw(store, code_of(1), today=TODAY, random=random)
    (request,) = waiting(store)
    assert (request.confirmed_by, request.day) == (None, "2026-11-01")
    assert deciding(store, actor="Hoa").act == "ask"
    assert deciding(store, actor="Bình").act == "approve"


def test_numbers_that_lead_to_a_person_are_hidden_in_a_reason(store: Store) -> None:
    act = asking(store, reason="Ông A gọi 0912345678 xin hủy phiếu này")
    assert "0912345678" not in act.reason
    assert act.reason == store.void_acts(ROUND.id)[0].reason
