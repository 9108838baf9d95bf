"""A PostgreSQL server of the tests' own: on a free port of 127.0.0.1, in a temporary folder, gone afterwards.

It never touches a cluster of the system's. PostgreSQL refuses to run as root, so root starts it as nobody.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg

USER = "kiosk"

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # the tests kill the server, never the machine
    "full_page_writes": "off",
    "max_connections": "120",
    "shared_buffers": "16MB",
    "autovacuum": "off",
    "log_min_messages": "warning",
}


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps them out of PATH. None when there is no server."""
    newest = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]), reverse=True
    )
    for initdb in (*newest, *(Path(found) for found in [shutil.which("initdb")] if found)):
        folder = initdb.resolve().parent
        if (folder / "pg_ctl").exists() and (folder / "postgres").exists():
            return folder
    return None


class PostgresqlServer:
    """Runs from `start` to `stop`, as often as wanted, at one address."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        found = programs()
        if found is None:
            raise FileNotFoundError("initdb")
        self._programs = found
        self._data = folder / "cluster"
        self._log = folder / "server.log"
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._settings = _SETTINGS | settings | {"port": str(self.port)}
        self._make(folder)

    def _make(self, folder: Path) -> None:
        if self._owner is not None:
            os.chown(folder, self._owner.pw_uid, self._owner.pw_gid)
        self._run(
            "initdb", "-D", self._data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        lines = "".join(f"{name} = '{value}'\n" for name, value in self._settings.items())
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(lines)

    @property
    def running(self) -> bool:
        return self._run("pg_ctl", "status", "-D", self._data, check=False) == 0

    def start(self) -> None:
        self._run("pg_ctl", "start", "-w", "-t", "60", "-D", self._data, "-l", self._log)

    def stop(self, mode: str = "immediate") -> None:
        """`immediate` is a power cut as the program sees it; `fast` what a service manager does."""
        if self.running:
            self._run("pg_ctl", "stop", "-w", "-t", "60", "-D", self._data, "-m", mode)

    def _run(self, program: str, *arguments: object, check: bool = True) -> int:
        command = [str(self._programs / program), *map(str, arguments)]
        if self._owner is not None:
            user = (f"--reuid={self._owner.pw_uid}", f"--regid={self._owner.pw_gid}")
            command = ["setpriv", *user, "--clear-groups", *command]
        with self._log.with_name("commands.log").open("ab") as log:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                cwd="/",
                check=False,
                timeout=120,
            )
        if check and done.returncode != 0:
            raise RuntimeError(f"{program}: {self._said()}")
        return done.returncode

    def _said(self) -> str:
        logs = (self._log, self._log.with_name("commands.log"))
        return "".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())

    # Databases

    def url(self, database: str = "postgres", port: int | None = None) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{port or self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname=database, autocommit=True, connect_timeout=10
        )

    @contextlib.contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A new database, empty or a copy of another one; its name."""
        name = f"kiosk_{uuid.uuid4().hex}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            if not self.running:
                self.start()
            with self.connect() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def running_server(**settings: str) -> Iterator[PostgresqlServer]:
    """A server with these settings, stopped and cleared away afterwards, whatever happened."""
    with tempfile.TemporaryDirectory(prefix="kiosk-postgresql-") as folder:
        server = PostgresqlServer(Path(folder), settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()
