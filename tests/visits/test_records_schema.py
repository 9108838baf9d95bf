"""The tables, and the migrations that lead to them."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from kiosk.visits import schema
from kiosk.visits.database import Database


def test_migrations_lead_to_the_tables_the_program_uses(empty_url: str) -> None:
    database = Database.open(empty_url)
    with database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    database.close()

    assert differences == []


def test_the_newest_migration_is_the_one_the_program_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).with_name("migrations")))

    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]
