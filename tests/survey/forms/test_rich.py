"""The Streamlit form: flow, errors, branching, languages, exactly once. What only a browser shows: tests/browser."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from survey import site as shared
from survey.errors import Problem, Refused
from survey.forms import draft as drafts
from survey.invitations import hashed, new_codes
from survey.keys import key_hash, new_key, paper_key
from survey.ledger import grouped, receipt_code
from survey.ledger.signing import promise_key
from survey.links import link_token
from survey.pages import form as form_page
from survey.response import Response
from survey.round import NOTICE, Desk
from survey.words import plain
from survey.xlsform import write_workbook
from tests.hostile import HOSTILE, REFUSED, accepted
from tests.survey.builders import QUESTIONNAIRE, ROUND

DESK = Desk(code="Q1", name="Quầy 1", place="P01")
OPEN = replace(ROUND, opens=date(2020, 1, 1), closes=None, desks=(DESK,))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[shared.Site]:
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path / "data"))
    opened = shared.site()
    opened.store.add_questionnaire(QUESTIONNAIRE, write_workbook(QUESTIONNAIRE))
    opened.store.save_round(OPEN)
    yield opened
    shared.close()


@pytest.fixture
def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small questionnaire goes in steps, as one of more than thirty questions does."""
    monkeypatch.setattr(drafts, "ONE_PAGE", 0)


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """Whether the browser is signed in to the desk; it is, until a test says otherwise."""
    now = {"holds": True}
    monkeypatch.setattr(form_page, "signed_in", lambda: now["holds"])
    return now


def page() -> None:
    from survey.pages import form  # noqa: PLC0415  AppTest runs this function's text

    form.show()


class Form:
    """A person in front of the form, by default through the signed link of a place."""

    def __init__(self, **address: str) -> None:
        self.at = AppTest.from_function(page, default_timeout=20)
        for name, value in {"dot": "dot-1", "tu": link_token(shared.site().secret, "dot-1", "P01"), **address}.items():
            if value:
                self.at.query_params[name] = value
        self.at.run()
        assert not self.at.exception

    @property
    def key(self) -> str:
        value = self.at.query_params["k"]
        return value if isinstance(value, str) else value[0]

    def press(self, label: str) -> "Form":
        button = next(button for button in self.at.button if button.label == label)
        button.click()
        return self.run()

    def run(self) -> "Form":
        self.at.run()
        assert not self.at.exception
        return self

    def widget(self, kind: str, question: str) -> Any:
        return next(widget for widget in self.at.get(kind) if str(widget.key).startswith(f"q-{question}-"))

    def choose(self, question: str, value: str) -> "Form":
        self.widget("radio", question).set_value(value)
        return self

    def write(self, question: str, value: str) -> "Form":
        self.widget("text_input", question).set_value(value)
        return self

    def titles(self) -> list[str]:
        return [title.value for title in self.at.title]

    def errors(self) -> str:
        return "\n".join(error.value for error in self.at.error)

    def asked(self) -> set[str]:
        kinds = ("radio", "button_group", "text_area", "text_input", "number_input", "date_input")
        keys = [str(widget.key) for kind in kinds for widget in self.at.get(kind)]
        return {key.split("-")[1] for key in keys if key.startswith("q-")}

    def text(self) -> str:
        kinds = ("markdown", "caption", "title", "header", "info", "warning")
        return "\n".join(part.value for kind in kinds for part in self.at.get(kind)).replace("\\", "")

    def fill(self) -> "Form":
        """All that must be answered, on one page."""
        return self.choose("used", "1").run().choose("q1", "5")

    def fill_steps(self) -> "Form":
        """Up to the last step, all in order."""
        self.press("Bắt đầu trả lời").choose("used", "1").run()
        return self.press("Tiếp tục").choose("q1", "5").press("Tiếp tục")


def stored(here: shared.Site) -> tuple[Response, ...]:
    return tuple(here.store.responses("dot-1"))


def test_the_page_begins_with_what_people_must_know_and_all_questions_follow(here: shared.Site) -> None:
    form = Form()
    text = form.text()
    for told in (
        "tự nguyện",
        "không hỏi họ tên",
        "Sở Nội vụ, 0205 000 000",
        "dichvucong.gov.vn",
        "Xã A",
        NOTICE,
    ):
        assert told in text
    assert len(form.at.expander) == 1, "the long part is one touch away"
    assert form.asked() == {"used", "comment"}
    assert not form.at.get("progress")


