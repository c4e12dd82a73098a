"""The tests' own world: people speak in their own role, nothing is left behind, and a refusal that does not come is a failure."""

import psycopg
import pytest

from components.permits import client as api
from tests.world import refused


def test_people_speak_in_the_role_the_api_gives_them(world):
    with world.acting_as("clerk of Ait Iaaza") as clerk, world.acting_as("nobody") as nobody:
        assert clerk.value("select current_user::text") == "authenticated"
        assert clerk.value("select app.holds('clerk', %s)", world.commune("Ait Iaaza")) is True
        assert clerk.value("select app.holds('clerk', %s)", world.commune("Aoulouz")) is False
        assert nobody.value("select current_user::text") == "anon"
    assert world.owner.value("select current_user::text") == "postgres"


def test_a_member_of_a_wider_body_reaches_every_commune_of_its_province(world):
    for place in ("Ait Iaaza", "Aoulouz"):
        world.open(place)
    world.person("member agency of Taroudannt")
    world.person("second member agency of Ait Iaaza")
    world.person("member civil protection of Taroudannt")
    assert world.organisation("member_agency", "Taroudannt province") == world.organisation("member_agency", "Aoulouz")
    assert world.organisation("member_province", "Taroudannt") == world.organisation("governor", "Taroudannt")
    for role in ("member_agency", "member_civil_protection"):
        for place in ("Ait Iaaza", "Aoulouz"):
            bodies = world.owner.rows("select * from app.bodies_of(%s, %s)", role, world.commune(place))
            assert bodies == [{"bodies_of": world.organisation(role, "Taroudannt")}]
    assert world.owner.value("select app.bodies_of('member_agency', %s)", world.commune("Agadir")) is None


def test_the_same_person_speaks_over_http(open_world):
    clerk = open_world.client("clerk of Ait Iaaza")
    me = api.call(clerk, "me")
    assert [membership["role"] for membership in me["memberships"]] == ["clerk"]
    with refused("ROLE1"):
        api.call(clerk, "remove_holiday", p_day="2026-06-17")


def test_a_world_leaves_nothing_behind(backend, world):
    world.person("citizen Fatima")
    with psycopg.connect(backend.database_url) as outside:
        assert outside.execute("select count(*) from app.person where email like 'citizen-fatima.test@%'").fetchone() == (0,)
    assert world.owner.value("select count(*) from app.person where email like 'citizen-fatima.test@%%'") == 1


def test_an_expected_refusal_that_does_not_come_or_is_another_one_fails(world):
    with pytest.raises(pytest.fail.Exception), refused("MOVE1"):
        pass
    with pytest.raises(AssertionError, match="refused with ROLE1 instead of MOVE1"), refused("MOVE1"):
        world.owner.value("select app.refuse('ROLE1')")
