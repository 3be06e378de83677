"""What the database itself forbids the citizens' side and the desk, whatever their programs were made to send."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pg8000.dbapi
import pytest

from survey.clock import today
from survey.errors import Refused
from survey.response import Response
from survey.store import Checkpoint, Store, VoidAct
from survey.store.codec import response_row, round_text
from tests.survey.builders import QUESTIONNAIRE, ROUND, overwrite, response
from tests.survey.store.conftest import Server
from tests.survey.store.test_collection import refused

TABLES = (
    *("questionnaires", "rounds", "round_settings", "responses", "desk_counts", "drafts", "invitations", "voids"),
    *("checkpoints", "erasures", "alembic_version", "key_prints", "working_papers", "office_papers", "staff_log"),
)
SECRET = "Tốt «=1+1»"
Urls = Callable[[str], str]
Ask = Callable[..., Any]
TODAY = today().isoformat()
OPEN = replace(ROUND, closes=None)
"""What the citizens' side gives is taken while the round takes it, so for these tests it does not end."""


def fresh(number: int, **changes: object) -> Response:
    """A slip of today, as the citizens' side may give it."""
    return response(number, day=TODAY, **changes)


@pytest.fixture
def urls(postgresql: Urls) -> Urls:
    with Store.open(postgresql("chu")) as owner:
        owner.save_round(OPEN)
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
        store.save_draft(fresh(3).key_hash, b"sealed", TODAY)
        assert store.draft(fresh(3).key_hash) == b"sealed"
        assert store.add(fresh(3), hour=f"{TODAY}T12", invitation="new") is True
        assert store.add(fresh(3), hour=f"{TODAY}T12", invitation="new") is False
        assert store.draft(fresh(3).key_hash) is None
        assert refused(store.add, fresh(4), invitation="used") == ["INV_USED"]
        assert refused(store.add, fresh(4), invitation="none") == ["INV_UNKNOWN"]
        assert store.has_key(fresh(3).key_hash)
        assert store.invitation("new").used
        assert store.receipt_state(fresh(3).receipt_hash).day == TODAY
        assert store.ask_withdrawal(fresh(3).receipt_hash, "a" * 32, TODAY) is True
        assert store.rounds() == (OPEN,)
        assert store.checkpoints(ROUND.id) == ()
        for forbidden in (
            *(store.responses, store.all_responses, store.leaves, store.counts, store.hours, store.void_acts),
            *(store.invitation_counts, store.purge_invitations, store.papers),
        ):
            assert refused(forbidden, ROUND.id) == ["STO_DENIED"]
        assert refused(store.save_round, ROUND) == ["STO_DENIED"]
        assert refused(store.erase, ROUND.id, "2026-11-22", "x") == ["STO_DENIED"]
        assert refused(store.paper, ROUND.id, "points") == ["STO_DENIED"]
        assert refused(store.save_paper, ROUND.id, "points", "{}", "mai", TODAY) == ["STO_DENIED"]


def test_the_desk_reads_all_and_adds_but_changes_nothing(urls: Urls) -> None:
    with Store.open(urls("ban"), role="staff") as store:
        store.add_questionnaire(QUESTIONNAIRE, b"workbook")
        store.save_round(ROUND)
        assert store.responses(ROUND.id) == (response(1), response(2))
        assert store.add(fresh(3), hour=f"{TODAY}T12") is True
        assert store.hours(ROUND.id) == {("P01", f"{TODAY}T12"): 1}
        store.add_invitations(ROUND.id, {"more": None})
        assert store.invitation_counts(ROUND.id) == (3, 1)
        done = VoidAct(id="a9", response_id=response(2).id, act="approve", reason="x", actor="mai", day="2026-11-22")
        store.add_void_act(done)
        early = Checkpoint(round_id=ROUND.id, through=today().isoformat(), size=3, root="ab", note="n")
        assert refused(store.add_checkpoint, early) == ["STO_DAY_OPEN"]
        closed = replace(early, through="2026-11-20", size=0)
        store.add_checkpoint(closed)
        assert store.checkpoints(ROUND.id) == (closed,)
        assert store.counts(ROUND.id).voided == 1
        assert store.erase("nowhere", "2026-11-22", "x") == 0
        assert refused(store.erase, ROUND.id, "2026-11-22", "x") == ["STO_DENIED"]


