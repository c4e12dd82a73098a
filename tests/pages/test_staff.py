"""The pages of the staff, run as they are on a real backend: what each shows, and what happens when a form is sent."""

import csv
import io
import uuid
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.permits import dossiers, queue
from components.permits.client import call
from components.permits.refusals import Refusal
from components.permits.texts import translate
from components.ui.session import NOT_STAFF, Session
from tests import filing

PAGES = Path(__file__).resolve().parents[2] / "pages"
COMMUNE = "Arazane"  # a commune of this file alone: other tests share the database
CLERK, INSTRUCTOR, PRESIDENT, CASHIER = (f"{role} of {COMMUNE}" for role in ("clerk", "instructor", "president", "cashier"))


@pytest.fixture
def dossier(open_world):
    return filing.deposited(open_world, "citizen Fatima", COMMUNE)


@pytest.fixture
def open_page(open_world):
    """open_page("queue", person, "ar", id=...) -> the page as that person runs it.

    In Arabic where a widget is used: AppTest asks again for the names of choices, outside the page, in the default language.
    """

    def run(page, person, lang="ar", **query):
        client = open_world.client(person)
        me = call(client, "me")
        app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
        roles = frozenset(membership["role"] for membership in me["memberships"])
        app.session_state["lang"] = lang
        app.session_state["_session"] = Session(client, me, lang, "hash of a cookie", roles=roles)
        for name, value in query.items():
            app.query_params[name] = str(value)
        return app.run()

    return run


def said(app):
    """Every text of the page, in one string."""
    headings, notices = (app.title, app.header, app.subheader), (app.info, app.warning, app.error, app.success)
    return "\n".join(element.value for kind in (*headings, *notices, app.markdown, app.caption, app.text) for element in kind)


def button(app, label):
    return next(one for one in app.button if one.label == label)


def press(app, label):
    return button(app, label).click().run()


def steal_before_the_next_act(monkeypatch, open_world, dossier):
    """Between what the page read and what it sends, a colleague reports: the real function then meets a dossier that has moved."""
    real = dossiers.act

    def late(client, *arguments):
        with open_world.acting_as(f"second instructor of {COMMUNE}") as other:
            other.call("act", p_dossier=dossier, p_action="report", p_data={"report": "Le mien", "proposal": "refusal"})
        return real(client, *arguments)

    monkeypatch.setattr(dossiers, "act", late)


def fine(app):
    assert not app.exception, app.exception[0].message
    return app


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_queue_opens_with_its_bands(open_page, dossier, lang):
    app = fine(open_page("queue", CLERK, lang))
    assert {"fr": "File des dossiers", "ar": "لائحة الملفات"}[lang] in said(app)
    assert app.button_group(key="queue_band").options


def test_a_filter_changes_the_address_and_the_address_sets_the_filter(open_page, dossier):
    app = fine(open_page("queue", CLERK))
    app.text_input(key="queue_text").set_value("Tamaloukt").run()
    assert fine(app).query_params["text"] in ("Tamaloukt", ["Tamaloukt"])
    app = fine(open_page("queue", CLERK, text="personne ne s'appelle ainsi", holder="me"))
    assert app.text_input(key="queue_text").value and app.selectbox(key="queue_holder").value == "me"
    assert "لا يوجد ملف مطابق لهذه المرشحات" in said(app)


def test_nonsense_in_the_address_is_left_out(open_page, dossier):
    app = fine(open_page("queue", CLERK, band="pink", states="MOON", commune="not-one", **{"from": "31/02/2026"}))
    assert "لا يوجد ملف مطابق" not in said(app)


def test_the_export_is_what_the_filter_shows(open_world, dossier):
    client, commune = open_world.client(CLERK), str(open_world.commune(COMMUNE))
    content, lines = queue.export(client, commune, {"text": "tamaloukt"}, "fr")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == lines + 1 == queue.page(client, commune, {"text": "tamaloukt"})["total"] + 1
    assert rows[0][0] == "Numéro" and "Permis de réfection" in rows[1]


