"""What does PostgreSQL need that SQLite has no word for? Roles, functions of the owner, forgetting who came first.

Two group roles without login: hailong_public may call five functions, read what is asked, and keep drafts;
hailong_staff may read all and add what the desk adds. What they give is looked at here: a process that was broken into
sends what it likes. Nobody but the owner may change or take away a slip, and triggers
stop the owner too. Every function runs as the owner and looks names up in this schema alone, whatever the caller's
search path says; temporary tables come last.
"""

from collections.abc import Mapping, Sequence

from alembic import op

SCHEMA = "hailong"
PUBLIC, STAFF = "hailong_public", "hailong_staff"

OWNER = f"SECURITY DEFINER SET search_path = {SCHEMA}, pg_temp"
_SLIP = (
    *("id", "round_id", "questionnaire", "answers", "place", "channel", "language", "day", "duration", "flags"),
    *("consent", "key_hash", "salt", "commitment", "receipt_hash", "desk", "interviewer"),
)
_GIVEN = ", ".join(f"{name} text" for name in (*_SLIP, "hour", "invitation"))

# Vietnam's day, whatever time zones the server knows; and who may less than the owner, as whom these functions run.
_TODAY = "(now() AT TIME ZONE 'UTC' + interval '7 hours')::date"
_STRANGER = "session_user <> current_user"
_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_NEEDED = {
    **dict.fromkeys(("id", "salt"), "^[0-9a-f]{32}$"),
    **dict.fromkeys(("key_hash", "commitment", "receipt_hash"), "^[0-9a-f]{64}$"),
    "channel": "^(open|link|invited|kiosk|assisted|paper|import)$",
    "language": "^[A-Za-z0-9_-]{2,20}$",
    "day": _DAY,
    "duration": "^.{0,20}$",
    "consent": "^.{0,200}$",
}
_OPTIONAL = {
    **dict.fromkeys(("place", "desk", "interviewer", "invitation"), "^.{0,200}$"),
    "hour": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3])$",
}
_MISSHAPEN = " OR ".join(
    (
        *(
            f"coalesce(slip ->> '{name}' !~ '{shape}', {missing})"
            for shapes, missing in ((_NEEDED, "true"), (_OPTIONAL, "false"))
            for name, shape in shapes.items()
        ),
        "coalesce(length(slip ->> 'answers') > 1000000, true)",
        "coalesce(length(slip ->> 'flags') > 2000, true)",
        "coalesce(left(slip ->> 'hour', 10) <> slip ->> 'day', false)",
    )
)

# What is wrong with a slip that the citizens' side (near) or the desk gives, NULL if nothing is. An answer is a text,
# a number that every reader takes, or a list of texts. jsonb refuses the letters that PostgreSQL cannot keep.
_SLIP_FAULT = f"""
CREATE FUNCTION slip_fault(slip json, near boolean) RETURNS text LANGUAGE plpgsql {OWNER} AS $$
DECLARE
    apart integer;
    answers jsonb;
    flags jsonb;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM round_settings
        WHERE round_id = slip ->> 'round_id' AND questionnaire = slip ->> 'questionnaire') THEN
        RETURN 'STO_UNKNOWN_PARENT';
    END IF;
    IF {_MISSHAPEN} THEN
        RETURN 'STO_SHAPE';
    END IF;
    apart := (slip ->> 'day')::date - {_TODAY};
    answers := (slip ->> 'answers')::jsonb;
    flags := (slip ->> 'flags')::jsonb;
    IF jsonb_typeof(answers) <> 'object' OR jsonb_typeof(flags) <> 'array'
        OR jsonb_path_exists(flags, 'strict $[*] ? (@.type() != "string")')
        OR jsonb_path_exists(answers, '$.* ? (@.type() != "string" && @.type() != "number")')
        OR jsonb_path_exists(answers, 'strict $.* ? (@.type() == "array") [*] ? (@.type() != "string")')
        OR jsonb_path_exists(answers, 'strict $.* ? (@.type() == "number" && (@ > 1e16 || @ < -1e16))') THEN
        RETURN 'STO_SHAPE';
    END IF;
    RETURN CASE WHEN apart > 1 OR near AND apart < -1 THEN 'STO_CLOCK' END;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RETURN 'STO_SHAPE';
END $$
"""

