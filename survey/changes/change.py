"""What is one change between two versions of a questionnaire, and what does it mean for figures of earlier rounds?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from survey.errors import Problem
from survey.questionnaire import Question

Grade = Literal["break", "care", "none"]
"""`break`: the figure has no earlier one to compare it with; `care`: compare, and say so; `none`: nothing follows."""

GRADES: tuple[Grade, ...] = ("break", "care", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. `code` is STU_CH_…, and STU_CQ_… what follows from it; `question` the name it stands under, if any.

    `values` fill both wordings; one that is a wording by language is told in the language of the whole.
    """

    code: str
    grade: Grade
    question: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """What changed."""
        return Problem(code=f"STU_CH_{self.code}", values=self.values).what(language)

    def consequence(self, language: str) -> str:
        """What follows for comparing with earlier rounds."""
        return Problem(code=f"STU_CQ_{self.code}", values=self.values).what(language)


def measured(question: Question) -> bool:
    """Whether figures of the index come from it."""
    return question.role == "satisfaction"
