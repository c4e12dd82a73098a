import pytest

# The fixed holidays of 2026, without Hijri days: the calendar of the worked examples.
FIXED_2026 = ["01-01", "01-11", "01-14", "05-01", "07-30", "08-14", "08-20", "08-21", "10-31", "11-06", "11-18"]


@pytest.fixture
def calendar(world):
    """The owner of a database whose 2026 knows the fixed holidays only; rolled back with the world."""
    world.owner.run("delete from app.holiday where day between '2026-01-01' and '2026-12-31'")
    world.owner.run(
        """insert into app.holiday (day, name_fr, name_ar, category, status, source)
           select ('2026-' || d)::date, 'férié', 'عطلة', 'national', 'fixed', 'decree' from unnest(%s::text[]) as d""",
        FIXED_2026,
    )
    return world.owner
