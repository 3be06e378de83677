"""The sheet «Tham số»: what a score depends on, in named cells whose change moves the scores."""

from typing import Any

from analysis.report import sheets
from analysis.report.detach import detached
from analysis.report.figures import OVERALL, Figures
from analysis.report.formulas import column, literal
from analysis.report.indices import MODE_CELL, mode_words, score_name, weight_name
from analysis.report.model import Cell, Choices, Formula, Name, Number, Sheet, Table

TABLE = "RPT_TABLE_PARAMETERS"
RUN_VALUE = "RPT_HEAD_RUN_VALUE"
LEVEL_CELL = "RPT_NAME_LEVEL"


def status(figures: Figures) -> Formula:
    """The live line that tells whether the workbook still stands as the tool left it."""
    value_now, value_then = (column(figures.word(TABLE), figures.word(header)) for header in (sheets.VALUE, RUN_VALUE))
    changed = f"SUMPRODUCT(--({value_now}<>{value_then}))>0"
    moved = []
    for kind in (False, True):
        row = figures.row(OVERALL, weighted=kind)
        value = row.value if row and row.value == row.value else 0.0
        moved.append(f"ABS(N({score_name(figures, OVERALL, weighted=kind)})-{value!r})>1E-9")
    told = {code: literal(figures.word(f"RPT_STATUS_{code}")) for code in ("CHANGED", "EDITED", "SAME")}
    expression = f"IF({changed},{told['CHANGED']},IF(OR({','.join(moved)}),{told['EDITED']},{told['SAME']}))"
    return Formula(expression, figures.word("RPT_STATUS_SAME"))


def parameters(figures: Figures) -> Sheet:
    """Threshold or satisfied answers, mode, confidence level, and the weights of the tree."""
    rows: list[tuple[Cell, ...]] = []
    names: list[Name] = []
    choices: list[Choices] = []
    word, header = figures.word, figures.word(sheets.VALUE)

    def add(name: str, value: Cell, meaning: str, *, named: int = 1) -> int:
        place = len(rows)
        rows.append((sheets.text(name), value, value, sheets.text(meaning)))
        if named:
            names.append(Name(name=name, row=place, header=header, rows=named))
        return place

    def restrict(row: int, message: str, **rule: Any) -> None:
        choices.append(Choices(row=row, header=header, title=word("RPT_RULE"), message=message, **rule))

    plan = figures.evaluation.plan
    modes = mode_words(figures)
    place = add(word(MODE_CELL), sheets.text(modes[plan.mode]), word("RPT_MEANS_MODE", **modes))
    restrict(place, word("RPT_RULE_ONE_OF", allowed=", ".join(modes.values())), values=tuple(modes.values()))
    for rule in figures.rules:
        labels = [(value, rule.scale.label(value, figures.language)) for value in rule.values]
        if rule.threshold is not None:
            low, high = (f(int(option.value) for option in rule.scale.options) for f in (min, max))
            satisfied, scale = ", ".join(label for _, label in labels), _scale_words(figures, rule.name)
            meaning = word("RPT_MEANS_THRESHOLD", satisfied=satisfied, scale=scale)
            place = add(rule.name, Number(rule.threshold), meaning)
            restrict(place, word("RPT_RULE_WHOLE", low=low, high=high), low=low, high=high, whole=True)
        for turn, (value, label) in enumerate(labels if rule.threshold is None else ()):
            number = _numeric(figures, rule.name)
            cell: Cell = Number(int(value)) if number else sheets.text(value)
            add(rule.name, cell, word("RPT_MEANS_SATISFIED", label=label), named=0 if turn else len(labels))
    add(word(LEVEL_CELL), Number(plan.level, "share"), word("RPT_MEANS_LEVEL"))
    for code, weight in _weights(figures):
        meaning = word("RPT_MEANS_WEIGHT", node=figures.label(code), mode=modes["weights"])
        place = add(weight_name(code), Number(weight), meaning)
        restrict(place, word("RPT_RULE_NOT_NEGATIVE"), low=0, high=1e9)
    names_of_rules = ", ".join(rule.name for rule in figures.rules)
    fixed = [word("RPT_LINE_PARAMETERS_FIXED", names=names_of_rules)] if detached(figures) else []
    return Sheet(
        name=word(sheets.PARAMETERS),
        title=word("RPT_TITLE_PARAMETERS", value=header),
        lines=(
            status(figures),
            *sheets.lines(120, word("RPT_LINE_PARAMETERS", value=header, run_value=word(RUN_VALUE)), *fixed),
        ),
        table=Table(
            name=word(TABLE),
            columns=sheets.columns(
                figures, ("RPT_HEAD_PARAMETER", 26), (sheets.VALUE, 16), (RUN_VALUE, 16), (sheets.MEANING, 70)
            ),
            rows=tuple(rows),
        ),
        names=tuple(names),
        choices=tuple(choices),
    )


def _weights(figures: Figures) -> list[tuple[str, float]]:
    """Code and weight of every aspect and factor, in the order of the tree."""
    return [
        (child, weight)
        for node in figures.branches
        for child, weight in zip(node.children, node.weights, strict=True)
        if figures.tree[child].level != "item"
    ]


def _scale_words(figures: Figures, rule_name: str) -> str:
    rule = next(rule for rule in figures.rules if rule.name == rule_name)
    return "; ".join(
        f"{option.value} = {rule.scale.label(option.value, figures.language)}" for option in rule.scale.options
    )


def _numeric(figures: Figures, rule_name: str) -> bool:
    rule = next(rule for rule in figures.rules if rule.name == rule_name)
    return any(rule.covers(question) and figures.numeric(question) for question in figures.items)
