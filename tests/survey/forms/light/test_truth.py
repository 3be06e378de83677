"""What a page says is so: recorded, not recorded, or not known; and what somebody typed is never thrown away."""

from dataclasses import replace
from datetime import date

import pytest

from survey.errors import word
from survey.forms.light.asking import draft_of
from survey.forms.light.door import DRAFTS
from survey.forms.sealing import seal
from survey.invitations import hashed, new_codes
from survey.keys import key_hash
from survey.limits import DESK, PAGES
from survey.links import link_token
from survey.response import TEXT_LIMIT
from survey.round import Desk, Place
from tests.survey.builders import GOOD, QUESTIONNAIRE, ROUND
from tests.survey.forms.light.conftest import Browser, Clock, add, failing, seen, ticked
from tests.survey.forms.light.test_paged import FIRST, LONG

SLIP = {**GOOD, "_dv": "P01", "_di": "tiep"}


def random(count: int) -> bytes:
    return bytes(range(count))


def test_a_stored_slip_sent_again_has_its_receipt_however_many_wait(browser: Browser) -> None:
    add(browser.here, QUESTIONNAIRE, replace(ROUND, desks=(Desk(code="Q1", name="Quầy 1", place="P01"),)))
    start = f"/p/dot-1?tu={link_token(browser.here.secret, ROUND.id, 'P01', 'Q1')}"
    address = browser.fresh(start)
    for _ in range(DESK.burst):
        assert browser.post(address, SLIP).status_code == 303
    assert browser.post(browser.fresh(start), SLIP).status_code == 429
    assert browser.post(address, SLIP).status_code == 303


def test_a_slip_that_was_stored_though_the_store_failed_shows_its_receipt(browser: Browser) -> None:
    address = browser.fresh()
    with failing(browser, "add", after=True):
        assert word("FORM_ALREADY") in browser.send(address, SLIP).text
    assert browser.count() == 1


def test_what_nobody_can_know_is_said_so_with_the_button_that_is_there(browser: Browser) -> None:
    address = browser.fresh()
    with failing(browser, "add"), failing(browser, "has_key"):
        answer = browser.post(address, SLIP)
    assert answer.status_code == 503
    assert word("LIGHT_UNSURE", button=word("FORM_SEND")) in answer.text
    assert word("FORM_SAVE_FAILED") not in answer.text
    assert ticked(answer.text)["q1"] == [GOOD["q1"]]


def test_a_round_that_cannot_be_looked_up_costs_nobody_their_answers(browser: Browser, clock: Clock) -> None:
    address = browser.fresh()
    clock.on(seconds=3)
    with failing(browser, "round"), failing(browser, "has_key"):
        answer = browser.post(address, SLIP)
    assert (answer.status_code, browser.count()) == (503, 0)
    assert "retry-after" in answer.headers
    assert browser.post(address, ticked(answer.text) | {"_di": "tiep"}).status_code == 303


def test_an_invitation_that_cannot_be_looked_up_costs_nobody_their_answers(browser: Browser) -> None:
    (code,) = new_codes({"P02": 1}, random)
    browser.here.store.add_invitations(ROUND.id, hashed(browser.here.secret, [code]))
    address = browser.fresh(f"/p/dot-1?ma={code.code}")
    with failing(browser, "invitation"):
        answer = browser.post(address, GOOD)
    assert answer.status_code == 503
    assert ticked(answer.text)["q1"] == [GOOD["q1"]]


def test_who_presses_too_often_keeps_what_was_typed(browser: Browser) -> None:
    address = browser.fresh()
    for _ in range(PAGES.burst):
        browser.post(address, b"_di=tiep&_dv=P01")
    answer = browser.post(address, SLIP)
    assert (answer.status_code, browser.count()) == (429, 0)
    assert ticked(answer.text)["q1"] == [GOOD["q1"]]
    assert word("LIGHT_WAIT_PRESS", seconds=1, button=word("FORM_SEND")) in answer.text


