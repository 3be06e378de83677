"""Which offices does one person rate on one form? A section is repeated once per unit that the round names.

In the workbook a group may have our column `repeat_over`, naming a select_multiple question whose list is `units` or
`units.KIND`. The choices of such a list are examples; in a round they are the round's units, all or those of the kind,
and the group's questions are asked once for each unit that was chosen: `criterion` of the unit `snv` is stored as
`criterion__snv`. See docs/decisions/0013-rated-units.md.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock

from survey.errors import Problem
from survey.expression import Answer, Expression
from survey.questionnaire import Option, Question, Questionnaire, Scale, Section
from survey.round import Rated, Round

LISTS = re.compile(r"units(?:\.([a-z][a-z0-9_]{0,25}))?")
"""The reserved names of lists: all units, or those of one kind."""

CODE = re.compile(r"(?=.{1,14}$)[a-z0-9]+(?:_[a-z0-9]+)*")
"""A unit's code, fit to end a question's name: never two underscores together, so that the name can be taken apart."""

LONGEST_NAME = 16
"""Of a repeated section and its questions: with `__` and a code it is a name of at most 32 characters again."""

_TOGETHER = "__"
_REFERENCE = re.compile(r"""'[^']*'|"[^"]*"|\$\{([^}]*)\}""")
_MAKING = Lock()


def asked_in(questionnaire: Questionnaire, round_: Round) -> Questionnaire:
    """The questionnaire as the round asks it: its units in every list of units, a section for each of them.

    The same object for the same questionnaire and units; the questionnaire itself where it asks about no units.
    """
    if not rates_units(questionnaire):
        return questionnaire
    with _MAKING:  # two threads would each make one, and be told apart by identity later
        return _made(_Same(questionnaire), round_.rated)


def rates_units(questionnaire: Questionnaire) -> bool:
    """Whether it has a list of units, which a round must fill."""
    return _rates_units(_Same(questionnaire))


def named_in(questionnaire: Questionnaire, rated: Iterable[Rated]) -> Questionnaire:
    """The questionnaire with the units in its lists and no section repeated: what one rating, taken apart, answers."""
    rated = tuple(rated)
    return replace(
        questionnaire,
        sections=tuple(
            replace(section, questions=tuple(_named(question, rated) for question in section.questions))
            for section in questionnaire.sections
        ),
    )


def examples(questionnaire: Questionnaire) -> tuple[Rated, ...]:
    """The units that the workbook gives as examples, to show the form before there is a round."""
    found: dict[str, Rated] = {}
    for question in questionnaire.questions():
        matched = _list_of_units(question.scale)
        for option in question.scale.options if matched and question.scale else ():
            known = found.get(option.value)
            kind = (matched[1] if matched else None) or (known.kind if known else "")
            found[option.value] = Rated(code=option.value, name=option.label.get("vi", ""), kind=kind)
    return tuple(found.values())


