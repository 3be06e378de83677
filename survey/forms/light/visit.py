"""Who comes, by which way, with which form? What one request's address says."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request

from survey.errors import Problem, Refused
from survey.forms.accept import untaken, untimely
from survey.forms.draft import place_of
from survey.forms.light.form import Form
from survey.invitations import code_hash, read_code
from survey.keys import valid_key
from survey.round import Place
from survey.site import Site
from survey.store.records import Invitation

TOKEN, LANGUAGE, WAY, CODE, PLACE, PAGE = "tu", "ngon_ngu", "kenh", "ma", "dv", "trang"
_CARRIED = (TOKEN, LANGUAGE, WAY, CODE, PLACE)
_SHARED = frozenset({TOKEN, LANGUAGE, WAY})
"""What many people's addresses have alike: a desk's link, a language, a way."""
_OWN = re.compile(rb"(?:^|&)(?!(?:tu|ngon_ngu|kenh)=)")
_LONGEST = 200
KIOSK = "kiosk"

WIDE = 60
"""A round with more places than this asks for the place on pages of its own."""

_SEAL_LETTERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request for a form. `place` is what the address names (a signed link, an invitation, or the person's choice).

    `known`: the key was made here for this round; `kiosk`: it was made for a kiosk, or the address says that this is
    one. `desk` only by a signed link; `code` the one-time code as written, `invitation` what is known of it;
    `query` is carried on from address to address.
    """

    form: Form
    key: str
    language: str
    known: bool
    kiosk: bool
    signed: bool
    place: Place | None
    desk: str | None
    code: str
    invitation: Invitation | None
    query: Mapping[str, str]

    @property
    def channel(self) -> str:
        """How an answer from here comes; an invitation makes it `invited` at the door."""
        return KIOSK if self.kiosk else "link" if self.signed else "open"

    def address(self, **changes: str) -> str:
        """This form's address with these parameters changed; empty ones go. Without a key, the entrance's."""
        path = f"/p/{self.form.round.id}/{self.key}" if self.key else f"/p/{self.form.round.id}"
        return _address(path, {**self.query, **changes})

    @property
    def counter(self) -> str | None:
        """What the slips of the desk are counted under, None if no desk is named."""
        return f"{self.form.round.id}/{self.desk}" if self.desk is not None else None

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The round's other languages, with the address that this visit has in them."""
        others = (each for each in self.form.round.languages if each != self.language)
        return [(each, self.address(**{LANGUAGE: each})) for each in others]

    @property
    def entrance(self) -> str:
        """The address that gives this visit a key of its own."""
        return _address(f"/p/{self.form.round.id}", self.query)

    @property
    def again(self) -> str:
        """The address of a fresh form by the same way: without the used code, on a kiosk in its first language."""
        return _address(f"/p/{self.form.round.id}", {**self.query, CODE: "", **({LANGUAGE: ""} if self.kiosk else {})})

    def unwelcome(self, today: date) -> Problem | None:
        """Why the round takes no answer from here today; None if it does."""
        way = "invited" if self.code and not self.kiosk else self.channel
        problem = untimely(self.form.round, today) or untaken(self.form.round, way)
        if problem is not None:
            return problem
        if self.code:
            if self.invitation is None:
                return Problem(code="INV_UNKNOWN")
            return Problem(code="INV_USED") if self.invitation.used else None
        return Problem(code="INV_NEEDED") if self.form.round.invitation_only else None


def minted_for(round_id: str, *, kiosk: bool) -> str:
    """What a key is made for. A kiosk's keys are of their own kind, so that no change of the address opens them."""
    return f"{round_id} {KIOSK}" if kiosk else round_id


def client_of(request: Request) -> str:
    """The address that the request comes from, empty if it is not known."""
    return request.client.host if request.client else ""


def query_of(request: Request) -> QueryParams:
    """The address's query. What all who come by one poster have is taken apart once; nobody's own is remembered."""
    raw = request.scope["query_string"]
    return _taken_apart(raw) if len(raw) < _LONGEST and not _OWN.search(raw) else request.query_params


def visit(site: Site, form: Form, request: Request, *, look_up: bool = True) -> Visit:
    """What the address says. Raises Refused when an invitation cannot be looked up for now.

    `look_up`: whether the store is asked at all; without, an invitation counts as unknown.
    """
    given = query_of(request)
    round_ = form.round
    query = {name: value[:_LONGEST] for name, value in given.items() if value and name in _CARRIED}
    link = form.link(site.secret, query[TOKEN]) if TOKEN in query else None
    invitation = _invitation(site, query.get(CODE, ""), round_.id) if look_up else None
    issued_for = place_of(round_, invitation.place) if invitation else None
    place = issued_for or place_of(round_, link.place if link else query.get(PLACE))
    if len(round_.places) == 1:
        place = round_.places[0]
    wanted = query.get(LANGUAGE, "")
    key = request.path_params.get("key", "")
    plain = key != "" and valid_key(site.secret, key, round_.id)
    of_kiosk = key != "" and not plain and valid_key(site.secret, key, minted_for(round_.id, kiosk=True))
    if of_kiosk:
        query[WAY] = KIOSK
    return Visit(
        form=form,
        key=key,
        language=wanted if wanted in round_.languages else round_.languages[0],
        known=plain or of_kiosk,
        kiosk=query.get(WAY) == KIOSK,
        signed=link is not None,
        place=place,
        desk=link.desk if link and (issued_for is None or issued_for.code == link.place) else None,
        code=query.get(CODE, ""),
        invitation=invitation,
        query=query,
    )


def stamp(secret: bytes, key: str, now: datetime) -> str:
    """The moment a form was opened, sealed, so that nothing about an unsent form need be stored."""
    seconds = f"{int(now.timestamp()):x}"
    return f"{seconds}-{_seal(secret, key, seconds)}"


def read_stamp(secret: bytes, key: str, text: str) -> datetime | None:
    """The moment in a stamp; None if this installation did not make it for this form."""
    seconds, _, seal = text.partition("-")
    if not hmac.compare_digest(_seal(secret, key, seconds).encode(), seal.encode("utf-8", "replace")):
        return None
    return datetime.fromtimestamp(int(seconds, 16), UTC)


def _address(path: str, query: Mapping[str, str]) -> str:
    own = [(name, value) for name, value in query.items() if value and name not in _SHARED]
    shared = tuple((name, value) for name, value in query.items() if value and name in _SHARED)
    parts = [part for part in (_put_together(shared), urlencode(own, safe="~") if own else "") if part]
    return f"{path}?{'&'.join(parts)}" if parts else path


@lru_cache(maxsize=1024)
def _taken_apart(raw: bytes) -> QueryParams:
    return QueryParams(raw)


@lru_cache(maxsize=1024)
def _put_together(query: tuple[tuple[str, str], ...]) -> str:
    return urlencode(query, safe="~")


def _invitation(site: Site, code: str, round_id: str) -> Invitation | None:
    if not code:
        return None
    try:
        digest = code_hash(site.secret, read_code(code))
    except Refused:
        return None
    found = site.store.invitation(digest)
    return found if found is not None and found.round_id == round_id else None


def _seal(secret: bytes, key: str, seconds: str) -> str:
    sealed = f"hailong opened 1\x00{key}\x00{seconds}".encode("utf-8", "replace")
    return hmac.digest(secret, sealed, "sha256").hex()[:_SEAL_LETTERS]
