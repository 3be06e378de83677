"""Is an option one of those there are? Choices, levels, counts and names, refused before any work is done."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, get_args

from analysis.estimation.errors import EstimationError


def check_option(name: str, got: object, allowed: Any) -> None:
    """Raises EST_BAD_OPTION where `got` is not one of a Literal's values. `name`: the argument's."""
    if got not in get_args(allowed):
        raise EstimationError("EST_BAD_OPTION", name=name, got=got, allowed=", ".join(map(str, get_args(allowed))))


def check_level(level: object) -> None:
    """Raises EST_BAD_LEVEL where a confidence level is not between 0 and 1."""
    if not isinstance(level, int | float) or not 0 < level < 1:
        raise EstimationError("EST_BAD_LEVEL", got=level)


def check_count(name: str, got: object, least: int) -> None:
    """Raises EST_NOT_COUNT for what is no whole number (an int, also numpy's) from `least` on. `name`: its argument."""
    if isinstance(got, bool) or not isinstance(got, Integral) or int(got) < least:
        raise EstimationError("EST_NOT_COUNT", name=name, got=got, least=least)


def names_of(columns: str | Sequence[str], *, empty: bool = False) -> tuple[str, ...]:
    """One name or several, as a tuple.

    Raises EST_NAMES for a name that is no text, one that occurs twice, and for none at all unless `empty` allows it.
    """
    names = (columns,) if isinstance(columns, str) else columns
    try:
        names = tuple(names)
    except TypeError:
        raise EstimationError("EST_NAMES", got=columns) from None
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names) or not (names or empty):
        raise EstimationError("EST_NAMES", got=", ".join(map(str, names)))
    return names
