"""Which priority group of the law a patient is in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("visit", sa.Column("priority", sa.Text))
