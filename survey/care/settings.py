"""Which settings does the program read, and is each one of those that were given a sensible one?"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Final, get_args
from urllib.parse import urlsplit

from survey import logs
from survey.access import rules
from survey.care.finding import Finding, found
from survey.command import LANGUAGE
from survey.errors import Refused, languages
from survey.site import DATABASE, ROLE, Role
from survey.store.room import SETTING as MIN_FREE

URL: Final = "HAILONG_URL"
METRICS: Final = "HAILONG_METRICS"
DATA: Final = "HAILONG_DATA"

KNOWN: Final = frozenset(
    {DATA, URL, ROLE, MIN_FREE, LANGUAGE, logs.SETTING, METRICS, DATABASE}
    | {rules.IDLE, rules.HOURS, rules.ADMINISTRATORS, rules.PROXY, rules.HEADER}
)
"""Every setting of the environment that the program reads; a name that is not here is a slip of the pen."""

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {ROLE: get_args(Role), logs.SETTING: get_args(logs.Form)}


def settings_findings(settings: Mapping[str, str]) -> tuple[Finding, ...]:
    """Names that nobody reads, values that cannot be, and whether the public address is there and encrypted."""
    wrong = tuple(_wrong(settings))
    number = len([name for name in KNOWN if settings.get(name)])
    return (*(wrong or (found("settings", "good", "CAR_SETTINGS", count=number),)), _address(settings))


def _wrong(settings: Mapping[str, str]) -> Iterator[Finding]:
    for name in sorted(settings):
        if name.startswith("HAILONG_") and name not in KNOWN:
            yield found("settings", "warning", "CAR_SETTING_UNKNOWN", name=name, known=", ".join(sorted(KNOWN)))
    for name, allowed in {**_CHOICES, LANGUAGE: languages()}.items():
        if settings.get(name) and settings[name] not in allowed:
            yield found("settings", "fault", "CAR_SETTING", name=name, got=settings[name], allowed=", ".join(allowed))
    if settings.get(MIN_FREE) and not settings[MIN_FREE].isdecimal():
        yield found("settings", "fault", "CAR_SETTING", name=MIN_FREE, got=settings[MIN_FREE], allowed="1024")
    if settings.get(METRICS) and port_of(settings[METRICS]) is None:
        yield found("settings", "fault", "CAR_SETTING", name=METRICS, got=settings[METRICS], allowed="127.0.0.1:9464")

    try:
        rules.read_rules(settings)
    except Refused as refused:
        yield from (Finding(check="settings", level="fault", problem=problem) for problem in refused.problems)


def port_of(text: str) -> tuple[str, int] | None:
    """Address and port of a text like 127.0.0.1:9464; None if it is none."""
    host, _, port = text.rpartition(":")
    try:
        ip_address(host)
    except ValueError:
        return None
    return (host, int(port)) if port.isdecimal() and 0 < int(port) < 1 << 16 else None


def _address(settings: Mapping[str, str]) -> Finding:
    given = settings.get(URL, "").strip()
    if not given:
        return found("address", "warning", "CAR_NO_URL", name=URL)
    try:
        parts = urlsplit(given)
    except ValueError:
        return found("address", "fault", "CAR_URL", name=URL, got=given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        return found("address", "fault", "CAR_URL", name=URL, got=given)
    if parts.scheme != "https":
        return found("address", "warning", "CAR_URL_PLAIN", name=URL, got=given)
    return found("address", "good", "CAR_URL_GOOD", got=given)
