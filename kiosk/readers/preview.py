"""A frame made small for showing, in the camera's thread, so that the window only has to draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.readers import opencv

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Frame = NDArray[Any]


def fitted(frame: Frame, width: int, height: int, *, mirrored: bool) -> Frame:
    """`frame` (BGR) as large as `width` x `height` allows, as BGRA: Qt draws that without converting it.

    OpenCV lets other threads run meanwhile; Qt's own scaling would hold the window up.
    """
    cv2 = opencv.load()
    rows, columns = frame.shape[:2]
    factor = min(width / columns, height / rows)
    size = (max(round(columns * factor), 1), max(round(rows * factor), 1))
    while factor <= 0.5:  # halving is cheap and smooth; area means of an odd share take ten times as long
        frame = cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        factor *= 2
    small = cv2.resize(frame, size, interpolation=cv2.INTER_LINEAR)
    if mirrored:
        small = cv2.flip(small, 1)
    shown: Frame = cv2.cvtColor(small, cv2.COLOR_BGR2BGRA)
    return shown
