"""How is a slip taken out of the results? One person asks and says why, another decides; both stand in the store.

Who entered a slip decides nothing about it. A citizen's request about a slip whose receipt staff have seen (on paper,
with help, on a tablet) may be a member of staff's own: one confirms it in their own name, another approves.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, Literal

from survey.access import same_person
from survey.errors import Problem, Refused
from survey.ledger import code_in, receipt_hash
from survey.masking import mask
from survey.response import Response, clean_text
from survey.store import Store, VoidAct

CITIZEN: Final = "citizen"
"""The actor of a withdrawal that the respondent asked for."""
REASON_LEAST: Final = 10
"""Letters that a reason has at least: «nhập trùng» has as many."""
DECIDE_DAYS: Final = 15
"""So long a withdrawal may wait (personal data law 91/2025/QH15 and decree 356/2025)."""

SEEN_BY_STAFF: Final = frozenset({"paper", "assisted", "kiosk", "import"})
"""The channels whose receipts go through the hands or before the eyes of staff."""
PASSED_ON: Final = "confirmed"
"""The reason of the act that closes a citizen's request in order to ask anew in a member of staff's name. It is
shorter than any reason that can be typed."""

_REASON_MOST = 500
_ID = re.compile(r"[0-9a-f]{32}")
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A request that nobody has decided: by whom (`CITIZEN` or a name), why, since which day (ISO), and the days left
    to decide it, negative when they are over. `id` is that of the first act, and says nothing of the slip.

    `confirmed_by`: who confirmed a citizen's request; None if nobody did.
    """

    id: str
    response_id: str
    actor: str
    reason: str
    day: str
    left: int
    confirmed_by: str | None = None


def requests(acts: Iterable[VoidAct]) -> tuple[tuple[VoidAct, ...], ...]:
    """A round's acts (in the order of the store) by request: what belongs to one, the first act being the asking."""
    chains: dict[str, list[VoidAct]] = {}
    made: list[list[VoidAct]] = []
    for act in acts:
        chain = chains.get(act.response_id)
        if chain is None or _decided(chain):
            chain = chains[act.response_id] = []
            made.append(chain)
        chain.append(act)
    return tuple(map(tuple, made))


def pending(acts: Iterable[VoidAct], today: date) -> tuple[Pending, ...]:
    """What waits for a decision among a round's acts, the most urgent first."""
    waiting = (
        Pending(
            id=chain[0].id,
            response_id=chain[0].response_id,
            actor=chain[0].actor,
            reason=chain[-1].reason if chain[-1].act == "ask" else chain[0].reason,
            day=chain[0].day,
            left=DECIDE_DAYS - (today - date.fromisoformat(chain[0].day)).days,
            confirmed_by=_confirmed_by(chain),
        )
        for chain in requests(acts)
        if not _decided(chain)
    )
    return tuple(sorted(waiting, key=lambda each: (each.day, each.id)))


def needs_two(request: Pending, slip: Response) -> bool:
    """Whether the next step towards taking the slip out is to confirm the citizen's request, not to approve it."""
    return request.actor == CITIZEN and request.confirmed_by is None and slip.channel in SEEN_BY_STAFF


def may_approve(request: Pending, slip: Response, actor: str) -> bool:
    """Whether this person may take the next step: they neither asked, nor confirmed, nor entered the slip."""
    others = (request.actor, request.confirmed_by, slip.interviewer)
    return not any(same_person(actor, other) for other in others if other)


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
    store: Store,
    round_id: str,
    response_id: str,
    reason: str,
    *,
    approve: bool,
    actor: str,
    today: date,
    random: Random,
) -> VoidAct:
    """Take the slip out, or leave it in; returns the last act. A citizen's request that needs two members of staff is
    only confirmed by the first, in whose name it then waits for the other: an "ask" comes back.

    Raises Refused: VOI_REASON, VOI_INTERVIEWER (who entered the slip decides, but for taking back their own request),
    VOI_SAME, or as the store.
    """
    _must_say_why(reason)
    act = partial(_act, store, response_id, actor=actor, today=today, random=random)
    step: Literal["approve", "refuse"] = "approve" if approve else "refuse"
    acts = [each for each in store.void_acts(round_id) if each.response_id == response_id]
    request = next(iter(pending(acts, today)), None)
    slip = next((row for row in store.all_responses(round_id) if row.id == response_id), None)
    if request is None or slip is None:
        return act(step, reason)  # which the store refuses and says why
    retracted = not approve and same_person(actor, request.actor)
    if slip.interviewer and same_person(actor, slip.interviewer) and not retracted:
        raise Refused([Problem(code="VOI_INTERVIEWER")])
    if approve and not may_approve(request, slip, actor):
        raise Refused([Problem(code="VOI_SAME")])
    if not approve or not needs_two(request, slip):
        return act(step, reason)
    if acts[-1].act == "ask":
        act("refuse", PASSED_ON)
    return act("ask", reason)


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
        reason=mask(clean_text(reason))[0],
        actor=actor,
        day=today.isoformat(),
    )
    store.add_void_act(act)
    return act


def _decided(chain: Sequence[VoidAct]) -> bool:
    """A request that was passed on and not asked anew (the program was stopped in between) still waits."""
    last = chain[-1]
    return last.act == "approve" or (last.act == "refuse" and last.reason != PASSED_ON)


def _confirmed_by(chain: Sequence[VoidAct]) -> str | None:
    last = chain[-1]
    return last.actor if len(chain) > 1 and last.act == "ask" and last.actor != CITIZEN else None


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
