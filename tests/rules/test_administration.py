"""What administrators decide in a commune: who may, what is refused with which words, what it changes, and the trace it leaves."""

import uuid
from datetime import date

import psycopg
import pytest

from tests import filing
from tests.world import refused

HOME, OTHER = "Ait Iaaza", "Aoulouz"
ADMINISTRATOR, CLERK = f"administrator of {HOME}", f"clerk of {HOME}"
STRANGER = f"administrator of {OTHER}"
PROVINCE, KINGDOM = "administrator of Taroudannt province", "administrator of the kingdom"
CONTACT = {
    "address": {"fr": "Avenue Mohammed V", "ar": "شارع محمد الخامس"},
    "hours": {"fr": "Lundi à vendredi, 8 h 30 à 16 h 30", "ar": "من الاثنين إلى الجمعة، 8:30 إلى 16:30"},
    "phone": "+212 528 55 12 34",
    "email": "Guichet@Commune.ma",
}


def page(world, who, place=None, **params):
    with world.acting_as(who) as person:
        return person.call("administration_page", p_commune=world.commune(place) if place else None, **params)


def offer(world, who=ADMINISTRATOR, place=HOME, procedure="URB-08"):
    return next(one for one in page(world, who, place)["commune"]["offers"] if one["code"] == procedure)


def enable(world, who=ADMINISTRATOR, mode="online", place=HOME, **settings):
    with world.acting_as(who) as person:
        return person.call(
            "enable_procedure", p_commune=world.open(place), p_procedure="URB-08", p_version=None, p_mode=mode, p_settings=settings
        )


def close(world, who=ADMINISTRATOR, place=HOME, procedure="URB-08"):
    with world.acting_as(who) as person:
        return person.call("disable_procedure", p_commune=world.commune(place), p_procedure=procedure)


def acts(world, who, place=HOME):
    return [(act["act"], act["by"]["fr"]) for act in page(world, who, place)["commune"]["acts"]]


def not_open(world):
    return world.owner.value("select name_fr from app.commune where not is_open and province_code = '09.541' limit 1") or pytest.fail(
        "every commune is open"
    )


# Choosing a commune


def test_an_administrator_sees_their_commune_and_the_province_all_of_its_own(world):
    world.person(STRANGER)
    assert [one["name_fr"] for one in page(world, ADMINISTRATOR)["communes"]] == [HOME]
    province, kingdom = page(world, PROVINCE), page(world, KINGDOM)
    assert province["total"] == 89 and {HOME, OTHER} <= {one["name_fr"] for one in province["communes"]}
    assert kingdom["total"] > 1500 and len(kingdom["communes"]) == 200


def test_the_search_folds_both_scripts(world):
    arabic = world.owner.value("select name_ar from app.commune where id = %s", world.commune(OTHER))
    for words in ("AOULOÙZ", arabic):
        found = page(world, PROVINCE, p_search=words)
        assert OTHER in {one["name_fr"] for one in found["communes"]} and found["total"] < 5


@pytest.mark.parametrize("who", [CLERK, STRANGER, "president of Ait Iaaza", "citizen Fatima", "governor of Taroudannt"])
def test_others_neither_see_nor_set_the_commune(world, who):
    enable(world)
    world.person(who)
    attempts = {
        "administration_page": {"p_commune": world.commune(HOME)},
        "set_commune_contact": {"p_commune": world.commune(HOME), "p_contact": CONTACT},
        "disable_procedure": {"p_commune": world.commune(HOME), "p_procedure": "URB-08"},
        "enable_procedure": {"p_commune": world.commune(HOME), "p_procedure": "URB-08", "p_mode": "counter"},
        "open_commune": {"p_commune": world.commune(HOME)},
        "set_demonstration_clock": {"p_commune": world.commune(HOME), "p_at": None},
    }
    with world.acting_as(who) as person:
        for function, params in attempts.items():
            with refused("ROLE1"):
                person.call(function, **params)
    assert offer(world)["mode"] == "online" and offer(world)["closed_at"] is None


