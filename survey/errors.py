"""Every message a person can get: a code, the wording in Vietnamese and English, and the cure.

The wording lives in `messages/*.toml`, one file per room, one table per code, one key per language:

    [XLS_UNKNOWN_TYPE]
    vi = "Loại câu hỏi «{got}» không dùng được. Hãy chọn một trong: {allowed}."
    en = "The question type «{got}» cannot be used. Choose one of: {allowed}."

A code is never reused for another meaning.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

_PLACE = {
    "vi": {"sheet": "Trang tính «{}»", "row": "dòng {}", "column": "cột «{}»", "question": "câu «{}»"},
    "en": {"sheet": "Sheet «{}»", "row": "row {}", "column": "column «{}»", "question": "question «{}»"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, where it is, and (in its wording) how to mend it.

    `row` counts as the person's spreadsheet does: the header is row 1. `question` is a question's name.
    `values` fill the wording's named gaps.
    """

    code: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    question: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def where(self, language: str = "vi") -> str:
        """The place in words, empty if the problem has none: «Trang tính «survey», dòng 5, cột «type»»."""
        words = _PLACE.get(language, _PLACE["vi"])
        parts = ((words[part], getattr(self, part)) for part in ("sheet", "row", "column", "question"))
        return ", ".join(text.format(value) for text, value in parts if value is not None)

    def what(self, language: str = "vi") -> str:
        """What is wrong and the cure, without the place."""
        return word(self.code, language, **self.values)

    def say(self, language: str = "vi") -> str:
        """The whole message: place, fault, cure."""
        place = self.where(language)
        return f"{place}: {self.what(language)}" if place else self.what(language)


class Refused(Exception):
    """Input that was not taken, with *every* problem found in it. Nothing of it has been stored."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.say("en") for problem in self.problems))

    def say(self, language: str = "vi") -> str:
        """All problems, one a line."""
        return "\n".join(problem.say(language) for problem in self.problems)


def word(code: str, language: str = "vi", **values: object) -> str:
    """The wording of `code`; Vietnamese where the language has none. A missing gap value prints as «?»."""
    wording = catalogue()[code]
    return wording.get(language, wording["vi"]).format_map(_Gaps(values))


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All codes with their wording, from every file in `messages/`."""
    found: dict[str, Mapping[str, str]] = {}
    for file in sorted(resources.files("survey.messages").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            for code, wording in tomllib.loads(file.read_text(encoding="utf-8")).items():
                if code in found:
                    raise ValueError(f"message code {code} is defined twice (again in {file.name})")
                found[code] = wording
    return found


class _Gaps(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
