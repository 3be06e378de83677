"""What does PostgreSQL need that SQLite has no word for? Roles, functions of the owner, forgetting who came first.

Two group roles without login: hailong_public may call five functions, read what is asked, and keep drafts;
hailong_staff may read all and add what the desk adds. Nobody but the owner may change or take away a slip, and triggers
stop the owner too. Every function runs as the owner and looks names up in this schema alone, whatever the caller's
search path says; temporary tables come last.
"""

from collections.abc import Mapping, Sequence

from alembic import op

SCHEMA = "hailong"
PUBLIC, STAFF = "hailong_public", "hailong_staff"

_OWNER = f"SECURITY DEFINER SET search_path = {SCHEMA}, pg_temp"
_SLIP = (
    *("id", "round_id", "questionnaire", "answers", "place", "channel", "language", "day", "duration", "flags"),
    *("consent", "key_hash", "salt", "commitment", "receipt_hash", "desk", "interviewer"),
)
_GIVEN = ", ".join(f"{name} text" for name in (*_SLIP, "hour", "invitation"))

# The invitation's row is locked before anything is looked at, so that of two slips with one code the second sees the
# first. The tables are locked in the order in which the closing of a day locks them.
_ACCEPT = f"""
CREATE FUNCTION accept(slips json) RETURNS text[] LANGUAGE plpgsql {_OWNER} AS $$
DECLARE
    slip record;
    burnt integer;
    issued boolean;
    verdict text;
    verdicts text[] := '{{}}';
BEGIN
    LOCK TABLE responses IN ROW EXCLUSIVE MODE;
    FOR slip IN SELECT * FROM json_to_recordset(slips) AS given({_GIVEN}) LOOP
        verdict := NULL;
        IF slip.invitation IS NOT NULL THEN
            SELECT used INTO burnt FROM invitations
                WHERE code_hash = slip.invitation AND round_id = slip.round_id FOR UPDATE;
            issued := FOUND;
            IF EXISTS (SELECT 1 FROM responses WHERE key_hash = slip.key_hash) THEN
                verdict := 'known';
            ELSIF NOT issued THEN
                verdict := 'INV_UNKNOWN';
            ELSIF burnt = 1 THEN
                verdict := 'INV_USED';
            END IF;
        END IF;
        IF verdict IS NULL THEN
            INSERT INTO responses ({", ".join(_SLIP)}) VALUES ({", ".join(f"slip.{name}" for name in _SLIP)})
                ON CONFLICT (key_hash) DO NOTHING;
            verdict := CASE WHEN FOUND THEN 'stored' ELSE 'known' END;
        END IF;
        IF verdict = 'stored' AND slip.invitation IS NOT NULL THEN
            UPDATE invitations SET used = 1 WHERE code_hash = slip.invitation;
        END IF;
        IF verdict IN ('stored', 'known') THEN
            DELETE FROM drafts WHERE key_hash = slip.key_hash;
        END IF;
        verdicts := verdicts || verdict;
    END LOOP;
    INSERT INTO desk_counts (round_id, place, hour, number)
        SELECT one ->> 'round_id', coalesce(one ->> 'place', ''), one ->> 'hour', count(*)
        FROM json_array_elements(slips) WITH ORDINALITY AS given(one, number)
        WHERE verdicts[number] = 'stored' AND one ->> 'hour' IS NOT NULL
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (round_id, place, hour) DO UPDATE SET number = desk_counts.number + excluded.number;
    RETURN verdicts;
END $$
"""

_KEY_STATE = f"""
CREATE FUNCTION key_state(digest text) RETURNS boolean LANGUAGE sql STABLE {_OWNER} AS $$
    SELECT EXISTS (SELECT 1 FROM responses WHERE key_hash = digest)
$$
"""

_RECEIPT_STATE = f"""
CREATE FUNCTION receipt_state(digest text)
RETURNS TABLE (round_id text, day text, voided boolean, asked boolean) LANGUAGE sql STABLE {_OWNER} AS $$
    SELECT slip.round_id, slip.day,
        EXISTS (SELECT 1 FROM voids WHERE response_id = slip.id AND act = 'approve'),
        (SELECT count(*) % 2 = 1 FROM voids WHERE response_id = slip.id)
    FROM responses AS slip WHERE receipt_hash = digest
$$
"""

_INVITATION_STATE = f"""
CREATE FUNCTION invitation_state(digest text)
RETURNS TABLE (round_id text, place text, used integer) LANGUAGE sql STABLE {_OWNER} AS $$
    SELECT code.round_id, code.place, code.used FROM invitations AS code WHERE code_hash = digest
$$
"""

