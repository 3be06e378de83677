"""Every hostile text goes the whole way: in by the door, in files or at the desk, out on pages and in the workbook."""

import io
import json
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest
from argon2 import PasswordHasher
from markupsafe import escape
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

import sample_responses
from analysis.pages.document_head import about
from analysis.report.build import build
from analysis.report.data import estimates_json
from analysis.report.excel import write
from analysis.report.model import Formula
from analysis.scores.evaluate import evaluate_round
from analysis.scores.responses import round_plan
from survey import site as shared
from survey.access import passcodes, people, reset_passcode, verify
from survey.clock import VIETNAM, now, today
from survey.errors import Refused
from survey.forms.accept import Submission, accept
from survey.forms.light.page import SCRIPT
from survey.invitations import read_code
from survey.keys import new_key
from survey.ledger import code_in, read_receipt
from survey.making import LONGEST, blank_round, mended
from survey.masking import mask
from survey.pages import counts, posters, public, round_card, voids
from survey.pages.addresses import spots
from survey.pages.posters import poster_address
from survey.proof.voiding import ask, decide
from survey.questionnaire import Questionnaire
from survey.round import Round
from survey.site import Site
from survey.store import Store
from survey.xlsform import write_workbook
from tests.hostile import HOSTILE, REFUSED, hostile_questionnaire, hostile_round, imported, kept
from tests.survey.desk import sits
from tests.survey.forms.light.conftest import seen
from tests.survey.pages.test_web import Client


def test_hostile_texts_from_the_door_to_the_workbook(tmp_path: Path) -> None:
    now = datetime(2026, 11, 20, 9, tzinfo=VIETNAM)
    must = {"sex": "1", "age": "3", "area": "2", "q4": "1", "q9_01": "4"}
    refused = set()
    with Store.open(tmp_path / "store.sqlite3") as store:
        round_ = sample_responses.load_round(store)
        questionnaire = store.questionnaire(round_.questionnaire)
        for name, text in HOSTILE.items():
            sent = Submission(
                key=new_key(b"secret", secrets.token_bytes, round_.id),
                answers={**must, "comment": text},
                language="vi",
                channel="open",
                place="LS011",
            )
            try:
                accept(store, round_, questionnaire, sent, now=now, random=secrets.token_bytes)
            except Refused as error:
                assert [problem.question for problem in error.problems] == ["comment"]
                refused.add(name)
        responses = store.responses(round_.id)
    assert refused == REFUSED
    assert len(responses) == 395 + len(HOSTILE) - len(REFUSED)

    report = build(evaluate_round(round_, questionnaire, responses, round_plan(round_)), about(round_))
    workbook = write(report)
    read = openpyxl.load_workbook(io.BytesIO(workbook))["Phiếu"]
    cells = [cell for row in read.iter_rows() for cell in row]
    expected = {mask(kept(text))[0] for name, text in HOSTILE.items() if name not in REFUSED} - {""}
    assert expected <= {cell.value for cell in cells if cell.data_type == "s"}
    assert not any(cell.hyperlink for cell in cells)
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        written = sum(
            archive.read(name).count(b"<f>") for name in archive.namelist() if re.search(r"sheet\d+\.xml$", name)
        )
    assert written == sum(isinstance(cell, Formula) for sheet in report.sheets for _, _, cell in sheet.cells())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Round, Questionnaire]]:
    """A data folder where everything that people can bring in is hostile, and a slip for each text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(tmp_path_factory.mktemp("hostile")))
        here = shared.site()
        questionnaire = hostile_questionnaire()
        round_ = hostile_round(questionnaire)
        here.store.add_questionnaire(questionnaire, write_workbook(questionnaire))
        here.store.save_round(round_)
        for nth, text in enumerate(imported().values()):
            sent = Submission(
                key=new_key(b"secret", secrets.token_bytes, round_.id),
                answers={"q0": str(nth % 5 + 1), "pick": f"v{nth % 30}", "comment": text, "officer": text[:100]},
                language="vi",
                channel="open",
                place=round_.places[nth % len(round_.places)].code,
            )
            accept(here.store, round_, questionnaire, sent, now=now(), random=secrets.token_bytes)
        yield here, round_, questionnaire
        shared.close()


def harmless(html: str) -> None:
    """A page of ours holds no element that came with a text, and at most the product's own script."""
    found = seen(html)
    assert not [given for tag, given in found.tags if tag in ("img", "iframe", "object", "embed", "link") and
                given.get("href", "data:,") != "data:,"]  # fmt: skip
    assert [text for text in re.findall(r"<script>(.*?)</script>", html, re.DOTALL) if text != SCRIPT] == []
    assert not [given for _, given in found.tags if any(name.startswith("on") for name in given)]
    assert not [given for _, given in found.tags if "evil.example" in given.get("href", "") + given.get("src", "")]


