"""How does one get to a form? The start page, the page for a one-time code, and the address that makes a key."""

from starlette.requests import Request
from starlette.responses import Response

from survey.clock import VIETNAM
from survey.errors import Problem, Refused
from survey.forms.light.door import Door
from survey.forms.light.form import Form
from survey.forms.light.page import page
from survey.forms.light.screens import DESK, RECEIPTS, to, told
from survey.forms.light.visit import CODE, LANGUAGE, minted_for, query_of, visit
from survey.invitations import code_hash, read_code
from survey.keys import key_hash, new_key
from survey.site import Site

SPOKEN = ("vi", "en")
"""The languages of the pages that belong to no round."""


def language_of(request: Request) -> str:
    """The language that the address names, of those the product speaks; Vietnamese otherwise."""
    wanted = query_of(request).get(LANGUAGE, "")
    return wanted if wanted in SPOKEN else SPOKEN[0]


def start(door: Door, site: Site, request: Request) -> Response:
    """The open rounds, and the ways to everything else."""
    language = language_of(request)
    today = door.clock().astimezone(VIETNAM).date()
    other = "" if language == "vi" else f"?{LANGUAGE}={language}"
    return page(
        "start.html",
        language=language,
        languages=[(each, "/" if each == "vi" else f"/?{LANGUAGE}={each}") for each in SPOKEN if each != language],
        rounds=[(f"/p/{each.id}{other}", each) for each in site.store.rounds() if each.open_on(today)],
        code_address=f"/m{other}",
        receipts=f"{RECEIPTS}{other}",
        desk=DESK if site.role != "public" else "",
    )


def enter(door: Door, site: Site, form: Form, request: Request) -> Response:
    """A key of its own for this visit, and on to its address; or why the round takes no answers."""
    seen = visit(site, form, request)
    problem = seen.unwelcome(door.clock().astimezone(VIETNAM).date())
    if problem is not None:
        return told(seen, problem)
    key = new_key(site.secret, door.random, minted_for(form.round.id, kiosk=seen.kiosk))
    door.minted.add(key_hash(key), door.ticks())
    return to(seen.entrance.replace(f"/p/{form.round.id}", f"/p/{form.round.id}/{key}", 1))


def invited(door: Door, site: Site, request: Request) -> Response:
    """From a one-time code, in the address or typed, to a form; or the page that asks for the code, with its fault."""
    language = language_of(request)
    typed = request.path_params.get("code") or query_of(request).get(CODE, "")
    problem: Problem | None = None
    if typed:
        try:
            code = read_code(typed[:200])
        except Refused as refused:
            problem = refused.problems[0]
        else:
            found = site.store.invitation(code_hash(site.secret, code))
            if found is not None and not found.used and (form := door.form(site.store, found.round_id)) is not None:
                key = new_key(site.secret, door.random, form.round.id)
                other = "" if language == "vi" else f"&{LANGUAGE}={language}"
                return to(f"/p/{form.round.id}/{key}?{CODE}={code}{other}")
            problem = Problem(code="INV_USED" if found is not None and found.used else "INV_UNKNOWN")
    return page(
        "code.html",
        language=language,
        status=422 if problem else 200,
        languages=[(each, f"/m?{LANGUAGE}={each}") for each in SPOKEN if each != language],
        problem=problem.what(language) if problem else "",
        typed=typed[:40],
        name=CODE,
    )
