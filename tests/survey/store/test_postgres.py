"""What is PostgreSQL's own: addresses, broken connections, the order of its heap, what its server must promise."""

import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pg8000.dbapi
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey.clock import today
from survey.errors import Refused
from survey.store import Checkpoint, Store, faults, postgres
from survey.store.schema import metadata
from tests.survey.builders import ROUND, response
from tests.survey.store.conftest import Server
from tests.survey.store.test_collection import refused

Urls = Callable[[str], str]
TODAY = today().isoformat()
OPEN = replace(ROUND, closes=None)  # it takes slips of every day from its first on


@pytest.fixture
def store(postgresql: Urls) -> Iterator[Store]:
    with Store.open(postgresql("chu")) as store:
        yield store


def database(url: str) -> str:
    return url.split("/")[3].split("?", maxsplit=1)[0]


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:geheim@h/d",
        "postgresql://u:geheim@h",
        "postgresql://h/d?password=geheim",
        "postgresql://u:geheim@h/d?options=-c",
        "postgresql://u:geheim@h/d?sslmode=prefer",
        "postgresql://u:geheim@h:port/d",
        "postgresql+psycopg://u:geheim@h/d",
        "postgresql:/u:geheim@h/d",
        "u:geheim@h/d",
        "postgresql://u:p@geheim@h/d",
        "postgresql://h:geheim/d",
    ],
)
def test_a_wrong_address_is_told_without_its_password(url: str) -> None:
    with pytest.raises(Refused, match="postgresql://user:password@server/database") as caught:
        Store.open(url)
    assert "geheim" not in "".join(caught.value.say(language) for language in ("vi", "en"))
    assert "geheim" not in "".join(traceback.format_exception(caught.value)).replace(repr(url), "")


def test_a_server_that_cannot_be_reached_is_told_without_the_password(server: Server, tmp_path: Path) -> None:
    for url, code in (
        ("postgresql://u:geheim@127.0.0.1:1/d", "STO_NO_SERVER"),
        (f"postgresql://u:geheim@/d?host={tmp_path}", "STO_NO_SERVER"),
        (server.url("no_such_database", "web:geheim"), "STO_LOGIN"),
        (server.url("postgres", "nobody:geheim"), "STO_LOGIN"),
    ):
        with pytest.raises(Refused) as caught:
            Store.open(url)
        assert [problem.code for problem in caught.value.problems] == [code]
        assert "geheim" not in caught.value.say()


def test_encryption_is_what_the_address_says(tmp_path: Path) -> None:
    def context(mode: str) -> Any:
        return postgres._tls(postgres.read_url(f"postgresql://u@h/d{mode}"))

    assert context("") is None
    assert not context("?sslmode=require").check_hostname
    assert context("?sslmode=verify-full").check_hostname


def test_the_migrations_make_the_tables_that_the_statements_are_written_for(store: Store) -> None:
    with store._engine.connect() as reader:
        assert compare_metadata(MigrationContext.configure(reader), metadata) == []


def test_opening_again_changes_nothing_and_a_newer_programs_database_is_refused(own: Urls) -> None:
    for _ in range(2):
        Store.open(own("chu")).close()
    with Store.open(own("chu")) as store, store._write() as writer:
        writer.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for user, role in (("chu", "all"), ("web", "public")):
        assert refused(Store.open, own(user), role=role) == ["STO_NEWER"]


def test_another_programs_schema_is_left_alone(server: Server) -> None:
    server.run("CREATE DATABASE khac OWNER chu")
    server.run("CREATE SCHEMA hailong AUTHORIZATION chu", "khac")
    server.run("CREATE TABLE hailong.rounds (x int)", "khac")
    assert refused(Store.open, server.url("khac", "chu")) == ["STO_FOREIGN"]


def test_a_store_whose_guards_sleep_is_not_opened(server: Server, own: Urls) -> None:
    server.run("ALTER TABLE hailong.responses DISABLE TRIGGER responses_no_delete", database(own("chu")))
    for user, role in (("chu", "all"), ("ban", "staff"), ("web", "public")):
        assert refused(Store.open, own(user), role=role) == ["STO_UNGUARDED"]


def test_a_session_that_plays_a_replica_meets_the_guards_too(server: Server, store: Store, postgresql: Urls) -> None:
    store.add(response(1))
    with closing(server.connect(database(postgresql("chu")))) as connection:
        cursor = connection.cursor()
        cursor.execute("SET session_replication_role = replica")
        with pytest.raises(pg8000.dbapi.DatabaseError, match="append-only"):
            cursor.execute("DELETE FROM hailong.responses")


