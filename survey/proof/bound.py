"""What does a checkpoint bind besides the slips? The acts of voiding, and the settings of the round."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from itertools import pairwise

from survey.errors import Problem
from survey.ledger import Head, canonical_json
from survey.round import Round
from survey.store import VoidAct
from survey.store.codec import round_text


def bound_acts(acts: Iterable[VoidAct], through: str) -> tuple[int, str]:
    """How many acts there are up to this day (ISO), and SHA-256 (hex) of their JSON lines.

    `acts` as `Store.void_acts` orders them: by slip, then as they were done. The sort is done again here, stably, as
    databases do not all sort text alike.
    """
    lines = [canonical_json(asdict(act)) for act in sorted(acts, key=lambda act: act.response_id) if act.day <= through]
    return len(lines), _sha(lines)


def bound_settings(round_: Round) -> str:
    """SHA-256 (hex) of everything that the round's settings say: places, units, weights, margins, days, years.

    All but its state: that a round is closed and archived is its course, and no change of what slips refer to.
    """
    return _sha([round_text(replace(round_, state="open"))])


def changed_acts(heads: Iterable[Head], acts: Sequence[VoidAct]) -> tuple[Problem, ...]:
    """The first checkpoint whose acts are not those of today."""
    for head in heads:
        now = bound_acts(acts, head.through)
        if head.voids not in (None, now):
            values = {"day": head.through, "count": head.voids[0], "got": now[0]}
            return (Problem(code="AUD_VOIDS_CHANGED", values=values),)
    return ()


def changed_settings(heads: Iterable[Head], round_: Round) -> tuple[Problem, ...]:
    """After which closed days the settings were changed. No fault by itself: a round may be prolonged in the open."""
    said = [(head.through, head.settings) for head in heads if head.settings is not None]
    after = [day for (day, before), (_, now) in pairwise([*said, ("", bound_settings(round_))]) if before != now]
    return (Problem(code="AUD_SETTINGS", values={"days": ", ".join(after)}),) if after else ()


def _sha(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
