"""Drawn pictures of nobody: a head before a plain wall, a card on a table."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[Any]

WALL, SKIN, SHIRT = (190, 185, 180), (120, 150, 205), (90, 60, 40)  # BGR


def portrait(across: float = 0.5, size: float = 1.0, columns: int = 1920, rows: int = 1080) -> Image:
    """`across`: where the head is, of the picture's width; `size` of the head, 1 fills the guide's oval."""
    picture = np.full((rows, columns, 3), WALL, np.uint8)
    x, y = round(columns * across), round(rows * 0.42)
    axes = (round(rows * 0.16 * size), round(rows * 0.21 * size))
    cv2.ellipse(picture, (x, rows + axes[1] // 2), (axes[0] * 2, axes[1] * 2), 0, 0, 360, SHIRT, -1)
    cv2.ellipse(picture, (x, y), axes, 0, 0, 360, SKIN, -1)
    cv2.ellipse(picture, (x, y - axes[1] // 2), (axes[0], axes[1] // 2), 0, 180, 360, (30, 30, 30), -1)
    for side in (-1, 1):
        cv2.circle(picture, (x + side * axes[0] // 3, y), max(axes[0] // 10, 2), (30, 30, 30), -1)
    return _noisy(picture, 8)


def card(glare: bool = False, shift: int = 0, ratio: float = 1.586, angle: float = 3.0) -> Image:
    """On a dark table. `shift` moves it to the right, out of the picture in the end."""
    columns, rows, width = 1920, 1080, 1300
    height = round(width / ratio)
    face = np.full((height, width, 3), (200, 215, 190), np.uint8)
    for line in range(6):
        cv2.putText(face, "TRAINING 0990 0000 0101", (420, 120 + line * 90), 0, 1.4, (60, 40, 40), 3)
    cv2.rectangle(face, (50, 200), (330, 600), (150, 160, 200), -1)
    if glare:
        cv2.ellipse(face, (800, 400), (160, 90), 20, 0, 360, (255, 255, 255), -1)
    table = np.full((rows, columns, 3), (60, 50, 45), np.uint8)
    left, top = (columns - width) // 2 + shift, (rows - height) // 2
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turn[:, 2] += (left, top)
    cv2.warpAffine(face, turn, (columns, rows), dst=table, borderMode=cv2.BORDER_TRANSPARENT)
    return _noisy(table, 2)


def _noisy(picture: Image, most: int) -> Image:
    """As a camera's picture is; one patch of noise over and over."""
    rows, columns = picture.shape[:2]
    patch = np.random.default_rng(1).integers(0, most + 1, (120, 120, 3), dtype=np.uint8)
    noise = np.tile(patch, (rows // 120 + 1, columns // 120 + 1, 1))[:rows, :columns]
    return np.asarray(cv2.add(picture, noise), dtype=np.uint8)
