"""Does each slip have its leaf, and each leaf its slip? What does not is named, as exactly as the leaf allows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from survey.errors import Problem
from survey.ledger import commitment
from survey.proof.public_log import PublicLog
from survey.response import Response
from survey.round import Round

_MOST_TRIED = 1_000
"""So many changed slips are looked into; of more only the id and the leaf are told, or the audit would take hours."""
_ENTRIES = ("flags", "channel", "language", "duration", "consent", "desk", "interviewer", "questionnaire")


def match_rows(round_: Round, rows: Sequence[Response], log: PublicLog) -> tuple[Problem, ...]:
    """What was changed, moved, inserted (row id) and removed (leaf) since the days of the log were closed.

    Slips of open days are only asked to fit themselves.
    """
    missing, leaves, through = dict(log.leaves), log.leaves, log.through or ""
    strange: list[Response] = []
    for row in rows:
        fits = not row.salt or _leaf(row) == row.commitment
        if fits and missing.get(row.commitment) == row.day:
            del missing[row.commitment]
        elif not fits or row.day <= through or row.commitment in leaves or row.receipt_hash in log.receipts:
            strange.append(row)
    tried = _Tried(round_, rows, log)
    found = [tried.named(row, missing, deep=number < _MOST_TRIED) for number, row in enumerate(strange)]
    removed = sorted((day, leaf) for leaf, day in missing.items())
    return (*found, *(Problem(code="AUD_REMOVED", values={"leaf": leaf, "day": day}) for day, leaf in removed))


class _Tried:
    """What a changed slip may have said before: each entry as it stands in any slip of the round."""

    def __init__(self, round_: Round, rows: Sequence[Response], log: PublicLog) -> None:
        self._round, self._rows, self._log = round_, rows, log
        self._values: dict[str, list[Any]] | None = None

    def named(self, row: Response, missing: dict[str, str], *, deep: bool) -> Problem:
        """What happened to the row; `deep`: also what it said before. The leaf it explains is missing no longer."""
        values: dict[str, object] = {"row": row.id, "leaf": row.commitment, "day": row.day}
        through = self._log.through or ""
        for before in self._before(row) if deep else ():
            leaf = _leaf(before)
            if leaf in missing or (leaf == row.commitment and row.day > through and before.day > through):
                missing.pop(leaf, None)
                return self._difference(row, before, values | {"leaf": leaf})
        # The leaf may have been changed along with the slip; then the receipt tells which one was there before.
        leaf = row.commitment if row.commitment in missing else self._log.receipts.get(row.receipt_hash, "")
        if leaf in missing:
            values |= {"leaf": leaf, "day": missing.pop(leaf)}
            if values["day"] != row.day:
                return Problem(code="AUD_MOVED_DAY", values=values | {"was": values["day"], "now": row.day})
            return Problem(code="AUD_CHANGED", values=values)
        if row.commitment in self._log.leaves:
            return Problem(code="AUD_TWICE", values=values)
        return Problem(code="AUD_INSERTED" if row.day <= through else "AUD_CHANGED", values=values)

    def _before(self, row: Response) -> Iterator[Response]:
        if not row.salt:
            return
        seen = self._seen()
        for day in seen["day"]:
            yield replace(row, day=day)
        for place, desk in seen["place and desk"]:
            yield replace(row, place=place, desk=desk)
        for name in _ENTRIES:
            for value in seen[name]:
                yield replace(row, **{name: value})

    def _seen(self) -> dict[str, list[Any]]:
        if self._values is None:
            rows = self._rows
            seen: dict[str, set[Any]] = {name: {getattr(row, name) for row in rows} for name in _ENTRIES}
            seen["flags"] |= {tuple(f for f in flags if f != left) for flags in seen["flags"] for left in flags} | {()}
            seen["day"] = {row.day for row in rows} | set(self._log.leaves.values())
            codes = {place.code for place in self._round.places} | {None}
            desks = {(desk.place, desk.code) for desk in self._round.desks}
            seen["place and desk"] = {(row.place, row.desk) for row in rows} | desks | {(code, None) for code in codes}
            self._values = {name: sorted(values, key=repr) for name, values in seen.items()}
        return self._values

    def _difference(self, row: Response, before: Response, values: dict[str, object]) -> Problem:
        if row.day != before.day:
            return Problem(code="AUD_MOVED_DAY", values=values | {"was": before.day, "now": row.day})
        if (row.place, row.desk) != (before.place, before.desk):
            return Problem(
                code="AUD_MOVED_PLACE", values=values | {"was": self._where(before), "now": self._where(row)}
            )
        name = next((name for name in _ENTRIES if getattr(row, name) != getattr(before, name)), "")
        told = {"entry": name, "was": _told(getattr(before, name, "")), "now": _told(getattr(row, name, ""))}
        return Problem(code="AUD_ENTRY", values=values | told)

    def _where(self, row: Response) -> str:
        known = next((place for place in self._round.places if place.code == row.place), None)
        where = row.place or "–" if known is None else f"{known.unit} ({known.code})"
        return where if row.desk is None else f"{where}, {row.desk}"


def _leaf(row: Response) -> str:
    try:
        return commitment(row)
    except ValueError:  # what should be hex is not
        return ""


def _told(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
