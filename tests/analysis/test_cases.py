"""Every reference case equals R `survey` at the tolerance its README suggests. The cases are `cases.py`'s to find."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit, stdtrit

from analysis.estimation import Estimate, Precision, mean, ratio, share, total
from analysis.estimation.columns import Columns
from analysis.estimation.contrasts import contrast
from analysis.estimation.crosstabs import rao_scott, weighted_table
from analysis.estimation.dispersion import correlation, variance
from analysis.estimation.linearise import Smooth, estimate
from analysis.estimation.models import Model, glm, term_test
from analysis.estimation.ordinal import ordinal
from analysis.estimation.quantiles import quantile
from analysis.estimation.regressors import Factor, regressors
from analysis.estimation.sample import Sample
from analysis.estimation.scale import cronbach_alpha
from analysis.estimation.significance import Test, rank_test, t_test
from analysis.estimation.terms import Term
from analysis.estimation.totals import psu_totals
from analysis.estimation.weighting import kish
from analysis.scores.satisfaction import Node, index_function
from tests.analysis.cases import SATISFIED, cases, files, inside, sample

NUMBERS = ("est", "se", "ci_low", "ci_high")
TOLERANCE, ITERATED, P_VALUE, WEIGHT = 1e-9, 1e-6, 1e-7, 1e-8
"""As the README of the reference has them: numbers; glm_logit; p-values; weights."""
LIKELIHOOD, STOPPED = 1e-5, 1e-3
"""Where R's default stops an iteration early: limits by likelihood (README: 1e-6, which `test_intervals.py` holds the
copied cases to), and the standard errors of olr, whose Hessian R differences. With tight settings R moves to our
numbers: `test_ordinal.py` holds those at 1e-9."""


def close(got: Any, expected: Any, tolerance: float = TOLERANCE) -> None:
    got, expected = (np.asarray(each, dtype=float) for each in (got, expected))
    assert got.shape == expected.shape
    floor = np.where(np.abs(expected) < 1e-9, 1.0, np.abs(expected))
    wrong = np.where(np.isnan(expected), ~np.isnan(got), ~(np.abs(got - expected) <= tolerance * floor))
    assert not wrong.any(), f"{got} is not {expected}"


def numbers(estimate: Estimate, places: Any = slice(None)) -> np.ndarray:
    """(4, k): value, se, low, high."""
    return np.stack([column[places] for column in (estimate.value, estimate.se, estimate.low, estimate.high)])


def of(case: dict) -> Sample:
    args = case["args"]
    return sample(case["design"], args.get("lonely", ""), args.get("adjust_domain_lonely") == "TRUE")


def answering(drawn: Sample) -> Precision:
    """Where rows without an answer leave the design, as na.rm has it, R's df is that of the rest of the units.

    Of calibrated and replicate designs they stay.
    """
    return Precision(df="design" if drawn.calibrations or drawn.replicates else "domain")


def where(case: dict) -> Any:
    return inside(case, of(case).frame)


def stat(case: dict) -> None:
    """Means, totals and shares of levels, one number a variable or a level of it; deff where it was asked for."""
    args, expected, drawn = case["args"], case["expected"], of(case)
    for y in args["y"] if isinstance(args["y"], list) else args["y"].split("+"):
        found, names = _stat(drawn, args["fn"], y.strip(), where(case), list(expected["est"]))
        close(numbers(found), [[expected[key][name] for name in names] for key in NUMBERS])
        assert (found.df == expected["df"]).all()
        if "deff" in expected:
            # R's deff=TRUE compares with sampling without replacement from Σw people.
            without = 1 - found.n / found.weighted_n if args["deff"] == "TRUE" else 1.0
            close(found.deff / without, [expected["deff"][name] for name in names])


def _stat(drawn: Sample, function: str, y: str, domain: Any, names: list[str]) -> tuple[Estimate, list[str]]:
    """The numbers of one variable, and R's names for them."""
    if function == "population variance":
        return variance(drawn, y, where=domain), [y]
    if function != "prop" and not isinstance(drawn.columns.coded(y).levels[0], str):
        return (total if function == "total" else mean)(drawn, y, where=domain), [y]
    found = share(drawn, y, where=domain, precision=Precision())
    if function == "total":
        found = _level_totals(drawn, y, domain)
    levels = {re.sub(rf"^(factor\()?{y}\)?", "", name): name for name in names}
    return found, [levels[label] for label in found.labels]


