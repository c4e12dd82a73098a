"""The secretariat's pages, run as they are on a real backend: the calendar of a committee, and one session from plan to end."""

import csv
import io
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.permits import committee, session_lists, session_papers
from components.permits.client import call
from components.permits.texts import MOROCCO, translate
from components.ui.session import Session
from tests.sitting import Sitting

PAGES = Path(__file__).resolve().parents[2] / "pages"
# A city with its own committee, in a province of this file alone: other tests share the database.
CITY, PROVINCE = "Settat", "Settat"
SECRETARY, MEMBER, AGENCY = f"secretary of {CITY}", f"member commune of {CITY}", f"member agency of {PROVINCE}"


class City(Sitting):
    def __init__(self, world):
        members = {"member_commune": MEMBER, "member_province": f"member province of {PROVINCE}", "member_agency": AGENCY}
        super().__init__(world, members, SECRETARY, CITY, CITY)

    def mark(self, session, role, status="present", **more):
        body = self.world.organisation(role, CITY if role == "member_commune" else PROVINCE)
        self.do("mark_attendance", p_session=session, p_role=role, p_organisation=body, p_status=status, **more)


@pytest.fixture
def city(open_world):
    return City(open_world)


@pytest.fixture
def open_page(open_world):
    """open_page("session", person, "ar", id=...) -> the page as that person runs it."""

    def run(page, person, lang="ar", **query):
        client = open_world.client(person)
        me = call(client, "me")
        app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
        roles = frozenset(membership["role"] for membership in me["memberships"])
        app.session_state["lang"] = lang
        app.session_state["_session"] = Session(client, me, lang, "hash of a cookie", roles=roles)
        for name, value in query.items():
            app.query_params[name] = str(value)
        return fine(app.run())

    return run


def fine(app):
    assert not app.exception, app.exception[0].message
    return app


def said(app):
    kinds = (app.title, app.header, app.subheader, app.info, app.warning, app.error, app.success, app.markdown, app.caption, app.text)
    written = [element.value for kind in kinds for element in kind]
    return "\n".join([*written, *[element.proto.body for element in app.get("html")]])


def ar(key, **values):
    return translate(f"sessions.{key}", "ar", **values)


def button(app, label):
    return next(one for one in app.button if one.label == label)


def press(app, label):
    return fine(button(app, label).click().run())


def tick(app, label):
    return next(box for box in app.checkbox if box.label == label).check().run()


# -- the calendar ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_calendar_shows_what_waits_and_proposes_a_session(city, open_page, lang):
    city.dossier()
    app = open_page("sessions", SECRETARY, lang)
    assert {"fr": "Planifier une séance", "ar": "برمجة جلسة"}[lang] in said(app)
    assert int(app.metric[1].value) >= 1
    assert app.date_input[0].value.isoweekday() < 6


def test_a_session_is_planned_from_the_calendar_and_a_missing_place_is_a_sentence(city, open_page, open_world):
    app = open_page("sessions", SECRETARY)
    press(app, ar("plan_it"))
    assert "يرجى تحديد التاريخ والساعة والمكان أو الرابط" in said(app)
    place = next(field for field in app.text_input if field.label == ar("column_place"))
    place.set_value("Salle bleue").run()
    count = "select count(*) from app.session where place = 'Salle bleue' and organisation_id = %s"
    button(app, ar("plan_it")).click().run()  # then the session's page opens, which a page run alone does not have
    assert open_world.owner.value(count, city.body) == 1


def test_the_rules_are_kept_and_what_equals_the_proposal_is_not(city, open_page, open_world):
    app = open_page("sessions", SECRETARY)
    assert button(app, translate("common.save", "ar")).disabled
    next(one for one in app.selectbox if one.label == ar("rule_quorum")).set_value("n").run()
    next(one for one in app.number_input if one.label == ar("how_many")).set_value(2).run()
    app.radio[0].set_value("wait").run()
    press(app, translate("common.save", "ar"))
    kept = open_world.owner.value("select settings from app.committee where organisation_id = %s", city.body)
    assert kept == {"quorum": 2, "absence": "wait"}
    assert "ضابط البناء العام" in said(app) and translate("administration.confidence_U", "ar") in said(app)
    next(one for one in app.selectbox if one.label == ar("rule_quorum")).set_value("majority").run()
    app.radio[0].set_value("escalate").run()
    press(app, translate("common.save", "ar"))
    assert open_world.owner.value("select settings from app.committee where organisation_id = %s", city.body) == {}


