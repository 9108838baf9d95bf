"""What `run` does in sh, for `run.cmd`: set up what is missing, then start what is asked for.

Only the standard library, because it runs before anything is installed. Windows needs no system libraries and
no administrator: the wheels bring theirs.
"""

# ruff: noqa: INP001, S603 - a script, no package; what it starts is the project's own and the user's words
from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
OWN = ROOT / ".uv"
UV_MINIMUM = (0, 13)
FOLDERS = ["kiosk", "scripts", "tests"]
LINTERS = (["ruff", "check", *FOLDERS], ["ruff", "format", "--check", *FOLDERS], ["mypy"], ["lint-imports"])
GATE = ["--cov=kiosk/card", "--cov=kiosk/eligibility", "--cov=kiosk/gateway", "--cov-branch"]
GATE += ["--cov-report=term-missing:skip-covered", "--cov-fail-under=95", "-n", "2", "--dist", "loadgroup"]

USAGE = """usage: run WORD [ARGS...]

  demo            check a patient in from a shipped VssID picture, with the training gateway
  desk            the desk window
  kiosk ARGS...   any command of the kiosk; run kiosk --help lists them
  test            linters, types, layers and the whole test suite; with ARGS only: pytest ARGS
  lint            linters, types and layers
  bench           the quick benchmarks; with NAMES those, some of which take minutes
  setup [dev]     only set up; with dev also the tools for test, lint and bench

Every word first sets up what is missing. KIOSK_PYTHON names the Python to use.
"""


def say(text: str) -> None:
    print(f"run: {text}", file=sys.stderr)


class SetUpError(Exception):
    """The set-up cannot go on; the text says why."""


def key() -> str:
    """What a set-up depends on, the place of the checkout included."""
    files = ("uv.lock", "pyproject.toml", "scripts/run_windows.py")
    return " ".join(
        [str(ROOT), sys.version.split()[0], *(str(zlib.crc32((ROOT / name).read_bytes())) for name in files)]
    )


def is_ready(group: str) -> bool:
    stamp = VENV / f"set-up-{group}"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == key()


def find_uv() -> str:
    found = shutil.which("uv")
    if found:
        answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        words = answer.split()
        numbers = words[1].split(".") if len(words) > 1 else []
        if all(number.isdigit() for number in numbers[:2]) and tuple(map(int, numbers[:2])) >= UV_MINIMUM:
            return found
    pinned = ROOT / "scripts" / "uv.txt"
    folder = OWN / pinned.read_text(encoding="utf-8").split()[0]
    uv = folder / "bin" / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.is_file():
        say(f"fetching {folder.name}")
        shutil.rmtree(OWN / "new", ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        pip += ["--only-binary", ":all:", "--require-hashes", "--target", str(OWN / "new"), "-r", str(pinned)]
        environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
        if subprocess.run(pip, env=environment, stdout=sys.stderr, check=False).returncode != 0:
            raise SetUpError("could not fetch uv with pip (see above); proxy and offline: docs/operations.md")
        (OWN / "new").rename(folder)
    return str(uv)


def prepare(group: str) -> None:
    if is_ready(group):
        return
    OWN.mkdir(exist_ok=True)
    unfinished = OWN / "unfinished"
    if unfinished.exists() and VENV.exists():
        say("the last set-up was interrupted; starting it afresh")
        shutil.rmtree(VENV)
    uv = find_uv()
    say("setting up Python packages (the first time takes a minute or two)")
    unfinished.touch()
    environment = {name: value for name, value in os.environ.items() if name.upper() != "VIRTUAL_ENV"}
    environment |= {"UV_PROJECT_ENVIRONMENT": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    environment.setdefault("UV_SYSTEM_CERTS", "1")
    sync = [uv, "sync", "--project", str(ROOT), "--frozen", "--python", sys.executable]
    if group == "app":
        sync += ["--no-dev", "--inexact"]  # never takes the developers' tools away again
    if subprocess.run(sync, env=environment, stdout=sys.stderr, check=False).returncode != 0:
        raise SetUpError(
            "could not set up the Python packages (see above); proxy and offline: docs/operations.md"
        )
    compile_all = [str(program("python")), "-m", "compileall", "-q", str(ROOT / "kiosk")]
    subprocess.run(compile_all, stdout=sys.stderr, check=False)
    for name in {group, "app"}:
        (VENV / f"set-up-{name}").write_text(key(), encoding="utf-8")
    unfinished.unlink()


def program(name: str) -> Path:
    return PROGRAMS / (f"{name}.exe" if os.name == "nt" else name)


def call(name: str, *arguments: str) -> int:
    """Run a program of the environment and wait for it; Ctrl-C is its own business."""
    with subprocess.Popen([str(program(name)), *arguments]) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def lint() -> int:
    status = 0
    for command in LINTERS:
        print(f"\n== {' '.join(command)}", flush=True)
        status |= call(*command) != 0
    return status


def check(arguments: list[str]) -> int:
    if arguments:
        return call("pytest", *arguments)
    status = lint()
    print("\n== pytest", flush=True)
    return call("pytest", *GATE) or status


def main(word: str, arguments: list[str]) -> int:
    if word in {"help", "-h", "--help"}:
        print(USAGE, end="")
        return 0
    if word not in {"kiosk", "demo", "desk", "test", "lint", "bench", "setup"}:
        say(f"unknown word: {word}")
        print(USAGE, end="", file=sys.stderr)
        return 2
    developer = word in {"test", "lint", "bench"} or (word == "setup" and arguments == ["dev"])
    try:
        prepare("dev" if developer else "app")
    except (SetUpError, OSError) as error:
        say(str(error))
        return 69
    if word in {"test", "lint", "bench"}:
        os.chdir(ROOT)
    match word:
        case "kiosk":
            return call("kiosk", *arguments)
        case "demo" | "desk":
            return call("kiosk", word, *arguments)
        case "test":
            return check(arguments)
        case "lint":
            return lint()
        case "bench":
            return call("python", "tests/benchmarks", *arguments)
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 1:
        print(USAGE, end="", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
