"""Does the quality page see forged slips, and does it leave honest units alone? Rounds whose forgeries are known.

A round has 20 units of 30, 60, 150 and 400 slips, or 11 small ones. Honest people differ, so do units, places and days:
a person's leaning is the round's level + unit + place + day + person, each normal; an answer of 1 to 5 adds a noise of
its own; a part of the people gives one answer throughout. Then one unit of a clean round gets forged slips in place of
honest ones: all top answers, random high answers (4 or 5), or copies of an honest slip with one answer in twenty drawn
anew; spread over the unit's days, or on one day at one place. The tests know nothing of this model: what they take as
normal comes from the other units of the round (analysis/scores/quality_excess.py).

python -m benchmarks.stuffing [ROUNDS]

Prints and puts into benchmarks/results/stuffing.txt: suspected units of the clean ones, by setting and size, and of the
forged ones, by kind of forgery, size and share. Fails where more than 1 % of a setting's clean units are suspected.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.scores.quality_excess import TESTS, unit_burst, unit_excess
from analysis.scores.quality_rules import load_quality_rules
from analysis.scores.quality_slips import Ints, QualitySlips
from analysis.scores.quality_yardstick import Yardstick

ROUNDS = 100
SEED = 20_267
SIZES = (30, 60, 150, 400)
SHARES = (0.05, 0.10, 0.20)
KINDS = ("all top", "high", "copies")
WAYS = ("spread", "one day")
RULES = load_quality_rules()
RESULTS = Path(__file__).parent / "results" / "stuffing.txt"
_CUTS = np.array([-2.2, -1.3, -0.5, 0.6])
_DAYS = 20
_MOST = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """An honest population. `spreads`: standard deviations of the leanings of units, of their places, of their days;
    `lines`: share of people who give one answer throughout; `places`, `days`: where and on which a unit
    is asked; `forged`: whether forgeries are tried in it too."""

    name: str
    items: int
    level: float
    spreads: tuple[float, float, float]
    lines: float
    places: int = 3
    days: int = 20
    units: tuple[int, ...] = SIZES * 5
    person: float = 0.9
    noise: float = 0.45
    forged: bool = True


_NEAR, _USUAL, _APART = (0.15, 0.1, 0.1), (0.25, 0.2, 0.15), (0.5, 0.35, 0.3)
SETTINGS = (
    Setting(
        name="33 items, all top is rare", items=33, level=-0.2, lines=0.0, noise=0.65, spreads=_USUAL, forged=False
    ),
    Setting(name="22 items, middling", items=22, level=0.2, lines=0.10, spreads=_NEAR),
    Setting(name="22 items, content", items=22, level=0.9, lines=0.25, spreads=_USUAL),
    Setting(name="22 items, units apart", items=22, level=0.5, lines=0.15, forged=False, spreads=_APART),
    Setting(
        name="22 items, 1 place, 2 days",
        items=22,
        level=0.7,
        lines=0.15,
        places=1,
        days=2,
        forged=False,
        spreads=_APART,
    ),
    Setting(name="4 items, middling", items=4, level=0.2, lines=0.10, forged=False, spreads=_NEAR),
    Setting(name="4 items, content", items=4, level=0.9, lines=0.25, spreads=_USUAL),
    Setting(
        name="22 items, 11 small units", items=22, level=0.5, lines=0.15, units=(30,) * 8 + (60,) * 3, spreads=_USUAL
    ),
)


def clean_round(setting: Setting, dice: np.random.Generator) -> QualitySlips:
    """One honest round."""
    unit = np.repeat(np.arange(len(setting.units)), setting.units)
    size, units = len(unit), len(setting.units)
    place = unit * 3 + dice.integers(0, setting.places, size)
    # A round's days have busy and quiet ones; each unit has its own on top of that.
    busy = np.exp(0.5 * dice.standard_normal(setting.days) + 0.5 * dice.standard_normal((units, setting.days))).cumsum(
        axis=1
    )
    day = (dice.random(size)[:, None] * busy[unit, -1:] > busy[unit]).sum(axis=1)
    cell = place * _DAYS + day
    of_unit, of_place, of_day = setting.spreads
    leaning = setting.level + of_unit * dice.standard_normal(units)[unit]
    leaning += of_place * dice.standard_normal(3 * units)[place]
    leaning += of_day * dice.standard_normal(3 * units * _DAYS)[cell] + setting.person * dice.standard_normal(size)
    of_item = 0.3 * dice.standard_normal(setting.items)
    latent = leaning[:, None] + of_item + setting.noise * dice.standard_normal((size, setting.items))
    items = 1 + (latent[:, :, None] > _CUTS).sum(axis=2)
    line = dice.random(size) < setting.lines
    items[line] = (1 + (leaning[line, None] > _CUTS).sum(axis=1))[:, None]
    items[dice.random(items.shape) < 0.02] = -1
    return _slips(unit, place, day, items)


def _slips(unit: Ints, place: Ints, day: Ints, items: Ints) -> QualitySlips:
    cells, cell = np.unique(place * _DAYS + day, return_inverse=True)
    return QualitySlips(
        ids=tuple(map(str, range(len(unit)))),
        units=tuple(f"u{k:02d}" for k in range(int(unit.max()) + 1)),
        unit=unit,
        cells=tuple((f"u{code // _DAYS // 3}", f"p{code // _DAYS}", f"d{code % _DAYS:02d}") for code in cells),
        cell=cell.astype(np.int64),
        days=tuple(f"d{k:02d}" for k in range(_DAYS)),
        day=day.astype(np.int64),
        items=items.astype(np.int64),
        best=np.full(items.shape[1], 5),
    )


def forged(
    slips: QualitySlips, unit: int, share: float, kind: str, way: str, dice: np.random.Generator
) -> QualitySlips:
    """The round with this share of the unit's slips, at least one, replaced by forged ones."""
    mine = np.flatnonzero(slips.unit == unit)
    false = dice.choice(mine, max(1, round(share * len(mine))), replace=False)
    items, day = slips.items.copy(), slips.day.copy()
    place = np.array([int(where[1:]) for _, where, _ in slips.cells])[slips.cell]
    if kind == "all top":
        items[false] = 5
    elif kind == "high":
        items[false] = dice.integers(4, 6, (len(false), items.shape[1]))
    else:
        original = dice.choice(mine[~slips.constant[mine]])
        items[false] = items[original]
        changed = dice.random((len(false), items.shape[1])) < 0.05
        items[false] = np.where(changed, dice.integers(3, 6, changed.shape), items[false])
    if way == "one day":
        day[false], place[false] = day[false[0]], place[false[0]]
    return _slips(slips.unit, place, day, items)


