"""What do surveys and figures say about each line of the rules? A rate, its points, and where its error comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.estimation import Estimate
from analysis.scores.scorecard.conversion import Converted, convert
from analysis.scores.scorecard.points import Entry
from analysis.scores.scorecard.rates import Survey, answerable, survey_rates
from analysis.scores.scorecard.scheme import Criterion, Scheme


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Computed:
    """What evidence gives for a line: its rate, its points, and (`of`, `at`) the place of the rate in an estimate."""

    rate: float
    converted: Converted
    rate_low: float | None = None
    rate_high: float | None = None
    n: int | None = None
    survey: str = ""
    of: Estimate | None = None
    at: int = 0


def computed_points(
    scheme: Scheme,
    surveys: Mapping[str, Survey],
    measures: Mapping[str, float | None],
    given: Mapping[str, Entry],
    level: float,
) -> dict[str, Computed]:
    """Every line that evidence gives points for. `surveys` by kind of study; `measures`: rates of case files (0-1);
    a rate among the entries comes before a measure.
    """
    found: dict[str, Computed] = {}
    leaves = scheme.leaves()
    for study, survey in surveys.items():
        asked = [
            leaf
            for leaf in leaves
            if leaf.evidence in ("survey", "sipas") and leaf.study == study and answerable(leaf, survey)
        ]
        rates = survey_rates(survey, asked, level)
        for at, leaf in enumerate(asked if rates is not None else ()):
            if rates is not None and np.isfinite(rates.value[at]):
                found[leaf.code] = _from_survey(leaf, rates, at, survey)
    for leaf in leaves:
        entered = given.get(leaf.code, Entry(code=leaf.code)).value
        rate = entered if entered is not None else measures.get(leaf.measure) if leaf.measure else None
        if leaf.evidence in ("documents", "data") and leaf.rule != "entered" and rate is not None:
            found[leaf.code] = Computed(rate=rate, converted=convert(leaf, rate))
    return found


def _from_survey(leaf: Criterion, rates: Estimate, at: int, survey: Survey) -> Computed:
    value, low, high = (float(each[at]) for each in (rates.value, rates.low, rates.high))
    known = low == low and high == high
    return Computed(
        rate=value,
        rate_low=low if known else None,
        rate_high=high if known else None,
        converted=convert(leaf, value, low, high),
        n=int(rates.n[at]),
        survey=survey.round_name,
        of=rates,
        at=at,
    )
