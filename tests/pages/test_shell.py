"""The frame without a browser: pages open for everybody who may, in both languages; guards; addresses; sealed sessions; texts."""

import re
from pathlib import Path
from unittest.mock import PropertyMock

import pytest
import yaml
from cryptography.exceptions import InvalidTag
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from components.permits import accounts, sessions, texts
from components.permits.accounts import Tokens
from components.permits.refusals import Refusal, refusal_of_ours
from components.ui import map_field, routes, site
from components.ui.session import COOKIE, LANGUAGE_COOKIE, guess_language
from components.ui.style import first_html
from tests.world import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(file.stem for file in (ROOT / "pages").glob("*.py"))
# Pages that make sense only with something chosen elsewhere still have to open and say so.
CLERK, CITIZEN = "clerk of Ait Iaaza", "citizen Fatima"


@pytest.fixture
def screen(backend, monkeypatch):
    """screen("account", "fr", cookie) -> the page as it was run, through the main script."""
    monkeypatch.setenv("SUPABASE_URL", backend.url)
    monkeypatch.setenv("SUPABASE_ANON_KEY", backend.anon_key)

    def run(name: str, language: str, cookie: str = "") -> AppTest:
        cookies = {LANGUAGE_COOKIE: language} | ({COOKIE: cookie} if cookie else {})
        monkeypatch.setattr(ContextProxy, "cookies", PropertyMock(return_value=cookies))
        screen = AppTest.from_file(str(ROOT / "components/ui/site.py"), default_timeout=30)
        screen.run()
        screen.switch_page(str(ROOT / "pages" / f"{name}.py"))
        return screen.run()

    return run


@pytest.fixture
def cookie(open_world, screen):
    """cookie("clerk of Ait Iaaza") -> the cookie of a browser in which that person signed in."""

    def enter(name: str, language: str = "fr") -> str:
        open_world.person(name)
        return sessions.begin(accounts.sign_in(open_world.email(name), PASSWORD), language)

    return enter


def words(screen: AppTest) -> str:
    return " ".join(
        str(element.value) for kind in ("title", "markdown", "warning", "info", "error", "success") for element in screen.get(kind)
    )


# Pages


def test_every_page_has_its_place_in_the_table():
    assert set(PAGES) <= {entry.file for entry in site.PAGES}


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_a_stranger_or_asks_for_a_session(screen, name, language):
    shown = screen(name, language)
    assert not shown.exception, shown.exception
    assert shown.title or shown.warning or shown.error


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_a_clerk_or_says_whose_it_is(screen, cookie, name):
    shown = screen(name, "fr", cookie(CLERK))
    assert not shown.exception, shown.exception


def test_a_page_of_staff_is_closed_to_a_citizen_who_knows_its_address(screen, cookie):
    shown = screen("staff_people", "fr", cookie(CITIZEN))
    assert texts.translate("shell.not_your_page", "fr") in words(shown)
    assert not shown.text_input


def test_the_menu_follows_the_function(screen, cookie, open_world):
    open_world.person(CLERK)

    class Visit:
        person, me, is_staff = {"id": 1}, {"demonstration": False}, True

        def holds(self, *roles):
            return "clerk" in roles

    menu = {entry.file for entry in site.PAGES if site.is_shown(entry, Visit())}
    assert {"queue", "counter"} <= menu and not {"governor", "cashier", "my_dossiers"} & menu


def test_a_closed_session_leaves_nothing_on_the_page(screen, cookie):
    held = cookie(CITIZEN)
    shown = screen("account", "fr", held)
    assert shown.text_input
    sessions.end(held)
    shown.run()
    assert not shown.text_input and texts.translate("refusals_http.SESS1", "fr") in words(shown)


def test_the_language_switch_redraws_the_same_page_in_the_other_language(screen):
    shown = screen("sign_up", "fr")
    assert shown.title[0].value == "Créer un compte"
    shown.button(key="shell_language").click().run()
    assert shown.title[0].value == "إنشاء حساب"


def test_the_language_of_the_session_is_kept_for_the_next_browser_tab(screen, cookie):
    held = cookie(CITIZEN, "fr")
    screen("account", "fr", held).button(key="shell_language").click().run()
    assert sessions.read(held).language == "ar"
    assert screen("account", "fr", held).title[0].value == "حسابي"


def test_a_backend_that_does_not_answer_is_a_sentence(screen, monkeypatch):
    shown = screen("home", "fr")
    monkeypatch.setenv("SUPABASE_URL", "http://127.0.0.1:9")
    for kept in ("_anonymous_client", "_session"):  # a newcomer: a page already open would stay, with what was typed on it
        del shown.session_state[kept]
    shown.run()
    assert "La connexion a été interrompue" in words(shown)


# Sessions


def test_a_row_is_opened_by_its_own_cookie_only():
    tokens = Tokens("access", "refresh", 1)
    sealed = sessions.seal("cookie", tokens)
    assert sessions.unseal("cookie", sealed) == tokens
    assert "access" not in sealed and "refresh" not in sealed
    with pytest.raises(InvalidTag):
        sessions.unseal("cookie2", sealed)


def test_an_old_access_token_is_renewed_once_for_all_tabs(cookie, open_world):
    held = cookie(CITIZEN)
    before = sessions.read(held)
    first, second = sessions.renew(held, before), sessions.renew(held, before)
    assert first.tokens != before.tokens and first.tokens.refresh == second.tokens.refresh
    assert sessions.read(held).tokens == first.tokens


