"""What a day's list is searched in, when and why a visit was cancelled, and cancellations on their way."""

import json
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("visit", sa.Column("cancelled_at", _MOMENT))
    op.add_column("visit", sa.Column("cancelled_by", sa.Text))
    op.add_column("visit", sa.Column("cancel_reason", sa.Text))
    op.add_column("visit", sa.Column("search", sa.Text))
    op.create_table(
        "waiting_cancel",
        sa.Column("visit_id", sa.Text, primary_key=True),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("desk", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    _fill()
    op.drop_index("ix_visit_day", "visit")
    columns = ["mode", "facility", "day", "created_at", "visit_id", "status", "search"]
    op.create_index("ix_visit_day", "visit", columns)


def _fill() -> None:
    """For the visits that are there: by what they are found, and what their trail says of cancelling."""
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "UPDATE visit SET (cancelled_at, cancel_reason) ="
            " (SELECT at, why FROM visit_event WHERE visit_event.visit_id = visit.visit_id"
            " AND visit_event.event = 'cancelled' ORDER BY event_id LIMIT 1) WHERE status = 'cancelled'"
        )
    )
    page = sa.text(
        "SELECT visit_id, full_name, number, card, coverage FROM visit"
        " WHERE visit_id > :last ORDER BY visit_id LIMIT 1000"
    )
    write = sa.text("UPDATE visit SET search = :search WHERE visit_id = :visit_id")
    last = ""
    while found := connection.execute(page, {"last": last}).all():
        connection.execute(write, [{"visit_id": row.visit_id, "search": _search(row)} for row in found])
        last = found[-1].visit_id


def _search(row: Any) -> str:
    card, coverage = _json(row.card), _json(row.coverage)
    new = coverage.get("new_card") or {}
    numbers = ("card_number", "social_insurance_number")
    parts = [row.full_name, card.get("full_name"), row.number, card.get("citizen_id"), new.get("card_number")]
    parts += [side.get(name) for side in (card, coverage) for name in numbers]
    return " ".join(dict.fromkeys(_folded(part) for part in parts if part))[:400]


def _json(stored: object) -> dict[str, Any]:
    """SQLite gives JSON as text, PostgreSQL as what it says."""
    read = json.loads(stored) if isinstance(stored, str) else stored
    return read if isinstance(read, dict) else {}


def _folded(text: object) -> str:
    apart = unicodedata.normalize("NFD", str(text).replace("đ", "d").replace("Đ", "D"))
    plain = "".join(character for character in apart if not unicodedata.combining(character))
    return " ".join(plain.casefold().split())
