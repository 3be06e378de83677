"""Rounds of slips whose honest part is known, for the tests of the quality checks."""

from collections.abc import Sequence

import numpy as np

from analysis.scores.quality_slips import QualitySlips

DAYS = 10


def honest(units: Sequence[int], seed: int, items: int = 12, top: float = 0.0) -> QualitySlips:
    """Units of so many slips each; a person's answers resemble each other, `top` of the people give 5 throughout."""
    dice = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(units)), units)
    person = 3.4 + 0.8 * dice.standard_normal(len(unit)) + 0.15 * dice.standard_normal(len(units))[unit]
    answers = np.clip(np.rint(person[:, None] + 0.7 * dice.standard_normal((len(unit), items))), 1, 5)
    answers[dice.random(len(unit)) < top] = 5
    return built(unit, dice.integers(0, DAYS, len(unit)), answers.astype(np.int64))


def built(unit: np.ndarray, day: np.ndarray, answers: np.ndarray, **more: object) -> QualitySlips:
    """Slips from arrays; a cell is a unit's day."""
    codes, cell = np.unique(unit * DAYS + day, return_inverse=True)
    return QualitySlips(
        ids=tuple(f"s{row:04d}" for row in range(len(unit))),
        units=tuple(f"U{number}" for number in range(int(unit.max()) + 1)),
        unit=unit.astype(np.int64),
        cells=tuple((f"U{code // DAYS}", f"P{code // DAYS}", f"2026-11-{code % DAYS + 1:02d}") for code in codes),
        cell=cell.astype(np.int64),
        days=tuple(f"2026-11-{number + 1:02d}" for number in range(DAYS)),
        day=day.astype(np.int64),
        items=answers.astype(np.int64),
        best=np.full(answers.shape[1], 5),
        interviewer=more.get("interviewer", ("",) * len(unit)),  # type: ignore[arg-type]
        marks=more.get("marks", ((),) * len(unit)),  # type: ignore[arg-type]
        texts=more.get("texts", ({},) * len(unit)),  # type: ignore[arg-type]
    )
