"""The screens of a committee's members, of the architect and of the president, run as they are on a real backend."""

from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.permits import committee, page_image
from components.permits.client import call
from components.permits.refusals import Refusal
from components.permits.texts import format_date, translate
from components.ui.session import Session
from tests import building, filing, hall
from tests.hall import AGENCY, COMMUNE, PLACE, PRESIDENT, SECRETARY, STATE

PAGES = Path(__file__).resolve().parents[2] / "pages"
ARCHITECT = "architect Samira"
PLAN = building.plan("masse", pages=2)
FACADE = {"text": "Ramener l'auvent à 1,20 m", "article": "12-90 art. 50", "target": "facades", "lift_by": "le permis d'habiter"}
BACK = {"text": "Reculer la façade de 4 m", "article": "Règlement, art. 7", "target": "masse"}


@pytest.fixture
def dossier(open_world):
    """A house before the committee, its site plan a real file of two pages; nobody has said anything."""
    hall.people(open_world, SECRETARY, PRESIDENT, COMMUNE, STATE, AGENCY)
    dossier = building.draft(open_world, ARCHITECT, PLACE)
    for slot in building.SLOTS["URB-03"]:
        if slot != "masse":
            filing.attach(open_world, ARCHITECT, dossier, slot)
    document = building.put(open_world, ARCHITECT, dossier, "masse", PLAN)
    filing.check(open_world, document)
    open_world.owner.run("update app.document set pages = 2 where id = %s", document)
    filing.deposit(open_world, ARCHITECT, dossier)
    building.transmit(open_world, PLACE, dossier)
    return str(dossier)


@pytest.fixture
def open_page(open_world):
    """open_page("committee_desk", person, "ar", id=...) -> the page as that person runs it. state: what the browser session holds."""

    def run(page, person, lang="ar", state=None, **query):
        client = open_world.client(person)
        app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
        me = call(client, "me")
        roles = frozenset(membership["role"] for membership in me["memberships"])
        app.session_state["lang"] = lang
        app.session_state["_session"] = Session(client, me, lang, "hash of a cookie", roles=roles)
        for name, value in (state or {}).items():
            app.session_state[name] = value
        for name, value in query.items():
            app.query_params[name] = str(value)
        return fine(app.run())

    return run


def fine(app):
    assert not app.exception, app.exception[0].message
    return app


def said(app):
    headings, notices = (app.title, app.header, app.subheader), (app.info, app.warning, app.error, app.success)
    return "\n".join(str(one.value) for kind in (*headings, *notices, app.markdown, app.caption, app.text) for one in kind)


def html(app):
    return unescape("\n".join(one.body for one in app.get("html")))


def t(key, lang="ar", **values):
    return translate(key, lang, **values)


def press(app, key, lang="ar"):
    return fine(next(one for one in app.button if one.label == t(key, lang)).click().run())


def seat(world, dossier, who):
    return hall.seats(world, dossier)[hall.role_of(who)]["id"]


def opinion_of(world, dossier, who):
    return world.owner.rows("select * from app.opinion where seat_id = %s", seat(world, dossier, who))


def choose(app, key, value):
    return fine(app.radio(key=key).set_value(value).run())


def at_the_plans(dossier):
    """What the browser session holds of somebody who looks at the plans of this dossier."""
    return {"member_dossier": dossier, "member_tabs": t("committee.tab_plans")}


# -- the desk -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_a_member_reads_who_sits_and_that_there_is_one_opinion_each(open_page, dossier, lang):
    app = open_page("committee_desk", AGENCY, lang, id=dossier)
    assert t("committee.once", lang) in html(app) and t("committee.binding_help", lang) in said(app)
    assert {"fr": "Commune d'Ait Iaaza", "ar": "جماعة آيت إيعزة"}[lang] in html(app)
    assert "JC123456" not in html(app)  # personal answers stay with the agents of the file


