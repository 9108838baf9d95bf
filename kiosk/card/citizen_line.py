"""The pipe-delimited line of a citizen card's QR code (CCCD, thẻ căn cước).

Seven parts of plain UTF-8: 12 digits, old 9-digit number or nothing, name, birth date, sex, address, day of
issue; cards of the 2024 law may have more behind. Keyboard scanners damage the texts, never the digits.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date

from kiosk.card import damage
from kiosk.card.dates import partial_day_of_digits
from kiosk.card.model import CitizenCard, Kind, Notice, PartialDate, Sex
from kiosk.card.numbers import notices_of_citizen_id
from kiosk.card.vietnamese import LETTERS, has_letters, is_latin, is_name, is_text, made_of_syllables
from kiosk.errors import CardParseError

FEWEST_WHOLE_PARTS = 4  # numbers, name and birth date: what a look-up needs

_BLANKS = " \t"
_CITIZEN_ID = re.compile(r"[0-9]{12}", re.ASCII)
_OLD_NUMBER = re.compile(r"(?:[0-9]{9}|[0-9]{12})?", re.ASCII)
_DATE = re.compile(r"[0-9]{8}|[0-9]{6}|[0-9]{4}", re.ASCII)
_SEX = re.compile(r"nam|n[^a-tv-z|]{0,24}", re.IGNORECASE)
"""``Nam`` is ASCII and survives everything; of ``Nữ`` the N and perhaps a u are left, and no other letter."""

_HEAD = re.compile(r"([0-9]{12})\|*+([0-9]{9}(?![0-9]))?\|*+", re.ASCII)
_BIRTH_AND_SEX = re.compile(r"([0-9]{8})\|*+(nam|nữ|n[^a-z|]{0,24}(?=\|))\|*+", re.IGNORECASE)
_ISSUED = re.compile(r"[0-9]{8}", re.ASCII)
_LONGEST_LINE = 2_000
_LONGEST_SEX = 24  # Nữ with its letter in Alt codes or entities
_FIRST_ISSUE_YEAR = 2015

_TEXT_REPAIRS = {"repaired_mojibake", "repaired_alt_codes"}


def looks_like_citizen_line(parts: list[str]) -> bool:
    return re.match(r"[0-9]{12}(?:[0-9]{9})?(?:[^0-9]|$)", parts[0].strip(_BLANKS)) is not None


def parse_citizen_line(line: str, today: date) -> CitizenCard:
    """The card of a cleaned line. Raises CardParseError ``unknown_code`` or ``line_incomplete``."""
    return _Reader(line, today).card()


@dataclass(frozen=True)
class _Parts:
    """The seven parts as they arrived; None for one that is missing or may be cut off."""

    citizen_id: str
    name: str | None
    birth: str | None
    sex: str | None = None
    address: str | None = None
    issued: str | None = None
    whole: bool = True


@dataclass
class _Reader:
    """Reads one line and gathers what is to be said about it."""

    line: str
    today: date
    notices: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mojibake = damage.has_mojibake(self.line)
        self.not_utf8 = damage.has_foreign_bytes(self.line)

    def card(self) -> CitizenCard:
        parts = self._parts()
        self.inverted = unicodedata.normalize("NFC", parts.sex or "") in {"nAM", "nỮ"}
        name, address = self._name(parts.name), self._address(parts.address)
        sex = self._sex(parts.sex)
        if name is not None and self._accents_lost(name, address, parts.sex):
            self.notices.append(Notice("accents_lost"))
            name = address = None
        card = CitizenCard(
            kind=Kind.CITIZEN_CARD,
            citizen_id=parts.citizen_id,
            full_name=name,
            birth_date=self._birth_date(parts.birth),
            sex=sex,
            address=address,
            issued_on=self._issued_on(parts.issued),
        )
        self.notices.extend(notices_of_citizen_id(parts.citizen_id, card.sex, card.birth_date))
        if card.birth_date and card.birth_date.first_day > self.today:
            self.notices.append(Notice("birth_date_in_future"))
        if not parts.whole:
            self.notices.append(Notice("line_incomplete"))
        return replace(card, warnings=tuple(dict.fromkeys(self.notices)))

    def _parts(self) -> _Parts:
        parts = [part.strip(_BLANKS) for part in self.line.split("|")]
        in_place = _in_place(parts)
        if in_place is not None:
            return in_place
        anchored = _anchored(self.line)
        if anchored is None:
            raise CardParseError(
                "line_incomplete" if 1 < len(parts) <= FEWEST_WHOLE_PARTS else "unknown_code"
            )
        self.notices.append(Notice("repaired_separators"))
        return anchored

    def _unreadable(self, name: str) -> None:
        self.notices.append(Notice("field_unreadable", (("field", name),)))

    def _readable(self, text: str, name: str) -> str | None:
        """`text` in composed letters, repaired where that is provable; None where letters were lost."""
        lost_beside = (
            self.not_utf8 and text.isascii()
        )  # no accent arrived here, and bytes are missing elsewhere
        if lost_beside or damage.has_foreign_bytes(text):
            self._unreadable(name)
            return None
        found = unicodedata.normalize("NFC", text)
        if self.mojibake and not text.isascii():
            repaired = damage.undo_mojibake(text)
            if repaired is None:
                self.notices.append(Notice("accents_damaged"))
                self._unreadable(name)
                return None
            self.notices.append(Notice("repaired_mojibake"))
            found = repaired
        found = found.replace("\u00a0", " ")
        if not found.isascii():  # where one accent arrived, none has leaked: digits are digits
            return " ".join(found.split())
        undone = damage.undo_alt_codes(found)
        if damage.has_leaked_codes(undone):
            self.notices.append(Notice("accents_damaged"))
            self._unreadable(name)
            return None
        if undone != found:
            self.notices.append(Notice("repaired_alt_codes"))
        return " ".join(undone.split())

    def _name(self, text: str | None) -> str | None:
        if not text:
            return None
        name = self._readable(text, "full_name")
        if name is None:
            return None
        if not is_name(name):
            if not (is_latin(name) and has_letters(name)) or any(character.isdigit() for character in name):
                self._unreadable("full_name")
                return None
            self.notices.append(Notice("unusual_letters", (("field", "full_name"),)))
        return self._right_way_up(name)

    def _address(self, text: str | None) -> str | None:
        if not text:
            return None
        address = self._readable(text, "address")
        if address is None:
            return None
        if not (is_text(address) or is_latin(address)):
            self._unreadable("address")
            return None
        return self._right_way_up(address)

    def _right_way_up(self, text: str) -> str:
        """`text` as it was before Caps Lock inverted its case, which the sex (``nAM``, ``nỮ``) gives away."""
        if not self.inverted:
            return text
        self.notices.append(Notice("repaired_caps_lock"))
        return text.swapcase()

    def _sex(self, text: str | None) -> Sex | None:
        if not text:
            return None
        if not _SEX.fullmatch(text):
            self._unreadable("sex")
            return None
        return Sex.MALE if text.lower() == "nam" else Sex.FEMALE

    def _birth_date(self, text: str | None) -> PartialDate | None:
        found = partial_day_of_digits(text) if text else None
        if text and found is None:
            self._unreadable("birth_date")
        return found

    def _issued_on(self, text: str | None) -> date | None:
        if not text:
            return None
        found = partial_day_of_digits(text) if len(text) == 8 else None
        if found is None or found.whole_day is None:
            self._unreadable("issued_on")
            return None
        return found.whole_day

    def _accents_lost(self, name: str, address: str | None, sex: str | None) -> bool:
        """Whether letters with accents were dropped on the way, all of them or those outside Latin-1.

        Where one of the others arrived (ư, ễ, đ …) nothing was dropped. A name such as Phan Thanh An is
        ASCII by itself; without an address beside it nobody can tell.
        """
        texts = f"{name} {address or ''}"
        repaired = any(notice.code in _TEXT_REPAIRS for notice in self.notices)
        if repaired or any(character > "\xff" and character in LETTERS for character in texts):
            return False
        if sex and unicodedata.normalize("NFC", sex).lower() not in {"nam", "nữ"}:
            return True
        words = re.findall(r"[^\W\d_]+", texts)
        begun_small = {word[0].islower() for word in name.split()}
        if len(begun_small) > 1 or not made_of_syllables(" ".join(words).title()):
            return True
        if texts.isascii() and not address:
            self.notices.append(Notice("name_without_accents"))
            return False
        return texts.isascii()


def _in_place(parts: list[str]) -> _Parts | None:
    """The parts of a line whose separators are all there; the last one may be cut off. None otherwise."""
    doubled_before_issue = len(parts) > 7 and not parts[6] and _DATE.fullmatch(parts[7])
    joined_to_issue = len(parts) == 6 and _ends_in_issue(parts[5])
    if not _CITIZEN_ID.fullmatch(parts[0]) or doubled_before_issue or joined_to_issue:
        return None
    whole = len(parts) > 7 or (len(parts) == 7 and len(parts[6]) == 8)
    given = parts if whole else parts[:-1]  # the last part may be cut off
    if len(given) < FEWEST_WHOLE_PARTS:
        return None
    padded: list[str | None] = [*given[:7], *[None] * (7 - len(given))]
    _, old, name, birth, sex, address, issued = padded
    fits = (
        _OLD_NUMBER.fullmatch(old or "")
        and name
        and not _DATE.fullmatch(name)
        and _DATE.fullmatch(birth or "")
        and (not sex or len(sex) <= _LONGEST_SEX)
        and not _DATE.fullmatch(address or "-")
        and (not issued or _DATE.fullmatch(issued))
    )
    if not fits:
        return None
    return _Parts(parts[0], name, birth, sex, address, issued, whole)


def _ends_in_issue(text: str) -> bool:
    """Whether a day of issue hangs on the end of an address."""
    day = partial_day_of_digits(text[-8:]) if re.search(r"[^0-9][0-9]{8}$", text, re.ASCII) else None
    return day is not None and day.day is not None and day.year >= _FIRST_ISSUE_YEAR


def _anchored(line: str) -> _Parts | None:
    """The parts of a whole line whose separators were lost or doubled, held together by digits and sex."""
    head = _HEAD.match(line)
    middle = _BIRTH_AND_SEX.search(line, head.end()) if head and len(line) <= _LONGEST_LINE else None
    if head is None or middle is None:
        return None
    name = line[head.end() : middle.start()].strip("| \t")
    address, *behind = [part for part in line[middle.end() :].split("|") if part] or [""]
    issued = behind[0] if behind else address[-8:]
    address = address if behind else address[:-8]
    if not name or "|" in name or not _ISSUED.fullmatch(issued.strip(_BLANKS)):
        return None
    return _Parts(head[1], name, middle[1], middle[2], address.strip(_BLANKS), issued.strip(_BLANKS))
