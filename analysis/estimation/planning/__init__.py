"""Whom must we ask? Sample sizes, allocation, the precision a design will reach, and the reproducible draw."""

from analysis.estimation.planning.allocation import Allocation, Strata, allocate, allocate_budget
from analysis.estimation.planning.draw import Draw, Stage, draw, draw_stages
from analysis.estimation.planning.multitarget import MultiAllocation, Target, TargetReached, allocate_targets
from analysis.estimation.planning.reach import PlannedPrecision, PlannedStage, PlannedStratum, planned_precision
from analysis.estimation.planning.selection import Selection, draw_key, random_numbers, simple_random, systematic
from analysis.estimation.planning.size import (
    Figure,
    Reached,
    SampleSize,
    cluster_deff,
    domain_sizes,
    precision,
    sample_size,
    sizes_frame,
    yamane_size,
)

__all__ = [
    "Allocation",
    "Draw",
    "Figure",
    "MultiAllocation",
    "PlannedPrecision",
    "PlannedStage",
    "PlannedStratum",
    "Reached",
    "SampleSize",
    "Selection",
    "Stage",
    "Strata",
    "Target",
    "TargetReached",
    "allocate",
    "allocate_budget",
    "allocate_targets",
    "cluster_deff",
    "domain_sizes",
    "draw",
    "draw_key",
    "draw_stages",
    "planned_precision",
    "precision",
    "random_numbers",
    "sample_size",
    "simple_random",
    "sizes_frame",
    "systematic",
    "yamane_size",
]
