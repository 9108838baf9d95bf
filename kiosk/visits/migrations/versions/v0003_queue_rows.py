"""Which desk gives which queue numbers while it is cut off from the shared records."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "queue_row",
        sa.Column("mode", sa.Text, primary_key=True),
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("mode", "facility", "holder", name="uq_queue_row_holder"),
    )
