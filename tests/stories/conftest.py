"""Stories run with a real worker on a backend of their own, as the tests of the worker do."""

from pathlib import Path

import pytest

from tests.stories.telling import Story
from tests.worker.conftest import backend, home, open_world, worker  # noqa: F401  fixtures

DOCS = Path(__file__).resolve().parents[2] / "docs" / "stories"


@pytest.fixture
def story(request, open_world, worker):  # noqa: F811
    """Tells what happens, in French and in Arabic, while it happens; docs/stories keeps the telling."""
    told = Story(open_world, worker, request.node.name.removeprefix("test_"), DOCS)
    yield told
    told.close()
