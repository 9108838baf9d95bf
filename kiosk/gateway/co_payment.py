"""MCCT: what a patient has paid along this year, by ``TraCuuTienMCCT`` (Công văn 1839/CNTT-PM, 18/08/2026).

Asked on demand only: the call takes 5 to 30 s and BHXH restricts accounts that use it too much. Read from the
annex as two projects quote it; nobody has called it for this program.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from kiosk.gateway.messages import read_json, result_code
from kiosk.gateway.model import Question
from kiosk.gateway.result_codes import rule_for
from kiosk.gateway.transport import Exchange

KNOWN, NONE, BAD_QUESTION, RESTRICTED = "200", "204", "400", "restricted"
_REASONS = {
    KNOWN: "co_payment_known",
    NONE: "co_payment_none",
    BAD_QUESTION: "co_payment_refused",
    RESTRICTED: "co_payment_restricted",
}


@dataclass(frozen=True, slots=True)
class CoPayment:
    """The accumulated co-payment in đồng, or why it is not known."""

    result_code: str | None
    accumulated: int | None = None
    failure: str | None = None  # key of config/result_codes.toml
    restricted: bool = False  # the account is on BHXH's list of those that asked too much
    elapsed_ms: float = 0.0

    @property
    def answered(self) -> bool:
        return self.result_code in {KNOWN, NONE}

    @property
    def reason(self) -> str:
        """A stable word: one of this call's own, or that of the row of config/result_codes.toml."""
        code = RESTRICTED if self.restricted else self.result_code or ""
        return _REASONS.get(code) or rule_for(self.failure or code).reason


def co_payment_body(question: Question, *, username: str) -> str:
    number = re.sub(r"[\s_-]", "", question.number).upper()
    body = {
        "username": username,
        "maThe": number,
        "hoTen": " ".join(question.full_name.split()),
        "ngaySinh": question.birth_date.slashed,
    }
    return json.dumps(body, ensure_ascii=False)


def co_payment_of(exchange: Exchange) -> CoPayment:
    """What an answer says. Its capitals differ from the other calls', and HTTP 401 has no body."""
    if exchange.failure is not None:
        return CoPayment(None, failure=exchange.failure)
    try:
        payload = read_json(exchange.body or b"")
    except ValueError:
        payload = None
    fields = {key.lower(): value for key, value in payload.items()} if isinstance(payload, dict) else {}
    code = result_code({"maKetQua": fields.get("maketqua")})
    if code is None:
        return _without_code(exchange, is_json=payload is not None)
    found = CoPayment(code)
    if code == KNOWN:
        return replace(found, accumulated=_accumulated(fields.get("datacct")))
    note = fields.get("ghichu")
    return replace(found, restricted=code == "500" and isinstance(note, str) and "hạn chế" in note.lower())


def _without_code(exchange: Exchange, *, is_json: bool) -> CoPayment:
    status = exchange.status or 0
    if status == 401:
        return CoPayment("401")
    if 300 <= status < 400:
        return CoPayment(None, failure="gateway_redirect")
    if status == 403:
        return CoPayment(None, failure="gateway_forbidden")
    if not 200 <= status < 300:
        return CoPayment(None, failure="gateway_http_error")
    return CoPayment(None, failure="gateway_bad_answer" if is_json else "gateway_not_json")


def _accumulated(rows: Any) -> int | None:
    """The largest ``tBNCCTLuyKe``: each row's is cumulative already."""
    sums = (
        [_money(row.get("tBNCCTLuyKe")) for row in rows if isinstance(row, dict)]
        if isinstance(rows, list)
        else []
    )
    return max((each for each in sums if each is not None), default=None)


def _money(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = float(value)
        return round(amount) if amount >= 0 else None
    except (ValueError, OverflowError):
        return None
