"""What must stand beside a figure, in words? Its label with the reasons, how people were chosen, what that covers."""

import math
from collections.abc import Mapping

from analysis.estimation.design import Study
from analysis.estimation.reliability import Grade, Reason
from survey.errors import word

_PERCENT = frozenset({"relatively_wide", "complement_wide", "marginal_cv", "large_cv"})
_POINTS = frozenset({"wide"})


def grade_words(grade: Grade, language: str = "vi") -> str:
    """«vững», «yếu», «chưa nên công bố»."""
    return word(f"REL_GRADE_{grade.upper()}", language)


def reason_words(reason: Reason, language: str = "vi") -> str:
    """The criterion that was not met, with the figure and the threshold: «chỉ 28 người trả lời (cần ít nhất 30)»."""
    return word(f"REL_WHY_{reason.code.upper()}", language, **_numbers(reason))


def study_words(study: Study, language: str = "vi") -> str:
    """How people came into the sample."""
    return word(f"EVA_STUDY_{study.upper()}", language)


def covers_words(study: Study, language: str = "vi") -> str:
    """What an interval of such a study covers, and what not."""
    return word(f"EVA_COVERS_{study.upper()}", language)


def _numbers(reason: Reason) -> Mapping[str, str]:
    scaled = 100 if reason.code in _PERCENT | _POINTS else 1
    values = {"figure": reason.figure * scaled, "threshold": reason.threshold * scaled}
    said: dict[str, str] = {}
    for name, value in values.items():
        text = "–" if math.isnan(value) else f"{value:.1f}".removesuffix(".0")
        said |= {f"{name}_vi": text.replace(".", ","), f"{name}_en": text}
    return said
