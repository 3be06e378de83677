"""The wait after wrong tries."""

import pytest

from survey.access import FIRST_WAIT, FREE_TRIES, LONGEST_WAIT, Patience


def test_after_five_tries_one_waits_longer_and_longer_up_to_a_quarter_of_an_hour() -> None:
    patience = Patience()
    now = 0.0
    assert [patience.try_now("a", now) for _ in range(FREE_TRIES)] == [0.0] * FREE_TRIES
    waits = []
    for _ in range(8):
        wait = patience.try_now("a", now)
        assert patience.try_now("a", now + wait - 1) == pytest.approx(1)  # asking early counts nothing
        waits.append(wait)
        now += wait
        assert patience.try_now("a", now) == 0.0
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT


def test_one_clients_wrong_tries_do_not_lock_out_another_and_success_forgives() -> None:
    patience = Patience()
    for _ in range(FREE_TRIES):
        patience.try_now("stranger", 0.0)
    assert patience.try_now("stranger", 0.0) > 0
    assert patience.try_now("analyst", 0.0) == 0.0
    patience.forget("stranger")
    assert patience.try_now("stranger", 0.0) == 0.0


def test_a_crowd_of_addresses_does_not_fill_the_memory() -> None:
    patience = Patience()
    for number in range(10_050):
        patience.try_now(str(number), 0.0)
    assert len(patience._tries) == 10_000
