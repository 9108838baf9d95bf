"""The ways to a receipt printer: network, serial port, a device or share that takes bytes.

Every way gives up after a while and says why in a PrinterError; nothing else gets out.
"""

from __future__ import annotations

import errno
import os
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from kiosk.errors import PrinterError
from kiosk.tickets.escpos import is_answer

CONNECT_SECONDS = 4.0
SEND_SECONDS = 12.0
"""How long a printer may take nothing. A ticket is printed in two seconds; a queue of them in a few more."""

ANSWER_SECONDS = 0.5
"""How long an answer is waited for; many printers never give one."""

FINISH_SECONDS = 1.0
_SEND_BUFFER = 8192
"""Small, so that what was sent has nearly reached the printer."""


@dataclass(frozen=True, slots=True)
class TcpAddress:
    host: str
    port: int

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class SerialAddress:
    port: str
    baud: int

    @property
    def place(self) -> str:
        return self.port


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    """Something with a path that takes bytes: ``/dev/usb/lp0``, ``\\\\PC\\printer``."""

    path: str

    @property
    def place(self) -> str:
        return self.path


Address = TcpAddress | SerialAddress | DeviceAddress


class Channel(ABC):
    """An open way to a printer."""

    place: str

    @abstractmethod
    def send(self, data: bytes) -> None:
        """All of `data`. Raises PrinterError."""

    def ask(self, command: bytes) -> int | None:
        """The printer's answer to a DLE EOT command; None when it gives none."""
        del command
        return None

    def finish(self) -> None:  # noqa: B027  most ways show nothing more
        """Wait until what was sent is taken, as far as this can be seen."""

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_channel(address: Address) -> Channel:
    """Raises PrinterError."""
    match address:
        case TcpAddress():
            return TcpChannel(address)
        case SerialAddress():
            return SerialChannel(address)
        case DeviceAddress():
            return DeviceChannel(address)


class TcpChannel(Channel):
    def __init__(self, address: TcpAddress) -> None:
        self.place = address.place
        try:
            self._socket = socket.create_connection((address.host, address.port), CONNECT_SECONDS)
        except ConnectionRefusedError:
            raise PrinterError("printer_refused", place=self.place) from None
        except OSError:  # also a name nobody knows, and a time-out
            raise PrinterError("printer_unreachable", place=self.place) from None
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)

    def send(self, data: bytes) -> None:
        with self._told():
            self._socket.settimeout(SEND_SECONDS)
            self._socket.sendall(data)

    def ask(self, command: bytes) -> int | None:
        with self._told():
            self._read(0.0)
            self.send(command)
            return self._read(ANSWER_SECONDS)

    def finish(self) -> None:
        """Say that no more comes, and hear whether the printer hung up in the middle."""
        with self._told(), suppress(TimeoutError):
            self._socket.shutdown(socket.SHUT_WR)
            self._socket.settimeout(FINISH_SECONDS)
            while self._socket.recv(256):
                pass

    def _read(self, seconds: float) -> int | None:
        """The last answer among what comes within `seconds`; an end is no answer."""
        try:
            self._socket.settimeout(seconds)
            answers = [byte for byte in self._socket.recv(256) if is_answer(byte)]
        except (TimeoutError, BlockingIOError):
            return None
        return answers[-1] if answers else None

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            raise PrinterError("printer_silent", place=self.place) from None
        except OSError:
            raise PrinterError("printer_cut", place=self.place) from None

    def close(self) -> None:
        self._socket.close()


class SerialChannel(Channel):
    def __init__(self, address: SerialAddress) -> None:
        import serial

        self.place = address.place
        self._baud = address.baud
        try:
            self._port: Any = serial.Serial(address.port, address.baud, timeout=ANSWER_SECONDS)
        except (OSError, ValueError) as error:  # pyserial's own error is an OSError
            raise _about(error, self.place) from None

    def send(self, data: bytes) -> None:
        import serial

        try:
            self._port.write_timeout = SEND_SECONDS + 10 * len(data) / self._baud
            self._port.write(data)
            self._port.flush()
        except serial.SerialTimeoutException:
            raise PrinterError("printer_silent", place=self.place) from None
        except OSError as error:
            raise _about(error, self.place) from None

    def ask(self, command: bytes) -> int | None:
        self.send(command)
        try:
            found = self._port.read(1)
        except OSError as error:
            raise _about(error, self.place) from None
        return found[0] if found and is_answer(found[0]) else None

    def close(self) -> None:
        with suppress(OSError):
            self._port.close()


class DeviceChannel(Channel):
    """Never creates a file: a device that is not there is told, and not replaced by a file of that name."""

    def __init__(self, address: DeviceAddress) -> None:
        self.place = address.path
        flags = os.O_WRONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            self._file = os.open(address.path, flags | getattr(os, "O_NOCTTY", 0))
        except OSError as error:
            raise _about(error, self.place) from None

    def send(self, data: bytes) -> None:
        left, deadline = memoryview(data), time.monotonic() + SEND_SECONDS
        try:
            while left:
                self._wait_until_it_takes(deadline)
                with suppress(BlockingIOError):
                    left = left[os.write(self._file, left) :]
        except OSError as error:
            raise _about(error, self.place) from None

    def _wait_until_it_takes(self, deadline: float) -> None:
        if os.name == "nt":
            return  # nothing to wait on there; the write itself waits, in a thread nobody waits for
        import select

        if not select.select([], [self._file], [], max(deadline - time.monotonic(), 0.0))[1]:
            raise PrinterError("printer_silent", place=self.place)

    def close(self) -> None:
        with suppress(OSError):
            os.close(self._file)


_CODES = {
    errno.ENOENT: "printer_absent",
    errno.ENODEV: "printer_absent",
    errno.ENXIO: "printer_absent",
    errno.EACCES: "printer_not_permitted",
    errno.EPERM: "printer_not_permitted",
    errno.EBUSY: "printer_busy",
    errno.ENOSPC: "printer_no_room",
}


def _about(error: OSError | ValueError, place: str) -> PrinterError:
    code = _CODES.get(getattr(error, "errno", None) or 0)
    if code is None:  # on Windows pyserial tells it in words only
        words = str(error)
        code = (
            "printer_absent"
            if "FileNotFoundError" in words
            else "printer_busy"
            if "PermissionError" in words
            else "printer_cut"
        )
    return PrinterError(code, place=place)
