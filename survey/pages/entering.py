"""Who has shown who they are comes in: may they now, from there, and with which cookie?"""

import secrets
import time

from starlette.requests import Request
from starlette.responses import Response

from survey.access import SESSION_SECONDS, Person, new_session
from survey.clock import now
from survey.errors import Problem
from survey.limits import Limits, Rate
from survey.pages.context import COOKIE, end_session, note_for, rules
from survey.site import site

NOBODY = "–"
"""Under this name the staff log keeps tries that let nobody in."""

_FAILURES = Rate(burst=20, per_second=1 / 180)
"""Entries about failed tries: 20 at once, then 20 an hour, whoever guesses how often: under 200 kB a day."""

_failures = Limits(secrets.token_bytes, by_address=_FAILURES)


class Shut(Exception):
    """The desk is shut for this person at this moment or from this address; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def enter(request: Request, answer: Response, person: Person, way: str) -> None:
    """Gives the browser a session of this person, in place of any it had. `way`: "passcode", "oidc" or "proxy".

    Raises Shut out of hours, and for an administrator from an address that is not listed.
    """
    house, address = rules(), request.client.host if request.client else ""
    problem = None
    if not house.open_at(now()):
        problem = Problem(code="ACC_SHUT_HOURS", values={"hours": house.said})
    elif person.role == "administrator" and not house.administers_from(address):
        problem = Problem(code="ACC_SHUT_ADDRESS", values={"address": address or "–"})
    if problem is not None:
        failed(f"{person.name}, {address}", "signin.shut")
        raise Shut(problem)
    end_session(request.cookies.get(COOKIE, ""))
    here = site()
    answer.set_cookie(
        COOKIE,
        new_session(here.folder, here.secret, person.name, time.time(), secrets.token_bytes),
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    note_for(person.name, person.role, f"signin.{way}")


def failed(about: str, act: str = "signin.failed") -> None:
    """Notes a try that let nobody in; `about` is the network it came from, or who was not let in. Guessing cannot fill
    the disk: beyond 20 an hour tries are refused without a word in the log."""
    if _failures.allow("", None, time.monotonic()) <= 0:
        note_for(NOBODY, "", act, about)
