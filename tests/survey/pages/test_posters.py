"""The printable pages: for staff alone, nothing kept, every text escaped."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from survey.errors import word
from survey.invitations import Issued, new_codes, shown
from survey.pages import addresses, posters, signin
from survey.pages.addresses import spots
from survey.pages.posters import POSTER, SHEET, poster_address, sheet_text
from survey.round import Desk
from survey.site import Site
from tests.survey.builders import counting
from tests.survey.pages.conftest import OPEN
from tests.survey.pages.test_web import Client

ROUND = replace(OPEN, desks=(Desk(code="Q1", name="<b>Quầy & 1</b>", place="P01"),))
DESK = spots(ROUND)[1]


@pytest.fixture
def client(here: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setattr(posters, "turned_away", lambda *given: None)
    monkeypatch.setenv(addresses.URL, "https://a.vn")
    here.store.save_round(ROUND)
    with Client(Starlette(routes=posters.routes())) as opened:
        yield opened


def test_without_a_session_one_is_sent_to_sign_in(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posters, "turned_away", signin.turned_away)
    (code,) = new_codes({None: 1}, counting())
    answers = (
        client.get(poster_address(ROUND.id, DESK, "vi")),
        client.get(SHEET),
        client.post(SHEET, data={"dot": ROUND.id, "ma": sheet_text([code])}),
    )
    for answer in answers:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/dang-nhap")
        assert code.code not in answer.text


def test_a_poster_shows_its_desk_the_picture_and_an_address_to_type(client: Client) -> None:
    answer = client.get(poster_address(ROUND.id, DESK, "vi"))
    assert answer.status_code == 200
    assert "&lt;b&gt;Quầy &amp; 1&lt;/b&gt;" in answer.text
    assert "<b>Quầy" not in answer.text
    assert answer.text.count("<svg") == 1
    assert "a.vn/p/dot-1<" in answer.text
    assert "HAILONG_URL" not in answer.text
    assert "Sở Nội vụ, 0205 000 000" in answer.text


def test_a_poster_speaks_english_where_it_is_asked_to(client: Client) -> None:
    answer = client.get(poster_address(ROUND.id, None, "en"))
    assert '<html lang="en">' in answer.text
    assert "Cannot scan it?" in answer.text


def test_a_poster_warns_on_the_screen_of_an_address_nobody_can_open(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(addresses.URL, "http://127.0.0.1:8501")
    assert "HAILONG_URL" in client.get(poster_address(ROUND.id, DESK, "vi")).text


@pytest.mark.parametrize(
    "query", ["", "dot=none", "dot=dot-1&noi=P99", "dot=dot-1&noi=P02&quay=Q1", "dot=dot-1&quay=Q1"]
)
def test_there_is_no_poster_of_what_does_not_exist(client: Client, query: str) -> None:
    answer = client.get(f"{POSTER}?{query}")
    assert answer.status_code == 404
    assert word("PRN_NOTHING") in answer.text


def test_there_is_no_poster_of_a_round_that_is_over(client: Client, here: Site) -> None:
    here.store.save_round(replace(ROUND, closes=date(2020, 2, 1)))
    assert client.get(poster_address(ROUND.id, DESK, "vi")).status_code == 404


def test_a_sheet_has_ten_codes_a_page_with_their_places_and_keeps_nothing(client: Client, here: Site) -> None:
    issued = new_codes({"P01": 11, None: 2}, counting())
    answer = client.post(SHEET, data={"dot": ROUND.id, "ma": sheet_text(issued)})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert [part.count('class="the"') for part in answer.text.split('class="trang"')[1:]] == [10, 3]
    assert re.findall(r'class="so">([^<]+)<', answer.text) == [shown(each.code) for each in issued]
    assert answer.text.count("<p>Xã A</p>") == 11
    assert here.store.invitation_counts(ROUND.id) == (0, 0)


@pytest.mark.parametrize("codes", ["", "XXXX", "<script>alert(1)</script> P01", "0" * 12 + "\nhỏng"])
def test_a_sheet_of_anything_but_codes_is_refused(client: Client, codes: str) -> None:
    answer = client.post(SHEET, data={"dot": ROUND.id, "ma": codes})
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text


def test_a_sheet_of_an_unknown_round_or_too_long_is_refused(client: Client) -> None:
    (code,) = new_codes({None: 1}, counting())
    assert client.post(SHEET, data={"dot": "none", "ma": sheet_text([code])}).status_code == 404
    assert client.post(SHEET, data={"dot": ROUND.id, "ma": "x" * 400_000}).status_code == 413


def test_the_most_codes_that_can_be_made_fit_on_a_sheet() -> None:
    longest = Issued(code="0" * 12, place="P" * 40)
    assert len(sheet_text([longest]).encode()) + len("%0D%0A+") <= posters._LONGEST_BODY // posters.MOST_CODES


def test_the_pages_run_no_script_and_only_their_own_styles(client: Client) -> None:
    policy = client.get(poster_address(ROUND.id, DESK, "vi")).headers["content-security-policy"]
    assert "script-src 'none'" in policy
    assert policy.count("'sha256-") == 2
    assert "unsafe" not in policy


def test_the_routes_are_the_two_pages() -> None:
    assert [route.path for route in posters.routes() if isinstance(route, Route)] == [POSTER, SHEET]
