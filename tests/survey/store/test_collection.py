"""Drafts, invitations, withdrawals, closed days and erased rounds, the same on both databases."""

from dataclasses import replace

import pytest

from survey.errors import Refused
from survey.store import Checkpoint, Invitation, ReceiptState, Store, VoidAct
from tests.survey.builders import ROUND, response
from tests.survey.store.test_store import in_threads

DAY = "2026-11-21"


def refused(work: object, *arguments: object, **named: object) -> list[str]:
    """The codes with which the call is refused; none if it is not."""
    try:
        work(*arguments, **named)  # type: ignore[operator]
    except Refused as error:
        return [problem.code for problem in error.problems]
    return []


def act(id: str, act: str, actor: str, number: int = 1) -> VoidAct:
    return VoidAct(id=id, response_id=response(number).id, act=act, reason="Gửi hai lần", actor=actor, day=DAY)  # type: ignore[arg-type]


def close(store: Store, through: str, size: int) -> Checkpoint:
    made = Checkpoint(
        round_id=ROUND.id, through=through, size=size, root="ab" * 32, note=f"hailong/{ROUND.id}\n{size}\n"
    )
    store.add_checkpoint(made)
    return made


def test_a_draft_is_kept_replaced_and_gone_when_its_form_is_sent(store: Store) -> None:
    key = response(1).key_hash
    assert store.draft(key) is None
    for content in (b"\x00\xffone", b"two"):
        store.save_draft(key, content, DAY)
    assert store.draft(key) == b"two"
    store.add(response(1))
    assert store.draft(key) is None


def test_a_refused_slip_leaves_its_draft_and_a_resent_one_drops_it(store: Store) -> None:
    key = response(1).key_hash
    store.save_draft(key, b"kept", DAY)
    assert refused(store.add, response(1), invitation="no such") == ["INV_UNKNOWN"]
    assert refused(store.add, response(1, round_id="nowhere")) == ["STO_UNKNOWN_PARENT"]
    assert store.draft(key) == b"kept"
    store.add(response(1))
    store.save_draft(key, b"from a second tab", DAY)
    assert store.add(response(1)) is False
    assert store.draft(key) is None


def test_drafts_are_dropped_alone_and_purged_by_day(store: Store) -> None:
    for key, day in (("a", "2026-11-01"), ("b", "2026-11-02"), ("c", "2026-11-03"), ("d", "2026-11-03")):
        store.save_draft(key, b"x", day)
    store.drop_draft("d")
    store.drop_draft("never there")
    assert store.purge_drafts("2026-11-03") == 2
    assert [store.draft(key) for key in "abcd"] == [None, None, b"x", None]


def test_an_invitation_opens_its_round_once(store: Store) -> None:
    store.save_round(replace(ROUND, id="dot-2"))
    store.add_invitations(ROUND.id, {"code 1": "P01", "code 2": None})
    store.add_invitations("dot-2", {"code 3": None})
    assert store.invitation("code 1") == Invitation(round_id=ROUND.id, place="P01", used=False)
    assert store.invitation("code 9") is None
    assert refused(store.add, response(1), invitation="code 9") == ["INV_UNKNOWN"]
    assert refused(store.add, response(1), invitation="code 3") == ["INV_UNKNOWN"]  # of another round
    assert store.add(response(1), invitation="code 1") is True
    assert store.add(response(1), invitation="code 1") is False
    assert store.add(response(1), invitation="code 2") is False
    assert refused(store.add, response(2), invitation="code 1") == ["INV_USED"]
    assert store.invitation("code 1") == Invitation(round_id=ROUND.id, place="P01", used=True)
    assert store.invitation_counts(ROUND.id) == (2, 1)
    assert store.invitation_counts("nowhere") == (0, 0)
    assert store.counts(ROUND.id).total == 1


def test_of_twenty_slips_with_one_invitation_one_is_stored(store: Store) -> None:
    store.add_invitations(ROUND.id, {"code": None})
    results = in_threads(20, lambda n: store.add(response(n + 1), invitation="code"))
    assert [result for result in results if not isinstance(result, Refused)] == [True]
    assert {problem.code for result in results if isinstance(result, Refused) for problem in result.problems} == {
        "INV_USED"
    }
    assert store.counts(ROUND.id).total == 1


