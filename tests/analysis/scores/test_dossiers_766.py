"""The rates of QĐ 766 by hand, and the settings that change them."""

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.scores import dossiers_766
from analysis.scores.dossiers import Cases, Count
from analysis.scores.dossiers_766 import load_766, rates_766
from survey.errors import Refused

COUNTS: dict[Count, int] = {
    "solved": 80, "early": 30, "on_time": 40, "late": 10, "pending": 20, "overdue": 5,
    "feedback": 40, "feedback_on_time": 36, "feedback_bad": 8, "complained": 7,
}  # fmt: skip


def rates(counts: dict[Count, int], **changes: object) -> dict[str, float | None]:
    settings = replace(load_766(), **changes)  # type: ignore[arg-type]
    return dict(rates_766(Cases(unit="A", period="", counts=counts), settings))


def test_the_four_rates_by_hand() -> None:
    found = rates(COUNTS)
    assert found["2.1"] == pytest.approx((70 + 15) / 100)  # 15 pending ones are not due yet
    assert found["5.2"] == pytest.approx(36 / 40)
    assert found["5.3"] == pytest.approx((40 - 8) / 40)
    assert found["5.4"] == pytest.approx(1 - (15 / 100 + 7 / 100))


def test_pending_dossiers_may_be_left_out_of_2_1() -> None:
    assert rates(COUNTS, pending="left_out")["2.1"] == pytest.approx(70 / 80)


def test_nothing_pending_needs_no_count_of_overdue() -> None:
    counts: dict[Count, int] = {"solved": 4, "on_time": 3, "late": 1, "pending": 0, "complained": 1}
    assert rates(counts) == {"2.1": 0.75, "5.2": None, "5.3": None, "5.4": 0.5}


def test_zero_of_zero_is_none_or_zero_by_the_rule() -> None:
    empty: dict[Count, int] = dict.fromkeys(COUNTS, 0)
    assert set(rates(empty).values()) == {None}
    assert set(rates(empty, zero="zero").values()) == {0.0}


def test_a_rate_rests_on_stated_counts_alone() -> None:
    for name in ("on_time", "solved", "pending", "overdue"):
        assert rates({key: n for key, n in COUNTS.items() if key != name})["2.1"] is None
    assert rates({key: n for key, n in COUNTS.items() if key != "complained"})["5.4"] is None


def test_more_faults_than_dossiers_are_no_negative_rate() -> None:
    assert rates({**COUNTS, "late": 80, "complained": 90})["5.4"] == 0


SHIPPED = (Path(dossiers_766.__file__).parent / "rules" / "dossiers_766.toml").read_text(encoding="utf-8")


def test_every_setting_has_a_mark_and_a_source() -> None:
    settings = load_766()
    assert set(settings.marks.values()) <= {"V", "P", "C", "D", "M", "?"}
    assert SHIPPED.count("\nmark = ") == SHIPPED.count("\nsource = ") - 1 == len(settings.marks)
    assert settings.name == "dossiers/qd-766-2022 v1"


@pytest.mark.parametrize(
    ("before", "after"),
    [('"none" ', '"nothing" '), ("value = 2", "value = -2"), ("value = 2", 'value = "2"'), ("[pending]", "[waiting]")],
)
def test_a_rules_file_that_will_not_do_is_refused(tmp_path: Path, before: str, after: str) -> None:
    assert before in SHIPPED
    file = tmp_path / "mine.toml"
    file.write_text(SHIPPED.replace(before, after), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_766(file)
    assert refused.value.problems[0].code == "DOS_RULES"
