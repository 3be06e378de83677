"""The desk pages about collecting: what they show."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from survey.clock import now, today
from survey.forms.flags import flag_words
from survey.life import advance, begin, history
from survey.pages import counts, round_card, round_steps
from survey.pages.language import spoken
from survey.site import Site
from survey.words import plain
from tests.survey.builders import response
from tests.survey.desk import sits
from tests.survey.pages.conftest import OPEN

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest has no cookies: these pages are looked at by somebody who is signed in."""
    sits(monkeypatch, "Lan")
    for page in (counts, round_card):
        monkeypatch.setattr(page, "signed_in", lambda: True)
    monkeypatch.setattr(round_steps, "person", lambda: "Lan")


def counts_page() -> None:
    from survey.pages import counts  # noqa: PLC0415  AppTest runs this function's text

    counts.show()


def rounds_page() -> None:
    from survey.pages import rounds  # noqa: PLC0415  AppTest runs this function's text

    rounds.show()


def run(page: Callable[[], None], language: str = "") -> AppTest:
    at = AppTest.from_function(page, default_timeout=30)
    if language:
        at.query_params["ngon_ngu"] = language
    at.run()
    assert not at.exception
    return at


def test_a_button_pressed_after_the_session_ended_changes_nothing(here: Site, monkeypatch) -> None:
    monkeypatch.setattr(round_card, "signed_in", lambda: False)
    round_card._save_closing(OPEN.id)
    assert here.store.round(OPEN.id).closes == OPEN.closes


def test_counts_are_told_by_day_place_and_channel(here: Site) -> None:
    here.store.save_round(replace(OPEN, invited={"U1": 10, "U2": 6}))
    today = now().date().isoformat()
    for nth, place in enumerate(("P01", "P01", "P02"), start=1):
        here.store.add(response(nth, place=place, channel="kiosk", day=today if nth == 1 else "2026-11-02"))
    at = run(counts_page)
    assert {metric.label: metric.value for metric in at.metric} == {
        "Phiếu đã nhận": "3",
        "Phiếu hôm nay": "1",
        "Phiếu mời (phát ra)": "16",
        "Tỷ lệ thu về": "18,75 %",
    }
    places, channels, _ = at.table
    assert places.value.values.tolist() == [["U1", "2", "10", "20,00 %"], ["U2", "1", "6", "16,67 %"]]
    assert channels.value.values.tolist() == [["Máy tại bộ phận một cửa", "3", "100,00 %"]]


def test_open_rounds_are_offered_first_and_archived_ones_last(here: Site) -> None:
    for state in ("closed", "archived"):
        here.store.save_round(replace(OPEN, id=state, name=state))
        advance(here.store, here.store.round(state), "closed", "Lan", today())
    advance(here.store, here.store.round("archived"), "archived", "Lan", today())
    assert run(counts_page).selectbox[0].options == [OPEN.name, "closed", "archived"]


def test_the_round_chosen_stands_in_the_address_and_is_shown_when_the_page_is_read_again(here: Site) -> None:
    here.store.save_round(replace(OPEN, id="later", name=OPEN.name))
    at = run(counts_page)
    assert at.query_params["dot"] == "later"
    assert at.selectbox[0].options == [f"{OPEN.name} (later)", f"{OPEN.name} ({OPEN.id})"]
    at.selectbox[0].select_index(1).run()
    assert at.query_params["dot"] == OPEN.id
    again = AppTest.from_function(counts_page, default_timeout=30)
    again.query_params["dot"] = OPEN.id
    assert again.run().selectbox[0].value == OPEN.id


def test_the_language_in_the_address_words_the_page_and_its_numbers_and_dates(here: Site) -> None:
    here.store.save_round(replace(OPEN, invited={"U1": 1600}))
    for nth, channel in enumerate(("open", "paper", "invited"), start=1):
        here.store.add(response(nth, place="P01", channel=channel, day="2026-11-05"))
    at = run(counts_page, "en")
    assert at.title[0].value == "How many slips are there?"
    assert {metric.label: metric.value for metric in at.metric} == {
        "Slips received": "3",
        "Slips today": "0",
        "Slips handed out": "1,600",
        "Returned": "0.19%",
    }
    said = "\n".join(caption.value for caption in at.caption).replace("\\", "")
    assert "Latest day with slips: 5 Nov 2026 (3)." in said
    names = {row[0] for row in at.table[1].value.values.tolist()}
    assert {name.replace("\\", "") for name in names} == {"Open link", "Entered from paper", "One-time invitation"}


