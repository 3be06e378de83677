"""The desk pages about collecting: what they show, and what making a round refuses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from survey.clock import now
from survey.errors import Refused
from survey.making import Wanted, make_round, mended
from survey.pages import counts, round_card
from survey.pages.language import spoken
from survey.questionnaire import Option, Question, Scale, Section
from survey.round import Desk
from survey.site import Site
from survey.words import day, number, percent, share, whole
from tests.survey.builders import QUESTIONNAIRE, response
from tests.survey.pages.conftest import OPEN

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest has no cookies: these pages are looked at by somebody who is signed in."""
    for page in (counts, round_card):
        monkeypatch.setattr(page, "signed_in", lambda: True)


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
    places, channels = at.table
    assert places.value.values.tolist() == [["U1", "2", "10", "20,00 %"], ["U2", "1", "6", "16,67 %"]]
    assert channels.value.values.tolist() == [["Máy tại bộ phận một cửa", "3", "100,00 %"]]


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


def test_a_shipped_questionnaire_can_be_taken_away_and_ones_own_need_not(here: Site) -> None:
    at = run(rounds_page)
    mine = "Tải phiếu hỏi này về sửa (XLSForm)"
    assert mine in [button.proto.label for button in at.get("download_button")]
    at.radio[0].set_value("").run()
    assert mine not in [button.proto.label for button in at.get("download_button")]


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
def test_the_assessment_of_a_round_and_of_a_questionnaire_can_be_taken_away(here: Site, language: str) -> None:
    at = run(rounds_page, language)
    word = "data protection assessment" if language else "đánh giá tác động"
    assert sum(word in button.proto.label for button in at.get("download_button")) == 2


def fill(at: AppTest, name: str, identifier: str, contact: str) -> AppTest:
    for label, value in (("Tên đợt", name), ("Mã đợt", identifier), ("Nơi liên hệ", contact)):
        next(field for field in at.text_input if field.label.startswith(label)).set_value(value)
    next(button for button in at.button if button.label == "Lập đợt").click()
    at.run()
    assert not at.exception
    return at


def test_a_new_round_is_made_from_a_shipped_questionnaire(here: Site) -> None:
    at = run(rounds_page)
    at.radio[0].set_value("user_five_factor").run()
    at = fill(at, "Đợt 2026", "dot-2026", "Sở Nội vụ, 0205 000 000")
    assert not at.error
    made = here.store.round("dot-2026")
    assert (made.name, made.study, made.languages, made.feeds) == ("Đợt 2026", "user", ("vi", "en"), "unweighted")
    assert here.store.questionnaire(made.questionnaire).id == "user_five_factor"
    assert "Đã lập đợt" in at.success[0].value


def test_everything_wrong_with_a_new_round_is_told_at_once(here: Site) -> None:
    at = fill(run(rounds_page), "", "Đợt 1", "")
    said = at.error[0].value
    assert "Có 3 chỗ cần sửa" in said
    assert len(here.store.rounds()) == 1


def test_what_is_wrong_is_told_in_the_pages_language(here: Site) -> None:
    at = run(rounds_page, "en")
    next(field for field in at.text_input if field.label == "Name of the round").set_value("Round 2")
    next(field for field in at.date_input if field.label.startswith("First day")).set_value(date(2026, 11, 5))
    next(field for field in at.date_input if "may stay empty" in field.label).set_value(date(2026, 11, 4))
    next(button for button in at.button if button.label == "Make the round").click()
    at.run()
    said = at.error[0].value.replace("\\", "")
    assert "Places to mend: 3" in said
    assert "The last day (4 Nov 2026) must not be before the first (5 Nov 2026)." in said


PLACES = "code,name,stratum,unit,weight,fpc\nA1,Xã A,Huyện 1,Huyện 1,2.5,10\nA2,Xã B,Huyện 2,Huyện 2,1,12\n"
MARGINS = "variable,level,total\nused,1,600\nused,2,400\n"
WANTED = Wanted(
    id="moi",
    name="Mới",
    questionnaire=QUESTIONNAIRE,
    opens=date(2026, 1, 1),
    closes=None,
    languages=("vi",),
    contact="Sở",
    places=("noi.csv", PLACES.encode()),
    margins=("bien.csv", MARGINS.encode()),
)


def test_a_rounds_places_and_margins_come_from_files() -> None:
    made = make_round(WANTED, [])
    assert [(p.code, p.name, p.stratum, p.unit, p.weight, p.fpc) for p in made.places] == [
        ("A1", "Xã A", "Huyện 1", "Huyện 1", 2.5, 10.0),
        ("A2", "Xã B", "Huyện 2", "Huyện 2", 1.0, 12.0),
    ]
    assert [(m.variable, m.level, m.total) for m in made.margins] == [("used", "1", 600.0), ("used", "2", 400.0)]
    assert made.feeds == "weighted"


