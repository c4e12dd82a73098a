"""The applicant's pages, run through the main script on a real backend: what they keep, what they show, what they refuse."""

from pathlib import Path
from unittest.mock import PropertyMock
from uuid import uuid4

import httpx
import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from components.permits import accounts, sessions
from components.permits.filing import Journey, draft_page, in_words, root, slot_of
from components.ui.session import COOKIE, LANGUAGE_COOKIE
from tests import filing
from tests.world import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
COMMUNE = "Ait Makhlouf"  # a commune of this file alone: other tests share the database
FATIMA = "citizen Fatima"
CLERK = f"clerk of {COMMUNE}"


@pytest.fixture
def world(open_world, backend, monkeypatch):
    monkeypatch.setenv("SUPABASE_URL", backend.url)
    monkeypatch.setenv("SUPABASE_ANON_KEY", backend.anon_key)
    return open_world


@pytest.fixture
def visit(world, monkeypatch):
    """visit("filing", person, id=...) -> the page in a browser of that person, in Arabic unless said otherwise; None: a stranger."""

    def run(page, person=None, lang="ar", **query):
        cookies = {LANGUAGE_COOKIE: lang}
        if person:
            world.person(person)
            cookies[COOKIE] = sessions.begin(accounts.sign_in(world.email(person), PASSWORD), lang)
        monkeypatch.setattr(ContextProxy, "cookies", PropertyMock(return_value=cookies))
        app = AppTest.from_file(str(ROOT / "components/ui/site.py"), default_timeout=60).run()
        for name, value in query.items():
            app.query_params[name] = str(value)
        return fine(app.switch_page(str(ROOT / "pages" / f"{page}.py")).run())

    return run


def fine(app):
    assert not app.exception, app.exception[0].message
    return app


def said(app):
    kinds = (app.title, app.header, app.subheader, app.info, app.warning, app.error, app.success, app.markdown, app.caption, app.text)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def html(app):
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def button(app, key):
    return next(one for one in app.button if one.key == key)


def kept(world, dossier):
    return world.owner.value("select answers from app.dossier where id = %s", dossier)


def row(world, dossier):
    return world.owner.rows("select * from app.dossier where id = %s", dossier)[0]


# Writing


def test_each_answer_is_kept_at_once_and_found_again_on_another_device(world, visit):
    dossier = filing.start(world, FATIMA, COMMUNE)
    app = visit("filing", FATIMA, id=dossier, screen="works")
    app.text_area(key=f"q_{dossier}_ref_desc_0").set_value("صباغة غرفتين").run()
    assert kept(world, dossier) == {"ref_desc": "صباغة غرفتين"}
    assert "حفظ بتاريخ" in said(fine(app))
    other = visit("filing", FATIMA, id=dossier, screen="works")
    assert other.text_area(key=f"q_{dossier}_ref_desc_0").value == "صباغة غرفتين"


def test_leaving_a_screen_in_the_same_moment_loses_neither_the_words_nor_the_move(world, visit):
    dossier = filing.start(world, FATIMA, COMMUNE)
    app = visit("filing", FATIMA, id=dossier, screen="works")
    app.text_area(key=f"q_{dossier}_ref_desc_0").set_value("Peinture")
    button(app, "after_works").click().run()
    assert kept(world, dossier) == {"ref_desc": "Peinture"}
    assert app.query_params["screen"] in ("declarations", ["declarations"])


def test_a_second_page_sees_the_difference_side_by_side_and_chooses(world, visit):
    dossier = filing.start(world, FATIMA, COMMUNE)
    first = visit("filing", FATIMA, id=dossier, screen="works")
    second = visit("filing", FATIMA, id=dossier, screen="works")
    first.text_area(key=f"q_{dossier}_ref_desc_0").set_value("Peinture").run()
    second.text_area(key=f"q_{dossier}_ref_desc_0").set_value("Carrelage").run()
    assert kept(world, dossier) == {"ref_desc": "Peinture"}
    assert "Peinture" in said(fine(second)) and "Carrelage" in said(second)
    button(second, "mine_ref_desc").click().run()
    assert kept(world, dossier) == {"ref_desc": "Carrelage"} and not [one for one in second.button if one.key == "mine_ref_desc"]
    first.number_input(key=f"q_{dossier}_ref_surface_0").set_value(45.0).run()
    assert first.text_area(key=f"q_{dossier}_ref_desc_1").value == "Carrelage"  # the first page shows what is kept now


