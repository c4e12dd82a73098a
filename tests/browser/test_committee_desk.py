"""A house before its committee, in a browser with a real worker: a remark pinned by a click and answered, an opinion signed, the minutes
signed one after the other, sealed, and weighed by a stranger."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from components.permits import committee, dossiers, signatures
from tests import building
from tests.browser.test_every_page import ENGLISH, OVER, READ
from tests.browser.walking import Walk

PIN = "582913"
TOWN, PROVINCE = "Tafraout", "Tiznit"  # of this file alone: a committee's members reach their whole province
AGENCY, STATE, COMMUNE = f"member agency of {PROVINCE}", f"member province of {PROVINCE}", f"member commune of {TOWN}"
SECRETARY, ARCHITECT = f"secretary of {PROVINCE} province", "architect Samira"
PINS = "[class*=st-key-pin_] input"


def until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "the worker did not come in time"
        time.sleep(0.3)


def before_the_committee(world):
    """Filed with real files, checked by the real worker, transmitted; its id."""
    for who in (AGENCY, STATE, COMMUNE, SECRETARY):
        world.person(who)
    unchecked = "select count(*) from app.document where check_state = 'unchecked' and removed_at is null"
    dossier = building.deposited(world, ARCHITECT, TOWN, lambda: until(lambda: not world.owner.value(unchecked)))
    building.transmit(world, TOWN, dossier)
    return str(dossier)


def beside(act):
    """Playwright's event loop runs in this thread, and signing starts one of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(act).result()


def with_key(world, who):
    client = world.client(who)
    if not signatures.key(client):
        signatures.enrol(client, PIN)
        until(lambda: signatures.key(client)["certificate_pem"])
    return client


def says(world, who, dossier):
    """A favourable opinion, signed over the API."""
    client = with_key(world, who)
    role = who.split(" of ")[0].replace(" ", "_")
    seat = world.owner.value("select id from app.seats_of(%s) where role = %s", dossier, role)
    committee.sign_opinion(client, committee.draft_opinion(client, seat, "favourable", "Conforme.", "", []), PIN)
    until(lambda: world.owner.value("select state from app.opinion where seat_id = %s", seat) == "given")


def signs_minutes(world, who, paper):
    client = with_key(world, who)
    committee.sign_minutes(client, committee.prepare_minutes(client, paper, wait=60), PIN)
    signed = "select count(*) from app.seat_signature where paper_id = %s and signer_id = %s and state = 'valid'"
    until(lambda: world.owner.value(signed, paper, world.person(who)))


def tab(walk, name):
    walk.page.get_by_role("tab", name=walk.t(f"committee.tab_{name}")).click()
    walk.settle()


def field(walk, name):
    """A box of the opinion's form."""
    return walk.page.locator(f"[class*=st-key-member_][class*=_{name}]").last


def at_the_desk(visitor, world, who, language, dossier):
    walk = Walk(visitor(language), language)
    walk.sign_in(world.email(who))
    walk.open(f"/committee_desk?id={dossier}")
    return walk


def test_from_a_pinned_remark_to_sealed_minutes(visitor, open_world, worker):
    dossier = before_the_committee(open_world)
    member = at_the_desk(visitor, open_world, AGENCY, "fr", dossier)
    pins_a_remark(member, open_world, dossier)
    the_architect_answers_on_a_telephone(Walk(visitor("ar", 390), "ar"), open_world, dossier)
    member.open(f"/committee_desk?id={dossier}")
    tab(member, "remarks")
    member.page.get_by_text("سيصحح التصميم").filter(visible=True).wait_for()
    gives_a_signed_opinion(member)

    beside(lambda: [says(open_world, who, dossier) for who in (STATE, COMMUNE)])
    secretary = at_the_desk(visitor, open_world, SECRETARY, "ar", dossier)
    draws_the_minutes(secretary)
    paper = str(open_world.owner.value("select id from app.paper where dossier_id = %s and kind = 'minutes'", dossier))
    two_members_sign_at_once(member, open_world, paper)
    beside(lambda: signs_minutes(open_world, STATE, paper))
    seals_the_minutes(secretary, dossier)
    until(lambda: open_world.owner.value("select state from app.dossier where id = %s", dossier) == "DECISION_PENDING")

    content = dossiers.paper_bytes(
        open_world.client(SECRETARY), open_world.owner.value("select storage_path from app.paper where id = %s", paper)
    )
    a_stranger_weighs_them(Walk(visitor("fr", 390), "fr"), open_world, paper, content)
    for walk in (member, secretary):
        assert walk.page.outside == [] and walk.page.faults == []


