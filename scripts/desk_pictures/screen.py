"""An X server with a window manager, and looking at what it shows. Wants Xvfb, openbox and xdotool."""

# ruff: noqa: S603 - it runs programs of the system
from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

PATIENCE = 60.0
"""Seconds after which what should come is said not to come."""

SETTLED_SECONDS = 0.3
TOOLS = ("Xvfb", "openbox", "xdotool")
Picture = NDArray[np.uint8]  # BGR


def missing_tools() -> list[str]:
    return [tool for tool in TOOLS if shutil.which(tool) is None]


@dataclass(frozen=True)
class Screen:
    """A screen nobody sits at. `environment` is for the programs on it."""

    environment: Mapping[str, str]
    frame_file: Path

    def look(self) -> Picture:
        """As it is now. The file is an X window dump (XWD): 32-bit header words, then the pixels as BGRX."""
        dump = self.frame_file.read_bytes()
        header = np.frombuffer(dump[:100], ">u4")
        size, width, height, line_bytes, colours = (int(header[place]) for place in (0, 4, 5, 12, 19))
        start = size + colours * 12
        pixels = np.frombuffer(dump, np.uint8, count=height * line_bytes, offset=start)
        return np.ascontiguousarray(pixels.reshape(height, line_bytes // 4, 4)[:, :width, :3])

    def look_when_settled(self) -> Picture:
        """Once everything has been drawn: when two looks are the same."""
        end = time.monotonic() + PATIENCE
        before = self.look()
        while time.monotonic() < end:
            time.sleep(SETTLED_SECONDS)
            picture = self.look()
            drawn = np.count_nonzero(picture) > picture.size // 2  # black: no window yet
            if drawn and np.array_equal(before, picture):
                return picture
            before = picture
        return before


def save(picture: Picture, path: Path, *, most_bytes: int | None = None) -> None:
    """As PNG, pressed hardest where there is a limit. Raises RuntimeError where it could not be kept."""
    pressed = 9 if most_bytes is not None else 3
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, pressed]):
        raise RuntimeError(f"{path} could not be saved")
    if most_bytes is not None and path.stat().st_size > most_bytes:
        raise RuntimeError(f"{path} has {path.stat().st_size} bytes, more than {most_bytes}")


@contextmanager
def x_server(scratch: Path, size: tuple[int, int] = (1366, 768)) -> Iterator[Screen]:
    """A screen of that many pixels with openbox."""
    read_end, write_end = os.pipe()
    command = ["Xvfb", "-displayfd", str(write_end), "-fbdir", str(scratch), "-nolisten", "tcp", "-noreset"]
    command += ["-screen", "0", f"{size[0]}x{size[1]}x24"]
    with ExitStack() as stack:
        stack.enter_context(_running(command, os.environ, pass_fds=[write_end]))
        os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        hidden = ("KIOSK_", "QT_", "WAYLAND_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        environment |= {"DISPLAY": f":{number}", "HOME": str(scratch), "XDG_CONFIG_HOME": str(scratch)}
        stack.enter_context(_running(["openbox", "--sm-disable"], environment))
        _wait_for_manager(environment)
        out_of_the_way = ["xdotool", "mousemove", str(size[0]), str(size[1])]
        subprocess.run(out_of_the_way, env=environment, check=True, timeout=PATIENCE)
        yield Screen(environment, scratch / "Xvfb_screen0")


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str], pass_fds: Sequence[int] = ()
) -> Iterator[None]:
    none = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=environment, pass_fds=pass_fds, stdin=none, stdout=none, stderr=none
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def _wait_for_manager(environment: Mapping[str, str]) -> None:
    """Only a running window manager says how many desktops there are."""
    end = time.monotonic() + PATIENCE
    asking = ["xdotool", "get_num_desktops"]
    while subprocess.run(asking, env=environment, capture_output=True, check=False).returncode:
        if time.monotonic() > end:
            raise RuntimeError("the window manager did not come up")
        time.sleep(0.05)