def test_a_name_that_looks_like_a_formula_stays_text():
    assert queue.to_csv([{"a": "=1+1", "b": -3}], ["a", "b"]).decode("utf-8-sig").splitlines()[1] == "'=1+1;-3"


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_desk_shows_the_file_and_offers_the_act_of_the_step(open_page, dossier, lang):
    app = fine(open_page("agent_dossier", CLERK, lang, id=dossier))
    acts = app.radio(key="desk_act").options
    assert {"fr": "Transmettre au service de l'urbanisme", "ar": "إحالة الملف على مصلحة التعمير"}[lang] in acts


def test_transmitting_moves_the_dossier_on(open_page, open_world, dossier):
    app = fine(open_page("agent_dossier", CLERK, id=dossier))
    press(app, "إحالة الملف على مصلحة التعمير")
    assert open_world.owner.value("select step from app.dossier where id = %s", dossier) == "study"
    assert not [one for one in app.radio if one.key == "desk_act"], "what remains is to declare an interest, which nobody came for"


def test_whoever_comes_second_is_told_and_keeps_what_was_typed(open_page, open_world, dossier, monkeypatch):
    with open_world.acting_as(CLERK) as clerk:
        clerk.call("act", p_dossier=dossier, p_action="transmit")
    app = fine(open_page("agent_dossier", INSTRUCTOR, id=dossier))
    next(area for area in app.text_area if "تقرير" in area.label).set_value("Trois pages de rapport")
    next(one for one in app.selectbox if "الاقتراح" in one.label).set_value("grant")
    steal_before_the_next_act(monkeypatch, open_world, dossier)
    press(app, "رفع التقرير إلى الرئيس")
    assert "قام شخص آخر بإجراء في هذه الأثناء" in said(app)
    fine(app.run())
    assert "Trois pages de rapport" in "\n".join(code.value for code in app.code)


def test_a_decision_needs_its_confirmation(open_page, open_world, dossier):
    for person, action, data in ((CLERK, "transmit", {}), (INSTRUCTOR, "report", {"report": "Rien à signaler", "proposal": "grant"})):
        with open_world.acting_as(person) as agent:
            agent.call("act", p_dossier=dossier, p_action=action, p_data=data)
    app = fine(open_page("agent_dossier", PRESIDENT, id=dossier))
    assert button(app, "اتخاذ القرار").disabled
    next(box for box in app.checkbox if box.label.startswith("أقرر منح الرخصة")).check().run()
    press(app, "اتخاذ القرار")
    assert open_world.owner.value("select kind from app.decision where dossier_id = %s", dossier) == "grant"


def test_a_refusal_without_its_article_is_answered_with_a_sentence(open_page, open_world, dossier):
    for person, action, data in ((CLERK, "transmit", {}), (INSTRUCTOR, "report", {"report": "Façade", "proposal": "refusal"})):
        with open_world.acting_as(person) as agent:
            agent.call("act", p_dossier=dossier, p_action=action, p_data=data)
    app = fine(open_page("agent_dossier", PRESIDENT, id=dossier))
    next(area for area in app.text_area if area.label.startswith("النص")).set_value("La façade change")
    next(box for box in app.checkbox if box.label.startswith("أقرر الرفض")).check().run()
    press(app, "اتخاذ القرار")
    assert "يستند كل سبب إلى مادة قانونية" in said(fine(app))
    assert open_world.owner.value("select count(*) from app.decision where dossier_id = %s", dossier) == 0


def test_a_dossier_of_elsewhere_is_a_sentence_and_not_a_fault(open_world, dossier):
    with pytest.raises(Refusal) as said_no:
        dossiers.page(open_world.client("clerk of Aoulouz"), str(dossier))
    assert said_no.value.code == "SEEN1" and said_no.value.sentence("ar")


