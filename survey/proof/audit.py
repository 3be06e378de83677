"""Is every slip that was ever received still there, as it was? Rows, leaves and public files against each other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from survey.collation import unit_sort_key
from survey.errors import Problem
from survey.ledger.chain import LogEntry
from survey.proof.bound import changed_acts, changed_settings
from survey.proof.match import match_rows
from survey.proof.overdue import unclosed
from survey.proof.public_log import kept_heads, read_log
from survey.proof.published import CHECKPOINTS, place
from survey.proof.staff_log import log_faults
from survey.response import Response
from survey.round import Round
from survey.store import Store, VoidAct


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCount:
    """What became of the slips of one office (None: of no known place): received = voided + erased + used."""

    unit: str | None
    received: int
    voided: int
    erased: int

    @property
    def used(self) -> int:
        """Those that count."""
        return self.received - self.voided - self.erased


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundAudit:
    """One round: its log (`size` slips up to `through`, None if no day is closed; `root` hex), slips by open day (ISO),
    counts by office, everything that was found, and `notes`: what a watcher should know though it is no fault."""

    round_id: str
    name: str
    size: int
    through: str | None
    root: str
    open_days: Mapping[str, int]
    units: tuple[UnitCount, ...]
    findings: tuple[Problem, ...]
    notes: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """All rounds, what was wrong with the kept checkpoints themselves and with the staff log, and its newest entry."""

    rounds: tuple[RoundAudit, ...]
    findings: tuple[Problem, ...] = ()
    logged: LogEntry | None = None

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings and not any(each.findings for each in self.rounds)


def audit(store: Store, published: Path, public: bytes, today: date, against: str = "", log_line: str = "") -> Audit:
    """Re-hash every slip of every round and compare it with what was published, naming whatever differs.

    `published`: the folder so-cai, the office's own or a copy that somebody kept; `public`: the 32 bytes of the key;
    `against`: the text of checkpoints that somebody kept (a file, a mail), empty for none; `log_line`: number and hash
    of an entry of the staff log that somebody kept. Raises Refused if the store cannot be read.
    """
    rounds = store.rounds()
    kept, faults = kept_heads(against, public)
    known = {round_.id for round_ in rounds}
    there = {path.parent.name for path in published.glob(f"*/{CHECKPOINTS}")}
    missing = sorted((there | kept.keys()) - known)
    gone = [Problem(code="AUD_ROUND_GONE", values={"round": name}) for name in missing]
    audited = []
    for round_ in rounds:
        rows = store.all_responses(round_.id)
        days: dict[str, list[str]] = {}
        for row in rows:
            days.setdefault(row.day, []).append(row.commitment)
        closed, mine = store.checkpoints(round_.id), kept.get(round_.id, ())
        notes = [checkpoint.note for checkpoint in closed]
        log = read_log(place(published, round_.id), round_.id, public, notes, days, mine)
        late = unclosed(closed, {day: len(leaves) for day, leaves in days.items()}, today)
        acts = store.void_acts(round_.id)
        through = log.through
        audited.append(
            RoundAudit(
                round_id=round_.id,
                name=round_.name,
                size=log.size,
                through=through,
                root=log.root.hex(),
                open_days=dict(sorted(Counter(row.day for row in rows if row.day > (through or "")).items())),
                units=unit_counts(round_, store.states(round_.id)),
                findings=(
                    *log.findings,
                    *match_rows(round_, rows, log),
                    *_erased(round_, rows, today),
                    *_voids(rows, acts),
                    *changed_acts((*log.heads, *mine), acts),
                    *(Problem(code="AUD_NOT_CLOSED", values={"day": day, "count": len(days[day])}) for day in late),
                ),
                notes=changed_settings(log.heads, round_),
            )
        )
    logged = tuple(store.all_log())
    findings = (*faults, *gone, *log_faults(logged, log_line))
    return Audit(rounds=tuple(audited), findings=findings, logged=logged[-1] if logged else None)


def unit_counts(round_: Round, states: Mapping[tuple[str | None, str], int]) -> tuple[UnitCount, ...]:
    """Received, voided and erased by office, in the order of their names; slips without a place come last.

    `states`: see Store.states.
    """
    unit_of = {place.code: place.unit for place in round_.places}
    counts: dict[str | None, Counter[str]] = {unit: Counter() for unit in unit_of.values()}
    for (code, state), number in states.items():
        mine = counts.setdefault(unit_of.get(code or ""), Counter())
        mine["received"] += number
        mine[state] += number
    names = sorted((unit for unit in counts if unit is not None), key=unit_sort_key)
    order = [*names, *([None] if None in counts else [])]
    return tuple(
        UnitCount(unit=unit, **{name: counts[unit][name] for name in ("received", "voided", "erased")})
        for unit in order
    )


def _erased(round_: Round, rows: Sequence[Response], today: date) -> list[Problem]:
    """Answers are erased when the round's years are over, and then all of them: anything else hides something.

    Nobody can tell what an erased slip said, so that one with answers has got them from somebody else.
    """
    gone = [row for row in rows if not row.salt]
    if not gone:
        return []
    filled = [Problem(code="AUD_ERASED_FILLED", values={"row": row.id, "day": row.day}) for row in gone if row.answers]
    if filled:
        return filled
    if round_.closes is None or not _over(round_.closes, round_.keep_years, today):
        until = "–" if round_.closes is None else f"{round_.closes:%d/%m/%Y}"
        values = {"count": len(gone), "closes": until, "years": round_.keep_years}
        return [Problem(code="AUD_ERASED_EARLY", values=values)]
    if len(gone) < len(rows):
        return [Problem(code="AUD_ERASED_SOME", values={"count": len(gone), "left": len(rows) - len(gone)})]
    return []


def _over(closes: date, years: int, today: date) -> bool:
    return (today.year, today.month, today.day) > (closes.year + years, closes.month, closes.day)


def _voids(rows: Sequence[Response], acts: Sequence[VoidAct]) -> list[Problem]:
    """Each void was asked for by one person and approved by another, in turn."""
    ids = {row.id for row in rows}
    found = []
    asked: dict[str, VoidAct | None] = {}
    for act in acts:
        values = {"row": act.response_id, "actor": act.actor}
        before = asked.get(act.response_id)
        if act.response_id not in ids:
            found.append(Problem(code="AUD_VOID_UNKNOWN", values=values))
        elif act.act != "ask" and before is None:
            found.append(Problem(code="AUD_VOID_NOT_ASKED", values=values))
        elif act.act == "approve" and before is not None and before.actor == act.actor:
            found.append(Problem(code="AUD_VOID_ONE_PERSON", values=values))
        asked[act.response_id] = act if act.act == "ask" else None
    return found
