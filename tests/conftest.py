"""Fixtures for every test. `world` and `open_world` are explained in tests/world.py."""

import gc

import pytest
from xdist.scheduler import LoadScopeScheduling

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


# Walks in a browser go to two processes, whose sites and databases they share; everything else goes file by file to whoever is free.
# The longest come first, so that no process walks alone at the end.
WALKS = (
    ("large_road", "small_road", "sessions", "shell", "queue", "silence_road"),
    ("every_page", "committee_desk", "terrace_road", "trouble", "repair_road"),
)
LONG = (
    "operations/test_demonstration", "stories/test_large_building", "access/test_matrix", "access/test_attacker_committee",
    "access/test_attacker_signatures", "papers/test_minutes", "operations/test_backup",
)  # fmt: skip


class Walks(LoadScopeScheduling):
    """Which tests one process runs together, in their order: those of a file, or of a group of walks."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        walk = walk_of(file)
        return file if walk is None else f"walks {walk}"


def walk_of(file: str) -> int | None:
    return next((place for place, names in enumerate(WALKS) for name in names if file.endswith(f"browser/test_{name}.py")), None)


def pytest_xdist_make_scheduler(config, log):
    return Walks(config, log)


def pytest_collection_modifyitems(items):
    def turn(item) -> int:
        file = item.nodeid.partition("::")[0]
        if (walk := walk_of(file)) is not None:
            return walk
        return len(WALKS) + next((place for place, name in enumerate(LONG) if file.endswith(f"{name}.py")), len(LONG))

    items.sort(key=turn)


def pytest_collection_finish():
    """What is loaded by now stays: no collection need look through it (as in app.py)."""
    gc.collect()
    gc.freeze()
