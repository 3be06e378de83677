"""Which tables does a file of rules hold? One reader and one message for every TOML file of settings."""

import tomllib
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


def _unreadable(name: str, error: Exception) -> Refused:
    return Refused([Problem(code="RULES_FILE", file=name, values={"reason": str(error)})])
