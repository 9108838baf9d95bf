"""Asks where a sheet or a picture is to be saved; nothing is saved anywhere by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from kiosk.desk.registration.views import AssistantWords


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
