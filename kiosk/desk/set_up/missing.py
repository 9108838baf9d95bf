"""What live work still lacks: facility, account, staff. Without any of them no look-up can be made."""

from __future__ import annotations

import os
from collections.abc import Mapping

from kiosk.passwords import Known, is_known
from kiosk.settings import FacilitySettings, Settings
from kiosk.settings_editing import entries

FACILITY, ACCOUNT, STAFF = "facility", "account", "staff"


def missing_in_settings(settings: Settings, *, facility_stated: bool) -> tuple[str, ...]:
    """What the settings alone show to be missing; the account's password may lie in the keyring.

    The facility of the shipped file counts once somebody states it, or an account that belongs to it.
    """
    if settings.training:
        return ()
    code, account = settings.facility.code, settings.gateway.username
    trial = account == f"{code}_BV" or (bool(account) and not account.endswith("_BV"))
    unset = code == FacilitySettings().code and not facility_stated and not trial
    found = [FACILITY] if unset else []
    if not settings.gateway.staff_name or not settings.gateway.staff_citizen_id:
        found.append(STAFF)
    return tuple(found)


def missing(
    settings: Settings, environ: Mapping[str, str] | None = None, *, accounts: bool = False
) -> tuple[str, ...]:
    """All that is known to be missing. For a worker: files and the keyring are asked.

    With staff `accounts` those name who looks cards up. A keyring that is locked has not said no. Raises
    SettingsError for a file that was broken since.
    """
    if settings.training:
        return ()
    found = entries(os.environ if environ is None else environ)
    stated = any(entry.stated for entry in found if entry.name == "facility.code")
    lacking = set(missing_in_settings(settings, facility_stated=stated))
    if accounts:
        lacking.discard(STAFF)
    if is_known(settings) is Known.NO:
        lacking.add(ACCOUNT)
    return tuple(each for each in (FACILITY, ACCOUNT, STAFF) if each in lacking)
