"""A store can be tried, checked and copied while it serves; a copy holds everything, from a file and from a server."""

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from survey.errors import Refused
from survey.store import Checkpoint, Store, VoidAct
from survey.store import whole as module
from survey.store.schema import metadata
from tests.survey.builders import ROUND, response
from tests.survey.store.conftest import Server


def fill(store: Store) -> None:
    """Something in every table but the erasures."""
    store.add_invitations(ROUND.id, {"c" * 64: "P01", "e" * 64: None})
    for number in range(1, 6):
        store.add(response(number), hour="2026-11-20T09", invitation="c" * 64 if number == 1 else None)
    store.save_draft("d" * 64, b"\x00half", "2026-11-20")
    store.save_paper(ROUND.id, "points", '{"x": "Đúng"}', "An", "2026-11-20")
    store.save_office_paper("units", "{}", "An", "2026-11-20")
    store.add_log("An", "administrator", "round.open", ROUND.id, "2026-11-20T01:00:00Z")
    store.note_key_print("secret.key", "p" * 64)
    store.add_void_act(
        VoidAct(id="a" * 32, response_id=response(2).id, act="ask", reason="x", actor="An", day="2026-11-20")
    )
    day = max(response(number).day for number in range(1, 6))
    store.add_checkpoint(Checkpoint(round_id=ROUND.id, through=day, size=5, root="0" * 64, note="n"))


def everything(store: Store) -> dict[str, list[Any]]:
    with store._engine.connect() as reader:
        return {
            table.name: [tuple(row) for row in reader.execute(select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
        }


def test_a_copy_holds_everything_keeps_its_guards_and_is_the_owners_alone(store: Store, tmp_path: Path) -> None:
    fill(store)
    copy = tmp_path / "ban-sao.sqlite3"
    store.copy_to(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with Store.open(copy, migrating=False) as restored:
        assert everything(restored) == everything(store)
        assert all(rows for table, rows in everything(restored).items() if table != "erasures")
        assert restored.faults() == ()
        assert not restored.add(response(1))
    with pytest.raises(Refused, match="ban-sao"):
        store.copy_to(copy)


def test_a_servers_store_comes_back_whole_in_an_empty_server(
    own: Callable[[str], str], server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ROWS", 2)
    with Store.open(own("chu")) as store:
        fill(store)
        kept = everything(store)
    with Store.open(own("ban"), role="staff") as desk:
        desk.copy_to(tmp_path / "kho.db")
    server.run("CREATE DATABASE cho_do OWNER chu")
    with Store.open(server.url("cho_do", "chu")) as empty:
        empty.fill_from(tmp_path / "kho.db")
        assert everything(empty) == kept
        with pytest.raises(Refused, match="holds data already"):
            empty.fill_from(tmp_path / "kho.db")
        assert not empty.add(response(1))
    with Store.open(server.url("cho_do", "chu"), migrating=False) as again:  # refuses where a guard still sleeps
        again.save_round(ROUND)
        assert again.loose_roles() == ()


def test_writing_is_tried_and_leaves_nothing(store: Store) -> None:
    before = everything(store)
    store.must_take_writes()
    store.must_take_writes()
    assert everything(store) == before


def test_a_role_that_may_too_much_is_named(own: Callable[[str], str], server: Server) -> None:
    with Store.open(own("chu")) as store:
        assert store.loose_roles() == ()
        assert store.database().startswith("PostgreSQL 1")
        with closing(server.connect(own("chu").split("/")[3].partition("?")[0])) as master:
            master.autocommit = True
            master.cursor().execute("GRANT SELECT ON hailong.responses TO hailong_public")
        assert store.loose_roles() == ("hailong_public: SELECT responses",)


def test_what_the_database_finds_wrong_is_told(tmp_path: Path) -> None:
    path = tmp_path / "kho.db"
    with Store.open(path) as store:
        assert store.faults() == ()
        assert store.database().startswith("SQLite 3.")
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("CREATE TABLE torn (x)")
        file.execute("INSERT INTO torn VALUES (NULL)")
        file.execute("PRAGMA writable_schema = ON")
        file.execute("UPDATE sqlite_master SET sql = 'CREATE TABLE torn (x NOT NULL)' WHERE name = 'torn'")
    with Store.open(path) as store:
        assert store.faults() == ("NULL value in torn.x",)


def test_without_migrating_an_older_programs_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "kho.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE alembic_version SET version_num = '0003'")
        file.commit()
    with pytest.raises(Refused) as refused:
        Store.open(path, migrating=False)
    assert [problem.code for problem in refused.value.problems] == ["STO_NOT_MIGRATED"]
