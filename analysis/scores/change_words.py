"""How is a change said? Percentages in percentage points, ranks in places, each with what may be said of it."""

import math
from collections.abc import Iterable

from analysis.scores.change import Change, RoundChanges
from analysis.scores.comparison import Comparison
from analysis.scores.published import SATISFACTION, FigureChange, Published
from analysis.scores.rank_words import listed
from analysis.scores.targets import TargetCheck
from survey.errors import Problem, word
from survey.questionnaire import say
from survey.words import DASH, number, percent

OVERALL = "overall"


def signed(value: float, decimals: int, language: str) -> str:
    """«+1,23», «−5,66», «0,00»."""
    shown = number(value, decimals, language).replace("-", "−")
    return f"+{shown}" if shown[0].isdigit() and value > 0 and any(c in "123456789" for c in shown) else shown


def points(share: float, language: str) -> str:
    """A difference of shares: «−5,66 điểm phần trăm»; a dash for what is no number."""
    return word("CMP_POINTS", language, value=signed(100 * share, 2, language)) if math.isfinite(share) else DASH


def places(ranks: int, language: str) -> str:
    """«−31 bậc»."""
    return word("CMP_PLACES", language, value=signed(ranks, 0, language))


def reach(change: Change, language: str) -> str:
    """The interval of a change: «−8,10 đến −3,22»; a dash where it cannot be computed."""
    if not (math.isfinite(change.low) and math.isfinite(change.high)):
        return DASH
    low, high = (signed(100 * end, 2, language) for end in (change.low, change.high))
    return word("CMP_FROM_TO", language, low=low, high=high)


def verdict_words(change: Change, language: str) -> str:
    """What may be said of a change."""
    return word(f"CMP_VERDICT_{change.verdict.upper()}", language)


def notes_words(notes: Iterable[Problem], language: str) -> str:
    """Notes in one cell."""
    return "; ".join(each.say(language) for each in notes)


def name_of(rounds: RoundChanges, id: str, language: str, basis: str = "all") -> str:
    """What an index or item is called, and whether only of what both rounds asked alike."""
    named = word("RES_OVERALL", language) if id == OVERALL else " ".join(say(rounds.labels[id], language).split())
    return named if basis == "all" else word("CMP_COMMON_OF", language, name=named)


def series_words(published: Published, series: str, language: str) -> str:
    """What a series is called; the round's own is its overall index."""
    if series == SATISFACTION:
        return word("RES_OVERALL", language)
    return say(published.series[series], language) if series in published.series else series


def aim_words(check: TargetCheck, language: str) -> str:
    """«ít nhất 85,00 %», «hạng không quá 35/63»."""
    target = check.target
    if target.rank is None:
        return word("CMP_AIM_VALUE", language, value=percent(target.value or 0.0, 2, language))
    return word("CMP_AIM_RANK", language, rank=_ranked(target.rank, target.of))


def actual_words(check: TargetCheck, language: str) -> str:
    """«81,45 % (2022)», «54/63 (2022)»; a dash where there is no figure."""
    figure = check.figure
    if figure is None:
        return DASH
    by_rank = check.target.rank is not None
    shown = _ranked(figure.rank or 0, figure.of) if by_rank else percent(figure.value or 0.0, 2, language)
    return f"{shown} ({figure.year})"


def gap_words(check: TargetCheck, language: str) -> str:
    """How far above (or short of, negative) the target: in points or places."""
    if check.gap is None:
        return DASH
    return points(check.gap, language) if check.target.rank is None else places(round(check.gap), language)


def moved_words(change: FigureChange, language: str) -> str:
    """«−5,66 điểm phần trăm, −31 bậc»; a dash where neither is known."""
    moved = [] if change.value is None else [points(change.value, language)]
    moved += [] if change.places is None else [places(change.places, language)]
    return ", ".join(moved) or DASH


def comparison_sentences(comparison: Comparison, *, weighted: bool, language: str) -> tuple[str, ...]:
    """What may be said of a round against the last one, of its targets, and of published figures."""
    said = [] if comparison.rounds is None else _round_sentences(comparison, comparison.rounds, weighted, language)
    latest = {(each.now.series, each.now.unit): each for each in comparison.figures}
    said += [_figure_sentence(comparison.published, each, language) for each in latest.values()]
    said += [_target_sentence(comparison.published, each, language) for each in comparison.targets]
    return tuple(said)


def _round_sentences(comparison: Comparison, rounds: RoundChanges, weighted: bool, language: str) -> list[str]:
    alike = rounds.change(OVERALL, weighted=weighted, basis="common")
    change = alike or rounds.change(OVERALL, weighted=weighted)
    if change is None:
        return [word("CMP_SAY_NOTHING", language, before=rounds.before.name)]
    figures = {
        "before": rounds.before.name,
        "now": percent(change.now, 2, language),
        "then": percent(change.before, 2, language),
        "change": points(change.value, language),
        "reach": reach(change, language),
        "level": percent(rounds.level, 0, language),
    }
    said = [word(f"CMP_SAY_{change.verdict.upper()}", language, **figures)]
    if alike is not None:
        said.append(word("CMP_SAY_COMMON", language))
    said += [word("CMP_SAY_NOTE", language, what=each.say(language)) for each in rounds.breaks]
    if rounds.serious:
        return said
    units = [each for each in rounds.telling(weighted=weighted, units=True) if each.id == OVERALL]
    for verdict in ("up", "down"):
        named = [each.unit for each in units if each.verdict == verdict]
        if named:
            said.append(word(f"CMP_SAY_UNITS_{verdict.upper()}", language, units=listed(named, language)))
    if units and not any(each.verdict in ("up", "down") for each in units):
        said.append(word("CMP_SAY_UNITS_NONE", language, count=len(units)))
    clear = [each for each in comparison.ranks if each.clear]
    if comparison.ranks and not clear:
        said.append(word("CMP_SAY_RANKS_NONE", language))
    return said


def _figure_sentence(published: Published, change: FigureChange, language: str) -> str:
    told = {
        "series": series_words(published, change.now.series, language),
        "unit": f", {change.now.unit}" if change.now.unit else "",
        "now": change.now.year,
        "before": change.before.year,
        "moved": moved_words(change, language),
    }
    return word("CMP_SAY_FIGURE", language, **told, notes=notes_words(change.notes, language))


def _target_sentence(published: Published, check: TargetCheck, language: str) -> str:
    told = {
        "series": series_words(published, check.target.series, language),
        "unit": f", {check.target.unit}" if check.target.unit else "",
        "aim": aim_words(check, language),
        "actual": actual_words(check, language),
        "gap": gap_words(check, language),
        "verdict": word(f"CMP_TARGET_{check.verdict.upper()}", language),
    }
    return word("CMP_SAY_TARGET", language, **told)


def _ranked(rank: int, of: int | None) -> str:
    return str(rank) if of is None else f"{rank}/{of}"
