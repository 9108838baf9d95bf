"""Large things for fingers: buttons, a keypad, and the style sheet that makes them large."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from kiosk.desk import palette as p
from kiosk.desk.widgets import label
from kiosk.gateway.result_codes import Verdict

SMALLEST_TARGET = 60
"""Pixels of the screen; WCAG 2.2 asks for 44 (2.5.5), old hands and a standing reader for more."""


def touch_style(factor: float) -> str:
    """Laid over the desk's style sheet."""

    def px(size: float, least: int = 1) -> str:
        return f"{max(round(size * factor), least)}px"

    def pair(colours: p.Pair) -> str:
        return f"color: {colours.text}; background-color: {colours.ground};"

    good = p.VERDICT[Verdict.ELIGIBLE]
    return f"""
#touchTitle {{ font-size: {px(46)}; font-weight: bold; }}
#touchName {{ font-size: {px(54)}; font-weight: bold; }}
#touchLead {{ font-size: {px(30)}; }}
#touchStep {{ font-size: {px(25)}; font-weight: bold; }}
#touchText {{ font-size: {px(22)}; }}
#touchNumber {{ font-size: {px(190)}; font-weight: bold; }}
#countdown {{ font-size: {px(25)}; }}
QPushButton {{ {pair(p.PANEL)} border: {px(3)} solid {p.BORDER}; border-radius: {px(12)};
  min-height: {px(64, SMALLEST_TARGET)}; min-width: {px(96, SMALLEST_TARGET)}; padding: 0 {px(26)};
  font-size: {px(26)}; font-weight: bold; }}
QPushButton:pressed {{ {pair(p.CHOSEN)} }}
QPushButton#touchMain {{ {pair(good)} border-color: {good.ground};
  min-height: {px(110, SMALLEST_TARGET)}; font-size: {px(42)}; padding: 0 {px(60)}; }}
QPushButton#touchMain:pressed {{ {pair(p.CHOSEN)} }}
#codeDots {{ font-size: {px(34)}; font-weight: bold; }}
"""


class TouchButton(QPushButton):
    """Takes no focus: keys belong to the scanner."""

    def __init__(self, words: str = "", *, main: bool = False) -> None:
        super().__init__(words)
        if main:
            self.setObjectName("touchMain")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)


class Keypad(QWidget):
    """Digits for a code; what was typed shows as dots. `entered` has the digits."""

    entered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._typed = ""
        self._dots = label("codeDots", wrap=False)
        self._dots.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid = QGridLayout(self)
        grid.setSpacing(10)
        grid.addWidget(self._dots, 0, 0, 1, 4)
        for place, words in enumerate(("1", "2", "3", "⌫", "4", "5", "6", "0", "7", "8", "9", "OK")):
            button = TouchButton(words)
            button.clicked.connect(lambda _=False, key=words: self.press(key))
            grid.addWidget(button, 1 + place // 4, place % 4)

    def clear(self) -> None:
        self._typed = ""
        self._show()

    def press(self, key: str) -> None:
        if key == "OK":
            typed = self._typed
            self.clear()
            self.entered.emit(typed)
        elif key == "⌫":
            self._typed = self._typed[:-1]
            self._show()
        else:
            self._typed = (self._typed + key)[:12]
            self._show()

    def _show(self) -> None:
        self._dots.setText("●" * len(self._typed) or "–")
        self._dots.setAccessibleName(str(len(self._typed)))