def test_hostile_imports_are_text_on_every_page_the_server_writes(
    world: tuple[Site, Round, Questionnaire], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, round_, questionnaire = world
    monkeypatch.setattr(posters, "turned_away", lambda *given: None)
    app = Starlette(routes=[*public.citizens(), *posters.routes()])
    with Client(app) as client:
        start = client.get("/").text
        harmless(start)
        assert escape(round_.name) in start
        address = client.get(f"/p/{round_.id}").headers["location"]
        pages = [client.get(f"{address}?trang={number}").text for number in range(1, 9)]
        for html in pages:
            harmless(html)
        shown = "".join(pages)
        for question in questionnaire.questions():
            options = question.scale.options if question.scale else ()
            for words in (question.label, question.hint, *(option.label for option in options)):
                assert str(escape(words.get("vi", ""))) in shown
        for spot in (None, *spots(round_)[::7]):
            poster = client.get(poster_address(round_.id, spot, "vi")).text
            assert poster.count("<svg") == 1
            assert str(escape(round_.contact["vi"])) in poster
            harmless(poster)
        code = client.post("/bien-nhan", content="ma=" + quote(HOSTILE["image"]))
        harmless(code.text)


DESK = ("rounds", "counts", "channels", "voids")


def _page(name: str) -> Callable[[], None]:
    def script() -> None:
        import importlib  # noqa: PLC0415  AppTest runs this function's text

        import streamlit as st  # noqa: PLC0415

        importlib.import_module(f"survey.pages.{st.query_params['trang-thu']}").show()

    return script


MARKED = re.compile(r"(?<!\\)\]\((?!#cau-|/bien-nhan|/cach-tra-loi|/lap-dot)|(?<!\\)!\[|(?<!\\)<(?:img|script)")


@pytest.mark.parametrize("name", [*DESK, "form"])
def test_hostile_imports_are_text_on_the_desk_and_on_the_streamlit_form(
    world: tuple[Site, Round, Questionnaire], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _, round_, _ = world
    sits(monkeypatch, "Lan")
    for page in (counts, round_card):
        monkeypatch.setattr(page, "signed_in", lambda: True, raising=False)
    monkeypatch.setattr(voids, "person", lambda: "Lan")
    at = AppTest.from_function(_page(name), default_timeout=30)
    at.query_params["trang-thu"] = name
    at.query_params["dot"] = round_.id
    at.run()
    if name == "form":
        for _ in range(6):
            assert not at.exception
            _unmarked(at)
            onward = [button for button in at.button if button.key and button.key.startswith(("start-", "on-"))]
            if not onward:
                break
            if at.selectbox:
                at.selectbox[0].set_value(at.selectbox[0].options[3]).run()
                if len(at.selectbox) > 1:
                    at.selectbox[1].set_value(at.selectbox[1].options[0])
            onward[-1].click().run()
    assert not at.exception
    _unmarked(at)


def _unmarked(at: AppTest) -> None:
    """Nothing that Streamlit takes for markdown makes a link or a picture of somebody's text; no HTML holds one."""
    told = [str(part.value) for kind in ("markdown", "caption", "title", "header", "subheader", "info", "warning")
            for part in at.get(kind)]  # fmt: skip
    told += [str(part.label) for kind in ("radio", "text_input", "text_area", "selectbox", "button", "number_input")
             for part in at.get(kind)]  # fmt: skip
    assert [text for text in told if MARKED.search(text)] == []
    bodies = [part.proto.body for part in at.get("html")]
    assert not [body for body in bodies if "<img" in body or "alert(1)</script>" in body]


@pytest.mark.slow
def test_hostile_imports_and_answers_come_out_as_text(world: tuple[Site, Round, Questionnaire]) -> None:
    here, round_, questionnaire = world
    responses = here.store.responses(round_.id)
    stored = {slip.answers.get("comment") for slip in responses}
    assert {mask(text)[0] for text in imported().values()} <= stored
    evaluation = evaluate_round(round_, questionnaire, responses, round_plan(round_))
    report = build(evaluation, about(round_))
    written, formulas = _read_back(write(report))
    assert formulas == sum(isinstance(cell, Formula) for sheet in report.sheets for _, _, cell in sheet.cells())
    assert {mask(text)[0] for text in imported().values()} <= written
    document = json.loads(estimates_json(evaluation, {"round": round_.name}))
    assert document["provenance"]["round"] == round_.name


def _read_back(workbook: bytes) -> tuple[set[str], int]:
    """The texts in the cells, none of them a link, and the number of formulas."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.hyperlink and "evil" in str(cell.hyperlink.target) for cell in cells)
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        sheets = [name for name in archive.namelist() if re.search(r"sheet\d+\.xml$", name)]
        formulas = sum(archive.read(name).count(b"<f>") for name in sheets)
    return {cell.value for cell in cells if cell.data_type == "s"}, formulas


@pytest.mark.slow
def test_hostile_text_typed_at_the_desk_is_cleaned_or_refused(
    world: tuple[Site, Round, Questionnaire], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a text does to the hash is asked here, not what the hash costs.
    monkeypatch.setattr(passcodes, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    here, round_, asked = world
    [slip, *_] = here.store.responses(round_.id)
    for nth, (name, text) in enumerate(HOSTILE.items()):
        sendable = text.encode("utf-8", "replace").decode()
        if 0 < len(kept(sendable)) <= LONGEST:
            changed = mended(round_, name=sendable, contact=sendable, channels=["open"])
            assert (changed.name, changed.contact) == (kept(sendable), {"vi": kept(sendable)})
        else:
            with pytest.raises(Refused) as caught:
                mended(round_, name=sendable, contact="x", channels=["open"])
            assert caught.value.problems[0].code in ("RND_NO_NAME", "RND_LONG")
        with pytest.raises(Refused) as caught:
            blank_round(sendable, "", asked, date(2020, 1, 1))
        codes = {problem.code for problem in caught.value.problems}
        assert codes & {"RND_BAD_ID", "RND_NO_ID"} or name == "number_like"
        for read in (read_code, code_in, read_receipt):
            with pytest.raises(Refused) as caught:
                read(sendable)
            assert caught.value.say("vi")
        assert not verify(tmp_path / "nobody", sendable)
        try:
            reset_passcode(tmp_path, secrets.token_bytes, sendable)
        except Refused as refused:
            assert refused.problems[0].code == "ACC_NAME"
        else:
            assert people(tmp_path)[-1] == " ".join(unicodedata.normalize("NFC", sendable).split())
        reason = f"Lý do số {nth}: {sendable}"
        try:
            act = ask(here.store, round_.id, slip.id, reason, actor="Lan", today=today(), random=secrets.token_bytes)
        except Refused as refused:
            assert name in REFUSED | {"long_allowed", "long_words", "stacked_accents"}
            assert refused.problems[0].code == "VOI_REASON"
        else:
            assert act.reason == mask(kept(reason))[0]
            decide(
                here.store,
                round_.id,
                slip.id,
                reason,
                approve=False,
                actor="Bình",
                today=today(),
                random=secrets.token_bytes,
            )
