"""Valid payloads of invented people, what they say, and simulations of what keyboards do to them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st

from kiosk.card.model import CitizenCard, HealthCard, Kind, PartialDate, Sex

TODAY = date(2026, 11, 23)

FAMILY_NAMES = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Đoàn",
    "Quách",
]
MIDDLE_NAMES = [
    "Văn",
    "Thị",
    "Đức",
    "Hữu",
    "Ngọc",
    "Minh",
    "Thanh",
    "Quốc",
    "Xuân",
    "Kim",
    "Hồng",
    "Bé",
    "Hoài",
]
GIVEN_NAMES = [
    "Mẫu",
    "Thử",
    "An",
    "Bình",
    "Cường",
    "Dũng",
    "Giang",
    "Hạnh",
    "Hòa",
    "Huệ",
    "Lộc",
    "Mỹ",
    "Nga",
    "Quỳnh",
    "Tuấn",
    "Uyên",
    "Yến",
    "Ước",
    "Ý",
]
PLACES = [
    "Phường Thử Nghiệm, Quận 1, Thành phố Hồ Chí Minh",
    "Xã Mẫu, Tỉnh Thử",
    "Ấp 5, Xã Giả Định, Tỉnh An Giang",
]
OBJECT_CODES = [("DN", 4), ("HT", 3), ("TE", 1), ("CC", 1), ("QN", 5), ("GD", 4), ("CA", 5), ("NO", 4)]
PROVINCES = ["01", "04", "24", "38", "44", "79", "89", "97"]
FACILITIES = ["99999", "79034", "01A01", "89012"]
AREA_DIGITS = {None: "4", "K1": "5", "K2": "6", "K3": "7"}

names = st.builds(
    lambda *words: " ".join(words),
    st.sampled_from(FAMILY_NAMES),
    st.sampled_from(MIDDLE_NAMES),
    st.sampled_from(GIVEN_NAMES),
)
days = st.dates(date(2015, 1, 1), date(2026, 11, 1))
birthdays = st.dates(date(1925, 1, 1), date(2024, 12, 31))
ten_digits = st.integers(0, 99_999_999).map(lambda serial: f"99{serial:08d}")


@dataclass(frozen=True)
class Line:
    """A payload and the card it says, without warnings."""

    text: str
    card: HealthCard | CitizenCard


def slashed(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "-"


def hexed(text: str | None) -> str:
    return text.encode().hex() if text else "-"


@st.composite
def health_lines(draw: st.DrawFn, variant: str | None = None) -> Line:
    """A line of 12 (A), 15 (B) or 17 (C) parts with its closing ``$``."""
    variant = variant or draw(st.sampled_from("ABC"))
    code, level = draw(st.sampled_from(OBJECT_CODES))
    province, ten = draw(st.sampled_from(PROVINCES)), draw(ten_digits)
    number = f"{code}{level}{province}{ten}"
    later, new = variant != "A", variant == "C"
    card = HealthCard(
        kind=Kind.HEALTH_CARD,
        card_number=None if new else number,
        social_insurance_number=ten,
        full_name=draw(names),
        birth_date=PartialDate.of(draw(birthdays)),
        sex=draw(st.sampled_from(Sex)),
        address=None if new else draw(st.sampled_from(PLACES)),
        primary_facility=draw(st.sampled_from(FACILITIES)),
        valid_from=draw(days),
        valid_to=draw(st.none() | st.just(date(2028, 12, 31))),
        issued_on=draw(days),
        five_years_from=draw(st.none() | days) if later else None,
        living_area=draw(st.sampled_from(list(AREA_DIGITS))) if later else None,
        guardian_name=draw(st.none() | names) if later else None,
        benefit_level=level,
        issuing_place="Tỉnh An Giang" if new else None,
    )
    facility, birth = str(card.primary_facility), card.birth_date
    assert birth is not None
    parts = [
        ten if new else number,
        hexed(card.full_name),
        birth.slashed,
        "1" if card.sex is Sex.MALE else "2",
        hexed(card.address),
        f"{facility[:2]} - {facility[2:]}",
        slashed(card.valid_from),
        slashed(card.valid_to),
        slashed(card.issued_on),
        f"{province}01{ten}",
    ]
    check = f"{draw(st.integers(16**14, 16**16 - 1)):x}"
    if later:
        parts += [hexed(card.guardian_name), AREA_DIGITS[card.living_area], slashed(card.five_years_from)]
        parts += [f"{check}-7102"]
        parts += [str(level), hexed(card.issuing_place)] if new else []
    else:
        parts += [check]
    return Line("|".join([*parts, "$"]), card)


@st.composite
def citizen_lines(draw: st.DrawFn) -> Line:
    """A line of seven parts; the 12 digits agree with sex and birth year."""
    birth, sex = draw(birthdays), draw(st.sampled_from(Sex))
    century = (0 if birth.year < 2000 else 2) + (sex is Sex.FEMALE)
    citizen_id = f"0{draw(st.sampled_from(PROVINCES))}{century}{birth.year % 100:02d}{draw(ten_digits)[-6:]}"
    issued = draw(st.dates(date(2021, 1, 1), date(2026, 1, 1)))
    card = CitizenCard(
        kind=Kind.CITIZEN_CARD,
        citizen_id=citizen_id,
        full_name=draw(names),
        birth_date=PartialDate.of(birth),
        sex=sex,
        address=draw(st.sampled_from(PLACES)),
        issued_on=issued,
    )
    parts = [
        citizen_id,
        draw(st.sampled_from(["", "012345678"])),
        str(card.full_name),
        birth.strftime("%d%m%Y"),
        "Nam" if sex is Sex.MALE else "Nữ",
        str(card.address),
        issued.strftime("%d%m%Y"),
    ]
    return Line("|".join(parts), card)


lines = health_lines() | citizen_lines()

TELEX_PAIRS = {("a", "a"): "â", ("e", "e"): "ê", ("d", "d"): "đ"}
VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
VNI_MARKS = {("a", "6"): "â", ("e", "6"): "ê", ("o", "6"): "ô", ("a", "8"): "ă", ("d", "9"): "đ"}
LAYOUT = str.maketrans("1234567890$[]", "ăâêô\u0300\u0309\u0303\u0301\u0323đÔươ")


def _as_case_of(letter: str, original: str) -> str:
    return letter.upper() if original.isupper() else letter


def typed_in_telex(text: str) -> str:
    """What Telex without spell check makes of keys: double letters join, f is the grave tone."""
    out: list[str] = []
    for key in text:
        last = out[-1] if out else ""
        if (last.lower(), key.lower()) in TELEX_PAIRS:
            out[-1] = _as_case_of(TELEX_PAIRS[last.lower(), key.lower()], last)
        elif key.lower() == "f" and last.lower() in set("aeâê"):
            out[-1] = unicodedata.normalize("NFC", last + "\u0300")
        else:
            out.append(key)
    return "".join(out)


def typed_in_vni(text: str) -> str:
    """The same for VNI: digits after a vowel are tones and marks; a later tone replaces an earlier one."""
    out: list[str] = []
    for key in text:
        last = out[-1] if out else ""
        apart = unicodedata.normalize("NFD", last)
        if key in VNI_TONES and apart[:1].lower() in set("aeiouy") and apart:
            bare = "".join(mark for mark in apart if mark not in VNI_TONES.values())
            out[-1] = unicodedata.normalize("NFC", bare + VNI_TONES[key])
        elif key == "0" and any(mark in VNI_TONES.values() for mark in apart):
            out[-1] = unicodedata.normalize("NFC", "".join(m for m in apart if m not in VNI_TONES.values()))
        elif (last.lower(), key) in VNI_MARKS:
            out[-1] = _as_case_of(VNI_MARKS[last.lower(), key], last)
        else:
            out.append(key)
    return "".join(out)


def typed_on_vietnamese_layout(text: str) -> str:
    return text.translate(LAYOUT)


def with_alt_codes(text: str) -> str:
    """Every byte of an accented letter leaks as ``0`` and its number."""
    return "".join(c if c.isascii() else "".join(f"0{byte:03d}" for byte in c.encode()) for c in text)


def shown_as_cp1252(text: str) -> str:
    """UTF-8 read as CP1252; bytes undefined there arrive as control characters."""
    undefined = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
    return "".join(
        chr(byte) if byte in undefined else bytes([byte]).decode("cp1252") for byte in text.encode()
    )


def without_cp1252_bytes(text: str, *, leak: bool) -> str:
    """Bytes 0x80-0x9F are lost on the way, the others leak as Alt codes or show as CP1252."""
    kept = (byte for byte in text.encode() if not 0x80 <= byte <= 0x9F)
    return "".join(
        chr(byte) if byte < 0x80 else f"0{byte:03d}" if leak else bytes([byte]).decode("cp1252")
        for byte in kept
    )
