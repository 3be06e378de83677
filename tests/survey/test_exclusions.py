"""Slips that stay out of the estimates: by a person, with a reason, to be taken back, never out of the record."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from survey.errors import Refused
from survey.exclusions import KIND, Decision, decide, decisions, excluded, from_json, to_json, used_responses
from survey.store import Store
from survey.store.papers import LARGEST
from tests.survey.builders import ROUND, furnished
from tests.survey.proof.slips import slip

TODAY = date(2026, 11, 22)
WHY = "Đã gọi lại, không có người này"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with furnished(tmp_path / "s.sqlite3") as opened:
        for number in (1, 2, 3):
            opened.add(slip(number))
        opened.add(slip(4, channel="paper", interviewer="Lan"))
        yield opened


def codes(refused: Refused) -> list[str]:
    return [problem.code for problem in refused.problems]


def out(store: Store, *numbers: int, actor: str = "Nga", exclude: bool = True, text: str = WHY) -> int:
    ids = [slip(number).id for number in numbers]
    return decide(store, ROUND.id, ids, exclude=exclude, reason="copies", text=text, actor=actor, today=TODAY)


def test_an_excluded_slip_leaves_the_estimates_but_not_the_record(store: Store) -> None:
    assert out(store, 1, 2) == 2
    assert excluded(store, ROUND.id) == {slip(1).id, slip(2).id}
    assert {each.id for each in used_responses(store, ROUND.id)} == {slip(3).id, slip(4).id}
    assert len(store.responses(ROUND.id)) == 4
    assert store.counts(ROUND.id).total == 4 and store.counts(ROUND.id).voided == 0


def test_a_later_decision_takes_the_slip_in_again_and_every_revision_stays(store: Store) -> None:
    out(store, 1)
    out(store, 1, exclude=False, actor="Hoa")
    assert excluded(store, ROUND.id) == frozenset()
    assert decisions(store, ROUND.id)[slip(1).id].actor == "Hoa"
    assert [paper.revision for paper in store.papers(ROUND.id) if paper.kind == KIND] == [1, 2]


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_kept(store: Store) -> None:
    with pytest.raises(Refused) as refused:
        decide(store, ROUND.id, ["f" * 32], exclude=True, reason="low", text="no", actor="Nga", today=TODAY)
    assert codes(refused.value) == ["QUA_REASON_UNKNOWN", "QUA_WHY", "QUA_NO_SLIP"]
    with pytest.raises(Refused) as refused:
        decide(store, ROUND.id, [], exclude=True, reason="copies", text=WHY, actor="Nga", today=TODAY)
    assert codes(refused.value) == ["QUA_NO_SLIP"]
    assert store.paper(ROUND.id, KIND) is None


def test_nobody_decides_about_a_slip_they_entered(store: Store) -> None:
    with pytest.raises(Refused) as refused:
        out(store, 3, 4, actor=" lan ")
    assert codes(refused.value) == ["QUA_OWN_SLIP"]
    assert out(store, 4, actor="Nga") == 1


def test_not_every_slip_can_be_left_out(store: Store) -> None:
    out(store, 1, 2, 3)
    with pytest.raises(Refused) as refused:
        out(store, 4)
    assert codes(refused.value) == ["QUA_TOO_FEW"]


def test_a_number_that_leads_to_a_person_is_hidden_in_the_explanation(store: Store) -> None:
    out(store, 1, text="Đã gọi 0912345678, không ai biết")
    assert "0912345678" not in decisions(store, ROUND.id)[slip(1).id].text


def test_thousands_of_slips_fit_on_one_paper_and_come_back_the_same() -> None:
    made = {
        f"{number:032x}": Decision(
            response_id=f"{number:032x}", exclude=True, reason="burst", text=WHY, actor="Nga", day="2026-11-22"
        )
        for number in range(5_000)
    }
    text = to_json(made.values())
    assert len(text.encode()) < LARGEST / 20  # 50,000 slips are half of what a paper holds
    assert from_json(text) == made


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[1]",
        '[{"slips": ["a"]}]',
        '[{"slips":["a"],"exclude":"false","reason":"x","text":"","actor":"","day":""}]',
    ],
)
def test_a_paper_that_cannot_be_read_is_told_and_not_taken_for_empty(text: str) -> None:
    with pytest.raises(Refused) as refused:
        from_json(text)
    assert codes(refused.value) == ["QUA_PAPER"]
