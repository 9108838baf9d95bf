"""Saving what was typed: settings into their file, the gateway's password into the keyring. For a worker."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kiosk.passwords import account_of, keep_password
from kiosk.settings_editing import Entry, Key, check, save

PASSWORD: Key = ("gateway", "password")


def save_typed(typed: Mapping[Key, str], entries: tuple[Entry, ...]) -> Path | None:
    """The file, where one was written. A password in the file would go before the keyring's: it is emptied.

    Raises SettingsError, and KioskError of `keep_password`; nothing is in the file then.
    """
    changes = dict(typed)
    password = changes.pop(PASSWORD, "")
    if password and any((each.section, each.key) == PASSWORD and each.stated for each in entries):
        changes[PASSWORD] = ""
    settings = check(changes)
    if password:
        keep_password(account_of(settings), password)
    return save(changes) if changes else None
