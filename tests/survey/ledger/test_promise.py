"""What the QR on a receipt carries, and the proof file: both checked by somebody who has only the public key."""

import base64
import hashlib
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey.errors import Refused
from survey.ledger import (
    Head,
    Proof,
    Tree,
    code_in,
    commitment,
    grouped,
    hidden,
    leaf_hash,
    proof_text,
    public_bytes,
    read_promise,
    read_proof,
    receipt_code,
    receipt_hash,
    receipt_promise,
    sign_checkpoint,
)
from tests.survey.builders import response
from tests.survey.ledger.test_merkle import root_by_path

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = public_bytes(KEY)
CODE = receipt_code("k" * 42)
PROMISE = receipt_promise(KEY, "dot-1", "2026-11-21", CODE)


def refused(text: str) -> str:
    with pytest.raises(Refused) as caught:
        read_promise(text)
    return caught.value.problems[0].code


def test_a_promise_is_verified_without_our_code() -> None:
    mark, round_id, day, code, signature = PROMISE.split(" ")
    assert (mark, round_id, day, code) == ("HAILONG1", "dot-1", "2026-11-21", CODE)
    said = f"hailong promise 1\ndot-1\n2026-11-21\n{hashlib.sha256(CODE.encode()).hexdigest()}\n"
    content = base64.urlsafe_b64decode(signature + "==")
    Ed25519PublicKey.from_public_bytes(PUBLIC).verify(content, said.encode())
    assert len(PROMISE) < 160, "a QR of this length is read by every phone"


def test_the_same_slip_always_gets_the_same_promise() -> None:
    assert receipt_promise(KEY, "dot-1", "2026-11-21", CODE) == PROMISE


def test_a_promise_is_kept_only_as_it_was_given() -> None:
    promise = read_promise(f"  {PROMISE}\n")
    assert (promise.round_id, promise.day, promise.code) == ("dot-1", "2026-11-21", CODE)
    assert promise.kept_by(PUBLIC)
    assert not promise.kept_by(public_bytes(Ed25519PrivateKey.from_private_bytes(b"o" * 32)))
    for changed in (
        replace(promise, round_id="dot-2"),
        replace(promise, day="2026-11-20"),
        replace(promise, code=receipt_code("other")),
        replace(promise, signature=b""),
    ):
        assert not changed.kept_by(PUBLIC)


def test_what_is_no_promise_is_refused() -> None:
    assert refused("") == refused(CODE) == refused("x " * 10_000) == "LED_PROMISE"
    assert refused(PROMISE.replace("HAILONG1", "HAILONG2")) == "LED_PROMISE"
    assert refused(PROMISE.replace(CODE, CODE[:-1])) == "RCP_LENGTH"
    assert not read_promise(PROMISE[:-1] + "é").kept_by(PUBLIC)


def test_a_code_is_found_alone_or_in_the_whole_text_of_the_qr() -> None:
    assert (
        code_in(PROMISE) == code_in(PROMISE.lower()) == code_in(grouped(CODE).lower()) == code_in(f" {CODE} ") == CODE
    )
    with pytest.raises(Refused):
        code_in(PROMISE.replace(CODE, "0" * 19 + "1"))


SLIPS = [
    replace(slip, commitment=commitment(slip))
    for number in range(1, 12)
    for slip in [response(number, receipt_hash=receipt_hash(receipt_code(f"key {number}")))]
]
LEAVES = sorted(slip.commitment for slip in SLIPS)


def proof_of(number: int) -> Proof:
    slip = SLIPS[number - 1]
    tree = Tree([leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES])
    head = Head(origin="hailong/dot-1", size=tree.size, root=tree.root(), days=(("2026-11-21", tree.size),))
    index = LEAVES.index(slip.commitment)
    return Proof(
        questionnaire=slip.questionnaire,
        day=slip.day,
        hidden=hidden(slip),
        index=index,
        path=tree.inclusion(index),
        note=sign_checkpoint(KEY, head),
    )


def test_a_proof_file_is_verified_without_our_code_by_who_has_the_receipt() -> None:
    first, extra, index, *rest = proof_text(proof_of(5)).split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    end = rest.index("")
    path = [base64.b64decode(line) for line in rest[:end]]
    _, size, root, *_ = rest[end + 1 :]
    parts = json.loads(base64.b64decode(extra.removeprefix("extra ")))

    def part(content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + content

    mine = hashlib.sha256(receipt_code("key 5").encode()).digest()
    entry = b"\x00" + part(parts["questionnaire"].encode()) + part(parts["day"].encode())
    entry += part(bytes.fromhex(parts["hidden"])) + part(mine)
    leaf = hashlib.sha256(b"\x00" + hashlib.sha256(entry).digest()).digest()
    place = int(index.removeprefix("index "))
    assert root_by_path(leaf, place, int(size), path) == base64.b64decode(root)


def test_a_proof_survives_its_file_and_belongs_to_one_receipt_only() -> None:
    proof = proof_of(5)
    assert read_proof(proof_text(proof).replace("\n", "\r\n")) == proof
    assert proof.check(receipt_code("key 5"), PUBLIC).size == len(SLIPS)
    with pytest.raises(Refused, match="not in the closed ledger"):
        proof.check(receipt_code("key 6"), PUBLIC)
    with pytest.raises(Refused, match="not signed"):
        proof.check(receipt_code("key 5"), public_bytes(Ed25519PrivateKey.from_private_bytes(b"o" * 32)))
    for changed in (
        replace(proof, index=proof.index + 1),
        replace(proof, path=proof.path[1:]),
        replace(proof, hidden="0" * 64),
        replace(proof, day="2026-11-20"),
    ):
        with pytest.raises(Refused, match="not in the closed ledger"):
            changed.check(receipt_code("key 5"), PUBLIC)


@pytest.mark.parametrize(
    "change", [("index", "indexes"), ("@v1", "@v2"), ("extra ", "extra e30="), ("extra ", "extra !")]
)
def test_what_is_no_proof_is_refused(change: tuple[str, str]) -> None:
    for text in ("", "x" * 1_000_000, proof_text(proof_of(5)).replace(*change)):
        with pytest.raises(Refused, match="no proof"):
            read_proof(text)
