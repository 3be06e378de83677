"""How are rules for points read? A TOML file becomes a Scheme, or every fault in it is told at once."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, get_args

from analysis.scores.rules_file import read_rules
from analysis.scores.scorecard.checking import check_tree, read_criterion
from analysis.scores.scorecard.fields import Fields, Place
from analysis.scores.scorecard.scheme import Band, Criterion, Evidence, Kind, Mark, Scheme, Sum
from survey.errors import Problem, Refused

_SCHEME = ("id", "version", "kind", "title", "source", "mark", "valid_from", "valid_to", "note", "bands_of", "band")
_LISTS = ("sum", "criterion", "declared_criteria", "declared_parts", "option_weights", "unit_kind")


@cache
def shipped() -> Mapping[str, Scheme]:
    """The rules that come with the tool, by id. Raises Refused if one was edited into a fault."""
    found: dict[str, Scheme] = {}
    for file in sorted(resources.files("analysis.scores.rules").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml") and "[[criterion]]" in (text := file.read_text("utf-8")):
            scheme = read_scheme(text, file.name)
            found[scheme.id] = scheme
    return found


def read_scheme(text: str, name: str) -> Scheme:
    """The rules in a TOML file called `name`. Raises Refused with every fault, each with criterion and key."""
    return scheme_of(read_rules(text, name), name)


def scheme_of(raw: Mapping[str, Any], name: str | None) -> Scheme:
    """The rules in the tables of a file called `name`. Raises Refused with every fault."""
    faults: list[Problem] = []
    scheme = _scheme(raw, name, faults)
    if faults:
        raise Refused(faults)
    return scheme


def _scheme(raw: Mapping[str, Any], name: str | None, faults: list[Problem]) -> Scheme:
    fields = Fields(raw=raw, place=Place(file=name), faults=faults)
    fields.only((*_SCHEME, *_LISTS))
    weights = fields.shares("option_weights")
    criteria: list[Criterion] = []
    for turn, each in enumerate(fields.tables("criterion"), start=1):
        place = Place(file=name, criterion=str(each.get("code", f"#{turn}")))
        found = read_criterion(Fields(raw=each, place=place, faults=faults), weights)
        criteria.extend([found] if found else [])
    sums = tuple(
        _sum(Fields(raw=each, place=Place(file=name, key="sum"), faults=faults)) for each in fields.tables("sum")
    )
    bands = tuple(
        _band(Fields(raw=each, place=Place(file=name, key="band"), faults=faults)) for each in fields.tables("band")
    )
    if len({band.at_least for band in bands}) < len(bands):
        faults.append(fields.fault("band", "SCR_BANDS_TWICE"))
    valid_from, valid_to = fields.day("valid_from"), fields.day("valid_to", needed=False)
    if valid_from and valid_to and valid_to < valid_from:
        faults.append(fields.fault("valid_to", "SCR_DAYS"))
    scheme = Scheme(
        id=fields.text("id"),
        version=fields.text("version"),
        kind=fields.one_of("kind", get_args(Kind)),
        title=fields.words("title"),
        source=fields.words("source"),
        mark=fields.one_of("mark", get_args(Mark)),
        valid_from=valid_from or date.min,
        valid_to=valid_to,
        note=fields.words("note", needed=False),
        criteria=tuple(criteria),
        bands=tuple(sorted(bands, key=lambda band: -band.at_least)),
        bands_of=fields.one_of("bands_of", ("index", "points"), default="index"),
        sums=sums,
        declared_criteria=fields.whole("declared_criteria"),
        declared_parts=fields.whole("declared_parts"),
        unit_kind=fields.text("unit_kind", needed=False),
    )
    if len(criteria) == len(fields.tables("criterion")):
        faults.extend(check_tree(scheme, lambda code: Place(file=name, criterion=code)))
    return scheme


def _sum(fields: Fields) -> Sum:
    fields.only(("evidence", "points", "source", "mark"))
    return Sum(
        evidence=tuple(fields.choices("evidence", get_args(Evidence))),
        points=fields.number("points"),
        source=fields.words("source"),
        mark=fields.one_of("mark", get_args(Mark)),
    )


def _band(fields: Fields) -> Band:
    fields.only(("label", "at_least", "source", "mark"))
    return Band(
        label=fields.words("label"),
        at_least=fields.number("at_least", least=0.0),
        source=fields.words("source"),
        mark=fields.one_of("mark", get_args(Mark)),
    )
