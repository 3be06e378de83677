"""What did the desk work out, about a round or for the office? Points, findings, units: every revision is kept."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, NoReturn

from sqlalchemy import Select, Table, select
from sqlalchemy.exc import IntegrityError

from survey.errors import Problem, Refused
from survey.store.kept import Kept
from survey.store.records import OfficePaper, WorkingPaper
from survey.store.schema import office_papers, working_papers

LARGEST: Final = 4 * 2**20
"""Bytes of one paper's content."""

_LONGEST_ACTOR: Final = 200
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Papers(Kept):
    """Working papers and the office's own. Only the desk reads and writes them: the public role gets STO_DENIED.

    No answer belongs in one: a round's answers are erased after its years, its papers stay.
    """

    def save_paper(
        self, round_id: str, kind: str, content: str, actor: str, day: str, *, after: int | None = None
    ) -> int:
        """Keep `content` (JSON text) as the newest revision of this kind and return its number, 1 for the first.

        The same content again adds nothing. `after` is the revision that the writer was looking at, 0 for none: two
        people then cannot overwrite each other unseen. Raises Refused: STO_PAPER_MOVED when there is a newer one than
        `after` or somebody else saves in the same moment, STO_UNKNOWN_PARENT for an unknown round, and all at once of
        STO_PAPER_KIND, _LARGE, _JSON, _ACTOR and _DAY.
        """
        return self._save(working_papers, {"round_id": round_id, "kind": kind}, content, actor, day, after)

    def paper(self, round_id: str, kind: str) -> WorkingPaper | None:
        """The newest revision of this kind, None if there is none."""
        with self._read() as reader:
            row = reader.execute(_newest(working_papers, {"round_id": round_id, "kind": kind})).one_or_none()
        return None if row is None else WorkingPaper(**row._asdict())

    def papers(self, round_id: str) -> tuple[WorkingPaper, ...]:
        """Every revision of every kind: by kind, the oldest first."""
        query = select(working_papers).where(working_papers.c.round_id == round_id)
        with self._read() as reader:
            rows = reader.execute(query.order_by(working_papers.c.kind, working_papers.c.revision))
            return tuple(WorkingPaper(**row._asdict()) for row in rows)

    def save_office_paper(self, kind: str, content: str, actor: str, day: str, *, after: int | None = None) -> int:
        """`save_paper` for what the office keeps of no round, like its units."""
        return self._save(office_papers, {"kind": kind}, content, actor, day, after)

    def office_paper(self, kind: str) -> OfficePaper | None:
        """The newest revision of this kind, None if there is none."""
        with self._read() as reader:
            row = reader.execute(_newest(office_papers, {"kind": kind})).one_or_none()
        return None if row is None else OfficePaper(**row._asdict())

    def office_papers(self, kind: str) -> tuple[OfficePaper, ...]:
        """Every revision of this kind, the oldest first."""
        query = select(office_papers).where(office_papers.c.kind == kind).order_by(office_papers.c.revision)
        with self._read() as reader:
            return tuple(OfficePaper(**row._asdict()) for row in reader.execute(query))

    def _save(self, table: Table, key: Mapping[str, str], content: str, actor: str, day: str, after: int | None) -> int:
        if problems := [*_faults(key["kind"], content, actor, day)]:
            raise Refused(problems)
        row = {**key, "content": content, "actor": actor, "day": day}
        try:
            with self._write() as writer:
                newest = writer.execute(_newest(table, key)).one_or_none()
                revision = newest.revision if newest else 0
                if newest is not None and newest.content == content:
                    return int(revision)
                if after is not None and after != revision:
                    raise Refused([Problem(code="STO_PAPER_MOVED")])
                writer.execute(self._insert(table), {**row, "revision": revision + 1})
                return int(revision) + 1
        except IntegrityError as error:  # somebody else wrote this revision in the same moment
            raise Refused([Problem(code="STO_PAPER_MOVED")]) from error


def must_name(actor: str) -> None:
    """Raises Refused (STO_PAPER_ACTOR) for a name that nobody could be known by."""
    if not (actor.strip() and actor.isprintable() and len(actor) <= _LONGEST_ACTOR):
        raise Refused([Problem(code="STO_PAPER_ACTOR", values={"limit": _LONGEST_ACTOR})])


def _newest(table: Table, key: Mapping[str, str]) -> Select[Any]:
    query = select(table).filter_by(**key)
    return query.order_by(table.c.revision.desc()).limit(1)


def _faults(kind: str, content: str, actor: str, day: str) -> Iterator[Problem]:
    if not _KIND.fullmatch(kind):
        yield Problem(code="STO_PAPER_KIND", values={"got": kind[:60]})
    if len(content) > LARGEST or len(content.encode(errors="replace")) > LARGEST:
        yield Problem(code="STO_PAPER_LARGE", values={"kind": kind[:60], "limit": LARGEST // 2**20})
    elif not _is_json(content):
        yield Problem(code="STO_PAPER_JSON", values={"kind": kind[:60]})
    try:
        must_name(actor)
    except Refused as refused:
        yield from refused.problems
    if not (_DAY.fullmatch(day) and _is_day(day)):
        yield Problem(code="STO_PAPER_DAY", values={"got": day[:20]})


def _is_json(content: str) -> bool:
    """Whether every JSON reader takes it: no NaN, no half letters, no depth that exhausts a reader."""
    try:
        content.encode()
        json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return False
    return True


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
