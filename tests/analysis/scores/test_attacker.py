"""The independent check works out of published tables what can be worked out, and no more."""

from collections.abc import Collection, Mapping, Sequence

import pytest

from analysis.scores.attacker import OTHER, PEOPLE, SATISFIED, Key, Published, Shown, Wanted, bounds, exposures

Table = Mapping[str, Mapping[str, int]]

# Federal Committee on Statistical Methodology, Statistical Policy Working Paper 22 (1994, 2005), "Report on statistical
# disclosure limitation methodology", chapter II: delinquent children by county and education of the head of household.
EDUCATION = ("low", "medium", "high", "very high")
CHILDREN: Table = {
    "Alpha": dict(zip(EDUCATION, (15, 1, 3, 1), strict=True)),
    "Beta": dict(zip(EDUCATION, (20, 10, 10, 15), strict=True)),
    "Gamma": dict(zip(EDUCATION, (3, 10, 10, 2), strict=True)),
    "Delta": dict(zip(EDUCATION, (12, 14, 7, 2), strict=True)),
}
# Two or more cells are hidden in every row and column with a small one, and it does not help.
HIDDEN_IN_VAIN = (
    *(("Alpha", education) for education in EDUCATION[1:]),
    *(("Beta", education) for education in EDUCATION[1:3]),
    *((county, education) for county in ("Gamma", "Delta") for education in ("low", "very high")),
)
# R package GaussSuppression (Statistics Norway), vignette "Small count frequency table suppression": example 1 of 2014,
# cells of at most one person hidden, and the cells that the package hides beside.
SPAIN: Table = {
    "young": {"Spain": 5, "Iceland": 2, "Portugal": 0},
    "old": {"Spain": 6, "Iceland": 3, "Portugal": 4},
}


def frequencies(table: Table, hidden: Collection[tuple[str, str]]) -> Published:
    """A table of frequencies with its totals: all answers are satisfied, and their numbers are known where shown."""
    columns = tuple(next(iter(table.values())))
    full: dict[Key, int] = {}
    for row, cells in table.items():
        full |= {("row", row, column): count for column, count in cells.items()}
        full["row", row, "overall"] = sum(cells.values())
    for column in (*columns, "overall"):
        full["", "", column] = sum(full["row", row, column] for row in table)
    return Published(
        cells={
            key: Shown(people=None) if key[1:] in hidden else Shown(people=count, share=1.0 if count else None)
            for key, count in full.items()
        },
        items={column: frozenset({column}) for column in columns} | {"overall": frozenset(columns)},
        step=0.0,
        counted=False,
        masses={key: float(count) for key, count in full.items()},
    )


def ranges(published: Published, cells: Sequence[tuple[str, str]]) -> list[tuple[float, float]]:
    return [
        (round(low, 6), round(high, 6))
        for low, high in bounds(published, [(("row", *cell), SATISFIED) for cell in cells])
    ]


def test_the_published_example_of_a_pattern_that_does_not_protect_is_seen_through() -> None:
    # Rows Alpha and Beta less columns medium and high: (20 + 55) − (35 + 30) leaves one number unknown, and it is 1.
    assert ranges(frequencies(CHILDREN, HIDDEN_IN_VAIN), [("Alpha", "very high")]) == [(1.0, 1.0)]


def test_the_published_example_of_statistics_norway_is_protected_and_its_small_cell_alone_is_not() -> None:
    square = [(age, country) for age in SPAIN for country in ("Iceland", "Portugal")]
    # Iceland 5 = young + old, young = 2 + 0 people in the two hidden countries: each of the four can shift by 2.
    assert ranges(frequencies(SPAIN, square), square) == [(0.0, 2.0), (0.0, 2.0), (3.0, 5.0), (2.0, 4.0)]
    assert ranges(frequencies(SPAIN, square[1:2]), square[1:2]) == [(0.0, 0.0)]


