"""The whole road of a large building, in Arabic: filed by the architect on a telephone, studied by five members, granted, delivered."""

import subprocess

import pytest
from playwright.sync_api import expect

from components.permits import committee as api
from tests import building
from tests.browser import committee as scenes
from tests.browser.committee import sits_down
from tests.browser.desk import go_on
from tests.browser.walking import Walk, definition
from tests.world import refused

CODE, TOWN, PROVINCE = "URB-02", "Agdz", "Zagora"  # a province of this file alone
ARCHITECT, OWNER = "architect Road", "citizen Road"
SECRETARY = f"secretary of {PROVINCE} province"
CLERK, PRESIDENT, CASHIER = (f"{role} of {TOWN}" for role in ("clerk", "president", "cashier"))
MEMBERS = {
    "member_commune": f"member commune of {TOWN}",
    "member_province": f"member province of {PROVINCE} province",
    "member_agency": f"member agency of {PROVINCE}",
    "member_network": f"member network of {PROVINCE}",
    "member_telecom": f"member telecom of {PROVINCE}",
}
# What decides the class of a project is typed on the screen, and some plans are chosen there; test_repair_road.py walks a whole form.
PLANS = ("masse", "levels", "facades")
CLASS = {"project": ("use_main", "levels_above", "height_m", "dwellings"), "figures": ("ground_m2",)}
REMARK = "الارتداد عن الطريق غير مبين على تصميم الكتلة."
SETBACK = {"text": "بيان الارتداد عن الطريق في تصميم الكتلة.", "article": "2-18-577"}
ACCESS = {"text": "توسيع ممر الولوج إلى 1,40 متر.", "article": "2-18-577"}


@pytest.mark.timeout(900)
def test_a_building_studied_by_five_members_from_the_form_to_a_strangers_verification(visitor, open_world, worker, tmp_path):
    world, told = open_world, scenes.Told(open_world)
    place = building.offer(world, TOWN, CODE)
    for who in (ARCHITECT, OWNER, SECRETARY, CLERK, PRESIDENT, CASHIER, *MEMBERS.values()):
        world.person(who)
    staff, telephone = Walk(visitor("ar"), "ar"), Walk(visitor("ar", 390), "ar")
    dossier = files_under_mandate(telephone, world, place)
    takes_the_mandate_up(telephone, world, dossier)
    scenes.transmits(sits_down(staff, world, CLERK, "/queue"), dossier, "مشروع كبير", "إحالة الملف على اللجنة")

    body = str(world.owner.value("select app.seating_body(%s)", dossier))
    api.set_rules(told.client(SECRETARY), body, {"quorum": 3, "sealing": 3})
    session = scenes.plans_a_session(sits_down(staff, world, SECRETARY, "/sessions"), body, "قاعة الاجتماعات بمقر العمالة")
    studies(staff, telephone, world, told, dossier)
    sitting = f"/session?id={session}"
    scenes.holds_the_session(sits_down(staff, world, SECRETARY, sitting), present=4, absent=1)
    minutes = three_sign_and_the_secretary_seals(staff, told, dossier, sitting)

    president = sits_down(staff, world, PRESIDENT, f"/agent_dossier?id={dossier}")
    decides(president)
    president.open("/sign")
    scenes.signs_the_act(president)
    scenes.takes_the_tax(sits_down(staff, world, CASHIER, "/cashier"))
    owner = sits_down(telephone, world, OWNER, f"/dossier?id={dossier}")
    owner.reads("dossier.now_collect")
    owner.page.get_by_text(SETBACK["text"]).first.wait_for()
    permit = scenes.downloads(owner, "بمثابة رخصة البناء")
    plan = scenes.downloads(owner, label_of("masse"))
    expect(owner.page.get_by_text(ACCESS["text"]), "what was lifted burdens nobody").to_have_count(0)

    for name, content, signatures in (("minutes", minutes, 4), ("permit", permit, 1), ("plan", plan, 1)):
        (tmp_path / f"{name}.pdf").write_bytes(content)
        said = subprocess.run(["pdfsig", "-nocert", tmp_path / f"{name}.pdf"], capture_output=True, text=True, check=False).stdout
        assert said.count("Signature is Valid") == signatures, f"{name}: {said}"
    telephone.page.context.clear_cookies()
    a_stranger_verifies(telephone, world, dossier, minutes)
    assert staff.page.outside == telephone.page.outside == [] and staff.page.faults == telephone.page.faults == []


