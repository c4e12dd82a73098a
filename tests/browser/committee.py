"""Scenes of a committee that both roads of building permits share: plans chosen, class confirmed, session, opinions, minutes.

The staff share one browser and sign in one after the other, as people at a counter do; so do the applicants on their telephone: a new
profile would load the whole site again. Members who would only repeat a screen already walked speak through the API (`Told`).
"""

import time
from concurrent.futures import ThreadPoolExecutor

from tests import building
from tests.browser.desk import PIN
from tests.stories import committee as story
from tests.stories.telling import Story


class Told(Story):
    """What tests/stories/committee.py needs where the worker runs beside the site: its work is awaited, not done here.

    Signing runs an event loop of its own and the browser's stands in this thread: members sign in another one.
    """

    def __init__(self, world):
        super().__init__(world, None, "", None)

    def worker_works(self):
        until(lambda: not self.world.owner.value("select count(*) from app.job where state in ('waiting', 'running')"))

    def says(self, who, dossier, role, *opinion):
        aside(story.says, self, who, dossier, role, *opinion)

    def signs_minutes(self, who, dossier):
        aside(story.signs_minutes, self, who, dossier)


def aside(act, *arguments):
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(act, *arguments).result()


def until(holds, seconds=90):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "the worker did not come in time"
        time.sleep(0.1)


def sits_down(walk, world, who, path):
    """The next person at this browser, on a page."""
    walk.sign_in(world.email(who))
    walk.open(path)
    return walk


# -- the file -----------------------------------------------------------------------------------------------------------------


def choose_plans(applicant, slots, edition=""):
    """One drawing for each slot, checked by the worker before this returns."""
    for slot in slots:
        applicant.attach(slot, f"{slot}{edition}.pdf", building.plan(f"{slot} {edition}"))
    applicant.page.get_by_text(applicant.t("filing.check_unchecked")).first.wait_for(state="hidden")
    applicant.settle()


def transmits(clerk, dossier, project_class, act):
    """From the queue: the clerk opens the dossier, judges a document, confirms the class and sends the file to the committee."""
    clerk.page.locator(f"a[href*='{dossier}']").first.click()
    clerk.page.wait_for_url("**/agent_dossier*")
    clerk.settle()
    clerk.judge_documents(1)
    clerk.choose_act(act)
    clerk.choose(clerk.act_field("class_confirmed"), project_class)
    clerk.settle()
    clerk.send(act)
    clerk.reads("desk.done_act", act=act)


# -- opinions -----------------------------------------------------------------------------------------------------------------


def shows_the_plan(member, words=""):
    """The tab of plans, the first or this one on the screen and drawn; its sheet."""
    member.page.get_by_role("tab", name=member.t("committee.tab_plans")).click()
    member.settle()
    if words:
        member.choose(member.box("member_document"), words)
        member.settle()
    sheet = member.page.get_by_role("application").first
    sheet.locator("img").wait_for()
    return sheet


def gives_opinion(member, seat, outcome, reasons="مطابق لتصميم التهيئة", items=(), new_key=False):
    """Written, frozen and read, signed with the PIN, found sound. items: of {text, article, lift_by, target (its words)}."""

    def box(name):
        return member.box(f"member_{seat}_{name}")

    member.choose(box("outcome"), member.t(f"committee.outcome_{outcome}"))
    member.settle()
    for place, item in enumerate(items):
        for name in ("text", "article", "lift_by"):
            if name in item:
                member.type(box(f"{name}_{place}"), item[name])
        if "target" in item:
            member.choose(box(f"target_{place}"), item["target"])
    member.type(box("reasons"), reasons)
    member.settle()
    member.press("committee.freeze")
    member.reads("committee.frozen")
    if new_key:
        makes_a_key(member)
    member.box(f"pin_{seat}").locator("input").fill(PIN)
    member.tick(member.t("committee.read_first"))
    member.press("committee.sign")
    given = member.t("committee.given", outcome=member.t(f"committee.outcome_{outcome}"), at="@").split("@")[0].strip()
    member.page.get_by_test_id("stAlert").filter(has_text=given).first.wait_for()


def makes_a_key(signer):
    for name in ("new_pin", "new_pin_again"):
        signer.box(name).locator("input").fill(PIN)
    signer.press("signing.key_make")
    signer.page.locator("[class*='st-key-pin_'] input").wait_for()
    signer.settle()


# -- the session --------------------------------------------------------------------------------------------------------------


def plans_a_session(secretary, body, place):
    """From the calendar: on the proposed day; its agenda proposed and kept; its members called. Its id."""
    page = secretary.page
    secretary.type(secretary.box(f"plan_{body}_place"), place)
    secretary.press("sessions.plan_it")
    page.wait_for_url("**/session?id=*")
    secretary.settle()
    secretary.press("sessions.propose")
    secretary.press("sessions.keep_agenda")
    secretary.reads("sessions.agenda_kept")
    secretary.send(secretary.t("sessions.act_convene"), secretary.t("sessions.convene_confirm"))
    secretary.reads("sessions.convened")
    return page.url.split("id=")[1].split("&")[0]


def holds_the_session(secretary, present, absent=0):
    """Attendance marked (the last ones absent), then opened and closed."""
    lines = secretary.page.locator("[class*='_box'][class*=st-key-att_]")
    for place in range(present + absent):
        status = secretary.t("sessions.status_present" if place < present else "sessions.status_absent")
        lines.nth(place).get_by_text(status, exact=True).click()
    secretary.press("sessions.keep_attendance")
    secretary.reads("sessions.quorum_met")
    secretary.press("sessions.act_open")
    secretary.reads("sessions.opened")
    secretary.send(secretary.t("sessions.act_close"), secretary.t("sessions.close_confirm"))
    secretary.reads("sessions.closed")


# -- minutes ------------------------------------------------------------------------------------------------------------------


def draws_minutes(secretary, place):
    """place: where the minutes of a dossier stand, a card of the session or the desk. The page looks again until they are drawn."""
    secretary.tick(secretary.t("committee.draw_confirm"))
    secretary.press_words(secretary.t("committee.act_draw_minutes"), place)


def signs_minutes(member):
    """The minutes of this moment, read and signed; until the signature is on them."""
    member.page.locator("[class*='st-key-pin_'] input").fill(PIN)
    member.tick(member.t("committee.minutes_read_first"))
    member.press("signing.sign")
    member.reads("committee.minutes_mine_signed")


def seals_minutes(secretary, place):
    secretary.tick(secretary.t("committee.seal_confirm"))
    secretary.press_words(secretary.t("committee.act_seal_minutes"), place)


# -- the end ------------------------------------------------------------------------------------------------------------------


def signs_the_act(president):
    """On the signing page, which shows the act once plans are stamped and it is drawn: read and signed."""
    president.page.locator("[class*='st-key-pin_'] input").fill(PIN)
    president.tick(president.t("signing.read_first"))
    president.press("signing.sign")
    president.reads("signing.published")


def takes_the_tax(cashier):
    cashier.send(cashier.t("cashier.record"), cashier.t("cashier.confirm"))
    cashier.reads("cashier.recorded")


def downloads(applicant, words):
    """The paper whose line on the applicant's page holds these words."""
    line = applicant.page.locator("[class*='st-key-paper_']").filter(has_text=words)
    return applicant.download(applicant.t("common.download"), line)
