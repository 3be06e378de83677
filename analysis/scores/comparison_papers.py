"""What did staff say a round is to be compared with? Its working papers, and the tables that they are made of.

«comparison»: which earlier round, which published series; «units_map»: which units came after which; «targets»; and
«published»: figures that staff know beside the shipped ones. All are kept on the later round.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from analysis.scores import published, targets
from analysis.scores.figure_files import read_figures, read_targets
from analysis.scores.published import Figure
from analysis.scores.targets import Target
from survey import successors
from survey.errors import Problem, Refused
from survey.sheet import Table
from survey.store.store import Store
from survey.successor_files import read_units_map
from survey.successors import History, UnitsMap
from survey.unit_office import office_units
from survey.units import Registry

CHOICE = "comparison"
Kind = Literal["targets", "published", "units_map"]
"""The kinds that are tables."""

Series = tuple[str, str]
"""A published series and its unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a round is compared with. `before`: an earlier round's id, empty for none; `series`: published figures."""

    before: str = ""
    series: tuple[Series, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that staff said about what a round is to be compared with.

    `registry`: the office's units, which is no choice about the round; `units`: the round's own table in its place.
    """

    choice: Choice = field(default_factory=Choice)
    units: UnitsMap = field(default_factory=UnitsMap)
    targets: tuple[Target, ...] = ()
    figures: tuple[Figure, ...] = ()
    registry: Registry = field(default_factory=Registry, compare=False)

    @property
    def history(self) -> History:
        """Who says which units came after which: the round's own table where it has one, else the registry."""
        return self.units if self.units.successors else self.registry


def read_inputs(store: Store, round_id: str) -> Inputs:
    """What a round's working papers say. Raises Refused for a damaged one."""
    papers = {kind: store.paper(round_id, kind) for kind in (CHOICE, "units_map", "targets", "published")}
    texts = {kind: paper.content for kind, paper in papers.items() if paper is not None}
    return Inputs(
        choice=choice_from_json(texts[CHOICE]) if CHOICE in texts else Choice(),
        units=successors.from_json(texts["units_map"]) if "units_map" in texts else UnitsMap(),
        targets=targets.from_json(texts["targets"]) if "targets" in texts else (),
        figures=published.from_json(texts["published"]) if "published" in texts else (),
        registry=office_units(store)[0],
    )


def choice_to_json(choice: Choice) -> str:
    """The working paper of kind «comparison»."""
    return json.dumps({"before": choice.before, "series": [list(each) for each in choice.series]}, ensure_ascii=False)


def choice_from_json(text: str) -> Choice:
    """The choice that `choice_to_json` made a text of. Raises Refused where it is none."""
    try:
        read = json.loads(text)
        series = tuple((str(name), str(unit)) for name, unit in read.get("series", ()))
        return Choice(before=str(read["before"]), series=series)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused([Problem(code="CMP_DAMAGED", values={"kind": CHOICE})]) from error


def paper(kind: Kind, table: Table | None, series: Collection[str]) -> str:
    """The working paper of a table that staff sent; without one an empty paper. `series`: the names it may speak of.

    Raises Refused with every fault of the table.
    """
    if kind == "units_map":
        return successors.to_json(read_units_map(table) if table else UnitsMap())
    if kind == "published":
        return published.to_json(read_figures(table, series) if table else ())
    return targets.to_json(read_targets(table, series) if table else ())
