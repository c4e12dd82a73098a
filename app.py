"""The launcher: `python app.py [--port N]` or `streamlit run app.py`, then http://localhost:8501.

With SUPABASE_URL in the environment the site uses that backend. Without it, the embedded backend is started first (PostgreSQL
and a local service: no account, no Docker), then the worker, and at the first start the demonstration province is loaded.
"""

import argparse
import gc
import logging
import os
import signal
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent
os.chdir(ROOT)  # Streamlit reads .streamlit/config.toml from here
sys.path.insert(0, str(ROOT))

from components.local import launch  # noqa: E402
from components.local.home import LocalError, default_home  # noqa: E402


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


options = argparse.Namespace(port=None)
if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python app.py", description="Shubbak, one digital window for permits.")
    parser.add_argument("--port", type=int, help="default: 8501 (.streamlit/config.toml)")
    options = parser.parse_args()

starting = None  # the embedded backend comes up while the libraries load
if __name__ == "__main__" and not os.environ.get("SUPABASE_URL"):
    say("Starting the database ...")
    starting = ThreadPoolExecutor(1).submit(launch.start)

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from streamlit import config  # noqa: E402

from components.permits import client, texts  # noqa: E402
from components.permits.refusals import Refusal  # noqa: E402
from components.ui import parts, routes, site  # noqa: E402
from components.ui.words import t  # noqa: E402

log = logging.getLogger("shubbak.site")
companions: list = []  # what we started and have to stop, in order


def start_companions() -> None:
    """Embedded mode only: backend, demonstration, worker. Asked twice, it starts once."""
    if os.environ.get("SUPABASE_URL"):
        return
    if config.get_option("server.address") not in ("127.0.0.1", "localhost", "::1") and not os.environ.get("SHUBBAK_OPEN_EMBEDDED"):
        sys.exit(
            "The embedded backend is for this machine: set server.address to 127.0.0.1, or SUPABASE_URL to a real backend "
            "(SHUBBAK_OPEN_EMBEDDED=1 opens it all the same, for a training room)."
        )
    from components.operations.worker_account import ensure_worker_account
    from components.operations.worker_process import WorkerProcess

    backend = starting.result() if starting else launch.start()
    companions.append(backend)
    everything = backend.environment()
    # The site knows the address and the public key; the service key and the database stay with the commands that need them.
    os.environ.update({name: everything[name] for name in ("SUPABASE_URL", "SUPABASE_ANON_KEY")})
    ensure_worker_account(backend.url, backend.service_role_key, backend.database_url, default_home())
    if os.environ.get("SHUBBAK_DEMONSTRATION", "1") != "0" and not demonstration_is_there():
        say("Loading the demonstration province, about two minutes ...")
        command = [sys.executable, "-m", "components.operations.demonstration"]
        if subprocess.run(command, cwd=ROOT, env={**os.environ, **everything, "SHUBBAK_HOME": str(default_home())}).returncode:
            say("The demonstration is not complete: it goes on at the next start. Without it: SHUBBAK_DEMONSTRATION=0.")
    # After the load, which brings its own helpers: receipts and letters are drawn while the site is already open.
    companions.append(WorkerProcess({"SHUBBAK_HOME": str(default_home())}))


def demonstration_is_there() -> bool:
    return bool(client.call(client.make_client(), "demonstration_accounts")["accounts"])


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
        gc.freeze()  # no collection looks through these again
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
    # Asked to stop while still loading: leave through `finally`. The server sets its own handlers once it runs.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        start_companions()  # before the port opens: the browser finds the site ready
        app.run(config={"server.port": options.port} if options.port else None)
    except KeyboardInterrupt:
        pass
    except LocalError as error:
        sys.exit(str(error))
    finally:
        stop_companions()
