"""What stands on the preparation sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from registration_samples import health_line, whole_draft

from kiosk.card import parse
from kiosk.registration.preparation import Draft, Entry, prepare
from kiosk.registration.sheet import BLANK, Sheet, sheet_of
from kiosk.registration.tables import Office

TODAY = date(2026, 11, 23)
OFFICE = Office("mau", "(999) BHXH Tỉnh Thử - BHXH cơ sở Mẫu", "1 Đường Mẫu", "7:30–16:30")


def sheet_for(draft: Draft) -> Sheet:
    return sheet_of(prepare(draft, TODAY), facility="Bệnh viện Mẫu", made_on=TODAY)


def values(sheet: Sheet) -> dict[str, str]:
    return {line.label: line.text for block in sheet.blocks for line in block.lines if line.label}


def everything(sheet: Sheet) -> str:
    lines = [f"{line.label} {line.text}" for block in sheet.blocks for line in block.lines]
    titles = [block.title for block in sheet.blocks]
    links = [link.url for link in sheet.links]
    return "\n".join(
        [sheet.title, sheet.person, sheet.keep_private, sheet.today, *titles, *lines, sheet.warning,
         *links, sheet.privacy, sheet.footer]
    )  # fmt: skip


def test_the_values_stand_in_the_apps_order_to_be_copied() -> None:
    sheet = sheet_for(replace(whole_draft(), office=OFFICE))
    assert list(values(sheet).items())[:5] == [
        ("Mã số BHXH (10 số)", "9900 000 101"),
        ("Nếu không nhận, thử 12 số", "099 188 000 101"),
        ("Họ và tên (có dấu)", "Nguyễn Thị Thử Nghiệm"),
        ("Số CCCD/CMND/hộ chiếu", "099 188 000 101"),
        ("Ngày sinh, giới tính (nếu hỏi)", "12/10/1988 · Nữ"),
    ]
    assert values(sheet)["Nếu hỏi quận, huyện (cũ)"] == "Thành phố Hà Giang – Quận Mẫu – Phường Giả Định"
    assert values(sheet)["Địa chỉ: tỉnh – xã nay"].startswith("Tuyên Quang – xã/phường nay: ...")
    assert values(sheet)["Chọn nơi gần nhất"] == OFFICE.name
    assert "1 Đường Mẫu · 7:30–16:30" in everything(sheet)


def test_the_head_masks_the_number() -> None:
    assert sheet_for(whole_draft()).person == "Nguyễn Thị Thử Nghiệm · ••••••••0101"


def test_what_every_sheet_says() -> None:
    text = everything(sheet_for(whole_draft()))
    for phrase in (
        "GIỮ KÍN TỜ NÀY",
        "Hôm nay vẫn khám được bằng CCCD",
        "«Quên mật khẩu»",
        "1900 9068, phím 8",
        "02/SĐ-GD",
        "KHÔNG hỏi mã OTP, mật khẩu",
        "không gửi và không lưu",
        "https://play.google.com/store/apps/details?id=com.bhxhapp",
        "https://apps.apple.com/vn/app/vssid/id1521647264",
    ):
        assert phrase in text
    assert "01/ĐK-GD" not in text, "it lists the data and does not imitate the form"


def test_lines_for_a_pen() -> None:
    sheet = sheet_for(Draft().with_card(parse(health_line())))
    for label in ("Số hồ sơ", "Ngày gửi", "Số điện thoại", "E-mail (mở được ngay)", "Chọn nơi gần nhất"):
        assert values(sheet)[label] == BLANK


def test_an_address_without_a_district_is_written_once() -> None:
    moved = {Entry.DISTRICT: "", Entry.PROVINCE_NEW: "Tuyên Quang", Entry.COMMUNE_NEW: "Phường Giả Định"}
    found = values(sheet_for(whole_draft().with_typed(moved)))
    assert found["Địa chỉ: tỉnh – xã nay"] == "Tuyên Quang – Phường Giả Định"
    assert "Nếu hỏi quận, huyện (cũ)" not in found


def test_cards_that_disagree_are_a_matter_for_the_office() -> None:
    draft = whole_draft().with_card(parse(health_line(born="13/10/1988")))
    assert "Hai thẻ ghi khác nhau (ngày sinh)" in everything(sheet_for(draft))


def test_a_childs_sheet_leads_through_the_parents_account() -> None:
    text = everything(sheet_for(Draft().with_card(parse(health_line(born="05/06/2018")))))
    assert "«Đăng ký tài khoản cho con»" in text
    assert "giấy khai sinh" in text
    assert "OTP →" not in text
    assert "CCCD. Tài khoản" not in text, "a child without one is not told to show it"
