"""Collection in public: desks and interviewers, drafts, invitations, voids, checkpoints, erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name in ("desk", "interviewer"):
        op.add_column("responses", sa.Column(name, sa.Text))
