"""Doing what people do: finding things by the words they read, filling a form screen by screen, acting at a desk.

walk = Walk(page, "ar"); walk.press("filing.start"); walk.fill_step(definition, "applicant", answers)
"""

import mimetypes
import re
from functools import lru_cache
from pathlib import Path

import yaml
from playwright.sync_api import TimeoutError, expect

from components.permits import texts
from tests.browser.conftest import ROOT, settle, visit
from tests.world import PASSWORD

PROCEDURES = ROOT / "assets" / "procedures"
# A class of Streamlit may not hold every character of a key.
UNSAFE = re.compile(r"[^a-zA-Z0-9_-]")


@lru_cache
def definition(code: str) -> dict:
    return yaml.safe_load((PROCEDURES / f"{code}.v1.yaml").read_text(encoding="utf-8"))


class Walk:
    """One person in one browser, who reads one language."""

    def __init__(self, page, language: str):
        self.page, self.language = page, language

    # -- words ------------------------------------------------------------------------------------------------------------

    def t(self, key: str, **values) -> str:
        return texts.translate(key, self.language, **values)

    def pick(self, entry: dict) -> str:
        return texts.pick(entry, self.language)

    def reads(self, key: str, **values) -> None:
        """Wait for the sentence; an error of the page fails the test."""
        self.page.get_by_text(self.t(key, **values)).first.wait_for()

    # -- moving -----------------------------------------------------------------------------------------------------------

    def open(self, path: str) -> None:
        visit(self.page, path)

    def settle(self) -> None:
        """The run that an act started is over."""
        self.page.wait_for_timeout(120)
        settle(self.page)

    def sign_in(self, email: str) -> None:
        """Through the form's own address, as the button sends it; test_shell.py presses the button."""
        context, site = self.page.context, self.page.site
        context.add_cookies([{"name": "shubbak_language", "value": self.language, "url": site}])
        form = {"email": email, "password": PASSWORD}
        answer = context.request.post(f"{site}/session/sign-in", form=form, headers={"origin": site}, max_redirects=0)
        assert answer.status == 303 and "fault" not in answer.headers["location"], answer.headers.get("location")

    def press(self, key: str, **values) -> None:
        """Press the button, or follow the link, with these words."""
        self.press_words(self.t(key, **values))

    def press_words(self, words: str, within=None) -> None:
        place = within or self.page.get_by_test_id("stMain")
        button = place.get_by_role("button", name=words).or_(place.get_by_role("link", name=words))
        button.first.click()
        self.settle()

    def tick(self, words: str) -> None:
        self.page.get_by_test_id("stCheckbox").filter(has_text=words).first.locator("label").first.click()
        self.settle()

    def box(self, key: str):
        """The place of a widget by the key its page gave it."""
        return self.page.locator(f".st-key-{UNSAFE.sub('-', key)}")

    # -- fields of a definition -------------------------------------------------------------------------------------------

    def fill_step(self, code: str, step: str, dossier: str, answers: dict) -> None:
        for field in next(one for one in definition(code)["steps"] if one["id"] == step)["fields"]:
            if field.get("id") in answers and field["type"] not in ("heading", "help", "document"):
                self.fill(field, f"q_{dossier}_{field['id']}_0", answers[field["id"]])

    def fill(self, field: dict, key: str, value) -> None:
        """Give one answer with the widget that its type has."""
        kind = field["type"]
        if kind == "shape":
            way = self.box(f"{key}.way").get_by_text(self.t("map.way_address"))
            self.again(way.click, lambda: self.box(f"{key}.{next(iter(value))}").first)
            for name in value:
                self.type(self.box(f"{key}.{name}"), value[name])
            return self.settle()
        if kind == "table":
            for place, row in enumerate(value):
                if self.box(f"{key}.row{place}").count() == 0:
                    self.box(f"{key}.add").get_by_role("button").click()
                    self.settle()
                for column in field["columns"]:
                    if column["id"] in row and "product_of" not in column:
                        self.fill(column, f"{key}.{place}.{column['id']}", row[column["id"]])
            return None
        box = self.box(key)
        box.first.wait_for()
        if kind == "yes_no" and "must_be" in field:
            box.get_by_test_id("stCheckbox").locator("label").first.click()
        elif kind == "yes_no":
            self.choose(box, self.t("common.yes" if value else "common.no"))
        elif kind == "choice":
            self.choose(box, next(self.pick(option["label"]) for option in field["options"] if option["value"] == value))
        elif kind == "choices":
            for option in field["options"]:
                if option["value"] in value:
                    self.press_pill(box, self.pick(option["label"]))
        elif kind == "date":
            self.type_day(box, value)
            self.page.keyboard.press("Tab")
            return None
        else:
            return self.type(box, str(value))
        return self.settle()

    def type(self, box, text: str) -> None:
        entry = box.locator("input, textarea").first
        entry.fill(text)
        entry.press("Tab")

    def type_day(self, box, iso: str) -> None:
        """A date has three segments; the numbers typed walk through them."""
        year, month, day = iso.split("-")
        box.get_by_role("spinbutton").first.click()
        self.page.keyboard.type(day + month + year)

    def choose(self, box, words: str) -> None:
        """An option of a radio group or of a drop-down list."""
        box.locator("input").first.wait_for(state="attached")
        options = box.get_by_test_id("stRadioOption")
        if options.count():
            option = options.filter(has=self.page.get_by_text(words, exact=True)).first
            return self.again(option.click, lambda: option.locator("input:checked"))
        entry, option = box.locator("input").first, self.page.get_by_role("option", name=words, exact=True)
        for _ in range(5):  # a run that comes back while the list is open closes it: people open it again
            self.settle()
            entry.click()
            try:
                option.click(timeout=3000)
                return expect(entry).to_have_value(words, timeout=8000)
            except (TimeoutError, AssertionError):
                continue
        expect(entry).to_have_value(words)

    def press_pill(self, box, words: str) -> None:
        pressed = box.locator("[data-selected]").filter(has_text=words)
        self.again(lambda: box.get_by_role("button", name=words, exact=True).first.click(), lambda: pressed.first)

    def again(self, press, seen) -> None:
        """A run that comes back at this very moment may draw the thing anew and take the press away: people look, and press again."""
        for _ in range(4):
            self.settle()
            press()
            try:
                return seen().wait_for(state="attached", timeout=8000)
            except TimeoutError:
                continue
        seen().wait_for(state="attached")

    # -- files ------------------------------------------------------------------------------------------------------------

    def attach(self, slot: str, name: str, content: bytes) -> None:
        """Choose a file for a slot and wait until it is there: its line has a button that opens it, the chooser has none."""
        mime = mimetypes.guess_type(name)[0]
        place = self.box(f"slot_{slot}")
        place.locator("input[type=file]").first.set_input_files({"name": name, "mimeType": mime, "buffer": content})
        line = place.locator("[class*='st-key-file_']").filter(has_text=name)
        line.get_by_test_id("stDownloadButton").first.wait_for()
        self.settle()

    def download(self, words: str, within=None) -> bytes:
        place = within or self.page.get_by_test_id("stMain")
        with self.page.expect_download() as saved:
            place.get_by_role("button", name=words).first.click()
        return Path(saved.value.path()).read_bytes()

    # -- the desk ---------------------------------------------------------------------------------------------------------

    def choose_act(self, words: str) -> None:
        """One act among those that the dossier allows; when there is one only it is chosen already."""
        self.box("desk_act").get_by_test_id("stRadioOption").filter(has=self.page.get_by_text(words, exact=True)).first.click()
        self.settle()

    def act_field(self, name: str):
        """The widget of a field that the chosen act asks for."""
        return self.page.locator(f"[class*='st-key-act_'][class*='_{name}']").first

    def send(self, words: str, confirm: str = "") -> None:
        if confirm:
            self.tick(confirm)
        self.press_words(words)

    def judge_documents(self, count: int) -> None:
        """Every document is found conform, one after the other."""
        tab = self.page.get_by_role("tab", name=self.t("desk.tab_documents"))
        tab.click()
        for place in range(count):
            expect(tab).to_have_attribute("aria-selected", "true")
            if place:
                self.page.locator(".st-key-desk_document input").first.click()
                self.page.get_by_role("option").nth(place).click()
                self.settle()
            panel = self.page.get_by_role("tabpanel").filter(has=self.page.locator(".st-key-desk_document"))
            self.choose(panel.locator("[class*='st-key-verdict_']").first, self.t("desk.verdict_conform"))
            self.settle()
            self.press("desk.save_verdict")
            panel.get_by_text(self.t("desk.verdict_conform")).first.wait_for()
