"""What is stored of the paper slip with this number? Found by the number alone, which is itself kept nowhere."""

from dataclasses import dataclass

from survey.keys import key_hash, key_mark, paper_key
from survey.ledger import receipt_code, receipt_hash
from survey.response import Response
from survey.slips import read_slip
from survey.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The slip's number as it is printed; the key of its next or its standing entry; `stored` that entry, if any.

    `again`: how many entries before it were voided. `asked`: its void waits for a decision.
    """

    number: str
    key: str
    stored: Response | None
    again: int
    asked: bool

    @property
    def mark(self) -> str:
        """What names the entry in working papers."""
        return key_mark(key_hash(self.key))


def find(store: Store, round_id: str, typed: str, secret: bytes) -> Found:
    """What is there of a number as typed or scanned. Raises Refused as `read_slip` and `paper_key`.

    An entry that was voided counts as none: the slip may be entered again, under a key of its own.
    """
    number = read_slip(typed, round_id)
    again = 0
    while True:
        key = paper_key(secret, number, round_id, again)
        receipt = receipt_hash(receipt_code(key))
        state = store.receipt_state(receipt)
        if state is None:
            return Found(number=number, key=key, stored=None, again=again, asked=False)
        if not state.voided:
            rows = store.all_responses(round_id, state.day)
            stored = next((row for row in rows if row.receipt_hash == receipt), None)
            return Found(number=number, key=key, stored=stored, again=again, asked=state.asked)
        again += 1
