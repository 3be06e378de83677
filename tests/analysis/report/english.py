"""The small round with English labels and English data: a Vietnamese letter in its report can only be ours."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analysis.scores.evaluate import Evaluation
from survey.questionnaire import IndexNode, Question, Questionnaire, Scale
from tests.analysis.report import rounds

VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)
NAMES = re.compile("Hài Lòng|Bộ Nội vụ|Sở Nội vụ")
"""Proper names, which stay as they are."""

ABOUT = rounds.about(
    round_name="Trial round 2022", period="1 Nov 2022 – 30 Nov 2022", contact="The office", invited={}, language="en"
)


def foreign(text: str) -> bool:
    """Whether Vietnamese letters stand in it outside proper names."""
    return VIETNAMESE.search(NAMES.sub("", text)) is not None


def evaluation(**changes: Any) -> Evaluation:
    """The small round in English: questionnaire, units, comments."""
    given, _ = rounds.answers()
    for person in given:
        if "other" in person:
            person["other"] = "Friendly staff, call 0912 345 678"
    units = tuple(f"District {place}" for place, _ in enumerate(rounds.UNITS, start=1))
    return rounds.evaluation(given, asked=questionnaire(), units=units, **changes)


def questionnaire() -> Questionnaire:
    """Every wording with an English translation that has no Vietnamese letter."""
    asked = rounds.questionnaire()
    sections = tuple(
        replace(each, label=_english(each.label), questions=tuple(_question(question) for question in each.questions))
        for each in asked.sections
    )
    return replace(
        asked,
        title=_english(asked.title),
        source=_english(asked.source),
        languages=("vi", "en"),
        sections=sections,
        index=tuple(_node(node) for node in asked.index),
    )


def _question(question: Question) -> Question:
    scale = question.scale
    return replace(question, label={**question.label, "en": f"Question {question.name}"}, scale=_scale(scale))


def _scale(scale: Scale | None) -> Scale | None:
    if scale is None:
        return None
    options = (replace(option, label={**option.label, "en": f"option {option.value}"}) for option in scale.options)
    return replace(scale, options=tuple(options))


def _node(node: IndexNode) -> IndexNode:
    return replace(node, label={**node.label, "en": f"Node {node.code}"})


def _english(label: Mapping[str, str]) -> dict[str, str]:
    return {**label, "en": "In English"}