# Settings


def test_each_setting_says_its_default_its_limits_its_law_and_the_local_value(world):
    enable(world, flat_rate=350)
    settings = {setting["id"]: setting for setting in offer(world)["versions"][0]["settings"]}
    rate, works = settings["flat_rate"], settings["allowed_works"]
    assert (rate["local"], rate["default"], rate["min"], rate["max"], rate["confidence"]) == (350, 300, 200, 500, "A")
    assert rate["law"]["fr"] and rate["law"]["ar"] and "local" not in works and works["confidence"] == "U"
    assert {option["value"] for option in works["options"]} >= set(works["default"])


def test_a_value_outside_the_law_is_refused_with_its_name_in_both_languages(world):
    with refused("SETT1") as said:
        enable(world, flat_rate=501)
    assert "Taxe sur les opérations de réfection" in said.fr and "الرسم على عمليات الإصلاح" in said.ar
    assert offer(world)["mode"] is None


def test_values_are_private_to_the_administrator(world):
    enable(world, retention_years=12)
    with world.acting_as(CLERK) as clerk, pytest.raises(psycopg.errors.InsufficientPrivilege):
        clerk.rows("select settings from app.commune_procedure")
    with world.acting_as("nobody") as stranger:
        sheet = next(one for one in stranger.call("catalogue", p_commune=world.commune(HOME)) if one["code"] == "URB-08")
    assert "retention_years" not in {setting["id"] for setting in sheet["settings"]}


def test_the_fee_is_tried_with_values_that_are_not_saved(world):
    enable(world)
    version = offer(world)["versions"][0]["id"]
    with world.acting_as(ADMINISTRATOR) as administrator:
        assert administrator.call("fee_trial", p_version=version, p_settings={"flat_rate": 450}, p_answers={})["total"] == 45_000
        assert administrator.call("fee_trial", p_version=version, p_settings={}, p_answers={})["total"] == 30_000
        with refused("LONG9"):
            administrator.call("fee_trial", p_version=version, p_settings=[], p_answers={})


def test_the_trial_of_an_occupation_multiplies_what_is_shown(world):
    world.person(ADMINISTRATOR)
    version = offer(world, procedure="ECO-09")["versions"][0]
    assert {"occ_kind", "occ_area", "occ_from", "occ_to"} <= {question["id"] for question in version["fee_questions"]}
    terrace = {"occ_kind": "open_terrace", "occ_area": 9.2, "occ_location": "village", "occ_from": "2026-01-01", "occ_to": "2026-12-31"}
    rates = {"rates": {"open_terrace": 80}}
    with world.acting_as(ADMINISTRATOR) as administrator:
        tried = administrator.call("fee_trial", p_version=version["id"], p_settings=rates, p_answers=terrace)
    assert (tried["total"], tried["whole_total"]) == (10 * 80 * 100, 4 * 10 * 80 * 100)


# Closing a procedure


def test_a_closed_procedure_takes_no_new_request_and_those_filed_go_on(world):
    world.person(ADMINISTRATOR)
    filed, started = filing.deposited(world, "citizen Fatima", HOME), filing.draft(world, "citizen Omar", HOME)
    assert close(world) == 1
    with world.acting_as("citizen Omar") as omar:
        with refused("OFFR1"):
            omar.call("start_draft", p_commune=world.commune(HOME), p_procedure="URB-08", p_channel="online", p_token=uuid.uuid4())
        with refused("OFFR2") as said:
            omar.call("deposit", p_dossier=started, p_token=uuid.uuid4())
        assert "guichet" in said.fr and "شباك" in said.ar
        assert omar.call("catalogue", p_commune=world.commune(HOME)) == []
    with world.acting_as(CLERK) as clerk:
        clerk.call("act", p_dossier=filed, p_action="transmit")


