"""The hospital's own list of facilities."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.desk.facilities import facility_names


def test_the_hospitals_list_goes_before_the_shipped_one(tmp_path: Path) -> None:
    assert "99998" in facility_names(tmp_path)
    (tmp_path / "facilities.toml").write_text('["01A01"]\nname = "Bệnh viện Mẫu"\n', encoding="utf-8-sig")
    assert facility_names(tmp_path) == {"01A01": "Bệnh viện Mẫu"}


@pytest.mark.parametrize("content", [b"[01A01", b"name = 3", b'["01A01"]\n', b"\xff\xfe", b'x = ["name"]'])
def test_a_damaged_list_names_nobody_and_says_so_in_the_log(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "facilities.toml").write_bytes(content)
    assert facility_names(tmp_path) == {}
    assert "facilities.toml" in caplog.text
