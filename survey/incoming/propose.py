"""Which question does a heading mean? By its name, with or without groups before it, or by its wording."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from survey.incoming.files import Source
from survey.incoming.matching import Matching
from survey.incoming.shapes import name_in, plainly
from survey.incoming.where import day_first
from survey.questionnaire import Question, Questionnaire

_CODE_AND_TEXT = re.compile(r"(?P<code>[a-z][a-z0-9_]*)(?:\[(?P<part>[^\]]{1,80})\])?\.\s+(?P<text>.+)", re.DOTALL)
_BRACKETED = re.compile(r"(?P<text>.*?)\s*\[(?P<part>[^\]]+)\]", re.DOTALL)
_NUMBERED = re.compile(r"(?:[^\W\d_]{1,8}\s*)?[0-9]{1,3}(?:\.[0-9]{1,3})?\s*[.):]\s*(?P<text>.+)", re.DOTALL)
_ENDS = " .?!:*;,"
_GROUPS = "/:.-"

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Index:
    """What leads to a question or, of one question, to an option. What would lead to two leads nowhere."""

    found: Mapping[_Key, str]

    def __call__(self, text: str) -> str | None:
        return next((name for _, name in self.ways(text)), None)

    def ways(self, text: str) -> Iterator[tuple[int, str]]:
        """What the text may mean, the surest first, with how sure that is: 0 is the name itself."""
        return ((rank, self.found[key]) for rank, key in enumerate(_keys(text)) if key in self.found)


def propose(source: Source, asked: Questionnaire) -> Matching:
    """What the headings seem to mean. A question without a column stays open, so does a column without a question."""
    questions = {question.name: question for question in asked.questions() if question.kind != "note"}
    index = _index({question.name: _names(question) for question in questions.values()})
    options = {name: _options(question) for name, question in questions.items() if question.kind == "select_multiple"}
    found: list[tuple[int, str, str]] = []
    parts: dict[str, dict[str, str]] = {}
    for heading in source.table.headers:
        if heading in source.shape.own or heading == source.shape.place:
            continue
        named = name_in(heading)
        part = next(_parts(named, index, options), None)
        if part is not None:
            parts.setdefault(part[0], {}).setdefault(part[1], heading)
        else:
            found += ((rank, name, heading) for rank, name in islice(index.ways(named), 1))
    whole: dict[str, str] = {}
    for _, name, heading in sorted(found, key=itemgetter(0)):  # of two headings for one question, the surer
        whole.setdefault(name, heading)
    shape = source.shape
    told = day_first(source, shape.day)
    return Matching(
        questions=whole,
        parts={name: columns for name, columns in parts.items() if name not in whole or len(columns) > 1},
        identity=shape.identity,
        day=shape.day,
        place=shape.place,
        interviewer=shape.interviewer,
        submitted=shape.submitted,
        day_first=shape.day_first or None if told is None else told,
    )


def _parts(heading: str, index: _Index, options: Mapping[str, _Index]) -> Iterator[tuple[str, str]]:
    """Question and option of a column of yes and no: `group/q2/1`, `q2[1]`, `q2[1]. Text [Option]`, `Text [Option]`."""
    text = plainly(heading)
    pairs = []
    if (coded := _CODE_AND_TEXT.fullmatch(text)) and coded["part"]:
        pairs += [(coded["code"], coded["part"])]
    if bracketed := _BRACKETED.fullmatch(text):
        pairs += [(bracketed["text"], bracketed["part"])]
    pairs += [(text[:at], text[at + 1 :]) for at, letter in enumerate(text) if letter == "/"]
    if coded and (bracketed := _BRACKETED.fullmatch(coded["text"])):
        pairs += [(coded["code"], bracketed["part"])]
    for before, after in pairs:
        name = index(before)
        option = options[name](after) if name is not None and name in options else None
        if name is not None and option is not None:
            yield name, option


def _keys(text: str) -> Iterator[_Key]:
    """What a heading may be known by, the surest first."""
    text = plainly(text)
    coded, bracketed, numbered = (each.fullmatch(text) for each in (_CODE_AND_TEXT, _BRACKETED, _NUMBERED))
    names = [text, *(text.rsplit(mark, 1)[1].strip() for mark in _GROUPS if mark in text)]
    names += [coded["part"] or coded["code"]] if coded else []
    names += [bracketed["part"]] if bracketed else []
    yield from (("name", name) for name in names)
    yield from (("compact", _compact(name)) for name in names)
    wordings = [text]
    if coded:
        inner = _BRACKETED.fullmatch(coded["text"])
        wordings += [inner["part"]] if inner else []
        wordings += [coded["text"]]
    wordings += [bracketed["part"]] if bracketed else []
    wordings += [found["text"] for found in (numbered, bracketed and _NUMBERED.fullmatch(bracketed["part"])) if found]
    wordings += [text[at + 1 :] for at, letter in enumerate(text) if letter == "/"]
    yield from (("wording", _wording(each)) for each in wordings)


def _index(names: Mapping[str, set[_Key]]) -> _Index:
    found: dict[_Key, str] = {}
    twice: set[_Key] = set()
    for name, keys in names.items():
        for key in keys:
            if found.setdefault(key, name) != name:
                twice.add(key)
    return _Index({key: name for key, name in found.items() if key not in twice})


def _names(question: Question) -> set[_Key]:
    return {
        ("name", plainly(question.name)),
        ("compact", _compact(plainly(question.name))),
        *(("wording", _wording(plainly(label))) for label in question.label.values()),
    }


def _options(question: Question) -> _Index:
    options = question.scale.options if question.scale is not None else ()
    names: dict[str, set[_Key]] = {
        option.value: {
            ("name", plainly(option.value)),
            *(("wording", _wording(plainly(label))) for label in option.label.values()),
        }
        for option in options
    }
    return _index(names)


def _compact(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum())


def _wording(text: str) -> str:
    return text.strip(_ENDS)
