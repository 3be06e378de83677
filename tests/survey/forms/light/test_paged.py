"""Long forms: pages with a draft that only the form's address opens."""

from dataclasses import replace
from datetime import date

import pytest

from survey.errors import Problem, Refused, word
from survey.expression import Expression
from survey.forms.light.layout import pages
from survey.keys import key_hash
from survey.questionnaire import Questionnaire, Section
from tests.survey.builders import LEVELS, ROUND, YES_NO, question
from tests.survey.forms.light.conftest import Browser, Clock, add, seen, ticked

LONG = Questionnaire(
    id="dai",
    version="1",
    title={"vi": "Phiếu dài", "en": "Long form"},
    languages=("vi", "en"),
    sections=(
        Section(
            name="a",
            label={"vi": "Phần A"},
            questions=(
                question("used", "select_one", scale=YES_NO, required=True),
                *(question(f"a{n}", "select_one", scale=LEVELS) for n in range(15)),
            ),
        ),
        Section(
            name="b",
            label={"vi": "Phần B"},
            relevant=Expression("${used} = '1'"),
            questions=tuple(question(f"b{n}", "select_one", scale=LEVELS, required=n == 0) for n in range(15)),
        ),
        Section(
            name="c",
            label={"vi": "Phần C"},
            questions=(
                *(question(f"c{n}", "select_one", scale=LEVELS) for n in range(10)),
                question("c_used", "text", relevant=Expression("${used} = '1'")),
                question("comment", "text"),
            ),
        ),
    ),
)
LONG_ROUND = replace(ROUND, id="dai", questionnaire=LONG.content_hash())
FIRST = {"used": "1", "a3": "4", "_dv": "P02", "_di": "tiep"}


@pytest.fixture
def address(browser: Browser) -> str:
    add(browser.here, LONG, LONG_ROUND)
    return browser.fresh("/p/dai")


def test_up_to_thirty_questions_stand_on_one_page_more_on_pages_by_section() -> None:
    def shape(*sizes: int, factors: int = 0) -> list[list[int]]:
        sections = tuple(
            Section(
                name=f"s{at}",
                label={"vi": "x"},
                questions=tuple(
                    question(f"q{at}_{n}", "integer", factor=f"f{n // factors}" if factors else None)
                    for n in range(size)
                ),
            )
            for at, size in enumerate(sizes)
        )
        found = pages(replace(LONG, sections=sections))
        assert [q for page in found for part in page for q in part.questions] == [
            q for s in sections for q in s.questions
        ]
        return [[len(part.questions) for part in page] for page in found]

    assert shape(10, 20) == [[10, 20]]
    assert shape(8, 8, 6, 7, 14) == [[8, 8], [6, 7], [14]]
    assert shape(40, factors=12) == [[24], [16]]
    assert shape(40) == [[30], [10]]
    assert shape(1, 30) == [[1], [30]]


def test_a_long_form_is_answered_page_by_page_and_stored_once(browser: Browser, address: str) -> None:
    second = browser.send(address, FIRST)
    assert "trang=2" in str(second.url)
    assert word("LIGHT_PART", part=2, parts=3) in second.text
    third = browser.send(str(second.url), {"b0": "5", "_di": "tiep"})
    assert "trang=3" in str(third.url)
    assert browser.count("dai") == 0
    thanks = browser.send(str(third.url), {"comment": "Xong", "c_used": "có", "_di": "tiep"})
    assert word("FORM_THANKS") in thanks.text
    (slip,) = browser.here.store.responses("dai")
    assert slip.answers == {"used": "1", "a3": "4", "b0": "5", "c_used": "có", "comment": "Xong"}
    assert slip.place == "P02"
    assert browser.here.store.draft(key_hash(address.rsplit("/", 1)[1])) is None


def test_a_refresh_a_step_back_and_the_bare_link_find_everything_again(browser: Browser, address: str) -> None:
    second = str(browser.send(address, FIRST).url)
    browser.post(second, {"b0": "2", "b1": "3", "_di": "luu"})
    for _ in range(2):
        back = ticked(browser.get(second).text)
        assert (back["b0"], back["b1"]) == (["2"], ["3"])
    first = browser.send(second, {"b0": "2", "_di": "lui"})
    back = ticked(first.text)
    assert (back["used"], back["a3"], back["_dv"]) == (["1"], ["4"], ["P02"])
    browser.post(str(first.url), {**FIRST, "a3": ""})
    resumed = browser.get(address)
    assert ticked(resumed.text)["b0"] == ["2"], "the link opens the page that was reached"
    assert "a3" not in ticked(browser.get(f"{address}?trang=1").text), "an answer taken back is gone"
    assert "trang=3" in str(browser.send(address, {**ticked(resumed.text), "_di": "tiep"}).url), (
        "and goes on from there"
    )


