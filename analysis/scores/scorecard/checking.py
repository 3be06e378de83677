"""Is a line of the rules what it should be, and do all lines fit together? Every fault is collected."""

import re
from collections.abc import Callable, Iterator, Mapping
from math import fsum
from typing import get_args

from analysis.scores.scorecard.fields import Fields, Place
from analysis.scores.scorecard.scheme import NOISE, Criterion, Evidence, Mark, Rule, Scheme
from survey.errors import Problem, word

FIELDS = (
    "code", "parent", "title", "max_points", "evidence", "rule", "study", "questions", "weights", "node", "respondents",
    "measure", "target", "steps", "owner", "group", "extra", "gap", "source", "mark", "note",
)  # fmt: skip
"""The keys of one criterion, in TOML and as columns of the table that people edit."""

_CODE = re.compile(r"[^\W_]+(?:[._-][^\W_]+)*")
_RULES: Mapping[str, tuple[Rule, ...]] = {
    "documents": ("entered", "linear", "ratio", "yes_no", "steps"),
    "data": ("entered", "linear", "ratio", "yes_no", "steps"),
    "survey": ("linear", "options", "ratio", "yes_no", "steps"),
    "sipas": ("linear", "ratio", "yes_no", "steps"),
}


def read_criterion(fields: Fields, default_weights: Mapping[str, float]) -> Criterion | None:
    """One line of the rules; None where it has a fault. `default_weights`: for the rule *options* without its own."""
    before = len(fields.faults)
    fields.only(FIELDS)
    code, most = fields.text("code"), fields.number("max_points")
    if code and not _CODE.fullmatch(code):
        fields.faults.append(fields.fault("code", "SCR_CODE", got=code[:60]))
    evidence: Evidence = fields.one_of("evidence", get_args(Evidence), default="")
    rule: Rule = fields.one_of("rule", get_args(Rule), default="entered")
    own = fields.shares("weights")
    found = Criterion(
        code=code,
        parent=fields.text("parent", needed=False) or None,
        title=fields.words("title"),
        max_points=most,
        evidence=evidence,
        rule=rule,
        study=fields.text("study", needed=False),
        questions=fields.texts("questions"),
        weights=own or (dict(default_weights) if rule == "options" else {}),
        node=fields.text("node", needed=False),
        respondents=fields.lists("respondents"),
        measure=fields.text("measure", needed=False),
        target=None if fields.raw.get("target") is None else fields.number("target", most=1.0),
        steps=fields.pairs("steps", most),
        owner=fields.text("owner", needed=False),
        group=fields.words("group", needed=False),
        extra=fields.yes("extra"),
        gap=fields.yes("gap"),
        source=fields.words("source"),
        mark=fields.one_of("mark", get_args(Mark)),
        note=fields.text("note", needed=False),
    )
    if len(fields.faults) == before:
        fields.faults.extend(fields.fault(field, code, **values) for field, code, values in _misfits(found))
    return found if len(fields.faults) == before else None


def _misfits(found: Criterion) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Values that are right each for itself and do not go together."""
    if found.evidence and found.rule not in _RULES[found.evidence]:
        allowed = ", ".join(_RULES[found.evidence])
        yield "rule", "SCR_RULE", {"got": found.rule, "evidence": found.evidence, "allowed": allowed}
    if found.evidence == "survey" and bool(found.questions) == bool(found.node):
        yield "questions", "SCR_QUESTIONS_OR_NODE", {}
    if found.evidence in ("survey", "sipas") and not found.study:
        yield "study", "SCR_TEXT", {}
    if found.rule == "options" and (not found.questions or max(found.weights.values(), default=0) <= 0):
        yield "weights", "SCR_WEIGHTS", {}
    if found.rule == "ratio" and found.target is None:
        yield "target", "SCR_TARGET", {}
    if found.rule == "steps" and not found.steps:
        yield "steps", "SCR_STEPS", {"most": f"{found.max_points:g}"}


def check_tree(scheme: Scheme, place: Callable[[str], Place]) -> Iterator[Problem]:
    """Codes twice, parents that do not exist, sums that do not add up. `place`: where a code stands."""
    seen: set[str] = set()
    for each in scheme.criteria:
        if each.code.casefold() in {code.casefold() for code in seen}:
            yield place(each.code).problem("code", "SCR_TWICE", got=each.code)
        if each.parent is not None and each.parent not in seen:
            yield place(each.code).problem("parent", "SCR_PARENT", got=each.parent)
        seen.add(each.code)
    leaves = {leaf.code for leaf in scheme.leaves()}
    if not scheme.criteria:
        yield place("").problem("criterion", "SCR_EMPTY")
    for each in scheme.criteria:
        if each.code in leaves and not each.evidence:
            yield place(each.code).problem("evidence", "SCR_NO_EVIDENCE")
        if each.code not in leaves:
            if each.evidence:
                yield place(each.code).problem("evidence", "SCR_PARENT_EVIDENCE")
            below = fsum(child.max_points for child in scheme.children(each.code) if not child.extra)
            if abs(below - each.max_points) > NOISE:
                yield place(each.code).problem("max_points", "SCR_SUM", **_difference(below, each.max_points))
    for wanted in scheme.sums:
        got = fsum(leaf.max_points for leaf in scheme.leaves() if leaf.evidence in wanted.evidence and not leaf.extra)
        if abs(got - wanted.points) > NOISE:
            kinds = {
                at: ", ".join(word(f"SCR_EVIDENCE_{e.upper()}", at) for e in wanted.evidence) for at in ("vi", "en")
            }
            yield place("").problem("max_points", "SCR_SUM_OF", kinds=kinds, **_difference(got, wanted.points))


def _difference(got: float, wanted: float) -> dict[str, object]:
    numbers = {"got": got, "wanted": wanted, "difference": abs(got - wanted)}
    return {name: {"vi": f"{v:.6g}".replace(".", ","), "en": f"{v:.6g}"} for name, v in numbers.items()}
