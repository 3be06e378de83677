"""From the address to the receipt: exactly once, nothing lost, nothing claimed that is not so."""

from dataclasses import replace
from datetime import date

import pytest

from survey.errors import Problem, Refused, word
from survey.forms.light.visit import stamp
from survey.keys import key_hash, new_key
from survey.ledger import grouped, receipt_code
from survey.round import NOTICE
from tests.survey.builders import GOOD, QUESTIONNAIRE, ROUND, counting
from tests.survey.forms.light.conftest import Browser, Clock, add, failing, seen, ticked

ANSWERS = {**GOOD, "_dv": "P01", "_di": "tiep"}


def key_in(address: str) -> str:
    return address.partition("?")[0].rsplit("/", 1)[1]


def test_the_address_of_a_round_leads_to_a_form_of_its_own_each_time(browser: Browser) -> None:
    first, second = browser.fresh(), browser.fresh()
    assert first != second
    assert browser.get(first).headers["cache-control"] == "no-store"
    assert browser.count() == 0


def test_a_sent_slip_is_stored_once_and_its_address_shows_the_receipt_for_ever(browser: Browser) -> None:
    address = browser.fresh()
    receipt = grouped(receipt_code(key_in(address)))
    thanks = browser.send(address, ANSWERS)
    assert word("FORM_THANKS") in thanks.text
    assert receipt in thanks.text
    for _ in range(2):
        again = browser.get(address)
        assert (again.status_code, word("FORM_ALREADY") in again.text, receipt in again.text) == (200, True, True)
        assert "<form" not in again.text
    resent = browser.send(address, {**ANSWERS, "q1": "1", "why": "x"})
    assert word("FORM_ALREADY") in resent.text
    (slip,) = browser.here.store.responses(ROUND.id)
    assert slip.answers == {"used": "1", "ways": ("web", "desk"), "times": 3, "q1": "5", "comment": "Rất tốt"}
    assert (slip.place, slip.channel, slip.language) == ("P01", "open", "vi")


def test_a_key_that_another_process_stored_is_not_asked_again(browser: Browser, clock: Clock) -> None:
    address = browser.fresh()
    other = Browser(browser.here, clock)
    assert other.post(address, ANSWERS).status_code == 303
    other.close()
    browser.get(address)  # this process minted the key and believes it fresh
    assert word("FORM_ALREADY") in browser.get(address).text
    assert browser.count() == 1


def test_a_key_of_no_making_of_ours_is_replaced(browser: Browser) -> None:
    answer = browser.get("/p/dot-1/abc?tu=x&ngon_ngu=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/p/dot-1?tu=x&ngon_ngu=en")
    other = new_key(browser.here.secret, counting(), "another-round")
    assert browser.get(f"/p/dot-1/{other}").status_code == 303
    refused = browser.post(f"/p/dot-1/{other}", ANSWERS)
    assert (refused.status_code, browser.count()) == (400, 0)
    assert word("LIGHT_NOT_TAKEN") in refused.text


def test_what_is_missing_is_told_at_the_top_and_at_the_field_and_nothing_typed_is_lost(browser: Browser) -> None:
    address = browser.fresh()
    day = {"day.d": "31", "day.m": "02", "day.y": "2026"}
    given = {"used": "1", "times": "99", "ways": "web", "fee": "1.500", "comment": 'Tốt\n"<b>&', **day}
    answer = browser.post(address, given)
    assert (answer.status_code, browser.count()) == (422, 0)
    assert "<title>" + word("LIGHT_ERROR") in answer.text
    page = seen(answer.text)
    links = {given["href"] for given in page.all("a") if given.get("href", "").startswith("#")}
    by_name = {given.get("name"): given for _, given in page.tags if "id" in given}
    assert links == {"#cp", *(f"#{by_name[name]['id']}" for name in ("times", "q1", "fee", "day.d"))}
    assert by_name["times"]["aria-invalid"] == "true"
    assert "Số lần từ 1 đến 50." in answer.text
    back = ticked(answer.text)
    assert {name: back[name] for name in given} == {name: [value] for name, value in given.items()}
    better = {"_dv": "P02", "times": "2", "q1": "4", "fee": "1500", "day.d": "28", "_di": "tiep"}
    mended = browser.send(address, {**back, **better})
    assert word("FORM_THANKS") in mended.text
    (slip,) = browser.here.store.responses(ROUND.id)
    assert (slip.answers["day"], slip.answers["fee"], slip.answers["comment"]) == ("2026-02-28", 1500.0, 'Tốt\n"<b>&')


