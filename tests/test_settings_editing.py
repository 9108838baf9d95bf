"""Settings changed by the program: in their file, under the rules of the start, and nothing else touched."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from kiosk.errors import SettingsError
from kiosk.resources import config_folder
from kiosk.settings import load_settings
from kiosk.settings_editing import allowed_here, check, entries, save

HAND_WRITTEN = """\
# Bệnh viện Mẫu, do phòng CNTT viết

[ui]
language = "en"   # the trainer is not from here

[facility]
name = "Bệnh viện Mẫu"
code = "99999"

[readers]
engines = [
    "zbar",   # zxing disliked our camera
]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "hospital.toml"
    file.write_text(HAND_WRITTEN, encoding="utf-8")
    return file


def environ(file: Path, **more: str) -> dict[str, str]:
    return {"KIOSK_CONFIG": str(file), **more}


def refusal(changes: dict[tuple[str, str], str], environment: dict[str, str]) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        save(changes, environment)
    return caught.value


def test_a_change_is_found_again_and_all_else_stays_as_it_was_written(own: Path) -> None:
    save({("facility", "code"): "79034", ("gateway", "connect_timeout_seconds"): "2.5"}, environ(own))
    settings = load_settings(environ(own))
    assert (settings.facility.code, settings.gateway.connect_timeout_seconds) == ("79034", 2.5)
    text = own.read_text(encoding="utf-8")
    assert text.startswith(HAND_WRITTEN.replace('code = "99999"', 'code = "79034"').rstrip())
    assert text.endswith("[gateway]\nconnect_timeout_seconds = 2.5\n")


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        (("gateway", "allow_http"), "true", True),
        (("readers", "engines"), "zxing, zbar", ("zxing", "zbar")),
        (("records", "backup_keep"), "30", 30),
        (("readers", "camera"), "0", "0"),
        (("ui", "language"), "vi", "vi"),
        (("gateway", "base_url"), "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (("gateway", "username"), "", ""),
    ],
)
def test_what_was_typed_becomes_what_the_setting_is(
    own: Path, key: tuple[str, str], typed: str, value: object
) -> None:
    save({key: typed}, environ(own))
    settings = load_settings(environ(own))
    assert getattr(getattr(settings, key[0]), key[1]) == value


def test_a_setting_above_all_sections_can_be_changed_too(own: Path, tmp_path: Path) -> None:
    save({("", "data_dir"): str(tmp_path / "elsewhere")}, environ(own))
    assert load_settings(environ(own)).data_folder == tmp_path / "elsewhere"
    assert load_settings(environ(own)).facility.name == "Bệnh viện Mẫu"


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        (("gateway", "mode"), "prod"),
        (("gateway", "read_timeout_seconds"), "3,5"),
        (("gateway", "base_url"), "http://192.0.2.1/x"),
        (("desk", "name"), " "),
        (("readers", "engines"), "zxing, zxing"),
    ],
)
def test_what_a_start_would_refuse_is_refused_and_nothing_is_written(
    own: Path, key: tuple[str, str], typed: str
) -> None:
    error = refusal({("desk", "name"): "Quầy 7", key: typed}, environ(own))
    assert error.values["key"] == f"{key[0]}.{key[1]}"
    assert own.read_text(encoding="utf-8") == HAND_WRITTEN
    assert list(own.parent.glob(".*")) == []


def test_two_changes_that_only_go_together_go_together(own: Path) -> None:
    check({("gateway", "base_url"): "http://192.0.2.1", ("gateway", "allow_http"): "true"}, environ(own))


@pytest.mark.parametrize("content", ["[facility\n", "\xff", 'mode = "live"\n', "[gateway]\nmode = 7\n"])
def test_a_file_that_somebody_broke_since_is_named_and_left_alone(own: Path, content: str) -> None:
    own.write_bytes(content.encode("latin-1"))
    assert refusal({("desk", "name"): "Quầy 7"}, environ(own)).values["file"] == str(own)
    assert own.read_bytes() == content.encode("latin-1")
    with pytest.raises(SettingsError):
        entries(environ(own))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everything")
def test_a_protected_folder_is_told_as_such(own: Path) -> None:
    own.parent.chmod(0o555)
    try:
        assert refusal({("desk", "name"): "Quầy 7"}, environ(own)).code == "settings_not_saved"
    finally:
        own.parent.chmod(0o755)


