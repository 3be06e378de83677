"""What became of a round's slips, and what do the exclusions change? Received, voided, erased, excluded, used."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.scores.evaluate import Evaluation, evaluate_round
from analysis.scores.responses import NOWHERE
from survey.exclusions import Decision, decisions
from survey.proof.audit import unit_counts
from survey.round import Round
from survey.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """Slips of one office, or of all: received = voided + erased + excluded + used."""

    received: int
    voided: int
    erased: int
    excluded: int

    @property
    def used(self) -> int:
        """Those that every estimate is made from."""
        return self.received - self.voided - self.erased - self.excluded


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fates:
    """`whole`, and `units` by name where the place of a slip tells its unit (empty where slips rate several).

    `decided`: the exclusions that stand; `without`: the round evaluated as if nothing had been excluded, None where
    nothing was.
    """

    whole: Fate
    units: Mapping[str, Fate]
    decided: tuple[Decision, ...]
    without: Evaluation | None


def fates(store: Store, round_: Round, evaluation: Evaluation) -> Fates:
    """The fates of a round's slips; `evaluation` is the round's without the excluded ones."""
    standing = decisions(store, round_.id)
    slips = store.responses(round_.id)
    out = [slip for slip in slips if slip.id in standing and standing[slip.id].exclude]
    unit_of = {place.code: place.unit for place in round_.places}
    excluded = Counter(unit_of.get(slip.place or "", NOWHERE) for slip in out)
    counts = unit_counts(round_, store.states(round_.id))
    units = {
        each.unit or NOWHERE: Fate(
            received=each.received,
            voided=each.voided,
            erased=each.erased,
            excluded=excluded[each.unit or NOWHERE],
        )
        for each in counts
    }
    names = ("received", "voided", "erased", "excluded")
    whole = Fate(**{name: sum(getattr(each, name) for each in units.values()) for name in names})
    without = None
    if out:
        questionnaire = store.questionnaire(round_.questionnaire)
        without = evaluate_round(round_, questionnaire, slips, evaluation.plan)
    return Fates(
        whole=whole,
        units={} if round_.rated else units,
        decided=tuple(standing[slip.id] for slip in out),
        without=without,
    )