def test_the_calendar_warns_of_a_session_that_nobody_closed(city, open_page, open_world):
    session = city.convene(city.dossier())
    open_world.owner.run("update app.session set held_at = held_at - interval '20 days' where id = %s", session)
    app = open_page("sessions", SECRETARY)
    assert "يرجى اختتامها أو إلغاؤها" in said(app)
    city.do("cancel_session", p_session=session, p_reason="Passée")


@pytest.mark.parametrize("page", ["sessions", "session"])
def test_the_committees_pages_are_closed_to_applicants_and_empty_for_other_agents(open_page, page):
    some = "00000000-0000-4000-8000-000000000000"
    assert open_page(page, "citizen Fatima", id=some).info
    app = open_page(page, f"clerk of {CITY}", id=some)
    assert (app.info if page == "sessions" else app.error) and not app.text_input


def test_a_member_reads_the_calendar_without_acts(city, open_page):
    city.convene(city.dossier())
    app = open_page("sessions", AGENCY)
    assert not app.button and not app.date_input and not app.metric
    assert ar("none_for_you") not in said(app)


# -- one session -------------------------------------------------------------------------------------------------------------


def test_an_agenda_is_composed_moved_and_kept(city, open_page, open_world):
    one, two, three = (str(city.dossier()) for _ in range(3))
    session = city.plan()
    app = open_page("session", SECRETARY, id=session)
    press(app, ar("propose"))
    order = app.session_state[f"agenda_{session}"]["order"]
    assert {one, two, three} <= set(order)
    assert open_world.owner.value("select count(*) from app.agenda_item where session_id = %s", session) == 0
    first, second = order[:2]
    fine(app.button(key=f"agenda_{session}_down_{first}").click().run())
    fine(app.button(key=f"agenda_{session}_take_off_{order[-1]}").click().run())
    wanted = list(app.session_state[f"agenda_{session}"]["order"])
    assert wanted[:2] == [second, first] and len(wanted) == len(order)
    assert translate("administration.unsaved", "ar") in said(app)
    press(app, ar("keep_agenda"))
    kept = open_world.owner.rows("select dossier_id::text from app.agenda_item where session_id = %s order by position", session)
    assert [row["dossier_id"] for row in kept] == wanted
    city.list(session)


def test_an_agenda_that_a_colleague_changed_meanwhile_is_said_and_mine_is_kept_in_sight(city, open_page):
    one, two = str(city.dossier()), str(city.dossier())
    session = city.plan(one)
    app = open_page("session", SECRETARY, id=session)
    fine(app.button(key=f"agenda_{session}_take_off_{one}").click().run())
    city.list(session, two, one)
    fine(app.run())
    assert ar("agenda_moved") in said(app) and app.session_state[f"agenda_{session}"]["order"] == []
    press(app, ar("undo"))
    fine(app.run())
    assert app.session_state[f"agenda_{session}"]["order"] == [two, one]


def test_a_session_goes_from_plan_to_end_on_one_page(city, open_page, open_world):
    dossier = city.dossier()
    session = city.plan(dossier)
    state = lambda: open_world.owner.value("select state from app.session where id = %s", session)  # noqa: E731
    app = open_page("session", SECRETARY, id=session)
    assert button(app, ar("act_convene")).disabled
    tick(app, ar("convene_confirm"))
    press(app, ar("act_convene"))
    assert state() == "convened" and "convened" in city.told(AGENCY)

    press(app, ar("act_open"))  # nobody was marked yet
    assert "النصاب غير مكتمل" in said(app) and state() == "convened"
    names = {line["organisation"]["id"]: line["role"] for line in city.page(session)["members"]}
    for group in app.get("button_group"):
        if group.key and group.key.endswith("_status"):
            group.set_value("present")
    agency = str(open_world.organisation("member_agency", PROVINCE))
    assert names[agency] == "member_agency"
    app.selectbox(key=f"att_{session}_member_agency_{agency}_person").set_value(str(open_world.person(AGENCY)))
    app.text_input(key=f"att_{session}_member_agency_{agency}_mandate").set_value("Décision n° 7, A. Tazi")
    fine(next(one for one in app.button if one.label == ar("keep_attendance")).click().run())
    rows = open_world.owner.rows("select role, status, mandate, person_id from app.attendance where session_id = %s order by role", session)
    assert [(row["role"], row["status"], row["mandate"]) for row in rows] == [
        ("member_agency", "present", "Décision n° 7, A. Tazi"), ("member_commune", "present", ""), ("member_province", "present", ""),
    ]  # fmt: skip
    assert rows[0]["person_id"] == open_world.person(AGENCY)
    press(app, ar("act_open"))
    assert state() == "open"
    assert button(app, ar("act_close")).disabled and "1" in said(app)
    tick(app, ar("close_confirm"))
    press(app, ar("act_close"))
    assert state() == "closed"
    assert open_world.owner.value("select state from app.agenda_item where session_id = %s", session) == "examined"


