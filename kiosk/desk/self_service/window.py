"""The patients' window: full screen, two languages, a countdown that can be stopped."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from kiosk import texts
from kiosk.desk import palette
from kiosk.desk.self_service.flow import Why
from kiosk.desk.self_service.notice_page import NoticePage
from kiosk.desk.self_service.pages import (
    DonePage,
    HelpPage,
    LeavingPage,
    OfferedPage,
    PlainPage,
    TouchPage,
    WelcomePage,
)
from kiosk.desk.self_service.touch import TouchButton, touch_style
from kiosk.desk.style import factor_for, style_sheet
from kiosk.desk.widgets import label, scale_layouts
from kiosk.settings import Settings
from kiosk.visits.notice import PatientNotice

OTHER = {"vi": "en", "en": "vi"}


class SelfServiceWindow(QMainWindow):
    """`touched`: a page's word, ``language``, ``stay`` or ``leave``; `code`: the digits that were typed."""

    touched = Signal(str)
    code = Signal(str)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setMinimumSize(640, 480)
        self.language = settings.ui.language
        self.may_close = not settings.self_service.exit_code
        self._factor = 0.0
        blue = palette.CALM.text
        self.welcome = WelcomePage()
        self.checking = PlainPage("clock", blue, "checking_title", ("checking_text",), ())
        self.offered = OfferedPage()
        self.done = DonePage()
        self.help = HelpPage()
        self.leaving = LeavingPage()
        self.notice = NoticePage()
        self._told: PatientNotice | None = None
        self.to_desk = {
            why: PlainPage("person", blue, "to_desk_title", (f"to_desk_{why}",), ("finish",)) for why in Why
        }
        self.leaving.keypad.entered.connect(self.code)
        self._pages: tuple[TouchPage, ...] = (
            self.welcome, self.checking, self.offered, self.done, self.help, self.leaving, self.notice,
            *self.to_desk.values(),
        )  # fmt: skip
        self._stack = QStackedWidget()
        for page in self._pages:
            self._stack.addWidget(page)
            page.touched.connect(lambda word: self.touched.emit({"finish": "clear"}.get(word, word)))
        self._build(settings)
        self.write()

    def _build(self, settings: Settings) -> None:
        centre = QWidget()
        centre.setObjectName("centre")
        centre.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._training = label("trainingBanner")
        self._training.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._training.setVisible(settings.training)
        column.addWidget(self._training)
        column.addWidget(self._bar("header", label("facility", settings.facility.name), self._top_buttons()))
        column.addWidget(self._stack, 1)
        self._countdown = label("countdown")
        self._stay = TouchButton()
        self._stay.clicked.connect(lambda: self.touched.emit("stay"))
        self._help = TouchButton()
        self._help.clicked.connect(lambda: self.touched.emit("help"))
        self._notice = TouchButton()
        self._notice.clicked.connect(lambda: self.touched.emit("notice"))
        self._notice.hide()
        self._leave = TouchButton("⋯")
        self._leave.clicked.connect(lambda: self.touched.emit("leave"))
        foot = QHBoxLayout()
        foot.addWidget(self._leave)
        foot.addWidget(self._countdown, 1)
        foot.addWidget(self._notice)
        foot.addWidget(self._help)
        foot.addWidget(self._stay)
        foot.setContentsMargins(28, 8, 28, 14)
        foot.setSpacing(24)
        column.addLayout(foot)
        self.setCentralWidget(centre)
        self._centre = centre

    def _top_buttons(self) -> TouchButton:
        self._other_language = TouchButton()
        self._other_language.clicked.connect(lambda: self.touched.emit("language"))
        return self._other_language

    @staticmethod
    def _bar(name: str, words: QWidget, button: QWidget) -> QFrame:
        bar = QFrame()
        bar.setObjectName(name)
        row = QHBoxLayout(bar)
        row.setContentsMargins(28, 8, 28, 8)
        row.addWidget(words, 1)
        row.addWidget(button, 0)
        return bar

    def words(self, code: str, **values: str) -> str:
        return texts.text("self_service", code, self.language, **values)

    def write(self) -> None:
        """Everything in the language that was chosen."""
        words = {code: self.words(code) for code in texts.table("self_service")}
        for page in self._pages:
            page.write(words)
        self.setWindowTitle(words["window_title"])
        self._training.setText(words["training"])
        self._stay.setText(words["stay"])
        self._help.setText(words["help"])
        self._notice.setText(words["notice"])
        self._write_notice()
        self._leave.setAccessibleName(words["leaving_title"])
        other = texts.text("self_service", "language_name", OTHER[self.language])
        self._other_language.setText(other)

    def show_notice(self, notice: PatientNotice) -> None:
        """Patients may read it from now on."""
        self._told = notice
        self._write_notice()
        self.show_page(self.page)

    def _write_notice(self) -> None:
        if self._told is not None:
            line = self.words("notice_version", version=self._told.version)
            self.notice.show_notice(self._told.words[self.language], line)

    def show_page(self, page: TouchPage) -> None:
        if page is self.notice and page is not self._stack.currentWidget():
            self.notice.to_top()
        self._stack.setCurrentWidget(page)
        for button in (self._leave, self._help):
            button.setVisible(page is self.welcome)
        self._notice.setVisible(page is self.welcome and self._told is not None)
        self._centre.setFocus()

    @property
    def page(self) -> TouchPage:
        page = self._stack.currentWidget()
        assert isinstance(page, TouchPage)  # noqa: S101 - only pages are in the stack
        return page

    def show_countdown(self, seconds: int | None, *, stopped: bool = False) -> None:
        """None: nothing is cleared by itself now."""
        self._stay.setVisible(seconds is not None and not stopped)
        if seconds is None:
            self._countdown.setText("")
        else:
            self._countdown.setText(
                self.words("stopped") if stopped else self.words("countdown", seconds=str(seconds))
            )

    def close_at_once(self) -> None:
        """The system ends the program."""
        self.may_close = True
        self.close()

    # Qt's own

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        factor = factor_for(self.width(), self.height())
        if factor != self._factor:
            self._factor = factor
            self.setStyleSheet(style_sheet(factor) + touch_style(factor))
            scale_layouts(self, factor)
            for page in self._pages:
                page.scale(factor)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.may_close:
            event.accept()
        else:
            event.ignore()
            self.touched.emit("leave")
