import pytest

from tests import building
from tests import hall as committee_hall
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


@pytest.fixture(scope="module")
def hall(backend):
    """A building of flats (URB-02) before the committee of its province: five seats, each with its member. Rolled back after the module."""
    world = World(backend)
    committee_hall.people(world)
    world.dossier = building.seated(world, "citizen Fatima", committee_hall.PLACE, "URB-02")
    yield world
    world.close()


@pytest.fixture
def seated_world(hall):
    """The hall at the same moment for each test: what a test does is undone after it."""
    known = dict(hall._people)
    with hall.connection.transaction(force_rollback=True):
        yield hall
    hall._people = known
