"""Earlier checks of a card by any facility: ``dsLichSuKT2018`` of a look-up's answer."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from kiosk import clock
from kiosk.gateway.model import EarlierCheck

CHECK_LIST = "dsLichSuKT2018"
_FACILITY = re.compile(r"[0-9]{2}[0-9A-Z][0-9]{2}")


def read_checks(payload: dict[str, Any]) -> tuple[EarlierCheck, ...] | None:
    """The rows that say when; None when the answer has no such list. Null and empty are "none".

    The sentence of each check (``thongBao``) holds a person's data and is not read.
    """
    if CHECK_LIST not in payload:
        return None
    rows = payload[CHECK_LIST]
    found = [_row(row) for row in rows] if isinstance(rows, list) else []
    return tuple(row for row in found if row is not None)


def _row(row: Any) -> EarlierCheck | None:
    """The first five places of the account (``userKT``) are the facility (CV 1923/BHXH-CNTT, annex 03)."""
    if not isinstance(row, dict):
        return None
    moment, account = str(row.get("thoiGianKT") or ""), str(row.get("userKT") or "").strip().upper()
    try:
        at = datetime.strptime(moment.strip(), "%Y%m%d%H%M").replace(tzinfo=clock.VIETNAM)
    except ValueError:
        return None
    code = str(row.get("maLoi") or "").strip()
    return EarlierCheck(at, account[:5] if _FACILITY.match(account) else None, code or None)


__all__ = ["CHECK_LIST", "read_checks"]
