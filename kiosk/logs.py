"""The log: lines on standard error, without secrets and without a person's numbers.

One filter masks everything that is written, the program's own lines and those of libraries alike.
"""

from __future__ import annotations

import logging
import re
import sys

_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[A-Za-z]{2}[0-9])?[0-9]{5,}(?![0-9A-Za-z])")
_QUERY_SECRET = re.compile(
    r"\b(token|id_token|password|username|passwordHash|accessToken|tokenId)=[^&\s\"']+", re.IGNORECASE
)
_ADDRESS_SECRET = re.compile(r"(://[^\s:/@]*):[^@\n]{1,200}@")  # the password in a database's address
_HASH = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32}(?![0-9A-Za-z])")


def mask_number(number: str | None) -> str:
    """A number for lists and logs: its last four places, the rest as dots; ``–`` for none."""
    if not number:
        return "–"
    return "•" * max(len(number) - 4, 0) + number[-4:]


def shown_number(number: str | None) -> str:
    """``DN4 •••• •••• 0001``: what a colleague may see over the shoulder. ``–`` for none."""
    if not number:
        return "–"
    if len(number) == 15:
        return f"{number[:3]} •••• •••• {number[-4:]}"
    return f"{'•' * max(len(number) - 4, 0)} {number[-4:]}".strip()


def masked(text: str) -> str:
    """`text` without secrets of URLs, hashes and long numbers (card, insurance, citizen, phone)."""
    text = _QUERY_SECRET.sub(r"\1=***", text)
    text = _ADDRESS_SECRET.sub(r"\1:***@", text)
    text = _HASH.sub("***", text)
    return _NUMBER.sub(
        lambda match: mask_number(match.group()) if len(match.group()) >= 8 else match.group(), text
    )


class _MaskingFilter(logging.Filter):
    """The same for records of the standard library's logging."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = masked(record.getMessage())
        record.args = None
        record.exc_info = None  # a traceback can quote any value
        return True


def set_up_logging(level: str = "WARNING") -> None:
    """Send all logging to standard error, masked. Call once at the start of a command that logs."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_MaskingFilter())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("urllib3").setLevel(max(logging.getLevelName(level), logging.WARNING))