def test_the_citizens_side_reads_and_changes_only_what_it_must(ask: Ask) -> None:
    readable = {"questionnaires", "rounds", "round_settings", "checkpoints", "alembic_version", "drafts", "key_prints"}
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
    columns |= {"key_prints": "print", "office_papers": "kind", "staff_log": "act"}
    for table in sorted(set(TABLES) - {"drafts"}):
        column = columns.get(table, "round_id" if table not in {"rounds", "voids"} else "id")
        for statement in (
            *(f"UPDATE {table} SET {column} = {column}", f"TRUNCATE {table} CASCADE", f"DELETE FROM {table}"),
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


def test_no_function_is_open_but_the_doors(ask: Ask) -> None:
    listed = (
        "SELECT proname FROM pg_proc JOIN pg_namespace ON pronamespace = pg_namespace.oid "
        "WHERE nspname = 'hailong' AND has_function_privilege(pg_proc.oid, 'EXECUTE') ORDER BY 1"
    )
    five = ["accept", "ask_withdrawal", "invitation_state", "key_state", "receipt_state"]
    for user, more in (("web", []), ("ban", ["purge_invitations"])):
        assert [name for (name,) in ask(user, listed)] == sorted(five + more)
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
            slip = {**response_row(fresh(5)), "hour": None, "invitation": None, name: text}
            assert SECRET not in str(ask("web", "SELECT accept(CAST(%s AS json))", json.dumps([slip])))
    with Store.open(urls("chu")) as owner, Store.open(urls("web"), role="public") as store:
        for number, text in enumerate(INJECTIONS, start=10):
            assert store.add(fresh(number, answers={"comment": text}, consent=text)) is True
        kept = {slip.id: slip.answers for slip in owner.responses(ROUND.id)}
        given = {response(n).id: {"comment": text} for n, text in enumerate(INJECTIONS, start=10)}
        assert kept == {response(n).id: response(n).answers for n in (1, 2)} | given


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
        slip = {**response_row(fresh(6)), "hour": None, "invitation": None}
        cursor.execute("SELECT accept(CAST(%s AS json))", (json.dumps([slip]),))
        cursor.execute("SELECT count(*) FROM pg_temp.responses")
        assert cursor.fetchone()[0] == 1
        connection.commit()
        for trick in ("FUNCTION hailong.lower(text) RETURNS text LANGUAGE sql AS 'SELECT 1'", "TABLE hailong.x ()"):
            with pytest.raises(pg8000.dbapi.DatabaseError, match="42501"):
                cursor.execute(f"CREATE {trick}")
            connection.rollback()
    with Store.open(urls("chu")) as owner:
        assert fresh(6) in owner.responses(ROUND.id)


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


BROKEN: dict[str, tuple[object, ...]] = {
    "answers": (
        *("no json", "[]", "null", '{"q": null}', '{"q": {"a": "b"}}', '{"q": [["a"]]}', '{"q": [1]}', '{"q": true}'),
        *('{"q": ' + "9" * 400 + "}", '{"q": "\\u0000"}', '{"q": "\\ud800"}', '{"q": "' + "x" * 1_000_001 + '"}'),
        "[" * 100_000,
    ),
    "flags": ("x", "{}", "[1]", None),
    "day": ("../../../evil", "<b>9999", "2026-13-01", "2026-02-30", TODAY.replace("-", ""), f"{TODAY}\n", "", None),
    "channel": ("fax", None),
    "hour": ("zzz", f"{TODAY}T24", "2020-01-01T12"),
    **dict.fromkeys(("id", "key_hash", "salt", "commitment", "receipt_hash"), ("zz", "A" * 64, "", "a" * 31, None)),
    "place": ("x" * 201,),
    "language": ("<", None),
    "duration": ("x" * 21,),
}


def test_a_slip_that_no_program_of_ours_would_send_is_not_stored(ask: Ask) -> None:
    """Such a slip would break every reader for ever, or name a file outside the public ledger."""
    good = {**response_row(fresh(7)), "hour": f"{TODAY}T12", "invitation": None}
    for user in ("web", "ban"):
        assert ask(user, "SELECT accept(CAST(%s AS json))", json.dumps([good])) == [[["stored"]]]
        for name, values in BROKEN.items():
            for value in values:
                said = ask(user, "SELECT accept(CAST(%s AS json))", json.dumps([{**good, name: value}, good]))
                assert said == [[["STO_SHAPE", "stored"]]], (user, name, str(value)[:40])
        other = json.dumps([{**good, "questionnaire": "0" * 64}, {**good, "round_id": "none"}])
        assert ask(user, "SELECT accept(CAST(%s AS json))", other) == [[["STO_UNKNOWN_PARENT"] * 2]]


def test_the_citizens_side_gives_slips_of_these_days_alone(ask: Ask) -> None:
    for user, days, verdict in (
        ("web", (-1, 0, 1), "stored"),
        ("web", (-400, -2, 2, 400), "STO_CLOCK"),
        ("ban", (-400, -2, 1), "stored"),  # slips on paper, and those of an earlier installation
        ("ban", (2,), "STO_CLOCK"),
    ):
        for number in days:
            slip = response_row(response(7, day=(today() + timedelta(number)).isoformat()))
            slips = json.dumps([{**slip, "hour": None, "invitation": None}])
            assert ask(user, "SELECT accept(CAST(%s AS json))", slips) == [[[verdict]]], (user, number)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"closes": today()}, "stored"),
        ({"channels": ("link",)}, "stored"),
        *(({"state": state}, "STO_SHUT") for state in ("draft", "closed", "archived")),
        ({"closes": today() - timedelta(1)}, "STO_SHUT"),
        ({"opens": today() + timedelta(1)}, "STO_SHUT"),
        ({"channels": ("kiosk",)}, "STO_SHUT"),
        ({"invitation_only": True}, "INV_NEEDED"),
    ],
)
def test_the_citizens_side_gives_slips_to_a_round_only_while_and_as_it_takes_them(
    ask: Ask, urls: Urls, changes: dict[str, Any], verdict: str
) -> None:
    """Whatever that side's program was made to send. What is stored already stays known; the desk is not held back."""
    with Store.open(urls("web"), role="public") as store:
        store.add(fresh(6))
    with Store.open(urls("chu")) as owner:
        overwrite(owner, replace(OPEN, **changes))
    slips = [{**response_row(fresh(number)), "hour": None, "invitation": None} for number in (6, 7)]
    for user, said in (("web", verdict), ("ban", "stored")):
        assert ask(user, "SELECT accept(CAST(%s AS json))", json.dumps(slips)) == [[["known", said]]]
    with Store.open(urls("web"), role="public") as store:
        assert verdict == "stored" or refused(store.add, fresh(7)) == [verdict]


