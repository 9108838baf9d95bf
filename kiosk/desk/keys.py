"""Every key of the program passes here first: a scanner's become scans, a person's become commands."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from kiosk.desk.key_clock import KeyClock
from kiosk.desk.typing_watch import TypingWatch
from kiosk.readers.wedge import KeyAssembler

Fields = tuple[tuple[QLineEdit, str, int], ...]

_COMMANDS = {
    Qt.Key.Key_Escape: "escape",
    Qt.Key.Key_F2: "F2",
    Qt.Key.Key_F3: "F3",
    Qt.Key.Key_F6: "F6",
    Qt.Key.Key_F7: "F7",
    Qt.Key.Key_F8: "F8",
    Qt.Key.Key_F9: "F9",
    Qt.Key.Key_F12: "F12",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_PageUp: "page_up",
    Qt.Key.Key_PageDown: "page_down",
}
_IN_FIELDS = {"up", "down"}
_RETURNS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_TABS = {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
_DELIVERY_MS = 15
_HELD_MS = 3
"""X11 repeats a key that is held by letting it go and pressing it again in the same moment."""

_ONLY_CONTROL = Qt.KeyboardModifier.ControlModifier
_ONLY_SHIFT = Qt.KeyboardModifier.ShiftModifier


class KeyReader(QObject):
    """An event filter over the whole application.

    While no text field has the focus, every key that gives text belongs to the assembler. In a field, keys
    are typing until they show themselves as a scan (`TypingWatch`).
    """

    scanned = Signal(str)
    command = Signal(str)  # return, tab, backtab, escape, F2 ... page_down
    pasted = Signal()

    def __init__(
        self,
        number_field: Callable[[], QLineEdit | None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._number_field = number_field  # the field in which a bare number is at home
        self._now = now
        self._clock = KeyClock()
        self._assembler = KeyAssembler()
        self._typing: TypingWatch[Fields] = TypingWatch()
        self._let_go: dict[int, int] = {}  # key code: when it was last released
        self._silence = QTimer(self)
        self._silence.setSingleShot(True)
        self._silence.setTimerType(Qt.TimerType.PreciseTimer)
        self._silence.timeout.connect(self._on_silence)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not watched.isWidgetType():
            return False
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            self._let_go[event.key()] = event.timestamp()
            return False
        if event.type() == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            return isinstance(watched, QLineEdit) and self._composed(event.commitString())
        return False

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        at = self._clock.time_of(event.timestamp(), self._now())
        field = watched if isinstance(watched, QLineEdit) else None
        key, text = Qt.Key(event.key()) if event.key() in _KNOWN else None, event.text()
        if key in _RETURNS or text in {"\r", "\n"}:
            return self._terminator("return", event, field, at)
        if key in _TABS or text == "\t":
            return self._terminator("backtab" if key == Qt.Key.Key_Backtab else "tab", event, field, at)
        if key == Qt.Key.Key_Backspace:
            return self._backspace(field, at)
        if key in _COMMANDS:
            return self._command(_COMMANDS[key], event, field)
        if self._is_paste(event):
            return self._paste(field)
        if text and text.isprintable() and not _is_shortcut(event):
            return self._character(text, field, at)
        return field is None

    def _character(self, text: str, field: QLineEdit | None, at: float) -> bool:
        if field is not None and not self._assembler.text:
            if not self._typing.character(text, at, _contents(field)):
                return False
            self._give_back()
            for earlier, when in self._typing.take():
                self._feed(earlier, when)
            return True
        self._feed(text, at)
        return True

    def _composed(self, text: str) -> bool:
        """Text from an input method; only fields get it."""
        focus = QApplication.focusWidget()
        return bool(text) and isinstance(focus, QLineEdit) and self._character(text, focus, self._now())

    def _terminator(self, name: str, event: QKeyEvent, field: QLineEdit | None, at: float) -> bool:
        scanners, text = self._assembler.terminator(at)
        self._wait_for_silence()
        if text is not None:
            self.scanned.emit(text)
        if scanners:
            return True
        if field is not None and field is not self._number_field() and self._typing.is_number_scan(at):
            text = self._typing.text
            self._give_back()
            self._typing.end()
            self.scanned.emit(text)
            return True
        self._typing.end()
        if not self._is_held(event):
            self.command.emit(name)
        return True

    def _is_held(self, event: QKeyEvent) -> bool:
        """Whether the key is only still down. Qt does not always know (on X11 it sees a new press)."""
        let_go = self._let_go.get(event.key(), 0)
        return event.isAutoRepeat() or (let_go > 0 and 0 <= event.timestamp() - let_go <= _HELD_MS)

    def _backspace(self, field: QLineEdit | None, at: float) -> bool:
        if self._assembler.text or field is None:
            self._assembler.backspace(at)
            self._wait_for_silence()
            return True
        self._typing.backspace()
        return False

    def _command(self, name: str, event: QKeyEvent, field: QLineEdit | None) -> bool:
        if field is not None and name in _IN_FIELDS:
            return True
        if not self._is_held(event) or name in {"up", "down", "page_up", "page_down"}:
            self._assembler.clear()
            self._wait_for_silence()
            self._typing.end()
            self.command.emit(name)
        return True

    @staticmethod
    def _is_paste(event: QKeyEvent) -> bool:
        pressed = (event.key(), event.modifiers())
        return pressed in {(Qt.Key.Key_V.value, _ONLY_CONTROL), (Qt.Key.Key_Insert.value, _ONLY_SHIFT)}

    def _paste(self, field: QLineEdit | None) -> bool:
        if field is not None and "|" not in QApplication.clipboard().text():
            return False
        self.pasted.emit()
        return True

    def _feed(self, text: str, at: float) -> None:
        finished = self._assembler.character(text, at)
        self._wait_for_silence()
        if finished is not None:
            self.scanned.emit(finished)

    def _give_back(self) -> None:
        for edit, text, cursor in self._typing.before or ():
            edit.setText(text)
            edit.setCursorPosition(cursor)

    def _wait_for_silence(self) -> None:
        deadline = self._assembler.deadline
        if deadline is None:
            self._silence.stop()
        else:
            self._silence.start(max(int((deadline - self._now()) * 1000) + 1, 1))

    def _on_silence(self) -> None:
        """After a hold-up of the window, keys may still wait to be delivered: let them come first."""
        QTimer.singleShot(_DELIVERY_MS, self._end_of_silence)

    def _end_of_silence(self) -> None:
        text = self._assembler.silence(self._now())
        self._wait_for_silence()
        if text is not None:
            self.scanned.emit(text)


_KNOWN = {key.value for key in (*_COMMANDS, *_RETURNS, *_TABS, Qt.Key.Key_Backspace)}


def _is_shortcut(event: QKeyEvent) -> bool:
    """Alt or Control alone; both together are AltGr, which types."""
    held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    return held in {Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier} or bool(
        event.modifiers() & Qt.KeyboardModifier.MetaModifier
    )


def _contents(field: QLineEdit) -> Fields:
    return tuple(
        (edit, edit.text(), edit.cursorPosition())
        for edit in field.window().findChildren(QLineEdit)
        if not edit.isReadOnly()
    )
