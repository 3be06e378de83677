"""The desk page about ways of answering: what it hands out; one-time codes are shown once and kept as hashes."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from survey.errors import word
from survey.invitations import code_hash, read_code
from survey.links import Link, link_token, read_link
from survey.pages import addresses, channels
from survey.pages.addresses import base, spots, ways
from survey.round import Desk, Place
from survey.site import Site
from survey.words import plain
from tests.survey.builders import overwrite
from tests.survey.desk import sits
from tests.survey.pages.conftest import OPEN

DESKS = (Desk(code="Q1", name="Quầy 1", place="P01"), Desk(code="Q2", name="=2+2", place="P02"))


@pytest.fixture(autouse=True)
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest has no cookies: the page is looked at by somebody who is signed in."""
    sits(monkeypatch, "Lan", "analyst")
    monkeypatch.delenv(addresses.URL, raising=False)


def channels_page() -> None:
    from survey.pages import channels  # noqa: PLC0415  AppTest runs this function's text

    channels.show()


def run(page: Callable[[], None] = channels_page) -> AppTest:
    at = AppTest.from_function(page, default_timeout=30).run()
    assert not at.exception
    return at


@pytest.mark.parametrize(
    ("setting", "opened", "public", "doubt"),
    [
        ("", "http://127.0.0.1:8501/cach-tra-loi", "http://127.0.0.1:8501", "CHN_ONLY_HERE"),
        ("", "http://localhost:8501/", "http://localhost:8501", "CHN_ONLY_HERE"),
        ("", "http://[::1]:8501/", "http://[::1]:8501", "CHN_ONLY_HERE"),
        ("", "", "", "CHN_ONLY_HERE"),
        ("", "https://noi-bo.vn/cach-tra-loi?x=1", "https://noi-bo.vn", None),
        ("https://a.vn/", "http://127.0.0.1:8501/", "https://a.vn", None),
        (" https://a.vn/ks ", "http://127.0.0.1/", "https://a.vn/ks", None),
        ("http://0.0.0.0:80", "https://b.vn/", "http://0.0.0.0:80", "CHN_ONLY_HERE"),
        ("a.vn", "https://b.vn/", "https://b.vn", "CHN_BAD_URL"),
        ("ftp://a.vn", "https://b.vn/", "https://b.vn", "CHN_BAD_URL"),
        ("https://a.vn?x=1", "https://b.vn/", "https://b.vn", "CHN_BAD_URL"),
    ],
)
def test_links_stand_under_an_address_that_citizens_can_reach_or_a_warning_says_so(
    monkeypatch: pytest.MonkeyPatch, setting: str, opened: str, public: str, doubt: str | None
) -> None:
    monkeypatch.setenv(addresses.URL, setting)
    assert (base(opened).public, base(opened).doubt) == (public, doubt)


def test_citizens_get_the_public_address_and_staff_the_desks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(addresses.URL, "https://a.vn")
    round_ = replace(OPEN, desks=DESKS)
    spot = spots(round_)[1]
    found = ways(round_, spot, base("http://10.0.0.5:8501/x"), bytes(32))
    assert spot.name == "Xã A – Quầy 1"
    token = link_token(bytes(32), round_.id, "P01", "Q1")
    assert found.citizens == f"https://a.vn/p/dot-1?tu={token}"
    assert found.kiosk == f"https://a.vn/p/dot-1?tu={token}&kenh=kiosk"
    assert found.assisted.startswith("http://10.0.0.5:8501/phieu?dot=dot-1")
    assert found.paper.endswith("kenh=paper")
    assert read_link(bytes(32), round_, token) == Link(place="P01", desk="Q1")


