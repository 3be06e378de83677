"""What may be said of a ranking, in words? No more than the sets of ranks allow."""

import math
from collections.abc import Iterator, Sequence

from analysis.scores.ranking import Block, Ranked, Ranking
from survey.errors import catalogue, word
from survey.words import DASH, percent

_NAMED = 12
"""Units that one sentence names at most."""
_SURE = 0.995
"""Above it a probability is told as «over 99 %», for nothing here is certain."""


def ranking_sentences(ranking: Ranking, language: str = "vi") -> tuple[str, ...]:
    """Block by block: who can be told apart, who may be first and last, who has no rank; then how that was found."""
    said = [sentence for block in ranking.blocks for sentence in block_sentences(ranking, block, language)]
    return (*said, how_words(ranking, language)) if said else ()


def block_sentences(ranking: Ranking, block: Block, language: str = "vi") -> Iterator[str]:
    """What may be said of one block, its name before each sentence where there are several."""
    before = f"{block_words(block.kind, language)}: " if len(ranking.blocks) > 1 else ""
    for sentence in (*_order(block, language), *_left_out(ranking, block, language)):
        yield before + sentence


def how_words(ranking: Ranking, language: str = "vi") -> str:
    """Whose sets these are, what they promise, and by which settings."""
    rules = ranking.rules
    level = percent(ranking.level, 0, language)
    named = {"id": rules.id, "version": rules.version, "least": ranking.least_n}
    return word("RNK_HOW", language, level=level, **named)


def block_words(kind: str, language: str = "vi") -> str:
    """What a block is called; a kind without a name of its own is its own name."""
    code = f"RNK_BLOCK_{kind.upper()}"
    return word(code, language) if code in catalogue() else kind or word("RNK_BLOCK_ALL", language)


def set_words(unit: Ranked) -> str:
    """A rank with the set it may truly be in: «3 (1–7)»; «–» where there is none."""
    return DASH if unit.rank is None else f"{unit.rank} ({span_words(unit)})"


def span_words(unit: Ranked) -> str:
    """The set of ranks alone: «1–7»; «–» where there is none."""
    return DASH if unit.rank_low is None else f"{unit.rank_low}–{unit.rank_high}"


def pair_sentences(ranking: Ranking, unit: str, other: str, language: str = "vi") -> tuple[str, ...]:
    """Whether one unit is better than another: what holds together with everything else said, then that pair alone."""
    block = ranking.block_of(unit)
    if other not in {each.unit for each in block.units}:
        return (word("RNK_PAIR_BLOCKS", language, unit=unit, other=other),)
    standing = block.standing(unit, other)
    level = percent(ranking.level, 0, language)
    gaps = {"unit": unit, "other": other, "least": ranking.least_n, "level": level}
    verdict = word(f"RNK_PAIR_{standing.upper()}", language, **gaps)
    chance = block.chance(unit, other)
    if standing == "unranked":
        return (verdict,)
    if not math.isfinite(chance):
        return verdict, word("RNK_PAIR_NO_ERROR", language)
    return verdict, word("RNK_PAIR_CHANCE", language, unit=unit, other=other, chance=chance_words(chance, language))


def chance_words(chance: float, language: str = "vi") -> str:
    """A probability without decimals; never 0 or 100 %."""
    if chance > _SURE:
        return word("RNK_OVER", language, chance=percent(0.99, 0, language))
    if chance < 1 - _SURE:
        return word("RNK_UNDER", language, chance=percent(0.01, 0, language))
    return percent(chance, 0, language)


def listed(names: Sequence[str], language: str = "vi") -> str:
    """Names, the first dozen of many."""
    shown = ", ".join(names[:_NAMED])
    return word("RNK_MORE", language, units=shown, count=len(names) - _NAMED) if names[_NAMED:] else shown


def _order(block: Block, language: str) -> Iterator[str]:
    ranked = block.ranked
    count = len(ranked)
    names = [unit.unit for unit in ranked]
    if count == 1:
        yield word("RNK_ALONE", language, unit=names[0])
    if count < 2:
        return
    clear = sum(len(unit.better_than) for unit in ranked)
    if not clear:
        yield word("RNK_NONE_APART", language, count=count, units=listed(names, language))
        return
    if len(block.tiers) == count:
        yield word("RNK_ALL_APART", language, count=count, units=listed(names, language))
        return
    yield word("RNK_SOME_APART", language, clear=clear, pairs=count * (count - 1) // 2)
    if len(block.tiers) > 1:
        tiers = "; ".join(f"({place}) {listed(tier, language)}" for place, tier in enumerate(block.tiers, start=1))
        yield word("RNK_TIERS", language, count=len(block.tiers), tiers=tiers)
    for place, tier in enumerate(block.tiers, start=1):
        inside = [unit for unit in ranked if unit.unit in tier]
        if len(tier) > 1 and not any(set(unit.better_than) & set(tier) for unit in inside):
            yield word("RNK_TIER_ALIKE", language, place=place, units=listed(tier, language))
    for several, single, units in (
        ("RNK_MAY_LEAD", "RNK_MAY_LEAD_ONLY", [unit for unit in ranked if unit.rank_low == 1]),
        ("RNK_MAY_TRAIL", "RNK_MAY_TRAIL_ONLY", [unit for unit in ranked if unit.rank_high == count]),
    ):
        code = single if len(units) == 1 else several
        yield word(code, language, count=len(units), units=listed([unit.unit for unit in units], language))


def _left_out(ranking: Ranking, block: Block, language: str) -> Iterator[str]:
    names = [unit.unit for unit in block.units if unit.rank is None]
    if names:
        units = listed(names, language)
        yield word("RNK_LEFT_OUT", language, count=len(names), units=units, least=ranking.least_n)
