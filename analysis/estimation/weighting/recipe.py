"""Which steps, in which order? A weighting recipe as a value, written down before there is a sample to run it on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

from analysis.estimation.sample import Sample

_Settings = ParamSpec("_Settings")


@dataclass(frozen=True, slots=True)
class Step:
    """One step that has not been taken: a function of a sample, and its settings. Make one with `step`."""

    action: Callable[..., Sample]
    arguments: tuple[Any, ...]
    settings: dict[str, Any]

    @property
    def name(self) -> str:
        """The function's name, which the weight log has too."""
        return self.action.__name__


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps in the order they are taken."""

    steps: tuple[Step, ...]


def step(
    action: Callable[Concatenate[Sample, _Settings], Sample], *arguments: _Settings.args, **settings: _Settings.kwargs
) -> Step:
    """A step of a recipe: `step(rake, margins)`, `step(trim, upper=5, times_median=True)`."""
    return Step(action=action, arguments=arguments, settings=settings)


def run(recipe: Recipe, sample: Sample) -> Sample:
    """The sample after all steps. Its log tells each; replicates take them all again on their own base weights."""
    for each in recipe.steps:
        sample = each.action(sample, *each.arguments, **each.settings)
    return sample
