"""What may explain an answer? The terms of a regression as columns of numbers, and when they cannot be told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import eigh

from analysis.estimation.answers import answered, level_rows, need_levels
from analysis.estimation.columns import Bools, Floats, level_name
from analysis.estimation.domains import Where
from analysis.estimation.errors import EstimationError
from analysis.estimation.options import names_of
from analysis.estimation.sample import Sample

_DEPENDENT = 1e-7
"""Share of a column's length that the columns before it do not explain, below which it is taken to follow from them."""
_SEPARATED = 1e-9
"""Least information, as a share of what the rows could give, that a finite coefficient may rest on."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A column whose levels are told apart: an indicator for each but `reference`, by default the first that occurs.

    The reference is given as in the data or as it is written: 1 or "1".
    """

    column: str
    reference: Any = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regressors:
    """The terms on the rows used. `inside` (n,): those rows, r of them. `matrix` (r, p): their columns of numbers.

    `labels` (p,): `online`, `sex=2`. `of_term` (p,): the data's column that each stands for. `levels`: for each level
    of a factor, the reference too, its label and its rows (r,).
    """

    inside: Bools
    matrix: Floats
    labels: tuple[str, ...]
    of_term: tuple[str, ...]
    levels: tuple[tuple[str, Bools], ...]


def regressors(sample: Sample, y: str, terms: str | Factor | Sequence[str | Factor], where: Where) -> Regressors:
    """The terms on the rows of the domain where `y` and all of them are answered.

    Raises EST_NAMES for a column that is there twice, EST_NO_ROWS, EST_LEVELS for a factor with a single level,
    EST_BAD_OPTION for an unknown reference.
    """
    several = (terms,) if isinstance(terms, str | Factor) else terms
    names = names_of([y, *(term.column if isinstance(term, Factor) else term for term in several)])
    inside = answered(sample, names, where)
    columns: list[Floats] = []
    labels: list[str] = []
    of_term: list[str] = []
    levels: list[tuple[str, Bools]] = []
    for term in several:
        if not isinstance(term, Factor):
            columns.append(sample.columns.numeric(term)[inside])
            labels.append(term)
            of_term.append(term)
            continue
        found = {level: rows[inside] for level, rows in level_rows(sample, term.column, inside).items()}
        need_levels(term.column, tuple(found))
        reference = _reference(term, list(found))
        levels += [(f"{term.column}={level_name(level)}", rows) for level, rows in found.items()]
        for level, rows in found.items():
            if level is not reference:
                columns.append(rows.astype(float))
                labels.append(f"{term.column}={level_name(level)}")
                of_term.append(term.column)
    matrix = np.column_stack(columns) if columns else np.empty((int(inside.sum()), 0))
    return Regressors(inside=inside, matrix=matrix, labels=tuple(labels), of_term=tuple(of_term), levels=tuple(levels))


def _reference(factor: Factor, levels: Sequence[Any]) -> Any:
    """The level that the others are compared with."""
    if factor.reference is None:
        return levels[0]
    names = list(map(level_name, levels))
    if level_name(factor.reference) not in names:
        raise EstimationError("EST_BAD_OPTION", name="reference", got=factor.reference, allowed=", ".join(names))
    return levels[names.index(level_name(factor.reference))]


def refuse_few(x: Regressors, y: str, coefficients: int) -> None:
    """Raises MOD_FEW_ROWS where the rows are not more than the coefficients."""
    rows = int(x.inside.sum())
    if rows <= coefficients:
        raise EstimationError("MOD_FEW_ROWS", column=y, rows=rows, coefficients=coefficients)


def refuse_collinear(matrix: Floats, weights: Floats, labels: Sequence[str]) -> None:
    """Raises MOD_COLLINEAR naming the first column of a matrix (r, p) that follows from those before it."""
    weighted = matrix * np.sqrt(weights)[:, None]
    length = np.linalg.norm(weighted, axis=0)
    rest = np.zeros(matrix.shape[1])
    triangle = np.linalg.qr(weighted / np.where(length > 0, length, 1.0), mode="r")
    rest[: len(triangle)] = np.abs(np.diag(triangle))
    if (rest < _DEPENDENT).any():
        raise EstimationError("MOD_COLLINEAR", term=labels[int((rest < _DEPENDENT).argmax())])


def refuse_settled(x: Regressors, y: str, extremes: Sequence[Bools]) -> None:
    """Raises MOD_SEPARATED naming a factor's level where all answers are in one of the `extremes` (r,)."""
    for label, rows in x.levels:
        if any(extreme[rows].all() for extreme in extremes):
            raise EstimationError("MOD_SEPARATED", term=label, column=y)


def refuse_separated(information: Floats, possible: Floats, labels: Sequence[str], y: str) -> None:
    """Raises MOD_SEPARATED where a combination of coefficients (p,) has next to no information of what is `possible`.

    Both (p, p). Along a direction that separates the answers the fit runs off to infinity and its information to 0
    (Albert & Anderson 1984); the coefficient that weighs most in it is named.
    """
    scale = np.sqrt(np.diag(possible))
    if not (scale > 0).all():
        raise EstimationError("MOD_SEPARATED", term=labels[int((~(scale > 0)).argmax())], column=y)
    both = np.outer(scale, scale)
    shares, directions = eigh(information / both, possible / both)
    if shares[0] < _SEPARATED:
        raise EstimationError("MOD_SEPARATED", term=labels[int(np.abs(directions[:, 0]).argmax())], column=y)
