"""Any questionnaire becomes whole, light, harmless pages; any text comes back as it was."""

import gzip
import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from survey.errors import word
from survey.expression import Expression
from survey.forms.light.filling import Filled, gaps
from survey.forms.light.form import Form
from survey.forms.light.sheet import sheet
from survey.instruments import load, shipped
from survey.questionnaire import Option, Question, Questionnaire, Scale, Section
from survey.response import clean_text
from survey.round import Place, Round
from tests.hostile import HOSTILE, REFUSED, kept
from tests.survey.builders import ROUND
from tests.survey.forms.light.conftest import Browser, seen, ticked

TEXTS = st.one_of(
    st.sampled_from(sorted(text for name, text in HOSTILE.items() if len(text) < 200 and name != "nul")),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20),
)
KINDS = ("select_one", "select_multiple", "text", "integer", "decimal", "date", "note")
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)


def asking(accepts: str) -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "headers": [(b"accept-encoding", accepts.encode())]})


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Up to four sections of up to ten questions of every kind, hostile in every text, some conditional."""
    values = draw(st.lists(TEXTS, min_size=1, max_size=18, unique=True))
    scale = Scale(name="s", options=tuple(Option(value=v, label={"vi": draw(TEXTS)}) for v in values))
    names = draw(st.lists(NAMES, min_size=1, max_size=25, unique=True))
    sections: list[Section] = []
    asked: list[str] = []
    while names:
        mine, names = names[:10], names[10:]
        made: list[Question] = []
        for name in mine:
            kind = draw(
                st.sampled_from(["select_one", "select_multiple", "text", "integer", "decimal", "date", "note"])
            )
            gate = f"${{{draw(st.sampled_from(asked))}}} != '1'" if asked and draw(st.booleans()) else None
            made.append(
                Question(
                    name=name,
                    kind=kind,
                    label={"vi": draw(TEXTS), "en": draw(TEXTS)},
                    hint={"vi": draw(TEXTS)} if draw(st.booleans()) else {},
                    scale=scale if kind.startswith("select") else None,
                    required=draw(st.booleans()) and kind != "note",
                    relevant=Expression(gate) if gate else None,
                )
            )
            asked.append(name)
        sections.append(Section(name=f"s{len(sections)}", label={"vi": draw(TEXTS)}, questions=tuple(made)))
    return Questionnaire(
        id="x", version="1", title={"vi": draw(TEXTS)}, languages=("vi", "en"), sections=tuple(sections)
    )


@settings(max_examples=40, deadline=None)
@given(questionnaire=questionnaires(), language=st.sampled_from(["vi", "en", "tyz"]), data=st.data())
def test_any_questionnaire_becomes_whole_pages_fresh_filled_and_refused(
    questionnaire: Questionnaire, language: str, data: st.DataObject
) -> None:
    form = Form(replace(ROUND, languages=("vi", "en", "tyz")), questionnaire)
    answers: dict[str, object] = {}
    for question in questionnaire.questions():
        if question.kind == "select_multiple" and question.scale:
            answers[question.name] = [question.scale.options[0].value]
        elif question.kind != "note":
            answers[question.name] = data.draw(TEXTS)
    named = {question.name for number in range(1, len(form.pages) + 1) for question in form.questions(number)}
    assert named == {question.name for question in questionnaire.questions()}
    for number in range(1, len(form.pages) + 1):
        laid = form.laid(number, language, place_known=False, kiosk=False)
        for given_answers, wrong in (({}, ()), (answers, form.problems(number, answers, place_missing=True))):
            filled = gaps(form, laid, Filled(stamp="s", answers=given_answers, problems=wrong), language)
            assert filled.keys() <= laid.sheet.gaps | {"again", "place"}
            html = laid.sheet.text(filled)
            found = seen(html)
            assert len(found.all("script")) == 1
            assert not found.all("img")
            assert not [tag for tag, given in found.tags if any(name.startswith("on") for name in given)]
            packed, plain = (bytes(laid.sheet.respond(asking(a), filled).body) for a in ("gzip, br", ""))
            assert gzip.decompress(packed) == plain == html.encode("utf-8", "replace")


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_text_is_kept_or_refused_and_shown_as_text(browser: Browser, name: str) -> None:
    text = HOSTILE[name]
    sendable = text.encode("utf-8", "replace").decode()  # a browser cannot send half a surrogate pair
    address = browser.fresh()
    answer = browser.post(address, {"used": "2", "comment": sendable, "times": sendable[:500], "_dv": sendable[:500]})
    assert answer.status_code in (413, 422)
    if answer.status_code == 422:
        found = seen(answer.text)
        assert len(found.all("script")) == 1
        assert ticked(answer.text).get("comment", [""]) == [clean_text(sendable)]
    sent = browser.send(address, {"used": "2", "comment": sendable, "_dv": "P01", "_di": "tiep"})
    if name in REFUSED:
        assert browser.count() == 0
        return
    assert word("FORM_THANKS") in sent.text
    (slip,) = browser.here.store.responses(ROUND.id)
    if "masked" not in slip.flags:
        assert slip.answers.get("comment", "") == kept(sendable)


FIELDS = ("used", "ways", "q1", "fee", "day", "day.d", "_luc", "_di", "_ngon_ngu", "_email")
PARAMETERS = ("tu", "kenh", "ma", "dv", "trang", "ngon_ngu", "xong", "xem", "tang")
SOME = ("script", "nul", "stacked_accents", "lone_surrogate", "percent", "number_like")


def test_hostile_text_in_any_field_breaks_nothing(browser: Browser) -> None:
    sendable = {name: text.encode("utf-8", "replace").decode()[:300] for name, text in HOSTILE.items()}
    postings = [dict.fromkeys(FIELDS, text) for text in sendable.values()]
    postings += [{"used": "1", field: sendable[name]} for field in FIELDS for name in SOME]
    for at, fields in enumerate(postings):
        if at % 50 == 0:
            browser.clock.on(minutes=5)  # the limit of sendings is not what is tried here
        answer = browser.post(browser.fresh(), {"comment": "x", **fields})
        assert answer.status_code == 422, fields
        seen(answer.text)
    assert browser.count() == 0


def test_hostile_text_in_the_address_breaks_nothing(browser: Browser) -> None:
    address = browser.fresh()
    sendable = {name: text.encode("utf-8", "replace").decode()[:500] for name, text in HOSTILE.items()}
    queries = [dict.fromkeys(PARAMETERS, text) for text in sendable.values()]
    queries += [{name: sendable[text]} for name in PARAMETERS for text in SOME]
    for query in queries:
        for path in (address, "/p/dot-1", "/m"):
            answer = browser.get(path, params=query)
            assert answer.status_code in (200, 303, 422)
            assert len(seen(answer.text or "<p></p>").all("script")) <= 1


def test_a_gap_that_is_filled_makes_the_page_that_filling_it_would_have_made() -> None:
    made = sheet("receipt.html", language="vi", live=("code", "again"), kiosk=False, thanks=True, demonstration=False,
                 receipts="/r", seconds=1)  # fmt: skip
    for filled in ({}, {"code": "A"}, {"code": "ộ" * 50_000, "again": "/x"}, {"code": "A", "qr": "<svg></svg>"}):
        packed, plain = (bytes(made.respond(asking(accepts), filled).body) for accepts in ("gzip", "identity"))
        assert gzip.decompress(packed) == plain
        assert all(value in plain.decode() for value in filled.values())


def _shipped_rounds() -> Sequence[tuple[str, Round, Questionnaire]]:
    places = tuple(
        Place(code=f"LS{n:03d}", name=f"Xã Quỳnh Sơn {n}", stratum=f"Huyện {n % 8}", unit="U") for n in range(35)
    )
    found = []
    for name in shipped():
        questionnaire = load(name)
        if not any(section.repeat_over for section in questionnaire.sections):
            found.append((name, replace(ROUND, places=places, languages=questionnaire.languages), questionnaire))
    return found


@pytest.mark.parametrize(("name", "round_", "questionnaire"), _shipped_rounds())
def test_every_page_of_what_is_shipped_is_light(name: str, round_: Round, questionnaire: Questionnaire) -> None:
    form = Form(round_, questionnaire)
    for language in questionnaire.languages:
        for number in range(1, len(form.pages) + 1):
            laid = form.laid(number, language, place_known=False, kiosk=False)
            filled = {"stamp": "6b028c79-8c82b182c2e21b1ac519"}
            plain, packed = (len(laid.sheet.respond(asking(a), filled).body) for a in ("", "gzip"))
            assert (plain <= 30_000, packed <= 10_000) == (True, True), (name, language, number, plain, packed)


def test_the_first_load_asks_for_nothing_but_the_page(browser: Browser) -> None:
    page = browser.follow("/p/dot-1").text
    assert not re.findall(r'(?:src|href)="(?!#|data:|/|\?)', unescape(page))
    assert not seen(page).all("img")
    assert not [given for given in seen(page).all("link") if not given["href"].startswith("data:")]
