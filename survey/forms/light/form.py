"""What stands on each page of a round's form? Questions with hints, remarks and style, made into sheets once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from markupsafe import Markup, escape

from survey.errors import Problem, word
from survey.expression import Compare, Condition, Constant, Current, Expression, Length, Name, Selected
from survey.forms.draft import minutes
from survey.forms.light.branching import branching, drop_down
from survey.forms.light.layout import Page, pages
from survey.forms.light.page import told
from survey.forms.light.sheet import Sheet, sheet
from survey.links import Link, read_link
from survey.questionnaire import Question, Questionnaire, Words, say
from survey.response import TEXT_LIMIT, asked, check
from survey.round import NOTICE, Round, place_order

LIVE = ("stamp", "place", "again")
"""The gaps that are filled in whatever the person has answered."""

ROOM = 16_384
"""Bytes that any half-filled form may take."""

_BYTES_A_LETTER = 3  # UTF-8 of a Vietnamese letter with two marks
_ONE_LINE = 80  # a text that may not be longer gets one line
_QUOTED = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A question on its page, where it is number `n`. `kind` is its own or `list` for a drop-down.

    `heading`: the factor that begins with it; `remark` when it is asked, for browsers and paper that show it always;
    `loose`: no browser hides it.
    """

    n: int
    question: Question
    kind: str
    heading: Words | None
    hint: Markup
    remark: Markup
    loose: bool
    described: Markup
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A section on its page, with the like."""

    n: int
    heading: Words | None
    remark: Markup
    loose: bool
    questions: tuple[At, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One page in one language. `elsewhere`: gaps of what is asked only by grace of other pages' answers."""

    sheet: Sheet
    questions: tuple[At, ...]
    elsewhere: tuple[tuple[str, Expression], ...]
    number: int
    asks_place: bool


