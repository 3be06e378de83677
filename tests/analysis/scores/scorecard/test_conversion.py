"""The rules from rates to points against hand calculation, at their edges, with the ends of an interval."""

import pytest

from analysis.scores.scorecard.conversion import convert
from analysis.scores.scorecard.scheme import Criterion, Rule


def criterion(rule: Rule, most: float = 10.0, **settings: object) -> Criterion:
    return Criterion(code="1", title={"vi": "x"}, max_points=most, evidence="survey", rule=rule, **settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "settings", "rate", "points"),
    [
        ("linear", {}, 0.8266, 8.266),  # 10 × SIPAS / 100 at 82,66
        ("linear", {}, 0.0, 0.0),
        ("options", {"most": 2.2}, 0.6, 1.32),
        ("ratio", {"target": 0.9, "most": 6}, 0.81, 5.4),  # 6 × 81 / 90
        ("ratio", {"target": 0.9, "most": 6}, 0.9, 6),
        ("ratio", {"target": 0.9, "most": 6}, 0.95, 6),
        ("ratio", {"target": 0.8, "most": 10}, 0.4, 5),
        ("yes_no", {"most": 0.5}, 1.0, 0.5),
        ("yes_no", {"most": 0.5}, 0.0, 0.0),
        ("yes_no", {"most": 1, "target": 0.5}, 0.5, 1),
        ("yes_no", {"most": 1, "target": 0.5}, 0.4999, 0),
        ("steps", {"most": 2, "steps": ((0.9, 2.0), (0.5, 1.0))}, 0.9, 2),
        ("steps", {"most": 2, "steps": ((0.9, 2.0), (0.5, 1.0))}, 0.8999, 1),
        ("steps", {"most": 2, "steps": ((0.9, 2.0), (0.5, 1.0))}, 0.4999, 0),
    ],
)
def test_points_of_a_rate(rule: Rule, settings: dict[str, object], rate: float, points: float) -> None:
    found = convert(criterion(rule, **settings), rate)  # type: ignore[arg-type]
    assert found.points == pytest.approx(points)
    assert (found.low, found.high, found.slope) == (None, None, None)


def test_a_rate_that_is_its_edge_but_for_rounding_has_reached_it() -> None:
    rate = 0.1 + 0.2  # 0.30000000000000004, and its mirror image just below an edge
    assert convert(criterion("yes_no", target=0.3), 0.3).points == 10
    assert convert(criterion("yes_no", target=rate), 0.3).points == 10


def test_the_ends_of_an_interval_are_converted_too() -> None:
    found = convert(criterion("linear"), 0.82, 0.80, 0.84)
    assert (found.low, found.high, found.slope) == (pytest.approx(8.0), pytest.approx(8.4), 10)


@pytest.mark.parametrize(
    ("low", "high", "ends", "slope"),
    [
        (0.6, 0.8, (6 * 0.6 / 0.9, 6 * 0.8 / 0.9), 6 / 0.9),  # below the target: straight
        (0.92, 0.96, (6, 6), 0.0),  # above: nothing moves
        (0.85, 0.95, (6 * 0.85 / 0.9, 6), None),  # across: it bends
    ],
)
def test_a_ratio_is_straight_flat_or_bent(
    low: float, high: float, ends: tuple[float, float], slope: float | None
) -> None:
    found = convert(criterion("ratio", 6, target=0.9), (low + high) / 2, low, high)
    assert (found.low, found.high) == (pytest.approx(ends[0]), pytest.approx(ends[1]))
    assert found.slope == (pytest.approx(slope) if slope else slope)


def test_a_jump_inside_an_interval_has_no_slope() -> None:
    steps = criterion("steps", 2, steps=((0.9, 2.0), (0.5, 1.0)))
    assert convert(steps, 0.9, 0.85, 0.93).slope is None
    assert convert(steps, 0.7, 0.6, 0.8).slope == 0.0
