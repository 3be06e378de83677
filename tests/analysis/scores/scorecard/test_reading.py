"""Rules: the shipped ones are what is known, and every fault of a file or table is named with its place, at once."""

from datetime import datetime

import pytest

from analysis.report.points_template import criteria_template
from analysis.scores.scorecard import edited
from analysis.scores.scorecard.criteria_table import read_criteria
from analysis.scores.scorecard.reading import read_scheme, shipped
from analysis.scores.scorecard.scheme import Scheme
from analysis.scores.scorecard.words import rule_words
from survey.errors import Refused
from survey.instruments import load
from survey.sheet import Line, Table, read_table
from tests.analysis.scores.scorecard.cards import DEPARTMENT, ONE_STOP, PORTAL, PROVINCE

NOW = datetime(2026, 3, 5, 8)
SOUND = """
id = "thu"
version = "1"
kind = "province"
source = "thử"
mark = "?"
valid_from = 2022-01-01
title = { vi = "Thử", en = "Try" }
[option_weights]
A = 1.0
B = 0.5
[[band]]
label = { vi = "Tốt" }
at_least = 0.5
source = "thử"
mark = "?"
[[sum]]
evidence = ["documents"]
points = 4
source = "thử"
mark = "?"
[[criterion]]
code = "1"
title = { vi = "Lĩnh vực" }
max_points = 10
source = "thử"
mark = "V"
[[criterion]]
code = "1.1"
parent = "1"
title = { vi = "Tài liệu" }
max_points = 4
evidence = "documents"
source = "thử"
mark = "V"
[[criterion]]
code = "1.2"
parent = "1"
title = { vi = "Điều tra" }
max_points = 6
evidence = "survey"
rule = "options"
study = "officials"
questions = ["d1_1"]
source = "thử"
mark = "V"
"""


