"""A receipt printer of the tests' own: listens on 127.0.0.1, understands ESC/POS and keeps what it printed.

It knows exactly the commands a ticket needs; anything else is an `AssertionError` in `problems`.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping
from typing import Self

from kiosk.tickets.bitmap import Bitmap

FINE: Mapping[int, int] = {2: 0x12, 4: 0x12}
"""Answers to DLE EOT 2 and 4 of a printer that is well."""

NO_PAPER: Mapping[int, int] = {2: 0x32, 4: 0x72}
COVER_OPEN: Mapping[int, int] = {2: 0x16, 4: 0x12}


class Reader:
    """Reads ESC/POS as it arrives. `slips` are the bitmaps that were cut off."""

    def __init__(self) -> None:
        self.slips: list[Bitmap] = []
        self.asked: list[int] = []
        self._bytes = bytearray()
        self._width = 0
        self._rows = bytearray()

    @property
    def unfinished(self) -> bool:
        return bool(self._rows or self._bytes)

    def feed(self, data: bytes) -> None:
        self._bytes += data
        while (used := self._command()) > 0:
            del self._bytes[:used]

    def _command(self) -> int:
        """Carry out the first command; its length, or 0 while it is not whole."""
        data = self._bytes
        if data[:2] == b"\x1b@":
            return 2
        if data[:2] == b"\x10\x04" and len(data) >= 3:
            self.asked.append(data[2])
            return 3
        if data[:2] == b"\x1bd" and len(data) >= 3:
            return 3
        if data[:3] == b"\x1dVB" and len(data) >= 4:
            wide = (self._width + 7) // 8
            self.slips.append(Bitmap(self._width, len(self._rows) // wide, bytes(self._rows)))
            self._rows.clear()
            return 4
        if data[:4] == b"\x1dv0\x00" and len(data) >= 8:
            wide, rows = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
            if len(data) < 8 + wide * rows:
                return 0
            self._width = wide * 8
            self._rows += data[8 : 8 + wide * rows]
            return 8 + wide * rows
        starts = (b"\x1b@", b"\x10\x04\x00", b"\x1bd\x00", b"\x1dVB\x00", b"\x1dv0\x00____")
        assert any(start.startswith(bytes(data[: len(start)])[:2]) or not data for start in starts), data[:8]
        return 0


class ReceiptPrinter:
    """`answers`: what it says to DLE EOT (none: nothing); `after`: what it says once it has cut a slip.

    `hangs_up_after` so many bytes; with `reads` false it takes nothing at all.
    """

    def __init__(
        self,
        answers: Mapping[int, int] | None = None,
        *,
        after: Mapping[int, int] | None = None,
        hangs_up_after: int | None = None,
        reads: bool = True,
    ) -> None:
        self.reader = Reader()
        self.received = bytearray()
        self.problems: list[BaseException] = []
        self._answers, self._after = answers or {}, after
        self._hangs_up_after, self._reads = hangs_up_after, reads
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        self._stopped = threading.Event()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def setting(self) -> str:
        return f"escpos:tcp://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def slips(self) -> list[Bitmap]:
        return self.reader.slips

    def wait_for(self, count: int, seconds: float = 20.0) -> list[Bitmap]:
        """The slips, once there are `count` of them."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.slips) >= count, seconds), "the slip never came"
        return self.slips

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):  # wakes a thread that waits in accept
            socket.create_connection(self._listener.getsockname(), 1).close()
        self._thread.join(10)
        self._listener.close()
        assert self.problems == []

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                if self._stopped.is_set():
                    return
                if not self._reads:
                    self._stopped.wait()
                    return
                try:
                    self._listen_to(connection)
                except AssertionError as problem:
                    self.problems.append(problem)

    def _listen_to(self, connection: socket.socket) -> None:
        connection.settimeout(0.05)
        while not self._stopped.is_set():
            try:
                data = connection.recv(1024)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            self.received += data
            if self._hangs_up_after is not None and len(self.received) >= self._hangs_up_after:
                return
            asked = len(self.reader.asked)
            with self._changed:
                self.reader.feed(data)
                self._changed.notify_all()
            answers = self._after if self.slips and self._after is not None else self._answers
            for command in self.reader.asked[asked:]:
                if command in answers:
                    connection.sendall(bytes([answers[command]]))
