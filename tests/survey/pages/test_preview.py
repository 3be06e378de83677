"""Looking at a form before it is used: the real pages, and nothing is stored."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from survey.clock import today
from survey.errors import Refused, word
from survey.forms.preview import Nowhere, Shelf, preview_round
from survey.instruments import load
from survey.pages import preview, preview_form
from survey.pages.preview import LIGHT, PAPER, address, show_on_shelf
from survey.pages.signin import sign_in_address
from survey.site import Site
from survey.words import plain
from tests.survey.builders import QUESTIONNAIRE, response
from tests.survey.pages.test_web import Client

DIGEST = QUESTIONNAIRE.content_hash()


@pytest.fixture
def client(here: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setattr(preview, "turned_away", lambda request, what, back: None)
    with Client(Starlette(routes=preview.routes())) as opened:
        yield opened


def carried(page: str) -> str:
    """What earlier pages were answered, as this page carries it."""
    [value] = re.findall(r'name="_truoc" value="([^"]*)"', page)
    return unescape(value)


def test_nobody_gets_a_preview_without_signing_in(here: Site) -> None:
    with Client(Starlette(routes=preview.routes())) as stranger:
        for path in (LIGHT, PAPER):
            answer = stranger.get(address(path, DIGEST, "vi"))
            assert answer.status_code == 303
            assert answer.headers["location"] == sign_in_address("/bo-phieu", "vi")


def test_the_page_is_the_citizens_page_and_may_stand_in_a_frame_of_ours_alone(client: Client) -> None:
    answer = client.get(address(LIGHT, DIGEST, "en"))
    assert answer.status_code == 200 and '<html lang="en">' in answer.text
    assert "Trial form" in answer.text and word("STU_PREVIEW_NOTE", "en") in answer.text
    assert 'name="used"' in answer.text
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


def test_the_forms_own_checks_are_shown_and_a_good_form_ends_without_a_receipt(client: Client, here: Site) -> None:
    place = address(LIGHT, DIGEST, "vi")
    wrong = client.post(place, data={"_di": "tiep", "used": "1", "times": "99"})
    assert "Số lần từ 1 đến 50." in wrong.text
    assert re.search(r'name="used" value="1" checked', wrong.text), "what was answered is still there"
    good = client.post(place, data={"_di": "tiep", "used": "2"})
    assert word("STU_PREVIEW_END") in good.text
    assert here.store.counts("dot-1").total == 0


def test_answers_of_earlier_pages_travel_in_the_page(client: Client) -> None:
    household = load("sipas_household_2022")
    place = address(LIGHT, show_on_shelf(household), "vi")
    data = {"_di": "tiep", "_trang": "1", "sex": "1", "age": "2", "area": "1"}
    second = client.post(place, data=data)
    assert '"sex": "1"' in carried(second.text)
    assert 'name="_trang" value="2"' in second.text
    back = client.post(place, data={"_di": "lui", "_trang": "2", "_truoc": carried(second.text)})
    assert re.search(r'name="sex" value="1" checked', back.text)
    spoken = client.post(place, data={"_ngon_ngu": "en", "_trang": "2", "_truoc": carried(second.text)})
    assert '<html lang="en">' in spoken.text and '"sex": "1"' in carried(spoken.text)
    onward = client.post(place, data={"_di": "luu", "_trang": "2", "_tieng": "en", "_truoc": carried(spoken.text)})
    assert '<html lang="en">' in onward.text, "the language stays"


@pytest.mark.parametrize("earlier", ["{", "[1]", '{"sex": {"a": 1}, "none": "1"}', '"x"', "1" * 5000, "[" * 20_000])
def test_what_somebody_writes_into_the_carried_answers_is_ignored(client: Client, earlier: str) -> None:
    answer = client.post(address(LIGHT, DIGEST, "vi"), data={"_di": "luu", "_truoc": earlier})
    assert answer.status_code == 200 and carried(answer.text) == "{}"


def test_carried_answers_that_no_field_can_say_are_ignored(client: Client) -> None:
    place = address(LIGHT, show_on_shelf(load("sipas_household_2022")), "vi")
    answer = client.post(place, data={"_di": "luu", "_trang": "3", "_truoc": '{"q2": [{"a": 1}], "sex": "1"}'})
    assert answer.status_code == 200 and carried(answer.text) == '{"sex": "1"}'


def test_a_questionnaire_that_is_not_there_is_told(client: Client) -> None:
    for path in (LIGHT, PAPER):
        answer = client.get(address(path, "0" * 64, "vi"))
        assert answer.status_code == 404 and word("STU_PREVIEW_GONE") in answer.text


def test_the_paper_form_is_shown_as_a_pdf(client: Client) -> None:
    answer = client.get(address(PAPER, DIGEST, "en"))
    assert answer.headers["content-type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert "thu-en.pdf" in answer.headers["content-disposition"]


def test_a_store_that_is_nowhere_keeps_nothing_and_can_do_nothing_else() -> None:
    nowhere = Nowhere(QUESTIONNAIRE)
    nowhere.save_draft("0" * 64, b"answers", "2026-11-22")
    assert nowhere.draft("0" * 64) is None and not nowhere.has_key("0" * 64)
    with pytest.raises(Refused):
        nowhere.add(response())
    with pytest.raises(AttributeError):
        nowhere.save_round(preview_round(QUESTIONNAIRE, today()))


def test_the_shelf_holds_the_last_few() -> None:
    shelf = Shelf()
    digests = [shelf.put(load(name)) for name in ("one_stop_slip", "user_five_factor")]
    assert [shelf.get(digest) for digest in digests] == [load("one_stop_slip"), load("user_five_factor")]
    assert shelf.get("0" * 64) is None


# -- the Streamlit form ------------------------------------------------------------------------------------------------


def form_page() -> None:
    from survey.pages import preview_form  # noqa: PLC0415  AppTest runs this function's text
    from tests.survey.builders import QUESTIONNAIRE  # noqa: PLC0415

    preview_form.show(QUESTIONNAIRE.content_hash(), "vi")


def test_the_streamlit_form_is_shown_and_refuses_to_send(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_form, "may", lambda what: what == "bo-phieu")
    monkeypatch.setattr(preview_form, "person", lambda: None)
    at = AppTest.from_function(form_page, default_timeout=30).run()
    assert not at.exception
    assert at.warning[0].value == plain(word("STU_PREVIEW_NOTE"))
    at.radio[0].set_value("2").run()
    next(button for button in at.button if button.label == "Gửi phiếu").click().run()
    assert not at.exception
    assert any("không có gì được lưu" in error.value for error in at.error)
    assert here.store.counts("dot-1").total == 0


def test_who_may_not_write_questionnaires_has_no_preview(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview_form, "may", lambda what: False)
    at = AppTest.from_function(form_page, default_timeout=30).run()
    assert not at.radio and at.info
