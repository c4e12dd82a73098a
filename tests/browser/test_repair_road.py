"""The whole road of a repair permit, in Arabic, by clicking: sign-up, filing, desk, signature, cashier, verification by a stranger."""

import subprocess
from uuid import uuid4

from components.operations.demonstration.files import paper, photograph
from tests import filing
from tests.browser.desk import decide, file_request, makes_a_key_and_signs, verified_by_a_stranger
from tests.browser.walking import Walk, definition
from tests.world import PASSWORD

TOWN = "Ait Iaaza"
CODE = "URB-08"
FILES = {
    "identity": ("identite.pdf", paper("Carte nationale")),
    "title": ("titre.pdf", paper("Certificat de propriete")),
    "photos": ("photo.jpg", photograph(3)),
}


def test_a_repair_permit_from_sign_up_to_a_strangers_verification(visitor, open_world, worker, tmp_path):
    filing.offer(open_world, TOWN)
    for role in ("clerk", "instructor", "president", "cashier"):
        open_world.person(f"{role} of {TOWN}")
    citizen = Walk(visitor("ar", 390), "ar")
    sign_up(citizen)
    dossier, number, code = files(citizen, open_world)
    receipt = citizen.download(citizen.t("common.download"))
    assert receipt.startswith(b"%PDF-")

    works_at_the_desk(visitor, open_world, dossier)
    permit = collects(citizen, dossier)
    (tmp_path / "permit.pdf").write_bytes(permit)
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "permit.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said and "Total document signed" in said

    verified_by_a_stranger(Walk(visitor("ar"), "ar"), open_world, dossier, permit)
    followed_by_number(Walk(visitor("ar", 390), "ar"), number, code)


def sign_up(citizen):
    citizen.open("/")
    citizen.press("shell.sign_in")
    citizen.press("shell.sign_up")
    citizen.type(citizen.box("name_ar"), "فاطمة أيت علي")
    citizen.type(citizen.box("email"), f"fatima.{uuid4().hex[:8]}@example.test")  # a walk taken again is another person
    for name in ("password", "again"):
        citizen.type(citizen.box(name), PASSWORD)
    citizen.press("shell.create_account")
    citizen.press("common.continue")
    citizen.page.get_by_text("فاطمة أيت علي").first.wait_for()


def files(citizen, world):
    """The request, from the catalogue on; (dossier, number, tracking code)."""
    page = citizen.page
    citizen.open("/catalogue")
    citizen.box("commune").locator("input").first.fill(name_of(world))
    page.get_by_role("option", name=name_of(world), exact=True).click()
    citizen.settle()
    citizen.box(f"sheet_{CODE}").get_by_role("link").wait_for()
    dossier = file_request(citizen, world.commune(TOWN), CODE, filing.answers(), FILES)
    shown = page.locator(".st-key-receipt")
    facts = dict(zip(shown.locator("dt").all_inner_texts(), shown.locator("dd").all_inner_texts()))
    page.get_by_role("button", name=citizen.t("common.download")).first.wait_for()
    return dossier, facts[citizen.t("dossier.number")], facts[citizen.t("dossier.tracking_code")]


def name_of(world):
    return world.owner.value("select name_ar from app.commune where id = %s", world.commune(TOWN))


def at_the_desk(visitor, world, role, dossier):
    agent = Walk(visitor("ar"), "ar")
    agent.sign_in(world.email(f"{role} of {TOWN}"))
    agent.open("/queue")
    agent.page.locator(f"a[href*='{dossier}']").first.click()
    agent.page.wait_for_url("**/agent_dossier*")
    agent.settle()
    return agent


def works_at_the_desk(visitor, world, dossier):
    clerk = at_the_desk(visitor, world, "clerk", dossier)
    clerk.judge_documents(3)
    clerk.choose_act("إحالة الملف على مصلحة التعمير")
    clerk.send("إحالة الملف على مصلحة التعمير")
    clerk.reads("desk.done_act", act="إحالة الملف على مصلحة التعمير")

    instructor = at_the_desk(visitor, world, "instructor", dossier)
    instructor.choose_act("رفع التقرير إلى الرئيس")
    instructor.type(instructor.act_field("report"), "أشغال خفيفة لا تمس الواجهة.")
    instructor.choose(instructor.act_field("proposal"), "منح الرخصة")
    instructor.settle()
    instructor.send("رفع التقرير إلى الرئيس")
    instructor.reads("desk.done_act", act="رفع التقرير إلى الرئيس")

    president = at_the_desk(visitor, world, "president", dossier)
    decide(president)
    makes_a_key_and_signs(president)

    cashier = Walk(visitor("ar"), "ar")
    cashier.sign_in(world.email(f"cashier of {TOWN}"))
    cashier.open("/cashier")
    cashier.send(cashier.t("cashier.record"), cashier.t("cashier.confirm"))
    cashier.reads("cashier.recorded")


def collects(citizen, dossier):
    citizen.open(f"/dossier?id={dossier}")
    citizen.reads("dossier.now_collect")
    title = citizen.pick(definition(CODE)["output"]["permit"]["title"])
    line = citizen.page.locator("[class*='st-key-paper_']").filter(has_text=title)
    return citizen.download(citizen.t("common.download"), line)


def followed_by_number(neighbour, number, code):
    neighbour.open("/track")
    neighbour.type(neighbour.box("number"), number)
    neighbour.type(neighbour.box("code"), code)
    neighbour.page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    neighbour.settle()
    neighbour.reads("states.DELIVERED")
