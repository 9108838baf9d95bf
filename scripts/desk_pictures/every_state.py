"""Every state of the desk, in both languages, on both sizes of screen, at both scales."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from desk_pictures import scenes_assistant, scenes_desk, scenes_lists, scenes_rooms
from desk_pictures.room import Scene, Setting
from desk_pictures.screen import Screen, save, x_server
from desk_pictures.sheets import write_sheets

LANGUAGES = ("vi", "en")
SIZES: Mapping[str, tuple[int, int]] = {"1366x768": (1366, 768), "1920x1080": (1920, 1080)}
SCALES = (100, 150)
SETTINGS = (
    *scenes_desk.SETTINGS,
    *scenes_lists.SETTINGS,
    *scenes_assistant.SETTINGS,
    *scenes_rooms.SETTINGS,
)


@dataclass(frozen=True)
class Wanted:
    """`only`: scenes with this in their name, or of the room of this name."""

    only: str
    languages: tuple[str, ...]
    sizes: tuple[str, ...]
    scales: tuple[int, ...]

    def scenes_of(self, setting: Setting) -> dict[str, Scene]:
        return {
            name: play
            for name, play in setting.scenes.items()
            if self.only in name or self.only == setting.name
        }


def take_every_state(folder: Path, wanted: Wanted) -> int:
    """The exit code: 1 when a scene could not be played to its end."""
    failed = 0
    for size, scale, language in product(wanted.sizes, wanted.scales, wanted.languages):
        run = _Set(folder / f"{size}-{scale}-{language}", wanted, language, scale)
        with tempfile.TemporaryDirectory() as scratch, x_server(Path(scratch), SIZES[size]) as screen:
            run.take_all(screen)
        sheets = write_sheets(run.taken, run.folder)
        print(f"{run.folder}: {len(run.taken)} pictures on {len(sheets)} sheets", flush=True)
        failed += run.failed
    return 1 if failed else 0


class _Set:
    """The pictures of one language, size and scale."""

    def __init__(self, folder: Path, wanted: Wanted, language: str, scale: int) -> None:
        self.folder = folder
        self.taken: list[Path] = []
        self.failed = 0
        self._wanted = wanted
        self._settings = {"KIOSK_UI__LANGUAGE": language, "QT_SCALE_FACTOR": f"{scale / 100}"}
        self._scene = ""

    def take_all(self, screen: Screen) -> None:
        for setting in SETTINGS:
            left = list(self._wanted.scenes_of(setting).items())
            while left:
                left = self._play(setting, left, screen)

    def _play(
        self, setting: Setting, scenes: list[tuple[str, Scene]], screen: Screen
    ) -> list[tuple[str, Scene]]:
        """In one room, as far as it goes; what is left begins in a fresh one."""
        left = list(scenes)
        try:
            with setting.open(screen, self._taker(screen), **self._settings) as room:
                while left:
                    self._scene, play = left.pop(0)
                    play(room)
                    if setting.one_each:
                        break
                    if left:
                        room.go_home()
        except (RuntimeError, OSError) as error:
            self.failed += 1
            print(f"{self.folder.name} {self._scene}: {error}", flush=True)
            if len(left) == len(scenes):
                left.pop(0)  # the room itself did not open
        return left

    def _taker(self, screen: Screen) -> Callable[[str], None]:
        def take(part: str = "") -> None:
            time.sleep(0.1)
            path = self.folder / f"{self._scene}{part and '-' + part}.png"
            save(screen.look_when_settled(), path)
            self.taken.append(path)

        return take
