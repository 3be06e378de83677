"""How do we repair imbalance? Steps that change a sample's weights, each logged, and done again in every replicate."""

from analysis.estimation.weighting.adjust import Residuals
from analysis.estimation.weighting.base import fpc_weights, inclusion_weights
from analysis.estimation.weighting.calibration import calibrate
from analysis.estimation.weighting.cells import Margins
from analysis.estimation.weighting.distances import Bounds, Distance
from analysis.estimation.weighting.log import kish
from analysis.estimation.weighting.poststrata import poststratify
from analysis.estimation.weighting.raking import rake
from analysis.estimation.weighting.recipe import Recipe, Step, run, step
from analysis.estimation.weighting.response import nonresponse
from analysis.estimation.weighting.trimming import trim

__all__ = [
    "Bounds",
    "Distance",
    "Margins",
    "Recipe",
    "Residuals",
    "Step",
    "calibrate",
    "fpc_weights",
    "inclusion_weights",
    "kish",
    "nonresponse",
    "poststratify",
    "rake",
    "run",
    "step",
    "trim",
]