def label_of(slot):
    return next(one["label"]["ar"] for one in definition(CODE)["documents"] if one["slot"] == slot)


def files_under_mandate(architect, world, place):
    """Begun and deposited by the architect, who invites the owner; class and plans on the screen."""
    page = architect.page
    sits_down(architect, world, ARCHITECT, f"/catalogue?commune={place}&procedure={CODE}")
    architect.press("filing.start")
    page.wait_for_url("**/filing?id=*")
    dossier = page.url.split("id=")[1].split("&")[0]
    answers = building.answers(CODE, world.owner.value("select app.today(%s)", place)) | {
        "by_mandate": True, "mand_quality": "architect", "mand_name": "سميرة بنعلي", "mand_cin": "JB445566",
        "mand_scope": "whole_procedure", "mand_date": str(world.owner.value("select app.today(%s)", place)), "file_language": "ar",
    }  # fmt: skip
    typed_here = [name for names in CLASS.values() for name in names]
    with world.acting_as(ARCHITECT) as actor:
        rest = {name: value for name, value in answers.items() if value is not None and name not in typed_here}
        actor.call("save_draft", p_dossier=dossier, p_changes=rest, p_base=0, p_editor="first page")

    architect.open(f"/filing?id={dossier}&screen=project")
    for step, names in CLASS.items():
        architect.fill_step(CODE, step, dossier, {name: answers[name] for name in names})
        go_on(architect)
    client = world.client(ARCHITECT)
    for slot in {*building.SLOTS[CODE], "mandate_deed"} - set(PLANS):
        building.put(world, client, dossier, slot)
    architect.open(f"/filing?id={dossier}&screen=documents")
    scenes.choose_plans(architect, PLANS)
    go_on(architect)
    architect.type(architect.box("invite_email"), world.email(OWNER))
    architect.press("filing.invite")
    architect.reads("filing.invite_sent", email=world.email(OWNER))
    go_on(architect)
    architect.press("filing.deposit")
    page.wait_for_url("**/dossier?id=*")
    architect.reads("dossier.received_complete")
    return dossier


def takes_the_mandate_up(telephone, world, dossier):
    """The owner follows the link of the mail."""
    code = world.owner.value("select data ->> 'code' from app.outbox where dossier_id = %s and template = 'claim'", dossier)
    owner = sits_down(telephone, world, OWNER, f"/claim?dossier={dossier}&code={code}")
    owner.press("dossier.claim_accept")
    owner.page.wait_for_url("**/dossier?id=*")
    owner.reads("dossier.now_wait")


def studies(staff, telephone, world, told, dossier):
    """The agency asks about a plan and says what it thinks, then the commune and the province; the operators speak through the API."""

    def seat(role):
        return world.owner.value("select id from app.seats_of(%s) where role = %s", dossier, role)

    for who in (PRESIDENT, *MEMBERS.values()):
        if who != MEMBERS["member_agency"]:  # makes its key on the screen
            told.enrol(who)
    desk = f"/committee_desk?id={dossier}"
    agency = sits_down(staff, world, MEMBERS["member_agency"], desk)
    sheet = scenes.shows_the_plan(agency, label_of("masse"))
    sheet.locator("img").click(position={"x": 200, "y": 150})
    agency.page.get_by_text(agency.t("committee.pin_none")).first.wait_for(state="hidden")
    agency.choose(agency.box("member_audience"), agency.t("committee.audience_architect"))
    agency.settle()
    agency.type(agency.box("member_remark"), REMARK)
    agency.press("committee.pin_it")
    agency.reads("committee.pinned_architect")

    architect = sits_down(telephone, world, ARCHITECT, f"/dossier?id={dossier}")
    architect.page.get_by_text(REMARK).first.wait_for()
    architect.type(architect.page.locator("[class*='st-key-remark_answer_']").first, "الارتداد أربعة أمتار.")
    architect.press("committee.answer_send")
    architect.reads("committee.answer_sent")

    agency.open(desk)
    agency.page.get_by_role("tab", name=agency.t("committee.tab_remarks")).click()
    agency.page.get_by_text("الارتداد أربعة أمتار.").first.wait_for()
    scenes.gives_opinion(agency, seat("member_agency"), "with_reservations", "مطابق لتصميم التهيئة.", [SETBACK], new_key=True)
    commune = sits_down(staff, world, MEMBERS["member_commune"], desk)
    scenes.gives_opinion(commune, seat("member_commune"), "with_reservations", "ممر الولوج ضيق.", [ACCESS])
    scenes.gives_opinion(sits_down(staff, world, MEMBERS["member_province"], desk), seat("member_province"), "favourable")
    for role in ("member_network", "member_telecom"):
        told.says(MEMBERS[role], dossier, role)


