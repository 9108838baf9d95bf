"""Which camera this desk uses and how it is shown, as chosen at the desk and kept between starts.

A file of its own in the data folder, because the desk writes it and nobody else: the settings file belongs to
those who install the kiosk. Where they name a camera (``readers.camera`` is not ``auto``), that one is used
and the choice only says whether the picture is mirrored.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.settings import Settings

FILE_NAME = "camera.json"

AUTO, OFF = "auto", "off"


@dataclass(frozen=True, slots=True)
class CameraChoice:
    """`camera` is ``auto``, ``off`` or a name; `mirrored` shows the picture as a mirror would."""

    camera: str = AUTO
    mirrored: bool = True


def load_choice(folder: Path) -> CameraChoice:
    """What was chosen; the default where nothing was, or where the file cannot be read."""
    try:
        found = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        camera, mirrored = found["camera"], found["mirrored"]
    except (OSError, ValueError, KeyError, TypeError):
        return CameraChoice()
    valid = isinstance(camera, str) and camera.strip() and isinstance(mirrored, bool)
    return CameraChoice(camera, mirrored) if valid else CameraChoice()


def save_choice(folder: Path, choice: CameraChoice) -> None:
    """A folder that cannot be written loses the choice with the program's end, and nothing else."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f"{FILE_NAME}.new"
        unfinished.write_text(json.dumps(asdict(choice), ensure_ascii=False) + "\n", encoding="utf-8")
        unfinished.replace(folder / FILE_NAME)


def camera_source(settings: Settings, choice: CameraChoice) -> str:
    """What the reader is to open."""
    return settings.readers.camera if is_set_by_settings(settings) else choice.camera


def is_set_by_settings(settings: Settings) -> bool:
    return settings.readers.camera.strip().lower() != AUTO
