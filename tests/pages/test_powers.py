"""The page of the register of powers, run as it is on a real backend: what it shows, warns of, enters and ends."""

import csv
import io
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.permits import client as api
from components.permits import powers
from components.permits.client import call
from components.permits.texts import translate
from components.ui.session import Session
from tests.rules.powers_town import CLERK, DELEGATE, GOVERNOR, PRESIDENT, SECOND, Town, days

PAGES = Path(__file__).resolve().parents[2] / "pages"
PLACES = iter(("Assads", "Argana", "Bigoudine", "Imilmaiss", "Eddir", "Issen", "Lamnizla", "Talmakante"))  # communes of this file alone


@pytest.fixture
def town(open_world):
    made = Town(open_world, next(PLACES))
    for words in (PRESIDENT, DELEGATE, SECOND, CLERK):
        made.person(words)
    yield made
    made.leave()


@pytest.fixture
def open_page(town):
    """open_page(PRESIDENT) -> the page of the town's register as that person runs it, in Arabic."""

    def run(words, page="powers", body=None):
        client = town.world.client(town.who(words))
        me = call(client, "me")
        app = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=60)
        app.session_state["lang"] = "ar"
        app.session_state["_session"] = Session(
            client, me, "ar", "hash of a cookie", roles=frozenset(membership["role"] for membership in me["memberships"])
        )
        app.query_params["body"] = str(body or town.office)
        return app.run()

    return run


def t(key, **values):
    return translate(key, "ar", **values)


def said(app):
    assert not app.exception, app.exception
    notices = (app.title, app.header, app.subheader, app.info, app.warning, app.error, app.success, app.markdown, app.caption)
    return "\n".join([element.value for kind in notices for element in kind] + [html.proto.body for html in app.get("html")])


def choose(app, act):
    control = next(one for one in app.get("button_group") if str(one.key).startswith("powers_act"))
    return control.set_value(act).run()


def button(app, label):
    return next(one for one in app.button if one.label == label)


def agree(app):
    return next(one for one in app.checkbox if one.label == t("powers.agree")).check().run()


def field(app, end):
    """The widget whose key ends so."""
    widgets = [*app.text_input, *app.selectbox, *app.date_input, *app.multiselect]
    return next(one for one in widgets if str(one.key).startswith("power_") and str(one.key).endswith(end))


def test_the_page_asks_once_and_says_who_signs_and_why(town, open_page, monkeypatch):
    town.delegation(SECOND, procedures=["URB-08"])
    asked = []
    real = api.call
    monkeypatch.setattr(powers, "call", lambda client, function, **params: (asked.append(function), real(client, function, **params))[1])
    app = open_page(CLERK)
    text = said(app)
    assert asked == ["powers_page"]
    assert town.who(PRESIDENT) in text and t("powers.state_holds") in text and "113.14" in text
    assert t("powers.state_undelegated") in text and "12/2026" in text
    assert t("powers.key_none") in text
    assert t("powers.nothing_to_enter") in text, "a clerk reads the register and enters nothing"


def test_an_absence_is_entered_only_after_its_warning(town, open_page):
    town.decide(PRESIDENT, town.dossier())
    app = choose(open_page(PRESIDENT), "absence")
    warning = app.warning[0].value
    assert town.who(PRESIDENT) in warning and t("powers.warn_waiting", count=1) in warning
    assert button(app, t("powers.send_absence")).disabled
    app = agree(app)
    app = button(app, t("powers.send_absence")).click().run()
    assert "LEAV8" not in app.error[0].value and "رقم وتاريخ" in app.error[0].value, "without an order"
    field(app, "_order_no").set_value("7/2026")
    app = button(app.run(), t("powers.send_absence")).click().run()
    text = said(app)
    assert t("powers.state_absent") in text and t("powers.state_deputy") in text and "7/2026" in text
    absence = town.world.owner.rows("select * from app.absence where organisation_id = %s", town.office)
    assert [(one["person_id"], one["deputy_id"], one["valid_to"]) for one in absence] == [
        (town.person(PRESIDENT), town.person(DELEGATE), days(14))
    ]


