"""Phone number and e-mail address as a patient says them and a hand types them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kiosk.card.model import Notice
from kiosk.errors import UsageError
from kiosk.registration import tables

LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the brackets

_MOBILE = re.compile(r"0[35789][0-9]{8}", re.ASCII)
_SEPARATORS = re.compile(r"[\s.\-–()]+")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_MOST_SLIPS = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry in its normal form, and what to ask about it. `suggestion`: what was perhaps meant."""

    value: str
    notices: tuple[Notice, ...] = ()
    suggestion: str = ""


def check_phone(text: str) -> Checked:
    """A Vietnamese mobile number as 10 digits; ``+84`` and ``84`` become ``0``.

    Raises UsageError ``phone_missing``, ``phone_letters``, ``phone_length``, ``phone_old`` (11 digits, before
    2018) or ``phone_not_mobile``. A prefix that is not in the table is only asked about.
    """
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if not digits:
        raise UsageError("phone_missing", field="phone")
    digits = re.sub(r"^(?:\+|00)84(?:0(?=[0-9]{9}$))?", "0", digits)
    if len(digits) == 11 and digits.startswith("84"):
        digits = "0" + digits[2:]
    if not (digits.isascii() and digits.isdigit()):
        raise UsageError("phone_letters", field="phone")
    if len(digits) == 11 and digits.startswith("01"):
        raise UsageError("phone_old", field="phone")
    if digits.startswith("02"):
        raise UsageError("phone_not_mobile", field="phone", prefix=digits[:3])
    if len(digits) != 10:
        raise UsageError("phone_length", field="phone", length=str(len(digits)))
    if not _MOBILE.fullmatch(digits):
        raise UsageError("phone_not_mobile", field="phone", prefix=digits[:3])
    if digits[:3] in tables.mobile_prefixes():
        return Checked(digits)
    return Checked(digits, (Notice("phone_prefix_unknown", (("prefix", digits[:3]),)),))


def check_email(text: str) -> Checked:
    """An address with its domain in small letters; `suggestion` is the usual domain that it nearly has.

    Raises UsageError ``email_missing``, ``email_accents`` (an input method was on), ``email_without_at``,
    ``email_without_domain`` or ``email_invalid``.
    """
    address = unicodedata.normalize("NFKC", text).strip().rstrip(".,;")
    if not address:
        raise UsageError("email_missing", field="email")
    if not address.isascii():
        raise UsageError("email_accents", field="email")
    local, at, domain = address.partition("@")
    if not at:
        raise UsageError("email_without_at", field="email")
    domain = domain.lower()
    labels = domain.split(".")
    if not all(labels) or len(labels) < 2:
        raise UsageError("email_without_domain", field="email")
    ending = labels[-1]
    sound = _LOCAL.fullmatch(local) and all(_LABEL.fullmatch(label) for label in labels)
    if not sound or len(address) > LONGEST_EMAIL or len(local) > 64 or len(ending) < 2 or ending.isdigit():
        raise UsageError("email_invalid", field="email")
    meant = near_miss(domain)
    if not meant:
        return Checked(f"{local}@{domain}")
    suggestion = f"{local}@{meant}"
    return Checked(f"{local}@{domain}", (Notice("email_near_miss", (("domain", meant),)),), suggestion)


def near_miss(domain: str) -> str:
    """The domain that was perhaps meant; empty for a usual one, and for one that is like none."""
    known = tables.mail_domains()
    if domain in known or domain in tables.odd_but_real_domains():
        return ""
    rest, _, ending = domain.rpartition(".")
    mended = f"{rest}.{tables.slipped_endings().get(ending, ending)}"
    if mended in known:
        return mended
    best = min(known, key=lambda usual: slips_between(mended, usual))
    slips = slips_between(mended, best)
    if slips <= _MOST_SLIPS and len(best.split(".")[0]) >= 3 + slips:  # two slips in "live" make another name
        return best
    return mended if mended != domain else ""


def slips_between(one: str, other: str) -> int:
    """Letters left out, put in, exchanged, or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, theirs in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (mine != theirs))
            if i > 1 and j > 1 and mine == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
