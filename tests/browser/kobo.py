"""390 slips as KoboToolbox exports them: «XML values and headers», with groups, semicolons and every cell quoted.

The shape is the tool's own, as tests/survey/incoming/shapes.py cites it; nothing of ours writes it. The answers are
drawn with a fixed seed; nobody gave them. Twelve slips of one commune are alike, as if one hand had filled them in.
"""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from uuid import UUID

_HERE = timezone(timedelta(hours=7))
_ITEMS = [f"satisfaction_policy/q9_{k:02d}" for k in range(1, 15)]
_ITEMS += [f"satisfaction_service/q9_{k:02d}" for k in range(15, 34)]
_WAYS = [f"views/q2/{k}" for k in range(1, 8)]
_ASKED = ["respondent/sex", "respondent/age", "respondent/ethnic", "respondent/area", "views/q2", *_WAYS, "views/q4"]
_TAIL = ["__version__", "_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status"]
HEADINGS = ["start", "end", "today", "hl_place", *_ASKED, *_ITEMS, "other/comment", *_TAIL]
HEADINGS += ["_submitted_by", "_tags", "_index"]

ALIKE = 12


def kobo_export(places: Sequence[str], days: Sequence[date], count: int) -> bytes:
    """The file: `count` slips from these places in turn, on these days."""
    chance = random.Random(20261122)
    lines = [_line(HEADINGS)]
    for number in range(count):
        lines.append(_line(_row(chance, number, places, chance.choice(days))))
    return "".join(lines).encode()


def _row(chance: random.Random, number: int, places: Sequence[str], day: date) -> list[str]:
    place = places[number % len(places)]
    began = datetime.combine(day, time(7), _HERE) + timedelta(seconds=chance.randrange(9 * 3600))
    ended = began + timedelta(seconds=chance.randrange(420, 1500))
    leaning = chance.gauss(0, 0.7)
    items = [str(min(5, max(1, round(3.9 + leaning + chance.gauss(0, 0.8))))) for _ in _ITEMS]
    if place == places[0] and number < ALIKE * len(places):
        items = ["4" if k % 3 else "5" for k in range(len(_ITEMS))]
    ways = [chance.random() < 0.35 for _ in _WAYS]
    row = [began.isoformat(timespec="milliseconds"), ended.isoformat(timespec="milliseconds"), day.isoformat(), place]
    row += [str(chance.choice((1, 2))), str(chance.choice((1, 2, 2, 3, 3, 4, 5))), "1", str(chance.choice((1, 2, 2)))]
    row += [" ".join(str(k) for k, way in enumerate(ways, start=1) if way)]
    row += [("1" if way else "0") if any(ways) else "" for way in ways] + [str(chance.choice((1, 2)))]
    row += [*items, "Cán bộ hướng dẫn rõ ràng; cảm ơn." if number % 17 == 0 else ""]
    sent = (ended + timedelta(minutes=3)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    row += [
        "vA9",
        str(51_000 + number),
        str(UUID(int=chance.getrandbits(128), version=4)),
        sent,
        "",
        "",
        "submitted_via_web",
    ]
    return [*row, f"dieu_tra_{1 + number % 6}", "", str(number + 1)]


def _line(cells: Sequence[str]) -> str:
    return ";".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\r\n"
