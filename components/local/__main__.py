"""Runs the embedded backend alone: `python -m components.local --port N [--home DIR] [--empty]`.

Starts PostgreSQL and the local service, applies the project's `sql/` (not with --empty), prints SUPABASE_URL, SUPABASE_ANON_KEY,
SUPABASE_SERVICE_ROLE_KEY and DATABASE_URL as shell assignments, and stays until SIGINT or SIGTERM.
"""

from __future__ import annotations

import argparse
import logging
import os
import shlex
import signal
import socket
import sys
import threading
import time
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import uvicorn

from components.local.home import Home, LocalError, default_home
from components.local.postgres import Cluster
from components.local.service import Service


class Server(uvicorn.Server):
    """Prints the environment once requests are answered."""

    def __init__(self, config: uvicorn.Config, assignments: dict[str, str]):
        super().__init__(config)
        self.assignments = assignments

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print("\n".join(f"{name}={shlex.quote(value)}" for name, value in self.assignments.items()), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m components.local", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="loopback port of the service; 0 takes a free one")
    parser.add_argument(
        "--home", type=Path, default=None, help="directory of the installation (default: SHUBBAK_HOME or the platform's data directory)"
    )
    parser.add_argument("--empty", action="store_true", help="leave the project's sql/ out")
    parser.add_argument("--parent", type=int, default=None, help="stop when this parent process, or standard input, ends")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
    home = Home((options.home or default_home()).expanduser().absolute())
    # SIGTERM ends us like Ctrl-C: by an exception, so that the server is stopped on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with closing(_listen(options.port)) as listener:
            _run(home, listener, options.empty, options.parent)
    except LocalError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _run(home: Home, listener: socket.socket, empty: bool, parent: int | None) -> None:
    """Starts everything, serves until told to stop, stops everything."""
    cluster = Cluster(home)
    cluster.start()
    try:
        if not empty:
            _deploy(home, cluster.address())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assignments = {
            "SUPABASE_URL": url,
            "SUPABASE_ANON_KEY": cluster.keys.anon,
            "SUPABASE_SERVICE_ROLE_KEY": cluster.keys.service_role,
            "DATABASE_URL": cluster.address(),
        }
        app = Service(cluster, url).app
        config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on", ws="none", timeout_graceful_shutdown=5)
        server = Server(config, assignments)
        if parent is not None:
            for wait in (_wait_for_input_to_end, _wait_for_parent_to_end):
                threading.Thread(target=wait, args=(server, parent), daemon=True).start()
        server.run(sockets=[listener])
    finally:
        cluster.stop()


def _listen(port: int) -> socket.socket:
    """Binds before anything slow is done: a taken port is told at once, and a free one is ours."""
    # The protocol is named because asyncio turns delayed sending off only then; without it every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":  # there it would let two programs share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        raise LocalError(f"Port {port} cannot be used: {error.strerror}. Choose another with --port.") from None
    return listener


def _deploy(home: Home, database_url: str) -> None:
    """Applies the project's sql/, one process at a time."""
    if find_spec("components.operations") is None or find_spec("components.operations.deploy") is None:
        return
    from components.operations.deploy import DeployError, deploy

    try:
        with home.lock(".deploy-lock"):
            deploy(database_url, progress=lambda *words: print(*words, file=sys.stderr, flush=True))
    except DeployError as error:
        raise LocalError(str(error)) from error


def _wait_for_input_to_end(server: uvicorn.Server, parent: int) -> None:
    """The parent holds the other end of our standard input. However it dies, the end comes, and we stop in order."""
    try:
        while sys.stdin.buffer.read(1024):
            pass
    except (OSError, ValueError):
        pass
    server.should_exit = True


def _wait_for_parent_to_end(server: uvicorn.Server, parent: int) -> None:
    """The same for the case that the other end was inherited by a process that lives on. Windows does not tell of a lost parent."""
    while sys.platform != "win32" and os.getppid() == parent:
        time.sleep(1)
    if sys.platform != "win32":
        server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
