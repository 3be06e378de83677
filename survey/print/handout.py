"""Which numbers do the next paper slips of a round get? Each number once, whoever prints."""

import json
from dataclasses import asdict, dataclass
from datetime import date

from survey.errors import Problem, Refused
from survey.slips import MOST, slip_number
from survey.store import Store

KIND = "paper_slips"
"""The round's working paper that remembers what was printed."""

MOST_COPIES = 500
"""Copies of one printing: more would make a file that printers choke on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One printing: running numbers `first` to `last`, for the place with this code (None: any), on a day (ISO)."""

    first: int
    last: int
    place: str | None
    day: str
    actor: str

    @property
    def copies(self) -> int:
        """How many slips it has."""
        return self.last - self.first + 1

    def numbers(self, round_id: str) -> tuple[str, ...]:
        """The numbers as they are printed."""
        return tuple(slip_number(round_id, running) for running in range(self.first, self.last + 1))


def runs(store: Store, round_id: str) -> tuple[Run, ...]:
    """Every printing of the round, the first one first."""
    kept = store.paper(round_id, KIND)
    return tuple(Run(**run) for run in json.loads(kept.content)["runs"]) if kept else ()


def hand_out(store: Store, round_id: str, copies: int, *, place: str | None, actor: str, day: date) -> Run:
    """A printing of so many copies, with numbers that no earlier one had; kept before anything is printed.

    Raises Refused: PAP_COPIES for no or too many copies, PAP_NUMBERS_END when a round has none left, STO_PAPER_MOVED
    when somebody else prints in the same moment; no number is used then.
    """
    if not 1 <= copies <= MOST_COPIES:
        raise Refused([Problem(code="PAP_COPIES", values={"most": MOST_COPIES})])
    kept = store.paper(round_id, KIND)
    before = runs(store, round_id)
    last = before[-1].last if before else 0
    if last + copies > MOST:
        raise Refused([Problem(code="PAP_NUMBERS_END", values={"left": MOST - last})])
    run = Run(first=last + 1, last=last + copies, place=place, day=day.isoformat(), actor=actor)
    content = json.dumps({"runs": [asdict(each) for each in (*before, run)]}, ensure_ascii=False)
    store.save_paper(round_id, KIND, content, actor, day.isoformat(), after=kept.revision if kept else 0)
    return run
