"""Difficulties: what a hospital reports to BHXH."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "difficulty",
        sa.Column("difficulty_id", sa.Text, primary_key=True),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("about_visit", sa.Text),
        sa.Column("number", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("reported_at", _MOMENT),
        sa.Column("answered_at", _MOMENT),
        sa.Column("closed_at", _MOMENT),
    )
    op.create_index("ix_difficulty_last", "difficulty", ["mode", "facility", "last_at"])
    op.create_index("ix_difficulty_state", "difficulty", ["mode", "facility", "state", "first_at"])
