"""The one window of the desk. It draws what the flow says and holds no state of its own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kiosk.desk import palette
from kiosk.desk.incoming import incoming
from kiosk.desk.late_pages import LatePages, P
from kiosk.desk.pages import Page, ReadyPage
from kiosk.desk.strip_bar import StripBar
from kiosk.desk.style import factor_for, style_sheet
from kiosk.desk.widgets import OneLine, label, scale_layouts, set_or_hide
from kiosk.desk.words import Row, Words
from kiosk.settings import Settings

_GLOBAL_KEYS = (
    ("F2", "do_manual"),
    ("F3", "do_today"),
    ("F8", "do_difficulty"),
    ("F9", "do_assistant"),
    ("F12", "do_state"),
)


class DeskWindow(QMainWindow, LatePages):
    """Frame, pages, strip."""

    key_pressed = Signal(str)  # a key shown on the screen was clicked
    dropped = Signal(object)  # what a drag brought (kiosk.desk.incoming)
    activated = Signal()  # the keyboard is this window's
    closing = Signal()
    page_changed = Signal()

    def __init__(self, settings: Settings, words: Words) -> None:
        super().__init__()
        self.setWindowTitle(words("window_title", desk=settings.desk.name))
        self.setAcceptDrops(True)
        self.setMinimumSize(640, 400)
        self._words = words
        self._factor = 0.0
        self._last_visit = label("lastVisit", wrap=False)
        self._user = label("lastVisit", wrap=False)
        self._user.hide()
        self._line_bar, self._line_count, self._line_next = _line_bar()
        self.strip = StripBar(words)
        self._scanner_ready = label("scannerReady", words("scanner_ready"), wrap=False)
        self._click_to_scan = label("clickToScan", words("click_to_scan"))
        self._click_to_scan.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._click_to_scan.hide()
        self._scans_without_focus = False
        self._scanner_known = True
        self._stack = QStackedWidget()
        self._pages: list[Page] = []
        self.ready = self.make_page(ReadyPage)
        self._build(settings)
        self.show_page(self.ready)

    def _build(self, settings: Settings) -> None:
        centre = QWidget()
        centre.setObjectName("centre")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if settings.training:
            banner = label("trainingBanner", self._words("training_banner"))
            banner.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(banner)
        column.addWidget(self._header(settings))
        column.addWidget(self._click_to_scan)
        column.addWidget(self._line_bar)
        column.addWidget(self._stack, 1)
        column.addWidget(self._keys_bar())
        column.addWidget(self.strip)
        self.setCentralWidget(centre)
        self._centre = centre
        centre.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _header(self, settings: Settings) -> QFrame:
        header = QFrame()
        header.setObjectName("header")
        row = QHBoxLayout(header)
        row.setContentsMargins(28, 8, 28, 8)
        row.setSpacing(16)
        row.addWidget(OneLine("facility", f"{settings.desk.name}  ·  {settings.facility.name}"), 1)
        row.addWidget(self._scanner_ready, 0)
        row.addWidget(self._last_visit, 0)
        row.addWidget(self._user, 0)
        return header

    def _keys_bar(self) -> QFrame:
        bar = QFrame()
        bar.setObjectName("keysBar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(28, 6, 28, 6)
        self._keys_hints = hints = QLabel()
        self.show_assistant_waits(waits=False)
        hints.setWordWrap(True)
        hints.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        hints.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        hints.linkActivated.connect(self.key_pressed)
        row.addWidget(hints)
        self._global_keys = bar
        return bar

    def show_assistant_waits(self, *, waits: bool) -> None:
        """At its key: that a registration was begun and is still there."""
        words = {key: self._words(what) for key, what in _GLOBAL_KEYS}
        if waits:
            words["F9"] = f"● {self.assistant.texts('waiting_in_keys')}"
        look = f"color: {palette.LINK.text}; text-decoration: none"
        self._keys_hints.setText(
            " &nbsp;&nbsp;&nbsp; ".join(
                f"<a href='{key}' style='{look}'><b>{key}</b>&nbsp;{shown.replace(' ', '&nbsp;')}</a>"
                for key, shown in words.items()
            )
        )

    # What is shown

    @property
    def page(self) -> Page:
        page = self._stack.currentWidget()
        assert isinstance(page, Page)  # noqa: S101 - only pages are in the stack
        return page

    def show_page(self, page: Page) -> None:
        if page is not self._stack.currentWidget():
            self._stack.setCurrentWidget(page)
            self._global_keys.setVisible(page.global_keys)
            self.page_changed.emit()
        if not page.typed_in and not page.claim_keyboard():
            self.take_keyboard()

    def take_keyboard(self) -> None:
        """Away from every field: keys are a scanner's or the page's."""
        self._centre.setFocus()

    def make_page(self, kind: type[P]) -> P:
        page = kind(self._words)
        self.add_page(page)
        return page

    def add_page(self, page: Page) -> None:
        self._pages.append(page)
        self._stack.addWidget(page)
        page.key_pressed.connect(self.key_pressed)
        if self._factor:
            scale_layouts(page, self._factor)
            page.scale(self._factor)

    def show_line(self, row: Row) -> None:
        count, then = row
        self._line_count.setText(count)
        self._line_next.setText(then)
        self._line_bar.setVisible(bool(count))
        self._line_bar.setAccessibleName(f"{count}. {then}")

    def show_last_visit(self, words: str) -> None:
        set_or_hide(self._last_visit, words)

    def show_user(self, words: str) -> None:
        """Who is logged in; empty in single-user mode, and while nobody is."""
        set_or_hide(self._user, words)

    def show_whether_scans_arrive(
        self, *, without_focus: bool | None = None, scanner_known: bool | None = None
    ) -> None:
        """A keyboard scanner types where the keyboard is; `without_focus`: another scanner reads."""
        if without_focus is not None:
            self._scans_without_focus = without_focus
        if scanner_known is not None:
            self._scanner_known = scanner_known
        arrives = self._scans_without_focus or QApplication.activeWindow() is not None
        self._scanner_ready.setVisible(arrives and self._scanner_known)
        self._click_to_scan.setVisible(not arrives)

    def scroll_page(self, steps: float) -> None:
        """By `steps` of a page's visible height."""
        bar = self.page.scrolled.verticalScrollBar()
        bar.setValue(bar.value() + round(steps * bar.pageStep()))

    # Qt's own

    def showEvent(self, event: QShowEvent) -> None:
        self._scale()
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            QTimer.singleShot(
                0, self, self.show_whether_scans_arrive
            )  # when a dialog has the keyboard by then
            if self.isActiveWindow():
                self.activated.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scale()

    def _scale(self) -> None:
        factor = factor_for(self.width(), self.height())
        if factor != self._factor:
            self._factor = factor
            self.setStyleSheet(style_sheet(factor))
            scale_layouts(self, factor)
            self.strip.scale(factor)
            for page in self._pages:
                page.scale(factor)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if mime.hasUrls() or mime.hasImage() or mime.hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.dropped.emit(incoming(event.mimeData()))
        event.acceptProposedAction()


def _line_bar() -> tuple[QFrame, QLabel, QLabel]:
    bar = QFrame()
    bar.setObjectName("lineBar")
    row = QHBoxLayout(bar)
    row.setContentsMargins(28, 8, 28, 8)
    row.setSpacing(20)
    count = label("lineCount", wrap=False)
    then = label("lineNext")
    row.addWidget(count, 0)
    row.addWidget(then, 1)
    bar.hide()
    return bar, count, then
