"""Every setting: its default and what is allowed, and how file and environment give it a value.

Plain dataclasses and a small loader, so that a command that only parses a text starts fast, and so that an
error can say which file or variable a bad value came from (docs/decisions/0003-lean-start.md).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from kiosk import setting_rules as allow
from kiosk.errors import SettingsError
from kiosk.resources import config_folder
from kiosk.setting_rules import HIDDEN, Rule, Secret, Typed

PRODUCTION_URL = "https://egw.baohiemxahoi.gov.vn"
"""Host of CV 1245/BHXH-CNTT (2024)."""

_NO_SECRET = Secret()


def _setting(default: Any, rule: Rule) -> Any:
    return field(default=default, metadata={"rule": rule})


@dataclass(frozen=True, slots=True)
class FacilitySettings:
    """The hospital or clinic."""

    code: str = _setting("99999", allow.text(r"[0-9]{2}[0-9A-Z][0-9]{2}", "5 places such as 79034 or 01A01"))
    name: str = _setting("Cơ sở tập huấn", allow.text())
    level: str = _setting("", allow.choice("initial", "basic", "specialised", ""))
    points: str = _setting("", allow.points())
    former_tier: str = _setting("", allow.choice("none", "commune", "district", "province", "central", ""))
    clinic_type: str = _setting("", allow.choice("yes", "no", ""))
    contact: str = _setting("", allow.text(r".{0,200}", "up to 200 characters, on one line"))


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """This desk."""

    name: str = _setting("Quầy 1", allow.text(r".{1,60}", "1 to 60 characters"))


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """How the BHXH gateway is reached. Secrets are better kept in the system's keyring than here."""

    mode: str = _setting("training", allow.choice("training", "live"))
    base_url: str = _setting("", allow.address())
    allow_http: bool = _setting(False, allow.flag())
    username: str = _setting("", allow.text())
    password: Secret = _setting(_NO_SECRET, allow.secret())  # noqa: RUF009  a frozen value
    staff_name: str = _setting("", allow.text())
    staff_citizen_id: str = _setting("", allow.text(r"(?:[0-9]{12})?", "12 digits, or empty"))
    connect_timeout_seconds: float = _setting(3.0, allow.number(0, 120))
    read_timeout_seconds: float = _setting(8.0, allow.number(0, 300))
    total_timeout_seconds: float = _setting(10.0, allow.number(0, 300))
    slow_seconds: float = _setting(7.0, allow.number(0, 300))
    proxy: str = _setting("", allow.proxy())
    history: bool = _setting(False, allow.flag())
    co_payment: bool = _setting(False, allow.flag())
    co_payment_timeout_seconds: float = _setting(30.0, allow.number(0, 300))
    ca_file: str = _setting("", allow.file())
    max_answer_bytes: int = _setting(1_000_000, allow.number(1024, 64_000_000, whole=True))
    lookups_per_minute: int = _setting(60, allow.number(1, 6000, whole=True))


@dataclass(frozen=True, slots=True)
class RecordsSettings:
    """Where visits are kept."""

    url: str = _setting(
        "", allow.text(r"|(?:sqlite|postgresql)(?:\+\w+)?://.+", "sqlite:///FILE | postgresql://… | empty")
    )
    backup_folder: str = _setting("", allow.text())
    backup_keep: int = _setting(14, allow.number(1, 3650, whole=True))
    key: str = _setting(
        "auto", allow.text(r"auto|keyring|file|.*[/\\].*", "auto | keyring | file | the path of a key file")
    )


_FRAME = allow.text(r"[!-~]{0,10}", "up to 10 visible ASCII characters, or empty")


@dataclass(frozen=True, slots=True)
class ReadersSettings:
    """Where codes are read from."""

    camera: str = _setting("auto", allow.text_or_index())
    serial_port: str = _setting("auto", allow.text(r".+", "auto | off | a port"))
    wedge_prefix: str = _setting("", _FRAME)
    wedge_suffix: str = _setting("", _FRAME)
    engines: tuple[str, ...] = _setting(("zxing", "zbar"), allow.choices("zxing", "zbar"))
    max_megapixels: float = _setting(50.0, allow.number(0, 500))


_PRINTER = (
    r"off|system(?::.+)?|escpos:(?:tcp://[\w.\-]+(?::[1-9]\d{0,4})?"
    r"|serial:[^,\s]+(?:,[1-9]\d{2,6})?|COM\d+(?:,[1-9]\d{2,6})?|(?:/|\\\\).+)"
)


