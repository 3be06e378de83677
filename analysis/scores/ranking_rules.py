"""By which settings are units ranked? The file rules/ranking.toml as a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from analysis.scores.rules_file import head_faults, load_rules_file, source_faults, table_of
from survey.errors import Problem, Refused, languages, word
from survey.questionnaire import Words

_SHIPPED = Path(__file__).parent / "rules" / "ranking.toml"
_NUMBERS = {"least_n": 1, "least_officer_n": 1, "least_shrunk_units": 3, "draws": 1000, "seed": 0}
"""Settings that are whole numbers, and the smallest each may be."""
_OTHERS = ("block_order", "kinds")


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingRules:
    """`least_n`, `least_officer_n`: people below whom a unit or official has no rank; `least_shrunk_units`: units below
    which nothing is shrunk; `draws` and `seed` of the rank sets; `block_order`: kinds of units, the first on top.

    `kinds`: kind → how names of such units begin, in small letters, after any of `before`. `sources`: each setting's
    name, its mark, and where it comes from.
    """

    id: str
    version: str
    least_n: int
    least_officer_n: int
    least_shrunk_units: int
    draws: int
    seed: int
    block_order: tuple[str, ...]
    valid_from: date
    sources: tuple[tuple[str, str, Words], ...]
    kinds: Mapping[str, tuple[str, ...]]
    before: tuple[str, ...]


@cache
def load_ranking_rules(path: Path | None = None) -> RankingRules:
    """The settings in a file, by default the shipped ones. Raises Refused with every fault at once."""
    file = path or _SHIPPED
    content = load_rules_file(file)
    faults = list(_faults(content, file.name))
    if faults:
        raise Refused(faults)
    tables = {name: table_of(content, name) for name in (*_NUMBERS, *_OTHERS)}
    return RankingRules(
        id=content["id"],
        version=content["version"],
        valid_from=content["valid_from"],
        block_order=tuple(tables["block_order"]["value"]),
        kinds={kind: tuple(words) for kind, words in tables["kinds"]["value"].items()},
        before=tuple(tables["kinds"]["before"]),
        sources=tuple((name, table["mark"], table["source"]) for name, table in tables.items()),
        **{name: tables[name]["value"] for name in _NUMBERS},
    )


def rules_with(least: int) -> RankingRules:
    """The shipped settings, with the least number of people that a round sets for itself (Round.least; 0: none)."""
    rules = load_ranking_rules()
    if not least:
        return rules
    own = ("least_n", "–", {language: word("SET_LEAST_SOURCE", language) for language in languages()})
    sources = tuple(own if each[0] == "least_n" else each for each in rules.sources)
    return replace(rules, least_n=least, sources=sources)


def _faults(content: dict[str, Any], file: str) -> Iterator[Problem]:
    def fault(name: str, code: str, **values: object) -> Problem:
        return Problem(code=code, file=file, values={"name": name, **values})

    known = ("id", "version", "valid_from", *_OTHERS, *_NUMBERS)
    for name in sorted(set(content) - set(known)):
        yield fault(name, "RNK_RULES_UNKNOWN", allowed=", ".join(known))
    yield from head_faults(content, file)
    for name, least in _NUMBERS.items():
        value = table_of(content, name).get("value")
        if type(value) is not int or value < least:
            yield fault(name, "RNK_RULES_NUMBER", got=value, least=least)
    kinds = table_of(content, "kinds")
    lists = {f"kinds.value.{kind}": words for kind, words in table_of(kinds, "value").items()}
    lists |= {"block_order": table_of(content, "block_order").get("value"), "kinds.before": kinds.get("before")}
    for name, words in lists.items():
        if not isinstance(words, list) or not all(isinstance(each, str) for each in words):
            yield fault(name, "RNK_RULES_LIST")
    yield from source_faults(content, file, (*_NUMBERS, *_OTHERS))
