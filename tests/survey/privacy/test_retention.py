"""What is past its time goes, once; what is not stays."""

from dataclasses import dataclass, field, replace
from datetime import date

from survey.privacy.retention import Removed, tidy
from survey.round import Round
from tests.survey.builders import ROUND


@dataclass
class Asked:
    """A store that notes what it is asked to remove."""

    kept: tuple[Round, ...]
    drafts_before: str = ""
    purged: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)

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
