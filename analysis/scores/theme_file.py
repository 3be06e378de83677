"""Which words make which theme? The list of themes in a TOML file, the tool's own or a round's, read and checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from analysis.scores.rules_file import read_rules
from analysis.scores.vietnamese_words import syllables
from survey.errors import Problem, Refused
from survey.questionnaire import Words
from survey.store import Store

PAPER = "themes"
"""The kind of working paper that holds a round's own list."""
SHIPPED = "themes_vi.toml"
_KEYS = ("id", "label", "phrases", "only_marked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A theme: `phrases` are found with marks, or without in comments that have none; `only_marked` with marks only."""

    id: str
    label: Words
    phrases: tuple[str, ...]
    only_marked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRules:
    """The list of themes, whose it is and of when: every output names its id and version."""

    id: str
    version: str
    source: Words
    themes: tuple[Theme, ...]


def themes_of_round(store: Store, round_id: str) -> ThemeRules:
    """The list that the desk keeps for a round, else the tool's. Raises Refused where it cannot be read."""
    paper = store.paper(round_id, PAPER)
    return load_themes() if paper is None else read_themes(from_json(paper.content), PAPER)


def to_json(text: str) -> str:
    """A list's TOML text as the working paper keeps it."""
    return json.dumps({"toml": text}, ensure_ascii=False)


def from_json(content: str) -> str:
    """The TOML text in a working paper. Raises Refused where there is none."""
    try:
        text = json.loads(content)["toml"]
    except (ValueError, KeyError, TypeError):
        text = None
    if not isinstance(text, str):
        raise Refused([Problem(code="THM_PAPER")])
    return text


def load_themes() -> ThemeRules:
    """The list that comes with the tool. Raises Refused if it was edited into a fault."""
    return read_themes(shipped_text(), SHIPPED)


def shipped_text() -> str:
    """The list that comes with the tool, as a file to be edited."""
    return resources.files("analysis.scores.rules").joinpath(SHIPPED).read_text("utf-8")


def read_themes(text: str, name: str) -> ThemeRules:
    """The list in a TOML file called `name`. Raises Refused with every fault, each with the theme it is in."""
    raw = read_rules(text, name)
    faults: list[Problem] = []
    entries = raw.get("theme")
    for key in ("id", "version"):
        if not isinstance(raw.get(key), str) or not raw[key].strip():
            faults.append(Problem(code="THM_TEXT", file=name, column=key))
    if not isinstance(entries, list) or not entries:
        faults.append(Problem(code="THM_NO_THEMES", file=name))
        entries = []
    themes = [_theme(entry, turn, name, faults) for turn, entry in enumerate(entries, start=1)]
    ids = [theme.id.casefold() for theme in themes]
    twice = dict.fromkeys(theme.id for theme in themes if ids.count(theme.id.casefold()) > 1)
    faults += [Problem(code="THM_TWICE", file=name, values={"theme": each}) for each in twice]
    source = raw.get("source")
    if not _words(source):
        faults.append(Problem(code="THM_WORDS", file=name, values={"theme": raw.get("id"), "key": "source"}))
    if faults:
        raise Refused(faults)
    return ThemeRules(id=raw["id"], version=raw["version"], source=source or {}, themes=tuple(themes))


def _theme(entry: Any, turn: int, name: str, faults: list[Problem]) -> Theme:
    given: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    named = given.get("id")
    at = named if isinstance(named, str) and named else f"#{turn}"
    if at != named or not at.replace("_", "").isalnum() or not at.isascii():
        faults.append(Problem(code="THM_ID", file=name, values={"theme": at}))
    if not _words(given.get("label")):
        faults.append(Problem(code="THM_WORDS", file=name, values={"theme": at, "key": "label"}))
    for key in given.keys() - set(_KEYS):
        faults.append(
            Problem(code="THM_KEY", file=name, column=str(key), values={"theme": at, "allowed": ", ".join(_KEYS)})
        )
    lists = {}
    for key in ("phrases", "only_marked"):
        listed = given.get(key, [])
        good = isinstance(listed, list) and all(isinstance(each, str) and syllables(each)[0] for each in listed)
        if not good:
            faults.append(Problem(code="THM_PHRASES", file=name, column=key, values={"theme": at}))
        lists[key] = tuple(listed) if good else ()
    if not any(lists.values()):
        faults.append(Problem(code="THM_EMPTY", file=name, values={"theme": at}))
    return Theme(id=at, label=given.get("label") or {}, phrases=lists["phrases"], only_marked=lists["only_marked"])


def _words(value: Any) -> bool:
    """Whether it is a wording, Vietnamese at least."""
    return isinstance(value, dict) and bool(value.get("vi")) and all(isinstance(each, str) for each in value.values())
