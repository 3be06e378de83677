"""How far does the likelihood let a share move? The profile of an intercept-only logistic model under a design.

The signed root of the deviance of a share at logit distance d from its estimate p, over the quasibinomial dispersion
n/(n−1), is z(d) = ±√(2(n−1)·KL(d)) with KL(d) = log(1 + p(eᵈ−1)) − pd. Its limits lie where z² = t²·deff, with
deff = n·p(1−p)·Var(logit p): the likelihood ratio test of Rao & Scott (1984) turned round.

R `survey` does not solve this equation. It evaluates z at equal steps, draws a cubic spline through the points and
reads the limits off its straight-line interpolation, which moves them by about 2e-6 of their size at n = 400 and 1e-3
at n = 30. Figures must agree with R's, so the profile is read off in the same way, and solved exactly where R's steps
do not reach (R then gives NA) or are too coarse. What is left between the two is that R stops its fit of the model
early: 1e-7 at shares of 0.3-0.7, 1e-5 to 1e-4 at shares of 0.05, 1e-9 if it is told to go on (epsilon=1e-15).
"""

import numpy as np
from scipy.special import expit, logit, ndtr, stdtrit, xlogy

from analysis.estimation.columns import Floats

_STEPS_TO_END, _MOST_STEPS, _FEWEST_STEPS = 5, 10, 3
"""Steps from the estimate to where the profile should end, were z a straight line; the most that are taken to a side;
and the fewest in all that a spline can be drawn through."""
_FINER = 3
"""Points read off the spline for each point it goes through."""
_NEWTON_STEPS = 100
_LARGEST_LOGIT_STEP = 700.0
"""exp of more overflows; a share this far from any other on the logit scale is 0 or 1."""


def profile_limits(share: Floats, logit_se: Floats, t: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Low and high (k,) of shares inside 0-1, with standard errors of their logits, t quantiles and people asked."""
    dispersion = np.where(n > 1, n / (n - 1), 1.0)
    deviance = share * (1 - share) * (t * logit_se) ** 2 / 2 * dispersion
    down, up = _exact_step(1 - share, deviance), _exact_step(share, deviance)
    end = t * logit_se * np.sqrt(n * share * (1 - share))
    # The profile goes as far as a limit with a quarter of the error probability would.
    farthest = -stdtrit(n - 1, ndtr(-end) / 4)
    step = farthest / _STEPS_TO_END * logit_se
    reach = np.arange(-_MOST_STEPS, _MOST_STEPS + 1)
    profile = _signed_root(share, n, step * reach[:, None])
    inside = np.abs(profile) <= farthest
    below = np.minimum(1 + inside[:_MOST_STEPS].sum(axis=0), _MOST_STEPS)
    above = np.minimum(1 + inside[_MOST_STEPS + 1 :].sum(axis=0), _MOST_STEPS)
    usable = np.isfinite(farthest) & (below + above >= _FEWEST_STEPS)
    for taken in np.unique(np.stack([below, above])[:, usable], axis=1).T:
        rows = np.flatnonzero((below == taken[0]) & (above == taken[1]) & usable)
        knots = np.arange(-taken[0], taken[1] + 1)
        points = np.linspace(knots[0], knots[-1], _FINER * len(knots))
        curve = _spline(len(knots), points - knots[0]) @ profile[_MOST_STEPS + knots][:, rows]
        for sign, exact in ((-1, down), (1, up)):
            read = sign * _crossing(points, curve, sign * end[rows]) * step[rows]
            exact[rows] = np.where(np.isfinite(read), read, exact[rows])
    centre = logit(share)
    return expit(centre - down), expit(centre + up)


def _signed_root(share: Floats, n: Floats, distance: Floats) -> Floats:
    divergence = np.log1p(share * np.expm1(distance)) - share * distance
    return np.sign(distance) * np.sqrt(2 * (n - 1) * np.maximum(divergence, 0))


def _crossing(points: Floats, curve: Floats, height: Floats) -> Floats:
    """Where each column of `curve` (points, k), taken as straight between points, reaches its height (k,).

    NaN where it does not, or reaches it between the two points beside the estimate.
    """
    after = (curve < height).sum(axis=0)
    crosses = (after > 0) & (after < len(points))
    after = np.where(crosses, after, 1)
    columns = np.arange(curve.shape[1])
    before_height, after_height = curve[after - 1, columns], curve[after, columns]
    left, right = points[after - 1], points[after]
    place = left + (height - before_height) / (after_height - before_height) * (right - left)
    return np.where(crosses & (left * right >= 0), place, np.nan)


def _spline(count: int, points: Floats) -> Floats:
    """Matrix (points, count) that takes heights at 0, 1 … count−1 to those of their cubic spline at `points`.

    At its ends the third derivative is that of the cubic through four heights (Forsythe, Malcolm & Moler 1977).
    """
    second = 4 * np.eye(count) + np.eye(count, k=1) + np.eye(count, k=-1)
    second[[0, -1]] = 0.0
    second[0, :2] = second[-1, -2:] = (-1, 1)
    heights = np.zeros((count, count))
    heights[1:-1] = 6 * np.diff(np.eye(count), 2, axis=0)
    heights[[0, -1]] = np.diff(np.eye(count), 3, axis=0)[[0, -1]]
    bend = np.linalg.solve(second, heights)
    start = np.minimum(points.astype(int), count - 2)
    after, before = (points - start)[:, None], (start + 1 - points)[:, None]
    heights_here = before * np.eye(count)[start] + after * np.eye(count)[start + 1]
    bend_here = (before**3 - before) * bend[start] + (after**3 - after) * bend[start + 1]
    matrix: Floats = heights_here + bend_here / 6
    return matrix


def _exact_step(p: Floats, target: Floats) -> Floats:
    """The step up from logit(p) to where KL is `target`, within 1e-14. The step down is that of 1−p.

    KL is convex in the step d and at least p(1−p)·(e⁻ᵈ−1+d) ≥ p(1−p)·d²/(2+d), as p'(1−p') falls no faster than e⁻ᵈ;
    also, at least (1−p)·logit p' + p·log p + (1−p)·log(1−p). Each set equal to `target` gives a first step that is
    never too short, from where Newton's method comes down without a turn.
    """
    bound = target / (p * (1 - p))
    steep = (target - xlogy(p, p) - xlogy(1 - p, 1 - p)) / (1 - p) - logit(p)
    step = np.minimum(np.minimum((bound + np.sqrt(bound**2 + 8 * bound)) / 2, steep), _LARGEST_LOGIT_STEP)
    for _ in range(_NEWTON_STEPS):
        grown = p * np.expm1(step)
        change = (np.log1p(grown) - p * step - target) * (1 + grown) / ((1 - p) * grown)
        step = np.minimum(step - change, _LARGEST_LOGIT_STEP)
        if not np.any(np.abs(change) > 1e-14 * (1 + step)):
            break
    return step
