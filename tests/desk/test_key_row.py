"""The row of keys: close together before it breaks into two lines."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from kiosk.desk.widgets import KeyButton, KeyRow
from kiosk.desk.words import KeyHint

HINTS = tuple(KeyHint(f"F{number}", "Tiếp nhận") for number in range(2, 8))


def test_keys_move_together_before_the_last_falls_on_a_line_of_its_own(qtbot: QtBot) -> None:
    row = KeyRow()
    qtbot.addWidget(row)
    row.show_keys(HINTS)
    keys = sum(button.sizeHint().width() for button in row.findChildren(KeyButton))
    gaps = len(HINTS) - 1
    one_line = row.heightForWidth(keys + 24 * gaps)
    assert row.heightForWidth(keys + 9 * gaps) == one_line
    assert row.heightForWidth(keys + 9 * gaps - 1) > one_line
