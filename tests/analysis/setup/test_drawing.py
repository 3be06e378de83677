"""A draw gives weights that add up to the population, and anybody with the seed draws it again."""

import random
from dataclasses import replace

import pytest

from analysis.estimation.errors import EstimationError
from analysis.setup.aim import Aim
from analysis.setup.drawing import Drawn, Method, drawn, read_recipe, recipe_of, round_places, to_json
from analysis.setup.frame import Frame
from analysis.setup.sharing import Sharing, share_out
from tests.analysis.setup.frames import COMMUNES, VILLAGES, frame

AIM = Aim(half_width=0.05, level=0.95, share=0.5, icc=0.05, per_psu=20, villages=2, response_rate=0.8)


def made(text: str, *, method: Method = "pps", seed: int = 7, answers: int = 120) -> tuple[Frame, Drawn]:
    listed = frame(text)
    shared = share_out(listed, AIM, Sharing(), answers)
    return listed, drawn(listed, recipe_of(shared, AIM, seed=seed, method=method, rated="unit"))


@pytest.mark.parametrize("text", [COMMUNES, VILLAGES])
@pytest.mark.parametrize("seed", range(5))
def test_weights_of_a_draw_by_size_sum_to_the_population(text: str, seed: int) -> None:
    # Systematic PPS: people / probability is the interval for every commune, so the sum is exact whatever is drawn.
    listed, draw = made(text, seed=seed)
    found = dict.fromkeys(listed.strata, 0.0)
    for place in draw.places:
        found[place.stratum] += place.weight * place.wanted
    assert found == pytest.approx(dict(listed.strata))


def test_weights_of_a_simple_random_draw_are_right_on_average() -> None:
    # 2 of 2 communes in B: no chance. A: 4 communes, 3 drawn, so the estimates of all seeds lie around 2000.
    listed = frame(COMMUNES)
    shared = share_out(listed, AIM, Sharing(), 90)
    assert [each.take for each in shared.strata] == [3, 2]
    totals = []
    for seed in range(40):
        draw = drawn(listed, recipe_of(shared, AIM, seed=seed, method="srs", rated="unit"))
        assert sum(p.weight * p.wanted for p in draw.places if p.stratum == "Huyện B") == pytest.approx(1000)
        here = [place for place in draw.places if place.stratum == "Huyện A"]
        assert all(place.weight == pytest.approx(place.people / 0.75 / place.wanted) for place in here)
        totals.append(round(sum(place.weight * place.wanted for place in here), 6))
    possible = {round((2000 - left) / 0.75, 6) for left in (1000, 500, 300, 200)}
    assert set(totals) == possible


def test_answers_are_those_of_the_plan_and_villages_share_their_communes_weight() -> None:
    _, draw = made(VILLAGES, answers=121)
    assert sum(place.wanted for place in draw.places) == 121
    for place in draw.places:
        assert len(place.villages) == 2
        for village in place.villages:
            # One weight for the commune's respondents: each village's own would be this, but for whole answers.
            own = village.people / (place.probability * village.probability * village.wanted)
            assert own == pytest.approx(place.weight, rel=0.08)
            assert village.wanted <= 0.8 * village.ask < village.wanted + 0.8


@pytest.mark.parametrize("method", ["pps", "srs"])
def test_people_of_a_stratum_weigh_nearly_alike_even_where_a_commune_is_drawn_for_certain(method: Method) -> None:
    # Equal parts would let a person of the large commune count 7 times as much as others.
    listed, draw = made(VILLAGES + "Huyện A,Xã 9,Thôn lớn,3000,UBND xã 9\n", method=method, answers=600)
    for stratum in listed.strata:
        weights = [place.weight for place in draw.places if place.stratum == stratum]
        assert max(weights) < 1.35 * min(weights), stratum
    if method == "pps":
        assert next(place for place in draw.places if place.psu == "Xã 9").certain


def test_nobody_is_asked_for_more_answers_than_a_village_has_people() -> None:
    small = "stratum,psu,village,people\n" + "".join(f"A,Xã {c},Thôn {v},5\n" for c in (1, 2, 3) for v in (1, 2, 3))
    _, draw = made(small, answers=18)
    assert all(village.wanted <= village.people for place in draw.places for village in place.villages)
    with pytest.raises(EstimationError):
        made(small, answers=40)  # two of three villages are drawn in each commune: 30 people


def test_the_order_of_the_rows_and_the_writing_of_letters_do_not_matter() -> None:
    _, draw = made(VILLAGES)
    head, *rows = VILLAGES.splitlines()
    random.Random(1).shuffle(rows)
    _, again = made("\n".join([head, *rows]))

    def chosen(found: Drawn) -> set[tuple[str, str, float]]:
        return {
            (place.psu, village.name, round(place.weight, 9)) for place in found.places for village in place.villages
        }

    assert chosen(draw) == chosen(again)
    assert chosen(made(VILLAGES, seed=8)[1]) != chosen(draw)


def test_the_recipe_in_the_paper_draws_the_same_sample() -> None:
    listed, draw = made(VILLAGES)
    recipe, revision = read_recipe(to_json(draw, 3))
    assert revision == 3
    assert drawn(listed, recipe).places == draw.places


def test_drawn_communes_become_places_and_their_villages_desks() -> None:
    _, draw = made(VILLAGES)
    places, desks = round_places(draw)
    assert [place.code for place in places[:2]] == ["P001", "P002"]
    assert sum(place.wanted for place in places) == 120
    assert all(place.fpc is None and place.unit.startswith("UBND xã") for place in places)
    assert len(desks) == 2 * len(places)
    assert {desk.place for desk in desks} == {place.code for place in places}
    assert round_places(made(COMMUNES)[1])[1] == ()


@pytest.mark.parametrize(("rated", "unit"), [("stratum", "Huyện A"), ("psu", "Xã 1"), ("unit", "UBND xã 1")])
def test_the_office_that_is_rated_is_what_the_plan_says(rated: str, unit: str) -> None:
    listed, draw = made(VILLAGES)
    again = drawn(listed, replace(draw.recipe, rated=rated, takes={"Huyện A": 6, "Huyện B": 6}))  # type: ignore[arg-type]
    assert next(place.unit for place in again.places if (place.stratum, place.psu) == ("Huyện A", "Xã 1")) == unit