# The invitation's row is locked before anything is looked at, so that of two slips with one code the second sees the
# first. The tables are locked in the order in which the closing of a day locks them.
_ACCEPT = f"""
CREATE FUNCTION accept(slips json) RETURNS text[] LANGUAGE plpgsql {OWNER} AS $$
DECLARE
    slip record;
    burnt integer;
    issued boolean;
    verdict text;
    verdicts text[] := '{{}}';
    near boolean := {_STRANGER} AND NOT pg_has_role(session_user, '{STAFF}', 'MEMBER');
    written json;
BEGIN
    LOCK TABLE responses IN ROW EXCLUSIVE MODE;
    FOR written IN SELECT value FROM json_array_elements(slips) LOOP
        SELECT * INTO slip FROM json_to_record(written) AS given({_GIVEN});
        verdict := NULL;
        IF {_STRANGER} AND NOT EXISTS (SELECT 1 FROM responses WHERE key_hash = slip.key_hash) THEN
            verdict := slip_fault(written, near);
        END IF;
        IF verdict IS NULL AND slip.invitation IS NOT NULL THEN
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
CREATE FUNCTION key_state(digest text) RETURNS boolean LANGUAGE sql STABLE {OWNER} AS $$
    SELECT EXISTS (SELECT 1 FROM responses WHERE key_hash = digest)
$$
"""

_RECEIPT_STATE = f"""
CREATE FUNCTION receipt_state(digest text)
RETURNS TABLE (round_id text, day text, voided boolean, asked boolean) LANGUAGE sql STABLE {OWNER} AS $$
    SELECT slip.round_id, slip.day,
        EXISTS (SELECT 1 FROM voids WHERE response_id = slip.id AND act = 'approve'),
        (SELECT count(*) % 2 = 1 FROM voids WHERE response_id = slip.id)
    FROM responses AS slip WHERE receipt_hash = digest
$$
"""

_INVITATION_STATE = f"""
CREATE FUNCTION invitation_state(digest text)
RETURNS TABLE (round_id text, place text, used integer) LANGUAGE sql STABLE {OWNER} AS $$
    SELECT code.round_id, code.place, code.used FROM invitations AS code WHERE code_hash = digest
$$
"""

_ASK_WITHDRAWAL = f"""
CREATE FUNCTION ask_withdrawal(digest text, act_id text, today text) RETURNS boolean LANGUAGE plpgsql {OWNER} AS $$
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
    IF {_STRANGER} THEN
        IF (act_id ~ '^[0-9a-f]{{32}}$' AND today ~ '{_DAY}') IS NOT TRUE THEN
            RAISE EXCEPTION 'STO_SHAPE';
        ELSIF abs(today::date - {_TODAY}) > 1 THEN
            RAISE EXCEPTION 'STO_CLOCK';
        END IF;
    END IF;
    INSERT INTO voids (response_id, step, id, act, reason, actor, day)
        VALUES (slip, acts, act_id, 'ask', '', 'citizen', today);
    RETURN true;
EXCEPTION WHEN unique_violation THEN
    RETURN false;  -- somebody else asked in the same moment
END $$
"""

# A code that was thrown away could be issued again as unused. So the desk may do it only when nobody can answer any
# more, by every settings that the round ever had.
_PURGE = f"""
CREATE FUNCTION purge_invitations(ended text) RETURNS bigint LANGUAGE plpgsql {OWNER} AS $$
DECLARE
    purged bigint;
BEGIN
    IF {_STRANGER} AND EXISTS (SELECT 1 FROM round_settings WHERE round_id = ended
        AND coalesce((settings::json ->> 'closes')::date + 30 >= {_TODAY}, true)) THEN
        RAISE EXCEPTION 'STO_PURGE_EARLY';
    END IF;
    DELETE FROM invitations WHERE round_id = ended;
    GET DIAGNOSTICS purged = ROW_COUNT;
    RETURN purged;
END $$
"""

# CLUSTER puts the rows in the order of their random keys; the ALTER writes each anew, so that all carry the number of
# this one transaction instead of the one that brought them.
_FORGET_ORDER = f"""
CREATE FUNCTION forget_order() RETURNS void LANGUAGE plpgsql {OWNER} AS $$
BEGIN
    CLUSTER responses USING responses_pkey;
    ALTER TABLE responses ALTER COLUMN salt TYPE text USING salt || '';
    CLUSTER invitations USING invitations_pkey;
    ALTER TABLE invitations ALTER COLUMN place TYPE text USING place || '';
    CLUSTER desk_counts USING desk_counts_pkey;
    ALTER TABLE desk_counts ALTER COLUMN number TYPE integer USING number + 0;
END $$
"""

# Settings that no program can read would break every list of rounds, for ever.
_READABLE = (
    "settings::jsonb ->> 'id' IS NOT DISTINCT FROM round_id "
    "AND settings::jsonb ->> 'questionnaire' IS NOT DISTINCT FROM questionnaire "
    "AND jsonb_exists_all(settings::jsonb, ARRAY['name', 'study', 'opens', 'closes', 'consent', 'contact']) "
    f"AND (settings::jsonb ->> 'opens' ~ '{_DAY}') IS TRUE AND coalesce(settings::jsonb ->> 'closes' ~ '{_DAY}', true) "
    "AND jsonb_typeof(settings::jsonb -> 'languages') IS NOT DISTINCT FROM 'array' "
    "AND jsonb_typeof(settings::jsonb -> 'places') IS NOT DISTINCT FROM 'array' "
    "AND jsonb_typeof(settings::jsonb -> 'margins') IS NOT DISTINCT FROM 'array'"
)

