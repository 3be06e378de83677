"""What does a report tell beside the evaluation of its own answers?"""

from dataclasses import dataclass

from analysis.scores.comparison import Comparison
from analysis.scores.dossiers import DossierTable
from analysis.scores.drivers import Importance
from analysis.scores.fate import Fates
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.themes import Themes


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What other work has found for the same round, ready to be shown; None where that work has not been done.

    A sheet whose value is None is left out, and the contents say so. `scorecards`: one for the province, or one a unit.
    `fates`: what became of the slips that were received, of a round in the store.
    """

    comparison: Comparison | None = None
    dossiers: DossierTable | None = None
    importance: Importance | None = None
    themes: Themes | None = None
    scorecards: tuple[Scorecard, ...] = ()
    fates: Fates | None = None


NOTHING = Extras()
