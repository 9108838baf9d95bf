"""The page of F4: which camera, and whether its picture is mirrored."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from kiosk.desk.camera_choice import AUTO, OFF, CameraChoice
from kiosk.desk.pages import Page
from kiosk.desk.preview import Preview
from kiosk.desk.widgets import clear, label, panel, set_or_hide
from kiosk.desk.words import KeyHint, Words


class CameraPage(Page):
    """A choice counts as soon as it is marked: the picture beside it shows whether it is the right one."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self._options: tuple[str, ...] = ()
        self._how = label("muted")
        self._state = label("muted")
        self._fixed = label("notice")
        self.preview = Preview()
        frame, inside = panel()
        self._list = QVBoxLayout()
        inside.addLayout(self._list)
        inside.addStretch(1)
        self._keys = self.key_row()
        left = QVBoxLayout()
        left.setSpacing(14)
        left.addWidget(frame)
        left.addWidget(self._fixed)
        left.addWidget(self._state)
        left.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(28)
        row.addLayout(left, 1)
        row.addWidget(self.preview, 1)
        self.body.addWidget(label("subtitle", words("camera_title")))
        self.body.addWidget(self._how)
        self.body.addLayout(row, 1)
        self.body.addWidget(self._keys)

    def show_choices(self, names: Sequence[str], choice: CameraChoice, fixed: str) -> None:
        """`names` of the cameras that are plugged in; `fixed`: what the settings name, if they do."""
        words = self.words
        self._options = () if fixed else (AUTO, *names, *self._unplugged(names, choice), OFF)
        clear(self._list)
        for option in self._options:
            text = {AUTO: words("camera_choice_auto"), OFF: words("camera_choice_off")}.get(option, option)
            if option in self._unplugged(names, choice):
                text = words("camera_choice_unplugged", name=option)
            chosen = option == choice.camera
            shown = label("option", f"{'●' if chosen else '○'}   {text}")
            shown.setProperty("chosen", "true" if chosen else "false")
            shown.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            self._list.addWidget(shown)
        mirrored = words("camera_mirrored" if choice.mirrored else "camera_not_mirrored")
        self._list.addWidget(label("muted", mirrored))
        choosing = (KeyHint("↑", words("do_previous")), KeyHint("↓", words("do_next_choice")))
        self._keys.show_keys(
            (
                KeyHint(words("key_escape"), words("do_back")),
                *(() if fixed else choosing),
                KeyHint("F5", words("do_mirror")),
            )
        )
        set_or_hide(self._how, "" if fixed else words("camera_text"))
        set_or_hide(self._fixed, words("camera_fixed", source=fixed) if fixed else "")

    def show_state(self, words: str) -> None:
        self._state.setText(words)

    def neighbour(self, camera: str, step: int) -> str:
        """The option above or below `camera`, as far as the list goes."""
        if camera not in self._options:
            return camera
        place = self._options.index(camera) + step
        return self._options[min(max(place, 0), len(self._options) - 1)]

    @staticmethod
    def _unplugged(names: Sequence[str], choice: CameraChoice) -> tuple[str, ...]:
        return () if choice.camera in {AUTO, OFF, *names} else (choice.camera,)