def test_a_member_of_another_province_is_told_that_it_is_not_theirs(open_world, dossier):
    with pytest.raises(Refusal) as refusal:
        committee.desk(open_world.client("member agency of Settat"), dossier)
    assert refusal.value.code == "SEEN1"


def test_plans_come_first_and_a_page_of_one_is_drawn(open_world, open_page, dossier):
    app = open_page("committee_desk", AGENCY, state=at_the_plans(dossier), id=dossier)
    masse = next(one["id"] for one in committee.desk(open_world.client(AGENCY), dossier)["documents"] if one["slot"] == "masse")
    fine(app.selectbox(key="member_document").set_value(masse).run())
    fine(app.number_input(key=f"member_page_{masse}").set_value(2).run())
    assert (masse, 2) in app.session_state["page_pictures"]


def test_the_picture_of_a_page_has_the_shape_of_the_page():
    drawn = page_image.picture_of(PLAN, 2)
    assert drawn.content[8:12] == b"WEBP" and drawn.width == page_image.LONGEST
    assert abs(drawn.width / drawn.height - 420 / 297) < 0.01


@pytest.mark.parametrize("content", [b"%PDF-1.7 rubbish", b"no picture", b""])
def test_a_file_that_cannot_be_drawn_says_what_to_do(content):
    with pytest.raises(Refusal) as refusal:
        page_image.picture_of(content)
    assert refusal.value.code == "LOOK5"


# -- remarks --------------------------------------------------------------------------------------------------------------


def pin(app, x, y, body, audience):
    app.number_input(key="member_pin_x").set_value(x).run()
    app.number_input(key="member_pin_y").set_value(y).run()
    choose(app, "member_audience", audience)
    app.text_area(key="member_remark").set_value(body).run()
    return press(app, "committee.pin_it")


def test_typed_coordinates_place_a_remark(open_world, open_page, dossier):
    app = pin(open_page("committee_desk", AGENCY, id=dossier), 30, 45, "Le recul mesure 3,20 m.", "committee")
    remark = open_world.owner.rows("select * from app.remark where dossier_id = %s", dossier)[0]
    assert (round(remark["x"], 2), round(remark["y"], 2), remark["page"], remark["audience"]) == (0.3, 0.45, 1, "committee")
    assert "Le recul mesure 3,20 m." in said(app) and not app.text_area(key="member_remark").value


def test_an_empty_remark_is_answered_with_a_sentence(open_page, dossier):
    assert "يرجى كتابة ملاحظة" in said(press(open_page("committee_desk", AGENCY, id=dossier), "committee.pin_it"))


def test_a_private_note_is_its_authors_alone_and_may_be_thrown_away(open_world, open_page, dossier):
    app = pin(open_page("committee_desk", AGENCY, id=dossier), 10, 10, "Demander à Hassan.", "private")
    assert "Demander à Hassan." not in said(open_page("committee_desk", COMMUNE, id=dossier))
    press(app, "common.remove")
    assert open_world.owner.value("select count(*) from app.remark where dossier_id = %s", dossier) == 0


def test_the_architect_answers_each_remark_and_its_author_settles_it(open_world, open_page, dossier):
    pin(open_page("committee_desk", AGENCY, id=dossier), 50, 50, "Préciser la couleur.", "architect")
    pin(open_page("committee_desk", COMMUNE, id=dossier), 50, 50, "Entre nous.", "committee")
    theirs = open_page("dossier", ARCHITECT, id=dossier)
    assert t("dossier.now_answer_remarks") in said(theirs) and "Entre nous." not in said(theirs)
    assert "member agency" not in said(theirs)  # agents speak to applicants by their function
    remark = str(open_world.owner.value("select id from app.remark where audience = 'architect' and dossier_id = %s", dossier))
    fine(theirs.toggle(key=f"remark_show_{remark}").set_value(True).run())
    theirs.text_area(key=f"remark_answer_{remark}").set_value("Ocre.").run()
    assert t("committee.answered") in html(press(theirs, "committee.answer_send"))
    app = open_page("committee_desk", AGENCY, id=dossier)
    assert "Ocre." in said(app)
    press(app, "committee.resolve")
    assert open_world.owner.value("select resolved_at from app.remark where id = %s", remark)


