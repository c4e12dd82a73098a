"""Pages run as somebody who is signed in runs them, on a backend of their own, and a house that waits for its committee."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.permits.client import call
from components.ui.session import Session
from tests import building, filing, hall
from tests.backend import start_backend
from tests.hall import AGENCY, COMMUNE, PLACE, PRESIDENT, SECRETARY, STATE
from tests.pages.screens import fine

PAGES = Path(__file__).resolve().parents[2] / "pages"
ARCHITECT = "architect Samira"
PLAN = building.plan("masse", pages=2)


@pytest.fixture(scope="session")
def backend(tmp_path_factory):
    """What pages do is committed: on the backend of all, tests that count what lies in a province would find it."""
    with start_backend(tmp_path_factory.mktemp("pages-backend")) as running:
        yield running


@pytest.fixture
def dossier(open_world):
    """A house before the committee, its site plan a real file of two pages; nobody has said anything."""
    hall.people(open_world, SECRETARY, PRESIDENT, COMMUNE, STATE, AGENCY)
    dossier = building.draft(open_world, ARCHITECT, PLACE)
    for slot in building.SLOTS["URB-03"]:
        if slot != "masse":
            filing.attach(open_world, ARCHITECT, dossier, slot)
    document = building.put(open_world, ARCHITECT, dossier, "masse", PLAN)
    filing.check(open_world, document)
    open_world.owner.run("update app.document set pages = 2 where id = %s", document)
    filing.deposit(open_world, ARCHITECT, dossier)
    building.transmit(open_world, PLACE, dossier)
    return str(dossier)


@pytest.fixture
def open_page(open_world):
    """open_page("committee_desk", person, "ar", id=...) -> the page as that person runs it. state: what the browser session holds."""

    def run(page, person, lang="ar", state=None, **query):
        client = open_world.client(person)
        app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
        me = call(client, "me")
        roles = frozenset(membership["role"] for membership in me["memberships"])
        app.session_state["lang"] = lang
        app.session_state["_session"] = Session(client, me, lang, "hash of a cookie", roles=roles)
        for name, value in (state or {}).items():
            app.session_state[name] = value
        for name, value in query.items():
            app.query_params[name] = str(value)
        return fine(app.run())

    return run
