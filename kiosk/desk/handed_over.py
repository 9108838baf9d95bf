"""What a person hands over beside the readers: pasted, dropped on the window, or opened from the disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from kiosk.desk.flow import Effects, Flow, PageName, Scan
from kiosk.desk.incoming import Incoming, ask_for_pictures, refuse_if_too_large
from kiosk.desk.window import DeskWindow
from kiosk.desk.words import PASTED, Words
from kiosk.desk.work import Lane
from kiosk.errors import KioskError
from kiosk.settings import Settings
from kiosk.visits.model import Source


def discard_pasted(image: Path, folder: Path) -> None:
    """Delete `image` if it was pasted: a person's own file is never touched."""
    if image.name.startswith(PASTED) and image.parent == folder:
        image.unlink(missing_ok=True)


class HandedOver:
    """`on_file` and `on_text` take what was found; `on_dialog` is told when the dialog comes and goes."""

    def __init__(
        self,
        settings: Settings,
        words: Words,
        window: DeskWindow,
        flow: Flow,
        apply: Callable[[Effects], None],
        reading: Lane,
        *,
        on_file: Callable[[Path], None],
        on_text: Callable[[str], None],
        on_dialog: Callable[[], None],
    ) -> None:
        self._settings, self._words, self._window = settings, words, window
        self._flow, self._apply, self._reading = flow, apply, reading
        self._on_file, self._on_text, self._on_dialog = on_file, on_text, on_dialog
        self._dialog: QFileDialog | None = None

    def take(self, found: Incoming) -> None:
        """Pasted or dropped."""
        if self._flow.shows(PageName.SCANNER_TEST):
            self._window.scanner_test.say(self._words("test_refused"))
            return
        for path in found.files:
            self._on_file(path)
        if found.image is not None:
            self._take_image(found.image)
        elif found.text.strip():
            self._on_text(found.text)

    def _take_image(self, image: QImage) -> None:
        folder = self._settings.data_folder

        def save() -> Path:
            refuse_if_too_large(image, self._settings.readers.max_megapixels)
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, prefix=PASTED, suffix=".png")
            os.close(handle)
            image.save(name)
            return Path(name)

        self._reading.do(save, self._on_file, self._refused)

    def _refused(self, error: KioskError) -> None:
        """It waits in line as the picture would have: a verdict on the screen is not disturbed."""
        self._apply(self._flow.scan(Scan(Source.IMAGE, refused=error)))

    # The dialog

    @property
    def dialog_open(self) -> bool:
        return self._dialog is not None

    @property
    def dialog_has_keyboard(self) -> bool:
        return self._dialog is not None and self._dialog.isActiveWindow()

    def open_dialog(self) -> None:
        if self._dialog is None and not self._flow.shows(PageName.SCANNER_TEST):
            self._dialog = ask_for_pictures(self._window, self._words, self._on_file)
            self._dialog.finished.connect(self._dialog_closed)
            self._dialog.windowHandle().activeChanged.connect(self._on_dialog)

    def close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.reject()

    def _dialog_closed(self) -> None:
        self._dialog = None
        self._on_dialog()
