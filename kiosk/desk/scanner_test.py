"""The screen that shows what a scanner really delivers. A scan on it is never a patient."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QMarginsF, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPaintEvent,
    QPdfWriter,
)
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.card import parse
from kiosk.desk.pages import Page
from kiosk.desk.widgets import clear, label, panel, set_or_hide
from kiosk.desk.words import KeyHint, Row, Words
from kiosk.errors import CardParseError, KioskError
from kiosk.readers.scan_test import TEST_LINE, KeyNote, ScanReport, report
from kiosk.readers.wedge import PATIENCE_SECONDS, Frame
from kiosk.visits.model import Source

SETTLED_SECONDS = 0.8
"""After the last key of a scan; its Return may come this late."""

MOST_NOTES = 9000
_LONGEST_SHOWN = 700
_CODE_HEIGHT = 310  # in a window of 1366 x 768


class CodePicture(QWidget):
    """The test code, drawn in whole pixels: scanners dislike blurred modules."""

    def __init__(self) -> None:
        super().__init__()
        self._code: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_CODE_HEIGHT, _CODE_HEIGHT)

    def show_code(self, modules: Any) -> None:
        """8-bit grey, one pixel a module."""
        height, width = modules.shape
        self._code = QImage(modules.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
        self.update()

    @property
    def code(self) -> QImage | None:
        return self._code

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._code is None:
            return
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        room = min(self.width(), self.height()) * ratio
        side = max(int(room // self._code.width()), 1) * self._code.width() / ratio
        painter.drawImage(
            QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side), self._code
        )
        painter.end()


class TestPage(Protocol):
    """What shows what came of a scan."""

    picture: CodePicture

    def open_empty(self) -> None: ...

    def show_report(self, found: ScanReport, source: Source, advice: Sequence[str]) -> None: ...


class ScannerTestPage(Page):
    """The code to scan on one side, what came of it on the other."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.picture = CodePicture()
        self._state = label("sectionTitle")
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(20)
        self._rows.setVerticalSpacing(5)
        self._rows.setColumnStretch(1, 1)
        self._findings = QVBoxLayout()
        self._findings.setSpacing(8)
        self._said = label("muted")
        keys = self.key_row()
        keys.show_keys(
            (
                KeyHint(words("key_escape"), words("do_back")),
                KeyHint("Ctrl+P", words("do_save_test_page")),
            )
        )
        code_frame, code_side = panel()
        code_side.addWidget(self.picture)
        code_side.addStretch(1)
        result_frame, result = panel()
        result.addWidget(self._state)
        result.addLayout(self._findings)
        result.addLayout(self._rows)
        result.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(code_frame, 2)
        columns.addWidget(result_frame, 3)
        self.body.addWidget(label("subtitle", words("test_title")))
        self.body.addWidget(label("muted", words("test_text")))
        self.body.addWidget(keys)
        self.body.addWidget(self._said)
        self.body.addLayout(columns, 1)
        self.open_empty()

    def scale(self, factor: float) -> None:
        super().scale(factor)
        self.picture.setFixedHeight(round(_CODE_HEIGHT * factor))

    def open_empty(self) -> None:
        self._state.setText(self.words("test_nothing"))
        clear(self._rows)
        clear(self._findings)
        set_or_hide(self._said, "")
        self.verticalScrollBar().setValue(0)

    def say(self, words: str) -> None:
        set_or_hide(self._said, words)

    def show_report(self, found: ScanReport, source: Source, advice: Sequence[str]) -> None:
        self._state.setText(self.words("test_clean" if not advice else "test_damaged"))
        clear(self._rows)
        for place, (name, value) in enumerate(report_rows(found, source, self.words)):
            self._rows.addWidget(label("rowLabel", name), place, 0, Qt.AlignmentFlag.AlignTop)
            shown = label("rowValue", value)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            self._rows.addWidget(shown, place, 1)
        clear(self._findings)
        for words in advice:
            self._findings.addWidget(label("notice", words))
        self.verticalScrollBar().setValue(0)