def three_sign_and_the_secretary_seals(staff, told, dossier, sitting):
    """Minutes drawn; not to be sealed at two signatures, sealed at three; the file."""
    world, secretary, card = told.world, staff, staff.box(f"item_{dossier}")
    scenes.draws_minutes(secretary, card)
    card.get_by_role("button", name=secretary.t("committee.minutes_open")).wait_for()
    for role in ("member_agency", "member_commune"):
        scenes.signs_minutes(sits_down(staff, world, MEMBERS[role], "/sign"))
    sits_down(secretary, world, SECRETARY, sitting)
    card.get_by_text(secretary.t("sessions.signatures", signed=2, needed=3, members=5)).wait_for()
    expect(card.get_by_role("button", name=secretary.t("committee.act_seal_minutes"))).to_have_count(0)
    paper = world.owner.value("select id from app.paper where dossier_id = %s and kind = 'minutes'", dossier)
    with refused("MINU4"):
        api.seal_minutes(told.client(SECRETARY), paper)
    scenes.signs_minutes(sits_down(staff, world, MEMBERS["member_province"], "/sign"))
    sits_down(secretary, world, SECRETARY, sitting)
    scenes.seals_minutes(secretary, card)
    card.get_by_text(secretary.t("sessions.paper_published")).wait_for()
    return secretary.download(secretary.t("committee.minutes_open"), card)


def decides(president):
    """One reservation is written into the permit, the other was lifted meanwhile."""
    lifted = president.page.locator("[class*='st-key-act_'][class*='_box']").filter(has_text=ACCESS["text"])
    lifted.get_by_text(president.t("committee.reservation_lift"), exact=True).click()
    president.settle()
    president.type(lifted.locator("[class*='_how']"), "أودع المهندس تصميما يبين ممرا عرضه 1,40 متر.")
    president.settle()
    president.send(president.t("desk.decide_send"), president.t("desk.confirm_grant_with_reservations"))
    president.reads("desk.done_decide")


def a_stranger_verifies(stranger, world, dossier, minutes):
    """The permit and a plan by their codes, the minutes by the file, which a changed byte betrays."""
    page = stranger.page
    codes = world.owner.rows(
        """select distinct on (kind) kind, data #>> '{verification,code}' as code, coalesce(data #>> '{public,plan,ar}', '') as plan
             from app.paper where dossier_id = %s and kind in ('permit', 'plan') order by kind""",
        dossier,
    )
    stranger.open("/verify")
    for paper in codes:
        stranger.type(stranger.box("verify_code"), paper["code"].lower())
        stranger.press("verify.check")
        page.get_by_text(stranger.t(f"verify.kind_{paper['kind']}")).first.wait_for()
        stranger.reads("verify.authentic")
        page.get_by_text(paper["plan"]).first.wait_for()
    upload = stranger.box("verify_file").locator("input[type=file]")
    upload.set_input_files({"name": "minutes.pdf", "mimeType": "application/pdf", "buffer": minutes})
    page.get_by_text(stranger.t("verify.kind_minutes")).first.wait_for()
    stranger.reads("verify.seal")
    owner = world.owner.value("select owner_name from app.dossier where id = %s", dossier)
    assert owner and owner not in page.get_by_test_id("stMain").inner_text()
    stranger.settle()
    upload.set_input_files({"name": "changed.pdf", "mimeType": "application/pdf", "buffer": minutes + b"\n% more\n"})
    stranger.reads("verify.altered")
