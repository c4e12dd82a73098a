import pytest

from tests.rules.silence_town import referred, silent, village  # noqa: F401  fixtures
from tests.world import World

# The fixed holidays of 2026, without Hijri days: the calendar of the worked examples.
FIXED_2026 = ["01-01", "01-11", "01-14", "05-01", "07-30", "08-14", "08-20", "08-21", "10-31", "11-06", "11-18"]


def keep_fixed_holidays(world):
    """Let 2026 know its fixed holidays only, in this world's transaction."""
    world.owner.run("delete from app.holiday where day between '2026-01-01' and '2026-12-31'")
    world.owner.run(
        """insert into app.holiday (day, name_fr, name_ar, category, status, source)
           select ('2026-' || d)::date, 'férié', 'عطلة', 'national', 'fixed', 'decree' from unnest(%s::text[]) as d""",
        FIXED_2026,
    )


@pytest.fixture(scope="module")
def calendar(backend):
    """The owner of a database whose 2026 knows the fixed holidays only, for questions that write nothing.

    Rolled back after the module; until then nobody else can change a holiday, so a module uses either this or `world`.
    """
    world = World(backend)
    keep_fixed_holidays(world)
    yield world.owner
    world.close()


@pytest.fixture
def fixed_2026(world):
    """A world of its own whose 2026 knows the fixed holidays only."""
    keep_fixed_holidays(world)
    return world
