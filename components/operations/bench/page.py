"""A warm rerun of the queue page (a clerk of a commune with 2,000 open dossiers) against an empty page that makes one call.

Both are real: sites on one backend, asked over the websocket as a browser does, by the same signed-in clerk. The empty page stands in
the same frame, in the queue's place; it makes its one call, the smallest there is, and draws nothing. Printed beside it: a script
without the frame.
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
from components.operations.bench.figures import Figure, interleaved, middle
from components.operations.bench.start import free_port

ROOT = Path(__file__).resolve().parents[3]
SITE, EMPTY_SITE = ["app.py"], ["-m", "components.operations.bench.empty_site"]
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
    with site(backend, SITE) as ours, site(backend, [*EMPTY_SITE, "same"]) as empty, site(backend, [*EMPTY_SITE, "bare"]) as bare:
        cookie = signed_in(ours)
        with Tab(ours, "queue", cookie) as queue_page, Tab(empty, "queue", cookie) as empty_page, Tab(bare, "", cookie) as script:
            for tab in (queue_page, empty_page, script):
                for _ in range(WARM):
                    tab.rerun()
                drawn = {"exception", "bidi_component", "page_link"} & tab.drawn  # the table, and the links of the frame
                if drawn != {queue_page: {"bidi_component", "page_link"}, empty_page: {"page_link"}, script: set()}[tab]:
                    raise SystemExit(f"not the page that was meant: {tab.address}/{tab.page} draws {tab.drawn}")
            drawn, nothing = interleaved(queue_page.rerun, empty_page.rerun, ROUNDS)
            again, least = interleaved(queue_page.rerun, script.rerun, ROUNDS // 2)
    fastest = f"fastest {min(drawn) * 1000:.0f} and {min(nothing) * 1000:.0f} ms"
    raw = f"{middle(drawn) * 1000:.0f} against {middle(nothing) * 1000:.0f} ms; {fastest}"
    yield Figure("queue page / empty page with one call", middle(drawn) / middle(nothing), 2.0, raw=raw)
    yield Figure("queue page / bare script with one call", middle(again) / middle(least), raw=f"{middle(least) * 1000:.0f} ms")


@contextmanager
def site(backend, script: list[str]) -> Iterator[str]:
    """The address of a site that answers."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SUPABASE_SERVICE_ROLE_KEY")}
    environment = kept | {"SUPABASE_URL": backend.url, "SUPABASE_ANON_KEY": backend.anon_key, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *script, "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 120
        while not answers(address):
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{' '.join(command)} does not answer")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/_stcore/health").status_code == 200
    except httpx.HTTPError:
        return False


def signed_in(address: str, email: str = "bench.clerk@example.org") -> str:
    """The cookies of the session of the clerk, or of somebody else with the same password."""
    form = {"email": email, "password": PASSWORD, "next": "/"}
    answer = httpx.post(f"{address}/session/sign-in", data=form, headers={"Origin": address})
    if "fault" in answer.headers.get("location", "fault"):
        raise SystemExit(f"the clerk could not sign in: {answer.status_code} {answer.headers.get('location')}")
    return "; ".join(f"{name}={value}" for name, value in answer.cookies.items())


class Tab:
    """One open page, as the browser keeps it: reruns go through its websocket."""

    def __init__(self, address: str, page: str, cookie: str, query: str = ""):
        self.address, self.page, self.cookie, self.query, self.script = address, page, cookie, query, ""

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
        message, self.drawn = BackMsg(), set()
        message.rerun_script.page_name, message.rerun_script.page_script_hash = self.page, self.script
        message.rerun_script.query_string = self.query
        began = time.perf_counter()
        self.socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self.socket.recv(timeout=60))
            kind = answer.WhichOneof("type")
            if kind == "navigation":
                self.script = answer.navigation.page_script_hash
            elif kind == "delta":
                self.drawn.add(answer.delta.new_element.WhichOneof("type"))
            elif kind == "script_finished":
                return time.perf_counter() - began
