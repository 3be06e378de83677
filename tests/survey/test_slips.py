"""The number on a paper slip: unique, checked, and read back however it is typed."""

import pytest

from survey.errors import Refused
from survey.keys import paper_key
from survey.slips import MOST, _check_digit, read_slip, slip_number

SECRET = b"s" * 32


def test_the_check_digit_is_that_of_iso_7064() -> None:
    # The standard's own example for MOD 11,10, as python-stdnum quotes it: 79462 is checked by 3.
    assert _check_digit("79462") == "3"


def test_every_single_wrong_digit_is_found() -> None:
    number = slip_number("dot-1", 4711)
    digits = [at for at, sign in enumerate(number) if sign.isdigit()]
    for at in digits[4:]:
        for wrong in set("0123456789") - {number[at]}:
            with pytest.raises(Refused) as refused:
                read_slip(number[:at] + wrong + number[at + 1 :], "dot-1")
            assert refused.value.problems[0].code == "PAP_SLIP_MISTYPED"


@pytest.mark.parametrize("between", ["-", "", " "])
def test_a_number_is_read_however_its_parts_are_kept_apart(between: str) -> None:
    number = slip_number("dot-1", 12)
    assert read_slip(f" {number.replace('-', between)} ", "dot-1") == number


def test_the_slip_of_another_round_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_slip(slip_number("dot-2", 12), "dot-1")
    assert refused.value.problems[0].code == "PAP_SLIP_OTHER"


@pytest.mark.parametrize("own", ["LS-0012", "12", "0912345678", "A 5", ""])
def test_an_offices_own_numbers_are_left_alone(own: str) -> None:
    assert read_slip(own, "dot-1") == own


def test_numbers_and_their_keys_are_all_different() -> None:
    numbers = [slip_number(round_id, running) for round_id in ("dot-1", "dot-2") for running in range(1, 200)]
    assert len({paper_key(SECRET, number, "dot-1") for number in numbers}) == len(numbers)
    assert all(set(number) <= set("0123456789-") for number in numbers), "safe from Vietnamese keyboard drivers"


@pytest.mark.parametrize("running", [0, MOST + 1])
def test_there_is_no_slip_outside_the_numbers(running: int) -> None:
    with pytest.raises(ValueError, match="running"):
        slip_number("dot-1", running)
