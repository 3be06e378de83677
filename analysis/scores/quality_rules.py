"""When does a check of the slips' quality speak up? The file rules/quality.toml as a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from analysis.scores.rules_file import head_faults, load_rules_file, source_faults, table_of
from survey.errors import Problem, Refused
from survey.questionnaire import Words

_SHIPPED = Path(__file__).parent / "rules" / "quality.toml"
_WHOLE = {
    "least_n": (2, 10_000),
    "least_units": (3, 10_000),
    "least_items": (2, 10_000),
    "same_text_slips": (2, 10_000),
    "same_text_letters": (1, 2_000),
    "hour_most": (1, 100_000),
    "draws": (199, 100_000),
    "seed": (0, 2**31),
}
_SHARES = {"alpha": (1e-6, 0.2), "near_copy": (0.5, 1.0)}
_BOUNDS: Mapping[str, tuple[float, float]] = {**_WHOLE, **_SHARES}


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRules:
    """`alpha`: share of clean units that may be suspected by chance. `least_n`, `least_units`: slips of a unit, and
    other units, below which nothing is tested. `near_copy`, `least_items`: share of like answers, and number of
    answers, from which two slips are near copies. `same_text_slips`, `same_text_letters`: slips that share a text so
    long. `hour_most`: slips of one place in one hour. `draws`, `seed`: of the random orders. `sources`: each setting's
    name, its mark, and where it comes from.
    """

    id: str
    version: str
    valid_from: date
    alpha: float
    least_n: int
    least_units: int
    near_copy: float
    least_items: int
    same_text_slips: int
    same_text_letters: int
    hour_most: int
    draws: int
    seed: int
    sources: tuple[tuple[str, str, Words], ...]


@cache
def load_quality_rules(path: Path | None = None) -> QualityRules:
    """The settings in a file, by default the shipped ones. Raises Refused with every fault at once."""
    file = path or _SHIPPED
    content = load_rules_file(file)
    faults = list(_faults(content, file.name))
    if faults:
        raise Refused(faults)
    return QualityRules(
        id=content["id"],
        version=content["version"],
        valid_from=content["valid_from"],
        sources=tuple((name, content[name]["mark"], content[name]["source"]) for name in _BOUNDS),
        **{name: content[name]["value"] for name in _BOUNDS},
    )


def _faults(content: dict[str, Any], file: str) -> Iterator[Problem]:
    def fault(name: str, code: str, **values: object) -> Problem:
        return Problem(code=code, file=file, values={"name": name, **values})

    known = ("id", "version", "valid_from", *_BOUNDS)
    for name in sorted(set(content) - set(known)):
        yield fault(name, "QUA_RULES_UNKNOWN", allowed=", ".join(known))
    yield from head_faults(content, file)
    for name, (least, most) in _BOUNDS.items():
        value = table_of(content, name).get("value")
        right = type(value) is int if name in _WHOLE else type(value) is float
        if not right or not least <= value <= most:  # type: ignore[operator]
            yield fault(name, "QUA_RULES_NUMBER", got=value, least=least, most=most)
    yield from source_faults(content, file, _BOUNDS)
