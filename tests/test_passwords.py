"""The gateway password goes into the operating system's keyring, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as NullKeyring

from kiosk.errors import KioskError
from kiosk.passwords import Known, account_of, is_known, keep_password, password_of
from kiosk.setting_rules import Secret
from kiosk.settings import FacilitySettings, GatewaySettings, Settings

SETTINGS = Settings(facility=FacilitySettings(code="79034"), gateway=GatewaySettings(mode="live"))


class Box(KeyringBackend):
    """A keyring as the operating system has one."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class PlaintextBox(Box):
    """Named as that of keyrings.alt."""


class LockedBox(Box):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("locked, and the text may quote a secret")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(password)


class ForgetfulBox(Box):
    def get_password(self, service: str, username: str) -> str | None:
        return None


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_what_is_kept_is_found_again_by_every_start() -> None:
    keyring.set_keyring(Box())
    assert account_of(SETTINGS) == "79034_BV"
    assert is_known(SETTINGS) is Known.NO
    keep_password("79034_BV", "bí mật")
    assert password_of("79034_BV") == "bí mật"
    assert is_known(SETTINGS) is Known.YES


@pytest.mark.parametrize(
    ("backend", "code"),
    [
        (NullKeyring, "keyring_missing"),
        (NoKeyring, "keyring_missing"),
        (PlaintextBox, "keyring_plain"),
        (LockedBox, "keyring_failed"),
        (ForgetfulBox, "keyring_failed"),
    ],
)
def test_what_cannot_be_kept_safely_is_not_kept(backend: type[KeyringBackend], code: str) -> None:
    keyring.set_keyring(backend())
    with pytest.raises(KioskError) as caught:
        keep_password("79034_BV", "bí mật")
    assert caught.value.code == code
    assert "bí mật" not in f"{caught.value!r} {caught.value.values} {caught.value.__cause__}"
    assert password_of("79034_BV") == ""


def test_a_keyring_that_is_locked_has_not_said_no() -> None:
    keyring.set_keyring(LockedBox())
    assert is_known(SETTINGS) is Known.NOT_ASKED
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    assert is_known(SETTINGS) is Known.NO
    given = Settings(gateway=GatewaySettings(mode="live", password=Secret("x")))
    assert is_known(given) is Known.YES
