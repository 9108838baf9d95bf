"""Changing settings in their file, with the rules that a start has, and everything else in it left as it is.

A change goes into the file that is in force: the one that KIOSK_CONFIG names, else ``kiosk.toml`` in the data
folder, which is laid over the shipped one. What the environment says wins over both and cannot be changed.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.errors import SettingsError
from kiosk.resources import config_folder
from kiosk.setting_rules import Rule, Secret, Typed
from kiosk.settings import (
    Given,
    Settings,
    file_to_write,
    given_settings,
    section_kinds,
    settings_of,
)

Key = tuple[str, str]
"""(section or "", key)"""

Changes = Mapping[Key, str]
"""What was typed, as it would stand in the environment: ``zxing, zbar``, ``3.5``, ``true``."""

NEW_FILE = """\
# Settings of this installation, written by the kiosk (F12, F10) and to be edited by hand too.
# They go before those that the program came with (config/kiosk.toml), where each is explained.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A setting as it stands now. `shown` holds no secret; `fixed_by` names the variable that decides it."""

    section: str
    key: str
    rule: Rule
    shown: str
    default: str
    secret: bool  # is never shown; typing replaces it
    stated: bool  # in the installation's own file or the environment
    fixed_by: str
    help: str  # the comment of config/kiosk.toml, in English

    @property
    def name(self) -> str:
        return f"{self.section}.{self.key}" if self.section else self.key


def entries(environ: Mapping[str, str] | None = None) -> tuple[Entry, ...]:
    """All settings, in the order of the shipped file. Raises SettingsError where a file is broken."""
    environ = os.environ if environ is None else environ
    given = given_settings(environ)
    settings = settings_of(given)
    own = str(file_to_write(environ))
    folder_fixed = not environ.get("KIOSK_CONFIG")
    return tuple(_entry(settings, given, own, key, folder_fixed=folder_fixed) for key in _all_keys())


def _entry(settings: Settings, given: Given, own: str, place: Key, *, folder_fixed: bool) -> Entry:
    section, key = place
    value = getattr(getattr(settings, section) if section else settings, key)
    kind = section_kinds()[section]
    declared = next(each for each in fields(kind) if each.name == key)
    origin = given.get(place, ("", ""))[1]
    fixed_by = origin if origin.upper().startswith("KIOSK_") else ""
    if place == ("", "data_dir") and not fixed_by and folder_fixed:
        fixed_by = "KIOSK_DATA_DIR"  # a file in the folder cannot name the folder
    text = as_typed(value)
    secret = isinstance(value, Secret) or _holds_a_password(text)
    return Entry(
        section,
        key,
        declared.metadata["rule"],
        "" if isinstance(value, Secret) else without_password(text),
        as_typed(declared.default),
        secret,
        stated=bool(fixed_by) or origin == own,
        fixed_by=fixed_by,
        help=_comments().get(place, ""),
    )


def as_typed(value: object) -> str:
    """A setting's value as a person types it."""
    if isinstance(value, Secret):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def allowed_here(entry: Entry, typed: str) -> bool:
    """Whether the setting's own rule takes what was typed."""
    try:
        entry.rule.read(_given_value(typed))
    except (ValueError, OverflowError):
        return False
    return True


def check(changes: Changes, environ: Mapping[str, str] | None = None) -> Settings:
    """What the program would start with. Raises SettingsError, whose ``key`` is ``section.key``."""
    environ = os.environ if environ is None else environ
    given = given_settings(environ)
    own = str(file_to_write(environ))
    for key, typed in changes.items():
        given[key] = (_given_value(typed), own)
    return settings_of(given)


def save(changes: Changes, environ: Mapping[str, str] | None = None) -> Path:
    """Write them into the file that is in force, whole or not at all. Comments and order stay.

    Raises SettingsError: as `check` does, for a file that was broken by hand since, or cannot be written.
    """
    environ = os.environ if environ is None else environ
    check(changes, environ)
    file = file_to_write(environ)
    before = _read(file)
    after = _changed(before, changes, file)
    _write(file, after)
    return file


def _changed(before: str, changes: Changes, file: Path) -> str:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    newline = "\r\n" if "\r\n" in before else "\n"
    try:
        document = tomlkit.parse(before.replace("\r\n", "\n"))
        for (section, key), typed in changes.items():
            table: Any = document
            if section:
                if section not in document:
                    document.add(section, tomlkit.table())
                table = document[section]
            table[key] = _file_value(_rule((section, key)), typed)
        after = tomlkit.dumps(document)
        tomllib.loads(after)
    except (TOMLKitError, tomllib.TOMLDecodeError, TypeError, AttributeError) as error:
        raise SettingsError("settings_file", file=str(file), why=str(error) or "?") from None
    return after.replace("\n", newline)


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return NEW_FILE
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsError("settings_file", file=str(file), why=why or "?") from None


def _write(file: Path, text: str) -> None:
    """Beside the file first, then in its place; the rights of the old one stay."""
    try:
        target = file.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
        unfinished = Path(name)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(text.encode("utf-8"))
                stream.flush()
                os.fsync(stream.fileno())
            if target.exists():
                if not os.access(target, os.W_OK):
                    raise PermissionError(13, "read-only")  # noqa: TRY301  a file that somebody protects
                shutil.copymode(target, unfinished)
            else:
                unfinished.chmod(0o644)
            unfinished.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", "") or type(error).__name__
        raise SettingsError("settings_not_saved", file=str(file), why=why) from None


def _all_keys() -> list[Key]:
    """In the order of the shipped file; those it should have and has not come last."""
    declared = [
        (section, each.name)
        for section, kind in section_kinds().items()
        for each in fields(kind)
        if "rule" in each.metadata
    ]
    place = {key: number for number, key in enumerate(_comments())}
    return sorted(declared, key=lambda key: place.get(key, len(place)))


def _rule(key: Key) -> Rule:
    section, name = key
    rule: Rule = next(each for each in fields(section_kinds()[section]) if each.name == name).metadata["rule"]
    return rule


def _given_value(typed: str) -> object:
    return Typed(typed.strip()) if typed.strip() else ""


def _file_value(rule: Rule, typed: str) -> object:
    """As TOML has it. Raises ValueError, which `check` has ruled out."""
    value = rule.read(_given_value(typed))
    if isinstance(value, Secret):
        return value.reveal()
    return list(value) if isinstance(value, tuple) else value


_PASSWORD = re.compile(r"(?<=://)([^@/\s:]*):[^@\s]*(?=@)")


def _holds_a_password(text: str) -> bool:
    return _PASSWORD.search(text) is not None


def without_password(text: str) -> str:
    """An address with its password hidden."""
    return _PASSWORD.sub(r"\1:***", text)


@cache
def _comments() -> dict[Key, str]:
    """What the shipped file says before each setting."""
    found: dict[Key, str] = {}
    section, comment = "", list[str]()
    for line in (config_folder() / "kiosk.toml").read_text(encoding="utf-8").splitlines():
        stripped = line.strip()
        if stripped.startswith("#"):
            comment.append(stripped.lstrip("# "))
        elif stripped.startswith("["):
            section, comment = stripped.strip("[]"), []
        elif "=" in stripped:
            found[section, stripped.split("=", 1)[0].strip()] = " ".join(comment)
            comment = []
        else:
            comment = []
    return found
