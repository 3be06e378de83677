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
from survey.forms.words import plain
from survey.keys import key_hash, new_key
from survey.ledger import grouped, receipt_code
from survey.response import Response
from survey.xlsform import write_workbook
from tests.hostile import HOSTILE, REFUSED, kept
from tests.survey.builders import QUESTIONNAIRE, ROUND

OPEN = replace(ROUND, opens=date(2020, 1, 1), closes=None)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[shared.Site]:
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path / "data"))
    opened = shared.site()
    opened.store.add_questionnaire(QUESTIONNAIRE, write_workbook(QUESTIONNAIRE))
    opened.store.save_round(OPEN)
    yield opened
    shared.close()


def page() -> None:
    from survey.pages import form  # noqa: PLC0415  AppTest runs this function's text

    form.show()


class Form:
    """A person in front of the form."""

    def __init__(self, **address: str) -> None:
        self.at = AppTest.from_function(page, default_timeout=20)
        for name, value in {"dot": "dot-1", "dv": "P01", **address}.items():
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
        return next(widget for widget in self.at.get(kind) if str(widget.key).endswith(f"-{question}"))

    def choose(self, question: str, value: str) -> "Form":
        self.widget("radio", question).set_value(value)
        return self

    def titles(self) -> list[str]:
        return [title.value for title in self.at.title]

    def errors(self) -> str:
        return "\n".join(error.value for error in self.at.error)

    def asked(self) -> set[str]:
        kinds = ("radio", "button_group", "text_area", "text_input", "number_input", "date_input")
        return {str(widget.key).rpartition("-")[2] for kind in kinds for widget in self.at.get(kind)}

    def fill(self) -> "Form":
        """Up to the last step, all in order."""
        self.press("Bắt đầu trả lời").choose("used", "1").run()
        return self.press("Tiếp tục").choose("q1", "5").press("Tiếp tục")


def stored(here: shared.Site) -> tuple[Response, ...]:
    return tuple(here.store.responses("dot-1"))


def test_the_notice_comes_first_and_says_what_people_must_know(here: shared.Site) -> None:
    form = Form()
    text = "\n".join(part.value for kind in ("markdown", "caption", "title", "header") for part in form.at.get(kind))
    assert "tự nguyện" in text
    assert "không hỏi họ tên" in text
    assert "Sở Nội vụ, 0205 000 000" in text.replace("\\", "")
    assert "dichvucong.gov.vn" in text.replace("\\", "")
    assert "Xã A" in text
    assert ROUND.consent in text.replace("\\", "")
    assert not form.asked()


def test_a_demonstration_says_so_on_every_screen(here: shared.Site) -> None:
    here.store.save_round(replace(OPEN, demonstration=True))
    form = Form()
    assert "ĐỢT MINH HỌA" in form.at.warning[0].value
    assert "ĐỢT MINH HỌA" in form.press("Bắt đầu trả lời").at.warning[0].value


def test_a_filled_form_is_stored_once_with_what_was_answered(here: shared.Site) -> None:
    form = Form(kenh="kiosk")
    form.press("Bắt đầu trả lời").choose("used", "1").run()
    form.widget("button_group", "ways").set_value(["desk", "web"])
    form.widget("number_input", "times").set_value(3)
    form.press("Tiếp tục").choose("q1", "2").run()
    form.widget("text_area", "why").set_value("Phải đợi lâu")
    form.widget("text_input", "fee").set_value("1,5")
    form.widget("date_input", "day").set_value(date(2026, 11, 2))
    form.press("Tiếp tục")
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
    assert (slip.place, slip.channel, slip.language, slip.consent) == ("P01", "kiosk", "vi", ROUND.consent)
    assert slip.key_hash == key_hash(form.key)
    assert form.titles() == ["Cảm ơn ông/bà! Phiếu đã được ghi nhận."]
    assert grouped(receipt_code(form.key)) in [part.value for part in form.at.markdown]


def test_nothing_is_preselected(here: shared.Site) -> None:
    form = Form().press("Bắt đầu trả lời")
    assert form.widget("radio", "used").value is None
    form.press("Gửi phiếu" if len(form.at.button) == 0 else "Tiếp tục")
    assert not stored(here)


def test_what_is_missing_is_told_at_the_top_and_beside_the_question(here: shared.Site) -> None:
    form = Form().press("Bắt đầu trả lời").press("Tiếp tục")
    assert "Phần 1/" in form.at.get("progress")[0].proto.text
    assert len(form.at.error) == 2
    summary, beside = form.at.error
    assert "Còn 1 chỗ" in summary.value
    assert "Câu used" in summary.value
    assert plain(Problem(code="ANS_REQUIRED").what()) in beside.value
    form.choose("used", "1").press("Tiếp tục")
    assert not form.at.error


