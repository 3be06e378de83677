"""Two small rounds to be compared: answers to the four items of `test_evaluate.FORM`, unit by unit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.scores.compare import Side
from analysis.scores.evaluate import evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import make_sample
from survey.questionnaire import Questionnaire
from survey.round import Round
from tests.analysis.scores.test_evaluate import FORM


def a_round(opens: date, asked: Questionnaire = FORM, **changes: Any) -> Round:
    return Round(
        **{
            "id": f"r{opens.year}",
            "name": f"Đợt {opens.year}",
            "questionnaire": asked.content_hash(),
            "study": "household",
            "opens": opens,
            "closes": None,
            "languages": ("vi",),
            "consent": "1",
            "contact": {"vi": "–"},
        }
        | changes
    )


def people(satisfied: Mapping[str, tuple[int, int]], item: str = "a", **columns: Any) -> pd.DataFrame:
    """Unit → (satisfied, asked): that many people, who answered this one item; the other items were left empty."""
    good = np.concatenate([np.arange(n) < k for k, n in satisfied.values()])
    unit = np.repeat(list(satisfied), [n for _, n in satisfied.values()])
    rows = pd.DataFrame({"unit": unit, "sex": "1"})
    for name in "abcd":
        rows[name] = pd.Series(np.where(good, "5", "1") if name == item else [None] * len(rows), dtype=object)
    return rows.assign(**columns)


def side(rows: pd.DataFrame, year: int, asked: Questionnaire = FORM, *, of: Round | None = None, **plan: Any) -> Side:
    """A round in this year with these rows, broken down by unit."""
    made = Plan(**({"by": ("unit",)} | plan))
    of = of or a_round(date(year, 11, 1), asked)
    return Side(evaluation=evaluate(make_sample(rows, made, {"round": of.id}), asked, made), round_=of)
