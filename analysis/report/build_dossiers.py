"""Sheets 11: dossiers by unit and period, then shares, rates and what does not add up, all of them live formulas."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from analysis.report import sheets
from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.report.formulas import column, here, literal, ratio
from analysis.report.model import Cell, Column, Formula, Name, Number, Sheet, Table, Text
from analysis.scores.dossier_sums import differences, kind_words
from analysis.scores.dossiers import SHARES, Cases, Count, DossierTable, Share, share
from analysis.scores.dossiers_766 import INDICES, Index, Settings766, rates_766
from survey.words import DASH

TABLE = "DOS_TABLE"
_UNIT, _PERIOD = "DOS_HEAD_UNIT", "DOS_HEAD_PERIOD"
_MOST_DIFFERENCES = 12
_MOST_REASONS = 5
_WIDTH = 170
Apart = Literal["channels", "solved", "handled"]
_OF: Mapping[Share, tuple[tuple[Count, ...], Count]] = {
    "online": (("online",), "received"),
    "on_time": (("on_time", "early"), "solved"),
    "late": (("late",), "solved"),
    "overdue": (("overdue",), "pending"),
    "digitised": (("digitised",), "received"),
    "paid_online": (("paid_online",), "received"),
    "reviewed": (("reviewed",), "procedures"),
}
_APART: Mapping[Apart, tuple[tuple[Count, ...], tuple[Count, ...]]] = {
    "channels": (("direct", "post", "online"), ("received",)),
    "solved": (("early", "on_time", "late"), ("solved",)),
    "handled": (("solved", "pending"), ("received", "carried")),
}
"""What is added up, and what it should come to; `early` and `carried` may be left out of a table."""
_OPTIONAL = frozenset({"early", "carried"})


def dossiers_sheet(figures: Figures, table: DossierTable, settings: Settings766) -> Sheet:
    """The counts: everybody first (where there are several rows), then each unit and period as the file has them."""
    made = _Maker(figures=figures, table=table, settings=settings)
    rows = tuple(made.counts(row) for row in made.rows)
    named = (_PERIOD, *map(_head, made.stated)) if made.totals else ()
    return Sheet(
        name=figures.word(sheets.CASES),
        title=figures.word("DOS_SHEET_TITLE"),
        lines=made.lines(),
        table=Table(
            name=figures.word(TABLE),
            columns=sheets.columns(figures, (_UNIT, 30), (_PERIOD, 16), *((_head(name), 11) for name in made.stated)),
            rows=rows,
        ),
        names=tuple(
            Name(name=made.name(code), row=len(made.totals), header=figures.word(code), rows=len(table.rows))
            for code in named
        ),
    )


def rates_sheet(figures: Figures, table: DossierTable, settings: Settings766) -> Sheet | None:
    """Shares, sums that do not add up, rates of QĐ 766 and reasons, row by row as the counts; None without any."""
    made = _Maker(figures=figures, table=table, settings=settings)
    if not (made.shares or made.apart or made.indices or made.reasons):
        return None
    told: list[tuple[str, float]] = [(f"DOS_SHARE_{name.upper()}", 11) for name in made.shares]
    told += [(f"DOS_HEAD_APART_{name.upper()}", 12) for name in made.apart]
    rates = tuple(Column(figures.word(f"DOS_INDEX_{index.replace('.', '_')}"), 13) for index in made.indices)
    reasons = sheets.columns(figures, ("DOS_HEAD_REASON", 40)) if made.reasons else ()
    return Sheet(
        name=figures.word(sheets.CASE_RATES),
        title=figures.word("DOS_RATES_TITLE"),
        lines=made.rate_lines(),
        table=Table(
            name=figures.word("DOS_TABLE_RATES"),
            columns=(*sheets.columns(figures, (_UNIT, 30), (_PERIOD, 16), *told), *rates, *reasons),
            rows=tuple(made.shares_of(row, place) for place, row in enumerate(made.rows, start=1)),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Maker:
    figures: Figures
    table: DossierTable
    settings: Settings766

    @property
    def stated(self) -> tuple[Count, ...]:
        return self.table.stated()

    @property
    def shares(self) -> tuple[Share, ...]:
        return tuple(name for name in SHARES if {_OF[name][0][0], _OF[name][1]} <= set(self.stated))

    @property
    def apart(self) -> tuple[Apart, ...]:
        """The sums that the table can be checked for."""
        needed = {name: {*parts, *wholes} - _OPTIONAL for name, (parts, wholes) in _APART.items()}
        return tuple(name for name in _APART if needed[name] <= set(self.stated))

    @property
    def indices(self) -> tuple[Index, ...]:
        rated = [rates_766(row, self.settings) for row in self.table.rows]
        return tuple(index for index in INDICES if any(rates[index] is not None for rates in rated))

    @property
    def reasons(self) -> bool:
        return any(row.reasons for row in self.table.rows)

    @cached_property
    def totals(self) -> tuple[Cases, ...]:
        """Everybody, then each period where there are several; none where there is one row."""
        if len(self.table.rows) < 2:
            return ()
        periods = self.table.periods if len(self.table.periods) > 1 and len(self.table.units) > 1 else ()
        return (self.table.pooled(), *(self.table.pooled(period=period) for period in periods))

    @property
    def rows(self) -> tuple[Cases, ...]:
        """All rows of both sheets."""
        return (*self.totals, *self.table.rows)

    def name(self, code: str) -> str:
        """The defined name of a column, for the totals."""
        return self.figures.word("DOS_NAME", column=code.removeprefix("DOS_HEAD_").lower())

    def counts(self, cases: Cases) -> tuple[Cell, ...]:
        """A row of counts; those of a total are formulas."""
        return (*self._who(cases), *(self._count(cases, name) for name in self.stated))

    def shares_of(self, cases: Cases, place: int) -> tuple[Cell, ...]:
        """A row of what is computed from the counts in the row `place` of their table."""
        rates = rates_766(cases, self.settings)
        cells = [*self._who(cases)]
        cells += [self._share(cases, name, place) for name in self.shares]
        cells += [self._difference(cases, name, place) for name in self.apart]
        cells += [self._rate(cases, index, rates[index], place) for index in self.indices]
        return (*cells, sheets.text(self._reasons_of(cases))) if self.reasons else tuple(cells)

    def lines(self) -> tuple[Text, ...]:
        """Source, what was not used, what does not add up."""
        word, table = self.figures.word, self.table
        kind = kind_words(table, self.figures.language)
        told = [word("DOS_LINE_SOURCE", file=clean(table.file).text, kind=kind)]
        if table.unread:
            told.append(word("DOS_LINE_UNREAD", columns=clean(", ".join(table.unread)).text))
        found = differences(table)
        told.append(word("DOS_LINE_DIFFERS", count=len(found)) if found else word("DOS_LINE_AGREES"))
        told += [clean(each.say(self.figures.language)).text for each in found[:_MOST_DIFFERENCES]]
        if found[_MOST_DIFFERENCES:]:
            told.append(word("DOS_LINE_MORE", count=len(found) - _MOST_DIFFERENCES))
        if len(table.rows) > 1 and any(name not in row.counts for row in table.rows for name in self.stated):
            told.append(word("DOS_LINE_GAPS"))
        return sheets.lines(_WIDTH, *told)

    def rate_lines(self) -> tuple[Text, ...]:
        """How shares are made, and by which rules the rates are."""
        told = [self.figures.word("DOS_LINE_SHARES")]
        if self.indices:
            marks = self.settings.marks
            told.append(
                self.figures.word(
                    "DOS_LINE_766",
                    rules=self.settings.name,
                    pending=marks["pending"],
                    supplements=marks["supplements_allowed"],
                    zero=marks["zero_denominator"],
                )
            )
        return sheets.lines(_WIDTH, *told)

    def _who(self, cases: Cases) -> tuple[Cell, Cell]:
        only = self.table.periods[0] if len(self.table.periods) == 1 else ""
        period = clean(cases.period or only).text or self.figures.word("DOS_ALL_PERIODS")
        return sheets.text(clean(cases.unit).text or self.figures.word("DOS_ALL_UNITS")), sheets.text(period)

    def _count(self, cases: Cases, name: Count) -> Cell:
        value = cases.counts.get(name)
        if value is None:
            return sheets.dash()
        if cases.unit:
            return Number(value, "count")
        counted, periods = self.name(_head(name)), self.name(_PERIOD)
        if cases.period:
            own = here(self.figures.word(TABLE), self.figures.word(_PERIOD))
            return Formula(f"SUMIFS({counted},{periods},{own})", value, "count")
        return Formula(f"SUM({counted})", value, "count")

    def _share(self, cases: Cases, name: Share, place: int) -> Cell:
        parts, whole = _OF[name]
        if parts[0] not in cases.counts or whole not in cases.counts:
            return sheets.dash()
        under = self._sum(cases, (whole,), place)
        return sheets.formula(ratio(self._sum(cases, parts, place), under), share(cases, name), "share")

    def _difference(self, cases: Cases, name: Apart, place: int) -> Cell:
        parts, wholes = _APART[name]
        if not {*parts, *wholes} - _OPTIONAL <= cases.counts.keys():
            return sheets.dash()
        value = sum(cases.counts.get(part, 0) for part in parts) - sum(cases.counts.get(part, 0) for part in wholes)
        return Formula(f"{self._sum(cases, parts, place)}-{self._sum(cases, wholes, place)}", value, "count")

    def _rate(self, cases: Cases, index: Index, rate: float | None, place: int) -> Cell:
        if rate is None:
            return sheets.dash()

        def total(*names: Count) -> str:
            return self._sum(cases, names, place)

        handled = total("solved", "pending")
        part, whole = {
            "2.1": (f"({total('on_time', 'early', 'pending')}-{total('overdue')})", handled),
            "5.2": (total("feedback_on_time"), total("feedback")),
            "5.3": (f"({total('feedback')}-{total('feedback_bad')})", total("feedback")),
            "5.4": (f"MAX(0,{handled}-{total('late', 'overdue', 'complained')})", handled),
        }[index]
        if index == "2.1" and self.settings.pending == "left_out":
            part, whole = total("on_time", "early"), total("solved")
        empty = "0" if self.settings.zero == "zero" else literal(DASH)
        return Formula(f"IF({whole}=0,{empty},{part}/{whole})", rate, "share")

    def _sum(self, cases: Cases, names: tuple[Count, ...], place: int) -> str:
        """The sum of cells in a row of counts: only those that hold a number."""
        table, word = self.figures.word(TABLE), self.figures.word
        cells = [f"INDEX({column(table, word(_head(name)))},{place})" for name in names if name in cases.counts]
        return f"({'+'.join(cells) or 0})"

    def _reasons_of(self, cases: Cases) -> str:
        most = sorted(((n, reason) for reason, n in cases.reasons.items() if n), key=lambda each: (-each[0], each[1]))
        told = [
            f"{clean(reason).text or self.figures.word('DOS_REASON_NONE')}: {self.figures.number(n)}"
            for n, reason in most[:_MOST_REASONS]
        ]
        rest = sum(n for n, _ in most[_MOST_REASONS:])
        more = [self.figures.word("DOS_LINE_MORE", count=self.figures.number(rest))] if rest else []
        return "; ".join([*told, *more])


def _head(name: Count) -> str:
    return f"DOS_HEAD_{name.upper()}"