def _level_totals(drawn: Sample, y: str, domain: Any) -> Estimate:
    """How many people chose each level of a column."""
    levels = list(drawn.columns.coded(y).levels)
    totals = psu_totals(drawn, {str(level): Term(within={y: (level,)}) for level in levels}, where=domain)
    each = Smooth(
        value=lambda sums: sums,
        gradient=lambda sums: np.broadcast_to(np.eye(len(levels)), (len(sums), *[len(levels)] * 2)),
    )
    return estimate(totals, totals.terms, totals.terms, each, Precision())


def quotient(case: dict) -> None:
    args, expected = case["args"], case["expected"]
    found = ratio(of(case), args["y"], args["x"], where=where(case))
    close(numbers(found)[:, 0], [expected[key] for key in NUMBERS])
    assert found.df[0] == expected["df"]


def domains(case: dict) -> None:
    args, expected, drawn = case["args"], case["expected"], of(case)
    by = re.findall(r"[\w.]+", args["by"])
    if args["fn"] == "ratio":
        found = ratio(drawn, args["y"], args["x"], by=by)
    else:
        found = (total if args["fn"] == "total" else mean)(drawn, args["y"], by=by)
    place = {"|".join(domain.values()): k for k, domain in enumerate(found.by)}
    assert set(place) == set(expected["rows"])
    order = [place[row] for row in expected["rows"]]
    close(numbers(found, order), [expected[key] for key in NUMBERS])
    assert (found.df == expected["df"]).all()


def interval(case: dict) -> None:
    args, expected = case["args"], case["expected"]
    method = {"mean": "t"}.get(args["method"], args["method"])
    df = "domain" if args.get("df", "").startswith("degf of the subset") else "design"
    drawn, level = of(case), 0.95
    found = mean(drawn, args["y"], where=where(case), precision=Precision(method=method, level=level, df=df))
    fitted = method in ("logit", "likelihood")  # by svyglm, which stops up to 1e-8 short
    close(numbers(found)[:2, 0], [expected["est"], expected["se"]], 10 * TOLERANCE if fitted else TOLERANCE)
    limits = [expected["ci_low"], expected["ci_high"]]
    if method == "logit":  # R's svyglm stops where glm's default epsilon of 1e-8 lets it, up to 1e-9 short of the logit
        close(numbers(found)[2:, 0], limits, 10 * TOLERANCE)
        centre, half = _stopped(drawn, args["y"], where(case), found.df[0], level)
        close(expit([centre, centre - half, centre + half]), [expected["est"], *limits])
        return
    close(numbers(found)[2:, 0], limits, LIKELIHOOD if method == "likelihood" else TOLERANCE)


def _stopped(drawn: Sample, y: str, domain: Any, df: float, level: float) -> tuple[float, float]:
    """R's logit of a share and half its interval, each fit stopped as glm stops it."""
    t = float(stdtrit(df, (1 + level) / 2))
    values = np.array(drawn.columns.numeric(y))
    seen = ~np.isnan(values) if domain is None else ~np.isnan(values) & domain

    def fit(weights: np.ndarray, start: float | None) -> float:
        w = weights[seen] / weights[seen].mean()
        size = 1.0 if start is None else len(w)  # svyglm brings the weights to a mean of 1, in replicates to a sum of 1
        p, now = float(w @ values[seen] / w.sum()), start
        if now is None:
            middle = (w * values[seen] + 0.5) / (w + 1)
            slope = middle * (1 - middle)
            now = float((w * (slope * logit(middle) + values[seen] - middle)).sum() / (w * slope).sum())
        before = np.inf
        while True:
            share_now = expit(now)
            deviance = -2 * (p * np.log(share_now) + (1 - p) * np.log(1 - share_now)) * w.sum() / size
            if abs(deviance - before) / (abs(deviance) + 0.1) < 1e-8:
                return now
            before = deviance
            now += (p - share_now) / (share_now * (1 - share_now))

    centre = fit(drawn.weights, None)
    if drawn.replicates is None:
        share_ = expit(centre)
        return centre, t * float(mean(drawn, y, where=domain).se[0] / (share_ * (1 - share_)))
    fits = [fit(drawn.replicate_weights(r), centre) for r in range(len(drawn.replicates.scales))]
    spread = drawn.replicates.deviations(np.array(fits)[:, None], np.array([centre]))
    return centre, t * float(np.sqrt((spread**2).sum()))


def index(case: dict) -> None:
    args, expected, drawn = case["args"], case["expected"], of(case)
    items = tuple(f"q{number}" for number in args["items"])
    tree = [Node(id=item, level="item", items=(item,)) for item in items]
    tree.append(Node(id="overall", level="overall", items=items))
    found = _index(drawn, tree, "pooled" if args["fn"] == "index_pooled" else "items", where(case))
    close(numbers(found, -1), [expected[key] for key in NUMBERS])
    assert found.df[-1] == expected["df"]


