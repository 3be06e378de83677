"""What a new round refuses, all at once, and what its files give it."""

from dataclasses import replace
from datetime import date

import pytest

from survey.errors import Refused
from survey.forms.accept import CHANNELS
from survey.making import Files, blank_round, furnished, lacking, mended, with_contact
from survey.questionnaire import Option, Question, Questionnaire, Scale, Section
from survey.round import Desk, Round
from tests.survey.builders import QUESTIONNAIRE
from tests.survey.pages.conftest import OPEN

PLACES = "code,name,stratum,unit,weight,fpc\nA1,Xã A,Huyện 1,Huyện 1,2.5,10\nA2,Xã B,Huyện 2,Huyện 2,1,12\n"
MARGINS = "variable,level,total\nused,1,600\nused,2,400\n"
DESKS = "code,name,place\nQ1,Quầy 1,A1\nQ2,Quầy 2,A2\n"
BLANK = blank_round("moi", " Mới ", QUESTIONNAIRE, date(2026, 1, 1))


def with_files(asked: Questionnaire = QUESTIONNAIRE, **texts: str) -> Round:
    """The blank round with these files, each called after its table."""
    return furnished(BLANK, asked, Files(**{name: (f"{name}.csv", text.encode()) for name, text in texts.items()}))


def faults(**texts: str) -> list[tuple[str, str | None, int | None, str | None]]:
    with pytest.raises(Refused) as caught:
        with_files(**texts)
    assert all("?" not in problem.say() for problem in caught.value.problems if problem.code.startswith("RND"))
    return [(problem.code, problem.file, problem.row, problem.column) for problem in caught.value.problems]


def test_a_new_round_is_a_draft_that_asks_its_questionnaire() -> None:
    assert (BLANK.name, BLANK.state, BLANK.study, BLANK.languages) == ("Mới", "draft", "other", ("vi", "en"))
    assert BLANK.questionnaire == QUESTIONNAIRE.content_hash()


