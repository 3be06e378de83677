"""How likely are so many hits among honest units, by what other units show?

The hits of an honest unit are taken as beta-binomial with the others' rate and spread, and the spread is itself
uncertain, so the tail is averaged over it: the counterpart of Student's t for counts.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, expit, gammaln
from scipy.stats import chi2

from analysis.scores.quality_slips import Ints

Floats = NDArray[np.float64]
_POINTS = (np.arange(12) + 0.5) / 12
_LARGEST = 0.95
_STEPS = 25


def upper_tail(hits: Ints, n: Ints, a: Floats, b: Floats) -> Floats:
    """P(X >= hits) for X beta-binomial with n, a, b; all of one shape after broadcasting. Summed from the small end."""
    top = int(n.max(initial=0))
    j = np.arange(int(hits.min(initial=top)), top + 1)
    hits, n, a, b = (each[..., None] for each in np.broadcast_arrays(hits, n, a, b))
    inside = (j >= hits) & (j <= n)
    rest = np.maximum(n - j, 0)
    ways = gammaln(n + 1) - gammaln(j + 1) - gammaln(rest + 1)
    log = ways + betaln(np.minimum(j, n) + a, rest + b) - betaln(a, b)
    found: Floats = np.minimum(np.where(inside, np.exp(log), 0.0).sum(axis=-1), 1.0)
    return found


def spreads(hits: Ints, n: Ints, rate: Floats, fitted: int = 1) -> Floats:
    """How far honest units or cells lie apart beyond chance: points of the spread rho, each as likely as the others.

    `rate`: expected of each, by `fitted` numbers found from them. rho is found by moments from Pearson's X2 (E X2 =
    sum(1 + (n_i - 1)rho)(k - fitted)/k about); the points are what X2 leaves open: X2/chi2, degrees of freedom by
    Satterthwaite 1946, for the largest weigh most in X2. No point where nothing can be said.
    """
    known = n > 1
    x, m, mu = hits[known], n[known], np.clip(rate[known], 1e-9, 1 - 1e-9)
    k = len(x)
    if k <= fitted:
        return np.empty(0)
    inflated = float(((x - m * mu) ** 2 / (m * mu * (1 - mu))).sum()) * k / (k - fitted)
    each = 1 + (m - 1) * min(max((inflated - k) / float((m - 1).sum()), 0.0), _LARGEST)
    df = max(float(each.sum() ** 2 / (each**2).sum()) * (k - fitted) / k, 1.0)
    found: Floats = np.clip((inflated * df / chi2.ppf(_POINTS, df) - k) / float((m - 1).sum()), 0.0, _LARGEST)
    return found


def rate_error(slips: Floats, squares: Floats, spread: Floats) -> Floats:
    """The variance of rates found from other units or cells, as a share of rate(1 - rate), at each point of `spread`.

    `slips`, `squares`: the sum of the sizes, and of their squares, that each rate was found from.
    """
    found: Floats = (1 + (squares / slips - 1) * spread[:, None]) / slips
    return found


def averaged(hits: Ints, n: Ints, rate: Floats, spread: Floats, error: Floats) -> Floats:
    """P(so many hits or more) of honest units, one for each of `hits`, averaged over the points of `spread`; 1 where
    there are none. `error`: of each `rate` at each point, see `rate_error`."""
    if not len(spread):
        return np.ones(len(hits))
    rho = np.clip(1 - (1 - spread[:, None]) * (1 - error), 1e-6, _LARGEST)
    mean, scale = np.clip(rate, 1e-9, 1 - 1e-9)[None, :], 1 / rho - 1
    found: Floats = upper_tail(hits[None, :], n[None, :], mean * scale, (1 - mean) * scale).mean(axis=0)
    return found


def tail(
    hits: Ints,
    n: Ints,
    rate: Floats,
    others_hits: Ints,
    others_n: Ints,
    others_rate: Floats,
    *,
    fitted: int = 1,
    more: float = 0.0,
) -> Floats:
    """`averaged`, where all rates come from the others by `fitted` numbers. `more`: another variance of the rate, as a
    share of rate(1 - rate)."""
    spread = spreads(others_hits, others_n, others_rate, fitted)
    slips, squares = np.array([others_n.sum()], dtype=float), np.array([(others_n**2).sum()], dtype=float)
    return averaged(hits, n, rate, spread, more + fitted * rate_error(slips, squares, spread))


def logistic_line(x: Floats, hits: Ints, n: Ints) -> Floats:
    """Intercept and slope by Newton steps, the slope held back by a prior N(0, 1).

    Half a hit and half a miss are shared out among the units: where nobody has a hit, the rate is small, not nothing.
    """
    design = np.column_stack([np.ones(len(x)), x])
    prior = np.array([0.0, 1.0])
    half = 0.5 * n / n.sum()
    seen, all_ = hits + half, n + 2 * half
    line = np.array([np.log(seen.sum() / (all_.sum() - seen.sum())), 0.0])
    for _ in range(_STEPS):
        rate = expit(design @ line)
        gradient = design.T @ (seen - all_ * rate) - prior * line
        curvature = (design * (all_ * rate * (1 - rate))[:, None]).T @ design + np.diag(prior)
        line = line + np.clip(np.linalg.solve(curvature, gradient), -1, 1)
    return line
