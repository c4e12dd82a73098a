"""The launcher: `python app.py` or `streamlit run app.py`, then http://localhost:8501.

With SUPABASE_URL in the environment the site uses that backend. Without it, the embedded backend is started first (PostgreSQL
and a local service: no account, no Docker), then the demonstration at the first start, then the worker.
"""

import gc
import logging
import os
import subprocess
import sys
import traceback
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent
os.chdir(ROOT)  # Streamlit reads .streamlit/config.toml from here
sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from streamlit import config  # noqa: E402

from components.permits import client, texts  # noqa: E402
from components.permits.refusals import Refusal  # noqa: E402
from components.ui import parts, routes, site  # noqa: E402
from components.ui.words import t  # noqa: E402

log = logging.getLogger("shubbak.site")
companions: list = []  # what we started and have to stop, in order


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def start_companions() -> None:
    """Embedded mode only: backend, demonstration, worker. Asked twice, it starts once."""
    if os.environ.get("SUPABASE_URL"):
        return
    if config.get_option("server.address") not in ("127.0.0.1", "localhost", "::1") and not os.environ.get("SHUBBAK_OPEN_EMBEDDED"):
        sys.exit(
            "The embedded backend is for this machine: set server.address to 127.0.0.1, or SUPABASE_URL to a real backend "
            "(SHUBBAK_OPEN_EMBEDDED=1 opens it all the same, for a training room)."
        )
    from components.local import launch

    say("Starting the database ...")
    backend = launch.start()
    companions.append(backend)
    everything = backend.environment()
    # The site knows the address and the public key; the service key and the database stay with the commands that need them.
    os.environ.update({name: everything[name] for name in ("SUPABASE_URL", "SUPABASE_ANON_KEY")})
    if (
        has_command("demonstration")
        and os.environ.get("SHUBBAK_DEMONSTRATION", "1") != "0"
        and not client.call(client.make_client(), "demonstration_accounts")["accounts"]
    ):
        say("Loading the demonstration ...")
        subprocess.run(command("demonstration"), cwd=ROOT, env={**os.environ, **everything}, check=True)
    if has_command("worker"):
        companions.append(Companion(command("worker"), {**os.environ, **everything}))


def has_command(name: str) -> bool:
    return find_spec(f"components.operations.{name}") is not None


def command(name: str) -> list[str]:
    return [sys.executable, "-m", f"components.operations.{name}"]


class Companion:
    """A child process that ends with us: asked first, killed after ten seconds."""

    def __init__(self, arguments: list[str], environment: dict):
        self.process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdin=subprocess.PIPE, start_new_session=True)

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def stop_companions() -> None:
    while companions:
        companions.pop().stop()


@asynccontextmanager
async def lifespan(app):
    try:
        start_companions()  # under `streamlit run`; under `python app.py` they already run
        import pandas  # noqa: F401  the heavy modules, before the freeze
        import plotly.graph_objects  # noqa: F401
        import pyarrow  # noqa: F401
        import streamlit.elements.arrow  # noqa: F401

        texts.catalogue()
        gc.collect()
        gc.freeze()  # Streamlit collects fully after each run: what is frozen costs it nothing
        say(f"Ready: {os.environ.get('PUBLIC_URL') or 'http://localhost:' + str(config.get_option('server.port'))}")
        yield
    finally:
        stop_companions()


def on_script_error(error: Exception) -> bool:
    """Our own message instead of a traceback; the trace goes to the log under a reference that the reader can quote."""
    if isinstance(error, Refusal):
        parts.refused(error)
        return True
    reference = uuid4().hex[:8]
    log.error("fault %s\n%s", reference, "".join(traceback.format_exception(error)))
    st.error(
        t("refusals_http.ODDS1") + "\n\n" + t("shell.error_reference", reference=reference),
        icon=":material/error:",
        title=t("shell.error_title"),
    )
    return True


app = st.App(
    ROOT / "components" / "ui" / "site.py",
    routes=routes.routes([entry.file for entry in site.PAGES]),
    middleware=[Middleware(routes.SecurityHeaders)],
    lifespan=lifespan,
    on_script_error=on_script_error,
)

if __name__ == "__main__":
    try:
        start_companions()  # before the port opens: the browser finds the site ready
        app.run()
    finally:
        stop_companions()
