"""What comes in by a workbook or a file is text on every page: no element, no attribute and no style is made of it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from survey.invitations import new_codes
from survey.keys import new_key
from survey.links import link_token
from survey.pages import counts, posters, public
from survey.pages.addresses import spots
from survey.pages.posters import SHEET, poster_address
from survey.questionnaire import Question, Questionnaire
from survey.round import Desk, Place, Rated, Round
from survey.site import Site
from tests.security.conftest import OPEN
from tests.survey.builders import QUESTIONNAIRE, counting, overwrite
from tests.survey.desk import sits
from tests.survey.pages.test_web import Client

FORM = {"content-type": "application/x-www-form-urlencoded"}
HARM = (
    "</title></style></script></textarea><script>alert(1)</script><img src=x onerror=alert(1)>"
    "\"><svg onload=alert(1)>' onmouseover='x <!-- --> ]]> &lt;b&gt; {{7*7}} {% raw %} ${7*7} "
    "[a](javascript:x) ![x](//e)"
)
TAME = "Lời bình thường"


def spoilt(questionnaire: Questionnaire, text: str) -> Questionnaire:
    """The questionnaire with this text after every wording."""

    def words(said: Mapping[str, str]) -> Mapping[str, str]:
        return {language: f"{each} {text}" for language, each in said.items()}

    def question(asked: Question) -> Question:
        scale = asked.scale and replace(
            asked.scale,
            options=tuple(replace(option, label=words(option.label)) for option in asked.scale.options),
        )
        told = words(asked.constraint_message)
        return replace(asked, label=words(asked.label), hint={"vi": text}, scale=scale, constraint_message=told)

    sections = tuple(
        replace(part, label=words(part.label), questions=tuple(map(question, part.questions)))
        for part in questionnaire.sections
    )
    more = {"title": words(questionnaire.title), "sections": sections, "purpose": {"vi": text}, "source": {"vi": text}}
    return replace(questionnaire, **more, status={"vi": text})  # type: ignore[arg-type]


def spoilt_round(questionnaire: Questionnaire, text: str, **changes: Any) -> Round:
    """An open round with this text in every name that comes from a file or a field of the desk."""
    round_ = replace(
        OPEN,
        name=f"Đợt {text}",
        questionnaire=questionnaire.content_hash(),
        contact={"vi": text, "en": text},
        consent=f"2026 {text}",
        places=tuple(
            Place(code=f"P{n:02d}", name=f"Xã {n} {text}", stratum=f"Huyện {n % 2} {text}", unit=text) for n in (1, 2)
        ),
        desks=(Desk(code="Q1", name=f"Quầy {text}", place="P01"),),
        rated=(Rated(code="R1", name=f"Sở {text}", kind="department"),),
    )
    return replace(round_, **changes)


class Structure(HTMLParser):
    """The elements of a page with the names of their attributes, and those values that a browser acts upon."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[object, ...]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        acting = [value for name, value in attrs if name in ("src", "style", "action", "http-equiv", "type")]
        self.found.append((tag, *(name for name, _ in attrs), *acting))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", data))


def light_pages(here: Site, client: Client, text: str) -> dict[str, str]:
    """Every page that citizens get, for a round with this text everywhere."""
    questionnaire = spoilt(QUESTIONNAIRE, text)
    plain = spoilt_round(questionnaire, text)
    many = tuple(replace(plain.places[0], code=f"P{n:02d}", stratum=f"Huyện {n % 2} {text}") for n in range(1, 62))
    here.store.add_questionnaire(questionnaire, b"workbook")
    rounds = {
        "plain": plain,
        "wide": replace(plain, id="wide", places=many),
        "shut": replace(plain, id="shut", closes=plain.opens),
        "invited": replace(plain, id="invited", invitation_only=True),
    }
    for round_ in rounds.values():
        overwrite(here.store, round_)
    keys = {name: new_key(here.secret, os.urandom, round_.id) for name, round_ in rounds.items()}
    token = link_token(here.secret, plain.id, "P01", "Q1")
    form = f"/p/{plain.id}/{keys['plain']}"
    slip = {"used": "1", "q1": "5", "times": "3", "ways": "web", "comment": text, "_dv": "P01"}
    found = {
        "start": client.get("/"),
        "form": client.get(form),
        "english": client.get(f"{form}?ngon_ngu=en"),
        "desk": client.get(f"{form}?tu={token}"),
        "kiosk": client.get(f"{form}?kenh=kiosk"),
        "place": client.get(f"/p/wide/{keys['wide']}"),
        "stratum": client.get(f"/p/wide/{keys['wide']}?tang=1"),
        "shut": client.get(f"/p/shut/{keys['shut']}"),
        "invited": client.get(f"/p/invited/{keys['invited']}"),
        "faults": client.post(
            form, content=urlencode({"used": "1", "times": f"99 {text}", "comment": text}), headers=FORM
        ),
        "sent": client.post(form, content=urlencode(slip), headers=FORM),
        "receipt": client.get(form),
        "code": client.get(f"/m?{urlencode({'ma': text})}"),
        "unknown": client.get(f"/p/{'x' if text == TAME else '%3Cscript%3E'}"),
    }
    code = found["receipt"].text.partition('khung ma">')[2].partition("<")[0]
    for job in ("kiem-tra", "rut"):
        posted = urlencode({"ma": code, "viec": job})
        found[f"receipt {job}"] = client.post("/bien-nhan", content=posted, headers=FORM)
    found["no receipt"] = client.post("/bien-nhan", content=urlencode({"ma": text}), headers=FORM)
    assert {answer.status_code for answer in found.values()} <= {200, 303, 404, 422}
    assert found["sent"].status_code == 303
    return {name: answer.text for name, answer in found.items()}


