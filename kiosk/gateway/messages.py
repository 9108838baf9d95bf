"""The gateway's messages: what is sent, and how its answers are read (bodies of CV 1923/BHXH-CNTT, annex 03).

Reading is lenient. Every field may be missing, null, text or number; fields nobody knows are ignored; one
that makes no sense becomes None and is named, and never spoils the rest.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from kiosk import clock
from kiosk.card.model import PartialDate, Sex
from kiosk.gateway.model import GatewayCard, HistoryRow, NewCard, Question

JSON_TYPE = "application/json; charset=utf-8"
FORM_TYPE = "application/x-www-form-urlencoded"


def lookup_body(question: Question, *, staff_name: str, staff_citizen_id: str) -> str:
    """The JSON of a look-up. Numbers lose blanks and dashes, names are composed and single-spaced."""
    return json.dumps(_fields(question, staff_name, staff_citizen_id), ensure_ascii=False)


def lookup_form(question: Question, *, staff_name: str, staff_citizen_id: str) -> str:
    """The same as a form, which the history call takes."""
    return urlencode(_fields(question, staff_name, staff_citizen_id), errors="replace")


def _fields(question: Question, staff_name: str, staff_citizen_id: str) -> dict[str, str]:
    return {
        "maThe": re.sub(r"[\s_-]", "", question.number).upper(),
        "hoTen": _tidy(question.full_name),
        "ngaySinh": question.birth_date.slashed,
        "hoTenCb": _tidy(staff_name),
        "cccdCb": staff_citizen_id.strip(),
    }


def read_json(body: bytes) -> Any:
    """The JSON value of a body in UTF-8, with or without byte order mark. Raises ValueError."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def result_code(payload: Any) -> str | None:
    """``maKetQua`` as text: numbers get the three places of the official list, text stays as it is."""
    code = payload.get("maKetQua") if isinstance(payload, dict) else None
    if isinstance(code, bool):
        return None
    if isinstance(code, float) and code.is_integer():
        code = int(code)
    if isinstance(code, int):
        return f"{code:03d}" if 0 <= code < 1_000_000 else None
    return (_clean(code) or None) if isinstance(code, str) else None


_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def _clean(text: str) -> str:
    """NFC without surrounding blanks, lone surrogates and control characters: databases refuse those."""
    return unicodedata.normalize("NFC", _UNSTORABLE.sub("", text)).strip()


def _tidy(name: str) -> str:
    return " ".join(_clean(name).split())


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return _clean(value) or None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return None if value is None else str(value)
    raise ValueError("neither text nor number")


_NUMBER = re.compile("[0-9A-Z]{10,17}")
"""What can be asked for again: 15 characters, 10 or 12 digits; 17 are mentioned by Công văn 2746."""


def _card_number(value: Any) -> str | None:
    text = _former_number(value)
    number = re.sub(r"[\s_-]", "", text) if text else None
    if number and not _NUMBER.fullmatch(number):
        raise ValueError("no card number")
    return number or None


def _former_number(value: Any) -> str | None:
    """Shown only and never asked for, so however it is written."""
    text = _text(value)
    return text.upper() if text else None


def _facility(value: Any) -> str | None:
    """Five places; a JSON number has lost its leading zero."""
    text = _text(value)
    return text.zfill(5) if text and isinstance(value, int) else text


def _insurance_number(value: Any) -> str | None:
    text = _text(value)
    return text.zfill(10) if text and isinstance(value, int) else text


_MIDNIGHT = r"(?:[ T]00:00(?::00(?:\.0+)?)?)?"
_SLASHED = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})" + _MIDNIGHT)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})" + _MIDNIGHT)
_PLAUSIBLE_YEARS = range(1850, 2200)