def test_a_procedure_closed_and_opened_again_keeps_its_values(world):
    enable(world, flat_rate=350)
    assert close(world) == close(world) == 0
    assert offer(world)["closed_at"]
    enable(world, flat_rate=350)
    assert offer(world)["closed_at"] is None and offer(world)["versions"][0]["settings"][0]["local"] == 350
    assert [act for act, _ in acts(world, ADMINISTRATOR)] == ["procedure_enabled", "procedure_closed", "procedure_enabled"]


def test_what_a_commune_never_received_cannot_be_closed(world):
    world.person(ADMINISTRATOR)
    with refused("OFFR3"):
        close(world, procedure="ECO-09")


# Opening a commune, its contact, its clock


def test_the_province_opens_a_commune_and_the_page_shows_its_office(world):
    place = not_open(world)
    before = page(world, PROVINCE, place)["commune"]
    assert (before["is_open"], before["may_open"], before["office"]) == (False, True, None)
    with world.acting_as(PROVINCE) as province:
        for _ in range(2):
            province.call("open_commune", p_commune=world.commune(place))
    after = page(world, PROVINCE, place)["commune"]
    assert after["is_open"] and after["office"]["staff"] == {}
    assert acts(world, PROVINCE, place) == [("commune_opened", PROVINCE)]
    with world.acting_as(PROVINCE) as province:
        province.call("invite", p_organisation=after["office"]["id"], p_email="agent@example.test", p_role="clerk")
    assert page(world, PROVINCE, place)["commune"]["office"]["invited"] == {"clerk": 1}


def test_a_commune_does_not_open_itself_nor_another_province_opens_it(world):
    world.person(ADMINISTRATOR)
    world.owner.run("update app.commune set is_open = false where id = %s", world.commune(HOME))
    assert page(world, ADMINISTRATOR, HOME)["commune"]["may_open"] is False
    for who in (ADMINISTRATOR, "administrator of Tiznit province"):
        with world.acting_as(who) as person, refused("ROLE1"):
            person.call("open_commune", p_commune=world.commune(HOME))
    assert not world.owner.value("select is_open from app.commune where id = %s", world.commune(HOME))


def test_a_contact_is_kept_as_people_dial_it(world):
    with world.acting_as(ADMINISTRATOR) as administrator:
        kept = administrator.call("set_commune_contact", p_commune=world.commune(HOME), p_contact=CONTACT | {"fax": "0528"})
    assert (kept["phone"], kept["email"]) == ("0528551234", "guichet@commune.ma") and "fax" not in kept
    assert page(world, ADMINISTRATOR, HOME)["commune"]["contact"] == kept


def test_a_wrong_contact_names_every_fault(world):
    wrong = {"address": {"fr": "Avenue", "ar": " "}, "hours": {"fr": "x" * 301, "ar": "س"}, "phone": "12", "email": "nobody"}
    with world.acting_as(ADMINISTRATOR) as administrator, refused("LACK1") as said:
        administrator.call("set_commune_contact", p_commune=world.commune(HOME), p_contact=wrong)
    assert said.paths() == {"address", "hours", "phone", "email"}
    assert all(fault["fr"] and fault["ar"] for fault in said.faults)


def test_only_a_demonstration_moves_its_clock_and_only_where_signatures_are_valid(world):
    commune = world.open(HOME)
    world.owner.run("update app.commune set is_demonstration = false, clock_offset = '0' where id = %s", commune)
    with world.acting_as(ADMINISTRATOR) as administrator:
        with refused("SHOW1"):
            administrator.call("set_demonstration_clock", p_commune=commune, p_at="2026-03-02T09:00:00Z")
        world.owner.run("update app.commune set is_demonstration = true where id = %s", commune)
        for day in ("2019-12-31", "2036-01-01", "infinity"):
            with refused("SHOW2"):
                administrator.call("set_demonstration_clock", p_commune=commune, p_at=day)
        administrator.call("set_demonstration_clock", p_commune=commune, p_at="2026-03-01T09:00:00Z")
        administrator.call("set_demonstration_clock", p_commune=commune, p_at="2026-03-02T09:00:00Z")
    seen = page(world, ADMINISTRATOR, HOME)["commune"]
    assert seen["today"] == "2026-03-02" and seen["clock_moved"]
    assert acts(world, ADMINISTRATOR) == [("clock_moved", ADMINISTRATOR)], "of moves in a row, the last one is shown"


