"""Whose rows are meant: a database may hold several facilities', and training visits beside live ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


@dataclass(frozen=True, slots=True)
class Home:
    """One facility's rows of one mode; those of others are never seen."""

    mode: str  # live or training
    facility: str

    def owns(self, table: Table) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """The conditions by which rows of a table with these columns are its own."""
        return table.c.mode == self.mode, table.c.facility == self.facility

    @property
    def columns(self) -> dict[str, str]:
        return {"mode": self.mode, "facility": self.facility}


def upsert(connection: Connection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT; the two databases write it alike, SQLAlchemy spells it twice."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


__all__ = ["Home", "upsert"]
