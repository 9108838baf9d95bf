"""Three short sounds that cannot be taken for each other, made here and played by what the system has.

Told apart by rhythm and direction, not only by pitch: old ears lose the high tones first. Good rises in two
notes, attention repeats one note three times, refused is one long low note.
"""

from __future__ import annotations

import io
import math
import subprocess
import sys
import wave
from array import array
from enum import StrEnum
from functools import cache
from pathlib import Path

RATE = 22_050  # samples a second
LOUDNESS = 0.35  # of the most there is
EDGE_SECONDS = 0.008
"""A note swells and fades this long; cut off at once it would click."""

PLAYING_SECONDS = 5.0
"""A player that has not ended by then is ended: a sound server may hang."""


class Sound(StrEnum):
    GOOD = "good"
    ATTENTION = "attention"
    REFUSED = "refused"


NOTES: dict[Sound, tuple[tuple[float, float], ...]] = {
    Sound.GOOD: ((660, 0.11), (990, 0.17)),
    Sound.ATTENTION: ((740, 0.09), (0, 0.07), (740, 0.09), (0, 0.07), (740, 0.09)),
    Sound.REFUSED: ((260, 0.5),),
}
"""Hertz (0: silence) and seconds."""


@cache
def wave_of(sound: Sound) -> bytes:
    """A WAV file: 16 bits, one channel."""
    samples = array("h")
    for hertz, seconds in NOTES[sound]:
        samples.extend(_note(hertz, seconds))
    if sys.byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes(samples.tobytes())
    return file.getvalue()


def _note(hertz: float, seconds: float) -> list[int]:
    count = round(seconds * RATE)
    edge = EDGE_SECONDS * RATE
    loudest = LOUDNESS * 32_767 if hertz else 0.0
    return [
        round(
            loudest
            * min(place / edge, (count - place) / edge, 1.0)
            * math.sin(math.tau * hertz * place / RATE)
        )
        for place in range(count)
    ]


def play(sound: Sound, by: str, folder: Path) -> bool:
    """Play it to its end, and say whether that went well. The file for a program lies in `folder`."""
    try:
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(wave_of(sound), winsound.SND_MEMORY)
            return True
        ended = subprocess.run(  # noqa: S603 - a player found on PATH, with a file of our own
            [by, str(_file(sound, folder))],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PLAYING_SECONDS,
            check=False,
        )
    except (OSError, RuntimeError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def _file(sound: Sound, folder: Path) -> Path:
    file = folder / f"{sound}.wav"
    content = wave_of(sound)
    if not file.is_file() or file.stat().st_size != len(content):
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return file
