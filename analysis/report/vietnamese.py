"""In which order do names stand for a Vietnamese reader? Letters, tones, offices without «Huyện», «Xã», «Phường»."""

import re
import unicodedata

_LETTERS = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = {"\u0302", "\u0306", "\u031b"}
_PREFIXES = (
    "ủy ban nhân dân", "uỷ ban nhân dân", "ubnd", "thành phố", "tp", "thị trấn", "thị xã", "tỉnh", "huyện", "quận",
    "phường", "đặc khu", "xã", "sở", "ban", "cục", "chi cục", "văn phòng", "bộ",
)  # fmt: skip
_PREFIX = re.compile(rf"^(?:{'|'.join(sorted(_PREFIXES, key=len, reverse=True))})(?:\s+|\.\s*)(?=\S)")

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


def unit_sort_key(name: str) -> Key:
    """The order of offices and places: without «Huyện», «Xã», «Phường», «Sở» …, and numbers by their value."""
    plain = " ".join(unicodedata.normalize("NFC", name).lower().split())
    shorter = _PREFIX.sub("", plain)
    parts = tuple(
        (0, int(part), ()) if part.isdecimal() else (1, 0, sort_key(part)[:2])
        for part in re.split(r"(\d+)", shorter)
        if part
    )
    return (parts, sort_key(name))


def _without_tone(character: str) -> tuple[str, int]:
    """«ế» → («ê», 4): the letter with its shape, and its tone."""
    decomposed = unicodedata.normalize("NFD", character)
    first, marks = decomposed[0], decomposed[1:]
    tone = max((_TONES.get(mark, 0) for mark in marks), default=0)
    kept = "".join(mark for mark in marks if mark in _SHAPES)
    return unicodedata.normalize("NFC", first + kept), tone
