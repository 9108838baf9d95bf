"""The preparation sheet as data: what stands on it, in the app's order. It does not imitate Mẫu 01/ĐK-GD.

The texts are those of ``config/texts/registration.toml``; the two addresses of the stores stand here, where
nobody changes them by accident (frauds live from other ones).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kiosk import texts
from kiosk.card.model import Sex
from kiosk.logs import mask_number
from kiosk.registration.addresses import Address
from kiosk.registration.preparation import Applicant, Preparation, birth_date_text

ANDROID_URL = "https://play.google.com/store/apps/details?id=com.bhxhapp"
IOS_URL = "https://apps.apple.com/vn/app/vssid/id1521647264"

BLANK = ""
"""The value of a line that is filled in with a pen."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence (`label` empty), or a value with its name; an empty value is a line for a pen."""

    text: str
    label: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    person: str  # name and masked number, for finding the owner of a sheet that was left behind
    keep_private: str
    today: str  # that the account is not needed today
    blocks: tuple[Block, ...]
    warning: str
    links: tuple[Link, Link]
    privacy: str
    footer: str


def sheet_of(prepared: Preparation, *, facility: str, made_on: date, language: str = "vi") -> Sheet:
    """The sheet for `prepared`, which must be printable. The patient keeps it; it is in Vietnamese."""
    return _Writing(prepared, facility, made_on, language).sheet()


class _Writing:
    def __init__(self, prepared: Preparation, facility: str, made_on: date, language: str) -> None:
        self._p, self._facility, self._day, self._language = prepared, facility, made_on, language

    def _(self, code: str, /, **values: str) -> str:
        return texts.text("registration", code, self._language, **values)

    def sheet(self) -> Sheet:
        person = self._p.full_name or "…"
        number = self._p.citizen_id or self._p.social_insurance_number
        return Sheet(
            title=self._("sheet_title"),
            person=f"{person} · {mask_number(number)}" if number else person,
            keep_private=self._("sheet_keep_private"),
            today=self._("sheet_today" if self._p.applicant is Applicant.OWN else "sheet_parent_today"),
            blocks=tuple(self._own() if self._p.applicant is Applicant.OWN else self._parent()),
            warning=self._("sheet_fraud"),
            links=(
                Link(self._("sheet_link_android"), ANDROID_URL),
                Link(self._("sheet_link_ios"), IOS_URL),
            ),
            privacy=self._("sheet_privacy"),
            footer=self._("sheet_footer", facility=self._facility, date=self._day.strftime("%d/%m/%Y")),
        )

    def _own(self) -> Iterator[Block]:
        yield self._block("0", "sheet_step0_try", "sheet_step0_vneid")
        yield self._block("1", "sheet_step1_open")
        yield Block(self._("sheet_step2"), tuple(self._values()))
        yield self._block("3", "sheet_step3_portrait", "sheet_step3_card")
        yield Block(self._("sheet_step4"), tuple(self._office()))
        yield self._block("5", "sheet_step5_otp", "sheet_step5_own")
        yield self._receipt("sheet_step6")
        yield self._then()
        yield self._recovery()

    def _parent(self) -> Iterator[Block]:
        """A child without a citizen card: from a parent's account (CV 702/BHXH-CNTT, CV 777/CNTT-PM)."""
        yield Block(
            self._("sheet_parent"),
            tuple(Line(self._(f"sheet_parent_{n}")) for n in ("account", "menu", "papers")),
        )
        yield Block(self._("sheet_parent_values"), tuple(self._child()))
        yield Block(self._("sheet_parent_office"), tuple(self._office()))
        yield self._receipt("sheet_parent_receipt")
        yield self._then()
        yield self._recovery()

    def _block(self, step: str, *codes: str) -> Block:
        return Block(self._(f"sheet_step{step}"), tuple(Line(self._(code)) for code in codes))

    def _value(self, code: str, value: str, *, strong: bool = True) -> Line:
        return Line(value, self._(code), strong=strong)

    def _values(self) -> Iterator[Line]:
        p = self._p
        yield self._value("sheet_number_10", _grouped(p.social_insurance_number))
        if p.citizen_id:
            yield self._value("sheet_number_12", _grouped(p.citizen_id))
        yield self._value("sheet_name", p.full_name)
        yield self._value("sheet_document", _grouped(p.document))
        yield self._value("sheet_birth_sex", self._birth_and_sex())
        yield self._value("sheet_address_new", self._new_place(), strong=False)
        if p.address_old.has_district:
            yield self._value("sheet_address_old", _place(p.address_old), strong=False)
        yield self._value("sheet_street", p.address_old.street, strong=False)
        yield self._value("sheet_phone", _grouped(p.phone))
        yield self._value("sheet_email", p.email)

    def _new_place(self) -> str:
        """Which commune of today an old one belongs to is not in any table: the patient writes it."""
        new = self._p.address_new
        commune = new.commune or self._("sheet_commune_blank")
        return f"{new.province} – {commune}" if new.province else BLANK

    def _child(self) -> Iterator[Line]:
        p = self._p
        yield self._value("sheet_number_10", _grouped(p.social_insurance_number))
        yield self._value("sheet_name", p.full_name)
        yield self._value("sheet_birth_sex", self._birth_and_sex())

    def _birth_and_sex(self) -> str:
        p = self._p
        sex = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ", None: ""}[p.sex]
        return " · ".join(part for part in (birth_date_text(p.birth_date), sex) if part)

    def _office(self) -> Iterator[Line]:
        office = self._p.office
        yield self._value("sheet_office", office.name if office else BLANK)
        if office:
            where = " · ".join(part for part in (office.address, office.hours) if part)
            if where:
                yield Line(where)
        if self._p.applicant is Applicant.OWN:
            yield Line(self._("sheet_step4_mail"))

    def _receipt(self, title: str) -> Block:
        return Block(
            self._(title),
            (self._value("sheet_dossier", BLANK), self._value("sheet_dossier_date", BLANK)),
        )

    def _then(self) -> Block:
        codes = ["sheet_then_bring", "sheet_then_wait"]
        if self._p.applicant is Applicant.PARENT:
            codes = ["sheet_parent_then"]
        lines = [Line(self._(code)) for code in codes]
        if wrong := self._p.disagreements:
            fields = ", ".join(texts.text("fields", each.field, self._language).lower() for each in wrong)
            lines.append(Line(self._("sheet_then_disagree", what=fields), strong=True))
        own = self._p.applicant is Applicant.OWN
        return Block(self._("sheet_then" if own else "sheet_parent_then_title"), tuple(lines))

    def _recovery(self) -> Block:
        codes = ("sheet_recovery_mail", "sheet_recovery_call", "sheet_recovery_changed")
        return Block(self._("sheet_recovery"), tuple(Line(self._(code)) for code in codes))


def _place(address: Address) -> str:
    return " – ".join(part for part in (address.province, address.district, address.commune) if part)


def _grouped(number: str) -> str:
    """Digits as they are easiest to copy: in threes, ten digits as 4-3-3; anything else as it is."""
    if not number.isdigit():
        return number
    if len(number) == 10:
        return f"{number[:4]} {number[4:7]} {number[7:]}"
    return " ".join(number[place : place + 3] for place in range(0, len(number), 3))