@pytest.mark.parametrize(
    ("id_", "name", "expected"),
    [
        ("", " ", ["RND_NO_ID", "RND_NO_NAME"]),
        ("KHÔNG", "x" * 301, ["RND_BAD_ID", "RND_LONG"]),
        ("-a", "A", ["RND_BAD_ID"]),
        ("a" * 41, "A", ["RND_BAD_ID"]),
    ],
)
def test_an_id_and_a_name_that_cannot_be_are_told_together(id_: str, name: str, expected: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        blank_round(id_, name, QUESTIONNAIRE, date(2026, 1, 1))
    assert [problem.code for problem in caught.value.problems] == expected


def test_what_a_round_lacks_is_told_together() -> None:
    assert [each.code for each in lacking(BLANK, QUESTIONNAIRE)] == ["RND_NO_CONTACT"]
    bad = replace(BLANK, name="", closes=date(2025, 1, 1), languages=(), keep_years=0, contact={"vi": "x" * 301})
    assert [each.code for each in lacking(bad, QUESTIONNAIRE)] == [
        "RND_NO_NAME",
        "RND_DAYS",
        "RND_NO_LANGUAGE",
        "RND_LONG",
        "RND_KEEP_YEARS",
    ]


def test_a_rounds_places_and_margins_come_from_files() -> None:
    made = with_files(places=PLACES, margins=MARGINS)
    assert [(p.code, p.name, p.stratum, p.unit, p.weight, p.fpc) for p in made.places] == [
        ("A1", "Xã A", "Huyện 1", "Huyện 1", 2.5, 10.0),
        ("A2", "Xã B", "Huyện 2", "Huyện 2", 1.0, 12.0),
    ]
    assert [(m.variable, m.level, m.total) for m in made.margins] == [("used", "1", 600.0), ("used", "2", 400.0)]


def test_weights_or_margins_feed_the_weighted_number_and_nothing_known_the_unweighted() -> None:
    even = PLACES.replace("2.5", "1")
    assert with_files(places=PLACES).feeds == "weighted"
    assert with_files(margins=MARGINS).feeds == "weighted"
    assert with_files(places=even).feeds == "unweighted"


def test_a_rounds_desks_and_the_slips_handed_out_come_from_files() -> None:
    handed = "code,name,stratum,unit,invited\nA1,Xã A,H,U1,40\nA2,Xã B,H,U1,2\nA3,Xã C,H,U2,\n"
    made = with_files(places=handed, desks=DESKS)
    assert made.invited == {"U1": 42}
    assert made.desks == (Desk(code="Q1", name="Quầy 1", place="A1"), Desk(code="Q2", name="Quầy 2", place="A2"))


def test_what_no_file_is_given_for_stays_and_new_places_take_their_old_desks_away() -> None:
    made = with_files(places=PLACES, desks=DESKS)
    assert furnished(made, QUESTIONNAIRE, Files(margins=("m.csv", MARGINS.encode()))).desks == made.desks
    assert furnished(made, QUESTIONNAIRE, Files(places=("p.csv", PLACES.encode()))).desks == ()
    assert furnished(made, QUESTIONNAIRE, Files(desks=("d.csv", DESKS.encode()))).places == made.places


def test_the_faults_of_every_file_name_the_file_they_are_in() -> None:
    bad_places = "code,name,stratum,unit,weight\nA1,Xã A,H,U,-1\nA1,,H,U,x\nxã a,Xã,H,U,1\n"
    assert faults(places=bad_places, desks=DESKS, margins="variable,level,total\nused,9,600\n") == [
        ("TAB_NOT_NUMBER", "places.csv", 2, "weight"),
        ("TAB_BLANK", "places.csv", 3, "name"),
        ("RND_TWICE", "places.csv", 3, "code"),
        ("TAB_NOT_NUMBER", "places.csv", 3, "weight"),
        ("RND_BAD_CODE", "places.csv", 4, "code"),
        ("MAR_LEVEL", "margins.csv", 2, "level"),
    ]
    assert faults(places=PLACES.replace("fpc", "invited") + "A3,Xã C,H,U,1,1.5\n") == [
        ("RND_NOT_WHOLE", "places.csv", 4, "invited")
    ]
    assert faults(places=PLACES, desks=DESKS + "Q1,,A9\nquầy,Quầy,A1\n") == [
        ("TAB_BLANK", "desks.csv", 4, "name"),
        ("RND_TWICE", "desks.csv", 4, "code"),
        ("RND_NO_PLACE", "desks.csv", 4, "place"),
        ("RND_BAD_CODE", "desks.csv", 5, "code"),
    ]
    with pytest.raises(Refused) as caught:
        furnished(BLANK, QUESTIONNAIRE, Files(rated=("co-quan.txt", b"x")))
    assert "Tệp «co-quan.txt»" in caught.value.say("vi")
    assert "File «co-quan.txt»" in caught.value.say("en")


def test_a_places_file_without_its_columns_names_them() -> None:
    with pytest.raises(Refused) as caught:
        with_files(places="ma,ten\n1,2\n")
    assert [problem.values["column"] for problem in caught.value.problems] == ["code", "name", "stratum", "unit"]


def test_rated_offices_come_from_a_file_and_are_needed_where_the_questionnaire_asks_about_them() -> None:
    units = Scale(name="units.so", options=(Option(value="a", label={"vi": "Ví dụ"}),))
    which = Question(name="which", kind="select_multiple", label={"vi": "Cơ quan nào?"}, scale=units)
    asked = replace(QUESTIONNAIRE, sections=(Section(name="who", label={"vi": "Ai"}, questions=(which,)),))
    assert "RAT_NO_UNITS" in [each.code for each in lacking(BLANK, asked)]
    good = "code,name,kind\nsnv,Sở Nội vụ,so\nsyt,Sở Y tế,so\n"
    made = with_files(asked, rated=good)
    assert [unit.code for unit in made.rated] == ["snv", "syt"]
    with pytest.raises(Refused) as caught:
        with_files(asked, rated=good.replace("snv", "SNV"))
    assert [(problem.code, problem.file) for problem in caught.value.problems] == [("RAT_CODE", "rated.csv")]


def test_another_contact_takes_its_translations_away() -> None:
    spoken = replace(OPEN, contact={"vi": "Sở", "en": "Office"})
    assert with_contact(spoken, " Sở ") == spoken
    assert with_contact(spoken, "Sở khác").contact == {"vi": "Sở khác"}


def test_a_rounds_name_contact_and_ways_can_be_mended_and_nothing_else_changes() -> None:
    spoken = replace(OPEN, contact={"vi": "Sở", "en": "Office"})
    kept = {"name": spoken.name, "contact": "Sở", "channels": CHANNELS}
    assert mended(spoken, **kept | {"name": " Tên mới "}) == replace(spoken, name="Tên mới")
    assert mended(spoken, **kept | {"contact": " Sở khác "}) == replace(spoken, contact={"vi": "Sở khác"})
    assert mended(spoken, **kept | {"channels": ["paper", "open"]}) == replace(spoken, channels=("open", "paper"))
    with pytest.raises(Refused) as caught:
        mended(spoken, name=" ", contact="", channels=())
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["RND_NO_NAME", "RND_NO_CONTACT", "SET_NO_CHANNEL"]
