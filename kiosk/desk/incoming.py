"""Pictures and texts that a person hands over: pasted, dropped on the window, opened from the disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QStandardPaths, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from kiosk.desk.words import Words
from kiosk.errors import ImageError

_PATTERNS = "*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff"
_PLACES = (
    QStandardPaths.StandardLocation.DownloadLocation,
    QStandardPaths.StandardLocation.PicturesLocation,
    QStandardPaths.StandardLocation.DesktopLocation,
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was handed over: files, else a picture, else a text."""

    files: tuple[Path, ...] = ()
    image: QImage | None = None
    text: str = ""


def incoming(mime: QMimeData) -> Incoming:
    """A card's line is a text; with other texts beside a picture (a web page's copy) the picture counts."""
    files = tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
    if files:
        return Incoming(files=files)
    text = mime.text()
    if mime.hasImage() and "|" not in text:
        image = mime.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return Incoming(image=image)
    return Incoming(text=text)


def belongs_to_the_desk() -> bool:
    """Whether what is pasted into a field is no text for the field: a picture, a file, a card's line."""
    found = incoming(QApplication.clipboard().mimeData())
    return bool(found.files) or found.image is not None or "|" in found.text


def refuse_if_too_large(image: QImage, limit: float) -> None:
    """Raises ImageError ``image_too_large``, before half a minute is spent on packing the picture."""
    megapixels = image.width() * image.height() / 1e6
    if megapixels > limit:
        raise ImageError(
            "image_too_large", file="(Ctrl+V)", megapixels=f"{megapixels:.1f}", limit=f"{limit:g}"
        )


def ask_for_pictures(parent: QWidget, words: Words, chosen: Callable[[Path], None]) -> QFileDialog:
    """Qt's own dialog, not the system's: a scan has to reach the desk while it is open."""
    dialog = QFileDialog(parent, words("open_title"))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters([f"{words('open_pictures')} ({_PATTERNS})", f"{words('open_all')} (*)"])
    dialog.setViewMode(QFileDialog.ViewMode.List)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for part, code in (
        (QFileDialog.DialogLabel.LookIn, "open_folder"),
        (QFileDialog.DialogLabel.FileName, "open_name"),
        (QFileDialog.DialogLabel.FileType, "open_type"),
        (QFileDialog.DialogLabel.Accept, "open_accept"),
        (QFileDialog.DialogLabel.Reject, "open_reject"),
    ):
        dialog.setLabelText(part, words(code))
    folders = [QStandardPaths.writableLocation(place) for place in _PLACES]
    existing = [folder for folder in folders if folder and Path(folder).is_dir()]
    dialog.setDirectory(existing[0] if existing else str(Path.home()))

    taken: set[str] = set()

    def take(paths: list[str]) -> None:
        for path in paths:
            if path not in taken:
                taken.add(path)
                chosen(Path(path))

    def take_typed(path: str) -> None:
        """Qt ignores Return until it has listed the folder; a whole path that was typed needs no list."""
        if Path(path).is_absolute() and Path(path).is_file():
            take([path])
            dialog.reject()

    dialog.filesSelected.connect(take)
    for name in dialog.findChildren(QLineEdit):
        name.setCompleter(None)  # type: ignore[arg-type]  # its popup would take the keys
        name.returnPressed.connect(lambda name=name: take_typed(name.text()))
    dialog.resize(parent.width() * 2 // 3, parent.height() * 2 // 3)
    dialog.open()
    return dialog
