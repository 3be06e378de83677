"""Which units of a round are ranked together? Those of one kind: departments, vertical agencies, communes."""

import unicodedata
from collections.abc import Mapping

from analysis.scores.ranking_rules import RankingRules, load_ranking_rules
from survey.round import Round


def unit_blocks(round_: Round) -> Mapping[str, str]:
    """Each unit's kind, by its name: that of the round's rated offices, else what the names of its places' units tell.

    Empty where one of them tells none: then all units are one block.
    """
    if round_.rated:
        return {unit.name: unit.kind for unit in round_.rated}
    rules = load_ranking_rules()
    found = {place.unit: _kind(place.unit, rules) for place in round_.places}
    return {unit: kind for unit, kind in found.items() if kind} if all(found.values()) else {}


def _kind(name: str, rules: RankingRules) -> str | None:
    """The kind that the longest fitting beginning of a name tells."""
    plain = " ".join(unicodedata.normalize("NFC", name).casefold().split()) + " "
    for word in rules.before:
        plain = plain.removeprefix(f"{word} ")
    fitting = {word: kind for kind, words in rules.kinds.items() for word in words if plain.startswith(f"{word} ")}
    return fitting[max(fitting, key=len)] if fitting else None
