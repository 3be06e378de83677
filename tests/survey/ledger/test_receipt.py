"""The receipt code: the same for ever, readable by people, wrong symbols found."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import Refused
from survey.ledger import grouped, read_receipt, receipt_code, receipt_hash

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = receipt_code("k" * 42)


def refusal(text: str) -> str:
    with pytest.raises(Refused) as caught:
        read_receipt(text)
    (problem,) = caught.value.problems
    assert problem.say("vi")
    return problem.code


def test_receipts_given_out_stay_good_for_ever() -> None:
    assert CODE == "J9FNJ4GGDGCRD1E1Y4CT"
    tag = b"hailong receipt 1"
    digest = hashlib.sha256(tag + (42).to_bytes(4, "big") + b"k" * 42).digest()
    bits = "".join(f"{byte:08b}" for byte in digest)[:95]
    assert "".join(ALPHABET[int(bits[n : n + 5], 2)] for n in range(0, 95, 5)) == CODE[:19]


def test_another_key_gives_another_receipt_and_only_its_hash_is_for_the_store() -> None:
    assert receipt_code("k" * 41 + "l") != CODE
    assert receipt_hash(CODE) == hashlib.sha256(CODE.encode()).hexdigest()


@given(st.text(st.characters(), max_size=60))
def test_every_receipt_is_read_back_grouped_or_not_and_in_small_letters(key: str) -> None:
    code = receipt_code(key)
    assert set(code) <= set(ALPHABET)
    assert read_receipt(code) == read_receipt(grouped(code)) == read_receipt(grouped(code).lower()) == code


def test_grouping_is_four_times_five() -> None:
    assert [len(group) for group in grouped(CODE).split("-")] == [5, 5, 5, 5]


def test_what_people_misread_is_understood() -> None:
    code = next(c for n in range(1000) if {"0", "1"} <= set(c := receipt_code(f"key {n}")))
    for wrong in (code.replace("0", "O"), code.replace("1", "I"), code.replace("1", "l"), code.replace("0", "o")):
        assert read_receipt(f"  {wrong[:7]} – {wrong[7:]}\n") == code


def test_every_single_wrong_symbol_is_found() -> None:
    for place, right in enumerate(CODE):
        for wrong in set(ALPHABET) - {right}:
            assert refusal(CODE[:place] + wrong + CODE[place + 1 :]) == "RCP_CHECK"


def test_every_swap_of_neighbours_is_found_but_zero_with_z() -> None:
    checked = 0
    for number in range(200):
        code = receipt_code(f"key {number}")
        for place in range(19):
            left, right = code[place : place + 2]
            if left != right and {left, right} != {"0", "Z"}:
                checked += 1
                assert refusal(code[:place] + right + left + code[place + 2 :]) == "RCP_CHECK"
    assert checked > 3_000


def test_receipts_of_wrong_length_or_letters_are_refused() -> None:
    assert refusal(CODE[:-1]) == "RCP_LENGTH"
    assert refusal(CODE + "0") == "RCP_LENGTH"
    assert refusal("") == "RCP_LENGTH"
    assert refusal(CODE[:-1] + "U") == "RCP_LETTER"
    assert refusal("ệ" * 1_000_000) == "RCP_LETTER"


def test_receipts_use_all_their_bits() -> None:
    codes = [receipt_code(str(number)) for number in range(3_000)]
    assert len(set(codes)) == 3_000
    for place in range(20):
        assert {code[place] for code in codes} == set(ALPHABET)
