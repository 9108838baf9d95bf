"""`./run` as a real process, in a copy of the checkout whose path holds blanks and Vietnamese letters.

uv is played by a script that makes a real virtual environment with a small `kiosk` in it and writes down how
it was called: what is under test is the shell script. The real set-up from nothing is what `.ci/run` does.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has run.cmd")

FAKE_UV = f"""#!/bin/sh
if [ "$1" = --version ]; then echo 'uv 0.13.9 (fake)'; exit; fi
echo "$*" >>"$UV_CALLS"
if [ -n "${{UV_BROKEN-}}" ]; then echo 'no route to the package index' >&2; exit 1; fi
if [ -n "${{UV_GATE-}}" ]; then read -r _ <"$UV_GATE"; fi
venv=$UV_PROJECT_ENVIRONMENT
[ -x "$venv/bin/python" ] || "{sys.executable}" -m venv --without-pip --symlinks "$venv"
cat >"$venv/bin/kiosk" <<END
#!/bin/sh
# $venv/bin/python
printf '<%s>' "\\$@"
echo "in \\$PWD"
echo 'to the technician' >&2
exit \\${{KIOSK_EXIT-0}}
END
printf '#!/bin/sh\\nprintf "<%%s>" "$@"\\n' >"$venv/bin/pytest"
chmod +x "$venv/bin/kiosk" "$venv/bin/pytest"
"""

# What the script may use besides Python and uv.
TOOLS = "sh cat chmod cksum env flock grep id ldconfig mkdir mv readlink rm true Xvfb openbox xdotool"


class Machine:
    """A checkout, and the programs that are found on this machine's PATH."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "Quầy tiếp đón 1"
        self.bin = folder / "bin"
        self.uv_log = folder / "uv-calls"
        self.bin.mkdir()
        for tool in TOOLS.split():
            if found := shutil.which(tool):
                (self.bin / tool).symlink_to(found)
        self.program("python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        self.program("uv", FAKE_UV)
        self.environment = {"PATH": str(self.bin), "HOME": str(folder), "UV_CALLS": str(self.uv_log)}
        for name in ("run", "uv.lock", "pyproject.toml", "scripts/uv.txt"):
            target = self.checkout / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, target)
        (self.checkout / "kiosk").mkdir()
        (self.checkout / "kiosk" / "module.py").write_text("VALUE = 1\n")

    def program(self, name: str, script: str) -> None:
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(script)
        path.chmod(0o755)

    def no_program(self, name: str) -> None:
        (self.bin / name).unlink(missing_ok=True)

    def start(self, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(self.checkout / "run"), *arguments],
            cwd=cwd or self.checkout,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(
        self, *arguments: str, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        with self.start(*arguments, cwd=cwd, **environment) as process:
            out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    @property
    def uv_calls(self) -> list[str]:
        return self.uv_log.read_text().splitlines() if self.uv_log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def ready(machine: Machine) -> Machine:
    """A machine on which the set-up for the app is done."""
    assert machine.run("setup").returncode == 0
    machine.uv_log.unlink()
    return machine


# ---- words and what they are given -----------------------------------------------------------------------


def test_arguments_folder_output_and_exit_code_pass_through(ready: Machine, tmp_path: Path) -> None:
    done = ready.run("kiosk", "parse", "Nguyễn Văn A", "", "--", "-x", cwd=tmp_path, KIOSK_EXIT="4")

    assert done.stdout == f"<parse><Nguyễn Văn A><><--><-x>in {tmp_path}\n"
    assert done.stderr == "to the technician\n"
    assert done.returncode == 4


@pytest.mark.parametrize("word", ["desk", "demo"])
def test_desk_and_demo_are_commands_of_the_kiosk(ready: Machine, word: str) -> None:
    assert ready.run(word, "--json").stdout.startswith(f"<{word}><--json>")


def test_the_set_up_says_nothing_on_standard_output(machine: Machine) -> None:
    done = machine.run("kiosk", "visits", "--json")

    assert done.stdout == f"<visits><--json>in {machine.checkout}\n"
    assert "setting up Python packages" in done.stderr


@pytest.mark.parametrize("words", [(), ("dekS",), ("",)])
def test_an_unknown_word_shows_the_usage_and_sets_nothing_up(
    machine: Machine, words: tuple[str, ...]
) -> None:
    done = machine.run(*words)

    assert done.returncode == 2
    assert "usage: ./run WORD" in done.stderr
    assert done.stdout == ""
    assert machine.uv_calls == []


def test_help_goes_to_standard_output(machine: Machine) -> None:
    done = machine.run("help")

    assert done.returncode == 0
    assert "kiosk ARGS..." in done.stdout


def test_the_checkout_is_found_through_a_chain_of_links(ready: Machine, tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "second").symlink_to(ready.checkout / "run")
    (tmp_path / "first").symlink_to(Path("a b") / "second")

    done = subprocess.run(
        ["./first", "kiosk", "x"],
        cwd=tmp_path,
        env=ready.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == f"<x>in {tmp_path}\n"
    assert ready.uv_calls == []


def test_files_named_to_pytest_are_meant_from_the_callers_folder(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "test_a.py").write_text("")

    done = machine.run("test", "test_a.py::test_b", "-k", "wedge", cwd=tmp_path)

    assert done.stdout == f"<{tmp_path}/test_a.py::test_b><-k><wedge>"


# ---- warm starts -----------------------------------------------------------------------------------------


def test_a_second_start_asks_neither_uv_nor_pip_nor_the_package_manager(ready: Machine) -> None:
    for name in ("uv", "python3", "sudo", "apt-get"):
        ready.program(name, '#!/bin/sh\necho "$0" >>"$UV_CALLS"\nexit 99\n')

    done = ready.run("kiosk", "parse")

    assert done.returncode == 0
    assert done.stderr == "to the technician\n"
    assert ready.uv_calls == []


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_is_synced_once(ready: Machine, name: str) -> None:
    with (ready.checkout / name).open("a") as file:
        file.write("# changed\n")

    ready.run("kiosk")
    ready.run("kiosk")

    assert len(ready.uv_calls) == 1


def test_the_kiosk_itself_is_compiled_even_where_python_may_not_write_bytecode(machine: Machine) -> None:
    machine.run("setup", PYTHONDONTWRITEBYTECODE="1")

    assert list((machine.checkout / "kiosk" / "__pycache__").glob("module.*.pyc"))


def test_the_app_never_takes_the_developers_tools_away(machine: Machine) -> None:
    machine.run("setup", "dev")
    (machine.checkout / "uv.lock").write_text("another lock\n")
    machine.run("kiosk")
    machine.run("test", "-q")

    everything, app, again = machine.uv_calls
    assert "--no-dev" not in everything
    assert "--no-dev --inexact" in app
    assert "--no-dev" not in again


# ---- set-ups that go wrong -------------------------------------------------------------------------------


def test_two_starts_at_once_set_up_once(machine: Machine, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    first = machine.start("kiosk", "1", UV_GATE=str(gate))
    with gate.open("w") as opened:  # from here on the first one stands inside uv
        second = machine.start("kiosk", "2")
        assert second.stderr is not None
        waiting = second.stderr.readline()
        opened.write("go\n")
    outputs = [process.communicate(timeout=60)[0] for process in (first, second)]

    assert "another set-up of this folder is under way" in waiting
    assert [output.split("in ")[0] for output in outputs] == ["<1>", "<2>"]
    assert len(machine.uv_calls) == 1


def test_a_killed_set_up_is_started_afresh(machine: Machine, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    (machine.checkout / ".venv" / "bin").mkdir(parents=True)
    killed = machine.start("kiosk", UV_GATE=str(gate))
    with gate.open("w"):
        os.killpg(killed.pid, signal.SIGKILL)  # the script and uv at once, as when the power goes
        killed.wait(60)
        half_done = machine.checkout / ".venv" / "half-done"
        half_done.parent.mkdir(parents=True, exist_ok=True)
        half_done.write_text("")
    killed.communicate(timeout=60)

    done = machine.run("kiosk", "parse")

    assert done.stdout.startswith("<parse>")
    assert "interrupted" in done.stderr
    assert not half_done.exists()


def test_a_failed_set_up_names_the_way_out_and_the_next_start_tries_again(machine: Machine) -> None:
    failed = machine.run("kiosk", "parse", UV_BROKEN="1")
    repaired = machine.run("kiosk", "parse")

    assert failed.returncode == 69
    assert failed.stdout == ""
    assert "no route to the package index" in failed.stderr
    assert "docs/operations.md" in failed.stderr
    assert repaired.stdout.startswith("<parse>")


def test_a_moved_checkout_is_set_up_again(ready: Machine) -> None:
    ready.checkout = ready.checkout.rename(ready.checkout.with_name("Quầy mới"))

    done = ready.run("kiosk", "parse")

    assert done.stdout == f"<parse>in {ready.checkout}\n"
    assert "moved" in done.stderr
    assert len(ready.uv_calls) == 1


def test_a_python_that_went_away_is_replaced(ready: Machine) -> None:
    python = ready.checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")

    assert ready.run("kiosk", "parse").stdout.startswith("<parse>")
    assert len(ready.uv_calls) == 1


def test_who_cannot_write_the_folder_can_start_but_not_set_up(ready: Machine) -> None:
    shutil.rmtree(ready.checkout / ".uv")
    (ready.checkout / ".uv").touch()  # stops root too, as rights do not

    started = ready.run("kiosk", "parse")
    refused = ready.run("test", "-q")

    assert started.stdout.startswith("<parse>")
    assert refused.returncode == 69
    assert refused.stderr.startswith("run: this folder has to be set up by its owner: ./run setup")


# ---- Python, uv and pip ----------------------------------------------------------------------------------


def test_without_a_suitable_python_the_message_says_what_to_install(machine: Machine) -> None:
    machine.program("python3", "#!/bin/sh\nexit 1\n")  # as Python 3.9 answers the question for its version
    done = machine.run("kiosk", "parse")

    assert done.returncode == 69
    assert "no Python 3.11, 3.12 or 3.13 found" in done.stderr
    assert "sudo apt-get install python3 python3-pip" in done.stderr


def test_with_nothing_on_the_path_there_is_still_one_clear_message(machine: Machine, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "mkdir").symlink_to(machine.bin / "mkdir")

    done = machine.run("kiosk", "parse", PATH=str(empty))

    assert done.returncode == 69
    assert done.stderr.startswith("run: no Python 3.11, 3.12 or 3.13 found")
    assert len(done.stderr.splitlines()) == 1


def test_kiosk_python_names_the_interpreter(machine: Machine, tmp_path: Path) -> None:
    chosen = tmp_path / "my python"
    chosen.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    chosen.chmod(0o755)

    machine.run("kiosk")
    machine.run("kiosk", KIOSK_PYTHON=str(chosen))
    machine.run("kiosk", KIOSK_PYTHON=str(chosen))
    machine.run("kiosk")
    wrong = machine.run("kiosk", KIOSK_PYTHON="/nowhere/python3")

    assert len(machine.uv_calls) == 2
    assert f"--python {chosen} " in machine.uv_calls[1]
    assert wrong.returncode == 69
    assert "KIOSK_PYTHON=/nowhere/python3 is not a working Python" in wrong.stderr


@pytest.mark.parametrize("found", ["none", "too old"])
def test_uv_comes_from_pip_in_the_pinned_version_where_path_has_none_that_suits(
    machine: Machine, found: str
) -> None:
    machine.bin.joinpath("uv").rename(machine.bin / "kept")
    if found == "too old":
        machine.program("uv", "#!/bin/sh\necho 'uv 0.4.30'\n")
    machine.program(
        "python3",
        f"""#!/bin/sh
if [ "$1" != -m ]; then exec "{sys.executable}" "$@"; fi
echo "pip: $*" >>"$UV_CALLS"
while [ $# -gt 0 ]; do
    if [ "$1" = --target ]; then
        mkdir "$2" "$2/bin"
        cat "{machine.bin}/kept" >"$2/bin/uv"
        chmod +x "$2/bin/uv"
    fi
    shift
done
""",
    )

    done = machine.run("kiosk", "parse")

    assert done.stdout.startswith("<parse>"), done.stderr
    pip = next(call for call in machine.uv_calls if "install" in call)
    assert "--require-hashes" in pip
    assert pip.endswith("/scripts/uv.txt")
    assert not (machine.checkout / ".uv" / "new").exists()


def test_without_uv_and_pip_the_message_names_the_package(machine: Machine) -> None:
    machine.no_program("uv")
    machine.program("python3", f'#!/bin/sh\n[ "$1" != -m ] || exit 1\nexec "{sys.executable}" "$@"\n')

    done = machine.run("kiosk", "parse")

    assert done.returncode == 69
    assert "sudo apt-get install python3-pip" in done.stderr


def test_another_package_index_gives_the_locked_versions_with_their_hashes(machine: Machine) -> None:
    machine.program("uv", FAKE_UV.replace('echo "$*"', 'echo "$* from $UV_DEFAULT_INDEX"'))

    done = machine.run("kiosk", "parse", PIP_INDEX_URL="https://pypi.benh-vien.example/simple")

    assert done.stdout.startswith("<parse>"), done.stderr
    assert not any(call.startswith("sync") for call in machine.uv_calls)
    assert all(call.endswith("from https://pypi.benh-vien.example/simple") for call in machine.uv_calls)
    assert any(call.startswith("pip install") and "--require-hashes" in call for call in machine.uv_calls)


# ---- system libraries ------------------------------------------------------------------------------------


@pytest.fixture
def bare(machine: Machine) -> Machine:
    """A Debian machine without the libraries of the desk window; its apt-get installs them, for root only."""
    installed = machine.bin.parent / "installed"
    text = (machine.checkout / "run").read_text().replace("/sbin/ldconfig", "ldconfig")
    (machine.checkout / "run").write_text(text)
    machine.program(
        "ldconfig",
        f"""#!/bin/sh
printf '\tlibc.so.6 (libc6,x86-64) => /lib/libc.so.6\n'
if [ -e '{installed}' ]; then echo '{_all_libraries()}'; fi
""",
    )
    machine.program("id", "#!/bin/sh\necho 1000\n")
    machine.program("apt-get", f'#!/bin/sh\necho "apt-get $*" >>"$UV_CALLS"\n: >\'{installed}\'\n')
    return machine


def _all_libraries() -> str:
    text = (CHECKOUT / "run").read_text()
    rows = text.split("libraries='")[1].split("'")[0].split("\n")
    return "\n".join(f"\t{row.split()[0]} (libc6,x86-64) => /lib/{row.split()[0]}" for row in rows if row)


def test_root_installs_what_is_missing_once(bare: Machine) -> None:
    bare.program("id", "#!/bin/sh\necho 0\n")

    bare.run("kiosk", "parse")
    bare.run("desk")

    update, install = [call for call in bare.uv_calls if call.startswith("apt-get")]
    assert update.endswith("update")
    assert "install -y --no-install-recommends libegl1 libgl1" in install
    assert "libzbar0" in install
    assert "libxcb-cursor0" in install


def test_sudo_without_a_password_is_used_and_keeps_the_proxy(bare: Machine) -> None:
    bare.program("sudo", '#!/bin/sh\necho "sudo $*" >>"$UV_CALLS"\nshift 2\nexec "$@"\n')

    done = bare.run("kiosk", "parse")

    assert done.returncode == 0
    install = bare.uv_calls[-2]
    assert install.startswith(
        "sudo -n --preserve-env=DEBIAN_FRONTEND,http_proxy,https_proxy,no_proxy apt-get"
    )
    assert " install -y --no-install-recommends libegl1 " in install


def test_sudo_that_asks_for_a_password_is_not_waited_for_without_a_terminal(bare: Machine) -> None:
    bare.program("sudo", '#!/bin/sh\necho "sudo $*" >>"$UV_CALLS"\n[ "$1" != -n ]\n')

    done = bare.run("kiosk", "parse")

    assert done.stdout.startswith("<parse>")
    assert "install them with: sudo apt-get install" in done.stderr
    assert not any("apt-get" in call for call in bare.uv_calls)


def test_who_may_not_install_is_told_the_exact_command_and_can_parse(bare: Machine) -> None:
    first = bare.run("kiosk", "parse", "X")
    second = bare.run("kiosk", "parse", "X")
    desk = bare.run("desk")

    assert first.returncode == 0
    assert first.stdout.startswith("<parse><X>")
    assert "run: install them with: sudo apt-get install --no-install-recommends libegl1 " in first.stderr
    assert second.stderr == "to the technician\n"  # told once is enough where no window is asked for
    assert "sudo apt-get install" in desk.stderr
    assert not any(call.startswith("apt-get") for call in bare.uv_calls)


def test_a_failing_apt_does_not_stop_the_kiosk(bare: Machine) -> None:
    bare.program("id", "#!/bin/sh\necho 0\n")
    bare.program("apt-get", "#!/bin/sh\necho 'E: Unable to locate package' >&2\nexit 100\n")

    done = bare.run("kiosk", "parse")

    assert done.stdout.startswith("<parse>")
    assert "sudo apt-get install --no-install-recommends libegl1" in done.stderr


def test_tests_also_need_an_x_server_a_window_manager_and_xdotool(bare: Machine) -> None:
    for tool in ("Xvfb", "openbox", "xdotool"):
        bare.no_program(tool)

    app = bare.run("setup")
    dev = bare.run("setup", "dev")

    assert "xvfb" not in app.stderr
    assert " xvfb openbox xdotool" in dev.stderr


def test_other_systems_are_told_the_debian_names(bare: Machine) -> None:
    bare.no_program("apt-get")

    done = bare.run("desk")

    assert done.stdout.startswith("<desk>")
    assert "match these of Debian: libegl1" in done.stderr
