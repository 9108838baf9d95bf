"""Passwords in the operating system's keyring: read at every start, written by the set-up."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.errors import KioskError
from kiosk.settings import Settings

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "bhyt-kiosk"
"""Name under which the password of an account stands in the keyring."""

_KEEPS_NOTHING = {"keyring.backends.fail", "keyring.backends.null"}


class Known(StrEnum):
    """Whether there is a password for the gateway account."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not_asked"  # a keyring that is locked, or breaks, has not said no


def account_of(settings: Settings) -> str:
    """The gateway account: as set, else that of the facility."""
    return settings.gateway.username or f"{settings.facility.code}_BV"


def password_of(account: str) -> str:
    """Empty when there is none, or no keyring."""
    try:
        import keyring

        return keyring.get_password(SERVICE, account) or ""
    except Exception:  # noqa: BLE001  whatever ails a keyring, the patient is received (account_not_set)
        return ""


def is_known(settings: Settings) -> Known:
    """For a worker: a keyring may ask the person at the screen for its own password first."""
    if settings.gateway.password:
        return Known.YES
    try:
        import keyring
        from keyring.errors import NoKeyringError

        try:
            found = keyring.get_password(SERVICE, account_of(settings))
        except NoKeyringError:
            return Known.NO
    except Exception:  # noqa: BLE001  backends raise what they like
        return Known.NOT_ASKED
    return Known.YES if found else Known.NO


def keep_password(account: str, password: str) -> None:
    """Put it into the keyring. For a worker. Raises KioskError ``keyring_missing`` where this computer has
    none, ``keyring_plain`` where it would write the password readable into a file, ``keyring_failed``.
    """
    backend = _keeping(account)
    try:
        backend.set_password(SERVICE, account, password)
        kept = backend.get_password(SERVICE, account)
    except Exception as error:  # noqa: BLE001  its text may quote the password
        raise _failed(account, type(error).__name__) from None
    if kept != password:
        raise _failed(account, "?")


def kept_secret(account: str) -> str:
    """Empty when the keyring knows of none. For a worker. Raises KioskError as `keep_password` does:
    a keyring that cannot be asked has not said that there is none.
    """
    try:
        return _keeping(account).get_password(SERVICE, account) or ""
    except KioskError:
        raise
    except Exception as error:  # noqa: BLE001  backends raise what they like
        raise _failed(account, type(error).__name__) from None


def _keeping(account: str) -> KeyringBackend:
    import keyring

    try:
        backend = _first(keyring.get_keyring())
    except Exception as error:  # noqa: BLE001  backends raise what they like
        raise _failed(account, type(error).__name__) from None
    if type(backend).__module__ in _KEEPS_NOTHING:
        raise KioskError("keyring_missing", account=account)
    if "plaintext" in type(backend).__name__.lower():
        raise KioskError("keyring_plain", account=account)
    return backend


def _failed(account: str, why: str) -> KioskError:
    return KioskError("keyring_failed", account=account, why=why)


def _first(backend: KeyringBackend) -> KeyringBackend:
    """The one that a chain of backends writes into."""
    chained = list(getattr(backend, "backends", ()))
    return chained[0] if chained else backend
