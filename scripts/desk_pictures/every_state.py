"""Every state of the desk, in both languages, on both sizes of screen, at both scales, light and dark."""

# ruff: noqa: S603 - it runs itself
from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from desk_pictures import (
    scenes_assistant,
    scenes_crowded,
    scenes_desk,
    scenes_lists,
    scenes_manage,
    scenes_rooms,
)
from desk_pictures.room import Scene, Setting
from desk_pictures.screen import Screen, save, x_server
from desk_pictures.sheets import write_sheets

LANGUAGES = ("vi", "en")
SIZES: Mapping[str, tuple[int, int]] = {"1366x768": (1366, 768), "1920x1080": (1920, 1080)}
SCALES = (100, 150)
THEMES = ("light", "dark")
SETTINGS = (
    *scenes_desk.SETTINGS,
    *scenes_crowded.SETTINGS,
    *scenes_lists.SETTINGS,
    *scenes_assistant.SETTINGS,
    *scenes_rooms.SETTINGS,
    *scenes_manage.SETTINGS,
)


@dataclass(frozen=True)
class Look:
    """What all pictures of a set have in common."""

    size: str
    scale: int
    language: str
    theme: str

    @property
    def name(self) -> str:
        dark = "-dark" if self.theme == "dark" else ""
        return f"{self.size}-{self.scale}-{self.language}{dark}"

    @property
    def arguments(self) -> tuple[str, ...]:
        scale = f"{self.scale}"
        return (
            "--size", self.size, "--scale", scale, "--language", self.language, "--theme", self.theme,
        )  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """`only`: scenes with this in their name, or of the room of this name."""

    only: str
    languages: tuple[str, ...]
    sizes: tuple[str, ...]
    scales: tuple[int, ...]
    themes: tuple[str, ...]  # none: of many sets the first in dark too, which differs in nothing but colours

    def sets(self) -> Iterator[Look]:
        looks = list(product(self.sizes, self.scales, self.languages))
        for place, (size, scale, language) in enumerate(looks):
            both = len(looks) > 1 and place == 0
            for theme in self.themes or (THEMES if both else THEMES[:1]):
                yield Look(size, scale, language, theme)

    def scenes_of(self, setting: Setting) -> dict[str, Scene]:
        return {
            name: play
            for name, play in setting.scenes.items()
            if self.only in name or self.only == setting.name
        }


def take_every_state(folder: Path, wanted: Wanted, jobs: int) -> int:
    """The exit code: 1 when a scene could not be played to its end. Sets are taken side by side."""
    sets = list(wanted.sets())
    if len(sets) == 1:
        return _take(folder, wanted, sets[0])
    waiting, running, failed = list(sets), list[subprocess.Popen[bytes]](), 0
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                running.append(_begin(folder, wanted, waiting.pop(0)))
            time.sleep(0.2)
            failed += sum(each.returncode != 0 for each in running if each.poll() is not None)
            running = [each for each in running if each.returncode is None]
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait()
    print(f"{folder}: {len(sets)} sets, {failed} with scenes that did not come up", flush=True)
    return 1 if failed else 0


def _begin(folder: Path, wanted: Wanted, look: Look) -> subprocess.Popen[bytes]:
    """A set in a process of its own."""
    command = [sys.executable, sys.argv[0], "--all", str(folder), *look.arguments]
    return subprocess.Popen([*command, "--only", wanted.only])


def _take(folder: Path, wanted: Wanted, look: Look) -> int:
    run = _Set(folder / look.name, wanted, look)
    with tempfile.TemporaryDirectory() as scratch, x_server(Path(scratch), SIZES[look.size]) as screen:
        run.take_all(screen)
    sheets = write_sheets(run.taken, run.folder)
    print(f"{run.folder}: {len(run.taken)} pictures on {len(sheets)} sheets", flush=True)
    return 1 if run.failed else 0


class _Set:
    """The pictures of one language, size, scale and theme."""

    def __init__(self, folder: Path, wanted: Wanted, look: Look) -> None:
        self.folder = folder
        self.taken: list[Path] = []
        self.failed = 0
        self._wanted = wanted
        self._settings = {
            "KIOSK_UI__LANGUAGE": look.language,
            "KIOSK_UI__THEME": look.theme,
            "QT_SCALE_FACTOR": f"{look.scale / 100}",
        }
        self._scene = ""
        self._tried: set[str] = set()

    def take_all(self, screen: Screen) -> None:
        for setting in SETTINGS:
            left = list(self._wanted.scenes_of(setting).items())
            while left:
                left = self._play(setting, left, screen)

    def _play(
        self, setting: Setting, scenes: list[tuple[str, Scene]], screen: Screen
    ) -> list[tuple[str, Scene]]:
        """In one room, as far as it goes; what is left begins in a fresh one.

        What does not come up is tried once more: a busy machine is slow.
        """
        left = list(scenes)
        self._scene = left[0][0]
        try:
            with setting.open(screen, self._taker(screen), **self._settings) as room:
                while left:
                    self._scene, play = left[0]
                    play(room)
                    del left[0]
                    if setting.one_each:
                        break
                    if left:
                        room.go_home()
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            if self._scene in self._tried:
                self.failed += 1
                print(f"{self.folder.name} {self._scene}: {error}", flush=True)
                left = [scene for scene in left if scene[0] != self._scene]
            self._tried.add(self._scene)
        return left

    def _taker(self, screen: Screen) -> Callable[[str], None]:
        def take(part: str = "") -> None:
            time.sleep(0.1)
            path = self.folder / f"{self._scene}{part and '-' + part}.png"
            save(screen.look_when_settled(), path)
            if path not in self.taken:
                self.taken.append(path)

        return take
