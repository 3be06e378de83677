"""Which tool wrote this table? Known by the columns that the tool adds itself (shapes.toml, with its sources)."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a tool's own columns mean, by heading as it stands in the file; empty where there is none.

    `name`: the tool's, as shapes.toml has it, or «table» for any other table.

    `identity` columns that together name a row; `day` when it was answered, `utc` whether that is UTC without saying
    so, `day_first` whether the day stands before the month where nothing in it tells; `submitted` is empty in a row
    that was only opened; a row whose `state` is one of `refused` was rejected by staff; a row that says something in
    `locked` could not be decrypted. `own`: all of the tool's own columns.
    """

    name: str
    identity: tuple[str, ...] = ()
    day: str = ""
    utc: bool = False
    day_first: bool = False
    place: str = ""
    language: str = ""
    interviewer: str = ""
    submitted: str = ""
    state: str = ""
    refused: frozenset[str] = frozenset()
    locked: str = ""
    own: frozenset[str] = frozenset()


def shape_of(headings: Sequence[str]) -> Shape:
    """The shape of a table with these headings; «table» if no tool is recognised.

    A tool's own column may stand in a group (`meta/instanceID`) but is never a question's.
    """
    known = {plainly(name_in(heading)): heading for heading in reversed(headings)}
    for name, rules in _rules().items():
        marks = [mark for mark in rules["marks"] if all(each in known for each in mark)]
        if marks and (not rules.get("first") or plainly(headings[0]) in {mark[0] for mark in marks}):
            return _shape(name, rules, known)
    return Shape(name="table")


def name_in(heading: str) -> str:
    """The name with which our own template begins a heading, `so_phieu | …`; any other heading as it is."""
    name, bar, _ = heading.partition(" | ")
    return name if bar else heading


def plainly(text: object) -> str:
    """For comparing: NFC, one space for any blanks, without case."""
    return " ".join(unicodedata.normalize("NFC", str(text)).split()).casefold()


def chosen(cell: object) -> bool | None:
    """What a cell in a column of one option says; None if it is neither yes nor no."""
    said = plainly(cell)
    words = _words("chosen")
    return True if said in words["yes"] else False if said in words["no"] else None


def unanswered(text: str) -> bool:
    """Whether a cell says in a word that nothing was answered."""
    return plainly(text) in _words("unanswered")["words"]


def _shape(name: str, rules: dict[str, Any], known: dict[str, str]) -> Shape:
    def first(key: str) -> str:
        return next((known[each] for each in rules.get(key, ()) if each in known), "")

    joined = (each.split("+") for each in rules["identity"])
    identity = next((parts for parts in joined if all(each in known for each in parts)), list[str]())
    day = first("day")
    return Shape(
        name=name,
        identity=tuple(known[each] for each in identity),
        day=day,
        utc=plainly(name_in(day)) in rules.get("utc", ()),
        day_first=plainly(name_in(day)) in rules.get("day_first", ()),
        place=first("place") or _in_group(known, rules["place"]),
        language=first("language"),
        interviewer=first("interviewer"),
        submitted=first("submitted"),
        state=_one(known, rules.get("state")),
        refused=frozenset(rules.get("refused", ())),
        locked=_one(known, rules.get("locked")),
        own=frozenset(known[each] for each in rules["own"] if each in known),
    )


def _in_group(known: dict[str, str], names: Sequence[str]) -> str:
    """The heading that ends in one of these names, after its groups: `part_1/hl_place`."""
    return next((heading for text, heading in known.items() if re.split("[/:-]", text)[-1] in names), "")


def _one(known: dict[str, str], name: str | None) -> str:
    return known.get(name, "") if name else ""


@cache
def _rules() -> dict[str, dict[str, Any]]:
    return {name: rules for name, rules in _file().items() if "marks" in rules}


@cache
def _words(part: str) -> dict[str, frozenset[str]]:
    return {name: frozenset(map(plainly, words)) for name, words in _file()[part].items()}


def _file() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files(__package__ or "").joinpath("shapes.toml").read_text("utf-8"))
