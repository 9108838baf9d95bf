"""Keeps session secrets out of logs and out of stored evidence.

The gateway authenticates by the query string, so every URL of a look-up holds token and password hash.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "***"

_SECRET_PARAMETER = re.compile(
    r"\b(token|id_token|access_token|password|accessToken|tokenId|passwordHash)(=|%3D)[^&\s\"'<>]*",
    re.IGNORECASE,
)
_URL_LOGGERS = (
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
)
_SHORTEST_SECRET = 6
"""Shorter ones are not searched for as plain text: they would black out ordinary words."""


def without_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without query parameters that hold secrets, and without `secrets` however they were quoted."""
    lowered = text.lower()  # most texts hold no secret, and a plain search is quick
    if "=" in lowered or "%3d" in lowered:
        text = _SECRET_PARAMETER.sub(rf"\1\2{MASK}", text)
    for secret in secrets:
        if len(secret) < _SHORTEST_SECRET:
            continue
        found = [form for form in _spellings(secret) if form.lower() in lowered]
        if found:
            text = re.sub("|".join(map(re.escape, found)), MASK, text, flags=re.IGNORECASE)
    return text


def mask_urls_in_logs() -> None:
    """Make urllib3's own log lines harmless, whatever level somebody turns on. May be called again."""
    for name in _URL_LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(each, _UrlMask) for each in logger.filters):
            logger.addFilter(_UrlMask())


class _UrlMask(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_secrets(record.getMessage())
        record.args = None
        record.exc_info = None
        return True


def _spellings(secret: str) -> list[str]:
    """As it is, URL-encoded, and as JSON writers escape it; the longest first."""
    escaped = secret.replace("+", "\\u002b").replace("=", "\\u003d")
    forms = {secret, quote(secret, safe=""), secret.replace("/", "\\/"), escaped, escaped.replace("/", "\\/")}
    return sorted(forms, key=len, reverse=True)
