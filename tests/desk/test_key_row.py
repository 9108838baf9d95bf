"""The row of keys: close together before it breaks into two lines."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from kiosk.desk.widgets import KeyButton, KeyRow, scale_layouts
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


def test_the_gaps_grow_with_the_type(qtbot: QtBot) -> None:
    row = KeyRow()
    qtbot.addWidget(row)
    scale_layouts(row, 2.0)
    row.show_keys(HINTS)
    row.resize(4000, 200)
    first, second, *_ = row.findChildren(KeyButton)
    outer, inner = row.layout(), first.layout()
    assert outer is not None
    assert inner is not None
    outer.activate()
    assert second.x() - first.geometry().right() - 1 == 48
    assert inner.spacing() == 20
