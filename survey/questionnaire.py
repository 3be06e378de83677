"""What is asked? One frozen definition that every form, table title, codebook and index tree is made from."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from survey.expression import Expression

Words = Mapping[str, str]
"""One wording in several languages: language code (`vi`, `en`, …) to text. Vietnamese is always there."""

Kind = Literal["select_one", "select_multiple", "text", "integer", "decimal", "date", "note"]
Role = Literal["respondent", "perception", "satisfaction", "need", "criterion", "comment", "officer"]
Level = Literal["aspect", "factor"]


def say(words: Words, language: str) -> str:
    """The wording in `language`, in Vietnamese where that is missing, empty where there is none at all."""
    return words.get(language) or words.get("vi", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer that may be chosen: the value that is stored, and its wording."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A list of options under a name, in the order they are shown."""

    name: str
    options: tuple[Option, ...]

    def label(self, value: str, language: str) -> str:
        """The wording of the option `value`; the value itself if the scale does not have it."""
        return next((say(o.label, language) for o in self.options if o.value == value), value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `hint` is the plain-language help under it; `factor` its place in the index tree.

    `satisfied`: the option values that count as satisfied (role `satisfaction` only).
    `relevant`: the question is asked only where this is true; `constraint`: what the answer must fulfil,
    `constraint_message` says so. `row` is its row in the workbook's `survey` sheet.
    """

    name: str
    kind: Kind
    label: Words
    role: Role | None = None
    hint: Words = field(default_factory=dict)
    scale: Scale | None = None
    factor: str | None = None
    satisfied: tuple[str, ...] = ()
    required: bool = False
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Words = field(default_factory=dict)
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions shown together under one heading, all asked only where `relevant` is true.

    `repeat_over`: the name of a question whose chosen units are each rated with these questions (survey.rating).
    """

    name: str
    label: Words
    questions: tuple[Question, ...]
    relevant: Expression | None = None
    repeat_over: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexNode:
    """A factor or an aspect of the index tree. `parent`: an aspect's code, None right under the overall index.

    `weight` is its share in the mode *weights*, relative to its siblings.
    """

    code: str
    level: Level
    label: Words
    parent: str | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """One version of one instrument, as an official wrote it. `source` says where the wording comes from.

    `status` tells the reader how official it is; `study` is `household`, `user`, `officials` or `other`.
    """

    id: str
    version: str
    title: Words
    languages: tuple[str, ...]
    sections: tuple[Section, ...]
    index: tuple[IndexNode, ...] = ()
    study: str = "other"
    source: Words = field(default_factory=dict)
    status: Words = field(default_factory=dict)
    purpose: Words = field(default_factory=dict)

    def questions(self) -> Iterator[Question]:
        """All questions in the order they are asked, notes included."""
        for section in self.sections:
            yield from section.questions

    def question(self, name: str) -> Question:
        """The question called `name`. Raises KeyError if there is none."""
        for question in self.questions():
            if question.name == name:
                return question
        raise KeyError(name)

    def items(self) -> tuple[Question, ...]:
        """The satisfaction items, in order: what the index is made from."""
        return tuple(q for q in self.questions() if q.role == "satisfaction")

    def node(self, code: str) -> IndexNode:
        """The factor or aspect with this code. Raises KeyError if there is none."""
        for node in self.index:
            if node.code == code:
                return node
        raise KeyError(code)

    def content_hash(self) -> str:
        """SHA-256 (hex) of all that is asked, in canonical JSON: what a stored response names for ever.

        `row` is left out: a blank row in the workbook does not make another questionnaire. So is an empty
        `repeat_over`: questionnaires from before it keep their hash.
        """
        asked = asdict(self)
        for section in asked["sections"]:
            if section["repeat_over"] is None:
                del section["repeat_over"]
            for question in section["questions"]:
                del question["row"]
        content = json.dumps(asked, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode("utf-8")).hexdigest()
