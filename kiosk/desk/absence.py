"""Whether there is anything that could read a code, and if not, why. Pure.

A keyboard scanner cannot be seen before it scans. Where the camera was turned off by hand, somebody decided
for another reader, most likely a keyboard scanner; where the desk was told to look for readers itself and
finds none, patients have to be typed.
"""

from __future__ import annotations

SETTLE_SECONDS = 1.5
"""A reader must be gone this long: one that is plugged in again at once is not worth a form."""

_GONE_CAMERA = frozenset({"no_camera", "missing", "busy", "not_permitted", "lost", "no_file", "stopped"})
_GONE_SERIAL = frozenset({"off", "no_scanner", "missing", "lost", "stopped"})


def why_nothing_reads(
    *, camera_set: str, serial_set: str, camera: str, serial: str, wedge_seen: bool
) -> str | None:
    """``no_reader`` or ``reader_lost``; None while something reads, may read, or was not to be looked for.

    `camera_set` and `serial_set` are the settings, `camera` and `serial` the states of the readers.
    """
    if wedge_seen or serial not in _GONE_SERIAL:
        return None
    looked_for = camera_set != "off" or serial_set not in {"off", "auto"}
    if camera_set != "off" and camera not in _GONE_CAMERA:
        return None
    if serial == "lost" or (camera_set != "off" and camera == "lost"):
        return "reader_lost"
    return "no_reader" if looked_for else None
