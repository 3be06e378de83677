"""How does a round go from draft to archive? One step at a time, each with who took it, when, and why."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from survey.errors import Problem, Refused, languages, word
from survey.making import lacking
from survey.response import clean_text
from survey.round import NEXT, Round, State
from survey.store import Store

PAPER: Final = "life"
"""The kind of working paper that holds a step; every revision is one."""

LONGEST_REASON: Final = 500
"""Characters that the reason for a step may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeStep:
    """One step: `before` is empty for the first; `reason` for what needs one; `actor` and `day` who and when."""

    before: State | None
    to: State
    reason: str
    actor: str
    day: str


def begin(store: Store, round_: Round, actor: str, day: date) -> Round:
    """Keeps a new round as a draft. Raises Refused as the store does, and (RND_TAKEN) for an id that is in use."""
    if round_.id in {each.id for each in store.rounds()}:
        raise Refused([Problem(code="RND_TAKEN", values={"got": round_.id})])
    draft = replace(round_, state="draft")
    store.save_round(draft)
    _note(store, draft.id, None, "draft", "", actor, day)
    return draft


def advance(
    store: Store,
    round_: Round,
    to: State,
    actor: str,
    day: date,
    *,
    reason: str = "",
    until: date | None = None,
) -> Round:
    """The round in its next state, kept, and the step noted. The round is read again first.

    Opening needs everything a round needs. Closing makes `day` the last day where that would have been later; a draft
    that is given up has its last day before its first. Opening a
    closed round again needs a reason and `until`, its new last day. Raises Refused with all that stands in the way.
    """
    here = store.round(round_.id)
    reason = clean_text(reason)
    if faults := [*_faults(store, here, to, day, reason, until)]:
        raise Refused(faults)
    closes = here.closes
    if to == "closed":
        last = max(day, here.opens)
        closes = last if closes is None else min(closes, last)
    if here.state == "closed" and to == "open":
        closes = until
    if here.state == "draft" and to == "archived":  # it never had a day, and none is closed in the ledger
        closes = here.opens - timedelta(days=1)
    _note(store, here.id, here.state, to, reason, actor, day)
    after = replace(here, state=to, closes=closes)
    store.save_round(after)
    return after


def next_steps(state: State) -> tuple[State, ...]:
    """To which states one may go from here, the usual one first."""
    return NEXT[state]


def history(store: Store, round_id: str) -> tuple[LifeStep, ...]:
    """Every step of the round, the oldest first; empty for a round that was made before steps were noted."""
    papers = (paper for paper in store.papers(round_id) if paper.kind == PAPER)
    return tuple(LifeStep(**json.loads(paper.content), actor=paper.actor, day=paper.day) for paper in papers)


def state_words(state: State) -> dict[str, str]:
    """The name of a state by language."""
    return {language: word(f"LIF_STATE_{state.upper()}", language) for language in languages()}


def _faults(store: Store, here: Round, to: State, day: date, reason: str, until: date | None) -> Iterator[Problem]:
    if to not in NEXT[here.state]:
        values = {"name": here.name, "state": state_words(here.state), "to": state_words(to)}
        yield Problem(code="LIF_NO_STEP", values=values)
        return
    if len(reason) > LONGEST_REASON:
        yield Problem(code="LIF_LONG_REASON", values={"got": len(reason), "most": LONGEST_REASON})
    if here.state == "draft" and to == "open":
        yield from lacking(here, store.questionnaire(here.questionnaire))
        if here.closes is not None and here.closes < day:
            yield Problem(code="LIF_OVER", values={"closes": here.closes})
    if here.state == "closed" and to == "open":
        if not reason:
            yield Problem(code="LIF_NO_REASON")
        if until is None or until < day:
            yield Problem(code="LIF_UNTIL", values={"day": day})


def _note(store: Store, round_id: str, before: State | None, to: State, reason: str, actor: str, day: date) -> None:
    """Two people who take a step in the same moment: the second is refused (STO_PAPER_MOVED)."""
    newest = store.paper(round_id, PAPER)
    content = json.dumps({"before": before, "to": to, "reason": reason}, ensure_ascii=False)
    after = newest.revision if newest else 0
    store.save_paper(round_id, PAPER, content, actor, day.isoformat(), after=after)