def test_many_questions_go_in_steps_after_the_notice(here: shared.Site, in_steps: None) -> None:
    form = Form()
    assert "tự nguyện" in form.text()
    assert not form.asked()
    form.press("Bắt đầu trả lời")
    assert form.asked() == {"used"}


def test_a_demonstration_says_so_on_every_screen(here: shared.Site, in_steps: None) -> None:
    here.store.save_round(replace(OPEN, demonstration=True))
    form = Form()
    assert "ĐỢT MINH HỌA" in form.at.warning[0].value
    assert "ĐỢT MINH HỌA" in form.press("Bắt đầu trả lời").at.warning[0].value


def test_a_filled_form_is_stored_once_with_what_was_answered(here: shared.Site) -> None:
    form = Form().choose("used", "1").run()
    form.widget("button_group", "ways").set_value(["desk", "web"])
    form.widget("number_input", "times").set_value(3)
    form.choose("q1", "2").run()
    form.widget("text_area", "why").set_value("Phải đợi lâu")
    form.write("fee", "1,5")
    form.widget("date_input", "day").set_value(date(2026, 11, 2))
    form.press("Gửi phiếu")
    [slip] = stored(here)
    assert slip.answers == {
        "used": "1",
        "ways": ("web", "desk"),
        "times": 3,
        "q1": "2",
        "why": "Phải đợi lâu",
        "fee": 1.5,
        "day": "2026-11-02",
    }
    assert (slip.place, slip.channel, slip.language, slip.consent) == ("P01", "link", "vi", NOTICE)
    assert slip.key_hash == key_hash(form.key)
    assert form.titles() == ["Cảm ơn ông/bà! Phiếu đã được ghi nhận."]
    assert grouped(receipt_code(form.key)) in [part.value for part in form.at.markdown]
    assert any("(/bien-nhan)" in part.value for part in form.at.markdown)


def test_nothing_is_preselected_and_a_mere_opening_stores_nothing(here: shared.Site) -> None:
    form = Form()
    assert form.widget("radio", "used").value is None
    assert not stored(here)
    assert here.store.draft(key_hash(form.key)) is None


def test_what_is_missing_is_told_at_the_top_and_beside_the_question(here: shared.Site) -> None:
    form = Form().press("Gửi phiếu")
    summary, beside = form.at.error
    assert "Còn 1 chỗ" in summary.value
    assert "Câu used" in summary.value
    assert plain(Problem(code="ANS_REQUIRED").what()) in beside.value
    form.fill().press("Gửi phiếu")
    assert len(stored(here)) == 1


def test_all_problems_of_a_step_are_told_together(here: shared.Site, in_steps: None) -> None:
    form = Form().press("Bắt đầu trả lời").choose("used", "1").press("Tiếp tục").choose("q1", "1").run()
    form.widget("text_area", "why").set_value("x" * 2001)
    form.write("fee", "-5")
    form.press("Tiếp tục")
    assert "Còn 2 chỗ" in form.errors()
    assert len(form.widget("text_area", "why").value) == 2001, "what was written must not be lost"


def test_sending_opens_the_first_step_where_something_is_wrong(here: shared.Site, in_steps: None) -> None:
    form = Form().fill_steps()
    form.press("Quay lại").press("Quay lại")
    form.widget("number_input", "times").set_value(99)
    form.run()
    # as if the answer had become wrong behind the person's back
    form.at.session_state[f"draft-{form.key}"].step = "end"
    form.run().press("Gửi phiếu")
    assert form.widget("number_input", "times").value == 99
    assert "Số lần từ 1 đến 50" in form.errors()
    assert not stored(here)


def test_only_what_is_relevant_is_asked_and_stored(here: shared.Site) -> None:
    form = Form()
    assert form.asked() == {"used", "comment"}
    form.choose("used", "1").run()
    assert form.asked() == {"used", "ways", "times", "q1", "fee", "day", "comment"}
    form.widget("number_input", "times").set_value(3)
    form.choose("q1", "1").run().choose("used", "2").run()
    assert form.asked() == {"used", "comment"}
    form.press("Gửi phiếu")
    [slip] = stored(here)
    assert slip.answers == {"used": "2"}


def test_a_section_that_is_ruled_out_is_skipped(here: shared.Site, in_steps: None) -> None:
    form = Form().press("Bắt đầu trả lời").choose("used", "2").press("Tiếp tục")
    assert form.asked() == {"comment"}


def parts(form: Form) -> tuple[str, float]:
    [bar] = form.at.get("progress")
    return bar.proto.text, bar.proto.value