def test_twenty_sendings_of_one_form_with_its_invitation_are_one_slip(store: Store) -> None:
    store.add_invitations(ROUND.id, {"code": None})
    results = in_threads(20, lambda n: store.add(replace(response(n + 1), key_hash="same"), invitation="code"))
    assert sorted(map(str, results)) == ["False"] * 19 + ["True"]


def test_invitations_are_purged_by_round(store: Store) -> None:
    store.save_round(replace(ROUND, id="dot-2"))
    store.add_invitations(ROUND.id, {"code 1": None, "code 2": None})
    store.add_invitations("dot-2", {"code 3": None})
    store.add(response(1), invitation="code 1")
    assert store.purge_invitations(ROUND.id) == 2
    assert store.invitation("code 1") is None
    assert store.invitation("code 3") is not None


def test_a_citizen_asks_and_staff_decide(store: Store) -> None:
    for number in (1, 2):
        store.add(response(number))
    receipt = response(1).receipt_hash
    assert store.ask_withdrawal("no such receipt", "a0", DAY) is False
    assert store.ask_withdrawal(receipt, "a1", DAY) is True
    assert store.ask_withdrawal(receipt, "a2", DAY) is False
    assert store.receipt_state(receipt) == ReceiptState(round_id=ROUND.id, day=DAY, voided=False, asked=True)
    assert len(store.responses(ROUND.id)) == 2
    store.add_void_act(act("a3", "approve", "mai"))
    assert store.receipt_state(receipt) == ReceiptState(round_id=ROUND.id, day=DAY, voided=True, asked=False)
    assert store.ask_withdrawal(receipt, "a4", DAY) is False
    assert store.responses(ROUND.id) == (response(2),)
    assert store.all_responses(ROUND.id) == (response(1), response(2))
    counts = store.counts(ROUND.id)
    assert (counts.total, counts.voided, counts.erased, counts.days) == (2, 1, 0, {DAY: 2})
    asked = VoidAct(id="a1", response_id=response(1).id, act="ask", reason="", actor="citizen", day=DAY)
    assert store.void_acts(ROUND.id) == (asked, act("a3", "approve", "mai"))
    assert store.void_acts("nowhere") == ()


def test_a_slip_is_taken_out_by_two_persons_and_every_decision_is_made_once(store: Store) -> None:
    store.add(response(1))
    steps = [
        (act("b0", "approve", "mai"), ["VOI_NOT_ASKED"]),
        (act("b1", "ask", "mai"), []),
        (act("b2", "ask", "nam"), ["VOI_ASKED"]),
        (act("b3", "approve", "mai"), ["VOI_SAME"]),
        (act("b4", "refuse", "nam"), []),
        (act("b5", "approve", "nam"), ["VOI_NOT_ASKED"]),
        (act("b6", "ask", "nam"), []),
        (act("b7", "approve", "nam"), ["VOI_SAME"]),
        (act("b8", "approve", "mai"), []),
        (act("b9", "refuse", "hoa"), ["VOI_DONE"]),
        (act("ba", "ask", "hoa"), ["VOI_DONE"]),
        (act("bb", "ask", "hoa", number=7), ["VOI_UNKNOWN"]),
    ]
    for step, codes in steps:
        assert refused(store.add_void_act, step) == codes, step.id
    assert [done.id for done in store.void_acts(ROUND.id)] == ["b1", "b4", "b6", "b8"]


def test_of_ten_decisions_at_once_one_is_made(store: Store) -> None:
    store.add(response(1))
    store.add_void_act(act("ask", "ask", "mai"))
    results = in_threads(10, lambda n: refused(store.add_void_act, act(f"d{n}", "approve", f"actor {n}")))
    assert sorted(map(str, results))[-1] == "[]"
    assert len(store.void_acts(ROUND.id)) == 2


def test_a_closed_day_takes_no_slip_but_knows_those_it_has(store: Store) -> None:
    store.save_round(replace(ROUND, id="dot-2"))
    store.add(response(1, day="2026-11-20"))
    store.add(response(2))
    first = close(store, "2026-11-20", 1)
    assert refused(store.add, response(3, day="2026-11-20")) == ["STO_DAY_CLOSED"]
    assert refused(store.add, response(3, day="2026-11-19")) == ["STO_DAY_CLOSED"]
    assert store.add(response(1, day="2026-11-20")) is False
    assert store.add(response(3)) is True
    assert store.add(response(4, round_id="dot-2", day="2026-11-20")) is True
    second = close(store, DAY, 3)
    assert store.checkpoints(ROUND.id) == (first, second)
    assert store.checkpoints("dot-2") == ()
    assert len(store.responses(ROUND.id)) == 3


