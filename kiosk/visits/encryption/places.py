"""The two places a key is kept in: the operating system's keyring, or a file that only its owner may read."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kiosk.errors import KioskError, RecordsError
from kiosk.passwords import keep_password, kept_secret

KEYRING_SECONDS = 10.0
"""How long a keyring may take. One that asks the person at the screen first answers the next try."""

_asked: dict[str, queue.Queue[str | KioskError]] = {}
_asking = threading.Lock()


def from_keyring(account: str, place: str) -> str:
    """What is kept for `account`, empty when nothing is. Raises RecordsError ``records_key_keyring``."""
    with _asking:
        answer = _asked.get(account)
        if answer is None:
            answer = _asked[account] = _errand(lambda: kept_secret(account))
    found = _awaited(answer, place)
    with _asking:
        _asked.pop(account, None)
    if isinstance(found, KioskError):
        raise _refused(found.code, place)
    return found


def into_keyring(account: str, secret: str, place: str) -> None:
    """Kept, and read again to be sure. Raises RecordsError ``records_key_keyring``."""

    def keep() -> str:
        keep_password(account, secret)
        return ""

    done = _awaited(_errand(keep), place)
    if isinstance(done, KioskError):
        raise _refused(done.code, place)


def _errand(work: Callable[[], str]) -> queue.Queue[str | KioskError]:
    """Done by a thread that nobody has to wait for: a keyring may hang for ever."""
    answer: queue.Queue[str | KioskError] = queue.Queue()

    def run() -> None:
        try:
            answer.put(work())
        except KioskError as error:
            answer.put(error)
        except Exception as error:  # noqa: BLE001  keyrings raise what they like, and quote what they hold
            answer.put(KioskError("keyring_failed", type(error).__name__))

    threading.Thread(target=run, name="records-key", daemon=True).start()
    return answer


def _awaited(answer: queue.Queue[str | KioskError], place: str) -> str | KioskError:
    try:
        found = answer.get(timeout=KEYRING_SECONDS)
    except queue.Empty:
        raise _refused(f"no answer within {KEYRING_SECONDS:.0f} s", place) from None
    answer.put(found)  # for others who wait for the same
    return found


def _refused(why: str, place: str) -> RecordsError:
    return RecordsError("records_key_keyring", why, place=place, why=why)


def from_file(file: Path) -> str:
    """What stands in a key file, empty when there is none. Raises RecordsError ``records_key_file``."""
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise RecordsError("records_key_file", why, place=str(file), why=why) from None


def into_file(file: Path, secret: str) -> None:
    """On the disk when this returns; an existing file is never overwritten. Raises OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_durably(file, f"{secret}\n".encode("ascii"), new=True)
    if sys.platform == "win32":
        _for_owner_only(file)


def others_may_read(file: Path) -> bool:
    """Whether other accounts of this computer may read the file (POSIX; Windows keeps lists of its own)."""
    try:
        return sys.platform != "win32" and bool(file.stat().st_mode & 0o077)
    except OSError:
        return False


def write_durably(file: Path, content: bytes, *, new: bool = False) -> None:
    """The whole content under this name, or what was there. Raises OSError, of one that is to be `new` and is
    there FileExistsError.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if new and file.exists():
            raise FileExistsError(17, "exists", str(file))
        part.replace(file)
        sync_folder(file.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """A rename is on the disk when its folder is. Windows has no such thing."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _for_owner_only(file: Path) -> None:
    """Take away what the folder hands down. Where that fails, the rights of the user's own folder remain."""
    user = f"{os.environ.get('USERDOMAIN', '.')}\\{os.environ.get('USERNAME', '')}"
    tool = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "icacls.exe"
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(  # noqa: S603  a program of the system, and no shell
            [str(tool), str(file), "/inheritance:r", "/grant:r", f"{user}:F"],
            capture_output=True,
            timeout=10,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
