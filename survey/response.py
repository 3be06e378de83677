"""What did one person answer? And is it an answer to this questionnaire?

Which kind of question has which answer: select_one and text a str; select_multiple the chosen values, a tuple in the
scale's order; integer an int; decimal a float; date the ISO text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from survey.errors import Problem
from survey.expression import Answer
from survey.questionnaire import Question, Questionnaire

__all__ = [
    "NUMBER_LIMIT",
    "TEXT_LIMIT",
    "Answer",
    "Response",
    "asked",
    "check",
    "check_answer",
    "clean_text",
    "relevant_answers",
]

TEXT_LIMIT = 2000
"""Characters (NFC code points) that one text answer may have."""

NUMBER_LIMIT = 10**15
"""Numbers stay below 2^53, so that JSON, Excel and every engine keep them exactly."""

# Decomposed Vietnamese has at most three times the letters.
_NORMALISED = 5 * TEXT_LIMIT

# Long runs of accents out of order: NFC sorts them in quadratic time (10,000 cost 0.1 s), `sorted` does not.
_MARKS = "".join(chr(code) for code in range(0x300, 0x1E94B) if unicodedata.combining(chr(code)))
_STACKED = re.compile(f"[{_MARKS}]{{31,}}")

_REPORTED = 20  # so many unknown names are told, not ten thousand

# C0 and C1 without TAB and LF, DEL, bidi marks and controls, BOM, lone surrogates, noncharacters of every plane.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
_INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}

_WHOLE = re.compile(r"[+-]?[0-9]{1,16}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,16}(?:[.,][0-9]{1,16})?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")  # 1.500: one thousand five hundred, or one and a half?
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One stored slip. Nothing in it names a person, a device or a moment.

    `id` is random; `questionnaire` the content hash of what was asked; `place` the opaque code of the draw (PSU);
    `desk` the counter whose link was used; `interviewer` the staff code of who entered it for the person;
    `channel` one of survey.forms.accept.CHANNELS; `day` the date in Vietnam (ISO); `duration` a coarse band;
    `flags` marks computed at acceptance; `key_hash` makes a second sending of one form recognisable;
    `salt`, `commitment` and `receipt_hash` are the proof (survey.ledger), hex.
    """

    id: str
    round_id: str
    questionnaire: str
    answers: Mapping[str, Answer]
    place: str | None
    channel: str
    language: str
    day: str
    duration: str
    flags: tuple[str, ...]
    consent: str
    key_hash: str
    salt: str
    commitment: str
    receipt_hash: str
    desk: str | None = None
    interviewer: str | None = None


def clean_text(text: str) -> str:
    """The text as it is kept: NFC, LF line ends, without what breaks files and screens, trimmed.

    Goes: control characters but LF and TAB, bidi marks and controls, BOM, lone surrogates, noncharacters. Stays:
    everything a person can see, zero-width joiners in emoji too. Text of invisible characters alone becomes empty.
    Nothing is cut: `check` refuses what is longer than TEXT_LIMIT.
    """
    if text.isascii() and text.isprintable():  # most answers are an option's number
        return text.strip()
    text = _HARMFUL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) <= _NORMALISED:
        ordered = _STACKED.sub(lambda run: "".join(sorted(run[0], key=unicodedata.combining)), text)
        text = unicodedata.normalize("NFC", ordered)
    text = text.strip()
    return "" if all(unicodedata.category(letter) in _INVISIBLE for letter in text) else text


def asked(answers: Mapping[str, object], questionnaire: Questionnaire) -> tuple[Question, ...]:
    """The questions (and notes) that these answers lead to, in order."""
    return tuple(question for question, _, _ in _walk(answers, questionnaire))


def relevant_answers(answers: Mapping[str, object], questionnaire: Questionnaire) -> dict[str, object]:
    """The answers as given, without blank ones and without those to questions that are not asked; in order."""
    return {
        question.name: answers[question.name]
        for question in asked(answers, questionnaire)
        if question.kind != "note" and not _blank(answers.get(question.name))
    }


def check(answers: Mapping[str, object], questionnaire: Questionnaire) -> tuple[dict[str, Answer], tuple[Problem, ...]]:
    """The answers as they are kept (typed, normalised, in order), and everything that is wrong with them.

    Blank answers and answers to questions that are not asked are dropped without a word: people change their mind.
    Takes anything as a value, never raises for one. A wrong answer counts as none where a later question depends on it.
    """
    problems: list[Problem] = []
    kept: dict[str, Answer] = {}
    for question, answer, problem in _walk(answers, questionnaire):
        if problem is not None:
            problems.append(problem)
        elif answer is not None:
            kept[question.name] = answer
    others = answers.keys() - kept.keys()
    if others:
        known = {question.name for question in questionnaire.questions() if question.kind != "note"}
        strange = [name for name in answers if name in others and name not in known][:_REPORTED]
        problems = [Problem(code="ANS_UNKNOWN_QUESTION", values={"got": _shown(name)}) for name in strange] + problems
    return kept, tuple(problems)


def check_answer(question: Question, value: object) -> tuple[Answer | None, Problem | None]:
    """One value alone, as an answer of the question's kind: typed, or what is wrong with it; blank gives neither.

    Whether it must be given, is asked at all or fulfils its constraint depends on the other answers: see `check`.
    """
    if question.kind == "select_one" and isinstance(value, str) and _offered(question, value):  # as nearly always
        return value, None
    if _blank(value):
        return None, None
    answer = _READERS[question.kind](question, value)
    return (None, answer) if isinstance(answer, Problem) else (answer, None)


