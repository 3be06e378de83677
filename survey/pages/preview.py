"""How does the form look to a citizen, before anybody may answer? The light form's own pages, in a frame of the desk.

For who may write questionnaires. Every page is the real one, with its checks; nothing is stored, not even a draft:
what was answered on earlier pages travels in the page.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from survey.clock import today
from survey.errors import Refused, word
from survey.forms.light.entered import Fields, TooLarge, answers_in, first, read
from survey.forms.light.filling import Filled, gaps
from survey.forms.light.form import Form
from survey.forms.light.screens import message
from survey.forms.light.turn import BACK, MOVE, PAGE_FIELD, SAVE, SPEAK
from survey.forms.light.visit import LANGUAGE
from survey.forms.preview import Shelf, preview_round
from survey.pages.signin import language_of, turned_away
from survey.print.files import paper_file
from survey.questionnaire import Questionnaire
from survey.rating import asked_in
from survey.site import site

LIGHT, PAPER = "/xem-thu", "/xem-thu/giay"
"""The paths of the light form's preview and of the paper form's."""

STUDIO = "/bo-phieu"
"""The desk's page that leads here (survey.pages.studio)."""

_QUESTIONNAIRE = "phieu"
_EARLIER, _SPOKEN = "_truoc", "_tieng"
_shelf = Shelf()


def show_on_shelf(questionnaire: Questionnaire) -> str:
    """Has a questionnaire looked at that is not published yet; returns the content hash that names it."""
    return _shelf.put(questionnaire)


def looked_at(digest: str) -> Questionnaire | None:
    """The questionnaire with this content hash, on the shelf or published; None if there is none."""
    found = _shelf.get(digest)
    if found is None:
        try:
            found = site().store.questionnaire(digest)
        except Refused:
            return None
    return found


def address(path: str, digest: str, language: str) -> str:
    """The preview's address for this questionnaire in this language."""
    return f"{path}?{urlencode({_QUESTIONNAIRE: digest, LANGUAGE: language})}"


def routes() -> list[Route]:
    """The routes of the previews, on `survey.site.site()`."""

    async def light(request: Request) -> Response:
        if (turned := turned_away(request, LIGHT, STUDIO)) is not None:
            return turned
        try:
            fields = await read(request) if request.method == "POST" else {}
        except TooLarge:
            fields = {}
        return _framed(await run_in_threadpool(_light, request, fields))

    async def paper(request: Request) -> Response:
        if (turned := turned_away(request, LIGHT, STUDIO)) is not None:
            return turned
        return await run_in_threadpool(_paper, request)

    return [Route(LIGHT, light, methods=["GET", "POST"]), Route(PAPER, paper, methods=["GET"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One posting of the preview: where the person was, all that was answered so far, what was pressed."""

    number: int
    language: str
    move: str
    answers: Mapping[str, object]


def _light(request: Request, fields: Fields) -> Response:
    questionnaire = looked_at(request.query_params.get(_QUESTIONNAIRE, ""))
    if questionnaire is None:
        language = language_of(request)
        return message(language, word("STU_PREVIEW", language), [word("STU_PREVIEW_GONE", language)], status=404)
    round_ = preview_round(questionnaire, today())
    form = Form(round_, asked_in(questionnaire, round_))
    turn = _turn(form, request, fields)
    if turn.move in ("", SAVE):
        return _page(form, request, turn, turn.number)
    if turn.move == BACK:
        return _page(form, request, turn, form.beside(turn.number, -1, turn.answers))
    if form.problems(turn.number, turn.answers, place_missing=False):
        return _page(form, request, turn, turn.number, look=True)
    if turn.number == len(form.pages):
        again = (address(LIGHT, request.query_params[_QUESTIONNAIRE], turn.language), word("FORM_NEW", turn.language))
        title = word("STU_PREVIEW", turn.language)
        return message(turn.language, title, [word("STU_PREVIEW_END", turn.language)], [again])
    return _page(form, request, turn, form.beside(turn.number, 1, turn.answers))


def _turn(form: Form, request: Request, fields: Fields) -> _Turn:
    said = first(fields, PAGE_FIELD)
    number = min(max(int(said), 1), len(form.pages)) if said.isdecimal() and len(said) < 4 else 1
    speaks = first(fields, SPEAK)
    wanted = speaks or first(fields, _SPOKEN) or request.query_params.get(LANGUAGE, "")
    languages = form.round.languages
    return _Turn(
        number=number,
        language=wanted if wanted in languages else languages[0],
        move="" if speaks else first(fields, MOVE),
        answers={**_earlier(form, fields), **answers_in(fields, form.questions(number))},
    )


def _earlier(form: Form, fields: Fields) -> dict[str, object]:
    """What earlier pages were answered, as the page carried it; of anything else nothing is taken."""
    try:
        carried = json.loads(first(fields, _EARLIER) or "{}")
    except (ValueError, RecursionError):
        return {}
    names = {question.name for question in form.questionnaire.questions()}
    found = carried.items() if isinstance(carried, dict) else ()
    return {name: answer for name, answer in found if name in names and _given(answer)}


def _given(answer: object) -> bool:
    """Whether it is what a page's fields can say: a text, or several."""
    return isinstance(answer, str) or (isinstance(answer, list) and all(isinstance(each, str) for each in answer))


def _page(form: Form, request: Request, turn: _Turn, number: int, *, look: bool = False) -> Response:
    here = {question.name for question in form.questions(number)}
    carried = json.dumps({name: answer for name, answer in turn.answers.items() if name not in here})
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    lead = Markup('<p class="khung bao">{}</p>').format(word("STU_PREVIEW_NOTE", turn.language))
    lead += hidden.format(_EARLIER, carried) + hidden.format(_SPOKEN, turn.language)
    problems = form.problems(number, turn.answers, place_missing=False) if look else ()
    filled = Filled(
        stamp="", again=str(escape(request.url.path)), answers=turn.answers, problems=problems, message=str(lead)
    )
    laid = form.laid(number, turn.language, place_known=False, kiosk=False)
    return laid.sheet.respond(request, gaps(form, laid, filled, turn.language))


def _framed(response: Response) -> Response:
    """The same page, which the desk may show in a frame of its own and nobody else in any."""
    policy = response.headers.get("content-security-policy", "")
    response.headers["content-security-policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    response.headers["x-frame-options"] = "SAMEORIGIN"
    return response


def _paper(request: Request) -> Response:
    language = language_of(request)
    questionnaire = looked_at(request.query_params.get(_QUESTIONNAIRE, ""))
    if questionnaire is None:
        return message(language, word("STU_PREVIEW", language), [word("STU_PREVIEW_GONE", language)], status=404)
    wanted = request.query_params.get(LANGUAGE, "")
    spoken = wanted if wanted in questionnaire.languages else questionnaire.languages[0]
    name = f"{questionnaire.id}-{spoken}.pdf"
    return Response(
        paper_file(questionnaire, None, spoken, "pdf"),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"},
    )
