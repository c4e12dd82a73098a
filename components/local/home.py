"""The directory that holds one embedded installation, and the small portable tools around it: locks, processes, atomic files."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WINDOWS = os.name == "nt"

if WINDOWS:
    import msvcrt
else:
    import fcntl


class LocalError(Exception):
    """The embedded backend cannot do what was asked; the text says what to do about it."""


@dataclass(frozen=True)
class Home:
    """Paths of one installation: `data/` (cluster), `run/` (socket), `files/` (stored bytes), `keys.json`, `log`, `.lock`, `users/`."""

    root: Path

    data = property(lambda self: self.root / "data")
    files = property(lambda self: self.root / "files")
    keys = property(lambda self: self.root / "keys.json")
    log = property(lambda self: self.root / "log")
    users = property(lambda self: self.root / "users")

    def prepare(self) -> None:
        """Creates the directory. Root leaves it traversable (0711): the server runs as another account and must reach `data/`."""
        self.root.mkdir(parents=True, exist_ok=True)
        if not WINDOWS:
            self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
        self.users.mkdir(mode=0o700, exist_ok=True)
        self.files.mkdir(mode=0o700, exist_ok=True)

    def lock(self, name: str = ".lock"):
        return exclusive_lock(self.root / name)


def default_home() -> Path:
    """SHUBBAK_HOME, else the platform's data directory. Root uses /var/lib, because the server's account cannot enter /root."""
    if chosen := os.environ.get("SHUBBAK_HOME"):
        return Path(chosen).expanduser().absolute()
    if WINDOWS:
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "shubbak"
    if os.geteuid() == 0:
        return Path("/var/lib/shubbak")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "shubbak"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "shubbak"


def _try_lock(descriptor: int, wait: bool) -> bool:
    try:
        if WINDOWS:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        if WINDOWS and wait:  # LK_LOCK gives up after ten seconds; a first start on a slow disk may need longer.
            return _try_lock(descriptor, wait)
        if wait:
            raise
        return False
    return True


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Waits for an exclusive lock between processes. The system frees it when its holder dies, however it dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _try_lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


class Attendance:
    """Who uses the cluster now. Every user holds the lock of a file of its own in `users/`; a file that can be locked has lost its user.

    The last one to leave stops the server. A killed user needs no cleaning up: its lock is gone with it.
    """

    def __init__(self, home: Home):
        self.home = home
        self.path: Path | None = None
        self.descriptor: int | None = None

    def enter(self) -> None:
        if self.descriptor is None:
            self.path = self.home.users / f"{os.getpid()}-{secrets.token_hex(4)}"
            self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            _try_lock(self.descriptor, wait=False)

    def leave(self) -> bool:
        """Gives up the place; true when nobody else is left. Call under the home's lock."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None
        alone = True
        for path in self.home.users.iterdir():
            descriptor = os.open(path, os.O_RDWR)
            try:
                free = _try_lock(descriptor, wait=False)
            finally:
                os.close(descriptor)
            if free:
                path.unlink(missing_ok=True)
            else:
                alone = False
        return alone


def process_alive(pid: int) -> bool:
    """Whether a process runs. A zombie counts as dead: its parent may never collect it (containers without an init)."""
    if pid <= 0:
        return False
    if WINDOWS:
        listing = subprocess.run(["tasklist", "/FI", f"PID eq {pid}", "/NH"], capture_output=True, text=True, check=False)
        return str(pid) in listing.stdout
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return not _process_state(pid).startswith("Z")


def _process_state(pid: int) -> str:
    try:
        # The command name stands in brackets and may itself hold brackets: read after the last one.
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].strip()
    except OSError:
        if sys.platform.startswith("linux"):
            return ""
    shown = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()


def process_name(pid: int) -> str:
    """The command of a process, empty when unknown. Tells a server from a stranger that was given the same number after a reboot."""
    if WINDOWS:
        return "postgres"  # not needed there: pg_ctl judges the pid file itself
    try:
        shown = Path(f"/proc/{pid}/comm").read_text(errors="replace")
    except OSError:
        shown = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return Path(shown.strip()).name  # macOS shows the whole path


def write_atomically(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Writes a whole file or nothing, and has it on the disk before it has its name."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(draft, path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Makes a rename inside the directory durable (Windows has no such call and needs none)."""
    if WINDOWS:
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
