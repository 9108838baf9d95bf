"""All checks at once, each group in a thread of its own, told in a fixed order and within a fixed time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kiosk.doctor import devices, encryption, gateway, printer, retention, set_up, sound, storage
from kiosk.doctor.finding import Finding, bad
from kiosk.settings import Settings

TIME_LIMIT_SECONDS = 18.0
"""After this whatever has not answered is told as such, and the examination ends."""


@dataclass(frozen=True, slots=True)
class Group:
    """Checks that depend on each other; `run` tells their findings one by one, in any order."""

    checks: tuple[str, ...]
    run: Callable[[Settings], Iterator[Finding]]


GROUPS = (
    Group(("camera",), devices.camera),
    Group(("scanner",), devices.scanner),
    Group(("decoder",), devices.decoder),
    Group(gateway.CHECKS, gateway.gateway),
    Group(("database",), storage.database),
    Group(("encryption",), encryption.encryption),
    Group(("backup",), storage.backup),
    Group(("retention",), retention.retention),
    Group(("disk",), storage.disk),
    Group(("printer",), printer.printer),
    Group(("sound",), sound.sound),
    Group(("settings",), set_up.settings_origin),
)

CHECKS = tuple(check for group in GROUPS for check in group.checks)
"""Every check's stable name, in the order in which they are told."""


def examine(
    settings: Settings,
    *,
    groups: tuple[Group, ...] = GROUPS,
    seconds: float = TIME_LIMIT_SECONDS,
) -> Iterator[Finding]:
    """The findings of all checks, each as soon as it and those before it are known.

    A check that breaks or hangs becomes a finding like any other.
    """
    deadline = time.monotonic() + seconds
    for each in [_Examination(group, settings) for group in groups]:
        yield from each.findings(deadline, seconds)


class _Examination:
    """One group under way. Its thread is a daemon: a device that hangs for ever holds nobody."""

    def __init__(self, group: Group, settings: Settings) -> None:
        self._group, self._settings = group, settings
        self._changed = threading.Condition()
        self._found: dict[str, Finding] = {}
        self._over = False
        self._broke: str | None = None
        threading.Thread(target=self._run, name=f"doctor {group.checks[0]}", daemon=True).start()

    def findings(self, deadline: float, seconds: float) -> Iterator[Finding]:
        for check in self._group.checks:
            with self._changed:
                self._changed.wait_for(
                    lambda check=check: self._over or check in self._found,  # type: ignore[misc]
                    timeout=max(deadline - time.monotonic(), 0.0),
                )
                found = self._found.get(check)
                broke = self._broke
            if found is not None:
                yield found
            elif broke is not None:
                yield bad(check, "broke", "advice_broke", what=broke)
            else:
                yield bad(check, "timed_out", "advice_timed_out", seconds=f"{seconds:.0f}")

    def _run(self) -> None:
        broke = "no finding"
        try:
            for finding in self._group.run(self._settings):
                with self._changed:
                    self._found[finding.check] = finding
                    self._changed.notify_all()
        except Exception as error:  # noqa: BLE001  a fault of one check must not cost the others
            broke = type(error).__name__  # never its text, which may quote a secret
        with self._changed:
            self._over, self._broke = True, broke
            self._changed.notify_all()
