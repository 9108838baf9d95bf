"""Where one scan ends and another begins, in a text that a scanner or a text box put together."""

from __future__ import annotations

import re

_BLANKS = " \t"  # not str.strip(): a hard blank or NEL may be half of a garbled letter
_AROUND = re.compile(
    "^[ \t\x80-\xa0\u2028\u2029\ufffd\ud800-\udfff]+|[ \t\x80-\xa0\u2028\u2029\ufffd\ud800-\udfff]+$"
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_BREAKS = re.compile("[\x00-\x1f\x7f]+")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_PREFIX = re.compile(r"(?:\]\s?[A-Za-z][0-9]|\\[0-9]{6})")
_LINE_START = re.compile(
    r"(?:[A-Za-z]{2}[0-9][0-9A-Za-z]{12}|[0-9]{10})\|[0-9A-Fa-f]{4,}\|(?:[0-9]{1,2}/){0,2}[0-9]{4}\|[12]\|"
    r"|[0-9]{12}\|(?:[0-9]{9})?\|[^|]{2,300}\|[0-9]{8}\|",
    re.ASCII,
)
"""Number, hex name, birth date, sex of a BHYT line; both numbers, name, birth date of a citizen card's."""


def split_at_breaks(text: str) -> list[str]:
    """The pieces between control characters (CR, Tab, STX …) that hold anything; full-width made plain."""
    plain = _INVISIBLE.sub("", text)
    if not plain.isascii():
        plain = plain.translate(_FULL_WIDTH)
    return [piece for piece in _BREAKS.split(plain) if without_prefix(piece)]


def without_prefix(scan: str) -> str:
    """`scan` without what scanners put around it: blanks, stray bytes, an AIM or ECI prefix."""
    scan = scan.strip(_BLANKS)
    if not scan.isascii():
        scan = _AROUND.sub("", scan)
    prefix = _PREFIX.match(scan)
    return scan[prefix.end() :].strip(_BLANKS) if prefix else scan


def split_where_lines_begin(line: str) -> list[str]:
    """The scans that were glued together in `line`: cut behind every ``|$`` and before every line start."""
    scans: list[str] = []
    for piece in line.split("|$"):
        first_field = piece.find("|")
        if not piece.strip(" |$"):
            continue
        begin = 0
        for found in _LINE_START.finditer(piece):
            if found.start() > first_field:  # else it is the end of the first number, damaged at its head
                scans.append(piece[begin : found.start()])
                begin = found.start()
        scans.append(piece[begin:])
    if len(scans) <= 1:
        return [line]
    return [f"{scan}|$" if f"{scan}|$" in line else scan for scan in scans]


def is_start_of(scan: str, whole: str) -> bool:
    """Whether `scan` is the line `whole` as far as it goes: a scan that was broken off and begun anew."""
    return whole.lower().startswith(scan.rstrip("|$ ").lower())