@dataclass(frozen=True, slots=True)
class TicketSettings:
    """Queue tickets on paper."""

    printer: str = _setting(
        "off",
        allow.text(
            _PRINTER,
            "off | system | system:NAME | escpos:tcp://host:9100 | escpos:/dev/usb/lp0 | "
            "escpos:serial:COM3,115200",
        ),
    )
    width_mm: int = _setting(80, allow.one_of(58, 80))
    copies: int = _setting(1, allow.number(1, 5, whole=True))
    automatic: bool = _setting(True, allow.flag())
    initials: bool = _setting(False, allow.flag())


@dataclass(frozen=True, slots=True)
class DifficultySettings:
    """What is reported to BHXH."""

    remind_after_hours: float = _setting(24.0, allow.number(0, 8760))


@dataclass(frozen=True, slots=True)
class SelfServiceSettings:
    """The window that patients use by themselves (`kiosk desk --self-service`)."""

    idle_seconds: int = _setting(30, allow.number(5, 600, whole=True))
    exit_code: str = _setting("", allow.text(r"(\d{4,12})?", "4 to 12 digits, or nothing"))
    screen: int = _setting(2, allow.number(1, 16, whole=True))


@dataclass(frozen=True, slots=True)
class StaffSettings:
    """People at the desk; means something once there are staff accounts (`kiosk staff`)."""

    lock_after_minutes: float = _setting(10.0, allow.number(0, 1440))


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """Whether what is past its term is deleted without being asked; the terms: ``retention.toml``."""

    automatic: bool = _setting(True, allow.flag())
    notice_days: int = _setting(30, allow.number(1, 365, whole=True))


@dataclass(frozen=True, slots=True)
class UiSettings:
    """What people see."""

    language: str = _setting("vi", allow.choice("vi", "en"))
    result_seconds: int = _setting(60, allow.number(5, 3600, whole=True))
    cover_seconds: int = _setting(120, allow.number(10, 86_400, whole=True))
    theme: str = _setting("light", allow.choice("light", "dark"))
    sounds: bool = _setting(False, allow.flag())


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of the kiosk, valid and unchangeable once loaded."""

    data_dir: str = _setting("", allow.text())
    facility: FacilitySettings = FacilitySettings()
    desk: DeskSettings = DeskSettings()
    gateway: GatewaySettings = GatewaySettings()
    records: RecordsSettings = RecordsSettings()
    readers: ReadersSettings = ReadersSettings()
    ticket: TicketSettings = TicketSettings()
    difficulties: DifficultySettings = DifficultySettings()
    self_service: SelfServiceSettings = SelfServiceSettings()
    staff: StaffSettings = StaffSettings()
    retention: RetentionSettings = RetentionSettings()
    ui: UiSettings = UiSettings()

    @property
    def training(self) -> bool:
        return self.gateway.mode == "training"

    def for_training(self) -> Settings:
        """These settings on the embedded gateway, with records of its own: never the real one."""
        return replace(self, gateway=GatewaySettings(), records=RecordsSettings())

    @property
    def data_folder(self) -> Path:
        """The folder that everything the program writes lies under."""
        if self.data_dir:
            return Path(self.data_dir).expanduser()
        from platformdirs import user_data_path

        return user_data_path("bhyt-kiosk", appauthor=False)


_SECTIONS: dict[str, type[Any]] = {
    "facility": FacilitySettings,
    "desk": DeskSettings,
    "gateway": GatewaySettings,
    "records": RecordsSettings,
    "readers": ReadersSettings,
    "ticket": TicketSettings,
    "difficulties": DifficultySettings,
    "self_service": SelfServiceSettings,
    "staff": StaffSettings,
    "retention": RetentionSettings,
    "ui": UiSettings,
}


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings file, lay the environment over it and check the result.

    Raises SettingsError with the values ``file`` (or variable), ``key``, ``value`` and ``allowed`` for the
    first setting that is unknown, of the wrong type or impossible.
    """
    return settings_of(given_settings(os.environ if environ is None else environ))


def given_settings(environ: Mapping[str, str]) -> Given:
    """All that files and environment say, unchecked. Raises SettingsError for a file that cannot be read."""
    given, _ = _given_by_files(environ)
    return {**given, **_given_by(environ)}


def file_to_write(environ: Mapping[str, str]) -> Path:
    """The file of this installation's own settings: the one in force, or ``kiosk.toml`` in the data folder.

    The shipped file belongs to the program, whose updates replace it. Raises SettingsError.
    """
    return _given_by_files(environ)[1]


