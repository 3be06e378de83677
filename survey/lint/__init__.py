"""Is it a good questionnaire? What a careful reader would object to, found before anybody is asked.

A workbook that cannot be used is refused when it is read (survey.xlsform); here stands what can be used and still asks
badly. The checks would rather be silent than wrong; what is left on a shipped questionnaire and meant so, stands with
its reason in accepted.toml.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from survey.lint.finding import Finding
from survey.lint.numbers import numbers
from survey.lint.options import options
from survey.lint.wording import wording
from survey.questionnaire import Questionnaire

__all__ = ["Finding", "lint", "reason"]


def lint(questionnaire: Questionnaire) -> tuple[Finding, ...]:
    """Everything found, errors first, then in the order of the questions."""
    order = {question.name: place for place, question in enumerate(questionnaire.questions())}
    found = [*numbers(questionnaire), *options(questionnaire), *wording(questionnaire)]
    return tuple(sorted(found, key=lambda each: (each.level != "error", order.get(each.question or "", len(order)))))


def reason(questionnaire: Questionnaire, finding: Finding) -> str | None:
    """Why this finding is meant so, if accepted.toml says it. An error is never accepted."""
    if finding.level == "error":
        return None
    return _reasons().get((questionnaire.id, finding.code, finding.question or finding.language or ""))


@cache
def _reasons() -> Mapping[tuple[str, str, str], str]:
    """Questionnaire, code and question (or language) to the reason."""
    text = resources.files(__name__).joinpath("accepted.toml").read_text(encoding="utf-8")
    return {
        (entry["form"], entry["code"], name): entry["reason"]
        for entry in tomllib.loads(text)["accept"]
        for name in entry["at"]
    }
