"""What did an inspection find, who mends it by when, and what does it do to points? Kept as the paper «findings»."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, get_args

from analysis.scores.scorecard.scheme import Scheme
from analysis.scores.scorecard.tables import Columns, find_columns
from survey.errors import Problem, Refused
from survey.sheet import Line, Table

KIND = "findings"
"""The working paper's kind."""

State = Literal["open", "doing", "done", "withdrawn"]
Effect = Literal["none", "set", "contest"]
Nature = Literal["strength", "limit", "request"]

STATES: Mapping[str, str] = {each: f"INS_STATE_{each.upper()}" for each in get_args(State)}
EFFECTS: Mapping[str, str] = {each: f"INS_EFFECT_{each.upper()}" for each in get_args(Effect)}
NATURES: Mapping[str, str] = {each: f"INS_NATURE_{each.upper()}" for each in get_args(Nature)}

HEADS: Mapping[str, str] = {
    "number": "INS_COL_NUMBER",
    "agency": "INS_COL_AGENCY",
    "nature": "INS_COL_NATURE",
    "text": "INS_COL_TEXT",
    "recommendation": "INS_COL_RECOMMENDATION",
    "owner": "INS_COL_OWNER",
    "due": "INS_COL_DUE",
    "state": "INS_COL_STATE",
    "criterion": "INS_COL_CRITERION",
    "effect": "INS_COL_EFFECT",
    "points": "INS_COL_POINTS",
}
"""The columns of the table of findings, by the codes of their headers."""

_FORMAT = 1
_NUMBERS = (int, float)
_LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding of an inspection at one agency.

    `nature`: a strength, a limit, or a request to report. `recommendation`, `owner`, `due`: what is to be done, by
    whom, by which day. `effect` on the points of `criterion`: *set* puts `points` in the place of the appraised ones,
    *contest* leaves them and marks the line (`points`: what the inspection holds right, if it says). A withdrawn
    finding does nothing.
    """

    number: str
    agency: str
    text: str
    nature: Nature = "limit"
    recommendation: str = ""
    owner: str = ""
    due: date | None = None
    state: State = "open"
    criterion: str = ""
    effect: Effect = "none"
    points: float | None = None

    def overdue(self, today: date) -> bool:
        """Whether its day has passed and it is neither done nor withdrawn."""
        return self.due is not None and self.due < today and self.state in ("open", "doing")


def to_json(findings: Iterable[Finding]) -> str:
    """The paper's text."""
    rows = [{**asdict(each), "due": each.due.isoformat() if each.due else None} for each in findings]
    return json.dumps({"format": _FORMAT, "findings": rows}, ensure_ascii=False, sort_keys=True, allow_nan=False)


def from_json(text: str) -> tuple[Finding, ...]:
    """A paper's text as values. Raises Refused (SCR_PAPER) for anything that `to_json` did not write."""
    try:
        raw = json.loads(text)
        if raw["format"] != _FORMAT:
            raise ValueError
        return tuple(_finding(each) for each in raw["findings"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused([Problem(code="SCR_PAPER")]) from error


def read_findings(table: Table, scheme: Scheme | None = None, agencies: Collection[str] = ()) -> tuple[Finding, ...]:
    """The findings in a table. `scheme`: whose criteria may be named; `agencies`: the units known, if they are.

    Raises Refused with every fault, each with row and column: no number or twice, no text, unknown agency or criterion,
    a day that is none, points outside 0-max, an effect on points without its criterion or points.
    """
    columns = find_columns(table, HEADS, ("number", "agency", "text"))
    rows: dict[str, int] = {}
    found = []
    for line in table.lines:
        finding = _read(columns, line, scheme)
        first = rows.setdefault(finding.number.casefold(), line.number)
        if first != line.number and finding.number:
            columns.fault(line, "number", "SCR_LINE_TWICE", got=finding.number, first=first)
        known = {each.casefold(): each for each in agencies}
        if known and finding.agency and finding.agency.casefold() not in known:
            columns.fault(line, "agency", "SCR_NO_SUBJECT", got=finding.agency[:60])
        found.append(finding)
    if columns.faults:
        raise Refused(columns.faults)
    return tuple(found)


def _read(columns: Columns, line: Line, scheme: Scheme | None) -> Finding:
    for field in ("number", "agency", "text"):
        if not columns.text(line, field):
            columns.fault(line, field, "TAB_BLANK")
    criterion = columns.text(line, "criterion")
    leaves = {leaf.code.casefold(): leaf for leaf in scheme.leaves()} if scheme else {}
    leaf = leaves.get(criterion.casefold())
    if criterion and scheme and leaf is None:
        columns.fault(line, "criterion", "SCR_NO_CRITERION", got=criterion[:60], scheme=scheme.id)
    effect = columns.one_of(line, "effect", EFFECTS, default="none")
    most = leaf.max_points if leaf else 1000.0
    before = len(columns.faults)
    points = columns.number(line, "points", least=-most if leaf and leaf.extra else 0.0, most=most)
    if effect != "none" and not criterion:
        columns.fault(line, "criterion", "INS_NO_CRITERION")
    if effect == "set" and points is None and len(columns.faults) == before:
        columns.fault(line, "points", "INS_NO_POINTS")
    return Finding(
        number=columns.text(line, "number")[:40],
        agency=columns.text(line, "agency")[:200],
        nature=columns.one_of(line, "nature", NATURES, default="limit"),  # type: ignore[arg-type]
        text=columns.text(line, "text")[:_LONGEST],
        recommendation=columns.text(line, "recommendation")[:_LONGEST],
        owner=columns.text(line, "owner")[:200],
        due=_day(columns, line),
        state=columns.one_of(line, "state", STATES, default="open"),  # type: ignore[arg-type]
        criterion=leaf.code if leaf else criterion,
        effect=effect,  # type: ignore[arg-type]
        points=points,
    )


def _day(columns: Columns, line: Line) -> date | None:
    """A day as Excel has it (ISO after reading) or as it is written: 31/01/2026."""
    text = columns.text(line, "due")
    if not text:
        return None
    try:
        if "/" in text:
            day, month, year = (int(part) for part in text.split("/"))
            if year < 1000:
                raise ValueError
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        columns.fault(line, "due", "INS_DAY", got=text[:60])
        return None


def _finding(raw: Mapping[str, Any]) -> Finding:
    due = date.fromisoformat(raw["due"]) if raw["due"] else None
    finding = Finding(**{**raw, "due": due})
    texts = (finding.number, finding.agency, finding.text, finding.recommendation, finding.owner, finding.criterion)
    known = finding.state in STATES and finding.effect in EFFECTS and finding.nature in NATURES
    if (
        not known
        or not all(isinstance(text, str) for text in texts)
        or type(finding.points) not in (*_NUMBERS, type(None))
    ):
        raise ValueError
    return finding
