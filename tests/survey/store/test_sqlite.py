"""What the file guarantees by itself, and what happens when the disk does not play along."""

import random
import re
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from survey.errors import Refused
from survey.store import Checkpoint, Store, checkpoints, migrate, sqlite
from survey.store.codec import response_row
from survey.store.schema import metadata
from survey.store.sqlite import DBAPI, wal_safe
from tests.survey.builders import ROUND, furnished, response

LATER = {"desk", "interviewer"}
"""Columns that the second version brought."""


@pytest.fixture
def store(tmp_path: Path):
    with furnished(tmp_path / "kho.db") as store:
        store.add(response(1), hour="2026-11-21T12")
        yield store


def write(store: Store, statement: str) -> None:
    with store._writer.begin():
        store._writer.execute(text(statement))


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_only_sqlite_without_the_wal_reset_bug_is_used(version: tuple[int, ...], safe: bool) -> None:
    assert wal_safe(version) is safe


def test_an_unsafe_sqlite_is_refused_before_a_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DBAPI, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(Refused, match="pysqlite3"):
        Store.open(tmp_path / "kho.db")
    assert list(tmp_path.iterdir()) == []


def test_every_connection_is_durable_and_guarded(store: Store) -> None:
    with store._engine.connect() as reader:
        for connection in (store._writer, reader):
            settings = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
            ]
            connection.rollback()
            assert settings == ["wal", 2, 1, 1]  # 2: FULL


def test_replacing_from_outside_changes_nothing_either(store: Store, tmp_path: Path) -> None:
    """Plain SQLite, as a server's owner has it: REPLACE there takes a row away without asking the DELETE triggers."""
    [file] = tmp_path.rglob("*.db")
    before = store.responses(ROUND.id), store.rounds()
    columns = [column.name for column in metadata.tables["responses"].columns]
    for changed in ("answers", "key_hash", "receipt_hash"):
        others = ["'{\"hacked\":1}'" if name == changed else name for name in columns]
        with closing(DBAPI.connect(file)) as outside:
            try:
                with outside:
                    outside.execute(f"REPLACE INTO responses SELECT {', '.join(others)} FROM responses")
            except DBAPI.DatabaseError as error:
                assert "append-only" in str(error)
    with closing(DBAPI.connect(file)) as outside, outside:
        outside.execute("REPLACE INTO rounds (position, id) SELECT position, id FROM rounds")
    assert (store.responses(ROUND.id), store.rounds()) == before


def test_a_store_whose_guards_were_taken_away_is_not_opened(store: Store, tmp_path: Path) -> None:
    store.close()
    [file] = tmp_path.rglob("*.db")
    with closing(DBAPI.connect(file)) as outside, outside:
        outside.execute("DROP TRIGGER responses_no_delete")
    with pytest.raises(Refused) as refused:
        Store.open(file)
    assert [problem.code for problem in refused.value.problems] == ["STO_UNGUARDED"]


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(DBAPI.connect(file)) as outside, outside:
        outside.execute("CREATE TABLE rounds (id TEXT)")
    with pytest.raises(Refused) as refused:
        Store.open(file)
    assert [problem.code for problem in refused.value.problems] == ["STO_FOREIGN"]
    with closing(DBAPI.connect(file)) as outside:
        assert outside.execute("SELECT name FROM sqlite_master").fetchall() == [("rounds",)]


def test_no_table_keeps_the_order_of_arrival_of_slips(store: Store) -> None:
    for table in ("responses", "desk_counts", "drafts", "invitations", "voids", "checkpoints", "erasures"):
        with store._engine.connect() as reader, pytest.raises(DatabaseError, match="no such column: rowid"):
            reader.execute(text(f"SELECT rowid FROM {table}"))


