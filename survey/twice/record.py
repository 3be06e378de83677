"""How well do entries agree? Counts by clerk and by question, and which slips are to be entered twice; no answer."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Final

from survey.errors import Problem, Refused
from survey.keys import key_mark
from survey.response import Response
from survey.store import Store

KIND: Final = "double_entry"
SHARE: Final = 10
"""Percent of the paper slips that are entered twice where nobody has set another share."""

_PARTS = 10_000
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Of `compared` answers, how many were `wrong` (of a clerk) or differed (of a question)."""

    compared: int = 0
    wrong: int = 0

    def plus(self, compared: int, wrong: int) -> "Count":
        """With more."""
        return Count(compared=self.compared + compared, wrong=self.wrong + wrong)

    @property
    def agreement(self) -> float | None:
        """The share of answers that agree, 0-1; None if none was compared."""
        return 1 - self.wrong / self.compared if self.compared else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A slip that was entered twice: by whom, on which day (ISO), how many answers differed, and in how many of them
    the first entry was wrong. `void`: its first entry is to be voided and the slip entered again."""

    first: str
    second: str
    day: str
    differ: int
    void: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A round's double entry: `share` in percent, slips by mark, counts by question and by clerk."""

    share: int = SHARE
    slips: Mapping[str, Checked] = field(default_factory=dict)
    questions: Mapping[str, Count] = field(default_factory=dict)
    clerks: Mapping[str, Count] = field(default_factory=dict)
    revision: int = 0

    @property
    def whole(self) -> Count:
        """All answers compared, and all that differed."""
        counts = self.questions.values()
        return Count(compared=sum(each.compared for each in counts), wrong=sum(each.wrong for each in counts))

    def left(self, slips: tuple[Response, ...]) -> tuple[Response, ...]:
        """Those of these slips that are drawn and not compared yet."""
        return tuple(slip for slip in drawn(slips, self.share) if key_mark(slip.key_hash) not in self.slips)


def chosen(key_hash: str, share: int) -> bool:
    """Whether the slip with this key is one of the `share` percent that are entered twice.

    Drawn by the key, which nobody can work out without the installation's secret: no clerk knows it before the slip is
    stored, and everybody who has the store finds the same slips again.
    """
    digest = hashlib.sha256(b"hailong double entry 1\x00" + key_hash.encode()).digest()
    return int.from_bytes(digest[:8], "big") % _PARTS < share * _PARTS // 100


def drawn(slips: tuple[Response, ...], share: int) -> tuple[Response, ...]:
    """Those of a round's slips that came on paper and are to be entered twice."""
    return tuple(slip for slip in slips if slip.channel == "paper" and chosen(slip.key_hash, share))


def load(store: Store, round_id: str) -> Record:
    """The round's record as it stands."""
    paper = store.paper(round_id, KIND)
    if paper is None:
        return Record()
    content: dict[str, Any] = json.loads(paper.content)
    return Record(
        share=content["share"],
        slips={mark: Checked(**checked) for mark, checked in content["slips"].items()},
        questions={name: Count(compared=each[0], wrong=each[1]) for name, each in content["questions"].items()},
        clerks={name: Count(compared=each[0], wrong=each[1]) for name, each in content["clerks"].items()},
        revision=paper.revision,
    )


def set_share(store: Store, round_id: str, share: int, *, actor: str, today: date) -> None:
    """Another share. Raises Refused INT_SHARE for one outside 0 to 100, or as `Store.save_paper`."""
    if not 0 <= share <= 100:
        raise Refused([Problem(code="INT_SHARE", values={"got": share})])
    _save(store, round_id, replace(load(store, round_id), share=share), actor, today)


def add(
    store: Store, round_id: str, mark: str, checked: Checked, sides: Mapping[str, tuple[bool, bool]], *, today: date
) -> None:
    """Count one slip. `sides`: by question whether the first and whether the second entry was wrong.

    Somebody else who counts in the same moment is waited for. Raises Refused INT_COMPARED if the slip was counted
    already, or as `Store.save_paper`.
    """
    for left in reversed(range(_TRIES)):
        before = load(store, round_id)
        if mark in before.slips:
            raise Refused([Problem(code="INT_COMPARED")])
        questions, clerks = dict(before.questions), dict(before.clerks)
        for name, (first, second) in sides.items():
            questions[name] = questions.get(name, Count()).plus(1, first or second)
        for clerk, wrong in (
            (checked.first, sum(first for first, _ in sides.values())),
            (checked.second, sum(second for _, second in sides.values())),
        ):
            clerks[clerk] = clerks.get(clerk, Count()).plus(len(sides), wrong)
        after = replace(before, slips={**before.slips, mark: checked}, questions=questions, clerks=clerks)
        try:
            _save(store, round_id, after, checked.second, today)
        except Refused as refused:
            if not left or any(problem.code != "STO_PAPER_MOVED" for problem in refused.problems):
                raise
        else:
            return


def _save(store: Store, round_id: str, record: Record, actor: str, today: date) -> None:
    content = {
        "share": record.share,
        "slips": {mark: asdict(checked) for mark, checked in record.slips.items()},
        "questions": {name: [each.compared, each.wrong] for name, each in record.questions.items()},
        "clerks": {name: [each.compared, each.wrong] for name, each in record.clerks.items()},
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    store.save_paper(round_id, KIND, text, actor, today.isoformat(), after=record.revision)
