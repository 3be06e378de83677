"""Do the public files of a round tell one story? Signatures, counts, roots, and what somebody kept from earlier."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey.errors import Problem, Refused
from survey.ledger import (
    Frontier,
    Head,
    Tree,
    consistent,
    joined,
    leaf_hash,
    origin,
    parse_checkpoint,
    read_checkpoint,
    split_notes,
)
from survey.proof.published import CHECKPOINTS, leaves_file, read, read_leaves, receipts_file


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicLog:
    """The log as it was published, up to `through` (None: nothing is closed).

    `heads`: what its checkpoints say; `leaves`: each leaf (hex) with its day; `receipts`: receipt hash to leaf, as far
    as the receipts files tell.
    """

    heads: tuple[Head, ...]
    leaves: Mapping[str, str]
    receipts: Mapping[str, str]
    size: int
    root: bytes
    through: str | None
    findings: tuple[Problem, ...]


Days = Mapping[str, tuple[str, ...]]
"""Leaves (hex) by day."""


def read_log(
    folder: Path,
    round_id: str,
    public: bytes,
    notes: Sequence[str],
    stored: Mapping[str, Sequence[str]],
    kept: Sequence[Head],
) -> PublicLog:
    """The published log of a round, checked.

    `folder`: the round's public folder; `notes`: the checkpoints in the store; `stored`: the leaves in the store by
    day, which take the place of a day file that is missing or wrong; `kept`: heads that somebody kept, verified.
    """
    findings: list[Problem] = []
    heads = _heads(folder, round_id, public, notes, findings)
    log = Frontier()
    order: list[bytes] = []
    counts: dict[str, int] = {}
    leaves: dict[str, str] = {}
    receipts: dict[str, str] = {}
    for head in heads:
        files = {day: read_leaves(folder, day) for day, count in head.days if count}
        days = _chosen(log, head, files, {day: tuple(sorted(stored.get(day, ()))) for day in files})
        hashes = [_hash(leaf) for day in days for leaf in days[day]]
        log = log.and_then(hashes)
        # One wrong root makes all later ones wrong: the first is told.
        if not _is(log, head) and all(finding.code != "AUD_ROOT" for finding in findings):
            findings.append(Problem(code="AUD_ROOT", values={"day": head.through, "size": head.size}))
        order += hashes
        for day, count in head.days:
            counts[day] = counts.get(day, 0) + len(days.get(day, ()))
            findings += _day_file(folder, day, count, files.get(day, ()), days.get(day, ()))
            leaves |= dict.fromkeys(days.get(day, ()), day)
            findings += _receipts_file(folder, day, leaves, receipts)
    findings += _against(heads, Tree(order), counts, kept) if kept else ()
    return PublicLog(
        heads=heads,
        leaves=leaves,
        receipts=receipts,
        size=log.size,
        root=log.root(),
        through=heads[-1].through if heads else None,
        findings=tuple(findings),
    )


def _chosen(log: Frontier, head: Head, files: Mapping[str, tuple[str, ...] | None], rows: Days) -> Days:
    """The leaves of the head's days: the files', unless its root says that the store's are the right ones."""
    named = {day: rows[day] if found is None else found for day, found in files.items()}
    for days in (named, rows):
        if _is(log.and_then(_hash(leaf) for day in days for leaf in days[day]), head):
            return days
    return named


def _is(log: Frontier, head: Head) -> bool:
    return (log.size, log.root()) == (head.size, head.root)


def _day_file(
    folder: Path, day: str, count: int, found: tuple[str, ...] | None, right: tuple[str, ...]
) -> Iterator[Problem]:
    path = leaves_file(folder, day)
    if found is None:
        yield Problem(code="AUD_FILE_MISSING", values={"path": path, "day": day})
    elif found != right or len(right) != count or list(right) != sorted(set(right)):
        yield Problem(code="AUD_DAY_FILE", values={"path": path, "day": day, "got": len(found), "count": count})


