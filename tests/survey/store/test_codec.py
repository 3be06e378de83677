import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from survey.response import Response
from survey.round import NEXT, Margin, Place, Round
from survey.store.codec import read_response, read_round, response_row, round_text
from tests.survey.builders import ROUND, response

WORD = st.text(st.characters(codec="utf-8"), max_size=12)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.dictionaries(st.sampled_from(["vi", "en", "tay"]), WORD)

ROUNDS = st.builds(
    Round,
    id=WORD,
    name=WORD,
    questionnaire=WORD,
    study=WORD,
    opens=st.dates(),
    closes=st.none() | st.dates(),
    languages=st.lists(WORD, min_size=1, max_size=3).map(tuple),
    consent=WORD,
    contact=WORDS,
    places=st.lists(
        st.builds(
            Place,
            code=WORD,
            name=WORD,
            stratum=WORD,
            unit=WORD,
            weight=NUMBER,
            fpc=st.none() | NUMBER,
            wanted=st.integers(),
        ),
        max_size=3,
    ).map(tuple),
    margins=st.lists(st.builds(Margin, variable=WORD, level=WORD, total=NUMBER), max_size=3).map(tuple),
    feeds=WORD,
    invited=st.dictionaries(WORD, st.integers(), max_size=3),
    demonstration=st.booleans(),
    state=st.sampled_from([*NEXT]),
    least=st.integers(),
    channels=st.lists(WORD, max_size=3).map(tuple),
)

ANSWERS = st.dictionaries(WORD, WORD | st.integers() | NUMBER | st.lists(WORD, max_size=3).map(tuple), max_size=6)


@given(ROUNDS)
def test_a_round_comes_back_equal(round_: Round) -> None:
    assert read_round(round_text(round_)) == round_


def test_equal_rounds_have_equal_texts_whatever_the_order_of_their_words() -> None:
    one = replace(ROUND, contact={"vi": "a", "en": "b"}, invited={"P01": 1, "P02": 2})
    two = replace(ROUND, contact={"en": "b", "vi": "a"}, invited={"P02": 2, "P01": 1})
    assert round_text(one) == round_text(two)
    assert round_text(one) != round_text(replace(one, demonstration=True))


def test_settings_that_came_later_are_not_written_where_they_say_nothing_new() -> None:
    # The ledgers that exist bind a hash of the text as it was before there were states and plans.
    text = round_text(ROUND)
    assert not {"state", "least", "channels", "wanted"} & {*json.loads(text), *json.loads(text)["places"][0]}
    assert '"state":"closed"' in round_text(replace(ROUND, state="closed"))


@given(ANSWERS, st.lists(WORD, max_size=2).map(tuple))
def test_a_response_comes_back_equal_with_the_types_of_its_answers(answers: dict, flags: tuple) -> None:
    slip = response(answers=answers, flags=flags)
    back: Response = read_response(response_row(slip))
    assert back == slip
    assert {name: type(answer) for name, answer in back.answers.items()} == {n: type(a) for n, a in answers.items()}