_ASK_WITHDRAWAL = f"""
CREATE FUNCTION ask_withdrawal(digest text, act_id text, today text) RETURNS boolean LANGUAGE plpgsql {_OWNER} AS $$
DECLARE
    slip text;
    acts integer;
BEGIN
    SELECT id INTO slip FROM responses WHERE receipt_hash = digest;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    SELECT count(*) INTO acts FROM voids WHERE response_id = slip;
    IF acts % 2 = 1 OR EXISTS (SELECT 1 FROM voids WHERE response_id = slip AND act = 'approve') THEN
        RETURN false;
    END IF;
    INSERT INTO voids (response_id, step, id, act, reason, actor, day)
        VALUES (slip, acts, act_id, 'ask', '', 'citizen', today);
    RETURN true;
EXCEPTION WHEN unique_violation THEN
    RETURN false;  -- somebody else asked in the same moment
END $$
"""

# CLUSTER puts the rows in the order of their random keys; the ALTER writes each anew, so that all carry the number of
# this one transaction instead of the one that brought them.
_FORGET_ORDER = f"""
CREATE FUNCTION forget_order() RETURNS void LANGUAGE plpgsql {_OWNER} AS $$
BEGIN
    CLUSTER responses USING responses_pkey;
    ALTER TABLE responses ALTER COLUMN salt TYPE text USING salt || '';
    CLUSTER invitations USING invitations_pkey;
    ALTER TABLE invitations ALTER COLUMN place TYPE text USING place || '';
END $$
"""

DOORS = (
    *("accept(json)", "key_state(text)", "receipt_state(text)", "invitation_state(text)"),
    "ask_withdrawal(text, text, text)",
)
EXTRA_GUARDS = ("checkpoints_close", "checkpoints_forget")


def guard(append_only: Sequence[str], stops: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """The triggers: the same rules as in SQLite. ALWAYS: a session that calls itself a replica meets them too."""
    _trigger("append_only", "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;")
    ours = {trigger.split()[0] for trigger in stops}
    for table in append_only:
        for action in ("UPDATE", "DELETE", "TRUNCATE"):
            if f"{table}_no_{action.lower()}" not in ours:
                _set(f"{table}_no_{action.lower()} BEFORE {action} ON {table}", "STATEMENT", "append_only")
    for trigger, rules in stops.items():
        tests = " ".join(f"IF {condition} THEN RAISE EXCEPTION '{raised}'; END IF;" for condition, raised in rules)
        _trigger(trigger.split()[0], tests)
        _set(trigger, "ROW", trigger.split()[0])
    # Closing waits for the slips that are being stored, and those that come wait for it.
    _trigger("checkpoints_close", "LOCK TABLE responses, invitations IN ACCESS EXCLUSIVE MODE;")
    _set("checkpoints_close BEFORE INSERT ON checkpoints", "STATEMENT", "checkpoints_close")
    op.execute(_FORGET_ORDER)
    _trigger("checkpoints_forget", "PERFORM forget_order();")
    _set("checkpoints_forget AFTER INSERT ON checkpoints", "STATEMENT", "checkpoints_forget")


def open_doors() -> None:
    """The functions and who may do what. The roles are made where they are missing, and stay without login."""
    for function in (_ACCEPT, _KEY_STATE, _RECEIPT_STATE, _INVITATION_STATE, _ASK_WITHDRAWAL):
        op.execute(function)
    both = f"{PUBLIC}, {STAFF}"
    slip = ", ".join(_SLIP)
    for statement in (
        *(_role(name) for name in (PUBLIC, STAFF)),
        f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC",
        f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {SCHEMA} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {both}",
        f"GRANT EXECUTE ON FUNCTION {', '.join(DOORS)} TO {both}",
        f"GRANT SELECT ON alembic_version, questionnaires, rounds, round_settings, checkpoints TO {both}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON drafts TO {both}",
        # Column by column: PostgreSQL's own columns (ctid, xmin) would tell who came first.
        f"GRANT SELECT ({slip}) ON responses TO {STAFF}",
        f"GRANT SELECT (code_hash, round_id, place, used) ON invitations TO {STAFF}",
        f"GRANT SELECT (response_id, step, id, act, reason, actor, day) ON voids TO {STAFF}",
        f"GRANT SELECT ON desk_counts, erasures TO {STAFF}",
        f"GRANT INSERT ON questionnaires, rounds, round_settings, invitations, voids, checkpoints TO {STAFF}",
        f"GRANT DELETE ON invitations TO {STAFF}",
        f"GRANT USAGE ON SEQUENCE rounds_position_seq TO {STAFF}",
    ):
        op.execute(statement)


def _role(name: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{name}') "
        f"THEN CREATE ROLE {name} NOLOGIN; END IF; END $$"
    )


def _trigger(function: str, body: str) -> None:
    op.execute(
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql {_OWNER} AS $$ BEGIN {body} RETURN NEW; END $$"
    )


def _set(trigger: str, each: str, function: str) -> None:
    name, table = trigger.split(maxsplit=1)[0], trigger.rsplit(maxsplit=1)[-1]
    op.execute(f"CREATE TRIGGER {trigger} FOR EACH {each} EXECUTE FUNCTION {function}()")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