def pins_a_remark(member, world, dossier):
    """A click places the pin, the arrow keys move it, one more click on a pin that stands reads it."""
    tab(member, "plans")
    page = member.page
    sheet = page.locator(".sheet")
    sheet.locator("img").wait_for()
    box = sheet.bounding_box()
    sheet.click(position={"x": box["width"] * 0.4, "y": box["height"] * 0.3})
    expect(page.locator(".pin.new")).to_have_count(1)
    page.locator(".frame").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.get_by_text(member.t("committee.pin_at", x="41", y="31")).first.wait_for()
    member.settle()
    member.box("member_audience").get_by_text(member.t("committee.audience_architect")).click()
    member.type(member.box("member_remark"), "Le recul mesure 3,20 m ; le règlement en demande 4.")
    member.settle()
    member.press("committee.pin_it")
    member.reads("committee.pinned_architect")
    remark = world.owner.rows("select x, y, page from app.remark where dossier_id = %s", dossier)[0]
    assert (round(remark["x"], 2), round(remark["y"], 2), remark["page"]) == (0.41, 0.31, 1)
    expect(page.locator(".pin.new")).to_have_count(0)
    page.locator(".pin.architect").click()
    expect(page.locator(".said")).to_contain_text("Le recul mesure 3,20 m")


def the_architect_answers_on_a_telephone(architect, world, dossier):
    architect.sign_in(world.email(ARCHITECT))
    architect.open(f"/dossier?id={dossier}")
    architect.reads("dossier.now_answer_remarks")
    architect.page.get_by_text(architect.t("committee.show_remark")).first.click()
    architect.page.locator(".pin.architect").wait_for()
    architect.type(architect.page.locator("[class*=st-key-remark_answer_]").first, "سيصحح التصميم")
    architect.settle()
    architect.press("committee.answer_send")
    architect.reads("committee.answer_sent")
    assert architect.page.evaluate(OVER) == [] and architect.page.faults == []


def gives_a_signed_opinion(member):
    """Reservations, kept while they are typed; read as they will be signed; a key is made; a wrong PIN; the right one."""
    page = member.page
    member.choose(field(member, "outcome"), member.t("committee.outcome_with_reservations"))
    member.settle()
    member.type(field(member, "text_0"), "Porter le recul à 4 m")
    member.settle()
    member.type(field(member, "reasons"), "Recul insuffisant sur la rue.")
    member.settle()
    member.type(field(member, "article"), "PA, art. 12")
    member.settle()
    page.reload()  # nothing typed is lost
    member.settle()
    expect(field(member, "text_0").locator("textarea")).to_have_value("Porter le recul à 4 m")
    member.press("committee.freeze")
    member.reads("committee.frozen")
    expect(member.box("member_frozen")).to_contain_text("Recul insuffisant sur la rue.")
    for name in ("new_pin", "new_pin_again"):
        member.box(name).locator("input").fill(PIN)
    member.press("signing.key_make")
    page.locator(PINS).fill("111111")
    member.tick(member.t("committee.read_first"))
    member.press("committee.sign")
    page.get_by_test_id("stAlert").filter(has_text="PIN").first.wait_for()
    page.locator(PINS).fill(PIN)
    member.press("committee.sign")
    page.get_by_text("Avis donné et signé").first.wait_for()
    expect(field(member, "outcome")).to_have_count(0)


def draws_the_minutes(secretary):
    tab(secretary, "secretary")
    secretary.send(secretary.t("committee.act_draw_minutes"), secretary.t("committee.draw_confirm"))
    tab(secretary, "opinions")
    secretary.page.get_by_text(secretary.t("committee.minutes_ready", signed="0", needed="3")).first.wait_for()


