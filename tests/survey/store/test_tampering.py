"""What the database refuses to whoever may write to it: both keep what they have, in the same way."""

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from survey.errors import Refused
from survey.store import Checkpoint, Store
from survey.store.codec import response_row
from survey.store.schema import metadata, responses
from tests.survey.builders import ROUND, response
from tests.survey.store.test_collection import act, close

APPEND_ONLY = {
    **{"questionnaires": "id", "rounds": "id", "round_settings": "settings", "responses": "answers"},
    **{"voids": "reason", "checkpoints": "root", "erasures": "reason", "working_papers": "content"},
    **{"office_papers": "content", "staff_log": "actor"},
}

EMPTIED = {"answers", "salt"}


@pytest.fixture
def full(store: Store) -> Store:
    """A store with a row in every table."""
    store.add_invitations(ROUND.id, {"code 1": None, "code 2": None})
    store.add(response(1), hour="2026-11-21T12", invitation="code 1")
    store.add(response(2, day="2026-11-20"))
    store.add_void_act(act("v1", "ask", "mai"))
    close(store, "2026-11-20", 1)
    store.erase(ROUND.id, "2031-12-01", "Hết hạn")
    store.add(response(3))
    store.save_paper(ROUND.id, "points", "{}", "mai", "2026-11-20")
    store.save_office_paper("units", "{}", "mai", "2026-11-20")
    store.add_log("mai", "analyst", "round.open", "dot-1", "2026-11-20T08:00:00Z")
    return store


def write(store: Store, statement: Any, **values: object) -> None:
    with store._write() as writer:
        writer.execute(text(statement) if isinstance(statement, str) else statement, values)


def rows(store: Store, table: str) -> list[Any]:
    with store._read() as reader:
        return sorted(reader.execute(metadata.tables[table].select()).all(), key=str)


def test_rows_can_be_neither_changed_nor_taken_away(full: Store) -> None:
    for table, column in APPEND_ONLY.items():
        before = rows(full, table)
        assert before
        for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match=f"{table} is append-only"):
                write(full, statement)
        assert rows(full, table) == before


def test_a_row_is_not_put_in_place_of_another(full: Store) -> None:
    replace = "INSERT OR REPLACE" if full._engine.dialect.name == "sqlite" else "INSERT"
    for table in (*APPEND_ONLY, "invitations"):
        before = rows(full, table)
        columns = [column.name for column in metadata.tables[table].columns]
        last = APPEND_ONLY.get(table, "used")
        other = ["0" if name == "used" else "'x'" if name == last else name for name in columns]
        statement = f"{replace} INTO {table} ({', '.join(columns)}) SELECT {', '.join(other)} FROM {table}"
        if table in {"rounds", "questionnaires"}:
            statement = statement.replace("'x'", "'y'")
        with suppress(DBAPIError, Refused):  # refused, or passed over: either way nothing may have changed
            write(full, statement)
        assert rows(full, table) == before


def test_an_erasure_empties_answers_and_salt_and_nothing_else(full: Store) -> None:
    before = rows(full, "responses")
    for change in (
        "answers = '{}'",
        "salt = ''",
        "salt = '', answers = '{\"used\": \"1\"}'",
        *(f"salt = '', answers = '{{}}', {name} = 'x'" for name in response_row(response()) if name not in EMPTIED),
        "salt = '', answers = '{}', place = NULL",
    ):
        with pytest.raises(DBAPIError, match="responses is append-only"):
            write(full, f"UPDATE responses SET {change} WHERE id = '{response(3).id}'")
    assert rows(full, "responses") == before


def test_no_erasure_without_its_record(store: Store) -> None:
    store.add(response(1))
    with pytest.raises(DBAPIError, match="responses is append-only"):
        write(store, "UPDATE responses SET answers = '{}', salt = ''")
    assert store.responses(ROUND.id) == (response(1),)


def test_a_slip_is_not_put_into_a_closed_day_by_hand(full: Store) -> None:
    with pytest.raises(Refused, match="ledger of that day is closed"):
        write(full, insert(responses), **response_row(response(9, day="2026-11-20")))
    with pytest.raises(Refused, match="closed already"):
        full.add_checkpoint(Checkpoint(round_id=ROUND.id, through="2026-11-19", size=0, root="x", note="n"))


def test_an_invitation_is_used_once_and_never_made_new_again(full: Store) -> None:
    for statement in (
        "UPDATE invitations SET used = 0",
        "UPDATE invitations SET used = 2 WHERE used = 0",
        "UPDATE invitations SET used = 1, place = 'P02' WHERE used = 0",
        "UPDATE invitations SET used = 1, code_hash = 'mine' WHERE used = 0",
        "INSERT INTO invitations (code_hash, round_id, place, used) VALUES ('code 3', 'dot-1', NULL, 1)",
        "INSERT INTO invitations (code_hash, round_id, place, used) VALUES ('code 1', 'dot-1', NULL, 0)",
    ):
        with pytest.raises(DBAPIError, match="invitations are used once"):
            write(full, statement)
    assert full.invitation_counts(ROUND.id) == (2, 1)


def test_acts_about_a_slip_keep_their_turn_by_hand_too(full: Store) -> None:
    start = f"INSERT INTO voids (response_id, step, id, act, reason, actor, day) VALUES ('{response(1).id}'"
    for values, refusal in (
        ("1, 'x1', 'approve', '', 'mai', '2026-11-21'", "cannot approve"),
        ("0, 'x2', 'approve', '', 'nam', '2026-11-21'", "append-only"),
        ("3, 'x3', 'approve', '', 'nam', '2026-11-21'", "append-only"),
        ("1, 'v1', 'approve', '', 'nam', '2026-11-21'", "append-only"),
        ("1, 'x4', 'destroy', '', 'nam', '2026-11-21'", "append-only"),
        ("1, 'x5', 'ask', '', 'nam', '2026-11-21'", "waiting for a decision"),
    ):
        with pytest.raises((DBAPIError, Refused), match=refusal):
            write(full, f"{start}, {values})")
    assert len(full.void_acts(ROUND.id)) == 1