def two_units(first: Shown, second: Shown, whole: Shown, **changes: object) -> Published:
    cells = {("", "", "q"): whole, ("unit", "A", "q"): first, ("unit", "B", "q"): second}
    return Published(**({"cells": cells, "items": {"q": frozenset({"q"})}, "step": 0.0001} | changes))  # type: ignore[arg-type]


def test_people_and_share_together_give_the_number_behind_them() -> None:
    # 30 of 40 and 27 of 36 published: the 4 others hold 3 satisfied.
    published = two_units(Shown(people=36, share=0.75), Shown(people=None), Shown(people=40, share=0.75))
    numbers = [(("unit", "B", "q"), measure) for measure in (PEOPLE, SATISFIED, OTHER)]
    assert bounds(published, numbers) == ((4.0, 4.0), (3.0, 3.0), (1.0, 1.0))


def test_a_rounded_share_is_known_within_its_rounding() -> None:
    # 0.5000 of 40,000 is anything from 19,998 to 20,002; what is left of 20,005 is 3 to 7.
    published = two_units(Shown(people=40_000, share=0.5), Shown(people=None), Shown(people=40_010, share=0.5))
    [(low, high)] = bounds(published, [(("unit", "B", "q"), SATISFIED)])
    assert (low, high) == (20_003 - 20_002, 20_007 - 19_998)


def test_groups_inside_a_coarser_group_are_subtracted_from_it() -> None:
    cells = {
        ("", "", "q"): Shown(people=70, share=0.5),
        ("district", "1", "q"): Shown(people=30, share=0.5),
        ("district", "2", "q"): Shown(people=40, share=0.5),
        ("commune", "1a", "q"): Shown(people=25, share=0.6),
        ("commune", "1b", "q"): Shown(people=None),
        ("commune", "2a", "q"): Shown(people=None),
        ("commune", "2b", "q"): Shown(people=20, share=0.5),
    }
    items = {"q": frozenset({"q"})}
    numbers = [(("commune", level, "q"), PEOPLE) for level in ("1b", "2a")]
    apart = Published(cells=cells, items=items, step=0.0001)
    assert bounds(apart, numbers) == ((0.0, 25.0), (0.0, 25.0))
    inside = {("commune", f"{n}{letter}"): (("district", f"{n}"),) for n in (1, 2) for letter in "ab"}
    nested = Published(cells=cells, items=items, step=0.0001, inside=inside)
    assert bounds(nested, numbers) == ((5.0, 5.0), (20.0, 20.0))


def test_a_hidden_item_is_worked_out_from_its_factor_and_the_other_items() -> None:
    # 18 of 20 satisfied with q1, 75 % of all answers: with n answers to q2, 0.75 (20 + n) − 18 of them are satisfied.
    cells = {
        ("", "", "q1"): Shown(people=20, share=0.9),
        ("", "", "q2"): Shown(people=None),
        ("", "", "f"): Shown(people=20, share=0.75),
    }
    published = Published(
        cells=cells, items={"q1": frozenset({"q1"}), "q2": frozenset({"q2"}), "f": frozenset({"q1", "q2"})}, step=0.0001
    )
    [people, satisfied] = bounds(published, [(("", "", "q2"), PEOPLE), (("", "", "q2"), SATISFIED)])
    assert people == pytest.approx((4, 20), abs=0.01)
    assert satisfied == pytest.approx((0, 12), abs=0.01)


def test_only_what_is_narrowed_below_what_is_wanted_is_an_exposure() -> None:
    key = ("unit", "B", "q")
    published = two_units(Shown(people=None), Shown(people=None), Shown(people=40, share=0.75))
    assert exposures(published, [Wanted(key=key, measure=SATISFIED, low=1, high=30)]) == ()
    [found] = exposures(published, [Wanted(key=key, measure=SATISFIED, low=1, high=31)])
    assert (found.low, found.high) == (0, 30)


def test_tables_that_contradict_each_other_are_told() -> None:
    published = two_units(Shown(people=36, share=0.75), Shown(people=None), Shown(people=30, share=0.75))
    with pytest.raises(ValueError, match="contradict"):
        bounds(published, [(("unit", "B", "q"), PEOPLE)])
