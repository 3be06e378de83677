"""Which rates does QĐ 766/QĐ-TTg make of dossiers and feedback? Behaviour, not a survey: never one column with SIPAS.

What a rate is worth in points is in the rules of the scorecard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from analysis.scores.dossiers import Cases, Count
from analysis.scores.rules_file import load_rules_file
from survey.errors import Problem, Refused

_SHIPPED = Path(__file__).parent / "rules" / "dossiers_766.toml"

Index = Literal["2.1", "5.2", "5.3", "5.4"]
INDICES: tuple[Index, ...] = get_args(Index)
_SETTINGS = ("zero_denominator", "decimals", "supplements_allowed", "pending", "feedback_days")
Zero = Literal["none", "zero"]
Pending = Literal["end_of_period", "left_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings766:
    """What the decision's programs do, each a setting. `feedback_days`: working days to process, refuse, ask, publish.

    `marks`: how sure each setting is (V seen in the decision … C seen only in programs).
    """

    id: str
    version: str
    source: str
    zero: Zero
    decimals: int
    supplements_allowed: int
    pending: Pending
    feedback_days: Mapping[str, int]
    marks: Mapping[str, str]

    @property
    def name(self) -> str:
        """Id and version, as outputs name them."""
        return f"{self.id} v{self.version}"


def load_766(path: Path | None = None) -> Settings766:
    """The settings in a TOML file, by default the shipped ones. Raises Refused for a file or value that will not do."""
    file = path or _SHIPPED
    content = load_rules_file(file)
    try:
        return _settings(content)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused([Problem(code="DOS_RULES", file=file.name, values={"reason": str(error)})]) from error


def rates_766(cases: Cases, settings: Settings766) -> dict[Index, float | None]:
    """The four rates (0-1), rounded by nothing. None where a count was not stated, or 0/0 if the settings say so.

    2.1: dossiers ended by the day they were due / all that should have ended (a pending one by the period's end).
    5.2: feedback processed on time / all feedback. 5.3: (feedback − bad) / feedback.
    5.4: 1 − (share of dossiers overdue + share of dossiers complained of), not below 0.
    """
    counts = cases.counts
    return {
        "2.1": _ended_in_time(counts, settings),
        "5.2": _rate(counts.get("feedback_on_time"), counts.get("feedback"), settings),
        "5.3": _rate(_less(counts.get("feedback"), counts.get("feedback_bad")), counts.get("feedback"), settings),
        "5.4": _undisputed(counts, settings),
    }


def _ended_in_time(counts: Mapping[Count, int], settings: Settings766) -> float | None:
    on_time, solved = counts.get("on_time"), counts.get("solved")
    if on_time is None or solved is None:
        return None
    on_time += counts.get("early", 0)
    if settings.pending == "left_out":
        return _rate(on_time, solved, settings)
    pending = counts.get("pending")
    waiting = _less(pending, 0 if pending == 0 else counts.get("overdue"))
    if pending is None or waiting is None:
        return None
    return _rate(on_time + waiting, solved + pending, settings)


def _undisputed(counts: Mapping[Count, int], settings: Settings766) -> float | None:
    late, pending, solved = counts.get("late"), counts.get("pending"), counts.get("solved")
    complained = counts.get("complained")
    overdue = 0 if pending == 0 else counts.get("overdue")
    if late is None or solved is None or pending is None or overdue is None or complained is None:
        return None
    handled = solved + pending
    if not handled:
        return _rate(0, 0, settings)
    return max(0.0, 1 - (late + overdue + complained) / handled)


def _rate(part: int | None, whole: int | None, settings: Settings766) -> float | None:
    if part is None or whole is None:
        return None
    if whole == 0:
        return 0.0 if settings.zero == "zero" else None
    return part / whole


def _less(whole: int | None, part: int | None) -> int | None:
    return None if whole is None or part is None else whole - part


def _settings(content: Mapping[str, Any]) -> Settings766:
    zero, pending = content["zero_denominator"]["value"], content["pending"]["value"]
    if zero not in get_args(Zero) or pending not in get_args(Pending):
        raise ValueError(f"{zero}, {pending}: {get_args(Zero)}, {get_args(Pending)}")
    days = content["feedback_days"]
    return Settings766(
        id=str(content["id"]),
        version=str(content["version"]),
        source=str(content["source"]),
        zero=zero,
        decimals=_whole(content["decimals"]["value"]),
        supplements_allowed=_whole(content["supplements_allowed"]["value"]),
        pending=pending,
        feedback_days={name: _whole(days[name]) for name in ("process", "refuse", "ask", "publish")},
        marks={
            name: str(table["mark"]) for name, table in content.items() if isinstance(table, dict) and "mark" in table
        },
    )


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is no whole number")
    return value
