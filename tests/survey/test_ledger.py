import hashlib
import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import Refused
from survey.ledger import commitment, grouped, read_receipt, receipt_code, receipt_hash
from survey.response import Response
from tests.survey.builders import response

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = receipt_code("k" * 42)


def refusal(text: str) -> str:
    with pytest.raises(Refused) as caught:
        read_receipt(text)
    (problem,) = caught.value.problems
    assert problem.say("vi")
    return problem.code


def test_the_commitment_is_the_documented_formula() -> None:
    slip = response()
    text = json.dumps(
        {
            "round": slip.round_id,
            "answers": {"used": "1", "ways": ["web", "desk"], "times": 3, "fee": 1.5, "comment": "Tốt «=1+1»"},
            "place": "P01",
            "channel": "link",
            "language": "vi",
            "duration": "3-10",
            "flags": ["fast"],
            "consent": "2026-10",
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()

    def part(content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + content

    hidden = hashlib.sha256(part(bytes.fromhex(slip.salt)) + part(text)).digest()
    leaf = b"\x00" + part(slip.questionnaire.encode()) + part(slip.day.encode()) + part(hidden)
    leaf += part(bytes.fromhex(slip.receipt_hash))
    assert commitment(slip) == hashlib.sha256(leaf).hexdigest()


BOUND = {
    "round_id": "dot-2",
    "questionnaire": "0" * 64,
    "answers": {"used": "2"},
    "place": "P02",
    "channel": "kiosk",
    "language": "en",
    "day": "2026-11-22",
    "duration": "<1",
    "flags": (),
    "consent": "2026-11",
    "salt": "ff" * 16,
    "receipt_hash": "ff" * 32,
}


@pytest.mark.parametrize("field", BOUND)
def test_no_statement_of_a_slip_can_be_changed_without_changing_its_commitment(field: str) -> None:
    assert commitment(replace(response(), **{field: BOUND[field]})) != commitment(response())


def test_only_the_row_keys_are_not_bound() -> None:
    assert {field.name for field in fields(Response)} - set(BOUND) == {"id", "key_hash", "commitment"}
    assert commitment(replace(response(), commitment="other")) == commitment(response())


def test_the_order_of_answers_does_not_matter_but_their_types_do() -> None:
    one = replace(response(), answers={"a": 1, "b": "2"})
    assert commitment(replace(one, answers={"b": "2", "a": 1})) == commitment(one)
    assert commitment(replace(one, answers={"a": "1", "b": "2"})) != commitment(one)


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
