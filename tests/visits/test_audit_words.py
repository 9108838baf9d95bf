"""What a supervisor reads of an entry; codes stay in the JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from visit_samples import MORNING

from kiosk.visits.audit import GENESIS, Act, Actor, AuditEntry, Head, entry_after, signed
from kiosk.visits.audit_words import detail_of, detail_words

WRITTEN = signed(Actor(desk="Quầy 1", account="lan"), Act.OVERRIDE, "v1", "đã xem CCCD")


def entry(detail: str) -> AuditEntry:
    made = entry_after(Head("c", 0, GENESIS), replace(WRITTEN, at=MORNING), mode="live", facility="99999")
    return replace(made, detail=detail)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (
            {"reason": "name_mismatch", "verdict": "needs_staff", "was": "held"},
            "Họ tên không khớp với thẻ · cần kiểm tra · trước đó: chờ xử lý",
        ),
        ({"what": "added", "role": "supervisor"}, "thêm tài khoản · vai trò: tổ trưởng"),
        (
            {"what": "visits", "file": "thang-11.xlsx", "on": None, "filter": {}},
            "danh sách lượt khám · tệp thang-11.xlsx",
        ),
        ({"reason": "nobody_knows", "later": 3}, "nobody_knows · later 3"),
        ({}, ""),
        (
            {"what": "retention", "begun": {"visits": "2021-11-23", "evidence": "2024-11-23"}},
            "hết hạn lưu · bắt đầu xóa đến hết ngày: Lượt khám 23/11/2021, Bằng chứng tra cứu 23/11/2024",
        ),
        ({"removed": {"visits": 3}, "finished": True}, "đã xóa: Lượt khám 3 · xong: có"),
        (
            {"cuts": {"9f": [3, "a" * 64]}, "entries": 3, "through": "2020-11-14T18:13:47.625847Z"},
            "3 dòng · đến 15/11/2020",
        ),
    ],
)
def test_a_detail_in_words(detail: dict[str, Any], words: str) -> None:
    assert detail_words(detail, "vi") == words


@pytest.mark.parametrize("written", ["[1]", "5", '"x"', "null", "{", ""])
def test_what_somebody_wrote_into_the_log_by_hand_is_shown_as_it_is(written: str) -> None:
    found = detail_of(entry(written))
    assert found == {"text": written}
    assert detail_words(found, "vi") == written
