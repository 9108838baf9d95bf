"""Every setting: its type, default and limits, and how file and environment give it a value.

Plain pydantic models and a small loader instead of pydantic-settings: that one doubles the start-up time of
every command and cannot say which file or variable a bad value came from (docs/decisions/0003-lean-start.md).
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from kiosk.errors import SettingsError
from kiosk.resources import config_folder

PRODUCTION_URL = "https://egw.baohiemxahoi.gov.vn"
"""Host of CV 1245/BHXH-CNTT (2024)."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class FacilitySettings(_Section):
    """The hospital or clinic."""

    code: Annotated[str, Field(pattern=r"^[0-9]{2}[0-9A-Z][0-9]{2}$")] = "99999"
    name: str = "Cơ sở tập huấn"


class DeskSettings(_Section):
    name: Annotated[str, Field(min_length=1, max_length=60)] = "Quầy 1"


class GatewaySettings(_Section):
    """How the BHXH gateway is reached. Secrets are better kept in the system's keyring than here."""

    mode: Literal["training", "live"] = "training"
    base_url: str = ""
    allow_http: bool = False
    username: str = ""
    password: SecretStr = SecretStr("")
    staff_name: str = ""
    staff_citizen_id: Annotated[str, Field(pattern=r"^([0-9]{12})?$")] = ""
    connect_timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 3.0
    read_timeout_seconds: Annotated[float, Field(gt=0, le=300)] = 8.0
    ca_file: str = ""
    max_answer_bytes: Annotated[int, Field(ge=1024, le=64_000_000)] = 1_000_000

    @model_validator(mode="after")
    def _address_is_safe(self) -> GatewaySettings:
        if not self.base_url:
            return self
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("base_url: allowed is an address such as https://host or http://127.0.0.1:8080")
        if parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError("base_url: allowed is host, port and path only, no account and no query")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK and not self.allow_http:
            raise ValueError(
                "base_url: plain http is allowed only to this machine, or with allow_http = true"
            )
        return self


class RecordsSettings(_Section):
    url: str = ""


class ReadersSettings(_Section):
    """Where codes are read from."""

    camera: str = "auto"
    serial_port: str = "auto"
    engines: Annotated[tuple[Literal["zxing", "zbar"], ...], Field(min_length=1)] = ("zxing", "zbar")
    max_megapixels: Annotated[float, Field(gt=0, le=500)] = 50.0


class UiSettings(_Section):
    language: Literal["vi", "en"] = "vi"


class Settings(_Section):
    """All settings of the kiosk, valid and unchangeable once loaded."""

    data_dir: str = ""
    facility: FacilitySettings = FacilitySettings()
    desk: DeskSettings = DeskSettings()
    gateway: GatewaySettings = GatewaySettings()
    records: RecordsSettings = RecordsSettings()
    readers: ReadersSettings = ReadersSettings()
    ui: UiSettings = UiSettings()

    @property
    def training(self) -> bool:
        return self.gateway.mode == "training"

    def for_training(self) -> Settings:
        """These settings on the embedded gateway, with records of its own: never the real one."""
        return self.model_copy(update={"gateway": GatewaySettings(), "records": RecordsSettings()})

    @property
    def data_folder(self) -> Path:
        """The folder that everything the program writes lies under."""
        if self.data_dir:
            return Path(self.data_dir).expanduser()
        from platformdirs import user_data_path

        return user_data_path("bhyt-kiosk", appauthor=False)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings file, lay the environment over it and check the result.

    Raises SettingsError with the values ``file``, ``key``, ``value`` and ``allowed`` for the first setting
    that is unknown, of the wrong type or impossible.
    """
    environ = os.environ if environ is None else environ
    path = Path(environ["KIOSK_CONFIG"]) if environ.get("KIOSK_CONFIG") else config_folder() / "kiosk.toml"
    values = _read_file(path)
    origins: dict[tuple[str, ...], str] = {}
    for variable, key in _overrides(environ):
        _put(values, key, environ[variable], str(path))
        origins[key] = variable
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise _as_settings_error(error, values, str(path), origins) from None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsError("settings_file", str(error), file=str(path), why=reason or "?") from None


def _overrides(environ: Mapping[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """The variables that are settings: ``KIOSK_DATA_DIR`` and every ``KIOSK_<SECTION>__<KEY>``."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for variable in sorted(environ):
        name = variable.upper().removeprefix("KIOSK_").lower()
        if variable.upper() == "KIOSK_DATA_DIR":
            found.append((variable, ("data_dir",)))
        elif variable.upper().startswith("KIOSK_") and "__" in name:
            found.append((variable, tuple(name.split("__"))))
    return found


def _put(values: dict[str, Any], key: tuple[str, ...], text: str, file: str) -> None:
    target: Any = values
    for part in key[:-1]:
        target = target.setdefault(part, {})
        if not isinstance(target, dict):
            raise SettingsError(
                "settings_value", file=file, key=part, value=repr(target), allowed="a section"
            )
    field = _field(key)
    is_list = field is not None and "tuple" in str(field)
    target[key[-1]] = [part.strip() for part in text.split(",") if part.strip()] if is_list else text


def _field(key: tuple[str, ...]) -> Any:
    model: Any = Settings
    for part in key:
        info = model.model_fields.get(part) if hasattr(model, "model_fields") else None
        if info is None:
            return None
        model = info.annotation
    return model


def _as_settings_error(
    error: ValidationError, values: Mapping[str, Any], file: str, origins: Mapping[tuple[str, ...], str]
) -> SettingsError:
    first = error.errors(include_url=False, include_context=False)[0]
    place = tuple(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    if place == ("gateway",) and ":" in message:  # a rule over the whole section names its key first
        field, message = message.split(": ", 1)
        place = (*place, field)
    key = place[:2] if len(place) > 2 else place
    value = _value_at(values, key)
    if "password" in key or "@" in value:  # an address may carry an account
        value = "***"
    allowed = _allowed(first["type"], message, key)
    source = origins.get(key, file)
    return SettingsError(
        "settings_value",
        f"{'.'.join(key)}: {message}",
        file=source,
        key=".".join(key),
        value=value,
        allowed=allowed,
    )


def _allowed(error_type: str, message: str, key: tuple[str, ...]) -> str:
    if error_type == "extra_forbidden":
        section = _field(key[:-1]) if key[:-1] else Settings
        known = getattr(section, "model_fields", {})
        return "unknown key; known are " + ", ".join(known)
    annotation = _field(key)
    choices = get_args(annotation)
    if choices and all(isinstance(choice, str) for choice in choices):
        return " | ".join(choices)
    return message


def _value_at(values: Mapping[str, Any], key: tuple[str, ...]) -> str:
    found: Any = values
    for part in key:
        if not isinstance(found, Mapping) or part not in found:
            return "?"
        found = found[part]
    return repr(found)
