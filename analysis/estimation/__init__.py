"""Survey statistics: weights, totals and everything that is a smooth function of them. Knows nothing of Vietnam."""

from analysis.estimation.design import Design
from analysis.estimation.errors import EstimationError
from analysis.estimation.estimate import Estimate, Precision
from analysis.estimation.means import mean, ratio, share, total
from analysis.estimation.sample import Sample, WeightStep
from analysis.estimation.weighting import poststratify, rake

__all__ = [
    "Design",
    "Estimate",
    "EstimationError",
    "Precision",
    "Sample",
    "WeightStep",
    "mean",
    "poststratify",
    "rake",
    "ratio",
    "share",
    "total",
]