def test_no_text_of_a_questionnaire_a_round_or_a_person_is_markup_on_a_citizens_page(here: Site) -> None:
    made = {}
    for text in (TAME, HARM):
        with Client(Starlette(routes=[*public.citizens()], middleware=[public._guard])) as client:
            made[text] = light_pages(here, client, text)
    for name, page in made[HARM].items():
        assert Structure(page).found == Structure(made[TAME][name]).found, name
        assert page.count("<script") == made[TAME][name].count("<script"), name
    for name in ("start", "form", "desk", "place", "shut", "faults", "receipt kiem-tra"):
        assert "&lt;script&gt;" in made[HARM][name], f"{name} does not show the text at all"


def test_no_name_is_markup_on_what_is_printed(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posters, "turned_away", lambda *given: None)
    monkeypatch.setenv("HAILONG_URL", "https://khaosat.example.vn")
    made: dict[str, list[str]] = {}
    for text in (TAME, HARM):
        questionnaire = spoilt(QUESTIONNAIRE, text)
        round_ = spoilt_round(questionnaire, text)
        here.store.add_questionnaire(questionnaire, b"workbook")
        overwrite(here.store, round_)
        codes = "\n".join(f"{each.code} P01" for each in new_codes({None: 3}, counting()))
        with Client(Starlette(routes=posters.routes())) as client:
            pages = [client.get(poster_address(round_.id, spot, "vi")) for spot in (None, *spots(round_))]
            pages.append(client.post(SHEET, content=urlencode({"dot": round_.id, "ma": codes}), headers=FORM))
        assert {page.status_code for page in pages} == {200}
        made[text] = [page.text for page in pages]
    for harm, tame in zip(made[HARM], made[TAME], strict=True):
        assert Structure(harm).found == Structure(tame).found
        assert "&lt;script&gt;" in harm


def channels_page() -> None:
    from survey.pages import channels  # noqa: PLC0415  AppTest runs this function's text

    channels.show()


def rounds_page() -> None:
    from survey.pages import rounds  # noqa: PLC0415

    rounds.show()


def counts_page() -> None:
    from survey.pages import counts  # noqa: PLC0415

    counts.show()


@pytest.mark.parametrize("page", [channels_page, rounds_page, counts_page])
def test_no_name_is_markup_at_the_desk(here: Site, monkeypatch: pytest.MonkeyPatch, page: Callable[[], None]) -> None:
    sits(monkeypatch, "Lan")
    monkeypatch.setattr(counts, "signed_in", lambda: True)
    questionnaire = spoilt(QUESTIONNAIRE, HARM)
    here.store.add_questionnaire(questionnaire, b"workbook")
    overwrite(here.store, spoilt_round(questionnaire, HARM))
    at = AppTest.from_function(page, default_timeout=30).run()
    assert not at.exception
    for element in at.get("html"):
        assert "alert(1)>" not in element.proto.body, "a name stands unescaped in an element of ours"
    for element in (*at.markdown, *at.caption):
        assert element.proto.allow_html is False
    texts = [element.value for element in (*at.markdown, *at.caption, *at.info, *at.warning)]
    texts += [element.label for element in at.expander]
    shown = [text for text in texts if "javascript" in text]
    assert shown, "no name is shown on this page at all"
    for text in shown:
        assert "[a](javascript:x)" not in text, "a name would be a link"
        assert "![x](//e)" not in text, "a name would load a picture"