def test_the_clerk_opens_the_very_file_that_was_sent_and_a_look_at_identity_is_written_down(open_world):
    citizen, dossier = open_world.client("citizen Fatima"), str(filing.draft(open_world, "citizen Fatima", COMMUNE))
    content = b"%PDF-1.4 the very bytes"
    for slot in filing.SLOTS:
        key = f"{dossier}/{slot}/{uuid.uuid4()}"
        citizen.storage.from_("dossiers").upload(key, content, {"content-type": "application/pdf"})
        document = call(
            citizen, "register_document", p_dossier=dossier, p_slot=slot, p_path=key, p_file_name=f"{slot}.pdf", p_size=len(content)
        )
        filing.check(open_world, document)
    filing.deposit(open_world, "citizen Fatima", dossier)
    clerk = open_world.client(CLERK)
    identity = next(one for one in dossiers.page(clerk, dossier)["documents"] if one["identity"])
    assert dossiers.document_bytes(clerk, identity["id"], "vérifier le nom")[0] == content
    looks = open_world.owner.rows("select purpose, person_id from app.access_log where document_id = %s", identity["id"])
    assert [(look["purpose"], look["person_id"]) for look in looks] == [("vérifier le nom", open_world.person(CLERK))]


@pytest.mark.parametrize("page", ["queue", "agent_dossier", "governor", "copies", "cashier", "inspection"])
def test_pages_of_the_staff_are_closed_to_applicants(open_page, page):
    app = fine(open_page(page, "citizen Fatima", id="00000000-0000-4000-8000-000000000000"))
    assert app.warning or app.info
    assert not app.text_input and not app.selectbox


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_governor_reads_the_province_on_one_page(open_page, dossier, lang):
    app = fine(open_page("governor", "governor of Taroudannt", lang))
    assert len(app.metric) == 5 and int(app.metric[0].value.replace("\u202f", "")) >= 1


@pytest.mark.parametrize(
    ("page", "person"), [("copies", f"local authority of {COMMUNE}"), ("cashier", CASHIER), ("inspection", f"inspector of {COMMUNE}")]
)
def test_an_empty_counter_says_so(open_page, page, person):
    for lang in ("fr", "ar"):
        assert fine(open_page(page, person, lang)).info


def test_a_member_who_sat_finds_the_copy_in_the_menu_and_says_that_it_was_read(open_page, open_world, dossier):
    member = "member agency of Taroudannt"
    open_world.owner.run(
        "insert into app.copy_sent (dossier_id, recipient, due_on, sent_at) values (%s, 'member_agency', current_date, now())", dossier
    )
    app = fine(open_page("copies", member))
    press(app, translate("copies.mark_seen", "ar"))
    reader = open_world.owner.value("select seen_by from app.copy_sent where dossier_id = %s and recipient = 'member_agency'", dossier)
    assert reader == open_world.person(member)


def test_the_cashier_sees_the_formula_and_collects_once(open_page, open_world, dossier):
    owner = open_world.owner
    owner.run("update app.dossier set state = 'APPROVED_PENDING_FEES', step = 'payment', decided_at = now() where id = %s", dossier)
    owner.run(
        "insert into app.decision (dossier_id, kind, decided_at, signed_at, notified_at) values (%s, 'grant', now(), now(), now())", dossier
    )
    owner.value("select app.order_fees(%s)", dossier)
    app = fine(open_page("cashier", CASHIER))
    next(box for box in app.checkbox if box.label == "تسلمت المبلغ بالضبط.").check().run()
    press(app, "تسجيل الأداء")
    paid = "select count(*) from app.payment y join app.fee_order o on o.id = y.fee_order_id where o.dossier_id = %s"
    assert owner.value(paid, dossier) == 1
    assert "لا يوجد أي أمر بالاستخلاص في الانتظار." in said(fine(app.run()))


def test_staff_roles_are_what_the_menu_says():
    assert "clerk" not in NOT_STAFF and "architect" in NOT_STAFF


@pytest.mark.parametrize("lang, words", [("fr", "Signé par Samira Benali, certificat inconnu ici"), ("ar", "موقع من طرف Samira Benali")])
def test_the_signer_of_a_plan_is_told_to_the_clerk_and_to_the_applicant(open_page, open_world, dossier, lang, words):
    signature = '{"signed": true, "valid": true, "trusted": false, "signer": "Samira Benali", "at": null}'
    open_world.owner.run("update app.document set signature = %s::jsonb where dossier_id = %s and slot = 'title'", signature, dossier)
    for page, person in (("agent_dossier", CLERK), ("dossier", "citizen Fatima")):
        app = fine(open_page(page, person, lang, id=dossier))
        assert words in said(app) + "\n".join(element.proto.body for element in app.get("html")), page
