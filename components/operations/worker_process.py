"""Keeps one worker running as a child process, for the launcher."""

import os
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAUSE = 2  # seconds before a worker that ended by itself is started again


class WorkerProcess:
    """`WorkerProcess({...environment...})` starts a worker and starts it again when it ends; `stop()` ends it in order.

    The worker also ends by itself when this process dies, however it dies: it reads our end of a pipe.
    environment: added to ours (SUPABASE_URL, SUPABASE_ANON_KEY, SHUBBAK_HOME, PUBLIC_URL, ...).
    """

    def __init__(self, environment: dict[str, str] | None = None):
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self.environment = {**os.environ, "PYTHONPATH": path, **(environment or {})}
        self._stopped = threading.Event()
        self.process = self._start()
        threading.Thread(target=self._keep, daemon=True).start()

    def _start(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "components.operations.worker", "--until-stdin-closes"]
        # A session of its own: the terminal's Ctrl-C is for the launcher, which then stops the worker in order.
        return subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT, env=self.environment, start_new_session=True)

    def _keep(self) -> None:
        while not self._stopped.is_set():
            self.process.wait()
            if self._stopped.wait(PAUSE):
                return
            self.process = self._start()

    def stop(self, seconds: float = 10) -> None:
        """The job in hand is finished; what takes longer is taken up by the next worker."""
        self._stopped.set()
        self.process.stdin.close()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
