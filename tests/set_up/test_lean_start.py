"""`kiosk parse` imports only what it needs (docs/decisions/0003-lean-start.md)."""

import os
import re
import subprocess
import sys

import pytest

HEAVY = {
    "PySide6",
    "alembic",
    "cv2",
    "keyring",
    "numpy",
    "openpyxl",
    "psycopg",
    "pyzbar",
    "requests",
    "rich",
    "serial",
    "sqlalchemy",
    "zxingcpp",
}


def _imported(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", "-m", "kiosk", *arguments],
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return set(re.findall(r"^import time: +\d+ \| +\d+ \| +([\w.]+)", done.stderr, re.MULTILINE))


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_parsing_imports_no_window_images_database_or_network(form: list[str]) -> None:
    imported = _imported("parse", *form, "GB4799900000001", "not a card")

    assert "kiosk.card" in imported  # the listing is really one of this command
    assert {name.split(".")[0] for name in imported} & HEAVY == set()
    assert not any(name.startswith(("kiosk.registration", "kiosk.visits", "kiosk.desk")) for name in imported)
