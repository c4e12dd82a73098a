"""A backend of their own for the tests of the worker: a worker takes every job it finds, and other tests leave some behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from components.operations.worker import Worker
from components.operations.workshop import Workshop
from tests.backend import start_backend
from tests.world import PASSWORD, World

WORKER = "worker of the kingdom"


@pytest.fixture(scope="session")
def backend(tmp_path_factory):
    with start_backend(tmp_path_factory.mktemp("worker-backend")) as running:
        yield running


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """Where the installation keeps the authority's keys."""
    return tmp_path_factory.mktemp("worker-home")


@pytest.fixture
def open_world(backend, monkeypatch):
    """Committed, as in tests/conftest.py; nothing waits for a worker when a test begins."""
    world = World(backend, committed=True)
    monkeypatch.setenv("SUPABASE_URL", backend.url)
    monkeypatch.setenv("SUPABASE_ANON_KEY", backend.anon_key)
    monkeypatch.delenv("SUPABASE_PUBLISHABLE_KEY", raising=False)
    world.owner.run("delete from app.job")
    world.owner.run("delete from app.outbox")
    yield world
    world.close()


@pytest.fixture
def worker(open_world, home):
    """Makes workers, each with a session of its own: worker() or worker(mail_server)."""
    open_world.person(WORKER)
    return lambda server=None: Worker(Workshop(open_world.email(WORKER), PASSWORD, home), server, "http://localhost:8501")


@pytest.fixture
def worker_process(open_world, backend, home):
    """Starts `python -m components.operations.worker` as make run does; ended after the test."""
    open_world.person(WORKER)
    started = []

    ours = {
        "SUPABASE_URL": backend.url, "SUPABASE_ANON_KEY": backend.anon_key, "SHUBBAK_HOME": str(home), "SMTP_URL": "",
        "SHUBBAK_WORKER_EMAIL": open_world.email(WORKER), "SHUBBAK_WORKER_PASSWORD": PASSWORD,
    }  # fmt: skip

    def start(*arguments, **environment):
        process = subprocess.Popen(
            [sys.executable, "-m", "components.operations.worker", *arguments],
            cwd=Path(__file__).resolve().parents[2],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **ours, **environment},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
