"""The clock of a dossier: what is kept, who sees it, and what a change of the calendar does to it."""

from datetime import date

import pytest
from psycopg.types.json import Jsonb

from tests.world import refused

CLOCKS = {
    "legal": {"days": 10, "counted": "working_days", "on_request": "suspend", "source": "2-18-475", "confidence": "A"},
    "sector": {"days": 5, "counted": "calendar_days", "on_request": "suspend", "source": "RGC art. 46", "confidence": "B"},
}
ADMINISTRATOR = "administrator of Taroudannt province"


@pytest.fixture
def file_one(fixed_2026):
    """Make a dossier of citizen Fatima in Ait Iaaza, complete on a day of 2026: its id."""
    world = fixed_2026
    version = world.owner.value("select id from app.procedure_version where procedure_code = 'TEST'")
    if not version:
        world.owner.run("insert into app.procedure values ('TEST', 'urbanism')")
        version = world.owner.value(
            """insert into app.procedure_version (procedure_code, version, owner_kind, definition, digest)
               values ('TEST', 1, 'national', %s, 'none') returning id""",
            Jsonb({"code": "TEST", "clocks": CLOCKS}),
        )

    def file(complete_on="2026-01-05", state="DEPOSITED", closed=False):
        fatima = world.person("citizen Fatima")
        number = world.owner.value("select 'T-' || (count(*) + 1) from app.dossier")
        dossier = world.owner.value(
            """insert into app.dossier (commune_id, procedure_code, version_id, channel, state, filed_by, number, deposited_at, closed_at)
               values (%s, 'TEST', %s, 'online', %s, %s, %s, now(), case when %s then now() end) returning id""",
            world.open("Ait Iaaza"), version, state, fatima, number, closed,
        )
        world.owner.run("insert into app.party values (%s, %s, 'owner')", dossier, fatima)
        world.owner.value("select app.clock_start(%s, %s, 'deposit', '55-19 art. 16')", dossier, complete_on)
        return dossier

    return file


def dates(world, dossier):
    row = world.owner.rows("select complete_on, legal_end, sector_end, half_on, remaining_days from app.dossier where id = %s", dossier)[0]
    return [value.isoformat() if isinstance(value, date) else value for value in row.values()]


def test_the_dossier_keeps_its_dates_and_the_ledger_its_events(fixed_2026, file_one):
    world, dossier = fixed_2026, file_one()
    assert dates(world, dossier) == ["2026-01-05", "2026-01-20", "2026-01-12", "2026-01-12", None]
    world.owner.value("select app.clock_suspend(%s, '2026-01-09', 'request_replace', '55-19 art. 10')", dossier)
    assert dates(world, dossier) == ["2026-01-05", None, None, None, 6]
    world.owner.value("select app.clock_suspend(%s, '2026-01-12', 'request_information', '55-19 art. 14')", dossier)
    world.owner.value("select app.clock_resume(%s, '2026-01-20', 'request_answered')", dossier)
    assert dates(world, dossier) == ["2026-01-05", "2026-01-28", "2026-01-23", "2026-01-21", None]
    world.owner.value("select app.clock_stop(%s, '2026-01-22', 'decision')", dossier)
    kept = world.owner.rows("select kind, day::text, article from app.clock_event where dossier_id = %s order by seq", dossier)
    assert [tuple(row.values()) for row in kept] == [
        ("start", "2026-01-05", "55-19 art. 16"),
        ("suspend", "2026-01-09", "55-19 art. 10"),  # the second suspension had no effect and left no trace
        ("resume", "2026-01-20", ""),
        ("stop", "2026-01-22", ""),
    ]


def test_the_cap_of_the_law_applies_to_every_procedure(fixed_2026, file_one):
    file_one()
    fixed_2026.owner.run("update app.setting set value = jsonb_set(value, '{days}', '7') where key = 'clock.cap'")
    assert dates(fixed_2026, file_one())[1] == "2026-01-13"
    assert fixed_2026.owner.value("select app.clocks_of(version_id) #>> '{cap,article}' from app.dossier limit 1") == "55-19 art. 16"


