"""The log: lines on standard error, without secrets and without a person's numbers.

One place masks everything that is written, structlog's own events and those of libraries alike.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:[A-Za-z]{2}[0-9])?[0-9]{5,}(?![0-9A-Za-z])")
_QUERY_SECRET = re.compile(
    r"\b(token|id_token|password|username|passwordHash|accessToken|tokenId)=[^&\s\"']+", re.IGNORECASE
)
_HASH = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32}(?![0-9A-Za-z])")
_SECRET_KEYS = {
    "password",
    "token",
    "id_token",
    "access_token",
    "passwordhash",
    "full_name",
    "name",
    "address",
}


def mask_number(number: str | None) -> str:
    """A number for lists and logs: its last four places, the rest as dots; ``–`` for none."""
    if not number:
        return "–"
    return "•" * max(len(number) - 4, 0) + number[-4:]


def masked(text: str) -> str:
    """`text` without secrets of URLs, hashes and long numbers (card, insurance, citizen, phone)."""
    text = _QUERY_SECRET.sub(r"\1=***", text)
    text = _HASH.sub("***", text)
    return _NUMBER.sub(
        lambda match: mask_number(match.group()) if len(match.group()) >= 8 else match.group(), text
    )


def mask_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Structlog processor: no secret and no personal value leaves through the log."""
    for key, value in event.items():
        if key.lower() in _SECRET_KEYS:
            event[key] = "***"
        elif isinstance(value, str) and key not in {"timestamp", "level", "visit_id"}:
            event[key] = masked(value)
    return event


class _MaskingFilter(logging.Filter):
    """The same for records of the standard library's logging."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = masked(record.getMessage())
        record.args = None
        record.exc_info = None  # a traceback can quote any value
        return True


def set_up_logging(level: str = "WARNING") -> None:
    """Send all logging to standard error, masked. Call once at the start of a command that logs."""
    import structlog

    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_MaskingFilter())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("urllib3").setLevel(max(logging.getLevelName(level), logging.WARNING))
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            mask_event,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
