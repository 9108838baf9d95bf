"""What the desk advises beside the verdict, which picture was shown, and which cards are watched."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("visit", sa.Column("benefit", sa.JSON(none_as_null=True)))
    op.add_column("visit", sa.Column("findings", sa.JSON(none_as_null=True)))
    op.create_table(
        "visit_picture",
        sa.Column("visit_id", sa.Text, sa.ForeignKey("visit.visit_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
    )
    op.create_index("ix_visit_picture_fingerprint", "visit_picture", ["fingerprint"])
    op.create_table(
        "watch_list",
        sa.Column("mode", sa.Text, primary_key=True),
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
