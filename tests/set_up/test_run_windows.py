"""The part of `run.cmd` that is Python: which words there are, and what becomes of arguments and exit codes.

It is portable, so these tests run it here; `run.cmd` itself only finds Python.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uv is played by a sh script")

FAKE_UV = f"""#!/bin/sh
if [ "$1" = --version ]; then echo 'uv 0.13.9 (fake)'; exit; fi
echo "$*" >>"$UV_CALLS"
if [ -n "${{UV_BROKEN-}}" ]; then exit 1; fi
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin"
cd "$UV_PROJECT_ENVIRONMENT/bin"
ln -sf '{sys.executable}' python
printf '#!/bin/sh\\nprintf "<%%s>" "$@"\\nexit 4\\n' >kiosk
chmod +x kiosk
"""


class Windows:
    """A checkout with a uv on PATH."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "Quầy tiếp đón"
        for name in ("uv.lock", "pyproject.toml", "scripts/uv.txt", "scripts/run_windows.py"):
            target = self.checkout / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, target)
        (self.checkout / "kiosk").mkdir()
        (folder / "bin").mkdir()
        uv = folder / "bin" / "uv"
        uv.write_text(FAKE_UV)
        uv.chmod(0o755)
        self.uv_log = folder / "uv-calls"
        self.environment = {
            **os.environ,
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "UV_CALLS": str(self.uv_log),
        }

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(self.checkout / "scripts" / "run_windows.py"), *arguments],
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def uv_calls(self) -> list[str]:
        return self.uv_log.read_text().splitlines() if self.uv_log.exists() else []


@pytest.fixture
def windows(tmp_path: Path) -> Windows:
    return Windows(tmp_path)


def test_a_cards_text_passes_unharmed_and_so_does_the_exit_code(windows: Windows) -> None:
    text = 'DN4799900000001|4e67|50%PATH%|"quoted"|^&!|-$'

    done = windows.run("kiosk", "parse", text, "")

    assert done.stdout == f"<parse><{text}><>"
    assert done.returncode == 4


def test_a_second_start_does_not_call_uv(windows: Windows) -> None:
    windows.run("desk")
    second = windows.run("desk", "--json")

    assert second.stdout == "<desk><--json>"
    assert second.stderr == ""
    assert len(windows.uv_calls) == 1
    assert "--frozen" in windows.uv_calls[0]
    assert "--no-dev --inexact" in windows.uv_calls[0]


def test_a_failed_set_up_says_where_to_read_on_and_is_tried_again(windows: Windows) -> None:
    failed = windows.run("kiosk", "parse", UV_BROKEN="1")
    repaired = windows.run("kiosk", "parse")

    assert (failed.returncode, failed.stdout) == (69, "")
    assert "docs/operations.md" in failed.stderr
    assert repaired.stdout == "<parse>"


@pytest.mark.parametrize("words", [[], ["dekS"]])
def test_an_unknown_word_shows_the_usage(windows: Windows, words: list[str]) -> None:
    done = windows.run(*words)

    assert done.returncode == 2
    assert "usage: run WORD" in done.stderr
    assert windows.uv_calls == []


def test_both_scripts_know_the_same_words() -> None:
    posix = (CHECKOUT / "run").read_text(encoding="utf-8")
    windows = (CHECKOUT / "scripts" / "run_windows.py").read_text(encoding="utf-8")

    assert _words(posix) == _words(windows)
    assert _words(posix) == ["demo", "desk", "kiosk", "test", "lint", "bench", "setup"]


def _words(script: str) -> list[str]:
    rows = script.split("ARGS...]\n\n", 1)[1].split("\n\n", 1)[0]
    return [row.split()[0] for row in rows.splitlines()]
