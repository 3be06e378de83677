"""How are paper slips typed fast, and typed again to compare? A page that the server writes, for the desk alone.

/nhap-phieu?dot=ROUND: one page for both. What is sent under a number that is not stored yet is the slip; under one that
somebody else entered it is compared with what is stored, and settled with the paper in hand.
"""

import secrets
import time
from collections.abc import Mapping, Sequence
from typing import cast
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from survey import access
from survey.access import ADMINISTRATOR, Person
from survey.clock import now
from survey.errors import Problem, Refused, word
from survey.forms.accept import Submission, accept, prepare
from survey.forms.light.entered import Fields, TooLarge, answers_in, first, read
from survey.forms.light.routes import from_here, is_form, polite
from survey.forms.light.screens import message
from survey.keys import key_hash
from survey.pages.context import COOKIE, note_for
from survey.pages.keyboard_view import compare_page, entry_page
from survey.pages.public import not_found
from survey.pages.signin import language_of, signed_in_as, turned_away
from survey.questionnaire import Questionnaire
from survey.rating import asked_in
from survey.response import clean_text
from survey.round import Round
from survey.site import site
from survey.twice import record
from survey.twice.compare import compare
from survey.twice.settle import Verdict, must_be_another, settle
from survey.twice.slip import Found, find

KEYBOARD = "/nhap-phieu"
"""The page's path; `dot` names the round."""

SLUG = "nhap-doi"
"""The desk's page that leads here, and whose roles may type."""

_NUMBER, _NAME, _PLACE, _SETTLING, _VERDICT = "_so", "_ai", "_dv", "_xet", "_x"
_BACK, _OTHER = "_sua", "_khac"


def address(round_id: str, language: str) -> str:
    """The page of a round."""
    return f"{KEYBOARD}?{urlencode({'dot': round_id} | ({'ngon_ngu': language} if language != 'vi' else {}))}"


def routes() -> list[Route]:
    """The page, on `survey.site.site()`. Who may not open the desk's page of double entry finds nothing here."""

    async def page(request: Request) -> Response:
        who, language = signed_in_as(request), language_of(request)
        away = turned_away(request, SLUG, f"/{SLUG}")
        if away is not None or who is None:
            return away or not_found(request)
        fields: Fields = {}
        if request.method == "POST":
            if not (from_here(request) and is_form(request)):
                return _told(language, "LIGHT_FROM_ELSEWHERE", 403)
            try:
                fields = await read(request)
            except TooLarge:
                return _told(language, "LIGHT_TOO_LARGE", 413)
            access.session_seen(site().folder, request.cookies.get(COOKIE, ""), time.time())
        return await run_in_threadpool(_answer, request, who, language, fields)

    return [Route(KEYBOARD, polite(page), methods=["GET", "POST"])]


def _answer(request: Request, who: Person, language: str, fields: Fields) -> Response:
    try:
        round_ = site().store.round(request.query_params.get("dot", ""))
    except Refused:
        return _told(language, "FORM_NO_ROUND", 404)
    asked = asked_in(site().store.questionnaire(round_.questionnaire), round_)
    desk = _Desk(round_, asked, who, language)
    return desk.taken(fields) if request.method == "POST" else desk.fresh()


