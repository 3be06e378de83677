"""How does a round stand against the last one, its targets, and published figures? All that it is compared with."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from analysis.scores.blocks import unit_blocks
from analysis.scores.change import RoundChanges
from analysis.scores.compare import Side, compare
from analysis.scores.comparison_papers import Inputs, read_inputs
from analysis.scores.evaluate import Evaluation, evaluate_round
from analysis.scores.own_figures import card_figures, index_figures
from analysis.scores.published import FigureChange, Published, changes, load_published
from analysis.scores.ranking import Ranked, Ranking, rank_units
from analysis.scores.ranking_rules import rules_with
from analysis.scores.responses import round_plan
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.targets import TargetCheck, check
from analysis.scores.units_then import UNIT
from survey.collation import spelling
from survey.errors import Problem
from survey.exclusions import used_responses
from survey.round import Round
from survey.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class RankChange:
    """A unit's rank then and now. `clear`: the ranks that each may truly have do not overlap."""

    unit: str
    before: Ranked
    now: Ranked
    clear: bool
    notes: tuple[Problem, ...]

    @property
    def places(self) -> int:
        """Ranks gained; −31: fallen by 31."""
        return (self.before.rank or 0) - (self.now.rank or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A round against the last one (None if none was chosen), its targets, and published figures."""

    rounds: RoundChanges | None
    ranks: tuple[RankChange, ...]
    targets: tuple[TargetCheck, ...]
    figures: tuple[FigureChange, ...]
    published: Published

    def rank(self, unit: str) -> RankChange | None:
        """A unit's ranks, None where they are not compared."""
        return next((each for each in self.ranks if each.unit == unit), None)


def comparison(now: Side, before: Side | None, inputs: Inputs, cards: Iterable[Scorecard] = ()) -> Comparison:
    """The round against what the inputs name; `before` is the earlier round of the choice, `cards` its own points."""
    shipped = load_published()
    weighted = now.round_.feeds == "weighted"
    ranking = _ranking(now, weighted)
    rounds = None if before is None else compare(now, before, inputs.history, shipped)
    figures = (*inputs.figures, *shipped.figures)
    wanted = {(series, spelling(unit)) for series, unit in inputs.choice.series}
    shown = [figure for figure in figures if (figure.series, spelling(figure.unit)) in wanted]
    year = now.round_.opens.year
    own = (*index_figures(now.evaluation, year, weighted=weighted, ranking=ranking), *card_figures(cards, year))
    return Comparison(
        rounds=rounds,
        ranks=() if before is None or rounds is None else _rank_changes(rounds, ranking, _ranking(before, weighted)),
        targets=tuple(check(target, [*own, *figures]) for target in inputs.targets),
        figures=changes(shown, shipped, until=year),
        published=shipped,
    )


def comparison_of_round(
    store: Store, round_: Round, evaluation: Evaluation, cards: Iterable[Scorecard] = ()
) -> Comparison | None:
    """What the working papers of a round ask for; None where they ask for nothing. Raises Refused for damaged ones."""
    inputs = read_inputs(store, round_.id)
    if inputs == Inputs():
        return None
    before = earlier_round(store, inputs.choice.before, round_)
    side = None if before is None else Side(evaluation=evaluate_before(store, before, evaluation), round_=before)
    return comparison(Side(evaluation=evaluation, round_=round_), side, inputs, cards)


def earlier_rounds(store: Store, round_: Round) -> tuple[Round, ...]:
    """The rounds that it may be compared with: opened earlier, the latest first."""
    others = (each for each in store.rounds() if each.id != round_.id and each.state != "draft")
    found = [each for each in others if each.opens < round_.opens]
    return tuple(sorted(found, key=lambda each: each.opens, reverse=True))


def earlier_round(store: Store, round_id: str, round_: Round) -> Round | None:
    """The chosen one of them, None if there is none or it has no slips."""
    chosen = next((each for each in earlier_rounds(store, round_) if each.id == round_id), None)
    return chosen if chosen is not None and store.counts(chosen.id).total else None


def evaluate_before(store: Store, before: Round, now: Evaluation) -> Evaluation:
    """The earlier round evaluated as its own draw asks, with the later one's choices of mode, interval and level."""
    plan = now.plan
    asked = replace(round_plan(before), mode=plan.mode, interval=plan.interval, level=plan.level, df=plan.df)
    return evaluate_round(before, store.questionnaire(before.questionnaire), used_responses(store, before.id), asked)


def _ranking(side: Side, weighted: bool) -> Ranking | None:
    """The units' ranks in the number that feeds points; None where results are not broken down by unit."""
    if UNIT not in side.evaluation.plan.by or not side.evaluation.questionnaire.items():
        return None
    rules = rules_with(side.round_.least)
    return rank_units(side.evaluation, weighted=weighted, blocks=unit_blocks(side.round_), rules=rules)


def _rank_changes(rounds: RoundChanges, now: Ranking | None, before: Ranking | None) -> tuple[RankChange, ...]:
    """Ranks of the units that are what one unit was then; a merged unit had no rank."""
    if now is None or before is None:
        return ()
    was = {each.unit: (block.kind, each) for block in before.blocks for each in block.ranked}
    found = []
    for block in now.blocks:
        for ranked in block.ranked:
            kind, then = was.get(rounds.alone.get(ranked.unit, ""), ("", None))
            if then is None:
                continue
            notes = []
            if ranked.of != then.of:
                notes.append(Problem(code="CMP_OTHER_NUMBER", values={"before": then.of, "now": ranked.of}))
            if kind != block.kind:
                notes.append(Problem(code="CMP_OTHER_BLOCK"))
            apart = _apart(then, ranked) and not rounds.serious
            found.append(RankChange(unit=ranked.unit, before=then, now=ranked, clear=apart, notes=tuple(notes)))
    return tuple(found)


def _apart(one: Ranked, other: Ranked) -> bool:
    sets = (one.rank_low, one.rank_high, other.rank_low, other.rank_high)
    if None in sets:
        return False
    low, high, other_low, other_high = (place or 0 for place in sets)
    return high < other_low or other_high < low
