"""Where one stands: the screens of a form, and the steps of a dossier from done to next."""

import html

import streamlit as st

from components.permits.filing import CHECK, PEOPLE, Journey
from components.ui import links, parts
from components.ui.words import pick, t

ICONS = {"done": ":material/check_circle:", "begun": ":material/pending:", "empty": ":material/radio_button_unchecked:"}
LAST = {PEOPLE: ":material/group:", CHECK: ":material/fact_check:"}  # screens that ask no question


def screen_title(screen) -> str:
    return pick(screen.title) if screen.title else t(f"filing.screen_{screen.id}")


def screens(journey: Journey, here: str, dossier: str) -> None:
    """The list of screens: beside the form where there is room, folded above it on a phone (assets/style.css)."""
    place = journey.ids.index(here) + 1
    current = journey.screen(here)
    with st.container(key="filing_top"):
        st.progress(place / len(journey.ids), text=t("filing.place", place=place, total=len(journey.ids), title=screen_title(current)))
        with st.container(key="filing_fold"), st.expander(t("filing.all_screens"), icon=":material/list:"):
            screen_links(journey, here, dossier, "fold")


def screen_links(journey: Journey, here: str, dossier: str, where: str) -> None:
    """where: side or fold, names the two places where the list stands."""
    for screen in journey.screens:
        icon = LAST.get(screen.id) or ICONS[screen.status]
        with st.container(key=f"{where}_{'here' if screen.id == here else screen.id}"):
            links.link("filing", screen_title(screen), icon, width="stretch", id=dossier, screen=screen.id)


def steps(progress: dict) -> None:
    """Done, now, next of a dossier, with the function that holds it."""
    lines = []
    holders = t("filing.comma").join(parts.role_name(holder["role"]) for holder in progress["holders"])
    for step in progress["steps"]:
        if step["status"] == "dropped":
            continue
        note = t(f"dossier.step_{step['status']}")
        if step["status"] == "now" and holders:
            note = t("dossier.step_held", holders=holders)
        current = ' aria-current="step"' if step["status"] == "now" else ""
        title, note = html.escape(pick(step["title"])), html.escape(note)
        lines.append(f'<li class="{step["status"]}"{current}><b>{title}</b><span>{note}</span></li>')
    st.html(f'<ol class="shubbak-steps">{"".join(lines)}</ol>')
