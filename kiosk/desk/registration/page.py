"""The assistant's page of F9: a drawing of the app's screen on one side, what to do on the other."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kiosk.desk import palette
from kiosk.desk.pages import Band, Page
from kiosk.desk.registration.drawing import PhoneDrawing
from kiosk.desk.registration.entries import EntriesForm
from kiosk.desk.registration.photo_panel import PhotoPanel
from kiosk.desk.registration.views import AssistantWords, StepView
from kiosk.desk.scanner_test import CodePicture
from kiosk.desk.widgets import clear, label, panel, set_or_hide
from kiosk.desk.words import Words
from kiosk.registration.preparation import Entry
from kiosk.registration.sheet import ANDROID_URL, IOS_URL
from kiosk.registration.walk import FORMS, Step

_CODE_SIDE = 186  # in a window of 1366 x 768
_SHEET_HEIGHT = 400
_PREVIEW_HEIGHT = 240


class AssistantPage(Page):
    """Draws what the assistant says and holds nothing but what stands in its fields."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.texts = AssistantWords(words)
        self._factor = 1.0
        self._progress = label("muted")
        self._title = label("stepTitle")
        self._lead = label("stepLead")
        self._band = Band(self)
        self._drawing = PhoneDrawing()
        self._sheet = QLabel()
        self._sheet.setObjectName("sheetPicture")
        self._sheet.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._options = QVBoxLayout()
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(24)
        self._rows.setVerticalSpacing(8)
        self._rows.setColumnStretch(1, 1)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self._notices = QVBoxLayout()
        self._notices.setSpacing(6)
        self._problem = label("problem")
        self.forms = {step: EntriesForm(self.texts, entries) for step, entries in FORMS.items()}
        self._codes, self._code_pictures = self._store_codes()
        self.photo = PhotoPanel()
        self._keys = self.key_row()
        self._privacy = label("muted", self.texts("privacy_line"))
        self._countdown = label("muted", wrap=False)
        self._build()

    @property
    def typed_in(self) -> bool:
        return True

    def _build(self) -> None:
        self.body.setSpacing(8)
        self.body.setContentsMargins(28, 10, 28, 8)
        frame, inside = panel()
        inside.setContentsMargins(22, 12, 22, 12)
        inside.setSpacing(8)
        inside.addWidget(self._title)
        inside.addWidget(self._lead)
        inside.addWidget(self._problem)
        for form in self.forms.values():
            inside.addWidget(form)
        inside.addLayout(self._options)
        inside.addLayout(self._rows)
        inside.addWidget(self._codes)
        inside.addLayout(self._lines)
        inside.addWidget(self.photo, 30)  # all the room there is
        inside.addLayout(self._notices)
        inside.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._drawing, 0)
        row.addWidget(self._sheet, 0)
        row.addWidget(frame, 1)
        foot = QHBoxLayout()
        foot.setSpacing(20)
        foot.addWidget(self._privacy, 1)
        foot.addWidget(self._countdown, 0)
        self.body.addWidget(self._progress)
        self.body.addWidget(self._band)
        self.body.addLayout(row, 1)
        self.body.addWidget(self._keys)
        self.body.addLayout(foot)

    def _store_codes(self) -> tuple[QWidget, tuple[tuple[str, CodePicture], ...]]:
        frame = QFrame()
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(40)
        pictures = []
        for url, name in ((ANDROID_URL, "sheet_link_android"), (IOS_URL, "sheet_link_ios")):
            column = QVBoxLayout()
            picture = CodePicture()
            picture.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            picture.setAccessibleName(f"{self.texts(name)}: {url}")
            title = label("sectionTitle", self.texts(name), wrap=False)
            title.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.setSpacing(0)
            column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(title)
            column.addStretch(1)
            row.addLayout(column)
            pictures.append((url, picture))
        row.addStretch(1)
        return frame, tuple(pictures)

    @property
    def code_pictures(self) -> tuple[tuple[str, CodePicture], ...]:
        """The stores' addresses and where their codes are drawn."""
        return self._code_pictures

    def scale(self, factor: float) -> None:
        super().scale(factor)
        self._factor = factor
        self._drawing.scale(factor)
        self.photo.preview.setMinimumHeight(round(_PREVIEW_HEIGHT * factor))
        for _, picture in self._code_pictures:
            picture.setFixedSize(round(_CODE_SIDE * factor), round(_CODE_SIDE * factor))

    # What is shown

    def show_step(self, step: Step, view: StepView) -> None:
        """`step` for its drawing and its form; a question has neither."""
        asking = not view.progress
        form = None if asking else self.forms.get(step)
        self._progress.setText(view.progress)
        self._title.setText(view.title)
        set_or_hide(self._lead, view.lead)
        set_or_hide(self._problem, view.problem)
        self._show_band(scanning=step is Step.SCAN and not asking)
        self._drawing.setVisible(False)
        if not asking:
            self._drawing.show_step(step)
        self._sheet.setVisible(step is Step.SHEET and not asking)
        self._codes.setVisible(step is Step.OPEN and not asking)
        for each in self.forms.values():
            each.setVisible(each is form)
        self._show_options(view)
        clear(self._rows)
        for place, (name, value) in enumerate(view.rows):
            self._rows.addWidget(label("rowLabel", name), place, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(label("rowValue", value), place, 1)
        clear(self._lines)
        for line in view.lines:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(label("stepLine", "•", wrap=False), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(label("stepLine", line), 1)
            self._lines.addLayout(row)
        clear(self._notices)
        for notice in view.notices:
            self._notices.addWidget(label("notice", notice))
        self._keys.show_keys(view.keys)
        self.setAccessibleName(f"{view.progress}. {view.title}. {view.lead} {view.problem}".strip())

    def _show_band(self, *, scanning: bool) -> None:
        self._band.setVisible(scanning)
        if scanning:
            title, text = (
                self.texts("scan_band"),
                self.texts("scan_band_alone" if self.texts.alone else "scan_band_text"),
            )
            self._band.say(title, text, (), palette.NEUTRAL, sign="clock")

    def _show_options(self, view: StepView) -> None:
        clear(self._options)
        for place, option in enumerate(view.options):
            chosen = place == view.chosen
            shown = label("option", f"{'●' if chosen else '○'}  {place + 1}   {option}")
            shown.setProperty("chosen", "true" if chosen else "false")
            self._options.addWidget(shown)

    def show_remarks(self, step: Step, remarks: Mapping[str, str]) -> None:
        """Beside the fields of `step`, with the focus on the first that has one."""
        first = self.forms[step].show_remarks(remarks)
        if first is not None:
            first.setFocus()
            self.ensureWidgetVisible(first)

    def show_sheet(self, image: QImage | None) -> None:
        if image is None:
            self._sheet.clear()
            return
        ratio = self.devicePixelRatioF()
        height = round(_SHEET_HEIGHT * self._factor * ratio)
        pixmap = QPixmap.fromImage(image.scaledToHeight(height, Qt.TransformationMode.SmoothTransformation))
        pixmap.setDevicePixelRatio(ratio)
        self._sheet.setPixmap(pixmap)

    def show_countdown(self, words: str) -> None:
        self._countdown.setText(words)

    # Fields

    def fill(self, values: Mapping[Entry, str]) -> None:
        for form in self.forms.values():
            form.fill(values)

    def wipe(self) -> None:
        """Also what labels said, which stays in them while the page is hidden."""
        for form in self.forms.values():
            form.wipe()
        self.show_sheet(None)
        self.show_step(Step.ACCOUNT, StepView(progress="", title=""))

    @property
    def edits(self) -> tuple[QLineEdit, ...]:
        return tuple(edit for form in self.forms.values() for edit in form.edits)
