"""Which tables does a file of rules hold? One reader and one message for every TOML file of settings."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from survey.errors import Problem, Refused


def load_rules_file(file: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises Refused (RULES_FILE) where it cannot be read."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _unreadable(file.name, error) from error
    return read_rules(text, file.name)


def read_rules(text: str, name: str) -> dict[str, Any]:
    """The tables in the text of a TOML file called `name`. Raises Refused (RULES_FILE) for anything else."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(name, error) from error


def table_of(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The table of this name, empty where there is none."""
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def head_faults(content: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """What is wrong with the id, the version and the first day of a file of settings."""
    for name in ("id", "version"):
        if not isinstance(content.get(name), str):
            yield Problem(code="RNK_RULES_TEXT", file=file, values={"name": name})
    if not isinstance(content.get("valid_from"), date):
        yield Problem(code="RNK_RULES_DATE", file=file, values={"name": "valid_from"})


def source_faults(content: Mapping[str, Any], file: str, names: Iterable[str]) -> Iterator[Problem]:
    """Which of the settings lack a mark or a source."""
    for name in names:
        table = table_of(content, name)
        if not all(isinstance(said, str) for said in (table.get("mark"), table_of(table, "source").get("vi"))):
            yield Problem(code="RNK_RULES_SOURCE", file=file, values={"name": name})


def _unreadable(name: str, error: Exception) -> Refused:
    return Refused([Problem(code="RULES_FILE", file=name, values={"reason": str(error)})])