def as_examples(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire as a round of the workbook's own examples would ask it, to be looked at."""
    return _expanded(questionnaire, examples(questionnaire)) if rates_units(questionnaire) else questionnaire


def split(
    questionnaire: Questionnaire, round_: Round, answers: Mapping[str, Answer]
) -> tuple[tuple[str | None, dict[str, Answer]], ...]:
    """The answers taken apart: (None, those about no unit), then (unit code, the answers about it under their base
    names) for each unit with any, in the round's order, units the round no longer has last.

    `answers` are those of `asked_in(questionnaire, round_)`, `questionnaire` is the one before.
    """
    plain = {question.name for question in questionnaire.questions()}
    repeated = {q.name for section in questionnaire.sections if section.repeat_over for q in section.questions}
    common: dict[str, Answer] = {}
    rated: dict[str, dict[str, Answer]] = {}
    for name, answer in answers.items():
        base, _, unit = name.rpartition(_TOGETHER)
        if name not in plain and base in repeated:
            rated.setdefault(unit, {})[base] = answer
        else:
            common[name] = answer
    order = {unit.code: place for place, unit in enumerate(round_.rated)}
    codes = sorted(rated, key=lambda code: (order.get(code, len(order)), code))
    return (None, common), *((code, rated[code]) for code in codes)


def repeated_for(section: Section, unit: Rated) -> Section:
    """The section as it asks about one unit. Raises ExpressionError where a condition gets too long or too deep."""
    own = {question.name for question in section.questions}
    chosen = f"selected(${{{section.repeat_over}}}, '{unit.code}')"
    return Section(
        name=_name(section.name, unit),
        label={language: f"{words}: {unit.name}" for language, words in section.label.items()},
        questions=tuple(
            replace(
                question,
                name=_name(question.name, unit),
                relevant=_renamed(question.relevant, own, unit),
                constraint=_renamed(question.constraint, own, unit),
            )
            for question in section.questions
        ),
        relevant=Expression(f"{chosen} and ({section.relevant.source})" if section.relevant else chosen),
    )


def rating_problems(questionnaire: Questionnaire, rated: Iterable[Rated]) -> Iterator[Problem]:
    """What is wrong with the units that a round of this questionnaire shall rate; nothing if they fit it."""
    rated = tuple(rated)
    yield from _unit_problems(rated)
    lists = {matched[0]: matched[1] for q in questionnaire.questions() if (matched := _list_of_units(q.scale))}
    if lists and not rated:
        yield Problem(code="RAT_NO_UNITS")
        return
    wanted = {kind for kind in lists.values() if kind}
    for kind in sorted(wanted - {unit.kind for unit in rated}):
        yield Problem(code="RAT_KIND_MISSING", values={"kind": kind})
    if None not in lists.values():
        for kind in sorted({unit.kind for unit in rated} - wanted):
            known = ", ".join(sorted(wanted)) or "–"
            yield Problem(code="RAT_KIND_UNASKED", values={"kind": kind, "allowed": known})
    if len({unit.code for unit in rated}) == len(rated) and all(CODE.fullmatch(unit.code) for unit in rated):
        sections = _expanded(questionnaire, rated).sections
        names = Counter([s.name for s in sections] + [q.name for s in sections for q in s.questions])
        for name in (name for name, number in names.items() if number > 1):
            yield Problem(code="RAT_CLASH", values={"got": name})


def _unit_problems(rated: Iterable[Rated]) -> Iterator[Problem]:
    codes: set[str] = set()
    names: set[str] = set()
    for unit in rated:
        if not CODE.fullmatch(unit.code):
            yield Problem(code="RAT_CODE", values={"got": unit.code[:60]})
        elif unit.code in codes:
            yield Problem(code="RAT_CODE_TWICE", values={"got": unit.code})
        name = " ".join(unit.name.casefold().split())
        if not name:
            yield Problem(code="RAT_NAME_MISSING", values={"unit": unit.code[:60]})
        elif name in names:
            yield Problem(code="RAT_NAME_TWICE", values={"got": unit.name[:60]})
        codes.add(unit.code)
        names.add(name)


@dataclass(frozen=True, eq=False, slots=True)
class _Same:
    """A questionnaire as a key: it holds dictionaries and cannot be one itself."""

    questionnaire: Questionnaire

    def __hash__(self) -> int:
        return id(self.questionnaire)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.questionnaire is other.questionnaire


@lru_cache(maxsize=64)
def _rates_units(key: _Same) -> bool:
    return any(_list_of_units(question.scale) for question in key.questionnaire.questions())


@lru_cache(maxsize=64)
def _made(key: _Same, rated: tuple[Rated, ...]) -> Questionnaire:
    return _expanded(key.questionnaire, rated)


def _expanded(questionnaire: Questionnaire, rated: tuple[Rated, ...]) -> Questionnaire:
    named = named_in(questionnaire, rated)
    chosen = {question.name: _units(question.scale, rated) for question in questionnaire.questions()}
    sections: list[Section] = []
    for section in named.sections:
        if section.repeat_over is None:
            sections.append(section)
        else:
            sections += [repeated_for(section, unit) for unit in chosen[section.repeat_over]]
    return replace(named, sections=tuple(sections))


def _list_of_units(scale: Scale | None) -> re.Match[str] | None:
    return LISTS.fullmatch(scale.name) if scale else None


def _units(scale: Scale | None, rated: Iterable[Rated]) -> tuple[Rated, ...]:
    matched = _list_of_units(scale)
    return tuple(unit for unit in rated if matched and matched[1] in (None, unit.kind))


def _named(question: Question, rated: Iterable[Rated]) -> Question:
    if question.scale is None or not _list_of_units(question.scale):
        return question
    options = tuple(Option(value=unit.code, label={"vi": unit.name}) for unit in _units(question.scale, rated))
    return replace(question, scale=replace(question.scale, options=options))


def _name(name: str, unit: Rated) -> str:
    return f"{name}{_TOGETHER}{unit.code}"


def _renamed(expression: Expression | None, own: set[str], unit: Rated) -> Expression | None:
    """The condition with the section's own questions under the unit's names; what stands in quotes is left alone."""
    if expression is None:
        return None
    return Expression(
        _REFERENCE.sub(
            lambda found: f"${{{_name(found[1], unit)}}}" if found[1] in own else found[0], expression.source
        )
    )
