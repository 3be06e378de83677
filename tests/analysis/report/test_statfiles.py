"""SPSS and Stata files read back by pyreadstat: values, labels, reasons of gaps, weights, names that both take."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from analysis.report.figures import Figures
from analysis.report.statfiles import spss, stata
from analysis.report.variables import GIVEN, gap_numbers, legal_names, variables
from survey.expression import Expression
from survey.masking import mask
from survey.questionnaire import Questionnaire
from tests.analysis.report.rounds import about, answers, evaluation, questionnaire
from tests.hostile import HOSTILE


def figures(*arguments: Any, **changes: Any) -> Figures:
    return Figures(evaluation=evaluation(*arguments, **changes), about=about())


def read(content: bytes, suffix: str, folder: Path) -> tuple[Any, Any]:
    path = folder / f"x{suffix}"
    path.write_bytes(content)
    reader = pyreadstat.read_sav if suffix == ".sav" else pyreadstat.read_dta
    return reader(str(path), user_missing=True)


def asked_if() -> Questionnaire:
    """The small questionnaire, where `used` is asked of women only and the items of those who said yes."""
    asked = questionnaire()
    people, items = asked.sections
    steered = tuple(
        replace(q, relevant=Expression("${sex} = 'f'")) if q.name == "used" else q for q in people.questions
    )
    return replace(
        asked,
        sections=(replace(people, questions=steered), replace(items, relevant=Expression("${used} = '1'"))),
    )


@pytest.mark.parametrize(("make", "suffix"), [(spss, ".sav"), (stata, ".dta")])
def test_every_answer_weight_and_label_comes_back(make: Any, suffix: str, tmp_path: Path) -> None:
    made = figures()
    given, where = answers()
    frame, meta = read(make(made), suffix, tmp_path)
    assert len(frame) == 60
    np.testing.assert_allclose(frame["final_weight"], made.weights)
    np.testing.assert_allclose(frame["base_weight"], where["base_weight"])
    assert frame["unit"].tolist() == where["unit"]
    gap = -9.0 if suffix == ".sav" else "a"
    for name in ("q9_01", "q9_03"):
        assert frame[name].tolist() == [float(p[name]) if name in p else gap for p in given]
    assert frame["sex"].tolist() == [{"m": 1.0, "f": 2.0}[person["sex"]] for person in given]
    assert frame["ways_low"].tolist() == [float("low" in person["ways"]) for person in given]
    assert frame["ways_4"].tolist() == [float("18-24" in person["ways"]) for person in given]  # no legal part of a name
    assert frame["age"].tolist() == [float(person["age"]) for person in given]
    assert frame["other"].tolist() == [person.get("other", "") for person in given]
    assert [str(day) for day in frame["day"]] == where["day"]
    assert meta.column_names_to_labels["q9_01"] == "Nội dung q9_01: thông tin đầy đủ, dễ hiểu"
    labels = meta.variable_value_labels["q9_01"]
    assert labels[4] == "Hài lòng" and labels[-9 if suffix == ".sav" else "a"] == "Không trả lời"
    assert meta.variable_value_labels["sex"] == {1: "Nam", 2: "Nữ"}
    assert "final_weight" in meta.column_names and "quyen_so" in meta.column_names  # a question may be called so
    assert meta.file_label == "Đợt thử 2022"
    if suffix == ".sav":
        assert meta.missing_ranges["q9_01"] == [{"lo": -9.0, "hi": -9.0}]
        assert meta.variable_measure["q9_01"] == "ordinal" and meta.variable_measure["sex"] == "nominal"
        assert made.evaluation.questionnaire.content_hash() in " ".join(meta.notes)


@pytest.mark.parametrize(("make", "suffix"), [(spss, ".sav"), (stata, ".dta")])
def test_a_question_that_was_not_asked_is_told_from_one_that_was_not_answered(
    make: Any, suffix: str, tmp_path: Path
) -> None:
    given, _ = answers()
    for person in given:
        if person["sex"] == "m":
            del person["used"]
        if person.get("used") != "1":
            for name in [name for name in person if name.startswith("q9")]:
                del person[name]
    frame, meta = read(make(figures(given, asked=asked_if())), suffix, tmp_path)
    blank, skipped = (-9.0, -8.0) if suffix == ".sav" else ("a", "b")
    for person, used, item in zip(given, frame["used"], frame["q9_01"], strict=True):
        assert used == (skipped if person["sex"] == "m" else float(person["used"]))
        reached = person.get("used") == "1"
        assert item == (float(person["q9_01"]) if "q9_01" in person else blank if reached else skipped)
    told = meta.variable_value_labels["q9_01"]
    assert told[-8 if suffix == ".sav" else "b"] == "Không thuộc diện hỏi"


def test_an_answer_that_no_option_has_is_a_gap_of_its_own(tmp_path: Path) -> None:
    given, _ = answers()
    given[7]["q9_01"] = "9"
    frame, meta = read(spss(figures(given)), ".sav", tmp_path)
    assert frame["q9_01"][7] == -7
    assert meta.variable_value_labels["q9_01"][-7] == "Giá trị ngoài danh mục"


def test_numbers_of_gaps_keep_clear_of_what_people_answered() -> None:
    given, _ = answers()
    given[3]["age"] = -9
    del given[4]["age"]
    made = {variable.name: variable for variable in variables(figures(given))}
    assert list(gap_numbers(made["age"]).values()) == [-99]
    assert list(gap_numbers(made["q9_01"]).values()) == [-9]
    assert gap_numbers(made["sex"]) == {}


@pytest.mark.parametrize("make", [spss, stata])
def test_the_same_report_gives_the_same_bytes_and_the_reports_time(make: Any, tmp_path: Path) -> None:
    assert make(figures()) == make(figures())
    _, meta = read(make(figures()), ".sav" if make is spss else ".dta", tmp_path)
    assert meta.creation_time == about().created


@pytest.mark.parametrize(("make", "suffix"), [(spss, ".sav"), (stata, ".dta")])
def test_hostile_comments_come_back_as_they_may_be_shown(make: Any, suffix: str, tmp_path: Path) -> None:
    given, _ = answers(len(HOSTILE))
    for person, text in zip(given, HOSTILE.values(), strict=True):
        person["other"] = text
    made = figures(given, n=len(HOSTILE))
    frame, _ = read(make(made), suffix, tmp_path)
    shown = [text or "" for text in made.texts["other"]]
    limit = 2_000  # what a form takes; a longer text can only come from a file
    for got, wanted in zip(frame["other"], shown, strict=True):
        assert got[:limit].rstrip() == wanted[:limit].rstrip()  # SPSS pads texts with spaces
    assert mask("0912 345 678")[0] not in "".join(frame["other"]) or "0912 345" not in "".join(frame["other"])


def test_long_wordings_are_cut_at_a_letter_and_say_so(tmp_path: Path) -> None:
    asked = questionnaire()
    people, items = asked.sections
    long = replace(items.questions[0], label={"vi": "Đ" * 300})
    changed = replace(asked, sections=(people, replace(items, questions=(long, *items.questions[1:]))))
    for make, suffix, most in ((spss, ".sav", 250), (stata, ".dta", 80)):
        _, meta = read(make(figures(asked=changed)), suffix, tmp_path)
        label = meta.column_names_to_labels["q9_01"]
        assert label.endswith("…") and set(label[:-1]) == {"Đ"}
        assert len(label.encode()) <= most if suffix == ".sav" else len(label) == most


@drawn(st.lists(st.text(max_size=50), max_size=30))
@settings(max_examples=200, deadline=None)
def test_names_are_legal_distinct_and_short_whatever_the_questionnaire_calls_things(names: list[str]) -> None:
    made = legal_names(names)
    assert len({name.lower() for name in made}) == len(names)
    for name in made:
        assert len(name) <= 32 and name.isascii() and name[0].isalpha() and name.replace("_", "a").isalnum()
        assert name.lower() not in ("all", "and", "by", "to", "with", "if", "in", "using", "str12")


def test_names_that_are_legal_stay_as_they_are() -> None:
    assert legal_names(["q9_01", "sex", "by", "q9-01", "str12", "Q9_01"]) == [
        "q9_01", "sex", "v_by", "q9_01_2", "v_str12", "Q9_01_3",
    ]  # fmt: skip


def test_every_slip_is_given_or_has_a_reason() -> None:
    for variable in variables(figures()):
        if variable.kind == "number":
            assert np.isfinite(variable.values[variable.why == GIVEN].astype(float)).all()
            assert np.isnan(variable.values[variable.why != GIVEN].astype(float)).all()


def test_no_file_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert io.BytesIO(spss(figures())).read(4) == b"$FL2"
    assert list(tmp_path.iterdir()) == []