def test_the_count_of_parts_is_a_limit_that_a_gate_does_not_raise(here: shared.Site, in_steps: None) -> None:
    form = Form().press("Bắt đầu trả lời")
    assert parts(form) == ("Phần 1, còn nhiều nhất 2 phần nữa", 33)
    form.choose("used", "1").run()
    assert parts(form) == ("Phần 1, còn nhiều nhất 2 phần nữa", 33)
    form.press("Tiếp tục")
    assert parts(form) == ("Phần 2, còn nhiều nhất 1 phần nữa", 66)
    form.press("Quay lại").choose("used", "2").run().press("Tiếp tục")
    assert parts(form) == ("Phần 2, phần cuối", 100)


def test_going_back_and_forth_keeps_the_answers(here: shared.Site, in_steps: None) -> None:
    form = Form().fill_steps()
    form.widget("text_area", "comment").set_value("Tốt")
    form.press("Quay lại")
    assert form.widget("radio", "q1").value == "5"
    form.press("Quay lại")
    assert form.widget("radio", "used").value == "1"
    form.press("Tiếp tục").press("Tiếp tục")
    assert form.widget("text_area", "comment").value == "Tốt"


def test_the_language_changes_in_the_middle_and_the_answers_stay(here: shared.Site) -> None:
    form = Form().choose("used", "1").run().press("English")
    assert form.widget("radio", "used").value == "1"
    assert form.widget("radio", "used").options == ["Yes", "No"]
    form.choose("q1", "5").press("Send")
    assert stored(here)[0].language == "en"
    assert form.titles() == ["Thank you! Your answers have been recorded."]


def test_the_address_can_ask_for_english(here: shared.Site) -> None:
    assert "Send" in [button.label for button in Form(ngon_ngu="en").at.button]


def test_a_refresh_brings_back_answers_of_every_kind(here: shared.Site) -> None:
    form = Form().choose("used", "1").run()
    form.widget("button_group", "ways").set_value(["desk", "web"])
    form.widget("number_input", "times").set_value(3)
    form.choose("q1", "2").run()
    form.widget("text_area", "why").set_value("Phải đợi lâu")
    form.write("fee", "1,5")
    form.widget("date_input", "day").set_value(date(2026, 11, 2))
    form.press("Giữ câu trả lời")
    again = Form(k=form.key)
    assert "vẫn còn" in again.at.info[0].value
    assert again.widget("button_group", "ways").value == ["web", "desk"]
    assert again.widget("date_input", "day").value == date(2026, 11, 2)
    again.press("Gửi phiếu")
    [slip] = stored(here)
    assert slip.answers["fee"] == 1.5
    assert (slip.answers["times"], slip.answers["why"], slip.answers["q1"]) == (3, "Phải đợi lâu", "2")
    assert here.store.draft(key_hash(form.key)) is None, "what was sent is kept once"


@pytest.mark.parametrize("move", ["Tiếp tục", "Quay lại", "English"])
def test_each_move_is_kept_against_a_refresh(here: shared.Site, in_steps: None, move: str) -> None:
    form = Form().press("Bắt đầu trả lời").choose("used", "1").press(move)
    again = Form(k=form.key)
    if move == "Tiếp tục":
        assert again.asked() == {"q1", "fee", "day"}, "one is where one was"
        again.press("Quay lại")
    if move == "Quay lại":
        again.press("Bắt đầu trả lời")
    assert again.widget("radio", "used").value == "1"


def test_a_kept_form_is_sealed_with_its_address(here: shared.Site) -> None:
    form = Form()
    form.widget("text_area", "comment").set_value("Chuyện riêng")
    form.press("Giữ câu trả lời")
    content = here.store.draft(key_hash(form.key))
    assert content is not None
    assert "Chuyện".encode() not in content
    stranger = Form()
    here.store.save_draft(key_hash(stranger.key), content, "2026-11-21")
    assert Form(k=stranger.key).widget("text_area", "comment").value == ""


