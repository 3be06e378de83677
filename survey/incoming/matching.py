"""Which column is which question? Worked out of the headings, corrected by a person, remembered for the next file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from survey.incoming.files import Source
from survey.incoming.shapes import plainly
from survey.masking import mask
from survey.questionnaire import Questionnaire
from survey.store import Store

KIND = "mappings"
"""The office's paper that remembers them."""

MOST = 100
"""So many are remembered; the oldest goes."""

_LONGEST = 120

Values = Mapping[str, Mapping[str, str]]
"""By question and by what a cell says (plainly): the option it means; empty: no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What the columns of a file mean.

    `questions`: question to column; `parts`: question with several answers to option to its column of yes and no;
    `values` and `places`: what a cell means that says neither an option nor a place by itself. `identity`, `day`,
    `place`, `interviewer`: columns; `submitted`: the one that is empty where a slip was opened or begun and not sent.
    `day_first`: 3/9 is 3 September; None: nothing tells yet. `one_day`, `one_place`
    (a code) stand in where the file says none. `half`: slips that were begun and not sent are taken too; `rejected`:
    those that staff rejected in the tool.
    """

    questions: Mapping[str, str] = field(default_factory=dict)
    parts: Values = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    identity: tuple[str, ...] = ()
    day: str = ""
    place: str = ""
    interviewer: str = ""
    submitted: str = ""
    day_first: bool | None = None
    one_day: str = ""
    one_place: str = ""
    half: bool = False
    rejected: bool = False


def fingerprint(source: Source, asked: Questionnaire) -> str:
    """What a matching is remembered by: the file's headings in their order, its shape, and what is asked."""
    said = [source.shape.name, asked.content_hash(), *map(plainly, source.table.headers)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:24]


def remembered(store: Store, source: Source, asked: Questionnaire) -> Matching | None:
    """The matching that was last used for such a file; None if there was none, or its shape is no longer ours.

    The day of the fieldwork and the place that stand in where a file says none are asked anew for each file.
    """
    paper = store.office_paper(KIND)
    kept = json.loads(paper.content) if paper is not None else {}
    return _read(kept.get(fingerprint(source, asked)))


def remember(store: Store, source: Source, asked: Questionnaire, matching: Matching, *, actor: str, day: str) -> None:
    """Keep the matching for the next file of this kind. Raises Refused as `Store.save_office_paper`."""
    paper = store.office_paper(KIND)
    kept = json.loads(paper.content) if paper is not None else {}
    mark = fingerprint(source, asked)
    kept.pop(mark, None)
    kept[mark] = {**asdict(matching), "values": _harmless(matching.values), "one_day": "", "one_place": ""}
    newest = dict(list(kept.items())[-MOST:])
    revision = paper.revision if paper is not None else 0
    store.save_office_paper(KIND, json.dumps(newest, ensure_ascii=False), actor, day, after=revision)


def _harmless(values: Values) -> Values:
    """Without what somebody may have written themselves: a long text, or one with a number that leads to a person."""
    return {
        name: {text: value for text, value in said.items() if len(text) <= _LONGEST and not mask(text)[1]}
        for name, said in values.items()
    }


def _read(content: Any) -> Matching | None:
    names = {each.name for each in fields(Matching)}
    if not isinstance(content, dict) or not content.keys() <= names:
        return None
    return Matching(**{**content, "identity": tuple(content.get("identity", ()))})