def test_a_period_is_extended_once_and_only_while_it_runs(fixed_2026, file_one):
    world, dossier = fixed_2026, file_one()
    extend = "select app.clock_extend(%s, '2026-02-10', %s, 'public_inquiry', '55-19 art. 17')"
    world.owner.value("select app.clock_suspend(%s, '2026-01-09', 'request_replace')", dossier)
    with refused("TICK1"):
        world.owner.value(extend, dossier, "2026-01-12")
    world.owner.value("select app.clock_resume(%s, '2026-01-12', 'request_answered')", dossier)
    world.owner.value(extend, dossier, "2026-01-13")
    assert dates(world, dossier)[1] == "2026-02-10"
    with refused("TICK2"):
        world.owner.value(extend, dossier, "2026-01-14")


def test_the_applicant_and_the_clerk_read_the_same_band_and_strangers_none(fixed_2026, file_one):
    world, dossier = fixed_2026, file_one()
    world.set_today("Ait Iaaza", "2026-01-13")
    bands = []
    for who in ("citizen Fatima", "clerk of Ait Iaaza", "governor of Taroudannt"):
        with world.acting_as(who) as person:
            bands.append(person.call("clock_band", p_dossier=dossier))
    assert bands[0] == bands[1] == bands[2]
    band = bands[0]
    assert (band["start"], band["legal_end"], band["half_on"], band["remaining"]) == ("2026-01-05", "2026-01-20", "2026-01-12", 4)
    assert (band["legal"]["state"], band["sector"]["state"], band["sector"]["remaining"]) == ("running", "late", -1)
    assert len([line for line in band["days"] if line["legal"] == "counted"]) == 10
    for who in ("clerk of Aoulouz", "citizen Brahim"):
        with world.acting_as(who) as person, refused("SEEN1"):
            person.call("clock_band", p_dossier=dossier)


def test_a_day_off_announced_late_moves_the_open_dossiers_it_touches(fixed_2026, file_one):
    world = fixed_2026
    touched, later, decided, silent = file_one(), file_one("2026-02-02"), file_one(), file_one()
    world.owner.value("select app.clock_stop(%s, '2026-01-12', 'decision')", decided)
    world.owner.run("update app.dossier set silence_on = '2026-01-20' where id = %s", silent)
    untouched = {other: dates(world, other) for other in (later, decided, silent)}

    with world.acting_as(ADMINISTRATOR) as administrator:
        administrator.call("set_holiday", p_day=date(2026, 1, 20), p_name_fr="Fermeture exceptionnelle", p_name_ar="تعطيل استثنائي",
                           p_category="exceptional", p_status="confirmed", p_source="décret")

    assert dates(world, touched)[1] == "2026-01-21"
    assert {other: dates(world, other) for other in untouched} == untouched
    logged = world.owner.rows(
        "select dossier_id, actor_id, data from app.event where kind = 'deadline_recomputed' and dossier_id = any(%s)",
        [touched, *untouched],
    )
    assert [(row["dossier_id"], row["actor_id"]) for row in logged] == [(touched, world.person(ADMINISTRATOR))]
    assert (logged[0]["data"]["before"]["legal_end"], logged[0]["data"]["after"]["legal_end"]) == ("2026-01-20", "2026-01-21")
    assert logged[0]["data"]["changed_days"] == ["2026-01-20"]

    with world.acting_as(ADMINISTRATOR) as administrator:
        administrator.call("remove_holiday", p_day=date(2026, 1, 20))
    assert dates(world, touched)[1] == "2026-01-20"


def test_what_is_left_of_a_suspended_dossier_follows_the_calendar_too(fixed_2026, file_one):
    world, dossier = fixed_2026, file_one()
    world.owner.value("select app.clock_suspend(%s, '2026-01-09', 'request_replace')", dossier)
    world.owner.run(
        """insert into app.holiday (day, name_fr, name_ar, category, status, source)
           values ('2026-01-08', 'fermeture', 'تعطيل', 'exceptional', 'confirmed', 'décret')"""
    )
    assert dates(world, dossier) == ["2026-01-05", None, None, None, 7]  # one of the days already counted was off


def test_confirming_a_forecast_day_moves_nothing(fixed_2026, file_one):
    world, dossier = fixed_2026, file_one()
    before = dates(world, dossier)
    world.owner.run("update app.holiday set status = 'confirmed' where day = '2026-01-14'")
    assert dates(world, dossier) == before
    assert world.owner.value("select count(*) from app.event where kind = 'deadline_recomputed' and dossier_id = %s", dossier) == 0