def test_a_store_that_keeps_no_draft_stops_nobody(here: shared.Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Refused([Problem(code="STO_DISK_LOW")])

    monkeypatch.setattr(here.store, "save_draft", full)
    monkeypatch.setattr(here.store, "draft", full)
    form = Form().fill().press("Giữ câu trả lời")
    assert not form.at.error
    form.press("Gửi phiếu")
    assert len(stored(here)) == 1


def test_one_form_is_one_slip_however_often_it_is_sent_or_opened(here: shared.Site) -> None:
    form = Form().fill()
    other = Form(k=form.key).fill()
    form.press("Gửi phiếu").run()
    other.press("Gửi phiếu")
    assert len(stored(here)) == 1
    assert other.titles() == ["Phiếu này đã được ghi nhận."]
    again = Form(k=form.key)
    assert again.titles() == ["Phiếu này đã được ghi nhận."]
    assert grouped(receipt_code(form.key)) in [part.value for part in again.at.markdown]
    assert not again.asked()


def test_a_new_form_has_a_new_key_and_nothing_of_the_old_one(here: shared.Site) -> None:
    form = Form().fill().press("Gửi phiếu")
    before = form.key
    form.press("Phiếu mới")
    assert form.key != before
    assert form.widget("radio", "used").value is None


def test_a_kiosk_begins_with_the_notice_and_forgets_person_and_language(here: shared.Site) -> None:
    promise_key(here.folder, os.urandom)
    form = Form(kenh="kiosk")
    assert not form.asked()
    form.press("English").press("Start").choose("used", "1").run().choose("q1", "5")
    before = form.key
    form.press("Stop and delete the answers")
    assert form.key != before
    assert "Bắt đầu trả lời" in [button.label for button in form.at.button], "the language is the first again"
    form.press("Bắt đầu trả lời")
    assert form.widget("radio", "used").value is None
    assert here.store.draft(key_hash(before)) is None
    form.fill().press("Gửi phiếu")
    assert any("data:image/svg+xml" in part.proto.body for part in form.at.get("html")), "a QR to photograph"
    used = form.key
    form.press("Phiếu mới")
    for key in (before, used):
        assert f"draft-{key}" not in form.at.session_state
        assert f"q-used-{key}-vi" not in form.at.session_state
    assert stored(here)[0].channel == "kiosk"
    assert Form(kenh="kiosk", k=used).key != used, "Back shows nobody the receipt of another"


def test_a_kiosk_keeps_no_draft(here: shared.Site, in_steps: None) -> None:
    form = Form(kenh="kiosk").fill_steps()
    assert here.store.draft(key_hash(form.key)) is None
    assert "Giữ câu trả lời" not in [button.label for button in form.at.button]


@pytest.mark.parametrize("key", ["", "a" * 42, "x" * 10_000, "<script>", "khóa"])
def test_a_missing_or_forged_key_gets_a_good_one(here: shared.Site, key: str) -> None:
    form = Form(k=key)
    assert form.key != key
    form.fill().press("Gửi phiếu")
    assert len(stored(here)) == 1


def test_a_good_key_is_kept(here: shared.Site) -> None:
    key = new_key(here.secret, os.urandom, "dot-1")
    assert Form(k=key).key == key


def test_a_desks_link_fixes_place_and_desk(here: shared.Site) -> None:
    form = Form(tu=link_token(here.secret, "dot-1", "P01", "Q1")).fill()
    assert not form.at.selectbox
    form.press("Gửi phiếu")
    [slip] = stored(here)
    assert (slip.place, slip.desk, slip.channel) == ("P01", "Q1", "link")


@pytest.mark.parametrize("tampered", ["", "P02~aaaaaaaaaaaaaaaa", "P01", "~", "<script>"])
def test_a_place_that_nobody_signed_is_asked_for(here: shared.Site, tampered: str) -> None:
    form = Form(tu=tampered).choose("used", "2").press("Gửi phiếu")
    assert "Chưa chọn nơi" in form.errors()
    form.at.selectbox[0].set_value("Huyện 2")
    form.run()
    form.at.selectbox[1].set_value("P02")
    form.press("Gửi phiếu")
    [slip] = stored(here)
    assert (slip.place, slip.desk, slip.channel) == ("P02", None, "open")


def test_an_unsigned_place_is_proposed_and_can_be_changed(here: shared.Site) -> None:
    form = Form(tu="", dv="P02").choose("used", "2").run()
    assert [box.value for box in form.at.selectbox] == ["Huyện 2", "P02"]
    form.at.selectbox[0].set_value("Huyện 1")
    form.run()
    form.at.selectbox[1].set_value("P01")
    form.press("Gửi phiếu")
    assert stored(here)[0].place == "P01"
    assert stored(here)[0].channel == "open"


def test_in_steps_the_place_is_the_first(here: shared.Site, in_steps: None) -> None:
    form = Form(tu="", dv="P99").press("Bắt đầu trả lời")
    assert form.titles() == ["Nơi ông/bà làm thủ tục"]
    form.press("Tiếp tục")
    assert "Chưa chọn nơi" in form.errors()
    form.at.selectbox[0].set_value("Huyện 1")
    form.run()
    form.at.selectbox[1].set_value("P01")  # in the same moment as the click
    form.press("Tiếp tục")
    assert not form.at.error
    assert form.asked() == {"used"}


@pytest.mark.parametrize("channel", ["assisted", "paper"])
def test_entering_for_others_needs_the_desk(here: shared.Site, signed_in: dict[str, bool], channel: str) -> None:
    signed_in["holds"] = False
    form = Form(kenh=channel)
    assert "chỉ dành cho người đã đăng nhập" in form.text()
    assert not form.asked()
    signed_in["holds"] = True
    form.run().fill()
    typed(form, "interviewer").set_value("A")
    signed_in["holds"] = False  # the session ended while the form was being filled in
    form.press("Gửi phiếu")
    assert not stored(here)
    signed_in["holds"] = True
    again = Form(kenh=channel, k=form.key)
    assert again.widget("radio", "q1").value == "5"
    assert typed(again, "interviewer").value == "A"


@pytest.mark.parametrize("steps", [False, True])
def test_an_interviewer_is_named_once_for_all_forms(
    here: shared.Site, signed_in: dict[str, bool], monkeypatch: pytest.MonkeyPatch, steps: bool
) -> None:
    if steps:
        monkeypatch.setattr(drafts, "ONE_PAGE", 0)
    form = Form(kenh="assisted")
    (form.press("Bắt đầu trả lời") if steps else form.fill().press("Gửi phiếu"))
    assert "Chưa ghi mã hoặc tên người hỏi" in form.errors()
    assert not stored(here)
    typed(form, "interviewer").set_value("  ĐTV   07 ")
    (form.fill_steps() if steps else form).press("Gửi phiếu")
    [slip] = stored(here)
    assert (slip.interviewer, slip.channel) == ("ĐTV 07", "assisted")
    form.press("Phiếu mới")
    assert typed(form, "interviewer").value == "ĐTV 07"
    (form.fill_steps() if steps else form.fill()).press("Gửi phiếu")
    assert [slip.interviewer for slip in stored(here)] == ["ĐTV 07"] * 2


def typed(form: Form, name: str) -> Any:
    return next(widget for widget in form.at.text_input if str(widget.key).startswith(f"{name}-"))


def test_a_paper_slip_is_entered_once_whatever_its_number_looks_like(
    here: shared.Site, signed_in: dict[str, bool]
) -> None:
    form = Form(kenh="paper", tu="", dv="P02").fill()
    typed(form, "interviewer").set_value("NV1")
    typed(form, "slip").set_value("LS-0012")
    form.press("Gửi phiếu")
    [slip] = stored(here)
    assert (slip.channel, slip.interviewer, slip.place, slip.duration) == ("paper", "NV1", "P02", "")
    key = paper_key(here.secret, "LS-0012", "dot-1")
    assert slip.key_hash == key_hash(key)
    assert form.asked() >= {"used", "comment"}, "the next empty form is there at once"
    assert form.widget("radio", "used").value is None
    assert f"LS-0012, mã biên nhận {grouped(receipt_code(key))}" in form.text()
    assert form.at.selectbox[1].value == "P02", "and at the same place"

    typed(form, "slip").set_value("ls 12")
    form.fill().press("Gửi phiếu")
    assert "đã được nhập trước đó" in form.errors()
    assert form.widget("radio", "q1").value == "5", "a mistyped number is mended, nothing typed anew"
    assert len(stored(here)) == 1
    typed(form, "slip").set_value("13")
    form.press("Gửi phiếu")
    assert len(stored(here)) == 2
    form.fill().press("Gửi phiếu")
    form.fill().press("Gửi phiếu")
    assert len(stored(here)) == 4, "slips without a number are each their own"


def test_a_paper_number_without_letter_or_digit_is_told(here: shared.Site, signed_in: dict[str, bool]) -> None:
    form = Form(kenh="paper").fill()
    typed(form, "interviewer").set_value("NV1")
    typed(form, "slip").set_value(" --- ")
    form.press("Gửi phiếu")
    assert "không có chữ hay chữ số" in form.errors()
    assert not stored(here)


@pytest.mark.parametrize("code", ["STO_FULL", "STO_QUEUE", "STO_DISK_LOW"])
def test_a_store_that_fails_is_told_politely_and_keeps_the_answers(
    here: shared.Site, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    form = Form().fill()
    form.widget("text_area", "comment").set_value("Đừng mất")

    def full(*_: object, **__: object) -> bool:
        raise Refused([Problem(code=code, values={"path": "/secret/path"})])

    with monkeypatch.context() as broken:
        broken.setattr(here.store, "add", full)
        form.press("Gửi phiếu")
    assert "CHƯA được ghi nhận" in form.errors()
    assert "/secret/path" not in form.errors()
    assert form.widget("text_area", "comment").value == "Đừng mất"
    assert not stored(here)
    form.press("Gửi phiếu")
    assert stored(here)[0].answers["comment"] == "Đừng mất"


def test_a_bug_behind_the_button_claims_nothing_either(here: shared.Site, monkeypatch: pytest.MonkeyPatch) -> None:
    form = Form().fill()

    def bug(*_: object, **__: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(here.store, "add", bug)
    form.press("Gửi phiếu")
    assert "CHƯA được ghi nhận" in form.errors()


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [(date(2999, 1, 1), None, "01/01/2999"), (date(2020, 1, 1), date(2020, 2, 3), "đã kết thúc ngày 03/02/2020")],
)
def test_outside_its_days_the_form_does_not_open(
    here: shared.Site, opens: date, closes: date | None, said: str
) -> None:
    here.store.save_round(replace(OPEN, opens=opens, closes=closes))
    form = Form()
    assert said in form.at.info[0].value
    assert not form.at.button


def test_a_slip_sent_before_the_round_closed_still_shows_its_receipt(here: shared.Site) -> None:
    form = Form().fill().press("Gửi phiếu")
    here.store.save_round(replace(OPEN, closes=date(2020, 2, 3)))
    assert Form(k=form.key).titles() == ["Phiếu này đã được ghi nhận."]


def test_an_unknown_round_offers_the_open_ones(here: shared.Site) -> None:
    form = Form(dot="khong-co", tu="")
    assert "Vui lòng kiểm tra lại đường dẫn" in form.at.warning[0].value
    assert any("dot=dot-1" in part.proto.body for part in form.at.get("html"))


# No browser can send a lone surrogate: its protocol is UTF-8. test_accept sends them through the door itself.
SENDABLE = sorted(name for name, text in HOSTILE.items() if not re.search("[\ud800-\udfff]", text))


@pytest.mark.parametrize("name", SENDABLE)
def test_hostile_text_passes_the_form_unharmed_or_is_refused_with_a_word(here: shared.Site, name: str) -> None:
    text = HOSTILE[name]
    form = Form().fill()
    form.widget("text_area", "comment").set_value(text)
    form.press("Gửi phiếu")
    if name in REFUSED:
        assert "Còn 1 chỗ" in form.errors()
        assert not stored(here)
    else:
        assert stored(here)[0].answers.get("comment", "") == accepted(name)


def test_wording_from_a_workbook_shows_as_it_was_written(here: shared.Site) -> None:
    assert plain("a*b*_c_ [x](y) $1$ <b> # - 1. :red[z] `q`") == (
        r"a\*b\*\_c\_ \[x\]\(y\) \$1\$ \<b\> \# \- 1\. \:red\[z\] \`q\`"
    )


def test_who_sends_too_often_waits_and_loses_nothing(here: shared.Site, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = [3.2, 0.0]
    monkeypatch.setattr(form_page, "_wait", lambda desk: waits.pop(0))
    form = Form().fill().press("Gửi phiếu")
    assert "đợi 4 giây" in form.errors()
    assert not stored(here)
    form.press("Gửi phiếu")
    assert stored(here)[0].answers["q1"] == "5"


def test_where_people_are_invited_the_code_is_asked_for_and_burnt(here: shared.Site) -> None:
    here.store.save_round(replace(OPEN, invitation_only=True))
    [issued] = new_codes({None: 1}, os.urandom)
    here.store.add_invitations("dot-1", hashed(here.secret, [issued]))
    form = Form(kenh="kiosk").press("Bắt đầu trả lời").fill().press("Gửi phiếu")
    assert "chỉ dành cho người được mời" in form.errors()
    typed(form, "invitation").set_value(issued.code.lower())
    form.press("Gửi phiếu")
    assert len(stored(here)) == 1
    again = Form(ma=issued.code).fill().press("Gửi phiếu")
    assert "đã được dùng" in again.errors()
    assert len(stored(here)) == 1
