"""Which points were lost, whose are they, and what would win them back? The largest loss first.

Points lost are the maximum of a scored line less its points; a line without points has lost nothing yet, for nobody
knows. Where points come from answers, the loss has the points' interval turned round, and what would win it back is
said in the rate that the rule takes and, where the round at hand gave the answers, in answers that would have to be one
step better: of the answers that stand one step below more points, moved or not, nothing is known of how to move them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from analysis.scores.evaluate import Evaluation
from analysis.scores.satisfaction import index_tree
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.rates import Survey, answerable, counting
from analysis.scores.scorecard.row import Row
from analysis.scores.scorecard.scheme import NOISE, Criterion, Evidence, Rule
from survey.questionnaire import Question, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers behind a rate: `count` of them, of which `near` are one step below more points.

    `gain`: the points won if all of those were one step better, by the rule and the weights that feed the card.
    """

    count: int
    near: int
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPoints:
    """One line of a card that has not got all its points. Points as of the card; rates 0-1.

    `card`: which of the cards, from 1. `area`: the title of the area it is in, `leaf`: a line that gets points itself,
    else the sum over an area. `low`, `high`: the interval of the loss, None where nothing was estimated. `rate`: what
    the rule turns into points; `needed`: by how much it must rise for all of the loss (of `steps`: for the next step),
    None where points are entered. `answers`: those behind the rate, None where the round at hand did not give them.
    """

    card: int
    subject: str
    code: str
    title: Words
    area: Words
    leaf: bool
    max_points: float
    points: float
    lost: float
    low: float | None
    high: float | None
    evidence: Evidence
    rule: Rule
    owner: str
    rate: float | None
    needed: float | None
    answers: Answers | None

    @property
    def needed_answers(self) -> int | None:
        """About how many answers must turn from no points to full ones for all of the loss."""
        if self.needed is None or self.answers is None:
            return None
        return ceil(self.needed * self.answers.count - NOISE)


def lost_points(
    cards: Iterable[Scorecard], evaluation: Evaluation | None = None, *, weighted: bool = False
) -> tuple[LostPoints, ...]:
    """Areas first, then lines, each by points lost; lines that lost nothing are left out, and so are bonuses.

    `evaluation`: the round at hand, whose answers can be counted; `weighted`: which of its numbers feeds the cards.
    """
    survey = None if evaluation is None else Survey(evaluation=evaluation, weighted=weighted, round_name="")
    found = [line for place, card in enumerate(cards, start=1) for line in _lines(place, card, survey)]
    return tuple(sorted(found, key=lambda line: (line.leaf, -line.lost, line.card, line.code)))


def _lines(place: int, card: Scorecard, survey: Survey | None) -> list[LostPoints]:
    areas = {row.code: row for row in card.rows if row.depth == 0}
    titles = {row.code: row.title for row in areas.values()}
    tops = _tops(card.rows)
    return [
        LostPoints(
            card=place,
            subject=card.subject,
            code=row.code,
            title=row.title,
            area=titles[tops[row.code]],
            leaf=row.leaf,
            max_points=row.scored_max,
            points=row.points,
            lost=row.lost,
            low=None if row.high is None else row.scored_max - row.high,
            high=None if row.low is None else row.scored_max - row.low,
            evidence=row.evidence,
            rule=row.rule,
            owner=row.owner,
            rate=row.rate if row.basis == "computed" else None,
            needed=_needed(card.scheme.criterion(row.code), row) if row.leaf else None,
            answers=_answers(card, row, survey) if row.leaf else None,
        )
        for row in card.rows
        if (row.leaf or row.depth == 0) and not row.extra
        if row.points is not None and row.lost is not None and row.lost > NOISE
    ]


def _tops(rows: Sequence[Row]) -> dict[str, str]:
    """The area that each line lies in; parents come before their children."""
    found: dict[str, str] = {}
    for row in rows:
        found[row.code] = row.code if row.parent is None else found[row.parent]
    return found


def _needed(criterion: Criterion, row: Row) -> float | None:
    """How much higher the rate must be."""
    if row.basis != "computed" or row.rate is None:
        return None
    if criterion.rule == "steps":
        above = [least for least, points in criterion.steps if points > (row.points or 0.0) + NOISE]
        return max(min(above) - row.rate, 0.0) if above else None
    target = 1.0 if criterion.target is None or criterion.rule in ("linear", "options") else criterion.target
    return max(target - row.rate, 0.0)


def _answers(card: Scorecard, row: Row, survey: Survey | None) -> Answers | None:
    """The answers of the round at hand, where it is the one that the rate comes from."""
    criterion = card.scheme.criterion(row.code)
    if survey is None or row.basis != "computed" or criterion.evidence not in ("survey", "sipas"):
        return None
    asked = survey.evaluation.questionnaire
    if criterion.study != asked.study or not answerable(criterion, survey) or card.subject:
        return None
    names = criterion.questions
    if not names:
        names = next(node.items for node in index_tree(asked) if node.id == (criterion.node or "overall"))
    sample, frame = survey.evaluation.sample, survey.evaluation.sample.frame
    weights = sample.weights if survey.weighted else np.ones(len(sample))
    who = np.ones(len(sample), dtype=bool)
    for column, values in criterion.respondents.items():
        who &= frame[column].isin(values).to_numpy(dtype=bool)
    count, near, total, won = 0, 0, 0.0, 0.0
    for question in (asked.question(name) for name in names):
        shares = counting(criterion, question)
        for value, gain in _one_better(question, shares).items():
            chose = who & (frame[question.name] == value).to_numpy(dtype=bool, na_value=False)
            count += int(chose.sum())
            total += float(weights[chose].sum())
            near += int(chose.sum()) if gain > 0 else 0
            won += gain * float(weights[chose].sum())
    if not count or criterion.rule in ("yes_no", "steps"):
        return Answers(count=count, near=near, gain=0.0) if count else None
    target = criterion.target if criterion.rule == "ratio" and criterion.target is not None else 1.0
    gain = criterion.max_points * won / total / target
    return Answers(count=count, near=near, gain=min(gain, row.lost or 0.0))


def _one_better(question: Question, earned: Mapping[str, float]) -> dict[str, float]:
    """Each answer that counts → what its share of the points gains by the next better answer on the scale."""
    order = [option.value for option in question.scale.options if option.value in earned] if question.scale else []
    if order and earned[order[0]] > earned[order[-1]]:
        order.reverse()
    better = {value: earned[order[place + 1]] for place, value in enumerate(order[:-1])}
    return {value: max(better.get(value, earned[value]) - earned[value], 0.0) for value in order}
