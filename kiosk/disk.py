"""How much room is left where the kiosk writes."""

from __future__ import annotations

import shutil
from pathlib import Path

LEAST_FREE_BYTES = 1_000_000_000
"""Records, backups and the write-ahead log of years take less; below it a system begins to fail elsewhere."""


def existing(folder: Path) -> Path:
    """`folder`, or the nearest one above it that is there. Raises OSError where looking is not permitted."""
    for place in (folder, *folder.absolute().parents):
        try:
            place.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        return place
    return folder


def free_bytes(folder: Path) -> int:
    """On the disk that `folder` lies on, or will. Raises OSError; ValueError for a NUL in a path."""
    return shutil.disk_usage(existing(folder)).free


def in_units(count: int, language: str = "en") -> str:
    """``78.9 GB``; in Vietnamese ``78,9 GB``."""
    if language == "vi":
        return in_units(count).replace(".", ",")
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
