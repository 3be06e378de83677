"""Sizes against published figures and hand calculations; sharing out against the rules' formulas."""

import math
from dataclasses import replace

import pytest

from analysis.estimation.errors import EstimationError
from analysis.setup.aim import Aim, settings, sizes, start, to_ask
from analysis.setup.sharing import Sharing, share_out
from tests.analysis.setup.frames import frame

AIM = Aim(half_width=0.05, level=0.95, share=0.5, icc=0.05, per_psu=31, villages=2, response_rate=1.0)


def test_both_formulas_give_the_sizes_they_are_known_for() -> None:
    found = {size.formula: size for size in sizes(AIM, 31_600)}
    # 31600 / (1 + 31600 * 0.0025) = 395, the number of slips that the method's survey got.
    assert found["yamane"].need == 395
    # Cochran 1977, 4.4: n0 = 1.96^2 * 0.25 / 0.05^2 = 384.15; n0 / (1 + (n0 - 1) / N) = 379.54.
    assert found["cochran"].need == 380
    assert found["cochran"].simple == pytest.approx(0.05, abs=1e-4)


def test_what_a_size_really_gives_is_wider_by_the_root_of_the_design_effect() -> None:
    # 31 people a commune and an ICC of 0.05: 1 + 30 * 0.05 = 2.5 (Kish 1965).
    assert AIM.deff == pytest.approx(2.5)
    for size in sizes(AIM, 10**9):
        assert size.real == pytest.approx(size.simple * math.sqrt(2.5), rel=1e-9)
    clustered = sizes(AIM, 10**9)[-1]
    assert clustered.need == math.ceil(2.5 * 1.959964**2 * 0.25 / 0.05**2)  # 960.4
    assert clustered.real == pytest.approx(0.05, abs=1e-4)


def test_more_are_asked_than_answer_and_never_more_than_there_are() -> None:
    assert sizes(replace(AIM, response_rate=0.5), 31_600)[0].ask == 790
    assert (to_ask(10, 0.9, 100), to_ask(9, 0.9, 100), to_ask(10, 0.5, 15)) == (12, 10, 15)


def test_every_start_value_says_where_it_comes_from() -> None:
    assert start().half_width == 0.05
    for name, table in settings().items():
        assert set(table) == {"value", "mark", "source"}, name
        assert {"vi", "en"} == set(table["source"])


def test_answers_are_shared_out_by_the_rules() -> None:
    both = {"Huyện A": 0.9, "Huyện B": 0.5}  # spreads 0.3 and 0.5, people 2000 and 1000
    for sharing, expected in (
        (Sharing(rule="proportional"), [200, 100]),
        (Sharing(rule="equal"), [150, 150]),
        (Sharing(rule="neyman", shares=both), [164, 136]),  # 2000*0.3 : 1000*0.5 = 6 : 5
        (Sharing(rule="proportional", least=120), [180, 120]),
        (Sharing(rule="proportional", most=180), [180, 120]),
    ):
        assert [each.answers for each in share_out(frame(), AIM, sharing, 300).strata] == expected
    with pytest.raises(EstimationError):
        share_out(frame(), AIM, Sharing(least=200), 300)


def test_shares_typed_for_neyman_count_under_no_other_rule() -> None:
    typed = Sharing(rule="proportional", shares={"Huyện A": 0.9, "Huyện B": 0.9})
    assert share_out(frame(), AIM, typed, 300) == share_out(frame(), AIM, Sharing(), 300)


def test_communes_are_two_at_least_and_no_more_than_there_are() -> None:
    shared = share_out(frame(), AIM, Sharing(), 30)
    assert [(each.answers, each.take) for each in shared.strata] == [(20, 2), (10, 2)]
    assert [each.take for each in share_out(frame(), AIM, Sharing(), 900).strata] == [4, 2]


def test_the_precision_of_a_stratum_and_of_the_whole_follow_from_the_communes() -> None:
    shared = share_out(frame(), replace(AIM, icc=0.1), Sharing(), 300)
    first = shared.strata[0]  # 200 answers in 4 of 4 communes, 50 each: deff 1 + 49 * 0.1 = 5.9
    variance = 5.9 * 0.25 * (2000 / 1999) / 200 * (1 - 200 / 2000)
    assert first.half_width == pytest.approx(1.959964 * math.sqrt(variance), rel=1e-6)
    # Whole: sum of W^2 S^2/n * deff, S^2 = 0.25 as of ever so many people; df = (4 - 1) + (2 - 1) = 4, t = 2.776.
    variance = (2 / 3) ** 2 * 0.25 / 200 * 5.9 + (1 / 3) ** 2 * 0.25 / 100 * 5.9
    assert shared.half_width == pytest.approx(2.776445 * math.sqrt(variance), rel=1e-6)
