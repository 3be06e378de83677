"""What becomes of the commonest posting: a whole slip with nothing wrong in it? Answered on the event loop itself.

A thread for every slip costs more than its checking: threads take turns at the interpreter. So what needs neither a
look into the store nor a page made is done here, and only the commit, for all who wait, has a thread.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from survey.errors import Refused
from survey.forms.accept import prepare
from survey.forms.light.door import Door
from survey.forms.light.entered import Fields
from survey.forms.light.form import Form
from survey.forms.light.taking import failed, thanks
from survey.forms.light.turn import CLEAR, turn_of
from survey.forms.light.visit import CODE, client_of, query_of, visit
from survey.keys import key_hash
from survey.site import Site


async def send(door: Door, site: Site, form: Form, request: Request, fields: Fields) -> Response | None:
    """The answer to a slip that can be stored as it is; None for every posting that wants more than that.

    None too for what is refused: why, is for `survey.forms.light.taking` to find out and say.
    """
    if CODE in query_of(request) or len(form.pages) > 1:
        return None
    seen = visit(site, form, request)
    turn = turn_of(door.clock(), site, request, fields, seen)
    if not seen.known or not turn.sends or turn.move == CLEAR or turn.nowhere:
        return None
    try:
        ready = prepare(
            site.store,
            form.round,
            form.questionnaire,
            turn.submission,
            now=turn.now,
            random=door.random,
            recent=door.recent,
        )
    except Refused:
        return None
    if door.sends.allow(client_of(request), seen.counter, door.ticks()) > 0:
        return None
    try:
        stored = await site.store.added(ready.response, hour=ready.hour, invitation=ready.invitation)
    except Refused as refused:
        return await run_in_threadpool(failed, door, site, request, turn, refused)
    return thanks(door, site, key_hash(seen.key), turn, ready.acknowledged(stored))
