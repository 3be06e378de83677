"""In which order do names stand for a Vietnamese reader, and which are one name in two spellings?

Letters and tones as in CLDR `vi`; offices without «Huyện», «Xã», «Sở»; people by given name, family name, middle names.
"""

import re
import unicodedata
from functools import lru_cache

_LETTERS = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = {"\u0302", "\u0306", "\u031b"}
_PREFIXES = (
    "ủy ban nhân dân", "uỷ ban nhân dân", "ubnd", "thành phố", "tp", "tx", "thị trấn", "thị xã", "tỉnh", "huyện",
    "quận", "phường", "đặc khu", "xã", "sở", "ban", "cục", "chi cục", "văn phòng", "bộ",
)  # fmt: skip
_PREFIX = re.compile(rf"^(?:{'|'.join(sorted(_PREFIXES, key=len, reverse=True))})(?:\s+|\.\s*)(?=\S)", re.IGNORECASE)
_COMMITTEE = re.compile(r"^\s*(?:ủy ban nhân dân|uỷ ban nhân dân|ubnd)\s+(?=\S)", re.IGNORECASE)
_SIGNS = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2013": "-", "\u2014": "-"})
_WHOLE = {"tp": "thành phố ", "tx": "thị xã "}
_SHORT = re.compile(r"^\s*(tp|tx)(?:\.\s*|\s+)(?=\S)")

Key = tuple[object, ...]


def sort_key(text: str) -> Key:
    """The order of CLDR `vi`: letters a ă â b c d đ …, then tones ngang huyền hỏi ngã sắc nặng, then lower case first.

    Tones count per syllable, so that the two placements of one tone («Hòa», «Hoà») stand together.
    """
    letters: list[tuple[int, int]] = []
    tones: list[int] = [0]
    cases: list[int] = []
    for character in unicodedata.normalize("NFC", text):
        base, tone = _without_tone(character)
        lower = base.lower()
        if lower in _LETTERS:
            letters.append((2, _LETTERS[lower]))
            tones[-1] = max(tones[-1], tone)
        else:
            letters.append((1, ord(character)) if character.isdigit() else (0, ord(character)))
            tones.append(0)
        cases.append(int(base != lower))
    return (tuple(letters), tuple(tones), tuple(cases), text)


@lru_cache(2**15)  # a province's lists are sorted on every run of a screen
def unit_sort_key(name: str) -> Key:
    """The order of offices and places: without «Huyện», «Xã», «Phường», «Sở» …, and numbers by their value."""
    parts = tuple(
        (0, int(part), ()) if part.isdecimal() else (1, 0, sort_key(part)[:2])
        for part in re.split(r"(\d+)", bare(name).lower())
        if part
    )
    return (parts, sort_key(name))


def person_sort_key(name: str) -> Key:
    """The order of people: by the given name, which stands last, then the family name, then those between."""
    family, *middle = unicodedata.normalize("NFC", name).split() or [""]
    given = middle.pop() if middle else family
    return (sort_key(given)[:2], sort_key(family)[:2], sort_key(" ".join(middle))[:2], sort_key(name))


def bare(name: str) -> str:
    """A unit's name without the kind of unit that stands before it: «Xã Thất Khê» → «Thất Khê»."""
    return _PREFIX.sub("", " ".join(unicodedata.normalize("NFC", name).split()))


def of_committee(name: str) -> str:
    """The unit whose people's committee is named: «UBND xã Thất Khê» → «xã Thất Khê»; else the name as it is."""
    return _COMMITTEE.sub("", unicodedata.normalize("NFC", name))


def kind(name: str) -> str:
    """The kind of unit that a full name begins with: «Xã Thất Khê» → «Xã»; empty if it begins with none."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    return plain[: len(plain) - len(bare(plain))].strip()


@lru_cache(2**15)  # every name of a map is compared with every unit's
def spelling(name: str) -> str:
    """A name without what two writers may write differently: case, spaces, dashes, «TP.», and where the tone stands."""
    plain = _SHORT.sub(lambda found: _WHOLE[found[1]], unicodedata.normalize("NFC", name).casefold().translate(_SIGNS))
    return " ".join(_tone_last(syllable) for syllable in plain.split())


def folded(text: str) -> str:
    """A text as it is typed by who leaves out every mark, to search by: «Đồng Đăng» → «dong dang»."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("\u0111", "d"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def _without_tone(character: str) -> tuple[str, int]:
    """«ế» → («ê», 4): the letter with its shape, and its tone."""
    decomposed = unicodedata.normalize("NFD", character)
    first, marks = decomposed[0], decomposed[1:]
    tone = max((_TONES.get(mark, 0) for mark in marks), default=0)
    kept = "".join(mark for mark in marks if mark in _SHAPES)
    return unicodedata.normalize("NFC", first + kept), tone


def _tone_last(syllable: str) -> str:
    letters = unicodedata.normalize("NFD", syllable)
    return "".join(c for c in letters if c not in _TONES) + "".join(c for c in letters if c in _TONES)
