"""What may be said of a round in sentences? What the intervals allow, and no more.

A difference is told only where its own interval leaves out zero; where it does not, the sentence says that there is not
enough ground for a conclusion, never that two numbers are equal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.report.cells import clean
from analysis.report.extras import Extras
from analysis.report.figures import OVERALL, Figures
from analysis.report.parts import level_percent, reasons, weighting_words
from analysis.report.say_dossiers import dossier_sentences
from analysis.report.say_exclusions import sentences
from analysis.scores.beside import covers_words, grade_words
from analysis.scores.change_words import comparison_sentences
from analysis.scores.driver_sentences import importance_sentences, lost_sentences, theme_sentences
from analysis.scores.extremes import Extreme, extremes
from analysis.scores.lost_points import lost_points
from analysis.scores.rank_words import listed, ranking_sentences
from analysis.scores.ranking import renamed
from analysis.scores.scorecard.card import Scorecard
from survey.questionnaire import say

Topic = Literal["RESULT", "UNITS", "CHANGE", "POINTS", "PRIORITIES", "CASES", "METHOD"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence or two, in the report's language, on one topic (`WRD_TOPIC_<TOPIC>` is its heading)."""

    topic: Topic
    text: str


def findings(figures: Figures, extras: Extras) -> tuple[Finding, ...]:
    """Everything that may be said, topic by topic, in the order of the annex."""
    said: tuple[tuple[Topic, Iterator[str]], ...] = (
        ("RESULT", _result(figures)),
        ("UNITS", _units(figures)),
        ("CHANGE", _change(figures, extras)),
        ("POINTS", (text for card in extras.scorecards[:1] for text in _points(figures, card))),
        ("PRIORITIES", _priorities(figures, extras)),
        ("CASES", dossier_sentences(figures, extras.dossiers) if extras.dossiers else iter(())),
        ("METHOD", _method(figures, extras)),
    )
    return tuple(Finding(topic=topic, text=clean(text).text) for topic, texts in said for text in texts)


def _result(figures: Figures) -> Iterator[str]:
    """The overall index with its interval, both ways to compute it, and which factors stand out."""
    row, word, level = figures.row(OVERALL), figures.word, level_percent(figures)
    if row is None:
        return
    if row.value != row.value:
        yield word("WRD_NO_OVERALL")
        return
    value, n = figures.percent(row.value), figures.number(row.n)
    if row.low == row.low:
        ends = {"low": figures.percent(row.low), "high": figures.percent(row.high)}
        yield word("WRD_OVERALL", value=value, n=n, level=level, **ends)
    else:
        yield word("WRD_OVERALL_ALONE", value=value, n=n)
    if row.reliability != "reliable":
        grade = grade_words(row.reliability, figures.language)
        yield word("WRD_DOUBTFUL", grade=grade, why=reasons(figures, row))
    yield from _both(figures)
    yield from _factors(figures)


def _both(figures: Figures) -> Iterator[str]:
    """How far the number as published and the tool's are apart."""
    plain, ours = (figures.row(OVERALL, weighted=kind) for kind in (False, True))
    if plain is None or ours is None or not figures.evaluation.plan.weighted():
        return
    gap = figures.number(abs(ours.value - plain.value) * 100, 2)
    numbers = {"official": figures.percent(plain.value), "ours": figures.percent(ours.value), "gap": gap}
    yield figures.word("WRD_BOTH", weighting=weighting_words(figures), **numbers)


def _factors(figures: Figures) -> Iterator[str]:
    """The highest and the lowest factor, as far as they can be told from the others."""
    factors = [node.id for node in figures.tree.values() if node.level == "factor"]
    rows = {factor: figures.row(factor) for factor in factors}
    sure = [factor for factor, row in rows.items() if row is not None and row.reliability == "reliable"]
    found = extremes(figures.evaluation, sure, weighted=figures.weighted) if len(sure) > 1 else None
    if found is None:
        if len(factors) > 1:
            yield figures.word("WRD_FACTORS_UNCLEAR")
        return
    for extreme, code in zip(found, ("HIGHEST", "LOWEST"), strict=True):
        yield _extreme(figures, extreme, code, len(sure))
    if len(sure) < len(factors):
        left = [figures.label(factor) for factor in factors if factor not in sure]
        yield figures.word("WRD_FACTORS_LEFT_OUT", factors=listed(left, figures.language))


