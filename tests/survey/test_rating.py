"""A section that rates offices is asked once per office of the round, and its answers can be taken apart again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.expression import parse
from survey.questionnaire import Questionnaire
from survey.rating import asked_in, examples, named_in, rating_problems, split
from survey.response import check
from survey.round import Rated, Round
from survey.xlsform import read_workbook
from tests.survey.builders import QUESTIONNAIRE, ROUND
from tests.survey.workbooks import RATED, changed, tables, workbook

FORM = read_workbook(workbook(tables(RATED)), name="phieu.xlsx")
SNV = Rated(code="snv", name="Sở Nội vụ", kind="department")
STC = Rated(code="stc", name="Sở Tài chính", kind="department")


def round_of(*rated: Rated) -> Round:
    return replace(ROUND, rated=rated)


def both() -> Questionnaire:
    return asked_in(FORM, round_of(SNV, STC))


def test_the_section_is_asked_once_per_unit_of_the_round() -> None:
    asked = both()
    assert [section.name for section in asked.sections] == ["_1", "rate__snv", "rate__stc", "_3"]
    assert asked.sections[1].label == {"vi": "Đánh giá: Sở Nội vụ"}
    assert asked.sections[1].repeat_over is None
    assert [q.name for q in asked.questions()] == [
        "post", "whom", "c1__snv", "why__snv", "c1__stc", "why__stc", "served"
    ]  # fmt: skip


def test_the_list_of_units_is_the_rounds_not_the_workbooks() -> None:
    place = Rated(code="x_van_quan", name="Xã Văn Quan", kind="locality")
    scale = asked_in(FORM, round_of(STC, place)).question("whom").scale
    assert scale is not None and [(o.value, o.label) for o in scale.options] == [("stc", {"vi": "Sở Tài chính"})]
    everybody = read_workbook(
        workbook(changed(("survey", "A3", "select_multiple units"), ("choices", "A6", "units"),
                         ("choices", "A7", "units"), of=RATED)), name="phieu.xlsx"
    )  # fmt: skip
    assert [s.name for s in asked_in(everybody, round_of(STC, place)).sections[1:3]] == [
        "rate__stc",
        "rate__x_van_quan",
    ]


def test_conditions_follow_their_own_unit_and_keep_what_stands_in_quotes() -> None:
    section = both().sections[2]
    assert section.relevant == parse("selected(${whom}, 'stc') and (${post} = '1')")
    why = section.questions[1]
    assert why.relevant == parse("${c1__stc} = '2' and ${post} = '1'")
    assert why.constraint == parse(". != 'a ${c1}'")


def test_only_chosen_units_are_rated() -> None:
    given_ = {"post": "1", "whom": ["stc"], "c1__stc": "2", "why__stc": "Chậm", "c1__snv": "1"}
    kept, problems = check(given_, both())
    assert not problems
    assert kept == {"post": "1", "whom": ("stc",), "c1__stc": "2", "why__stc": "Chậm"}
    assert check(given_ | {"post": "2"}, both())[0] == {"post": "2"}
    assert [problem.code for problem in check({"post": "1", "whom": "sxd"}, both())[1]] == ["ANS_UNKNOWN_OPTION"]


def test_the_same_arguments_give_the_same_object_from_any_thread() -> None:
    fresh = read_workbook(workbook(tables(RATED)), name="phieu.xlsx")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: asked_in(fresh, round_of(SNV, STC)), range(32)))
    assert all(each is found[0] for each in found)
    assert asked_in(FORM, round_of(SNV)) is not asked_in(FORM, round_of(STC))
    assert asked_in(fresh, round_of(SNV)) is not asked_in(FORM, round_of(SNV))


def test_a_questionnaire_about_no_units_is_itself() -> None:
    assert asked_in(QUESTIONNAIRE, round_of(SNV)) is QUESTIONNAIRE


def test_the_examples_of_the_workbook_can_be_asked_about_before_there_is_a_round() -> None:
    assert examples(FORM) == (SNV, STC)
    assert examples(QUESTIONNAIRE) == ()
    assert asked_in(FORM, round_of(*examples(FORM))) is both()


def test_without_units_a_question_offers_none_and_nothing_is_repeated() -> None:
    asked = asked_in(FORM, round_of())
    scale = asked.question("whom").scale
    assert scale is not None and scale.options == ()
    assert [section.name for section in asked.sections] == ["_1", "_3"]


def test_named_in_fills_the_lists_and_repeats_nothing() -> None:
    named = named_in(FORM, [STC])
    scale = named.question("whom").scale
    assert scale is not None and [option.value for option in scale.options] == ["stc"]
    assert [section.name for section in named.sections] == ["_1", "rate", "_3"]


def test_answers_are_taken_apart_by_unit_in_the_rounds_order() -> None:
    answers = {
        "post": "1",
        "whom": ("snv", "stc"),
        "c1__snv": "1",
        "c1__stc": "2",
        "why__stc": "Chậm",
        "served": "CC 7",
    }
    common = {"post": "1", "whom": ("snv", "stc"), "served": "CC 7"}
    assert split(FORM, round_of(STC, SNV), answers) == (
        (None, common), ("stc", {"c1": "2", "why": "Chậm"}), ("snv", {"c1": "1"})
    )  # fmt: skip
    assert split(FORM, round_of(STC), answers)[1:] == (("stc", {"c1": "2", "why": "Chậm"}), ("snv", {"c1": "1"}))
    assert split(FORM, round_of(STC), {"post": "2"}) == ((None, {"post": "2"}),)


CODES = st.from_regex(r"[a-z0-9]{1,6}(_[a-z0-9]{1,6})?", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_kept_of_answers_is_what_its_parts_say(data: st.DataObject) -> None:
    codes = data.draw(st.lists(CODES, min_size=1, max_size=4, unique=True))
    round_ = round_of(*(Rated(code=code, name=f"Sở {code}", kind="department") for code in codes))
    assert list(rating_problems(FORM, round_.rated)) == []
    given_: dict[str, object] = {"post": "1", "whom": data.draw(st.lists(st.sampled_from(codes), unique=True))}
    for code in codes:
        given_[f"c1__{code}"] = data.draw(st.sampled_from(["1", "2", ""]))
        given_[f"why__{code}"] = data.draw(st.sampled_from(["", "Chậm", "a__b"]))
    kept, problems = check(given_, asked_in(FORM, round_))
    assert problems == ()
    (nobody, common), *units = split(FORM, round_, kept)
    assert nobody is None
    rated = {f"{name}__{code}": answer for code, answers in units for name, answer in answers.items()}
    assert {**common, **rated} == kept
    assert all(set(answers) <= {"c1", "why"} and answers for _, answers in units)
    assert {code for code, _ in units} <= set(given_["whom"])  # type: ignore[call-overload]


WRONG = {
    "no units": ((), ["RAT_NO_UNITS"]),
    "a kind nobody has": ((replace(SNV, kind="locality"),), ["RAT_KIND_MISSING", "RAT_KIND_UNASKED"]),
    "a kind nobody asks for": ((SNV, replace(STC, kind="departments")), ["RAT_KIND_UNASKED"]),
    "capitals": ((replace(SNV, code="SNV"),), ["RAT_CODE"]),
    "a hyphen": ((replace(SNV, code="s-nv"),), ["RAT_CODE"]),
    "two underscores": ((replace(SNV, code="s__nv"),), ["RAT_CODE"]),
    "too long": ((replace(SNV, code="s" * 15),), ["RAT_CODE"]),
    "one code twice": ((SNV, replace(STC, code="snv")), ["RAT_CODE_TWICE"]),
    "no name": ((replace(SNV, name=" "),), ["RAT_NAME_MISSING"]),
    "one name twice": ((SNV, replace(STC, name="SỞ  nội vụ")), ["RAT_NAME_TWICE"]),
    "fit": ((SNV, STC), []),
}


@pytest.mark.parametrize("name", WRONG)
def test_units_that_do_not_fit_are_told_in_both_languages(name: str) -> None:
    rated, expected = WRONG[name]
    problems = list(rating_problems(FORM, rated))
    assert [problem.code for problem in problems] == expected
    assert all("?" not in problem.say(language) for problem in problems for language in ("vi", "en"))


def test_a_code_that_makes_an_existing_name_is_refused() -> None:
    form = read_workbook(workbook(changed(("survey", "B8", "c1__snv"), of=RATED)), name="phieu.xlsx")
    (problem,) = rating_problems(form, (SNV, STC))
    assert (problem.code, problem.values["got"]) == ("RAT_CLASH", "c1__snv")
    assert list(rating_problems(form, (STC,))) == []


def test_a_round_of_a_form_about_no_units_needs_none() -> None:
    assert list(rating_problems(QUESTIONNAIRE, ())) == []
    assert [problem.code for problem in rating_problems(QUESTIONNAIRE, (SNV,))] == ["RAT_KIND_UNASKED"]


def test_the_longest_names_of_a_workbook_and_a_round_still_are_names() -> None:
    changes = [("survey", "B5", "c" * 16), ("survey", "D6", None), ("survey", "E6", None)]
    form = read_workbook(workbook(changed(*changes, of=RATED)), name="phieu.xlsx")
    long = replace(SNV, code="s" * 14)
    name = asked_in(form, round_of(long)).sections[1].questions[0].name
    assert len(name) == 32 and parse(f"${{{name}}} = '1'")
