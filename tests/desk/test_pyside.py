"""What the desk relies on in PySide6, since one release broke it (docs/decisions/0007-desk-window.md)."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal


class _Sender(QObject):
    sent = Signal(str)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True cannot be lost from Python 3.12 on")
def test_sending_a_signal_loses_no_reference() -> None:
    sender = _Sender()
    before = sys.getrefcount(True)
    for _ in range(50):
        sender.sent.emit("x")
    assert sys.getrefcount(True) - before > -10
