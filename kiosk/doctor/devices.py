"""The readers and the decoders."""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Iterator
from typing import Any

from kiosk.doctor.finding import Finding, bad, good
from kiosk.settings import Settings

CAMERA_SECONDS = 3.0
"""A camera may take so long to find its exposure; a picture that stays dark is told as black."""

# --- camera


def camera(settings: Settings) -> Iterator[Finding]:
    """Open the source that the settings name and look at its first pictures."""
    from kiosk.readers.camera_devices import list_cameras
    from kiosk.readers.video import Source, SourceKind, Video, open_video

    source = Source.parse(settings.readers.camera)
    if source.kind is SourceKind.OFF:
        yield good("camera", "camera_off")
        return
    listed = list_cameras() if source.is_device else ()
    names = "; ".join(f"{each.name} ({each.index})" for each in listed) or "–"
    opened = open_video(source)
    if isinstance(opened, Video):
        try:
            yield _picture(opened, names, may_be_dark=source.is_file)
        finally:
            opened.close()
    elif source.kind is SourceKind.AUTO and opened == "absent" and not listed:
        yield good("camera", "camera_none")
    elif source.is_device:
        where = "linux" if sys.platform == "linux" else "other"
        advice = f"advice_camera_{opened}" + (f"_{where}" if opened == "not_permitted" else "")
        yield bad("camera", f"camera_{opened}", advice, setting=settings.readers.camera, names=names)
    else:
        kind = "file" if source.is_file else "stream"
        setting = settings.readers.camera if source.is_file else without_account(settings.readers.camera)
        yield bad("camera", f"camera_{kind}_closed", f"advice_camera_{kind}", setting=setting)


def _picture(video: Any, names: str, *, may_be_dark: bool) -> Finding:
    from kiosk.readers.darkness import is_dark

    deadline = time.monotonic() + CAMERA_SECONDS
    frame = video.read()
    while frame is not None and not may_be_dark and is_dark(frame) and time.monotonic() < deadline:
        frame = video.read() or frame
    if frame is None:
        return bad("camera", "camera_silent", "advice_camera_silent", name=video.name)
    values = {"name": video.name, "size": f"{frame.shape[1]}×{frame.shape[0]}", "names": names}
    if not may_be_dark and is_dark(frame):
        return bad("camera", "camera_black", "advice_camera_black", **values)
    return good("camera", "camera_fine", **values)


def without_account(address: str) -> str:
    """An address as it may be shown: what stands before an ``@`` is an account."""
    scheme, mark, rest = address.partition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}".partition("?")[0]


# --- scanner


def scanner(settings: Settings) -> Iterator[Finding]:
    """Whether the serial port can be opened. A scanner in keyboard mode cannot be seen from here."""
    from serial.tools import list_ports

    from kiosk.readers.serial_port import find_scanner

    setting = settings.readers.serial_port
    if setting == "off":
        yield good("scanner", "scanner_off")
        return
    ports = sorted(list_ports.comports(), key=lambda each: str(each.device))
    names = "; ".join(_port_name(each) for each in ports if each.vid is not None) or "–"
    port = find_scanner() if setting == "auto" else setting
    if port is None:
        yield good("scanner", "scanner_none", names=names)
        return
    trouble = _open_and_close(port)
    if trouble is None:
        yield good("scanner", "scanner_fine", port=port, names=names)
        return
    advice = f"advice_scanner_{trouble}"
    if trouble == "not_permitted":
        advice += "_linux" if sys.platform == "linux" else "_other"
    yield bad("scanner", f"scanner_{trouble}", advice, port=port, names=names)


def _port_name(port: Any) -> str:
    words = [str(each) for each in (port.manufacturer, port.product) if each] or [str(port.description or "")]
    return f"{port.device} ({' '.join(words)}, {port.vid:04X}:{port.pid or 0:04X})"


def _open_and_close(port: str) -> str | None:
    """What keeps the port closed; None when it opens."""
    import serial

    try:
        serial.Serial(port, timeout=0).close()
    except (OSError, ValueError) as error:  # pyserial's own error is an OSError, on Windows without a number
        number, words = getattr(error, "errno", None), str(error)
        if number == errno.EBUSY or (sys.platform == "win32" and "PermissionError" in words):
            return "busy"  # Windows calls a port that another program holds "access denied"
        if number in {errno.EACCES, errno.EPERM}:
            return "not_permitted"
        if number in {errno.ENOENT, errno.ENODEV, errno.ENXIO} or "FileNotFoundError" in words:
            return "absent"
        return "unusable"
    return None


# --- decoder


def decoder(settings: Settings) -> Iterator[Finding]:
    """Which of the engines that the settings name can run here."""
    from kiosk.readers.engines import available_engines

    states = {state.name: state for state in available_engines()}
    wanted = [states[name] for name in settings.readers.engines if name in states]
    running = [f"{state.name} {state.detail}" for state in wanted if state.available]
    missing = [state.name for state in wanted if not state.available]
    values = {"running": ", ".join(running) or "–", "missing": ", ".join(missing)}
    if not missing:
        yield good("decoder", "decoder_fine", **values)
    else:
        advice = "advice_zbar_linux" if missing == ["zbar"] and sys.platform == "linux" else "advice_decoder"
        yield bad("decoder", "decoder_missing", advice, **values)
