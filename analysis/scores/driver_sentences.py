"""What may be said of what to repair, and no more? Sentences for the findings: points lost, factors, themes."""

from collections.abc import Iterator, Sequence

from analysis.scores.driver_words import area_words, headline, order_words
from analysis.scores.drivers import Importance
from analysis.scores.lost_points import LostPoints
from analysis.scores.themes import Themes
from survey.errors import word
from survey.questionnaire import Questionnaire, say
from survey.words import number, percent

_NAMED = 3


def lost_sentences(lost: Sequence[LostPoints], of: float, language: str) -> Iterator[str]:
    """How many of the scored points were lost, and in which areas most. `of`: the maximum of what was scored."""
    if not lost:
        return
    whole = number(sum(line.lost for line in lost if line.leaf), 2, language)
    most = "; ".join(_area(line, language) for line in [line for line in lost if not line.leaf][:_NAMED])
    yield word("DRV_SAY_LOST", language, lost=whole, of=number(of, 2, language), areas=most)
    if doubt := order_words(lost, language):
        yield doubt


def importance_sentences(found: Importance, asked: Questionnaire, language: str) -> Iterator[str]:
    """Which factors may be said to come first, and what that does not prove."""
    yield headline(found, asked, language)
    for warning in found.warnings:
        yield warning.what(language)
    yield word("DRV_NOT_A_CAUSE", language)


def theme_sentences(themes: Themes, language: str) -> Iterator[str]:
    """What is written about most, how many comments have no theme, and how they were counted."""
    told = (
        word("THM_SAY_ONE", language, theme=say(theme.label, language), count=themes.count(theme.id))
        for theme in themes.ranked()[:_NAMED]
    )
    rest = number(themes.count(None), 0, language)
    of = number(len(themes.comments), 0, language)
    yield word("THM_SAY", language, of=of, most="; ".join(told) or "–", rest=rest)


def _area(line: LostPoints, language: str) -> str:
    gaps = {"area": area_words(line, language)}
    gaps |= {"lost": number(line.lost, 2, language), "part": percent(line.lost / line.max_points, 0, language)}
    return word("DRV_SAY_AREA", language, **gaps)
