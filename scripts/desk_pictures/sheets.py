"""Contact sheets: several pictures on one, each under its name, to look through quickly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from desk_pictures.screen import Picture

COLUMNS, ROWS = 2, 2
WIDTH = 900
LABEL_HEIGHT = 26
_GREY, _BLACK = 225, (0, 0, 0)


def write_sheets(pictures: Sequence[Path], folder: Path) -> list[Path]:
    """`pictures` are all of one size. The sheets are numbered in their order."""
    on_one = COLUMNS * ROWS
    written = []
    for start in range(0, len(pictures), on_one):
        path = folder / f"sheet-{start // on_one + 1:02}.png"
        cv2.imwrite(str(path), _sheet(pictures[start : start + on_one]))
        written.append(path)
    return written


def _sheet(pictures: Sequence[Path]) -> Picture:
    tiles = [_tile(path) for path in pictures]
    tiles += [np.full_like(tiles[0], _GREY)] * (-len(tiles) % COLUMNS)
    rows = [np.hstack(tiles[start : start + COLUMNS]) for start in range(0, len(tiles), COLUMNS)]
    return np.vstack(rows)


def _tile(path: Path) -> Picture:
    picture = cv2.imread(str(path))
    if picture is None:
        raise RuntimeError(f"{path} could not be read")
    height = round(picture.shape[0] * WIDTH / picture.shape[1])
    small = cv2.resize(picture, (WIDTH, height), interpolation=cv2.INTER_AREA)
    tile = np.full((height + LABEL_HEIGHT + 4, WIDTH + 4, 3), _GREY, np.uint8)
    tile[LABEL_HEIGHT : LABEL_HEIGHT + height, :WIDTH] = small
    cv2.putText(
        tile, path.stem, (6, LABEL_HEIGHT - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.55, _BLACK, 1, cv2.LINE_AA
    )
    return tile
