"""What a setting may be: rules that read a value, or say in words what is allowed.

Written for `kiosk.settings`, where each setting names its rule.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HIDDEN = "***"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that never shows itself by accident."""

    _text: str = ""

    def reveal(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return HIDDEN


class Typed(str):
    """A value out of the environment, where a number or a list can only be written as text."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What a setting may be: `read` gives its value or raises ValueError; `allowed` says it in words.

    `choices`: all that it may be, where that is a short list.
    """

    read: Callable[[object], Any]
    allowed: str
    choices: tuple[str, ...] = ()


def text(pattern: str = r".*", allowed: str = "a text") -> Rule:
    def read(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError
        return value

    return Rule(read, allowed)


def choice(*choices: str) -> Rule:
    words = " | ".join(each or "empty" for each in choices)
    return replace(text("|".join(map(re.escape, choices)), words), choices=choices)


def points() -> Rule:
    """Of a facility's ranking; a number may stand in the file without quotes."""
    known = text(
        r"(?:provisional|100|[0-9]{1,2}(?:\.[0-9]{1,2})?)?", "a number from 0 to 100 | provisional | empty"
    )

    def read(value: object) -> Any:
        return known.read(f"{value:g}" if type(value) in {int, float} else value)

    return Rule(read, known.allowed)


def choices(*choices: str) -> Rule:
    """One or more of `choices`, each once; in the environment separated by commas."""

    def read(value: object) -> tuple[str, ...]:
        given = value.split(",") if isinstance(value, Typed) else value
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            raise ValueError
        found = tuple(each.strip() for each in given)
        if not found or len(set(found)) < len(found) or not set(found) <= set(choices):
            raise ValueError
        return found

    return Rule(read, f"one or more of {', '.join(choices)}")


def number(least: float, most: float, *, whole: bool = False) -> Rule:
    """From `least`, or above it when it is 0, to `most`."""

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | Typed):
            raise ValueError
        found = int(value) if whole else float(value)
        if whole and isinstance(value, float) and not value.is_integer():
            raise ValueError
        if not math.isfinite(found) or not least <= found <= most or found == 0:
            raise ValueError
        return found

    kind = "a whole number" if whole else "a number"
    return Rule(read, f"{kind} {'above 0' if least == 0 else f'from {least:g}'} to {most:g}")


def flag() -> Rule:
    words = {
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }

    def read(value: object) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, Typed) and value.lower() in words:
            return words[value.lower()]
        raise ValueError

    return Rule(read, "true | false", ("true", "false"))


def one_of(*numbers: int) -> Rule:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | Typed) or int(value) not in numbers:
            raise ValueError
        return int(value)

    choices = tuple(map(str, numbers))
    return Rule(read, " | ".join(choices), choices)


def secret() -> Rule:
    def read(value: object) -> Secret:
        if not isinstance(value, str):
            raise ValueError
        return Secret(value)

    return Rule(read, "a text")


def file() -> Rule:
    def read(value: object) -> str:
        if not isinstance(value, str) or (value and not Path(value).is_file()):
            raise ValueError
        return value

    return Rule(read, "a file that exists, or empty")


def text_or_index() -> Rule:
    def read(value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int) or str(value).strip() == "":
            raise ValueError
        return str(value)

    return Rule(read, "auto | off | an index | a camera's name | a video file | a stream's address")


def address() -> Rule:
    """Of a gateway. Whether plain http is allowed depends on another setting; see `load_settings`."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError
        parts = urlsplit(value)  # ValueError for an impossible host; the same for `port`
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0):
            raise ValueError
        if parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError
        return value

    return Rule(read, "an address such as https://host/path or http://127.0.0.1:8080, no account, no query")


def proxy() -> Rule:
    def read(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError
        if value in {"", "off"}:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
            raise ValueError
        if parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError
        return value

    return Rule(read, "an address such as http://proxy.example:3128, without an account | off | empty")
