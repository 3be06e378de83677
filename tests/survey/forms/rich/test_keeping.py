"""Nothing typed is lost or shown to another: drafts, stores that fail, hostile text, closed rounds."""

import re
from dataclasses import replace
from datetime import date

import pytest

from survey import site as shared
from survey.errors import Problem, Refused
from survey.keys import key_hash
from survey.pages import form as form_page
from tests.hostile import HOSTILE, REFUSED, accepted
from tests.survey.forms.rich.person import OPEN, Form, stored


def test_a_refresh_brings_back_answers_of_every_kind(here: shared.Site) -> None:
    form = Form().fill_every_kind()
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


def test_who_sends_too_often_waits_and_loses_nothing(here: shared.Site, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = [3.2, 0.0]
    monkeypatch.setattr(form_page, "_wait", lambda desk: waits.pop(0))
    form = Form().fill().press("Gửi phiếu")
    assert "đợi 4 giây" in form.errors()
    assert not stored(here)
    form.press("Gửi phiếu")
    assert stored(here)[0].answers["q1"] == "5"
