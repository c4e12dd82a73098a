"""What follows the opinions, on the screen: the president's decision, modified plans, minutes to sign and to verify."""

from datetime import timedelta

from streamlit.testing.v1 import AppTest

from components.permits.client import call
from components.ui.act_decide import months_later
from tests import building, filing, hall
from tests.hall import AGENCY, COMMUNE, PLACE, PRESIDENT, STATE
from tests.pages.conftest import ARCHITECT, PLAN
from tests.pages.screens import at_the_plans, choose, fine, html, opinion_of, press, said, t

FACADE = {"text": "Ramener l'auvent à 1,20 m", "article": "12-90 art. 50", "target": "facades", "lift_by": "le permis d'habiter"}
BACK = {"text": "Reculer la façade de 4 m", "article": "Règlement, art. 7", "target": "masse"}


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
    first = building.in_days(open_world, PLACE, 0)
    assert months_later(first.replace(month=1, day=31), 1).month == 2
    assert months_later(first.replace(month=6, day=15), 24) - first.replace(month=6, day=15) >= timedelta(days=730)


def test_nothing_of_a_decision_comes_back_in_the_next_round(open_world, open_page, dossier):
    through(open_world, dossier, member_province=("modification", [BACK]))
    app, key = at_the_president(open_page, dossier)
    app.text_area(key=f"{key}_change_text_0").set_value("Reculer la façade de 5 m").run()
    confirm_and_decide(app, "modification")
    assert not any(f"{key}_{name}" in app.session_state for name in ("kind", "changes", "change_text_0", "change_target_0"))