def test_the_desk_gives_working_papers_in_the_shape_of_one(ask: Ask) -> None:
    statement = "INSERT INTO working_papers VALUES ('dot-1', %s, 1, %s, %s, %s)"
    good = ["points", '{"a": 1}', "mai", TODAY]
    assert ask("ban", statement, *good) == []
    assert ask("web", statement, *good) == "42501"
    for at, broken in (
        *((0, "../evil"), (0, ""), (1, "no json"), (1, '"' + "x" * 2**22 + '"')),
        *((2, ""), (2, "x" * 201), (3, "yesterday")),
    ):
        assert ask("ban", statement, *good[:at], broken, *good[at + 1 :]) in {"22P02", "23514"}, (at, broken[:20])


def test_the_desk_logs_in_the_shape_of_an_entry_and_in_turn(ask: Ask) -> None:
    statement = "INSERT INTO staff_log VALUES (1, %s, %s, %s, %s, %s, '', %s)"
    good = [f"{TODAY}T08:00:00Z", "mai", "analyst", "round.open", "dot-1", "a" * 64]
    assert ask("web", statement, *good) == "42501"
    for at, broken in ((0, TODAY), (1, ""), (2, "x" * 41), (3, "x"), (4, "x" * 501), (5, "x")):
        assert ask("ban", statement, *good[:at], broken, *good[at + 1 :]) == "23514", at
    assert ask("ban", statement, *good) == []
    for out_of_turn in (statement.replace("(1,", "(2,"), statement.replace("'',", "'a',")):
        assert ask("ban", out_of_turn, *good) == "P0001"


def test_a_withdrawal_is_asked_for_in_the_shape_of_one(ask: Ask, urls: Urls) -> None:
    for statement in (
        "INSERT INTO voids VALUES ('" + response(1).id + "', 0, 'x', 'ask', '', 'mai', '../../evil')",
        "INSERT INTO checkpoints VALUES ('dot-1', '../x', 0, 'ab', 'n')",
    ):
        assert ask("ban", statement) == "23514"
    with Store.open(urls("web"), role="public") as store:
        receipt = response(1).receipt_hash
        for act, day, code in (
            ("<script>", TODAY, "STO_SHAPE"),
            ("a" * 32, "not a day", "STO_SHAPE"),
            ("a" * 32, "2020-01-01", "STO_CLOCK"),
        ):
            assert refused(store.ask_withdrawal, receipt, act, day) == [code]
        assert store.ask_withdrawal(receipt, "a" * 32, TODAY) is True


def test_the_desk_cannot_break_the_list_of_rounds(ask: Ask) -> None:
    good = json.loads(round_text(ROUND))
    statement = "INSERT INTO round_settings VALUES ('dot-1', 9, %s, %s)"
    assert ask("ban", statement, ROUND.questionnaire, json.dumps(good)) == []
    for broken in (
        *("no json", "{}", "[]", "null"),
        *(json.dumps({**good, name: None}) for name in ("id", "opens", "places", "questionnaire", "languages")),
        json.dumps({**good, "closes": "never"}),
    ):
        assert ask("ban", statement, ROUND.questionnaire, broken) in {"22P02", "23514"}, broken


def test_a_used_code_cannot_be_issued_again_while_somebody_could_answer(urls: Urls) -> None:
    closes = today() - timedelta(days=31)
    old = replace(ROUND, id="dot-0", opens=closes, closes=closes)
    with Store.open(urls("chu")) as owner, Store.open(urls("ban"), role="staff") as desk:
        owner.save_round(replace(ROUND, closes=today()))
        assert refused(desk.purge_invitations, ROUND.id) == ["STO_PURGE_EARLY"]
        desk.save_round(replace(ROUND, opens=closes, closes=closes))  # the close that was named before counts
        assert refused(desk.purge_invitations, ROUND.id) == ["STO_PURGE_EARLY"]
        assert desk.invitation("used").used
        desk.save_round(old)
        desk.add_invitations("dot-0", {"x": None})
        assert desk.purge_invitations("dot-0") == 1