class _Desk:
    """One person who types slips of one round."""

    def __init__(self, round_: Round, asked: Questionnaire, who: Person, language: str) -> None:
        self._round, self._asked, self._who, self._language = round_, asked, who, language
        self._shared = who.name == ADMINISTRATOR  # a passcode of several people says nobody's name
        self._back = f"/{SLUG}" if language == "vi" else f"/{SLUG}?ngon_ngu={language}"

    def fresh(self, *, clerk: str = "", place: str = "", said: Sequence[str] = ()) -> Response:
        """An empty page, with what came of the slip before: not by the address, which servers write down."""
        return entry_page(
            self._round,
            self._asked,
            self._language,
            back=self._back,
            place=place,
            name=clerk if self._shared else None,
            notices=said,
        )

    def taken(self, fields: Fields) -> Response:
        """What was sent: a slip, its second entry, or the verdicts on that."""
        clerk = clean_text(first(fields, _NAME)) if self._shared else self._who.name
        place = first(fields, _PLACE) or (self._round.places[0].code if len(self._round.places) == 1 else "")
        answers = answers_in(fields, self._asked.questions())
        problems: Sequence[Problem] = ()
        try:
            if _BACK not in fields:
                return self._stored_or_compared(fields, answers, clerk, place)
        except Refused as refused:
            problems = refused.problems
        return entry_page(
            self._round,
            self._asked,
            self._language,
            back=self._back,
            number=first(fields, _NUMBER),
            place=place,
            name=clerk if self._shared else None,
            answers=answers,
            problems=problems,
        )

    def _stored_or_compared(self, fields: Fields, answers: Mapping[str, object], clerk: str, place: str) -> Response:
        found = find(site().store, self._round.id, first(fields, _NUMBER), site().secret)
        submission = Submission(
            key=found.key,
            answers=answers,
            language="vi" if "vi" in self._round.languages else self._round.languages[0],
            channel="paper",
            place=place or None,
            interviewer=clerk,
        )
        if found.stored is None:
            return self._keep(found, submission, clerk, place)
        must_be_another(site().store, self._round.id, found, clerk)
        return self._compare(found, submission, clerk, place, fields)

    def _keep(self, found: Found, submission: Submission, clerk: str, place: str) -> Response:
        here = site()
        accepted = accept(
            here.store, self._round, self._asked, submission, now=now(), random=secrets.token_bytes, secret=here.secret
        )
        if accepted.already:  # somebody typed the same slip in the same moment
            raise Refused([Problem(code="INT_SAME_MOMENT", values={"number": found.number})])
        share = record.load(here.store, self._round.id).share
        said = [word("INT_KEYS_SAVED", self._language, number=found.number)]
        if record.chosen(key_hash(found.key), share):
            said.append(word("INT_KEYS_DRAWN", self._language, number=found.number))
        return self.fresh(clerk=clerk, place=place, said=said)

    def _compare(self, found: Found, submission: Submission, clerk: str, place: str, fields: Fields) -> Response:
        here = site()
        typed = prepare(
            here.store, self._round, self._asked, submission, now=now(), random=secrets.token_bytes, secret=here.secret
        )
        if found.stored is None:
            raise RuntimeError("there is nothing to compare with")
        comparison = compare(found.stored, typed.response, self._asked)
        other = _OTHER in fields and comparison.too_many  # what is stored is another slip's altogether
        given = {
            each.question: "typed" if other else first(fields, f"{_VERDICT}{each.question}")
            for each in comparison.differences
        }
        verdicts = {
            name: cast("Verdict", said) for name, said in given.items() if said in ("stored", "typed", "neither")
        }
        if comparison.differences and (_SETTLING not in fields or len(verdicts) < len(comparison.differences)):
            if _SETTLING not in fields:
                self._note("intake.differ", len(comparison.differences), len(comparison.compared))
            carried = [
                (name, value)
                for name, values in fields.items()
                if not name.startswith(_VERDICT) and name not in (_SETTLING, _OTHER)
                for value in values
            ]
            problem = (
                word("INT_VERDICT", self._language, count=len(given) - len(verdicts)) if _SETTLING in fields else ""
            )
            return compare_page(
                self._round,
                self._asked,
                self._language,
                comparison,
                back=self._back,
                number=found.number,
                carried=carried,
                problem=problem,
            )
        settled = settle(
            here.store,
            self._round.id,
            found,
            comparison,
            verdicts,
            clerk=clerk,
            today=now().date(),
            random=secrets.token_bytes,
        )
        self._note("intake.double", settled.differ, settled.compared)
        code = "INT_KEYS_VOID" if settled.void else "INT_KEYS_DIFFER" if settled.differ else "INT_KEYS_AGREE"
        said = word(code, self._language, number=found.number, count=settled.differ)
        return self.fresh(clerk=clerk, place=place, said=[said])

    def _note(self, act: str, differ: int, compared: int) -> None:
        note_for(self._who.name, self._who.role, act, f"{self._round.id}: {differ}/{compared}")


def _told(language: str, code: str, status: int) -> Response:
    home = [("/ban-lam-viec", word("LIGHT_HOME", language))]
    return message(language, word("INT_KEYS_TITLE", language), [word(code, language)], home, status=status)