def _extreme(figures: Figures, extreme: Extreme, code: str, count: int) -> str:
    told = {"factor": figures.label(extreme.id), "value": figures.percent(extreme.value)}
    if not extreme.rivals:
        return figures.word(f"WRD_{code}_CLEAR", **told, level=level_percent(figures))
    if len(extreme.rivals) == count - 1:
        return figures.word(f"WRD_{code}_UNCLEAR", **told)
    rivals = listed([figures.label(rival) for rival in extreme.rivals], figures.language)
    return figures.word(f"WRD_{code}_RIVALS", **told, rivals=rivals)


def _units(figures: Figures) -> Iterator[str]:
    """Units against everybody, then what may be said of their ranks."""
    if not figures.units:
        return
    found, level = figures.differences, level_percent(figures)
    for verdict in ("above", "below", "unclear", "doubtful"):
        names = [figures.unit_label(unit) for unit in figures.units if unit in found.of(verdict)]
        if names:
            units = listed(names, figures.language)
            yield figures.word(f"WRD_UNITS_{verdict.upper()}", units=units, count=len(names), level=level)
    yield from ranking_sentences(renamed(figures.ranking, figures.unit_label), figures.language)


def _change(figures: Figures, extras: Extras) -> Iterator[str]:
    """Against the last round, targets and published figures."""
    found = extras.comparison
    if found is not None:
        yield from comparison_sentences(found, weighted=figures.weighted, language=figures.language)


def _points(figures: Figures, card: Scorecard) -> Iterator[str]:
    """Points of a card, their interval, and what has no points yet."""
    word, language = figures.word, figures.language

    def points(value: float) -> str:
        return figures.number(value, 2)

    if card.index is None:
        return
    title = say(card.scheme.title, language)
    told = {"points": points(card.points), "most": points(card.scored_max), "index": figures.percent(card.index)}
    yield word("WRD_POINTS", title=title, **told)
    if card.total.low is not None and card.total.high is not None:
        ends = {"low": points(card.total.low), "high": points(card.total.high)}
        yield word("WRD_POINTS_BETWEEN", level=figures.percent(card.level, 0), **ends)
    if card.left_out:
        lines = listed([f"{row.code} {say(row.title, language)}" for row in card.left_out], language)
        most = points(sum(row.max_points for row in card.left_out))
        yield word("WRD_POINTS_LEFT_OUT", count=len(card.left_out), lines=lines, most=most)


def _priorities(figures: Figures, extras: Extras) -> Iterator[str]:
    """Points lost, which factors come first, what people write about."""
    language, cards = figures.language, extras.scorecards
    lost = lost_points(cards, figures.evaluation, weighted=figures.weighted)
    yield from lost_sentences(lost, sum(card.scored_max for card in cards), language)
    if extras.importance is not None:
        yield from importance_sentences(extras.importance, figures.evaluation.questionnaire, language)
    if extras.themes is not None:
        yield from theme_sentences(extras.themes, language)


def _method(figures: Figures, extras: Extras) -> Iterator[str]:
    """Whom the figures cover, whose the intervals are, which slips are in them, and every warning of the evaluation."""
    language = figures.language
    yield covers_words(figures.evaluation.plan.chosen_by(), language)
    yield figures.word("WRD_WHOSE", not_official=figures.word("RPT_NOT_OFFICIAL"))
    yield from sentences(figures, extras.fates)
    yield from _told(figures)


def _told(figures: Figures) -> Sequence[str]:
    return [warning.say(figures.language) for warning in figures.evaluation.warnings]


def topics(found: Sequence[Finding]) -> dict[str, tuple[str, ...]]:
    """Each topic that something is said of, with its sentences, in order."""
    order = dict.fromkeys(each.topic for each in found)
    return {topic: tuple(each.text for each in found if each.topic == topic) for topic in order}
