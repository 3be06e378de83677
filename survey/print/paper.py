"""What stands on the paper form? A questionnaire as blocks that a page layout of any kind sets one after the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from survey.errors import word
from survey.expression import Compare, Constant, Current, Length
from survey.forms.draft import minutes
from survey.print.skips import Numbered, leads_to, numbered, told
from survey.questionnaire import Question, Questionnaire, Section, say
from survey.response import TEXT_LIMIT
from survey.round import NOTICE, Place, Round

WIDEST = 6
"""A scale of more options does not fit beside its items: each item lists its options below."""

_ONE_LINE, _LONG_LINES, _SHORT_LINES = 80, 4, 1
_SHORT_CODE = 2
_LONGEST_ROW = 800  # characters; a row of a table does not break over pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading: level 1 of a section, 2 of a factor in it."""

    text: str
    level: Literal[1, 2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A paragraph: whom the next questions are for (`remark`), or the questionnaire's own words."""

    text: str
    remark: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One answer to tick: its code as it is typed in at the desk (empty if it is long), its words, where it leads."""

    code: str
    label: str
    leads: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is asked: its number, words, plain-language hint, and whom it is for if not everybody."""

    number: int
    text: str
    hint: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Items with one scale, which stands once in the head row. A heading among the rows is a factor's."""

    boxes: tuple[Box, ...]
    rows: tuple[Item | Heading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One item with its own answers to tick."""

    item: Item
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One item that is answered in writing: on `lines` lines, as a number or as a date."""

    item: Item
    kind: Literal["text", "number", "date"]
    lines: int = 1


Block = Heading | Told | Grid | Ask | Write


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperForm:
    """The whole form in one language. `office` and `place` are lines to fill in by hand where they are empty.

    `round_name` is empty for a preview, `demonstration` a warning; `version` says in small print which form it is.
    """

    language: str
    title: str
    office: str
    round_name: str
    place: str
    asks_place: bool
    demonstration: str
    notice: tuple[str, ...]
    how: str
    blocks: tuple[Block, ...]
    version: str
    thanks: str


def paper_form(
    questionnaire: Questionnaire, language: str, *, round_: Round | None = None, place: Place | None = None, office: str
) -> PaperForm:
    """The form of the questionnaire as the round asks it (survey.rating.asked_in), or without a round to look at."""
    form = numbered(questionnaire)
    return PaperForm(
        language=language,
        title=say(questionnaire.title, language),
        office=office,
        round_name=round_.name if round_ else "",
        place=f"{place.name} ({place.code})" if place else "",
        asks_place=bool(round_ and round_.places),
        demonstration=word("FORM_DEMONSTRATION", language) if round_ and round_.demonstration else "",
        notice=tuple(_notice(questionnaire, round_, language)),
        how=word("PAP_HOW", language),
        blocks=tuple(block for section in questionnaire.sections for block in _section(section, form, language)),
        version=word("PAP_VERSION", language, id=questionnaire.id, version=questionnaire.version, notice=NOTICE),
        thanks=word("PAP_THANKS", language),
    )


def _notice(questionnaire: Questionnaire, round_: Round | None, language: str) -> Iterator[str]:
    yield say(questionnaire.purpose, language) or word("FORM_PURPOSE", language)
    yield word("PAP_MINUTES", language, minutes=minutes(questionnaire))
    for code in ("FORM_PRIVACY_FREE", "FORM_PRIVACY_NONE", "FORM_PRIVACY_KEPT", "PAP_NUMBER_MEANS", "FORM_COMPLAINT"):
        yield word(code, language)
    if contact := say(round_.contact, language) if round_ else "":
        yield word("FORM_CONTACT", language, contact=contact)


def _section(section: Section, form: Numbered, language: str) -> Iterator[Block]:
    heading = say(section.label, language)
    if heading:
        yield Heading(text=heading, level=1)
    if remark := told(section.relevant, form, language):
        yield Told(text=remark, remark=True)
    factor: str | None = None
    for scale, group in groupby(section.questions, key=lambda each: _grid_scale(each, form, language)):
        questions = list(group)
        together = scale is not None and len(questions) > 1
        rows: list[Item | Heading] = []
        for question in questions:
            if question.factor is not None and question.factor != factor:
                title = say(form.questionnaire.node(question.factor).label, language)
                if title and title != heading:
                    if together:
                        rows.append(Heading(text=title, level=2))
                    else:
                        yield Heading(text=title, level=2)
            factor = question.factor
            if together:
                rows.append(_item(question, form, language))
            else:
                yield _alone(question, form, language)
        if together:
            yield Grid(boxes=_boxes(questions[0], {}, language), rows=tuple(rows))


def _grid_scale(question: Question, form: Numbered, language: str) -> tuple[str, ...] | None:
    """The options that items in one table share; None for a question that stands alone."""
    if question.kind != "select_one" or question.scale is None or not 1 < len(question.scale.options) <= WIDEST:
        return None
    item = _item(question, form, language)
    if leads_to(question, form) or len(item.text + item.hint + item.remark) > _LONGEST_ROW:
        return None
    return (question.scale.name, *(option.value for option in question.scale.options))


def _alone(question: Question, form: Numbered, language: str) -> Block:
    if question.kind == "note":
        text = say(question.label, language)
        remark = told(question.relevant, form, language)
        return Told(text=f"{remark} {text}" if remark else text, remark=False)
    item = _item(question, form, language)
    if question.scale is not None:
        leads = {value: _leads(number, language) for value, number in leads_to(question, form).items()}
        return Ask(item=item, boxes=_boxes(question, leads, language))
    if question.kind == "text":
        return Write(item=item, kind="text", lines=_lines(question))
    return Write(item=item, kind="date" if question.kind == "date" else "number")


def _item(question: Question, form: Numbered, language: str) -> Item:
    hints = [say(question.hint, language)]
    if question.kind == "select_multiple" and not hints[0]:
        hints.append(word("FORM_MANY", language))
    text = " ".join(say(question.label, language).split())
    return Item(
        number=form.numbers[question.name],
        text=f"{text} *" if question.required else text,
        hint=" ".join(" ".join(hints).split()),
        remark=told(question.relevant, form, language),
    )


def _boxes(question: Question, leads: Mapping[str, str], language: str) -> tuple[Box, ...]:
    options = question.scale.options if question.scale else ()
    short = all(len(option.value) <= _SHORT_CODE for option in options)
    return tuple(
        Box(
            code=option.value if short else "",
            label=say(option.label, language),
            leads=leads.get(option.value, ""),
        )
        for option in options
    )


def _leads(number: int | None, language: str) -> str:
    return word("PAP_LEADS_END", language) if number is None else word("PAP_LEADS", language, number=number)


def _lines(question: Question) -> int:
    """One line for what may not be longer, else room for a few sentences."""
    limit: float = TEXT_LIMIT
    if question.constraint is not None:
        match question.constraint.tree:
            case Compare(Length(Current()), "<=" | "<", Constant(float(most))):
                limit = most
    return _SHORT_LINES if limit <= _ONE_LINE or question.role == "officer" else _LONG_LINES


def scale_column(boxes: Sequence[Box], least: Sequence[float], most: float, width: Callable[[str], float]) -> float:
    """How wide each answer of a table is: no word of the scale is broken, as long as all together are not over `most`.

    `least`: by the number of answers; `width` of one word. All are equally wide, as no answer should stand out.
    """
    longest = max((width(each) for box in boxes for each in box.label.split()), default=0.0)
    return max(least[len(boxes)], min(longest, most / len(boxes)))


def columns(boxes: Sequence[Box]) -> int:
    """How many answers stand side by side: as many as their words leave room for."""
    if any(box.leads for box in boxes):
        return 1
    longest = max((len(box.label) for box in boxes), default=0)
    return next((number for number, room in ((4, 12), (3, 20), (2, 36)) if longest <= room), 1)
