"""Scenes that both roads share: filing, deciding, signing, verifying."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import TimeoutError

from tests.browser.walking import definition

PIN = "582913"
WRONG_PIN = {"fr": "code", "ar": "الرمز"}


def offer(world, commune, code):
    """Open the commune and let it offer a procedure online; its id."""
    place = world.open(commune)
    world.owner.run(
        """insert into app.commune_procedure (commune_id, procedure_code, version_id, mode)
           select %s, procedure_code, id, 'online' from app.procedure_version where procedure_code = %s order by version desc limit 1
           on conflict (commune_id, procedure_code) do update set mode = excluded.mode""",
        place,
        code,
    )
    return place


def file_request(citizen, place, code, answers, files):
    """The sheet of the procedure, the form screen by screen, the files, the check, the deposit; the dossier's id."""
    page = citizen.page
    citizen.open(f"/catalogue?commune={place}&procedure={code}")
    citizen.press("filing.start")
    page.wait_for_url("**/filing?id=*")
    citizen.settle()
    dossier = page.url.split("id=")[1].split("&")[0]
    for step in definition(code)["steps"]:
        citizen.fill_step(code, step["id"], dossier, answers)
        citizen.settle()
        go_on(citizen)
    for slot, (name, content) in files.items():
        citizen.attach(slot, name, content)
    page.get_by_text(citizen.t("filing.check_unchecked")).first.wait_for(state="hidden")
    go_on(citizen)
    go_on(citizen)
    citizen.reads("filing.nothing_missing")
    citizen.press("filing.deposit")
    page.wait_for_url("**/dossier?id=*")
    citizen.settle()
    citizen.reads("dossier.received_complete")
    return dossier


def go_on(citizen):
    """To the next screen; what was typed last is kept on the way."""
    page, here = citizen.page, citizen.page.url
    screen = re.search(r"st-key-after_[\w-]+", page.locator("[class*='st-key-after_']").first.get_attribute("class")).group()
    for _ in range(4):  # a run that comes back at this very moment may draw the button anew and take the press away
        citizen.settle()
        if page.url == here:
            page.locator(f".{screen} button").click()
        try:
            page.wait_for_url(lambda url: url != here, timeout=15_000)
            break
        except TimeoutError:
            continue
    assert page.url != here, screen
    citizen.settle()


def decide(president, terms=None):
    """The decision that the report proposes, with the mentions that the order must state."""
    president.choose_act(president.t("desk.act_decide"))
    for name, text in (terms or {}).items():
        president.type(president.act_field(name), text)
    president.settle()
    president.send(president.t("desk.decide_send"), president.t("desk.confirm_grant"))
    president.reads("desk.done_decide")


def makes_a_key_and_signs(president):
    """The first signature: a key with its PIN, a wrong PIN, the right one, the signature judged and published."""
    page = president.page
    president.open("/sign")
    for name in ("new_pin", "new_pin_again"):
        president.box(name).locator("input").fill(PIN)
    president.press("signing.key_make")
    pin = page.locator("[class*='st-key-pin_'] input")
    pin.fill("111111")
    president.tick(president.t("signing.read_first"))
    president.press("signing.sign")
    page.get_by_test_id("stAlert").filter(has_text=WRONG_PIN[president.language]).first.wait_for()
    pin.fill(PIN)
    president.press("signing.sign")
    president.reads("signing.published")


def verified_by_a_stranger(stranger, world, dossier, permit):
    """By the code, by the address of the QR, by the file; and an altered file is called altered."""
    printed = world.owner.value("select data from app.paper where dossier_id = %s and kind = 'permit'", dossier)["verification"]
    stranger.open("/verify")
    stranger.type(stranger.box("verify_code"), printed["code"].lower())
    stranger.press("verify.check")
    stranger.reads("verify.authentic")
    owner = world.owner.value("select owner_name from app.dossier where id = %s", dossier)
    assert owner and owner not in stranger.page.get_by_test_id("stMain").inner_text()

    link = urlsplit(printed["url"])
    stranger.open(f"{link.path}?{link.query}")
    stranger.reads("verify.authentic")

    upload = stranger.box("verify_file").locator("input[type=file]")
    upload.set_input_files({"name": "permit.pdf", "mimeType": "application/pdf", "buffer": permit})
    stranger.reads("verify.signer")
    stranger.settle()
    upload.set_input_files({"name": "changed.pdf", "mimeType": "application/pdf", "buffer": permit + b"\n% more\n"})
    stranger.reads("verify.altered")
