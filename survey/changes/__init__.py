"""What changed between two versions of a questionnaire, and can new figures still be compared with old ones?

The rules are those by which the comparison of two rounds later leaves items out or marks them
(analysis.scores.asked_alike): the same name, the same option values, the same answers that count as satisfied.
"""

from collections.abc import Iterator

from survey.changes.change import GRADES, Change, Grade
from survey.changes.index import index_changes
from survey.changes.questions import question_changes
from survey.errors import languages, word
from survey.questionnaire import Questionnaire, Words
from survey.xlsform.columns import LANGUAGES

__all__ = ["GRADES", "Change", "Grade", "changes"]

_ITEM_BREAKS = frozenset({"KIND", "SCALE", "OPTION_ORDER", "SATISFIED", "ROLE"})


def changes(before: Questionnaire, now: Questionnaire) -> tuple[Change, ...]:
    """Every change, those that break a series first. Both are versions of one questionnaire, or meant to be."""
    found = [*_whole(before, now), *question_changes(before, now), *_translations(before, now)]
    not_alike = {each.question for each in found if each.code in _ITEM_BREAKS and each.grade == "break"}
    found += index_changes(before, now, {name for name in not_alike if name is not None})
    return tuple(sorted(found, key=lambda change: GRADES.index(change.grade)))


def _whole(before: Questionnaire, now: Questionnaire) -> Iterator[Change]:
    if before.study != now.study:
        yield Change(code="STUDY", grade="break", values={"before": _study(before), "now": _study(now)})
    for code, then, today in (
        ("TITLE", before.title, now.title),
        ("PURPOSE", before.purpose, now.purpose),
        ("SOURCE", before.source, now.source),
        ("STATUS", before.status, now.status),
    ):
        if then.get("vi", "") != today.get("vi", ""):
            yield Change(code=code, grade="care" if code == "PURPOSE" else "none")
    if before.languages[0] != now.languages[0]:
        first = {"before": _name(before.languages[0]), "now": _name(now.languages[0])}
        yield Change(code="LANGUAGE_FIRST", grade="care", values=first)
    for language in now.languages:
        if language not in before.languages:
            yield Change(code="LANGUAGE_ADDED", grade="none", values={"spoken": _name(language)})
    for language in before.languages:
        if language not in now.languages:
            yield Change(code="LANGUAGE_REMOVED", grade="care", values={"spoken": _name(language)})


def _translations(before: Questionnaire, now: Questionnaire) -> Iterator[Change]:
    """What reads otherwise in a language other than Vietnamese, one change for each language."""
    then = dict(_wordings(before))
    for language in (each for each in now.languages if each != "vi" and each in before.languages):
        names = dict.fromkeys(
            name
            for (name, part), words in _wordings(now)
            if (name, part) in then and then[name, part].get(language) != words.get(language)
        )
        if names:
            yield Change(
                code="TRANSLATION", grade="care", values={"spoken": _name(language), "names": ", ".join(names)}
            )


def _study(questionnaire: Questionnaire) -> Words:
    """Who is asked in such a study."""
    return {language: word(f"DESK_STUDY_{questionnaire.study.upper()}", language) for language in languages()}


def _name(language: str) -> str:
    return LANGUAGES.get(language, language)


def _wordings(questionnaire: Questionnaire) -> Iterator[tuple[tuple[str, str], Words]]:
    """Every wording that respondents read, by the name in the workbook and the part of it."""
    yield ("form_title", ""), questionnaire.title
    yield ("purpose", ""), questionnaire.purpose
    for node in questionnaire.index:
        yield (node.code, "index"), node.label
    for section in questionnaire.sections:
        yield (section.name, "heading"), section.label
        for question in section.questions:
            yield (question.name, "label"), question.label
            yield (question.name, "hint"), question.hint
            yield (question.name, "constraint"), question.constraint_message
            for option in question.scale.options if question.scale else ():
                yield (question.name, option.value), option.label
