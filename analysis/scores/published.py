"""Which index figures of past years are known, and what changed from one to the next? Published numbers have no error.

A figure is a number as somebody published it, or one of this tool's own with its interval. The difference of two
published figures is arithmetic: nothing is known of its error, and it says so.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from analysis.scores.rules_file import load_rules_file
from survey.collation import spelling
from survey.errors import Problem, Refused
from survey.questionnaire import Words

_SHIPPED = Path(__file__).parent / "rules" / "published.toml"

SATISFACTION = "satisfaction"
"""The series of this tool's own rounds: the overall index of satisfaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of one unit in one year. `value` (and its interval `low`, `high`) 0-1, `rank` among `of`.

    `unit` is empty for the whole of a round. None: not known; an interval that is None was never published. `rank_low`,
    `rank_high`: the ranks that the unit may have. `mark`: how sure the source is.
    """

    series: str
    unit: str
    year: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    of: int | None = None
    source: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesBreak:
    """Between the years `year` − 1 and `year` these series (or studies of rounds) stop being comparable.

    `serious`: the two sides do not measure the same thing; otherwise only ranks or units differ.
    """

    id: str
    series: tuple[str, ...]
    year: int
    serious: bool
    words: Words
    source: str
    mark: str

    def parts(self, series: str, before: int, now: int) -> bool:
        """Whether it lies between two years of a series."""
        return series in self.series and before < self.year <= now

    def problem(self) -> Problem:
        """What to say of it."""
        return Problem(code="CMP_BREAK", values={"what": dict(self.words), "source": self.source, "mark": self.mark})


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A file of figures and breaks. `series`: what each series is called."""

    id: str
    version: str
    series: Mapping[str, Words]
    figures: tuple[Figure, ...]
    breaks: tuple[SeriesBreak, ...]

    def breaks_between(self, series: Iterable[str], before: int, now: int) -> tuple[SeriesBreak, ...]:
        """The breaks that lie between two years of any of the series."""
        names = tuple(series)
        return tuple(each for each in self.breaks if any(each.parts(name, before, now) for name in names))


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """Two figures of one series and unit. `value` (0-1): now less before; `places`: ranks gained (−31: fallen by 31).

    `notes`: the breaks between them, another number of units, and that the error is unknown.
    """

    now: Figure
    before: Figure
    notes: tuple[Problem, ...]

    @property
    def value(self) -> float | None:
        """None where one of the figures has no value."""
        return None if self.now.value is None or self.before.value is None else self.now.value - self.before.value

    @property
    def places(self) -> int | None:
        """None where one of the figures has no rank."""
        return None if self.now.rank is None or self.before.rank is None else self.before.rank - self.now.rank


def load_published(path: Path | None = None) -> Published:
    """The figures in a TOML file, by default the shipped ones. Raises Refused for a file that is none."""
    file = path or _SHIPPED
    content = load_rules_file(file)
    try:
        return Published(
            id=content["id"],
            version=content["version"],
            series={each["id"]: _words(each) for each in content["series"]},
            figures=tuple(_checked(Figure(**each)) for each in content["figure"]),
            breaks=tuple(_break(each) for each in content["break"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Refused([Problem(code="CMP_RULES", file=file.name, values={"reason": str(error)})]) from error


def change(now: Figure, before: Figure, published: Published) -> FigureChange:
    """What changed between two figures of one series, with all that speaks against taking it at its word."""
    notes = [each.problem() for each in published.breaks_between([now.series], before.year, now.year)]
    if now.of != before.of and now.rank is not None and before.rank is not None:
        notes.append(Problem(code="CMP_OTHER_NUMBER", values={"before": before.of or "?", "now": now.of or "?"}))
    if now.low is None or before.low is None:
        notes.append(Problem(code="CMP_NO_ERROR"))
    return FigureChange(now=now, before=before, notes=tuple(notes))


def changes(figures: Iterable[Figure], published: Published, *, until: int) -> tuple[FigureChange, ...]:
    """Each figure up to the year `until` against the one before it of the same series and unit, years in order."""
    rows: dict[tuple[str, str], dict[int, Figure]] = {}
    for figure in figures:
        if figure.year <= until:
            rows.setdefault((figure.series, spelling(figure.unit)), {}).setdefault(figure.year, figure)
    return tuple(
        change(years[now], years[before], published)
        for years in rows.values()
        for before, now in pairwise(sorted(years))
    )


def to_json(figures: Iterable[Figure]) -> str:
    """The working paper of kind «published»: figures that staff know beside the shipped ones."""
    return json.dumps({"figures": [asdict(each) for each in figures]}, ensure_ascii=False)


def from_json(text: str) -> tuple[Figure, ...]:
    """The figures that `to_json` made a text of. Raises Refused where they are none."""
    try:
        return tuple(_checked(Figure(**each)) for each in json.loads(text)["figures"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused([Problem(code="CMP_DAMAGED", values={"kind": "published"})]) from error


def _checked(figure: Figure) -> Figure:
    """The figure itself. Raises ValueError or TypeError where its numbers cannot be."""
    shares = [share for share in (figure.value, figure.low, figure.high) if share is not None]
    places = [place for place in (figure.rank, figure.rank_low, figure.rank_high, figure.of) if place is not None]
    if not all(0 <= share <= 1 for share in shares) or not all(place >= 1 for place in places):
        raise ValueError(f"{figure.series} {figure.unit} {figure.year}")
    if not (isinstance(figure.year, int) and isinstance(figure.unit, str) and isinstance(figure.series, str)):
        raise TypeError(f"{figure.series} {figure.unit} {figure.year}")
    return figure


def _words(entry: Mapping[str, Any]) -> Words:
    return {"vi": entry["vi"], "en": entry["en"]}


def _break(entry: Mapping[str, Any]) -> SeriesBreak:
    return SeriesBreak(
        id=entry["id"],
        series=tuple(entry["series"]),
        year=entry["year"],
        serious=entry["serious"],
        words=_words(entry),
        source=entry["source"],
        mark=entry["mark"],
    )
