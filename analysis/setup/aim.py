"""How many answers are needed? Two published formulas side by side, and what each size really gives."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from analysis.estimation.planning import Figure, cluster_deff, precision, sample_size, yamane_size

Formula = Literal["yamane", "cochran", "clustered"]
"""n = N/(1 + N·e²); Cochran with finite population; Cochran times the design effect, the tool's own."""

_START: Final = "planning.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is wanted, and what is expected of the field.

    `half_width` of the interval, `share` expected, `level` of confidence, `response_rate`, all 0-1; `icc` the
    correlation of two people of one commune; `per_psu` answers a commune, `villages` drawn in it where any are listed.
    """

    half_width: float
    level: float
    share: float
    icc: float
    per_psu: int
    villages: int
    response_rate: float

    @property
    def deff(self) -> float:
        """1 + (m−1)·ICC (Kish 1965), m the answers of one commune."""
        return cluster_deff(self.per_psu, self.icc)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One formula's answer. `need`: answers; `ask`: people to be asked; `simple`, `real`: half width of the interval of
    `need` answers as if people were drawn one by one, and under the design effect."""

    formula: Formula
    need: int
    ask: int
    simple: float
    real: float


def start() -> Aim:
    """The aim that planning starts from, as planning.toml has it."""
    return Aim(**{name: table["value"] for name, table in settings().items()})


@cache
def settings() -> Mapping[str, Mapping[str, Any]]:
    """The start values with mark and source, by the names of Aim's fields."""
    content = tomllib.loads(resources.files(__package__).joinpath(_START).read_text(encoding="utf-8"))
    return {name: table for name, table in content.items() if isinstance(table, dict)}


def sizes(aim: Aim, population: int) -> tuple[Size, ...]:
    """Both published sizes and the one that reaches the wish under the design effect. Raises EstimationError."""
    simple = Figure(value=aim.share, level=aim.level, population=population, response_rate=aim.response_rate)
    real = Figure(
        value=aim.share, level=aim.level, population=population, response_rate=aim.response_rate, deff=aim.deff
    )
    found: dict[Formula, Any] = {
        "yamane": yamane_size(simple, half_width=aim.half_width),
        "cochran": sample_size(simple, half_width=aim.half_width),
        "clustered": sample_size(real, half_width=aim.half_width),
    }
    return tuple(
        Size(
            formula=formula,
            need=size.need,
            ask=size.ask,
            simple=precision(simple, size.need).half_width,
            real=precision(real, size.need).half_width,
        )
        for formula, size in found.items()
    )


def to_ask(answers: int, response_rate: float, people: int) -> int:
    """How many people to ask for so many answers, at most all there are."""
    return min(math.ceil(answers / response_rate * (1 - 1e-9)), people)
