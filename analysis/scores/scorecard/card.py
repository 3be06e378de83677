"""How many points, of how many? Rules and evidence become a card: every line, every sum, the index, its band.

Index = points / maximum of the lines that apply; a line that does not apply leaves both sides. A line whose evidence is
missing cannot be scored: it is left out of both sides too, but the card says so and calls itself incomplete.

A line's points are taken in this order: set by an inspection, appraised, computed from evidence, self-scored. Points
from surveys carry their interval, which is the tool's own: max × CI(rate); sums: `sums.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.estimation.design import Study
from analysis.scores.scorecard.evidence import Computed, computed_points
from analysis.scores.scorecard.inspection import Finding
from analysis.scores.scorecard.points import Entry
from analysis.scores.scorecard.rates import Survey
from analysis.scores.scorecard.row import Basis, Row
from analysis.scores.scorecard.scheme import Band, Criterion, Evidence, Scheme
from analysis.scores.scorecard.sums import Sums


@dataclass(frozen=True, kw_only=True, eq=False)
class Scorecard:
    """A card: its rules, whose it is (`subject`, empty for the province), every line in reading order, and the whole.

    `level`: the confidence level of its intervals, 0-1. `unused`: codes of entries that fit no scored line.
    """

    scheme: Scheme
    subject: str
    level: float
    rows: tuple[Row, ...]
    total: Row
    sums: Sums = field(repr=False)
    unused: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """All points, bonus and penalty included; 0 where nothing is scored yet."""
        return self.total.points or 0.0

    @property
    def max_points(self) -> float:
        """The maximum of all that applies."""
        return self.total.max_points

    @property
    def scored_max(self) -> float:
        """The maximum of what has points: what the index is over."""
        return self.total.scored_max

    @property
    def index(self) -> float | None:
        """Points over maximum (0-1), None where nothing is scored."""
        return self.total.share

    @property
    def index_low(self) -> float | None:
        """The lower end of the index's interval, None where nothing was estimated."""
        return None if self.total.low is None else self.total.low / self.scored_max

    @property
    def index_high(self) -> float | None:
        """The upper end of the index's interval."""
        return None if self.total.high is None else self.total.high / self.scored_max

    @property
    def band(self) -> Band | None:
        """The grade, on unrounded numbers; None where nothing is scored or the rules have none."""
        return None if self.index is None else self.scheme.band(self.index, self.points)

    @property
    def complete(self) -> bool:
        """Whether every line that applies has points."""
        return not self.left_out

    @property
    def leaves(self) -> tuple[Row, ...]:
        """The lines that get points."""
        return tuple(row for row in self.rows if row.leaf)

    @property
    def left_out(self) -> tuple[Row, ...]:
        """The lines that apply and have no points; a bonus or penalty that was not given is none of them."""
        return tuple(row for row in self.leaves if row.applicable and row.points is None and not row.extra)

    @property
    def contested(self) -> tuple[Row, ...]:
        """The lines whose points an inspection disputes."""
        return tuple(row for row in self.leaves if row.contested)

    @property
    def studies(self) -> tuple[Study, ...]:
        """How the people came into the surveys that points were computed from."""
        used = {row.code for row in self.leaves if row.basis == "computed"}
        found = {each.of.study for code, each in self.sums.computed.items() if code in used and each.of is not None}
        return tuple(sorted(found))

    def row(self, code: str) -> Row:
        """The line with this code. Raises KeyError if there is none."""
        for row in self.rows:
            if row.code == code:
                return row
        raise KeyError(code)

    def part(self, *evidence: Evidence) -> Row:
        """The sum over all lines with this evidence: `part("survey")` is the 22, `part("survey", "sipas")` the 32."""
        return self.sums.row(lambda leaf: leaf.evidence in evidence, code="+".join(evidence), title={"vi": ""})


def scorecard(
    scheme: Scheme,
    entries: Iterable[Entry] = (),
    *,
    subject: str = "",
    surveys: Mapping[str, Survey] | None = None,
    measures: Mapping[str, float | None] | None = None,
    findings: Iterable[Finding] = (),
    level: float = 0.95,
) -> Scorecard:
    """The card of a unit, or of the province. `surveys`: by kind of study; `measures`: rates of case files (0-1)."""
    given = {entry.code: entry for entry in entries if entry.subject.casefold() == subject.casefold()}
    computed = computed_points(scheme, surveys or {}, measures or {}, given, level)
    ruled = tuple(each for each in findings if not subject or each.agency.casefold() == subject.casefold())
    leaves = {
        leaf.code: _leaf(leaf, given.get(leaf.code, Entry(code=leaf.code)), computed.get(leaf.code), ruled)
        for leaf in scheme.leaves()
    }
    sums = Sums(leaves=leaves, computed=computed, level=level)
    rows = []
    for depth, each in scheme.walk():
        if each.code in leaves:
            rows.append(replace(leaves[each.code], depth=depth))
        else:
            below = _below(scheme, each.code)
            row = sums.row(lambda leaf, below=below: leaf.code in below, code=each.code, title=each.title)  # type: ignore[misc]
            rows.append(_described(row, each, depth))
    total = sums.row(lambda leaf: True, code="", title=scheme.title)
    unused = tuple(sorted(given.keys() - leaves.keys()))
    return Scorecard(
        scheme=scheme, subject=subject, level=level, rows=tuple(rows), total=total, sums=sums, unused=unused
    )


def _leaf(leaf: Criterion, entry: Entry, computed: Computed | None, findings: Sequence[Finding]) -> Row:
    about = [each for each in findings if each.criterion == leaf.code and each.state != "withdrawn"]
    ruled = {each.points for each in about if each.effect == "set" and each.points is not None}
    offers: tuple[tuple[float | None, Basis], ...] = (
        (next(iter(ruled)) if len(ruled) == 1 else None, "inspection"),  # two inspections that differ settle nothing
        (entry.appraised, "appraised"),
        (computed.converted.points if computed else None, "computed"),
        (entry.self_points, "self"),
        (None, ""),
    )
    points, basis = next(offer for offer in offers if offer[0] is not None or not offer[1])
    if not entry.applicable:
        points, basis = None, ""
    counts = points is not None and not leaf.extra
    row = Row(
        code=leaf.code,
        parent=leaf.parent,
        depth=0,
        leaf=True,
        title=leaf.title,
        max_points=leaf.max_points,
        scored_max=leaf.max_points if counts else 0.0,
        points=points,
        basis=basis,
        self_points=entry.self_points,
        appraised=entry.appraised,
        contested=len(ruled) > 1 or any(each.effect == "contest" for each in about),
        applicable=entry.applicable,
        note=entry.note or leaf.note,
        reference=entry.evidence,
    )
    if computed is not None:
        row = replace(row, rate=computed.rate, rate_low=computed.rate_low, rate_high=computed.rate_high)
        row = replace(row, computed=computed.converted.points, n=computed.n, survey=computed.survey)
        if basis == "computed":
            row = replace(row, low=computed.converted.low, high=computed.converted.high)
    return _described(row, leaf, 0)


def _described(row: Row, criterion: Criterion, depth: int) -> Row:
    names = ("parent", "evidence", "rule", "owner", "group", "gap", "extra", "source", "mark")
    return replace(row, depth=depth, **{name: getattr(criterion, name) for name in names})


def _below(scheme: Scheme, code: str) -> frozenset[str]:
    return frozenset(each.code for _, each in scheme.walk(code))
