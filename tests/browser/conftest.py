"""The site and a browser, both real. `site` is its address; `browser` a Chromium; pages are opened with `visit`."""

import os
import socket
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from components.operations.worker_account import ensure_worker_account
from components.operations.worker_process import WorkerProcess
from tests import tools
from tests.backend import start_backend

ROOT = Path(__file__).resolve().parents[2]
FAILED = pytest.StashKey[bool]()
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
expect.set_options(timeout=30_000)  # two cores that draw papers beside the page are slow, not wrong
REMEDY = "Chromium is missing: apt-get install chromium-headless-shell (or make test, which does it)."


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def backend(tmp_path_factory):
    """A backend of their own: the worker below takes every job it finds, and other tests leave some behind."""
    with start_backend(tmp_path_factory.mktemp("browser-backend")) as running:
        yield running


@pytest.fixture(scope="session")
def worker(backend, tmp_path_factory):
    """The worker, as the launcher runs it. Tests that only look at pages do without."""
    home = tmp_path_factory.mktemp("browser-home")
    ensure_worker_account(backend.url, backend.service_role_key, backend.database_url, home)
    process = WorkerProcess(environment_of(backend) | {"SHUBBAK_HOME": str(home), "SMTP_URL": ""})
    yield process
    process.stop()


def environment_of(backend) -> dict[str, str]:
    return {"SUPABASE_URL": backend.url, "SUPABASE_ANON_KEY": backend.anon_key}


def start_site(backend, port: int) -> subprocess.Popen:
    """The site as a process, answering when this returns."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "SUPABASE_SERVICE_ROLE_KEY")}
    process = subprocess.Popen([sys.executable, "app.py", "--port", str(port)], cwd=ROOT, env=environment | environment_of(backend))
    for _ in range(300):
        if process.poll() is not None:
            pytest.fail(f"the site ended at once with code {process.returncode}")
        try:
            httpx.get(f"http://127.0.0.1:{port}/_stcore/health").raise_for_status()
            return process
        except httpx.HTTPError:
            time.sleep(0.2)
    process.kill()
    pytest.fail("the site did not come up within a minute")


@pytest.fixture(scope="session")
def site(backend):
    """The site's address."""
    port = free_port()
    process = start_site(backend, port)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="package")
def browser():
    """Closed after the last walk: Playwright leaves an event loop running in this process, and signing starts one of its own."""
    path = tools.browser()
    assert path, REMEDY
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


def pytest_collection_modifyitems(items):
    """A browser beside a site, a database and a worker on two cores misses an instant now and then: such a walk is taken once more, and the
    report counts it as rerun. What fails twice fails."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.stash.setdefault(FAILED, False)
    item.stash[FAILED] |= report.failed
    return report


@pytest.fixture(scope="package")
def profiles():
    """Emptied browser profiles by language and width. Scripts stay compiled in them: the first page of a new one is four times the work."""
    return defaultdict(list)


@pytest.fixture
def visitor(browser, site, profiles, request, tmp_path):
    """visitor("fr", width=390) -> a page of an empty browser profile; it records requests that leave the site and errors."""
    contexts = []

    def make(language: str, width: int = 1280):
        free = profiles[language, width]
        context = free.pop() if free else new_profile(browser, site, language, width)
        contexts.append(((language, width), context))
        page = context.new_page()
        page.site, page.outside, page.faults = site, [], []
        page.on("request", lambda request: None if own(request.url, site) else page.outside.append(request.url))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda message: page.faults.append(message.text) if "Content Security Policy" in message.text else None)
        return page

    yield make
    failed = request.node.stash.get(FAILED, False)
    for place, (kind, context) in enumerate(contexts):
        if failed:
            for number, page in enumerate(context.pages):
                picture = tmp_path / f"seen-{place}-{number}.png"
                page.screenshot(path=picture, full_page=True)
                print(f"what was on the screen: {picture} ({page.url})")
            context.close()
        else:
            empty(context, site)
            profiles[kind].append(context)


def new_profile(browser, site: str, language: str, width: int):
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": 900},
        locale="ar-MA" if language == "ar" else "fr-FR",
        reduced_motion="reduce",  # nothing moves for nobody to see
    )
    context.set_default_timeout(60_000)
    return context


def empty(context, site: str) -> None:
    """Nothing of one person stays for the next: pages, cookies, what the site stored."""
    for page in context.pages:
        page.close()
    page = context.new_page()
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": "cookies,local_storage,indexeddb"})
    context.clear_cookies()
    page.close()


def own(url: str, site: str) -> bool:
    return url.startswith((site, site.replace("http", "ws"), "data:", "blob:"))


def settle(page) -> None:
    """Wait until the run of the script is over and its elements stand."""
    page.wait_for_selector(READY)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=30_000)


def visit(page, path: str) -> None:
    page.goto(path)
    settle(page)


def sign_in(page, email: str, password: str) -> None:
    visit(page, "/sign_in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click(".shubbak-form button[type=submit]")
    page.wait_for_load_state()
    settle(page)
