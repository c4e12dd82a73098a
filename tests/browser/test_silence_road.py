"""Silence in the browser: the applicant asks on a telephone in Arabic, the governor writes and signs in French, the president answers."""

from playwright.sync_api import expect

from tests import filing
from tests.browser import desk
from tests.browser.test_every_page import OVER
from tests.browser.walking import Walk

TOWN = "Sidi Borja"  # a commune of this file alone
CITIZEN, PRESIDENT, GOVERNOR = "citizen Silence", f"president of {TOWN}", "governor of Taroudannt"


def on_the_screen(walk):
    """Nothing hangs over the side."""
    walk.page.wait_for_timeout(150)
    assert walk.page.evaluate(OVER) == []


def may_ask(walk, count):
    """So many things the applicant may ask now, as soon as the run that is going on is over."""
    expect(walk.page.locator("[class*='st-key-silence_'] button")).to_have_count(count, timeout=30_000)


def signed_in(visitor, world, person, language, width=1280):
    walk = Walk(visitor(language, width=width), language)
    walk.sign_in(world.email(person))
    return walk


def test_the_three_steps_of_silence(visitor, open_world, worker):
    world = open_world
    for person in (CITIZEN, PRESIDENT, GOVERNOR):
        world.person(person)
    world.set_today(TOWN, "2026-07-06")
    dossier = filing.deposited(world, CITIZEN, TOWN)
    world.set_today(TOWN, "2026-07-21")
    world.owner.value("select app.open_silence(%s)", dossier)
    citizen = signed_in(visitor, world, CITIZEN, "ar", width=390)
    governor = signed_in(visitor, world, GOVERNOR, "fr")
    president = signed_in(visitor, world, PRESIDENT, "ar")

    # The applicant asks the president: one button, then none.
    citizen.open(f"/dossier?id={dossier}")
    citizen.reads("silence.step_president")
    on_the_screen(citizen)
    may_ask(citizen, 1)
    citizen.press("silence.claim")
    citizen.reads("silence.claimed", date="الأربعاء، 29 يوليوز 2026")
    may_ask(citizen, 0)
    citizen.page.get_by_text("طلب تسليم القرار لانقضاء الأجل").first.wait_for()

    # The days pass; the button of the second step is there on the day after.
    world.set_today(TOWN, "2026-07-29")
    citizen.open(f"/dossier?id={dossier}")
    may_ask(citizen, 0)
    world.set_today(TOWN, "2026-07-30")
    citizen.open(f"/dossier?id={dossier}")
    citizen.press("silence.refer")
    citizen.reads("dossier.now_silence_governor")
    on_the_screen(citizen)

    # The governor finds it on the board, writes to the president, who answers.
    governor.open("/governor")
    governor.reads("silence.stage_new")
    governor.page.locator(f"a[href*='{dossier}']").first.click()
    governor.page.wait_for_url("**/agent_dossier?id=*")
    governor.settle()
    governor.choose_act(governor.t("desk.act_ask_explanations"))
    governor.type(governor.act_field("number"), "412/CAB")
    governor.settle()
    governor.press("silence.letter_send")
    governor.reads("silence.done_letter")
    president.open(f"/agent_dossier?id={dossier}")
    president.choose_act(president.t("desk.act_explain_silence"))
    president.type(president.act_field("text"), "كان التقني في عطلة.")
    president.settle()
    president.send(president.t("silence.explain_send"), president.t("silence.confirm_explain"))
    president.reads("silence.done_explained")

    # The attestation: drawn up, read, signed with a PIN, published.
    governor.open(f"/agent_dossier?id={dossier}")
    governor.page.get_by_text("كان التقني في عطلة.").first.wait_for()
    governor.choose_act(governor.t("desk.act_attest_silence"))
    governor.send(governor.t("silence.attest_send"), governor.t("silence.confirm_attest"))
    governor.reads("silence.done_attest")
    desk.makes_a_key_and_signs(governor)
    citizen.open(f"/dossier?id={dossier}")
    citizen.reads("dossier.now_pay_attested")
    on_the_screen(citizen)
    assert "كان التقني" not in citizen.page.get_by_test_id("stMain").inner_text()

    code = world.owner.value("select data #>> '{verification,code}' from app.paper where dossier_id = %s and kind = 'attestation'", dossier)
    stranger = Walk(visitor("ar", width=390), "ar")
    stranger.open(f"/verify?code={code}")
    stranger.reads("verify.authentic")
    stranger.page.get_by_text(stranger.t("verify.kind_attestation")).first.wait_for()