def test_a_lost_connection_keeps_the_words_on_the_page_until_they_can_be_kept(world, visit, monkeypatch):
    dossier = filing.start(world, FATIMA, COMMUNE)
    app = visit("filing", FATIMA, id=dossier, screen="works")
    real = httpx.Client.send

    def cut(client, request, **rest):
        if "save_draft" in str(request.url):
            raise httpx.ConnectError("the line is down", request=request)
        return real(client, request, **rest)

    monkeypatch.setattr(httpx.Client, "send", cut)
    app.text_area(key=f"q_{dossier}_ref_desc_0").set_value("Peinture").run()
    assert kept(world, dossier) == {} and "لم يحفظ بعد" in said(fine(app))
    assert app.text_area(key=f"q_{dossier}_ref_desc_0").value == "Peinture"
    monkeypatch.setattr(httpx.Client, "send", real)
    button(app, "retry_save").click().run()
    assert kept(world, dossier) == {"ref_desc": "Peinture"}


def test_a_form_not_filled_yet_is_not_scolded_but_a_wrong_answer_is_named(world, visit):
    dossier = filing.start(world, FATIMA, COMMUNE)
    app = visit("filing", FATIMA, "fr", id=dossier, screen="applicant")
    assert "shubbak-fault" not in html(app)
    app.text_input(key=f"q_{dossier}_app_phone_0").set_value("12").run()
    assert html(fine(app)).count("shubbak-fault") == 1


def test_a_stranger_meets_a_sentence_and_not_the_draft(world, visit):
    dossier = filing.draft(world, FATIMA, COMMUNE)
    assert "Tamaloukt" not in said(visit("filing", "citizen Hassan", id=dossier))
    assert "تسجيل الدخول" in said(visit("filing", None, id=dossier))


# Documents


def test_a_file_chosen_on_the_page_is_stored_registered_and_waits_for_its_check(world, visit):
    dossier = filing.draft(world, FATIMA, COMMUNE)
    app = visit("filing", FATIMA, id=dossier, screen="documents")
    assert "5 ميغابايت" in said(app)  # limits are announced first
    app.file_uploader(key=f"upload_{dossier}_identity_0").upload("بطاقة.pdf", b"%PDF-1.4 a small file", "application/pdf").run()
    [document] = world.owner.rows("select * from app.document where dossier_id = %s", dossier)
    assert (document["slot"], document["file_name"], document["check_state"]) == ("identity", "بطاقة.pdf", "unchecked")
    assert "قيد الفحص" in said(fine(app))
    client = world.client(FATIMA)
    assert client.storage.from_("dossiers").download(document["storage_path"]) == b"%PDF-1.4 a small file"


def chooser():
    """A chooser that is not emptied, as when the run starts again before the page has drawn the next one."""
    import streamlit as st

    from components.ui import upload

    if chosen := st.file_uploader("x", key="chosen"):
        upload.send(*st.session_state["sent_to"], [chosen], None)


def test_a_file_that_arrived_is_not_sent_again_by_the_next_run(world):
    dossier, client = filing.draft(world, FATIMA, COMMUNE), world.client(FATIMA)
    page = draft_page(client, dossier)
    app = AppTest.from_function(chooser, default_timeout=60)
    app.session_state["lang"], app.session_state["sent_to"] = "ar", (client, page, slot_of(page, "photos"))
    app.run()
    app.file_uploader(key="chosen").upload("front.jpg", b"\xff\xd8\xff a small picture", "image/jpeg").run()
    fine(app.run())
    [document] = world.owner.rows("select * from app.document where dossier_id = %s", dossier)
    assert document["file_name"] == "front.jpg"


def test_a_file_over_the_limit_is_refused_before_it_is_sent(world, visit):
    dossier = filing.draft(world, FATIMA, COMMUNE)
    app = visit("filing", FATIMA, id=dossier, screen="documents")
    app.file_uploader(key=f"upload_{dossier}_identity_0").upload("scan.pdf", b"x" * (5 * 1024 * 1024 + 1), "application/pdf").run()
    assert world.owner.value("select count(*) from app.document where dossier_id = %s", dossier) == 0
    assert any("scan.pdf" in error.value for error in fine(app).error)


def test_a_refused_file_says_why_and_can_be_taken_out(world, visit):
    dossier = filing.draft(world, FATIMA, COMMUNE)
    document = filing.register(world, FATIMA, dossier, "title")
    filing.check(world, document, ok=False, code="SCAN5")
    app = visit("filing", FATIMA, "fr", id=dossier, screen="documents")
    assert "mot de passe" in html(app)
    world.owner.run("update storage.objects set version = null where name like %s", f"{dossier}/%")
    button(app, f"remove_{document}").click().run()
    assert world.owner.value("select removed_at is not null from app.document where id = %s", document)


# Check and deposit


