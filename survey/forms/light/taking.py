"""What becomes of a posted page? Kept as a draft, shown again with what is wrong, or accepted as a slip."""

import logging
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from survey import meters
from survey.clock import VIETNAM
from survey.errors import Problem, Refused, word
from survey.forms.accept import Accepted, accept
from survey.forms.draft import place_of
from survey.forms.light.asking import DONE, LOOK, SAVED, draft_of, is_stored, step_of
from survey.forms.light.door import Door
from survey.forms.light.entered import Fields
from survey.forms.light.filling import Filled, box
from survey.forms.light.form import Form
from survey.forms.light.screens import RETRY, form_page, message, to
from survey.forms.light.turn import BACK, CLEAR, ON, SAVE, Turn, turn_of
from survey.forms.light.visit import LANGUAGE, PAGE, Visit, client_of, stamp, visit
from survey.forms.sealing import Kept, seal
from survey.keys import key_hash
from survey.response import TEXT_LIMIT
from survey.site import Site

_LONGEST = TEXT_LIMIT + 500
"""Characters kept of a text in a half-filled form: enough to tell that it is too long."""

_SURE = frozenset(
    {"STO_QUEUE", "STO_DISK_LOW", "STO_FULL", "STO_READ_ONLY", "STO_DAY_CLOSED", "STO_SHAPE", "STO_CLOCK", "STO_SHUT"}
)
"""What a store says before it writes anything: the slip is certainly not stored by that sending."""

_log = logging.getLogger("hailong.form")


def take(door: Door, site: Site, form: Form, request: Request, fields: Fields) -> Response:
    """The answer to a posting to a form's address. Raises Refused when an invitation cannot be looked up for now."""
    seen = visit(site, form, request)
    if not seen.known:
        return _unknown(seen)
    turn = turn_of(door.clock(), site, request, fields, seen)
    try:
        return _go(door, site, request, key_hash(seen.key), turn)
    except Refused as refused:
        return failed(door, site, request, turn, refused)


def give_back(
    door: Door,
    site: Site,
    form: Form,
    request: Request,
    fields: Fields,
    *,
    wait: float = 0,
    refused: Refused | None = None,
) -> Response:
    """The posted page as it was sent, while nothing can be done with it: for `wait` seconds, or as the store `refused`.

    The store is not asked; `form` may be an old one.
    """
    seen = visit(site, form, request, look_up=False)
    if not seen.known:
        return _unknown(seen)
    turn = turn_of(door.clock(), site, request, fields, seen)
    return failed(door, site, request, turn, refused) if refused else _waits(request, site, turn, wait)


def _unknown(seen: Visit) -> Response:
    lines = [word("FRM_KEY", seen.language)]
    ways = [(seen.entrance, word("FORM_NEW", seen.language))]
    return message(seen.language, word("LIGHT_NOT_TAKEN", seen.language), lines, ways, status=400)


def _go(door: Door, site: Site, request: Request, digest: str, turn: Turn) -> Response:
    seen, form, pages = turn.seen, turn.seen.form, len(turn.seen.form.pages)
    if turn.move == CLEAR and seen.kiosk:
        site.store.drop_draft(digest)
        return to(seen.again)
    if pages == 1 and turn.sends and not turn.nowhere:
        return _send(door, site, request, digest, turn)
    if is_stored(door, site, digest):
        return to(seen.address())
    turn = _joined(turn, draft_of(site, seen.key))
    if turn.sends and not turn.nowhere:
        return _send(door, site, request, digest, turn)
    wait = door.drafts.allow(client_of(request), None, door.ticks())
    if wait > 0:
        return _waits(request, site, turn, wait)
    if turn.nowhere:  # the place has pages of its own; they lead back to what is kept here
        _keep(door, site, digest, turn, turn.number)
        return to(seen.address(**{LANGUAGE: turn.speaks} if turn.speaks else {}))
    to_page = turn.number
    wrong: tuple[Problem, ...] = ()
    if turn.move in (ON, BACK) and not turn.speaks:
        to_page = form.beside(turn.number, 1 if turn.move == ON else -1, turn.answers)
    if turn.move == ON and not turn.speaks and seen.unwelcome(turn.now.astimezone(VIETNAM).date()) is None:
        wrong = form.problems(turn.number, turn.answers, place_missing=turn.place is None)
    _keep(door, site, digest, turn, turn.number if wrong else to_page)
    if wrong:
        return _shown(site, request, turn, wrong)
    changes = {PAGE: str(to_page) if pages > 1 else "", **({LANGUAGE: turn.speaks} if turn.speaks else {})}
    return to(seen.address(**changes, **({SAVED: "1"} if turn.move == SAVE else {})))


