"""What the report to BHXH says, and the files it is written to."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from visit_samples import MORNING

from kiosk.clock import VIETNAM
from kiosk.errors import UsageError
from kiosk.visits.difficulties import Difficulty, State, new_difficulty
from kiosk.visits.difficulty_book import VisitCounts
from kiosk.visits.difficulty_paper import paper_of
from kiosk.visits.difficulty_report import Period, Report, report_of
from kiosk.visits.difficulty_sheets import write_xlsx
from kiosk.visits.outages import Asked
from kiosk.visits.paper import Grid, Line, Paper
from kiosk.visits.word_file import write_docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def failed(count: int) -> tuple[list[Difficulty], list[Asked]]:
    """That many visits without an answer, one a minute, and an answer after them."""
    difficulties, asked = [], []
    for n in range(count):
        at = MORNING + timedelta(minutes=n)
        difficulties.append(
            Difficulty(
                f"g{n}", "gateway_failure", "gateway_timeout", State.NEW, at, at, "Quầy 1", 1, f"v{n:07}"
            )
        )
        asked.append(Asked(at, "Quầy 1", f"v{n:07}", "gateway_timeout"))
    return difficulties, [*asked, Asked(MORNING + timedelta(minutes=count), "Quầy 1", "good", None)]


def filed(kind: str, **changes: str) -> Difficulty:
    return new_difficulty(kind, difficulty_id=f"{kind}{changes}", at=MORNING, desk="Quầy 1", **changes)


def report(
    found: Iterable[Difficulty] = (),
    asked: Iterable[Asked] = (),
    *,
    training: bool = False,
    period: Period = NOVEMBER,
) -> Report:
    return report_of(
        found,
        asked,
        VisitCounts(1200, (("checked_in", 1190), ("pending", 10)), (), 12, 2),
        period=period,
        facility_code="99999",
        facility_name="Bệnh viện Mẫu",
        training=training,
        made_at=MORNING,
    )


def lines(paper: Paper) -> list[str]:
    return [block.text for block in paper.blocks if isinstance(block, Line)]


def grids(paper: Paper) -> list[Grid]:
    return [block for block in paper.blocks if isinstance(block, Grid)]


def test_it_has_the_parts_of_an_official_report() -> None:
    paper = paper_of(report(*failed(3)))
    assert paper.head.nation == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert paper.head.organisation[-1] == "BỆNH VIỆN MẪU"
    assert "ngày 23 tháng 11 năm 2026" in paper.head.place_and_day
    assert paper.title[-1] == "(Kỳ báo cáo: từ ngày 01/11/2026 đến ngày 30/11/2026)"
    assert [line for line in lines(paper) if line.startswith(("I", "II", "III", "IV"))] == [
        "I. TÌNH HÌNH THỰC HIỆN",
        "II. KHÓ KHĂN, VƯỚNG MẮC",
        "III. NGUYÊN NHÂN",
        "IV. KIẾN NGHỊ, ĐỀ XUẤT",
    ]
    assert [who for who, _ in paper.foot.signed] == ["NGƯỜI LẬP", "THỦ TRƯỞNG ĐƠN VỊ"]
    assert not paper.banner
    assert paper_of(report(training=True)).banner


def test_an_outage_stands_there_with_its_window_its_count_and_the_visits_that_prove_it() -> None:
    visits, causes, outage = grids(paper_of(report(*failed(40))))
    assert ("Tổng số lượt ghi nhận", "1.200") in visits.rows
    assert ("Tiếp nhận khi chưa tra cứu được thẻ", "12") in visits.rows
    (cause,) = causes.rows
    assert cause[1:5] == (
        "Không tra cứu được trên Cổng BHXH: Cổng BHXH không trả lời kịp",
        "gateway_timeout",
        "40",
        "40",
    )
    (window,) = outage.rows
    assert window[1:4] == ("08:30 23/11/2026", "09:10 23/11/2026", "40 phút")
    assert window[4] == "40 (gateway_timeout: 40)"
    assert window[6].endswith("Lượt v0000000, v0000001, v0000002, v0000003, v0000004 và 35 lượt khác")


def test_an_outage_over_midnight_is_told_whole_on_either_day() -> None:
    """At 23:50 the night desk gets no answer, at 00:20 one. Each look-up counts on its own day."""
    midnight = datetime(2026, 11, 24, tzinfo=VIETNAM)
    minutes = {-10: "gateway_timeout", -1: "gateway_timeout", 5: "gateway_timeout", 20: None, 60: None}
    asked = [
        Asked(midnight + timedelta(minutes=at), "Cấp cứu", f"v{at}", failure)
        for at, failure in minutes.items()
    ]
    for day, (sent, failed_then) in {date(2026, 11, 23): (2, 2), date(2026, 11, 24): (3, 1)}.items():
        told = report((), asked, period=Period(day, day))
        (outage,) = told.outages
        assert (outage.first_at, outage.recovered_at) == (asked[0].at, asked[3].at)
        assert (told.sent, told.failed) == (sent, failed_then)
    assert report((), asked, period=Period(date(2026, 11, 25), date(2026, 11, 25))).outages == ()


def test_a_quiet_month_says_so_and_asks_for_nothing() -> None:
    said = lines(paper_of(report()))
    assert "Trong kỳ không phát sinh khó khăn, vướng mắc." in said
    assert "Đơn vị không có kiến nghị." in said


def test_what_is_for_the_hospital_itself_to_mend_is_no_request() -> None:
    said = lines(paper_of(report([filed("own_equipment", text="Máy in kẹt giấy")])))
    assert "Đơn vị không có kiến nghị." in said


def test_a_suspected_card_has_its_reason_and_the_day_bhxh_was_told() -> None:
    card = filed("suspected_card", number="GB4799900000004", text="Ảnh không giống", about_visit="feed00012")
    told = Difficulty(
        "s2", "suspected_card", None, State.REPORTED, MORNING, MORNING, "Quầy 1", reported_at=MORNING
    )
    *_, suspected = grids(paper_of(report([card, told])))
    assert [row[2:7] for row in suspected.rows] == [
        ("GB4 •••• •••• 0004", "Ảnh không giống", "feed0001", "chưa báo", "mới"),
        ("–", "–", "–", "08:30 23/11/2026", "đã báo BHXH"),
    ]


def test_one_desk_alone_points_to_its_own_line() -> None:
    found, asked = failed(5)
    elsewhere = Asked(MORNING + timedelta(minutes=2), "Quầy 2", "x", None)
    *_, outage = grids(paper_of(report(found, [*asked, elsewhere])))
    assert outage.rows[0][6].startswith("Chỉ Quầy 1 (quầy khác vẫn tra cứu được)")


HOSTILE = '=HYPERLINK("http://x") <b>&"\x00\x07\ufffe thẻ DN4799900000001 của'


def test_the_docx_is_whole_and_holds_what_staff_wrote_as_text(tmp_path: Path) -> None:
    file = tmp_path / "báo cáo.docx"
    write_docx(paper_of(report([*failed(3)[0], filed("other", text=HOSTILE)], failed(3)[1])), file)

    with zipfile.ZipFile(file) as package:
        assert package.testzip() is None
        parts = {name: ET.fromstring(package.read(name)) for name in package.namelist()}
    body = parts["word/document.xml"]
    said = "\n".join("".join(text.itertext()) for text in body.iter(f"{W}p"))
    assert "THỦ TRƯỞNG ĐƠN VỊ" in said
    assert '=HYPERLINK("http://x") <b>&"' in said
    assert "DN4799900000001" not in said
    for cell in body.iter(f"{W}tc"):
        assert cell[-1].tag == f"{W}p", "Word calls a cell without a last paragraph damaged"
        (width,) = (int(each.get(f"{W}w", "0")) for each in cell.iter(f"{W}tcW"))
        for indent in cell.iter(f"{W}ind"):  # the short line under a name has to have a length
            assert int(indent.get(f"{W}left", "0")) + int(indent.get(f"{W}right", "0")) < 0.8 * width
    (margins,) = body.iter(f"{W}pgMar")
    assert {side: round(int(margins.get(f"{W}{side}", "0")) / 56.7) for side in ("top", "left", "right")} == {
        "top": 20,
        "left": 30,
        "right": 15,
    }
    linked = {
        relation.get("Target")
        for name in ("_rels/.rels", "word/_rels/document.xml.rels")
        for relation in parts[name]
    }
    assert linked == {"word/document.xml", "docProps/core.xml", "styles.xml", "header1.xml"}


def test_the_xlsx_has_every_single_one_as_text(tmp_path: Path) -> None:
    file = tmp_path / "báo cáo.xlsx"
    found, asked = failed(300)
    write_xlsx(report([*found, filed("other", text=HOSTILE)], asked), file)

    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Tổng hợp", "Đợt gián đoạn", "Chi tiết"]
    assert book["Chi tiết"].max_row == 303
    assert {sheet["A1"].value for sheet in book} == {
        "Bệnh viện Mẫu (99999), kỳ báo cáo từ ngày 01/11/2026 đến ngày 30/11/2026"
    }
    assert book["Chi tiết"]["A2"].value == "Thời điểm"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    written = [str(cell.value) for cell in cells]
    assert any(value.startswith("=HYPERLINK(") for value in written)
    assert not any("DN4799900000001" in value for value in written)


def test_a_training_report_says_so_in_every_file(tmp_path: Path) -> None:
    write_xlsx(report(training=True), tmp_path / "t.xlsx")
    assert "TẬP HUẤN" in str(openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]["A1"].value)


def test_a_file_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        write_docx(paper_of(report()), tmp_path / "no" / "r.docx")
    assert refused.value.code == "export_write"
    with pytest.raises(UsageError) as refused:
        write_xlsx(report(), tmp_path / "no" / "r.xlsx")
    assert refused.value.code == "export_write"
