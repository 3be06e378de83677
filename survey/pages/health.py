"""Is the process well? `/healthz`, `/readyz` and `/metrics`, for whoever watches it."""

import os
import shutil
from collections.abc import Iterator
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from survey import meters
from survey.care.checks import Installation, ready
from survey.care.last import last_backup
from survey.care.root_age import root_age
from survey.clock import now
from survey.errors import Refused
from survey.site import Site, site

HEALTH, READY, METRICS = "/healthz", "/readyz", "/metrics"
_RETRY = 30  # seconds
_FRESH = {"Cache-Control": "no-store"}


def routes(*, counts: bool) -> list[Route]:
    """`counts`: with `/metrics`, which the citizens' process does not have on their port."""
    return [Route(HEALTH, _health), Route(READY, _ready), *([Route(METRICS, _metrics)] if counts else ())]


def gauges(here: Site) -> Iterator[meters.Gauge]:
    """The figures of the moment. Ages in seconds; what there is not yet, or cannot be read now, is left out."""
    yield "hailong_slips_waiting", "Slips that wait for the next commit.", here.store.waiting
    yield "hailong_disk_free_bytes", "Free space of the data folder's disk.", shutil.disk_usage(here.folder).free
    if here.role == "public":
        return
    moment = now()
    last = last_backup(here.folder)
    if last is not None:
        age = (moment - last.moment).total_seconds()
        yield "hailong_backup_age_seconds", "Time since the last backup.", age
    try:
        published = root_age(here.store, moment)
    except Refused:
        return
    if published is not None:
        yield "hailong_root_age_seconds", "Time since the last closed day ended.", published.total_seconds()


# None of these is async: Starlette runs them in a thread, as they ask the store.


def _health(_: Request) -> Response:
    """`ok` while the store answers, else 503 with the word `store`."""
    try:
        site().store.rounds()
    except Refused:
        return PlainTextResponse("store", 503, headers=_FRESH)
    return PlainTextResponse("ok", headers=_FRESH)


def _ready(_: Request) -> Response:
    """Whether slips can come in: 503 with the names of the checks that say no. Warnings do not change the status."""
    here = site()
    place = Installation(folder=here.folder, role=here.role, settings=os.environ, store=here.store)
    found = ready(place, here.store, now())
    named = {level: sorted({each.check for each in found if each.level == level}) for level in ("fault", "warning")}
    said = {"ready": not named["fault"], "faults": named["fault"], "warnings": named["warning"]}
    late = {"Retry-After": str(_RETRY)} if named["fault"] else {}
    return JSONResponse(said, 503 if named["fault"] else 200, headers={**_FRESH, **late})


def _metrics(request: Request) -> Response:
    """Only for the office's own network: a proxy that hands on too much does not show it to everybody."""
    if not _near(request.client.host if request.client else ""):
        return PlainTextResponse("not found", 404, headers=_FRESH)
    here = site()
    return Response(meters.text(lambda: gauges(here)), media_type=meters.CONTENT_TYPE, headers=_FRESH)


def _near(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return False
