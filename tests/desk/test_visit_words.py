"""What a row of the list and the page of one visit say."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.card.model import Notice
from kiosk.desk import visit_words
from kiosk.desk.visit_words import VisitDetail, facts, history, list_row, say, who
from kiosk.desk.words import Words
from kiosk.gateway.model import HISTORY_STEP, TOKEN_STEP, Attempt
from kiosk.resources import config_folder
from kiosk.visits.model import Source, Status, Visit, VisitEvent

MORNING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 08:30 in Vietnam
NUMBER = "DN4799900000001"


def visit(**changes: object) -> Visit:
    values: dict[str, object] = {
        "visit_id": "v1", "created_at": MORNING, "day": date(2026, 11, 23), "facility": "99999",
        "training": False, "source": Source.WEDGE, "desk": "Quầy 1", "status": Status.CHECKED_IN,
        "verdict": "eligible", "reason": "ok", "result_code": "000", "followed_from": None,
        "queue_number": 57, "full_name": "Nguyễn Thử", "number": NUMBER, "coverage": None,
        "differences": (), "warnings": (), "confirm_reason": None, "rechecked_at": None,
    }  # fmt: skip
    return Visit(**(values | changes))  # type: ignore[arg-type]


def attempt(minutes: int, **changes: object) -> Attempt:
    values: dict[str, object] = {
        "asked_at": MORNING + timedelta(minutes=minutes), "elapsed_ms": 8012.0,
        "request": '{"maThe":"DN4799900000001"}', "http_status": None, "answer": None,
        "failure": "read_timeout", "detail": "",
    }  # fmt: skip
    return Attempt(**(values | changes))  # type: ignore[arg-type]


def event(minutes: int, what: str, status: Status, why: str | None = None) -> VisitEvent:
    return VisitEvent(MORNING + timedelta(minutes=minutes), what, status, why)


@pytest.fixture(params=["vi", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


def test_a_row_masks_the_number_until_it_is_asked_for() -> None:
    vietnamese = Words("vi")

    row = list_row(visit(), vietnamese)
    assert row == ("08:30", "57", "Nguyễn Thử", "DN4 •••• •••• 0001", "Đã tiếp nhận", "Đủ điều kiện")
    assert list_row(visit(), vietnamese, full=True)[3] == NUMBER
    assert list_row(visit(), vietnamese, with_day=True)[0] == "23/11 08:30"
    held = visit(status=Status.HELD, queue_number=None, full_name=None, verdict=None, kept_here=True)
    assert list_row(held, vietnamese)[1:] == (
        "–", "–", "DN4 •••• •••• 0001", "Chờ xử lý · chờ gửi máy chủ", "–",
    )  # fmt: skip


def test_nothing_else_shows_the_number(words: Words) -> None:
    told = " ".join(value for row in facts(visit(), words, full=False) for value in row)
    assert NUMBER not in told + who(visit(), words)
    assert "0001" in told
    assert NUMBER in " ".join(value for _, value in facts(visit(), words, full=True))


def test_what_happened_stands_in_order() -> None:
    detail = VisitDetail(
        visit(status=Status.CANCELLED, cancel_reason="Quét nhầm người", cancelled_by="Quầy 2"),
        (
            attempt(0, request=TOKEN_STEP, failure=None, http_status=200, elapsed_ms=20.0),
            attempt(0),
            attempt(1, failure="gateway_offline"),
            attempt(5, failure=None, http_status=200, answer='{"maKetQua":"010"}', elapsed_ms=140.0),
            attempt(5, request=HISTORY_STEP, failure=None, http_status=200, answer="[]", elapsed_ms=90.0),
        ),
        (
            event(0, "recorded", Status.PENDING, "gateway_timeout"),
            event(5, "settled", Status.REFUSED, "card_expired"),
            event(6, "task_done", Status.REFUSED, "Quầy 1"),
            event(7, "confirmed", Status.CHECKED_IN, "Đã xem thẻ mới"),
            event(24 * 60, "cancelled", Status.CANCELLED, "Quét nhầm người"),
        ),
    )

    told = history(detail, Words("vi"))

    assert [when for when, _ in told][-3:] == ["08:36:00", "08:37:00", "08:30:00 24/11"]
    steps = [what for _, what in told]
    assert len(steps) == 9, "a login that went well is nobody's question"
    assert steps[0].startswith("Hỏi Cổng BHXH: ")
    assert steps[0].endswith("(8,0 giây)")
    assert steps[1].startswith("Ghi lượt khám: Đã nhận, nợ tra cứu. ")
    assert steps[2].startswith("Không hỏi Cổng BHXH: ")
    assert steps[3].startswith("Cổng BHXH trả lời mã 010 (0,1 giây): ")
    assert steps[4] == "Cổng BHXH trả lời (0,1 giây)"
    assert steps[5].startswith("Tra cứu lại đã có kết quả: Không dùng BHYT. ")
    assert steps[6:] == [
        "Việc cần làm đã xử lý tại Quầy 1",
        "Nhân viên xác nhận, tiếp nhận: Đã xem thẻ mới",
        "Hủy lượt khám: Quét nhầm người – Quầy 2",
    ]
    assert NUMBER not in " ".join(steps), "what was asked holds it"


def test_everything_on_record_has_words(words: Words) -> None:
    known = tomllib.loads((config_folder() / "texts" / "today.toml").read_text(encoding="utf-8"))
    asked_for: set[str] = set()
    for file in Path(visit_words.__file__).parent.glob("*.py"):
        source = file.read_text(encoding="utf-8")
        if "visit_words" in source + file.stem:
            asked_for |= set(re.findall(r'\bsay\((?:self\.)?_?words, "(\w+)"', source))
    happened = ("recorded", "went_on", "confirmed", "settled", "still_owed")
    later = ("task_done", "cancelled", "handed_over", "renumbered")
    asked_for |= {f"event_{what}{end}" for what in (*happened, *later) for end in ("", "_why")}
    asked_for |= {f"source_{source.value}" for source in Source}
    assert {code for code in asked_for if code not in known} == set()
    notice = Notice("already_checked_in_today")
    full = visit(warnings=(notice,), confirm_reason="A", cancel_reason="B", priority="under_6")
    assert all(name and value for name, value in facts(full, words, full=False))
    assert say(words, "found", count="3") != "found"
