"""Survey statistics: what a sample says about the population, and how sure we are. Knows nothing of any country.

    sample = Sample.of(frame, Design(strata="district", psu="village", weight="w"))
    sample = rake(sample, {"sex": {"1": 278610, "2": 276390}})
    share(sample, "q1", (4, 5), by=["district"]).to_frame()

`frame` is a pandas or polars frame, or a mapping of names to arrays. Importing this package needs neither pandas nor
scipy.stats. Regression (`models.py`, `ordinal.py`) needs statsmodels and is imported from its own modules, `planning`
is a package of its own, and so are `tables` and `engines`, which take totals instead of rows. docs/methods.md has the
formulas.
"""

from analysis.estimation.contrasts import contrast, difference, smooth
from analysis.estimation.crosstabs import Crosstab, rao_scott, weighted_table
from analysis.estimation.design import Design
from analysis.estimation.dispersion import correlation, covariance, variance
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate, Precision
from analysis.estimation.intervals import finite_population_limits, limits
from analysis.estimation.joint import join
from analysis.estimation.means import mean, ratio, share, total
from analysis.estimation.quantiles import quantile
from analysis.estimation.reliability import Label, Rules, label, load_rules
from analysis.estimation.replication import replicate, with_replicates
from analysis.estimation.sample import Sample, WeightStep
from analysis.estimation.scale import cronbach_alpha
from analysis.estimation.significance import Test, rank_test, t_test, wald_test
from analysis.estimation.simultaneous import bonferroni, bootstrap_max_t, max_t, sidak
from analysis.estimation.weighting import (
    Recipe,
    calibrate,
    fpc_weights,
    inclusion_weights,
    kish,
    nonresponse,
    poststratify,
    rake,
    run,
    step,
    trim,
)

__all__ = [
    "Crosstab",
    "Design",
    "Estimate",
    "EstimationError",
    "Label",
    "Precision",
    "Recipe",
    "Rules",
    "Sample",
    "Test",
    "WeightStep",
    "bonferroni",
    "bootstrap_max_t",
    "calibrate",
    "contrast",
    "correlation",
    "covariance",
    "cronbach_alpha",
    "difference",
    "finite_population_limits",
    "fpc_weights",
    "inclusion_weights",
    "join",
    "kish",
    "label",
    "limits",
    "load_rules",
    "max_t",
    "mean",
    "nonresponse",
    "poststratify",
    "quantile",
    "rake",
    "rank_test",
    "rao_scott",
    "ratio",
    "replicate",
    "run",
    "share",
    "sidak",
    "smooth",
    "step",
    "t_test",
    "total",
    "trim",
    "variance",
    "wald_test",
    "weighted_table",
    "with_replicates",
]
