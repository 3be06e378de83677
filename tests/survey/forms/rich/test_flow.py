"""What is asked, in which order and language, and that one form is one slip."""

import os
from dataclasses import replace

import pytest

from survey import site as shared
from survey.errors import Problem
from survey.keys import key_hash, new_key
from survey.ledger import grouped, receipt_code
from survey.round import NOTICE
from survey.words import plain
from tests.survey.forms.rich.person import OPEN, Form, stored


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
    assert form.text().count("<details>") == 1, "the long part is one touch away"
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
    form = Form().fill_every_kind()
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


@pytest.mark.parametrize("key", ["", "a" * 42, "x" * 10_000, "<script>", "khóa"])
def test_a_missing_or_forged_key_gets_a_good_one(here: shared.Site, key: str) -> None:
    form = Form(k=key)
    assert form.key != key
    form.fill().press("Gửi phiếu")
    assert len(stored(here)) == 1


def test_a_good_key_is_kept(here: shared.Site) -> None:
    key = new_key(here.secret, os.urandom, "dot-1")
    assert Form(k=key).key == key


def test_wording_from_a_workbook_shows_as_it_was_written(here: shared.Site) -> None:
    assert plain("a*b*_c_ [x](y) $1$ <b> # - 1. :red[z] `q`") == (
        r"a\*b\*\_c\_ \[x\]\(y\) \$1\$ \<b\> \# \- 1\. \:red\[z\] \`q\`"
    )
