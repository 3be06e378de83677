"""What time is it in Vietnam? The doors read the clock here; everything behind them is given the time."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam's time since 1975; no summer time, so no time zone database is needed."""


def now() -> datetime:
    """This moment."""
    return datetime.now(VIETNAM)


def today() -> date:
    """The day it is."""
    return now().date()
