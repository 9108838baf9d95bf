"""What the gateway is asked and what it answered, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.card.model import PartialDate, Sex

TOKEN_STEP = "token"  # noqa: S105 - the name of a step in the evidence
HISTORY_STEP = "history"
OTHER_STEPS = frozenset({TOKEN_STEP, HISTORY_STEP})
"""What stands as `Attempt.request` where no card was asked about."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who asks: name and citizen number as the facility registered them (``hoTenCb``, ``cccdCb``)."""

    full_name: str
    citizen_id: str


@dataclass(frozen=True, slots=True)
class Question:
    """A look-up: number of 15, 10 or 12 characters, name with diacritics, birth date."""

    number: str
    full_name: str
    birth_date: PartialDate
    staff: Staff | None = field(default=None, compare=False, repr=False)  # None: as the settings say


@dataclass(frozen=True, slots=True)
class NewCard:
    """The new card an answer mentions. Only set when its number differs from the card's own."""

    card_number: str
    valid_from: date | None = None
    valid_to: date | None = None
    primary_facility: str | None = None
    primary_facility_name: str | None = None


@dataclass(frozen=True, slots=True)
class GatewayCard:
    """The card fields of an answer; every one is optional on the wire."""

    card_number: str | None = None
    social_insurance_number: str | None = None
    full_name: str | None = None
    birth_date: PartialDate | None = None
    sex: Sex | None = None
    address: str | None = None
    primary_facility: str | None = None
    issuing_office: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    living_area: str | None = None
    five_years_from: date | None = None
    old_card_number: str | None = None
    new_card: NewCard | None = None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One earlier visit the gateway knows of. Times are Vietnam's, to the minute."""

    record_id: str | None = None
    facility: str | None = None
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None
    diagnosis: str | None = None
    discharge_status: str | None = None
    outcome: str | None = None
    visit_reason: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierCheck:
    """A facility asked about the card before. `facility` is None where the account names none."""

    at: datetime
    facility: str | None
    result_code: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """Evidence of one HTTP exchange of a look-up, kept with the visit (TT 12/2026 Đ4; NĐ 188/2025 Đ38 k2).

    `request` and `answer` never hold token, password or its hash.
    """

    asked_at: datetime
    elapsed_ms: float
    request: str  # JSON body of the look-up, or the name of another step ("token", "history")
    http_status: int | None
    answer: str | None  # the raw body as text, cut at the size limit; None when there was none
    failure: str | None  # key of the technical failure in config/result_codes.toml, None when answered
    detail: str = ""  # for technicians


@dataclass(frozen=True, slots=True)
class Answer:
    """What one look-up came to. Exactly one of `result_code` and `failure` is set.

    Both are keys of ``config/result_codes.toml``; an unknown code keeps its own text as `result_code`.
    """

    result_code: str | None
    failure: str | None = None
    note: str | None = None  # ghiChu, the gateway's sentence for people
    card: GatewayCard | None = None
    history: tuple[HistoryRow, ...] = ()
    history_known: bool = False  # whether the gateway told it, so that none is none
    checks: tuple[EarlierCheck, ...] | None = None  # None: not told
    unreadable_fields: tuple[str, ...] = ()  # wire names of fields that were there but not understood
    attempts: tuple[Attempt, ...] = ()
    elapsed_ms: float = 0.0
    detail: str = ""  # for technicians
    sent: bool = True  # False: nothing was sent, because nothing could have come of it
    history_failure: str | None = (
        None  # why Lskcb2025 gave no history: a code or failure; spoils nothing else
    )

    @property
    def deciding_attempts(self) -> tuple[Attempt, ...]:
        """The exchange that brought the result: the last one that was neither login nor history."""
        return tuple(each for each in self.attempts if each.request not in OTHER_STEPS)[-1:]
