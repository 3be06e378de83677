"""Our side: the public interface on a typed frame, as the product holds it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.estimation import Design, Precision, Sample, share
from analysis.estimation.estimate import Estimate
from analysis.estimation.linearise import estimate
from analysis.estimation.replication import replicate
from analysis.estimation.terms import Term
from analysis.estimation.totals import psu_totals
from analysis.estimation.weighting import Margins
from analysis.estimation.weighting import rake as rake_sample
from analysis.scores.plan import Plan
from analysis.scores.satisfaction import Node, index_function, satisfaction
from benchmarks.estimation_bare import REPLICATES, Answer
from benchmarks.estimation_rows import ITEMS, LEVELS, TOP, margins, read_columns

DESIGN = Design(strata="stratum", psu="psu", weight="w")
OVERALL = Node(id="overall", level="overall", items=ITEMS)
FACTORS = tuple(Node(id=f"F{k}", level="factor", items=ITEMS[k::5]) for k in range(5))
TREE = (*(Node(id=item, level="item", items=(item,)) for item in ITEMS), *FACTORS, OVERALL)
"""Items, five factors and the overall index, pooled."""


@dataclass(frozen=True, slots=True)
class Loaded:
    frame: pd.DataFrame
    margins: Margins


def load(folder: Path) -> Loaded:
    """A frame on the arrays as they were read; answers are categories."""
    kind = pd.CategoricalDtype(LEVELS)
    columns = {
        name: pd.Categorical.from_codes(values, dtype=kind, validate=False) if name in ITEMS else values
        for name, values in read_columns(folder).items()
    }
    totals = {
        name: {str(level): total for level, total in enumerate(levels)} for name, levels in margins(folder).items()
    }
    return Loaded(pd.DataFrame(columns, copy=False), totals)


def rake(rows: Loaded) -> Answer:
    return rake_sample(Sample.of(rows.frame, DESIGN), rows.margins).weights, np.empty(0)


def shares(rows: Loaded) -> Answer:
    return answer(share(Sample.of(rows.frame, DESIGN), ITEMS, TOP))


def domain_shares(rows: Loaded) -> Answer:
    return answer(share(Sample.of(rows.frame, DESIGN), ITEMS, TOP, by=["domain"]))


def bootstrap(rows: Loaded) -> Answer:
    return answer(index(replicated(rows)))


def everything(rows: Loaded) -> Answer:
    """Weights, 22 items, five factors and the overall index, for everybody and in each domain, with intervals."""
    sample = rake_sample(Sample.of(rows.frame, DESIGN), rows.margins)
    chosen = dict.fromkeys(ITEMS, TOP)
    plan = Plan(strata="stratum", psu="psu", weight="w")
    everybody = satisfaction(sample, TREE, chosen, plan, ())
    domains = satisfaction(sample, TREE, chosen, plan, ("domain",))
    return np.append(everybody.value, domains.value), np.append(everybody.se, domains.se)


TASKS = {"a": rake, "b": shares, "c": domain_shares, "d": bootstrap, "e": everything}


def replicated(rows: Loaded) -> Sample:
    return replicate(Sample.of(rows.frame, DESIGN), "bootstrap", replicates=REPLICATES)


def index(sample: Sample) -> Estimate:
    """The pooled index over all items, from all items' totals; its error is asked for, its design effect is not."""
    terms = {f"y:{item}": Term(within={item: TOP}) for item in ITEMS}
    terms |= {f"o:{item}": Term(given=(item,)) for item in ITEMS} | {"n": Term(any_of=ITEMS)}
    totals = psu_totals(sample, terms, second_moments=False, base=["n"])
    return estimate(totals, ["overall"], ["n"], index_function((OVERALL,), "pooled", totals.terms), Precision())


def answer(found: Estimate) -> Answer:
    return found.value, found.se
