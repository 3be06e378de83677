"""The page for typing paper slips: for data entry alone, one page for both entries, safe against other pages' posts."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from secrets import token_bytes

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from survey import access
from survey.pages import double_entry, keyboard
from survey.pages.context import COOKIE
from survey.proof.voiding import ask, decide
from survey.roles import Role
from survey.site import Site
from survey.twice import record
from tests.survey.builders import ROUND
from tests.survey.desk import sits
from tests.survey.pages.test_web import Client

ANSWERS = {"used": "1", "ways": ["web", "desk"], "times": "3", "q1": "5", "comment": "Tốt"}
FROM_HERE = {"sec-fetch-site": "same-origin"}
TODAY = date(2026, 11, 21)
Sit = Callable[[str, Role], Client]


@pytest.fixture
def sit(here: Site) -> Iterator[Sit]:
    """A browser in which this person is signed in."""
    opened = ExitStack()
    access.ensure_passcode(here.folder, token_bytes)  # the first person of a desk is its administrator

    def sign_in(name: str, role: Role = "entry") -> Client:
        access.reset_passcode(here.folder, token_bytes, name, role)
        token = access.new_session(here.folder, here.secret, name, time.time(), token_bytes)
        client = opened.enter_context(Client(Starlette(routes=keyboard.routes())))
        client.cookies.set(COOKIE, token)
        return client

    with opened:
        yield sign_in


def send(client: Client, number: str = "LS-7", headers: dict[str, str] = FROM_HERE, **fields: object) -> str:
    sent = {"_so": number, "_dv": "P01", **ANSWERS, **fields}
    return client.post(f"{keyboard.KEYBOARD}?dot={ROUND.id}", data=sent, headers=headers).text


def test_a_slip_is_stored_and_a_second_person_is_shown_what_differs(here: Site, sit: Sit) -> None:
    lan, hoa = sit("Lan", "entry"), sit("Hoa", "entry")
    assert "Đã lưu phiếu số LS-7" in send(lan)
    (slip,) = here.store.responses(ROUND.id)
    assert (slip.channel, slip.interviewer, slip.answers["ways"], slip.duration) == (
        "paper",
        "Lan",
        ("web", "desk"),
        "",
    )
    assert "chính ông/bà đã nhập" in send(lan)
    page = send(hoa, q1="4")
    assert "1 trong 6 câu khác nhau" in page
    offered = re.findall(r'name="_xq1" value="(\w+)" data-key="(\d)"', page)
    assert page.count("autofocus") == 1
    assert offered == [("typed", "4"), ("stored", "5"), ("neither", "0")]  # an option keeps its number
    assert 'name="comment" value="Tốt"' in page  # what was typed travels in the page and is kept nowhere
    assert record.load(here.store, ROUND.id) == record.Record()
    assert "đã đề nghị hủy" in send(hoa, q1="4", _xet="1", _xq1="typed")
    assert [act.act for act in here.store.void_acts(ROUND.id)] == ["ask"]
    assert [entry.act for entry in here.store.staff_log()][:1] == ["intake.double"]
    assert "LS" not in here.store.staff_log()[0].about


def test_who_mistyped_the_number_gets_back_what_was_typed(here: Site, sit: Sit) -> None:
    send(sit("Lan", "entry"))
    hoa = sit("Hoa", "entry")
    assert 'name="_sua"' in send(hoa, used="2", ways=[], times="", q1="")
    back = send(hoa, comment="Khác hẳn", _xet="1", _sua="1")
    assert 'id="so" name="_so" value="LS-7"' in back
    assert "Khác hẳn</textarea>" in back
    assert "Đã lưu phiếu số LS-8" in send(hoa, number="LS-8", comment="Khác hẳn")
    assert record.load(here.store, ROUND.id) == record.Record()


def test_who_types_nonsense_under_somebody_elses_number_sees_nothing_of_that_slip(here: Site, sit: Sit) -> None:
    send(sit("Lan", "entry"), comment="Chỉ Lan thấy")
    hoa = sit("Hoa", "entry")
    page = send(hoa, used="2", ways=[], times="", q1="", comment="x")
    assert "Chỉ Lan thấy" not in page
    assert 'type="radio"' not in page
    assert here.store.staff_log()[0].act == "intake.differ"
    assert "đã đề nghị hủy" in send(hoa, used="2", ways=[], times="", q1="", comment="x", _xet="1", _khac="1")
    assert [act.act for act in here.store.void_acts(ROUND.id)] == ["ask"]


def test_a_slip_that_differs_in_little_is_not_voided_as_anothers(here: Site, sit: Sit) -> None:
    send(sit("Lan", "entry"))
    assert "Còn 1 chỗ" in send(sit("Hoa", "entry"), q1="4", _xet="1", _khac="1")
    assert here.store.void_acts(ROUND.id) == ()


def test_faults_stand_at_their_question_and_what_was_typed_stays(here: Site, sit: Sit) -> None:
    page = send(sit("Lan", "entry"), times="99", why="")
    assert "Số lần từ 1 đến 50" in page
    assert 'value="99"' in page
    assert here.store.all_responses(ROUND.id) == ()


def test_the_place_and_the_number_are_needed(here: Site, sit: Sit) -> None:
    lan = sit("Lan", "entry")
    send(lan, number="")
    send(lan, _dv="")
    assert here.store.all_responses(ROUND.id) == ()


@pytest.mark.parametrize(("role", "status"), [("entry", 200), ("analyst", 200), ("viewer", 404), ("approver", 404)])
def test_the_page_is_there_for_data_entry_alone(sit: Sit, role: Role, status: int) -> None:
    assert sit("Ai", role).get(f"{keyboard.KEYBOARD}?dot={ROUND.id}").status_code == status


def test_nobody_is_sent_to_sign_in_and_other_pages_cannot_post(here: Site, sit: Sit) -> None:
    with Client(Starlette(routes=keyboard.routes())) as nobody:
        assert nobody.get(f"{keyboard.KEYBOARD}?dot={ROUND.id}").status_code == 303
        assert nobody.post(f"{keyboard.KEYBOARD}?dot={ROUND.id}", data={"_so": "1"}).status_code == 303
    send(sit("Lan", "entry"), headers={"sec-fetch-site": "cross-site"})
    assert here.store.all_responses(ROUND.id) == ()


def test_only_the_pages_own_script_and_style_may_run(sit: Sit) -> None:
    answer = sit("Lan", "entry").get(f"{keyboard.KEYBOARD}?dot={ROUND.id}")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'sha256-" in policy
    assert "unsafe-inline" not in policy
    assert answer.text.count("<script") == 1


def test_a_round_that_is_none_is_told(sit: Sit) -> None:
    assert sit("Lan", "entry").get(f"{keyboard.KEYBOARD}?dot=khong").status_code == 404


def test_markup_that_was_typed_stays_text(sit: Sit) -> None:
    page = send(sit("Lan", "entry"), comment="<script>alert(1)</script>", times="99")
    assert "<script>alert" not in page


def test_a_slip_that_was_voided_is_not_waited_for(here: Site, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    send(sit("Lan", "entry"))
    send(sit("Lan", "entry"), number="LS-8")
    record.set_share(here.store, ROUND.id, 100, actor="Lan", today=TODAY)
    voided = here.store.responses(ROUND.id)[0].id
    ask(here.store, ROUND.id, voided, "nhập nhầm phiếu mẫu", actor="Lan", today=TODAY, random=token_bytes)
    decide(
        here.store, ROUND.id, voided, "đúng là phiếu mẫu", approve=True, actor="Hoa", today=TODAY, random=token_bytes
    )
    at = desk_page(monkeypatch)
    counts = dict(at.table[0].value.itertuples(index=False))
    assert (counts["Phiếu giấy đã nhập"], counts["Phiếu được chọn, chưa nhập lại"]) == ("1", "1")


def desk_page(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(double_entry, "person", lambda: "Lan")
    monkeypatch.setattr(double_entry, "role", lambda: "analyst")
    sits(monkeypatch, "Lan", "analyst")
    at = AppTest.from_string("from survey.pages import double_entry\ndouble_entry.show()", default_timeout=30).run()
    assert not at.exception
    return at


def test_the_desk_page_shows_counts_and_agreement(here: Site, sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    send(sit("Lan", "entry"))
    send(sit("Hoa", "entry"))
    at = desk_page(monkeypatch)
    said = "\n".join(str(part.value) for part in at.markdown).replace("\\", "")
    assert "Đã so 6 câu trả lời, khác 0: giống nhau 100,00 %" in said
    for number, expected in (("LS-7", "đã đối chiếu xong"), ("LS-8", "chưa được nhập"), ("?", "không có chữ")):
        at.text_input(key="double-number").set_value(number).run()
        answered = " ".join(str(part.value) for part in (*at.info, *at.error)).replace("\\", "")
        assert expected in answered
    at.number_input(key="double-percent").set_value(30)
    at.button[0].click().run()
    assert record.load(here.store, ROUND.id).share == 30
