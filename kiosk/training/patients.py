"""The invented patients of the training gateway: one or more for every result code.

Nobody here exists, and no number could have been issued: the ten digits start with 99, the citizen numbers
with the unused province 099, the facility is 99999. What is printed on a card is fixed, because pictures of
the cards are shipped; only how long the gateway says a card is valid moves with the calendar, so that the
demo never expires.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from kiosk.card.model import PartialDate, Sex

TRAINING_FACILITY = "99999"
NEIGHBOUR_FACILITY = "99998"


class Layout(Enum):
    """Which health card the person carries."""

    OLD = "B"  # 15-character number, address printed
    NEW = "C"  # card of QĐ 1666/QĐ-BHXH (2021) and VssID: 10 digits, no address


@dataclass(frozen=True, slots=True)
class NextCard:
    """The card that replaces a person's card; its days are counted from today."""

    card_number: str
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class PastVisit:
    """An earlier visit in the gateway's history; days are counted back from today."""

    record_id: str
    admitted_days_ago: int
    discharged_days_ago: int | None
    diagnosis: str
    facility: str = NEIGHBOUR_FACILITY


@dataclass(frozen=True, slots=True)
class Patient:
    """An invented person, what is printed on the card, and what the gateway answers."""

    key: str  # handle for scripts, pictures and tests
    result_code: str
    card_number: str
    citizen_id: str
    full_name: str
    birth_date: PartialDate
    sex: Sex
    address: str
    layout: Layout = Layout.NEW
    primary_facility: str = TRAINING_FACILITY
    valid_from: date = date(2024, 1, 1)
    ends: int = 400  # the gateway's last day of validity, in days from today
    issued_on: date = date(2023, 12, 20)
    five_years_from: date | None = date(2023, 6, 1)
    living_area: str | None = None
    guardian_name: str | None = None
    next_card: NextCard | None = None
    history: tuple[PastVisit, ...] = ()
    issuing_place: str = "Huyện Mẫu, Tỉnh Thử Nghiệm"

    @property
    def social_insurance_number(self) -> str:
        return self.card_number[5:]

    @property
    def benefit_level(self) -> int:
        return int(self.card_number[2])

    @property
    def printed_number(self) -> str:
        """The number in large print on the card, first in its QR code."""
        return self.social_insurance_number if self.layout is Layout.NEW else self.card_number

    def valid_to(self, today: date) -> date:
        """Last day of validity as the gateway tells it."""
        return today + timedelta(days=self.ends)

    def health_card_line(self) -> str:
        """What the QR code of this person's health card, or VssID's card screen, holds."""
        province = self.card_number[3:5]
        new = self.layout is Layout.NEW
        parts = [
            self.printed_number,
            _hex(self.full_name),
            self.birth_date.slashed,
            "1" if self.sex is Sex.MALE else "2",
            "-" if new else _hex(self.address),
            f"{self.primary_facility[:2]} - {self.primary_facility[2:]}",
            _slashed(self.valid_from),
            "-",
            _slashed(self.issued_on),
            f"{province}99{self.social_insurance_number}",
            _hex(self.guardian_name) if self.guardian_name else "-",
            _LIVING_AREA_DIGIT[self.living_area],
            _slashed(self.five_years_from) if self.five_years_from else "-",
            f"{_check_digits(self.card_number)}-7102",
        ]
        if new:
            parts += [str(self.benefit_level), _hex(self.issuing_place)]
        return "|".join([*parts, "$"])

    def citizen_card_line(self) -> str:
        """What the QR code of this person's citizen card holds."""
        return "|".join(
            [
                self.citizen_id,
                "",
                self.full_name,
                self.birth_date.slashed.replace("/", ""),
                "Nam" if self.sex is Sex.MALE else "Nữ",
                self.address,
                "15042021",
            ]
        )


_LIVING_AREA_DIGIT = {None: "4", "K1": "5", "K2": "6", "K3": "7"}


def _hex(text: str) -> str:
    return text.encode().hex()


