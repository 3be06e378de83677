"""What does a citizen do with a receipt? Check that the slip counts, get the proof, ask to have it taken out.

Plain pages without script or cookie. A code is only ever posted, so that none stands in an address, a history or a log.
"""

import hmac
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from survey import clock as clocks
from survey.errors import Problem, Refused, languages, word
from survey.forms.light.entered import Fields, TooLarge, first, read
from survey.forms.light.page import page
from survey.forms.light.routes import from_here, is_form, polite
from survey.ledger import PROMISE, Promise, code_in, known_key, proof_text, public_bytes, read_promise
from survey.limits import Limits
from survey.pages.ledger_files import LEDGER
from survey.proof.published import FOLDER
from survey.proof.standing import Standing, standing
from survey.proof.voiding import DECIDE_DAYS, withdraw
from survey.questionnaire import say
from survey.site import Site, site
from survey.words import day as written

RECEIPTS = "/bien-nhan"
_LANGUAGE = "ngon_ngu"
_CHECK, _PROOF, _WITHDRAW, _CONFIRMED = "kiem-tra", "bang-chung", "rut", "rut-that"
_RETRY = 30
_CONFIRM_SECONDS = 900
_log = logging.getLogger("hailong.receipts")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One posting: what was typed, what is wanted with which seal, in which language, and the time."""

    typed: str
    job: str
    seal: str
    language: str
    now: datetime
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
        if not is_form(request):
            return _question(language, word("LIGHT_NOT_A_FORM", language), status=415)
        wait = int(limits.allow(request.client.host if request.client else "", None, ticks()) + 0.999)
        if wait:
            refused = word("RCV_WAIT", language, seconds=wait)
            return _question(language, refused, status=429, headers={"Retry-After": str(wait)})
        try:
            fields: Fields = await read(request)
        except TooLarge:
            return _question(language, word("RCV_TOO_LARGE", language), status=413)
        job, _, seal = first(fields, "viec").partition(".")
        asked = _Asked(
            typed=first(fields, "ma"),
            job=job,
            seal=seal,
            language=language,
            now=clock().astimezone(clocks.VIETNAM),
            random=random,
        )
        return await run_in_threadpool(_answer, site(), asked)

    return [Route(RECEIPTS, polite(show), methods=["GET"]), Route(RECEIPTS, polite(answer), methods=["POST"])]


def _answer(here: Site, asked: _Asked) -> Response:
    """What is wrong with the code is told beside it; while the store cannot be used, that nothing is known."""
    try:
        return _judged(here, asked)
    except Refused as refused:
        codes = [problem.code for problem in refused.problems]
        if any(code.startswith("STO_") for code in codes):
            _log.error("a receipt could not be checked: %s", ", ".join(codes))
            headers = {"Retry-After": str(_RETRY)}
            return _question(asked.language, word("RCV_NOT_NOW", asked.language), status=503, headers=headers)
        return _question(asked.language, refused.say(asked.language), asked.typed, status=422)


def _judged(here: Site, asked: _Asked) -> Response:
    code, promise, key = code_in(asked.typed), _promise(asked.typed), known_key(here.folder, PROMISE)
    signed = promise is not None and key is not None and promise.kept_by(public_bytes(key))
    if promise is not None and key is not None and not signed:
        return _without(asked, "FORGED")
    found = standing(here.store, here.folder / FOLDER, code)
    # Whoever brings our own signature on something else than what is stored has caught us: that is said.
    if promise is not None and signed and (found is None or (found.round_id, found.day) != _place(promise)):
        return _without(asked, "BROKEN", day=written(date.fromisoformat(promise.day), asked.language))
    if found is None:
        return _without(asked, "UNKNOWN", code=code)
    if asked.job == _PROOF and found.head is not None:
        return _proof(found)
    if asked.job == _WITHDRAW and not (found.voided or found.asked):
        return _confirm(here, asked, code)
    if asked.job == _CONFIRMED and not (found.voided or found.asked):
        if not _sealed(here, asked, code):
            button = word("RCV_WITHDRAW_YES", asked.language)
            return _confirm(here, asked, code, word("RCV_SEAL", asked.language, button=button))
        if withdraw(here.store, code, today=asked.now.date(), random=asked.random):
            found = standing(here.store, here.folder / FOLDER, code) or found
    return _known(here, asked, found, code)


def _promise(typed: str) -> Promise | None:
    try:
        return read_promise(typed)
    except Refused:  # a code alone
        return None


def _place(promise: Promise) -> tuple[str, str]:
    return promise.round_id, promise.day


def _known(here: Site, asked: _Asked, found: Standing, code: str) -> Response:
    language = asked.language
    day = written(date.fromisoformat(found.day), language)
    round_ = here.store.round(found.round_id)
    state = "OPEN" if found.head is None else "COUNTED" if found.proof is not None else "UNPROVEN"
    state = "VOIDED" if found.voided else "ASKED" if found.asked else state
    gaps = {"day": day, "days": DECIDE_DAYS, "contact": say(round_.contact, language)}
    facts = [(word("RCV_ROUND", language), round_.name), (word("RCV_DAY", language), day)]
    ways = [(_address(language), word("RCV_ANOTHER", language))]
    jobs = []
    if found.head is not None:
        through = written(date.fromisoformat(found.head.through), language)
        facts += [
            (word("RCV_LOG", language), word("RCV_LOG_SAYS", language, day=through, count=found.head.size)),
            (word("RCV_ROOT", language), found.head.root.hex()),
        ]
        if found.proof is not None:
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


def _without(asked: _Asked, case: str, *, code: str = "", day: str = "") -> Response:
    """There is no slip to speak of, and why."""
    language, again = asked.language, case != "BROKEN"
    return _page(
        language,
        word(f"RCV_{case}", language),
        lines=[word(f"RCV_{case}_MEANS", language, day=day)],
        code=code,
        asks=again,
        ways=[] if again else [(_address(language), word("RCV_ANOTHER", language))],
        status=422 if case == "FORGED" else 404,
    )


def _confirm(here: Site, asked: _Asked, code: str, problem: str = "") -> Response:
    language, seconds = asked.language, f"{int(asked.now.timestamp()):x}"
    jobs = [
        (f"{_CONFIRMED}.{seconds}-{_seal(here, code, seconds)}", word("RCV_WITHDRAW_YES", language), ""),
        (_CHECK, word("RCV_WITHDRAW_NO", language), ""),
    ]
    lines = [problem] if problem else []
    lines += [word("RCV_WITHDRAW_MEANS", language, days=DECIDE_DAYS), word("RCV_WITHDRAW_WHY", language)]
    return _page(language, word("RCV_WITHDRAW_ASK", language), lines=lines, jobs=jobs, code=code)


def _sealed(here: Site, asked: _Asked, code: str) -> bool:
    """Whether the posting comes from the page that asks, a short time ago: no other page may withdraw in one step."""
    seconds, _, seal = asked.seal.partition("-")
    if not hmac.compare_digest(_seal(here, code, seconds).encode(), seal.encode("utf-8", "replace")):
        return False
    return 0 <= asked.now.timestamp() - int(seconds, 16) <= _CONFIRM_SECONDS


def _seal(here: Site, code: str, seconds: str) -> str:
    content = f"hailong withdrawal 1\x00{code}\x00{seconds}".encode("utf-8", "replace")
    return hmac.digest(here.secret, content, "sha256").hex()[:32]


def _proof(found: Standing) -> Response:
    """The proof as a file; its name says nothing of the code. Raises Refused (PRF_NOT_PROVEN) if there is none."""
    if found.proof is None:
        raise Refused([Problem(code="PRF_NOT_PROVEN", values={"day": found.day})])
    text = proof_text(found.proof)
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
