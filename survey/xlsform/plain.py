"""How is a questionnaire asked offline, in KoboToolbox or ODK? As an XLSForm with the standard's own columns alone.

Names, conditions and option values stay, so that the collected data come back under the names that are stored here.
Added in front: when it was answered (`start`, `end`, `today`), what it is for (`hl_notice`) and, where a round has
places, which one (`hl_place`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO

import xlsxwriter

from survey.errors import Problem, Refused, word
from survey.questionnaire import Option, Question, Questionnaire, Scale, Section, Words, say
from survey.round import Place
from survey.xlsform.columns import WORDED, Column
from survey.xlsform.write import MADE, Cells, workbook_rows, write_sheet

PLACE, NOTICE = "hl_place", "hl_notice"
"""The names of what is added to the questions."""

MOMENTS = ("start", "end", "today")
"""The standard's own metadata: type and name are the same word, with `hl_` before a name that is taken."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "survey": ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message"),
    "choices": ("list_name", "name", "label"),
    "settings": ("form_title", "form_id", "version", "default_language"),
}


def plain_workbook(questionnaire: Questionnaire, places: Sequence[Place] = ()) -> bytes:
    """The workbook (xlsx). `questionnaire` as a round asks it (survey.rating): no section is repeated any more.

    Raises Refused for questions called like one of those that are added.
    """
    if any(section.repeat_over for section in questionnaire.sections):
        raise ValueError("a round's units must be put in before (survey.rating.asked_in)")
    if taken := reserved(questionnaire):
        raise Refused(taken)
    languages = questionnaire.languages
    front = Section(name="_front", label={}, questions=(_notice(questionnaire), *_place(places)))
    asked = replace(
        questionnaire, sections=tuple(_section(each, languages) for each in (front, *questionnaire.sections))
    )
    rows = workbook_rows(asked)
    used = {row.get(Column("name")) for row in rows["survey"]}
    names = {moment: f"hl_{moment}" if moment in used else moment for moment in MOMENTS}
    moments = [Cells({Column("type"): moment, Column("name"): name}) for moment, name in names.items()]
    rows["survey"] = [*moments, *rows["survey"]]
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": questionnaire.title.get("vi", ""), "created": MADE})
        for sheet, bases in _COLUMNS.items():
            columns = [Column(base, each) for base in bases for each in _languages(base, languages)]
            write_sheet(book, sheet, columns, [{c: v for c, v in row.items() if c in columns} for row in rows[sheet]])
    return buffer.getvalue()


def reserved(questionnaire: Questionnaire) -> list[Problem]:
    """The questions that are called like something that is added; none can be asked offline under its name."""
    names = [question.name for question in questionnaire.questions() if question.name in (PLACE, NOTICE)]
    return [Problem(code="STU_PLAIN_TAKEN", question=name) for name in names]


def _languages(base: str, languages: Sequence[str]) -> Iterable[str | None]:
    """Every wording in every language; the title in one, as other tools know no other."""
    return ("vi",) if base == "form_title" else languages if base in WORDED else (None,)


def _notice(questionnaire: Questionnaire) -> Question:
    label = {
        language: f"{say(questionnaire.purpose, language) or word('FORM_PURPOSE', language)} "
        f"{word('FORM_PRIVACY_FREE', language)}"
        for language in questionnaire.languages
    }
    return Question(name=NOTICE, kind="note", label=label)


def _place(places: Sequence[Place]) -> Iterable[Question]:
    if places:
        options = tuple(Option(value=place.code, label={"vi": f"{place.name}, {place.stratum}"}) for place in places)
        label = {language: word("PAP_PLACE", language) for language in ("vi", "en")}
        yield Question(
            name=PLACE, kind="select_one", label=label, required=True, scale=Scale(name=PLACE, options=options)
        )


def _section(section: Section, languages: Sequence[str]) -> Section:
    return replace(
        section,
        label=_all(section.label, languages),
        questions=tuple(_question(question, languages) for question in section.questions),
    )


def _question(question: Question, languages: Sequence[str]) -> Question:
    scale = question.scale
    return replace(
        question,
        label=_all(question.label, languages),
        hint=_all(question.hint, languages),
        constraint_message=_all(question.constraint_message, languages),
        scale=scale
        and Scale(
            name=scale.name.replace(".", "_"),
            options=tuple(replace(option, label=_all(option.label, languages)) for option in scale.options),
        ),
    )


def _all(words: Words, languages: Sequence[str]) -> Words:
    """The wording in every language: other tools show a dash where a translation is missing, we show Vietnamese."""
    return {language: say(words, language) for language in languages} if words else {}
