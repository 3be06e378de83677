"""What becomes of a posted page? Kept as a draft, shown again with what is wrong, or accepted as a slip."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from survey.clock import VIETNAM
from survey.errors import Problem, Refused, word
from survey.forms.accept import Submission, accept
from survey.forms.draft import place_of
from survey.forms.light.asking import DONE, LOOK, SAVED, draft_of, is_stored, step_of
from survey.forms.light.door import Door
from survey.forms.light.entered import OWN, Fields, answers_in, first
from survey.forms.light.filling import Filled, box
from survey.forms.light.form import Form
from survey.forms.light.screens import RETRY, form_page, message, to
from survey.forms.light.visit import LANGUAGE, PAGE, Visit, read_stamp, stamp, visit
from survey.forms.sealing import Kept, seal
from survey.keys import key_hash, valid_key
from survey.round import Place
from survey.site import Site

MOVE, PLACE_FIELD, STAMP, TRAP, PAGE_FIELD = f"{OWN}di", f"{OWN}dv", f"{OWN}luc", f"{OWN}email", f"{OWN}trang"
SPEAK = f"{OWN}ngon_ngu"
ON, BACK, SAVE, CLEAR = "tiep", "lui", "luu", "bo"

_log = logging.getLogger("hailong.form")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One posting: where the person was, all answers so far, and what they pressed."""

    seen: Visit
    number: int
    place: Place | None
    answers: Mapping[str, object]
    opened_at: datetime | None
    trap: bool
    now: datetime


def take(door: Door, site: Site, form: Form, request: Request, fields: Fields) -> Response:
    """The answer to a posting to a form's address. Raises Refused when the store cannot say anything at all."""
    seen = visit(site, form, request)
    if not valid_key(site.secret, seen.key, form.round.id):
        lines = [word("FRM_KEY", seen.language)]
        ways = [(seen.entrance, word("FORM_NEW", seen.language))]
        return message(seen.language, word("LIGHT_NOT_TAKEN", seen.language), lines, ways, status=400)
    digest = key_hash(seen.key)
    asked_for = first(fields, PAGE_FIELD) or request.query_params.get(PAGE, "")
    number = min(max(int(asked_for), 1), len(form.pages)) if asked_for.isdecimal() and len(asked_for) < 4 else 1
    now = door.clock()
    given = _Turn(
        seen=seen,
        number=number,
        place=seen.place or place_of(form.round, first(fields, PLACE_FIELD)),
        answers=answers_in(fields, form.questions(number)),
        opened_at=read_stamp(site.secret, seen.key, first(fields, STAMP)),
        trap=bool(first(fields, TRAP)),
        now=now,
    )
    try:
        return _go(door, site, request, fields, digest, given)
    except Refused as refused:
        return _shown(site, request, given, refused.problems)


def _go(door: Door, site: Site, request: Request, fields: Fields, digest: str, turn: _Turn) -> Response:
    seen, form = turn.seen, turn.seen.form
    move, language, pages = first(fields, MOVE), first(fields, SPEAK), len(form.pages)
    if move == CLEAR and seen.kiosk:
        site.store.drop_draft(digest)
        return to(seen.again)
    speaks = language in form.round.languages
    if not speaks and pages == 1:
        return _send(door, site, request, digest, turn)
    if is_stored(door, site, digest):
        return to(seen.address())
    turn = _joined(turn, draft_of(site, seen.key))
    if move == ON and not speaks and turn.number == pages:
        return _send(door, site, request, digest, turn)
    to_page = turn.number
    if move in (ON, BACK) and not speaks:
        to_page = form.beside(turn.number, 1 if move == ON else -1, turn.answers)
    wrong = (
        form.problems(turn.number, turn.answers, place_missing=turn.place is None) if move == ON and not speaks else ()
    )
    _keep(door, site, digest, turn, turn.number if wrong else to_page, language if speaks else seen.language)
    if wrong:
        return _shown(site, request, turn, wrong)
    changes = {PAGE: str(to_page) if pages > 1 else "", **({LANGUAGE: language} if speaks else {})}
    return to(seen.address(**changes, **({SAVED: "1"} if move == SAVE else {})))


