"""The ways to a form: open link, signed link, one-time code, kiosk, start page; and the place."""

from dataclasses import replace

import pytest

from survey.errors import word
from survey.forms.light.visit import WIDE
from survey.invitations import hashed, new_codes
from survey.ledger import grouped, receipt_code
from survey.links import link_token
from survey.round import Desk, Place
from tests.survey.builders import GOOD, QUESTIONNAIRE, ROUND, counting
from tests.survey.forms.light.conftest import Browser, Clock, add, seen, ticked

SLIP = {**GOOD, "_di": "tiep"}


def key_in(address: str) -> str:
    return address.partition("?")[0].rsplit("/", 1)[1]


def test_a_signed_link_names_place_and_desk_and_nobody_can_make_one_up(browser: Browser) -> None:
    add(browser.here, QUESTIONNAIRE, replace(ROUND, desks=(Desk(code="Q1", name="Quầy 1", place="P01"),)))
    token = link_token(browser.here.secret, ROUND.id, "P01", "Q1")
    address = browser.fresh(f"/p/dot-1?tu={token}")
    page = browser.get(address)
    assert "Xã A" in page.text
    assert not seen(page.text).all("select")
    browser.send(address, {**SLIP, "_dv": "P02"})
    (slip,) = browser.here.store.responses(ROUND.id)
    assert (slip.place, slip.desk, slip.channel) == ("P01", "Q1", "link")
    other = "b" if token.endswith("a") else "a"
    forged = browser.follow(f"/p/dot-1?tu={token[:-1]}{other}")
    assert seen(forged.text).all("select", name="_dv")


def test_places_are_one_list_grouped_by_stratum(browser: Browser) -> None:
    page = browser.follow("/p/dot-1")
    assert [each["label"] for each in seen(page.text).all("optgroup")] == ["Huyện 1", "Huyện 2"]


def test_a_round_with_one_place_does_not_ask_for_it(browser: Browser) -> None:
    add(browser.here, QUESTIONNAIRE, replace(ROUND, places=ROUND.places[:1]))
    browser.send(browser.fresh(), SLIP)
    (slip,) = browser.here.store.responses(ROUND.id)
    assert slip.place == "P01"


def test_many_places_are_chosen_in_two_steps_on_pages_of_their_own(browser: Browser) -> None:
    many = tuple(Place(code=f"X{n:03d}", name=f"Xã số {n}", stratum=f"Huyện {n % 11}", unit="U") for n in range(220))
    add(browser.here, QUESTIONNAIRE, replace(ROUND, places=many))
    address = browser.fresh()
    first = browser.get(address)
    assert len(seen(first.text).all("option")) == 12
    second = browser.get(address, params={"tang": "3"})
    assert len(seen(second.text).all("option")) == 21
    form = browser.get(address, params={"dv": "X003"})
    assert "Xã số 3" in form.text
    for page in (first, second, form):
        assert len(page.content) <= 30_000
    browser.send(f"{address}?dv=X003", SLIP)
    (slip,) = browser.here.store.responses(ROUND.id)
    assert (slip.place, slip.channel) == ("X003", "open")
    assert len(many) > WIDE


@pytest.fixture
def codes(browser: Browser) -> list[str]:
    issued = new_codes({None: 1, "P02": 1}, counting())
    browser.here.store.add_invitations(ROUND.id, hashed(browser.here.secret, issued))
    return [each.code for each in issued]


def test_a_one_time_code_opens_one_form_once(browser: Browser, codes: list[str]) -> None:
    add(browser.here, QUESTIONNAIRE, replace(ROUND, invitation_only=True))
    for code in codes:
        address = browser.fresh(f"/m/{code.lower()}")
        assert word("FORM_THANKS") in browser.send(address, {**SLIP, "_dv": "P01"}).text
        assert word("FORM_ALREADY") in browser.get(address).text
        used = browser.get(f"/m/{code}")
        assert (used.status_code, word("INV_USED") in used.text) == (422, True)
    slips = browser.here.store.responses(ROUND.id)
    assert sorted((slip.place, slip.channel) for slip in slips) == [("P01", "invited"), ("P02", "invited")]


def test_two_forms_of_one_code_are_one_slip(browser: Browser, codes: list[str]) -> None:
    first, second = browser.fresh(f"/m/{codes[1]}"), browser.fresh(f"/m/{codes[1]}")
    browser.send(first, SLIP)
    late = browser.post(second, SLIP)
    assert (late.status_code, word("INV_USED") in late.text) == (422, True)
    assert word("INV_USED") in browser.get(second).text
    assert browser.count() == 1


