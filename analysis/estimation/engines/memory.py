"""The pass over rows, in memory: sums by group with numpy and scipy's sparse product."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


def group_sums(values: Floats, weights: Floats, groups: Codes, count: int) -> Floats:
    """Σ weight·value per group. values (n, K), weights and groups (n,) → (count, K). Rows with group < 0 stay out."""
    rows = np.flatnonzero(groups >= 0)
    shape = (count, len(groups))
    return np.asarray(csr_array((weights[rows], (groups[rows], rows)), shape=shape) @ values)


def weight_sums(groups: Codes, weights: Floats, count: int) -> Floats:
    """Σ weight per group: (n,) → (count,)."""
    return np.asarray(np.bincount(groups, weights=weights, minlength=count), dtype=float)


def cross_sums(weights: Floats, first: Codes, second: Codes, shape: tuple[int, int]) -> csr_array:
    """Σ weight per pair of groups: a sparse table of this shape."""
    return csr_array((weights, (first, second)), shape=shape)


def moments(values: Floats, weights: Floats, groups: Codes, count: int) -> Floats:
    """Σ weight·value·valueᵀ per group: (n, K) → (count, K, K)."""
    found = np.zeros((count, values.shape[1], values.shape[1]))
    order = np.argsort(groups, kind="stable")
    edges = np.searchsorted(groups[order], np.arange(count + 1))
    for group in range(count):
        rows = order[edges[group] : edges[group + 1]]
        found[group] = (values[rows] * weights[rows, None]).T @ values[rows]
    return found