def _partial_date(value: Any) -> PartialDate | None:
    """``dd/MM/yyyy``, ``MM/yyyy`` or ``yyyy``; also ISO, and eight digits with the year first or last.

    Eight digits are never a date both ways: the first half of a year, 18 to 21, is no month.
    """
    text = _text(value)
    if text is None:
        return None
    if found := _SLASHED.fullmatch(text):
        day, month, year = found.groups()
        return PartialDate(int(year), int(month) if month else None, int(day) if day else None)
    if found := _ISO.fullmatch(text):
        return PartialDate(*map(int, found.groups()))
    if len(text) == 8 and text.isascii() and text.isdigit():
        found_date = _plausible(text[:4], text[4:6], text[6:]) or _plausible(text[4:], text[2:4], text[:2])
        if found_date is not None:
            return found_date
    raise ValueError("no date")


def _plausible(year: str, month: str, day: str) -> PartialDate | None:
    try:
        return PartialDate(int(year), int(month), int(day)) if int(year) in _PLAUSIBLE_YEARS else None
    except ValueError:
        return None


def _date(value: Any) -> date | None:
    found = _partial_date(value)
    if found is None:
        return None
    if found.whole_day is None:
        raise ValueError("a day is missing")
    return found.whole_day


def _minute(value: Any) -> datetime | None:
    """``yyyyMMddHHmm``, Vietnam's time."""
    text = _text(value)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{12}", text):
        raise ValueError("not twelve digits")
    return datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=clock.VIETNAM)


_SEXES = {"nam": Sex.MALE, "1": Sex.MALE, "nữ": Sex.FEMALE, "2": Sex.FEMALE}
_SEX_UNKNOWN = {"3", "chưa xác định", "không xác định"}


def _sex(value: Any) -> Sex | None:
    text = (_text(value) or "").lower()
    if not text or text in _SEX_UNKNOWN:
        return None
    if text not in _SEXES:
        raise ValueError("neither Nam nor Nữ")
    return _SEXES[text]


def _living_area(value: Any) -> str | None:
    text = (_text(value) or "").upper()
    if not text:
        return None
    if text not in {"K1", "K2", "K3"}:
        raise ValueError("not a living area")
    return text


def _lenient(read: Any) -> BeforeValidator:
    """A field that is read by `read`; when that fails it is None and its name is noted."""

    def validate(value: Any, info: ValidationInfo) -> Any:
        try:
            return read(value)
        except ValueError:
            cast("list[str | None]", info.context).append(info.field_name)
            return None

    return BeforeValidator(validate)


_Text = Annotated[str | None, _lenient(_text)]
_CardNumber = Annotated[str | None, _lenient(_card_number)]
_Facility = Annotated[str | None, _lenient(_facility)]
_InsuranceNumber = Annotated[str | None, _lenient(_insurance_number)]
_Birth = Annotated[PartialDate | None, _lenient(_partial_date)]
_Day = Annotated[date | None, _lenient(_date)]
_Minute = Annotated[datetime | None, _lenient(_minute)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, arbitrary_types_allowed=True)


class _LookupMessage(_Message):
    """The flat object that answers a look-up, without its lists."""

    note: _Text = Field(None, alias="ghiChu")
    card_number: _CardNumber = Field(None, alias="maThe")
    social_insurance_number: _InsuranceNumber = Field(None, alias="maSoBHXH")
    full_name: _Text = Field(None, alias="hoTen")
    birth_date: _Birth = Field(None, alias="ngaySinh")
    sex: Annotated[Sex | None, _lenient(_sex)] = Field(None, alias="gioiTinh")
    address: _Text = Field(None, alias="diaChi")
    primary_facility: _Facility = Field(None, alias="maDKBD")
    issuing_office: _Text = Field(None, alias="cqBHXH")
    valid_from: _Day = Field(None, alias="gtTheTu")
    valid_to: _Day = Field(None, alias="gtTheDen")
    living_area: Annotated[str | None, _lenient(_living_area)] = Field(None, alias="maKV")
    five_years_from: _Day = Field(None, alias="ngayDu5Nam")
    old_card_number: Annotated[str | None, _lenient(_former_number)] = Field(None, alias="maTheCu")
    new_card_number: _CardNumber = Field(None, alias="maTheMoi")
    new_valid_from: _Day = Field(None, alias="gtTheTuMoi")
    new_valid_to: _Day = Field(None, alias="gtTheDenMoi")
    new_primary_facility: _Facility = Field(None, alias="maDKBDMoi")
    new_primary_facility_name: _Text = Field(None, alias="tenDKBDMoi")

    def card(self) -> GatewayCard | None:
        """The card fields; None when the answer holds none of them."""
        own = {name: getattr(self, name) for name in _CARD_FIELDS}
        card = GatewayCard(**own, new_card=self._new_card())
        return None if card == GatewayCard() else card

    def _new_card(self) -> NewCard | None:
        """In ordinary answers ``maTheMoi`` repeats ``maThe``: that is no new card."""
        if self.new_card_number is None or self.new_card_number == self.card_number:
            return None
        return NewCard(
            card_number=self.new_card_number,
            valid_from=self.new_valid_from,
            valid_to=self.new_valid_to,
            primary_facility=self.new_primary_facility,
            primary_facility_name=self.new_primary_facility_name,
        )


