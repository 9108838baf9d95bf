"""Whether the ticket printer of the settings is there and can print. Nothing is printed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from kiosk.doctor.finding import Finding, bad, good
from kiosk.errors import PrinterError
from kiosk.settings import Settings
from kiosk.tickets.channels import open_channel
from kiosk.tickets.printers import ReceiptPrinter, ask, printer_of

SECONDS = 5.0

_ADVICE = {
    "printer_refused": "network",
    "printer_unreachable": "network",
    "printer_silent": "restart",
    "printer_cut": "restart",
    "printer_fault": "restart",
    "printer_no_paper": "paper",
    "printer_cover_open": "paper",
    "printer_absent": "absent",
    "printer_busy": "busy",
    "printer_not_permitted": "not_permitted_linux" if sys.platform == "linux" else "not_permitted_other",
}
"""What IT does next, by the code of the PrinterError."""


def printer(settings: Settings) -> Iterator[Finding]:
    """The one the settings name; where they name none, which there are."""
    chosen = printer_of(settings.ticket.printer)
    if isinstance(chosen, ReceiptPrinter):
        yield _receipt(chosen)
        return
    names = _windows_printers() if sys.platform == "win32" else _cups_printers()
    known = ", ".join(names or ()) or "–"
    if chosen is None:
        yield good("printer", "printer_off", names=known)
    elif not names:
        where = "windows" if sys.platform == "win32" else "cups"
        yield bad("printer", "printer_none", f"advice_printer_{where}")
    else:
        yield _with_driver(chosen.name, names, known)


def _receipt(chosen: ReceiptPrinter) -> Finding:
    place = chosen.address.place
    try:
        with open_channel(chosen.address) as channel:
            talks = ask(channel)
            channel.finish()
    except PrinterError as error:
        return bad("printer", error.code, f"advice_printer_{_ADVICE.get(error.code, 'restart')}", place=place)
    return good("printer", "printer_answers" if talks else "printer_open", place=place)


def _with_driver(name: str, names: list[str], known: str) -> Finding:
    if not name:
        default = _windows_default() if sys.platform == "win32" else _cups_default()
        if default is None:
            return bad("printer", "printer_no_default", "advice_printer_default", names=known)
        name = default
    elif name not in names:
        return bad("printer", "printer_unknown", "advice_printer_name", name=name, names=known)
    if sys.platform != "win32" and not _cups_prints(name):
        return bad("printer", "printer_stopped", "advice_printer_resume", name=name)
    return good("printer", "printer_ready", name=name)


# --- CUPS


def _cups_printers() -> list[str] | None:
    """Names by ``lpstat -e``; None where CUPS is not installed or does not answer."""
    told = _lpstat("-e")
    return None if told is None else told.split()


def _cups_default() -> str | None:
    """Told as ``system default destination: NAME``, or ``no system default destination``."""
    _, colon, name = (_lpstat("-d") or "").partition(": ")
    return name.strip() or None if colon else None


def _cups_prints(name: str) -> bool:
    """False only when CUPS says that the printer is disabled: ``printer NAME disabled since …``."""
    return f"printer {name} disabled" not in (_lpstat("-p", name) or "")


def _lpstat(*arguments: str) -> str | None:
    tool = shutil.which("lpstat")
    if tool is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a printer's name from the settings, and no shell
            [tool, *arguments],
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 or not done.stdout else None


# --- Windows


def _windows_printers() -> list[str] | None:
    """The user's printers as Windows lists them in the registry."""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(
                winreg.HKEY_CURRENT_USER, r"Software\Microsoft\Windows NT\CurrentVersion\Devices"
            ) as key:
                return sorted(winreg.EnumValue(key, place)[0] for place in range(winreg.QueryInfoKey(key)[1]))
        except OSError:
            return None
    return None


def _windows_default() -> str | None:
    """The registry holds ``NAME,winspool,PORT``."""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(
                winreg.HKEY_CURRENT_USER, r"Software\Microsoft\Windows NT\CurrentVersion\Windows"
            ) as key:
                return str(winreg.QueryValueEx(key, "Device")[0]).rpartition(",winspool,")[0] or None
        except OSError:
            return None
    return None