def test_the_check_names_what_is_missing_with_its_article_and_keeps_the_deposit_shut(world, visit):
    dossier = filing.draft(world, FATIMA, COMMUNE, touches_structure=True)
    app = visit("filing", FATIMA, "fr", id=dossier, screen="check")
    assert "12-90" in html(app) and "permis de construire" in html(app)
    assert "pièce d'identité" in html(app).replace("&#x27;", "'")
    assert button(app, "deposit").disabled and "300,00 DH" in said(app)


def test_the_deposit_gives_the_receipt_at_once_in_the_words_of_the_law(world, visit):
    dossier = filing.draft(world, FATIMA, COMMUNE)
    for slot in filing.SLOTS:
        filing.attach(world, FATIMA, dossier, slot)
    app = visit("filing", FATIMA, id=dossier, screen="check")
    button(app, "deposit").click().run()
    fine(app)
    found = row(world, dossier)
    assert found["state"] == "DEPOSITED" and "ملف مودع" in said(app)
    assert found["number"] in html(app) and found["tracking_code"] in html(app)


@pytest.mark.parametrize(("lang", "words"), [("fr", "Dossier en cours de dépôt"), ("ar", "ملف في طور الإيداع")])
def test_an_incomplete_deposit_says_so_and_lists_what_to_bring(world, visit, lang, words):
    dossier = filing.deposited(world, FATIMA, COMMUNE, slots=("identity", "title"))
    app = visit("dossier", FATIMA, lang, id=dossier, new="1")
    assert words in said(app) and [one.key for one in app.get("file_uploader")] == [f"upload_{dossier}_photos_0"]


def test_the_missing_paper_completes_the_file_in_place(world, visit):
    dossier = filing.deposited(world, FATIMA, COMMUNE, slots=("identity", "title"))
    app = visit("dossier", FATIMA, id=dossier)
    filing.attach(world, FATIMA, dossier, "photos")
    [request] = world.owner.rows("select id from app.request where dossier_id = %s", dossier)
    button(app, f"answer_{request['id']}").click().run()
    assert row(world, dossier)["state"] == "DEPOSITED" and not fine(app).get("file_uploader")


# Afterwards


def test_a_request_of_the_commune_is_answered_where_it_is_shown(world, visit):
    dossier = filing.deposited(world, FATIMA, COMMUNE)
    with world.acting_as(CLERK) as clerk:
        clerk.call("act", p_dossier=dossier, p_action="transmit")
    with world.acting_as(f"instructor of {COMMUNE}") as instructor:
        items = [{"target": "ref_desc", "action": "clarify", "reason": "unclear_works", "note": "أي غرف؟"}]
        request = instructor.call("ask_applicant", p_dossier=dossier, p_kind="information", p_items=items)
    app = visit("dossier", FATIMA, id=dossier)
    assert "أي غرف؟" in said(app)
    told = world.owner.rows("select told_at, due_on from app.request where id = %s", request)[0]
    assert told["told_at"] is not None and told["due_on"] is not None  # seeing it is the proof
    app.text_area(key=f"q_{dossier}_ref_desc_0").set_value("غرفتان في الطابق الأول").run()
    button(fine(app), f"answer_{request}").click().run()
    assert world.owner.value("select closed_as from app.request where id = %s", request) == "answered"
    assert row(world, dossier)["state"] == "IN_STUDY"


def test_my_dossiers_puts_what_waits_for_me_first(world, visit):
    person = f"citizen Rachid {uuid4().hex[:6]}"
    filing.deposited(world, person, COMMUNE)
    filing.draft(world, person, COMMUNE)
    headers = [header.value for header in visit("my_dossiers", person, "fr").header]
    assert headers == ["À faire par vous (1)", "Chez l'administration (1)"]


def test_withdrawing_closes_the_dossier(world, visit):
    dossier = filing.deposited(world, FATIMA, COMMUNE)
    app = visit("dossier", FATIMA, id=dossier)
    button(app, "withdraw_yes").click().run()
    assert row(world, dossier)["state"] == "WITHDRAWN" and not [one for one in fine(app).button if one.key == "withdraw_yes"]


def test_tracking_shows_the_state_and_no_name(world, visit):
    dossier = filing.deposited(world, FATIMA, COMMUNE)
    found = row(world, dossier)
    app = visit("track", None, number=found["number"], code=found["tracking_code"])
    assert "ملف مودع" in said(app) or "ملف مودع" in html(app) or found["number"] in said(app)
    assert "Fatima" not in said(app) + html(app) and "فاطمة" not in said(app) + html(app)
    wrong = visit("track", None, number=found["number"], code="00000000")
    assert "غير متطابقين" in said(wrong)


