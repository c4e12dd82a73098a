"""A warm rerun of the queue page (a clerk of a commune with 2,000 open dossiers) against an empty page that makes one call.

Both are real: two sites on one backend, asked over the websocket as a browser does, by the same signed-in clerk. The empty page reads
the session and makes its one call; it draws nothing.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bcrypt
import httpx
import psycopg
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from components.operations.bench import queue
from components.operations.bench.figures import Figure, interleaved, median_ratio, middle
from components.operations.bench.start import free_port

ROOT = Path(__file__).resolve().parents[3]
EMPTY_SITE = Path(__file__).with_name("empty_site.py")
PASSWORD = "bench-2026-password"
ROUNDS, WARM = 40, 8


def measure(backend) -> Iterator[Figure]:
    with psycopg.connect(backend.database_url, autocommit=True) as connection:
        if not connection.execute("select exists (select from app.dossier)").fetchone()[0]:
            queue.fill(connection, queue.SIZES[0])
        connection.execute(
            """update auth.users set aud = 'authenticated', role = 'authenticated', encrypted_password = %s, email_confirmed_at = now(),
                      created_at = now(), updated_at = now() where id = %s""",
            [bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(), queue.CLERK],
        )
    with site(backend, "app.py") as full, site(backend, str(EMPTY_SITE)) as empty:
        cookie = signed_in(full)
        with Tab(full, "queue", cookie) as shown, Tab(empty, "", cookie) as bare, Tab(full, "account", cookie) as other:
            for tab in (shown, bare, other):
                for _ in range(WARM):
                    tab.rerun()
            drawn, nothing = interleaved(shown.rerun, bare.rerun, ROUNDS)
            account = middle([other.rerun() for _ in range(ROUNDS // 2)])
    raw = f"{middle(drawn) * 1000:.0f} ms against {middle(nothing) * 1000:.0f} ms; the account page {account * 1000:.0f} ms"
    yield Figure("queue page / empty page with one call", median_ratio(drawn, nothing), 2.0, raw=raw)


@contextmanager
def site(backend, script: str) -> Iterator[str]:
    """The address of a site that answers."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SUPABASE_SERVICE_ROLE_KEY")}
    environment = kept | {"SUPABASE_URL": backend.url, "SUPABASE_ANON_KEY": backend.anon_key, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, script, "--port", str(port)], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{address}/_stcore/health").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def signed_in(address: str) -> str:
    """The cookies of the clerk's session."""
    form = {"email": "bench.clerk@example.org", "password": PASSWORD, "next": "/"}
    answer = httpx.post(f"{address}/session/sign-in", data=form, headers={"Origin": address})
    if "fault" in answer.headers.get("location", "fault"):
        raise SystemExit(f"the clerk could not sign in: {answer.status_code} {answer.headers.get('location')}")
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


class Tab:
    """One open page, as the browser keeps it: reruns go through its websocket."""

    def __init__(self, address: str, page: str, cookie: str):
        self.address, self.page, self.cookie, self.script = address, page, cookie, ""

    def __enter__(self):
        headers = {"Cookie": self.cookie, "Origin": self.address}
        self.socket = connect(
            self.address.replace("http", "ws", 1) + "/_stcore/stream", subprotocols=["streamlit"], additional_headers=headers, max_size=None
        )
        self.rerun()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def rerun(self) -> float:
        """Seconds from asking for a rerun to the end of the script."""
        message = BackMsg()
        message.rerun_script.page_name, message.rerun_script.page_script_hash = self.page, self.script
        began = time.perf_counter()
        self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self.socket.recv(timeout=60))
            kind = answer.WhichOneof("type")
            if kind == "new_session":
                self.script = answer.new_session.page_script_hash
            elif kind == "delta" and answer.delta.new_element.WhichOneof("type") == "exception":
                raise SystemExit(f"{self.page or 'the empty page'}: {answer.delta.new_element.exception.message}")
            elif kind == "script_finished":
                return time.perf_counter() - began
