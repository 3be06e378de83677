"""Which sums of a table about dossiers do not add up, and by how much?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.scores.dossier_words import heading
from analysis.scores.dossiers import COUNTS, Cases, Count, DossierTable
from survey.errors import word
from survey.words import DASH, day, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A sum that does not add up: `stated` in the table, `parts` what its parts come to.

    `rule`: which sum. `most`: the parts may be fewer than stated, but not more.
    """

    unit: str
    period: str
    rule: str
    stated: int
    parts: int
    row: int | None
    most: bool = False

    @property
    def by(self) -> int:
        """How many dossiers too many (or, negative, too few) the parts have: 561.587 − 561.578 = 9."""
        return self.parts - self.stated

    def say(self, language: str = "vi") -> str:
        """Where it is, what was added up, what was stated, and how far apart they are."""
        code, _, column = self.rule.partition(":")
        where = {
            "row": self.row,
            "unit": self.unit or word("DOS_ALL_UNITS", language),
            "period": self.period or word("DOS_ALL_PERIODS", language),
        }
        gap = {"column": heading(column, language)} if column else {}
        return word(
            "DOS_SUM",
            language,
            where=word("DOS_WHERE" if self.row else "DOS_WHERE_SUM", language, **where),
            what=word(f"DOS_PARTS_{code.upper()}", language, **gap),
            whole=word(f"DOS_WHOLE_{code.upper()}", language),
            parts=whole(self.parts, language),
            stated=whole(self.stated, language),
            apart=word(
                "DOS_APART_MORE" if self.by > 0 else "DOS_APART_LESS", language, count=whole(abs(self.by), language)
            ),
        )


def kind_words(table: DossierTable, language: str = "vi") -> str:
    """What a row of the file was, and for dossiers how they were counted: until when, by which rules."""
    until = day(table.until, language) if table.until else DASH
    return word(f"DOS_KIND_{table.kind.upper()}", language, until=until, rules=table.settings)


def differences(table: DossierTable) -> tuple[Difference, ...]:
    """Every sum that does not add up, row by row, then the file's own totals against the sums of its rows."""
    found = [each for row in (*table.rows, *table.totals) for each in _within(row)]
    for total in table.totals:
        summed = table.pooled(period=total.period if total.period in table.periods else None)
        for name in COUNTS:
            if name in total.counts and name in summed.counts:
                found += _unequal(total, f"total:{name}", total.counts[name], summed.counts[name])
    return tuple(found)


def _within(row: Cases) -> Iterator[Difference]:
    counts = row.counts
    yield from _sum(row, "channels", "received", ("direct", "post", "online"))
    yield from _sum(row, "solved", "solved", ("on_time", "late"), beside=("early",))
    if "received" in counts and {"solved", "pending"} <= counts.keys():
        handled = counts["received"] + counts.get("carried", 0)
        yield from _unequal(row, "handled", handled, counts["solved"] + counts["pending"])
    if row.reasons and "late" in counts:
        yield from _unequal(row, "reasons", counts["late"], sum(row.reasons.values()))
    wholes: tuple[tuple[Count, Count], ...] = (
        ("overdue", "pending"),
        ("digitised", "received"),
        ("paid_online", "received"),
        ("feedback_on_time", "feedback"),
        ("feedback_bad", "feedback"),
        ("complained", "received"),
        ("reviewed", "procedures"),
    )
    for part, of in wholes:
        yield from _sum(row, part, of, (part,), most=True)


def _sum(
    row: Cases, rule: str, of: Count, parts: Iterable[Count], *, beside: tuple[Count, ...] = (), most: bool = False
) -> Iterator[Difference]:
    """The parts against the whole; where a part is not stated, the others must not be more than the whole.

    `beside`: parts that need not be stated.
    """
    parts = tuple(parts)
    known = [row.counts[name] for name in (*parts, *beside) if name in row.counts]
    if of in row.counts and known:
        most = most or any(name not in row.counts for name in parts)
        yield from _unequal(row, rule, row.counts[of], sum(known), most=most)


def _unequal(row: Cases, rule: str, stated: int, parts: int, *, most: bool = False) -> Iterator[Difference]:
    if parts > stated or (parts < stated and not most):
        yield Difference(
            unit=row.unit, period=row.period, rule=rule, stated=stated, parts=parts, row=row.row, most=most
        )
