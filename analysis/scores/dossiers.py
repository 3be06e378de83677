"""What do the case files say? Counts of dossiers by unit and period, their sums and shares."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from survey.collation import spelling
from survey.errors import Problem, Refused
from survey.store import Store

PAPER = "dossiers"
"""The kind of working paper that keeps such a table."""

Count = Literal[
    "received", "direct", "post", "online", "carried", "solved", "early", "on_time", "late", "pending", "overdue",
    "digitised", "paid_online", "feedback", "feedback_on_time", "feedback_bad", "complained", "procedures", "reviewed",
]  # fmt: skip
"""What is counted. `received` in the period, by channel `direct`, `post`, `online`; `carried` over from the period
before; `solved` = `early` + `on_time` + `late`; `pending` at the period's end, of them `overdue`; `digitised` and
`paid_online` dossiers; `feedback` (PAKN) received, processed on time, and bad (disliked, complained of again or
overdue); `complained`: dossiers with feedback against them or a dislike; `procedures` (TTHC) that the office has
published, `reviewed` of them."""

COUNTS: tuple[Count, ...] = get_args(Count)
Share = Literal["online", "on_time", "late", "overdue", "digitised", "paid_online", "reviewed"]
SHARES: tuple[Share, ...] = get_args(Share)
Kind = Literal["counts", "dossiers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """One unit in one period. A count that is absent was not stated, which is not 0.

    `reasons`: of the late ones. `row`: in the file, None where several rows were added up.
    """

    unit: str
    period: str
    counts: Mapping[Count, int]
    reasons: Mapping[str, int] = field(default_factory=dict)
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierTable:
    """A file of dossiers or of counts, as counts by unit and period.

    `rows`: one a unit and period; `totals`: the file's own lines of totals, which are checked and not added up.
    `unread`: its columns that nobody knew; `until`: the day at whose end dossiers were looked at (kind `dossiers`);
    `settings`: id and version of the rules by which late was told from on time.
    """

    kind: Kind
    file: str
    sheet: str | None
    rows: tuple[Cases, ...]
    totals: tuple[Cases, ...] = ()
    unread: tuple[str, ...] = ()
    until: date | None = None
    settings: str = ""

    @property
    def units(self) -> tuple[str, ...]:
        """The units, in the file's order."""
        return tuple(dict.fromkeys(row.unit for row in self.rows))

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods, in the file's order."""
        return tuple(dict.fromkeys(row.period for row in self.rows))

    def pooled(self, *, unit: str | None = None, period: str | None = None) -> Cases:
        """The rows of a unit (however it is spelled), of a period, of both or all, added up.

        What one of them does not state is absent.
        """
        rows = [row for row in self.rows if period in (None, row.period)]
        if unit is not None:
            wanted = spelling(unit)
            rows = [row for row in rows if spelling(row.unit) == wanted]
        return _pooled(rows, unit or "", period or "")

    def by_unit(self) -> tuple[Cases, ...]:
        """Each unit's rows added up, in the file's order."""
        groups: dict[str, list[Cases]] = {}
        for row in self.rows:
            groups.setdefault(row.unit, []).append(row)
        return tuple(_pooled(rows, unit, "") for unit, rows in groups.items())

    def stated(self) -> tuple[Count, ...]:
        """What at least one row states."""
        return tuple(name for name in COUNTS if any(name in row.counts for row in self.rows))


def share(cases: Cases, name: Share) -> float | None:
    """A share 0-1: online, digitised, paid online of the received; on time and late of the solved; overdue of the
    pending; reviewed of the procedures. On time is early or on time. None where it is 0/0 or was not stated.
    """
    counts = cases.counts
    if name in ("online", "digitised", "paid_online"):
        return _quotient(counts.get(name), counts.get("received"))
    if name == "overdue":
        return _quotient(counts.get("overdue"), counts.get("pending"))
    if name == "reviewed":
        return _quotient(counts.get("reviewed"), counts.get("procedures"))
    part = counts.get(name)
    if name == "on_time" and part is not None:
        part += counts.get("early", 0)
    return _quotient(part, counts.get("solved"))


def _quotient(part: int | None, whole: int | None) -> float | None:
    return part / whole if part is not None and whole else None


def _pooled(rows: list[Cases], unit: str, period: str) -> Cases:
    counts = {name: sum(row.counts[name] for row in rows) for name in COUNTS if _all_state(rows, name)}
    reasons: dict[str, int] = {}
    for row in rows:
        for reason, number in row.reasons.items():
            reasons[reason] = reasons.get(reason, 0) + number
    return Cases(unit=unit, period=period, counts=counts, reasons=reasons)


def _all_state(rows: list[Cases], name: Count) -> bool:
    return bool(rows) and all(name in row.counts for row in rows)


def dossiers_of_round(store: Store, round_id: str) -> DossierTable | None:
    """The table that the desk keeps for a round, None if there is none. Raises Refused where it cannot be read."""
    paper = store.paper(round_id, PAPER)
    return from_json(paper.content) if paper else None


def to_json(table: DossierTable) -> str:
    """The table as the working paper keeps it."""
    content = {
        "kind": table.kind,
        "file": table.file,
        "sheet": table.sheet,
        "until": table.until.isoformat() if table.until else None,
        "settings": table.settings,
        "unread": list(table.unread),
        "rows": [_row_content(row) for row in table.rows],
        "totals": [_row_content(row) for row in table.totals],
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def from_json(text: str) -> DossierTable:
    """The table in a working paper. Raises Refused where it is none of ours."""
    try:
        content = json.loads(text)
        if content["kind"] not in get_args(Kind) or not content["rows"]:
            raise ValueError(content["kind"])
        return DossierTable(
            kind=content["kind"],
            file=str(content["file"]),
            sheet=content["sheet"],
            rows=tuple(map(_row_of, content["rows"])),
            totals=tuple(map(_row_of, content["totals"])),
            unread=tuple(map(str, content["unread"])),
            until=date.fromisoformat(content["until"]) if content["until"] else None,
            settings=str(content["settings"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused([Problem(code="DOS_PAPER", values={"reason": str(error)})]) from error


def _row_content(row: Cases) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "period": row.period,
        "counts": dict(row.counts),
        "reasons": dict(row.reasons),
        "row": row.row,
    }


def _row_of(content: dict[str, Any]) -> Cases:
    counts, reasons = content["counts"], content["reasons"]
    unknown = set(counts) - set(COUNTS)
    bad = [n for n in (*counts.values(), *reasons.values()) if not isinstance(n, int) or isinstance(n, bool) or n < 0]
    if unknown or bad:
        raise ValueError(f"{sorted(unknown)} {bad}")
    return Cases(
        unit=str(content["unit"]), period=str(content["period"]), counts=counts, reasons=reasons, row=content["row"]
    )
