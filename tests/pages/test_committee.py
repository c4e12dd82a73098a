"""A member's desk and the secretariat's acts on it, run as they are on a real backend; the architect's answers."""

import pytest

from components.permits import committee, page_image
from components.permits.client import call
from components.permits.refusals import Refusal
from components.permits.texts import format_date
from tests import building, hall
from tests.hall import AGENCY, COMMUNE, PLACE, SECRETARY, STATE
from tests.pages.conftest import ARCHITECT, PLAN
from tests.pages.screens import at_the_plans, choose, fine, html, opinion_of, press, said, seat, t

FACADE = {"text": "Ramener l'auvent à 1,20 m", "article": "12-90 art. 50", "target": "facades", "lift_by": "le permis d'habiter"}


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


def test_a_message_of_the_committee_stays_unread_until_its_thread_is_in_sight(open_world, open_page, dossier):
    call(open_world.client(SECRETARY), "post_message", p_dossier=dossier, p_thread="committee", p_body="La séance est avancée.")
    badge = t("committee.unread", count=1)
    assert badge in said(open_page("committee_desk", AGENCY, id=dossier)) and badge in said(open_page("committee_desk", AGENCY, id=dossier))
    open_page("committee_desk", AGENCY, state=at_the_plans(dossier) | {"member_tabs": t("committee.tab_exchanges")}, id=dossier)
    assert badge not in said(open_page("committee_desk", AGENCY, id=dossier))


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


def test_a_run_writes_nothing_over_what_is_being_typed(open_world, open_page, dossier):
    place = f"member_{seat(open_world, dossier, AGENCY)}"
    app = choose(open_page("committee_desk", AGENCY, id=dossier), f"{place}_outcome", "with_reservations")
    app.text_area(key=f"{place}_text_0").set_value("Reculer la façade").run()
    app.run()
    boxes = [one for one in [*app.text_area, *app.text_input] if str(one.key).startswith(place)]
    assert len(boxes) > 3 and not [one.key for one in boxes if one.proto.set_value]


def test_a_choice_that_was_emptied_stays_empty_after_a_look_at_another_outcome(open_world, open_page, dossier):
    place = f"member_{seat(open_world, dossier, AGENCY)}"
    app = choose(open_page("committee_desk", AGENCY, id=dossier), f"{place}_outcome", "with_reservations")
    for chosen in ("masse", None):  # chosen, then its cross
        app.session_state[f"{place}_target_0"] = chosen
        fine(app.run())
    for outcome in ("favourable", "with_reservations"):
        choose(app, f"{place}_outcome", outcome)
    assert app.session_state[f"{place}_target_0"] is None


def test_an_opinion_that_lacks_something_says_so_and_is_not_frozen(open_world, open_page, dossier):
    place = f"member_{seat(open_world, dossier, AGENCY)}"
    app = choose(open_page("committee_desk", AGENCY, id=dossier), f"{place}_outcome", "unfavourable")
    app.text_area(key=f"{place}_reasons").set_value("Trop haut.").run()
    assert "المادة القانونية" in said(press(app, "committee.freeze"))
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
    app.text_area(key=f"{place}_reasons").set_value("Conforme.").run()
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
