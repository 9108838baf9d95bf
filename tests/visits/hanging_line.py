"""A line to a server that can fall silent: it takes every byte, hands on none, and says nothing."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """A TCP proxy on 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._passes = True
        self._drop_answers_to = b""
        self._others: dict[socket.socket, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="line")

    def fall_silent(self) -> None:
        self._passes = False

    def speak_again(self) -> None:
        """For new connections; the old ones stay lost."""
        self._passes = True

    def cut_after(self, words: bytes) -> None:
        """Hand these words on to the server, then cut that connection before an answer comes back."""
        self._drop_answers_to = words

    def _work(self) -> None:
        silent: set[socket.socket] = set()
        while not self._ended.is_set():
            for key, _ in self._selector.select(0.02):
                sender = key.fileobj
                assert isinstance(sender, socket.socket)
                if sender is self._listening:
                    self._accept()
                    continue
                if sender not in self._others:  # dropped a moment ago
                    continue
                try:
                    data = sender.recv(65536)
                except OSError:
                    data = b""
                if not data:
                    self._drop(sender)
                    continue
                if not self._passes:
                    silent.add(sender)
                if sender in silent:
                    continue
                self._pass_on(sender, data)

    def _pass_on(self, sender: socket.socket, data: bytes) -> None:
        other = self._others[sender]
        with suppress(OSError):
            other.sendall(data)
        if self._drop_answers_to and self._drop_answers_to in data:
            self._drop_answers_to = b""
            other.settimeout(5)
            with suppress(OSError):
                other.recv(65536)  # the server has done what it was told
            self._drop(sender)

    def _accept(self) -> None:
        near, _ = self._listening.accept()
        try:
            far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:
            near.close()
            return
        self._others |= {near: far, far: near}
        for end in (near, far):
            self._selector.register(end, selectors.EVENT_READ)

    def _drop(self, end: socket.socket) -> None:
        for each in (end, self._others.pop(end)):
            self._others.pop(each, None)
            self._selector.unregister(each)
            each.close()

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        while self._others:
            self._drop(next(iter(self._others)))
        self._selector.close()
        self._listening.close()


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    line = Line(port)
    line.start()
    try:
        yield line
    finally:
        line.close()