def _slashed(day: date) -> str:
    return PartialDate.of(day).slashed


def _check_digits(card_number: str) -> str:
    """Looks like the card's check value, whose algorithm is not public: 64 bits without leading zeros."""
    return hashlib.sha256(card_number.encode()).hexdigest()[:16].lstrip("0")


_WARD = "Phường Giả Định, Tỉnh Thử Nghiệm"
_VILLAGE = "Xã Mẫu, Tỉnh Thử Nghiệm"
_EXPIRED = -45

DEMO_PATIENT = Patient(
    "demo",
    "000",
    "GD4799900000101",
    "099188000101",
    "Nguyễn Thị Thử Nghiệm",
    PartialDate(1988, 10, 12),
    Sex.FEMALE,
    _WARD,
)
"""Carries VssID on the phone; the gateway agrees with every word of it."""

PATIENTS: tuple[Patient, ...] = (
    DEMO_PATIENT,
    # 000: the card is in order
    Patient(
        "worker",
        "000",
        "DN4019900000102",
        "099085000102",
        "Trần Văn Thử",
        PartialDate(1985, 3, 4),
        Sex.MALE,
        _WARD,
        history=(
            PastVisit("9990000001", 95, 95, "Viêm họng cấp (dữ liệu tập huấn)"),
            PastVisit("9990000002", 31, 28, "Viêm dạ dày (dữ liệu tập huấn)"),
            PastVisit("9990000003", 12, None, ""),
        ),
    ),
    Patient(
        "child",
        "000",
        "TE1019900000103",
        "099323000103",
        "Lê Bé Mẫu",
        PartialDate(2023, 6, 5),
        Sex.FEMALE,
        "Xã Mẫu, Huyện Thử, Tỉnh Thử Nghiệm",
        layout=Layout.OLD,
        valid_from=date(2023, 6, 5),
        issued_on=date(2023, 6, 20),
        five_years_from=None,
        living_area="K1",
        guardian_name="Lê Văn Cha",
    ),
    Patient(
        "year_only",
        "000",
        "HT3799900000104",
        "099048000104",
        "Phạm Văn Năm Sinh",
        PartialDate(1948),
        Sex.MALE,
        _WARD,
        layout=Layout.OLD,
        valid_from=date(2019, 1, 1),
        issued_on=date(2018, 12, 20),
        five_years_from=date(2015, 1, 1),
    ),
    Patient(
        "month_only",
        "000",
        "DK2049900000105",
        "099152000105",
        "Hoàng Thị Tháng Sinh",
        PartialDate(1952, 2),
        Sex.FEMALE,
        _VILLAGE,
        living_area="K3",
    ),
    Patient(
        "soldier",
        "000",
        "QN5979900000106",
        "099090000106",
        "Vũ Văn Chiến Sĩ",
        PartialDate(1990, 12, 22),
        Sex.MALE,
        _WARD,
        layout=Layout.OLD,
    ),
    Patient(
        "elder_k2",
        "000",
        "BT2119900000107",
        "099141000107",
        "Đặng Thị Cao Tuổi",
        PartialDate(1941, 1, 15),
        Sex.FEMALE,
        _VILLAGE,
        living_area="K2",
    ),
    Patient(
        "near_poor",
        "000",
        "CN3389900000108",
        "099079000108",
        "Bùi Văn Cận Nghèo",
        PartialDate(1979, 7, 19),
        Sex.MALE,
        _VILLAGE,
    ),
    Patient(
        "citizen_card",
        "000",
        "GD4489900000109",
        "099095000109",
        "Đỗ Văn Căn Cước",
        PartialDate(1995, 11, 30),
        Sex.MALE,
        "Tổ 9, Phường Giả Định, Tỉnh Thử Nghiệm",
    ),
    Patient(
        "registered_elsewhere",
        "000",
        "HS4929900000110",
        "099308000110",
        "Ngô Thị Sinh Viên",
        PartialDate(2008, 9, 2),
        Sex.FEMALE,
        _WARD,
        primary_facility=NEIGHBOUR_FACILITY,
    ),
    Patient(
        "expires_today",
        "000",
        "GD4799900000111",
        "099180000111",
        "Dương Thị Hạn Cuối",
        PartialDate(1980, 5, 6),
        Sex.FEMALE,
        _WARD,
        ends=0,
    ),
    # army, police
    Patient(
        "army",
        "001",
        "HC4979900000112",
        "099082000112",
        "Lý Văn Quân Đội",
        PartialDate(1982, 8, 17),
        Sex.MALE,
        _WARD,
        layout=Layout.OLD,
    ),
    Patient(
        "police",
        "002",
        "CA5799900000113",
        "099187000113",
        "Mai Thị Công An",
        PartialDate(1987, 8, 19),
        Sex.FEMALE,
        _WARD,
        layout=Layout.OLD,
    ),
    Patient(
        "army_unknown",
        "050",
        "QN5979900000114",
        "099091000114",
        "Tô Văn Ngoài Cổng",
        PartialDate(1991, 4, 30),
        Sex.MALE,
        _WARD,
        layout=Layout.OLD,
    ),
    # a new card was issued
    Patient(
        "replaced",
        "003",
        "HS4799900000115",
        "099304000115",
        "Hồ Thị Đổi Thẻ",
        PartialDate(2004, 2, 29),
        Sex.FEMALE,
        _WARD,
        layout=Layout.OLD,
        ends=_EXPIRED,
        next_card=NextCard("DN4799900000116", starts=_EXPIRED + 1, ends=320),
    ),
    Patient(
        "replacement",
        "000",
        "DN4799900000116",
        "099304000116",
        "Hồ Thị Đổi Thẻ",
        PartialDate(2004, 2, 29),
        Sex.FEMALE,
        _WARD,
        ends=320,
    ),
    Patient(
        "replaced_without_number",
        "003",
        "HS4799900000117",
        "099205000117",
        "Trịnh Văn Mất Thẻ",
        PartialDate(2005, 3, 3),
        Sex.MALE,
        _WARD,
        layout=Layout.OLD,
        ends=_EXPIRED,
    ),
    Patient(
        "next_card_later",
        "004",
        "GD4799900000118",
        "099194000118",
        "Phan Thị Thẻ Sau",
        PartialDate(1994, 6, 21),
        Sex.FEMALE,
        _WARD,
        ends=20,
        next_card=NextCard("DN4799900000119", starts=21, ends=385),
    ),
    Patient(
        "next_card_now",
        "004",
        "GD4799900000120",
        "099096000120",
        "Võ Văn Thẻ Mới",
        PartialDate(1996, 1, 9),
        Sex.MALE,
        _WARD,
        ends=15,
        next_card=NextCard("DN4799900000121", starts=-5, ends=360),
    ),
    # the card does not cover the visit
    Patient(
        "expired",
        "010",
        "GD4799900000122",
        "099173000122",
        "Cao Thị Hết Hạn",
        PartialDate(1973, 10, 1),
        Sex.FEMALE,
        _WARD,
        ends=_EXPIRED,
    ),
    Patient(
        "unknown",
        "050",
        "DN4799900000123",
        "099093000123",
        "Lâm Văn Không Có",
        PartialDate(1993, 3, 13),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "withdrawn",
        "110",
        "DN4799900000124",
        "099084000124",
        "Tạ Văn Thu Hồi",
        PartialDate(1984, 4, 14),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "ended",
        "120",
        "DN4799900000125",
        "099183000125",
        "Hà Thị Báo Giảm",
        PartialDate(1983, 5, 15),
        Sex.FEMALE,
        _WARD,
    ),
    Patient(
        "moved_province",
        "121",
        "DN4799900000126",
        "099077000126",
        "Đoàn Văn Ngoại Tỉnh",
        PartialDate(1977, 6, 16),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "moved_within",
        "122",
        "DN4799900000127",
        "099178000127",
        "Kiều Thị Nội Tỉnh",
        PartialDate(1978, 7, 17),
        Sex.FEMALE,
        _WARD,
    ),
    Patient(
        "registered_again",
        "123",
        "DN4799900000128",
        "099089000128",
        "Thái Văn Tăng Lại",
        PartialDate(1989, 8, 18),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "left",
        "124",
        "DN4799900000129",
        "099186000129",
        "Quách Thị Ngừng Tham Gia",
        PartialDate(1986, 9, 19),
        Sex.FEMALE,
        _WARD,
    ),
    # something to correct or to look at
    Patient(
        "number_wrong",
        "051",
        "DN4799900000130",
        "099081000130",
        "Từ Văn Sai Mã",
        PartialDate(1981, 1, 21),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "province_wrong",
        "052",
        "DN4799900000131",
        "099172000131",
        "Âu Thị Sai Tỉnh",
        PartialDate(1972, 2, 22),
        Sex.FEMALE,
        _WARD,
    ),
    Patient(
        "benefit_wrong",
        "053",
        "DN4799900000132",
        "099071000132",
        "Chu Văn Sai Mức",
        PartialDate(1971, 3, 23),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "name_wrong",
        "060",
        "DN4799900000133",
        "099170000133",
        "Ninh Thị Sai Tên",
        PartialDate(1970, 4, 24),
        Sex.FEMALE,
        _WARD,
    ),
    Patient(
        "name_close",
        "061",
        "DN4799900000134",
        "099069000134",
        "Giang Văn Gần Đúng",
        PartialDate(1969, 5, 25),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "birth_wrong",
        "070",
        "DN4799900000135",
        "099168000135",
        "Uông Thị Sai Ngày",
        PartialDate(1968, 6, 26),
        Sex.FEMALE,
        _WARD,
    ),
    Patient(
        "child_no_card",
        "130",
        "TE1799900000136",
        "099222000136",
        "Lương Bé Chưa Thẻ",
        PartialDate(2022, 7, 27),
        Sex.MALE,
        _WARD,
        layout=Layout.OLD,
        five_years_from=None,
        guardian_name="Lương Thị Mẹ",
    ),
    # the gateway cannot say
    Patient(
        "staff_unknown",
        "054",
        "DN4799900000137",
        "099067000137",
        "Khổng Văn Cán Bộ",
        PartialDate(1967, 8, 28),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "staff_name",
        "055",
        "DN4799900000138",
        "099166000138",
        "La Thị Cán Bộ",
        PartialDate(1966, 9, 29),
        Sex.FEMALE,
        _WARD,
    ),
    Patient(
        "register_fault",
        "100",
        "DN4799900000139",
        "099065000139",
        "Nghiêm Văn Sổ Thẻ",
        PartialDate(1965, 10, 30),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "server_fault",
        "101",
        "DN4799900000140",
        "099164000140",
        "Ông Thị Máy Chủ",
        PartialDate(1964, 11, 11),
        Sex.FEMALE,
        _WARD,
    ),
    Patient(
        "format_fault",
        "205",
        "DN4799900000141",
        "099063000141",
        "Phùng Văn Định Dạng",
        PartialDate(1963, 12, 12),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "session_fault",
        "401",
        "DN4799900000142",
        "099162000142",
        "Sầm Thị Phiên Hết",
        PartialDate(1962, 1, 13),
        Sex.FEMALE,
        _WARD,
    ),
    Patient(
        "unofficial_500",
        "500",
        "DN4799900000143",
        "099061000143",
        "Thân Văn Năm Trăm",
        PartialDate(1961, 2, 14),
        Sex.MALE,
        _WARD,
    ),
    Patient(
        "unlisted_code",
        "777",
        "DN4799900000144",
        "099160000144",
        "Viên Thị Mã Lạ",
        PartialDate(1960, 3, 15),
        Sex.FEMALE,
        _WARD,
    ),
)


def patient(key: str) -> Patient:
    """The patient with this handle; KeyError when there is none."""
    return _BY_KEY[key]


_BY_KEY = {each.key: each for each in PATIENTS}