def test_weights_alone_feed_the_weighted_number_and_nothing_known_the_unweighted() -> None:
    assert make_round(replace(WANTED, margins=None), []).feeds == "weighted"
    even = PLACES.replace("2.5", "1")
    assert make_round(replace(WANTED, margins=None, places=("noi.csv", even.encode())), []).feeds == "unweighted"


def test_the_faults_of_both_files_and_of_the_fields_are_told_together() -> None:
    bad_places = "code,name,stratum,unit,weight\nA1,Xã A,H,U,-1\nA1,,H,U,x\nxã a,Xã,H,U,1\n"
    bad_margins = "variable,level,total\nused,9,600\n"
    wanted = replace(
        WANTED,
        id="KHÔNG",
        name=" ",
        closes=date(2025, 1, 1),
        languages=(),
        contact="",
        places=("noi.csv", bad_places.encode()),
        margins=("bien.csv", bad_margins.encode()),
    )
    with pytest.raises(Refused) as caught:
        make_round(wanted, [])
    found = [(problem.code, problem.row, problem.column) for problem in caught.value.problems]
    assert found == [
        ("RND_BAD_ID", None, None),
        ("RND_NO_NAME", None, None),
        ("RND_DAYS", None, None),
        ("RND_NO_LANGUAGE", None, None),
        ("RND_NO_CONTACT", None, None),
        ("TAB_NOT_NUMBER", 2, "weight"),
        ("TAB_BLANK", 3, "name"),
        ("RND_TWICE", 3, "code"),
        ("TAB_NOT_NUMBER", 3, "weight"),
        ("RND_BAD_CODE", 4, "code"),
        ("MAR_LEVEL", 2, "level"),
    ]
    assert all("?" not in problem.say() for problem in caught.value.problems if problem.code.startswith("RND"))


def test_a_places_file_without_its_columns_names_them() -> None:
    with pytest.raises(Refused) as caught:
        make_round(replace(WANTED, places=("noi.csv", b"ma,ten\n1,2\n")), [])
    assert [problem.values["column"] for problem in caught.value.problems] == ["code", "name", "stratum", "unit"]


def test_an_id_is_not_given_twice() -> None:
    with pytest.raises(Refused) as caught:
        make_round(WANTED, ["moi"])
    assert [problem.code for problem in caught.value.problems] == ["RND_TAKEN"]


def test_percentages_round_half_up_with_a_decimal_comma() -> None:
    assert [share(1, 3), share(2, 3), share(1, 8), share(1, 800), share(5, 4000), share(0, 0)] == [
        "33,33 %", "66,67 %", "12,50 %", "0,13 %", "0,13 %", "–",
    ]  # fmt: skip
    assert whole(1234567) == "1.234.567"
    assert [percent(0.81445), percent(-0.00001), percent(0.95, 0), percent(float("nan"))] == [
        "81,45 %", "0,00 %", "95 %", "–",
    ]  # fmt: skip
    assert [number(36525), number(4.925, 2), number(float("inf"))] == ["36.525", "4,93", "–"]


def test_english_numbers_and_dates_are_english() -> None:
    assert [share(1, 8, "en"), percent(0.81445, 2, "en"), number(36525.5, 1, "en"), whole(1234567, "en")] == [
        "12.50%", "81.45%", "36,525.5", "1,234,567",
    ]  # fmt: skip
    assert [day(date(2026, 11, 5)), day(date(2026, 11, 5), "en"), day(date(2026, 11, 5), "tay")] == [
        "05/11/2026", "5 Nov 2026", "05/11/2026",
    ]  # fmt: skip


