"""A plan or an act that could not be drawn: the holder of the pen is told why and asks for it again."""

import pytest
from psycopg.types.json import Jsonb

from tests import hall
from tests.hall import AGENCY, COMMUNE, PRESIDENT, STATE
from tests.pages.screens import press, said


@pytest.fixture
def granted(open_world, dossier):
    """Granted by the president; no plan stamped, no act drawn yet. The decision's id."""
    for who in (COMMUNE, STATE, AGENCY):
        hall.give(open_world, who, dossier, "favourable")
    paper = hall.minutes(open_world, dossier)
    for who in (COMMUNE, STATE, AGENCY):
        hall.sign_minutes(open_world, who, paper)
    hall.seal(open_world, paper)
    yield hall.decide(open_world, dossier, "grant")
    # Other tests' president finds nothing of this on the desk.
    open_world.owner.run("update app.paper set state = 'withdrawn' where dossier_id = %s and state <> 'published'", dossier)


def fails(world, paper):
    world.owner.value("select app.paper_rendered(%s, %s)", paper["id"], Jsonb({"fault": "une page est illisible"}))


def test_a_plan_that_could_not_be_stamped_is_asked_for_again_on_the_dossier(open_world, open_page, dossier, granted):
    plan = hall.papers(open_world, dossier, "plan")[0]
    fails(open_world, plan)
    app = open_page("agent_dossier", PRESIDENT, id=dossier)
    assert "une page est illisible" in said(app)
    press(app, "signing.again")
    asked = [one for one in hall.papers(open_world, dossier, "plan") if one["state"] == "requested"]
    assert plan["data"]["plan"]["document"] in {one["data"]["plan"]["document"] for one in asked}
    assert "une page est illisible" not in said(open_page("agent_dossier", PRESIDENT, id=dossier))


def test_an_act_that_could_not_be_drawn_is_asked_for_again_where_it_would_be_signed(open_world, open_page, dossier, granted):
    hall.stamp_plans(open_world, granted)
    (permit,) = hall.papers(open_world, dossier, "permit")
    fails(open_world, permit)
    app = open_page("sign", PRESIDENT, paper=str(permit["id"]))
    assert "une page est illisible" in said(app)
    press(app, "signing.again")
    assert sorted(one["state"] for one in hall.papers(open_world, dossier, "permit")) == ["requested", "withdrawn"]
    kinds = open_world.owner.rows("select kind from app.event where dossier_id = %s and kind in ('paper_again', 'signer_changed')", dossier)
    assert [one["kind"] for one in kinds] == ["paper_again"], "the signer is the same"