def test_all_problems_of_a_step_are_told_together(here: shared.Site) -> None:
    form = Form().press("Bắt đầu trả lời").choose("used", "1").press("Tiếp tục").choose("q1", "1").run()
    form.widget("text_area", "why").set_value("x" * 2001)
    form.widget("text_input", "fee").set_value("-5")
    form.press("Tiếp tục")
    assert "Còn 2 chỗ" in form.errors()
    assert len(form.widget("text_area", "why").value) == 2001, "what was written must not be lost"


def test_sending_opens_the_first_step_where_something_is_wrong(here: shared.Site) -> None:
    form = Form().fill()
    form.press("Quay lại").press("Quay lại")
    form.widget("number_input", "times").set_value(99)
    form.run()
    form.at.session_state[
        f"draft-{form.key}"
    ].step = "end"  # as if the answer had become wrong behind the person's back
    form.run().press("Gửi phiếu")
    assert form.widget("number_input", "times").value == 99
    assert "Số lần từ 1 đến 50" in form.errors()
    assert not stored(here)


def test_only_what_is_relevant_is_asked_and_stored(here: shared.Site) -> None:
    form = Form().press("Bắt đầu trả lời")
    assert form.asked() == {"used"}
    form.choose("used", "1").run()
    assert form.asked() == {"used", "ways", "times"}
    form.widget("number_input", "times").set_value(3)
    form.run().choose("used", "2").run()
    assert form.asked() == {"used"}
    form.press("Tiếp tục")
    assert form.asked() == {"comment"}, "the section about use is skipped"
    form.press("Gửi phiếu")
    [slip] = stored(here)
    assert slip.answers == {"used": "2"}


def test_going_back_and_forth_keeps_the_answers(here: shared.Site) -> None:
    form = Form().fill()
    form.widget("text_area", "comment").set_value("Tốt")
    form.press("Quay lại")
    assert form.widget("radio", "q1").value == "5"
    form.press("Quay lại")
    assert form.widget("radio", "used").value == "1"
    form.press("Tiếp tục").press("Tiếp tục")
    assert form.widget("text_area", "comment").value == "Tốt"


def test_the_language_changes_in_the_middle_and_the_answers_stay(here: shared.Site) -> None:
    form = Form().press("Bắt đầu trả lời").choose("used", "1").run()
    form.press("English")
    assert form.widget("radio", "used").value == "1"
    assert form.widget("radio", "used").options == ["Yes", "No"]
    form.press("Continue").choose("q1", "5").press("Continue").press("Send")
    assert stored(here)[0].language == "en"
    assert form.titles() == ["Thank you! Your answers have been recorded."]


def test_the_address_can_ask_for_english(here: shared.Site) -> None:
    assert "Start" in [button.label for button in Form(ngon_ngu="en").at.button]


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
    form = Form(kenh="kiosk").fill()
    form.press("Gửi phiếu")
    before = form.key
    form.press("Phiếu mới")
    assert form.key != before
    form.press("Bắt đầu trả lời")
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


def test_without_a_known_place_the_form_asks_for_it(here: shared.Site) -> None:
    form = Form(dv="P99").press("Bắt đầu trả lời")
    assert form.titles() == ["Nơi ông/bà làm thủ tục"]
    form.press("Tiếp tục")
    assert "Chưa chọn nơi" in form.errors()
    form.at.selectbox[0].set_value("Huyện 2")
    form.run()
    form.at.selectbox[1].set_value("P02")
    form.press("Tiếp tục").choose("used", "2").press("Tiếp tục").press("Gửi phiếu")
    assert stored(here)[0].place == "P02"


def test_a_place_chosen_in_the_same_moment_as_the_click_counts(here: shared.Site) -> None:
    form = Form(dv="").press("Bắt đầu trả lời")
    form.at.selectbox[0].set_value("Huyện 1")
    form.run()
    form.at.selectbox[1].set_value("P01")
    form.press("Tiếp tục")
    assert not form.at.error
    assert form.asked() == {"used"}


def test_a_store_that_fails_is_told_politely_and_keeps_the_answers(
    here: shared.Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = Form().fill()
    form.widget("text_area", "comment").set_value("Đừng mất")

    def full(*_: object, **__: object) -> bool:
        raise Refused([Problem(code="STO_FULL", values={"path": "/secret/path"})])

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
    form = Form(dot="khong-co", dv="")
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
        assert stored(here)[0].answers.get("comment", "") == kept(text)


def test_wording_from_a_workbook_shows_as_it_was_written(here: shared.Site) -> None:
    assert plain("a*b*_c_ [x](y) $1$ <b> # - 1. :red[z] `q`") == (
        r"a\*b\*\_c\_ \[x\]\(y\) \$1\$ \<b\> \# \- 1\. \:red\[z\] \`q\`"
    )