def test_the_clock_of_a_whole_province_moves_at_once_and_its_committee_s_with_it(world):
    here, there = world.open("Tafraout"), world.open("Tiznit")
    province, of_one = "administrator of Tiznit province", "administrator of Tafraout"
    world.owner.run("update app.commune set is_demonstration = true where id in (%s, %s)", here, there)
    with world.acting_as(of_one) as administrator, refused("ROLE1"):
        administrator.call("set_demonstration_clock", p_commune=here, p_at="2026-03-02T09:00:00Z", p_province=True)
    with world.acting_as(province) as administrator:
        administrator.call("set_demonstration_clock", p_commune=here, p_at="2026-03-02T09:00:00Z", p_province=True)
    body = world.organisation("secretary", "Tiznit province")
    assert world.owner.value("select app.now(%s) = app.now(%s) and app.body_now(%s) = app.now(%s)", here, there, body, here)
    assert world.owner.value("select app.now(%s) = '2026-03-02 09:00+00'", here)
    world.owner.run("update app.commune set is_demonstration = false, clock_offset = '0' where id = %s", there)
    with world.acting_as(province) as administrator:
        administrator.call("set_demonstration_clock", p_commune=here, p_at="2026-04-02T09:00:00Z", p_province=True)
    assert world.owner.value("select app.now(%s) = now()", there), "a real commune lives in no other time"


def test_a_moved_clock_is_the_same_in_every_zone_a_session_may_have(world):
    """The API lets a caller choose the session's zone; days of 23 or 25 hours there must not move the commune's clock."""
    commune = world.open(HOME)
    world.owner.run("update app.commune set is_demonstration = true where id = %s", commune)
    with world.acting_as(ADMINISTRATOR) as administrator:
        administrator.call("set_demonstration_clock", p_commune=commune, p_at="2025-01-15T09:00:00Z")
    for zone in ("UTC", "Africa/Casablanca", "America/New_York"):
        world.owner.run("select set_config('timezone', %s, true)", zone)
        moved = world.owner.value("select app.now(%s) = '2025-01-15 09:00+00'", commune)
        assert moved, zone
    world.owner.run("select set_config('timezone', 'UTC', true)")


# Holidays


def announced(world, person, day, **changed):
    given = {"p_name_fr": "Fermeture", "p_name_ar": "تعطيل", "p_category": "exceptional", "p_status": "confirmed", "p_source": "décret"}
    return person.call("set_holiday", p_day=day, **given | changed)


@pytest.fixture
def ends(world):
    """A request of Fatima, and the day on which its answer is due."""
    dossier = filing.deposited(world, "citizen Fatima", HOME)
    due = "select legal_end from app.dossier where id = %s"
    return dossier, lambda: world.owner.value(due, dossier)


def test_the_number_of_dossiers_is_told_before_and_is_the_one_that_move(world, ends):
    dossier, due = ends
    day = due()
    with world.acting_as(PROVINCE) as province:
        told = province.call("holiday_effect", p_day=day, p_adding=True)
        assert due() == day and world.owner.value("select count(*) from app.holiday where day = %s", day) == 0, "asking changes nothing"
        assert announced(world, province, day) == told >= 1
        assert due() > day
        assert announced(world, province, day, p_status="fixed") == 0, "the same day again moves nobody"
        told = province.call("holiday_effect", p_day=day, p_adding=False)
        assert province.call("remove_holiday", p_day=day) == told >= 1
    assert due() == day
    moves = world.owner.value("select count(*) from app.event where dossier_id = %s and kind = 'deadline_recomputed'", dossier)
    assert moves == 2, "what was only asked left no event"


