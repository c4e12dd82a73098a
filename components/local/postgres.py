"""Life of the embedded PostgreSQL: make it, start it, adopt one that is still running, bring it back, stop it.

One directory holds one cluster. Everything that begins or ends happens under the home's lock, so that two starts at once end up sharing
one server. The server is fsynced like any production server: what was committed survives every kill.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from components.local import bootstrap
from components.local.binaries import account_reaches, as_account, find_binaries, major_version, program, reachable_binaries, server_account
from components.local.home import WINDOWS, Attendance, Home, LocalError, process_alive, process_name, sync_directory
from components.local.keys import Keys, load_keys

SUPERUSER = "supabase_admin"
SETTINGS = {
    "shared_buffers": "64MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log is for the life of the server. Failing statements would put personal data into it.
    "log_min_messages": "log",
    "log_min_error_statement": "log",
    "log_checkpoints": "off",
}
# Unix socket paths end at about 107 bytes, the file name included.
LONGEST_SOCKET_DIRECTORY = 85
LOG_LIMIT = 10_000_000


class Cluster:
    """A running PostgreSQL of one home. `start()` returns when it accepts connections and holds what Supabase itself provides."""

    def __init__(self, home: Home):
        self.home = home
        self.keys: Keys | None = None
        self.port = 5432
        self._attendance = Attendance(home)
        self._server: subprocess.Popen | None = None
        self._account: str | None = None
        self._binaries: Path | None = None
        self._socket: Path | None = None

    def start(self) -> None:
        """Makes, starts or adopts the cluster. Raises LocalError with a remedy."""
        self.home.prepare()
        try:
            with self.home.lock():
                self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self.keys = load_keys(self.home)
        self._account = server_account(self.home)
        if not account_reaches(self.home.root, self._account):
            raise LocalError(
                f"PostgreSQL runs as the account {self._account}, which cannot enter {self.home.root}. "
                "Choose another home, for example SHUBBAK_HOME=/var/lib/shubbak."
            )
        self._binaries = reachable_binaries(find_binaries(), self.home, self._account)
        self._socket = self._socket_directory()
        self._clear_drafts()
        if not self.home.data.exists():
            self._initialise()
        self._run()
        self._attendance.enter()
        with psycopg.connect(self.address(SUPERUSER), autocommit=True) as connection:
            self._check_time_zones(connection)
            bootstrap.apply(connection, self.keys)

    def address(self, role: str = "postgres") -> str:
        """Connection URL of a database role, understood by psycopg, psql and pg_dump."""
        if WINDOWS:
            return f"postgresql://{role}:{self.keys.password}@127.0.0.1:{self.port}/postgres"
        return f"postgresql://{role}@/postgres?host={quote(str(self._socket), safe='')}&port={self.port}"

    def alive(self) -> bool:
        if self._server is not None:
            return self._server.poll() is None
        return process_alive(self._recorded_pid())

    def revive(self) -> None:
        """Starts the server again after it died under us (PostgreSQL recovers what was committed)."""
        with self.home.lock():
            if not self.alive():
                self._server = None
                self._run()

    def stop(self) -> None:
        """Leaves; the last user stops the server."""
        if not self.home.users.exists():
            return
        with self.home.lock():
            if not self._attendance.leave():
                return
            pid = self._recorded_pid()
            if WINDOWS and self._binaries is not None:
                subprocess.run([program(self._binaries, "pg_ctl"), "stop", "-D", str(self.home.data), "-m", "fast", "-w"], check=False)
            elif process_alive(pid) and process_name(pid).startswith("postgres"):
                os.kill(pid, signal.SIGINT)
                if not self._wait_until_gone(pid, 15):
                    os.kill(pid, signal.SIGQUIT)
                    self._wait_until_gone(pid, 5)
            self._server = None

    # -- making ------------------------------------------------------------------------------------------------------------------

    def _initialise(self) -> None:
        """initdb into a directory that gets its name only when complete: a first start that was killed leaves nothing half made."""
        draft = self.home.root / f"init-{os.getpid()}"
        draft.mkdir(mode=0o700)
        self._give(draft)
        command = [
            program(self._binaries, "initdb"),
            "-D",
            str(draft),
            "-U",
            SUPERUSER,
            "--encoding=UTF8",
            "--locale=C",
            "--no-instructions",
        ]
        if major_version(self._binaries) >= 17:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # the same order and case rules on every system
        if WINDOWS:
            password_file = self.home.root / "init-password"
            password_file.write_text(self.keys.password)
            command += ["-A", "scram-sha-256", f"--pwfile={password_file}"]
        else:
            command += ["-A", "trust"]  # the socket lies in a private directory and TCP is off
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self.home.root, env=_clean_environment(), **as_account(self._account)
        )
        if WINDOWS:
            password_file.unlink()
        if done.returncode != 0:
            raise LocalError(f"PostgreSQL could not create its database in {self.home.root}: {done.stderr.strip() or done.stdout.strip()}")
        draft.rename(self.home.data)
        sync_directory(self.home.root)

    def _clear_drafts(self) -> None:
        """What a killed first start left. Its initdb may still be writing: then the first removal misses something."""
        for stale in self.home.root.glob("init-*"):
            for _ in range(50):
                shutil.rmtree(stale, ignore_errors=True)
                if not stale.exists():
                    break
                time.sleep(0.1)

    def _give(self, path: Path) -> None:
        if self._account is not None:
            shutil.chown(path, self._account)

    def _socket_directory(self) -> Path | None:
        """`run/` in the home, or a short private directory elsewhere, recorded in `run.path`, when the path would be too long."""
        if WINDOWS:
            return None
        directory = self.home.root / "run"
        if len(os.fsencode(directory)) > LONGEST_SOCKET_DIRECTORY:
            record = self.home.root / "run.path"
            directory = Path(record.read_text()) if record.exists() else Path()
            if not record.exists() or not _private_directory(directory, self._account):
                directory = Path(tempfile.mkdtemp(prefix="shubbak-"))
                record.write_text(str(directory))
        directory.mkdir(mode=0o700, exist_ok=True)
        self._give(directory)
        return directory

    # -- running -----------------------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        """Adopts the server that runs on the directory, else starts one; tries again while remains of a killed one are in the way."""
        if WINDOWS:
            return self._run_on_windows()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            pid = self._recorded_pid()
            if process_alive(pid) and process_name(pid).startswith("postgres"):
                if self._ready():
                    return
                time.sleep(0.05)  # still starting, recovering or stopping
                continue
            if process_alive(pid):
                # After a reboot a stranger may have the recorded number, and PostgreSQL would take it for itself.
                (self.home.data / "postmaster.pid").unlink(missing_ok=True)
            self._spawn()
            while self._server.poll() is None and time.monotonic() < deadline:
                if self._ready():
                    return
                time.sleep(0.02)
            time.sleep(0.2)  # it ended: shared memory or the lock file of a killed server was still there
            if self._server.poll() is not None and time.monotonic() > deadline - 45:
                break
        raise LocalError(f"PostgreSQL does not start. Its last words, from {self.home.log}:\n{self._last_words()}")

    def _spawn(self) -> None:
        if self.home.log.exists() and self.home.log.stat().st_size > LOG_LIMIT:
            self.home.log.unlink()
        command = [program(self._binaries, "postgres"), "-D", str(self.home.data), "-k", str(self._socket), "-p", str(self.port)]
        for name, value in {"listen_addresses": "", **SETTINGS}.items():
            command += ["-c", f"{name}={value}"]
        with open(self.home.log, "ab") as log:
            self.home.log.chmod(0o600)
            # A direct child is collected at once when it is killed; a new session keeps the terminal's Ctrl-C away from it.
            self._server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home.root,
                env=_clean_environment(),
                start_new_session=True,
                **as_account(self._account),
            )

    def _run_on_windows(self) -> None:
        """pg_ctl drops administrator rights, which postgres itself refuses. A free loopback port, read back from the pid file."""
        record = self.home.data / "postmaster.pid"
        if record.exists():
            self.port = int(record.read_text().splitlines()[3])
            if self._ready():
                return
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        options = " ".join(f"-c {name}={value}" for name, value in {"listen_addresses": "127.0.0.1", "port": self.port, **SETTINGS}.items())
        command = [program(self._binaries, "pg_ctl"), "start", "-D", str(self.home.data), "-l", str(self.home.log), "-w", "-o", options]
        if subprocess.run(command, check=False, env=_clean_environment(), stdout=subprocess.DEVNULL).returncode != 0:
            raise LocalError(f"PostgreSQL does not start. Its last words, from {self.home.log}:\n{self._last_words()}")

    def _ready(self) -> bool:
        try:
            psycopg.connect(self.address(SUPERUSER), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _recorded_pid(self) -> int:
        try:
            return abs(int((self.home.data / "postmaster.pid").read_text().splitlines()[0]))
        except (OSError, ValueError, IndexError):
            return 0

    def _wait_until_gone(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._server is not None and self._server.poll() is not None:
                return True
            if not process_alive(pid):
                return True
            time.sleep(0.01)
        return False

    def _last_words(self) -> str:
        try:
            return "\n".join(self.home.log.read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return "(no log)"

    @staticmethod
    def _check_time_zones(connection: psycopg.Connection) -> None:
        try:
            connection.execute("set timezone to 'Africa/Casablanca'")
        except psycopg.errors.InvalidParameterValue:
            raise LocalError("PostgreSQL finds no time zones on this machine. Install the system package tzdata and start again.") from None
        connection.execute("reset timezone")


def _clean_environment() -> dict[str, str]:
    """Our environment without libpq's variables, which would redirect the server's own programs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _private_directory(path: Path, account: str | None) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    owners = {os.geteuid()}
    if account is not None:
        import pwd

        owners.add(pwd.getpwnam(account).pw_uid)
    return path.is_dir() and not path.is_symlink() and status.st_uid in owners and status.st_mode & 0o077 == 0
