"""The secretariat in a browser: a session from the calendar to its minutes, with a real worker; what a member reads on a telephone."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from components.permits import committee, signatures
from tests.browser.test_every_page import ENGLISH, OVER, READ
from tests.browser.walking import Walk
from tests.sitting import Sitting

PIN = "582913"


class Town(Sitting):
    """A city above 50,000 inhabitants, in a province of this file alone, with three bodies that sit."""

    def __init__(self, world, city, province):
        members = {
            "member_commune": f"member commune of {city}",
            "member_province": f"member province of {province}",
            "member_agency": f"member agency of {province}",
        }
        super().__init__(world, members, f"secretary of {city}", city, city)

    def give_signed(self, dossier):
        """Each member writes a favourable opinion and signs it over HTTP; the worker judges it."""
        for role, who in self.members.items():
            client = self.world.client(who)
            signatures.enrol(client, PIN)
            until(lambda client=client: (signatures.key(client) or {}).get("certificate_pem"))
            seat = self.world.owner.value("select id from app.seats_of(%s) where role = %s", dossier, role)
            committee.sign_opinion(client, committee.draft_opinion(client, seat, "favourable", "Conforme.", "", []), PIN)
        until(lambda: self.state(dossier) == "OPINIONS_COLLECTED")


def until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "the worker did not come in time"
        time.sleep(0.3)


def test_a_session_from_the_calendar_to_its_minutes_in_arabic(visitor, open_world, worker):
    town = Town(open_world, "Béni Mellal", "Béni Mellal")
    first, second = town.dossier(proj_title="Maison un"), town.dossier(proj_title="Maison deux")
    walk = Walk(visitor("ar"), "ar")
    page = walk.page
    walk.sign_in(open_world.email(town.secretary))
    walk.open("/sessions")
    walk.type(walk.box(f"plan_{town.body}_place"), "قاعة الاجتماعات")
    walk.press("sessions.plan_it")
    page.wait_for_url("**/session?id=*")
    walk.settle()
    session = page.url.split("id=")[1].split("&")[0]

    walk.press("sessions.propose")
    lines = page.locator("[class*=st-key-agenda_line_]")
    expect(lines).to_have_count(2)
    above = lines.nth(0).inner_text()
    lines.nth(0).get_by_role("button", name=walk.t("sessions.down")).click()
    walk.settle()
    expect(lines.nth(1)).to_contain_text(above.split("·")[0].strip()[-10:])
    walk.press("sessions.keep_agenda")
    walk.reads("sessions.agenda_kept")
    listed = open_world.owner.rows("select dossier_id from app.agenda_item where session_id = %s order by position", session)
    assert {str(row["dossier_id"]) for row in listed} == {str(first), str(second)}

    walk.send(walk.t("sessions.act_convene"), walk.t("sessions.convene_confirm"))
    walk.reads("sessions.convened")
    with ThreadPoolExecutor(1) as beside:  # Playwright's event loop runs in this thread, and signing starts one of its own
        beside.submit(town.give_signed, first).result()
    boxes = page.locator("[class*='_box'][class*=st-key-att_]")
    expect(boxes).to_have_count(3)
    for place in range(3):
        boxes.nth(place).get_by_text(walk.t("sessions.status_present"), exact=True).click()
    walk.press("sessions.keep_attendance")
    walk.reads("sessions.quorum_met")
    walk.press("sessions.act_open")
    walk.reads("sessions.opened")

    card = walk.box(f"item_{second}")
    card.get_by_role("button", name=walk.t("sessions.postpone")).click()
    reason = page.get_by_test_id("stPopoverBody").locator("textarea")
    reason.fill("تصميم الكتلة غير مقروء")
    reason.press("Tab")
    walk.settle()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name=walk.t("sessions.postpone_it")).click()
    walk.settle()
    expect(walk.box(f"item_{second}")).to_contain_text("تصميم الكتلة غير مقروء")

    walk.send(walk.t("sessions.act_close"), walk.t("sessions.close_confirm"))
    walk.reads("sessions.closed")
    card = walk.box(f"item_{first}")
    walk.tick(walk.t("committee.draw_confirm"))
    walk.press_words(walk.t("committee.act_draw_minutes"), card)
    card.get_by_role("button", name=walk.t("committee.minutes_open")).wait_for(timeout=60_000)  # drawn meanwhile: the page looked by itself
    assert walk.download(walk.t("committee.minutes_open"), card).startswith(b"%PDF")
    assert walk.download(walk.t("committee.minutes_docx"), card).startswith(b"PK")
    assert walk.download(walk.t("sessions.print_convocation")).startswith(b"%PDF")
    assert open_world.owner.value("select number from app.dossier where id = %s", first) in walk.download(
        walk.t("sessions.export_agenda")
    ).decode("utf-8-sig")
    walk.press("sessions.back")
    page.wait_for_url("**/sessions*")
    walk.settle()
    assert walk.download(walk.t("sessions.print_calendar")).startswith(b"%PDF")
    assert page.outside == [] and page.faults == []


@pytest.mark.parametrize("lang, width", [("fr", 1280), ("ar", 390)])
def test_nothing_runs_over_the_side_and_a_member_has_nothing_to_press(visitor, open_world, lang, width):
    town = Town(open_world, "Safi", "Safi")
    dossier, other = town.dossier(), town.dossier()
    session = town.convene(dossier, other)
    town.do("postpone_item", p_session=session, p_dossier=other, p_note="Pièce illisible")
    walk = Walk(visitor(lang, width), lang)
    page = walk.page
    for who in (town.secretary, town.members["member_agency"]):
        walk.sign_in(open_world.email(who))
        for path in ("/sessions", f"/session?id={session}"):
            walk.open(path)
            for fold in page.locator("[data-testid=stMain] summary").all():
                fold.click()
            page.wait_for_timeout(300)
            assert page.evaluate(OVER) == [], f"{who} {path}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert ENGLISH.findall(page.evaluate(READ).replace(open_world.email(who), "")) == []
    assert page.get_by_test_id("stMain").get_by_test_id("stBaseButton-primary").count() == 0
    walk.open("/notices")
    walk.press("sessions.open_session")
    page.wait_for_url(f"**/session?id={session}*")
    walk.settle()
    walk.reads("sessions.item_postponed")
    assert page.outside == [] and page.faults == []
