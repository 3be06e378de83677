"""Conditions as selectors: read by a small reader of its own, they hide exactly what the server would not ask."""

import itertools
import re
from collections.abc import Iterable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survey.expression import Answer, Expression
from survey.forms.light.branching import LONGEST, branching
from survey.forms.light.layout import Part
from survey.questionnaire import Option, Question, Questionnaire, Scale, Section
from survey.response import asked
from tests.survey.builders import question

SCALE = Scale(name="s", options=tuple(Option(value=v, label={"vi": v}) for v in ("1", "2", "10")))
MANY = Scale(name="m", options=tuple(Option(value=str(n), label={"vi": str(n)}) for n in range(20)))
IDS = {"section:s": "s0", **{name: f"f{n}" for n, name in enumerate("abcdefg")}}


def page(*questions: Question, relevant: str | None = None) -> tuple[Part, ...]:
    section = Section(
        name="s", label={"vi": "S"}, questions=questions, relevant=Expression(relevant) if relevant else None
    )
    return (Part(section=section, questions=questions, begins=True),)


def choice(name: str, relevant: str | None = None, kind: str = "select_one", scale: Scale = SCALE) -> Question:
    return question(name, kind, scale=scale, relevant=Expression(relevant) if relevant else None)


def hidden(css: str, ticks: Iterable[tuple[str, str]]) -> set[str]:
    """What the style hides while these (name, value) are ticked: selectors are read by hand, not by our compiler."""
    ticks = set(ticks)
    found: set[str] = set()
    for when, targets in re.findall(r"(?:form(\S*) )?:is\(([^)]*)\)\{display:none\}", css):
        if not when or _matches(when, ticks):
            found |= set(targets.replace("#", "").split(","))
    return found


def _matches(compound: str, ticks: set[tuple[str, str]]) -> bool:
    return all(_one(each, ticks) for each in _split(compound, starts=":"))


def _one(selector: str, ticks: set[tuple[str, str]]) -> bool:
    name, _, inside = selector.partition("(")
    parts = _split(inside[:-1], starts=",")
    if name == ":not":
        return not any(_matches(part, ticks) for part in parts)
    if name == ":is":
        return any(_matches(part, ticks) for part in parts)
    assert name == ":has", selector
    return any((re.findall(r'="([^"]*)"', part)[0], re.findall(r'="([^"]*)"', part)[1]) in ticks for part in parts)


def _split(text: str, starts: str) -> list[str]:
    depth, quoted, pieces = 0, False, [""]
    for sign in text:
        quoted ^= sign == '"'
        if not quoted and depth == 0 and sign == starts:
            pieces.append("" if starts == "," else sign)
        else:
            pieces[-1] += sign
        depth += (sign in "([") - (sign in ")]") if not quoted else 0
    return [piece for piece in pieces if piece]


CONDITIONS = st.recursive(
    st.sampled_from(
        ["${a} = '1'", "${a} != '2'", "${b} = '10'", "${b} > 1", "${a} = ''", "selected(${c}, '2')",
         "not(selected(${c}, '1'))", "${c} = ''", "string-length(${a}) = 2", "${a} <= 2", "'1' = '1'",
         "${d} = '1'"]  # d comes later: never answered
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} and {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} or {two[1]})"),
        inner.map(lambda one: f"not({one})"),
    ),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(first=CONDITIONS, second=CONDITIONS)
def test_the_style_hides_exactly_what_the_server_does_not_ask(first: str, second: str) -> None:
    assume(Expression(second).names)  # what depends on no answer is the server's to hide
    gate = Expression(first) if "${b}" not in first and "${c}" not in first else None
    questions = (
        choice("a"),
        question("b", "select_one", scale=SCALE, relevant=gate),
        choice("c", kind="select_multiple"),
        choice("e", second),
        choice("d"),
    )
    made = branching(page(*questions), {**IDS, "e": "e"})
    questionnaire = Questionnaire(
        id="x", version="1", title={"vi": "x"}, languages=("vi",),
        sections=(Section(name="s", label={"vi": "S"}, questions=questions),),
    )  # fmt: skip
    options = ("", "1", "2", "10")
    for a, b, c in itertools.product(options, ("", "1", "10"), ((), ("1",), ("1", "2"))):
        answers: dict[str, Answer] = {"a": a, "b": b, "c": c, "d": "1"}
        ticks = {("a", a), ("b", b), ("d", "1"), *(("c", each) for each in c)}
        server = {each.name for each in asked(answers, questionnaire)}
        style = hidden(made.css, ticks)
        assert ("e" in style) == ("e" not in server), (first, second, answers, made.css)
    assert not made.loose


def test_a_gate_that_is_not_asked_counts_as_unanswered() -> None:
    css = branching(page(choice("a"), choice("b", "${a} = '1'"), choice("c", "${b} = '1'")), IDS).css
    assert hidden(css, {("a", "1"), ("b", "1")}) == set()
    assert hidden(css, {("a", "2"), ("b", "1")}) == {"f1", "f2"}


def test_what_a_style_cannot_see_is_shown_and_marked_as_loose() -> None:
    number = question("a", "integer")
    for condition in ("${a} >= 18", "not(${a} >= 18)", "${a} >= 18 and ${b} = '1'", "${z} = '1' and ${b} = '1'"):
        made = branching(page(number, choice("b"), choice("c", condition)), IDS)
        assert hidden(made.css, {("b", "1")}) == set(), condition
        assert made.loose == {"f2"}
    made = branching(page(number, choice("b"), choice("c", "${a} >= 18 and ${b} = '1'")), IDS)
    assert hidden(made.css, {("b", "2")}) == {"f2"}, "what can be seen to be wrong still hides"


def test_other_pages_answers_are_left_to_the_server() -> None:
    made = branching(page(choice("a", "${elsewhere} = '1'"), relevant="${elsewhere} = '2'"), IDS)
    assert (made.css, made.loose) == ("", frozenset())


def test_a_long_list_is_a_drop_down_and_its_options_steer_too() -> None:
    css = branching(page(choice("a", scale=MANY), choice("b", "${a} = '3'")), IDS).css
    assert '[name="a"] option[value="3"]:checked' in css


def test_a_condition_that_would_grow_without_end_is_given_up() -> None:
    chain = [choice("q0")]
    for n in range(1, 25):
        before = f"q{n - 1}"
        chain.append(choice(f"q{n}", f"(${{{before}}} = '1' and not(${{{before}}} = '2')) or ${{{before}}} != '10'"))
    ids = {f"q{n}": f"f{n}" for n in range(25)} | {"section:s": "s0"}
    made = branching(page(*chain), ids)
    assert "f24" in made.loose
    assert len(made.css) < 30 * LONGEST


@pytest.mark.parametrize(
    "value",
    [
        '"',
        "\\",
        "</style><script>alert(1)</script>",
        "}*{display:none",
        "*/",
        "\n",
        "\x00",
        "a]b",
        "'",
        "ộ",
        "🏳️‍🌈",
        "a b",
    ],
)
def test_hostile_option_values_stay_inside_their_string(value: str) -> None:
    scale = Scale(name="h", options=(Option(value=value, label={"vi": "x"}), Option(value="no", label={"vi": "y"})))
    css = branching(page(choice("a", scale=scale), choice("b", "${a} != 'no' and ${a} != ''")), IDS).css
    assert "<" not in css
    assert css.count("{") == css.count("}") == 3
    written = set(re.findall(r'value="([^"]*)"', css))
    back = {re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), each) for each in written}
    assert back == {value.replace("\x00", "\ufffd"), "no"}
