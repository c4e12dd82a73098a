"""What goes wrong in real life: two tabs, a lost session, a lost connection, a killed site, a double click, two agents at once."""

import os
import signal
import time
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from components.local import launch
from components.permits import sessions
from tests import filing
from tests.backend import reachable_directory
from tests.browser import desk
from tests.browser.conftest import free_port, settle, start_site
from tests.browser.walking import Walk
from tests.world import World

# Marks the boxes of the form, and counts those still marked: one that was drawn anew is not.
STAND = """() => [...document.querySelectorAll('[data-testid=stMain] [class*=st-key-q_] :is(input, textarea, button)')]
  .map((one) => { one.dataset.stood = '1'; }).length"""
STANDING = "() => document.querySelectorAll('[data-stood]').length"
TOWN = "Tazemmourt"  # a commune of this file alone


@pytest.fixture
def writing(visitor, open_world):
    """writing("citizen X") -> (walk, dossier): somebody in the middle of a form, on the screen of the works."""

    def make(name):
        dossier = filing.draft(open_world, name, TOWN)
        walk = Walk(visitor("fr"), "fr")
        walk.sign_in(open_world.email(name))
        walk.open(f"/filing?id={dossier}&screen=works")
        return walk, dossier

    return make


def description(walk, dossier):
    return walk.box(f"q_{dossier}_ref_desc_0").locator("textarea")


def kept(world, dossier, name="ref_desc"):
    return world.owner.value("select answers ->> %s from app.dossier where id = %s", name, dossier)


def writes(walk, dossier, text):
    walk.type(walk.box(f"q_{dossier}_ref_desc_0"), text)
    walk.settle()


def eventually(walk, check):
    """Wait with the browser, not in spite of it: its lost line runs through this process, and a sleep here would hold it up."""
    for _ in range(100):
        if check():
            return
        walk.page.wait_for_timeout(100)
    assert check()


def test_two_tabs_on_one_draft_the_second_sees_the_difference(writing, open_world):
    first, dossier = writing("citizen Two Tabs")
    second = Walk(first.page.context.new_page(), "fr")
    second.open(f"/filing?id={dossier}&screen=works")
    writes(first, dossier, "Peinture des chambres.")
    first.reads("filing.saved_at", at="")
    writes(second, dossier, "Carrelage de la cour.")
    second.reads("filing.yours")
    assert kept(open_world, dossier) == "Peinture des chambres.", "nothing is overwritten in silence"
    second.press("filing.keep_mine")
    eventually(second, lambda: kept(open_world, dossier) == "Carrelage de la cour.")


def test_a_kept_answer_draws_no_other_question_anew(visitor, open_world):
    """Whoever goes on while an answer is being kept types into a box that stays, and presses what does not move away."""
    dossier, walk = filing.start(open_world, "citizen Hasty", TOWN), Walk(visitor("fr", 390), "fr")
    walk.sign_in(open_world.email("citizen Hasty"))
    walk.open(f"/filing?id={dossier}&screen=applicant")
    for screen, first in (("applicant", "app_address"), ("land", "land_address")):
        walk.box(f"q_{dossier}_{first}_0").wait_for()
        walk.settle()
        stood = walk.page.evaluate(STAND)
        assert stood > 5
        walk.type(walk.box(f"q_{dossier}_{first}_0"), "Ouchen")
        eventually(walk, lambda first=first: first in open_world.owner.value("select answers from app.dossier where id = %s", dossier))
        walk.settle()
        assert walk.page.evaluate(STANDING) == stood, screen
        desk.go_on(walk)  # to the mandate, whose questions are two, and beyond
        desk.go_on(walk)


def test_a_session_that_ends_in_mid_form_loses_nothing_that_was_kept(writing, open_world):
    walk, dossier = writing("citizen Lapsed")
    writes(walk, dossier, "Peinture du salon.")
    eventually(walk, lambda: kept(open_world, dossier) == "Peinture du salon.")
    open_world.owner.run("delete from app.site_session where person_id = %s", open_world.person("citizen Lapsed"))
    writes(walk, dossier, "Peinture du salon et de la cuisine.")
    walk.reads("refusals_http.SESS1")
    walk.sign_in(open_world.email("citizen Lapsed"))
    walk.open(f"/filing?id={dossier}&screen=works")
    assert description(walk, dossier).input_value() == "Peinture du salon."


def test_many_tabs_renew_their_tokens_and_nobody_is_signed_out(visitor, open_world, backend, monkeypatch):
    monkeypatch.setenv("SUPABASE_URL", backend.url)
    monkeypatch.setenv("SUPABASE_ANON_KEY", backend.anon_key)
    name = "citizen Many Tabs"
    open_world.person(name)
    walk = Walk(visitor("fr"), "fr")
    walk.sign_in(open_world.email(name))
    cookie = next(one["value"] for one in walk.page.context.cookies() if one["name"] == "shubbak_session")
    held = sessions.read(cookie)
    old = sessions.seal(cookie, replace(held.tokens, expires_at=int(time.time()) - 5))
    open_world.owner.run("update app.site_session set sealed = %s where id_hash = %s", old, held.id_hash)
    tabs = [walk.page.context.new_page() for _ in range(4)]
    for tab in tabs:
        tab.goto("/account", wait_until="commit")  # all at once
    for tab in tabs:
        tab.get_by_role("heading", name=walk.t("shell.page_account")).wait_for()
    newer = sessions.read(cookie)
    assert newer.generation == held.generation + 2, "one tab claimed and renewed, the others read its tokens"
    assert newer.tokens.refresh != held.tokens.refresh