def neighbours_in_order(path: Path, came: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Of cells beside each other in the file's bytes, how many pairs there are and how many lie as they came.

    `came` are the random words of each slip in turn. A page is filled from its end. All trees of a table are looked at,
    and what freed cells have left behind too.
    """
    content = path.read_bytes()
    size = int.from_bytes(content[16:18], "big")
    pairs = in_order = 0
    for kind in range(len(came[0])):
        lying: dict[int, list[tuple[int, int]]] = {}
        for arrival, words in enumerate(came):
            for found in re.finditer(words[kind].encode(), content):
                lying.setdefault(found.start() // size, []).append((-found.start(), arrival))
        for page in lying.values():
            for (_, first), (_, second) in pairwise(sorted(page)):
                pairs += 1
                in_order += first < second
    return pairs, in_order


def test_after_a_day_is_closed_the_bytes_of_no_tree_tell_who_came_first(tmp_path: Path) -> None:
    path, drawn = tmp_path / "kho.db", random.Random(8)
    came = [[drawn.randbytes(size).hex() for size in (16, 32, 32, 32)] for _ in range(30)]
    with furnished(path) as store:
        store.add_invitations(ROUND.id, {code: "P01" for _, _, _, code in came})
        for number, (slip, key, receipt, code) in enumerate(came):
            store.add(response(number, id=slip, key_hash=key, receipt_hash=receipt), "2026-11-21T12", code)
    pairs, in_order = neighbours_in_order(path, came)
    assert in_order / pairs > 0.7, "else this test could not see the order in which they came"
    with Store.open(path) as store:
        store.add_checkpoint(Checkpoint(round_id=ROUND.id, through="2026-11-21", size=30, root="00", note="x"))
        store.forget_order()
        assert path.with_name("kho.db-wal").stat().st_size == 0
        pairs, in_order = neighbours_in_order(path, came)
    assert pairs > 200
    assert abs(in_order / pairs - 0.5) < 0.08


def test_all_tables_are_strict(store: Store) -> None:
    with store._engine.connect() as reader:
        listed = reader.execute(text("PRAGMA table_list")).mappings().all()
    strict = {row["name"]: row["strict"] for row in listed if row["name"] in metadata.tables}
    assert strict == dict.fromkeys(metadata.tables, 1)


def test_the_migrations_make_the_tables_that_the_statements_are_written_for(store: Store) -> None:
    with store._engine.connect() as reader:
        assert compare_metadata(MigrationContext.configure(reader), metadata) == []


def test_migrating_an_up_to_date_file_changes_nothing(tmp_path: Path) -> None:
    furnished(tmp_path / "kho.db").close()
    before = (tmp_path / "kho.db").read_bytes()
    Store.open(tmp_path / "kho.db").close()
    assert (tmp_path / "kho.db").read_bytes() == before


def test_a_file_of_the_first_version_is_brought_forward_with_its_slips(tmp_path: Path) -> None:
    path = tmp_path / "kho.db"
    columns = [column.name for column in metadata.tables["responses"].columns if column.name not in LATER]
    settings = Config()
    settings.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    settings.set_main_option("path_separator", "os")
    with sqlite.open_engine(path).connect().execution_options(writes=True) as first:
        settings.attributes["connection"] = first
        with first.begin():
            command.upgrade(settings, "0001")
            first.execute(text("INSERT INTO questionnaires VALUES ('hash', 'thu', '1', x'00')"))
            first.execute(text("INSERT INTO rounds VALUES (1, 'dot-1')"))
            values = {name: response_row(response(1, questionnaire="hash"))[name] for name in columns}
            marks = ", ".join(f":{name}" for name in columns)
            first.execute(text(f"INSERT INTO responses ({', '.join(columns)}) VALUES ({marks})"), values)
            first.execute(text("INSERT INTO desk_counts VALUES ('dot-1', 'P01', '2026-11-21T12', 1)"))
        first.engine.dispose()
    with Store.open(path) as store:
        assert store.responses("dot-1") == (response(1, questionnaire="hash"),)
        assert store.hours("dot-1") == {("P01", "2026-11-21T12"): 1}
        assert store.add(response(1, questionnaire="hash")) is False
        assert store.add(response(2, questionnaire="hash", desk="Q1")) is True
        with pytest.raises(DatabaseError, match="append-only"):
            write(store, "UPDATE responses SET desk = 'x'")


def test_what_is_erased_is_in_no_file_any_more(store: Store, tmp_path: Path) -> None:
    def found(words: str) -> bool:
        return any(words.encode() in file.read_bytes() for file in tmp_path.iterdir())

    assert found("Tốt «=1+1»")
    store.erase(ROUND.id, "2031-12-01", "hết hạn")
    store.forget_order()
    assert not found("Tốt «=1+1»")


def test_beside_a_long_reader_what_is_to_be_forgotten_stays_owed_until_it_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by a process that was started anew meanwhile; nobody's slip waits for the reader."""
    path = tmp_path / "kho.db"
    log = path.with_name("kho.db-wal")
    monkeypatch.setattr(checkpoints, "_PATIENCE", 50)
    with furnished(path) as store:
        store.add(response(1))
        store.add_checkpoint(Checkpoint(round_id=ROUND.id, through="2026-11-21", size=1, root="00", note="x"))
    with Store.open(path) as store, sqlite.open_engine(path).connect() as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT * FROM responses").all()
        for _ in range(2):
            start = time.monotonic()
            with pytest.raises(Refused) as caught:
                store.forget_order()
            assert [problem.code for problem in caught.value.problems] == ["STO_ORDER_KEPT"]
            assert time.monotonic() - start < 5
        assert log.stat().st_size > 0
        assert store.add(response(2, day="2026-11-22")) is True
        reader.exec_driver_sql("ROLLBACK")
        store.forget_order()
        assert log.stat().st_size == 0
        reader.engine.dispose()
    before = path.stat().st_mtime_ns
    with Store.open(path) as store:
        store.forget_order()
    assert path.stat().st_mtime_ns == before, "nothing is owed any more"


def test_the_file_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "kho.db"
    with furnished(path) as store:
        write(store, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(Refused, match="newer version of the program"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kho.db").write_bytes(b"PK\x03\x04 not a database, padded to a page" * 200)
    with pytest.raises(Refused, match="damaged or not a file of this program"):
        Store.open(tmp_path / "kho.db")


def test_a_path_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "kho.db", tmp_path):
        with pytest.raises(Refused, match="cannot be opened"):
            Store.open(path)


def test_a_full_disk_refuses_and_later_slips_are_taken_again(store: Store) -> None:
    pages = store._writer.exec_driver_sql("PRAGMA page_count").scalar_one()
    store._writer.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    store._writer.rollback()
    big = response(2, answers={"comment": "x" * 50_000})
    with pytest.raises(Refused, match="disk is full"):
        store.add(big)
    assert not store.has_key(big.key_hash)
    store._writer.exec_driver_sql("PRAGMA max_page_count=100000")
    store._writer.rollback()
    assert store.add(big) is True
    assert len(store.responses(ROUND.id)) == 2


def test_a_file_held_by_another_program_refuses_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    with furnished(tmp_path / "kho.db") as store:
        other = DBAPI.connect(tmp_path / "kho.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused, match="busy"):
            store.add(response(2))
        other.execute("ROLLBACK")
        other.close()
        assert store.add(response(2)) is True


def test_a_file_that_cannot_be_written_refuses(store: Store) -> None:
    store._writer.exec_driver_sql("PRAGMA query_only=ON")
    store._writer.rollback()
    with pytest.raises(Refused, match="cannot be written"):
        store.add(response(2))
    assert store.has_key(response(1).key_hash)


def test_pythons_own_sqlite_serves_where_no_newer_one_is_installed() -> None:
    assert DBAPI is sqlite3 or DBAPI.sqlite_version_info >= sqlite3.sqlite_version_info
