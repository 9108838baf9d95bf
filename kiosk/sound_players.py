"""What plays a sound on this computer."""

from __future__ import annotations

import shutil
import sys

PLAYERS = ("pw-play", "paplay", "aplay")


def player() -> str | None:
    """``winsound``, the path of a program, or None."""
    if sys.platform == "win32":
        return "winsound"
    return next((found for name in PLAYERS if (found := shutil.which(name))), None)
