"""Fixtures for every test. `world` and `open_world` are explained in tests/world.py."""

import pytest

from tests.backend import start_backend
from tests.world import World


@pytest.fixture(scope="session")
def backend(tmp_path_factory):
    """One embedded backend for the session (one per worker when tests run in parallel), with the whole of sql/ deployed."""
    with start_backend(tmp_path_factory.mktemp("backend")) as running:
        yield running


@pytest.fixture
def world(backend):
    """A world in one transaction that is rolled back after the test."""
    world = World(backend)
    yield world
    world.close()


@pytest.fixture
def open_world(backend):
    """A world whose acts are committed, for tests that go through HTTP or through several connections."""
    world = World(backend, committed=True)
    yield world
    world.close()
