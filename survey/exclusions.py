"""Which slips stay out of the estimates, by whose decision and why? The round's working paper «exclusions».

An exclusion changes no record: the slip stays in the store, in the ledger and in every count, and the decision can be
taken back. Taking a slip out of the record is a void, and needs two persons (survey.proof.voiding).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from survey.access import same_person
from survey.errors import Problem, Refused
from survey.masking import mask
from survey.response import Response, clean_text
from survey.store import Store

KIND: Final = "exclusions"
"""The working paper's kind."""
REASONS: Final = ("speed", "straight", "copies", "texts", "burst", "interviewer", "excess", "outside", "other")
"""Why a slip is kept out: how it came to be, never what it says. `outside`: who answered does not belong to the
survey."""
LEAST, MOST = 10, 300
"""Letters of the sentence that says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The last decision about one slip. `exclude` False: looked at, and kept. `reason`: one of REASONS; `day` ISO."""

    response_id: str
    exclude: bool
    reason: str
    text: str
    actor: str
    day: str


def decisions(store: Store, round_id: str) -> Mapping[str, Decision]:
    """The decisions that stand, by slip. Raises Refused (QUA_PAPER) where the paper cannot be read."""
    paper = store.paper(round_id, KIND)
    return from_json(paper.content) if paper else {}


def excluded(store: Store, round_id: str) -> frozenset[str]:
    """The ids of the slips that stay out of the round's estimates. Raises Refused as `decisions`."""
    return frozenset(each.response_id for each in decisions(store, round_id).values() if each.exclude)


def used_responses(store: Store, round_id: str) -> tuple[Response, ...]:
    """The slips that every estimate is made from: neither voided nor erased nor excluded. By random id."""
    out = excluded(store, round_id)
    return tuple(slip for slip in store.responses(round_id) if slip.id not in out)


def decide(
    store: Store,
    round_id: str,
    ids: Iterable[str],
    *,
    exclude: bool,
    reason: str,
    text: str,
    actor: str,
    today: date,
    all_of_them: bool = False,
) -> int:
    """Keeps the slips out of the estimates, or in them; returns how many. Another decision about a slip replaces it.

    `all_of_them`: none needs to be left, as when the only file of a round was the wrong one.

    Raises Refused with everything at once: QUA_REASON_UNKNOWN, QUA_WHY (the sentence is too short or too long),
    QUA_NO_SLIP (none named, or one that the round does not count), QUA_OWN_SLIP (slips that `actor` entered),
    QUA_TOO_FEW (no slip would be left); or as the store: STO_PAPER_MOVED when somebody decided in the same moment.
    """
    wanted = frozenset(ids)
    said = mask(clean_text(text))[0]
    slips = {slip.id: slip for slip in store.responses(round_id)}
    paper = store.paper(round_id, KIND)
    standing = dict(from_json(paper.content)) if paper else {}
    problems = []
    if reason not in REASONS:
        problems.append(Problem(code="QUA_REASON_UNKNOWN", values={"got": reason[:40]}))
    if not LEAST <= len(said) <= MOST:
        problems.append(Problem(code="QUA_WHY", values={"got": len(said), "least": LEAST, "most": MOST}))
    if not wanted or wanted - slips.keys():
        problems.append(Problem(code="QUA_NO_SLIP", values={"count": len(wanted - slips.keys())}))
    own = [slips[each].interviewer for each in wanted & slips.keys()]
    if mine := sum(1 for name in own if name and same_person(name, actor)):
        problems.append(Problem(code="QUA_OWN_SLIP", values={"count": mine}))
    out = {each.response_id for each in standing.values() if each.exclude} | wanted
    if exclude and not all_of_them and slips and not slips.keys() - out:
        problems.append(Problem(code="QUA_TOO_FEW"))
    if problems:
        raise Refused(problems)
    for each in wanted:
        standing[each] = Decision(
            response_id=each, exclude=exclude, reason=reason, text=said, actor=actor, day=today.isoformat()
        )
    store.save_paper(
        round_id, KIND, to_json(standing.values()), actor, today.isoformat(), after=paper.revision if paper else 0
    )
    return len(wanted)


def to_json(made: Iterable[Decision]) -> str:
    """The paper's text: decisions that are alike but for the slip together, so that thousands of slips fit."""
    alike: dict[tuple[bool, str, str, str, str], list[str]] = {}
    for each in made:
        key = (each.exclude, each.reason, each.text, each.actor, each.day)
        alike.setdefault(key, []).append(each.response_id)
    fields = [name for name in Decision.__dataclass_fields__ if name != "response_id"]
    rows = [{**dict(zip(fields, key, strict=True)), "slips": sorted(ids)} for key, ids in sorted(alike.items())]
    return json.dumps(rows, ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Mapping[str, Decision]:
    """The decisions in a paper's text, by slip. Raises Refused (QUA_PAPER)."""
    try:
        rows: list[dict[str, Any]] = json.loads(text)
        found = [
            Decision(response_id=id_, **{name: value for name, value in row.items() if name != "slips"})
            for row in rows
            for id_ in row["slips"]
        ]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused([Problem(code="QUA_PAPER")]) from error
    if not isinstance(rows, list) or not all(_sound(each) for each in found):
        raise Refused([Problem(code="QUA_PAPER")])
    return {each.response_id: each for each in found}


def _sound(made: Decision) -> bool:
    """A text «false» would count as true."""
    values = asdict(made)
    return isinstance(values.pop("exclude"), bool) and all(isinstance(value, str) for value in values.values())
