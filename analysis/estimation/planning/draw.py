"""Who is drawn? A multi-stage sample from lists of units, that anybody with the seed can draw again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.estimation.columns import Codes, Columns, Floats
from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError
from analysis.estimation.levels import Values
from analysis.estimation.options import check_count, check_option, names_of
from analysis.estimation.planning.listing import UnitList, id_text, listed
from analysis.estimation.planning.selection import Selection, draw_key, random_numbers, simple_random, systematic

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["srs", "systematic", "pps"]
IfFewer = Literal["fail", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How one stage draws, inside each unit drawn at the stage before and each stratum.

    `unit`: the column that identifies the units. `method`: `srs` without replacement; `systematic`, equal
    probabilities; `pps`, systematic with probability proportional to `size`, a column (units as large as the interval
    are taken with certainty). `take`: units a stratum, one number for all or by the stratum's label: the units drawn
    before and the strata, joined by «|». `strata`: columns. `sort`: columns the list is sorted by before the unit's
    own id (implicit strata of a systematic draw). `if_fewer`: a list shorter than `take` fails, or is taken whole.
    """

    unit: str
    method: Method
    take: int | Mapping[str, int]
    strata: tuple[str, ...] = ()
    size: str | None = None
    sort: tuple[str, ...] = ()
    if_fewer: IfFewer = "fail"

    def __post_init__(self) -> None:
        check_option("method", self.method, Method)
        check_option("if_fewer", self.if_fewer, IfFewer)
        if (self.method == "pps") != (self.size is not None):
            raise EstimationError("PLN_NEEDS_SIZE", unit=self.unit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw:
    """A sample and how it came about.

    `units`: the columns of units, first stage first. `sample`: columns with one value a unit drawn at the last stage:
    the units; per stage k `stratum_k` (certainty units in a stratum of their own), `pi_k` inclusion probability,
    `fpc_k` units in that stratum's population; `pi` their product; `weight` 1/pi. `rows`: where the units stand in the
    last stage's frame. `audit`: per stage, columns with one value for every unit of the frame that could be drawn.
    """

    seed: int
    units: tuple[str, ...]
    sample: Mapping[str, Values]
    rows: Codes
    audit: tuple[Mapping[str, Values], ...]

    @property
    def paths(self) -> list[tuple[str, ...]]:
        """Of each unit drawn, its id below those of the units it lies in."""
        return list(zip(*(self.sample[name].tolist() for name in self.units), strict=True))

    def design(self) -> Design:
        """The design of this sample, by its columns' names.

        After a PPS stage its fpc is a cautious approximation: 1 − n/N is at least Hartley and Rao's 1 − Σπ²/n (1962).
        """
        stages = range(1, len(self.units) + 1)
        return Design(
            strata=tuple(f"stratum_{k}" for k in stages),
            psu=self.units,
            weight="weight",
            fpc=tuple(f"fpc_{k}" for k in stages),
        )

    def to_frame(self) -> "pd.DataFrame":
        """The sample, one row a unit drawn."""
        import pandas as pd  # noqa: PLC0415  only who asks for a frame pays for pandas

        return pd.DataFrame(dict(self.sample))

    def audit_frame(self) -> "pd.DataFrame":
        """Every unit of every stage's list, in list order, with all that is needed to draw again by hand.

        `key` and the seed make the random numbers (see `random_numbers`); `Selection` says how they choose.
        """
        import pandas as pd  # noqa: PLC0415  only who asks for a frame pays for pandas

        return pd.concat([pd.DataFrame(dict(stage)) for stage in self.audit], ignore_index=True)


def draw(frame: Any, stage: Stage, *, seed: int, within: Draw | None = None) -> Draw:
    """Draws one stage from a frame with one row a unit: a mapping of columns, or a data frame.

    `within`: the draw of the stages before; the frame then has their unit columns too, and only the rows of units
    drawn there are used. The draw depends on the seed, the list (its units, strata, sizes, sort columns) and nothing
    else: not on the order of rows, not on other strata or units. `seed`: any whole number from 0 on. Raises
    EstimationError naming column, unit or stratum.
    """
    above, drawn = (within.units, within.paths) if within else ((), [()])
    units = (*above, stage.unit)
    number = len(units)
    check_count("seed", seed, 0)
    _check_names(units)
    table = listed(
        Columns(frame),
        unit=stage.unit,
        strata=names_of(stage.strata, empty=True),
        sort=names_of(stage.sort, empty=True),
        size=stage.size,
        above=above,
        drawn=drawn,
    )
    count = len(table.units)
    audit: dict[str, Values] = {
        "seed": _objects([seed] * count),  # as given: it may be longer than 64 bits
        "stage": np.full(count, number),
        "method": _objects([stage.method] * count),
        "parent": _objects(["|".join(path) for path in table.parents]),
        "stratum": _objects(["|".join(path) for path in table.strata]),
        "unit": _objects(table.units),
        "position": np.arange(count) - np.repeat(table.starts[:-1], np.diff(table.starts)) + 1,
        "population": np.repeat(np.diff(table.starts), np.diff(table.starts)),
        "take": np.zeros(count, dtype=int),
        "size": table.size,
        **{name: np.full(count, np.nan) for name in ("random_number", "cumulative_size", "random_start", "interval")},
        "certainty": np.zeros(count, dtype=bool),
        "selected": np.zeros(count, dtype=bool),
        "pi": np.zeros(count),
        "key": _objects([""] * count),
    }
    fpc = np.zeros(count, dtype=int)
    for start, end in zip(table.starts[:-1], table.starts[1:], strict=True):
        here = slice(start, end)
        take = _take(stage, (*table.parents[start], *table.strata[start]), int(end - start))
        key = draw_key(number, table.parents[start], table.strata[start])
        found = _select(stage, table.size[here], take, seed, key)
        audit["take"][here] = take
        audit["random_number"][here] = found.random
        audit["cumulative_size"][here] = found.cumulative
        audit["random_start"][here] = found.start
        audit["interval"][here] = found.interval
        audit["certainty"][here] = found.certainty
        audit["selected"][here] = found.selected
        audit["pi"][here] = found.probability
        audit["key"][here] = key
        certain = int(found.certainty.sum())
        fpc[here] = np.where(found.certainty, certain, len(found.certainty) - certain)
    return _result(units, table, audit, fpc, seed, within)


def draw_stages(frames: Sequence[Any], stages: Sequence[Stage], *, seed: int) -> Draw:
    """Draws stage after stage, each from its own frame, inside the units drawn before; see `draw`."""
    if not stages or len(frames) != len(stages):
        raise EstimationError("PLN_FRAMES", got=len(frames), stages=len(stages))
    drawn: Draw | None = None
    for frame, stage in zip(frames, stages, strict=True):
        drawn = draw(frame, stage, seed=seed, within=drawn)
    assert drawn is not None  # noqa: S101  there is at least one stage
    return drawn


def _select(stage: Stage, size: Floats, take: int, seed: int, key: str) -> Selection:
    if stage.method == "srs":
        return simple_random(len(size), take, random_numbers(seed, key, len(size)))
    random = float(random_numbers(seed, key, 1)[0])
    if stage.method == "pps":
        return systematic(size, take, random, certainties=True)
    return systematic(np.ones(len(size)), take, random, certainties=False)


def _take(stage: Stage, path: tuple[str, ...], count: int) -> int:
    label = "|".join(path)
    take = stage.take
    if isinstance(take, Mapping):
        given = {id_text(name): number for name, number in take.items()}
        if label not in given:
            raise EstimationError("PLN_NO_TAKE", stratum=label, given=", ".join(given))
        take = given[label]
    if not _is_count(take):
        raise EstimationError("PLN_STRATUM_VALUE", stratum=label, name="take", got=take, allowed="1, 2, 3 …")
    if take > count and stage.if_fewer == "fail":
        raise EstimationError("PLN_TOO_MANY", stratum=label, got=take, count=count)
    return min(int(take), count)


def _is_count(take: object) -> bool:
    """A whole number from 1 on, 5.0 as well: takes may come from a column with gaps."""
    return isinstance(take, Real) and float(take) >= 1 and float(take) % 1 == 0


def _result(
    units: tuple[str, ...], table: UnitList, audit: dict[str, Values], fpc: Values, seed: int, within: Draw | None
) -> Draw:
    chosen = np.flatnonzero(audit["selected"])
    number, parent = len(units), table.parent[chosen]
    before = {name: values[parent] for name, values in within.sample.items()} if within else {}
    above = before.pop("pi", np.ones(len(chosen)))
    before.pop("weight", None)
    label = zip(audit["stratum"][chosen], audit["certainty"][chosen], strict=True)
    sample = {
        **before,
        units[-1]: audit["unit"][chosen],
        f"stratum_{number}": _objects([f"{name}|certainty".lstrip("|") if sure else name for name, sure in label]),
        f"pi_{number}": audit["pi"][chosen],
        f"fpc_{number}": fpc[chosen],
        "pi": above * audit["pi"][chosen],
        "weight": 1 / (above * audit["pi"][chosen]),
    }
    trail = (*(within.audit if within else ()), audit)
    return Draw(seed=seed, units=units, sample=sample, rows=table.rows[chosen], audit=trail)


def _check_names(units: tuple[str, ...]) -> None:
    own = {f"{name}_{k}" for name in ("stratum", "pi", "fpc") for k in range(1, len(units) + 1)} | {"pi", "weight"}
    for position, name in enumerate(units):
        if name in own or name in units[:position]:
            raise EstimationError("PLN_COLUMN_TAKEN", column=name)


def _objects(values: Sequence[object]) -> Values:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
