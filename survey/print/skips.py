"""Who need not answer, told on paper in words? A condition as a sentence, and the place where an answer leads to.

On paper nothing hides by itself. So a question or section with a condition says whom it is for, and an option after
which nobody need answer the next questions says where to go on. Questions are named by their printed numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey.errors import word
from survey.expression import (
    And,
    Answer,
    Compare,
    Condition,
    Constant,
    Expression,
    Length,
    Name,
    Not,
    Or,
    Selected,
    holds,
)
from survey.questionnaire import Question, Questionnaire, Section, say
from survey.words import number

_FEW = 4
"""So many options are named in a sentence; where more would be, the others are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A questionnaire with the numbers that its questions bear on paper, from 1; notes have none."""

    questionnaire: Questionnaire
    numbers: Mapping[str, int]


def numbered(questionnaire: Questionnaire) -> Numbered:
    """The numbers in the order of the questions."""
    asked = [question.name for question in questionnaire.questions() if question.kind != "note"]
    return Numbered(questionnaire=questionnaire, numbers={name: place for place, name in enumerate(asked, start=1)})


def told(condition: Expression | None, form: Numbered, language: str) -> str:
    """Whom it is for; empty where everybody answers. What cannot be worded is left to the person."""
    if condition is None:
        return ""
    clause = _clause(condition.tree, form, language)
    return word("PAP_ONLY_IF", language, when=clause) if clause else word("LIGHT_IF_RELEVANT", language)


def leads_to(question: Question, form: Numbered) -> Mapping[str, int | None]:
    """Option by option the number to go on with, None for the form's end; only those that leave questions out.

    Only for questions with one answer: of several chosen, one may ask for what another leaves out.
    """
    if question.kind != "select_one" or question.scale is None:
        return {}
    order = [(section, each) for section in form.questionnaire.sections for each in section.questions]
    at = next(place for place, (_, each) in enumerate(order) if each.name == question.name)
    found: dict[str, int | None] = {}
    for option in question.scale.options:
        following = [each for _, each in order[at + 1 :] if each.kind != "note"]
        target = _next_asked(order[at + 1 :], {question.name: option.value})
        if following and target != following[0].name:
            found[option.value] = None if target is None else form.numbers[target]
    return {} if len(set(found.values())) == 1 and len(found) == len(question.scale.options) else found


def _next_asked(rest: Sequence[tuple[Section, Question]], known: Mapping[str, str]) -> str | None:
    """The first question that may be asked; what is surely left out counts as unanswered from there on."""
    sure: dict[str, Answer | None] = dict(known)
    for section, question in rest:
        conditions = [each for each in (section.relevant, question.relevant) if each is not None]
        if any(_value(condition.tree, sure) is False for condition in conditions):
            sure[question.name] = None
        elif question.kind != "note":
            return question.name
    return None


def _value(node: Condition, sure: Mapping[str, Answer | None]) -> bool | None:
    """True or false where what is known decides it, else None (Kleene's logic)."""
    match node:
        case And(parts):
            values = [_value(part, sure) for part in parts]
            return False if False in values else None if None in values else True
        case Or(parts):
            values = [_value(part, sure) for part in parts]
            return True if True in values else None if None in values else False
        case Not(part):
            value = _value(part, sure)
            return None if value is None else not value
    if not _names(node) <= sure.keys():
        return None
    return holds(node, {name: answer for name, answer in sure.items() if answer is not None}, None)


def _names(leaf: Compare | Selected) -> set[str]:
    sides = [leaf.left, leaf.right] if isinstance(leaf, Compare) else [leaf.among, leaf.option]
    while any(isinstance(side, Length) for side in sides):
        sides = [side.of if isinstance(side, Length) else side for side in sides]
    return {side.name for side in sides if isinstance(side, Name)}


def _clause(node: Condition, form: Numbered, language: str) -> str:
    """The condition as a clause, empty if some part of it has no words."""
    match node:
        case And(parts) | Or(parts):
            clauses = [_clause(part, form, language) for part in parts]
            if not all(clauses):
                return ""
            joint = word("PAP_AND" if isinstance(node, And) else "PAP_OR", language)
            mixed = [
                f"({clause})" if isinstance(part, And | Or) else clause
                for part, clause in zip(parts, clauses, strict=True)
            ]
            return f" {joint} ".join(_together(parts, mixed, form, language, isinstance(node, Or)))
        case Not(part):
            clause = _clause(part, form, language)
            return word("PAP_NOT", language, when=clause) if clause else ""
    return _leaf(node, form, language)


def _together(
    parts: Sequence[Condition], clauses: Sequence[str], form: Numbered, language: str, either: bool
) -> Iterator[str]:
    """The clauses; several choices of one question, joined by «or», as one clause about it."""
    chosen: dict[str, set[str]] = {}
    for part in parts if either else ():
        if isinstance(part, Compare | Selected) and (found := _choice(part, form)) is not None:
            chosen.setdefault(found[0].name, set()).update(found[1])
    told_of: set[str] = set()
    for part, clause in zip(parts, clauses, strict=True):
        found = _choice(part, form) if either and isinstance(part, Compare | Selected) else None
        if found is None:
            yield clause
        elif found[0].name not in told_of:
            told_of.add(found[0].name)
            yield _choosing(found[0], chosen[found[0].name], form, language)


def _leaf(node: Compare | Selected, form: Numbered, language: str) -> str:
    if (choice := _choice(node, form)) is not None:
        return _choosing(*choice, form, language)
    match node:
        case Compare(Name(name), "=" | "!=" as sign, Constant("")):
            code = "PAP_IS_EMPTY" if sign == "=" else "PAP_IS_FILLED"
            return word(code, language, number=form.numbers[name])
        case Compare(Name(name), "!=", Constant(str(value))) if scale := form.questionnaire.question(name).scale:
            label = f"«{scale.label(value, language)}»"
            return word("PAP_CHOSE_OTHER", language, number=form.numbers[name], options=label)
        case Compare(Name(name), sign, Constant(value)):
            shown = _number(value, language) if isinstance(value, float) else value
            return word("PAP_COMPARED", language, number=form.numbers[name], sign=_SIGNS[sign], value=shown)
    return ""


def _number(value: float, language: str) -> str:
    return number(value, len(f"{value:.9f}".rstrip("0").partition(".")[2]), language)


_SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def _choice(node: Compare | Selected, form: Numbered) -> tuple[Question, set[str]] | None:
    """The question and its options under which the leaf holds, None if it is not about options."""
    names = _names(node)
    if len(names) != 1:
        return None
    question = form.questionnaire.question(min(names))
    if question.scale is None or (question.kind == "select_multiple" and not isinstance(node, Selected)):
        return None
    values = [option.value for option in question.scale.options]
    if holds(node, {}, None):  # true of whom did not answer too: not a matter of options alone
        return None
    ticked = {value for value in values if holds(node, {question.name: value}, None)}
    return (question, ticked) if ticked else None


def _choosing(question: Question, ticked: set[str], form: Numbered, language: str) -> str:
    options = question.scale.options if question.scale else ()
    others = [option for option in options if option.value not in ticked]
    named = [option for option in options if option.value in ticked]
    unlike = len(named) > _FEW and question.kind == "select_one" and 0 < len(others) <= _FEW
    labels = [f"«{say(option.label, language)}»" for option in (others if unlike else named)]
    listed = f" {word('PAP_OR', language)} ".join(labels)
    return word(
        "PAP_CHOSE_OTHER" if unlike else "PAP_CHOSE", language, number=form.numbers[question.name], options=listed
    )
