"""Does a phrase stand in a text, however it was typed? Whole syllables, tones placed either way, with marks or without.

A syllable is its letters and its tone apart, so that «hòa» and «hoà» are one; a single vowel after h, k, l, m, s, t, v
or qu is i, whether i or y was written («kỹ», «kĩ»). A phrase never reaches over a full stop or a comma.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SYLLABLE_OR_STOP = re.compile(r"[^\W_]+|[^\s\w\-‐‑–_]|\n")
_ENDS_IN_Y = re.compile(r"(?:qu|[hklmstv])y")
_STOP = "|"
_BARRED_D = chr(0x111)  # has no mark that could be taken off

Said = tuple[str, str | None]
"""A text as syllables between spaces; and the same without marks, None where it has marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Phrases as syllables: those to be found in any text, and those to be found in texts that have no marks."""

    marked: tuple[str, ...]
    plain: tuple[str, ...]

    def stands_in(self, said: Said) -> bool:
        """Whether one of them stands in the text."""
        marked, plain = said
        return any(phrase in marked for phrase in self.marked) or (
            plain is not None and any(phrase in plain for phrase in self.plain)
        )


def sought(phrases: Sequence[str], only_marked: Sequence[str] = ()) -> Wanted:
    """What to look for. `only_marked`: phrases that mean too many things without marks."""
    plain = dict.fromkeys(_joined(_without_marks(each) for each in _pieces(phrase)) for phrase in phrases)
    return Wanted(
        marked=tuple(dict.fromkeys(syllables(phrase)[0] for phrase in (*phrases, *only_marked))), plain=tuple(plain)
    )


def syllables(text: str) -> Said:
    """The text as both forms are looked up; ("", …) where it has no letter."""
    pieces = _pieces(text)
    if all(piece == _STOP for piece in pieces):
        return "", None
    marked = _joined(_syllable(piece) for piece in pieces)
    unmarked = [_without_marks(piece) for piece in pieces]
    return marked, (_joined(unmarked) if marked == _joined(_syllable(piece) for piece in unmarked) else None)


def _joined(pieces: Iterable[str]) -> str:
    return f" {' '.join(pieces)} "


def _pieces(text: str) -> list[str]:
    small = unicodedata.normalize("NFC", text).lower()
    return [found if found[0].isalnum() else _STOP for found in _SYLLABLE_OR_STOP.findall(small)]


@lru_cache(maxsize=1 << 14)
def _syllable(piece: str) -> str:
    """«hoà» → «hoa1»: letters with their shape, then the tone."""
    tone = ""
    letters = []
    for mark in unicodedata.normalize("NFD", piece):
        if mark in _TONES:
            tone = _TONES[mark]
        else:
            letters.append(mark)
    base = unicodedata.normalize("NFC", "".join(letters))
    return (base[:-1] + "i" if _ENDS_IN_Y.fullmatch(base) else base) + tone


@lru_cache(maxsize=1 << 14)
def _without_marks(piece: str) -> str:
    """«chậm» → «cham», «đất» → «dat»."""
    kept = "".join(mark for mark in unicodedata.normalize("NFD", piece) if not unicodedata.combining(mark))
    base = kept.replace(_BARRED_D, "d")
    return base[:-1] + "i" if _ENDS_IN_Y.fullmatch(base) else base