@pytest.mark.parametrize(
    ("typed", "kept"),
    [({"day.d": "7", "day.m": "3", "day.y": "2026"}, "2026-03-07"), ({"day": "07/03/2026"}, "2026-03-07"),
     ({"day": "2026-03-07"}, "2026-03-07"), ({"day.d": "", "day.m": "", "day.y": ""}, None)],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(browser: Browser, typed: dict[str, str], kept: str | None) -> None:
    browser.send(browser.fresh(), {**ANSWERS, **typed})
    (slip,) = browser.here.store.responses(ROUND.id)
    assert slip.answers.get("day") == kept


def test_a_hidden_question_that_is_required_does_not_block(browser: Browser) -> None:
    answer = browser.send(browser.fresh(), {"used": "2", "_dv": "P01", "ways": "web", "q1": "1"})
    assert word("FORM_THANKS") in answer.text
    (slip,) = browser.here.store.responses(ROUND.id)
    assert slip.answers == {"used": "2"}


def test_an_empty_form_is_not_taken(browser: Browser) -> None:
    answer = browser.post(browser.fresh(), b"")
    assert (answer.status_code, browser.count()) == (422, 0)


@pytest.mark.parametrize("code", ["STO_QUEUE", "STO_CLOCK"])
def test_when_the_store_cannot_take_it_nothing_is_thanked_for_and_nothing_lost(browser: Browser, code: str) -> None:
    address = browser.fresh()
    with failing(browser, "add", Refused([Problem(code=code)])):
        answer = browser.post(address, ANSWERS)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert word("FORM_SAVE_FAILED") in answer.text
    assert word("FORM_THANKS") not in answer.text
    again = browser.send(address, {**ticked(answer.text), "_di": "tiep"})
    assert word("FORM_THANKS") in again.text
    assert browser.count() == 1


def test_what_nobody_foresaw_is_a_polite_page_that_claims_nothing(browser: Browser) -> None:
    address = browser.fresh()
    with failing(browser, "add", RuntimeError("secret detail")):
        answer = browser.post(f"{address}?ngon_ngu=en", ANSWERS)
    assert answer.status_code == 500
    assert word("FORM_BROKEN", "en") in answer.text
    assert "secret detail" not in answer.text
    seen(answer.text)


def test_the_moment_of_opening_travels_sealed_and_a_forged_one_counts_as_unknown(
    browser: Browser, clock: Clock
) -> None:
    def sent_after(minutes: float, stamped: str | None = None) -> str:
        address = browser.fresh()
        fields = ticked(browser.get(address).text)
        clock.on(minutes=minutes)
        browser.send(address, {**ANSWERS, "_luc": stamped if stamped is not None else fields["_luc"][0]})
        slips = browser.here.store.responses(ROUND.id)
        return next(slip.duration for slip in slips if slip.key_hash == key_hash(key_in(address)))

    assert sent_after(5) == "3-10"
    assert sent_after(12) == "10-30"
    assert sent_after(5, "") == ""
    assert sent_after(5, stamp(b"another secret", "k", clock.now)) == ""
    assert sent_after(5, "zz-00") == ""


def test_the_trap_that_no_person_sees_marks_the_slip(browser: Browser) -> None:
    address = browser.fresh()
    page = seen(browser.get(address).text)
    (trap,) = page.all("input", name="_email")
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    browser.send(address, {**ANSWERS, "_email": "a@b.example"})
    (slip,) = browser.here.store.responses(ROUND.id)
    assert slip.flags != ()


def test_rounds_that_are_not_open_say_so_and_show_old_receipts(browser: Browser, clock: Clock) -> None:
    address = browser.fresh()
    browser.send(address, ANSWERS)
    unsent = browser.fresh()
    add(browser.here, QUESTIONNAIRE, replace(ROUND, closes=date(2026, 11, 20)))
    clock.on(seconds=3)
    assert "20/11/2026" in browser.get("/p/dot-1").text
    assert "20/11/2026" in browser.get(unsent).text
    assert word("FORM_ALREADY") in browser.get(address).text
    late = browser.post(unsent, ANSWERS)
    assert (late.status_code, browser.count()) == (422, 1)
    assert "20/11/2026" in late.text
    add(browser.here, QUESTIONNAIRE, replace(ROUND, opens=date(2026, 12, 1), closes=None))
    clock.on(seconds=3)
    assert "01/12/2026" in browser.get("/p/dot-1").text


def test_settings_of_a_round_are_at_most_two_seconds_old(browser: Browser, clock: Clock) -> None:
    address = browser.fresh()
    assert "ĐỢT MINH HỌA" not in browser.get(address).text
    add(browser.here, QUESTIONNAIRE, replace(ROUND, demonstration=True))
    clock.on(seconds=2.1)
    assert "ĐỢT MINH HỌA" in browser.get(address).text


def test_a_round_that_does_not_exist_is_a_polite_404(browser: Browser) -> None:
    for answer in (browser.get("/p/none"), browser.get("/p/none/k"), browser.post("/p/none/k", ANSWERS)):
        assert answer.status_code == 404
        assert word("FORM_NO_ROUND") in answer.text
        seen(answer.text)


def test_the_language_changes_without_losing_what_was_answered(browser: Browser) -> None:
    address = browser.fresh()
    page = browser.send(address, {"used": "1", "times": "3", "comment": "Tốt", "_ngon_ngu": "en"})
    assert page.status_code == 200
    assert '<html lang="en">' in page.text
    back = ticked(page.text)
    assert (back["used"], back["times"], back["comment"]) == (["1"], ["3"], ["Tốt"])
    answer = browser.send(str(page.url), {**back, **ANSWERS})
    assert word("FORM_THANKS", "en") in answer.text
    (slip,) = browser.here.store.responses(ROUND.id)
    assert slip.language == "en"


def test_what_is_not_translated_is_marked_as_vietnamese(browser: Browser) -> None:
    english = browser.follow("/p/dot-1?ngon_ngu=en").text
    assert '<span lang="vi">Câu used</span>' in english
    assert ">Yes<" in english
    vietnamese = browser.follow("/p/dot-1").text
    assert 'lang="vi"' not in vietnamese.replace('<html lang="vi">', "")


def test_the_notice_comes_before_the_first_question(browser: Browser) -> None:
    page = browser.follow("/p/dot-1").text
    first = page.index("<fieldset")
    said = ("FORM_PRIVACY_FREE", "FORM_PRIVACY_NONE", "FORM_PRIVACY_KEPT", "FORM_COMPLAINT", "LIGHT_WITHDRAW")
    for code in said:
        assert page.index(word(code)) < first
    assert page.index(NOTICE) < first
    assert page.index("Sở Nội vụ, 0205 000 000") < first
    assert page.index(word("LIGHT_SEND_MEANS")) < page.rindex(word("FORM_SEND"))