class Form:
    """The form of one round with its questionnaire (as `survey.rating.asked_in` gives it), page by page."""

    def __init__(self, round_: Round, questionnaire: Questionnaire) -> None:
        self.round = round_
        self.questionnaire = questionnaire
        self.pages: tuple[Page, ...] = pages(questionnaire)
        self._laid: dict[tuple[int, str, bool, bool], Laid] = {}
        self._questions = [tuple(question for part in page for question in part.questions) for page in self.pages]
        self._links: dict[tuple[bytes, str], Link] = {}

    def link(self, secret: bytes, token: str) -> Link | None:
        """What a signed token says, see `survey.links.read_link`. Good ones are remembered: posters have few."""
        link = self._links.get((secret, token))
        if link is None and (link := read_link(secret, self.round, token)) is not None:
            self._links[secret, token] = link
        return link

    def questions(self, number: int) -> tuple[Question, ...]:
        """The questions on page `number` (from 1)."""
        return self._questions[number - 1]

    @cached_property
    def draft_room(self) -> int:
        """Bytes that the half-filled form may take: what honest answers can need, else ROOM."""
        texts = sum(question.kind == "text" for question in self.questionnaire.questions())
        options = sum(
            len(option.value.encode()) + 4
            for question in self.questionnaire.questions()
            if question.kind == "select_multiple" and question.scale
            for option in question.scale.options
        )
        others = sum(len(question.name) + 64 for question in self.questionnaire.questions())
        return max(ROOM, texts * TEXT_LIMIT * _BYTES_A_LETTER + options + others)

    def page_of(self, problem: Problem) -> int | None:
        """The page where the problem can be mended, None if it is on none."""
        if problem.code.startswith("FRM_PLACE"):
            return 1
        numbers = range(1, len(self.pages) + 1)
        return next((n for n in numbers if any(q.name == problem.question for q in self.questions(n))), None)

    def problems(self, number: int, answers: Mapping[str, object], *, place_missing: bool) -> tuple[Problem, ...]:
        """What is wrong on page `number` with these answers, of which later pages' may still be missing."""
        names = {question.name for question in self.questions(number)}
        wrong = tuple(each for each in check(answers, self.questionnaire)[1] if each.question in names)
        needed = number == 1 and place_missing and bool(self.round.places)
        return (Problem(code="FRM_PLACE_MISSING"), *wrong) if needed else wrong

    def beside(self, number: int, step: int, answers: Mapping[str, object]) -> int:
        """The next page (step 1) or the one before (-1) that asks anything after these answers; else the outermost."""
        names = {question.name for question in asked(answers, self.questionnaire)}
        last = len(self.pages)
        number += step
        while 1 < number < last and not any(question.name in names for question in self.questions(number)):
            number += step
        return min(max(number, 1), last)

    def laid(self, number: int, language: str, *, place_known: bool, kiosk: bool) -> Laid:
        """Page `number` (from 1) in a language of the round, made at the first call and then kept."""
        which = (number, language, place_known, kiosk)
        if which not in self._laid:
            self._laid[which] = self._lay(number, language, place_known, kiosk)
        return self._laid[which]

    def _lay(self, number: int, language: str, place_known: bool, kiosk: bool) -> Laid:
        page, round_, total = self.pages[number - 1], self.round, len(self.pages)
        ids = {f"section:{part.section.name}": f"s{n}" for n, part in enumerate(page)}
        ids |= {question.name: f"f{n}" for n, question in enumerate(self.questions(number))}
        style = branching(page, ids)
        blocks = self._blocks(page, language, ids, style.loose)
        placed = sorted(enumerate(round_.places), key=lambda each: place_order(each[1]))
        asks_place = number == 1 and bool(round_.places) and not place_known
        made = sheet(
            "form.html",
            language=language,
            live=LIVE,
            extra_style=style.css,
            script=True,
            round=round_,
            notice=NOTICE,
            title=self.questionnaire.title,
            said_title=say(self.questionnaire.title, language),
            purpose=self.questionnaire.purpose,
            minutes=minutes(self.questionnaire),
            parts=blocks,
            number=number,
            total=total,
            last=number == total,
            kiosk=kiosk,
            others=[each for each in round_.languages if each != language],
            any_required=asks_place or any(question.required for question in self.questions(number)),
            place_known=place_known,
            asks_place=asks_place,
            strata=[(stratum, list(group)) for stratum, group in groupby(placed, key=lambda each: each[1].stratum)],
            limit=TEXT_LIMIT,
        )
        here = {question.name for question in self.questions(number)}
        steered = [(f"zs{n}", part.section.relevant) for n, part in enumerate(page)]
        steered += [(f"z{n}", question.relevant) for n, question in enumerate(self.questions(number))]
        return Laid(
            sheet=made,
            questions=tuple(at for block in blocks for at in block.questions),
            elsewhere=tuple((gap, when) for gap, when in steered if when is not None and not when.names & here),
            number=number,
            asks_place=asks_place,
        )

    def _blocks(self, page: Page, language: str, ids: dict[str, str], loose: frozenset[str]) -> list[Block]:
        here = {question.name for part in page for question in part.questions}
        blocks, n, factor = [], 0, None
        for number, part in enumerate(page):
            questions = []
            for question in part.questions:
                begins = question.factor is not None and question.factor != factor
                factor = question.factor
                heading = self.questionnaire.node(str(factor)).label if begins else None
                remark = self._remark(question.relevant, here, language)
                questions.append(_at(n, question, heading, remark, ids[question.name] in loose, language))
                n += 1
            section = part.section
            blocks.append(
                Block(
                    n=number,
                    heading=section.label if part.begins and say(section.label, language) else None,
                    remark=self._remark(section.relevant, here, language),
                    loose=f"s{number}" in loose,
                    questions=tuple(questions),
                )
            )
        return blocks

    def _remark(self, condition: Expression | None, here: set[str], language: str) -> Markup:
        """When it is asked, in words; empty if it always is, or the server hides it by other pages' answers."""
        if condition is None or not condition.names & here:
            return Markup()
        match condition.tree:
            case Selected(Name(name), Constant(str(value))) | Compare(Name(name), "=", Constant(str(value))) if value:
                question = self.questionnaire.question(name)
                answer = question.scale.label(value, language) if question.scale else value
                return escape(word("LIGHT_ONLY_IF", language, question=_short(question, language), answer=answer))
        return escape(word("LIGHT_IF_RELEVANT", language))


def _at(n: int, question: Question, heading: Words | None, remark: Markup, loose: bool, language: str) -> At:
    limit = _limit(question.constraint.tree) if question.constraint else TEXT_LIMIT
    hint = _hint(question, language)
    return At(
        n=n,
        question=question,
        kind="list" if drop_down(question) else question.kind,
        heading=heading,
        hint=hint,
        remark=remark,
        loose=loose,
        described=Markup(' aria-describedby="h{}"').format(n) if hint else Markup(),
        rows=1 if limit <= _ONE_LINE else 4,
    )


def _hint(question: Question, language: str) -> Markup:
    hints = [told(question.hint, language)] if say(question.hint, language) else []
    codes = {
        "select_multiple": "" if hints else "FORM_MANY",
        "text": "" if question.constraint else "FORM_TEXT_LIMIT",
        "decimal": "" if hints else "FORM_DECIMAL",
        "date": "LIGHT_DATE",
    }
    if code := codes.get(question.kind):
        hints.append(escape(word(code, language, limit=TEXT_LIMIT)))
    return Markup(" ").join(hints)


def _limit(constraint: Condition) -> float:
    """The longest text that a constraint like `string-length(.) <= 50` lets pass."""
    match constraint:
        case Compare(Length(Current()), "<=" | "<", Constant(float(limit))):
            return limit
    return TEXT_LIMIT


def _short(question: Question, language: str) -> str:
    text = " ".join(say(question.label, language).split())
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rsplit(' ', 1)[0]}…"