def suspected(slips: QualitySlips, yard: Yardstick, unit: int) -> tuple[bool, bool]:
    """Whether a test of stuffing speaks up (each has its part of the error), and whether a burst is listed."""
    found = unit_excess(yard, unit).values()
    burst = unit_burst(yard, unit)
    listed = burst is not None and burst.p * len(slips.units) <= RULES.alpha
    return any(each.p * len(TESTS) <= RULES.alpha for each in found), listed


def main(rounds: int) -> None:
    """Prints and keeps the tables; fails where too many clean units are suspected."""
    start = time.perf_counter()
    lines = [
        f"Rules {RULES.id}, version {RULES.version}: alpha {RULES.alpha:.0%}; seed {SEED}; shares of units.",
        "",
        "CLEAN UNITS that are suspected (not one slip is forged)",
        f"{'setting':28}{'units':>7}{'all top':>9}{'suspected':>11}  {'by size of unit':47}{'burst listed':>14}",
    ]
    wrong = []
    for setting in SETTINGS:
        line, share = _clean(setting, rounds)
        lines.append(line)
        print(line, flush=True)
        wrong += [setting.name] if share > _MOST else []
    lines += [
        "",
        "FORGED UNITS that are suspected, by the share of their slips that is forged; one forged unit a round",
    ]
    for setting in (each for each in SETTINGS if each.forged):
        for line in _power(setting, max(20, 2 * rounds // 5)):
            lines.append(line)
            print(line, flush=True)
    lines += ["", f"More than {_MOST:.0%} of the clean units suspected: {'; '.join(wrong) or 'none'}."]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{lines[-1]} {time.perf_counter() - start:.0f} s")
    if wrong:
        raise SystemExit("clean units are suspected too often")


def _clean(setting: Setting, rounds: int) -> tuple[str, float]:
    dice = np.random.default_rng((SEED, *setting.name.encode()))
    units: Counter[int] = Counter()
    hits: Counter[int] = Counter()
    bursts, tops = 0, []
    rounds = -(-rounds * len(SETTINGS[0].units) // len(setting.units))
    for _ in range(rounds):
        slips = clean_round(setting, dice)
        tops.append(float(slips.all_top.mean()))
        yard = Yardstick(slips=slips, rules=RULES)
        for unit, size in enumerate(setting.units):
            seen, listed = suspected(slips, yard, unit)
            units[size] += 1
            hits[size] += seen
            bursts += listed
    share = hits.total() / units.total()
    by_size = ", ".join(f"{size}: {hits[size] / units[size]:.2%}" for size in sorted(units))
    said = f"{setting.name:28}{units.total():>7,}{np.mean(tops):>9.1%}{share:>11.2%}  {by_size:47}"
    return f"{said}{bursts / units.total():>14.2%}", share


def _power(setting: Setting, rounds: int) -> Iterator[str]:
    sizes = sorted(set(setting.units))
    yield ""
    yield f"{setting.name} ({rounds} rounds a cell; burst listed in brackets)"
    shares = " / ".join(f"{share:.0%}" for share in SHARES)
    yield f"{'forged slips':24}" + "".join(f"{f'{size}: {shares}':>36}" for size in sizes)
    found = {size: _powers(setting, size, rounds) for size in sizes}
    for kind in KINDS:
        for way in WAYS:
            cells = []
            for size in sizes:
                told = [found[size][kind, way, share] for share in SHARES]
                cells.append(" / ".join(f"{seen / rounds:.0%} ({listed / rounds:.0%})" for seen, listed in told))
            yield f"{f'{kind}, {way}':24}" + "".join(f"{cell:>36}" for cell in cells)


def _powers(setting: Setting, size: int, rounds: int) -> Mapping[tuple[str, str, float], tuple[int, int]]:
    """Rounds in which a unit of this size is suspected, and those in which a burst is listed, by forgery."""
    dice = np.random.default_rng((SEED, size, *setting.name.encode()))
    unit = setting.units.index(size)
    found = {(kind, way, share): (0, 0) for kind in KINDS for way in WAYS for share in SHARES}
    for _ in range(rounds):
        clean = clean_round(setting, dice)
        pairs = Yardstick(slips=clean, rules=RULES).pairs
        for (kind, way, share), before in tuple(found.items()):
            slips = forged(clean, unit, share, kind, way, dice)
            yard = Yardstick(slips=slips, rules=RULES)
            yard.__dict__["pairs"] = pairs  # of the other units, whose slips are the same: not to be found anew
            seen, listed = suspected(slips, yard, unit)
            found[kind, way, share] = before[0] + seen, before[1] + listed
    return found


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
