"""The IT officer's settings: idle time, hours, administrators' networks, the believed proxy."""

from datetime import datetime

import pytest

from survey.access import read_rules
from survey.access.rules import ADMINISTRATORS, HEADER, HOURS, IDLE, PROXY, within
from survey.errors import Refused

MONDAY, SATURDAY, SUNDAY = 23, 28, 29  # of November 2026


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute)


def test_nothing_set_is_half_an_hour_always_open_from_everywhere_and_no_header() -> None:
    rules = read_rules({})
    assert (rules.idle, rules.header, rules.proxies) == (1800, "", ())
    assert rules.open_at(at(SUNDAY, 3))
    assert rules.administers_from("203.0.113.9")
    assert rules.administers_from("")


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (at(MONDAY, 6, 59), False),
        (at(MONDAY, 7), True),
        (at(27, 17, 59), True),
        (at(27, 18), False),
        (at(SATURDAY, 11, 59), True),
        (at(SATURDAY, 12), False),
        (at(SUNDAY, 10), False),
    ],
)
def test_the_desk_is_open_in_the_hours_that_are_set(moment: datetime, inside: bool) -> None:
    assert read_rules({HOURS: "T2-T6 07:00-18:00; t7 7:00-12:00"}).open_at(moment) is inside


def test_the_days_may_be_one_and_sunday_is_the_last() -> None:
    rules = read_rules({HOURS: "T7-CN 00:00-23:59"})
    assert [rules.open_at(at(day, 12)) for day in (MONDAY, SATURDAY, SUNDAY)] == [False, True, True]


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.3", True),
        ("10.2.0.1", False),
        ("192.168.1.5", True),
        ("192.168.1.6", False),
        ("::ffff:10.1.2.3", True),
        ("2001:db8::5", True),
        ("fe80::1%eth0", False),
        ("testclient", False),
        ("", False),
    ],
)
def test_an_address_is_in_the_networks_or_not(address: str, inside: bool) -> None:
    rules = read_rules({ADMINISTRATORS: "10.1.0.0/16, 192.168.1.5 2001:db8::/64"})
    assert rules.administers_from(address) is inside
    assert not within(address, ())


def test_every_setting_that_cannot_be_read_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        read_rules({IDLE: "5", HOURS: "T8 7-9; T6-T2 07:00-18:00", ADMINISTRATORS: "10.1.0.0/99", PROXY: "x, 10.0.0.1"})
    codes = [problem.code for problem in refused.value.problems]
    assert codes == [
        "ACC_SETTING_IDLE",
        *["ACC_SETTING_NETWORK"] * 2,
        *["ACC_SETTING_HOURS"] * 2,
        "ACC_SETTING_HEADER",
    ]
    assert all(problem.say("vi") and problem.say("en") for problem in refused.value.problems)


@pytest.mark.parametrize("minutes", ["14", "61", "30.5", "-20", "١٥", "nửa giờ"])
def test_the_idle_time_is_15_to_60_minutes(minutes: str) -> None:
    with pytest.raises(Refused):
        read_rules({IDLE: minutes})
    assert [read_rules({IDLE: good}).idle for good in ("15", " 60 ", "")] == [900, 3600, 1800]


@pytest.mark.parametrize(
    "hours", ["T2 07:00-07:00", "T2 18:00-07:00", "T2 7:00-24:00", "T2", "07:00-18:00", "T2 07:60-18:00"]
)
def test_hours_that_are_none_are_refused(hours: str) -> None:
    with pytest.raises(Refused, match="T2-T6 07:00-18:00"):
        read_rules({HOURS: hours})


@pytest.mark.parametrize(
    ("proxy", "header"),
    [("10.0.0.1", ""), ("", "X-Email"), ("10.0.0.1", "Cookie"), ("10.0.0.1", "X-Forwarded-For"), ("10.0.0.1", "a b")],
)
def test_a_proxy_needs_a_header_of_its_own_and_a_header_a_proxy(proxy: str, header: str) -> None:
    with pytest.raises(Refused) as refused:
        read_rules({PROXY: proxy, HEADER: header})
    assert [problem.code for problem in refused.value.problems] == ["ACC_SETTING_HEADER"]
    assert read_rules({PROXY: "10.0.0.0/24", HEADER: "X-Forwarded-Email"}).header == "x-forwarded-email"
