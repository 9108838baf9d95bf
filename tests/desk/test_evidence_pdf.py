"""The evidence of a visit as a PDF, by the command that IT or a clerk calls."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from kiosk import cli
from kiosk.desk import write_evidence
from kiosk.desk.evidence_pdf import page_html
from kiosk.errors import KioskError
from kiosk.visits.evidence import Evidence, Exchange


def kiosk(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = cli.run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.fixture
def pending(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("KIOSK_GATEWAY__BASE_URL", "http://127.0.0.1:9")
    _, visit = kiosk(
        capsys, "check-in", "--number", "DN4799900000001", "--name", "Lê Mẫu Thử", "--birth", "1990"
    )
    assert visit["status"] == "pending"
    return str(visit["visit_id"])


def test_a_page_is_written_with_its_fonts(
    qtbot: QtBot, pending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "minh chứng.pdf"

    code, output = kiosk(capsys, "visits", "evidence", pending, str(file))

    assert (code, output["visit_id"], output["training"]) == (0, pending, True)
    assert output["failed"] == output["attempts"] >= 1
    content = file.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    assert b"/FontFile" in content
    assert list(tmp_path.glob(".export-*")) == []


@pytest.mark.parametrize(
    ("visit", "file", "error"),
    [("{pending}", "trang.docx", "evidence_format"), ("nobody", "trang.pdf", "visit_unknown"),
     ("{pending}", "no/folder/trang.pdf", "export_write")],
)  # fmt: skip
def test_what_cannot_be_written(
    qtbot: QtBot,
    pending: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    visit: str,
    file: str,
    error: str,
) -> None:
    code, output = kiosk(capsys, "visits", "evidence", visit.format(pending=pending), str(tmp_path / file))
    assert (code, output["error"]["code"]) == (2, error)
    assert not (tmp_path / file).exists()


def test_a_visit_without_any_look_up(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, visit = kiosk(
        capsys, "check-in", "--number", "DN4799900000001", "--name", "Lê Thử", "--birth", "1990", "--self-pay"
    )
    code, output = kiosk(capsys, "visits", "evidence", visit["visit_id"], str(tmp_path / "trang.pdf"))
    assert (code, output["error"]["code"]) == (2, "evidence_none")


PAGE = Evidence(
    title="BẢN KÊ",
    basis="(Căn cứ)",
    facility=("Bệnh viện <Mẫu> & Thử", "99999"),
    made_at=datetime(2026, 11, 23, 5, tzinfo=UTC),
    training=False,
    visit=(("Họ và tên", "Lê <b>Thử</b>"),),
    exchanges=(Exchange(1, "08:30", "maThe: x", "8,0", "KHÔNG THÀNH CÔNG", "<html><script>", failed=True),),
    outcome="Chưa có kết quả",
    footnote="Giờ Việt Nam",
)


def test_what_a_gateway_or_a_card_says_is_text_and_never_markup() -> None:
    html = page_html(PAGE)
    assert "BỆNH VIỆN &lt;MẪU&gt; &amp; THỬ" in html
    assert "Lê &lt;b&gt;Thử&lt;/b&gt;" in html
    assert "&lt;script&gt;" in html
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in html
    assert "TẬP HUẤN" not in html


def test_without_a_font_that_has_the_letters_nothing_is_written(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.desk.fonts._HARDEST", "\U0010fffd")
    with pytest.raises(KioskError, match="font_missing"):
        write_evidence(PAGE, tmp_path / "trang.pdf", tmp_path)
    assert list(tmp_path.glob("*.pdf")) == []
