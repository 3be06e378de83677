"""The rival in Python: svy on a polars frame with nulls.

Shares of everybody are its `prop`, with logit limits as ours have. By domain they are the `mean` of a column of 0 and
1, with symmetric limits: the same shares and errors in a third of the time.
"""

from pathlib import Path

import numpy as np
import polars as pl
import svy

from benchmarks.estimation_bare import REPLICATES, Answer
from benchmarks.estimation_rows import ITEMS, TOP, margins

TOLERANCE = 1e-12
"""Of a margin, so that the weights can be compared with ours."""


class Loaded:
    """The rows in a polars frame."""

    def __init__(self, folder: Path) -> None:
        self.margins = margins(folder)
        self.frame = pl.read_parquet(folder / "*.parquet")


load = Loaded


def rake(rows: Loaded) -> Answer:
    controls = {name: dict(enumerate(levels)) for name, levels in rows.margins.items()}
    raked = _sample(rows.frame).weighting.rake(controls=controls, tol=TOLERANCE, max_iter=1000)
    return raked.data["rk_wgt"].to_numpy(), np.empty(0)


def shares(rows: Loaded) -> Answer:
    found = [each.to_polars() for each in _sample(_top_boxes(rows.frame)).estimation.prop(ITEMS, drop_nulls=True)]
    chosen = [frame.filter(pl.col(item) == 1) for item, frame in zip(ITEMS, found, strict=True)]
    value, se = (np.array([frame[name].item() for frame in chosen]) for name in ("est", "se"))
    return value, se


def domain_shares(rows: Loaded) -> Answer:
    return _answer(_sample(_top_boxes(rows.frame)).estimation.mean(ITEMS, by="domain", drop_nulls=True))


def bootstrap(rows: Loaded) -> Answer:
    hits = pl.sum_horizontal((pl.col(ITEMS) >= TOP[0]).cast(pl.Int8)).alias("hits")
    answered = pl.sum_horizontal(pl.col(ITEMS).is_not_null().cast(pl.Int8)).alias("answered")
    sample = _sample(rows.frame.with_columns(hits, answered))
    sample = sample.weighting.create_bs_wgts(REPLICATES, rstate=1)
    found = sample.estimation.ratio("hits", "answered", method="replication").to_polars()
    return found["est"].to_numpy(), found["se"].to_numpy()


TASKS = {"a": rake, "b": shares, "c": domain_shares, "d": bootstrap}


def _sample(frame: pl.DataFrame) -> svy.Sample:
    return svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="w"))


def _top_boxes(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns((pl.col(ITEMS) >= TOP[0]).cast(pl.Int8))


def _answer(found: list[svy.Estimate]) -> Answer:
    """Domain by domain; NaN where svy gives a domain no row, since nobody in it answered."""
    frames = [each.to_polars() for each in found]
    if "domain" in frames[0].columns:
        domains = pl.concat([frame.select("domain") for frame in frames]).unique().sort("domain")
        frames = [domains.join(frame, on="domain", how="left", maintain_order="left") for frame in frames]
    value, se = (np.column_stack([frame[name].to_numpy() for frame in frames]).ravel() for name in ("est", "se"))
    return value, se