def _send(door: Door, site: Site, request: Request, digest: str, turn: Turn) -> Response:
    seen, form = turn.seen, turn.seen.form
    wait = door.sends.allow(client_of(request), seen.counter, door.ticks())
    if wait > 0:
        if is_stored(door, site, digest):  # an earlier sending got through: nothing to wait for
            return to(seen.address())
        meters.refused([Problem(code="LIGHT_WAIT")])
        text = word("LIGHT_WAIT", seen.language, seconds=int(wait) + 1)
        return form_page(request, seen, turn.number, _filled(site, turn, message=box(text)), status=429, retry=wait)
    try:
        accepted = accept(
            site.store,
            form.round,
            form.questionnaire,
            turn.submission,
            now=turn.now,
            random=door.random,
            secret=site.secret,
            recent=door.recent,
        )
    except Refused as refused:
        pages = [form.page_of(problem) for problem in refused.problems]
        first_page = next((page for page in pages if page is not None), turn.number)
        if _not_now(refused.problems):
            raise
        if first_page == turn.number:
            here = tuple(p for p, page in zip(refused.problems, pages, strict=True) if page in (None, turn.number))
            return _shown(site, request, turn, here)
        _keep(door, site, digest, turn, first_page)
        return to(seen.address(**{PAGE: str(first_page), LOOK: "1"}))
    return thanks(door, site, digest, turn, accepted)


def thanks(door: Door, site: Site, digest: str, turn: Turn, accepted: Accepted) -> Response:
    """To the receipt: the slip is on disk, and what is seen there once is not looked up again."""
    door.stored.add(digest)
    return to(turn.seen.address(**{DONE: "" if accepted.already else stamp(site.secret, turn.seen.key, turn.now)}))


def _joined(turn: Turn, kept: Kept | None) -> Turn:
    """With what earlier pages said."""
    if kept is None:
        return turn
    form = turn.seen.form
    names = {question.name for question in form.questionnaire.questions()}  # a rated unit may have left the round
    here = {question.name for question in form.questions(turn.number)}
    moments = [moment for moment in (kept.opened_at, turn.opened_at) if moment is not None]
    return replace(
        turn,
        place=turn.place or place_of(form.round, kept.place),
        answers={**{name: value for name, value in kept.answers.items() if name in names - here}, **turn.answers},
        opened_at=min(moments, default=None),
    )


def _keep(door: Door, site: Site, digest: str, turn: Turn, number: int) -> None:
    """Raises Refused when it is larger than honest answers can be, or cannot be kept."""
    kept = Kept(
        answers={name: value[:_LONGEST] if isinstance(value, str) else value for name, value in turn.answers.items()},
        language=turn.speaks or turn.seen.language,
        place=turn.place.code if turn.place else None,
        step=step_of(number, turn.now),
        opened_at=turn.opened_at,
    )
    content = seal(turn.seen.key, kept, door.random)
    if len(content) > turn.seen.form.draft_room:
        raise Refused([Problem(code="LIGHT_DRAFT_LARGE")])
    site.store.save_draft(digest, content, turn.now.astimezone(VIETNAM).date().isoformat())


def failed(door: Door, site: Site, request: Request, turn: Turn, refused: Refused) -> Response:
    """The page again with everything that was filled in, and what could not be done. Claims nothing that is not known.

    A slip may be on disk although its storing ended with an error, or since an earlier sending.
    """
    if not _not_now(refused.problems):
        return _shown(site, request, turn, refused.problems)
    codes = {problem.code for problem in refused.problems}
    _log.error("a slip or draft could not be stored: %s", ", ".join(sorted(codes)))
    if not turn.sends:
        code = "LIGHT_NOT_KEPT"
    else:
        try:
            if is_stored(door, site, key_hash(turn.seen.key)):
                return to(turn.seen.address())
            code = "FORM_SAVE_FAILED" if codes <= _SURE else "LIGHT_UNSURE"
        except Refused:
            code = "LIGHT_UNSURE"
    text = word(code, turn.seen.language, button=turn.button)
    return form_page(request, turn.seen, turn.number, _filled(site, turn, message=box(text)), status=503, retry=RETRY)


def _waits(request: Request, site: Site, turn: Turn, wait: float) -> Response:
    text = word("LIGHT_WAIT_PRESS", turn.seen.language, seconds=int(wait) + 1, button=turn.button)
    return form_page(request, turn.seen, turn.number, _filled(site, turn, message=box(text)), status=429, retry=wait)


def _shown(site: Site, request: Request, turn: Turn, problems: tuple[Problem, ...]) -> Response:
    """The page again with everything that was filled in, and what is wrong with it."""
    return form_page(request, turn.seen, turn.number, _filled(site, turn, problems=problems), status=422)


def _filled(site: Site, turn: Turn, *, problems: tuple[Problem, ...] = (), message: str = "") -> Filled:
    opened = stamp(site.secret, turn.seen.key, turn.opened_at) if turn.opened_at else ""
    return Filled(
        stamp=opened, again=turn.seen.again, place=turn.place, answers=turn.answers, problems=problems, message=message
    )


def _not_now(problems: tuple[Problem, ...]) -> bool:
    return any(problem.code.startswith("STO_") for problem in problems)