def test_a_session_is_cancelled_only_with_a_reason_and_a_confirmation(city, open_page, open_world):
    session = city.plan(city.dossier())
    app = open_page("session", SECRETARY, id=session)
    assert button(app, ar("act_cancel")).disabled
    tick(app, ar("cancel_confirm"))
    press(app, ar("act_cancel"))
    assert "اذكروا السبب باختصار" in said(app)
    next(area for area in app.text_area if area.label == ar("cancel_reason")).set_value("Grève").run()
    press(app, ar("act_cancel"))
    assert open_world.owner.value("select reason from app.session where id = %s", session) == "Grève"
    assert ar("cancelled_because", reason="Grève") in said(fine(app.run()))


def test_guests_come_and_go(city, open_page):
    session = city.plan(city.dossier())
    app = open_page("session", SECRETARY, id=session)
    for label, value in (("guest_name", "Samira Benali"), ("guest_quality", "Architecte")):
        next(field for field in app.text_input if field.label == ar(label)).set_value(value)
    app.button(key=f"guest_new_{session}_send").click().run()
    assert city.page(session)["session"]["guests"] == [{"name": "Samira Benali", "quality": "Architecte"}]
    fine(app.button(key=f"guest_0_{session}").click().run())
    assert city.page(session)["session"]["guests"] == []


def test_the_minutes_are_drawn_from_the_session_when_the_opinions_are_in(city, open_page, open_world):
    dossier = city.dossier()
    session = city.convene(dossier)
    for role in city.members:
        city.give(dossier, role)
    app = open_page("session", SECRETARY, id=session)
    assert translate("committee.act_draw_minutes", "ar") in [one.label for one in app.expander]
    tick(app, translate("committee.draw_confirm", "ar"))
    press(app, translate("committee.act_draw_minutes", "ar"))
    assert open_world.owner.value("select count(*) from app.paper where dossier_id = %s and kind = 'minutes'", dossier) == 1
    assert ar("paper_requested") in said(fine(app.run()))


def test_how_many_signatures_of_how_many_and_the_seal_only_when_the_rule_is_met(city, open_page, open_world):
    city.rules(sealing=2)
    dossier = city.dossier()
    session = city.convene(dossier)
    for role in city.members:
        city.give(dossier, role)
    paper = city.do("draw_minutes", p_dossier=dossier)
    owner = open_world.owner
    owner.run("update app.paper set state = 'ready', storage_path = 'x', prepared = '{}' where id = %s", paper)
    seats = owner.rows("select id, role from app.seats_of(%s)", dossier)
    for number, seat in enumerate(seats[:2]):
        app = open_page("session", SECRETARY, id=session)
        assert ar("signatures", signed=str(number), needed="2", members="3") in [one.proto.text for one in app.get("progress")]
        assert translate("committee.act_seal_minutes", "ar") not in [one.label for one in app.button]
        owner.run(
            """insert into app.seat_signature (paper_id, seat_id, signer_id, revision, state, at)
               values (%s, %s, %s, 'x', 'valid', now())""",
            paper, seat["id"], open_world.person(city.members[seat["role"]]),
        )  # fmt: skip
    app = open_page("session", SECRETARY, id=session)
    assert button(app, translate("committee.act_seal_minutes", "ar")).disabled
    tick(app, translate("committee.seal_confirm", "ar"))
    press(app, translate("committee.act_seal_minutes", "ar"))
    assert owner.value("select state from app.paper where id = %s", paper) == "signed"
    city.rules()


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_a_member_reads_the_session_without_acts(city, open_page, lang):
    dossier = city.dossier()
    session = city.convene(dossier)
    city.give(dossier, "member_agency")
    app = open_page("session", MEMBER, lang, id=session)
    assert not app.button and not app.checkbox and not app.text_input and not app.radio
    assert translate("sessions.opinions_of", lang, given="1", seats="3") in said(app)


