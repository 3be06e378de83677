"""Who typed what is written? The paper says; a wrong first entry is asked to be voided, and the slip entered again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from survey.access import same_person
from survey.errors import Problem, Refused, word
from survey.proof.voiding import ask
from survey.store import Store
from survey.twice import record
from survey.twice.compare import Comparison
from survey.twice.record import Checked
from survey.twice.slip import Found

Verdict = Literal["stored", "typed", "neither"]
"""What the paper says: as it is stored, as it was typed now, or otherwise than both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How many answers were compared and differed; `void`: the first entry is to be voided."""

    compared: int
    differ: int
    void: bool


def must_be_another(store: Store, round_id: str, found: Found, clerk: str) -> None:
    """Raises Refused unless this person may compare the slip: INT_NOT_PAPER for one that did not come on paper,
    INT_SAME_PERSON for who entered it, INT_COMPARED if it was compared, INT_VOID_WAITS if its void waits."""
    stored = found.stored
    if stored is None or stored.channel != "paper":
        raise Refused([Problem(code="INT_NOT_PAPER", values={"number": found.number})])
    if found.asked:
        raise Refused([Problem(code="INT_VOID_WAITS", values={"number": found.number})])
    if found.mark in record.load(store, round_id).slips:
        raise Refused([Problem(code="INT_COMPARED")])
    if stored.interviewer is not None and same_person(stored.interviewer, clerk):
        raise Refused([Problem(code="INT_SAME_PERSON", values={"number": found.number})])


def settle(
    store: Store,
    round_id: str,
    found: Found,
    comparison: Comparison,
    verdicts: Mapping[str, Verdict],
    *,
    clerk: str,
    today: date,
    random: Callable[[int], bytes],
) -> Settled:
    """Count the comparison; where the first entry was wrong anywhere, ask that it be voided (survey.proof.voiding).

    `verdicts`: by question, for every difference. Raises Refused as `must_be_another`, INT_VERDICT for a difference
    without a verdict, or as `ask` and the store; then nothing is counted.
    """
    must_be_another(store, round_id, found, clerk)
    stored = found.stored
    differing = {each.question for each in comparison.differences}
    if stored is None or differing - verdicts.keys():
        raise Refused([Problem(code="INT_VERDICT", values={"count": len(differing - verdicts.keys())})])
    sides = {name: _wrong(verdicts[name]) if name in differing else (False, False) for name in comparison.compared}
    void = any(first for first, _ in sides.values())
    if void:
        reason = word("INT_VOID_REASON", count=sum(first for first, _ in sides.values()))
        ask(store, round_id, stored.id, reason, actor=clerk, today=today, random=random)
    checked = Checked(
        first=stored.interviewer or "–", second=clerk, day=today.isoformat(), differ=len(differing), void=void
    )
    record.add(store, round_id, found.mark, checked, sides, today=today)
    return Settled(compared=len(sides), differ=len(differing), void=void)


def _wrong(verdict: Verdict) -> tuple[bool, bool]:
    return verdict != "stored", verdict != "typed"
