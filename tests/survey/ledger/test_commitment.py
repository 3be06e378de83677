"""The commitment: its formula, what it binds, and that it never changes for slips that are stored."""

import hashlib
import json
from dataclasses import fields, replace

import pytest

from survey.ledger import commitment, hidden, joined
from survey.response import Response
from tests.survey.builders import response


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
    "desk": "D01",
    "interviewer": "TV-07",
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


def test_slips_from_before_desks_and_interviewers_keep_their_commitment() -> None:
    assert commitment(response()) == "ec6a1d20f15e9929dae06c6f60903c8ec258623e29b0b5b64433729467738b52"


def test_a_leaf_is_made_of_parts_that_can_be_shown() -> None:
    slip = response()
    assert joined(slip.questionnaire, slip.day, hidden(slip), slip.receipt_hash) == commitment(slip)
    assert hidden(replace(slip, salt="ff" * 16)) != hidden(slip)
