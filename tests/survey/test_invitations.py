from secrets import token_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.errors import Refused
from survey.invitations import code_hash, hashed, new_codes, read_code, shown
from survey.symbols import ALPHABET
from tests.hostile import HOSTILE
from tests.survey.builders import counting

SECRET, OTHER = bytes(32), bytes(31) + b"\x01"
CODES = st.binary(min_size=7, max_size=7).map(lambda drawn: new_codes({None: 1}, lambda _: drawn)[0].code)


def refusal(text: str) -> str:
    with pytest.raises(Refused) as caught:
        read_code(text)
    assert "?" not in caught.value.say("vi")
    (problem,) = caught.value.problems
    return problem.code


def test_so_many_codes_are_issued_for_each_place() -> None:
    issued = new_codes({"P01": 3, "P02": 2, None: 1}, counting())
    assert [each.place for each in issued] == ["P01"] * 3 + ["P02"] * 2 + [None]


def test_all_codes_differ_even_where_chance_repeats_itself() -> None:
    drawn = iter([b"\0" * 7, b"\0" * 7, b"\0" * 6 + b"\1"])
    first, second = new_codes({None: 2}, lambda _: next(drawn))
    assert first.code != second.code
    assert len({each.code for each in new_codes({None: 1000}, token_bytes)}) == 1000


def test_of_a_code_only_a_keyed_hash_is_kept() -> None:
    (one,) = new_codes({"P01": 1}, counting())
    kept = hashed(SECRET, [one])
    assert kept == {code_hash(SECRET, one.code): "P01"}
    assert one.code not in repr(kept)
    assert code_hash(OTHER, one.code) not in kept


@settings(deadline=None)
@given(CODES)
def test_a_code_is_read_as_people_write_it(code: str) -> None:
    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    assert shown(code).count("-") == 2
    careless = shown(code).lower().replace("0", "o").replace("1", "l").replace("-", " - ")
    for typed in (code, shown(code), careless, careless.replace("l", "I"), f" {code}\n"):
        assert read_code(typed) == code


@settings(deadline=None)
@given(CODES, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_found(code: str, at: int, symbol: str) -> None:
    wrong = code[:at] + symbol + code[at + 1 :]
    assert wrong == code or refusal(wrong) == "INV_CHECK"


@settings(deadline=None)
@given(CODES, st.integers(0, 10))
def test_swapped_neighbours_are_found_but_for_0_and_z(code: str, at: int) -> None:
    pair = code[at : at + 2]
    swapped = code[:at] + pair[::-1] + code[at + 2 :]
    assert pair[0] == pair[1] or set(pair) == {"0", "Z"} or refusal(swapped) == "INV_CHECK"


def test_a_code_too_short_too_long_or_with_a_strange_letter_says_so() -> None:
    assert refusal("") == refusal("7K3M") == refusal("0" * 13) == "INV_LENGTH"
    assert refusal("7K3M-Q0TX-9A2U") == "INV_LETTER"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_no_code_and_breaks_nothing(name: str) -> None:
    assert refusal(HOSTILE[name]).startswith("INV_")