def two_members_sign_at_once(member, world, paper):
    """Whoever comes second is shown what the minutes are now, and signs that."""
    page = member.page
    member.open(f"/sign?paper={paper}")
    page.locator(PINS).wait_for()
    beside(lambda: signs_minutes(world, COMMUNE, paper))
    page.locator(PINS).fill(PIN)
    member.tick(member.t("committee.minutes_read_first"))
    member.press("signing.sign")
    member.reads("committee.minutes_overtaken")
    assert world.owner.value("select count(*) from app.seat_signature where paper_id = %s and state in ('received', 'valid')", paper) == 1
    page.locator(PINS).fill(PIN)
    member.press("signing.sign")
    member.reads("committee.minutes_mine_signed")


def seals_the_minutes(secretary, dossier):
    secretary.open(f"/committee_desk?id={dossier}")
    tab(secretary, "secretary")
    secretary.send(secretary.t("committee.act_seal_minutes"), secretary.t("committee.seal_confirm"))
    tab(secretary, "opinions")
    secretary.page.get_by_text(secretary.t("committee.minutes_published", signed="3")).first.wait_for()
    secretary.press("committee.verify")
    secretary.reads("committee.verify_sound")


def a_stranger_weighs_them(stranger, world, paper, content):
    """Sound as they are; an opinion changed in the register is named, by code and by file; so is a changed file."""
    page = stranger.page

    def upload(name, bytes_of_file):
        stranger.box("verify_file").locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "application/pdf", "buffer": bytes_of_file}
        )

    stranger.open("/verify")
    upload("pv.pdf", content)
    stranger.reads("verify.authentic")
    expect(page.get_by_text(stranger.t("verify.signature_good"))).to_have_count(4)  # three members and the seal
    assert page.evaluate(OVER) == []
    upload("changed.pdf", content + b"\n% more\n")
    stranger.reads("verify.altered")

    world.owner.run(
        """update app.opinion set reasons = 'Rien' where role = 'member_agency'
              and dossier_id = (select dossier_id from app.paper where id = %s)""",
        paper,
    )
    code = world.owner.value("select code from app.verification where paper_id = %s", paper)
    stranger.open(f"/verify?code={code}")
    stranger.reads("verify.opinions_changed")
    named = page.get_by_test_id("stAlert").filter(has_text=stranger.t("verify.opinions_of", names="").strip())
    expect(named).to_contain_text("agency 09.581")
    assert "Favorable" not in page.get_by_test_id("stMain").inner_text()
    stranger.open("/verify")
    upload("pv.pdf", content)
    stranger.reads("verify.opinions_changed")
    assert page.faults == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_part_of_the_desk_reads_well(visitor, open_world, worker, language):
    dossier = before_the_committee(open_world)
    client = open_world.client(AGENCY)
    plan = next(one["id"] for one in committee.desk(client, dossier)["documents"] if one["is_plan"])
    for audience in ("private", "committee", "architect"):
        committee.add_remark(client, dossier, plan, 1, 0.5, 0.5, f"Un mot un peu long pour voir ce qu'il devient ({audience})", audience)
    walk = at_the_desk(visitor, open_world, AGENCY, language, dossier)
    walk.choose(field(walk, "outcome"), walk.t("committee.outcome_modification"))
    walk.settle()
    reads_well(walk, open_world, AGENCY, ("project", "plans", "opinions", "remarks", "exchanges"))
    walk.sign_in(open_world.email(SECRETARY))
    walk.open(f"/committee_desk?id={dossier}")
    tab(walk, "secretary")
    for act in ("add_seat", "ask_complement"):
        walk.choose(walk.box("member_act"), walk.t(f"committee.act_{act}"))
        walk.settle()
        reads_well(walk, open_world, SECRETARY, ("secretary",))


def reads_well(walk, world, who, tabs):
    page = walk.page
    for name in tabs:
        tab(walk, name)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(300)
            assert page.evaluate(OVER) == [], f"{who}: {name}, {width}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{who}: {name}, {width}"
        text = page.evaluate(READ).replace(world.email(who), "").replace(who, "")
        assert ENGLISH.findall(text) == [], f"{who}: {name}"
    assert page.outside == [] and page.faults == []
