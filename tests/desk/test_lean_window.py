"""What the window needs before it is there; the rest is loaded behind it (decision 0003)."""

from __future__ import annotations

import subprocess
import sys

LATER = ("sqlalchemy", "alembic", "requests", "pydantic", "cv2", "numpy", "openpyxl", "keyring", "serial")


def test_the_window_is_there_before_database_and_network_are_loaded() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, kiosk.desk.application; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(LATER) & set(told.stdout.split()) == set()
