"""How uncertain is a function of totals? Stratified variance between first-stage units of its influence values."""

import numpy as np
import pandas as pd

from analysis.estimation.sample import Floats, Psus


def psu_covariance(influence: Floats, psus: Psus) -> Floats:
    """The covariance of m estimates from the PSU totals of their influence values: (P, m) → (m, m).

    V = Σ_h (1 − f_h) n_h/(n_h − 1) Σ_i (z_hi − z̄_h)(z_hi − z̄_h)ᵀ  (Särndal, Swensson & Wretman 1992, §4.2; R `survey`
    svyrecvar). A lone PSU is centred at the grand mean of all PSU totals with n_h/(n_h − 1) = 1 (R 4.5 "adjust");
    under `lonely_psu="fail"` no such design gets here.
    """
    means = pd.DataFrame(influence).groupby(psus.stratum).mean().to_numpy()
    means = np.where((psus.size == 1)[:, None], influence.mean(axis=0), means)
    scale = (1 - psus.fraction) * psus.size / np.maximum(psus.size - 1, 1)
    deviations = (influence - means[psus.stratum]) * np.sqrt(scale)[psus.stratum, None]
    return np.asarray(deviations.T @ deviations)
