"""By which rules is a round published? Thresholds with their sources and the fixed list of tables, from a data file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from analysis.scores.rules_file import head_faults, load_rules_file, source_faults, table_of
from analysis.scores.satisfaction import RowLevel
from analysis.scores.suppression import Protection
from survey.errors import Problem, Refused
from survey.questionnaire import Words

BY = "@by"
"""Stands for every column that the round is broken down by."""

_SHIPPED = Path(__file__).parent / "rules" / "publication.toml"
_SETTINGS = {
    "least_n": (2, 1000),
    "range_share": (0, 1),
    "range_least": (1, 100),
    "share_decimals": (0, 2),
    "interval_decimals": (0, 2),
}
"""Each setting with the least and the greatest value that makes sense."""
_LEVELS = tuple(level for level in get_args(RowLevel) if level != "option")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A number that decides, where it comes from (in Vietnamese and maybe other languages), and how sure that is."""

    value: float
    source: Words
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """One table of the list: of the whole round (`column` ""), of its units (`BY`), or by the answers to a question."""

    id: str
    column: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationRules:
    """The rules of one file. Shares are 0-1; decimals are those of a percentage."""

    id: str
    version: str
    valid_from: date
    least_n: Setting
    range_share: Setting
    range_least: Setting
    share_decimals: Setting
    interval_decimals: Setting
    never_roles: tuple[str, ...]
    never_columns: tuple[str, ...]
    tables: tuple[TableRule, ...]

    @property
    def protection(self) -> Protection:
        """What hidden cells must keep."""
        return Protection(
            least=self.least_n.value, range_share=self.range_share.value, range_least=self.range_least.value
        )


def load_publication_rules(path: str | Path | None = None) -> PublicationRules:
    """The rules in a TOML file, by default the shipped ones. Raises Refused with everything that is wrong in it."""
    file = _SHIPPED if path is None else Path(path)
    content = load_rules_file(file)
    problems = [
        *head_faults(content, file.name),
        *source_faults(content, file.name, _SETTINGS),
        *(Problem(code=code, file=file.name, values=values) for code, values in (*_settings(content), *_list(content))),
    ]
    if problems:
        raise Refused(problems)
    never = content["never"]
    return PublicationRules(
        id=content["id"],
        version=content["version"],
        valid_from=content["valid_from"],
        never_roles=tuple(never["roles"]),
        never_columns=tuple(never["columns"]),
        tables=tuple(
            TableRule(id=table["id"], column=table["column"], levels=tuple(table["levels"]))
            for table in content["table"]
        ),
        **{name: Setting(**{part: content[name][part] for part in ("value", "source", "mark")}) for name in _SETTINGS},
    )


Fault = tuple[str, Mapping[str, object]]


def _settings(content: Mapping[str, Any]) -> Iterator[Fault]:
    never = content.get("never")
    if not isinstance(never, dict) or not all(_texts(never.get(part)) for part in ("roles", "columns")):
        yield "DIS_RULES_MISSING", {"name": "never"}
    for name, (low, high) in _SETTINGS.items():
        value: Any = table_of(content, name).get("value")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high or ("decimals" in name and value != int(value)):
            yield "DIS_RULES_VALUE", {"name": name, "got": value, "low": low, "high": high}


def _list(content: Mapping[str, Any]) -> Iterator[Fault]:
    tables = content.get("table")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        yield "DIS_RULES_MISSING", {"name": "table"}
        return
    columns = [str(table.get("column")) for table in tables]
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        yield "DIS_RULES_TWICE", {"column": column}
    whole: Any = next((table.get("levels") for table in tables if table.get("column") == ""), None)
    for place, table in enumerate(tables, start=1):
        levels: Any = table.get("levels")
        if not isinstance(table.get("id"), str) or not isinstance(table.get("column"), str):
            yield "DIS_RULES_MISSING", {"name": f"table {place}: id, column"}
        if not _texts(levels) or not set(levels) <= set(_LEVELS) or "overall" not in levels:
            yield "DIS_RULES_LEVELS", {"place": place, "got": levels, "allowed": ", ".join(_LEVELS)}
        elif _texts(whole) and not set(levels) <= set(whole):
            yield "DIS_RULES_WHOLE", {"place": place}
    if whole is None:
        yield "DIS_RULES_WHOLE", {"place": "–"}


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
