"""What is past its time goes, once; what is not stays."""

from dataclasses import dataclass, field, replace
from datetime import date

from survey.errors import Problem, Refused
from survey.privacy.retention import Removed, tidy
from survey.round import Round
from survey.store import Counts
from tests.survey.builders import ROUND


@dataclass
class Asked:
    """A store that notes what it is asked to remove."""

    kept: tuple[Round, ...]
    last: str = "2020-01-01"
    sick: str = ""
    read_by_others: bool = False
    drafts_before: str = ""
    purged: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

    def counts(self, round_id: str) -> Counts:
        if round_id == self.sick:
            raise Refused([Problem(code="STO_DENIED", values={"path": "x"})])
        return Counts(total=1, days={self.last: 1} if self.last else {}, places={}, channels={}, voided=0, erased=0)

    def rounds(self) -> tuple[Round, ...]:
        return self.kept

    def purge_drafts(self, before: str) -> int:
        self.drafts_before = before
        return 3

    def purge_invitations(self, round_id: str) -> int:
        self.purged.append(round_id)
        return 2

    def erase(self, round_id: str, day: str, reason: str) -> int:
        assert day
        assert "5 năm" in reason
        self.erased.append(round_id)
        return 5

    def forget_order(self) -> None:
        if self.read_by_others:
            raise Refused([Problem(code="STO_ORDER_KEPT")])


def after(closes: date | None, today: date) -> tuple[Asked, Removed]:
    store = Asked((replace(ROUND, closes=closes, keep_years=5),))
    return store, tidy(store, today)  # type: ignore[arg-type]


def test_drafts_go_after_seven_days() -> None:
    store, removed = after(None, date(2026, 11, 22))
    assert store.drafts_before == "2026-11-15"
    assert removed == Removed(drafts=3, invitations=0, answers=0)


def test_invitations_stay_thirty_days_after_the_close() -> None:
    assert after(date(2026, 10, 1), date(2026, 10, 31))[0].purged == []
    assert after(date(2026, 10, 1), date(2026, 11, 1))[0].purged == [ROUND.id]


def test_answers_are_erased_when_the_rounds_years_are_over() -> None:
    assert after(date(2021, 11, 22), date(2026, 11, 22))[0].erased == []
    assert after(date(2021, 11, 22), date(2026, 11, 23))[0].erased == [ROUND.id]


def test_a_leap_day_has_its_anniversary_on_the_first_of_march() -> None:
    assert after(date(2024, 2, 29), date(2029, 3, 1))[0].erased == []
    assert after(date(2024, 2, 29), date(2029, 3, 2))[0].erased == [ROUND.id]


def test_a_close_put_back_before_the_slips_erases_nothing() -> None:
    store = Asked((replace(ROUND, closes=date(2016, 11, 30), keep_years=1),), last="2026-11-02")
    tidy(store, date(2026, 11, 22))  # type: ignore[arg-type]
    assert (store.erased, store.purged) == ([], [])
    store = Asked((replace(ROUND, closes=date(2016, 11, 30), keep_years=5),), last="2021-11-02")
    tidy(store, date(2026, 11, 22))  # type: ignore[arg-type]
    assert store.erased == [ROUND.id]


def test_a_round_without_a_slip_ends_with_its_close() -> None:
    store = Asked((replace(ROUND, closes=date(2026, 10, 1)),), last="")
    removed = tidy(store, date(2026, 11, 22))  # type: ignore[arg-type]
    assert (removed.invitations, removed.answers) == (2, 0)


def test_answers_are_kept_a_year_at_least_whatever_the_round_says() -> None:
    store = Asked((replace(ROUND, closes=date(2026, 11, 1), keep_years=0),))
    tidy(store, date(2026, 11, 22))  # type: ignore[arg-type]
    assert store.erased == []


def test_a_close_at_the_end_of_the_calendar_hinders_nobody() -> None:
    late = replace(ROUND, id="dot-9", closes=date.max)
    store = Asked((late, replace(ROUND, closes=date(2020, 1, 1), keep_years=5)))
    assert tidy(store, date(2026, 11, 22)).answers == 5  # type: ignore[arg-type]
    assert store.erased == [ROUND.id]


def test_copies_of_erased_answers_that_cannot_be_forgotten_yet_are_told() -> None:
    store = Asked((replace(ROUND, closes=date(2020, 1, 1), keep_years=5),), read_by_others=True)
    removed = tidy(store, date(2026, 11, 22))  # type: ignore[arg-type]
    assert removed.answers == 5
    assert [problem.code for problem in removed.faults] == ["STO_ORDER_KEPT"]


def test_what_the_store_refuses_for_one_round_is_told_and_the_next_is_tidied() -> None:
    sick = replace(ROUND, id="dot-9", closes=date(2020, 1, 1))
    store = Asked((sick, replace(ROUND, closes=date(2020, 1, 1), keep_years=5)), sick="dot-9")
    removed = tidy(store, date(2026, 11, 22))  # type: ignore[arg-type]
    assert (removed.drafts, removed.answers, store.erased) == (3, 5, [ROUND.id])
    assert {problem.code for problem in removed.faults} == {"STO_DENIED"}
