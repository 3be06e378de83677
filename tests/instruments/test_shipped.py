"""The shipped questionnaires are whole, say what method.md §1.2 says, and are what their sources say."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from pyxform.xls2xform import convert

from survey.errors import Refused
from survey.instruments import load, shipped, workbook_bytes
from survey.instruments.build import read_source, sources
from survey.questionnaire import Questionnaire
from survey.xlsform import read_workbook, write_workbook
from tests.instruments.citizen22 import WORKBOOK, citizen22

IDS = (
    "housing_copenhagen",
    "law_enforcement_2022",
    "officials_2022",
    "one_stop_slip",
    "sipas_household_2022",
    "user_five_factor",
)


def without_rows(questionnaire: Questionnaire) -> Questionnaire:
    return replace(
        questionnaire,
        sections=tuple(
            replace(section, questions=tuple(replace(question, row=0) for question in section.questions))
            for section in questionnaire.sections
        ),
    )


def cells(data: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(BytesIO(data))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def by_factor(questionnaire: Questionnaire) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in questionnaire.items():
        counts[str(item.factor)] = counts.get(str(item.factor), 0) + 1
    return counts


def test_the_shipped_questionnaires_are_these() -> None:
    assert shipped() == IDS
    assert [load(known).id for known in IDS] == list(IDS)


def test_an_unknown_one_is_refused_with_the_known_ids() -> None:
    with pytest.raises(Refused) as caught:
        load("sipas_household")
    for language in ("vi", "en"):
        assert all(known in caught.value.say(language) for known in ("«sipas_household»", *IDS))
    with pytest.raises(Refused):
        workbook_bytes("../build")


def test_a_path_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(workbook_bytes("user_five_factor"))
    assert load(str(path)) == load("user_five_factor")


def test_every_workbook_has_a_source_and_says_exactly_that() -> None:
    found = {path.stem: path for path in sources()}
    assert tuple(found) == IDS
    for known, path in found.items():
        source = read_source(path.read_text(encoding="utf-8"))
        assert without_rows(load(known)) == source
        assert load(known).content_hash() == source.content_hash()
        assert cells(workbook_bytes(known)) == cells(write_workbook(source)), "run python -m survey.instruments.build"


@pytest.mark.parametrize("id", IDS)
def test_it_goes_through_a_workbook_and_back(id: str) -> None:
    assert read_workbook(write_workbook(load(id)), name=id) == load(id)


@pytest.mark.parametrize("id", IDS)
def test_the_reference_converter_takes_the_file_itself(id: str) -> None:
    warnings: list[str] = []
    xform = convert(workbook_bytes(id), warnings=warnings).xform
    assert warnings == []
    assert all(f"<{question.name}/>" in xform for question in load(id).questions())


@pytest.mark.parametrize("id", IDS)
def test_all_wording_is_in_both_languages(id: str) -> None:
    questionnaire = load(id)
    assert questionnaire.languages == ("vi", "en")
    words = [questionnaire.title, questionnaire.source, questionnaire.status, questionnaire.purpose]
    words += [section.label for section in questionnaire.sections] + [node.label for node in questionnaire.index]
    for question in questionnaire.questions():
        words.append(question.label)
        words += [question.hint] if question.hint else []
        words += [question.constraint_message] if question.constraint else []
        words += [option.label for option in question.scale.options] if question.scale else []
    assert all(set(word) == {"vi", "en"} and all(word.values()) for word in words)


@pytest.mark.parametrize("id", IDS)
def test_no_list_has_a_value_or_a_label_twice(id: str) -> None:
    for question in load(id).questions():
        options = question.scale.options if question.scale else ()
        assert len({option.value for option in options}) == len(options)
        for language in ("vi", "en"):
            assert len({option.label[language].casefold() for option in options}) == len(options)


def test_the_household_form_has_the_33_items_of_2022() -> None:
    form = load("sipas_household_2022")
    assert form.study == "household"
    assert [item.name for item in form.items()] == [f"q9_{n:02}" for n in range(1, 34)]
    assert by_factor(form) == {
        "pol_a": 2, "pol_b": 2, "pol_c": 8, "pol_d": 2, "svc_1": 4, "svc_2": 4, "svc_3": 5, "svc_4": 3, "svc_5": 3
    }  # fmt: skip
    parents = {node.code: node.parent for node in form.index}
    assert {code for code, parent in parents.items() if parent is None} == {"policy", "service"}
    assert all(parents[code] == ("policy" if code.startswith("pol") else "service") for code in by_factor(form))


def test_the_official_scale_is_kept() -> None:
    for known in ("sipas_household_2022", "user_five_factor"):
        for item in load(known).items():
            assert item.scale is not None and item.satisfied == ("4", "5")
            assert [(option.value, option.label["vi"]) for option in item.scale.options] == [
                ("1", "Rất không hài lòng"),
                ("2", "Không hài lòng"),
                ("3", "Bình thường"),
                ("4", "Hài lòng"),
                ("5", "Rất hài lòng"),
            ]


def test_the_household_form_asks_every_question_of_method_1_2() -> None:
    form = load("sipas_household_2022")
    sizes = {question.name: len(question.scale.options) for question in form.questions() if question.scale}
    assert {section.name: len(section.questions) for section in form.sections} == {
        "respondent": 8, "q1": 8, "views": 6, "experience": 7, "satisfaction_policy": 14, "satisfaction_service": 19,
        "needs": 9, "other": 1,
    }  # fmt: skip
    expected = {"sex": 2, "age": 5, "ethnic": 2, "education": 6, "occupation": 7, "area": 2, "terrain": 3}
    expected |= {f"q1_{n}": 3 for n in range(1, 9)} | {f"q8_{n}": 2 for n in range(1, 8)}
    expected |= {f"q10_{n}": 3 for n in range(1, 10)} | {"q2": 7, "q3": 5, "q4": 3, "q5": 3, "q6": 3, "q7": 3}
    assert {name: size for name, size in sizes.items() if not name.startswith("q9")} == expected
    assert form.question("q2").kind == "select_multiple"
    assert {question.name for question in form.questions() if question.required} == {"sex", "age", "area", "q4"}


def test_the_household_form_repairs_the_copys_faults() -> None:
    form = load("sipas_household_2022")
    labels = {name: form.question(name).scale for name in ("age", "q2", "q5")}
    assert labels["age"] is not None and labels["q5"] is not None and labels["q2"] is not None
    assert labels["age"].label("1", "vi") == "Từ 18 đến 24 tuổi"
    assert labels["q5"].label("1", "vi") not in {option.label["vi"] for option in labels["q2"].options}


def test_free_text_is_bounded_and_asks_for_no_identity() -> None:
    form = load("sipas_household_2022")
    texts = [question for question in form.questions() if question.kind == "text"]
    assert [question.name for question in texts] == ["ethnic_other", "comment"]
    other, comment = texts
    assert other.relevant is not None and other.relevant.holds({"ethnic": "2"})
    assert not other.relevant.holds({"ethnic": "1"})
    for question, longest in ((other, 50), (comment, 2000)):
        assert question.constraint is not None
        assert question.constraint.holds({}, "ệ" * longest) and not question.constraint.holds({}, "ệ" * (longest + 1))


@pytest.mark.parametrize("id", ["sipas_household_2022", "user_five_factor"])
def test_every_item_is_explained_in_at_most_20_words(id: str) -> None:
    for item in load(id).items():
        for language in ("vi", "en"):
            assert 3 <= len(item.hint[language].split()) <= 20, (item.name, language)


def test_the_user_form_asks_19_items_of_those_who_received_a_result() -> None:
    form = load("user_five_factor")
    assert form.study == "user"
    assert by_factor(form) == {"f1": 4, "f2": 4, "f3": 5, "f4": 3, "f5": 3}
    assert [item.name for item in form.items()] == [
        f"s{factor}_{n}" for factor, count in enumerate((4, 4, 5, 3, 3), start=1) for n in range(1, count + 1)
    ]
    assert all(node.level == "factor" and node.parent is None for node in form.index)
    for section in form.sections:
        items = [question for question in section.questions if question.role == "satisfaction"]
        assert (section.relevant is not None) == bool(items)
        if section.relevant:
            assert section.relevant.holds({"received": "1"})
            assert not section.relevant.holds({"received": "2"}) and not section.relevant.holds({})
    household = load("sipas_household_2022").items()[14:]
    assert [item.label for item in form.items()] == [item.label for item in household]


def test_the_housing_form_has_the_values_of_the_published_table() -> None:
    form = load("housing_copenhagen")
    values = {q.name: [o.value for o in q.scale.options] for q in form.questions() if q.scale}
    assert values == {
        "influence": ["Low", "Medium", "High"],
        "housing_type": ["Tower", "Apartment", "Atrium", "Terrace"],
        "contact": ["Low", "High"],
        "satisfaction": ["Low", "Medium", "High"],
    }
    assert [(item.name, item.satisfied, item.factor) for item in form.items()] == [
        ("satisfaction", ("High",), "housing")
    ]


def test_citizen22_is_what_its_code_builds() -> None:
    data = WORKBOOK.read_bytes()
    read = read_workbook(data, name=WORKBOOK.name)
    assert without_rows(read) == citizen22()
    assert cells(data) == cells(write_workbook(citizen22())), "run python -m tests.instruments.citizen22"
    assert by_factor(read) == {"a": 5, "b": 6, "c": 5, "d": 6}
