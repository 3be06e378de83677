"""How is a slip taken out of the results? One person asks and says why, another decides; both stand in the store."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from survey.errors import Problem, Refused
from survey.ledger import code_in, receipt_hash
from survey.response import clean_text
from survey.store import Store, VoidAct

CITIZEN: Final = "citizen"
"""The actor of a withdrawal that the respondent asked for."""
REASON_LEAST: Final = 10
"""Letters that a reason has at least: «nhập trùng» has as many."""
DECIDE_DAYS: Final = 15
"""So long a withdrawal may wait (personal data law 91/2025/QH15 and decree 356/2025)."""

_REASON_MOST = 500
_ID = re.compile(r"[0-9a-f]{32}")
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A request that nobody has decided: by whom (`CITIZEN` or a name), why, since which day (ISO), and the days left
    to decide it, negative when they are over."""

    response_id: str
    actor: str
    reason: str
    day: str
    left: int


def pending(acts: Iterable[VoidAct], today: date) -> tuple[Pending, ...]:
    """What waits for a decision among a round's acts, the most urgent first."""
    last = {act.response_id: act for act in acts}
    waiting = (
        Pending(
            response_id=act.response_id,
            actor=act.actor,
            reason=act.reason,
            day=act.day,
            left=DECIDE_DAYS - (today - date.fromisoformat(act.day)).days,
        )
        for act in last.values()
        if act.act == "ask"
    )
    return tuple(sorted(waiting, key=lambda each: (each.day, each.response_id)))


def ask(store: Store, round_id: str, slip: str, reason: str, *, actor: str, today: date, random: Random) -> VoidAct:
    """Ask that a slip be taken out. `slip`: the receipt code or QR text of a slip of this round, or any slip's id.

    Raises Refused: VOI_REASON if the reason is too short or too long, VOI_NO_SLIP if the round has no such slip, as
    `read_receipt` for a mistyped code, or as the store (no such id, asked already, voided already).
    """
    _must_say_why(reason)
    response_id = slip.strip().lower()
    if not _ID.fullmatch(response_id):
        response_id = _with_receipt(store, round_id, receipt_hash(code_in(slip)))
    return _act(store, response_id, "ask", reason, actor=actor, today=today, random=random)


def decide(
    store: Store, response_id: str, reason: str, *, approve: bool, actor: str, today: date, random: Random
) -> VoidAct:
    """Take the slip out, or leave it in. Raises Refused: VOI_REASON, or as the store (same person, nothing asked)."""
    _must_say_why(reason)
    step: Literal["approve", "refuse"] = "approve" if approve else "refuse"
    return _act(store, response_id, step, reason, actor=actor, today=today, random=random)


def withdraw(store: Store, code: str, *, today: date, random: Random) -> bool:
    """The holder of this receipt code asks to have the slip taken out. False as `Store.ask_withdrawal`."""
    return store.ask_withdrawal(receipt_hash(code), random(16).hex(), today.isoformat())


def _act(
    store: Store,
    response_id: str,
    step: Literal["ask", "approve", "refuse"],
    reason: str,
    *,
    actor: str,
    today: date,
    random: Random,
) -> VoidAct:
    act = VoidAct(
        id=random(16).hex(),
        response_id=response_id,
        act=step,
        reason=clean_text(reason),
        actor=actor,
        day=today.isoformat(),
    )
    store.add_void_act(act)
    return act


def _must_say_why(reason: str) -> None:
    length = len(clean_text(reason))
    if not REASON_LEAST <= length <= _REASON_MOST:
        values = {"got": length, "least": REASON_LEAST, "most": _REASON_MOST}
        raise Refused([Problem(code="VOI_REASON", values=values)])


def _with_receipt(store: Store, round_id: str, receipt: str) -> str:
    state = store.receipt_state(receipt)
    day = None if state is None or state.round_id != round_id else state.day
    rows = store.all_responses(round_id, day) if day is not None else ()
    found = next((row.id for row in rows if row.receipt_hash == receipt), None)
    if found is None:
        raise Refused([Problem(code="VOI_NO_SLIP")])
    return found