def _receipts_file(folder: Path, day: str, leaves: Mapping[str, str], receipts: dict[str, str]) -> Iterator[Problem]:
    """Each line must make a leaf of this day, or somebody's receipt was joined to a leaf that is not theirs."""
    wrong = 0
    for line in (read(receipts_file(folder, day)) or "").splitlines():
        try:
            receipt, hidden, questionnaire = line.split(" ")
            leaf = joined(questionnaire, day, hidden, receipt)
        except ValueError:
            leaf = ""
        if leaves.get(leaf) != day:
            wrong += 1
        else:
            receipts[receipt] = leaf
    if wrong:
        yield Problem(code="AUD_RECEIPTS_FILE", values={"path": receipts_file(folder, day), "count": wrong})


def kept_heads(text: str, public: bytes) -> tuple[dict[str, tuple[Head, ...]], tuple[Problem, ...]]:
    """The heads in a text that somebody kept, by round, and what is wrong with that text."""
    heads: dict[str, tuple[Head, ...]] = {}
    faults = [] if not text or split_notes(text) else [Problem(code="AUD_AGAINST_EMPTY")]
    for note in split_notes(text):
        try:
            head = read_checkpoint(note, public)
        except Refused as refused:
            faults += [Problem(code="AUD_AGAINST_NOTE", values={"reason": refused})]
            continue
        round_id = head.origin.removeprefix(origin("x").removesuffix("x"))
        heads[round_id] = (*heads.get(round_id, ()), head)
    return heads, tuple(faults)


def _heads(
    folder: Path, round_id: str, public: bytes, notes: Sequence[str], findings: list[Problem]
) -> tuple[Head, ...]:
    """What the published checkpoints say; where there are none, what those in the store say."""
    text = read(folder / CHECKPOINTS)
    there = split_notes(text or "")
    if notes and not there:
        findings.append(Problem(code="AUD_NO_CHECKPOINTS", values={"path": folder / CHECKPOINTS}))
    # A copy may be older than the store; what it has must be what the store has.
    elif there != tuple(notes[: len(there)]):
        values = {"path": folder / CHECKPOINTS, "count": len(there), "stored": len(notes)}
        findings.append(Problem(code="AUD_CHECKPOINTS_DIFFER", values=values))
    heads: list[Head] = []
    for note in there or notes:
        try:
            head = parse_checkpoint(note)
            if head.origin != origin(round_id):
                findings.append(Problem(code="AUD_OTHER_ROUND", values={"origin": head.origin}))
                continue
            if heads and not (heads[-1].through < head.days[0][0] and heads[-1].size <= head.size):
                findings.append(Problem(code="AUD_ORDER", values={"day": head.through}))
            heads.append(head)
            read_checkpoint(note, public)
        except Refused as refused:
            findings += refused.problems
    return tuple(heads)


def _against(heads: Sequence[Head], log: Tree, counts: Mapping[str, int], kept: Sequence[Head]) -> Iterator[Problem]:
    """Whether each kept head still stands, its tree is the beginning of the log, and no day of it has other slips.

    `counts`: slips by day of the log. Told is the first that differs, and the days that do. The root alone would not
    do: slips that are appended under a closed day leave the beginning as it was.
    """
    for head in sorted(kept, key=lambda each: (each.size, each.through)):
        begins = head.size <= log.size and consistent(
            head.size, head.root, log.size, log.root(), log.consistency(head.size)
        )
        sizes = sum(count for day, count in counts.items() if day <= head.through)
        said = dict(head.days)
        if begins and head in heads and sizes == head.size and all(counts.get(day, 0) == said[day] for day in said):
            continue
        then = {day: count for each in kept for day, count in each.days}
        days = [f"{day} ({count} → {now})" for day, count in then.items() if (now := counts.get(day, 0)) != count]
        values = {"day": head.through, "size": head.size, "got": log.size, "days": ", ".join(days) or "–"}
        yield Problem(code="AUD_REWRITTEN", values=values)
        return


def _hash(leaf: str) -> bytes:
    try:
        return leaf_hash(bytes.fromhex(leaf))
    except ValueError:
        return leaf_hash(leaf.encode("utf-8", "replace"))  # fits nothing, and is told as a wrong root
