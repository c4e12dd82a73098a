"""`python app.py` as `make run` starts it, to its first page: on an empty home with the demonstration, and again."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from components.operations.bench.figures import Figure

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 600
MINUTE = 200  # dossiers that a minute must suffice for
AGAIN = 3


def measure(home: Path) -> Iterator[Figure]:
    first, lines = start(home)
    load = next((line for line in lines if "demonstration: ready" in line), "")
    loaded = re.search(r"(\d+) dossiers .*\((\d+) s\)", load)
    count, seconds = map(float, loaded.groups()) if loaded else (1, float("nan"))
    yield Figure(f"{MINUTE} dossiers of the demonstration loaded", seconds / count * MINUTE, 60.0, unit=" s", raw=load)
    yield Figure("the first start to its first page", first, unit=" s", raw="database made, everything deployed, demonstration loaded")
    again = sorted(start(home)[0] for _ in range(AGAIN))
    yield Figure("the second start to its first page", again[AGAIN // 2], 5.0, unit=" s", raw=", ".join(f"{s:.1f}" for s in again))


def start(home: Path) -> tuple[float, list[str]]:
    """Seconds until the first page is answered, and what the launcher said. The site is stopped as Ctrl-C would."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SUPABASE_", "DATABASE_URL"))}
    began = time.perf_counter()
    site = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)],
        cwd=ROOT,
        env=environment | {"SHUBBAK_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines: list[str] = []
    threading.Thread(target=lambda: lines.extend(line.strip() for line in site.stdout), daemon=True).start()
    try:
        while time.perf_counter() - began < PATIENCE:
            if site.poll() is not None:
                raise SystemExit(f"the site ended with code {site.returncode}: {lines[-3:]}")
            try:
                if httpx.get(f"http://127.0.0.1:{port}/", timeout=10).status_code == 200:
                    return time.perf_counter() - began, lines
            except httpx.TransportError:
                time.sleep(0.05)
        raise SystemExit(f"no page within {PATIENCE} s: {lines[-3:]}")
    finally:
        site.send_signal(signal.SIGINT)
        site.wait(60)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
