"""What did one check find, and how is it told to a person and to a program?"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from survey.errors import Problem, word

Level = Literal["good", "warning", "fault"]
"""A warning wants to be looked at; a fault loses slips, leaks them, or stops their coming in."""

LEVELS: Final[tuple[Level, ...]] = ("good", "warning", "fault")
_MARKS: Final = {"good": "✓", "warning": "!", "fault": "✗"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the doctor. `check` is what was looked at (its title is CAR_CHECK_<CHECK>)."""

    check: str
    level: Level
    problem: Problem

    def title(self, language: str = "vi") -> str:
        """What was looked at, in words."""
        return word(f"CAR_CHECK_{self.check.upper()}", language)


def found(check: str, level: Level, code: str, **values: object) -> Finding:
    """A finding with this wording."""
    return Finding(check=check, level=level, problem=Problem(code=code, values=values))


def worst(findings: Sequence[Finding]) -> Level:
    """The highest level among them; good if there are none."""
    return max((finding.level for finding in findings), key=LEVELS.index, default="good")


def as_text(findings: Sequence[Finding], language: str = "vi") -> str:
    """A line each, the worst last, where a terminal shows it; then the sum of it."""
    ordered = sorted(findings, key=lambda finding: LEVELS.index(finding.level))
    lines = [f"{_MARKS[each.level]} {each.title(language)}: {each.problem.what(language)}" for each in ordered]
    counts = {level: sum(finding.level == level for finding in findings) for level in LEVELS}
    return "\n".join([*lines, "", word("CAR_SUM", language, **counts)])


def as_json(findings: Sequence[Finding], now: datetime, language: str = "vi") -> str:
    """For a monitoring server: one object, whose `level` is the worst of its `checks`; `moment` is UTC."""
    checks = [
        {"check": each.check, "level": each.level, "code": each.problem.code, "message": each.problem.what(language)}
        for each in findings
    ]
    said = {"level": worst(findings), "moment": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "checks": checks}
    return json.dumps(said, ensure_ascii=False, indent=1)
