"""Garbage is searched for while the desk rests."""

from __future__ import annotations

import gc
import weakref

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kiosk.desk.collecting import Collecting


class Ring:
    def __init__(self) -> None:
        self.itself = self


def test_a_full_search_waits_until_the_desk_rests(qtbot: QtBot) -> None:
    parent, resting, before = QObject(), False, gc.get_threshold()
    collecting = Collecting(lambda: resting, parent)
    collecting.start()
    gc.collect()
    gc.disable()  # none by itself
    ring = Ring()
    known = weakref.ref(ring)
    del ring
    collecting.look()
    assert known() is not None
    resting = True
    collecting.look()
    assert known() is None
    collecting.stop()
    assert (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()) == (True, before, 0)
