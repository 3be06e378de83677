"""Half-samples balance: the matrices are Hadamard's, and no smaller order was passed over without need."""

import numpy as np
import pytest

from analysis.estimation.hadamard import hadamard

UNBUILT = {92, 116, 156, 172, 184, 188, 232, 236, 260, 268, 292, 324, 356, 372, 376, 404, 412, 428, 436, 452, 472, 476}
"""Orders below 500 that no construction of Paley and no product of such gives."""


@pytest.mark.parametrize("strata", [0, 1, 3, 4, 11, 27, 33, 35, 48, 51, 91, 99, 115, 163, 243, 251, 343])
def test_every_two_replicates_and_every_two_strata_are_orthogonal(strata: int) -> None:
    found = hadamard(strata).astype(int)
    order = len(found)
    assert order > strata
    assert set(np.unique(found)) == {-1, 1}
    assert (found @ found.T == order * np.eye(order)).all()
    assert (found[0] == 1).all()
    assert (found[1:].sum(axis=1) == 0).all()


def test_the_order_is_the_smallest_that_can_be_built() -> None:
    for wanted in range(4, 300, 4):
        expected = next(order for order in range(wanted, 500, 4) if order not in UNBUILT)
        assert len(hadamard(wanted - 1)) == expected
