"""Many slips at once, put into a store's file behind its back, and an owner who changes what is kept there."""

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from survey.clock import VIETNAM
from survey.ledger import commitment, receipt_code, receipt_hash
from survey.response import Response
from survey.store import Store
from survey.store.codec import read_response, response_row
from survey.store.sqlite import DBAPI
from tests.survey.builders import furnished, response

DAYS = tuple(f"2026-11-{day:02d}" for day in range(2, 10))
"""Eight days; the last stays open."""
FIRST = datetime(2026, 11, 5, 1, 0, tzinfo=VIETNAM)
"""The first closing: of the days before the fifth."""
SECOND = datetime(2026, 11, 9, 1, 0, tzinfo=VIETNAM)
"""The second closing: of the days before the ninth."""


def code_of(number: int) -> str:
    return receipt_code(f"key {number}")


def slip(number: int, **changes: Any) -> Response:
    """Slip number `number` with everything that its proof needs."""
    salt = hashlib.sha256(f"salt {number}".encode()).hexdigest()[:32]
    made = response(
        number,
        id=hashlib.sha256(f"id {number}".encode()).hexdigest()[:32],
        day=DAYS[number % len(DAYS)],
        place=("P01", "P02")[number % 3 == 0],
        answers={"used": "1", "q1": str(number % 5 + 1)},
        flags=("fast",) if number % 7 == 0 else (),
        key_hash=hashlib.sha256(f"key {number}".encode()).hexdigest(),
        salt=salt,
        receipt_hash=receipt_hash(code_of(number)),
    )
    made = replace(made, **changes)
    return replace(made, commitment=commitment(made))


def fill(path: Path, slips: Sequence[Response]) -> None:
    """A new store at `path` with these slips, in one transaction."""
    furnished(path).close()
    rows = [response_row(each) for each in slips]
    names = ", ".join(rows[0])
    values = ", ".join(f":{name}" for name in rows[0])
    with raw(path) as connection:
        connection.executemany(f"INSERT INTO responses ({names}) VALUES ({values})", rows)


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as its owner opens it: nobody's rules but SQLite's own."""
    connection = DBAPI.connect(str(path))
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


@contextmanager
def owner(path: Path) -> Iterator[sqlite3.Connection]:
    """The same without triggers, which are put back afterwards so that nothing shows."""
    with raw(path) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)


def rewrite(path: Path, row_id: str, change: Callable[[Response], Response], *, cunning: bool) -> Response:
    """The owner changes a slip; the cunning one its commitment too."""
    with owner(path) as connection:
        cursor = connection.execute("SELECT * FROM responses WHERE id = ?", (row_id,))
        row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
        changed = change(read_response(row))
        if cunning:
            changed = replace(changed, commitment=commitment(changed))
        values = response_row(changed)
        connection.execute(
            f"UPDATE responses SET {', '.join(f'{name} = :{name}' for name in values)} WHERE id = :id", values
        )
    return changed


def insert(path: Path, new: Response) -> None:
    """The owner puts in a slip of his own."""
    row = response_row(new)
    with owner(path) as connection:
        values = ", ".join(f":{name}" for name in row)
        connection.execute(f"INSERT INTO responses ({', '.join(row)}) VALUES ({values})", row)


def delete(path: Path, row_id: str) -> None:
    """The owner takes a slip away."""
    with owner(path) as connection:
        connection.execute("DELETE FROM responses WHERE id = ?", (row_id,))


def copied(folder: Path, to: Path) -> Path:
    """A data folder of one's own to do harm in."""
    return Path(shutil.copytree(folder, to))


def opened(folder: Path) -> Store:
    return Store.open(folder / "hailong.sqlite3")


def shuffled(count: int) -> list[int]:
    """The numbers 1 to `count` in a fixed disorder."""
    numbers = list(range(1, count + 1))
    random.Random(1).shuffle(numbers)
    return numbers
