"""What deleting by terms needs: how far it came, tombstones, and a lawful cut of the audit log."""

import sqlalchemy as sa
from alembic import op

from kiosk.visits.audit_guards import POSTGRESQL_CUT_GUARDS, SQLITE_CUT_GUARDS

revision = "0009"
down_revision = "0008"

_MOMENT = sa.DateTime(timezone=True)
_HAS = sa.text("findings IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "audit_cut",
        sa.Column("chain", sa.Text, primary_key=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
    op.create_table(
        "erased_visit",
        sa.Column("visit_id", sa.Text, primary_key=True),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("erased_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "retention_mark",
        sa.Column("mode", sa.Text, primary_key=True),
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("term", sa.Text, nullable=False),
        sa.Column("announced_at", _MOMENT, nullable=False),
        sa.Column("last_day", sa.Date),
        sa.Column("ran_at", _MOMENT),
    )
    op.create_index("ix_difficulty_visit", "difficulty", ["about_visit"])
    op.create_index(
        "ix_visit_findings",
        "visit",
        ["mode", "facility", "day"],
        sqlite_where=_HAS,
        postgresql_where=_HAS,
    )
    connection = op.get_bind()
    sqlite = connection.dialect.name == "sqlite"
    for replaced in ("audit_entry_kept", "audit_entry_next") if sqlite else ("audit_entry_kept",):
        connection.exec_driver_sql(f"DROP TRIGGER {replaced}{'' if sqlite else ' ON audit_entry'}")
    for guard in SQLITE_CUT_GUARDS if sqlite else POSTGRESQL_CUT_GUARDS:
        connection.exec_driver_sql(guard)