def test_what_is_typed_of_a_remark_stays_when_another_plan_is_chosen(open_page, dossier):
    app = open_page("committee_desk", AGENCY, id=dossier)
    app.text_area(key="member_remark").set_value("À moitié écrit").run()
    app.selectbox(key="member_document").select_index(2).run()
    assert fine(app).text_area(key="member_remark").value == "À moitié écrit"


# -- opinions -------------------------------------------------------------------------------------------------------------


def test_an_opinion_is_kept_at_every_change_and_found_again(open_world, open_page, dossier):
    place = f"member_{seat(open_world, dossier, AGENCY)}"
    app = choose(open_page("committee_desk", AGENCY, id=dossier), f"{place}_outcome", "with_reservations")
    app.text_area(key=f"{place}_text_0").set_value("Ramener l'auvent à 1,20 m").run()
    assert opinion_of(open_world, dossier, AGENCY)[0]["items"] == [{"text": "Ramener l'auvent à 1,20 m"}]
    again = open_page("committee_desk", AGENCY, id=dossier)
    assert again.text_area(key=f"{place}_text_0").value == "Ramener l'auvent à 1,20 m"


def test_lines_outlive_a_look_at_another_outcome(open_world, open_page, dossier):
    place = f"member_{seat(open_world, dossier, AGENCY)}"
    app = choose(open_page("committee_desk", AGENCY, id=dossier), f"{place}_outcome", "modification")
    app.text_area(key=f"{place}_text_0").set_value("Reculer la façade").run()
    for outcome in ("favourable", "unfavourable", "with_reservations"):
        choose(app, f"{place}_outcome", outcome)
    assert app.text_area(key=f"{place}_text_0").value == "Reculer la façade"


def test_an_opinion_that_lacks_something_says_so_and_is_not_frozen(open_world, open_page, dossier):
    place = f"member_{seat(open_world, dossier, AGENCY)}"
    app = choose(open_page("committee_desk", AGENCY, id=dossier), f"{place}_outcome", "unfavourable")
    app.text_area(key=f"{place}_reasons").set_value("Trop haut.").run()
    assert "مادة قانونية" in said(press(app, "committee.freeze"))
    choose(app, f"{place}_outcome", "modification")
    assert t("committee.items_missing_modification") in said(press(app, "committee.freeze"))
    assert opinion_of(open_world, dossier, AGENCY)[0]["canonical"] is None


def test_the_frozen_text_is_read_before_the_pin_is_asked(open_world, open_page, dossier):
    place = f"member_{seat(open_world, dossier, AGENCY)}"
    hall.key(open_world, AGENCY)
    app = choose(open_page("committee_desk", AGENCY, id=dossier), f"{place}_outcome", "favourable")
    app.text_area(key=f"{place}_reasons").set_value("Conforme au plan.").run()
    press(app, "committee.freeze")
    frozen = opinion_of(open_world, dossier, AGENCY)[0]
    assert app.code[0].value == frozen["canonical"] and "Conforme au plan." in html(app)
    press(app, "committee.sign")
    assert t("committee.agree_first") in said(app)
    press(app, "committee.change")  # what was frozen is a draft again once a letter changes
    app.text_area(key=f"{place}_reasons").set_value("Conforme.").run()
    assert opinion_of(open_world, dossier, AGENCY)[0]["canonical"] is None


def test_whoever_has_no_key_is_led_to_make_one(open_world, open_page, dossier):
    place = f"member_{seat(open_world, dossier, AGENCY)}"
    app = choose(open_page("committee_desk", AGENCY, id=dossier), f"{place}_outcome", "favourable")
    press(app, "committee.freeze")
    assert t("signing.key_title") in said(app) and not [one for one in app.text_input if one.key == f"pin_{place.removeprefix('member_')}"]