def _index(drawn: Sample, tree: list[Node], mode: str, domain: Any) -> Estimate:
    items = tree[-1].items
    good = {item: tuple(v for v in drawn.columns.coded(item).levels if v >= SATISFIED) for item in items}
    terms = {f"y:{item}": Term(within={item: good[item]}) for item in items}
    terms |= {f"o:{item}": Term(given=(item,)) for item in items} | {"n": Term(any_of=items)}
    totals = psu_totals(drawn, terms, where=domain)
    base = [f"o:{node.id}" if node.level == "item" else "n" for node in tree]
    return estimate(totals, [node.id for node in tree], base, index_function(tree, mode, totals.terms), Precision())


def compared(case: dict) -> None:
    args, expected = case["args"], case["expected"]
    found = mean(of(case), args["y"], by=[args["by"]])
    first, second = args["levels"]
    found = contrast(found, {(args["y"], first): 1.0, (args["y"], second): -1.0})
    close(numbers(found)[:, 0], [expected[key] for key in NUMBERS])
    assert found.df[0] == expected["df"]


def quantiles(case: dict) -> None:
    args, expected = case["args"], case["expected"]
    drawn = of(case)
    found = quantile(
        drawn, args["y"], expected["p"], rule=args["qrule"], interval=args["interval"], precision=answering(drawn)
    )
    close(numbers(found), [expected[key] for key in NUMBERS])
    assert (found.df == expected["df"]).all()


def weights(case: dict) -> None:
    expected, w = case["expected"], of(case).weights
    close([w.sum(), (w**2).sum(), w.min(), w.max()], [expected[key] for key in ("sum", "sumsq", "min", "max")], WEIGHT)
    close(w[: len(expected["head"])], expected["head"], WEIGHT)
    close(w if "w" in expected else [], expected.get("w", []), WEIGHT)


def number(case: dict) -> None:
    args, expected, drawn = case["args"], case["expected"]["value"], of(case)
    if args["fn"] == "degf":
        assert psu_totals(drawn, {"1": Term()}, where=where(case)).domain_df(0)[0] == expected
    elif args["fn"].startswith("kish"):
        w = drawn.weights
        close([*kish(w), np.std(w) / np.mean(w)], expected)
    elif args["fn"] == "weighted correlation":
        close(correlation(drawn, *args["y"]).value[0], expected)
    else:
        assert args["fn"].startswith("cronbach alpha")
        close(cronbach_alpha(drawn, [f"q{item}" for item in args["items"]]).value[0], expected)


def table(case: dict) -> None:
    expected = case["expected"]
    found = weighted_table(of(case), *case["args"]["vars"])
    assert [[str(level) for level in levels] for levels in (found.row_levels, found.column_levels)] == list(
        expected["names"].values()
    )
    close(found.weights.ravel(order="F"), expected["value"])


def hypothesis_test(case: dict) -> None:
    args, expected = case["args"], case["expected"]
    found = _test(case)
    close(found.statistic if args["fn"] != "kruskal" else found.df[0], expected["statistic"])
    if args["fn"] == "kruskal":  # here R's htest has the degrees of freedom as statistic, and F times them as parameter
        close(found.statistic * found.df[0], expected["parameter"])
    else:
        close(found.df, np.atleast_1d(expected["parameter"]))
    close(found.p, expected["p"], P_VALUE)
    if "est" in expected:
        assert found.estimate is not None
        wanted = [key for key in ("est", "ci_low", "ci_high") if key in expected]
        got = {"est": found.estimate.value, "ci_low": found.estimate.low, "ci_high": found.estimate.high}
        close([got[key][0] for key in wanted], [expected[key] for key in wanted])


def _test(case: dict) -> Test:
    args, drawn = case["args"], of(case)
    if args["fn"] == "chisq":
        row, column = args["vars"]
        cut = re.search(r"(\w+)=cut\((\w+),c\(([-\d,]+)\)\)", case["r"])
        if cut is not None:
            edges = [float(edge) for edge in cut[3].split(",")]
            drawn = _with(drawn, cut[1], np.searchsorted(edges, drawn.frame[cut[2]], side="left"))
            row = cut[1]
        return rao_scott(drawn, row, column, statistic=args["statistic"])
    if args["fn"] == "ttest":
        return t_test(drawn, args["y"], args["group"], precision=answering(drawn))
    if args["fn"].startswith("one-sample"):
        column, less = args["y"].split(" - ")
        return t_test(_with(drawn, args["y"], drawn.frame[column] - float(less)), args["y"], precision=answering(drawn))
    test = (re.findall(r"test='(\w+)'", case["r"]) or ["wilcoxon"])[0]
    return rank_test(drawn, args["y"], args["group"], test=test, ties="rows", precision=answering(drawn))


