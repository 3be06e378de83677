"""Progress: by unit against plan and calendar, and a forecast that a hand calculation gives as well."""

from dataclasses import replace
from datetime import date

import pytest
from scipy.stats import t as student

from analysis.scores.progress import Standing, elapsed, forecast, margin_at, reminders, standings
from survey.round import Place, Round
from survey.store import Counts
from tests.survey.builders import ROUND

PLANNED = replace(
    ROUND,
    places=(
        Place(code="P01", name="Xã A", stratum="Huyện 1", unit="U1", wanted=30),
        Place(code="P02", name="Xã B", stratum="Huyện 1", unit="U2", wanted=20),
        Place(code="P03", name="Xã C", stratum="Huyện 2", unit="U2", wanted=10),
    ),
)


def counts(days: dict[str, int], places: dict[str | None, int] | None = None) -> Counts:
    return Counts(total=sum(days.values()), days=days, places=places or {}, channels={}, voided=0, erased=0)


def by_unit(round_: Round, places: dict[str | None, int], today: date) -> tuple[Standing, ...]:
    return standings(round_, counts({}, places), today, key=lambda place: place.unit, invited=round_.invited)


def test_units_stand_against_the_plan_and_the_calendar() -> None:
    # 10 of 30 days are over on the morning of the 11th.
    first, second, lost = by_unit(PLANNED, {"P01": 12, "P02": 1, "P03": 2, None: 4, "P77": 1}, date(2026, 11, 11))
    assert (first.name, first.received, first.wanted, first.due, first.missing, first.behind) == (
        "U1",
        12,
        30,
        10,
        18,
        0,
    )
    assert (second.name, second.received, second.wanted, second.due, second.behind) == ("U2", 3, 30, 10, 7)
    assert (lost.name, lost.received, lost.wanted) == ("", 5, None)


def test_strata_are_the_same_sums() -> None:
    found = standings(
        PLANNED, counts({}, {"P01": 1, "P03": 2}), date(2026, 11, 11), key=lambda p: p.stratum, invited={}
    )
    assert [(each.name, each.received, each.wanted) for each in found] == [("Huyện 1", 1, 50), ("Huyện 2", 2, 10)]


@pytest.mark.parametrize(
    ("day", "share"), [(date(2026, 10, 1), 0), (date(2026, 11, 1), 0), (date(2026, 11, 16), 0.5), (date(2027, 1, 1), 1)]
)
def test_how_much_of_the_time_is_over(day: date, share: float) -> None:
    assert elapsed(ROUND, day) == share
    assert elapsed(replace(ROUND, closes=None), day) is None
    assert elapsed(replace(ROUND, state="closed"), day) == 1


def test_who_lacks_more_than_chance_is_reminded_the_farthest_first() -> None:
    found = by_unit(PLANNED, {"P01": 6, "P02": 1, "P03": 0}, date(2026, 11, 11))
    assert [each.name for each in reminders(found)] == ["U2", "U1"]  # 9 and 4 below 10; sqrt(10) = 3.2
    assert reminders(by_unit(PLANNED, {"P01": 8, "P02": 9, "P03": 0}, date(2026, 11, 11))) == ()


def test_without_a_plan_the_lowest_returns_are_reminded() -> None:
    sent = replace(ROUND, invited={"U1": 100, "U2": 100})
    # 60 of 200 came back; a unit of 100 is low below 30 - sqrt(100*0.3*0.7) = 25.4.
    assert [each.name for each in reminders(by_unit(sent, {"P01": 35, "P02": 25}, date(2026, 11, 11)))] == ["U2"]
    assert reminders(by_unit(sent, {"P01": 34, "P02": 26}, date(2026, 11, 11))) == ()
    assert reminders(by_unit(ROUND, {"P01": 5, "P02": 0}, date(2026, 11, 11))) == ()


def test_the_forecast_is_the_hand_calculation() -> None:
    numbers = [10, 14, 6, 10, 12, 8, 10]
    days = {f"2026-11-{day:02d}": number for day, number in enumerate(numbers, start=4)} | {"2026-11-11": 3}
    days |= {"2026-11-02": 20}
    found = forecast(ROUND, counts(days), date(2026, 11, 11))
    assert found is not None
    # Mean 10; squares 0+16+16+0+4+4+0 = 40, over 6 = 6.67, below the mean, so Poisson's 10 is taken. 20 days are left.
    spread = (20 * 10 * (1 + 20 / 7)) ** 0.5 * student.ppf(0.95, 6)
    assert (found.looked, found.left, found.rate, found.slips) == (7, 20, 10.0, 90 + 200)
    assert (found.low, found.high) == (round(290 - spread), round(290 + spread))


def test_a_forecast_is_never_below_what_is_there_nor_above_who_was_invited() -> None:
    days = {f"2026-11-{day:02d}": 40 if day == 3 else 0 for day in range(1, 11)}
    found = forecast(ROUND, counts(days), date(2026, 11, 11))
    assert found is not None and found.low == 40
    closed = replace(ROUND, invitation_only=True, invited={"U1": 45, "U2": 0})
    found = forecast(closed, counts({f"2026-11-{day:02d}": 4 for day in range(1, 11)}), date(2026, 11, 11))
    assert found is not None and found.high == 45 == found.slips


@pytest.mark.parametrize("today", [date(2026, 11, 3), date(2026, 12, 1)])
def test_no_forecast_too_early_or_too_late(today: date) -> None:
    assert forecast(ROUND, counts({"2026-11-01": 9}), today) is None
    assert forecast(replace(ROUND, closes=None), counts({"2026-11-01": 9}), date(2026, 11, 9)) is None
    closed = replace(ROUND, state="closed", closes=date(2026, 11, 9))
    assert forecast(closed, counts({"2026-11-01": 9}), date(2026, 11, 9)) is None


def test_four_times_the_slips_halve_the_margin() -> None:
    assert margin_at(0.04, 100, 400) == pytest.approx(0.02)
