"""Which figures of its own does a round have, that a target may speak of? Its index by unit, and the points it made."""

from collections.abc import Iterable, Iterator, Mapping

from analysis.scores.evaluate import Evaluation
from analysis.scores.published import SATISFACTION, Figure
from analysis.scores.ranking import Ranking
from analysis.scores.responses import NOWHERE
from analysis.scores.satisfaction import Row
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.units_then import UNIT

SERIES: Mapping[str, str] = {"province": "par_index", "units": "par_index_internal"}
"""The kind of a scorecard's rules → the series of its index."""


def index_figures(evaluation: Evaluation, year: int, *, weighted: bool, ranking: Ranking | None) -> Iterator[Figure]:
    """The overall index of everybody and of each unit with its rank; nothing where no satisfaction was asked.

    Slips whose unit is not known make no unit.
    """
    if not evaluation.questionnaire.items():
        return
    for row in evaluation.result.rows:
        known = set(row.by) <= {UNIT} and row.by.get(UNIT) != NOWHERE
        if row.id == "overall" and row.weighted == weighted and known and row.n:
            yield _figure(row, year, ranking)


def card_figures(cards: Iterable[Scorecard], year: int) -> Iterator[Figure]:
    """The index of every complete scorecard; one that leaves something out is not the index that a target means."""
    for card in cards:
        series = SERIES.get(card.scheme.kind)
        if series and card.complete and card.index is not None:
            yield Figure(
                series=series,
                unit=card.subject,
                year=year,
                value=card.index,
                low=card.index_low,
                high=card.index_high,
                source=f"{card.scheme.id} {card.scheme.version}",
            )


def _figure(row: Row, year: int, ranking: Ranking | None) -> Figure:
    unit = row.by.get(UNIT, "")
    ranked = ranking.unit(unit) if ranking is not None and unit else None
    certain = row.low == row.low and row.high == row.high
    return Figure(
        series=SATISFACTION,
        unit=unit,
        year=year,
        value=row.value,
        low=row.low if certain else None,
        high=row.high if certain else None,
        rank=ranked.rank if ranked else None,
        rank_low=ranked.rank_low if ranked else None,
        rank_high=ranked.rank_high if ranked else None,
        of=ranked.of if ranked and ranked.rank else None,
    )
