"""The errors of the kiosk, documented first.

::

    KioskError                 anything a person, device, file or network did; shown as one clear line
    ├── SettingsError          a setting is unknown, of the wrong type or impossible; the start stops
    ├── UsageError             a command was called with words or values that mean nothing
    ├── CardParseError         a text is not a card, or too damaged to be one
    ├── ImageError             a picture cannot be read, or holds no code
    ├── RecordsError           the visit records cannot be opened, read or written
    └── PrinterError           a ticket could not be printed; the visit is recorded all the same

What the *gateway* does wrong is not an exception: it is an answer with a failure in it
(``kiosk.gateway.Answer``), because the patient is received all the same.

Every error has a stable ``code`` (snake case), the ``values`` its text for people is filled with
(``config/texts/errors.toml``), ``notices`` that explain it where there are any, and a ``detail`` for
technicians, which never holds a secret or a full card number. Any other exception is a fault of the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.card.model import Notice


class KioskError(Exception):
    """Base of all errors that are shown to people instead of a traceback."""

    def __init__(
        self, code: str, detail: str = "", /, notices: tuple[Notice, ...] = (), **values: str
    ) -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail
        self.notices = notices
        self.values: Mapping[str, str] = values


class SettingsError(KioskError):
    """A setting stops the start; ``values`` name file, key, value and what is allowed."""


class UsageError(KioskError):
    """Bad input to a command; nothing was recorded."""


class CardParseError(KioskError):
    """The one error that parsing a card raises."""


class ImageError(KioskError):
    """A picture cannot be opened or decoded."""


class RecordsError(KioskError):
    """The records cannot be opened, read or written; the text says what to do."""


class PrinterError(KioskError):
    """A ticket could not be printed; ``values`` name the ``place`` of the printer."""
