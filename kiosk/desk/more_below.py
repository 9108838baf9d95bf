"""A sign at the lower edge of a page that more of it lies below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QScrollArea

from kiosk.desk.widgets import label

_HARDLY = 12
"""So many pixels below are the page's own margin."""


class MoreBelow:
    """Shown over the lower edge of `area` while something lies below it."""

    def __init__(self, area: QScrollArea, words: str) -> None:
        self._area = area
        self.sign: QLabel = label("moreBelow", words, wrap=False)
        self.sign.setParent(area)
        self.sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.sign.hide()
        self._watch = _Resized(self)
        area.installEventFilter(self._watch)
        bar = area.verticalScrollBar()
        bar.rangeChanged.connect(self.place)
        bar.valueChanged.connect(self.place)

    def place(self) -> None:
        bar = self._area.verticalScrollBar()
        self.sign.setVisible(bar.maximum() - bar.value() > _HARDLY)
        if not self.sign.isHidden():
            self.sign.adjustSize()
            view = self._area.viewport()
            self.sign.move((view.width() - self.sign.width()) // 2, view.height() - self.sign.height())
            self.sign.raise_()


class _Resized(QObject):
    def __init__(self, owner: MoreBelow) -> None:
        super().__init__(owner.sign)
        self._owner = owner

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._owner.place()
        return False
