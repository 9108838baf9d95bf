"""The serial scanner's side of the desk: its callbacks come from a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from kiosk.desk.work import Mailbox


class SerialScanner(Protocol):
    def start(self) -> None: ...

    def stop(self, timeout: float = ...) -> bool: ...


class SerialFactory(Protocol):
    """Makes a reader of a serial scanner; the callbacks come from its own thread."""

    def __call__(
        self, *, on_text: Callable[[str], None], on_state: Callable[[Any, str], None]
    ) -> SerialScanner: ...


class SerialDesk:
    """`on_text` and `on_state` are called in the window's thread."""

    def __init__(
        self,
        factory: SerialFactory | None,
        mailbox: Mailbox,
        *,
        on_text: Callable[[str], None],
        on_state: Callable[[str], None],
    ) -> None:
        self._factory, self._mailbox = factory, mailbox
        self._on_text, self._on_state = on_text, on_state
        self._scanner: SerialScanner | None = None

    def start(self) -> None:
        if self._factory is None:
            return
        self._scanner = self._factory(
            on_text=lambda text: self._mailbox.post(lambda: self._on_text(text)),
            on_state=lambda state, _port: self._mailbox.post(lambda: self._on_state(str(state))),
        )
        self._scanner.start()

    def stop(self, timeout: float) -> None:
        if self._scanner is not None:
            self._scanner.stop(timeout)