def test_saving_checks_nothing_and_shows_the_link(browser: Browser, address: str) -> None:
    saved = browser.send(address, {"a1": "2", "_di": "luu"})
    assert saved.status_code == 200
    assert f"http://testserver{address}<" in saved.text
    assert word("FORM_PROBLEMS", count=1) not in saved.text
    assert ticked(saved.text)["a1"] == ["2"]
    assert browser.count("dai") == 0


def test_going_on_checks_this_page_only_and_keeps_what_was_typed(browser: Browser, address: str) -> None:
    stays = browser.post(address, {"a1": "2", "_di": "tiep"})
    assert stays.status_code == 422
    assert word("FORM_PROBLEMS", count=2) in stays.text  # the place and one answer; the other pages' can wait
    assert ticked(stays.text)["a1"] == ["2"]
    assert ticked(browser.get(address).text)["a1"] == ["2"]


def test_pages_that_ask_nothing_are_passed_over_and_the_last_one_is_always_seen(browser: Browser, address: str) -> None:
    third = browser.send(address, {**FIRST, "used": "2"})
    assert "trang=3" in str(third.url)
    page = seen(third.text)
    hidden = [given for tag, given in page.tags if "hidden" in given and tag in ("div", "fieldset", "section")]
    assert len(hidden) == 1, "what other pages' answers rule out is hidden without a style"
    assert "trang=1" in str(browser.send(str(third.url), {"_di": "lui"}).url)
    assert browser.count("dai") == 0


def test_an_error_on_an_earlier_page_leads_there(browser: Browser, address: str) -> None:
    second = str(browser.send(address, FIRST).url)
    browser.post(second, {"b0": "2", "_di": "luu"})
    last = second.replace("trang=2", "trang=3")
    browser.post(second, {"b0": "", "_di": "luu"})
    led = browser.send(last, {"comment": "x", "_di": "tiep"})
    assert "trang=2" in str(led.url)
    assert "<title>" + word("LIGHT_ERROR") in led.text
    assert ticked(browser.get(last).text)["comment"] == ["x"]
    assert browser.count("dai") == 0


def test_who_reads_the_database_cannot_read_a_draft(browser: Browser, address: str) -> None:
    browser.post(address, {**FIRST, "_di": "luu"})
    content = browser.here.store.draft(key_hash(address.rsplit("/", 1)[1]))
    assert content is not None
    assert b"P02" not in content
    assert b"used" not in content


def test_drafts_that_cannot_be_kept_are_told_and_the_answers_stay(
    browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Refused([Problem(code="STO_DISK_LOW")])

    monkeypatch.setattr(browser.here.store, "save_draft", full)
    for move, button in (("tiep", "FORM_NEXT"), ("luu", "LIGHT_SAVE")):
        answer = browser.post(address, {**FIRST, "_di": move})
        assert (answer.status_code, word("LIGHT_NOT_KEPT", button=word(button)) in answer.text) == (503, True)
        assert ticked(answer.text)["a3"] == ["4"]


def test_a_sent_long_form_keeps_no_draft_whatever_is_pressed_later(browser: Browser, address: str) -> None:
    second = str(browser.send(address, FIRST).url)
    third = str(browser.send(second, {"b0": "1", "_di": "tiep"}).url)
    browser.send(third, {"_di": "tiep"})
    for page, move in ((second, "luu"), (third, "lui"), (third, "tiep")):
        assert word("FORM_ALREADY") in browser.send(page, {"b0": "5", "_di": move}).text
    assert browser.here.store.draft(key_hash(address.rsplit("/", 1)[1])) is None
    assert browser.count("dai") == 1


def test_the_time_counts_from_the_first_page(browser: Browser, address: str, clock: Clock) -> None:
    fields = ticked(browser.get(address).text)
    second = browser.send(address, {**FIRST, "_luc": fields["_luc"][0]})
    clock.on(minutes=5)
    third = browser.send(str(second.url), {"b0": "1", "_di": "tiep", "_luc": ticked(second.text)["_luc"][0]})
    browser.send(str(third.url), {"_di": "tiep", "_luc": ticked(third.text)["_luc"][0]})
    (slip,) = browser.here.store.responses("dai")
    assert slip.duration == "3-10"


def test_who_goes_on_in_a_round_that_has_ended_since_is_told_so_before_anything_is_to_be_mended(
    browser: Browser, address: str, clock: Clock
) -> None:
    assert browser.post(address, {"_di": "tiep"}).status_code == 422  # a required answer is missing
    add(browser.here, LONG, replace(LONG_ROUND, closes=date(2026, 11, 20)))
    clock.on(seconds=3)
    answer = browser.post(address, {"_di": "tiep"})
    assert answer.status_code == 303
    assert "20/11/2026" in browser.get(answer.headers["location"]).text
