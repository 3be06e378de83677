"""Can it be proved? What binds a slip, what its respondent keeps, and what is said of all slips in public."""

from survey.ledger.checkpoint import (
    Head,
    join_notes,
    origin,
    parse_checkpoint,
    read_checkpoint,
    sign_checkpoint,
    split_notes,
)
from survey.ledger.commitment import canonical_json, commitment, hidden, joined
from survey.ledger.inclusion import Proof, proof_text, read_proof
from survey.ledger.merkle import EMPTY, Frontier, Tree, consistent, included, leaf_hash, node_hash
from survey.ledger.promise import Promise, code_in, read_promise, receipt_promise
from survey.ledger.receipt import grouped, read_receipt, receipt_code, receipt_hash
from survey.ledger.signing import PROMISE, known_key, promise_key, public_bytes, read_vkey, signing_key, vkey

__all__ = [
    "EMPTY",
    "PROMISE",
    "Frontier",
    "Head",
    "Promise",
    "Proof",
    "Tree",
    "canonical_json",
    "code_in",
    "commitment",
    "consistent",
    "grouped",
    "hidden",
    "included",
    "join_notes",
    "joined",
    "known_key",
    "leaf_hash",
    "node_hash",
    "origin",
    "parse_checkpoint",
    "promise_key",
    "proof_text",
    "public_bytes",
    "read_checkpoint",
    "read_promise",
    "read_proof",
    "read_receipt",
    "read_vkey",
    "receipt_code",
    "receipt_hash",
    "receipt_promise",
    "sign_checkpoint",
    "signing_key",
    "split_notes",
    "vkey",
]