def test_marks_of_how_slips_came_are_counted_and_said_to_drop_nothing(here: Site) -> None:
    for nth, flags in enumerate((("fast", "burst"), ("fast",), (), ("later_mark",)), start=1):
        here.store.add(response(nth, flags=flags))
    at = run(counts_page)
    assert at.table[-1].value.values.tolist() == [
        [plain(flag_words("fast", "vi")), "2", "50,00 %"],
        [plain(flag_words("burst", "vi")), "1", "25,00 %"],
        ["later\\_mark", "1", "25,00 %"],
    ]
    said = "\n".join(caption.value for caption in at.caption)
    assert "3 trên 4 phiếu đã nhận có ít nhất một dấu hiệu" in said
    assert "không phiếu nào bị loại" in said
    assert run(counts_page, "en").table[-1].value.values.tolist()[1][0] == plain(flag_words("burst", "en"))


def test_a_round_whose_slips_carry_no_mark_says_so(here: Site) -> None:
    here.store.add(response(1, flags=()))
    at = run(counts_page)
    assert "0 trên 1 phiếu" in "\n".join(caption.value for caption in at.caption)


def test_settings_of_a_round_that_cannot_be_read_are_told_on_the_page_of_rounds(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not run(rounds_page).error
    monkeypatch.setattr(here.store, "unreadable_rounds", lambda: (OPEN.id,))
    assert f"«{OPEN.id}» không đọc được" in run(rounds_page).error[0].value.replace("\\", "")


def test_an_address_of_ours_keeps_the_language_unless_it_is_the_default() -> None:
    assert spoken("/dang-nhap?ve=/ket-qua", "en") == "/dang-nhap?ve=/ket-qua&ngon_ngu=en"
    assert spoken("/", "en") == "/?ngon_ngu=en"
    assert spoken("/", "vi") == "/"


def test_a_demonstration_is_called_one_wherever_it_is_chosen_or_listed(here: Site) -> None:
    here.store.save_round(replace(OPEN, demonstration=True))
    at = run(counts_page)
    assert at.sidebar.selectbox[0].options == [f"MINH HỌA: {OPEN.name}"]
    assert "ĐỢT MINH HỌA" in at.warning[0].value
    assert "MINH HỌA" in run(rounds_page).expander[0].label


def test_counts_of_an_empty_round_say_so(here: Site) -> None:
    assert "Chưa có phiếu nào" in run(counts_page).info[0].value


def test_without_rounds_the_desk_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path / "empty"))
    assert "lập một đợt" in run(counts_page).info[0].value


def test_the_rounds_page_gives_the_open_address_and_leads_to_the_others_and_closes_a_round(here: Site) -> None:
    at = run(rounds_page)
    assert [code.value.endswith("/p/dot-1") for code in at.code] == [True]
    assert any("(/cach-tra-loi)" in part.value for part in at.markdown)
    assert "/phieu?dot=" not in str(at.main)
    at.date_input(key="closes-dot-1").set_value(date(2030, 1, 31)).run()
    at.button(key="close-dot-1").click().run()
    assert here.store.round("dot-1").closes == date(2030, 1, 31)


def test_a_round_cannot_be_closed_before_its_last_slip(here: Site) -> None:
    here.store.add(response(1, place="P01", channel="open", day="2026-11-05"))
    at = run(rounds_page)
    at.date_input(key="closes-dot-1").set_value(date(2026, 11, 4)).run()
    at.button(key="close-dot-1").click().run()
    assert "không thể là 04/11/2026" in at.error[0].value.replace("\\", "")
    assert here.store.round("dot-1").closes is None
    at.date_input(key="closes-dot-1").set_value(date(2026, 11, 5)).run()
    at.button(key="close-dot-1").click().run()
    assert here.store.round("dot-1").closes == date(2026, 11, 5)


