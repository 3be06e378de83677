"""What would a second publication of a round give away beside the first?

Slips added or voided in between are the difference of two tables: a group that grew by one shows what that one
said. The record of a publication keeps what stood in it, nothing more, so that the next one can be held against it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.scores.attacker import Key
from analysis.scores.disclosure import Disclosure
from survey.errors import Problem

KIND = "publication"
"""The kind of working paper that keeps a record."""


def record(made: Disclosure) -> str:
    """What was published, as JSON text: rules, and each figure's people and share, null where hidden."""
    content = {"rules": _rules(made), "figures": [[*key, *_pair(made, key)] for key in made.figures]}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def again(earlier: str | None, made: Disclosure) -> tuple[Problem, ...]:
    """What to beware of before this is published, given the record of the earlier one; nothing if this is the first."""
    if earlier is None:
        return ()
    try:
        content: Any = json.loads(earlier)
        before: dict[Key, list[Any]] = {
            (c, level, n): [people, share] for c, level, n, people, share in content["figures"]
        }
        rules = str(content["rules"])
    except (ValueError, TypeError, KeyError):
        return (Problem(code="DIS_AGAIN_UNREADABLE"),)
    return tuple(_differences(before, rules, made))


def _differences(before: Mapping[Key, list[Any]], rules: str, made: Disclosure) -> Iterator[Problem]:
    if rules != _rules(made):
        yield Problem(code="DIS_AGAIN_RULES", values={"earlier": rules, "now": _rules(made)})
    both = [(key, before[key], _pair(made, key)) for key in made.figures if key in before]
    turned = [key for key, then, now in both if (then[0] is None) != (now[0] is None)]
    if turned:
        yield Problem(code="DIS_AGAIN_SHOWN", values={"count": len(turned), "example": _named(turned[0])})
    least = made.rules.least_n.value
    moved = [
        key
        for key, then, now in both
        if None not in (then[0], now[0]) and then != now and abs(then[0] - (now[0] or 0)) < least
    ]
    if moved:
        values = {"count": len(moved), "least": int(least), "example": _named(moved[0])}
        yield Problem(code="DIS_AGAIN_CHANGED", values=values)


def _pair(made: Disclosure, key: Key) -> list[float | None]:
    figure = made.figures[key]
    return [figure.people, figure.share]


def _rules(made: Disclosure) -> str:
    return f"{made.rules.id} {made.rules.version}"


def _named(key: Key) -> str:
    return " / ".join(part for part in key if part)
