"""Which units does the product know before anybody typed one? Provinces, communes and districts, and the usual sở.

The tables lie in `unit_lists/`, with their sources in `lists.toml`: today's communes, what they were until 30/06/2025,
and the sở as they were merged in 02-03/2025.
"""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, Final

from survey.collation import unit_sort_key
from survey.units import Block, Unit

_FOLDER = resources.files("survey") / "unit_lists"
_LEVELS: Final[Mapping[int, Block]] = {2: "province", 3: "district", 5: "commune"}
"""The length of an official code says what it is one of."""


@cache
def lists() -> Mapping[str, Any]:
    """Of every shipped list (today, before, departments): id, version, source, mark and its day."""
    return tomllib.loads((_FOLDER / "lists.toml").read_text(encoding="utf-8"))


@cache
def provinces() -> tuple[Unit, ...]:
    """Every province of the newest list, in the order of its name."""
    found = (unit for unit in _today() if unit.block == "province" and unit.valid_to is None)
    return tuple(sorted(found, key=lambda unit: unit_sort_key(unit.name)))


def province_units(code: str) -> tuple[Unit, ...]:
    """A province with its communes of the newest list, and the districts and communes that it had before.

    Each of today's names what it was made of. Empty for a code that no province has.
    """
    today = [unit for unit in _today() if code in (unit.code, unit.parent)]
    codes = {unit.code for unit in today}
    rows = {row["code"]: row for row in _before() if codes & {*row["became"].split()}}
    above = {row["parent"] for row in rows.values()}
    rows |= {row["code"]: row for row in _before() if row["code"] in above}
    above = {row["parent"] for row in rows.values()}
    rows |= {row["code"]: row for row in _before() if row["code"] in above}
    made_of: dict[str, list[str]] = {}
    for row in rows.values():
        for new in row["became"].split():
            made_of.setdefault(new, []).append(row["code"])
    last = lists()["before"]["valid_to"]
    first = lists()["today"]["valid_from"]
    return (
        *(
            replace(unit, predecessors=tuple(sorted(made_of.get(unit.code, ())))) if unit.valid_from == first else unit
            for unit in today
        ),
        *(_unit(row, valid_to=last, mark=lists()["before"]["mark"]) for row in rows.values()),
    )


def departments(day: date, parent: str = "") -> tuple[Unit, ...]:
    """The usual sở of a province: those until the day before `day`, what became of them from it on, and the others.

    `day`: when the province's merged sở began to work; it differs from province to province.
    """
    ends = {"before": {"valid_to": day - timedelta(days=1)}, "after": {"valid_from": day}, "always": {}}
    return tuple(
        Unit(
            code=row["code"],
            name=row["name"],
            block="department",
            parent=parent,
            predecessors=tuple(row["predecessors"].split()),
            mark=row["mark"],
            **ends[row["when"]],  # type: ignore[arg-type]
        )
        for row in _rows(lists()["departments"]["file"])
    )


@cache
def _today() -> tuple[Unit, ...]:
    mark = lists()["today"]["mark"]
    days = ("valid_from", "valid_to")
    return tuple(
        _unit(row, basis=row["basis"], mark=mark, **{day: date.fromisoformat(row[day]) for day in days if row[day]})
        for row in _rows(lists()["today"]["file"])
    )


def _before() -> tuple[dict[str, str], ...]:
    return _rows(lists()["before"]["file"])


def _unit(row: Mapping[str, str], **more: Any) -> Unit:
    block = _LEVELS[len(row["code"])]
    return Unit(code=row["code"], name=row["name"], block=block, parent=row["parent"], **more)


@cache
def _rows(file: str) -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader((_FOLDER / file).read_text(encoding="utf-8").splitlines()))