@pytest.mark.parametrize("language", ["", "en"])
def test_the_assessment_of_a_round_can_be_taken_away(here: Site, language: str) -> None:
    at = run(rounds_page, language)
    word = "data protection assessment" if language else "đánh giá tác động"
    assert sum(word in button.proto.label for button in at.get("download_button")) == 1


def test_rounds_stand_under_their_state_with_the_steps_that_were_taken(here: Site) -> None:
    for id_, to in (("dot-nhap", None), ("dot-dong", "closed")):
        begin(here.store, replace(OPEN, id=id_, name=f"Đợt {id_}"), "Lan", date(2026, 11, 20))
        for step in ("open", to) if to else ():
            advance(here.store, here.store.round(id_), step, "Hoa", date(2026, 11, 21))  # type: ignore[arg-type]
    at = run(rounds_page)
    assert [each.value for each in at.header] == ["Đang lập", "Đang mở", "Đã đóng"]
    assert any("(/lap-dot?dot=dot-nhap)" in part.value for part in at.markdown)
    said = [each.value.replace("\\", "") for each in at.caption]
    assert "Hoa đóng đợt ngày 21/11/2026." in said
    assert at.sidebar.selectbox == []
    assert run(counts_page).sidebar.selectbox[0].options == [OPEN.name, "Đợt dot-dong"]  # a draft is not offered


def test_a_round_is_closed_and_opened_again_with_a_reason(here: Site) -> None:
    at = run(rounds_page)
    at.button(key="life-dot-1-closed").click().run()
    assert (here.store.round("dot-1").state, here.store.round("dot-1").closes) == ("closed", today())
    at.button(key="life-dot-1-open").click().run()
    assert "phải ghi lý do" in at.error[0].value
    at.text_area(key="life-dot-1-open-reason").set_value("Mưa lũ").run()
    at.button(key="life-dot-1-open").click().run()
    assert here.store.round("dot-1").state == "open"
    assert [(each.to, each.actor, each.reason) for each in history(here.store, "dot-1")][-1] == (
        "open",
        "Lan",
        "Mưa lũ",
    )


def test_nobody_takes_a_step_after_the_session_ended(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(round_steps, "person", lambda: None)
    run(rounds_page).button(key="life-dot-1-closed").click().run()
    assert here.store.round("dot-1").state == "open"


@pytest.mark.parametrize("inside", [False, True])
def test_the_desks_pages_exist_only_for_who_is_signed_in(
    here: Site, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    sits(monkeypatch, "Trần Thị B" if inside else None, "analyst")
    monkeypatch.setattr("survey.pages.home.signed_in", lambda: inside)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not at.exception
    assert at.title[0].value == "Khảo sát mức độ hài lòng"
    bodies = [part.proto.body for part in at.get("html")] + [part.proto.body for part in at.sidebar.get("html")]
    assert any("/dang-nhap" in body for body in bodies) == (not inside)
    assert any("/dang-xuat" in body for body in bodies) == inside
    said = [caption.value.replace("\\", "") for caption in at.sidebar.caption]
    assert said == ["Đang đăng nhập: Trần Thị B"] * inside


def test_name_and_contact_are_mended_on_the_rounds_card(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run(rounds_page)
    at.text_input(key="name-dot-1").set_value("Đợt đã sửa")
    at.multiselect(key="channels-dot-1").set_value(["open", "paper"])
    at.text_input(key="contact-dot-1").set_value("Sở, 0205 111 111")
    at.button(key="mend-dot-1").click().run()
    made = here.store.round("dot-1")
    said = (made.name, made.contact, made.channels)
    assert said == ("Đợt đã sửa", {"vi": "Sở, 0205 111 111"}, ("open", "paper"))
    at.text_input(key="name-dot-1").set_value(" ")
    at.button(key="mend-dot-1").click().run()
    assert "cần có tên" in at.error[0].value
    monkeypatch.setattr(round_card, "signed_in", lambda: False)
    at.text_input(key="name-dot-1").set_value("Người lạ")
    at.button(key="mend-dot-1").click().run()
    assert here.store.round("dot-1").name == "Đợt đã sửa"