def test_a_refused_signature_says_why_and_keeps_the_text(open_world, open_page, dossier):
    drafted = hall.draft(open_world, AGENCY, dossier, "unfavourable", reasons="Trop haut.", article="PA, art. 12")
    signature = hall.sign(open_world, AGENCY, drafted)
    assert t("committee.checking") in said(open_page("committee_desk", AGENCY, id=dossier))
    hall.judge(open_world, signature, ok=False)
    app = open_page("committee_desk", AGENCY, id=dossier)
    assert "نص آخر" in said(app)
    assert app.text_area(key=f"member_{seat(open_world, dossier, AGENCY)}_reasons").value == "Trop haut."


def test_a_given_opinion_can_be_read_by_all_and_written_by_none(open_world, open_page, dossier):
    hall.give(open_world, AGENCY, dossier, "with_reservations", items=[FACADE])
    app = open_page("committee_desk", AGENCY, id=dossier)
    assert not [one for one in app.radio if str(one.key).endswith("_outcome")]
    assert FACADE["text"] in html(open_page("committee_desk", COMMUNE, id=dossier))


def test_the_pen_of_a_body_passes_on_only_after_a_warning(open_world, open_page, dossier):
    hall.draft(open_world, AGENCY, dossier)
    app = open_page("committee_desk", f"second {AGENCY}", id=dossier)
    assert t("committee.held_by", name=AGENCY) in said(app)
    assert not [one for one in app.radio if str(one.key).endswith("_outcome")]
    press(app, "committee.take_pen")
    assert [one for one in app.radio if str(one.key).endswith("_outcome")]


# -- the secretariat ------------------------------------------------------------------------------------------------------


def test_the_secretary_seats_an_occasional_member_with_the_article(open_world, open_page, dossier):
    app = choose(open_page("committee_desk", SECRETARY, id=dossier), "member_act", "add_seat")
    place = f"member_act_{dossier}_add_seat"
    fine(app.selectbox(key=f"{place}_role").set_value("member_civil_protection").run())
    app.text_input(key=f"{place}_article_member_civil_protection").set_value("").run()
    assert "لا يشارك عضو غير دائم" in said(press(app, "committee.act_add_seat"))
    app.text_input(key=f"{place}_article_member_civil_protection").set_value("fire regulation art. 3").run()
    press(app, "committee.act_add_seat")
    assert hall.seats(open_world, dossier)["member_civil_protection"]["article"] == "fire regulation art. 3"


def test_a_minor_complement_keeps_its_working_days_when_it_is_read(open_world, open_page, dossier):
    app = choose(open_page("committee_desk", SECRETARY, id=dossier), "member_act", "ask_complement")
    place = f"member_act_{dossier}_ask_complement"
    app.multiselect(key=f"{place}_items").set_value(["notice"]).run()
    app.text_input(key=f"{place}_note_notice").set_value("La signer").run()
    next(box for box in app.checkbox if box.label == t("committee.complement_confirm")).check().run()
    press(app, "committee.act_ask_complement")
    due = "select due_on from app.request where dossier_id = %s and kind = 'minor'"
    asked = open_world.owner.value(due, dossier)
    today = building.in_days(open_world, PLACE, 0)
    assert asked == open_world.owner.value("select app.add_days(%s, 5, 'working_days')", today)
    theirs = open_page("dossier", ARCHITECT, "fr", id=dossier)
    assert "La signer" in said(theirs) and format_date(asked, "fr", "full") in said(theirs)
    assert open_world.owner.value(due, dossier) == asked
    assert open_world.owner.value("select complete_by from app.dossier where id = %s", dossier) is None  # never returned for it


