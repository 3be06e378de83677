"""The desk page about voids: two persons, reasons, counts by office, and never an answer."""

import os
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from survey import access
from survey.clock import today
from survey.ledger import grouped
from survey.pages import voids
from survey.proof.voiding import withdraw
from survey.roles import Role
from survey.site import Site
from tests.survey.builders import ROUND, counting
from tests.survey.desk import sits
from tests.survey.proof.slips import code_of, slip

WHY = "Phiếu này bị nhập hai lần"


@pytest.fixture
def here(here: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    for number in (1, 2, 3):
        here.store.add(slip(number, answers={"used": "1", "why": "SECRET ANSWER"}))
    for name in ("Lan", "Bình"):
        access.reset_passcode(here.folder, os.urandom, name, "administrator")
    return here


@pytest.fixture
def page(here: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], AppTest]:
    """The page as it looks to a person of this name."""

    def run(name: str, role: Role = "approver") -> AppTest:
        monkeypatch.setattr(voids, "person", lambda: name)
        sits(monkeypatch, name, role)
        at = AppTest.from_function(script, default_timeout=30).run()
        assert not at.exception
        return at

    return run


def script() -> None:
    from survey.pages import voids  # noqa: PLC0415  AppTest runs this function's text

    voids.show()


def ask(at: AppTest, what: str, reason: str = WHY) -> AppTest:
    at.text_input(key="slip").set_value(what)
    at.text_input(key="why").set_value(reason)
    return at.button(key="ask-void").click().run()


def number(here: Site, of: int = 1) -> str:
    """The id of the first act about that slip, by which the page knows the request."""
    return next(act.id for act in here.store.void_acts(ROUND.id) if act.response_id == slip(of).id)


def decide(at: AppTest, request: str, button: str, reason: str = WHY) -> AppTest:
    at.text_input(key=f"why-{request}").set_value(reason)
    at = at.button(key=f"{button}-{request}").click().run()
    assert not at.exception
    return at


def counts(at: AppTest) -> dict[str, list[str]]:
    return {row[0].replace("\\", ""): row[1:] for row in at.table[0].value.values.tolist()}


def test_one_asks_another_approves_and_the_counts_say_so(here: Site, page: Callable[[str], AppTest]) -> None:
    at = page("Lan")
    assert counts(at) == {
        "U1": ["2", "0", "0", "2"],
        "U2": ["1", "0", "0", "1"],
        "Tổng cộng": ["3", "0", "0", "3"],
    }
    assert "Không có yêu cầu nào" in at.info[0].value
    at = ask(at, grouped(code_of(1)))
    assert "chờ người khác quyết định" in at.success[0].value
    assert at.button(key=f"yes-{number(here)}").disabled

    at = page("Bình")
    assert any("Lan" in part.value and "yêu cầu" in part.value for part in at.markdown)
    assert any(WHY in part.value for part in at.markdown)
    at = decide(at, number(here), "yes", "Đã đối chiếu sổ giao nhận")
    assert "Đã hủy phiếu" in at.success[0].value
    assert counts(at)["U1"] == ["2", "1", "0", "1"]
    assert [(act.act, act.actor) for act in here.store.void_acts(ROUND.id)] == [("ask", "Lan"), ("approve", "Bình")]
    assert at.dataframe[0].value["Người làm"].tolist() == ["Lan", "Bình"]


def test_a_refusal_leaves_the_slip_in(here: Site, page: Callable[[str], AppTest]) -> None:
    ask(page("Lan"), slip(2).id)
    at = page("Bình")
    at = decide(at, number(here, 2), "no", "Không đủ căn cứ để hủy")
    assert "Đã giữ lại phiếu" in at.success[0].value
    assert len(here.store.responses(ROUND.id)) == 3


def test_what_is_wrong_is_told_and_nothing_is_noted(here: Site, page: Callable[[str], AppTest]) -> None:
    for what, reason, said in (
        (code_of(1), "ngắn", "Lý do phải có"),
        (code_of(9), WHY, "không có phiếu với mã đó"),
        ("abc", WHY, "Mã biên nhận có"),
    ):
        at = ask(page("Lan"), what, reason)
        assert said in at.error[0].value.replace("\\", "")
    assert here.store.void_acts(ROUND.id) == ()


def test_a_citizens_withdrawal_shows_the_days_that_are_left(here: Site, page: Callable[[str], AppTest]) -> None:
    withdraw(here.store, code_of(1), today=today() - timedelta(days=5), random=counting())
    at = page("Lan")
    assert any("người gửi phiếu" in part.value for part in at.markdown)
    assert any("Còn 10 ngày" in part.value for part in at.caption)
    assert not at.button(key=f"yes-{number(here)}").disabled


