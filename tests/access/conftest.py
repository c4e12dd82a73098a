"""The scene is made once for all tests of this folder, and stays."""

import pytest

from tests.access.scene import Scene
from tests.world import World


@pytest.fixture(scope="package")
def scene(backend):
    world = World(backend, committed=True)
    yield Scene(world)
    world.close()
