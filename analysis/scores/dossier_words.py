"""How do officials word a table about dossiers? Headings and cells are known however they are spelled."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analysis.scores.dossiers import COUNTS, Count, Kind
from survey.errors import languages, word
from survey.xlsform.columns import plain

_FILE = Path(__file__).parent / "rules" / "dossier_words.toml"

NOTE = "note"
"""A column of remarks: nothing is counted in it, and it is no surprise in a file."""
CHANNELS: tuple[Count, ...] = ("direct", "post", "online")
TEXTS = ("unit", "period")
CASE_COLUMNS = (
    "code", "unit", "channel", "received_on", "due_on", "finished_on", "returned_on", "supplements", "waiting_days",
    "reason",
)  # fmt: skip
"""The columns of a table with one row a dossier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Plain wordings: headings to columns, cells to channels, the names of rows of totals, how reasons begin."""

    columns: Mapping[str, str]
    channels: Mapping[str, Count]
    totals: frozenset[str]
    reasons: tuple[str, ...]

    def reason(self, header: str) -> str | None:
        """The reason for late dossiers that a heading counts: «Trễ do: thiếu người» → «thiếu người»."""
        for before in self.reasons:
            if plain(header).startswith(f"{before} "):
                return " ".join(header.split()[len(before.split()) :]).strip(" :") or None
        return None


def heading(column: str, language: str = "vi") -> str:
    """What the template calls a column."""
    return word(f"DOS_HEAD_{column.upper()}", language)


def columns(kind: Kind) -> tuple[str, ...]:
    """The columns of the template of that kind."""
    return CASE_COLUMNS if kind == "dossiers" else (*TEXTS, *COUNTS)


@cache
def words() -> Words:
    """The wordings of the messages in every language, and the further ones of rules/dossier_words.toml."""
    more = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    names = dict.fromkeys((*columns("counts"), *CASE_COLUMNS, NOTE))
    found: dict[str, str] = {}
    for name in names:
        own = (heading(name, language) for language in languages())
        for text in (name, *own, *more["columns"].get(name, ())):
            if found.setdefault(plain(text), name) != name:
                raise ValueError(f"{_FILE.name}: «{text}» names both {found[plain(text)]} and {name}")
    return Words(
        columns=found,
        channels={
            plain(text): name
            for name in CHANNELS
            for text in (name, *(heading(name, language) for language in languages()), *more["channels"][name])
        },
        totals=frozenset(plain(name) for name in more["totals"]["names"]),
        reasons=tuple(plain(before) for before in more["reason"]["before"]),
    )
