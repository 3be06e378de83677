"""Which addresses are handed out? What stands before `/p/…` on a poster, and every way into one round."""

import os
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from survey.forms.draft import form_address
from survey.links import light_address, link_token
from survey.round import Desk, Place, Round

URL: Final = "HAILONG_URL"
"""The setting that says under which address citizens reach the product, like https://khaosat.example.vn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What stands before our paths: `public` for citizens, `desk` for the staff's own pages.

    `doubt`: a message code where citizens cannot be expected to reach `public`; None if nothing speaks against it.
    """

    public: str
    desk: str
    doubt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place of a round, or a desk there, that can have an address of its own."""

    place: Place
    desk: Desk | None

    @property
    def name(self) -> str:
        """As the desk's lists have it."""
        return f"{self.place.name} – {self.desk.name}" if self.desk else self.place.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways into one round from one spot (or from none): what citizens get, and where staff enter."""

    citizens: str
    kiosk: str
    assisted: str
    paper: str


def base(opened: str) -> Base:
    """HAILONG_URL, or else the address (any page's) that the desk was opened with."""
    here = _root(opened)
    given = os.environ.get(URL, "").strip()
    if not given:
        doubt = "CHN_ONLY_HERE" if _only_here(here) else None
        return Base(public=here, desk=here, doubt=doubt)
    public = given.rstrip("/")
    parts = urlsplit(public)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        return Base(public=here, desk=here, doubt="CHN_BAD_URL")
    return Base(public=public, desk=here, doubt="CHN_ONLY_HERE" if _only_here(public) else None)


def spots(round_: Round) -> tuple[Spot, ...]:
    """Every place of the round, each followed by its desks."""
    return tuple(
        Spot(place=place, desk=desk)
        for place in round_.places
        for desk in (None, *(desk for desk in round_.desks if desk.place == place.code))
    )


def ways(round_: Round, spot: Spot | None, where: Base, secret: bytes) -> Ways:
    """The addresses. Citizens and tablets get the light form, which any phone can show; staff the Streamlit form."""
    desk = spot.desk.code if spot and spot.desk else None
    token = link_token(secret, round_.id, spot.place.code, desk) if spot else ""
    return Ways(
        citizens=light_address(where.public, round_.id, token=token),
        kiosk=light_address(where.public, round_.id, token=token, channel="kiosk"),
        assisted=where.desk + form_address(round_.id, token=token, channel="assisted"),
        paper=where.desk + form_address(round_.id, token=token, channel="paper"),
    )


def invitation_address(public: str, code: str) -> str:
    """Where a one-time code leads. What is not typed stands after the last slash."""
    return f"{public}/m/{code}"


def spoken_address(address: str) -> str:
    """An address as it is printed for typing: without https://."""
    return address.removeprefix("https://").removeprefix("http://")


def _root(opened: str) -> str:
    parts = urlsplit(opened)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _only_here(address: str) -> bool:
    """Whether only the machine itself finds this address."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return host in ("", "localhost") or host.endswith(".localhost")
