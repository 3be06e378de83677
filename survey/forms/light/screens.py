"""What does a visitor get to see? Pages of the form, the receipt, and every "not now" and "not so", as responses."""

from collections.abc import Iterable, Mapping
from functools import cache

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from survey import qr
from survey.errors import Problem, word
from survey.forms.light.filling import Filled, gaps
from survey.forms.light.page import page
from survey.forms.light.sheet import Sheet, sheet
from survey.forms.light.visit import LANGUAGE, Visit
from survey.ledger import grouped
from survey.questionnaire import say

RECEIPTS, DESK = "/bien-nhan", "/ban-lam-viec"
KIOSK_SHOWN = 20
"""So many seconds a kiosk shows a receipt."""

RETRY = 30
"""Seconds after which a form that could not be stored is worth another try."""

_NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def to(address: str) -> Response:
    """See other: the browser asks for this address next, which is of our own making (percent-encoded)."""
    return Response(status_code=303, headers={"Location": address, **_NO_STORE})


def form_page(
    request: Request, visit: Visit, number: int, filled: Filled, *, status: int = 200, retry: float = 0
) -> Response:
    """Page `number` of the form with what has been answered so far; `retry`: seconds to wait before sending again."""
    laid = visit.form.laid(number, visit.language, place_known=visit.place is not None, kiosk=visit.kiosk)
    headers = {"Retry-After": str(int(retry) + 1)} if retry else {}
    return laid.sheet.respond(request, gaps(visit.form, laid, filled, visit.language), status=status, headers=headers)


def receipt_page(request: Request, visit: Visit, code: str, *, thanks: bool, promise: str = "") -> Response:
    """The slip is stored: its receipt, with a QR of `promise` if that is given, and the ways on."""
    found = _receipt(visit.language, visit.kiosk, thanks, visit.form.round.demonstration)
    filled = {
        "code": grouped(code),
        "again": str(escape(visit.again)),
        "picture": str(escape(visit.address(qr="1"))),
        "qr": str(_qr(promise)) if promise else "",
    }
    headers = {"Refresh": f"{KIOSK_SHOWN};url={visit.again}"} if visit.kiosk else {}
    return found.respond(request, filled, headers=headers)


def message(
    language: str,
    title: str,
    lines: Iterable[str] = (),
    ways: Iterable[tuple[str, str]] = (),
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    languages: Iterable[tuple[str, str]] = (),
) -> Response:
    """A page that says one thing. `lines` follow the title; `ways` are addresses with their words.

    `languages` are codes with the address of the same page in them.
    """
    return page(
        "message.html",
        language=language,
        status=status,
        headers=headers,
        languages=list(languages),
        title=title,
        lines=lines,
        ways=list(ways),
    )


def told(visit: Visit, problem: Problem, *, status: int = 200) -> Response:
    """Why this round takes no answer from here."""
    ways = [("/m", word("LIGHT_CODE_LINK", visit.language))] if problem.code.startswith("INV_") else []
    contact = say(visit.form.round.contact, visit.language)
    lines = [problem.what(visit.language)]
    if contact and problem.code != "FRM_CLOSED":
        lines.append(f"{word('LIGHT_CONTACT', visit.language)} {contact}")
    home = ("/" if visit.language == "vi" else f"/?{LANGUAGE}={visit.language}", word("LIGHT_HOME", visit.language))
    return message(
        visit.language,
        say(visit.form.questionnaire.title, visit.language),
        lines,
        [*ways, home],
        status=status,
        languages=visit.languages,
    )


@cache
def _receipt(language: str, kiosk: bool, thanks: bool, demonstration: bool) -> Sheet:
    return sheet(
        "receipt.html",
        language=language,
        live=("code", "again", "picture", "qr"),
        script=True,
        kiosk=kiosk,
        thanks=thanks,
        demonstration=demonstration,
        receipts=RECEIPTS,
        seconds=KIOSK_SHOWN,
    )


def _qr(promise: str) -> Markup:
    drawn = qr.shown(promise).svg_inline(scale=4, dark="#000", light="#fff")
    return Markup('<span role="img" aria-label="QR">{}</span>').format(_Drawn(drawn))


class _Drawn(str):
    """A picture that segno drew: its text is markup of its own making, from digits alone."""

    __slots__ = ()

    def __html__(self) -> str:
        return self
