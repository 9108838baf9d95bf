"""The address of a citizen card as the app asks for it: province, district, commune, the rest.

Since 01/07/2025 there is no district level and there are 34 provinces. Which of the two the app asks for is
not known, so both are prepared; of the new one only what can be told for sure.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from kiosk.card import tables
from kiosk.card.vietnamese import without_accents

NEW_PROVINCES_FROM = date(2025, 7, 1)

_NOT_OF_TODAY = {"28", "97", "98"}
"""Hà Tây, gone since 2008, and the insurance offices of army and police: no province of 2025 came of them."""

_DISTRICT = re.compile(r"(?:quận|huyện|thị xã|thành phố|q\.|h\.|tx\.?|tp\.?)\s*\S", re.IGNORECASE)
_COMMUNE = re.compile(r"(?:phường|xã|thị trấn|đặc khu|p\.|x\.|tt\.?)\s*\S", re.IGNORECASE)
_PROVINCE_WORD = re.compile(r"^(?:tỉnh|thành phố|tp\.?|t\.)\s+|^tp\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """Parts are empty where they are not known. `sure` is false where words, not form, decided."""

    province: str = ""
    district: str = ""
    commune: str = ""
    street: str = ""
    sure: bool = True

    @property
    def has_district(self) -> bool:
        return bool(self.district)


def split_address(text: str, issued_on: date | None = None) -> Address:
    """The parts of `text`, which are separated by commas and read from the end.

    A part that names its own level (``Quận 1``, ``Xã Mẫu``) is that level. Where none does, the day the card
    was issued tells which of the two divisions it follows; then `sure` is false.
    """
    parts = [part for part in (" ".join(part.split()) for part in _composed(text).split(",")) if part]
    if not parts:
        return Address(sure=False)
    province, rest = parts[-1], parts[:-1]
    if not rest:
        return Address(province=province, sure=False)
    if _COMMUNE.match(rest[-1]):
        return Address(province, "", rest[-1], ", ".join(rest[:-1]), sure=_is_province(province))
    named = bool(_DISTRICT.match(rest[-1]))
    older = issued_on is None or issued_on < NEW_PROVINCES_FROM
    if named or (older and len(rest) > 1):
        commune = rest[-2] if len(rest) > 1 else ""
        sure = named and bool(_COMMUNE.match(commune)) and _is_province(province)
        return Address(province, rest[-1], commune, ", ".join(rest[:-2]), sure=sure)
    return Address(province, "", rest[-1], ", ".join(rest[:-1]), sure=False)


def new_address(old: Address) -> Address:
    """As far as it can be told: the province of today; the commune only where `old` has no district."""
    today = province_today(old.province)
    if not old.has_district:
        return replace(old, province=today or old.province)
    return Address(province=today or "", street=old.street, sure=False)


def province_today(name: str) -> str | None:
    """The province that `name` belongs to since 01/07/2025; None for a name that is not a province."""
    return _provinces().get(_plain(name))


def _is_province(name: str) -> bool:
    return province_today(name) is not None


@cache
def _provinces() -> dict[str, str]:
    known = tables.provinces()
    found: dict[str, str] = {}
    for province in known.values():
        if province.code in _NOT_OF_TODAY:
            continue
        heir = known[province.merged_into] if province.merged_into else province
        today = heir.since_2025 or heir.name
        found[_plain(province.name)] = today
    for province in known.values():
        if province.since_2025:
            found.setdefault(_plain(province.since_2025), province.since_2025)
    return found


def _plain(name: str) -> str:
    bare = _PROVINCE_WORD.sub("", _composed(name).strip())
    return re.sub(r"[^a-z]+", " ", without_accents(bare).lower()).strip()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
