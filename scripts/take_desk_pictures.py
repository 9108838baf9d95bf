"""Take pictures of the desk, from the real window in training mode.

::

    python scripts/take_desk_pictures.py                   those of the guide, into docs/pictures
    python scripts/take_desk_pictures.py --all [FOLDER]    every state in both languages, sizes and scales
    python scripts/take_desk_pictures.py --all --only verdict --language vi --size 1366x768 --scale 150

On X servers of its own; wants Xvfb, openbox and xdotool, as ``./run test`` installs them. The patients are
the training gateway's; only dates and times are the moment's. ``--all`` writes about 450 MB into
docs/pictures/all, which git ignores, with contact sheets to look through, and ends with 1 when a state did
not come up. Nine sets of about three minutes each; as many side by side as ``--jobs`` says.
"""

# ruff: noqa: INP001 - a script, not a package
from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from desk_pictures.every_state import LANGUAGES, SCALES, SIZES, THEMES, Wanted, take_every_state
from desk_pictures.guide import FOLDER, take_guide
from desk_pictures.register import take_register
from desk_pictures.screen import missing_tools


def main() -> int:
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves no desk and no X server behind
    missing = missing_tools()
    if missing:
        print(f"Install {', '.join(missing)} first; ./run test does it.", file=sys.stderr)
        return 2
    if asked.all is None:
        take_guide()
        take_register()
        return 0
    wanted = Wanted(
        only=asked.only,
        languages=(asked.language,) if asked.language else LANGUAGES,
        sizes=(asked.size,) if asked.size else tuple(SIZES),
        scales=(asked.scale,) if asked.scale else SCALES,
        themes=(asked.theme,) if asked.theme else (),
    )
    return take_every_state(asked.all, wanted, asked.jobs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Take pictures of the desk's window.")
    parser.add_argument("--all", nargs="?", type=Path, const=FOLDER / "all", metavar="FOLDER")
    parser.add_argument("--only", default="", metavar="WORD", help="only scenes with this in their name")
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument("--size", choices=SIZES)
    parser.add_argument("--scale", type=int, choices=SCALES, help="percent")
    parser.add_argument("--theme", choices=THEMES, help="else light, and dark in the first set")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="sets taken side by side")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
