"""What an erasure at a person's request leaves by law, out of sight; and the register of such requests."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kept_visit",
        sa.Column("visit_id", sa.Text, primary_key=True),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("erased_at", _MOMENT, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("evidence_until", sa.Date, nullable=False),
        sa.Column("article", sa.Text, nullable=False),
        sa.Column("keys", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
    )
    op.create_index("ix_kept_visit_until", "kept_visit", ["mode", "facility", "until"])
    op.create_table(
        "person_request",
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("answer_by", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("noted_by", sa.Text, nullable=False),
        sa.Column("answered_on", sa.Date),
        sa.Column("closed_on", sa.Date),
        sa.Column("outcome", sa.Text),
        sa.Column("reason", sa.Text),
    )
    op.create_index("ix_person_request_due", "person_request", ["mode", "facility", "closed_on", "due_on"])
