"""What can be printed for citizens? A poster for a desk's wall, and a sheet of one-time codes to cut up.

For who is signed in. The codes are not made here, and nothing is kept: the desk's page sends those it has just made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from urllib.parse import parse_qs, urlencode

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from survey.clock import today
from survey.errors import Refused, word
from survey.forms.draft import minutes
from survey.forms.light.page import STYLE, headers_for, page
from survey.invitations import Issued, read_code, shown
from survey.links import light_address
from survey.pages.addresses import Spot, base, invitation_address, spoken_address, spots, ways
from survey.pages.signin import language_of, turned_away
from survey.qr import printed
from survey.rating import asked_in
from survey.round import Round
from survey.site import site
from survey.words import day

POSTER, SHEET = "/in/ap-phich", "/in/giay-moi"
"""The paths of the two pages."""

DESK_PAGE = "/cach-tra-loi"
"""The desk's page that leads here (survey.pages.channels)."""

MOST_CODES = 5000
"""Codes on one sheet."""

_PER_PAGE = 10
_LONGEST_BODY = 64 * MOST_CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One code as it is cut out: the code in groups, where it is for, and its picture."""

    code: str
    place: str
    qr: Markup


def poster_address(round_id: str, spot: Spot | None, language: str) -> str:
    """The poster of a place or a desk; of the round's open address without one."""
    given = {
        "dot": round_id,
        "noi": spot.place.code if spot else "",
        "quay": spot.desk.code if spot and spot.desk else "",
        "ngon_ngu": language if language != "vi" else "",
    }
    return f"{POSTER}?{urlencode({name: value for name, value in given.items() if value})}"


def sheet_text(issued: Sequence[Issued]) -> str:
    """The codes as the sheet's form field carries them: a line each, code and place."""
    return "\n".join(f"{each.code} {each.place or ''}".strip() for each in issued)


def routes() -> list[Route]:
    """The routes of both pages, on `survey.site.site()`."""

    async def poster(request: Request) -> Response:
        if (turned := turned_away(request, POSTER, DESK_PAGE)) is not None:
            return turned
        return await run_in_threadpool(_poster, request)

    async def sheet(request: Request) -> Response:
        if (turned := turned_away(request, SHEET, DESK_PAGE)) is not None:
            return turned
        if request.method == "GET":  # a sheet exists only while its codes are sent
            return RedirectResponse(DESK_PAGE, 303)
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > _LONGEST_BODY:
                return _nothing(language_of(request), "PRN_TOO_MANY", 413, most=MOST_CODES)
        return await run_in_threadpool(_sheet, request, parse_qs(body.decode("utf-8", "replace")))

    return [Route(POSTER, poster, methods=["GET"]), Route(SHEET, sheet, methods=["GET", "POST"])]


def _poster(request: Request) -> HTMLResponse:
    language = language_of(request)
    round_ = _round(request.query_params.get("dot", ""))
    wanted = (request.query_params.get("noi", ""), request.query_params.get("quay"))
    if round_ is None:
        return _nothing(language, "PRN_NOTHING", 404)
    found = {(spot.place.code, spot.desk.code if spot.desk else None): spot for spot in spots(round_)}
    if wanted != ("", None) and wanted not in found:
        return _nothing(language, "PRN_NOTHING", 404)
    here, where = site(), base(str(request.url))
    spot = found.get(wanted)
    address = ways(round_, spot, where, here.secret).citizens
    asked = asked_in(here.store.questionnaire(round_.questionnaire), round_)
    return _printed(
        "poster.html",
        language,
        round=round_,
        spot=spot,
        qr=_qr(address),
        typed=spoken_address(light_address(where.public, round_.id)),
        minutes=minutes(asked),
        closes=day(round_.closes, language) if round_.closes else None,
        doubt=where.doubt,
        public=where.public,
    )


def _sheet(request: Request, fields: dict[str, list[str]]) -> HTMLResponse:
    language = language_of(request)
    round_ = _round(fields.get("dot", [""])[0])
    if round_ is None:
        return _nothing(language, "PRN_NOTHING", 404)
    where = base(str(request.url))
    names = {place.code: place.name for place in round_.places}
    cards = []
    for line in fields.get("ma", [""])[0].splitlines()[:MOST_CODES]:
        typed, _, place = line.strip().partition(" ")
        try:
            code = read_code(typed)
        except Refused:
            return _nothing(language, "PRN_NOTHING", 400)
        qr = _qr(invitation_address(where.public, code))
        cards.append(Card(code=shown(code), place=names.get(place, ""), qr=qr))
    if not cards:
        return _nothing(language, "PRN_NOTHING", 400)
    return _printed(
        "code_sheet.html",
        language,
        round=round_,
        pages=[cards[start : start + _PER_PAGE] for start in range(0, len(cards), _PER_PAGE)],
        typed=spoken_address(f"{where.public}/m"),
        closes=day(round_.closes, language) if round_.closes else None,
        doubt=where.doubt,
        public=where.public,
    )


def _round(round_id: str) -> Round | None:
    try:
        round_ = site().store.round(round_id)
    except Refused:
        return None
    return round_ if round_.closes is None or today() <= round_.closes else None


def _printed(template: str, language: str, **values: object) -> HTMLResponse:
    css = _style()
    return page(
        template,
        language=language,
        status=200,
        headers=headers_for([STYLE, css], []),
        print_style=Markup(css),  # noqa: S704  our own file  # nosec B704
        **values,
    )


def _nothing(language: str, code: str, status: int, **values: object) -> HTMLResponse:
    """A page that says why there is nothing to print."""
    return page(
        "message.html",
        language=language,
        status=status,
        title=word("CHN_TITLE", language),
        lines=[word(code, language, **values)],
        ways=[(DESK_PAGE, word("CHN_TITLE", language))],
    )


def _qr(address: str) -> Markup:
    """The picture, sized by the style."""
    drawn = printed(address).svg_inline(omitsize=True, border=2, dark="#000", light="#fff")
    return Markup(drawn)  # noqa: S704  segno's own markup, which holds nothing of the address  # nosec B704


@cache
def _style() -> str:
    return resources.files("survey.forms.light").joinpath("print.css").read_text("utf-8")