def test_a_person_served_at_the_counter_takes_the_dossier_over_on_the_tracking_page(world, visit):
    dossier = filing.deposited(world, CLERK, COMMUNE, channel="counter")
    found = row(world, dossier)
    app = visit("track", "citizen Aicha", number=found["number"], code=found["tracking_code"])
    button(app, "claim").click().run()
    assert world.owner.value("select person_id from app.party where dossier_id = %s", dossier) == world.person("citizen Aicha")


def test_the_link_of_a_mail_gives_the_owner_the_same_draft(world, visit):
    dossier = filing.draft(world, "architect Younes", COMMUNE)
    with world.acting_as("architect Younes") as architect:
        architect.call("add_party", p_dossier=dossier, p_email=world.email(FATIMA))
    code = world.owner.value("select data ->> 'code' from app.outbox where dossier_id = %s and template = 'claim'", dossier)
    app = visit("claim", FATIMA, dossier=dossier, code=code)
    button(app, "accept").click().run()
    assert (
        world.owner.value("select quality from app.party where dossier_id = %s and person_id = %s", dossier, world.person(FATIMA))
        == "owner"
    )
    assert "غير صالح" in said(visit("claim", "citizen Hassan", dossier=dossier, code=code).button(key="accept").click().run())


# Catalogue and counter


def test_the_catalogue_says_what_to_bring_and_leads_a_stranger_to_a_session(world, visit):
    place = filing.offer(world, COMMUNE)
    app = visit("catalogue", None, "fr", commune=place, procedure="URB-08")
    assert "Photographies avant travaux" in said(app) and "10 jours ouvrables" in html(app)
    assert "ouvrez une session" in said(app) and not [one for one in app.button if one.key == "start"]


def test_the_catalogue_opens_one_draft_for_a_citizen(world, visit):
    place = filing.offer(world, COMMUNE)
    person = f"citizen Salma {uuid4().hex[:6]}"
    app = visit("catalogue", person, commune=place, procedure="URB-08")
    button(app, "start").click().run()
    assert world.owner.value("select count(*) from app.dossier where filed_by = %s", world.person(person)) == 1
    assert "صاحب الطلب" in said(fine(app))  # the first screen of the form


@pytest.mark.parametrize(("mode", "words"), [("counter", "au guichet"), ("paper_register", "sur papier")])
def test_a_commune_without_online_filing_sends_to_its_counter(world, visit, mode, words):
    place = filing.offer(world, "Freija", mode)
    app = visit("catalogue", FATIMA, "fr", commune=place, procedure="URB-08")
    assert words in said(app) and not [one for one in app.button if one.key == "start"]


def test_a_clerk_starts_a_request_at_the_counter_and_a_citizen_cannot_open_the_counter(world, visit):
    filing.offer(world, COMMUNE)
    app = visit("counter", CLERK)
    button(app, "start").click().run()
    fine(app)
    assert (
        world.owner.value("select channel from app.dossier where filed_by = %s order by created_at desc limit 1", world.person(CLERK))
        == "counter"
    )
    assert not [one for one in visit("counter", FATIMA).button if one.key == "start"]


# The way through a form, without a screen


def page_of(world, dossier):
    with world.acting_as(FATIMA) as fatima:
        return fatima.call("draft_page", p_dossier=dossier)


def test_a_journey_knows_what_is_done_what_comes_next_and_when_the_deposit_opens(world):
    journey = Journey(page_of(world, filing.draft(world, FATIMA, COMMUNE)))
    assert journey.ids == ["applicant", "mandate", "land", "works", "declarations", "documents", "people", "check"]
    assert [screen.status for screen in journey.screens[:6]] == ["done"] * 5 + ["empty"]
    assert journey.screen(None).id == "documents" and not journey.may_deposit
    assert (journey.before("applicant"), journey.after("works"), journey.after("check")) == (None, "declarations", None)


def test_a_journey_follows_the_answers(world):
    page = page_of(world, filing.draft(world, FATIMA, COMMUNE, app_quality="tenant", land_consent=True))
    assert "owner_agreement" in [slot["slot"] for slot in Journey(page).slots]


def test_a_fault_in_a_cell_belongs_to_its_table():
    assert (root("rooms[2].area"), root("rooms"), root("a.b")) == ("rooms", "rooms", "a")


def test_answers_are_shown_in_words():
    choice = {"type": "choice", "options": [{"value": "owner", "label": {"fr": "Propriétaire", "ar": "مالك"}}]}
    assert in_words(choice, "owner", "ar") == "مالك"
    assert in_words({"type": "yes_no"}, False, "fr") == "Non"
    assert in_words({"type": "text"}, None, "fr") == "Sans réponse"
    assert in_words(choice | {"type": "choices"}, ["owner", "other"], "fr") == "Propriétaire, other"
