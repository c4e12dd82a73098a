"""The frame of the site in a real browser: language, direction, sessions, phones, nothing asked of strangers."""

import pytest

from tests.browser.conftest import settle, sign_in, visit
from tests.world import PASSWORD

PUBLIC = ["/", "/sign_in", "/sign_up", "/recover", "/verify", "/track", "/catalogue"]


def direction(page):
    return page.evaluate("[document.documentElement.lang, document.documentElement.dir]")


@pytest.mark.parametrize("language, expected", [("ar", ["ar", "rtl"]), ("fr", ["fr", "ltr"])])
@pytest.mark.parametrize("width", [1280, 390])
def test_public_pages_speak_the_readers_language_and_ask_nobody_outside(visitor, language, expected, width):
    page = visitor(language, width)
    for path in PUBLIC:
        visit(page, path)
        assert direction(page) == expected, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"
        assert page.get_by_role("heading", level=1).count() == 1, path
    assert page.outside == [] and page.faults == []


def test_the_language_changes_in_place_and_stays(visitor):
    page = visitor("fr")
    visit(page, "/sign_up")
    page.get_by_label("Nom complet en lettres latines").fill("Fatima Ouhssine")
    page.get_by_label("Nom complet en lettres latines").press("Tab")
    page.locator(".st-key-shell_language button").click()
    page.wait_for_selector("html[dir=rtl]", state="attached")
    settle(page)
    assert page.locator(".st-key-name_fr input").input_value() == "Fatima Ouhssine"
    page.reload()
    settle(page)
    assert direction(page) == ["ar", "rtl"]


def test_streamlits_own_english_is_translated(visitor):
    page = visitor("fr")
    visit(page, "/no_such_page")
    page.get_by_text("Cette adresse ne mène à aucune page").wait_for()
    assert page.get_by_text("Page not found").count() == 0


def test_a_wrong_password_is_a_sentence(visitor, open_world):
    open_world.person("citizen Salma")
    page = visitor("fr")
    sign_in(page, open_world.email("citizen Salma"), "wrong-password")
    page.get_by_text("L'adresse électronique ou le mot de passe n'est pas exact").wait_for()


def test_a_session_survives_reload_and_ends_in_every_tab(visitor, open_world):
    open_world.person("citizen Karim")
    page = visitor("fr")
    sign_in(page, open_world.email("citizen Karim"), PASSWORD)
    page.reload()
    settle(page)
    other = page.context.new_page()
    visit(other, "/account")
    other.get_by_role("heading", name="Mon compte").wait_for()

    page.get_by_text("citizen Karim").first.click()
    page.get_by_role("button", name="Fermer la session").click()
    page.get_by_role("link", name="Ouvrir une session").first.wait_for()
    # The other tab was open all the time: its next act ends it.
    other.locator(".st-key-shell_language button").click()
    other.wait_for_selector("html[dir=rtl]", state="attached")
    settle(other)
    assert other.get_by_text("انتهت جلستكم").count() == 1
    assert other.locator("input").count() == 0


def test_the_cookie_is_out_of_reach_of_scripts_and_not_the_token(visitor, open_world):
    open_world.person("citizen Hind")
    page = visitor("ar")
    sign_in(page, open_world.email("citizen Hind"), PASSWORD)
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == "shubbak_session")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    assert "shubbak_session" not in page.evaluate("document.cookie")
    assert "." not in cookie["value"]


def test_signing_in_leads_back_to_the_page_that_asked_for_it(visitor, open_world):
    open_world.person("citizen Younes")
    page = visitor("fr")
    visit(page, "/notices")
    page.get_by_role("link", name="Ouvrir une session").last.click()
    page.wait_for_selector("input[name=email]")
    page.fill("input[name=email]", open_world.email("citizen Younes"))
    page.fill("input[name=password]", PASSWORD)
    page.click(".shubbak-form button[type=submit]")
    page.wait_for_url("**/notices")
    page.get_by_role("heading", name="Avis").wait_for()


def test_an_account_opened_here_is_signed_in_at_once(visitor, open_world):
    page = visitor("ar", 390)
    visit(page, "/sign_up")
    page.locator(".st-key-name_ar input").fill("زينب أوبلا")
    page.locator(".st-key-email input").fill(open_world.email("citizen Zineb new"))
    for name in ("password", "again"):
        page.locator(f".st-key-{name} input").fill("phrase de passe longue")
    page.get_by_role("button", name="إنشاء الحساب").click()
    page.get_by_role("button", name="متابعة").click()
    page.get_by_text("زينب أوبلا").first.wait_for()


def test_staff_see_their_pages_and_others_are_told_no(visitor, open_world):
    open_world.person("clerk of Ait Iaaza")
    page = visitor("fr")
    sign_in(page, open_world.email("clerk of Ait Iaaza"), PASSWORD)
    sidebar = page.get_by_test_id("stSidebar")
    assert sidebar.get_by_role("link", name="Guichet").count() == 1
    assert sidebar.get_by_role("link", name="Tableau de la province").count() == 0
    visit(page, "/staff_people")
    page.get_by_text("Cette page revient à une autre fonction que la vôtre").wait_for()


def test_a_post_from_another_site_is_refused(site):
    import httpx

    for headers in ({"origin": "https://elsewhere.example"}, {"origin": "null"}, {}):
        answer = httpx.post(f"{site}/session/sign-out", data={}, headers=headers)
        assert answer.status_code == 403, headers
    assert httpx.post(f"{site}/session/sign-out", data={"a": "b"}, headers={"origin": site}).status_code == 303


def test_after_signing_in_nobody_is_led_to_another_site(site, open_world):
    import httpx

    open_world.person("citizen Amal")
    for target in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"):
        form = {"email": open_world.email("citizen Amal"), "password": PASSWORD, "next": target}
        answer = httpx.post(f"{site}/session/sign-in", data=form, headers={"origin": site})
        assert answer.headers["location"] == "/", target
