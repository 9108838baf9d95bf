"""From two cards and what a person typed to the values of the app's form, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from kiosk.card import parse_birth_date, parse_number
from kiosk.card.model import Card, CitizenCard, HealthCard, Notice, PartialDate, Sex
from kiosk.card.numbers import without_separators
from kiosk.card.vietnamese import without_accents
from kiosk.errors import CardParseError, KioskError, UsageError
from kiosk.names import clean_name
from kiosk.registration.addresses import Address, new_address, split_address
from kiosk.registration.comparison import CardDifference, better_name, compare, of_two_persons
from kiosk.registration.contacts import Checked, check_email, check_phone
from kiosk.registration.tables import Office

ADULT_YEARS = 18
ARMY_POLICE = frozenset({"QN", "HC", "LS", "XK", "CY", "CA"})
"""Object codes whose holders the public look-up may not find; TT 09/2026/TT-BTC leaves them out."""

_PASSPORT = re.compile(r"[A-Z][0-9]{7,8}", re.ASCII)
_FOREIGN_PAPER = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,20}", re.ASCII)
_SEXES = {"nam": Sex.MALE, "nu": Sex.FEMALE, "male": Sex.MALE, "female": Sex.FEMALE}
_LONGEST_PLACE = 120


class Entry(StrEnum):
    """What the app asks for, in its order. The values are the names in JSON and in the tables of texts."""

    SOCIAL_INSURANCE_NUMBER = "social_insurance_number"
    FULL_NAME = "full_name"
    DOCUMENT = "document"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    STREET = "street"
    PROVINCE_NEW = "province_new"
    COMMUNE_NEW = "commune_new"
    PHONE = "phone"
    EMAIL = "email"


REQUIRED = (
    Entry.SOCIAL_INSURANCE_NUMBER,
    Entry.FULL_NAME,
    Entry.DOCUMENT,
    Entry.PHONE,
    Entry.EMAIL,
)
"""Without these the app does not go on, or its code and its answer reach nobody (CV 2191/CNTT-PM)."""


class Applicant(StrEnum):
    """Who registers: the person, or a parent from the own account (CV 702/BHXH-CNTT)."""

    OWN = "self"
    PARENT = "parent"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known so far. What was typed stands before what a card says; an empty text gives it up."""

    health_card: HealthCard | None = None
    citizen_card: CitizenCard | None = None
    typed: Mapping[Entry, str] = field(default_factory=dict)
    office: Office | None = None
    for_child: bool = False  # somebody said so, whatever the birth date tells

    def with_card(self, card: Card) -> Draft:
        """Raises UsageError ``cards_of_two_persons``; the draft is then as it was."""
        if isinstance(card, HealthCard):
            taken = replace(self, health_card=card)
        else:
            taken = replace(self, citizen_card=card)
        health, citizen = taken.health_card, taken.citizen_card
        if health is not None and citizen is not None and of_two_persons(health, citizen):
            raise UsageError("cards_of_two_persons", field=card_field(card))
        return taken

    def with_typed(self, entries: Mapping[Entry, str]) -> Draft:
        """Only what differs from what the cards say counts as typed."""
        from_cards = Draft(self.health_card, self.citizen_card).texts()
        changed = {entry: text for entry, text in entries.items() if text.strip() != from_cards[entry]}
        kept = {entry: text for entry, text in self.typed.items() if entry not in entries}
        return replace(self, typed={**kept, **changed})

    def texts(self) -> dict[Entry, str]:
        """Every entry as it stands, unchecked."""
        return {**_from_cards(self.health_card, self.citizen_card), **self.typed}

    @property
    def empty(self) -> bool:
        """Nothing of a person is in it."""
        return not self.health_card and not self.citizen_card and not any(self.typed.values())


