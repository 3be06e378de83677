"""What may the holder of a receipt know? Whether the slip counts, and the proof of it, but never what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from survey.errors import Problem, Refused
from survey.ledger import Head, Proof, Tree, joined, leaf_hash, parse_checkpoint, receipt_hash, split_notes
from survey.proof.published import CHECKPOINTS, place, read, read_leaves, receipts_file
from survey.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The slip of a receipt: its round and day (ISO), whether it is voided, or its withdrawal was `asked` for.

    `head`: the latest checkpoint, None while the slip's day is not closed; `proof`: that this checkpoint counts the
    slip, None while it is not closed, or where the public files do not prove it.
    """

    round_id: str
    day: str
    voided: bool
    asked: bool
    head: Head | None
    proof: Proof | None


def standing(store: Store, published: Path, code: str) -> Standing | None:
    """How the slip with this receipt code stands; None if there is none. Raises Refused as the store does."""
    state = store.receipt_state(receipt_hash(code))
    if state is None:
        return None
    notes = _notes(place(published, state.round_id))
    try:
        head = parse_checkpoint(notes[-1]) if notes else None
    except Refused:  # a damaged file closes no day
        head = None
    head = head if head is not None and state.day <= head.through else None
    try:
        proof = prove(published, state.round_id, state.day, code) if head is not None else None
    except Refused:
        proof = None
    return Standing(
        round_id=state.round_id,
        day=state.day,
        voided=state.voided,
        asked=state.asked,
        head=head,
        proof=proof,
    )


def prove(published: Path, round_id: str, day: str, code: str) -> Proof:
    """The proof, from the public files alone, that the slip with this code is in the log.

    Raises Refused (PRF_NOT_PROVEN) if they do not prove it.
    """
    folder = place(published, round_id)
    parts = _parts(folder, day, receipt_hash(code))
    notes = _notes(folder)
    try:
        proof = _log(folder, notes).proof(day, code, *parts) if parts and notes else None
    except (Refused, ValueError):  # files that were changed prove nothing
        proof = None
    if proof is None:
        raise Refused([Problem(code="PRF_NOT_PROVEN", values={"day": day})])
    return proof


class _Log:
    """A round's log in memory: its tree, and where each leaf stands in it."""

    def __init__(self, folder: Path, notes: Sequence[str]) -> None:
        """Raises ValueError if the files do not give the root of the last checkpoint, so that no such log is kept."""
        days = [day for note in notes for day, count in parse_checkpoint(note).days if count]
        leaves = [leaf for day in days for leaf in read_leaves(folder, day) or ()]
        self._note, head = notes[-1], parse_checkpoint(notes[-1])
        self._places = {leaf: index for index, leaf in enumerate(leaves)}
        self._tree = Tree([leaf_hash(bytes.fromhex(leaf)) for leaf in leaves])
        if (self._tree.size, self._tree.root()) != (head.size, head.root):
            raise ValueError("the day files are not those of the checkpoint")

    def proof(self, day: str, code: str, hidden: str, questionnaire: str) -> Proof | None:
        """None where the leaf of these parts is not in the tree."""
        index = self._places.get(joined(questionnaire, day, hidden, receipt_hash(code)))
        if index is None:
            return None
        path = self._tree.inclusion(index)
        return Proof(questionnaire=questionnaire, day=day, hidden=hidden, index=index, path=path, note=self._note)


# A round's log is read once a day; 100,000 slips take 0.2 s and 40 MB.
_log = lru_cache(maxsize=4)(_Log)


def _notes(folder: Path) -> tuple[str, ...]:
    return split_notes(read(folder / CHECKPOINTS) or "")


def _parts(folder: Path, day: str, receipt: str) -> tuple[str, str] | None:
    """The hidden part and the questionnaire of the leaf with this receipt hash."""
    text = read(receipts_file(folder, day)) or ""
    start = text.find(f"{receipt} ")
    parts = text[start : text.find("\n", start)].split(" ")[1:] if start >= 0 else []
    return (parts[0], parts[1]) if len(parts) == 2 else None
