"""What is published of a round protects everybody in it: no cell of few people, and no way to work one out."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.scores.attacker import exposures
from analysis.scores.caveats import PRIVATE
from analysis.scores.disclosure import as_published, disclose
from analysis.scores.evaluate import Evaluation
from analysis.scores.publication_rules import PublicationRules, TableRule, load_publication_rules
from analysis.scores.republication import again, record
from survey.errors import Refused
from tests.analysis.scores.publishing import counted, made_round, naive, rules, wanted_of

SHIPPED = Path("analysis/scores/rules/publication.toml")


@pytest.mark.parametrize(
    ("seed", "changes"),
    [
        (1, {}),
        pytest.param(2, {"by": ("unit", "commune")}, marks=pytest.mark.slow),
        (3, {"by": ("commune",), "weight": "base_weight"}),
        (9, {"mode": "items"}),
        pytest.param(6, {"by": ("unit", "commune")}, marks=pytest.mark.slow),
        *(pytest.param(seed, {"by": ("unit",)}, marks=pytest.mark.slow) for seed in range(20, 60)),
        *(
            pytest.param(s, {"by": ("commune",), "weight": "base_weight"}, marks=pytest.mark.slow)
            for s in range(60, 80)
        ),
        *(pytest.param(s, {"by": ("unit", "commune")}, marks=pytest.mark.slow) for s in range(80, 90)),
    ],
)
def test_no_hidden_number_of_a_random_round_can_be_worked_out(seed: int, changes: dict[str, object]) -> None:
    evaluation = made_round(seed, people=40 + seed % 5 * 40, **changes)
    weighted = evaluation.plan.weighted()
    made = disclose(evaluation, rules(), weighted=weighted)
    truth = counted(evaluation, [table.column for table in made.tables if table.column], weighted=weighted)
    answers = counted(evaluation, [table.column for table in made.tables if table.column], weighted=False)
    # The attacker is granted all sums of weights, as if every group's population were known.
    masses = {key: satisfied + other for key, (_, satisfied, other) in truth.items()} if weighted else {}
    units = {key: masses.get(key, 0.0) / max(sum(answers[key][1:]), 1) or 1.0 for key in truth}
    published = as_published(made, masses)
    assert exposures(published, wanted_of(published.cells, truth, units)) == ()
    for key, figure in made.figures.items():
        assert figure.hidden or figure.people == truth[key][0] == 0 or figure.people == truth[key][0] >= 10


@pytest.mark.parametrize("seed", [1, 3])
def test_the_check_sees_through_tables_that_hide_small_cells_only(seed: int) -> None:
    evaluation = made_round(seed, people=40 + seed % 5 * 40)
    truth = counted(evaluation, ["unit", "sex"], weighted=False)
    guess = naive(as_published(disclose(evaluation, rules(), weighted=False), {}), truth)
    wanted = [each for each in wanted_of(guess.cells, truth) if each.key[2] in ("overall", "q9_03")]
    assert exposures(guess, wanted) != ()


def test_a_share_is_that_of_the_evaluation_rounded_and_its_interval_outwards() -> None:
    evaluation = made_round(4, people=150)
    figure = disclose(evaluation, rules(), weighted=False).figures["", "", "overall"]
    row = evaluation.result.row("overall", weighted=False)
    assert figure.people == row.n
    assert figure.share == pytest.approx(row.value, abs=0.5e-4)
    assert figure.low is not None
    assert figure.high is not None
    assert row.low - 1e-3 < figure.low <= row.low
    assert row.high <= figure.high < row.high + 1e-3
    assert figure.low == round(figure.low, 3)
    assert figure.grade == row.reliability


def test_people_who_gave_no_answer_to_a_question_are_a_group_of_their_own() -> None:
    evaluation = made_round(4, people=150)
    blank = int(evaluation.sample.frame["sex"].isna().sum())
    assert 0 < blank < 10
    made = disclose(evaluation, rules(), weighted=False)
    [by_sex] = [table for table in made.tables if table.column == "sex"]
    assert by_sex.levels[-1] == ""
    hidden = [level for level in by_sex.levels if made.figures["sex", level, "overall"].hidden]
    assert "" in hidden
    assert len(hidden) > 1  # alone it would be the whole less the others


def test_both_kinds_of_shares_are_shown_only_where_nothing_is_hidden() -> None:
    whole = replace(rules(), tables=(rules().tables[0],))
    evaluation = made_round(3, people=160, weight="base_weight")
    open_ = disclose(evaluation, whole, weighted=True)
    assert open_.hidden == 0
    assert open_.both
    other = evaluation.result.row("overall", weighted=False).value
    assert open_.figures["", "", "overall"].other == pytest.approx(other, abs=0.5e-4)
    closed = disclose(evaluation, rules(), weighted=True)
    assert closed.hidden > 0
    assert not closed.both
    assert {figure.other for figure in closed.figures.values()} == {None}


def test_no_table_is_by_officers_or_by_what_the_rules_never_allow() -> None:
    evaluation = made_round(1, by=("unit", "psu"))
    never = replace(rules(), never_columns=("psu",))
    made = disclose(evaluation, never, weighted=False)
    assert [table.column for table in made.tables] == ["", "unit", "sex"]
    assert ("psu", "DIS_WHY_NEVER") in made.left_out
    asked = evaluation.questionnaire
    people = replace(
        asked.sections[0],
        questions=tuple(replace(q, role="officer") if q.name == "sex" else q for q in asked.sections[0].questions),
    )
    officers = replace(evaluation, questionnaire=replace(asked, sections=(people, *asked.sections[1:])))
    made = disclose(officers, rules(), weighted=False)
    assert ("sex", "DIS_WHY_NEVER") in made.left_out
    assert "sex" not in {column for column, _, _ in made.figures}


def test_a_table_by_something_else_than_one_choice_is_left_out_and_said_so() -> None:
    tables = (*rules().tables, TableRule(id="groups", column="age", levels=("overall",)))
    listed = replace(rules(), tables=(*tables, TableRule(id="groups", column="nowhere", levels=("overall",))))
    made = disclose(made_round(1), listed, weighted=False)
    assert dict(made.left_out) == {"age": "DIS_WHY_KIND", "nowhere": "DIS_WHY_ABSENT"}


def test_too_few_people_are_not_published_at_all() -> None:
    with pytest.raises(Refused) as refused:
        disclose(made_round(1, people=9), rules(), weighted=False)
    assert refused.value.problems[0].code == "DIS_TOO_FEW"


def test_nothing_is_handed_out_that_the_independent_check_can_work_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A suppression that forgets the secondary cells: the table is withheld, by the check alone."""
    monkeypatch.setattr(
        "analysis.scores.disclosure.hidden_cells",
        lambda cells, protection: (cells.counts[0] > 0) & (cells.counts[0] < protection.least),
    )
    made = disclose(made_round(4, people=150), rules(units=("overall",)), weighted=False)
    assert ("sex", "DIS_WHY_EXPOSED") in made.left_out
    assert "sex" not in {table.column for table in made.tables}


