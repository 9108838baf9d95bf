"""What every test stands on: a tidy environment, repeatable examples and, where asked for, an X server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from coverage import Coverage
from coverage.exceptions import CoverageException
from postgresql_server import PostgresqlServer, programs, running_server

# No window of a test opens on the developer's screen; `x_display` gives real X to those that need it.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
for _name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_STYLE_OVERRIDE", "QT_SCALE_FACTOR"):
    os.environ.pop(_name, None)

# Nor does a key go into the developer's own keyring, from fixtures that live longer than a test either.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("deep", deadline=None, max_examples=5_000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

TYPED_LETTERS = "ễịửệáộậấ"
"""Letters of no plain keyboard in the names that tests type with `xdotool`."""

GATED_ROOMS = ("card", "eligibility", "gateway")
"""Each of them has to reach --cov-fail-under by itself, not only all of them together."""


SHARED = {"x_display": "window", "postgresql_server": "postgresql"}
"""Servers that tests share, each with the group that keeps its tests in one process (pytest-xdist)."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Windows never fight for the keyboard of one X server, and each server starts once."""
    for item in items:
        for fixture, group in SHARED.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(autouse=True)
def tidy_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No setting, proxy, keyring or home of this machine reaches a test; gives the test's own data folder."""
    for name in list(os.environ):
        upper = name.upper()
        if upper.startswith("KIOSK_") or upper in {
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE",
        }:
            monkeypatch.delenv(name)
    data_folder = tmp_path / "kiosk-data"
    monkeypatch.setenv("KIOSK_DATA_DIR", str(data_folder))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home-data"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return data_folder


@pytest.fixture(autouse=True)
def one_kind_of_qt() -> Iterator[None]:
    """A command that draws starts a Qt that no later window test can use: tell whose test it was.

    The test needs the fixture `qapp` (or `qtbot`), whose Qt the command then takes.
    """
    before = _running_qt()
    yield
    running = _running_qt()
    if before is None and running is not None:
        assert running.inherits("QApplication"), "this test starts Qt: let it use the fixture qapp"


def _running_qt() -> Any:
    gui = sys.modules.get("PySide6.QtGui")
    return gui.QGuiApplication.instance() if gui is not None else None


@pytest.fixture(scope="session")
def x_display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DISPLAY of an X server (Xvfb, 1366x768) with a window manager (openbox), for programs under test.

    Set it together with QT_QPA_PLATFORM=xcb in the environment of the process that is tested.
    """
    missing = [tool for tool in ("Xvfb", "openbox", "xdotool") if shutil.which(tool) is None]
    if missing:
        message = f"no {', '.join(missing)} on this machine; ./run test installs them where it may"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    logs = tmp_path_factory.mktemp("x-server")
    read_end, write_end = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write_end),
        "-screen",
        "0",
        "1366x768x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    with (logs / "xvfb.log").open("wb") as log:
        server = subprocess.Popen(
            command, pass_fds=[write_end], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()  # ends empty when the server could not start
        assert number, (logs / "xvfb.log").read_text(errors="replace")
        display = f":{number}"
        _give_keys_to(TYPED_LETTERS, display)
        environment = {**os.environ, "DISPLAY": display, "HOME": str(logs), "XDG_CONFIG_HOME": str(logs)}
        with (logs / "openbox.log").open("wb") as log:
            manager = subprocess.Popen(
                ["openbox", "--sm-disable"], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            _wait_for_manager(manager, environment, logs / "openbox.log")
            yield display
        finally:
            _stop(manager)
    finally:
        _stop(server)


def _give_keys_to(letters: str, display: str) -> None:
    """Put letters on keys that this X server's keyboard leaves free.

    Else xdotool lends each letter a key while it types it, and a program that is a moment behind reads
    another letter, or none. Needs a server that does not reset itself when nobody is connected.
    """
    keymap = subprocess.run(
        ["xkbcomp", "-w0", display, "-"], capture_output=True, encoding="utf-8", check=True
    ).stdout
    codes, symbols = keymap.split("xkb_symbols", 1)
    free = [key for key in re.findall(r"<(I\d+)> = \d+;", codes) if f"<{key}>" not in symbols]
    assert len(free) >= len(letters)
    keys = (f"key <{key}> {{ [ U{ord(letter):04X} ] }};" for key, letter in zip(free, letters, strict=False))
    head, rest = symbols.split("{", 1)
    subprocess.run(
        ["xkbcomp", "-w0", "-", display],
        input=f"{codes}xkb_symbols{head}{{\n{' '.join(keys)}\n{rest}",
        encoding="utf-8",
        check=True,
    )


def _wait_for_manager(manager: subprocess.Popen[bytes], environment: dict[str, str], log: Path) -> None:
    """Only a running window manager tells xdotool how many desktops there are."""
    for _ in range(300):
        asked = subprocess.run(
            ["xdotool", "get_num_desktops"], env=environment, capture_output=True, check=False, timeout=30
        )
        if asked.returncode == 0:
            return
        assert manager.poll() is None, log.read_text(errors="replace")
        time.sleep(0.05)
    pytest.fail("the window manager did not come up: " + log.read_text(errors="replace"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A running PostgreSQL server of the tests' own. A test that stops it starts it again."""
    if programs() is None:
        message = "no PostgreSQL server on this machine; ./run test installs it where it may"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with running_server() as server:
        yield server


_room_lines: list[str] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """After pytest-cov has summed up: fail the run when one room alone stays under the gate."""
    result = yield
    if hasattr(session.config, "workerinput"):  # a process of pytest-xdist has measured only its share
        return result
    required = session.config.getoption("cov_fail_under", default=None)
    plugin = session.config.pluginmanager.getplugin("_cov")
    controller = getattr(plugin, "cov_controller", None)
    if required is None or controller is None:
        return result
    for room in GATED_ROOMS:
        try:
            reached = _coverage_of(controller.cov, room)
        except CoverageException:  # this run does not measure the room
            continue
        line = f"kiosk/{room}: {reached:.1f} % of lines and branches"
        if reached < required:
            session.testsfailed += 1
            line = f"FAIL {line}, required are {required:g} %"
        _room_lines.append(line)
    return result


def _coverage_of(coverage: Coverage, room: str) -> float:
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        return coverage.report(include=[f"*/kiosk/{room}/*"], file=nowhere, skip_covered=False)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in _room_lines:
        terminalreporter.write_line(line, red=line.startswith("FAIL"))
