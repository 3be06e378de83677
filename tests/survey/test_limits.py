import threading
from secrets import token_bytes

import pytest

from survey.limits import DESK, PAGES, SENDS, Limits, Rate, network

WIFI = "203.0.113.7"


def passed(limits: Limits, address: str, desk: str | None, now: float, tries: int) -> int:
    return sum(limits.allow(address, desk, now) == 0 for _ in range(tries))


def test_so_many_pass_at_once_and_then_so_many_a_second() -> None:
    limits = Limits(token_bytes)
    assert passed(limits, WIFI, None, 0.0, 100) == SENDS.burst
    assert limits.allow(WIFI, None, 0.25) == pytest.approx(0.75)
    assert passed(limits, WIFI, None, 5.0, 100) == 5
    assert passed(limits, WIFI, None, 10_000.0, 100) == SENDS.burst


def test_a_one_stop_offices_crowd_behind_one_address_is_never_turned_away() -> None:
    limits, pages = Limits(token_bytes), Limits(token_bytes, PAGES)
    assert all(limits.allow(WIFI, f"dot/Q{n % 8}", 2.0 * n) == 0 for n in range(1800))  # one slip in 2 s for an hour
    assert all(pages.allow(WIFI, None, 0.2 * n) == 0 for n in range(5000))  # ten pages to each


def test_a_desks_link_passes_thirty_a_minute_from_however_many_addresses() -> None:
    limits = Limits(token_bytes)
    assert sum(limits.allow(f"198.51.100.{n}", "dot/Q1", 0.0) == 0 for n in range(200)) == DESK.burst
    assert limits.allow(WIFI, "dot/Q2", 0.0) == 0
    assert limits.allow(WIFI, None, 0.0) == 0
    assert limits.allow(WIFI, "dot/Q1", 60.0) == 0


def test_what_is_turned_away_at_the_desk_costs_the_address_nothing() -> None:
    limits = Limits(token_bytes, by_address=Rate(burst=2, per_second=0.01), by_desk=Rate(burst=1, per_second=0.01))
    assert [limits.allow(WIFI, "Q1", 0.0) for _ in range(3)] == [0, 100, 100]
    assert limits.allow(WIFI, None, 0.0) == 0
    assert limits.allow(WIFI, None, 0.0) == 100


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", WIFI, True),
        ("203.0.113.8", WIFI, False),
        ("testclient", "testclient", True),
        ("", "testclient", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("no:address", "no:address", True),
    ],
)
def test_an_ipv6_network_counts_as_one_address(one: str, other: str, same: bool) -> None:
    limits = Limits(token_bytes, by_address=Rate(burst=1, per_second=1.0))
    assert limits.allow(one, None, 0.0) == 0
    assert (limits.allow(other, None, 0.0) > 0) is same


def test_no_address_and_no_desk_is_kept_in_memory() -> None:
    limits = Limits(token_bytes)
    limits.allow(WIFI, "dot-khao-sat/quay-1", 0.0)
    held = repr(vars(limits)).encode() + b"".join(limits._buckets)
    assert len(limits._buckets) == 2
    for secret in (WIFI.encode(), b"quay-1", bytes([203, 0, 113, 7])):
        assert secret not in held


def test_another_process_and_another_day_know_an_address_under_another_name() -> None:
    drawn = [bytes([number]) * 32 for number in range(3)]
    first, second = Limits(lambda _: drawn.pop()), Limits(lambda _: drawn.pop())
    for limits in (first, second):
        limits.allow(WIFI, None, 0.0)
    yesterday = set(first._buckets)
    assert not yesterday & set(second._buckets)
    first.allow(WIFI, None, 86_400.0)
    assert len(first._buckets) == 1
    assert not yesterday & set(first._buckets)


def test_memory_is_bounded_and_the_longest_unused_is_forgotten_first() -> None:
    limits = Limits(token_bytes, by_address=Rate(burst=1, per_second=0.001), remembered=10)
    limits.allow(WIFI, None, 0.0)
    for n in range(9):
        limits.allow(f"198.51.100.{n}", None, 0.0)
    assert limits.allow(WIFI, None, 0.0) > 0
    limits.allow("198.51.100.200", None, 0.0)
    assert len(limits._buckets) == 10
    assert limits.allow(WIFI, None, 0.0) > 0
    assert limits.allow("198.51.100.0", None, 0.0) == 0


def test_twenty_threads_at_once_get_no_more_than_the_burst() -> None:
    limits = Limits(token_bytes)
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(passed(limits, WIFI, None, 0.0, 10))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == SENDS.burst


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("192.0.2.1:5678", "192.0.2.1"),
        ("192.0.2.1:", "192.0.2.1"),
        ("[2001:db8::1]:5678", "2001:db8::2"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%eth0]:80", "fe80::1"),
        ("[::ffff:192.0.2.1]:80", "192.0.2.1"),
    ],
)
def test_neither_port_nor_zone_makes_another_client(told: str, meant: str) -> None:
    assert network(told) == network(meant)
    assert network(told) != network("198.51.100.7")


@pytest.mark.parametrize("text", ["", "testclient", "unix:", "[", "a:b:c", "]:1"])
def test_what_is_no_address_stands_for_something(text: str) -> None:
    assert isinstance(network(text), str)
