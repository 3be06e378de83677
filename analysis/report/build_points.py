"""The data sheets under sheet 10: one row a scored line with its rate and points, one row a counted answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.report import sheets
from analysis.report.cells import clean
from analysis.report.figures import OVERALL, Figures, Mask
from analysis.report.formulas import chose, column, count, here, literal, weigh
from analysis.report.indices import score_name, slips, weights
from analysis.report.model import Cell, Formula, Number, Sheet, Table
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.rates import counting
from analysis.scores.scorecard.row import Row
from analysis.scores.scorecard.scheme import NOISE, Criterion
from analysis.scores.scorecard.words import rule_words
from survey.questionnaire import Question, say

WORK, COUNTS = "SCR_SHEET_WORK", "SCR_SHEET_COUNTS"
WORK_TABLE, COUNTS_TABLE = "SCR_TABLE_WORK", "SCR_TABLE_COUNTS"
CARD, PATH, POINTS, SCORED = "SCR_HEAD_CARD", "SCR_HEAD_PATH", "SCR_HEAD_POINTS", "SCR_HEAD_SCORED"
TOTAL = "SCR_TOTAL"
_CODE, _MAX, _RATE, _HOW = "SCR_COL_CODE", "SCR_COL_MAX", "SCR_HEAD_RATE", "SCR_HEAD_HOW"
_TARGET, _COMPUTED, _COUNTS, _IN = "SCR_HEAD_TARGET", "SCR_HEAD_COMPUTED", "SCR_HEAD_COUNTS", "SCR_HEAD_INSPECTED"
_SELF, _APPRAISED, _APPLIES = "SCR_COL_SELF", "SCR_COL_APPRAISED", "SCR_COL_APPLICABLE"
_SHARE, _ANSWERS = "SCR_HEAD_SHARE", "SCR_HEAD_ANSWERS"
_MOST_CELLS = 20_000_000
"""Cells that the counting formulas may look at before they are written as values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A scored line of a card. `live`: its rate is computed from this workbook's answers."""

    card: int
    of: Scorecard
    row: Row
    criterion: Criterion
    live: bool


def data_sheets(figures: Figures, cards: Sequence[Scorecard]) -> tuple[Sheet, ...]:
    """The scored lines, and the counted answers where any rate is computed from this workbook's slips."""
    return tuple(sheet for sheet in (work(figures, cards), counts(figures, cards)) if sheet is not None)