def test_a_secretary_who_is_a_party_reads_the_line_and_nothing_of_what_members_said(city, open_page, open_world):
    dossier = city.dossier()
    session = city.convene(dossier)
    city.give(dossier, "member_agency")
    open_world.owner.run("insert into app.party values (%s, %s, 'owner')", dossier, open_world.person(SECRETARY))
    app = open_page("session", SECRETARY, id=session)
    assert translate("desk.interest_declared", "ar") in said(app)
    assert ar("members_and_opinions") not in [one.label for one in app.expander]


def test_a_member_of_a_planned_session_is_told_that_it_is_not_there(city, open_page):
    session = city.plan(city.dossier())
    app = open_page("session", MEMBER, id=session)
    assert app.error and not app.title


# -- lists and papers --------------------------------------------------------------------------------------------------------


def test_the_spreadsheets_say_what_the_screens_say(city, open_world):
    dossier = city.dossier()
    session = city.convene(dossier)
    client = open_world.client(SECRETARY)
    page, calendar = committee.session(client, str(session)), committee.calendar(client)
    (line,) = rows_of(session_lists.agenda_csv(page["agenda"], "fr"))
    assert line["Numéro"] == page["agenda"][0]["number"] and line["Avis"] == "Avis : 0 sur 3" and line["Suite donnée"] == "Inscrit"
    sessions = rows_of(session_lists.calendar_csv(calendar["sessions"], "ar"))
    assert [row for row in sessions if row["الحالة"] == "تم الاستدعاء" and row["جدول الأعمال"] == "1"]
    waiting = rows_of(session_lists.waiting_csv(calendar["waiting"], "fr"))
    held = datetime.fromisoformat(page["session"]["held_at"]).astimezone(MOROCCO).strftime("%d/%m/%Y %H:%M")
    assert next(row for row in waiting if row["Numéro"] == line["Numéro"])["Date et heure"] == held


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_convocation_is_a_pdf_with_the_agenda_and_a_place_to_sign(city, open_world, text_of):
    session = city.convene(city.dossier(proj_title="Maison R+1 très particulière"), days=4)
    city.do("add_guest", p_session=session, p_name="Samira Benali \u2603 \U0001f600", p_quality="Architecte")
    page = committee.session(open_world.client(SECRETARY), str(session))
    text = text_of(session_papers.convocation(page, demonstration=True))
    for expected in (page["agenda"][0]["number"], "particulière", "Feuille de présence", "Émargement", "Samira Benali"):
        assert expected in text
    long = page | {"session": page["session"] | {"place": "Salle " * 900, "reason": ""}}
    assert session_papers.convocation(long).startswith(b"%PDF")


def test_a_calendar_of_many_dossiers_prints_what_fits_and_says_how_many_more(city, open_world, text_of):
    city.plan()
    calendar = committee.calendar(open_world.client(SECRETARY))
    body = next(one for one in calendar["bodies"] if one["id"] == str(city.body))
    dossier = city.dossier()
    (line,) = [one for one in committee.calendar(open_world.client(SECRETARY))["waiting"] if one["id"] == str(dossier)]
    text = text_of(session_papers.calendar(body, calendar["sessions"], [line] * 700, body["now"]))
    assert "200" in text and line["number"] in text


@pytest.fixture
def text_of(tmp_path):
    """The text of a PDF's first and last pages, by poppler."""

    def read(content):
        (tmp_path / "paper.pdf").write_bytes(content)
        return subprocess.run(["pdftotext", "-layout", tmp_path / "paper.pdf", "-"], capture_output=True, text=True, check=True).stdout

    return read
