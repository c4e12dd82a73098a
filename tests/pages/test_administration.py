"""The pages of administrators, run as they are on a real backend: settings of a commune, holidays, the record."""

import base64
import re
import subprocess
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.permits import administration, authority
from components.permits.client import call
from components.ui import words
from components.ui.session import Session
from tests import filing

ROOT = Path(__file__).resolve().parents[2]
COMMUNE = "Tisrasse"  # a commune of this file alone: other tests share the database
ADMINISTRATOR, CLERK, PROVINCE = f"administrator of {COMMUNE}", f"clerk of {COMMUNE}", "administrator of Taroudannt province"
KEY = "set_{commune}_URB-08"


@pytest.fixture
def open_page(open_world, monkeypatch):
    """open_page("settings", person, "ar", commune=...) -> the page as that person runs it."""

    def run(page, person, lang="fr", **query):
        client = open_world.client(person)
        me = call(client, "me")
        monkeypatch.setattr(words, "DEFAULT_LANGUAGE", lang)  # AppTest names options once more outside the session
        app = AppTest.from_file(ROOT / "pages" / f"{page}.py", default_timeout=60)
        app.session_state["lang"] = lang
        roles = frozenset(membership["role"] for membership in me["memberships"])
        app.session_state["_session"] = Session(client, me, lang, "hash of a cookie", roles=roles)
        for name, value in query.items():
            app.query_params[name] = str(value)
        return app.run()

    return run


@pytest.fixture
def commune(open_world):
    """The commune, which receives the repair permit with the proposed values."""
    place = open_world.open(COMMUNE)
    open_world.owner.run("delete from app.commune_procedure where commune_id = %s", place)
    return str(filing.offer(open_world, COMMUNE))


def said(app):
    kinds = (app.title, app.header, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error, app.success, app.text)
    return "\n".join(str(getattr(element, "value", "")) + str(getattr(element, "label", "")) for kind in kinds for element in kind)


def shown_html(app):
    return "\n".join(element.proto.body for element in app.get("html"))


def fine(app):
    assert not app.exception, app.exception[0].message
    return app


def kept(open_world, commune):
    return open_world.owner.rows("select mode, settings, closed_at from app.commune_procedure where commune_id = %s", commune)[0]


def at(app, procedure="URB-08"):
    """The page of settings, at one of the procedures."""
    fine(app)
    return fine(app.radio(key="settings_procedure").set_value(procedure).run())


@pytest.mark.parametrize("lang", ["fr", "ar"])
@pytest.mark.parametrize("section", ["procedures", "opening", "contact", "acts"])
def test_each_section_opens_in_both_languages(open_page, commune, lang, section):
    app = fine(open_page("settings", ADMINISTRATOR, lang))
    fine(app.button_group(key="settings_section_True").set_value(section).run())


def test_a_clerk_has_no_page_of_settings(open_page, commune):
    app = fine(open_page("settings", CLERK))
    assert "autre fonction que la vôtre" in said(app) and not app.radio


def test_another_commune_in_the_address_is_refused_in_words(open_world, open_page, commune):
    app = fine(open_page("settings", ADMINISTRATOR, commune=open_world.commune("Aoulouz")))
    assert "autre commune" in said(app) and at(app).radio(key=f"set_{commune}_URB-08_mode").value == "online"


def test_a_value_no_text_settles_warns_until_the_commune_has_set_it(open_world, open_page, commune):
    key = KEY.format(commune=commune)
    app = at(open_page("settings", ADMINISTRATOR))
    warnings = len(app.warning)
    assert warnings == 2 and "2 valeurs à confirmer localement" in str(app.radio(key="settings_procedure").proto.captions)
    app.checkbox(key=f"{key}_retention_years_here").check().run()
    assert len(fine(app).warning) == warnings - 1
    app.button(key=f"{key}_save").click().run()
    fine(app)
    assert kept(open_world, commune)["settings"] == {"retention_years": 10}
    assert "1 valeur" not in said(app) and len(app.warning) == 1


def test_a_local_value_is_saved_and_given_back_to_the_proposed_one(open_world, open_page, commune):
    key = KEY.format(commune=commune)
    app = at(open_page("settings", ADMINISTRATOR))
    app.checkbox(key=f"{key}_flat_rate_here").check().run()
    app.number_input(key=f"{key}_flat_rate_value").set_value(450.0).run()
    assert "450,00 DH" in shown_html(app), "the trial counts with what is on the screen"
    app.radio(key=f"{key}_mode").set_value("counter").run()
    app.button(key=f"{key}_save").click().run()
    fine(app)
    assert kept(open_world, commune) == {"mode": "counter", "settings": {"flat_rate": 450}, "closed_at": None}
    app.checkbox(key=f"{key}_flat_rate_here").uncheck().run()
    app.button(key=f"{key}_save").click().run()
    assert kept(open_world, commune)["settings"] == {}


def test_a_value_out_of_bounds_gets_its_sentence_and_is_not_saved(open_world, open_page, commune):
    key = KEY.format(commune=commune)
    app = at(open_page("settings", ADMINISTRATOR, "ar"))
    app.checkbox(key=f"{key}_flat_rate_here").check().run()
    app.number_input(key=f"{key}_flat_rate_value").set_value(900.0).run()
    app.button(key=f"{key}_save").click().run()
    assert "الرسم على عمليات الإصلاح" in fine(app).error[0].value
    assert kept(open_world, commune)["settings"] == {}


