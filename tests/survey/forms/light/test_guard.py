"""What the light form does not take, and how it says so."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from survey.errors import word
from survey.forms.light.entered import LARGEST
from survey.forms.light.page import page
from survey.limits import DESK, SENDS
from survey.links import link_token
from survey.round import Desk
from tests.survey.builders import GOOD, QUESTIONNAIRE, ROUND
from tests.survey.forms.light.conftest import Browser, Clock, add, seen, ticked

SLIP = {**GOOD, "_dv": "P01", "_di": "tiep"}


def test_a_body_over_64_kB_is_refused_before_it_is_read(browser: Browser) -> None:
    address = browser.fresh()
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 4_096

    for more in ({}, {"content_length": str(LARGEST + 1)}):
        answer = browser.post(address, endless(), **more)
        assert answer.status_code == 413
        assert word("LIGHT_TOO_LARGE") in answer.text
    assert taken <= LARGEST // 4_096 + 3
    assert browser.count() == 0


def test_too_many_fields_are_refused(browser: Browser) -> None:
    assert browser.post(browser.fresh(), b"a=1&" * 5_000).status_code == 413


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", ""])
def test_only_ordinary_forms_are_read(browser: Browser, kind: str) -> None:
    answer = browser.post(browser.fresh(), SLIP, content_type=kind)
    assert (answer.status_code, browser.count()) == (415, 0)
    assert word("LIGHT_NOT_A_FORM") in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "cross-site", "origin": "http://testserver"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null", "sec_fetch_site": "same-origin"}, 303),
        ({"origin": "http://testserver"}, 303),
        ({"origin": "null"}, 303),
        ({}, 303),
    ],
)
def test_other_sites_cannot_post_for_a_visitor(browser: Browser, headers: dict[str, str], status: int) -> None:
    assert browser.post(browser.fresh(), SLIP, **headers).status_code == status
    assert browser.count() == (status == 303)


def test_too_many_slips_from_one_address_wait_with_their_answers_on_the_page(browser: Browser, clock: Clock) -> None:
    for _ in range(SENDS.burst):
        assert browser.post(browser.fresh(), SLIP).status_code == 303
    address = browser.fresh()
    answer = browser.post(address, SLIP)
    assert (answer.status_code, browser.count()) == (429, SENDS.burst)
    seconds = int(answer.headers["retry-after"])
    assert word("LIGHT_WAIT", seconds=seconds) in answer.text
    clock.on(seconds=seconds)
    assert browser.post(address, {**ticked(answer.text), "_di": "tiep"}).status_code == 303


def test_one_desk_has_a_limit_of_its_own(browser: Browser) -> None:
    add(browser.here, QUESTIONNAIRE, replace(ROUND, desks=(Desk(code="Q1", name="Quầy 1", place="P01"),)))
    start = f"/p/dot-1?tu={link_token(browser.here.secret, ROUND.id, 'P01', 'Q1')}"
    statuses = [browser.post(browser.fresh(start), SLIP).status_code for _ in range(DESK.burst + 1)]
    assert statuses == [303] * DESK.burst + [429]
    assert browser.post(browser.fresh(), SLIP).status_code == 303


def test_guessing_codes_is_slowed_down(browser: Browser) -> None:
    statuses = {browser.get("/m/AAAA").status_code for _ in range(320)}
    assert statuses == {422, 429}


def test_every_page_says_what_may_run_in_it_and_tells_nobody_its_address(browser: Browser) -> None:
    address = browser.fresh()
    for path in (address, "/", "/m", "/p/none"):
        answer = browser.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        assert not [
            given
            for tag, given in seen(answer.text).tags
            if any(name.startswith("on") or name == "style" for name in given)
        ]


def test_a_page_of_another_room_is_escaped_and_as_strict() -> None:
    answer = page(
        "message.html",
        language="en",
        status=410,
        title="<b>",
        lines=["<script>alert(1)</script>"],
        ways=[],
        headers={"X-Y": "1"},
    )
    assert (answer.status_code, answer.headers["x-y"]) == (410, "1")
    assert "<script>" not in bytes(answer.body).decode()
    assert "script-src 'none'" in answer.headers["content-security-policy"]
