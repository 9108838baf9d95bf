"""Rule files of ``config/``, read so that an error names file, line and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from kiosk.errors import SettingsError
from kiosk.resources import config_folder

_HEAD = re.compile(r"\s*\[+\s*(?P<name>.+?)\s*\]+\s*(?:#.*)?$")
_QUOTED = r"""\s*["']?{}["']?"""
_TOML_LINE = re.compile(r"at line (\d+)")


def _bare(name: str) -> str:
    return name.replace('"', "").replace("'", "")


class RuleFile:
    """One file of rules. Raises SettingsError ``rule_file`` (file, line, what is wrong, remedy)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._text = path.read_bytes().decode("utf-8-sig")
            self.tables: dict[str, Any] = tomllib.loads(self._text)
        except OSError as error:
            self._raise("1", error.strerror or "?", "a readable file")
        except UnicodeDecodeError as error:
            line = str(error.object.count(b"\n", 0, error.start) + 1)
            self._raise(line, "not UTF-8", "a file saved as UTF-8")
        except tomllib.TOMLDecodeError as error:
            found = _TOML_LINE.search(str(error))
            line = found.group(1) if found else str(self._text.count("\n") + 1)
            self._raise(line, str(error), "valid TOML")

    @classmethod
    def named(cls, name: str) -> RuleFile:
        return cls(config_folder() / name)

    def refuse(self, head: str, key: str, why: str, allowed: str) -> NoReturn:
        """`head`: the table as it stands between brackets; of several alike (``head#2``) the one meant."""
        place = f"[{head}] {key}".strip() if head else key
        self._raise(str(self._line(head, key)), f"{place}: {why}" if place else why, allowed)

    def rows(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The tables of a file that holds nothing else, with their names; at least one."""
        if not self.tables:
            self.refuse("", "", "the file is empty", "the file as it was delivered, with your changes")
        for name, row in self.tables.items():
            if not isinstance(row, dict):
                self.refuse("", name, "is no table", f"[{name}]")
            yield name, row

    def table(self, head: str, within: Mapping[str, Any] | None = None, key: str = "") -> Mapping[str, Any]:
        """The table `key` (or `head`) of `within`, which must be one."""
        found = (self.tables if within is None else within).get(key or head)
        if not isinstance(found, dict):
            self.refuse(head, "", "is missing", f"a table [{head}]")
        return found

    def only(self, head: str, table: Mapping[str, Any], known: set[str]) -> None:
        for key in table:
            if key not in known:
                self.refuse(head, key, "unknown key", ", ".join(sorted(known)))

    def text(self, head: str, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self.refuse(head, key, "is missing or no text", "a text")
        return value

    def whole(self, head: str, table: Mapping[str, Any], key: str, least: int, most: int) -> int:
        value = table.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.refuse(head, key, f"{value!r} is impossible", f"a whole number from {least} to {most}")
        return value

    def day(self, head: str, table: Mapping[str, Any], key: str) -> date | None:
        value = table.get(key)
        if value is not None and type(value) is not date:
            self.refuse(head, key, f"{value!r} is no date", "a date such as 2026-07-01")
        return value

    def word(self, head: str, table: Mapping[str, Any], key: str, words: set[str]) -> str:
        value = table.get(key)
        if not isinstance(value, str) or value not in words:
            self.refuse(head, key, f"{value!r} is unknown", " | ".join(sorted(words)))
        return value

    def flag(self, head: str, table: Mapping[str, Any], key: str, default: bool | None = None) -> bool:
        """With a `default` the key may be missing."""
        value = table.get(key, default)
        if not isinstance(value, bool):
            self.refuse(head, key, "is missing or no flag", "true | false")
        return value

    def _line(self, head: str, key: str) -> int:
        if not head:
            return self._line_of_all(key)
        name, _, place = head.partition("#")
        left = int(place) if place else 1
        best, inside = 1, False
        for number, line in enumerate(self._text.splitlines(), start=1):
            found = _HEAD.match(line)
            if found:
                if inside:
                    break
                left -= _bare(found.group("name")) == _bare(name)
                if left == 0:
                    best, inside = number, True
            elif inside and key and re.match(_QUOTED.format(re.escape(key)) + r"\s*=", line):
                return number
        return best

    def _line_of_all(self, key: str) -> int:
        """Where the file's own key, or the first table of that name, stands."""
        begins = re.compile(r"\s*\[*\s*" + _QUOTED.format(re.escape(key)) + r"\s*[=.\]]") if key else None
        for number, line in enumerate(self._text.splitlines(), start=1):
            if begins is not None and begins.match(line):
                return number
        return 1

    def _raise(self, line: str, why: str, allowed: str) -> NoReturn:
        raise SettingsError("rule_file", file=str(self.path), line=line, why=why, allowed=allowed)


__all__ = ["RuleFile"]