def test_every_connection_waits_for_the_disk(server: Server, own: Urls) -> None:
    name = database(own("chu"))
    server.run(f"ALTER DATABASE {name} SET synchronous_commit = off")
    server.run(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    with Store.open(own("chu")) as store, store._write() as writer:
        assert writer.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
        assert writer.execute(text("SHOW transaction_isolation")).scalar_one() == "read committed"


def test_a_server_that_could_lose_what_it_acknowledged_is_refused(
    postgresql: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_PROMISES", {"fsync": "off"})
    with pytest.raises(Refused, match="fsync = on where fsync = off is needed"):
        Store.open(postgresql("chu"))


def test_closing_a_day_forgets_who_came_first(store: Store, server: Server, postgresql: Urls) -> None:
    """Rows lie in the order of their random ids, and all carry the number of one transaction."""
    numbers = (5, 1, 9, 3, 7)
    store.add_invitations(ROUND.id, {f"code {number}": "P01" for number in numbers})
    for number in numbers:
        store.add(response(number), hour=f"2026-11-21T1{number}", invitation=f"code {number}")

    def pages() -> bytes:
        with closing(server.connect(database(postgresql("chu")))) as connection:
            cursor = connection.cursor()
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('hailong.desk_counts'))")
            return bytes(cursor.fetchone()[0])

    def heap(table: str, key: str) -> tuple[list[str], int]:
        with closing(server.connect(database(postgresql("chu")))) as connection:
            cursor = connection.cursor()
            cursor.execute(f"SELECT {key}, xmin::text FROM hailong.{table} ORDER BY ctid")
            rows = cursor.fetchall()
            return [row[0] for row in rows], len({row[1] for row in rows})

    assert heap("responses", "id") == ([response(number).id for number in numbers], 5)
    assert heap("invitations", "code_hash")[0][0] != "code 1"
    assert b"2026-11-21T19" in pages()
    with Store.open(postgresql("ban"), role="staff") as desk:
        desk.add_checkpoint(Checkpoint(round_id=ROUND.id, through="2026-11-21", size=5, root="ab", note="n"))
    assert heap("responses", "id") == ([response(number).id for number in sorted(numbers)], 1)
    assert heap("invitations", "code_hash") == ([f"code {number}" for number in sorted(numbers)], 1)
    assert heap("desk_counts", "hour") == (["2026-11-21"], 1)
    assert b"2026-11-21T1" not in pages()
    assert len(store.responses(ROUND.id)) == 5


def test_slips_that_come_while_a_day_is_closed_are_counted_or_refused(postgresql: Urls, store: Store) -> None:
    """Never stored into a closed day, never left out of its count."""
    store.save_round(OPEN)
    stop = threading.Event()
    outcomes: list[bool | list[str]] = []

    def citizen(start: int) -> None:
        with Store.open(postgresql("web"), role="public") as mine:
            for number in range(start, start + 400):
                outcomes.append(refused(mine.add, response(number, day=TODAY)) or True)
                if stop.is_set():
                    return

    threads = [threading.Thread(target=citizen, args=(start,)) for start in (1, 1001)]
    for thread in threads:
        thread.start()
    while True:
        size = len(store.leaves(ROUND.id))
        closed = Checkpoint(round_id=ROUND.id, through=TODAY, size=size, root="ab", note="n")
        if size > 10 and refused(store.add_checkpoint, closed) != ["STO_COUNT_MOVED"]:
            break
    stop.set()
    for thread in threads:
        thread.join()
    assert store.checkpoints(ROUND.id) == (closed,)
    assert len(store.leaves(ROUND.id)) == closed.size == outcomes.count(True)
    assert set(map(str, outcomes)) <= {"True", "['STO_DAY_CLOSED']"}


def kill_connections(server: Server, name: str) -> None:
    server.run(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND usename <> 'postgres'"
    )


def test_a_broken_connection_is_replaced(
    server: Server, store: Store, postgresql: Urls, caplog: pytest.LogCaptureFixture
) -> None:
    store.add(response(1))
    kill_connections(server, database(postgresql("chu")))
    assert store.add(response(2)) is True
    kill_connections(server, database(postgresql("chu")))
    assert len(store.responses(ROUND.id)) == 2
    assert caplog.text == ""


def test_a_connection_lost_before_the_commit_means_not_now(
    server: Server, store: Store, postgresql: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = store._door.add

    def interrupted(*arguments: Any) -> Any:
        outcomes = add(*arguments)
        kill_connections(server, database(postgresql("chu")))
        return outcomes

    monkeypatch.setattr(store._door, "add", interrupted)
    assert refused(store.add, response(1)) == ["STO_LOST"]
    monkeypatch.undo()
    assert store.counts(ROUND.id).total == 0
    assert store.add(response(1)) is True


def test_a_commit_whose_answer_got_lost_is_found_when_the_form_is_sent_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server stores the slip, its answer never comes: neither stored nor refused, and the resend tells."""
    commit = pg8000.Connection.commit

    def cut(connection: pg8000.Connection) -> None:
        commit(connection)
        connection._usock.shutdown(socket.SHUT_RDWR)
        connection.execute_unnamed("commit")

    monkeypatch.setattr(pg8000.Connection, "commit", cut)
    with pytest.raises(Refused, match="not known whether the answer was stored"):
        store.add(response(1))
    monkeypatch.undo()
    assert store.add(response(1)) is False
    assert store.counts(ROUND.id).total == 1


def test_a_table_held_by_somebody_else_means_not_now(
    server: Server, postgresql: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LOCK_SECONDS", 0.05)
    with Store.open(postgresql("chu")) as store, closing(server.connect(database(postgresql("chu")))) as other:
        other.cursor().execute("LOCK TABLE hailong.responses")
        with pytest.raises(Refused, match="busy"):
            store.add(response(1))
        other.rollback()
        assert store.add(response(1)) is True


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "STO_FULL"),
        ("53300", "STO_CONNECTIONS"),
        ("53200", "STO_BUSY"),
        ("40P01", "STO_BUSY"),
        ("25006", "STO_READ_ONLY"),
        ("42501", "STO_DENIED"),
        ("28P01", "STO_LOGIN"),
        ("3D000", "STO_LOGIN"),
        ("57P01", "STO_LOST"),
        ("57P03", "STO_LOST"),
        ("08006", "STO_LOST"),
        ("58030", "STO_DISK"),
        ("XX001", "STO_DAMAGED"),
        ("23503", "STO_UNKNOWN_PARENT"),
    ],
)
def test_what_the_server_says_is_told_with_a_cure(state: str, code: str) -> None:
    said = DBAPIError("INSERT", {}, pg8000.dbapi.ProgrammingError({"C": state, "M": "Schlüssel (answers)=(geheim)"}))
    refused = faults.refusal(said, "may-chu/khao_sat")
    assert refused is not None
    assert [problem.code for problem in refused.problems] == [code]
    assert "geheim" not in refused.say()
    assert "?" not in refused.say()


def test_an_error_that_goes_into_a_log_quotes_no_row(store: Store) -> None:
    row = {"answers": "geheim"}
    with pytest.raises(DBAPIError) as caught, store._write() as writer:
        writer.execute(text("INSERT INTO responses (id, answers) VALUES ('x', :answers)"), row)
    said = "".join(traceback.format_exception(caught.value))
    assert "23502" in said
    assert "not-null" in said
    assert "Failing row" not in said
    assert "geheim" not in said


def test_a_mistake_of_the_program_is_no_refusal() -> None:
    said = DBAPIError("INSERT", {}, pg8000.dbapi.ProgrammingError({"C": "42703", "M": "column x does not exist"}))
    assert faults.refusal(said, "may-chu/khao_sat") is None


def test_a_read_only_server_refuses(server: Server, own: Urls) -> None:
    name = database(own("chu"))
    with Store.open(own("chu")) as store:
        server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        kill_connections(server, name)
        with pytest.raises(Refused, match="cannot be written"):
            store.add(response(1))
        assert store.counts(ROUND.id).total == 0


def test_too_many_connections_mean_not_now(server: Server, postgresql: Urls) -> None:
    with Store.open(postgresql("chu")) as owner:
        owner.save_round(OPEN)
    with Store.open(postgresql("web"), role="public") as store:
        kill_connections(server, database(postgresql("web")))
        server.run("ALTER ROLE web CONNECTION LIMIT 0")
        try:
            assert refused(store.add, response(1, day=TODAY)) == ["STO_CONNECTIONS"]
        finally:
            server.run("ALTER ROLE web CONNECTION LIMIT -1")
        assert store.add(response(1, day=TODAY)) is True


def test_two_processes_that_meet_in_one_form_store_it_once(postgresql: Urls, store: Store) -> None:
    """Batches that hold each other's forms in opposite order: the server ends one, nothing is lost or doubled."""
    store.save_round(OPEN)
    results: dict[str, list[Any]] = {"there": [], "back": []}

    def send(name: str, numbers: range) -> None:
        with Store.open(postgresql("web"), role="public") as mine:
            for start in numbers:
                results[name].append(mine.add(response(start, day=TODAY)))

    there = threading.Thread(target=send, args=("there", range(1, 61)))
    back = threading.Thread(target=send, args=("back", range(60, 0, -1)))
    for thread in (there, back):
        thread.start()
    for thread in (there, back):
        thread.join()
    assert results["there"].count(True) + results["back"].count(True) == 60
    assert store.counts(ROUND.id).total == 60


def test_what_is_erased_is_not_in_the_table_any_more(server: Server, store: Store, postgresql: Urls) -> None:
    def kept() -> bytes:
        with closing(server.connect(database(postgresql("chu")))) as connection:
            cursor = connection.cursor()
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('hailong.responses'))")
            return bytes(cursor.fetchone()[0])

    store.add(response(1))
    assert "Tốt «=1+1»".encode() in kept()
    assert store.erase(ROUND.id, "2031-12-01", "Hết hạn") == 1
    assert "Tốt «=1+1»".encode() not in kept()
