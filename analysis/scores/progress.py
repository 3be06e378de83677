"""Will the round reach what was planned? Slips by unit against the plan and the calendar, and a forecast of the close.

The forecast is the tool's own: the mean number a day of the latest full weeks, times the days that are left.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scipy.stats import t as student

from survey.collation import unit_sort_key
from survey.round import Place, Round
from survey.store import Counts

_WEEKS = (14, 7)
"""Days that a forecast looks back on: whole weeks, so that every weekday is in them alike."""
_LEAST_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One unit or stratum ("" for slips of no known place): `received` slips, `wanted` by the plan and `invited` (None:
    not known), `due`: how many there should be by now at an even pace (None without a plan or a last day)."""

    name: str
    received: int
    wanted: int | None
    invited: int | None
    due: float | None

    @property
    def missing(self) -> int | None:
        """Slips that the plan still lacks."""
        return None if self.wanted is None else max(0, self.wanted - self.received)

    @property
    def behind(self) -> float:
        """Slips below the even pace; 0 where it is kept or not known."""
        return 0.0 if self.due is None else max(0.0, self.due - self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Slips at the close: the likeliest number and the ends of an interval (`level`). `rate`: slips a day over the
    latest `looked` days; `left`: days that remain, today among them."""

    slips: int
    low: int
    high: int
    level: float
    rate: float
    looked: int
    left: int


def standings(
    round_: Round, counts: Counts, today: date, *, key: Callable[[Place], str], invited: Mapping[str, int]
) -> tuple[Standing, ...]:
    """Every unit (or what `key` makes of a place) in the order of the names, slips of no known place last."""
    received: dict[str, int] = {}
    wanted: dict[str, int] = {}
    known = set()
    for place in round_.places:
        name = key(place)
        known.add(place.code)
        received[name] = received.get(name, 0) + counts.places.get(place.code, 0)
        wanted[name] = wanted.get(name, 0) + place.wanted
    planned = any(wanted.values())
    gone = elapsed(round_, today)
    found = [
        Standing(
            name=name,
            received=number,
            wanted=wanted[name] if planned else None,
            invited=invited.get(name) if invited else None,
            due=wanted[name] * gone if planned and gone is not None else None,
        )
        for name, number in sorted(received.items(), key=lambda each: unit_sort_key(each[0]))
    ]
    nowhere = sum(number for code, number in counts.places.items() if code not in known)
    if nowhere:
        found.append(Standing(name="", received=nowhere, wanted=None, invited=None, due=None))
    return tuple(found)


def elapsed(round_: Round, today: date) -> float | None:
    """Share of the round's days that are over, yesterday the last of them, all once it is closed; None without a last
    day."""
    if round_.closes is None:
        return None
    if round_.state != "open":
        return 1.0
    days = (round_.closes - round_.opens).days + 1
    return min(1.0, max(0.0, (today - round_.opens).days / days))


def reminders(found: Sequence[Standing]) -> tuple[Standing, ...]:
    """Who needs a reminder: the units below the even pace, the farthest first. Where no pace is known (no plan, no last
    day), those whose return of what was handed out is below the round's, the lowest first. A unit is below where it
    lacks more than one standard deviation of chance (Poisson of what is due, binomial of what was handed out)."""
    if any(each.due is not None for each in found):
        below = [each for each in found if each.due is not None and each.behind > max(1.0, math.sqrt(each.due))]
        return tuple(sorted(below, key=lambda each: -each.behind))
    sent = [each for each in found if each.invited]
    rate = min(1.0, sum(each.received for each in sent) / max(1, sum(each.invited or 0 for each in sent)))
    low = [each for each in sent if each.received < _least(each.invited or 0, rate)]
    return tuple(sorted(low, key=lambda each: each.received / (each.invited or 1)))


def _least(sent: int, rate: float) -> float:
    return sent * rate - max(1.0, math.sqrt(sent * rate * (1 - rate)))


def forecast(round_: Round, counts: Counts, today: date, *, level: float = 0.9) -> Forecast | None:
    """The close, if the days that are left go on as the latest full days did; None without a last day, before three
    full days are over, or where the round takes no slips.

    Slips a day are taken as independent with their own observed variance s2 (not Poisson's, for they come in lumps), so
    the sum of L days forecast from the mean of W days has the variance L*s2*(1 + L/W), and the interval is Student's
    with W - 1 degrees of freedom; never below what is there, nor above what was handed out where only who was invited
    may answer.
    """
    if round_.closes is None or not round_.open_on(today):
        return None
    over = (today - round_.opens).days
    if over < _LEAST_DAYS:
        return None
    looked = next((days for days in _WEEKS if days <= over), over)
    numbers = [counts.days.get((today - timedelta(days=back)).isoformat(), 0) for back in range(1, looked + 1)]
    mean = sum(numbers) / looked
    variance = max(sum((number - mean) ** 2 for number in numbers) / (looked - 1), mean)
    left = (round_.closes - today).days + 1
    # Today's own slips are part of what its whole day brings.
    so_far = counts.total - counts.days.get(today.isoformat(), 0)
    spread = math.sqrt(left * variance * (1 + left / looked)) * float(student.ppf((1 + level) / 2, looked - 1))
    middle = so_far + left * mean
    most = sum(round_.invited.values()) if round_.invitation_only and round_.invited else None

    def kept(value: float) -> int:
        number = max(counts.total, round(value))
        return number if most is None else max(counts.total, min(number, most))

    return Forecast(
        slips=kept(middle),
        low=kept(middle - spread),
        high=kept(middle + spread),
        level=level,
        rate=mean,
        looked=looked,
        left=left,
    )


def margin_at(margin: float, n: int, closing: int) -> float:
    """The margin of error that `closing` slips will have, if the design effect stays as it is at `n`: it falls with the
    root of the number."""
    return margin * math.sqrt(n / closing) if closing > 0 else math.nan
