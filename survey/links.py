"""Which desk does an address speak of? A signed token in it, so that nobody makes up a place or passes for a desk.

A token is `PLACE~SEAL` or `PLACE~DESK~SEAL`; the seal is the first 80 bits of HMAC-SHA256, under the installation's
secret, of round, place and desk. The codes stand in it openly: a poster's address says which desk it is for, and one
HMAC reads it, however many desks a round has. Codes of places and desks never have a `~` (survey.round_files).
"""

import base64
import hmac
from dataclasses import dataclass
from urllib.parse import urlencode

from survey.round import Round

_BETWEEN = "~"  # stays as it is in an address (RFC 3986, unreserved)
_SEAL_BYTES = 10  # 80 bits, 16 letters: guessed only online


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a valid token says: a place code of the round and, where it is a desk's, the desk's code there."""

    place: str
    desk: str | None


def link_token(secret: bytes, round_id: str, place: str, desk: str | None = None) -> str:
    """The token of a place or of a desk there: url-safe, 16 letters and digits longer than the codes."""
    return _BETWEEN.join((place, *([desk] if desk is not None else []), _seal(secret, round_id, place, desk)))


def read_link(secret: bytes, round_: Round, token: str) -> Link | None:
    """What the token says, None if it was not made by this installation for this round.

    None too for a place that the round no longer has, and for a desk that no longer stands there.
    """
    place, _, rest = token.partition(_BETWEEN)
    desk, found, seal = rest.partition(_BETWEEN)
    link = Link(place=place, desk=desk) if found else Link(place=place, desk=None)
    expected = _seal(secret, round_.id, link.place, link.desk)
    if not hmac.compare_digest(expected.encode(), (seal if found else rest).encode("utf-8", "replace")):
        return None
    if all(each.code != link.place for each in round_.places):
        return None
    if link.desk is not None and all((each.code, each.place) != (link.desk, link.place) for each in round_.desks):
        return None
    return link


def light_address(base: str, round_id: str, *, token: str = "", channel: str = "", language: str = "") -> str:
    """The light form's address under `base` (like https://khaosat.example.vn). What is empty is left out."""
    given = {"tu": token, "kenh": channel, "ngon_ngu": language}
    query = urlencode({name: value for name, value in given.items() if value}, safe=_BETWEEN)
    return f"{base.rstrip('/')}/p/{round_id}" + (f"?{query}" if query else "")


def _seal(secret: bytes, round_id: str, place: str, desk: str | None) -> str:
    parts = ("hailong link 1", round_id, place, *([desk] if desk is not None else []))
    sealed = b"".join(len(part := text.encode("utf-8", "replace")).to_bytes(4, "big") + part for text in parts)
    return base64.b32encode(hmac.digest(secret, sealed, "sha256")[:_SEAL_BYTES]).decode("ascii").lower()