def told(text: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        read_scheme(text, "thu.toml")
    assert all(problem.file == "thu.toml" for problem in caught.value.problems)
    return [problem.say("en") for problem in caught.value.problems]


def changed(*changes: tuple[str, str]) -> str:
    text = SOUND
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def test_the_sound_file_is_read() -> None:
    scheme = read_scheme(SOUND, "thu.toml")
    assert [leaf.code for leaf in scheme.leaves()] == ["1.1", "1.2"]
    assert scheme.criterion("1.2").weights == {"A": 1.0, "B": 0.5}


FAULTS = {
    "no toml": (("id = ", "id == "), ["not valid TOML"]),
    "mistyped key": (("parent = ", "parrent = "), ["«parrent»", "means nothing"]),
    "no title": (('title = { vi = "Tài liệu" }', 'title = { en = "x" }'), ["«1.1»", "«title»", "Vietnamese"]),
    "points as text": (("max_points = 4", 'max_points = "4,0"'), ["«1.1»", "«max_points»", "«4,0»"]),
    "no points": (("max_points = 6", "max_points = 0"), ["«1.2»", "> 0"]),
    "unknown mark": (('mark = "V"', 'mark = "X"'), ["«mark»", "V, P, C, D, M, ?"]),
    "no source": (('source = "thử"\nmark = "V"', 'mark = "V"'), ["«source»"]),
    "unknown evidence": (('evidence = "documents"\nsource', 'evidence = "paper"\nsource'), ["«1.1»", "documents"]),
    "unknown rule": (('rule = "options"', 'rule = "mean"'), ["«1.2»", "options"]),
    "rule for other evidence": (('rule = "options"', 'rule = "entered"'), ["«entered»", "«survey»"]),
    "no questions": (('questions = ["d1_1"]\n', ""), ["questions or a node"]),
    "no study": (('study = "officials"\n', ""), ["«study»"]),
    "code twice": (('code = "1.2"', 'code = "1.1"'), ["«1.1»", "twice"]),
    "unknown parent": (('parent = "1"', 'parent = "9"'), ["«9»", "above"]),
    "sum of a node": (("max_points = 10", "max_points = 11"), ["«1»", "10 points", "11", "1 apart"]),
    "sum of a kind": (("points = 4\n", "points = 5\n"), ["«documents»", "4 points", "5"]),
    "share above one": (("B = 0.5", "B = 1.5"), ["«option_weights»"]),
    "no day": (("valid_from = 2022-01-01", 'valid_from = "2022"'), ["«valid_from»", "2022"]),
    "band without edge": (("at_least = 0.5\n", ""), ["«band.at_least»"]),
    "ratio without target": (('rule = "options"', 'rule = "ratio"'), ["«target»"]),
    "steps that rise": (
        ('rule = "options"', 'rule = "steps"\nsteps = [[0.5, 1], [0.9, 2]]'),
        ["«steps»", "falling"],
    ),
}


@pytest.mark.parametrize("change", FAULTS)
def test_every_fault_is_named_with_its_criterion_and_key(change: str) -> None:
    swap, parts = FAULTS[change]
    messages = told(changed(swap))
    assert any(all(part in message for part in parts) for message in messages), messages


def test_all_faults_are_told_at_once() -> None:
    messages = told(changed(("max_points = 4", "max_points = -4"), ('mark = "V"', 'mark = "X"'), ("= 6", "= 0")))
    assert len(messages) == 3


def test_what_ships_is_what_is_known() -> None:
    assert sorted(shipped()) == [
        "internal_commune", "internal_department", "one_stop_2018", "par_index_province_2022",
        "portal_766_satisfaction",
    ]  # fmt: skip
    areas = {each.code: each.max_points for each in PROVINCE.children(None)}
    assert areas == {"1": 9.5, "2": 10, "3": 13, "4": 10.5, "5": 15, "6": 12, "7": 13.5, "8": 16.5}
    assert (PROVINCE.declared_criteria, PROVINCE.declared_parts) == (37, 88)
    assert sum(areas.values()) == 100
    sums = {tuple(each.evidence): each.points for each in PROVINCE.sums}
    assert sums == {("documents", "data"): 68, ("survey",): 22, ("sipas",): 10}
    assert [band.at_least for band in ONE_STOP.bands] == [15, 12, 9, 6, 0]
    assert {band.mark for band in ONE_STOP.bands} == {"M"}
    assert [leaf.max_points for leaf in PORTAL.leaves()] == [6, 6, 6]
    assert all(leaf.gap for leaf in PROVINCE.leaves() if leaf.evidence == "documents")
    assert all(each.source and each.mark for scheme in shipped().values() for each in scheme.criteria)


def test_every_question_the_shipped_rules_rest_on_exists() -> None:
    forms = {"officials": load("officials_2022"), "user": load("one_stop_slip")}
    for scheme in shipped().values():
        for leaf in scheme.leaves():
            for name in leaf.questions:
                options = [option.value for option in forms[leaf.study].question(name).scale.options]  # type: ignore[union-attr]
                assert set(leaf.weights) <= set(options), (scheme.id, leaf.code)


@pytest.mark.parametrize(("scheme", "language"), [(PROVINCE, "vi"), (ONE_STOP, "en"), (DEPARTMENT, "vi")])
def test_the_table_of_criteria_comes_back_as_it_went(scheme: Scheme, language: str) -> None:
    book = criteria_template(scheme, language, NOW)
    assert read_criteria(read_table(book, name="x.xlsx"), scheme, scheme.version) == scheme


def test_rules_kept_as_a_paper_are_the_same_rules() -> None:
    assert edited.from_json(edited.to_json(shipped().values())) == tuple(shipped().values())


def test_every_rule_is_told_with_its_settings() -> None:
    assert all(rule_words(leaf, at) for scheme in shipped().values() for leaf in scheme.leaves() for at in ("vi", "en"))
    assert "từ 90 %: 2 điểm; từ 50 %: 1 điểm" in rule_words(ONE_STOP.criterion("3"))
    assert "A = 100 %; B = 60 %; C = 20 %; D = 0 %" in rule_words(PROVINCE.criterion("1.S1"))


def test_faults_of_a_table_of_criteria_are_named_with_row_and_column() -> None:
    heads = (
        "Mã",
        "Thuộc",
        "Lĩnh vực, tiêu chí",
        "Điểm tối đa",
        "Căn cứ",
        "Quy tắc",
        "Các bậc",
        "Loại khảo sát",
        "Câu hỏi",
    )
    rows = [
        ("1", None, "Lĩnh vực", 10),
        ("1.1", "1", "Tài liệu", 4, "tài liệu kiểm chứng", "ghi trực tiếp"),
        ("1.2", "1", "Điều tra", "nhiều", "điều tra xã hội học", "theo bậc", "0,9 2", "officials", "d1_1"),
        ("1.3", "1", "Khác", 3, "giấy tờ"),
    ]
    lines = tuple(
        Line(number=number, cells=dict(zip(heads, row, strict=False))) for number, row in enumerate(rows, start=2)
    )
    with pytest.raises(Refused) as caught:
        read_criteria(Table(sheet="Tiêu chí", headers=heads, lines=lines), PROVINCE, "2")
    places = {(problem.row, problem.column) for problem in caught.value.problems}
    assert {(4, "Điểm tối đa"), (4, "Các bậc"), (5, "Căn cứ")} <= places
    rows[2] = ("1.2", "1", "Điều tra", 5, "điều tra xã hội học", "theo bậc", "0,9=2", "officials", "d1_1")
    rows[3] = ("1.3", "1", "Khác", 3, "số liệu")
    lines = tuple(
        Line(number=number, cells=dict(zip(heads, row, strict=False))) for number, row in enumerate(rows, start=2)
    )
    with pytest.raises(Refused) as caught:
        read_criteria(Table(sheet="Tiêu chí", headers=heads, lines=lines), PROVINCE, "2")
    assert [(problem.code, problem.row) for problem in caught.value.problems][:1] == [("SCR_SUM", 2)]  # 4 + 5 + 3 = 12