_CARD_FIELDS = set(GatewayCard.__dataclass_fields__) - {"new_card"}


class _HistoryMessage(_Message):
    """One row of ``dsLichSuKCB2018`` or ``dsLichSuKCB2025``."""

    record_id: _Text = Field(None, alias="maHoSo")
    facility: _Facility = Field(None, alias="maCSKCB")
    admitted_at: _Minute = Field(None, alias="ngayVao")
    discharged_at: _Minute = Field(None, alias="ngayRa")
    diagnosis: _Text = Field(None, alias="tenBenh")
    discharge_status: _Text = Field(None, alias="tinhTrang")
    outcome: _Text = Field(None, alias="kqDieuTri")
    visit_reason: _Text = Field(None, alias="lyDoVV")

    def row(self) -> HistoryRow:
        return HistoryRow(**{name: getattr(self, name) for name in HistoryRow.__dataclass_fields__})


class LookupAnswer(BaseModel):
    """A look-up's answer, read."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    note: str | None
    card: GatewayCard | None
    history: tuple[HistoryRow, ...]
    unreadable_fields: tuple[str, ...]


HISTORY_LISTS = ("dsLichSuKCB2018", "dsLichSuKCB2025")
"""The look-up's own list, null since ``Lskcb2025`` exists, and the list of that newer call."""


def read_lookup(payload: dict[str, Any]) -> LookupAnswer:
    """Everything in a look-up's answer but its result code."""
    message, unreadable = _read(_LookupMessage, payload)
    rows: list[HistoryRow] = []
    for name in HISTORY_LISTS:
        found, problems = _history(name, payload.get(name))
        rows += found
        unreadable += problems
    return LookupAnswer(
        note=message.note, card=message.card(), history=tuple(rows), unreadable_fields=tuple(unreadable)
    )


def _history(name: str, rows: Any) -> tuple[list[HistoryRow], list[str]]:
    if rows is None or rows == "":
        return [], []
    if not isinstance(rows, list):
        return [], [name]
    found: list[HistoryRow] = []
    unreadable: list[str] = []
    for place, row in enumerate(rows):
        if not isinstance(row, dict):
            unreadable.append(f"{name}[{place}]")
            continue
        message, problems = _read(_HistoryMessage, row)
        if message.row() != HistoryRow():  # a row that says nothing is no visit
            found.append(message.row())
        unreadable += [f"{name}[{place}].{problem}" for problem in problems]
    return found, unreadable


_M = TypeVar("_M", bound=_Message)


def _read(model: type[_M], payload: dict[str, Any]) -> tuple[_M, list[str]]:
    """The message, and the wire names of its unreadable fields."""
    unreadable: list[str] = []
    message = model.model_validate(payload, context=unreadable)
    return message, [model.model_fields[name].alias or name for name in unreadable]


class LoginAnswer(_Message):
    """``APIKey`` of a login's answer; the two tokens are secrets."""

    access_token: _Text = Field(None, repr=False)
    id_token: _Text = Field(None, repr=False)
    expires_in: _Text = None


def read_login(payload: dict[str, Any]) -> LoginAnswer:
    key = payload.get("APIKey")
    message, _ = _read(LoginAnswer, key if isinstance(key, dict) else {})
    return message