def settings_of(given: Given) -> Settings:
    """Raises SettingsError for the first that is unknown, of the wrong type or impossible."""
    values: dict[str, dict[str, Any]] = {name: {} for name in ("", *_SECTIONS)}
    for (section, key), (value, origin) in given.items():
        values[section][key] = _checked(section, key, value, origin)
    settings = Settings(
        **values.pop(""), **{section: _SECTIONS[section](**found) for section, found in values.items()}
    )
    gateway = settings.gateway
    address = urlsplit(gateway.base_url)
    if address.scheme == "http" and not _is_loopback(address.hostname or "") and not gateway.allow_http:
        _refuse("gateway", "base_url", *given["gateway", "base_url"], "https, or gateway.allow_http = true")
    return settings


def section_kinds() -> dict[str, type[Any]]:
    """Section -> the dataclass that declares it; what stands above all sections under ""."""
    return {"": Settings, **_SECTIONS}


def _is_loopback(host: str) -> bool:
    """``localhost``, ``::1`` and all of 127.0.0.0/8."""
    return host in {"localhost", "::1"} or re.fullmatch(r"127(?:\.\d{1,3}){3}", host) is not None


Given = dict[tuple[str, str], tuple[object, str]]
"""(section or "", key) -> (value, name of the file or variable it stands in)."""

OWN_FILE = "kiosk.toml"


def _given_by_files(environ: Mapping[str, str]) -> tuple[Given, Path]:
    """What the files say, and the one that this installation's own settings belong into."""
    if environ.get("KIOSK_CONFIG"):
        own = Path(environ["KIOSK_CONFIG"])
        return _given_in(own), own
    given = _given_in(config_folder() / "kiosk.toml")
    folder = environ.get("KIOSK_DATA_DIR") or str(given.get(("", "data_dir"), ("", ""))[0])
    own = Settings(data_dir=folder).data_folder / OWN_FILE
    if _is_there(own):
        laid_over = _given_in(own)
        if ("", "data_dir") in laid_over:
            _refuse(
                "", "data_dir", *laid_over["", "data_dir"], f"not in a file that lies in it; {_ELSEWHERE}"
            )
        given |= laid_over
    return given, own


_ELSEWHERE = "KIOSK_DATA_DIR, or a file that KIOSK_CONFIG names"


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):  # nothing of ours lies in a folder that may not be entered
        return False


def _given_in(path: Path) -> Given:
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsError("settings_file", file=str(path), why=reason or "?") from None
    given: Given = {}
    for name, value in tables.items():
        if name in _SECTIONS and not isinstance(value, dict):
            _refuse("", name, value, str(path), f"a section [{name}]")
        if isinstance(value, dict):
            given |= {(name, key): (each, str(path)) for key, each in value.items()}
        else:
            given["", name] = (value, str(path))
    return given


def _given_by(environ: Mapping[str, str]) -> Given:
    """``KIOSK_DATA_DIR`` and every ``KIOSK_<SECTION>__<KEY>``; other variables belong to others."""
    given: Given = {}
    for variable, value in sorted(environ.items()):
        name = variable.upper().removeprefix("KIOSK_").lower()
        if variable.upper() == "KIOSK_DATA_DIR":
            given["", "data_dir"] = (Typed(value), variable)
        elif variable.upper().startswith("KIOSK_") and "__" in name:
            section, key = name.split("__", 1)
            given[section, key] = (Typed(value), variable)
    return given


def _checked(section: str, key: str, value: object, origin: str) -> Any:
    kind = Settings if not section else _SECTIONS.get(section)
    if kind is None:
        _refuse(section, key, value, origin, "unknown section; known are " + ", ".join(_SECTIONS))
    rules = {each.name: each.metadata["rule"] for each in fields(kind) if "rule" in each.metadata}
    if key not in rules:
        known = [*rules, *(_SECTIONS if not section else ())]
        _refuse(section, key, value, origin, "unknown key; known are " + ", ".join(known))
    rule: Rule = rules[key]
    try:
        return rule.read(value)
    except (ValueError, OverflowError):
        _refuse(section, key, value, origin, rule.allowed)


def _refuse(section: str, key: str, value: object, origin: str, allowed: str) -> NoReturn:
    name = f"{section}.{key}" if section else key
    shown = (
        HIDDEN if key in {"password", "exit_code"} or "@" in str(value) else repr(value)
    )  # an address may hold an account
    raise SettingsError("settings_value", file=origin, key=name, value=shown, allowed=allowed)
