"""When, from where and how long at a time may one be at the desk? The IT officer's settings, read once at the start.

QĐ 742/QĐ-BTTTT (2022) asks for an end of idle sessions, for limits of the administrators' addresses and for a lock
out of hours: the first always holds, the other two where they are set.
"""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from survey.errors import Problem, Refused

IDLE, HOURS, ADMINISTRATORS = "HAILONG_IDLE_MINUTES", "HAILONG_DESK_HOURS", "HAILONG_ADMIN_NETWORKS"
PROXY, HEADER = "HAILONG_TRUSTED_PROXY", "HAILONG_TRUSTED_HEADER"
"""The settings: minutes; hours such as "T2-T6 07:00-18:00; T7 07:00-12:00"; networks; networks; a header's name."""

IDLE_SECONDS: Final = 30 * 60
_SHORTEST, _LONGEST = 15, 60

_DAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_SPAN = re.compile(r"(T[2-7]|CN)(?:-(T[2-7]|CN))?\s+(\d{1,2}:\d{2})-(\d{1,2}:\d{2})")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{2,60}")
_TAKEN = frozenset({"host", "cookie", "origin", "content-length", "x-forwarded-for", "x-forwarded-proto"})

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Hours of some days of the week: 0 is Monday; `ends` is no longer inside."""

    days: tuple[int, ...]
    begins: time
    ends: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings say. No hours: always; no networks: from everywhere; no proxies: no header is believed.

    `said`: the hours as they were written, to be shown; `header` in small letters.
    """

    idle: float = IDLE_SECONDS
    hours: tuple[Span, ...] = ()
    said: str = ""
    administrators: tuple[Network, ...] = ()
    proxies: tuple[Network, ...] = ()
    header: str = ""

    def open_at(self, now: datetime) -> bool:
        """Whether the desk is open. `now` in the office's own time."""
        at, day = now.time(), now.weekday()
        return not self.hours or any(day in span.days and span.begins <= at < span.ends for span in self.hours)

    def administers_from(self, address: str) -> bool:
        """Whether an administrator may come from this address."""
        return not self.administrators or within(address, self.administrators)


def within(address: str, networks: Sequence[Network]) -> bool:
    """Whether the address lies in one of the networks; what is no address lies in none."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found in network for network in networks)


def read_rules(environment: Mapping[str, str]) -> Rules:
    """The rules that the settings make. Raises Refused with every setting that cannot be read (ACC_SETTING_...)."""
    given = {name: environment.get(name, "").strip() for name in (IDLE, HOURS, ADMINISTRATORS, PROXY, HEADER)}
    problems: list[Problem] = []
    minutes = given[IDLE] or str(IDLE_SECONDS // 60)
    if not (minutes.isascii() and minutes.isdigit() and _SHORTEST <= int(minutes) <= _LONGEST):
        values = {"name": IDLE, "got": minutes, "least": _SHORTEST, "most": _LONGEST}
        problems.append(Problem(code="ACC_SETTING_IDLE", values=values))
    networks = {name: _networks(name, given[name], problems) for name in (ADMINISTRATORS, PROXY)}
    hours = _hours(given[HOURS], problems)
    header = given[HEADER].lower()
    if (header and not _NAME.fullmatch(header)) or header in _TAKEN or bool(header) != bool(given[PROXY]):
        values = {"proxy": PROXY, "name": HEADER, "got": given[HEADER] or "–"}
        problems.append(Problem(code="ACC_SETTING_HEADER", values=values))
    if problems:
        raise Refused(problems)
    return Rules(
        idle=60.0 * int(minutes),
        hours=hours,
        said=given[HOURS],
        administrators=networks[ADMINISTRATORS],
        proxies=networks[PROXY],
        header=header,
    )


def _networks(name: str, text: str, problems: list[Problem]) -> tuple[Network, ...]:
    found = []
    for part in filter(None, re.split(r"[,;\s]+", text)):
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            problems.append(Problem(code="ACC_SETTING_NETWORK", values={"name": name, "got": part[:60]}))
    return tuple(found)


def _hours(text: str, problems: list[Problem]) -> tuple[Span, ...]:
    found = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        match = _SPAN.fullmatch(part.upper())
        span = _span(*match.groups()) if match else None
        if span is None:
            problems.append(Problem(code="ACC_SETTING_HOURS", values={"name": HOURS, "got": part[:60]}))
        else:
            found.append(span)
    return tuple(found)


def _span(first: str, last: str | None, begins: str, ends: str) -> Span | None:
    days = tuple(range(_DAYS.index(first), _DAYS.index(last or first) + 1))
    try:
        start, end = (time.fromisoformat(at.zfill(5)) for at in (begins, ends))
    except ValueError:
        return None
    return Span(days=days, begins=start, ends=end) if days and start < end else None
