"""What making a round refuses, all at once, and what its files give it."""

from dataclasses import replace
from datetime import date

import pytest

from survey.errors import Refused
from survey.making import Wanted, make_round, mended
from survey.questionnaire import Option, Question, Scale, Section
from survey.round import Desk
from tests.survey.builders import QUESTIONNAIRE
from tests.survey.pages.conftest import OPEN

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
