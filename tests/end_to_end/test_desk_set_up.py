"""The first start for IT, and settings changed at the window, by real keys in a real window."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import keyring
import pytest
from desk_driver import PATIENCE, Desk, running_desk
from desk_keyring import FileKeyring
from store_file import content_of

from kiosk.training.answers import STAFF_CITIZEN_ID, STAFF_NAME
from kiosk.training.faults import Fault, FaultKind
from kiosk.training.gateway_server import PASSWORD, TrainingGateway
from kiosk.training.patients import DEMO_PATIENT

pytestmark = pytest.mark.window

LINE = DEMO_PATIENT.health_card_line()


@pytest.fixture
def gateway() -> Iterator[TrainingGateway]:
    with TrainingGateway() as running:
        yield running


def live_desk(display: str, data_folder: Path, gateway: TrainingGateway) -> AbstractContextManager[Desk]:
    """A desk that asks a local gateway as if it were the real one; its keyring is a file."""
    return running_desk(
        display,
        data_folder,
        gateway.base_url,
        KIOSK_GATEWAY__MODE="live",
        PYTHONPATH=str(Path(__file__).parent),
        PYTHON_KEYRING_BACKEND="desk_keyring.FileKeyring",
        DESK_KEYRING_FILE=str(data_folder.parent / "keys.json"),
    )


@contextmanager
def desks_keyring(data_folder: Path) -> Iterator[None]:
    """This process asks the desk's keyring, where the key of its records is."""
    before = keyring.get_keyring()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DESK_KEYRING_FILE", str(data_folder.parent / "keys.json"))
        keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            keyring.set_keyring(before)


def own_settings(data_folder: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads((data_folder / "kiosk.toml").read_text(encoding="utf-8"))


def at(desk: Desk, step: str) -> None:
    desk.wait_for("set_up", step=step)


def test_the_first_start_from_nothing_to_the_first_scan(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway
) -> None:
    with live_desk(x_display, tidy_environment, gateway) as desk:
        assert desk.wait_for("missing")["what"] == ["facility", "account", "staff"]
        at(desk, "facility")
        desk.press("Return")  # nothing is typed yet: it stays, and says so
        desk.type("99999")
        desk.press("Tab")
        desk.type("Benh vien Mau")
        desk.press("Return")
        at(desk, "profile")
        for chosen in ("2", "62", "3", "2"):  # digits choose; the points are a number
            desk.type(chosen)
            desk.press("Tab")
        desk.press("Return")
        at(desk, "account")
        desk.type("sai")
        desk.press("Return")
        at(desk, "staff")
        desk.type(STAFF_NAME)
        desk.press("Tab")
        desk.type(STAFF_CITIZEN_ID)
        desk.press("Return")
        at(desk, "look_up")

        gateway.fault = Fault(FaultKind.DOWN)
        desk.press("Return")
        desk.wait_for("set_up", outcome="not_asked")  # that is no word about the password
        gateway.fault = None
        desk.press("Return")
        desk.wait_for("set_up", outcome="refused")
        desk.press("Page_Up")
        at(desk, "staff")
        desk.press("Page_Up")
        at(desk, "account")
        desk.type(PASSWORD)
        desk.press("Return")
        at(desk, "staff")
        desk.press("Return")  # what was typed before is still there
        at(desk, "look_up")
        desk.press("Return")
        desk.wait_for("set_up", outcome="fine")
        desk.press("Return")
        at(desk, "readers")
        desk.scan(LINE)
        desk.wait_for("set_up", received="wedge")
        desk.press("Page_Down")
        at(desk, "printer")
        desk.press("Return")
        at(desk, "desk")
        desk.press("ctrl+a")
        desk.type("Quay 7")
        desk.press("Return")
        at(desk, "done")
        desk.press("Return")

        desk.wait_for("restarting")
        desk.wait_for("ready")
        desk.wait_for("opened", records=True)
        assert desk.wait_for("missing")["what"] == []
        desk.scan(LINE)
        desk.wait_for("verdict", verdict="eligible")
        desk.press("Return")
        desk.wait_for("recorded", status="checked_in")
        (visit,) = desk.visits()
        assert visit["desk"] == "Quay 7"
    assert own_settings(tidy_environment) == {
        "facility": {
            "code": "99999",
            "name": "Benh vien Mau",
            "level": "basic",
            "points": "62",
            "former_tier": "district",
            "clinic_type": "no",
        },
        "gateway": {"staff_name": STAFF_NAME, "staff_citizen_id": STAFF_CITIZEN_ID},
        "desk": {"name": "Quay 7"},
    }
    written = [file for file in tidy_environment.rglob("*") if file.is_file()]
    assert any(file.suffix == ".sqlite3" for file in written)
    with desks_keyring(tidy_environment):
        assert not [file for file in written if PASSWORD.encode() in content_of(file)]


def test_settings_are_changed_at_the_window_and_found_again(
    x_display: str, tidy_environment: Path, gateway: TrainingGateway
) -> None:
    own = tidy_environment.parent / "hospital.toml"
    own.write_text('# Của phòng CNTT\n[ui]\nlanguage = "en"  # trainer\n', encoding="utf-8")
    with running_desk(x_display, tidy_environment, gateway.base_url, KIOSK_CONFIG=str(own)) as desk:
        desk.press("F12")
        desk.press("F10")
        desk.wait_for("settings", problem=None)
        desk.press("Down")  # from facility.code to facility.name
        desk.press("ctrl+a")
        desk.type("Benh vien Mau")
        desk.press("Return")
        desk.wait_for("settings", saved=["facility.name"])
        desk.press("Return")
        desk.wait_for("restarting")
        desk.wait_for("ready")
        desk.wait_for("opened", records=True)
        assert own.read_text(encoding="utf-8") == (
            '# Của phòng CNTT\n[ui]\nlanguage = "en"  # trainer\n\n[facility]\nname = "Benh vien Mau"\n'
        )
        own.write_text("[facility\n", encoding="utf-8")  # somebody edits it by hand, badly
        desk.press("F12")
        desk.press("F10")
        desk.wait_for("settings", problem="settings_file")
        desk.press("Escape")
        desk.scan(LINE)
        desk.wait_for("verdict", verdict="eligible")
    refused = subprocess.run(
        [sys.executable, "-m", "kiosk", "desk", "--json"],
        env=desk.environment,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert refused.returncode == 2
    assert str(own) in refused.stdout
    assert "Traceback" not in refused.stderr
