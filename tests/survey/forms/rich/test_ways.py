"""The ways in: kiosk, links of places and desks, invitations, and staff who enter for others."""

import os
from dataclasses import replace

import pytest

from survey import site as shared
from survey.access import ADMINISTRATOR
from survey.forms import draft as drafts
from survey.invitations import hashed, new_codes
from survey.keys import key_hash, paper_key
from survey.ledger import grouped, receipt_code
from survey.ledger.signing import promise_key
from survey.links import link_token
from tests.survey.forms.rich.person import OPEN, Form, stored, typed


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
def test_entering_for_others_needs_the_desk(here: shared.Site, desk: dict[str, str | None], channel: str) -> None:
    desk["person"] = None
    form = Form(kenh=channel)
    assert "chỉ dành cho người đã đăng nhập" in form.text()
    assert not form.asked()
    desk["person"] = ADMINISTRATOR
    form.run().fill()
    typed(form, "interviewer").set_value("A")
    desk["person"] = None  # the session ended while the form was being filled in
    form.press("Gửi phiếu")
    assert not stored(here)
    desk["person"] = ADMINISTRATOR
    again = Form(kenh=channel, k=form.key)
    assert again.widget("radio", "q1").value == "5"
    assert typed(again, "interviewer").value == "A"


@pytest.mark.parametrize("steps", [False, True])
def test_an_interviewer_is_named_once_for_all_forms(
    here: shared.Site, desk: dict[str, str | None], monkeypatch: pytest.MonkeyPatch, steps: bool
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


@pytest.mark.parametrize("channel", ["assisted", "paper"])
def test_who_has_a_passcode_of_ones_own_is_named_by_it_and_cannot_enter_in_anothers_name(
    here: shared.Site, desk: dict[str, str | None], channel: str
) -> None:
    desk["person"] = "Hoàng Thị Lan"
    form = Form(kenh=channel).fill()
    assert "Hoàng Thị Lan" in form.text()
    assert not [widget for widget in form.at.text_input if str(widget.key).startswith("interviewer-")]
    form.press("Gửi phiếu")
    assert stored(here)[0].interviewer == "Hoàng Thị Lan"
    desk["person"] = "Bình"  # who takes over at the same screen
    again = Form(kenh=channel).fill()
    again.press("Gửi phiếu")
    assert sorted(str(slip.interviewer) for slip in stored(here)) == ["Bình", "Hoàng Thị Lan"]


def test_a_form_goes_on_under_the_name_of_who_sends_it(
    here: shared.Site, desk: dict[str, str | None], in_steps: None
) -> None:
    form = Form(kenh="assisted")
    typed(form, "interviewer").set_value("Ai đó")
    form.fill_steps()
    desk["person"] = "Bình"
    form.press("Gửi phiếu")
    assert stored(here)[0].interviewer == "Bình"


def test_a_paper_slip_is_entered_once_whatever_its_number_looks_like(
    here: shared.Site, desk: dict[str, str | None]
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


def test_a_paper_number_without_letter_or_digit_is_told(here: shared.Site, desk: dict[str, str | None]) -> None:
    form = Form(kenh="paper").fill()
    typed(form, "interviewer").set_value("NV1")
    typed(form, "slip").set_value(" --- ")
    form.press("Gửi phiếu")
    assert "không có chữ hay chữ số" in form.errors()
    assert not stored(here)


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