@dataclass(frozen=True, slots=True)
class Problem:
    """What must be corrected. What `blocks` may not stand on paper; what is missing is added with a pen."""

    entry: str
    error: KioskError
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Preparation:
    """The checked values; empty or None where a value is missing or wrong."""

    applicant: Applicant
    social_insurance_number: str
    citizen_id: str  # 12 digits, since 08/2025 perhaps in place of the 10
    full_name: str
    document: str
    birth_date: PartialDate | None
    sex: Sex | None
    address_on_card: str
    address_old: Address
    address_new: Address
    phone: str
    email: str
    office: Office | None
    differences: tuple[CardDifference, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Notice, ...]
    email_suggestion: str = ""

    @property
    def printable(self) -> bool:
        return not any(problem.blocks for problem in self.problems)

    @property
    def disagreements(self) -> tuple[CardDifference, ...]:
        """Differences that an office has to put right, not only lost accents."""
        return tuple(difference for difference in self.differences if not difference.spelling)


def prepare(draft: Draft, today: date) -> Preparation:
    """Check everything at once; nothing is raised for what a person or a card says."""
    return _Preparing(draft, today).result()


def card_field(card: Card) -> str:
    return "health_card" if isinstance(card, HealthCard) else "citizen_card"


def birth_date_text(born: PartialDate | None) -> str:
    return born.slashed if born else ""