def test_codes_are_typed_by_hand_and_wrong_ones_are_explained(browser: Browser, codes: list[str]) -> None:
    assert seen(browser.get("/m").text).all("input", name="ma")
    typed = codes[0].lower()
    assert browser.get("/m", params={"ma": f"{typed[:4]}-{typed[4:8]} {typed[8:]}"}).status_code == 303
    for wrong in ("abc", codes[0][:-1] + ("0" if codes[0][-1] != "0" else "2"), "<script>"):
        answer = browser.get("/m", params={"ma": wrong})
        assert answer.status_code == 422
        assert "<script>" not in answer.text
        assert seen(answer.text).all("input", name="ma")[0]["value"] == wrong


def test_a_round_for_the_invited_only_turns_others_away_politely(browser: Browser, codes: list[str]) -> None:
    unsent = browser.fresh()
    add(browser.here, QUESTIONNAIRE, replace(ROUND, invitation_only=True))
    browser.clock.on(seconds=3)
    for address in ("/p/dot-1", unsent, f"{unsent}?kenh=kiosk"):
        answer = browser.get(address)
        assert word("INV_NEEDED") in answer.text
        assert seen(answer.text).all("a", href="/m")
    assert browser.post(f"{unsent}?kenh=kiosk", {**SLIP, "_dv": "P01"}).status_code == 422
    assert browser.count() == 0


def test_a_kiosk_shows_a_receipt_once_and_goes_back_to_a_fresh_form(browser: Browser, clock: Clock) -> None:
    start = f"/p/dot-1?tu={link_token(browser.here.secret, ROUND.id, 'P01')}&kenh=kiosk"
    address = browser.fresh(start)
    sent = browser.post(address + "&ngon_ngu=en", SLIP)
    thanks = browser.get(sent.headers["location"])
    receipt = grouped(receipt_code(key_in(address)))
    assert receipt in thanks.text
    assert thanks.headers["refresh"] == f"20;url={start}", "same desk, first language again"
    assert "<svg" in thanks.text
    for back in (sent.headers["location"], address):
        answer = browser.get(back)
        assert answer.status_code == 303
        assert "/p/dot-1?" in answer.headers["location"]
    (slip,) = browser.here.store.responses(ROUND.id)
    assert slip.channel == "kiosk"


def test_a_kiosk_receipt_that_nobody_fetched_is_not_shown_later(browser: Browser, clock: Clock) -> None:
    address = browser.fresh("/p/dot-1?kenh=kiosk")
    sent = browser.post(address, {**SLIP, "_dv": "P01"})
    clock.on(seconds=30)
    assert browser.get(sent.headers["location"]).status_code == 303


def test_a_kiosk_keeps_no_half_filled_form_for_the_next_person(browser: Browser, clock: Clock) -> None:
    address = browser.fresh("/p/dot-1?kenh=kiosk")
    page = browser.send(address, {"used": "1", "_ngon_ngu": "en"})
    assert ticked(page.text)["used"] == ["1"]
    cleared = browser.post(str(page.url), {"used": "1", "_di": "bo"})
    assert cleared.headers["location"] == "/p/dot-1?kenh=kiosk"
    assert "used" not in ticked(browser.get(str(page.url)).text)
    browser.send(address, {"used": "1", "_ngon_ngu": "en"})
    clock.on(minutes=4)
    assert browser.get(address).headers["location"] == "/p/dot-1?kenh=kiosk"


def test_a_receipt_comes_as_a_qr_code_when_asked_for(browser: Browser) -> None:
    address = browser.fresh()
    browser.send(address, {**SLIP, "_dv": "P01"})
    assert "<svg" not in browser.get(address).text
    picture = browser.get(f"{address}?qr=1")
    assert "<svg" in picture.text
    assert seen(picture.text).all("span", role="img")


def test_the_start_page_leads_everywhere_in_both_languages(browser: Browser) -> None:
    for language, other in (("vi", ""), ("en", "?ngon_ngu=en")):
        page = browser.get(f"/{other}")
        links = {given["href"] for given in seen(page.text).all("a")}
        assert {f"/p/dot-1{other}", f"/m{other}", f"/bien-nhan{other}", "/ban-lam-viec"} <= links
        assert f'<html lang="{language}">' in page.text
