"""Tasks for staff after a late answer; how often the gateway was asked in the last minute."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "staff_task",
        sa.Column("visit_id", sa.Text, sa.ForeignKey("visit.visit_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("done_at", _MOMENT),
        sa.Column("done_by", sa.Text),
    )
    op.create_index("ix_staff_task_done", "staff_task", ["done_at"])
    op.create_index("ix_lookup_attempt_asked", "lookup_attempt", ["asked_at"])
