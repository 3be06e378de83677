"""Numbers of paper slips are given once, whoever prints."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from survey.errors import Refused
from survey.print.handout import MOST_COPIES, hand_out, runs
from survey.slips import slip_number
from survey.store import Store
from survey.xlsform import write_workbook
from tests.survey.builders import QUESTIONNAIRE, ROUND

DAY = date(2026, 11, 22)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "hailong.sqlite3") as opened:
        opened.add_questionnaire(QUESTIONNAIRE, write_workbook(QUESTIONNAIRE))
        opened.save_round(ROUND)
        yield opened


def test_printings_follow_each_other_and_are_remembered(store: Store) -> None:
    first = hand_out(store, ROUND.id, 2, place="P01", actor="Nga", day=DAY)
    second = hand_out(store, ROUND.id, 3, place=None, actor="An", day=DAY)
    third = hand_out(store, ROUND.id, 1, place="P01", actor="An", day=DAY)
    numbers = [number for run in (first, second, third) for number in run.numbers(ROUND.id)]
    assert numbers == [slip_number(ROUND.id, running) for running in range(1, 7)]
    assert runs(store, ROUND.id) == (first, second, third)


@pytest.mark.parametrize("copies", [0, MOST_COPIES + 1])
def test_too_many_copies_use_no_number(store: Store, copies: int) -> None:
    with pytest.raises(Refused):
        hand_out(store, ROUND.id, copies, place=None, actor="Nga", day=DAY)
    assert runs(store, ROUND.id) == ()


def test_a_round_that_ran_out_of_numbers_says_how_many_are_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.print.handout.MOST", 5)
    hand_out(store, ROUND.id, 4, place=None, actor="Nga", day=DAY)
    with pytest.raises(Refused) as refused:
        hand_out(store, ROUND.id, 2, place=None, actor="Nga", day=DAY)
    assert refused.value.problems[0].values == {"left": 1}
