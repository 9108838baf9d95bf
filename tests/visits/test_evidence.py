"""The page that shows BHXH what was asked, when, and what came of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from visit_samples import MORNING, assessment, attempt, health_card, new_visit

from kiosk.gateway.model import TOKEN_STEP
from kiosk.visits.evidence import Evidence, evidence_of
from kiosk.visits.model import Status
from kiosk.visits.records import VisitRecords

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
ASKED = json.dumps(
    {
        "maThe": "DN4799900000001",
        "hoTen": "Nguyễn Thử Số 1",
        "ngaySinh": "01/02/1990",
        "hoTenCb": "Lê Cán Bộ",
        "cccdCb": "001190000077",
    },
    ensure_ascii=False,
)
TIMED_OUT = attempt("gateway_timeout", request=ASKED, detail="ReadTimeout")
A_PAGE = attempt(
    "gateway_not_json", request=ASKED, http_status=502, answer="<html>\n<h1>Bảo trì</h1>" + "x" * 5000
)
LOGGED_IN = attempt(None, request=TOKEN_STEP, answer='{"maKetQua": "200"}')
ANSWERED = attempt(None, request=ASKED)


def page(records: VisitRecords, name: str = "a") -> Evidence:
    visit = records.get(name)
    assert visit is not None
    return evidence_of(
        visit,
        records.attempts(name),
        records.events(name),
        facility_name="Bệnh viện Mẫu",
        made_at=NOON,
    )


@pytest.fixture
def owed(records: VisitRecords) -> VisitRecords:
    attempts = (LOGGED_IN, TIMED_OUT, A_PAGE)
    records.record(new_visit(health_card(1), Status.PENDING, visit_id="a", attempts=attempts))
    return records


def test_every_exchange_stands_there_with_its_time_and_what_came(owed: VisitRecords) -> None:
    login, silence, html = page(owed).exchanges

    assert (login.request, login.failed) == ("Đăng nhập (lấy phiên làm việc)", False)
    assert silence.asked_at == "08:30:00 ngày 23/11/2026"
    assert (silence.seconds, silence.failed, silence.answer) == ("8,0", True, "")
    assert silence.result.startswith("KHÔNG THÀNH CÔNG: ")
    assert "gateway_timeout" in silence.result
    assert "HTTP 502" in html.result
    assert html.answer.startswith("<html> <h1>Bảo trì</h1>")
    assert len(html.answer) < 500


def test_the_patient_can_be_found_and_the_member_of_staff_cannot_be_impersonated(owed: VisitRecords) -> None:
    found = page(owed)

    assert ("Số đã dùng để tra cứu", "DN4799900000001") in found.visit
    assert ("Số thứ tự", "1") in found.visit
    assert "maThe: DN4799900000001" in found.exchanges[1].request
    assert "Lê Cán Bộ" in found.exchanges[1].request
    assert "001190000077" not in repr(found)


def test_what_is_still_owed_and_what_was_settled(owed: VisitRecords) -> None:
    before = page(owed)
    owed.settle("a", Status.CHECKED_IN, assessment(), (ANSWERED,), MORNING + timedelta(hours=2))
    after = page(owed)

    assert "2 lần không thành công" in before.outcome
    assert "10:30:00 ngày 23/11/2026: mã kết quả 000" in after.outcome
    assert after.exchanges[-1].result.startswith("Có trả lời, mã kết quả 000")
    assert after.title == before.title == "BẢN KÊ TRA CỨU THẺ BẢO HIỂM Y TẾ KHÔNG THÀNH CÔNG"


def test_a_visit_whose_look_up_went_well_claims_nothing_else(records: VisitRecords) -> None:
    records.record(new_visit(visit_id="a", attempts=(LOGGED_IN, ANSWERED)))
    found = page(records)
    assert found.title == "BẢN KÊ TRA CỨU THẺ BẢO HIỂM Y TẾ"
    assert not any(exchange.failed for exchange in found.exchanges)


def test_an_answer_that_settles_nothing_is_a_failure_too(records: VisitRecords) -> None:
    busy = attempt(None, request=ASKED, answer='{"maKetQua": "101"}')
    records.record(new_visit(health_card(1), Status.PENDING, visit_id="a", attempts=(busy,)))
    (exchange,) = page(records).exchanges
    assert exchange.failed
    assert "(101)" in exchange.result