def test_a_procedure_stops_after_a_question_that_says_what_goes_on(open_world, open_page, commune):
    filing.deposited(open_world, "citizen Fatima", COMMUNE)
    app = at(open_page("settings", ADMINISTRATOR))
    app.button(key="stop_URB-08").click().run()
    assert "suivent leur cours" in said(fine(app)) and kept(open_world, commune)["closed_at"] is None
    app.button(key="stop_now").click().run()
    assert kept(open_world, commune)["closed_at"] is not None
    app = at(open_page("settings", ADMINISTRATOR))
    assert "Recevoir à nouveau" in [button.label for button in app.button]


def test_a_commune_says_where_its_committee_sits_and_tries_the_tax_of_a_building(open_world, open_page, commune):
    """A choice among its own words, a table in the trial, a table of numbers by use."""
    key = KEY.format(commune=commune).replace("URB-08", "URB-03")
    app = at(open_page("settings", ADMINISTRATOR), "URB-03")
    assert "Selon la population" in said(app) and "Habitation individuelle 3" in said(app)
    assert "1 000 DH − 750 DH" in shown_html(app), "30 m² at 25 dirhams, brought up to the minimum"
    app.checkbox(key=f"{key}_sits_at_here").check().run()
    fine(app).selectbox(key=f"{key}_sits_at_value").set_value("commune").run()
    fine(app).button(key=f"{key}_save").click().run()
    fine(app)
    saved = "select settings from app.commune_procedure where commune_id = %s and procedure_code = 'URB-03'"
    assert open_world.owner.value(saved, commune) == {"sits_at": "commune"}


def test_a_contact_in_one_language_only_is_refused_at_its_fault(open_page, commune):
    app = fine(open_page("settings", ADMINISTRATOR))
    app.button_group(key="settings_section_True").set_value("contact").run()
    app.text_input(key=f"contact_{commune}_address_fr").set_value("Avenue Mohammed V")
    next(button for button in app.button if button.label == "Enregistrer").click().run()
    assert "dans les deux langues" in fine(app).error[0].value


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_holidays_are_read_by_a_commune_and_changed_by_the_province(open_page, commune, lang):
    read = fine(open_page("holidays", ADMINISTRATOR, lang))
    assert not [button for button in read.button if button.key == "add_effect"]
    assert fine(open_page("holidays", PROVINCE, lang)).button(key="add_effect")


def test_a_holiday_is_added_after_its_effect_was_told_and_the_recomputed_are_counted(open_world, open_page, commune):
    dossier = filing.deposited(open_world, "citizen Fatima", COMMUNE)
    due = open_world.owner.value("select legal_end from app.dossier where id = %s", dossier)
    app = fine(open_page("holidays", PROVINCE))
    app.date_input(key="add_day").set_value(due)
    app.text_input(key="add_name_fr").set_value("Fermeture")
    app.text_input(key="add_name_ar").set_value("تعطيل")
    app.text_input(key="add_source").set_value("décret")
    app.button(key="add_effect").click().run()
    try:
        assert "de date limite" in fine(app).warning[0].value
        assert open_world.owner.value("select legal_end from app.dossier where id = %s", dossier) == due
        app.button(key="confirm_change").click().run()
        fine(app)
        assert open_world.owner.value("select legal_end from app.dossier where id = %s", dossier) > due
        assert "recalculé" in str(app.session_state["_flash"])
    finally:
        open_world.owner.run("delete from app.holiday where day = %s and name_fr = 'Fermeture'", due)


@pytest.mark.parametrize("lang, verdict", [("fr", "est intact"), ("ar", "سليم")])
def test_the_record_of_a_dossier_is_said_to_be_sound(open_world, open_page, commune, lang, verdict):
    dossier = filing.deposited(open_world, "citizen Fatima", COMMUNE)
    number = open_world.owner.value("select number from app.dossier where id = %s", dossier)
    assert verdict in fine(open_page("record", CLERK, lang, number=number)).success[0].value
    assert open_page("record", CLERK, lang, number="0000-2026-REF-000001").warning


# What is published


@pytest.fixture
def published(tmp_path):
    """Three days, latest first, signed by an authority; and its public key."""
    folder = tmp_path / "authority"
    authority.make(folder)
    days, previous = [], ""
    for number in (1, 2, 3):
        digest = f"{number}" * 64
        line = authority.digest_line(f"2026-03-0{number}", digest)
        signature = authority.sign_digest_line(folder, line)
        days.insert(0, {"day": f"2026-03-0{number}", "heads": number, "previous": previous, "digest": digest, "signature": signature})
        previous = digest
    return days, authority.digest_public_key(folder)


def test_published_digests_are_checked_one_by_one(published):
    days, key = published
    assert set(administration.digests_state(days, key).values()) == {"sound"}
    days[1]["digest"] = "9" * 64
    assert administration.digests_state(days, key) == {
        "2026-03-03": "chain_broken",
        "2026-03-02": "wrong_signature",
        "2026-03-01": "sound",
    }
    assert set(administration.digests_state(days[2:], None).values()) == {"unchecked"}


def test_the_file_of_digests_verifies_with_openssl_alone(published, tmp_path):
    days, key = published
    content = administration.digests_text(days, key)
    (tmp_path / "cle.pem").write_text(re.search(r"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----\n", content, re.DOTALL)[0])
    line, signature = re.search(r"^(shubbak daily digest 2026-03-02 \w+)$.*?^signature (\S+)$", content, re.DOTALL | re.MULTILINE).groups()
    (tmp_path / "signature.bin").write_bytes(base64.b64decode(signature))
    command = "openssl pkeyutl -verify -pubin -inkey cle.pem -rawin -in ligne.txt -sigfile signature.bin".split()
    for signed, verdict in ((line, 0), (line.replace("02 2", "02 3"), 1)):
        (tmp_path / "ligne.txt").write_text(signed)
        assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == verdict