def test_a_session_whose_account_was_closed_is_over(cookie, open_world):
    held = cookie("citizen Gone")
    session = sessions.read(held)
    accounts.sign_out(session.tokens)
    assert sessions.renew(held, session) is None and sessions.read(held) is None


def test_a_wrong_password_is_refused_with_a_sentence(screen, open_world):
    open_world.person(CITIZEN)
    with pytest.raises(Refusal) as said:
        accounts.sign_in(open_world.email(CITIZEN), "not the password")
    assert said.value.code == "PASS1"


def test_a_short_password_is_refused(screen):
    with pytest.raises(Refusal) as said:
        accounts.sign_up("somebody@example.test", "short", {})
    assert said.value.code == "PASS2"


# Addresses


@pytest.mark.parametrize(
    "asked, led",
    [
        ("/dossier?id=1", "/dossier?id=1"),
        ("https://x.example/", "/"),
        ("//x.example", "/"),
        ("/\\x.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_redirects_stay_on_this_site(asked, led):
    assert routes.inner_path(asked) == led


@pytest.mark.parametrize(
    "accepted, language", [("fr-FR,fr;q=0.9", "fr"), ("ar-MA,fr;q=0.8", "ar"), ("en-US,en", "ar"), ("", "ar"), ("en,fr;q=0.5", "fr")]
)
def test_a_first_visit_speaks_what_the_browser_asks_for_else_arabic(accepted, language):
    assert guess_language(accepted) == language


@pytest.mark.parametrize("language, attributes", [("ar", 'lang="ar" dir="rtl"'), ("fr", 'lang="fr" dir="ltr"')])
def test_the_first_html_has_language_direction_and_no_inline_script(language, attributes):
    page = first_html(language)
    assert f"<html {attributes}>" in page
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert "Streamlit" not in re.sub(r"(src|href)=\S+", "", page)


# Texts


def test_every_sentence_exists_in_both_languages_with_the_same_places_to_fill():
    def places(sentence):
        forms = sentence.values() if isinstance(sentence, dict) else [sentence]
        return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}

    for key, entry in texts.catalogue().items():
        assert set(entry) == {"fr", "ar"}, key
        for language, sentence in entry.items():
            forms = list(sentence.values()) if isinstance(sentence, dict) else [sentence]
            assert all(isinstance(form, str) and form.strip() for form in forms), f"{key} {language}"
        # An Arabic dual says "two" without the number.
        assert places(entry["fr"]) - {"count"} == places(entry["ar"]) - {"count"}, key


def test_arabic_sentences_are_arabic():
    def is_latin(sentence):
        bare = re.sub(r"\{\w+\}|\S+@\S+", "", str(sentence))  # places to fill, examples of addresses
        return re.search(r"[A-Za-z]", bare) and not re.search(r"[\u0621-\u064a]", bare)

    assert {key for key, entry in texts.catalogue().items() if is_latin(entry["ar"])} == {"shell.other_language"}


def test_a_missing_sentence_fails_a_test():
    with pytest.raises(KeyError):
        texts.translate("shell.no_such_sentence", "fr")


def test_every_key_is_text(tmp_path):
    for file in texts.LOCALES.glob("*.yaml"):
        keys = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        assert all(isinstance(key, str) for key in keys), f"{file.name}: quote yes, no, on and off"


@pytest.mark.parametrize(
    "count, said",
    [(0, "لم يبق أي يوم"), (1, "بقي يوم واحد"), (2, "بقي يومان"), (3, "بقيت 3 أيام"), (11, "بقي 11 يوماً"), (100, "بقي 100 يوم")],
)
def test_arabic_counts_in_its_six_forms(count, said):
    assert texts.translate("common.days_left", "ar", count=count) == said


def test_refusals_of_ours_have_both_sentences():
    for code in set(routes_codes()):
        refusal = refusal_of_ours(code)
        assert refusal.fr and refusal.ar, code


def routes_codes():
    from components.permits import client

    yield from client.SENTENCES.values()
    yield from client.STORAGE_SENTENCES.values()
    yield from accounts.SENTENCES.values()
    for file in [*(ROOT / "components/ui").glob("*.py"), *(ROOT / "components/permits").glob("*.py"), *(ROOT / "pages").glob("*.py")]:
        yield from re.findall(r'refusal_of_ours\("(\w+)"\)', file.read_text(encoding="utf-8"))


# The place of a request


@pytest.mark.parametrize(
    "pasted, shape",
    [
        ("30.4703, -8.8770", {"type": "Point", "coordinates": [-8.877, 30.4703]}),
        ("-8.8770 30.4703", {"type": "Point", "coordinates": [-8.877, 30.4703]}),
        ('{"type":"Point","coordinates":[-8.9,30.4]}', {"type": "Point", "coordinates": [-8.9, 30.4]}),
        (
            "30.1 -8.1\n30.2 -8.1\n30.2 -8.2",
            {"type": "Polygon", "coordinates": [[[-8.1, 30.1], [-8.1, 30.2], [-8.2, 30.2], [-8.1, 30.1]]]},
        ),
        (
            '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[-8,30]}}]}',
            {"type": "Point", "coordinates": [-8, 30]},
        ),
        ("30.4703", None),
        ("near the mosque", None),
        ("{not json", None),
        ("[1, 2, 3]", None),
    ],
)
def test_pasted_coordinates_are_read_in_either_order(pasted, shape):
    assert map_field.read_coordinates(pasted, ["Point", "Polygon"]) == shape
