"""The reference cases as R left them: each names its design and its statistic, which the product builds here.

Every case file of a folder is read (`HAILONG_REFERENCE_DIR`, else tests/reference), so other cases in the same form can
be run unchanged. Nothing here knows a case by name: designs and statistics are built from their fields.
"""

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimation import Design, Sample
from analysis.estimation.columns import level_name
from analysis.estimation.replication import replicate, with_replicates
from analysis.estimation.weighting import calibrate, fpc_weights, poststratify, rake, trim

FOLDER = Path(os.environ.get("HAILONG_REFERENCE_DIR", Path(__file__).parents[1] / "reference"))
SATISFIED = 4


@cache
def files() -> dict[str, dict]:
    """Case files by name. Raises if the folder has none."""
    found = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("cases_*.json"))}
    assert found, f"{FOLDER} holds no cases_*.json"
    return found


def cases() -> list[dict]:
    """Every case of every file."""
    return [case for content in files().values() for case in content["cases"]]


@cache
def designs() -> dict[str, dict]:
    """The specification of every design, by its full name."""
    return {name: spec for content in files().values() for name, spec in content.get("designs", {}).items()}


@cache
def frame(data: str) -> pd.DataFrame:
    """A dataset with the derived columns its README tells of."""
    found = pd.read_csv(FOLDER / data)
    more: dict[str, Any] = {}
    for name in found.columns:
        if re.fullmatch(r"q\d+", name):
            answers, number = found[name], name[1:]
            more[f"t{number}"] = (answers >= SATISFIED).astype(float).where(answers.notna())
            more[f"y{number}"] = more[f"t{number}"].fillna(0.0)
            more[f"o{number}"] = answers.notna().astype(float)
    if "district" in found and "online" in found:
        for k in sorted(found["district"].unique()):
            more[f"d{k}"] = (found["district"] == k).astype(float)
            more[f"on{k}"] = found["online"] * more[f"d{k}"]
    return pd.concat([found, pd.DataFrame(more, index=found.index)], axis=1)


@cache
def population(data: str) -> dict:
    return json.loads((FOLDER / f"pop_{data.removesuffix('.csv')}.json").read_text(encoding="utf-8"))


@cache
def sample(name: str, lonely: str = "", domain_lonely: bool = False) -> Sample:
    """The sample under one of R's designs. `lonely`: the policy that a case sets for itself."""
    spec = designs()[name]
    if "base" in spec:
        base = sample(f"{name.rpartition('.')[0]}.{spec['base']}")
        return _replicates(base, spec) if "replicates" in spec else _adjusted(base, spec)
    stages = tuple(spec[key] for key in ("psu", "ssu") if key in spec)
    fpc = spec.get("fpc", ())
    policy = lonely or (re.findall(r"survey\.lonely\.psu='(\w+)'", spec["r"]) or ["fail"])[0]
    rows = frame(spec["data"])
    fpc = (fpc,) if isinstance(fpc, str) else tuple(fpc)
    design = Design(
        strata=spec.get("strata"),
        psu=stages or None,
        weight=spec.get("weights"),
        fpc=fpc or None,
        lonely_psu=policy,
        lonely_domain=domain_lonely,
    )
    made = Sample.of(rows, design)
    if "weights" not in spec and fpc:  # as svydesign does
        made = fpc_weights(made)
    return _replicates(made, spec) if "replicates" in spec else made


def inside(case: dict, rows: pd.DataFrame) -> np.ndarray | None:
    """The rows of a case's domain; a domain of answered rows needs no saying."""
    parts = re.findall(r"""([\w.]+)\s*==\s*['"]?([^'"&]+?)['"]?\s*(?:&|$)""", case["args"].get("domain", ""))
    if not parts:
        return None
    return np.logical_and.reduce([rows[column].map(level_name) == level for column, level in parts])


def _adjusted(base: Sample, spec: dict) -> Sample:
    data = spec["data"]
    if spec["adjust"] == "trim":
        bounds = {key: spec[key] for key in ("upper", "lower", "strict") if key in spec}
        return trim(base, **bounds)
    targets = population(data)
    if spec["adjust"] == "poststratify":
        variables = spec["margins"].split(" x ")
        return poststratify(base, "|".join(variables), targets["_".join(variables)])
    if spec["adjust"] == "rake":
        return rake(base, {name: targets[name] for name in spec["margins"]}, residuals="equal")
    assert spec["adjust"] == "calibrate", spec
    formula = re.search(r"~([^,]+),", spec["r"].partition("calibrate(")[2])
    assert formula is not None
    names = [re.sub(r"factor\(([\w.]+)\)", r"\1", term.strip()) for term in formula[1].split("+")]
    totals = {name: targets[name] if name in targets else targets[f"{name}_total"] for name in names}
    bounds = tuple(spec["bounds"]) if "bounds" in spec else None
    return calibrate(base, totals, distance=spec["distance"], bounds=bounds)


def _replicates(base: Sample, spec: dict) -> Sample:
    around = "estimate" if spec.get("mse") else "mean"
    if "factors" not in spec:
        return replicate(base, spec["replicates"], around=around)
    table = pd.read_csv(FOLDER / spec["factors"])
    keys = [name for name in table.columns if name in frame(spec["data"])]
    rows = frame(spec["data"])[keys].merge(table, on=keys, validate="many_to_one").drop(columns=keys)
    rho = spec.get("rho")
    factors = 1 + (1 - (rho or 0.0)) * (rows.to_numpy(float) - 1)
    return with_replicates(base, factors, kind=spec["replicates"], rho=rho, around=around)