def _from_cards(health: HealthCard | None, citizen: CitizenCard | None) -> dict[Entry, str]:
    address = split_address((citizen and citizen.address) or "", citizen.issued_on if citizen else None)
    now = new_address(address)
    born = [card.birth_date for card in (citizen, health) if card and card.birth_date]
    sexes = [card.sex for card in (citizen, health) if card and card.sex]
    return {
        Entry.SOCIAL_INSURANCE_NUMBER: (health and health.social_insurance_number) or "",
        Entry.FULL_NAME: better_name(
            health.full_name if health else None, citizen.full_name if citizen else None
        ),
        Entry.DOCUMENT: (citizen and citizen.citizen_id) or "",
        Entry.BIRTH_DATE: birth_date_text(born[0] if born else None),
        Entry.SEX: {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"}[sexes[0]] if sexes else "",
        Entry.PROVINCE: address.province,
        Entry.DISTRICT: address.district,
        Entry.COMMUNE: address.commune,
        Entry.STREET: address.street,
        Entry.PROVINCE_NEW: now.province,
        Entry.COMMUNE_NEW: now.commune,
        Entry.PHONE: "",
        Entry.EMAIL: "",
    }


class _Preparing:
    """Collects problems and warnings while the entries are checked one by one."""

    def __init__(self, draft: Draft, today: date) -> None:
        self._draft, self._today = draft, today
        self._texts = {entry: text.strip() for entry, text in draft.texts().items()}
        self._problems: list[Problem] = []
        self._warnings: list[Notice] = []

    def result(self) -> Preparation:
        health, citizen = self._draft.health_card, self._draft.citizen_card
        differences = compare(health, citizen) if health and citizen else ()
        number = self._checked(Entry.SOCIAL_INSURANCE_NUMBER, _insurance_number)
        name = self._checked(Entry.FULL_NAME, clean_name)
        document = self._checked(Entry.DOCUMENT, _document)
        born = self._birth_date()
        sex = self._sex()
        phone = self._contact(Entry.PHONE, check_phone)
        email = self._contact(Entry.EMAIL, check_email)
        old, new = self._addresses()
        applicant = self._applicant(born)
        self._require(applicant)
        self._remark(name, born, differences)
        return Preparation(
            applicant=applicant,
            social_insurance_number=number,
            citizen_id=document if len(document) == 12 and document.isdigit() else "",
            full_name=name,
            document=document,
            birth_date=born,
            sex=sex,
            address_on_card=(citizen and citizen.address) or "",
            address_old=old,
            address_new=new,
            phone=phone.value,
            email=email.value,
            office=self._draft.office,
            differences=differences,
            problems=tuple(self._problems),
            warnings=tuple(dict.fromkeys(self._warnings)),
            email_suggestion=email.suggestion,
        )

    # Entries

    def _checked(self, entry: Entry, check: Callable[[str], str]) -> str:
        text = self._texts[entry]
        if not text:
            return ""
        try:
            return check(text)
        except KioskError as error:
            self._problems.append(Problem(entry, error))
            return ""

    def _contact(self, entry: Entry, check: Callable[[str], Checked]) -> Checked:
        if not self._texts[entry]:
            return Checked("")
        try:
            found = check(self._texts[entry])
        except UsageError as error:
            self._problems.append(Problem(entry, error))
            return Checked("")
        self._warnings += found.notices
        return found

    def _birth_date(self) -> PartialDate | None:
        text = self._texts[Entry.BIRTH_DATE]
        if not text:
            return None
        try:
            born = parse_birth_date(text)
        except CardParseError as error:
            self._problems.append(Problem(Entry.BIRTH_DATE, error))
            return None
        if born.first_day > self._today:
            self._problems.append(
                Problem(Entry.BIRTH_DATE, UsageError("birth_date_future", field="birth_date"))
            )
            return None
        return born

    def _sex(self) -> Sex | None:
        text = self._texts[Entry.SEX]
        found = _SEXES.get(without_accents(text).lower())
        if text and found is None:
            self._problems.append(Problem(Entry.SEX, UsageError("sex_unknown", field="sex")))
        return found

    def _addresses(self) -> tuple[Address, Address]:
        def place(entry: Entry) -> str:
            return " ".join(self._texts[entry].split())[:_LONGEST_PLACE]

        street = place(Entry.STREET)
        card = self._draft.citizen_card
        read = split_address((card and card.address) or "", card.issued_on if card else None)
        parts = (place(Entry.PROVINCE), place(Entry.DISTRICT), place(Entry.COMMUNE), street)
        corrected = parts != (read.province, read.district, read.commune, read.street)
        sure = read.sure or corrected
        if card and card.address and not sure:
            self._warnings.append(Notice("address_unsure"))
        old = Address(*parts, sure=sure)
        new = Address(place(Entry.PROVINCE_NEW), "", place(Entry.COMMUNE_NEW), street, sure=sure)
        return old, new

    # What goes together

    def _applicant(self, born: PartialDate | None) -> Applicant:
        if self._draft.for_child:
            return Applicant.PARENT
        if born is None or self._draft.citizen_card or self._texts[Entry.DOCUMENT]:
            return Applicant.OWN
        eighteenth = (self._today.year - ADULT_YEARS, self._today.month, self._today.day)
        return Applicant.PARENT if (born.year, born.month or 1, born.day or 1) > eighteenth else Applicant.OWN

    def _require(self, applicant: Applicant) -> None:
        for entry in REQUIRED:
            if applicant is Applicant.PARENT and entry in {Entry.DOCUMENT, Entry.PHONE, Entry.EMAIL}:
                continue  # the parent's own are with the account already
            if not self._texts[entry]:
                self._problems.append(
                    Problem(entry, UsageError(f"{entry}_missing", field=entry), blocks=False)
                )

    def _remark(self, name: str, born: PartialDate | None, differences: tuple[CardDifference, ...]) -> None:
        health, citizen = self._draft.health_card, self._draft.citizen_card
        if name and name.isascii():
            self._warnings.append(Notice("name_without_accents"))
        if born is not None and born.day is None:
            self._warnings.append(Notice("birth_date_partial"))
        for difference in differences:
            if not difference.spelling:
                error = UsageError("cards_disagree", field=difference.field)
                self._problems.append(Problem(difference.field, error, blocks=False))
        if any(difference.spelling for difference in differences):
            self._warnings.append(Notice("cards_spelled_differently"))
        number = (health and health.card_number) or ""
        if number[:2] in ARMY_POLICE:
            self._warnings.append(Notice("army_police_account"))
        for card in (health, citizen):
            self._warnings += card.warnings if card else ()


def _insurance_number(text: str) -> str:
    """The 10 digits, from them or from a card's 15 characters. Raises KioskError."""
    card = parse_number(text)
    if isinstance(card, HealthCard) and card.social_insurance_number:
        return card.social_insurance_number
    raise UsageError("insurance_number_form", field=Entry.SOCIAL_INSURANCE_NUMBER)


def _document(text: str) -> str:
    """Citizen card (12 digits), old identity card (9 or 12) or passport. Raises UsageError."""
    number = without_separators(text).upper()
    digits = number.isascii() and number.isdigit()
    if (digits and len(number) in {9, 12}) or _PASSPORT.fullmatch(number):
        return number
    if not digits and _FOREIGN_PAPER.fullmatch(number):
        return number
    raise UsageError("document_form", field=Entry.DOCUMENT)