class ScannerTest(QObject):
    """Collects keys and scans while the page is open, and reports on each scan once its keys have settled."""

    reported = Signal(object)  # ScanReport

    def __init__(self, page: TestPage, words: Words, frame: Frame) -> None:
        super().__init__()
        self._page, self._words, self._frame = page, words, frame
        self._keys: list[KeyNote] = []
        self._scan: tuple[str, Source] | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.timeout.connect(self._report)

    def open(self) -> None:
        self._keys, self._scan = [], None
        self._page.open_empty()

    def note(self, key: KeyNote) -> None:
        """A key that may be a scanner's; those of one scan follow each other closely."""
        if self._scan is None and self._keys and key.at - self._keys[-1].at > PATIENCE_SECONDS:
            self._keys.clear()
        if len(self._keys) < MOST_NOTES:
            self._keys.append(key)

    def scan(self, text: str, source: Source) -> None:
        if self._scan is None:
            self._scan = (text, source)
            self._settled.start(round(SETTLED_SECONDS * 1000))

    def _report(self) -> None:
        if self._scan is None:
            return
        (text, source), keys = self._scan, self._keys
        self._keys, self._scan = [], None
        found, advice = examined(text, keys if source is Source.WEDGE else (), self._frame, self._words)
        self._page.show_report(found, source, advice)
        self.reported.emit(found)

    def save(self, folder: Path) -> Path:
        """The page to print. Raises KioskError ``test_page``."""
        path = folder / "scanner-test.pdf"
        if self._page.picture.code is None:
            raise KioskError("test_page", file=str(path))
        try:
            save_page(path, self._page.picture.code, self._words)
        except OSError as error:
            raise KioskError("test_page", str(error), file=str(path)) from None
        return path


def examined(text: str, keys: Sequence[KeyNote], frame: Frame, words: Words) -> tuple[ScanReport, list[str]]:
    """The report on a scan, and what to do about it in words; of a patient's code the card's own warnings."""
    found = report(text, keys, frame)
    advice = [words(f"finding_{code}", extra=found.extra) for code in found.findings]
    if not found.is_test:
        advice += _card_advice(text, words)
    return found, list(dict.fromkeys(advice))


def _card_advice(text: str, words: Words) -> list[str]:
    try:
        card = parse(text)
    except CardParseError as error:
        return [words.error(error), *words.notices(error.notices)]
    return list(words.notices(card.warnings))


def report_rows(found: ScanReport, source: Source, words: Words) -> list[Row]:
    """What was received, with a space to break lines at, its length, its end, and the rhythm of the keys."""
    shown = found.shown if len(found.shown) <= _LONGEST_SHOWN else f"{found.shown[:_LONGEST_SHOWN]}…"
    rows = [
        (words("test_reader"), words(f"test_by_{source.value}")),
        (words("test_kind"), words("test_is_test" if found.is_test else "test_is_other")),
        (words("test_received"), "|\u200b".join(shown.split("|"))),
        (words("test_length"), words("test_characters", count=str(found.characters))),
    ]
    if source is Source.WEDGE:
        rows.append((words("test_end"), words(f"test_end_{found.terminator}")))
    timing = found.timing
    if timing is not None:
        rows.append(
            (
                words("test_rhythm"),
                words(
                    "test_gaps",
                    shortest=_ms(timing.shortest),
                    usual=_ms(timing.usual),
                    longest=_ms(timing.longest),
                    place=str(timing.longest_after),
                    whole=_ms(timing.whole),
                ),
            )
        )
    return rows


def _ms(seconds: float) -> str:
    return str(round(seconds * 1000))


def save_page(path: Path, code: QImage, words: Words) -> None:
    """A page of A4 with the test code and what to do with it. Raises KioskError ``test_page``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(20, 20, 20, 20), QPageLayout.Unit.Millimeter)
    writer.setTitle(words("test_title"))
    painter = QPainter()
    if not painter.begin(writer):
        raise KioskError("test_page", file=str(path))
    try:
        width = painter.viewport().width()
        painter.setFont(QFont("Noto Sans", 20))
        wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter
        top = painter.drawText(QRectF(0, 0, width, width), wrap, words("test_title")).bottom()
        side = width * 0.55
        code_place = QRectF((width - side) / 2, top + width * 0.05, side, side)
        painter.drawImage(code_place, code)
        painter.setFont(QFont("Noto Sans", 12))
        below = code_place.bottom() + width * 0.05
        painter.drawText(QRectF(0, below, width, width / 2), wrap, words("test_page_text"))
        painter.setFont(QFont("DejaVu Sans Mono", 9))
        painter.drawText(QRectF(0, below + width * 0.16, width, width / 2), wrap, TEST_LINE)
    finally:
        painter.end()
