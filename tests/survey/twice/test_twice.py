"""A second person's entry is compared with the first, the paper decides, nothing is overwritten, and it is counted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from survey.errors import Refused
from survey.forms.accept import accept, prepare
from survey.proof.voiding import decide
from survey.response import Response
from survey.store import Store
from survey.twice import record
from survey.twice.compare import PLACE, compare
from survey.twice.record import Checked, Count
from survey.twice.settle import Settled, must_be_another, settle
from survey.twice.slip import find
from tests.survey.builders import GOOD, NOON, QUESTIONNAIRE, ROUND, counting, furnished, response, submission

SECRET, TODAY, RANDOM = bytes(32), date(2026, 11, 21), counting()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with furnished(tmp_path / "kho.db") as store:
        yield store


def enter(store: Store, number: str = "7", clerk: str = "Lan", **answers: object) -> None:
    found = find(store, ROUND.id, number, SECRET)
    sent = submission(1, key=found.key, channel="paper", interviewer=clerk, opened_at=None, answers={**GOOD, **answers})
    accept(store, ROUND, QUESTIONNAIRE, sent, now=NOON, random=RANDOM, secret=SECRET)


def again(store: Store, clerk: str = "Hoa", place: str = "P01", number: str = "7", **answers: object) -> Settled:
    """The second entry; where it differs, the paper says what `verdict` says."""
    verdict = answers.pop("verdict", "stored")
    found = find(store, ROUND.id, number, SECRET)
    must_be_another(store, ROUND.id, found, clerk)
    assert found.stored is not None
    comparison = compare(found.stored, typed(store, found.key, clerk, place, **answers), QUESTIONNAIRE)
    verdicts = {each.question: verdict for each in comparison.differences}
    return settle(
        store,
        ROUND.id,
        found,
        comparison,
        verdicts,  # type: ignore[arg-type]
        clerk=clerk,
        today=TODAY,
        random=RANDOM,
    )


def typed(store: Store, key: str, clerk: str, place: str = "P01", **answers: object) -> Response:
    sent = submission(
        1, key=key, channel="paper", interviewer=clerk, opened_at=None, place=place, answers={**GOOD, **answers}
    )
    return prepare(store, ROUND, QUESTIONNAIRE, sent, now=NOON, random=RANDOM, secret=SECRET).response


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    (problem,) = refused.value.problems
    return problem.code


def test_two_entries_that_agree_are_counted_and_nothing_else_happens(store: Store) -> None:
    enter(store)
    before = store.all_responses(ROUND.id)
    assert again(store) == Settled(compared=6, differ=0, void=False)  # the place and five answers
    assert store.all_responses(ROUND.id) == before
    assert store.void_acts(ROUND.id) == ()
    kept = record.load(store, ROUND.id)
    assert kept.whole == Count(compared=6, wrong=0)
    assert kept.clerks == {"Lan": Count(compared=6), "Hoa": Count(compared=6)}


def test_a_second_entry_that_was_wrong_leaves_the_slip_as_it_is(store: Store) -> None:
    enter(store)
    assert again(store, q1="4", verdict="stored") == Settled(compared=6, differ=1, void=False)
    kept = record.load(store, ROUND.id)
    assert kept.clerks == {"Lan": Count(compared=6, wrong=0), "Hoa": Count(compared=6, wrong=1)}
    assert kept.questions["q1"] == Count(compared=1, wrong=1)
    assert len(store.responses(ROUND.id)) == 1
    assert store.void_acts(ROUND.id) == ()


@pytest.mark.parametrize(("verdict", "wrong"), [("typed", 0), ("neither", 1)])
def test_a_first_entry_that_was_wrong_is_voided_by_two_and_entered_again(
    store: Store, verdict: str, wrong: int
) -> None:
    enter(store)
    assert again(store, q1="4", times="9", verdict=verdict).void
    kept = record.load(store, ROUND.id)
    assert (kept.clerks["Lan"].wrong, kept.clerks["Hoa"].wrong) == (2, 2 * wrong)
    (act,) = store.void_acts(ROUND.id)
    assert (act.act, act.actor) == ("ask", "Hoa")
    with pytest.raises(Refused) as waits:
        again(store, clerk="Mai")
    assert code(waits) == "INT_VOID_WAITS"
    decide(store, ROUND.id, act.response_id, "đúng như vậy", approve=True, actor="Mai", today=TODAY, random=RANDOM)
    enter(store, clerk="Hoa", q1="4", times="9")
    (slip,) = store.responses(ROUND.id)
    assert (slip.answers["q1"], slip.answers["times"]) == ("4", 9)
    assert len(store.all_responses(ROUND.id)) == 2  # nothing was overwritten
    assert again(store, clerk="Lan", q1="4", times="9") == Settled(compared=6, differ=0, void=False)


def test_who_entered_a_slip_does_not_check_it(store: Store) -> None:
    enter(store, clerk="Lan")
    with pytest.raises(Refused) as refused:
        again(store, clerk=" lan ")
    assert code(refused) == "INT_SAME_PERSON"


def test_a_slip_is_compared_once(store: Store) -> None:
    enter(store)
    again(store)
    with pytest.raises(Refused) as refused:
        again(store, clerk="Mai")
    assert code(refused) == "INT_COMPARED"
    assert record.load(store, ROUND.id).whole.compared == 6


def test_every_difference_needs_a_verdict_and_without_one_nothing_is_counted(store: Store) -> None:
    enter(store)
    found = find(store, ROUND.id, "7", SECRET)
    assert found.stored is not None
    comparison = compare(found.stored, typed(store, found.key, "Hoa", q1="4", times="9"), QUESTIONNAIRE)
    with pytest.raises(Refused) as refused:
        settle(store, ROUND.id, found, comparison, {"q1": "typed"}, clerk="Hoa", today=TODAY, random=RANDOM)
    assert code(refused) == "INT_VERDICT"
    assert record.load(store, ROUND.id) == record.Record()
    assert store.void_acts(ROUND.id) == ()


def test_one_slip_is_found_however_its_number_is_written_and_another_is_not(store: Store) -> None:
    enter(store, number="LS-0012")
    first = find(store, ROUND.id, "ls 12", SECRET)
    assert first.stored is not None
    assert find(store, ROUND.id, "LS-13", SECRET).stored is None
    assert find(store, ROUND.id, "LS-12-1", SECRET).stored is None  # no number leads to a later entry's key
    assert "LS" not in first.mark


def test_texts_differ_by_their_words_alone_and_a_place_counts_as_an_answer() -> None:
    one = response(answers={"comment": "Rất  TỐT", "q1": "5"})
    same = response(answers={"comment": " rất tốt", "q1": "5"})
    assert compare(one, same, QUESTIONNAIRE).differences == ()
    other = response(answers={"comment": "rất tồi", "q1": "5", "times": 3}, place="P02")
    assert [each.question for each in compare(one, other, QUESTIONNAIRE).differences] == [PLACE, "times", "comment"]
    assert compare(one, other, QUESTIONNAIRE).compared == (PLACE, "times", "q1", "comment")


def test_the_working_paper_has_no_answer_in_it(store: Store) -> None:
    enter(store, comment="SECRET")
    again(store, comment="OTHER", verdict="typed")
    paper = store.paper(ROUND.id, record.KIND)
    assert paper is not None
    assert "SECRET" not in paper.content
    assert "OTHER" not in paper.content
    (checked,) = record.load(store, ROUND.id).slips.values()
    assert checked == Checked(first="Lan", second="Hoa", day="2026-11-21", differ=1, void=True)


def test_the_draw_finds_the_same_slips_again_and_about_the_share_that_was_set(store: Store) -> None:
    slips = tuple(replace(response(number), channel="paper") for number in range(1, 2001))
    ten = record.drawn(slips, 10)
    assert ten == record.drawn(slips, 10)
    # 200 are expected; four standard deviations of a binomial with n = 2000, p = 0.1 are 4 · √180 = 53.7
    assert 146 < len(ten) < 254
    assert set(map(id, ten)) <= set(map(id, record.drawn(slips, 30)))  # a larger share keeps those that were drawn
    assert (record.drawn(slips, 0), len(record.drawn(slips, 100))) == ((), 2000)
    assert record.drawn(tuple(replace(slip, channel="open") for slip in slips), 100) == ()
    record.set_share(store, ROUND.id, 25, actor="Lan", today=TODAY)
    assert record.load(store, ROUND.id).share == 25
    with pytest.raises(Refused) as refused:
        record.set_share(store, ROUND.id, 101, actor="Lan", today=TODAY)
    assert code(refused) == "INT_SHARE"
