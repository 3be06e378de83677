"""On which day was a row answered? The tools' ways to write a moment become a day in Vietnam."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

from survey.clock import VIETNAM

_UNDATED = 1980
"""LimeSurvey writes 1980-01-01 for a slip of a survey that keeps no dates."""

_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
_HALF = r"(?:\s*(?P<half>[AaPp]\.?\s?[Mm]\.?|SA|CH))?"
_AMERICA = {"AK": -9, "P": -8, "M": -7, "C": -6, "E": -5, "A": -4}
_AHEAD = {"GMT": 0, "UTC": 0, "Z": 0, "HST": -10} | {
    f"{name}{season}T": hours + (season == "D") for name, hours in _AMERICA.items() for season in "SD"
}
"""Hours of the zones that English has a short name for (Unicode CLDR, en), as EST and EDT; all others are GMT+7."""
_OFFSET = r"(?:GMT|UTC)?(?P<sign>[+-])(?P<ahead>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?"
_ZONE = rf"(?:\s*(?:{_OFFSET}|(?P<zone>{'|'.join(_AHEAD)})))?"
_TIME = rf"(?:[T,]?\s*{_CLOCK}{_HALF}{_ZONE})?"
_YEAR_FIRST = re.compile(rf"(?P<year>[0-9]{{4}})[-/.](?P<first>[0-9]{{1,2}})[-/.](?P<then>[0-9]{{1,2}}){_TIME}")
_YEAR_LAST = re.compile(rf"(?P<first>[0-9]{{1,2}})[-/.](?P<then>[0-9]{{1,2}})[-/.](?P<year>[0-9]{{4}}){_TIME}")


def read_day(text: str, *, utc: bool = False, day_first: bool = True) -> date | None:
    """The day in Vietnam of a moment or a day; None if it is neither, or LimeSurvey's word for «not kept».

    Understood: `2026-09-03T08:12:44.120+07:00`, `2026-09-03 08:12:44`, `2026/09/03 8:12:44 PM GMT+7` (year first; the
    half of the day as English, Spanish or Vietnamese writes it), and `3/9/2026 08:12:44` where `day_first` says which
    of the two it is. A moment without a zone is `utc`, or Vietnam's.
    """
    text = text.strip()
    found = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    first, then = int(found["first"]), int(found["then"])
    month, day = (first, then) if found.re is _YEAR_FIRST or not day_first else (then, first)
    try:
        if found["hour"] is None:
            at = date(int(found["year"]), month, day)
        else:
            clock = _hour(found), int(found["minute"]), int(found["second"] or 0)
            moment = datetime(int(found["year"]), month, day, *clock, tzinfo=_zone(found, utc=utc))
            at = moment.astimezone(VIETNAM).date()
    except (ValueError, OverflowError):  # 30/02, 25:00, the year 1
        return None
    return None if at.year <= _UNDATED else at


def undated(text: str) -> bool:
    """Whether this is the first day of 1980, with which LimeSurvey says that it keeps no dates."""
    return text.strip().startswith(f"{_UNDATED}-01-01")


def day_comes_first(texts: Iterable[str]) -> bool | None:
    """Whether a column of days writes the day before the month; None if nothing in it tells, or it tells both.

    A column that writes the year first needs no answer, and gets True.
    """
    day_first = month_first = False
    open_ = False
    for text in texts:
        found = _YEAR_LAST.fullmatch(text.strip())
        if found is None:
            continue
        open_ = True
        day_first |= int(found["first"]) > 12
        month_first |= int(found["then"]) > 12
    if not open_:
        return True
    return None if day_first == month_first else day_first


def _hour(found: re.Match[str]) -> int:
    hour, half = int(found["hour"]), "".join(filter(str.isalpha, found["half"] or "")).upper()
    if half in ("AM", "SA"):
        return 0 if hour == 12 else hour
    return hour if half not in ("PM", "CH") or hour == 12 else hour + 12


def _zone(found: re.Match[str], *, utc: bool) -> timezone:
    if found["zone"] is not None:
        return timezone(timedelta(hours=_AHEAD[found["zone"]]))
    if found["sign"] is None:
        return UTC if utc else VIETNAM
    ahead = timedelta(hours=int(found["ahead"]), minutes=int(found["minutes"] or 0))
    return timezone(ahead if found["sign"] == "+" else -ahead)