def work(figures: Figures, cards: Sequence[Scorecard]) -> Sheet:
    """One row a scored line: what may be edited (self-scored, appraised, applies) and what follows."""
    word, table = figures.word, figures.word(WORK_TABLE)

    def own(header: str) -> str:
        return here(table, word(header))

    rows = []
    for line in _lines(figures, cards):
        row, criterion = line.row, line.criterion
        points = (
            f"IF({own(_APPLIES)}={literal(word('SCR_NO'))},{literal('–')},IF(ISNUMBER({own(_IN)}),{own(_IN)},"
            f"IF(ISNUMBER({own(_APPRAISED)}),{own(_APPRAISED)},IF(ISNUMBER({own(_COMPUTED)}),{own(_COMPUTED)},"
            f"IF(ISNUMBER({own(_SELF)}),{own(_SELF)},{literal('–')})))))"
        )
        inspected = row.points if row.basis == "inspection" else None
        rows.append(
            (
                Number(line.card, "count"),
                sheets.text(line.of.subject or word("SCR_WHOLE")),
                sheets.text(row.code),
                sheets.text(_path(figures, line)),
                sheets.text(rule_words(criterion, figures.language)),
                Number(criterion.max_points, "decimal"),
                Number(0 if criterion.extra else 1, "count"),
                Number(1.0 if criterion.target is None else criterion.target, "share"),
                _rate(figures, line),
                sheets.text(word(_how(line))),
                sheets.formula(_computed(criterion, own), row.computed, "decimal"),
                _given(row.self_points),
                _given(row.appraised),
                _given(inspected),
                sheets.text(word("SCR_YES" if row.applicable else "SCR_NO")),
                sheets.formula(points, row.points, "decimal"),
                Formula(f"IF(ISNUMBER({own(POINTS)}),{own(_MAX)}*{own(_COUNTS)},0)", row.scored_max, "decimal"),
                sheets.text(clean(say(row.group, figures.language)).text),
                sheets.mark(row.mark),
                sheets.text(clean(say(row.source, figures.language)).text),
            )
        )  # fmt: skip
    columns = sheets.columns(
        figures,
        *((CARD, 7), ("SCR_COL_SUBJECT", 24), (_CODE, 9), (PATH, 20), ("SCR_HEAD_RULE", 40), (_MAX, 9), (_COUNTS, 9)),
        *((_TARGET, 9), (_RATE, 9), (_HOW, 24), (_COMPUTED, 9), (_SELF, 9), (_APPRAISED, 9), (_IN, 9), (_APPLIES, 9)),
        *((POINTS, 9), (SCORED, 9), ("SCR_HEAD_GROUP", 24), ("SCR_HEAD_MARK", 7), ("SCR_HEAD_SOURCE", 60)),
    )
    return Sheet(
        name=word(WORK),
        title=word("SCR_TITLE_WORK"),
        lines=sheets.lines(100, word("SCR_LINE_WORK", shown=word(sheets.POINTS), counts=word(COUNTS))),
        table=Table(name=table, columns=columns, rows=tuple(rows)),
        data=True,
    )


def counts(figures: Figures, cards: Sequence[Scorecard]) -> Sheet | None:
    """One row a counted answer of a question behind a line: its share of the points, and how many gave it."""
    word = figures.word
    rows: list[tuple[Cell, ...]] = []
    for line in _lines(figures, cards):
        for name in line.criterion.questions if line.live else ():
            question = figures.evaluation.questionnaire.question(name)
            for answer, share in counting(line.criterion, question).items():
                inside = _inside(figures, line) & figures.chose(question, answer)
                value = figures.weigh(inside) if figures.weighted else figures.count(inside)
                form = "weight" if figures.weighted else "count"
                rows.append(
                    (
                        Number(line.card, "count"),
                        sheets.text(line.row.code),
                        sheets.text(name),
                        sheets.text(answer),
                        Number(share, "share"),
                        Formula(_counted(figures, line, question, answer), value, form),  # type: ignore[arg-type]
                    )
                )
    if not rows:
        return None
    columns = sheets.columns(
        figures,
        (CARD, 7),
        (_CODE, 9),
        (sheets.QUESTION_CODE, 14),
        (sheets.ANSWER_CODE, 12),
        (_SHARE, 12),
        (_ANSWERS, 14),
    )
    return Sheet(
        name=word(COUNTS),
        title=word("SCR_TITLE_COUNTS"),
        lines=sheets.lines(110, word("SCR_LINE_COUNTS", work=word(WORK))),
        table=Table(name=word(COUNTS_TABLE), columns=columns, rows=tuple(rows)),
        data=True,
    )


def _lines(figures: Figures, cards: Sequence[Scorecard]) -> Iterator[_Line]:
    scored = [(place, card, row) for place, card in enumerate(cards, start=1) for row in card.leaves]
    questions = sum(len(card.scheme.criterion(row.code).questions) * 4 for _, card, row in scored)
    affordable = questions * figures.n <= _MOST_CELLS
    for place, card, row in scored:
        criterion = card.scheme.criterion(row.code)
        from_here = row.rate is not None and row.survey == figures.about.round_name
        live = from_here and affordable and (bool(criterion.questions) or _node_name(figures, criterion, card) != "")
        yield _Line(card=place, of=card, row=row, criterion=criterion, live=live)