def test_a_citizens_withdrawal_of_a_paper_slip_is_confirmed_by_one_and_approved_by_another(
    here: Site, page: Callable[[str], AppTest]
) -> None:
    here.store.add(slip(4, channel="paper", interviewer="Lan"))
    withdraw(here.store, code_of(4), today=today(), random=counting())
    request = number(here, 4)
    assert page("Lan").button(key=f"yes-{request}").disabled, "who entered the slip"
    at = page("Bình")
    assert at.button(key=f"yes-{request}").label == "Xác nhận, chuyển người khác duyệt"
    assert "Đã xác nhận" in decide(at, request, "yes").success[0].value
    assert page("Bình").button(key=f"yes-{request}").disabled
    at = page("Hoa")
    assert any("Bình đã xác nhận" in part.value for part in at.markdown)
    at = decide(at, request, "yes")
    assert "Đã hủy phiếu" in at.success[0].value
    assert sorted(at.dataframe[0].value["Việc"]) == ["Duyệt hủy", "Xác nhận", "Yêu cầu hủy"]
    assert set(at.dataframe[0].value["Yêu cầu số"]) == {request[:6].upper()}


def test_neither_the_slips_id_nor_its_day_or_place_leads_from_a_receipt_to_the_answers(
    here: Site, page: Callable[[str], AppTest]
) -> None:
    asked = ask(page("Lan"), code_of(1))
    decided = decide(page("Bình"), number(here), "yes")
    for at in (asked, page("Bình"), decided):
        sent = str(at.main) + "".join(str(frame.value) for frame in (*at.dataframe, *at.table))
        assert slip(1).id[:8] not in sent
        assert "03/11/2026" not in sent
        assert "P01" not in sent


def test_who_is_alone_is_told_how_a_second_person_gets_in(
    here: Site, page: Callable[[str], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not page("Lan").warning
    access.remove_passcode(here.folder, os.urandom, "Bình")
    assert "passcode" in page("Lan").warning[0].value


def test_an_analyst_asks_and_only_an_approver_or_administrator_decides(
    here: Site, page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(page("Lan", "analyst"), code_of(1))
    (waiting,) = here.store.void_acts(ROUND.id)
    at = page("Bình", "analyst")
    assert at.button(key=f"yes-{waiting.id}").disabled
    assert at.button(key=f"no-{waiting.id}").disabled
    at = page("Bình", "approver")
    at.text_input(key=f"why-{waiting.id}").set_value(WHY)
    sits(monkeypatch, "Bình", "analyst")  # the role was taken away while the page was open
    at.button(key=f"yes-{waiting.id}").click().run()
    assert len(here.store.void_acts(ROUND.id)) == 1
    assert [(entry.actor, entry.role, entry.act) for entry in here.store.all_log()] == [("Lan", "analyst", "void.ask")]
    at = page("Bình", "approver")
    at.text_input(key=f"why-{waiting.id}").set_value(WHY)
    at.button(key=f"yes-{waiting.id}").click().run()
    assert [act.act for act in here.store.void_acts(ROUND.id)] == ["ask", "approve"]
    assert here.store.staff_log(limit=1)[0].act == "void.approve"


def test_no_answer_is_shown_and_who_is_not_signed_in_sees_nothing(
    here: Site, page: Callable[[str], AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ask(page("Lan"), code_of(1))
    assert "SECRET" not in str([part.value for part in (*at.markdown, *at.table, *at.dataframe, *at.caption)])
    monkeypatch.setattr(voids, "person", lambda: None)
    at = AppTest.from_function(script, default_timeout=30).run()
    assert not at.exception
    assert not at.button
    assert not at.table


def test_the_page_speaks_english(here: Site, page: Callable[[str], AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.pages.language.language", lambda: "en")
    withdraw(here.store, code_of(1), today=today(), random=counting())
    at = page("Lan")
    shown = [part.value for part in (*at.title, *at.header, *at.caption, *at.info)]
    shown += [part.label for part in (*at.button, *at.text_input)] + [*at.table[0].value.columns]
    vietnamese = re.compile("[ăâđêôơưạảãàáấầẩậắằẹẻẽèéếềểệịỉĩìíọỏõòóốồổộớờởợụủũùúứừửữựỳỵỷỹý]", re.IGNORECASE)
    assert [text for text in shown if vietnamese.search(text)] == []
    assert "Taking slips out" in shown