def test_the_secretary_draws_the_minutes_when_the_opinions_are_in(open_world, open_page, dossier):
    for who in (COMMUNE, STATE, AGENCY):
        hall.give(open_world, who, dossier)
    app = choose(open_page("committee_desk", SECRETARY, id=dossier), "member_act", "draw_minutes")
    next(box for box in app.checkbox if box.label == t("committee.draw_confirm")).check().run()
    assert t("committee.minutes_requested") in said(press(app, "committee.act_draw_minutes"))


# -- the president --------------------------------------------------------------------------------------------------------


def at_the_president(open_page, dossier, lang="ar"):
    return open_page("agent_dossier", PRESIDENT, lang, id=dossier), f"act_{dossier}_decide:"


def confirm_and_decide(app, kind):
    next(box for box in app.checkbox if box.label == t(f"desk.confirm_{kind}")).check().run()
    return press(app, "desk.decide_send")


def decision_of(world, dossier):
    found = world.owner.rows("select * from app.decision where dossier_id = %s", dossier)
    return found[0] if found else None


def through(world, dossier, **said):
    """Every member gives an opinion (role=(outcome, items)), the minutes are sealed."""
    for who in (COMMUNE, STATE, AGENCY):
        outcome, items = said.get(hall.role_of(who), ("favourable", []))
        hall.give(world, who, dossier, outcome, items=items)
    paper = hall.minutes(world, dossier)
    for who in (COMMUNE, STATE, AGENCY):
        hall.sign_minutes(world, who, paper)
    hall.seal(world, paper)
    return paper


def test_each_reservation_is_lifted_saying_how_or_written_in(open_world, open_page, dossier):
    through(open_world, dossier, member_agency=("with_reservations", [FACADE, {"text": "Planter deux arbres"}]))
    app, key = at_the_president(open_page, dossier)
    assert app.radio(key=f"{key}_kind").value == "grant_with_reservations" and t("committee.conclusion") in html(app)
    first = next(str(one.key) for one in app.radio if str(one.key).endswith("_0_becomes"))
    choose(app, first, "lift")
    assert "يجب رفع كل تحفظ" in said(confirm_and_decide(app, "grant_with_reservations"))
    app.text_input(key=first.replace("_becomes", "_how")).set_value("Plan corrigé reçu").run()
    press(app, "desk.decide_send")
    lifted, written = decision_of(open_world, dossier)["reservations"]
    assert (lifted["lifted"], lifted["lifted_note"], written["lifted"]) == (True, "Plan corrigé reçu", False)


def test_changes_start_from_the_opinions_and_lead_to_the_slot(open_world, open_page, dossier):
    through(open_world, dossier, member_province=("modification", [BACK]))
    app, key = at_the_president(open_page, dossier)
    assert app.radio(key=f"{key}_kind").value == "modification"
    assert app.selectbox(key=f"{key}_change_target_0").value == "masse"
    app.text_area(key=f"{key}_change_text_0").set_value("Reculer la façade de 5 m").run()
    confirm_and_decide(app, "modification")
    decision = decision_of(open_world, dossier)
    assert [(line["text"], line["target"], line["article"]) for line in decision["requested"]] == [
        ("Reculer la façade de 5 m", "masse", "Règlement, art. 7")
    ]
    hall.publish(open_world, decision["id"])
    theirs = open_page("dossier", ARCHITECT, "fr", id=dossier)
    assert t("dossier.now_modify", "fr") in said(theirs) and "Reculer la façade de 5 m" in said(theirs)
    assert t("desk.clock_legal", "fr") in said(theirs) and t("desk.clock_sector", "fr") in said(theirs)


def test_a_binding_no_is_said_before_anything_is_filled_in(open_world, open_page, dossier):
    through(open_world, dossier, member_agency=("unfavourable", ()))
    app, key = at_the_president(open_page, dossier)
    assert t("roles.member_agency") in said(app)
    assert app.radio(key=f"{key}_kind").options == [t(f"desk.kind_{kind}") for kind in ("modification", "deferral", "refusal")]
    assert app.radio(key=f"{key}_kind").value == "refusal"


