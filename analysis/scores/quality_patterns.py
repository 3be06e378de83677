"""Which slips look as if nobody had thought about them? Cycles of answers, texts copied, answers in no time."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import exp, lgamma

import numpy as np

from analysis.scores.quality_rules import QualityRules
from analysis.scores.quality_slips import MISSING, Ints, QualitySlips

_LONGEST_CYCLE = 5


def cycles(slips: QualitySlips, rules: QualityRules) -> tuple[Ints, float]:
    """Rows whose answers go round in a fixed order, like 4, 5, 4, 5 or 1, 2, 3, 1, 2, 3; the chance of the likeliest.

    The chance: that the slip's own answers, in random order, come so by luck. Told where that is below alpha over all
    slips together.
    """
    found, chance = [], 0.0
    limit = rules.alpha / max(1, len(slips.ids))
    for row in np.flatnonzero(~slips.constant & (slips.answered >= rules.least_items)):
        given = slips.items[row][slips.items[row] != MISSING]
        if _goes_round(given):
            luck = _luck(given)
            if luck <= limit:
                found.append(row)
                chance = max(chance, luck)
    return np.array(found, dtype=np.int64), chance


def _goes_round(given: Ints) -> bool:
    """Whether a cycle of 2 to 5 answers is gone through at least twice."""
    return any(
        len(given) >= 2 * length and bool((given[length:] == given[:-length]).all())
        for length in range(2, _LONGEST_CYCLE + 1)
    )


def _luck(given: Ints) -> float:
    """Orders of these answers that go round, of all their orders: at most 5!·4 of multinomially many."""
    counts = np.unique(given, return_counts=True)[1]
    orders = lgamma(len(given) + 1) - sum(lgamma(int(count) + 1) for count in counts)
    return min(1.0, 480 * exp(-orders))


def same_texts(slips: QualitySlips, rules: QualityRules) -> Iterator[tuple[int, Ints]]:
    """Letters of a text that several slips have, and their rows; the text itself stays where it is."""
    where: Mapping[str, dict[str, int]] = defaultdict(dict)
    for row, texts in enumerate(slips.texts):
        for text in texts.values():
            where[_bare(text)].setdefault(slips.ids[row], row)
    for text, rows in sorted(where.items(), key=lambda item: -len(item[1])):
        if len(rows) >= rules.same_text_slips and len(text) >= rules.same_text_letters:
            yield len(text), np.array(sorted(rows.values()), dtype=np.int64)


def _bare(text: str) -> str:
    """The text without what a copy may change unseen: case, spaces, signs."""
    letters = unicodedata.normalize("NFC", text).casefold()
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())