DOORS = (
    *("accept(json)", "key_state(text)", "receipt_state(text)", "invitation_state(text)"),
    "ask_withdrawal(text, text, text)",
)
EXTRA_GUARDS = ("checkpoints_past", "checkpoints_close", "checkpoints_hours", "checkpoints_forget")


def guard(
    append_only: Sequence[str], stops: Mapping[str, Sequence[tuple[str, str]]], forget_hours: Sequence[str]
) -> None:
    """The triggers: the same rules as in SQLite. ALWAYS: a session that calls itself a replica meets them too."""
    _trigger("append_only", "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;")
    keep(append_only, stops)
    stop(stops)
    # A day that has not ended cannot be closed: nobody could answer any more.
    _trigger(
        "checkpoints_past",
        f"IF {_STRANGER} AND NEW.through >= {_TODAY}::text THEN RAISE EXCEPTION 'STO_DAY_OPEN'; END IF;",
    )
    _set("checkpoints_past BEFORE INSERT ON checkpoints", "ROW", "checkpoints_past")
    # Closing waits for the slips that are being stored, and those that come wait for it.
    _trigger("checkpoints_close", "LOCK TABLE responses, invitations, desk_counts IN ACCESS EXCLUSIVE MODE;")
    _set("checkpoints_close BEFORE INSERT ON checkpoints", "STATEMENT", "checkpoints_close")
    _trigger("checkpoints_hours", "".join(f"{statement}; " for statement in forget_hours))
    _set("checkpoints_hours AFTER INSERT ON checkpoints", "ROW", "checkpoints_hours")
    op.execute(_FORGET_ORDER)
    _trigger("checkpoints_forget", "PERFORM forget_order();")
    _set("checkpoints_forget AFTER INSERT ON checkpoints", "STATEMENT", "checkpoints_forget")


def keep(append_only: Sequence[str], stops: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """No row of these tables is changed or taken away, but for what `stops` has a rule of its own for."""
    ours = {trigger.split()[0] for trigger in stops}
    for table in append_only:
        for action in ("UPDATE", "DELETE", "TRUNCATE"):
            if f"{table}_no_{action.lower()}" not in ours:
                _set(f"{table}_no_{action.lower()} BEFORE {action} ON {table}", "STATEMENT", "append_only")


def stop(stops: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """A trigger for each of `stops`, as v0002_public.STOPS is written."""
    for trigger, rules in stops.items():
        tests = " ".join(f"IF {condition} THEN RAISE EXCEPTION '{raised}'; END IF;" for condition, raised in rules)
        _trigger(trigger.split()[0], tests)
        _set(trigger, "ROW", trigger.split()[0])


def open_doors() -> None:
    """The functions and who may do what. The roles are made where they are missing, and stay without login."""
    for table, column in (("drafts", "day"), ("voids", "day"), ("checkpoints", "through"), ("erasures", "day")):
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_day CHECK ({column} ~ '{_DAY}')")
    op.execute(f"ALTER TABLE round_settings ADD CONSTRAINT round_settings_read CHECK ({_READABLE})")
    for function in (_SLIP_FAULT, _ACCEPT, _KEY_STATE, _RECEIPT_STATE, _INVITATION_STATE, _ASK_WITHDRAWAL, _PURGE):
        op.execute(function)
    both = f"{PUBLIC}, {STAFF}"
    slip = ", ".join(_SLIP)
    for statement in (
        *(_role(name) for name in (PUBLIC, STAFF)),
        f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC",
        f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {SCHEMA} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {both}",
        f"GRANT EXECUTE ON FUNCTION {', '.join(DOORS)} TO {both}",
        f"GRANT EXECUTE ON FUNCTION purge_invitations(text) TO {STAFF}",
        f"GRANT SELECT ON alembic_version, key_prints, questionnaires, rounds, round_settings, checkpoints TO {both}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON drafts TO {both}",
        # Column by column: PostgreSQL's own columns (ctid, xmin) would tell who came first.
        f"GRANT SELECT ({slip}) ON responses TO {STAFF}",
        f"GRANT SELECT (code_hash, round_id, place, used) ON invitations TO {STAFF}",
        f"GRANT SELECT (response_id, step, id, act, reason, actor, day) ON voids TO {STAFF}",
        f"GRANT SELECT ON desk_counts, erasures TO {STAFF}",
        f"GRANT INSERT ON questionnaires, rounds, round_settings, invitations, voids, checkpoints, key_prints "
        f"TO {STAFF}",
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
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql {OWNER} AS $$ BEGIN {body} RETURN NEW; END $$"
    )


def _set(trigger: str, each: str, function: str) -> None:
    name, table = trigger.split(maxsplit=1)[0], trigger.rsplit(maxsplit=1)[-1]
    op.execute(f"CREATE TRIGGER {trigger} FOR EACH {each} EXECUTE FUNCTION {function}()")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
