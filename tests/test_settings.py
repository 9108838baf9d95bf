"""Settings from file and environment; a bad one stops the start and is named."""

from __future__ import annotations

import itertools
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import SettingsError
from kiosk.resources import config_folder
from kiosk.settings import Settings, load_settings


def refused(environment: dict[str, str]) -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment)
    return dict(caught.value.values)


def own_file(folder: Path, content: str) -> dict[str, str]:
    file = folder / "own.toml"
    file.write_text(content, encoding="utf-8")
    return {"KIOSK_CONFIG": str(file)}


def test_the_shipped_file_holds_every_setting_with_its_default() -> None:
    written = tomllib.loads((config_folder() / "kiosk.toml").read_text(encoding="utf-8"))
    assert load_settings({}) == Settings()
    assert _keys(written) == _keys(asdict(Settings()))


def _keys(values: dict[str, Any]) -> set[str]:
    return {
        f"{name}.{key}" if isinstance(section, dict) else name
        for name, section in values.items()
        for key in (section if isinstance(section, dict) else [name])
    }


def test_every_setting_of_the_shipped_file_has_a_comment() -> None:
    lines = (config_folder() / "kiosk.toml").read_text(encoding="utf-8").splitlines()
    for before, line in itertools.pairwise(lines):
        if "=" in line and not line.startswith("#"):
            assert before.startswith("#"), line


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    environment = own_file(tmp_path, '[desk]\nname = "Quầy 2"\n[ui]\nlanguage = "en"\n')
    settings = load_settings({**environment, "KIOSK_DESK__NAME": "Quầy 3", "KIOSK_DATA_DIR": str(tmp_path)})
    assert settings.desk.name == "Quầy 3"
    assert settings.ui.language == "en"
    assert settings.data_folder == tmp_path


def test_values_of_the_environment_become_what_the_setting_is() -> None:
    settings = load_settings(
        {
            "KIOSK_GATEWAY__READ_TIMEOUT_SECONDS": "2.5",
            "KIOSK_GATEWAY__ALLOW_HTTP": "true",
            "KIOSK_READERS__ENGINES": "zbar, zxing",
        }
    )
    assert settings.gateway.read_timeout_seconds == 2.5
    assert settings.gateway.allow_http is True
    assert settings.readers.engines == ("zbar", "zxing")


def test_variables_of_others_are_left_alone() -> None:
    assert load_settings({"KIOSK_PYTHON": "python3.12", "HOME": "/"}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("KIOSK_GATEWAY__MODE", "prod", "gateway.mode"),
        ("KIOSK_GATEWAY__NO_SUCH", "1", "gateway.no_such"),
        ("KIOSK_NO_SUCH__KEY", "1", "no_such.key"),
        ("KIOSK_GATEWAY__CONNECT_TIMEOUT_SECONDS", "soon", "gateway.connect_timeout_seconds"),
        ("KIOSK_GATEWAY__CONNECT_TIMEOUT_SECONDS", "0", "gateway.connect_timeout_seconds"),
        ("KIOSK_GATEWAY__CONNECT_TIMEOUT_SECONDS", "nan", "gateway.connect_timeout_seconds"),
        ("KIOSK_GATEWAY__BASE_URL", "ftp://example.org", "gateway.base_url"),
        ("KIOSK_GATEWAY__BASE_URL", "http://192.0.2.1/x", "gateway.base_url"),
        ("KIOSK_GATEWAY__STAFF_CITIZEN_ID", "123", "gateway.staff_citizen_id"),
        ("KIOSK_FACILITY__CODE", "9999", "facility.code"),
        ("KIOSK_UI__LANGUAGE", "de", "ui.language"),
        ("KIOSK_READERS__ENGINES", "", "readers.engines"),
        ("KIOSK_READERS__MAX_MEGAPIXELS", "-1", "readers.max_megapixels"),
        ("KIOSK_DESK__NAME", "", "desk.name"),
        ("KIOSK_GATEWAY__BASE_URL", "http://localhost:99999", "gateway.base_url"),
        ("KIOSK_GATEWAY__CA_FILE", "/no/such/file.pem", "gateway.ca_file"),
        ("KIOSK_RECORDS__URL", "mysql://host/base", "records.url"),
        ("KIOSK_RECORDS__URL", "nonsense", "records.url"),
    ],
)
def test_a_bad_value_names_variable_key_value_and_what_is_allowed(
    variable: str, value: str, key: str
) -> None:
    values = refused({variable: value})
    assert values["file"] == variable
    assert values["key"] == key
    assert values["value"]
    assert len(values["allowed"]) > 3


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8080", "http://127.0.0.2", "http://localhost", "https://gw.example.org/x", ""],
)
def test_good_addresses(address: str) -> None:
    assert load_settings({"KIOSK_GATEWAY__BASE_URL": address}).gateway.base_url == address


def test_plain_http_can_be_allowed() -> None:
    environment = {"KIOSK_GATEWAY__BASE_URL": "http://192.0.2.1", "KIOSK_GATEWAY__ALLOW_HTTP": "1"}
    assert load_settings(environment).gateway.base_url == "http://192.0.2.1"


@pytest.mark.parametrize(
    "content",
    [
        'mode = "live"',
        "gateway = 1",
        "[gateway",
        "[gateway]\nmode = 1",
        "[facility]\ncode = 99999",
        '[gateway]\nread_timeout_seconds = "8"',
        '[gateway]\nallow_http = "true"',
        '[readers]\nengines = "zxing"',
        "[readers]\ncamera = true",
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: str) -> None:
    environment = own_file(tmp_path, content)
    assert refused(environment)["file"] == environment["KIOSK_CONFIG"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refused({"KIOSK_CONFIG": str(tmp_path / "none.toml")})["file"].endswith("none.toml")


def test_a_file_written_by_notepad_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes('\ufeff[desk]\r\nname = "Quầy 9"\r\n'.encode())
    assert load_settings({"KIOSK_CONFIG": str(file)}).desk.name == "Quầy 9"


def test_the_code_that_closes_the_patients_window_is_never_repeated(tmp_path: Path) -> None:
    environment = own_file(tmp_path, "[self_service]\nexit_code = 987654321\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(environment)
    assert caught.value.values["value"] == "***"


def test_a_password_is_never_repeated(tmp_path: Path) -> None:
    environment = own_file(tmp_path, "[gateway]\npassword = 987654321\n")
    values = refused(environment)
    assert "987654321" not in str(values)
    assert "geheim" not in repr(load_settings({"KIOSK_GATEWAY__PASSWORD": "geheim"}))


def test_the_demo_never_uses_the_real_gateway_or_its_records() -> None:
    live = load_settings({"KIOSK_GATEWAY__MODE": "live", "KIOSK_RECORDS__URL": "sqlite:///real.db"})
    assert live.for_training().training
    assert live.for_training().records.url == ""
