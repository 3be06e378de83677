"""Sheet 10: points by area and criterion, their sums and intervals, the index and its band."""

from collections.abc import Iterator, Sequence

from analysis.report import sheets
from analysis.report.build_points import CARD, PATH, POINTS, SCORED, TOTAL, WORK, WORK_TABLE
from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.report.formulas import column, here, literal
from analysis.report.model import Cell, Formula, Sheet, Table
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.row import Row
from analysis.scores.scorecard.scheme import NOISE
from analysis.scores.scorecard.words import basis_words, card_notes, evidence_words
from survey.questionnaire import say

TABLE = "SCR_TABLE_CARD"
_CODE, _MAX, _SHARE, _LEFT = "SCR_COL_CODE", "SCR_COL_MAX", "SCR_HEAD_EARNED", "SCR_HEAD_LEFT_OUT"


def card_sheet(figures: Figures, cards: Sequence[Scorecard]) -> Sheet:
    """Every card under its whole, in reading order; points are live sums over the sheet of scored lines."""
    word = figures.word
    columns = sheets.columns(
        figures,
        *(((CARD, 6), ("SCR_COL_SUBJECT", 24)) if _named(cards) else ()),
        *((_CODE, 8), ("SCR_COL_TITLE", 44), (_MAX, 8), (POINTS, 8), (sheets.LOW, 8), (sheets.HIGH, 8)),
        *((SCORED, 9), (_SHARE, 9), (_LEFT, 9), ("SCR_HEAD_BAND", 11), ("SCR_HEAD_EVIDENCE", 15)),
        *(
            ("SCR_HEAD_BASIS", 17),
            ("SCR_HEAD_N", 7),
            ("SCR_HEAD_OWNER", 17),
            ("SCR_HEAD_MARK", 6),
            ("SCR_COL_NOTE", 22),
        ),
    )
    notes = dict.fromkeys(note for card in cards for note in card_notes(card, figures.language))
    return Sheet(
        name=word(sheets.POINTS),
        title=word("SCR_TITLE_CARD", scheme=say(cards[0].scheme.title, figures.language)),
        lines=sheets.lines(215, *notes, word("SCR_LINE_CARD", work=word(WORK))),
        table=Table(
            name=word(TABLE),
            columns=columns,
            rows=tuple(row for place, card in enumerate(cards, start=1) for row in _rows(figures, cards, place, card)),
        ),
    )


def _named(cards: Sequence[Scorecard]) -> bool:
    return any(card.subject for card in cards)


def _rows(figures: Figures, cards: Sequence[Scorecard], place: int, card: Scorecard) -> Iterator[tuple[Cell, ...]]:
    for row in (card.total, *card.rows):
        whole = row is card.total
        title = figures.word("SCR_WHOLE_CARD") if whole else clean(say(row.title, figures.language)).text
        title = f"{'    ' * row.depth}{title}" if row.leaf else title.upper() if whole else title
        missing = sum(each.max_points for each in card.left_out if whole or _under(card, each, row))
        yield (
            *((sheets.number(figures, place, "count"), sheets.text(card.subject)) if _named(cards) else ()),
            sheets.text(figures.word(TOTAL) if whole else row.code),
            sheets.text(title),
            sheets.number(figures, row.max_points if row.applicable else 0.0, "decimal"),
            sheets.formula(_points(figures, _named(cards)), row.points, "decimal"),
            *_ends(figures, row),
            sheets.formula(_sum(figures, SCORED, _named(cards)), row.scored_max, "decimal"),
            sheets.formula(_share(figures), row.share, "share"),
            sheets.number(figures, missing, "decimal") if missing else sheets.dash(),
            _band(figures, card) if whole else sheets.dash(),
            sheets.text(evidence_words(row.evidence, figures.language)),
            sheets.text(_basis(figures, row)),
            sheets.dash() if row.n is None else sheets.number(figures, row.n, "count"),
            sheets.text(clean(row.owner).text),
            sheets.mark(card.scheme.mark if whole else row.mark),
            sheets.text(clean("; ".join(filter(None, (row.note, row.reference)))).text),
        )


def _under(card: Scorecard, leaf: Row, row: Row) -> bool:
    at: str | None = leaf.code
    while at is not None and at != row.code:
        at = card.scheme.criterion(at).parent
    return at == row.code


def _basis(figures: Figures, row: Row) -> str:
    told = basis_words(row, figures.language)
    if row.gap:
        told = f"{told}; {figures.word('SCR_GAP')}" if told else figures.word("SCR_GAP")
    return f"{told}; {figures.word('SCR_CONTESTED')}" if row.leaf and row.contested else told


def _ends(figures: Figures, row: Row) -> tuple[Cell, Cell]:
    """The interval: values, since Excel cannot honestly compute them."""
    if row.low is None or row.high is None:
        return sheets.dash(), sheets.dash()
    return sheets.number(figures, row.low, "decimal"), sheets.number(figures, row.high, "decimal")


def _criteria(figures: Figures, several: bool) -> str:
    """The scored lines (of several cards: of the one in this row) under this row's code."""
    word, own, lines = figures.word, figures.word(TABLE), figures.word(WORK_TABLE)
    code = f"{literal('*|')}&{here(own, word(_CODE))}&{literal('|*')}"
    under = f"{column(lines, word(PATH))},{code}"
    return f"{column(lines, word(CARD))},{here(own, word(CARD))},{under}" if several else under


def _sum(figures: Figures, header: str, several: bool) -> str:
    return f"SUMIFS({column(figures.word(WORK_TABLE), figures.word(header))},{_criteria(figures, several)})"


def _points(figures: Figures, several: bool) -> str:
    cells = column(figures.word(WORK_TABLE), figures.word(POINTS))
    scored = f"COUNTIFS({_criteria(figures, several)},{cells},{literal('>-1E+300')})"
    return f"IF({scored}=0,{literal('–')},{_sum(figures, POINTS, several)})"


def _share(figures: Figures) -> str:
    points, most = (here(figures.word(TABLE), figures.word(header)) for header in (POINTS, SCORED))
    return f"IF({most}=0,{literal('–')},{points}/{most})"


def _band(figures: Figures, card: Scorecard) -> Cell:
    """The grade, live: the first edge that the index or the points have reached."""
    scheme = card.scheme
    if not scheme.bands:
        return sheets.dash()
    value = here(figures.word(TABLE), figures.word(_SHARE if scheme.bands_of == "index" else POINTS))
    told = literal("–")
    for band in reversed(scheme.bands):
        told = f"IF({value}>={band.at_least - NOISE!r},{literal(say(band.label, figures.language))},{told})"
    now = say(card.band.label, figures.language) if card.band else "–"
    return Formula(f"IF(ISNUMBER({value}),{told},{literal('–')})", now)
