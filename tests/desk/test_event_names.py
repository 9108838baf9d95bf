"""The desk's events are an interface: each one is written down where a program's author looks."""

from __future__ import annotations

import re
from pathlib import Path

from kiosk.desk import events

DESK = Path(events.__file__).parent
ADDITIONS = Path(__file__).parents[2] / "docs" / "decisions" / "0009-what-commands-print.md"


def test_every_event_is_written_down() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in DESK.glob("*.py"))
    written = set(re.findall(r'stream\.write\(\s*"(\w+)"', source))

    assert {"ready", "verdict", "tested", "upkeep"} <= written
    page = ADDITIONS.read_text(encoding="utf-8")
    assert {name for name in written if f"``{name}``" not in str(events.__doc__)} == set()
    assert {name for name in written if f"`{name}`" not in page} == set()