def test_the_page_shows_the_open_link_and_that_of_the_chosen_desk(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(addresses.URL, "https://a.vn")
    here.store.save_round(replace(OPEN, desks=DESKS))
    at = run()
    shown = [code.value for code in at.code]
    assert shown[0] == "https://a.vn/p/dot-1"
    assert len(shown) == 8
    assert not at.warning
    at.selectbox(key="channels-spot").set_value(1).run()
    assert read_link(here.secret, here.store.round("dot-1"), at.code[4].value.partition("tu=")[2]) == Link(
        place="P01", desk="Q1"
    )


def test_the_page_warns_of_an_address_that_nobody_else_can_open(here: Site) -> None:
    assert "HAILONG" in run().warning[0].value


def test_a_round_without_places_speaks_of_none_to_choose(here: Site) -> None:
    overwrite(here.store, replace(OPEN, places=(), desks=()))
    said = {plain(word(code)) for code in ("CHN_OPEN_MEANS_ONE", "CHN_NO_PLACES")}
    shown = {caption.value for caption in run().caption}
    assert said <= shown and plain(word("CHN_OPEN_MEANS")) not in shown


def test_a_round_that_is_over_or_for_the_invited_only_is_said_to_be_so(here: Site) -> None:
    overwrite(here.store, replace(OPEN, closes=date(2020, 1, 2), invitation_only=True, places=()))
    at = run()
    assert [info.value for info in at.info] == [
        word("CHN_CLOSED").replace(".", "\\."),
        word("CHN_INVITED_ONLY").replace(".", "\\."),
    ]


def test_nothing_is_handed_out_for_an_archived_round(here: Site) -> None:
    overwrite(here.store, replace(OPEN, state="archived"))
    at = run()
    assert [info.value for info in at.info] == [plain(word("CHN_ARCHIVED"))]
    assert not at.code and not at.button


def test_codes_are_made_for_each_chosen_place_shown_once_and_kept_as_hashes(here: Site) -> None:
    at = run()
    at.multiselect(key="invitation-places").set_value(["P01", "P02"])
    at.number_input(key="invitation-number").set_value(3)
    next(button for button in at.button if button.label == word("CHN_MAKE")).click().run()
    assert not at.exception
    assert [metric.value for metric in at.metric] == ["6", "0"]
    sheet = next(part.proto.body for part in at.get("html") if "/in/giay-moi" in part.proto.body)
    lines = sheet.partition('name="ma">')[2].partition("<")[0].splitlines()
    assert [line.split()[1] for line in lines] == ["P01"] * 3 + ["P02"] * 3
    for line in lines:
        code, place = line.split()
        kept = here.store.invitation(code_hash(here.secret, read_code(code)))
        assert kept is not None
        assert (kept.round_id, kept.place, kept.used) == ("dot-1", place, False)
        assert code.encode() not in (here.folder / "hailong.sqlite3").read_bytes()
    next(button for button in at.button if button.label == word("CHN_HIDE_CODES")).click().run()
    assert not any("giay-moi" in part.proto.body for part in at.get("html"))


def test_more_codes_than_a_sheet_holds_are_refused_with_a_word(here: Site) -> None:
    at = run()
    at.multiselect(key="invitation-places").set_value(["P01", "P02"])
    at.number_input(key="invitation-number").set_value(4000)
    next(button for button in at.button if button.label == word("CHN_MAKE")).click().run()
    assert "5000" in at.error[0].value
    assert here.store.invitation_counts("dot-1") == (0, 0)


def test_a_button_pressed_after_the_session_ended_makes_no_codes(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run()
    sits(monkeypatch, None)
    next(button for button in at.button if button.label == word("CHN_MAKE")).click().run()
    assert here.store.invitation_counts("dot-1") == (0, 0)


def test_a_csv_starts_no_formula_and_comes_back_equal() -> None:
    rows = [("Nơi", "Địa chỉ"), ("=2+2", "https://a.vn"), ("@SUM(1)", "+1"), ("a,b", 'c"d\ne')]
    text = channels.csv_file(rows).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["Nơi", "Địa chỉ"], ["'=2+2", "https://a.vn"], ["'@SUM(1)", "'+1"], ["a,b", 'c"d\ne'],
    ]  # fmt: skip


def test_every_place_is_followed_by_its_desks() -> None:
    round_ = replace(OPEN, places=(*OPEN.places, Place(code="P03", name="Xã C", stratum="H", unit="U")), desks=DESKS)
    assert [(spot.place.code, spot.desk and spot.desk.code) for spot in spots(round_)] == [
        ("P01", None), ("P01", "Q1"), ("P02", None), ("P02", "Q2"), ("P03", None),
    ]  # fmt: skip
