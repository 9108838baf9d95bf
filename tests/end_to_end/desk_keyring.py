"""A keyring in a file, for a desk under test: PYTHON_KEYRING_BACKEND=desk_keyring.FileKeyring."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend


class FileKeyring(KeyringBackend):
    """In the file that DESK_KEYRING_FILE names."""

    priority = 1

    @property
    def _file(self) -> Path:
        return Path(os.environ["DESK_KEYRING_FILE"])

    def _kept(self) -> dict[str, str]:
        kept: dict[str, str] = (
            json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}
        )
        return kept

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = {**self._kept(), f"{service}/{username}": password}
        self._file.write_text(json.dumps(kept), encoding="utf-8")