# A second publication


def published_once(seed: int = 4, people: int = 150) -> tuple[Evaluation, PublicationRules]:
    return made_round(seed, people=people), rules(units=("overall",))


def test_the_same_publication_again_gives_nothing_away() -> None:
    evaluation, listed = published_once()
    made = disclose(evaluation, listed, weighted=False)
    assert again(None, made) == ()
    assert again(record(made), made) == ()


def test_a_slip_added_in_between_is_warned_of() -> None:
    evaluation, listed = published_once()
    before = record(disclose(evaluation, listed, weighted=False))
    after = disclose(made_round(4, people=151), listed, weighted=False)
    [changed] = [problem for problem in again(before, after) if problem.code == "DIS_AGAIN_CHANGED"]
    assert int(str(changed.values["count"])) > 0


def test_other_rules_and_figures_shown_once_are_warned_of() -> None:
    evaluation, listed = published_once()
    before = record(disclose(evaluation, listed, weighted=False))
    laxer = replace(listed, version="2", least_n=replace(listed.least_n, value=3))
    codes = {problem.code for problem in again(before, disclose(evaluation, laxer, weighted=False))}
    assert {"DIS_AGAIN_RULES", "DIS_AGAIN_SHOWN"} <= codes
    made = disclose(evaluation, listed, weighted=False)
    assert [problem.code for problem in again("{}", made)] == ["DIS_AGAIN_UNREADABLE"]


def test_the_record_holds_no_hidden_number() -> None:
    evaluation, listed = published_once()
    made = disclose(evaluation, listed, weighted=False)
    kept = json.loads(record(made))
    hidden = [entry for entry in kept["figures"] if made.figures[tuple(entry[:3])].hidden]
    assert hidden
    assert all(entry[3:] == [None, None] for entry in hidden)


# The rules


def test_the_shipped_rules_hide_what_the_desk_flags_as_private() -> None:
    shipped = load_publication_rules()
    assert shipped.least_n.value == PRIVATE
    assert all(
        setting.source and setting.mark for setting in (shipped.least_n, shipped.range_share, shipped.range_least)
    )
    assert shipped.tables[0].column == ""


def test_everything_wrong_in_a_rules_file_is_told_at_once(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    text = (
        text.replace("value = 10\n", "value = 1\n")
        .replace('mark = "M"\n', "")
        .replace('column = "age"', 'column = "sex"')
    )
    text = text.replace('levels = ["overall", "aspect", "factor"]', 'levels = ["aspect", "option"]')
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_publication_rules(wrong)
    codes = [problem.code for problem in refused.value.problems]
    assert codes == ["RNK_RULES_SOURCE", "DIS_RULES_VALUE", "DIS_RULES_TWICE", "DIS_RULES_LEVELS"]
    assert all(problem.file == "wrong.toml" for problem in refused.value.problems)
    wrong.write_text("id = ", encoding="utf-8")
    with pytest.raises(Refused, match=r"wrong\.toml"):
        load_publication_rules(wrong)