def _with(drawn: Sample, name: str, values: Any) -> Sample:
    return replace(drawn, columns=Columns(drawn.frame.assign(**{name: values})))


def _formula(text: str) -> tuple[str, list[str | Factor]]:
    found = re.search(r"svy(?:glm|olr)\(([^~]+)~([^,]+),", text)
    assert found is not None
    y, *terms = (term.strip() for term in (found[1], *found[2].split("+")))
    factor = re.compile(r"factor\(([\w.]+)\)")
    return factor.sub(r"\1", y), [Factor(factor.sub(r"\1", term)) if factor.match(term) else term for term in terms]


def regression(case: dict) -> None:
    args, expected = case["args"], case["expected"]
    y, terms = _formula(case["r"])
    drawn = of(case)
    ordered = args["fn"] == "ordinal logit"
    model = (
        ordinal(drawn, y, terms) if ordered else glm(drawn, y, terms, family=args["family"], precision=answering(drawn))
    )
    names = list(expected["est"])
    place = {label: k for k, label in enumerate(model.coefficients.labels)}
    order = [place[_label(name)] for name in names]
    if ordered:
        _reached(drawn, y, terms, model, np.array([expected["est"][name] for name in names])[np.argsort(order)])
        close(model.coefficients.se[order], list(expected["se"].values()), STOPPED)
        return
    tolerance = TOLERANCE if args["family"] == "gaussian" else ITERATED
    close(model.coefficients.value[order], list(expected["est"].values()), tolerance)
    close(model.coefficients.se[order], list(expected["se"].values()), tolerance)
    if "t" in expected:
        close(model.t[order], list(expected["t"].values()), tolerance)
        close(model.p[order], list(expected["p"].values()), max(tolerance, P_VALUE))
        assert model.coefficients.df[0] == expected["df_residual"]


def _reached(drawn: Sample, y: str, terms: list[str | Factor], model: Model, theirs: np.ndarray) -> None:
    """R's optim stops before the maximum: its point is never likelier than ours, and beside it for its error's size."""
    x = regressors(drawn, y, terms, None)
    rating = drawn.columns.numeric(y)[x.inside]
    levels = np.unique(rating)
    cuts = len(levels) - 1

    def likelihood(value: np.ndarray) -> float:
        edges = np.concatenate([[-np.inf], value[-cuts:], [np.inf]])
        place, line = np.searchsorted(levels, rating), x.matrix @ value[:-cuts]
        chance = expit(edges[place + 1] - line) - expit(edges[place] - line)
        return float(drawn.weights[x.inside] @ np.log(chance))

    ours = model.coefficients
    assert likelihood(ours.value) >= likelihood(theirs)
    assert (np.abs(ours.value - theirs) <= 0.01 * ours.se).all()


def _label(name: str) -> str:
    """R's name of a coefficient in ours."""
    if name == "(Intercept)":
        return "intercept"
    return re.sub(r"^factor\(([\w.]+)\)", r"\1=", name)


def term(case: dict) -> None:
    expected = case["expected"]
    y, terms = _formula(case["r"])
    tested = re.findall(r"~(?:factor\()?([\w.]+)", case["r"])[-1]
    drawn = of(case)
    found = term_test(glm(drawn, y, terms, precision=answering(drawn)), tested)
    close([found.statistic, *found.df], [expected["statistic"], expected["df"], expected["ddf"]])
    close(found.p, expected["p"], P_VALUE)


CHECKS: dict[str, Callable[[dict], None]] = {
    "stat": stat, "ratio": quotient, "by": domains, "ciprop": interval, "quant": quantiles, "weights": weights,
    "num": number, "tab": table, "htest": hypothesis_test, "glm": regression, "olr": regression, "rtt": term,
}  # fmt: skip


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['id']}@{case['design']}")
def test_equals_r(case: dict) -> None:
    function = case["args"]["fn"]
    if function in ("index", "index_pooled"):
        index(case)
    elif function == "difference of domain means":
        compared(case)
    else:
        CHECKS[case["kind"]](case)


def test_no_case_of_the_files_is_left_out() -> None:
    assert len({case["id"] + case["design"] for case in cases()}) == len(cases())
    assert len(cases()) == sum(content.get("n_cases", len(content["cases"])) for content in files().values()) > 0
