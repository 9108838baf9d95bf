"""The sheet from the window: its picture, the system's printer, and a file where a person says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSizeF, QStandardPaths, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from kiosk.desk.registration.sheet_paper import laid_out, margins_of, paper_of, put_on_paper
from kiosk.desk.registration.views import AssistantWords
from kiosk.errors import PrinterError
from kiosk.registration.sheet import Sheet

_DOTS_PER_MM = 6


def picture_of(sheet: Sheet, *, large: bool) -> QImage:
    """The first page as it will be on paper."""
    paper, margins = paper_of(large=large), margins_of(large=large)
    inside = QSizeF(
        paper.width() - margins.left() - margins.right(), paper.height() - margins.top() - margins.bottom()
    )
    document = laid_out(sheet, inside, large=large)
    image = QImage(
        round(paper.width() * _DOTS_PER_MM), round(paper.height() * _DOTS_PER_MM), QImage.Format.Format_RGB32
    )
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.translate(margins.left() * _DOTS_PER_MM, margins.top() * _DOTS_PER_MM)
    scale = inside.width() * _DOTS_PER_MM / document.pageSize().width()
    painter.scale(scale, scale)
    painter.setClipRect(0, 0, round(document.pageSize().width()), round(document.pageSize().height()))
    document.drawContents(painter)
    painter.end()
    return image


def print_sheet(sheet: Sheet, *, large: bool) -> str:
    """On the system's default printer, whose name is given back.

    Raises PrinterError or KioskError ``font_missing``.
    """
    info = QPrinterInfo.defaultPrinter()
    if info.isNull():
        raise PrinterError("sheet_no_printer")
    if info.state() in {QPrinter.PrinterState.Aborted, QPrinter.PrinterState.Error}:
        raise PrinterError("printer_stopped", place=info.printerName())
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setDocName(sheet.title)
    printer.setCreator("bhyt-kiosk")
    put_on_paper(sheet, printer, large=large)
    if printer.printerState() is QPrinter.PrinterState.Error:
        raise PrinterError("printer_failed", place=info.printerName())
    return info.printerName()


def ask_where_to_save(
    parent: QWidget, texts: AssistantWords, chosen: Callable[[Path], None], *, title: str, name: str
) -> QFileDialog:
    """Qt's own dialog, not the system's: scans and keys reach the desk while it is open.

    `name`: what the file is called unless somebody types another name; its ending is the file's kind.
    """
    dialog = QFileDialog(parent.window(), title)
    ending = name.rpartition(".")[2]
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters([f"{ending.upper()} (*.{ending})"])
    dialog.setDefaultSuffix(ending)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for part, code in (
        (QFileDialog.DialogLabel.LookIn, "open_folder"),
        (QFileDialog.DialogLabel.FileName, "open_name"),
        (QFileDialog.DialogLabel.FileType, "open_type"),
        (QFileDialog.DialogLabel.Reject, "open_reject"),
    ):
        dialog.setLabelText(part, texts.desk(code))
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, texts("do_save_here"))
    places = (QStandardPaths.StandardLocation.DesktopLocation, QStandardPaths.StandardLocation.HomeLocation)
    folders = [QStandardPaths.writableLocation(place) for place in places]
    dialog.setDirectory(next((folder for folder in folders if folder and Path(folder).is_dir()), "."))
    dialog.selectFile(name)
    for line in dialog.findChildren(QLineEdit):
        line.setCompleter(None)  # type: ignore[arg-type]  # its popup would take the keys
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.resize(parent.width() * 2 // 3, parent.height() * 2 // 3)
    dialog.open()
    return dialog
