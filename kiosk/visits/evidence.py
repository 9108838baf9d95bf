"""What shows BHXH that a card was looked up and could not be: the content of one page for one visit.

NĐ 188/2025/NĐ-CP, Điều 38 khoản 2: when the gateway cannot be asked, the patient is received, looked up
later, and the failed look-up is shown to the social-insurance office. TT 12/2026/TT-BTC, Điều 4: the answer
as it was, with its time. Pure: what is drawn and how stands in `kiosk.desk.evidence_pdf`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiosk import clock, texts
from kiosk.clock import VIETNAM
from kiosk.gateway.model import HISTORY_STEP, OTHER_STEPS, TOKEN_STEP, Attempt
from kiosk.gateway.result_codes import Verdict, rule_for
from kiosk.logs import mask_number
from kiosk.visits.model import Visit, VisitEvent
from kiosk.visits.queue_numbers import queue_label

if TYPE_CHECKING:
    from kiosk.visits.records import VisitRecords

_LONGEST_ANSWER = 400
_SHOWN_FIELDS = ("maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One row: something that was asked, and what came of it."""

    number: int
    asked_at: str
    request: str
    seconds: str
    result: str
    answer: str  # the beginning of the answer as it came; empty when there was none
    failed: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """The page, in Vietnamese as such papers are, ready to be drawn."""

    title: str
    basis: str
    facility: tuple[str, str]  # name, code
    made_at: datetime
    training: bool
    visit: tuple[tuple[str, str], ...]
    exchanges: tuple[Exchange, ...]
    outcome: str
    footnote: str


def evidence_from(records: VisitRecords, visit: Visit, facility_name: str) -> Evidence:
    """The page about a visit as `records` have it now. Raises RecordsError."""
    return evidence_of(
        visit,
        records.attempts(visit.visit_id),
        records.events(visit.visit_id),
        facility_name=facility_name,
        made_at=clock.now(),
    )


def evidence_of(
    visit: Visit,
    attempts: Iterable[Attempt],
    events: Iterable[VisitEvent],
    *,
    facility_name: str,
    made_at: datetime,
) -> Evidence:
    """The page about a visit. The patient's number stands in full: BHXH has to find the card."""
    exchanges = tuple(_exchange(number, attempt) for number, attempt in enumerate(attempts, 1))
    failed = sum(exchange.failed for exchange in exchanges)
    settled = next((event for event in events if event.event == "settled"), None)
    if failed == 0:
        outcome = _text("outcome_answered")
    elif settled is not None:
        rule = rule_for(visit.result_code or visit.reason or "")
        outcome = _text(
            "outcome_settled",
            time=_moment(settled.at),
            code=visit.result_code or "–",
            what=_first_sentence(rule.staff_message("vi")),
        )
    else:
        outcome = _text("outcome_owed", count=str(failed))
    return Evidence(
        title=_text("title_failed" if failed else "title"),
        basis=_text("basis"),
        facility=(facility_name, visit.facility),
        made_at=made_at.astimezone(VIETNAM),
        training=visit.training,
        visit=tuple(_rows(visit)),
        exchanges=exchanges,
        outcome=outcome,
        footnote=_text("footnote"),
    )


def _rows(visit: Visit) -> Iterable[tuple[str, str]]:
    yield _text("visit_id"), visit.visit_id
    yield _text("received_at"), _moment(visit.created_at)
    yield _text("desk"), visit.desk
    yield _text("queue_number"), queue_label(visit.queue_number) or "–"
    yield _text("full_name"), visit.full_name or "–"
    yield _text("number"), visit.number or "–"
    yield _text("status"), texts.text("statuses", visit.status.value, "vi")


def _exchange(number: int, attempt: Attempt) -> Exchange:
    looked_up = (
        attempt.failure is None and attempt.request not in OTHER_STEPS
    )  # these have codes of their own
    code = result_code_of(attempt.answer) if looked_up else None
    rule = rule_for(attempt.failure or code or "") if attempt.failure or code else None
    failed = attempt.failure is not None or (rule is not None and rule.verdict is Verdict.UNDETERMINED)
    if failed and rule is not None:
        result = _text(
            "result_failed",
            what=_first_sentence(rule.staff_message("vi")),
            code=attempt.failure or code or "–",
        )
    elif attempt.request == TOKEN_STEP:
        result = _text("result_logged_in")
    else:
        result = _text("result_answered", code=code or "–")
    http = [f"HTTP {attempt.http_status}"] if attempt.http_status is not None else []
    return Exchange(
        number=number,
        asked_at=_moment(attempt.asked_at),
        request=_request(attempt.request),
        seconds=f"{attempt.elapsed_ms / 1000:.1f}".replace(".", ","),
        result=" · ".join([result, *http, *([attempt.detail] if failed and attempt.detail else [])]),
        answer=_cut(attempt.answer) if failed and attempt.answer else "",
        failed=failed,
    )


def _request(request: str) -> str:
    if request == TOKEN_STEP:
        return _text("step_token")
    if request == HISTORY_STEP:
        return _text("step_history")
    body = _json(request)
    shown = {field: str(body[field]) for field in _SHOWN_FIELDS if body.get(field)}
    if "cccdCb" in shown:
        shown["cccdCb"] = mask_number(shown["cccdCb"])
    return "; ".join(f"{field}: {value}" for field, value in shown.items()) or _text("step_lookup")


def result_code_of(answer: str | None) -> str | None:
    """The code in an answer as it came; None where there is none."""
    code = _json(answer or "").get("maKetQua")
    return str(code) if code is not None else None


def _json(written: str) -> Mapping[str, Any]:
    with suppress(ValueError):
        read = json.loads(written)
        if isinstance(read, dict):
            return read
    return {}


def _cut(answer: str) -> str:
    plain = " ".join(answer.split())
    return plain if len(plain) <= _LONGEST_ANSWER else plain[:_LONGEST_ANSWER] + "…"


def _first_sentence(words: str) -> str:
    return words.split(". ", maxsplit=1)[0].rstrip(".")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M:%S ngày %d/%m/%Y}"


def _text(code: str, /, **values: str) -> str:
    return texts.text("evidence", code, "vi", **values)


__all__ = ["Evidence", "Exchange", "evidence_from", "evidence_of", "result_code_of"]
