"""Which communes and villages are drawn, and how many answers in each? A plan and a seed become a round's places."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from analysis.estimation.planning import Draw, Stage, Strata, allocate, draw
from analysis.setup.aim import Aim, to_ask
from analysis.setup.frame import Frame, FrameRow
from analysis.setup.sharing import Shared
from survey.round import Desk, Place

PAPER: Final = "draw"
"""The kind of working paper that keeps a draw."""

Method = Literal["pps", "srs"]
METHODS: Final[tuple[Method, ...]] = ("pps", "srs")
"""Systematic with probability proportional to people, or simple random without replacement."""

Rated = Literal["unit", "stratum", "psu"]
"""Which office is rated in a place: the one its row names, its stratum, or the commune itself."""

_BETWEEN: Final = " – "


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that a draw follows from, besides the frame. `takes`: communes by stratum; `answers`: planned by stratum."""

    seed: int
    method: Method
    villages: int
    rated: Rated
    takes: Mapping[str, int]
    answers: Mapping[str, int]
    response_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnVillage:
    """One village of a drawn commune (or the commune itself, without a name, where none are listed): its `people`, its
    probability inside the commune, the answers planned and the people to ask there."""

    name: str
    people: int
    probability: float
    wanted: int
    ask: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPlace:
    """One drawn commune. `probability`: of being drawn; `weight`: of one respondent there; `certain`: drawn without
    chance, being as large as the interval."""

    code: str
    stratum: str
    psu: str
    unit: str
    people: int
    probability: float
    weight: float
    certain: bool
    villages: tuple[DrawnVillage, ...]

    @property
    def wanted(self) -> int:
        """Answers planned in the commune."""
        return sum(village.wanted for village in self.villages)

    @property
    def ask(self) -> int:
        """People to be asked in the commune."""
        return sum(village.ask for village in self.villages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The sample, and the draws of its stages with their audit columns."""

    recipe: Recipe
    places: tuple[DrawnPlace, ...]
    stages: tuple[Draw, ...]


def recipe_of(shared: Shared, aim: Aim, *, seed: int, method: Method, rated: Rated) -> Recipe:
    """The recipe that a plan makes."""
    return Recipe(
        seed=seed,
        method=method,
        villages=aim.villages,
        rated=rated,
        takes={plan.name: plan.take for plan in shared.strata},
        answers={plan.name: plan.answers for plan in shared.strata},
        response_rate=aim.response_rate,
    )


def drawn(frame: Frame, recipe: Recipe) -> Drawn:
    """Draws communes inside strata and villages inside communes, and shares the stratum's answers out among them.

    A stratum's answers go to its communes, and a commune's to its villages, in proportion to people / probability: in
    equal parts after a draw by size, more to those drawn for certain. So people weigh alike, but for whole numbers, and
    one weight holds for all of a commune: w = Σ(people/probability) / (π·answers), π the commune's probability. The sum
    of weights over all answers is the Horvitz-Thompson estimate of the population. Same frame, recipe and seed: same
    sample, whatever the order of rows. Raises EstimationError.
    """
    first = draw(_communes(frame), _stage("psu", recipe, recipe.takes, ("stratum",)), seed=recipe.seed)
    stages = [first]
    if frame.villages:
        stage = _stage("village", recipe, recipe.villages, ())
        stages.append(draw(_villages(frame), stage, seed=recipe.seed, within=first))
    return Drawn(recipe=recipe, places=tuple(_places(frame, recipe, stages)), stages=tuple(stages))


def round_places(made: Drawn) -> tuple[tuple[Place, ...], tuple[Desk, ...]]:
    """The drawn communes as a round's places; their villages, where several are drawn, as its desks.

    No fpc: people are drawn inside the communes, and with the communes' fpc alone their part of the error would be
    left out. Without one the interval errs on the safe side (Särndal et al. 1992, 4.6).
    """
    places = tuple(
        Place(
            code=each.code,
            name=each.psu,
            stratum=each.stratum,
            unit=each.unit,
            weight=round(each.weight, 6),
            wanted=each.wanted,
        )
        for each in made.places
    )
    desks = (
        Desk(code=f"{each.code}-{number}", name=village.name, place=each.code)
        for each in made.places
        for number, village in enumerate(each.villages, start=1)
        if village.name
    )
    return places, tuple(desks)


def to_json(made: Drawn, frame_revision: int) -> str:
    """The working paper of kind «draw»: the recipe, which revision of the frame it was drawn from, and the result."""
    kept = {"recipe": asdict(made.recipe), "frame": frame_revision, "places": [asdict(place) for place in made.places]}
    return json.dumps(kept, ensure_ascii=False)


def read_recipe(text: str) -> tuple[Recipe, int]:
    """The recipe in a working paper, and the revision of the frame that it was used on."""
    kept = json.loads(text)
    return Recipe(**kept["recipe"]), int(kept["frame"])


def _stage(unit: str, recipe: Recipe, take: int | Mapping[str, int], strata: tuple[str, ...]) -> Stage:
    size = "people" if recipe.method == "pps" else None
    return Stage(unit=unit, method=recipe.method, take=take, strata=strata, size=size, if_fewer="all")


def commune_id(stratum: str, psu: str) -> str:
    """What a commune is called in the lists of a draw: communes of one name lie in several districts."""
    return f"{stratum}{_BETWEEN}{psu}"


def _communes(frame: Frame) -> dict[str, list[Any]]:
    return {
        "stratum": [stratum for stratum, _ in frame.psus],
        "psu": [commune_id(*key) for key in frame.psus],
        "people": [float(people) for people in frame.psus.values()],
    }


def _villages(frame: Frame) -> dict[str, list[Any]]:
    """A commune without villages stands as one village of its own name."""
    return {
        "psu": [commune_id(row.stratum, row.psu) for row in frame.rows],
        "village": [row.village or row.psu for row in frame.rows],
        "people": [float(row.people) for row in frame.rows],
    }


def _places(frame: Frame, recipe: Recipe, stages: Sequence[Draw]) -> list[DrawnPlace]:
    first = stages[0]
    members = _members(frame, stages)
    by_stratum: dict[str, list[tuple[str, float]]] = {stratum: [] for stratum in frame.strata}
    for name, pi in zip(first.sample["psu"].tolist(), first.sample["pi_1"].tolist(), strict=True):
        by_stratum[members[name][0][0].stratum].append((name, pi))
    certain = set(first.audit[0]["unit"][first.audit[0]["certainty"]].tolist())
    found: list[DrawnPlace] = []
    for stratum, here in by_stratum.items():
        estimated = {name: sum(row.people / chance for row, chance in members[name]) for name, _ in here}
        room = {name: sum(row.people for row, _ in members[name]) for name, _ in here}
        answers = _parts({name: estimated[name] / pi for name, pi in here}, room, recipe.answers[stratum])
        for name, pi in here:
            row = members[name][0][0]
            found.append(
                DrawnPlace(
                    code=f"P{len(found) + 1:03d}",
                    stratum=stratum,
                    psu=row.psu,
                    unit=_unit(row, recipe.rated),
                    people=frame.psus[stratum, row.psu],
                    probability=pi,
                    weight=estimated[name] / (pi * answers[name]),
                    certain=name in certain,
                    villages=_villages_of(members[name], answers[name], recipe.response_rate),
                )
            )
    return found


def _members(frame: Frame, stages: Sequence[Draw]) -> dict[str, list[tuple[FrameRow, float]]]:
    """The drawn rows of each drawn commune, with their probability inside it: 1 where no villages are listed."""
    rows = {(commune_id(row.stratum, row.psu), row.village or row.psu): row for row in frame.rows}
    found: dict[str, list[tuple[FrameRow, float]]] = {}
    if len(stages) == 1:
        drawn_ones = set(stages[0].sample["psu"].tolist())
        return {name: [(row, 1.0)] for (name, _), row in rows.items() if name in drawn_ones}
    sample = stages[1].sample
    for name, village, chance in zip(*(sample[each].tolist() for each in ("psu", "village", "pi_2")), strict=True):
        found.setdefault(name, []).append((rows[name, village], chance))
    return found


def _villages_of(
    members: Sequence[tuple[FrameRow, float]], answers: int, response_rate: float
) -> tuple[DrawnVillage, ...]:
    """A commune's answers, shared out among its drawn villages."""
    shares = {row.village or row.psu: row.people / chance for row, chance in members}
    wanted = _parts(shares, {row.village or row.psu: row.people for row, _ in members}, answers)
    return tuple(
        DrawnVillage(
            name=row.village,
            people=row.people,
            probability=chance,
            wanted=wanted[row.village or row.psu],
            ask=to_ask(wanted[row.village or row.psu], response_rate, row.people),
        )
        for row, chance in members
    )


def _unit(row: FrameRow, rated: Rated) -> str:
    return {"unit": row.unit or row.psu, "stratum": row.stratum, "psu": row.psu}[rated]


def _parts(shares: Mapping[str, float], room: Mapping[str, int], number: int) -> dict[str, int]:
    """Whole numbers in proportion to the shares that sum to `number`: 1 at least where there are enough, and nowhere
    more than there are people. Raises EstimationError where there are too few in all."""
    strata = Strata.of(
        tuple(shares), list(shares.values()), minimum=int(number >= len(shares)), maximum=list(room.values())
    )
    return allocate(strata, number).by_stratum