def _send(door: Door, site: Site, request: Request, digest: str, turn: _Turn) -> Response:
    seen, form = turn.seen, turn.seen.form
    desk = f"{form.round.id}/{seen.desk}" if seen.desk is not None else None
    wait = door.sends.allow(request.client.host if request.client else "", desk, door.ticks())
    if wait > 0:
        text = word("LIGHT_WAIT", seen.language, seconds=int(wait) + 1)
        return form_page(request, seen, turn.number, _filled(site, turn, message=box(text)), status=429, retry=wait)
    submission = Submission(
        key=seen.key,
        answers=turn.answers,
        language=seen.language,
        channel=seen.channel,
        place=turn.place.code if turn.place else None,
        opened_at=turn.opened_at,
        desk=seen.desk,
        invitation=seen.code or None,
        trap=turn.trap,
    )
    try:
        accepted = accept(
            site.store,
            form.round,
            form.questionnaire,
            submission,
            now=turn.now,
            random=door.random,
            secret=site.secret,
            recent=door.recent,
        )
    except Refused as refused:
        pages = [form.page_of(problem) for problem in refused.problems]
        first_page = next((page for page in pages if page is not None), turn.number)
        if first_page == turn.number or _not_now(refused.problems):
            here = tuple(p for p, page in zip(refused.problems, pages, strict=True) if page in (None, turn.number))
            return _shown(site, request, turn, here)
        _keep(door, site, digest, turn, first_page, seen.language)
        return to(seen.address(**{PAGE: str(first_page), LOOK: "1"}))
    door.stored.add(digest)
    return to(seen.address(**{DONE: "" if accepted.already else stamp(site.secret, seen.key, turn.now)}))


def _joined(turn: _Turn, kept: Kept | None) -> _Turn:
    """With what earlier pages said."""
    if kept is None:
        return turn
    form = turn.seen.form
    here = {question.name for question in form.questions(turn.number)}
    moments = [moment for moment in (kept.opened_at, turn.opened_at) if moment is not None]
    return replace(
        turn,
        place=turn.place or place_of(form.round, kept.place),
        answers={**{name: value for name, value in kept.answers.items() if name not in here}, **turn.answers},
        opened_at=min(moments, default=None),
    )


def _keep(door: Door, site: Site, digest: str, turn: _Turn, number: int, language: str) -> None:
    kept = Kept(
        answers=turn.answers,
        language=language,
        place=turn.place.code if turn.place else None,
        step=step_of(number, turn.now),
        opened_at=turn.opened_at,
    )
    day = turn.now.astimezone(VIETNAM).date().isoformat()
    site.store.save_draft(digest, seal(turn.seen.key, kept, door.random), day)


def _shown(site: Site, request: Request, turn: _Turn, problems: tuple[Problem, ...]) -> Response:
    """The page again with everything that was filled in, and what is wrong with it or with us."""
    if _not_now(problems):
        _log.error("a slip or draft could not be stored: %s", ", ".join(problem.code for problem in problems))
        failed = box(word("FORM_SAVE_FAILED", turn.seen.language))
        filled = _filled(site, turn, message=failed)
        return form_page(request, turn.seen, turn.number, filled, status=503, retry=RETRY)
    return form_page(request, turn.seen, turn.number, _filled(site, turn, problems=problems), status=422)


def _filled(site: Site, turn: _Turn, *, problems: tuple[Problem, ...] = (), message: str = "") -> Filled:
    opened = stamp(site.secret, turn.seen.key, turn.opened_at) if turn.opened_at else ""
    return Filled(
        stamp=opened, again=turn.seen.again, place=turn.place, answers=turn.answers, problems=problems, message=message
    )


def _not_now(problems: tuple[Problem, ...]) -> bool:
    return any(problem.code.startswith("STO_") for problem in problems)
