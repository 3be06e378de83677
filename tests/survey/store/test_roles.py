"""What the database itself forbids the citizens' side and the desk, whatever their programs were made to send."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pg8000.dbapi
import pytest

from survey.errors import Refused
from survey.site import DATABASE, ROLE, close, site
from survey.store import Checkpoint, Store, VoidAct
from survey.store.codec import response_row
from tests.survey.builders import QUESTIONNAIRE, ROUND, response
from tests.survey.store.conftest import Server
from tests.survey.store.test_collection import refused

TABLES = (
    *("questionnaires", "rounds", "round_settings", "responses", "desk_counts", "drafts", "invitations", "voids"),
    *("checkpoints", "erasures", "alembic_version"),
)
SECRET = "Tốt «=1+1»"
Urls = Callable[[str], str]
Ask = Callable[..., Any]


@pytest.fixture
def urls(postgresql: Urls) -> Urls:
    with Store.open(postgresql("chu")) as owner:
        owner.add_invitations(ROUND.id, {"used": None, "new": "P01"})
        owner.add(response(1), invitation="used")
        owner.add(response(2))
        owner.ask_withdrawal(response(2).receipt_hash, "a1", "2026-11-21")
    return postgresql


@pytest.fixture
def ask(server: Server, urls: Urls) -> Iterator[Ask]:
    """What a statement gives to a user, as a list of rows; where it is refused, its SQLSTATE as text."""
    opened: dict[str, Any] = {}

    def run(user: str, statement: str, *values: object) -> Any:
        if user not in opened:
            opened[user] = server.connect(urls(user).split("/")[3].split("?")[0], user)
        cursor = opened[user].cursor()
        try:
            cursor.execute("SET LOCAL search_path = hailong")
            cursor.execute(statement, values)
            return [list(row) for row in cursor.fetchall()] if cursor.description else []
        except pg8000.dbapi.DatabaseError as error:
            return error.args[0]["C"]
        finally:
            opened[user].rollback()

    yield run
    for connection in opened.values():
        connection.close()


def test_the_citizens_side_works_without_seeing_anything(urls: Urls) -> None:
    with Store.open(urls("web"), role="public") as store:
        store.save_draft(response(3).key_hash, b"sealed", "2026-11-21")
        assert store.draft(response(3).key_hash) == b"sealed"
        assert store.add(response(3), hour="2026-11-21T12", invitation="new") is True
        assert store.add(response(3), hour="2026-11-21T12", invitation="new") is False
        assert store.draft(response(3).key_hash) is None
        assert refused(store.add, response(4), invitation="used") == ["INV_USED"]
        assert refused(store.add, response(4), invitation="none") == ["INV_UNKNOWN"]
        assert store.has_key(response(3).key_hash)
        assert store.invitation("new").used
        assert store.receipt_state(response(3).receipt_hash).day == "2026-11-21"
        assert store.ask_withdrawal(response(3).receipt_hash, "a2", "2026-11-22") is True
        assert store.rounds() == (ROUND,)
        assert store.checkpoints(ROUND.id) == ()
        for forbidden in (
            *(store.responses, store.all_responses, store.leaves, store.counts, store.hours, store.void_acts),
            *(store.invitation_counts, store.purge_invitations),
        ):
            assert refused(forbidden, ROUND.id) == ["STO_DENIED"]
        assert refused(store.save_round, ROUND) == ["STO_DENIED"]
        assert refused(store.erase, ROUND.id, "2026-11-22", "x") == ["STO_DENIED"]


def test_the_desk_reads_all_and_adds_but_changes_nothing(urls: Urls) -> None:
    with Store.open(urls("ban"), role="staff") as store:
        store.add_questionnaire(QUESTIONNAIRE, b"workbook")
        store.save_round(ROUND)
        assert store.responses(ROUND.id) == (response(1), response(2))
        assert store.add(response(3), hour="2026-11-21T12") is True
        assert store.hours(ROUND.id) == {("P01", "2026-11-21T12"): 1}
        store.add_invitations(ROUND.id, {"more": None})
        assert store.invitation_counts(ROUND.id) == (3, 1)
        done = VoidAct(id="a9", response_id=response(2).id, act="approve", reason="x", actor="mai", day="2026-11-22")
        store.add_void_act(done)
        closed = Checkpoint(round_id=ROUND.id, through="2026-11-21", size=3, root="ab", note="n")
        store.add_checkpoint(closed)
        assert store.checkpoints(ROUND.id) == (closed,)
        assert store.counts(ROUND.id).voided == 1
        assert store.purge_invitations(ROUND.id) == 3
        assert store.erase("nowhere", "2026-11-22", "x") == 0
        assert refused(store.erase, ROUND.id, "2026-11-22", "x") == ["STO_DENIED"]


def test_the_citizens_side_reads_and_changes_only_what_it_must(ask: Ask) -> None:
    readable = {"questionnaires", "rounds", "round_settings", "checkpoints", "alembic_version", "drafts"}
    for table in TABLES:
        for statement, allowed in (
            (f"SELECT * FROM {table}", table in readable),
            (f"SELECT count(*) FROM {table}", table in readable),
            (f"SELECT ctid, xmin FROM {table}", table in readable),
            (f"SELECT * FROM hailong.{table} TABLESAMPLE SYSTEM (100)", table in readable),
            (f"TABLE {table} FOR UPDATE", table == "drafts"),
            (f"INSERT INTO {table} SELECT * FROM {table} WHERE false", table == "drafts"),
            (f"DELETE FROM {table}", table == "drafts"),
            (f"TRUNCATE {table}", False),
            (f"DROP TABLE {table}", False),
            (f"ALTER TABLE {table} DISABLE TRIGGER ALL", False),
            (f"CREATE TRIGGER t BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION append_only()", False),
        ):
            assert (ask("web", statement) != "42501") is allowed, statement
        if table not in readable:
            assert ask("web", f"COPY {table} TO STDOUT") == "42501"


def test_the_desk_may_not_change_or_take_away_a_row(ask: Ask) -> None:
    columns = {"responses": "answers", "invitations": "used", "alembic_version": "version_num", "questionnaires": "id"}
    for table in sorted(set(TABLES) - {"drafts"}):
        column = columns.get(table, "round_id" if table not in {"rounds", "voids"} else "id")
        deletes = () if table == "invitations" else (f"DELETE FROM {table}",)  # they are purged
        for statement in (
            *(f"UPDATE {table} SET {column} = {column}", f"TRUNCATE {table} CASCADE", *deletes),
            *(f"DROP TABLE {table}", f"ALTER TABLE {table} DISABLE TRIGGER ALL", f"TABLE {table} FOR UPDATE"),
        ):
            assert ask("ban", statement) == "42501", statement


def test_nobody_but_the_owner_sees_what_tells_who_came_first(ask: Ask) -> None:
    for table in ("responses", "invitations", "voids"):
        for hidden in ("ctid", "xmin", "cmin"):
            for user in ("ban", "web"):
                assert ask(user, f"SELECT {hidden} FROM {table}") == "42501"
    assert ask("ban", "SELECT count(id) FROM responses") == [[2]]
    assert ask("ban", "INSERT INTO responses (id) VALUES ('x')") == "42501"


def test_no_function_is_open_but_the_five(ask: Ask) -> None:
    listed = (
        "SELECT proname FROM pg_proc JOIN pg_namespace ON pronamespace = pg_namespace.oid "
        "WHERE nspname = 'hailong' AND has_function_privilege(pg_proc.oid, 'EXECUTE') ORDER BY 1"
    )
    for user in ("web", "ban"):
        assert [name for (name,) in ask(user, listed)] == [
            *("accept", "ask_withdrawal", "invitation_state", "key_state", "receipt_state"),
        ]
        assert ask(user, "SELECT forget_order()") == "42501"


INJECTIONS = (
    "' OR '1'='1",
    "x'; SELECT answers FROM responses; --",
    "x') UNION SELECT id, answers, 'x', 1 FROM hailong.responses --",
    "$$ || (SELECT string_agg(answers, '') FROM hailong.responses) || $$",
    "%s %(x)s :id {answers} \\' \\x27",
    '{"$ne": null}',
    "%",
    "_" * 64,
)


def test_an_argument_is_only_ever_data(ask: Ask, urls: Urls) -> None:
    for text in INJECTIONS:
        assert ask("web", "SELECT key_state(%s)", text) == [[False]]
        assert ask("web", "SELECT * FROM receipt_state(%s)", text) == []
        assert ask("web", "SELECT * FROM invitation_state(%s)", text) == []
        assert ask("web", "SELECT ask_withdrawal(%s, %s, %s)", text, text, text) == [[False]]
        for name in ("round_id", "questionnaire", "invitation", "hour", "place", "id", "answers"):
            slip = {**response_row(response(5)), "hour": None, "invitation": None, name: text}
            assert SECRET not in str(ask("web", "SELECT accept(CAST(%s AS json))", json.dumps([slip])))
    with Store.open(urls("chu")) as owner, Store.open(urls("web"), role="public") as store:
        for number, text in enumerate(INJECTIONS, start=10):
            assert store.add(response(number, id=text, answers={"comment": text}), hour=text) is True
        kept = {slip.id: slip.answers for slip in owner.responses(ROUND.id)}
        assert kept == {response(n).id: response(n).answers for n in (1, 2)} | {t: {"comment": t} for t in INJECTIONS}


def test_the_owners_functions_take_no_table_of_the_caller(server: Server, urls: Urls) -> None:
    """A caller who puts a table of his own before ours in the search path has no say in what the functions read."""
    database = urls("web").split("/")[3].split("?")[0]
    with closing(server.connect(database, "web")) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "CREATE TEMPORARY TABLE responses (key_hash text, receipt_hash text, id text, round_id text, day text)"
        )
        cursor.execute("INSERT INTO responses VALUES ('mine', 'mine', 'mine', 'mine', 'mine')")
        cursor.execute("SET search_path = pg_temp, hailong")
        cursor.execute("SELECT key_state('mine'), key_state(%s)", (response(1).key_hash,))
        assert list(cursor.fetchone()) == [False, True]
        slip = {**response_row(response(6)), "hour": None, "invitation": None}
        cursor.execute("SELECT accept(CAST(%s AS json))", (json.dumps([slip]),))
        cursor.execute("SELECT count(*) FROM pg_temp.responses")
        assert cursor.fetchone()[0] == 1
        connection.commit()
        for trick in ("FUNCTION hailong.lower(text) RETURNS text LANGUAGE sql AS 'SELECT 1'", "TABLE hailong.x ()"):
            with pytest.raises(pg8000.dbapi.DatabaseError, match="42501"):
                cursor.execute(f"CREATE {trick}")
            connection.rollback()
    with Store.open(urls("chu")) as owner:
        assert response(6) in owner.responses(ROUND.id)


def test_a_role_cannot_be_put_on_or_the_guards_slept_through(ask: Ask) -> None:
    for user in ("web", "ban"):
        for statement in ("SET ROLE chu", "SET session_replication_role = replica", "SET SESSION AUTHORIZATION chu"):
            assert ask(user, statement) == "42501"


def test_a_process_with_too_many_rights_is_not_opened(urls: Urls) -> None:
    for user, role in (("chu", "public"), ("ban", "public"), ("chu", "staff"), ("postgres", "public")):
        assert refused(Store.open, urls(user), role=role) == ["STO_TOO_MUCH"]


def test_an_unprepared_database_tells_what_to_run(server: Server) -> None:
    server.run("CREATE DATABASE trong OWNER chu")
    server.run("CREATE ROLE la LOGIN")
    for user, role in (("web", "public"), ("ban", "staff")):
        with pytest.raises(Refused, match="HAILONG_ROLE=all") as caught:
            Store.open(server.url("trong", user), role=role)
        assert [problem.code for problem in caught.value.problems] == ["STO_NOT_MIGRATED"]
    assert refused(Store.open, server.url("trong", "web")) == ["STO_DENIED"]
    Store.open(server.url("trong", "chu")).close()
    Store.open(server.url("trong", "web"), role="public").close()
    assert refused(Store.open, server.url("trong", "la"), role="public") == ["STO_NOT_MIGRATED"]  # in no group


def test_a_process_opens_the_database_of_its_address_in_its_role(
    urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("HAILONG_DATA", str(tmp_path)), (DATABASE, urls("web")), (ROLE, "public")):
        monkeypatch.setenv(name, value)
    try:
        assert site().store.rounds() == (ROUND,)
        assert refused(site().store.responses, ROUND.id) == ["STO_DENIED"]
    finally:
        close()
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]