def test_a_deferral_has_reasons_and_an_end(open_world, open_page, dossier):
    through(open_world, dossier)
    app, key = at_the_president(open_page, dossier)
    choose(app, f"{key}_kind", "deferral")
    app.text_area(key=f"{key}_deferral_text_0").set_value("Affectation du sol non fixée").run()
    app.text_input(key=f"{key}_deferral_article_0").set_value("12-90 art. 45").run()
    assert "لتأجيل البت نهاية" in said(confirm_and_decide(app, "deferral"))
    until = building.in_days(open_world, PLACE, 90)
    app.date_input(key=f"{key}_until").set_value(until).run()
    press(app, "desk.decide_send")
    decision = decision_of(open_world, dossier)
    assert (decision["kind"], decision["effective_on"]) == ("deferral", until)
    hall.publish(open_world, decision["id"])
    assert t("dossier.now_deferred", "fr") in said(open_page("dossier", ARCHITECT, "fr", id=dossier))
    app, _ = at_the_president(open_page, dossier)
    next(box for box in app.checkbox if box.label == t("committee.resume_confirm")).check().run()
    press(app, "desk.act_resume_deferred")
    assert hall.file(open_world, dossier)["state"] == "DECISION_PENDING"


def test_typed_reasons_outlive_a_look_at_another_outcome(open_world, open_page, dossier):
    through(open_world, dossier)
    app, key = at_the_president(open_page, dossier)
    choose(app, f"{key}_kind", "refusal")
    app.text_area(key=f"{key}_refusal_text_0").set_value("Recul insuffisant").run()
    for kind in ("grant", "deferral", "refusal"):
        choose(app, f"{key}_kind", kind)
    assert app.text_area(key=f"{key}_refusal_text_0").value == "Recul insuffisant"


def test_each_outcome_is_confirmed_by_itself(open_world, open_page, dossier):
    through(open_world, dossier)
    app, key = at_the_president(open_page, dossier)
    next(box for box in app.checkbox if box.label == t("desk.confirm_grant")).check().run()
    choose(app, f"{key}_kind", "refusal")
    assert not next(box for box in app.checkbox if box.label == t("desk.confirm_refusal")).value


# -- two versions, minutes, verification ------------------------------------------------------------------------------------


def test_a_replaced_plan_stays_beside_the_one_that_took_its_place(open_world, open_page, dossier):
    through(open_world, dossier, member_province=("modification", [BACK]))
    decision = hall.decide(open_world, dossier, "modification", p_requested=[BACK])
    hall.publish(open_world, decision)
    client = open_world.client(ARCHITECT)
    newer = building.put(open_world, client, dossier, "masse", building.plan("masse corrigée"))
    older = open_world.owner.value("select id from app.document where dossier_id = %s and slot = 'masse' and version = 1", dossier)
    open_world.owner.run("update app.document set replaces = %s where id = %s", older, newer)
    open_world.owner.run("update app.document set removed_at = now() where id = %s", older)
    filing.check(open_world, newer)
    request = open_world.owner.value("select id from app.request where dossier_id = %s and kind = 'modification'", dossier)
    call(client, "answer_request", p_request=str(request))
    app = open_page("committee_desk", AGENCY, state=at_the_plans(dossier), id=dossier)
    assert app.selectbox(key="member_document").value == str(newer)  # what changed is what one comes for
    fine(app.toggle(key=f"member_compare_{newer}").set_value(True).run())
    assert {(str(older), 1), (str(newer), 1)} <= set(app.session_state["page_pictures"])
    assert t("committee.earlier") in said(app) and BACK["text"] in html(app)


