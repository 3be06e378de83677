"""What does a citizen do with a receipt? Check that the slip counts, get the proof, ask to have it taken out.

Plain pages without script or cookie. A code is only ever posted, so that none stands in an address, a history or a log.
"""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from survey import clock as clocks
from survey.errors import Refused, languages, word
from survey.forms.light.entered import Fields, TooLarge, first, read
from survey.forms.light.page import page
from survey.forms.light.routes import from_here
from survey.forms.words import day as written
from survey.ledger import code_in, proof_text, public_bytes, read_promise, signing_key
from survey.limits import Limits
from survey.pages.ledger_files import LEDGER
from survey.proof.published import FOLDER
from survey.proof.standing import Standing, prove, standing
from survey.proof.voiding import DECIDE_DAYS, withdraw
from survey.questionnaire import say
from survey.site import Site, site

RECEIPTS = "/bien-nhan"
_LANGUAGE = "ngon_ngu"
_CHECK, _PROOF, _WITHDRAW, _CONFIRMED = "kiem-tra", "bang-chung", "rut", "rut-that"
_RETRY = 30
_log = logging.getLogger("hailong.receipts")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One posting: what was typed, what is wanted, in which language, and the day it is."""

    typed: str
    job: str
    language: str
    today: date
    random: Callable[[int], bytes]


def routes(
    limits: Limits,
    *,
    clock: Callable[[], datetime] = clocks.now,
    random: Callable[[int], bytes] = secrets.token_bytes,
    ticks: Callable[[], float] = time.monotonic,
) -> list[Route]:
    """The receipt page on `survey.site.site()`. `limits` holds back who tries many codes."""

    async def show(request: Request) -> Response:
        return _question(_language(request))

    async def answer(request: Request) -> Response:
        language = _language(request)
        if not from_here(request):
            return _question(language, word("LIGHT_FROM_ELSEWHERE", language), status=403)
        wait = int(limits.allow(request.client.host if request.client else "", None, ticks()) + 0.999)
        if wait:
            refused = word("RCV_WAIT", language, seconds=wait)
            return _question(language, refused, status=429, headers={"Retry-After": str(wait)})
        try:
            fields: Fields = await read(request)
        except TooLarge:
            return _question(language, word("RCV_TOO_LARGE", language), status=413)
        asked = _Asked(
            typed=first(fields, "ma"),
            job=first(fields, "viec"),
            language=language,
            today=clock().astimezone(clocks.VIETNAM).date(),
            random=random,
        )
        return await run_in_threadpool(_answer, site(), asked)

    return [Route(RECEIPTS, show, methods=["GET"]), Route(RECEIPTS, answer, methods=["POST"])]


def _polite(respond: Callable[[Site, _Asked], Response]) -> Callable[[Site, _Asked], Response]:
    """What is wrong with the code is told beside it; while the store cannot be used, that nothing is lost."""

    @wraps(respond)
    def polite(here: Site, asked: _Asked) -> Response:
        try:
            return respond(here, asked)
        except Refused as refused:
            codes = [problem.code for problem in refused.problems]
            if any(code.startswith("STO_") for code in codes):
                _log.error("a receipt could not be checked: %s", ", ".join(codes))
                headers = {"Retry-After": str(_RETRY)}
                return _question(asked.language, word("RCV_NOT_NOW", asked.language), status=503, headers=headers)
            return _question(asked.language, refused.say(asked.language), asked.typed, status=422)

    return polite


@_polite
def _answer(here: Site, asked: _Asked) -> Response:
    code = code_in(asked.typed)
    found = standing(here.store, here.folder / FOLDER, code)
    if found is None:
        return _unknown(here, asked, code)
    if asked.job == _PROOF and found.head is not None:
        return _proof(here, found, code)
    if asked.job == _WITHDRAW and not (found.voided or found.asked):
        return _confirm(asked, code)
    if asked.job == _CONFIRMED and withdraw(here.store, code, today=asked.today, random=asked.random):
        found = standing(here.store, here.folder / FOLDER, code) or found
    return _known(here, asked, found, code)


def _known(here: Site, asked: _Asked, found: Standing, code: str) -> Response:
    language, day = asked.language, written(date.fromisoformat(found.day))
    round_ = here.store.round(found.round_id)
    state = "VOIDED" if found.voided else "ASKED" if found.asked else "OPEN" if found.head is None else "COUNTED"
    gaps = {"day": day, "days": DECIDE_DAYS, "contact": say(round_.contact, language)}
    facts = [(word("RCV_ROUND", language), round_.name), (word("RCV_DAY", language), day)]
    ways = [(_address(language), word("RCV_ANOTHER", language))]
    jobs = []
    if found.head is not None:
        through = written(date.fromisoformat(found.head.through))
        facts += [
            (word("RCV_LOG", language), word("RCV_LOG_SAYS", language, day=through, count=found.head.size)),
            (word("RCV_ROOT", language), found.head.root.hex()),
        ]
        jobs.append((_PROOF, word("RCV_PROOF", language), word("RCV_PROOF_MEANS", language)))
        ways.append((f"{LEDGER}/{found.round_id}/", word("RCV_FILES", language)))
    if not (found.voided or found.asked):
        jobs.append((_WITHDRAW, word("RCV_WITHDRAW", language), ""))
    return _page(
        language,
        word(f"RCV_{state}", language),
        lines=[word(f"RCV_{state}_MEANS", language, **gaps), word("RCV_NO_ANSWERS", language)],
        facts=facts,
        jobs=jobs,
        ways=ways,
        code=code,
    )


def _unknown(here: Site, asked: _Asked, code: str) -> Response:
    """No such slip. Whoever brings our own signature on a receipt has caught us: that is said, too."""
    language, case, day = asked.language, "UNKNOWN", ""
    try:
        promise = read_promise(asked.typed)
        if promise.kept_by(public_bytes(signing_key(here.folder, asked.random))):
            case, day = "BROKEN", promise.day
    except Refused:
        pass  # a code alone
    return _page(
        language,
        word(f"RCV_{case}", language),
        lines=[word(f"RCV_{case}_MEANS", language, day=day)],
        code=code if case == "UNKNOWN" else "",
        asks=case == "UNKNOWN",
        ways=[(_address(language), word("RCV_ANOTHER", language))] if case == "BROKEN" else [],
        status=404,
    )


def _confirm(asked: _Asked, code: str) -> Response:
    language = asked.language
    jobs = [
        (_CONFIRMED, word("RCV_WITHDRAW_YES", language), ""),
        (_CHECK, word("RCV_WITHDRAW_NO", language), ""),
    ]
    lines = [word("RCV_WITHDRAW_MEANS", language, days=DECIDE_DAYS), word("RCV_WITHDRAW_WHY", language)]
    return _page(language, word("RCV_WITHDRAW_ASK", language), lines=lines, jobs=jobs, code=code)


def _proof(here: Site, found: Standing, code: str) -> Response:
    """The proof as a file; its name says nothing of the code."""
    text = proof_text(prove(here.folder / FOLDER, found.round_id, found.day, code))
    headers = {
        "Content-Disposition": f'attachment; filename="{found.round_id}-{found.day}.tlog-proof"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(text, headers=headers, media_type="text/plain")


def _question(
    language: str, problem: str = "", typed: str = "", *, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    lines = [word("RCV_INTRO", language), word("RCV_NO_ANSWERS", language)]
    ways = [("/" if language == "vi" else f"/?{_LANGUAGE}={language}", word("LIGHT_HOME", language))]
    return _page(
        language,
        word("RCV_TITLE", language),
        problem=problem,
        lines=lines,
        code=typed[:300],
        asks=True,
        ways=ways,
        status=status,
        headers=headers,
    )


def _page(
    language: str, title: str, *, status: int = 200, headers: dict[str, str] | None = None, **values: object
) -> Response:
    empty: dict[str, object] = {"problem": "", "facts": (), "jobs": (), "asks": False, "ways": (), "code": ""}
    others = [(each, _address(each)) for each in languages() if each != language]
    return page(
        "receipts.html",
        language=language,
        status=status,
        headers=headers,
        title=title,
        action=_address(language),
        languages=others,
        **(empty | values),
    )


def _language(request: Request) -> str:
    wanted = request.query_params.get(_LANGUAGE, "")
    return wanted if wanted in languages() else "vi"


def _address(language: str) -> str:
    return RECEIPTS if language == "vi" else f"{RECEIPTS}?{_LANGUAGE}={language}"
