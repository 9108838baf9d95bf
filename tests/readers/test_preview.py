"""A frame made ready for the window."""

from __future__ import annotations

import numpy as np
import pytest
from reader_samples import on_desk

from kiosk.readers.preview import fitted


@pytest.mark.parametrize(
    ("room", "size"), [((500, 500), (281, 500)), ((2000, 300), (300, 533)), ((1, 1), (1, 1))]
)
def test_a_frame_keeps_its_shape_in_any_room(room: tuple[int, int], size: tuple[int, int]) -> None:
    assert fitted(on_desk(), *room, mirrored=False).shape == (*size, 4)


def test_a_mirrored_picture_moves_with_the_hand() -> None:
    frame = np.zeros((72, 128, 3), np.uint8)
    frame[:, :10] = 255
    assert fitted(frame, 128, 72, mirrored=True)[0, -1].tolist() == [255, 255, 255, 255]
    assert fitted(frame, 128, 72, mirrored=False)[0, -1].tolist() == [0, 0, 0, 255]
