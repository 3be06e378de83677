"""Rounds to be published, their counts by a plain loop over people, and how a naive publisher would hide."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.scores.attacker import OTHER, PEOPLE, SATISFIED, Key, Published, Shown, Wanted
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.plan import Plan
from analysis.scores.publication_rules import BY, PublicationRules, TableRule, load_publication_rules
from analysis.scores.responses import answers_frame, make_sample
from analysis.scores.satisfaction import index_tree
from tests.analysis.report.rounds import questionnaire

ITEMS = ("q9_01", "q9_02", "q9_03", "q9_04", "q9_05", "q9_06")
EVERYTHING = ("overall", "aspect", "factor", "item")


def rules(units: Sequence[str] = EVERYTHING, groups: Sequence[str] = ("overall",)) -> PublicationRules:
    """The shipped rules with a short list: the round, its units, its answers to `sex`."""
    tables = (
        TableRule(id="whole", column="", levels=EVERYTHING),
        TableRule(id="units", column=BY, levels=tuple(units)),
        TableRule(id="groups", column="sex", levels=tuple(groups)),
    )
    return replace(load_publication_rules(), tables=tables)


def made_round(seed: int, people: int = 90, by: tuple[str, ...] = ("unit",), **changes: Any) -> Evaluation:
    """A random round: units of very different size, communes in them, some answers and sexes missing."""
    chance = random.Random(seed)
    happy, gaps = chance.uniform(0.3, 0.97), chance.uniform(0, 0.3)
    sizes = [chance.random() ** 2 for _ in range(chance.randint(3, 8))]
    given: list[dict[str, Any]] = []
    where: dict[str, list[Any]] = {"unit": [], "commune": [], "psu": [], "base_weight": []}
    for _ in range(people):
        unit = chance.choices(range(len(sizes)), sizes)[0]
        person: dict[str, Any] = {} if chance.random() < 0.05 else {"sex": chance.choice("mffff")}
        for item in ITEMS:
            if chance.random() >= gaps * (2 if item == "q9_03" else 1):
                good = chance.random() < happy
                person[item] = ("high" if good else "low") if item == "q9_05" else ("5" if good else "2")
        given.append(person)
        commune = f"{unit}.{chance.randint(0, 2)}"
        for column, value in {
            "unit": f"Huyện {unit}", "commune": f"Xã {commune}", "psu": commune, "base_weight": 1.0 + unit,
        }.items():  # fmt: skip
            where[column].append(value)
    asked = questionnaire()
    plan = Plan(**({"by": by, "psu": "psu"} | changes))
    return evaluate(make_sample(answers_frame(asked, given, where), plan, {}), asked, plan)


def counted(evaluation: Evaluation, columns: Sequence[str], *, weighted: bool) -> dict[Key, tuple[float, float, float]]:
    """People, satisfied and other answers of every group and number, by going through the people one by one."""
    weights = evaluation.sample.weights / evaluation.sample.weights.mean() if weighted else None
    good = {question.name: set(question.satisfied) for question in evaluation.questionnaire.items()}
    nodes = index_tree(evaluation.questionnaire)
    found: dict[Key, list[float]] = {}
    for place, person in enumerate(evaluation.sample.frame.to_dict("records")):
        weight = 1.0 if weights is None else float(weights[place])
        said = {item: person[item] in good[item] for item in good if isinstance(person[item], str)}
        groups = [("", "")]
        groups += [(column, person[column] if isinstance(person[column], str) else "") for column in columns]
        for node in nodes:
            mine = [said[item] for item in node.items if item in said]
            for column, level in groups:
                cell = found.setdefault((column, level, node.id), [0.0, 0.0, 0.0])
                if mine:
                    cell[PEOPLE] += 1
                    cell[SATISFIED] += weight * sum(mine)
                    cell[OTHER] += weight * (len(mine) - sum(mine))
    return {key: (cell[0], cell[1], cell[2]) for key, cell in found.items()}


def wanted_of(
    cells: Mapping[Key, Shown],
    truth: Mapping[Key, tuple[float, float, float]],
    units: Mapping[Key, float] | None = None,
) -> tuple[Wanted, ...]:
    """What the shipped rules ask of every hidden cell, from the counts: 2 at least, or 30 % of it."""
    found = []
    for key in (key for key, shown in cells.items() if shown.people is None):
        people = truth[key][PEOPLE]
        if people >= 10:
            found.append(Wanted(key=key, measure=PEOPLE, low=people - 2))
            continue
        for measure in (PEOPLE, SATISFIED, OTHER):
            value = truth[key][measure]
            unit = 1.0 if units is None or measure == PEOPLE else units.get(key, 1.0)
            width = unit * max(2.0, 0.3 * value / unit)
            high = min(value + width, truth["", "", key[2]][measure]) if key[0] else value + width
            found.append(Wanted(key=key, measure=measure, low=max(value - width, 0.0), high=high))
    return tuple(found)


def naive(published: Published, truth: Mapping[Key, tuple[float, float, float]]) -> Published:
    """The same tables with the small cells hidden and nothing else."""
    cells = {}
    for key in published.cells:
        people, satisfied, other = truth[key]
        share = round(satisfied / (satisfied + other), 4) if satisfied + other else None
        cells[key] = Shown(people=None) if 0 < people < 10 else Shown(people=int(people), share=share)
    return replace(published, cells=cells)