def test_a_lost_connection_says_so_and_what_was_typed_is_kept_when_it_returns(writing, open_world):
    walk, dossier = writing("citizen Offline")
    lines, cut = [], []

    def line(socket):
        if cut:
            return socket.close()
        lines.append((socket, socket.connect_to_server()))

    walk.page.route_web_socket("**/_stcore/stream", line)
    walk.page.reload()
    settle(walk.page)
    description(walk, dossier).fill("Écrit sans connexion.")
    cut.append(True)
    for near, far in lines:
        far.close()
        near.close()
    walk.page.get_by_text("Connexion interrompue.").first.wait_for()
    cut.clear()
    walk.page.get_by_text("Connexion interrompue.").first.wait_for(state="hidden", timeout=60_000)
    eventually(walk, lambda: kept(open_world, dossier) == "Écrit sans connexion.")  # nobody had to press anything
    settle(walk.page)
    assert description(walk, dossier).input_value() == "Écrit sans connexion."
    walk.page.locator("[class*='st-key-after_'] button").click()
    walk.page.wait_for_url("**screen=declarations")
    assert kept(open_world, dossier) == "Écrit sans connexion."


def test_a_double_click_on_deposit_acts_once(visitor, open_world):
    name = "citizen Double"
    dossier = filing.draft(open_world, name, TOWN)
    for slot in filing.SLOTS:
        filing.attach(open_world, name, dossier, slot)
    walk = Walk(visitor("fr"), "fr")
    walk.sign_in(open_world.email(name))
    walk.open(f"/filing?id={dossier}&screen=check")
    walk.box("deposit").get_by_role("button").dblclick()
    walk.page.wait_for_url("**/dossier?id=*")
    settle(walk.page)
    walk.reads("dossier.received_complete")
    deposits = open_world.owner.value("select count(*) from app.event where dossier_id = %s and kind = 'deposited'", dossier)
    assert deposits == 1
    assert open_world.owner.value("select count(*) from app.paper where dossier_id = %s and kind = 'receipt'", dossier) == 1


def test_two_agents_at_once_the_second_reads_why_and_keeps_the_text(visitor, open_world):
    dossier = filing.deposited(open_world, "citizen Twice", TOWN)
    desks = []
    for name in (f"clerk of {TOWN}", f"second clerk of {TOWN}"):
        open_world.person(name)
        desk = Walk(visitor("fr"), "fr")
        desk.sign_in(open_world.email(name))
        desk.open(f"/agent_dossier?id={dossier}")
        desks.append(desk)
    for document in open_world.owner.rows("select id from app.document where dossier_id = %s", dossier):
        with open_world.acting_as(f"clerk of {TOWN}") as clerk:
            clerk.call("set_verdict", p_document=document["id"], p_verdict="conform")
    first, second = desks
    first.open(f"/agent_dossier?id={dossier}")
    second.open(f"/agent_dossier?id={dossier}")
    words = "Transmettre au service de l'urbanisme"
    first.send(words)
    first.reads("desk.done_act", act=words)
    second.send(words)
    second.reads("desk.moved_meanwhile")
    second.settle()
    expect(second.page.get_by_role("button", name=words)).to_have_count(0)


def test_what_was_kept_survives_the_kill_of_the_site_and_of_the_backend(browser, tmp_path):
    """A backend and a site of their own: they are killed in mid-form, as a power cut does."""
    with reachable_directory(tmp_path) as directory:
        port, backend_port = free_port(), free_port()
        backend = launch.start(directory / "home", port=backend_port)
        site = start_site(backend, port)
        world = World(backend, committed=True)
        try:
            dossier = filing.draft(world, "citizen Power", TOWN)
            context = browser.new_context(base_url=f"http://127.0.0.1:{port}", locale="fr-FR")
            walk = Walk(context.new_page(), "fr")
            walk.page.site = f"http://127.0.0.1:{port}"
            walk.sign_in(world.email("citizen Power"))
            walk.open(f"/filing?id={dossier}&screen=works")
            writes(walk, dossier, "Écrit avant la coupure.")
            eventually(walk, lambda: kept(world, dossier) == "Écrit avant la coupure.")
            world.close()
            world = None

            os.killpg(backend.process.pid, signal.SIGKILL)  # the service and what it started
            backend.process.wait()
            writes(walk, dossier, "Écrit pendant la panne du service.")
            walk.reads("filing.not_saved")
            backend = launch.start(directory / "home", port=backend_port)
            walk.press("shell.retry")
            walk.page.get_by_text(walk.t("filing.not_saved")).first.wait_for(state="hidden")
            world = World(backend, committed=True)
            eventually(walk, lambda: kept(world, dossier) == "Écrit pendant la panne du service.")

            site.kill()
            site.wait()
            site = start_site(backend, port)
            walk.open(f"/filing?id={dossier}&screen=works")
            assert description(walk, dossier).input_value() == "Écrit pendant la panne du service."
            context.close()
        finally:
            site.kill()
            site.wait()
            if world:
                world.close()
            backend.stop()
