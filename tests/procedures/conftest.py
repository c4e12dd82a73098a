import pytest

from tests.procedures.samples import Judge
from tests.world import World


@pytest.fixture(scope="module")
def judge(backend):
    """The evaluator, for questions that write nothing."""
    world = World(backend)
    yield Judge(world.owner)
    world.close()
