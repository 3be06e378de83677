"""Which points were entered, from which evidence, and what else was chosen for the card? Kept as the paper «points»."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace

from analysis.scores.scorecard.scheme import NOISE, Criterion, Scheme
from analysis.scores.scorecard.tables import Columns, find_columns
from survey.errors import Problem, Refused
from survey.sheet import Line, Table

KIND = "points"
"""The working paper's kind."""

HEADS: Mapping[str, str] = {
    "subject": "SCR_COL_SUBJECT",
    "code": "SCR_COL_CODE",
    "title": "SCR_COL_TITLE",
    "max_points": "SCR_COL_MAX",
    "self_points": "SCR_COL_SELF",
    "appraised": "SCR_COL_APPRAISED",
    "value": "SCR_COL_VALUE",
    "applicable": "SCR_COL_APPLICABLE",
    "note": "SCR_COL_NOTE",
    "evidence": "SCR_COL_EVIDENCE",
}
"""The columns of the table of points, by the codes of their headers."""

PEER_HEADS: Mapping[str, str] = {"name": "SCR_COL_PEER", "index": "SCR_COL_INDEX"}
"""The columns of the table of other units' published indices."""

_FORMAT = 1
_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the desk entered for one line of the rules. None is what was not entered.

    `subject`: the unit, empty for the province. `value`: a rate 0-1 (yes = 1, no = 0) for rules that convert one.
    `applicable` False: the line leaves points and maximum. `evidence`: where the document lies.
    """

    code: str
    subject: str = ""
    self_points: float | None = None
    appraised: float | None = None
    value: float | None = None
    applicable: bool = True
    note: str = ""
    evidence: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was entered."""
        return self == Entry(code=self.code, subject=self.subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another unit with its published index (0-1)."""

    name: str
    index: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Workings:
    """All that the desk decided about a round's points.

    `scheme`: the rules in use. `sources`: kind of study → the round whose answers count, for studies that the round
    itself is not. `entries`: by scheme. `peers`: whom the index is ranked among, `own` whose place among them is ours.
    """

    scheme: str
    sources: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    peers: tuple[Peer, ...] = ()
    own: str = ""

    def of(self, scheme: str) -> tuple[Entry, ...]:
        """The entries under a scheme."""
        return self.entries.get(scheme, ())

    def with_entries(self, scheme: str, entries: Iterable[Entry]) -> "Workings":
        """With these entries in place of a scheme's; empty ones are dropped."""
        kept = tuple(entry for entry in entries if not entry.empty)
        return replace(self, entries={**self.entries, scheme: kept})


def to_json(workings: Workings) -> str:
    """The paper's text."""
    return json.dumps({"format": _FORMAT, **asdict(workings)}, ensure_ascii=False, sort_keys=True, allow_nan=False)


def from_json(text: str) -> Workings:
    """A paper's text as a value. Raises Refused (SCR_PAPER) for anything that `to_json` did not write."""
    try:
        raw = json.loads(text)
        if raw.pop("format") != _FORMAT:
            raise ValueError
        entries = {str(key): tuple(Entry(**each) for each in found) for key, found in raw.pop("entries").items()}
        peers = tuple(Peer(**each) for each in raw.pop("peers"))
        found = Workings(**raw, entries=entries, peers=peers)
        if not _sound(found):
            raise ValueError
        return found
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused([Problem(code="SCR_PAPER")]) from error


def _sound(workings: Workings) -> bool:
    """Whether every field holds what it should: a paper may have been restored from elsewhere."""
    entries = [each for entries in workings.entries.values() for each in entries]
    numbers = [(each.self_points, each.appraised, each.value) for each in entries]
    texts = [(each.code, each.subject, each.note, each.evidence) for each in entries]
    return (
        all(value is None or type(value) in (int, float) for values in numbers for value in values)
        and all(isinstance(text, str) for several in texts for text in several)
        and all(isinstance(each.applicable, bool) for each in entries)
        and all(isinstance(peer.name, str) and type(peer.index) in (int, float) for peer in workings.peers)
        and all(isinstance(text, str) for text in (workings.scheme, workings.own, *workings.sources.values()))
    )


def enterable(criterion: Criterion) -> bool:
    """Whether a line's `value` means anything: its rule turns a rate into points, and no survey gives the rate."""
    return criterion.evidence in ("documents", "data") and criterion.rule != "entered"


def read_points(table: Table, scheme: Scheme, subjects: Collection[str] = ()) -> tuple[Entry, ...]:
    """The entries in a table of points. `subjects`: the units that may be named; none for a province's card.

    Rows without points, value, note or evidence are skipped. Raises Refused with every fault, each with row and column:
    unknown codes and units, lines twice, points outside 0-max, a maximum that is not the rules', a line left out
    without its reason.
    """
    columns = find_columns(table, HEADS, ("code", *(("subject",) if subjects else ())))
    leaves = {leaf.code.casefold(): leaf for leaf in scheme.leaves()}
    others = {each.code.casefold() for each in scheme.criteria} - leaves.keys()
    known = {subject.casefold(): subject for subject in subjects}
    found: dict[tuple[str, str], Entry] = {}
    rows: dict[tuple[str, str], int] = {}
    for line in table.lines:
        code = columns.text(line, "code")
        if code.casefold() in others:
            continue  # an area's line of the template: it has no points of its own
        leaf = leaves.get(code.casefold())
        subject = known.get(columns.text(line, "subject").casefold(), "")
        if leaf is None:
            columns.fault(line, "code", "SCR_NO_CRITERION" if code else "TAB_BLANK", got=code[:60], scheme=scheme.id)
            continue
        if subjects and not subject:
            got = columns.text(line, "subject")
            columns.fault(line, "subject", "SCR_NO_SUBJECT" if got else "TAB_BLANK", got=got[:60])
            continue
        entry = _entry(columns, line, leaf, subject)
        first = rows.setdefault((subject, leaf.code), line.number)
        if first != line.number:
            columns.fault(line, "code", "SCR_LINE_TWICE", got=code, first=first)
        if not entry.empty:
            found[subject, leaf.code] = entry
    if columns.faults:
        raise Refused(columns.faults)
    return tuple(found.values())


def _entry(columns: Columns, line: Line, leaf: Criterion, subject: str) -> Entry:
    most = columns.number(line, "max_points", least=0.0, most=1e6)
    if most is not None and abs(most - leaf.max_points) > NOISE:
        columns.fault(line, "max_points", "SCR_MAX_MOVED", got=f"{most:g}", wanted=f"{leaf.max_points:g}")
    least = -leaf.max_points if leaf.extra else 0.0
    applicable, note = columns.yes(line, "applicable", default=True), columns.text(line, "note")[:_LONGEST]
    if not applicable and not note:
        columns.fault(line, "note", "SCR_WHY_NOT")
    return Entry(
        code=leaf.code,
        subject=subject,
        self_points=columns.number(line, "self_points", least=least, most=leaf.max_points),
        appraised=columns.number(line, "appraised", least=least, most=leaf.max_points),
        value=_value(columns, line, leaf),
        applicable=applicable,
        note=note,
        evidence=columns.text(line, "evidence")[:_LONGEST],
    )


def _value(columns: Columns, line: Line, leaf: Criterion) -> float | None:
    """A rate: yes or no, 0,936 or 93,6 %; a bare 93,6 is asked back."""
    text = columns.text(line, "value")
    if not text:
        return None
    if not enterable(leaf):
        columns.fault(line, "value", "SCR_NO_VALUE", got=text[:60])
        return None
    if leaf.rule == "yes_no":
        return float(columns.yes(line, "value", default=False))
    if not text.endswith("%"):
        return columns.number(line, "value", least=0.0, most=1.0)
    header = columns.headers["value"]
    share = replace(line, cells={**line.cells, header: text[:-1].strip()})
    found = columns.number(share, "value", least=0.0, most=100.0)
    return None if found is None else found / 100


def read_peers(table: Table) -> tuple[Peer, ...]:
    """Other units with their published index: 0,8145 or 81,45 %. Raises Refused with every fault."""
    columns = find_columns(table, PEER_HEADS, PEER_HEADS)
    found: dict[str, Peer] = {}
    for line in table.lines:
        name, text = columns.text(line, "name"), columns.text(line, "index")
        header = columns.headers["index"]
        if not name:
            columns.fault(line, "name", "TAB_BLANK")
        if name.casefold() in found:
            columns.fault(line, "name", "SCR_PEER_TWICE", got=name[:60])
        percent = text.endswith("%")
        bare = replace(line, cells={**line.cells, header: text.removesuffix("%").strip() or None})
        if not text:
            columns.fault(line, "index", "TAB_BLANK")
        index = columns.number(bare if percent else line, "index", least=0.0, most=100.0 if percent else 1.0)
        found[name.casefold()] = Peer(name=name, index=(index or 0.0) / (100 if percent else 1))
    if columns.faults:
        raise Refused(columns.faults)
    return tuple(found.values())
