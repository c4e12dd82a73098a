"""Public holidays: who decides on them, and that everybody counts with the same ones."""

from datetime import date

import psycopg
import pytest

from tests.world import refused

ADMINISTRATOR = "administrator of Taroudannt province"


@pytest.mark.parametrize("who", ["citizen Fatima", "clerk of Ait Iaaza", "nobody"])
def test_dates_are_the_same_for_everybody(world, who):
    """A calendar hidden by row security would give wrong dates in silence."""
    questions = "select app.full_days_end('2026-03-10', 15) as full, app.add_working_days('2026-03-18', 3) as working"
    with world.acting_as(who) as person:
        assert person.rows(questions) == world.owner.rows(questions)
        assert person.rows("select * from public.holidays(2026)") == world.owner.rows("select * from public.holidays(2026)") != []


def test_every_year_of_the_calendar_has_its_fixed_days(world):
    years = world.owner.rows(
        "select extract(year from day)::int as year, count(*) as days from app.holiday where status = 'fixed' group by 1"
    )
    assert {row["year"] for row in years} == set(range(2015, 2061))
    assert {row["days"] for row in years if row["year"] > 2026} == {11}


def test_an_announced_feast_moves_the_working_days(world):
    with world.acting_as(ADMINISTRATOR) as administrator:
        assert administrator.value("select app.add_working_days('2026-06-15', 2)") == date(2026, 6, 18)  # forecast: 17 June
        administrator.call("remove_holiday", p_day=date(2026, 6, 17))
        administrator.call("set_holiday", p_day=date(2026, 6, 16), p_name_fr="1er Moharram", p_name_ar="فاتح محرم",
                           p_category="religious", p_status="confirmed", p_source="avis du ministère")
        assert administrator.value("select app.add_working_days('2026-06-15', 2)") == date(2026, 6, 18)
        assert administrator.value("select app.add_working_days('2026-06-15', 1)") == date(2026, 6, 17)
        named = {row["day"]: row for row in administrator.call("holidays", p_year=2026)}
    assert named[date(2026, 6, 16)]["status"] == "confirmed" and date(2026, 6, 17) not in named


@pytest.mark.parametrize("who", ["administrator of Ait Iaaza", "governor of Taroudannt", "citizen Fatima"])
def test_only_an_administrator_of_the_province_or_the_kingdom_decides_on_holidays(world, who):
    day = date(2026, 6, 17)
    with world.acting_as(who) as person, refused("ROLE1"):
        person.call("remove_holiday", p_day=day)
    assert world.owner.value("select count(*) from app.holiday where day = %s", day) == 1


def test_a_holiday_needs_its_names_and_its_source(world):
    with world.acting_as(ADMINISTRATOR) as administrator:
        with refused("REST2"):
            administrator.call("set_holiday", p_day=date(2026, 6, 16), p_name_fr=" ", p_name_ar="فاتح محرم", p_category="religious",
                               p_status="confirmed", p_source="avis")
        with refused("REST2"):
            administrator.call("set_holiday", p_day=date(2061, 1, 1), p_name_fr="Nouvel An", p_name_ar="رأس السنة", p_category="national",
                               p_status="fixed", p_source="décret")
        with refused("REST1"):
            administrator.call("remove_holiday", p_day=date(2026, 6, 16))


def test_nobody_writes_the_calendar_past_its_functions(world):
    for who in ("nobody", "citizen Fatima", ADMINISTRATOR):
        with world.acting_as(who) as person:
            for statement in ("delete from app.holiday", "update app.calendar_day set is_working = true", "select app.rebuild_calendar()"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    person.run(statement)
