"""Every page in both languages, wide and on a telephone: no English left over, nothing over the side, nothing asked of strangers."""

import os
import re
from pathlib import Path

import pytest

from tests import filing
from tests.browser.walking import Walk

TOWN = "Irherm"  # a commune of this file alone
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PICTURES = os.environ.get("SHUBBAK_PICTURES")  # a directory: each page is kept there as a picture, to be looked at
# Words of Streamlit and of its components that a reader of Arabic or French must never meet.
ENGLISH = re.compile(
    r"\b(the|your|please|search|upload|browse|drag|required|select|choose|submit|cancel|loading|running|press|delete|remove|empty|"
    r"per file|no results|options|clear|close|show|hide|error|undefined|none|null|true|false)\b",
    re.IGNORECASE,
)
PEOPLE = {
    "nobody": ["/", "/sign_in", "/sign_up", "/recover", "/catalogue", "/catalogue?procedure=ECO-09", "/track", "/verify"],
    "citizen Everywhere": [
        "/", "/my_dossiers", "/filing", "/filing?id={draft}&screen=applicant", "/filing?id={draft}&screen=land",
        "/filing?id={draft}&screen=documents", "/filing?id={draft}&screen=people", "/filing?id={draft}&screen=check",
        "/dossier?id={dossier}&new=1", "/notices",
    ],
    f"clerk of {TOWN}": ["/queue", "/agent_dossier?id={dossier}", "/counter", "/record"],
    f"president of {TOWN}": ["/sign", "/account", "/staff_people", "/powers"],
    f"cashier of {TOWN}": ["/cashier"],
    f"inspector of {TOWN}": ["/inspection"],
    f"local authority of {TOWN}": ["/copies"],
    "governor of Taroudannt": ["/governor", "/powers"],
    "administrator of Taroudannt province": ["/settings", "/holidays"],
}  # fmt: skip

READ = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll('[data-testid=stIconMaterial], [translate=no], [role=img], script, style, bdi').forEach((one) => one.remove());
  const held = document.createElement('div'); held.style.cssText = 'position:fixed;left:-9999px'; held.append(copy);
  document.documentElement.append(held); const text = copy.innerText; held.remove();
  const named = [...document.querySelectorAll('[placeholder],[aria-label],[title]')].filter((one) => one.offsetParent)
    .flatMap((one) => ['placeholder', 'aria-label', 'title'].map((name) => one.getAttribute(name)).filter(Boolean));
  return text + '\\n' + named.join('\\n');
}"""
OVER = """() => [...document.querySelectorAll('[data-testid=stMain] *')].filter((one) => {
    const place = one.getBoundingClientRect();
    return place.width && place.height && (place.right > innerWidth + 1 || place.left < -1)
      && !one.closest('.shubbak-scroll, [data-testid=stTabs], [data-testid=stProgress], .js-plotly-plot, [class*=leaflet]')
      && getComputedStyle(one).visibility !== 'hidden' && one.innerText;
  }).map((one) => one.innerText.slice(0, 60))"""


@pytest.mark.parametrize("language, direction", [("ar", "rtl"), ("fr", "ltr")])
def test_every_page_reads_well(visitor, open_world, language, direction):
    citizen = f"citizen Everywhere {language}"
    ids = {"dossier": filing.deposited(open_world, citizen, TOWN), "draft": filing.draft(open_world, citizen, TOWN)}
    walk = Walk(visitor(language), language)
    page, wrong = walk.page, []
    page.on("console", lambda said: wrong.append(f"{page.url}: {said.text}") if said.type == "error" and "404" not in said.text else None)
    for name, paths in PEOPLE.items():
        who = citizen if name == "citizen Everywhere" else name
        if who != "nobody":
            open_world.person(who)
            walk.sign_in(open_world.email(who))
        for number, path in enumerate(paths):
            page.set_viewport_size(WIDE)
            walk.open(path.format(**ids))
            where = f"{who} {path} ({language})"
            assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [language, direction], where
            names = {open_world.email(who).lower(), who.lower()}
            text = page.evaluate(READ)
            for one in names:
                text = re.sub(re.escape(one), "", text, flags=re.IGNORECASE)
            wrong += [f"{where}: English {found.group()!r}" for found in ENGLISH.finditer(text)]
            for size in (WIDE, PHONE):
                page.set_viewport_size(size)
                page.wait_for_timeout(100)
                wrong += [f"{where} {size['width']}: over the side {one!r}" for one in page.evaluate(OVER)[:2]]
                if PICTURES:
                    page.screenshot(path=Path(PICTURES) / f"{language}-{size['width']}-{re.sub('[^a-z]', '', who.lower())}-{number}.png")
    assert not wrong, "\n".join(wrong)
    assert page.outside == [] and page.faults == []