def _how(line: _Line) -> str:
    if line.live:
        return "SCR_HOW_LIVE"
    return "SCR_HOW_NONE" if line.row.rate is None else "SCR_HOW_GIVEN"


def _path(figures: Figures, line: _Line) -> str:
    """The codes from the whole down to the line, so that every sum finds what is under it: |Tổng|1|1.S1|."""
    codes, at = [line.row.code], line.row.parent
    while at is not None:
        codes.append(at)
        at = line.of.scheme.criterion(at).parent
    return "|".join(("", figures.word(TOTAL), *reversed(codes), ""))


def _rate(figures: Figures, line: _Line) -> Cell:
    if not line.live:
        return sheets.dash() if line.row.rate is None else Number(line.row.rate, "share")
    if not line.criterion.questions:
        return sheets.formula(_node_name(figures, line.criterion, line.of), line.row.rate, "share")
    word = figures.word
    table, own = word(COUNTS_TABLE), word(WORK_TABLE)
    same = "*".join(f"({column(table, word(header))}={here(own, word(header))})" for header in (CARD, _CODE))
    answers = column(table, word(_ANSWERS))
    top, bottom = f"SUMPRODUCT({same}*{column(table, word(_SHARE))}*{answers})", f"SUMPRODUCT({same}*{answers})"
    return sheets.formula(f"IF({bottom}=0,{literal('–')},{top}/{bottom})", line.row.rate, "share")


def _node_name(figures: Figures, criterion: Criterion, card: Scorecard) -> str:
    """The cell of sheet 04 with the index a line rests on; empty where there is none, as for one unit's card."""
    node = criterion.node or OVERALL
    if card.subject or node not in figures.tree or figures.tree[node].level == "item":
        return ""
    return score_name(figures, node, weighted=figures.weighted)


def _computed(criterion: Criterion, own: Callable[[str], str]) -> str:
    """Points from the rate, by the line's rule."""
    rate, most, target = (own(header) for header in (_RATE, _MAX, _TARGET))
    if criterion.rule == "entered":
        return literal("–")
    if criterion.rule == "ratio":
        points = f"{most}*MIN(1,{rate}/{target})"
    elif criterion.rule == "yes_no":
        points = f"IF({rate}>={target}-{NOISE!r},{most},0)"
    elif criterion.rule == "steps":
        points = "0"
        for least, worth in reversed(criterion.steps):
            points = f"IF({rate}>={least - NOISE!r},{worth!r},{points})"
    else:
        points = f"{most}*{rate}"
    return f"IF(ISNUMBER({rate}),{points},{literal('–')})"


def _given(value: float | None) -> Cell:
    return sheets.dash() if value is None else Number(value, "decimal")


def _inside(figures: Figures, line: _Line) -> Mask:
    """The rows about the card's unit, from respondents who count (n,)."""
    inside = np.ones(figures.n, dtype=bool)
    if line.of.subject:
        inside &= figures.column(figures.by or "unit") == line.of.subject
    for name, answers in line.criterion.respondents.items():
        question = figures.evaluation.questionnaire.question(name)
        inside &= np.any([figures.chose(question, answer) for answer in answers], axis=0)
    return inside


def _counted(figures: Figures, line: _Line, question: Question, answer: str) -> str:
    conditions = [chose(slips(figures, question), answer, numeric=figures.numeric(question))]
    if line.of.subject:
        unit = column(figures.word("RPT_TABLE_SLIPS"), figures.unit_header)
        conditions.append(f"EXACT({unit},{literal(line.of.subject)})")
    for name, answers in line.criterion.respondents.items():
        asked = figures.evaluation.questionnaire.question(name)
        any_of = (f"({chose(slips(figures, asked), each, numeric=figures.numeric(asked))})" for each in answers)
        conditions.append(f"({'+'.join(any_of)})>0")
    return weigh(weights(figures), *conditions) if figures.weighted else count(*conditions)