def test_a_file_that_cannot_be_written_is_told_with_why_and_stays(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.settings_editing.os.fsync", no_room)
    error = refusal({("desk", "name"): "Quầy 7"}, environ(own))
    assert (error.code, error.values["why"]) == ("settings_not_saved", "No space left on device")
    assert own.read_text(encoding="utf-8") == HAND_WRITTEN
    assert [each.name for each in own.parent.iterdir() if each.is_file()] == [own.name]


def test_the_rights_of_the_file_and_a_link_to_it_stay(own: Path, tmp_path: Path) -> None:
    own.chmod(0o640)
    link = tmp_path / "link.toml"
    link.symlink_to(own)
    save({("desk", "name"): "Quầy 7"}, environ(link))
    assert link.is_symlink()
    assert own.stat().st_mode & 0o777 == 0o640
    assert load_settings(environ(own)).desk.name == "Quầy 7"


def test_a_file_written_by_notepad_keeps_its_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_bytes('\ufeff# của chúng tôi\r\n[desk]\r\nname = "Quầy 9"\r\n'.encode())
    save({("desk", "name"): "Quầy 7"}, environ(file))
    assert file.read_bytes() == '# của chúng tôi\r\n[desk]\r\nname = "Quầy 7"\r\n'.encode()


# Where no file is named


def test_without_a_file_of_its_own_an_installation_gets_one_in_its_data_folder(tmp_path: Path) -> None:
    shipped = (config_folder() / "kiosk.toml").read_bytes()
    environment = {"KIOSK_DATA_DIR": str(tmp_path / "data")}
    file = save({("gateway", "mode"): "live", ("facility", "code"): "79034"}, environment)
    assert file == tmp_path / "data" / "kiosk.toml"
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {
        "gateway": {"mode": "live"},
        "facility": {"code": "79034"},
    }
    settings = load_settings(environment)
    assert (settings.gateway.mode, settings.facility.code, settings.desk.name) == ("live", "79034", "Quầy 1")
    assert (config_folder() / "kiosk.toml").read_bytes() == shipped


def test_the_folders_own_file_cannot_move_the_folder(tmp_path: Path) -> None:
    environment = {"KIOSK_DATA_DIR": str(tmp_path)}
    (tmp_path / "kiosk.toml").write_text('data_dir = "/elsewhere"\n', encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(environment)
    assert caught.value.values["key"] == "data_dir"
    assert "KIOSK_DATA_DIR" in caught.value.values["allowed"]


def test_a_broken_file_in_the_data_folder_stops_the_start_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text("[gateway\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings({"KIOSK_DATA_DIR": str(tmp_path)})
    assert caught.value.values["file"] == str(tmp_path / "kiosk.toml")


def test_a_named_file_stands_alone(own: Path, tmp_path: Path) -> None:
    """KIOSK_CONFIG means that file and nothing beside it."""
    (tmp_path / "kiosk.toml").write_text('[desk]\nname = "Quầy 8"\n', encoding="utf-8")
    assert load_settings(environ(own, KIOSK_DATA_DIR=str(tmp_path))).desk.name == "Quầy 1"


# What is shown


def test_every_setting_is_there_once_with_its_help() -> None:
    found = entries({"KIOSK_DATA_DIR": os.environ["KIOSK_DATA_DIR"]})
    assert len({each.name for each in found}) == len(found)
    assert [each.name for each in found[:3]] == ["data_dir", "facility.code", "facility.name"]
    assert all(each.help for each in found)
    assert all(allowed_here(each, each.default) or each.secret for each in found)
    assert all(allowed_here(each, choice) for each in found for choice in each.rule.choices)


def test_what_the_environment_decides_is_called_fixed_by_it(own: Path) -> None:
    found = {each.name: each for each in entries(environ(own, KIOSK_GATEWAY__MODE="live"))}
    assert found["gateway.mode"].fixed_by == "KIOSK_GATEWAY__MODE"
    assert found["gateway.mode"].shown == "live"
    assert (found["facility.code"].fixed_by, found["facility.code"].stated) == ("", True)
    assert (found["data_dir"].fixed_by, found["desk.name"].stated) == ("", False)


def test_no_secret_is_ever_among_what_is_shown(own: Path) -> None:
    secret = "bi-mat-1"
    with own.open("a", encoding="utf-8") as file:
        file.write(f'[gateway]\npassword = "{secret}"\n')
        file.write(f'[records]\nurl = "postgresql+psycopg://kiosk:{secret}@db.example/kiosk"\n')
    found = entries(environ(own))
    assert secret not in repr(found)
    shown = {each.name: each for each in found}
    assert shown["records.url"].shown == "postgresql+psycopg://kiosk:***@db.example/kiosk"
    assert shown["gateway.password"].secret
    assert shown["records.url"].secret
