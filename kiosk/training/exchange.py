"""What goes over the line between a client and the training gateway."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOKEN_PATH = "/api/token/take"  # noqa: S105 - a path
LOOKUP_PATH = "/api/egw/KQNhanLichSuKCB2024"
HISTORY_PATH = "/api/egw/Lskcb2025"
CO_PAYMENT_PATH = "/api/TraCuuCCT/TraCuuTienMCCT"
FAULT_PATH = "/training/fault"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in, without secrets."""

    method: str
    path: str  # without query
    body: Mapping[str, Any]
    content_type: str
    connection: int  # requests on the same kept connection have the same number


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer about to be sent."""

    body: bytes
    status: int = 200
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


def json_reply(payload: object, status: int = 200) -> Reply:
    return Reply(json.dumps(payload, ensure_ascii=False).encode(), status)


__all__ = [
    "CO_PAYMENT_PATH",
    "FAULT_PATH",
    "HISTORY_PATH",
    "LOOKUP_PATH",
    "TOKEN_PATH",
    "Received",
    "Reply",
    "json_reply",
]
