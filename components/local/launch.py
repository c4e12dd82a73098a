"""Starts the embedded backend as a child process, for the launcher and for tests."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from components.local.home import WINDOWS, LocalError, default_home

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Backend:
    """A running backend: where it answers, its keys, and `stop()`."""

    url: str
    anon_key: str
    service_role_key: str
    database_url: str
    process: subprocess.Popen = field(repr=False)

    def environment(self) -> dict[str, str]:
        return {
            "SUPABASE_URL": self.url,
            "SUPABASE_ANON_KEY": self.anon_key,
            "SUPABASE_SERVICE_ROLE_KEY": self.service_role_key,
            "DATABASE_URL": self.database_url,
        }

    def stop(self, seconds: float = 20) -> None:
        """A clean stop: closing the child's input ends it in order, whatever the system. Harmless when it has ended."""
        self.process.stdin.close()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def start(home: Path | None = None, port: int | None = None, *, empty: bool = False, environment: dict[str, str] | None = None) -> Backend:
    """Starts PostgreSQL and the service and returns once requests are answered.

    The child ends by itself when this process dies. A server left behind by a killed child is adopted. `empty` leaves the project's
    sql/ out. Progress and errors appear on our standard error. Raises LocalError when it does not come up.
    """
    command = [
        sys.executable,
        "-m",
        "components.local",
        "--port",
        str(port or 0),
        "--home",
        str(home or default_home()),
        "--parent",
        str(os.getpid()),
    ]
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    path = os.pathsep.join(filter(None, [str(ROOT), inherited.get("PYTHONPATH")]))
    process = subprocess.Popen(
        command + (["--empty"] if empty else []),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**inherited, "PYTHONPATH": path, **(environment or {})},
        # The terminal's Ctrl-C is for us; the child follows when we close its input.
        start_new_session=True,
        creationflags=subprocess.CREATE_NEW_PROCESS_GROUP if WINDOWS else 0,
    )
    values: dict[str, str] = {}
    for line in process.stdout:
        name, _, value = line.strip().partition("=")
        values[name] = "".join(shlex.split(value))
        if name == "DATABASE_URL":
            break
    if "DATABASE_URL" not in values:
        process.stdin.close()
        raise LocalError(f"The embedded backend did not start (exit code {process.wait()}). The lines above say why.")
    threading.Thread(target=lambda: [None for _ in process.stdout], daemon=True).start()
    return Backend(
        values["SUPABASE_URL"], values["SUPABASE_ANON_KEY"], values["SUPABASE_SERVICE_ROLE_KEY"], values["DATABASE_URL"], process
    )
