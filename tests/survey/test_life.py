"""A round's course: which steps there are, who took them, and what may not change on the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from survey.errors import Refused
from survey.forms.accept import Submission, accept
from survey.life import LONGEST_REASON, advance, begin, history, next_steps
from survey.round import Desk, Margin, Place, State
from survey.store import Store
from tests.survey.builders import NOON, QUESTIONNAIRE, ROUND, counting, furnished, submission

DAY = date(2026, 11, 21)
NEW = replace(ROUND, id="dot-moi")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with furnished(tmp_path / "kho.sqlite3") as store:
        yield store


def codes(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in caught.value.problems]


def at(store: Store, state: State) -> None:
    """The new round, brought to this state."""
    begin(store, NEW, "Lan", DAY)
    for step in {"draft": [], "open": ["open"], "closed": ["open", "closed"]}.get(
        state, ["open", "closed", "archived"]
    ):
        advance(store, NEW, step, "Lan", DAY)


def send(store: Store, number: int = 1, **changes: object) -> None:
    sent: Submission = submission(number, **changes)
    round_ = store.round(NEW.id)
    accept(store, round_, QUESTIONNAIRE, sent, now=NOON, random=counting())


def test_each_step_is_kept_with_who_took_it_and_when(store: Store) -> None:
    begin(store, NEW, "Lan", DAY)
    advance(store, NEW, "open", "Hoa", DAY + timedelta(1))
    advance(store, NEW, "closed", "Lan", DAY + timedelta(2))
    advance(store, NEW, "open", "Hoa", DAY + timedelta(3), reason=" Bão lũ ", until=date(2026, 12, 31))
    assert store.round(NEW.id).closes == date(2026, 12, 31)
    advance(store, NEW, "closed", "Lan", DAY + timedelta(4))
    advance(store, NEW, "archived", "Lan", DAY + timedelta(4))
    assert [(each.before, each.to, each.actor, each.day, each.reason) for each in history(store, NEW.id)] == [
        (None, "draft", "Lan", "2026-11-21", ""),
        ("draft", "open", "Hoa", "2026-11-22", ""),
        ("open", "closed", "Lan", "2026-11-23", ""),
        ("closed", "open", "Hoa", "2026-11-24", "Bão lũ"),
        ("open", "closed", "Lan", "2026-11-25", ""),
        ("closed", "archived", "Lan", "2026-11-25", ""),
    ]


@pytest.mark.parametrize(
    ("state", "allowed"),
    [("draft", {"open", "archived"}), ("open", {"closed"}), ("closed", {"archived", "open"}), ("archived", set())],
)
def test_no_other_step_is_taken(store: Store, state: State, allowed: set[str]) -> None:
    assert set(next_steps(state)) == allowed
    at(store, state)
    steps: tuple[State, ...] = ("draft", "open", "closed", "archived")
    for to in steps:
        if to not in allowed:
            with pytest.raises(Refused) as caught:
                advance(store, NEW, to, "Lan", DAY, reason="x", until=DAY)
            assert codes(caught) == ["LIF_NO_STEP"]
    assert store.round(NEW.id).state == state


def test_an_id_is_begun_once(store: Store) -> None:
    with pytest.raises(Refused) as caught:
        begin(store, ROUND, "Lan", DAY)
    assert codes(caught) == ["RND_TAKEN"]
    assert store.round(ROUND.id).state == "open"


def test_a_draft_opens_only_with_all_a_round_needs(store: Store) -> None:
    begin(store, replace(NEW, contact={"vi": ""}, languages=("vi",), name="", closes=DAY), "Lan", DAY)
    with pytest.raises(Refused) as caught:
        advance(store, NEW, "open", "Lan", DAY + timedelta(1))
    assert codes(caught) == ["RND_NO_NAME", "RND_NO_CONTACT", "LIF_OVER"]
    assert history(store, NEW.id)[-1].to == "draft"


def test_reopening_needs_a_reason_and_a_day_to_come(store: Store) -> None:
    at(store, "closed")
    for reason, until, expected in (
        (" ", DAY, ["LIF_NO_REASON"]),
        ("x", None, ["LIF_UNTIL"]),
        ("", DAY - timedelta(1), ["LIF_NO_REASON", "LIF_UNTIL"]),
        ("x" * (LONGEST_REASON + 1), DAY, ["LIF_LONG_REASON"]),
    ):
        with pytest.raises(Refused) as caught:
            advance(store, NEW, "open", "Lan", DAY, reason=reason, until=until)
        assert codes(caught) == expected


def test_closing_ends_the_round_on_that_day_and_never_later_than_planned(store: Store) -> None:
    at(store, "open")
    advance(store, NEW, "closed", "Lan", DAY)
    assert store.round(NEW.id).closes == DAY  # planned: 30 November
    advance(store, NEW, "open", "Lan", DAY, reason="x", until=DAY)
    advance(store, NEW, "closed", "Lan", DAY + timedelta(5))
    assert store.round(NEW.id).closes == DAY


def test_a_draft_that_is_given_up_never_had_a_day(store: Store) -> None:
    begin(store, replace(NEW, closes=None), "Lan", DAY)
    advance(store, NEW, "archived", "Lan", DAY)
    gone = store.round(NEW.id)
    assert gone.closes == gone.opens - timedelta(1)
    assert not gone.open_on(gone.opens)


def test_only_an_open_round_takes_slips_and_says_why_not(store: Store) -> None:
    for to, code in ((None, "LIF_DRAFT"), ("open", None), ("closed", "FRM_CLOSED"), ("archived", "FRM_CLOSED")):
        if to is None:
            begin(store, NEW, "Lan", DAY)
        else:
            advance(store, NEW, to, "Lan", DAY)  # type: ignore[arg-type]
        if code is None:
            send(store)
            continue
        with pytest.raises(Refused) as caught:
            send(store, 2)
        assert codes(caught) == [code]
        assert "0205 000 000" in caught.value.say("vi")
    assert store.counts(NEW.id).total == 1


def test_a_round_takes_only_the_ways_it_names(store: Store) -> None:
    begin(store, replace(NEW, channels=("paper",)), "Lan", DAY)
    advance(store, NEW, "open", "Lan", DAY)
    with pytest.raises(Refused) as caught:
        send(store)
    assert codes(caught) == ["LIF_CHANNEL"]
    send(store, channel="paper", interviewer="NV01")
    assert store.counts(NEW.id).channels == {"paper": 1}


CHANGES: dict[str, object] = {
    "places": (Place(code="P01", name="Xã A", stratum="Huyện 1", unit="U1", weight=2.0),),
    "margins": (Margin(variable="used", level="1", total=5),),
    "feeds": "weighted",
    "study": "household",
    "least": 30,
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_slips_refer_to_changes_in_a_draft_only(store: Store, name: str) -> None:
    changes = {name: CHANGES[name]}
    begin(store, NEW, "Lan", DAY)
    store.save_round(replace(NEW, state="draft", **changes))  # type: ignore[arg-type]
    store.save_round(replace(NEW, state="draft"))
    advance(store, NEW, "open", "Lan", DAY)
    for state in ("open", "closed"):
        with pytest.raises(Refused) as caught:
            store.save_round(replace(store.round(NEW.id), **changes))
        assert codes(caught) == ["LIF_FIXED"]
        assert getattr(store.round(NEW.id), name) == getattr(NEW, name)
        if state == "open":
            advance(store, NEW, "closed", "Lan", DAY)


def test_name_contact_and_desks_of_an_open_round_may_change_and_nothing_of_an_archived_one(store: Store) -> None:
    at(store, "open")
    store.save_round(replace(store.round(NEW.id), name="Khác", desks=(Desk(code="Q", name="Quầy", place="P01"),)))
    assert store.round(NEW.id).name == "Khác"
    advance(store, NEW, "closed", "Lan", DAY)
    advance(store, NEW, "archived", "Lan", DAY)
    for changed in (replace(store.round(NEW.id), name="Nữa"), replace(store.round(NEW.id), state="open")):
        with pytest.raises(Refused) as caught:
            store.save_round(changed)
        assert codes(caught) == ["LIF_FIXED"]
