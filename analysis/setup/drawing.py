"""Which communes and villages are drawn, and how many answers in each? A plan and a seed become a round's places."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from analysis.estimation.planning import Draw, Stage, draw
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

    A commune's answers are the stratum's in equal parts. In a commune they go to its villages in proportion to
    people / probability, so that one weight holds for all its respondents: w = Σ(people/probability) / (π·answers),
    π the commune's probability. The sum of weights over all answers is the Horvitz-Thompson estimate of the population.
    Raises EstimationError. Same frame, recipe and seed: same sample, whatever the order of rows.
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
    rows: dict[str, list[FrameRow]] = {}
    for row in frame.rows:
        rows.setdefault(commune_id(row.stratum, row.psu), []).append(row)
    first = stages[0]
    by_stratum: dict[str, list[tuple[str, float]]] = {stratum: [] for stratum in frame.strata}
    for name, pi in zip(first.sample["psu"].tolist(), first.sample["pi_1"].tolist(), strict=True):
        by_stratum[rows[name][0].stratum].append((name, pi))
    certain = set(first.audit[0]["unit"][first.audit[0]["certainty"]].tolist())
    found: list[DrawnPlace] = []
    for stratum, here in by_stratum.items():
        for (name, pi), answers in zip(here, _even(recipe.answers[stratum], len(here)), strict=True):
            villages, estimated = _members(rows[name], name, stages, answers, recipe.response_rate)
            row = rows[name][0]
            found.append(
                DrawnPlace(
                    code=f"P{len(found) + 1:03d}",
                    stratum=stratum,
                    psu=row.psu,
                    unit=_unit(row, recipe.rated),
                    people=frame.psus[stratum, row.psu],
                    probability=pi,
                    weight=estimated / (pi * answers),
                    certain=name in certain,
                    villages=villages,
                )
            )
    return found


def _members(
    rows: Sequence[FrameRow], name: str, stages: Sequence[Draw], answers: int, response_rate: float
) -> tuple[tuple[DrawnVillage, ...], float]:
    """The drawn villages of a commune, and the commune's people as they estimate it."""
    chances = {rows[0].village or rows[0].psu: 1.0}
    if len(stages) > 1:
        sample = stages[1].sample
        pairs = zip(sample["psu"].tolist(), sample["village"].tolist(), sample["pi_2"].tolist(), strict=True)
        chances = {village: chance for psu, village, chance in pairs if psu == name}
    drawn_rows = [(row, chances[named]) for row in rows if (named := row.village or row.psu) in chances]
    shares = [row.people / chance for row, chance in drawn_rows]
    villages = tuple(
        DrawnVillage(
            name=row.village,
            people=row.people,
            probability=chance,
            wanted=part,
            ask=to_ask(part, response_rate, row.people),
        )
        for (row, chance), part in zip(drawn_rows, _parts(shares, answers), strict=True)
    )
    return villages, sum(shares)


def _unit(row: FrameRow, rated: Rated) -> str:
    return {"unit": row.unit or row.psu, "stratum": row.stratum, "psu": row.psu}[rated]


def _even(number: int, parts: int) -> list[int]:
    """In equal parts, the first ones larger by one."""
    return [number // parts + (place < number % parts) for place in range(parts)]


def _parts(shares: Sequence[float], number: int) -> list[int]:
    """Whole numbers in proportion to the shares, by largest remainders, that sum to `number`."""
    exact = [number * share / sum(shares) for share in shares]
    whole = [int(each) for each in exact]
    rest = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))[: number - sum(whole)]
    return [each + (at in rest) for at, each in enumerate(whole)]
