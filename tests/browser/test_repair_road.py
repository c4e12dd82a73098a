"""The whole road of a repair permit, in Arabic, by clicking: sign-up, filing, desk, signature, cashier, verification by a stranger."""

import subprocess
from urllib.parse import urlsplit

from components.operations.demonstration.files import paper, photograph
from tests import filing
from tests.browser.walking import Walk, definition
from tests.world import PASSWORD

TOWN = "Ait Iaaza"
CODE = "URB-08"
PIN = "582913"
EMAIL = "fatima.road@example.test"


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

    printed = open_world.owner.value("select data from app.paper where dossier_id = %s and kind = 'permit'", dossier)["verification"]
    a_stranger_verifies(Walk(visitor("ar"), "ar"), permit, printed["code"], urlsplit(printed["url"]))
    followed_by_number(Walk(visitor("ar", 390), "ar"), number, code)


def sign_up(citizen):
    citizen.open("/")
    citizen.press("shell.sign_in")
    citizen.press("shell.sign_up")
    citizen.type(citizen.box("name_ar"), "فاطمة أيت علي")
    citizen.type(citizen.box("email"), EMAIL)
    for name in ("password", "again"):
        citizen.type(citizen.box(name), PASSWORD)
    citizen.press("shell.create_account")
    citizen.press("common.continue")
    citizen.page.get_by_text("فاطمة أيت علي").first.wait_for()


def files(citizen, world):
    """The request, screen by screen; (dossier, number, tracking code)."""
    page = citizen.page
    citizen.open("/catalogue")
    citizen.box("commune").locator("input").first.fill(name_of(world))
    page.get_by_role("option", name=name_of(world), exact=True).click()
    citizen.settle()
    citizen.box(f"sheet_{CODE}").get_by_role("link").click()
    citizen.settle()
    citizen.press("filing.start")
    page.wait_for_url("**/filing?id=*")
    citizen.settle()
    dossier = page.url.split("id=")[1].split("&")[0]

    steps = [step["id"] for step in definition(CODE)["steps"]]
    for step in steps:
        citizen.fill_step(CODE, step, dossier, filing.answers())
        citizen.settle()
        go_on(citizen)
    citizen.attach("identity", "identite.pdf", paper("Carte d'identite"))
    citizen.attach("title", "titre.pdf", paper("Certificat de propriete"))
    citizen.attach("photos", "photo.jpg", photograph(3), "image/jpeg")
    page.get_by_text(citizen.t("filing.check_unchecked")).first.wait_for(state="hidden")
    go_on(citizen)
    go_on(citizen)
    citizen.reads("filing.nothing_missing")
    citizen.press("filing.deposit")
    page.wait_for_url("**/dossier?id=*")
    citizen.settle()
    citizen.reads("dossier.received_complete")
    facts = dict(zip(page.locator(".st-key-receipt dt").all_inner_texts(), page.locator(".st-key-receipt dd").all_inner_texts()))
    page.get_by_role("button", name=citizen.t("common.download")).first.wait_for()
    return dossier, facts[citizen.t("dossier.number")], facts[citizen.t("dossier.tracking_code")]


def name_of(world):
    return world.owner.value("select name_ar from app.commune where id = %s", world.commune(TOWN))


def go_on(citizen):
    """To the next screen; what was typed last is kept on the way."""
    here = citizen.page.url
    citizen.page.locator("[class*='st-key-after_'] button").click()
    citizen.page.wait_for_url(lambda url: url != here)
    citizen.settle()


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
    form = instructor.page.locator("[class*='act_'][class*='_report']")
    form.locator("textarea").first.fill("أشغال خفيفة لا تمس الواجهة.")
    instructor.page.keyboard.press("Tab")
    proposal = instructor.page.locator("[class*='st-key-act_'][class*='_proposal']").first
    instructor.choose(proposal, "منح الرخصة")
    instructor.settle()
    instructor.send("رفع التقرير إلى الرئيس")
    instructor.reads("desk.done_act", act="رفع التقرير إلى الرئيس")

    president = at_the_desk(visitor, world, "president", dossier)
    president.choose_act(president.t("desk.act_decide"))
    president.send(president.t("desk.decide_send"), president.t("desk.confirm_grant"))
    president.reads("desk.done_decide")
    makes_a_key_and_signs(president)

    cashier = Walk(visitor("ar"), "ar")
    cashier.sign_in(world.email(f"cashier of {TOWN}"))
    cashier.open("/cashier")
    cashier.send(cashier.t("cashier.record"), cashier.t("cashier.confirm"))
    cashier.reads("cashier.recorded")


def makes_a_key_and_signs(president):
    president.open("/sign")
    for name in ("new_pin", "new_pin_again"):
        president.box(name).locator("input").fill(PIN)
    president.press("signing.key_make")
    president.page.locator("[class*='st-key-pin_'] input").fill("111111")
    president.tick(president.t("signing.read_first"))
    president.press("signing.sign")
    president.page.get_by_test_id("stAlert").filter(has_text="الرمز").first.wait_for()  # a wrong PIN is a sentence
    president.page.locator("[class*='st-key-pin_'] input").fill(PIN)
    president.press("signing.sign")
    president.reads("signing.published")


def collects(citizen, dossier):
    citizen.open(f"/dossier?id={dossier}")
    citizen.reads("dossier.now_collect")
    title = citizen.pick(definition(CODE)["output"]["permit"]["title"])
    line = citizen.page.locator("[class*='st-key-paper_']").filter(has_text=title)
    return citizen.download(citizen.t("common.download"), line)


def a_stranger_verifies(stranger, permit, code, link):
    stranger.open("/verify")
    stranger.type(stranger.box("verify_code"), code.lower())
    stranger.press("verify.check")
    stranger.reads("verify.authentic")
    assert "Fatima" not in stranger.page.get_by_test_id("stMain").inner_text()

    stranger.open(f"{link.path}?{link.query}")
    stranger.reads("verify.authentic")

    upload = stranger.box("verify_file").locator("input[type=file]")
    upload.set_input_files({"name": "permit.pdf", "mimeType": "application/pdf", "buffer": permit})
    stranger.reads("verify.signer")
    changed = permit.replace(b"/Rotate 0", b"/Rotate 9") if b"/Rotate 0" in permit else permit + b"\n% more\n"
    upload.set_input_files({"name": "changed.pdf", "mimeType": "application/pdf", "buffer": changed})
    stranger.reads("verify.altered")


def followed_by_number(neighbour, number, code):
    neighbour.open("/track")
    neighbour.type(neighbour.box("number"), number)
    neighbour.type(neighbour.box("code"), code)
    neighbour.page.get_by_test_id("stFormSubmitButton").get_by_role("button").click()
    neighbour.settle()
    neighbour.reads("states.DELIVERED")
