"""The reference survey as the product reads it: file → answers → frame → sample, under each design R was run on."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.estimation import Sample, poststratify, rake
from analysis.scores.plan import Plan
from analysis.scores.responses import answers_frame, make_sample
from survey.instruments import load
from survey.intake import read_slips
from survey.questionnaire import Questionnaire
from survey.round import Margin
from survey.sheet import read_table

FOLDER = Path(__file__).parents[1] / "reference"
CITIZEN = FOLDER.parent / "instruments" / "citizen22.xlsx"
DATASET = "citizen395_a"
FACTORS = {"A": "a", "B": "b", "C": "c", "D": "d", "all": "overall"}

DESIGNS: dict[str, dict[str, str]] = {
    "wonly": {},
    "strat": {"strata": "stratum"},
    "clus": {"psu": "psu"},
    "sp": {"strata": "stratum", "psu": "psu"},
    "spf": {"strata": "stratum", "psu": "psu", "fpc": "fpc"},
}
ADJUSTED = ("ps", "rk", "rkc")


def cases() -> list[dict]:
    """All reference cases on the designs that exist so far."""
    return [case for case in all_cases() if case["on"] in {*DESIGNS, *ADJUSTED}]


def all_cases() -> list[dict]:
    """All reference cases, each with the short name of its design as `on`."""
    files = (f"cases_{DATASET}.json", f"cases_{DATASET}_pooled.json")
    found = [case for file in files for case in json.loads((FOLDER / file).read_text(encoding="utf-8"))["cases"]]
    for case in found:
        case["on"] = case["design"].removeprefix(f"{DATASET}.")
    return found


@cache
def questionnaire() -> Questionnaire:
    return load(str(CITIZEN))


@cache
def frame() -> pd.DataFrame:
    data = (FOLDER / f"{DATASET}.csv").read_bytes()
    slips = read_slips(read_table(data, name=f"{DATASET}.csv"), questionnaire(), numbers=["w", "fpc"])
    found = answers_frame(questionnaire(), slips.answers, slips.extra)
    for item in questionnaire().items():
        answers = found[item.name]
        found["t" + item.name[1:]] = np.where(answers.notna(), answers.isin(item.satisfied), np.nan).astype(float)
    return found


@cache
def population() -> dict:
    return json.loads((FOLDER / f"pop_{DATASET}.json").read_text(encoding="utf-8"))


@cache
def sample(design: str) -> Sample:
    """The sample under one of R's designs, built with the library's own functions."""
    base = make_sample(frame(), Plan(weight="w", **DESIGNS.get(design, DESIGNS["sp"])), {})
    if design == "ps":
        return poststratify(base, "sex|age", population()["sex_age"])
    if design in ("rk", "rkc"):
        margins = {name: population()[name] for name in ("sex", "age", "district")}
        return rake(base, margins, residuals="equal" if design == "rk" else "base")
    return base


def plan(design: str, **changes: object) -> Plan:
    """The same design as a plan for `evaluate`, which does the weighting itself."""
    names = {"ps": {"sex|age": "sex_age"}, "rk": {n: n for n in ("sex", "age", "district")}}
    variables = names.get("rk" if design == "rkc" else design, {})
    margins = tuple(
        Margin(variable=variable, level=level, total=total)
        for variable, key in variables.items()
        for level, total in population()[key].items()
    )
    return Plan(
        weight="w",
        **DESIGNS.get(design, DESIGNS["sp"]),
        adjust={"ps": "poststratify", "rk": "rake", "rkc": "rake"}.get(design, "none"),
        margins=margins,
        rake_variance="equal" if design == "rk" else "base",
        interval="t",
        **changes,
    )
