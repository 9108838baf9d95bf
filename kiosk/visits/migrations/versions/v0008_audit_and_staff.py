"""The audit log, which the database itself only lets grow; staff accounts, and whose each visit is."""

import sqlalchemy as sa
from alembic import op

from kiosk.visits.audit_guards import POSTGRESQL_GUARDS, SQLITE_GUARDS

revision = "0008"
down_revision = "0007"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("mode", sa.Text, primary_key=True),
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("chain", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.UniqueConstraint("chain", name="uq_audit_chain"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("chain", sa.Text, primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("why", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_table(
        "staff_account",
        sa.Column("mode", sa.Text, primary_key=True),
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("citizen_id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("disabled_at", _MOMENT),
        sa.Column("wrong_tries", sa.Integer, nullable=False),
        sa.Column("wait_until", _MOMENT),
    )
    op.add_column("visit", sa.Column("staff", sa.Text))
    connection = op.get_bind()
    for guard in SQLITE_GUARDS if connection.dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        connection.exec_driver_sql(guard)
