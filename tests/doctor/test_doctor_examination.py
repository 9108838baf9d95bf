"""All checks together: a fixed order, a bounded time, and a check that breaks costs no other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from doctor_samples import missing_texts, said

from kiosk.doctor import CHECKS, Finding, examine
from kiosk.doctor.examination import Group
from kiosk.doctor.finding import good, label
from kiosk.settings import ReadersSettings, Settings

CONTRACT = ["camera", "scanner", "gateway", "account", "staff", "clock", "database", "disk", "printer"]


def test_the_checks_of_the_contract_are_there_in_its_order() -> None:
    assert [check for check in CHECKS if check in CONTRACT] == CONTRACT
    assert len(set(CHECKS)) == len(CHECKS)
    for language in ("vi", "en"):
        assert all(label(check, language) != f"check_{check}" for check in CHECKS)


def test_a_fresh_machine_in_training_is_well_and_stays_fresh(tmp_path: Path) -> None:
    settings = Settings(
        data_dir=str(tmp_path / "data"), readers=ReadersSettings(camera="off", serial_port="off")
    )
    findings = list(examine(settings))
    assert tuple(finding.check for finding in findings) == CHECKS
    assert [finding.check for finding in findings if not finding.ok] == []
    assert all(missing_texts(finding) == set() for finding in findings)
    assert list(tmp_path.iterdir()) == []


def test_one_check_breaks_another_hangs_and_the_rest_is_told() -> None:
    released = threading.Event()

    def breaks(_: Settings) -> Iterator[Finding]:
        yield good("gateway", "gateway_there")
        raise RuntimeError("token=secret")

    def hangs(_: Settings) -> Iterator[Finding]:
        yield good("clock", "clock_fine")
        released.wait(60)

    groups = (
        Group(("gateway", "account"), breaks),
        Group(("staff", "clock"), hangs),
        Group(("disk",), lambda _: iter([good("disk", "disk_fine")])),
    )
    findings = list(examine(Settings(), groups=groups, seconds=0.2))
    released.set()
    assert [(finding.check, finding.detail.code) for finding in findings] == [
        ("gateway", "gateway_there"),
        ("account", "broke"),
        ("staff", "timed_out"),
        ("clock", "clock_fine"),
        ("disk", "disk_fine"),
    ]
    assert "RuntimeError" in said(findings[1])
    assert "secret" not in said(findings[1])
    assert all(missing_texts(finding) == set() for finding in findings[1:3])