def test_opening_pages_too_often_is_told_in_words_of_its_own(browser: Browser) -> None:
    address = browser.fresh()
    browser.get(address)
    answers = [browser.get(address) for _ in range(PAGES.burst + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    for answer in (answers[-1], browser.get("/m/AAAA")):
        assert word("LIGHT_WAIT_PAGE", seconds=1) in answer.text


def test_drafts_have_a_limit_of_their_own(browser: Browser, clock: Clock) -> None:
    add(browser.here, LONG, replace(ROUND, id="dai", questionnaire=LONG.content_hash()))
    address = browser.fresh("/p/dai")
    statuses = [browser.post(address, {**FIRST, "_di": "luu"}).status_code for _ in range(DRAFTS.burst + 1)]
    assert statuses == [303] * DRAFTS.burst + [429]
    waiting = browser.post(address, {**FIRST, "_di": "luu"})
    seconds = int(waiting.headers["retry-after"])
    assert word("LIGHT_WAIT_PRESS", seconds=seconds, button=word("LIGHT_SAVE")) in waiting.text
    clock.on(seconds=seconds)
    assert browser.post(address, {**FIRST, "_di": "luu"}).status_code == 303


def test_a_draft_is_no_larger_than_honest_answers(browser: Browser) -> None:
    def kept(fields: dict[str, object]) -> int:
        address = browser.fresh()
        browser.post(address, {**GOOD, **fields, "_ngon_ngu": "en"})
        return len(browser.here.store.draft(key_hash(address.rsplit("/", 1)[1])) or b"")

    honest = kept({"why": "ễ" * TEXT_LIMIT, "comment": "ễ" * TEXT_LIMIT})
    assert 0 < kept({"why": "x" * 30_000}) < honest
    assert kept({"ways": ["x" * 100] * 300}) == 0


def test_a_draft_of_a_unit_that_left_the_round_can_be_sent(browser: Browser, clock: Clock) -> None:
    add(browser.here, LONG, replace(ROUND, id="dai", questionnaire=LONG.content_hash()))
    address = browser.fresh("/p/dai")
    page = browser.send(address, FIRST)
    key = address.rsplit("/", 1)[1]

    kept = draft_of(browser.here, key)
    assert kept is not None
    with_gone = replace(kept, answers={**kept.answers, "q__gone": "1"})
    browser.here.store.save_draft(key_hash(key), seal(key, with_gone, random), "2026-11-22")
    third = browser.send(str(page.url), {"b0": "1", "_di": "tiep"})
    browser.send(str(third.url), {"_di": "tiep"})
    assert browser.count("dai") == 1


def test_back_after_sending_at_another_process_shows_the_receipt(browser: Browser, clock: Clock) -> None:
    other = Browser(browser.here, clock)
    address = browser.fresh()
    clock.on(seconds=6)
    other.post(address, SLIP)
    other.close()
    browser.fresh()  # the round has been looked up just now, so that the key alone decides whether the store is asked
    assert word("FORM_ALREADY") in browser.get(address).text


def test_the_notice_tells_of_drafts_wherever_one_may_be_kept(browser: Browser) -> None:
    assert word("LIGHT_DRAFT") in browser.get(browser.fresh()).text
    add(browser.here, QUESTIONNAIRE, replace(ROUND, id="mot", languages=("vi",)))
    assert word("LIGHT_DRAFT") not in browser.get(browser.fresh("/p/mot")).text


def test_the_place_of_the_invitation_is_shown_as_it_is_stored(browser: Browser, clock: Clock) -> None:
    (code,) = new_codes({"P02": 1}, random)
    browser.here.store.add_invitations(ROUND.id, hashed(browser.here.secret, [code]))
    token = link_token(browser.here.secret, ROUND.id, "P01")
    address = browser.fresh(f"/p/dot-1?tu={token}&ma={code.code}")
    page = browser.get(address).text
    assert "Xã B" in page
    assert "Xã A" not in page
    browser.send(address, GOOD | {"_di": "tiep"})
    assert [slip.place for slip in browser.here.store.responses(ROUND.id)] == ["P02"]


def test_an_invitation_whose_place_left_the_round_is_good_for_any(browser: Browser, clock: Clock) -> None:
    (code,) = new_codes({"P02": 1}, random)
    browser.here.store.add_invitations(ROUND.id, hashed(browser.here.secret, [code]))
    elsewhere = Place(code="P03", name="Xã C", stratum="H", unit="U")
    add(browser.here, QUESTIONNAIRE, replace(ROUND, places=(ROUND.places[0], elsewhere)))
    clock.on(seconds=3)
    address = browser.fresh(f"/p/dot-1?ma={code.code}")
    assert seen(browser.get(address).text).all("select", name="_dv")
    assert browser.post(address, {**SLIP, "_dv": "P03"}).status_code == 303


def test_what_a_kiosk_made_stays_a_kiosk_s_whatever_the_address_says(browser: Browser, clock: Clock) -> None:
    address = browser.fresh("/p/dot-1?kenh=kiosk")
    bare = address.partition("?")[0]
    browser.post(bare, {"used": "1", "_ngon_ngu": "en"})
    clock.on(minutes=4)
    assert browser.get(bare).headers["location"] == "/p/dot-1?kenh=kiosk"
    browser.send(address, SLIP)
    assert browser.get(bare).headers["location"] == "/p/dot-1?kenh=kiosk"
    assert [slip.channel for slip in browser.here.store.responses(ROUND.id)] == ["kiosk"]


def test_of_very_many_places_one_is_asked_for_on_its_own_pages_only(browser: Browser, clock: Clock) -> None:
    places = tuple(Place(code=f"P{n}", name=f"Xã số {n}", stratum=f"H{n % 9}", unit="U") for n in range(600))
    add(browser.here, QUESTIONNAIRE, replace(ROUND, places=places))
    clock.on(seconds=3)
    address = browser.fresh()
    page = browser.send(address, {**GOOD, "_di": "tiep"})
    assert len(page.text) < 16_000
    nothing = browser.get(f"{address}?tang=3&dv=")
    assert word("LIGHT_PLACE_CHOOSE") in nothing.text
    assert seen(nothing.text).all("select", name="dv")
    form = browser.get(f"{address}?tang=3&dv=P3")
    assert ticked(form.text)["q1"] == [GOOD["q1"]], "what was answered is there again"


def test_what_cannot_be_a_round_is_not_looked_up(browser: Browser) -> None:
    with failing(browser, "round", RuntimeError("asked")):
        for odd in ("%00", "DOT-1", "a" * 41, "-a", "%F0%9F%98%80"):
            assert browser.get(f"/p/{odd}").status_code == 404
            assert browser.get(f"/p/{odd}/k").status_code == 404


def test_a_browser_that_takes_no_gzip_gets_none(browser: Browser) -> None:
    address = browser.fresh()
    for said, packed in (
        ("gzip;q=0", None),
        ("gzip;q=0.0, identity", None),
        ("identity", None),
        ("br, gzip; q=0.5", "gzip"),
        ("GZIP", "gzip"),
        ("deflate, gzip", "gzip"),
    ):
        answer = browser.get(address, headers={"accept-encoding": said})
        assert (said, answer.headers.get("content-encoding")) == (said, packed)


@pytest.mark.parametrize("said", ["abc", "-1", "1e3", "9" * 5000])
def test_an_odd_length_is_refused_politely(browser: Browser, said: str) -> None:
    answer = browser.post(browser.fresh(), SLIP, content_length=said)
    assert answer.status_code in (400, 413)
    seen(answer.text)


def test_a_closed_round_says_when_in_the_page_s_language_and_has_the_switch(browser: Browser, clock: Clock) -> None:
    unsent = browser.fresh()
    add(browser.here, QUESTIONNAIRE, replace(ROUND, closes=date(2026, 11, 20)))
    clock.on(seconds=3)
    page = browser.get("/p/dot-1?ngon_ngu=en").text
    assert "20 Nov 2026" in page
    assert seen(page).all("a", href="/p/dot-1?ngon_ngu=vi", lang="vi")
    assert "20 Nov 2026" in browser.post(f"{unsent}?ngon_ngu=en", SLIP).text


def test_the_citizens_process_does_not_lead_to_the_desk(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen(browser.get("/").text).all("a", href="/ban-lam-viec")
    monkeypatch.setattr("survey.forms.light.routes.site", lambda: replace(browser.here, role="public"))
    assert not seen(browser.get("/").text).all("a", href="/ban-lam-viec")
