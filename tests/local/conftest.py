"""Homes that the server's account can enter, and a shared embedded backend for tests that break nothing."""

from __future__ import annotations

import os
import shutil

import httpx
import pytest

from components.local.home import Home
from components.local.launch import start
from components.local.postgres import Cluster
from tests.backend import reachable_directory, start_backend


@pytest.fixture(scope="session")
def made_home(tmp_path_factory):
    """A home that was started once and stopped: making a cluster is the slow part."""
    with reachable_directory(tmp_path_factory.mktemp("made")) as directory:
        cluster = Cluster(Home(directory / "home"))
        cluster.start()
        cluster.stop()
        yield cluster.home.root


@pytest.fixture
def new_home(tmp_path):
    """The path of a home that does not exist yet."""
    with reachable_directory(tmp_path) as directory:
        yield directory / "home"


@pytest.fixture
def home(new_home, made_home):
    """A home whose cluster exists and is stopped."""
    copy_home(made_home, new_home)
    return new_home


def copy_home(made_home, new_home):
    shutil.copytree(made_home, new_home, ignore=shutil.ignore_patterns(".s.*"), copy_function=_copy_with_owner)
    for directory in [new_home, *(path for path in new_home.rglob("*") if path.is_dir())]:
        _give_like(made_home / directory.relative_to(new_home), directory)


def _copy_with_owner(source, target):
    shutil.copy2(source, target)
    _give_like(source, target)


def _give_like(source, target):
    if os.name != "nt":
        status = os.stat(source)
        os.chown(target, status.st_uid, status.st_gid)


@pytest.fixture
def launch(new_home):
    """Starts an empty backend on the test's home; whatever still runs is stopped at the end."""
    started = []

    def launch(**options):
        backend = start(new_home, empty=True, **options)
        started.append(backend)
        return backend

    yield launch
    for backend in started:
        backend.stop()
    Cluster(Home(new_home)).stop()


@pytest.fixture(scope="session")
def empty_backend(tmp_path_factory, made_home):
    with reachable_directory(tmp_path_factory.mktemp("local")) as directory:
        copy_home(made_home, directory / "home")
        with start_backend(directory, empty=True) as backend:
            yield backend


@pytest.fixture(scope="session")
def transport():
    """One connection pool: a new one for every request would cost more than the request."""
    with httpx.Client(timeout=30) as client:
        yield client
