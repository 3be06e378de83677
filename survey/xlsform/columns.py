"""Which sheets and columns does a questionnaire workbook have, and what did somebody mean who wrote another word?"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

LANGUAGES = {
    "vi": "Tiếng Việt",
    "en": "English",
    "tyz": "Tày",
    "nut": "Nùng",
    "hmn": "Hmông",
    "km": "Khmer",
    "jra": "Jrai",
    "rad": "Êđê",
    "zh": "中文",
    "fr": "Français",
}
"""Names written in headers, by code. A language that is not here is written by its code."""

WORDED = frozenset({"label", "hint", "constraint_message", "form_title", "source", "status", "purpose"})
"""Columns that exist once per language."""

_NOT_FOLLOWED = frozenset(
    {
        "calculation",
        "calculate",
        "appearance",
        "default",
        "choice_filter",
        "repeat_count",
        "count",
        "jr:count",
        "media",
        "image",
        "big-image",
        "audio",
        "video",
        "autoplay",
        "readonly",
        "read_only",
        "trigger",
        "parameters",
        "required_message",
        "requiredmsg",
        "guidance_hint",
        "body",
        "bind",
        "instance",
        "control",
        "save_to",
        "accuracythreshold",
        "rows",
        "intent",
    }
)
_TITLES = "translated_title"
_MEDIA = frozenset({"media", "image", "big-image", "audio", "video"})


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One sheet: its columns, those that must be there, those of XLSForm that we do not follow, and its other names."""

    columns: tuple[str, ...]
    required: tuple[str, ...]
    unsupported: frozenset[str]
    also_called: frozenset[str]


SHEETS: Mapping[str, SheetKind] = {
    "survey": SheetKind(
        (
            "type",
            "name",
            "label",
            "hint",
            "required",
            "relevant",
            "constraint",
            "constraint_message",
            "role",
            "factor",
            "satisfied",
            "repeat_over",
        ),
        ("type", "name", "label"),
        _NOT_FOLLOWED,
        frozenset({"khao sat", "cau hoi", "phieu", "phieu khao sat", "bang hoi", "questions"}),
    ),
    "choices": SheetKind(
        ("list_name", "name", "label"),
        ("list_name", "name", "label"),
        _MEDIA,
        frozenset({"lua chon", "dap an", "phuong an", "danh sach", "options"}),
    ),
    "settings": SheetKind(
        ("form_title", "form_id", "version", "study", "default_language", "source", "status", "purpose"),
        ("form_title", "form_id", "version"),
        frozenset({"public_key", "submission_url", "style", "instance_name", "allow_choice_duplicates"}),
        frozenset({"cai dat", "thiet lap", "thong tin", "thong tin chung"}),
    ),
    "index": SheetKind(
        ("code", "level", "parent", "weight", "label"),
        ("code", "level", "label"),
        frozenset(),
        frozenset({"chi so", "yeu to", "bo chi so", "cay chi so", "khia canh"}),
    ),
}
UNSUPPORTED_SHEETS = frozenset({"entities", "external_choices", "osm"})

