"""What a card says: frozen values, unverified, before anybody asked the gateway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a text is; the same words in `kiosk decode` and `kiosk parse`."""

    HEALTH_CARD = "health_card"
    CITIZEN_CARD = "citizen_card"
    CARD_NUMBER = "card_number"
    SOCIAL_INSURANCE_NUMBER = "social_insurance_number"
    CITIZEN_ID = "citizen_id"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, the month or only the year, as birth dates on cards are.

    Raises ValueError for a day without a month and for dates that the calendar does not have.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day needs a month")
        if not 1000 <= self.year <= 9999:
            raise ValueError("a year has four digits")
        date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def of(cls, day: date) -> PartialDate:
        return cls(day.year, day.month, day.day)

    @property
    def whole_day(self) -> date | None:
        """The day, where it is known."""
        return None if self.day is None else self.first_day

    @property
    def first_day(self) -> date:
        """The earliest day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def iso(self) -> str:
        """``1990-02-01``, ``1990-02`` or ``1990``."""
        return "-".join([f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part)])

    @property
    def slashed(self) -> str:
        """``01/02/1990``, ``02/1990`` or ``1990``: Vietnamese order, the form the gateway takes."""
        return "/".join([*(f"{part:02d}" for part in (self.day, self.month) if part), f"{self.year:04d}"])

    def agrees_with(self, other: PartialDate) -> bool:
        """Whether both can be the same day: compared as far as both are known."""
        pairs = zip((self.year, self.month, self.day), (other.year, other.month, other.day), strict=True)
        return all(mine == theirs for mine, theirs in pairs if mine is not None and theirs is not None)


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry of ``warnings``: a stable code, and what its text in ``config/texts`` is filled with.

    A notice never blocks. `values` hold no full card number.
    """

    code: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HealthCard:
    """What a BHYT QR or a typed card or social-insurance number says.

    ``None`` is "not on the card, or not readable for sure"; no value is ever guessed without a notice.
    """

    kind: Kind  # HEALTH_CARD, CARD_NUMBER or SOCIAL_INSURANCE_NUMBER
    card_number: str | None = None  # 15 characters: object code, benefit level, province, 10 places
    social_insurance_number: str | None = None  # 10 digits
    full_name: str | None = None  # NFC, as on the card
    birth_date: PartialDate | None = None
    sex: Sex | None = None
    address: str | None = None
    primary_facility: str | None = None  # bare 5-character code
    valid_from: date | None = None
    valid_to: date | None = None
    issued_on: date | None = None
    five_years_from: date | None = None
    living_area: str | None = None  # K1, K2, K3
    guardian_name: str | None = None
    benefit_level: int | None = None  # 1-5, from place 3 of the number or part 14 of the 2021 card
    issuing_place: str | None = None  # nơi cấp, đổi thẻ: only on the 2021 card
    warnings: tuple[Notice, ...] = ()

    @property
    def lookup_number(self) -> str | None:
        """The number to ask the gateway with: the 15-character one where there is one, else the 10 digits."""
        return self.card_number or self.social_insurance_number


@dataclass(frozen=True, slots=True)
class CitizenCard:
    """What a citizen card's QR, or a typed 12-digit number, says. It holds no insurance data."""

    kind: Kind  # CITIZEN_CARD or CITIZEN_ID
    citizen_id: str | None = None  # 12 digits
    full_name: str | None = None
    birth_date: PartialDate | None = None
    sex: Sex | None = None
    address: str | None = None
    issued_on: date | None = None
    warnings: tuple[Notice, ...] = ()

    @property
    def lookup_number(self) -> str | None:
        """Card data are found by the citizen number too (NĐ 188/2025 Đ10 k3)."""
        return self.citizen_id


Card = HealthCard | CitizenCard
