"""Every text a person can get: a code, the wording in Vietnamese and other languages, and (for a fault) the cure.

The wording lives in gettext files, one per room and language, read with Babel: `messages/en/form.po`, … In each the
context is the code, the id is the Vietnamese wording, which is the source, and the string is its translation:

    msgctxt "XLS_UNKNOWN_TYPE"
    msgid "Loại câu hỏi «{got}» không dùng được. Hãy chọn một trong: {allowed}."
    msgstr "The question type «{got}» cannot be used. Choose one of: {allowed}."

Another language is another folder with the same files; what it lacks, or translated from an older Vietnamese wording,
is shown in Vietnamese. A code is never reused for another meaning.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from babel.dates import format_date
from babel.messages.pofile import read_po

SOURCE = "en"
"""The language whose files name every code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, where it is, and (in its wording) how to mend it.

    `file` is the name of one of several files; `row` counts as the person's spreadsheet does: the header is row 1.
    `question` is a question's name.
    `values` fill the wording's named gaps; a value that is itself a `Refused`, a date or a wording by language is told
    in the language of the whole.
    """

    code: str
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    question: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def where(self, language: str = "vi") -> str:
        """The place in words, empty if the problem has none: «Trang tính «survey», dòng 5, cột «type»»."""
        parts = {
            "AT_FILE": self.file,
            "AT_SHEET": self.sheet,
            "AT_ROW": self.row,
            "AT_COLUMN": self.column,
            "AT_QUESTION": self.question,
        }
        return ", ".join(word(code, language, at=value) for code, value in parts.items() if value is not None)

    def what(self, language: str = "vi") -> str:
        """What is wrong and the cure, without the place."""
        return word(self.code, language, **{name: _told(value, language) for name, value in self.values.items()})

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
def languages() -> tuple[str, ...]:
    """The languages the catalogue has: Vietnamese, English, then the others in alphabetical order."""
    return tuple(dict.fromkeys(("vi", SOURCE, *sorted(_folders()))))


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """All codes with their wording by language, from every file in `messages/`. Raises ValueError for a code twice."""
    folders = _folders()
    found: dict[str, dict[str, str]] = {}
    for language in (SOURCE, *sorted(set(folders) - {SOURCE})):
        for file in sorted(folders[language].iterdir(), key=lambda entry: entry.name):
            with file.open("rb") as content:
                entries = [(entry.context, str(entry.id), str(entry.string)) for entry in read_po(content) if entry.id]
            for code, vietnamese, translated in entries:
                if code is None or (language == SOURCE and code in found):
                    raise ValueError(f"message {code} is defined twice or has no code (in {file.name})")
                wording = found.setdefault(code, {"vi": vietnamese}) if language == SOURCE else found.get(code, {})
                if translated and wording.get("vi") == vietnamese:
                    wording[language] = translated
    return found


def day(value: date, language: str = "vi") -> str:
    """A date as the reader writes it: 05/11/2026; 5 Nov 2026 in English."""
    return format_date(value, "d MMM y", locale="en") if language == "en" else f"{value:%d/%m/%Y}"


def _told(value: object, language: str) -> object:
    if isinstance(value, Refused):
        return value.say(language)
    if isinstance(value, date):
        return day(value, language)
    return value.get(language, value["vi"]) if isinstance(value, Mapping) else value


def _folders() -> dict[str, Traversable]:
    entries = resources.files("survey.messages").iterdir()
    return {entry.name: entry for entry in entries if entry.is_dir() and entry.name != "__pycache__"}


class _Gaps(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