_IN_VIETNAMESE: Mapping[str, str] = {
    "type": "loai|loai cau hoi|kieu|kieu cau hoi",
    "name": "ten|ten cau hoi|ma cau hoi|ma lua chon|gia tri|ma",
    "label": "nhan|noi dung|cau hoi|noi dung cau hoi|lua chon|phuong an|dap an|ten yeu to",
    "hint": "goi y|huong dan|giai thich",
    "required": "bat buoc",
    "relevant": "dieu kien|dieu kien hien|dieu kien hien thi",
    "constraint": "rang buoc",
    "constraint_message": "thong bao loi|thong bao rang buoc",
    "role": "vai tro",
    "factor": "yeu to",
    "satisfied": "hai long|muc hai long",
    "repeat_over": "lap theo|lap theo cau|lap theo don vi|danh gia tung don vi",
    "list_name": "danh sach|ten danh sach",
    "code": "ma|ma yeu to|ma so",
    "level": "cap|muc|cap do",
    "parent": "cha|thuoc|khia canh|cap tren",
    "weight": "trong so|quyen so",
    "form_title": "tieu de|ten phieu",
    "form_id": "ma phieu",
    "version": "phien ban",
    "study": "loai khao sat|nghien cuu",
    "default_language": "ngon ngu|ngon ngu mac dinh",
    "source": "nguon",
    "status": "tinh trang|trang thai",
    "purpose": "muc dich",
}
_LANGUAGE = re.compile(r"[^()]*\(\s*([a-z]{2,3})\s*\)")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds and, for wording, in which language."""

    base: str
    language: str | None = None

    def header(self) -> str:
        """Its header as we write it: `label::Tiếng Việt (vi)`.

        Other XLSForm tools know one title, `form_title`, and stumble over `form_title::English (en)`.
        """
        if self.language is None:
            return self.base
        if self.base == "form_title":
            return self.base if self.language == "vi" else f"{_TITLES}::{language_name(self.language)}"
        return f"{self.base}::{language_name(self.language)}"


@dataclass(frozen=True, slots=True)
class Unclear:
    """A header we do not take: why (message code), the header to write, and the column it stands for, if that is known.

    The column is read all the same, so that a wrong header does not hide the faults below it or cause others.
    """

    code: str
    write: str
    column: Column | None = None


def language_name(code: str) -> str:
    """`Tiếng Việt (vi)`, as XLSForm headers name a language."""
    return f"{LANGUAGES[code]} ({code})" if code in LANGUAGES else code


def language_code(text: str) -> str | None:
    """The code in `Tiếng Việt (vi)` or `vi`; None if there is none (`English` alone is another language to XLSForm)."""
    bare = text.strip().lower()
    found = _LANGUAGE.fullmatch(bare)
    return bare if bare in LANGUAGES else found[1] if found else None


def plain(text: str) -> str:
    """Lower case, no diacritics, words apart by one space: «Loại_câu hỏi» is `loai cau hoi`."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(re.split(r"[\W_]+", bare)).strip()


def recognise(sheet: str, header: str) -> Column | Unclear | None:
    """What the header of a column of `sheet` says; None if the column is the author's own and none of ours."""
    kind = SHEETS[sheet]
    first, _, rest = header.partition("::")
    base = re.sub(r"\s+", "_", first.strip().lower())
    if base == _TITLES and "form_title" in kind.columns:
        base = "form_title"
    if base in kind.columns:
        if base in WORDED:
            language = language_code(rest) if rest else "vi"
            return Column(base, language) if language else _of_language(base, rest)
        return _unclear("XLS_COLUMN_NO_LANGUAGE", base) if rest else Column(base)
    if base in kind.unsupported:
        return Unclear("XLS_COLUMN_UNSUPPORTED", base)
    worded = [name for name in kind.columns if name in WORDED]
    for name in worded:
        if found := re.fullmatch(rf"{name}(?:_([a-z]{{2,3}})|[\W_]+(.*))", base):
            return _of_language(name, found[1] or found[2])
    meant = _vietnamese(kind.columns, first)
    if meant:
        return _unclear("XLS_COLUMN_VIETNAMESE", meant)
    near = get_close_matches(base, kind.columns, n=1, cutoff=0.78)
    return _unclear("XLS_COLUMN_TYPO", near[0]) if near else None


def _unclear(code: str, base: str) -> Unclear:
    column = Column(base, "vi" if base in WORDED else None)
    return Unclear(code, column.header(), column)


def _of_language(base: str, said: str) -> Unclear:
    """A header whose language is not written as it should be, but perhaps to be guessed: `label::English`."""
    names = {plain(name): code for code, name in LANGUAGES.items()}
    bare = plain(said)
    language = bare if bare in LANGUAGES else names.get(bare)
    column = Column(base, language) if language else None
    return Unclear("XLS_LANGUAGE", (column or Column(base, "vi")).header(), column)


def _vietnamese(columns: Iterable[str], header: str) -> str | None:
    words = plain(header).removesuffix(" tieng viet").removesuffix(" vi")
    return next((column for column in columns if words in _IN_VIETNAMESE[column].split("|")), None)
