"""The test look-up of the set-up: real, by the doctor's own checks of the gateway."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.desk.work import Mailbox
from kiosk.errors import KioskError
from kiosk.settings import Settings, load_settings

if TYPE_CHECKING:
    from kiosk.doctor import Finding

Examination = Callable[[Settings], Iterator["Finding"]]

_THE_WAY_THERE = {"gateway", "tls"}


class Outcome(StrEnum):
    FINE = "fine"
    REFUSED = "refused"  # the gateway has said what is wrong
    NOT_ASKED = "not_asked"  # that is never a no


@dataclass(frozen=True, slots=True)
class Trial:
    """`rows`: what each check came to, with what to do."""

    outcome: Outcome
    rows: tuple[tuple[str, str], ...]
    to_mend: tuple[str, ...] = ()  # names of the checks


def examine_gateway(settings: Settings) -> Iterator[Finding]:
    from kiosk.doctor import examine
    from kiosk.doctor.examination import GROUPS

    yield from examine(settings, groups=tuple(group for group in GROUPS if "gateway" in group.checks))


def try_look_up(mailbox: Mailbox, done: Callable[[Trial | KioskError], None], language: str) -> None:
    """With the settings as they are saved now. `done` is called in the window's thread."""

    def run() -> None:
        found: Trial | KioskError
        try:
            found = trial_of(tuple(examine_gateway(load_settings())), language)
        except KioskError as error:
            found = error
        mailbox.post(lambda: done(found))

    threading.Thread(target=run, name="test-look-up", daemon=True).start()


def trial_of(findings: tuple[Finding, ...], language: str) -> Trial:
    bad = {finding.check for finding in findings if not finding.ok} - {"clock"}
    if not bad:
        outcome = Outcome.FINE
    else:
        unanswered = bad & _THE_WAY_THERE or any(
            finding.detail.code in {"function_no_answer", "timed_out", "broke"} for finding in findings
        )
        outcome = Outcome.NOT_ASKED if unanswered else Outcome.REFUSED
    told = (finding for finding in findings if finding.detail.code != "not_checked")
    to_mend = tuple(finding.check for finding in findings if finding.check in bad)
    return Trial(outcome, tuple(_row(finding, language) for finding in told), to_mend)


def _row(finding: Finding, language: str) -> tuple[str, str]:
    from kiosk.doctor.finding import label

    told = finding.as_json(language)
    advice = f"\n→ {told['advice']}" if told["advice"] else ""
    return f"{'✓' if finding.ok else '✗'} {label(finding.check, language)}", f"{told['detail']}{advice}"