@pytest.mark.parametrize("inside", [False, True])
def test_the_desks_pages_exist_only_for_who_is_signed_in(
    here: Site, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    monkeypatch.setattr("survey.pages.context.person", lambda: "Trần Thị B" if inside else None)
    monkeypatch.setattr("survey.pages.home.signed_in", lambda: inside)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not at.exception
    assert at.title[0].value == "Khảo sát mức độ hài lòng"
    bodies = [part.proto.body for part in at.get("html")] + [part.proto.body for part in at.sidebar.get("html")]
    assert any("/dang-nhap" in body for body in bodies) == (not inside)
    assert any("/dang-xuat" in body for body in bodies) == inside
    said = [caption.value.replace("\\", "") for caption in at.sidebar.caption]
    assert said == ["Đang đăng nhập: Trần Thị B"] * inside


# Desks, rated offices, slips handed out, and what can be mended

DESKS = "code,name,place\nQ1,Quầy 1,A1\nQ2,Quầy 2,A2\n"


def test_a_rounds_desks_and_the_slips_handed_out_come_from_files() -> None:
    handed = "code,name,stratum,unit,invited\nA1,Xã A,H,U1,40\nA2,Xã B,H,U1,2\nA3,Xã C,H,U2,\n"
    wanted = replace(WANTED, places=("noi.csv", handed.encode()), desks=("quay.csv", DESKS.encode()), keep_years=3)
    made = make_round(replace(wanted, invitation_only=True), [])
    assert made.invited == {"U1": 42}
    assert made.desks == (Desk(code="Q1", name="Quầy 1", place="A1"), Desk(code="Q2", name="Quầy 2", place="A2"))
    assert (made.invitation_only, made.keep_years) == (True, 3)
    assert (make_round(WANTED, []).desks, make_round(WANTED, []).invited) == ((), {})


def test_the_faults_of_every_file_name_the_file_they_are_in() -> None:
    wanted = replace(
        WANTED,
        places=("noi.csv", (PLACES.replace("fpc", "invited") + "A3,Xã C,H,U,1,1.5\n").encode()),
        desks=("quay.csv", (DESKS + "Q1,,A9\nquầy,Quầy,A1\n").encode()),
        margins=("bien.csv", b"variable,level,total\nused,9,600\n"),
        rated=("co-quan.txt", b"x"),
        keep_years=0,
    )
    with pytest.raises(Refused) as caught:
        make_round(wanted, [])
    found = [(problem.code, problem.file, problem.row, problem.column) for problem in caught.value.problems]
    assert found == [
        ("RND_KEEP_YEARS", None, None, None),
        ("RND_NOT_WHOLE", "noi.csv", 4, "invited"),
        ("MAR_LEVEL", "bien.csv", 2, "level"),
        ("TAB_KIND", "co-quan.txt", None, None),
    ]
    assert "Tệp «noi.csv»" in caught.value.say("vi")
    assert "File «bien.csv»" in caught.value.say("en")
    with pytest.raises(Refused) as caught:
        make_round(replace(wanted, places=WANTED.places, margins=None, rated=None, keep_years=5), [])
    assert [(problem.code, problem.row, problem.column) for problem in caught.value.problems] == [
        ("TAB_BLANK", 4, "name"),
        ("RND_TWICE", 4, "code"),
        ("RND_NO_PLACE", 4, "place"),
        ("RND_BAD_CODE", 5, "code"),
    ]
    assert {problem.file for problem in caught.value.problems} == {"quay.csv"}


def test_rated_offices_come_from_a_file_and_are_needed_where_the_questionnaire_asks_about_them() -> None:
    units = Scale(name="units.so", options=(Option(value="a", label={"vi": "Ví dụ"}),))
    which = Question(name="which", kind="select_multiple", label={"vi": "Cơ quan nào?"}, scale=units)
    asked = replace(QUESTIONNAIRE, sections=(Section(name="who", label={"vi": "Ai"}, questions=(which,)),))
    wanted = replace(WANTED, questionnaire=asked, margins=None)
    with pytest.raises(Refused) as caught:
        make_round(wanted, [])
    assert [(problem.code, problem.file) for problem in caught.value.problems] == [("RAT_NO_UNITS", None)]
    good = "code,name,kind\nsnv,Sở Nội vụ,so\nsyt,Sở Y tế,so\n"
    made = make_round(replace(wanted, rated=("co-quan.csv", good.encode())), [])
    assert [unit.code for unit in made.rated] == ["snv", "syt"]
    with pytest.raises(Refused) as caught:
        make_round(replace(wanted, rated=("co-quan.csv", good.replace("snv", "SNV").encode())), [])
    assert [(problem.code, problem.file) for problem in caught.value.problems] == [("RAT_CODE", "co-quan.csv")]


def test_a_rounds_name_and_contact_can_be_mended_and_nothing_else_changes() -> None:
    spoken = replace(OPEN, contact={"vi": "Sở", "en": "Office"})
    assert mended(spoken, name=" Tên mới ", contact="Sở") == replace(spoken, name="Tên mới")
    assert mended(spoken, name="Đợt thử", contact=" Sở khác ") == replace(spoken, contact={"vi": "Sở khác"})
    with pytest.raises(Refused) as caught:
        mended(spoken, name=" ", contact="")
    assert [problem.code for problem in caught.value.problems] == ["RND_NO_NAME", "RND_NO_CONTACT"]


def test_name_and_contact_are_mended_on_the_rounds_card(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run(rounds_page)
    at.text_input(key="name-dot-1").set_value("Đợt đã sửa")
    at.text_input(key="contact-dot-1").set_value("Sở, 0205 111 111")
    at.button(key="mend-dot-1").click().run()
    made = here.store.round("dot-1")
    assert (made.name, made.contact) == ("Đợt đã sửa", {"vi": "Sở, 0205 111 111"})
    at.text_input(key="name-dot-1").set_value(" ")
    at.button(key="mend-dot-1").click().run()
    assert "cần có tên" in at.error[0].value
    monkeypatch.setattr(round_card, "signed_in", lambda: False)
    at.text_input(key="name-dot-1").set_value("Người lạ")
    at.button(key="mend-dot-1").click().run()
    assert here.store.round("dot-1").name == "Đợt đã sửa"
