"""The queue and the desk in a browser: a row opens without a new page load, the filter survives the way there and back."""

import random
import string

import pytest
from playwright.sync_api import expect

from tests import filing
from tests.browser.conftest import settle, sign_in, visit
from tests.world import PASSWORD


# Communes and an owner of this walk alone: other tests share the database.
@pytest.mark.parametrize(("commune", "lang", "width"), [("Imaouen", "ar", 1280), ("Nihit", "fr", 390)])
def test_a_row_opens_the_desk_and_the_way_back_keeps_the_filter(visitor, open_world, commune, lang, width):
    owner = "".join(random.choices(string.ascii_lowercase, k=16))
    for _ in range(3):
        filing.deposited(open_world, "citizen Fatima", commune, app_last_name_fr=owner)
    clerk = f"clerk of {commune}"
    open_world.person(clerk)
    page = visitor(lang, width)
    sign_in(page, open_world.email(clerk), PASSWORD)
    visit(page, f"/queue?text={owner}")
    rows = page.locator(".st-key-queue_rows tbody tr")
    expect(rows).to_have_count(3)
    page.evaluate("window.same = true")
    rows.nth(1).locator("a").click()
    page.wait_for_url("**/agent_dossier?id=*")
    settle(page)
    assert page.evaluate("window.same"), "the page was not loaded again"
    second = page.url
    page.locator(".st-key-walk_next button").click()
    page.wait_for_url(lambda url: "agent_dossier" in url and url != second)
    settle(page)
    page.locator(".st-key-desk_walk a").first.click()
    page.wait_for_url(f"**/queue?text={owner}*")
    settle(page)
    expect(rows).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs over the side"
    assert page.outside == [] and page.faults == []