def test_a_stranger_weighs_minutes_by_their_code_and_learns_no_outcome(open_world, open_page, dossier):
    paper = through(open_world, dossier, member_agency=("with_reservations", [FACADE]))
    code = open_world.owner.value("select code from app.verification where paper_id = %s", paper)
    app = asked_by_a_stranger(open_world, code)
    assert t("verify.authentic", "fr") in said(app) and "Commune d'Ait Iaaza" in html(app)
    for hidden in (FACADE["text"], t("committee.outcome_with_reservations", "fr"), AGENCY):
        assert hidden not in said(app) + html(app)
    opinion = opinion_of(open_world, dossier, COMMUNE)[0]["id"]
    open_world.owner.run("update app.opinion set outcome = 'not_concerned' where id = %s", opinion)
    app = asked_by_a_stranger(open_world, code)
    assert t("verify.opinions_changed", "fr") in said(app)
    assert "Commune d'Ait Iaaza" in "".join(one.value for one in app.error)


def asked_by_a_stranger(world, code):
    """What the page of verification shows of a code (the page itself asks for the visitor's address, which no visitor has here)."""

    def script():
        import streamlit as st

        from components.ui import verdict

        verdict.show(verdict.of_code(st.session_state["client"], st.session_state["code"], "a stranger"))

    app = AppTest.from_function(script, default_timeout=60)
    for name, value in {"lang": "fr", "client": world.client("nobody"), "code": code}.items():
        app.session_state[name] = value
    return fine(app.run())


def test_unsealed_minutes_are_unknown_to_strangers(open_world, dossier):
    for who in (COMMUNE, STATE, AGENCY):
        hall.give(open_world, who, dossier)
    code = open_world.owner.value("select code from app.verification where paper_id = %s", hall.minutes(open_world, dossier))
    assert call(open_world.client("nobody"), "verify_code", p_code=code) == {"status": "unknown"}


def test_minutes_to_sign_stand_beside_other_papers_for_members_only(open_world, open_page, dossier):
    for who in (COMMUNE, STATE, AGENCY):
        hall.give(open_world, who, dossier)
    paper = hall.minutes(open_world, dossier)
    hall.prepare(open_world, AGENCY, paper)
    app = open_page("sign", AGENCY, paper=paper)
    assert t("signing.kind_minutes") in app.selectbox(key="sign_paper").options[0]
    assert t("refusals_http.LOST1") in said(app) and not app.text_input  # a file that cannot be read is not signed
    assert t("signing.empty") in said(open_page("sign", PRESIDENT))


def test_nobody_signs_minutes_that_changed_since_they_were_shown(open_world, open_page, dossier, monkeypatch):
    for who in (COMMUNE, STATE, AGENCY):
        hall.give(open_world, who, dossier)
    paper = hall.minutes(open_world, dossier)
    shown = hall.prepare(open_world, AGENCY, paper)
    monkeypatch.setattr("components.permits.signatures.preview", lambda client, path: PLAN)  # the worker's file: tests/browser draws it
    app = open_page("sign", AGENCY, paper=paper)
    hall.sign_minutes(open_world, COMMUNE, paper)
    newer = hall.prepare(open_world, AGENCY, paper)
    assert newer["revision"] != shown["revision"]
    app.text_input(key=f"pin_{paper}").set_value("582913")
    app.checkbox(key=f"agreed_{paper}").check()
    next(one for one in app.button if one.label == t("signing.sign")).click().run()
    assert t("committee.minutes_overtaken") in said(fine(app))
    assert open_world.owner.value("select count(*) from app.seat_signature where paper_id = %s and state = 'received'", paper) == 0


def test_the_time_left_of_a_deferral_ends_with_the_month(open_world):
    from components.ui.act_decide import months_later

    first = building.in_days(open_world, PLACE, 0)
    assert months_later(first.replace(month=1, day=31), 1).month == 2
    assert months_later(first.replace(month=6, day=15), 24) - first.replace(month=6, day=15) >= timedelta(days=730)
