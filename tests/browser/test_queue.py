"""The queue and the desk in a browser: a row opens without a new page load, the filter survives the way there and back."""

import pytest

from tests import filing
from tests.browser.conftest import settle, sign_in, visit
from tests.world import PASSWORD

COMMUNE = "Imaouen"  # a commune of this file alone
CLERK = f"clerk of {COMMUNE}"


@pytest.fixture
def three(open_world):
    return [filing.deposited(open_world, "citizen Fatima", COMMUNE) for _ in range(3)]


@pytest.mark.parametrize(("lang", "width"), [("ar", 1280), ("fr", 390)])
def test_a_row_opens_the_desk_and_the_way_back_keeps_the_filter(visitor, open_world, three, lang, width):
    page = visitor(lang, width)
    visit(page, "/sign_in?next=/queue")
    open_world.person(CLERK)
    sign_in(page, open_world.email(CLERK), PASSWORD)
    visit(page, "/queue?text=tamaloukt")
    rows = page.locator(".st-key-queue_rows tbody tr")
    assert rows.count() == 3
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
    page.wait_for_url("**/queue?text=tamaloukt*")
    settle(page)
    assert rows.count() == 3
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs over the side"
    assert page.outside == [] and page.faults == []
