"""What else has been found for a round, that its report shows beside its own answers?"""

from dataclasses import replace

from analysis.report.extras import Extras
from analysis.scores.comparison import comparison_of_round
from analysis.scores.dossiers import dossiers_of_round
from analysis.scores.drivers import importance
from analysis.scores.evaluate import Evaluation
from analysis.scores.fate import fates
from analysis.scores.scorecard.of_round import scorecards_of_round
from analysis.scores.theme_file import ThemeRules, themes_of_round
from analysis.scores.themes import find_themes
from survey.round import Round
from survey.store.store import Store


def of_answers(evaluation: Evaluation, *, weighted: bool, themes: ThemeRules | None = None) -> Extras:
    """What follows from the answers alone. `themes`: a list of words of one's own."""
    return Extras(importance=importance(evaluation, weighted=weighted), themes=find_themes(evaluation, themes))


def gather(store: Store, round_: Round, evaluation: Evaluation) -> Extras:
    """The extras of a round's report from the working papers of its staff. What has not been worked out stays None."""
    cards = scorecards_of_round(store, round_, evaluation)
    return replace(
        of_answers(evaluation, weighted=round_.feeds == "weighted", themes=themes_of_round(store, round_.id)),
        comparison=comparison_of_round(store, round_, evaluation, cards),
        dossiers=dossiers_of_round(store, round_.id),
        scorecards=cards,
        fates=fates(store, round_, evaluation),
    )
