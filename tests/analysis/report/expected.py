"""The index in plain Python from answers and weights alone: a second way to every number, with none of our code."""

from collections.abc import Mapping, Sequence
from typing import Any

FACTORS = {"pol_a": ("q9_01", "q9_02"), "pol_b": ("q9_03",), "ser_1": ("q9_04", "q9_05")}
ASPECTS = {"policy": ("pol_a", "pol_b"), "service": ("ser_1",)}
UNDER_ASPECT = {"policy": (), "service": ("q9_06",)}
WEIGHTS = {"policy": 0.62, "service": 0.38, "pol_a": 2.0, "pol_b": 1.0, "ser_1": 1.0}
ITEMS = ("q9_01", "q9_02", "q9_03", "q9_04", "q9_05", "q9_06")
Tally = dict[str, tuple[float, float]]


def tally(given: Sequence[Mapping[str, Any]], weights: Sequence[float], threshold: int = 4) -> Tally:
    """Item → weights of the satisfied, weights of those who answered."""
    found = {}
    for item in ITEMS:
        good = valid = 0.0
        for person, weight in zip(given, weights, strict=True):
            answer = person.get(item)
            if answer is not None:
                valid += weight
                satisfied = answer in ("high", "18-24") if item == "q9_05" else int(answer) >= threshold
                good += weight * satisfied
        found[item] = (good, valid)
    return found


def index(tallied: Tally, node: str, mode: str, weights: Mapping[str, float] = WEIGHTS) -> float | None:
    """The index of an item or node in one of the three modes; None where nobody answered."""
    if mode == "weights" and node not in ITEMS:
        children = [(index(tallied, child, mode, weights), weights.get(child, 1.0)) for child in _children(node)]
        known = [(value, weight) for value, weight in children if value is not None]
        return sum(value * weight for value, weight in known) / sum(weight for _, weight in known) if known else None
    pairs = [tallied[item] for item in _items(node) if tallied[item][1]]
    if not pairs:
        return None
    if mode == "pooled" or node in ITEMS:
        return sum(good for good, _ in pairs) / sum(valid for _, valid in pairs)
    return sum(good / valid for good, valid in pairs) / len(pairs)


def _children(node: str) -> tuple[str, ...]:
    if node == "overall":
        return tuple(ASPECTS)
    return FACTORS[node] if node in FACTORS else (*UNDER_ASPECT[node], *ASPECTS[node])


def _items(node: str) -> tuple[str, ...]:
    return (node,) if node in ITEMS else tuple(item for child in _children(node) for item in _items(child))
