"""What the training gateway answers, as the wire has it. Pure: a request and a day in, a JSON object out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from kiosk import clock
from kiosk.card.model import PartialDate, Sex
from kiosk.training.patients import NEIGHBOUR_FACILITY, PATIENTS, PastVisit, Patient

STAFF_NAME = "Cán Bộ Tập Huấn"
STAFF_CITIZEN_ID = "000000000099"

_WITH_CARD = frozenset({"000", "001", "002", "003", "004", "010"})
"""Codes that come with the card's data; which others do is not documented."""

_CARD_FIELDS = (
    "maThe",
    "hoTen",
    "ngaySinh",
    "gioiTinh",
    "diaChi",
    "maDKBD",
    "cqBHXH",
    "gtTheTu",
    "gtTheDen",
    "maKV",
    "ngayDu5Nam",
    "maSoBHXH",
    "maTheCu",
    "maTheMoi",
    "gtTheTuMoi",
    "gtTheDenMoi",
    "maDKBDMoi",
    "tenDKBDMoi",
    "dsLichSuKCB2018",
    "dsLichSuKT2018",
)

_BY_NUMBER = {
    number: patient
    for patient in PATIENTS
    for number in (patient.card_number, patient.social_insurance_number, patient.citizen_id)
}


def lookup_answer(request: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answer of KQNhanLichSuKCB2024 to a request whose session was accepted."""
    code, patient = _find(request)
    answer: dict[str, Any] = {"maKetQua": code, "ghiChu": _note(code, request)}
    answer |= dict.fromkeys(_CARD_FIELDS)
    if patient is not None and code in _WITH_CARD:
        answer |= _card(patient, today)
    return answer


def history_answer(request: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The answer of Lskcb2025."""
    code, patient = _find(request)
    if patient is None or code not in _WITH_CARD:
        return {"maKetQua": code, "ghiChu": _note(code, request), "dsLichSuKCB2025": None}
    rows = [_history_row(visit, today) for visit in patient.history]
    return {"maKetQua": "000", "ghiChu": None, "dsLichSuKCB2025": rows}


def co_payment_answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of TraCuuTienMCCT: one cumulative row for each visit of the person."""
    staff = {"hoTenCb": STAFF_NAME, "cccdCb": STAFF_CITIZEN_ID}  # this call does not name them
    code, patient = _find({**request, **staff})
    if code == "205":
        return {"MaKetQua": "400", "GhiChu": "(DỮ LIỆU TẬP HUẤN)", "DataCCT": []}
    if patient is None or not patient.history or code not in _WITH_CARD:
        return {"MaKetQua": "204", "GhiChu": "(DỮ LIỆU TẬP HUẤN)", "DataCCT": []}
    rows = [{"tBNCCTLuyKe": 150_000 * (place + 1)} for place in range(len(patient.history))]
    return {"MaKetQua": "200", "GhiChu": "(DỮ LIỆU TẬP HUẤN)", "DataCCT": rows}


def _find(request: Mapping[str, Any]) -> tuple[str, Patient | None]:
    """Result code and person. Staff first, then the form of the question, then the card."""
    values = {
        key: str(request.get(key) or "").strip()
        for key in ("maThe", "hoTen", "ngaySinh", "hoTenCb", "cccdCb")
    }
    birth_date = _birth_date(values["ngaySinh"])
    number = re.sub(r"[\s_-]", "", values["maThe"]).upper()
    if not values["hoTenCb"] or not values["hoTen"] or birth_date is None or len(number) not in {10, 12, 15}:
        return "205", None
    if values["cccdCb"] != STAFF_CITIZEN_ID:
        return "054", None
    if _plain(values["hoTenCb"]) != _plain(STAFF_NAME):
        return "055", None
    patient = _BY_NUMBER.get(number)
    if patient is None:
        return _number_fault(number), None
    return _person_fault(patient, values["hoTen"], birth_date) or patient.result_code, patient


def _number_fault(number: str) -> str:
    """Which part of an unknown number is wrong: 050 no such card, 051 number, 052 province, 053 benefit."""
    known = _BY_NUMBER.get(number[5:]) if len(number) == 15 else None
    if known is None:
        return "050"
    if known.card_number[:2] == number[:2] and known.card_number[3:5] == number[3:5]:
        return "053"
    return "052" if known.card_number[:3] == number[:3] else "051"


def _person_fault(patient: Patient, name: str, birth_date: PartialDate) -> str | None:
    asked, registered = _plain(name), _plain(patient.full_name)
    if asked != registered:
        same_initials = [word[0] for word in asked.split()] == [word[0] for word in registered.split()]
        return "061" if same_initials else "060"
    return None if patient.birth_date.agrees_with(birth_date) else "070"


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _birth_date(text: str) -> PartialDate | None:
    if not re.fullmatch(r"(([0-9]{2}/)?[0-9]{2}/)?[0-9]{4}", text):
        return None
    try:
        return PartialDate(*(int(part) for part in reversed(text.split("/"))))
    except ValueError:
        return None


def _card(patient: Patient, today: date) -> dict[str, Any]:
    valid_from, valid_to = _slashed(patient.valid_from), _slashed(patient.valid_to(today))
    sex = "Nam" if patient.sex is Sex.MALE else "Nữ"
    fields = {
        "ghiChu": (
            f"(DỮ LIỆU TẬP HUẤN) {_MEANINGS[patient.result_code]} Họ tên: {patient.full_name}, "
            f"Ngày sinh: {patient.birth_date.slashed}, Giới tính: {sex}, Hạn thẻ: {valid_from} - {valid_to}."
        ),
        "maThe": patient.card_number,
        "hoTen": patient.full_name,
        "ngaySinh": patient.birth_date.slashed,
        "gioiTinh": sex,
        "diaChi": patient.address,
        "maDKBD": patient.primary_facility,
        "cqBHXH": "Bảo hiểm xã hội Tỉnh Thử Nghiệm (tập huấn)",
        "gtTheTu": valid_from,
        "gtTheDen": valid_to,
        "maKV": patient.living_area or "",
        "ngayDu5Nam": _slashed(patient.five_years_from) if patient.five_years_from else "",
        "maSoBHXH": patient.social_insurance_number,
        "maTheCu": "",
        "maTheMoi": "",
        "gtTheTuMoi": "",
        "gtTheDenMoi": "",
        "maDKBDMoi": "",
        "tenDKBDMoi": "",
        "dsLichSuKCB2018": [_history_row(visit, today) for visit in patient.history] or None,
        "dsLichSuKT2018": [
            {
                "userKT": f"{NEIGHBOUR_FACILITY}_BV",
                "thoiGianKT": _minute(today - timedelta(days=30), time(8, 15)),
                "thongBao": "(DỮ LIỆU TẬP HUẤN)",
                "maLoi": "000",
            }
        ],
    }
    return fields | _next_card(patient, today)


def _next_card(patient: Patient, today: date) -> dict[str, str]:
    """The new card's fields. As with the real gateway, a plain good answer repeats the card itself there."""
    if patient.next_card is not None:
        number = patient.next_card.card_number
        starts = today + timedelta(days=patient.next_card.starts)
        ends = today + timedelta(days=patient.next_card.ends)
    elif patient.result_code == "000":
        number, starts, ends = patient.card_number, patient.valid_from, patient.valid_to(today)
    else:
        return {}
    return {
        "maTheMoi": number,
        "gtTheTuMoi": _slashed(starts),
        "gtTheDenMoi": _slashed(ends),
        "maDKBDMoi": patient.primary_facility,
        "tenDKBDMoi": "Bệnh viện Tập huấn",
    }


def _history_row(visit: PastVisit, today: date) -> dict[str, Any]:
    discharged = visit.discharged_days_ago
    return {
        "maHoSo": visit.record_id,
        "maCSKCB": visit.facility,
        "ngayVao": _minute(today - timedelta(days=visit.admitted_days_ago), time(7, 45)),
        "ngayRa": "" if discharged is None else _minute(today - timedelta(days=discharged), time(16, 30)),
        "tenBenh": visit.diagnosis,
        "tinhTrang": "" if discharged is None else "1",
        "kqDieuTri": "" if discharged is None else "2",
        "lyDoVV": "1.1",
        "TEMP1": "",
        "TEMP2": "",
        "TEMP3": "",
        "TEMP4": "",
        "TEMP5": "",
    }


def _note(code: str, request: Mapping[str, Any]) -> str:
    if code == "205" and not request.get("hoTenCb"):
        return "(DỮ LIỆU TẬP HUẤN) Null hoTenCb"
    return f"(DỮ LIỆU TẬP HUẤN) {_MEANINGS.get(code, f'Mã kết quả {code}.')}"


def _slashed(day: date) -> str:
    return PartialDate.of(day).slashed


def _minute(day: date, at: time) -> str:
    return datetime.combine(day, at, clock.VIETNAM).strftime("%Y%m%d%H%M")


_MEANINGS = {
    "000": "Thẻ tập huấn dùng được.",
    "001": "Thẻ tập huấn của quân đội.",
    "002": "Thẻ tập huấn của công an.",
    "003": "Thẻ tập huấn cũ đã hết hạn, có thẻ mới.",
    "004": "Thẻ tập huấn cũ còn hạn, có thẻ mới.",
    "010": "Thẻ tập huấn đã hết hạn.",
    "050": "Không tìm thấy thẻ tập huấn này.",
    "054": "Cán bộ tra cứu chưa đăng ký (tập huấn).",
    "055": "Tên cán bộ tra cứu chưa khớp (tập huấn).",
    "060": "Họ tên chưa đúng (tập huấn).",
    "061": "Họ tên gần đúng (tập huấn).",
    "070": "Ngày sinh chưa đúng (tập huấn).",
    "205": "Tham số gửi lên chưa đúng dạng (tập huấn).",
    "401": "Phiên làm việc không được chấp nhận (tập huấn).",
}