def test_an_expected_day_announced_elsewhere_moves_in_one_act(world, ends):
    _, due = ends
    day, monday = due(), date(2059, 6, 2)
    with world.acting_as(PROVINCE) as province:
        announced(world, province, monday, p_name_fr="Aïd", p_status="estimated")
        told = province.call("holiday_effect", p_day=day, p_adding=True, p_instead_of=monday)
        assert province.call("move_holiday", p_from=monday, p_to=day, p_status="confirmed", p_source="avis") == told >= 1
        with refused("REST3"):
            province.call("move_holiday", p_from=day, p_to=date(day.year, 7, 30), p_status="confirmed", p_source="avis")
        with refused("REST1"):
            province.call("move_holiday", p_from=monday, p_to=date(2059, 6, 3), p_status="confirmed", p_source="avis")
        shown = province.call("holidays_page", p_year=day.year)
    kept = next(one for one in shown["days"] if one["day"] == str(day))
    assert (kept["name_fr"], kept["status"], kept["source"]) == ("Aïd", "confirmed", "avis")
    assert [act["act"] for act in shown["acts"]][:2] == ["holiday_moved", "holiday_set"] and shown["acts"][0]["data"]["dossiers"] == told


def test_a_commune_reads_the_holidays_and_changes_none(world):
    with world.acting_as(ADMINISTRATOR) as administrator:
        shown = administrator.call("holidays_page", p_year=2026)
        assert shown["days"] and not shown["may_change"] and shown["acts"] == []
        for function, params in {
            "holiday_effect": {"p_day": "2026-06-15", "p_adding": True},
            "move_holiday": {"p_from": "2026-07-30", "p_to": "2026-07-31", "p_status": "fixed", "p_source": "x"},
        }.items():
            with refused("ROLE1"):
                administrator.call(function, **params)


# The trace


def test_acts_are_read_by_the_administrators_of_the_place_and_changed_by_nobody(world):
    enable(world)
    for who, count in {ADMINISTRATOR: 1, PROVINCE: 1, STRANGER: 0, CLERK: 0, "citizen Fatima": 0}.items():
        world.person(who)
        with world.acting_as(who) as person:
            assert person.value("select count(*) from app.administrative_act where commune_id = %s", world.commune(HOME)) == count, who
    with refused("KEEP8"):
        world.owner.run("delete from app.administrative_act")
    with world.acting_as(ADMINISTRATOR) as administrator, pytest.raises(psycopg.errors.InsufficientPrivilege):
        administrator.run("insert into app.administrative_act (person_id, act) values (gen_random_uuid(), 'x')")


def test_saving_what_is_there_already_leaves_no_trace(world):
    enable(world, flat_rate=350)
    enable(world, flat_rate=350)
    assert len(acts(world, ADMINISTRATOR)) == 1


# The record


def checked(world, who, number):
    with world.acting_as(who) as person:
        return person.call("record_page", p_number=number)["dossier"]


def test_the_record_of_a_dossier_is_checked_by_its_number(world, ends):
    dossier, _ = ends
    number = world.owner.value("select number from app.dossier where id = %s", dossier)
    found = checked(world, CLERK, f" {number.lower()} ")
    assert found["faults"] == [] and found["events"] >= 1 and found["fixed"] is None
    world.owner.value("select app.close_day('2026-03-02')")
    world.owner.run("update app.daily_digest set signature = 'x', published_at = now()")
    assert checked(world, CLERK, number)["fixed"]["seq"] == found["events"]
    world.owner.run("alter table app.event disable trigger user")
    world.owner.run("update app.event set data = '{}' where dossier_id = %s and seq = 1", dossier)
    faults = {(fault["event"], fault["fault"]) for fault in checked(world, CLERK, number)["faults"]}
    assert (1, "altered") in faults


def test_the_record_of_another_commune_is_not_there(world, ends):
    dossier, _ = ends
    number = world.owner.value("select number from app.dossier where id = %s", dossier)
    assert checked(world, f"clerk of {OTHER}", number) is None and checked(world, "citizen Omar", number) is None
    assert checked(world, CLERK, "nothing") is None