def _walk(
    answers: Mapping[str, object], questionnaire: Questionnaire
) -> Iterator[tuple[Question, Answer | None, Problem | None]]:
    """Every question that is asked, with its typed answer or what is wrong with it. Only good answers steer."""
    good: dict[str, Answer] = {}
    for section in questionnaire.sections:
        if section.relevant is not None and not section.relevant.holds(good, None):
            continue
        for question in section.questions:
            if question.relevant is not None and not question.relevant.holds(good, None):
                continue
            if question.kind == "note":
                yield question, None, None
                continue
            answer, problem = _judge(question, answers.get(question.name), good)
            if answer is not None:
                good[question.name] = answer
            yield question, answer, problem


def _judge(question: Question, value: object, good: Mapping[str, Answer]) -> tuple[Answer | None, Problem | None]:
    answer, problem = check_answer(question, value)
    if answer is None and problem is None and question.required:
        problem = _problem(question, "ANS_REQUIRED")
    if answer is None or problem is not None:
        return None, problem
    if question.constraint is not None and not question.constraint.holds(good, answer):
        words = question.constraint_message
        if not words.get("vi"):
            return None, _problem(question, "ANS_CONSTRAINT")
        return None, _problem(question, "ANS_CONSTRAINT_SAID", vi=words["vi"], en=words.get("en") or words["vi"])
    return answer, None


def _text(question: Question, value: object) -> Answer | Problem:
    text = _as_text(value)
    if text is None:
        return _problem(question, "ANS_NOT_TEXT", got=_shown(value))
    excess = len(text) - TEXT_LIMIT
    return text if excess <= 0 else _problem(question, "ANS_TOO_LONG", limit=TEXT_LIMIT, excess=excess)


def _one(question: Question, value: object) -> Answer | Problem:
    text = _as_text(value)
    known = text is not None and _offered(question, text)
    return text if text and known else _problem(question, "ANS_UNKNOWN_OPTION", got=_shown(value))


def _several(question: Question, value: object) -> Answer | Problem:
    """A list of values, or one string of them with spaces between, as XLSForm exports write it."""
    given = value.split() if isinstance(value, str) else value
    if not isinstance(given, list | tuple | set | frozenset):
        return _problem(question, "ANS_UNKNOWN_OPTION", got=_shown(value))
    values = _values(question)
    chosen = [_as_text(each) for each in given if not _blank(each)]
    strange = [each for each in given if not _blank(each) and _as_text(each) not in values]
    if strange:
        return _problem(question, "ANS_UNKNOWN_OPTION", got=", ".join(map(_shown, strange[:5])))
    return tuple(value for value in values if value in chosen)


def _integer(question: Question, value: object) -> Answer | Problem:
    if isinstance(value, str) and _WHOLE.fullmatch(clean_text(value)):
        value = int(clean_text(value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return _problem(question, "ANS_NOT_WHOLE", got=_shown(value))
    return int(value) if abs(value) <= NUMBER_LIMIT else _problem(question, "ANS_TOO_LARGE")


def _decimal(question: Question, value: object) -> Answer | Problem:
    if isinstance(value, str):
        text = clean_text(value)
        if _THOUSANDS.fullmatch(text):
            return _problem(question, "ANS_AMBIGUOUS_NUMBER", got=text)
        if _DECIMAL.fullmatch(text):
            value = float(text.replace(",", "."))
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value:  # the last: NaN
        return _problem(question, "ANS_NOT_NUMBER", got=_shown(value))
    if not abs(value) <= NUMBER_LIMIT:
        return _problem(question, "ANS_TOO_LARGE")
    return float(value) + 0.0  # -0.0 becomes 0.0


def _day(question: Question, value: object) -> Answer | Problem:
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    text = _as_text(value)
    if text is not None and _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            pass  # 2026-02-30
    return _problem(question, "ANS_NOT_DATE", got=_shown(value))


_READERS: Mapping[str, Callable[[Question, object], Answer | Problem]] = {
    "select_one": _one,
    "select_multiple": _several,
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "date": _day,
}


def _values(question: Question) -> list[str]:
    return [option.value for option in question.scale.options] if question.scale else []


def _offered(question: Question, value: str) -> bool:
    if question.scale is not None:
        for option in question.scale.options:
            if option.value == value:
                return True
    return False


def _blank(value: object) -> bool:
    if value is None or isinstance(value, str):
        return not value or not clean_text(value)
    members = value if isinstance(value, list | tuple | set | frozenset) else (value,)
    return all(each is None or (isinstance(each, str) and not clean_text(each)) for each in members)


def _as_text(value: object) -> str | None:
    """Cleaned text; a whole number in digits (spreadsheets turn option 1 into a number); None for anything else."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= NUMBER_LIMIT:
        return str(int(value))
    return None


def _shown(value: object) -> str:
    """A short harmless picture of what was given, for a message."""
    if isinstance(value, str):
        text = clean_text(value[:200])
        return text if len(text) <= 40 else f"{text[:40]}…"
    if isinstance(value, float):
        return str(float(value))
    return _as_text(value) or type(value).__name__


def _problem(question: Question, code: str, **values: object) -> Problem:
    return Problem(code=code, question=question.name, values=values)
