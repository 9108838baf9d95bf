"""Visits, their evidence, queue numbers and owed look-ups."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "visit",
        sa.Column("visit_id", sa.Text, primary_key=True),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("result_code", sa.Text),
        sa.Column("followed_from", sa.Text),
        sa.Column("queue_number", sa.Integer),
        sa.Column("full_name", sa.Text),
        sa.Column("number", sa.Text),
        sa.Column("card", sa.JSON, nullable=False),
        sa.Column("coverage", sa.JSON),
        sa.Column("differences", sa.JSON, nullable=False),
        sa.Column("warnings", sa.JSON, nullable=False),
        sa.Column("confirm_reason", sa.Text),
        sa.Column("rechecked_at", _MOMENT),
        sa.UniqueConstraint("mode", "facility", "day", "queue_number", name="uq_visit_queue_number"),
    )
    op.create_index("ix_visit_created", "visit", ["mode", "facility", "created_at", "visit_id"])
    op.create_index("ix_visit_day", "visit", ["mode", "facility", "day", "created_at"])
    op.create_index("ix_visit_status", "visit", ["mode", "facility", "status", "created_at"])

    op.create_table(
        "visit_identity",
        sa.Column("visit_id", sa.Text, sa.ForeignKey("visit.visit_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
    )
    op.create_index("ix_visit_identity_key", "visit_identity", ["key"])

    op.create_table(
        "lookup_attempt",
        sa.Column("attempt_id", sa.Integer, primary_key=True),
        sa.Column("visit_id", sa.Text, sa.ForeignKey("visit.visit_id", ondelete="CASCADE"), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("elapsed_ms", sa.Float, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("http_status", sa.Integer),
        sa.Column("answer", sa.Text),
        sa.Column("failure", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_lookup_attempt_visit", "lookup_attempt", ["visit_id"])

    op.create_table(
        "owed_lookup",
        sa.Column("visit_id", sa.Text, sa.ForeignKey("visit.visit_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("birth_date", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("next_at", _MOMENT),
        sa.Column("leased_by", sa.Text),
        sa.Column("leased_until", _MOMENT),
    )
    op.create_index("ix_owed_lookup_next", "owed_lookup", ["next_at"])

    op.create_table(
        "queue_counter",
        sa.Column("mode", sa.Text, primary_key=True),
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last_number", sa.Integer, nullable=False),
    )

    op.create_table(
        "visit_event",
        sa.Column("event_id", sa.Integer, primary_key=True),
        sa.Column("visit_id", sa.Text, sa.ForeignKey("visit.visit_id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
    )
    op.create_index("ix_visit_event_visit", "visit_event", ["visit_id"])
