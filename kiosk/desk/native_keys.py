"""What a key itself proves, where the system tells which key it was. Pure.

A scanner presses the keys of an American keyboard. On a Vietnamese layout the same keys give other
characters: the digit 1 arrives as ``ă``, 5 as a combining grave. Where the platform names the key (X11: its
code, Windows: its virtual key), the digit is known and nothing has to be repaired afterwards. Used for scans
only; what a person types into a field stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

_X11_FIRST_DIGIT = 10  # evdev's code of the key 1, plus the 8 that X adds
_X11_BRACKETS = {34: "[", 35: "]"}
_WINDOWS_BRACKETS = {0xDB: "[", 0xDD: "]"}  # VK_OEM_4, VK_OEM_6

VK_PROCESSKEY = 0xE5
VK_PACKET = 0xE7
"""Windows: not a key but a character that a program sent, as Vietnamese input methods do."""

_PLAIN: Mapping[str, str] = {
    "1": "ă",
    "2": "â",
    "3": "ê",
    "4": "ô",
    "5": "\u0300",
    "6": "\u0309",
    "7": "\u0303",
    "8": "\u0301",
    "9": "\u0323",
    "0": "đ",
    "[": "ư",
    "]": "ơ",
}
_SHIFTED: Mapping[str, tuple[str, str]] = {
    "1": ("Ă", "!"),
    "2": ("Â", "@"),
    "3": ("Ê", "#"),
    "4": ("Ô", "$"),
    "0": ("Đ", ")"),
    "[": ("Ư", "{"),
    "]": ("Ơ", "}"),
}
"""What the Vietnamese layout gives on a key (xkeyboard-config ``vn``; Windows alike), and the American."""


def meant_by(text: str, *, platform: str, scan_code: int, virtual_key: int, shift: bool) -> str:
    """The character of an American keyboard's key, where `text` is what a Vietnamese layout gives on it.

    `platform` is Qt's name: xcb, windows. Anything else than that layout stays as it is.
    """
    if text.isascii():
        return text
    if platform == "xcb":
        key = _x11_key(scan_code)
    elif platform == "windows":
        key = chr(virtual_key) if 0x30 <= virtual_key <= 0x39 else _WINDOWS_BRACKETS.get(virtual_key, "")
    else:
        return text
    if shift:
        given, meant = _SHIFTED.get(key, ("", ""))
        return meant if text == given else text
    return key if key and text == _PLAIN[key] else text


def _x11_key(scan_code: int) -> str:
    if _X11_FIRST_DIGIT <= scan_code < _X11_FIRST_DIGIT + 10:
        return "1234567890"[scan_code - _X11_FIRST_DIGIT]
    return _X11_BRACKETS.get(scan_code, "")


def sent_by_a_program(*, platform: str, virtual_key: int) -> bool:
    """Whether an input method stands between keyboard and window (known on Windows only)."""
    return platform == "windows" and virtual_key in {VK_PROCESSKEY, VK_PACKET}
