"""What the citizens' side gives is taken only while its round takes it: by the newest settings, on PostgreSQL.

A process of the citizens' side that was broken into does not ask the program's own door. Whoever may write a SQLite
file may write all of it, so there the program's door is the only one and nothing changes.
"""

from alembic import op

from survey.store.migrations import postgresql_0002 as postgresql

revision = "0005"
down_revision = "0004"

# Settings that are left out are as survey.store.codec says: open, every way of answering.
_SLIP_FAULT = f"""
CREATE FUNCTION slip_fault(slip json, near boolean) RETURNS text LANGUAGE plpgsql {postgresql.OWNER} AS $$
DECLARE
    verdict text := slip_shape(slip, near);
    newest record;
BEGIN
    IF verdict IS NOT NULL OR NOT near THEN
        RETURN verdict;
    END IF;
    SELECT * INTO newest FROM json_to_record((
        SELECT settings::json FROM round_settings WHERE round_id = slip ->> 'round_id' ORDER BY revision DESC LIMIT 1
    )) AS given(state text, opens text, closes text, channels jsonb, invitation_only boolean);
    RETURN CASE
        WHEN coalesce(newest.state, 'open') <> 'open' OR slip ->> 'day' < newest.opens
            OR coalesce(slip ->> 'day' > newest.closes, false)
            OR coalesce(jsonb_array_length(newest.channels) > 0
                AND NOT jsonb_exists(newest.channels, slip ->> 'channel'), false) THEN 'STO_SHUT'
        WHEN newest.invitation_only AND slip ->> 'invitation' IS NULL THEN 'INV_NEEDED'
    END;
END $$
"""


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER FUNCTION slip_fault(json, boolean) RENAME TO slip_shape")
        op.execute(_SLIP_FAULT)
        op.execute(f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {postgresql.SCHEMA} FROM PUBLIC")
