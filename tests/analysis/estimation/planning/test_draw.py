"""The multi-stage draw: reproducible, auditable, weighted by what chance it gave."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation.errors import EstimationError
from analysis.estimation.planning import Stage, Strata, allocate, draw, draw_stages, random_numbers

RNG = np.random.default_rng(3)
COMMUNES = {
    "commune": [f"xã {i}" for i in range(1, 21)],
    "region": ["núi"] * 8 + ["phố"] * 12,
    "people": RNG.integers(500, 9000, 20).tolist(),
}
VILLAGES = {"commune": np.repeat(COMMUNES["commune"], 6), "village": np.tile(np.arange(1, 7), 20)}
HOUSEHOLDS = {
    "commune": np.repeat(COMMUNES["commune"], 6 * 12),
    "village": np.tile(np.repeat(np.arange(1, 7), 12), 20),
    "household": np.tile(np.arange(1, 13), 120),
}
BY_SIZE = Stage(unit="commune", method="pps", size="people", take={"núi": 3, "phố": 4}, strata=("region",))
STAGES = (
    BY_SIZE,
    Stage(unit="village", method="srs", take=2),
    Stage(unit="household", method="systematic", take=5),
)


def shuffled(frame: dict, seed: int) -> dict:
    order = np.random.default_rng(seed).permutation(len(next(iter(frame.values()))))
    return {name: np.asarray(values)[order] for name, values in frame.items()}


def three_stages(seed: int = 7, shuffle: int | None = None) -> pd.DataFrame:
    frames = [COMMUNES, VILLAGES, HOUSEHOLDS]
    if shuffle is not None:
        frames = [shuffled(frame, shuffle) for frame in frames]
    return draw_stages(frames, STAGES, seed=seed).to_frame()


def test_three_stages_give_every_household_its_weight() -> None:
    found = three_stages()
    assert len(found) == 7 * 2 * 5
    size = dict(zip(COMMUNES["commune"], COMMUNES["people"], strict=True))
    total = {"núi": sum(COMMUNES["people"][:8]), "phố": sum(COMMUNES["people"][8:])}
    take = {"núi": 3, "phố": 4}
    for row in found.itertuples():
        expected = take[row.stratum_1] * size[row.commune] / total[row.stratum_1] * (2 / 6) * (5 / 12)
        assert row.weight == pytest.approx(1 / expected)
    assert found[["fpc_2", "fpc_3"]].drop_duplicates().to_numpy().tolist() == [[6, 12]]
    assert found.groupby("stratum_1")["fpc_1"].first().to_dict() == {"núi": 8, "phố": 12}


def test_the_design_names_columns_of_the_sample() -> None:
    drawn = draw_stages([COMMUNES, VILLAGES, HOUSEHOLDS], STAGES, seed=1)
    design = drawn.design()
    assert design.psu == ("commune", "village", "household")
    assert set(design.columns()) <= set(drawn.to_frame().columns)


def test_the_same_seed_draws_the_same_and_another_seed_another() -> None:
    assert three_stages().equals(three_stages())
    assert not three_stages().equals(three_stages(seed=8))


@given(st.integers(0, 1000))
@settings(max_examples=5, deadline=None)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    assert three_stages(shuffle=seed).equals(three_stages())


def test_a_frame_from_a_workbook_draws_as_one_from_arrays() -> None:
    """Ids as whole numbers, as text, as numbers with a point, and letters written in two characters."""
    stage = Stage(unit="id", method="srs", take=4, strata=("s",))
    codes = list(range(8, 24))
    strata = ["Lạng Sơn", "Văn Quan"] * 8
    decomposed = ["La\u0323ng Sơn", "Va\u0306n Quan"] * 8
    found = [
        draw(frame, stage, seed=5).to_frame()
        for frame in (
            {"id": codes, "s": strata},
            {"id": [str(code) for code in codes], "s": decomposed},
            pd.DataFrame({"id": np.array(codes, dtype=float), "s": strata}),
            pd.DataFrame({"id": pd.array(codes, dtype="Int64"), "s": pd.Categorical(strata)}),
        )
    ]
    assert all(frame.equals(found[0]) for frame in found)


def test_a_new_stratum_changes_nothing_in_the_others() -> None:
    more = {
        "commune": [*COMMUNES["commune"], "đảo 1", "đảo 2"],
        "region": [*COMMUNES["region"], "biển", "biển"],
        "people": [*COMMUNES["people"], 900, 800],
    }
    stage = Stage(unit="commune", method="pps", size="people", take=2, strata=("region",))
    before, after = draw(COMMUNES, stage, seed=4).to_frame(), draw(more, stage, seed=4).to_frame()
    assert after[~after["commune"].str.startswith("đảo")].reset_index(drop=True).equals(before)


def test_a_second_stage_depends_only_on_its_own_unit() -> None:
    first = draw(COMMUNES, BY_SIZE, seed=7)
    stage = Stage(unit="village", method="srs", take=2)
    before = draw(VILLAGES, stage, seed=7, within=first).to_frame()
    changed = {"commune": [*VILLAGES["commune"], first.sample["commune"][0]], "village": [*VILLAGES["village"], 99]}
    after = draw(changed, stage, seed=7, within=first).to_frame()
    other = before["commune"] != first.sample["commune"][0]
    assert after[other].equals(before[other])


def test_an_auditor_draws_again_from_the_audit_frame_alone() -> None:
    """By the published rule only: key → random number → start or ranks → units; nothing of `systematic` is used."""
    drawn = draw_stages([COMMUNES, VILLAGES, HOUSEHOLDS], STAGES, seed=7)
    audit = drawn.audit_frame()
    assert audit["stage"].value_counts().to_dict() == {1: 20, 2: 7 * 6, 3: 14 * 12}
    for key, units in audit.groupby("key"):
        take, method = units["take"].iloc[0], units["method"].iloc[0]
        assert units["position"].tolist() == list(range(1, len(units) + 1))
        if method == "srs":
            again = units["random_number"].rank() <= take
            assert units["random_number"].tolist() == random_numbers(7, str(key), len(units)).tolist()
        else:
            rest = units[~units["certainty"]]
            size = rest["size"] if method == "pps" else pd.Series(1.0, index=rest.index)
            interval = size.sum() / (take - units["certainty"].sum())
            start = interval * random_numbers(7, str(key), 1)[0]
            upper = size.cumsum()
            assert upper.tolist() == rest["cumulative_size"].tolist()
            points = [start + k * interval for k in range(take)]
            hit = [any(low <= x < high for x in points) for low, high in zip(upper - size, upper, strict=True)]
            again = units["certainty"] | pd.Series(hit, index=rest.index).reindex(units.index, fill_value=False)
        assert again.tolist() == units["selected"].tolist()
    last = audit[(audit["stage"] == 3) & audit["selected"]]
    people = drawn.to_frame()[["commune", "village", "household"]].agg("|".join, axis=1)
    assert (last["parent"] + "|" + last["unit"]).tolist() == people.tolist()


def test_rows_lead_back_to_the_frame() -> None:
    drawn = draw_stages([COMMUNES, VILLAGES, HOUSEHOLDS], STAGES, seed=7)
    frame = pd.DataFrame(HOUSEHOLDS).iloc[drawn.rows]
    assert frame.astype(str).to_numpy().tolist() == drawn.to_frame()[list(frame.columns)].to_numpy().tolist()


def test_totals_of_the_sizes_are_exact_under_pps() -> None:
    for seed in range(20):
        found = draw(COMMUNES, BY_SIZE, seed=seed)
        people = np.array(COMMUNES["people"])[found.rows]
        assert people @ found.sample["weight"] == pytest.approx(sum(COMMUNES["people"]))


def test_certainty_units_are_a_stratum_of_their_own() -> None:
    frame = {"u": list("abcdef"), "size": [500, 20, 30, 20, 30, 20]}
    found = draw(frame, Stage(unit="u", method="pps", size="size", take=3), seed=1).to_frame().set_index("u")
    assert found.loc["a", ["stratum_1", "pi_1", "fpc_1"]].tolist() == ["certainty", 1.0, 1]
    assert found.drop("a")[["stratum_1", "fpc_1"]].drop_duplicates().to_numpy().tolist() == [["", 5]]


def test_sorting_spreads_a_systematic_draw_over_the_sort_column() -> None:
    """20 units, five of each kind, interval 5: one of each kind in every draw."""
    frame = {"id": list(range(20)), "kind": [10, 9, 100, 1] * 5}
    stage = Stage(unit="id", method="systematic", take=4, sort=("kind",))
    for seed in range(25):
        drawn = draw(frame, stage, seed=seed)
        assert sorted(np.array(frame["kind"])[drawn.rows]) == [1, 9, 10, 100]
    order = drawn.audit_frame()["unit"].astype(int).to_numpy()
    assert np.array(frame["kind"])[order].tolist() == [1] * 5 + [9] * 5 + [10] * 5 + [100] * 5


def test_ids_sort_as_numbers_then_as_text() -> None:
    found = draw({"id": ["10", "b", "9", "a", "2"]}, Stage(unit="id", method="srs", take=1), seed=0)
    assert found.audit_frame()["unit"].tolist() == ["2", "9", "10", "a", "b"]


def test_an_allocation_says_how_many() -> None:
    allocation = allocate(Strata.of(["núi", "phố"], [8, 12]), 10)
    stage = Stage(unit="commune", method="srs", take=allocation.by_stratum, strata=("region",))
    assert draw(COMMUNES, stage, seed=0).to_frame()["stratum_1"].value_counts().to_dict() == {"phố": 6, "núi": 4}


def test_a_short_list_may_be_taken_whole() -> None:
    stage = Stage(unit="village", method="srs", take=10, if_fewer="all")
    found = draw(VILLAGES, stage, seed=0, within=draw(COMMUNES, BY_SIZE, seed=0)).to_frame()
    assert len(found) == 7 * 6
    assert (found["pi_2"] == 1).all()


def test_villages_are_reached_as_often_as_the_product_of_probabilities_says() -> None:
    """300 fixed seeds, a frame of 12 villages; 4.5 binomial standard errors."""
    communes = {"c": [1, 2, 3, 4], "size": [10, 20, 30, 40]}
    villages = {"c": np.repeat([1, 2, 3, 4], 3), "v": np.tile([1, 2, 3], 4)}
    stages = (Stage(unit="c", method="pps", size="size", take=2), Stage(unit="v", method="srs", take=1))
    seen = np.zeros(12)
    for seed in range(300):
        seen[draw_stages([communes, villages], stages, seed=seed).rows] += 1
    pi = np.repeat([0.2, 0.4, 0.6, 0.8], 3) / 3
    assert (abs(seen / 300 - pi) < 4.5 * np.sqrt(pi * (1 - pi) / 300)).all()


def test_a_frame_may_hold_the_next_stages_units_of_units_not_drawn() -> None:
    first = draw(COMMUNES, BY_SIZE, seed=7)
    only = pd.DataFrame(VILLAGES)
    only = only[only["commune"].isin(first.sample["commune"])]
    stage = Stage(unit="village", method="srs", take=2)
    whole = draw(VILLAGES, stage, seed=7, within=first).to_frame()
    assert draw(only, stage, seed=7, within=first).to_frame().equals(whole)


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("PLN_NEEDS_SIZE", lambda: Stage(unit="u", method="pps", take=1)),
        ("PLN_NEEDS_SIZE", lambda: Stage(unit="u", method="srs", take=1, size="people")),
        ("EST_BAD_OPTION", lambda: Stage(unit="u", method="quota", take=1)),
        ("EST_BAD_OPTION", lambda: Stage(unit="u", method="srs", take=1, if_fewer="some")),
        ("EST_NO_COLUMN", lambda: draw(COMMUNES, Stage(unit="xã", method="srs", take=1), seed=0)),
        ("EST_NO_ROWS", lambda: draw({"u": []}, Stage(unit="u", method="srs", take=1), seed=0)),
        ("EST_MISSING_DESIGN", lambda: draw({"u": ["a", None]}, Stage(unit="u", method="srs", take=1), seed=0)),
        ("EST_MISSING_DESIGN", lambda: draw({"u": [1.0, float("nan")]}, Stage(unit="u", method="srs", take=1), seed=0)),
        ("PLN_UNIT_TWICE", lambda: draw({"u": ["a", "b", "a "]}, Stage(unit="u", method="srs", take=1), seed=0)),
        (
            "PLN_UNIT_TWICE",
            lambda: draw(
                {"u": ["a", "b", "a"], "s": [1, 1, 2]}, Stage(unit="u", method="srs", take=1, strata=("s",)), seed=0
            ),
        ),
        ("PLN_TOO_MANY", lambda: draw(COMMUNES, Stage(unit="commune", method="srs", take=21), seed=0)),
        ("PLN_STRATUM_VALUE", lambda: draw(COMMUNES, Stage(unit="commune", method="srs", take=0), seed=0)),
        ("PLN_STRATUM_VALUE", lambda: draw(COMMUNES, Stage(unit="commune", method="srs", take=math.nan), seed=0)),
        ("PLN_STRATUM_VALUE", lambda: draw(COMMUNES, Stage(unit="commune", method="srs", take="5"), seed=0)),
        ("EST_NOT_COUNT", lambda: draw(COMMUNES, BY_SIZE, seed="2026")),
        ("PLN_NO_TAKE", lambda: draw(COMMUNES, Stage(unit="commune", method="srs", take={"núi": 1}), seed=0)),
        (
            "PLN_BAD_SIZE",
            lambda: draw({"u": ["a", "b"], "n": [3, 0]}, Stage(unit="u", method="pps", size="n", take=1), seed=0),
        ),
        ("PLN_COLUMN_TAKEN", lambda: draw({"weight": [1, 2]}, Stage(unit="weight", method="srs", take=1), seed=0)),
        (
            "PLN_NO_UNITS",
            lambda: draw(
                {"commune": ["xã 1"], "village": [1]},
                Stage(unit="village", method="srs", take=1),
                seed=0,
                within=draw(COMMUNES, BY_SIZE, seed=0),
            ),
        ),
        ("EST_NOT_COUNT", lambda: draw(COMMUNES, BY_SIZE, seed=-1)),
        (
            "EST_RAGGED",
            lambda: draw({"u": [1, 2], "s": [1]}, Stage(unit="u", method="srs", take=1, strata=("s",)), seed=0),
        ),
        ("PLN_FRAMES", lambda: draw_stages([COMMUNES], STAGES, seed=0)),
    ],
)
def test_faults_of_a_frame_or_stage_are_named(code: str, call) -> None:
    with pytest.raises(EstimationError) as caught:
        call()
    assert caught.value.code == code


def test_a_unit_listed_twice_is_named_with_its_row() -> None:
    with pytest.raises(EstimationError, match=r"«a» is listed twice in the frame \(row 3\)"):
        draw({"u": ["a", "b", "a"]}, Stage(unit="u", method="srs", take=1), seed=0)