def test_ending_an_act_says_what_it_takes_away(town, open_page):
    given = town.delegation(SECOND)
    app = open_page(PRESIDENT)
    app = next(one for one in app.selectbox if one.key == "powers_end").select_index(0).run()
    assert t("powers.warn_end_delegation", name=town.who(SECOND)) in app.warning[0].value
    app = button(agree(app), t("powers.end_delegation")).click().run()
    assert t("powers.is_revoked") in said(app)
    assert town.count("delegation", "id = %s and revoked_by = %s", given, town.person(PRESIDENT)) == 1


def test_the_governor_declares_a_vacancy_and_names_who_acts(town, open_page):
    app = open_page(GOVERNOR)
    assert t("powers.warn_vacancy", name=town.who(PRESIDENT)) in app.warning[0].value
    app = button(agree(app), t("powers.send_vacancy")).click().run()
    assert t("powers.alarm", office=t("people.role_president"), date="2 مارس 2026") in [one.value for one in app.error]
    board = open_page(GOVERNOR, page="governor")
    assert any(town.name_ar() in one.value for one in board.error), "the alarm stands on the board"
    field(app, "_text").set_value("قرار العامل")
    field(app, "_order_no").set_value("3/G")
    app = button(app.run(), t("powers.send_acting")).click().run()
    assert t("powers.state_interim") in said(app) and t("powers.alarm_acting", office=t("people.role_president"), date="2 مارس 2026",
                                                        name=town.who(DELEGATE)) in [one.value for one in app.warning]  # fmt: skip


def test_a_delegation_and_a_recusal_are_entered(town, open_page):
    dossier = town.dossier()
    app = open_page(PRESIDENT)
    field(app, "_order_no").set_value("12/2026")
    app = button(app.run(), t("powers.send_delegate")).click().run()
    assert town.count("delegation", "commune_id = %s and given_by = %s", town.commune, town.person(PRESIDENT)) == 1
    app = choose(app, "recuse")
    field(app, "_number").set_value(town.world.owner.value("select number from app.dossier where id = %s", dossier))
    field(app, "_reason").set_value("شريك صاحب الطلب")
    people = field(app, "_person")
    app = people.select_index([town.who(CLERK) in option for option in people.options].index(True)).run()
    app = button(agree(app), t("powers.send_recuse")).click().run()
    assert town.count("declared_interest", "dossier_id = %s and person_id = %s", dossier, town.person(CLERK)) == 1


def test_a_body_of_somebody_else_is_refused_and_ones_own_shown(town, open_page):
    elsewhere = town.world.organisation("president", "Aoulouz")
    app = open_page(PRESIDENT, body=elsewhere)
    assert app.error and town.who(PRESIDENT) in said(app)


def test_the_file_holds_what_the_table_shows_in_the_readers_language(town):
    town.delegation(SECOND, procedures=["URB-08"])
    town.absence(p_reason="=Formation")
    page = powers.register(town.world.client(town.who(PRESIDENT)), town.office)
    titles = {"URB-08": "رخصة الإصلاح"}
    live = powers.chosen(page["register"], [], True)
    lines = list(csv.reader(io.StringIO(powers.register_csv(live, titles, "ar").decode("utf-8-sig")), delimiter=";"))
    assert lines[0][0] == t("powers.column_act") and len(lines) == len(live) + 1
    by_kind = {line[0]: line for line in lines[1:]}
    assert by_kind[t("powers.kind_delegation")][-1] == "رخصة الإصلاح"
    absence = by_kind[t("powers.kind_absence")]
    assert absence[-1] == "'=Formation", "no formula for a spreadsheet"
    assert "7/2026 · 02/03/2026" in absence and town.who(DELEGATE) in absence
    assert powers.chosen(page["register"], ["absence"], False) == [line for line in page["register"] if line["kind"] == "absence"]


def test_a_members_of_the_register_tell_people_in_their_own_words(town, open_page):
    town.absence()
    app = open_page(DELEGATE, page="notices")
    assert any(town.who(PRESIDENT) in one.value and "2 مارس 2026" in one.value for one in app.text)
