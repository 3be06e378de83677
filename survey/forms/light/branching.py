"""Which style hides a question that is not asked? Conditions as selectors, so that branching needs no script.

A condition becomes a compound selector of `form`: `selected(${q}, 'x')` is `:has([name="q"][value="x"]:checked)`. What
a style cannot see (a number typed in, an answer on another page) counts as "may be": the question is shown then, and
the server drops what was answered though not asked. Each gate counts only while it is asked itself, as on the server.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.expression import (
    And,
    Compare,
    Condition,
    Constant,
    Current,
    Expression,
    ExpressionError,
    Length,
    Name,
    Not,
    Or,
    Selected,
    Value,
)
from survey.forms.light.layout import Page
from survey.questionnaire import Question

LONGEST = 4_000
"""Characters of one selector; a condition that needs more counts as "may be"."""

MANY = 15
"""A list of more options than this is a drop-down, not radio buttons."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_\-.\u00a1-\ud7ff]")

Selector = str | bool
"""A compound selector of `form`; True and False where the page makes no difference."""


@dataclass(frozen=True, slots=True)
class Branching:
    """The style of one page, empty if it needs none; and the ids of what it does not steer exactly."""

    css: str
    loose: frozenset[str]


def branching(page: Page, ids: Mapping[str, str]) -> Branching:
    """The style that hides what is not asked, by answers on this page.

    `ids`: what the page calls each `section:NAME` and each question. A condition on other pages' answers alone is
    the server's to judge and gives no rule.
    """
    reading = _Reading(page)
    hidden: dict[str, list[str]] = {}
    loose: set[str] = set()
    for condition, target, before in reading.conditions():
        may = reading.selector(condition.tree, before, sure=False)
        if may != reading.selector(condition.tree, before, sure=True):
            loose.add(ids[target])
        if may is not True:
            hidden.setdefault("" if may is False else f"form{_not(may)} ", []).append(f"#{ids[target]}")
    rules = "".join(f"{when}:is({','.join(targets)}){{display:none}}" for when, targets in hidden.items())
    css = f"@supports selector(:has(a)){{@media screen{{{rules}}}}}" if rules else ""
    return Branching(css, frozenset(loose))


def drop_down(question: Question) -> bool:
    """Whether its options stand in a drop-down list."""
    return question.kind == "select_one" and question.scale is not None and len(question.scale.options) > MANY


class _Reading:
    """The conditions of one page as selectors."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._questions = {question.name: question for part in page for question in part.questions}
        self._sections = {question.name: part.section for part in page for question in part.questions}
        self._at = {name: number for number, name in enumerate(self._questions)}
        self._known: dict[tuple[str, bool], Selector] = {}

    def conditions(self) -> Iterable[tuple[Expression, str, int]]:
        """Each condition that this page's answers bear on, what it steers, and the place before which they count."""
        for part in self._page:
            first = min((self._at[question.name] for question in part.questions), default=0)
            steered = [(part.section.relevant, f"section:{part.section.name}", first)]
            steered += [(question.relevant, question.name, self._at[question.name]) for question in part.questions]
            for condition, target, before in steered:
                if condition is not None and condition.names & self._questions.keys():
                    yield condition, target, before

    def selector(self, node: Condition, before: int, *, sure: bool) -> Selector:
        """When the condition holds for certain (`sure`), or may hold."""
        match node:
            case And(parts):
                found = _all([self.selector(part, before, sure=sure) for part in parts])
            case Or(parts):
                found = _any([self.selector(part, before, sure=sure) for part in parts])
            case Not(part):
                found = _not(self.selector(part, before, sure=not sure))
            case _:
                found = self._leaf(node, before, sure)
        return (not sure) if isinstance(found, str) and len(found) > LONGEST else found

    def _leaf(self, node: Compare | Selected, before: int, sure: bool) -> Selector:
        written = _expression(node)
        if written is None:
            return not sure
        if not written.names:
            return written.holds({})
        name = min(written.names)
        if len(written.names) > 1 or name not in self._questions:
            return not sure
        if self._at[name] >= before:
            return written.holds({})  # it is asked later, so it has no answer yet
        question = self._questions[name]
        values = [option.value for option in question.scale.options] if question.scale else []
        holding = _holding(question, values, node, written)
        if holding is None:
            return not sure
        missing = written.holds({})
        marked = [value for value in values if (value in holding) != missing]
        if not marked:
            return missing
        # A gate that is not asked counts as unanswered, whatever is still ticked there.
        found = _all([self._asked(name, sure != missing), _ticked(question, marked)])
        return _not(found) if missing else found

    def _asked(self, name: str, sure: bool) -> Selector:
        if (name, sure) not in self._known:  # kept: a chain of gates would be read again at every link
            conditions = (self._sections[name].relevant, self._questions[name].relevant)
            found = [self.selector(each.tree, self._at[name], sure=sure) for each in conditions if each is not None]
            self._known[name, sure] = _all(found)
        return self._known[name, sure]


def _holding(
    question: Question, values: Iterable[str], node: Compare | Selected, written: Expression
) -> frozenset[str] | None:
    """The options under which the condition holds; None if it cannot be told from ticked options one by one."""
    if question.kind == "select_one":
        return frozenset(value for value in values if written.holds({question.name: value}))
    if question.kind == "select_multiple":
        match node:
            case Selected(Name(), Constant(str(wanted))) if wanted:
                return frozenset(value for value in values if value == wanted)
            case Compare(Name(), "=" | "!=", Constant("")):
                return frozenset(value for value in values if written.holds({question.name: (value,)}))
    return None


def _ticked(question: Question, values: Iterable[str]) -> str:
    inner = " option" if drop_down(question) else ""
    ticks = [f'[name="{_escaped(question.name)}"]{inner}[value="{_escaped(value)}"]:checked' for value in values]
    return f":has({','.join(ticks)})"


def _all(parts: list[Selector]) -> Selector:
    if False in parts:
        return False
    return "".join(part for part in parts if isinstance(part, str)) or True


def _any(parts: list[Selector]) -> Selector:
    if True in parts:
        return True
    found = [part for part in parts if isinstance(part, str)]
    return (found[0] if len(found) == 1 else f":is({','.join(found)})") if found else False


def _not(part: Selector) -> Selector:
    return f":not({part})" if isinstance(part, str) else not part


def _escaped(text: str) -> str:
    """The text inside a quoted CSS string: every sign that could end it, or the style, as a code point."""
    return _UNSAFE.sub(lambda found: f"\\{ord(found[0]) or 0xFFFD:x} ", text)


def _expression(node: Compare | Selected) -> Expression | None:
    """The leaf as an expression of its own, None if it cannot be written as one (a number like 1e+30)."""
    try:
        match node:
            case Compare(left, sign, right):
                return Expression(f"{_written(left)} {sign} {_written(right)}")
            case Selected(among, option):
                return Expression(f"selected({_written(among)}, {_written(option)})")
    except ExpressionError:
        return None


def _written(value: Value) -> str:
    match value:
        case Name(name):
            return f"${{{name}}}"
        case Current():
            return "."
        case Length(of):
            return f"string-length({_written(of)})"
        case Constant(str(text)):
            return f'"{text}"' if "'" in text else f"'{text}'"
        case Constant(number):
            return repr(number)
