"""How is a reason to look told? One plain sentence with its numbers."""

from collections.abc import Mapping
from datetime import date

from analysis.scores.quality import Flag
from analysis.scores.responses import NOWHERE
from survey.errors import word
from survey.words import day, number, percent, whole

_ODDS_MOST = 1_000_000


def flag_words(flag: Flag, places: Mapping[str, str], language: str = "vi") -> str:
    """The flag as a sentence. `places`: the names of places and desks by their codes."""
    where, _, hour = flag.where.partition("|")
    return word(
        f"QUA_FLAG_{flag.kind.upper()}",
        language,
        unit=unit_words(flag.unit, language),
        hits=whole(flag.hits, language),
        n=whole(flag.n, language),
        share=percent(flag.hits / flag.n if flag.n else 0.0, 1, language),
        expected=number(flag.expected, 1, language),
        odds=odds(flag.p, language),
        day=_day(where, language) or _day(hour[:10], language),
        who=where,
        place=places.get(where, where),
        hour=hour[11:13],
        next=f"{int(hour[11:13]) + 1:02d}" if hour[11:13] else "",
    )


def kind_words(flag: Flag, language: str = "vi") -> str:
    """What kind of reason it is, in two or three words."""
    return word(f"QUA_KIND_{flag.kind.upper()}", language)


def unit_words(unit: str, language: str = "vi") -> str:
    """The unit's name; words for the whole round ("") and for slips of no known place."""
    return word("QUA_WHOLE_ROUND" if not unit else "PRG_NOWHERE", language) if unit in ("", NOWHERE) else unit


def odds(p: float | None, language: str = "vi") -> str:
    """«1.200»: so many honest ones to one like this."""
    if p is None or p <= 0:
        return whole(_ODDS_MOST, language)
    return whole(min(_ODDS_MOST, max(1, int(1 / p))), language)


def _day(iso: str, language: str) -> str:
    try:
        return day(date.fromisoformat(iso), language)
    except ValueError:
        return ""
