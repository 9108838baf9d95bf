"""Every key of the program passes here first: a scanner's become scans, a person's become commands."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from kiosk.desk.incoming import belongs_to_the_desk
from kiosk.desk.key_clock import KeyClock
from kiosk.desk.native_keys import meant_by, sent_by_a_program
from kiosk.desk.search_edit import SearchEdit, key_of_list
from kiosk.desk.typing_watch import SILENCE_SECONDS, TypingWatch
from kiosk.readers.scan_test import KeyNote
from kiosk.readers.wedge import NO_FRAME, SHORTEST_SCAN, Frame, KeyAssembler

Fields = tuple[tuple[QLineEdit, str, int], ...]

_COMMANDS = {
    Qt.Key.Key_Escape: "escape",
    Qt.Key.Key_F2: "F2",
    Qt.Key.Key_F3: "F3",
    Qt.Key.Key_F4: "F4",
    Qt.Key.Key_F5: "F5",
    Qt.Key.Key_F6: "F6",
    Qt.Key.Key_F7: "F7",
    Qt.Key.Key_F8: "F8",
    Qt.Key.Key_F9: "F9",
    Qt.Key.Key_F10: "F10",
    Qt.Key.Key_F11: "F11",
    Qt.Key.Key_F12: "F12",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_PageUp: "page_up",
    Qt.Key.Key_PageDown: "page_down",
}
_RETURNS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_TABS = {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}
_OF_KEYS = {QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.InputMethod}
_DELIVERY_MS = 15
_HELD_MS = 3
"""X11 repeats a key that is held by letting it go and pressing it again in the same moment."""

_ONLY_CONTROL = Qt.KeyboardModifier.ControlModifier
_ONLY_SHIFT = Qt.KeyboardModifier.ShiftModifier


class KeyReader(QObject):
    """An event filter over the whole application.

    While no text field has the focus, every key that gives text belongs to the assembler. In a field, keys
    are typing until they show themselves as a scan (`TypingWatch`). In a window that is not `home` (the
    dialog that opens a file) scans are taken all the same; every other key belongs to that window.
    """

    scanned = Signal(str)
    refused = Signal(str)  # as long as a scan, but not in the frame that the settings ask for
    command = Signal(str)  # return, tab, backtab, escape, F2 ... print, delete, day_back, day_on, digit_1 ...
    pasted = Signal()
    noted = Signal(object)  # KeyNote, of every key that may be a scanner's

    def __init__(
        self,
        number_field: Callable[[], QLineEdit | None],
        now: Callable[[], float] = time.monotonic,
        *,
        frame: Frame = NO_FRAME,
        home: QWidget | None = None,
        nobody_asked: Callable[[], bool] = lambda: False,
        choosing: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__()
        self._number_field = number_field  # the field in which a bare number is at home
        self._nobody_asked = nobody_asked  # whether that field's form opened by itself and is still empty
        self._choosing = choosing  # whether a digit chooses one of a list
        self._now = now
        self._frame = frame
        self._home = home
        self._platform = QGuiApplication.platformName()
        self._clock = KeyClock()
        self._assembler = KeyAssembler(frame)
        self._typing: TypingWatch[Fields] = TypingWatch(frame)
        self._held: list[tuple[QEvent, float]] | None = None  # keys for later, each with its time
        self._at: float | None = None  # the time of the held key that is being delivered
        self._let_go: dict[int, int] = {}  # key code: when it was last released
        self._silence = self._timer(self._on_silence)
        self._field_silence = self._timer(self._on_field_silence)

    @property
    def busy(self) -> bool:
        """Whether a scan seems to be coming in."""
        return bool(self._assembler.text)

    def forget(self) -> None:
        """What came so far was a person's command and begins no scan."""
        self._assembler.clear()
        self._wait_for_silence()

    def hold(self) -> None:
        """Keep every key from now on, until `deliver_held`."""
        self._held = []

    def deliver_held(self) -> None:
        """The keys that were held, in their order and as if at their time, to whatever has the keyboard."""
        held, self._held = self._held or [], None
        for event, self._at in held:
            target = QApplication.focusWidget() or self._home
            if target is not None:
                QApplication.sendEvent(target, event)
        self._at = None

    def _timer(self, does: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(does)
        return timer

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not watched.isWidgetType():
            return False
        if self._held is not None and event.type() in _OF_KEYS:
            stamp = event.timestamp() if isinstance(event, QKeyEvent) else 0
            self._held.append((event.clone(), self._clock.time_of(stamp, self._now())))
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            self._let_go[event.key()] = event.timestamp()
            return False
        if event.type() == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            return self._composed(event.commitString())
        return False

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        at = self._clock.time_of(event.timestamp(), self._now()) if self._at is None else self._at
        field = watched if isinstance(watched, QLineEdit) else None
        key, text = Qt.Key(event.key()) if event.key() in _KNOWN else None, event.text()
        if key in _RETURNS or text in {"\r", "\n"}:
            return self._terminator("return", event, field, at)
        if key in _TABS or text == "\t":
            return self._terminator("backtab" if key == Qt.Key.Key_Backtab else "tab", event, field, at)
        if key == Qt.Key.Key_Backspace:
            return self._backspace(field, at)
        if key in _COMMANDS:
            return self._command(_COMMANDS[key], event)
        if (of_list := key_of_list(event, field)) is not None:
            return self._command(of_list, event)
        if self._is_paste(event):
            return self._paste(field)
        if (event.key(), event.modifiers()) in _WITH_CONTROL:
            return self._command(_WITH_CONTROL[event.key(), event.modifiers()], event)
        if text and text.isprintable() and not _is_shortcut(event):
            meant = self._meant(event)
            by_program = sent_by_a_program(platform=self._platform, virtual_key=event.nativeVirtualKey())
            self._note("composed" if by_program else "character", at, text, meant)
            return self._character(text, meant, field, at)
        return field is None and self._at_home()

    def _at_home(self) -> bool:
        active = QApplication.activeWindow()
        return self._home is None or active is None or active is self._home

    def _meant(self, event: QKeyEvent) -> str:
        return meant_by(
            event.text(),
            platform=self._platform,
            scan_code=event.nativeScanCode(),
            virtual_key=event.nativeVirtualKey(),
            shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier),
        )

    def _note(self, kind: str, at: float, text: str = "", meant: str = "") -> None:
        self.noted.emit(KeyNote(kind, at, text, meant or text))

    def _character(self, text: str, meant: str, field: QLineEdit | None, at: float) -> bool:
        if field is not None and not self._assembler.text:
            scan = self._typing.character(text, at, _contents(field), meant)
            if not scan or (field.echoMode() is QLineEdit.EchoMode.Password and not self._typing.is_fast):
                if field is not self._number_field():
                    self._field_silence.start(round(SILENCE_SECONDS * 1000))
                return False
            before, keys = self._typing.take()
            self._give_back(field, before)
            for earlier, when in keys:
                self._feed(earlier, when)
            return True
        if (
            field is None
            and self._choosing()
            and meant in _DIGITS
            and len(self._assembler.text) < SHORTEST_SCAN
        ):
            self.command.emit(f"digit_{meant}")
        self._feed(meant, at)
        return True

    def _composed(self, text: str) -> bool:
        """Text from an input method; only fields get it."""
        focus = QApplication.focusWidget()
        if not text or not isinstance(focus, QLineEdit):
            return False
        at = self._now() if self._at is None else self._at
        self._note("composed", at, text)
        return self._character(text, text, focus, at)

    def _terminator(self, name: str, event: QKeyEvent, field: QLineEdit | None, at: float) -> bool:
        self._note(name, at)
        self._field_silence.stop()
        if name == "return" and self._choosing() and 0 < len(self._assembler.text) < SHORTEST_SCAN:
            self._assembler.clear()
        scanners, text = self._assembler.terminator(at)
        self._wait_for_silence()
        if text is not None:
            self._deliver(text)
        if scanners:
            return True
        if field is not None and self._is_number_scan(name, field, at):
            self._take_number(field)
            return True
        self._typing.end()
        if not self._at_home():
            return False
        if not self._is_held(event):
            self.command.emit(name)
        return True

    def _is_number_scan(self, name: str, field: QLineEdit, at: float) -> bool:
        if field is not self._number_field():
            typed_there = isinstance(field, SearchEdit)  # by somebody who looks for a patient
            return self._typing.is_number_scan(at, fast=typed_there)
        untouched = all(not text for _, text, _ in self._typing.before or ())
        asked = not (self._nobody_asked() and untouched)
        return name == "return" and not asked and self._typing.is_number_scan(at, fast=True)

    def _take_number(self, field: QLineEdit) -> None:
        before, keys = self._typing.take(number=True)
        self._give_back(field, before)
        self._typing.end()
        self._deliver("".join(text for text, _ in keys))

    def _deliver(self, text: str) -> None:
        content = self._frame.content(text)
        if content is None:
            self.refused.emit(text)
        else:
            self.scanned.emit(content)

    def _is_held(self, event: QKeyEvent) -> bool:
        """Whether the key is only still down. Qt does not always know (on X11 it sees a new press)."""
        let_go = self._let_go.get(event.key(), 0)
        return event.isAutoRepeat() or (let_go > 0 and 0 <= event.timestamp() - let_go <= _HELD_MS)

    def _backspace(self, field: QLineEdit | None, at: float) -> bool:
        self._note("backspace", at)
        if self._assembler.text or (field is None and self._at_home()):
            self._assembler.backspace(at)
            self._wait_for_silence()
            return True
        self._typing.backspace()
        return False

    def _command(self, name: str, event: QKeyEvent) -> bool:
        if not self._at_home():
            return False
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
        if not self._at_home() or (field is not None and not belongs_to_the_desk()):
            return False
        self.pasted.emit()
        return True

    def _feed(self, text: str, at: float) -> None:
        finished = self._assembler.character(text, at)
        self._wait_for_silence()
        if finished is not None:
            self._deliver(finished)

    def _give_back(self, field: QLineEdit, typed_before: str) -> None:
        """The fields as they were before the scan, with what a person typed just before it."""
        for edit, text, cursor in self._typing.before or ():
            edit.setText(text)
            edit.setCursorPosition(cursor)
        if typed_before:
            field.insert(typed_before)

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
            self._deliver(text)

    def _on_field_silence(self) -> None:
        """A bare number without Return, where no number is typed."""
        field = QApplication.focusWidget()
        if not isinstance(field, QLineEdit) or field is self._number_field():
            return
        if self._typing.is_number_scan(self._typing.last_at, fast=True):
            self._take_number(field)


_WITH_CONTROL = {
    (Qt.Key.Key_O.value, _ONLY_CONTROL): "open",
    (Qt.Key.Key_P.value, _ONLY_CONTROL): "print",
}
_DIGITS = set("123456789")
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