def test_days_are_closed_in_order_and_with_all_their_slips(store: Store) -> None:
    store.add(response(1))
    for size in (0, 2):
        with pytest.raises(Refused, match="close it again"):
            close(store, DAY, size)
    close(store, DAY, 1)
    for through in (DAY, "2026-11-20"):
        with pytest.raises(Refused, match="closed already"):
            close(store, through, 1)


def test_a_closed_day_keeps_the_hour_of_nobody_who_came_nearly_alone(store: Store) -> None:
    store.save_round(replace(ROUND, id="dot-2"))
    came = [("P01", "20T08")] * 5 + [("P01", "20T09")] * 4 + [("P01", "20T15"), (None, "20T09"), ("P01", "21T09")]
    for number, (place, hour) in enumerate(came, start=1):
        store.add(response(number, place=place, day=f"2026-11-{hour[:2]}"), hour=f"2026-11-{hour}")
    store.add(response(99, round_id="dot-2", day="2026-11-20"), hour="2026-11-20T15")
    close(store, "2026-11-20", 11)
    full = {("P01", "2026-11-20T08"): 5, ("P01", "2026-11-20"): 5, (None, "2026-11-20"): 1}
    assert store.hours(ROUND.id) == {**full, ("P01", "2026-11-21T09"): 1}
    assert store.hours("dot-2") == {("P01", "2026-11-20T15"): 1}
    close(store, "2026-11-21", 12)
    assert store.hours(ROUND.id) == {**full, ("P01", "2026-11-21"): 1}


def test_leaves_come_by_day_and_hash(store: Store) -> None:
    for number, day in ((3, DAY), (1, DAY), (2, "2026-11-20")):
        store.add(response(number, day=day))
    assert store.leaves(ROUND.id) == tuple(
        (day, response(number).commitment) for number, day in ((2, "2026-11-20"), (1, DAY), (3, DAY))
    )


def test_an_erased_round_keeps_everything_but_answers_and_salts(store: Store) -> None:
    store.save_round(replace(ROUND, id="dot-2"))
    for slip in (response(1), response(2), response(3, round_id="dot-2")):
        store.add(slip)
    store.add_void_act(act("e1", "ask", "mai", number=2))
    store.add_void_act(act("e2", "approve", "nam", number=2))
    leaves = store.leaves(ROUND.id)
    assert store.erase(ROUND.id, "2031-12-01", "Hết thời hạn lưu trữ") == 2
    assert store.erase(ROUND.id, "2031-12-02", "Lần nữa") == 0
    assert store.responses(ROUND.id) == ()
    assert store.all_responses(ROUND.id) == tuple(replace(response(n), answers={}, salt="") for n in (1, 2))
    assert store.leaves(ROUND.id) == leaves
    assert store.receipt_state(response(1).receipt_hash) is not None
    assert store.responses("dot-2") == (response(3, round_id="dot-2"),)
    counts = store.counts(ROUND.id)
    assert (counts.total, counts.voided, counts.erased) == (2, 1, 1)


def test_a_file_of_slips_is_kept_whole_and_once(store: Store) -> None:
    slips = [response(number) for number in range(1, 6)]
    assert store.add_all(slips[:2]) == 2
    assert store.add_all(slips) == 3
    assert store.key_hashes(ROUND.id) == {slip.key_hash for slip in slips}
    assert store.counts(ROUND.id).total == 5


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"round_id": "none"}, "STO_UNKNOWN_PARENT"),
        ({"answers": {"comment": "\ud800"}}, "STO_SHAPE"),
        ({"day": "2026-11-09"}, "STO_DAY_CLOSED"),
    ],
)
def test_one_slip_of_a_file_that_cannot_be_kept_keeps_all_of_it_out(
    store: Store, change: dict[str, object], code: str
) -> None:
    store.add_checkpoint(Checkpoint(round_id=ROUND.id, through="2026-11-10", size=0, root="0" * 64, note="x"))
    with pytest.raises(Refused) as refused:
        store.add_all([response(1), response(2, **change), response(3), response(4, **change)])
    assert [problem.code for problem in refused.value.problems] == [code]
    assert store.all_responses(ROUND.id) == ()
    assert store.add_all([response(1), response(3)]) == 2
