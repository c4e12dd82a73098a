"""Pieces of screen that every page uses: headings, refusals, one-shot messages, lists of facts."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.permits.refusals import Refusal
from components.permits.texts import in_order
from components.ui.words import is_rtl, language, t


def title(text: str, caption: str = "") -> None:
    """The one heading of level 1 of a page (the demonstration's sign stands above it)."""
    st.title(text, anchor=False)
    if caption:
        st.html(f'<p class="shubbak-lead">{html.escape(caption)}</p>')


def header(text: str) -> None:
    st.header(text, anchor=False, divider=False)


def subheader(text: str) -> None:
    st.subheader(text, anchor=False)


def refused(refusal: Refusal) -> None:
    """Shows why the platform said no, with every fault it named."""
    lang = language()
    lines = [refusal.sentence(lang), *[f"- {fault.get(lang) or fault.get('fr', '')}" for fault in refusal.faults]]
    st.error("\n".join(lines) if len(lines) == 1 else lines[0] + "\n\n" + "\n".join(lines[1:]), icon=":material/error:")


@contextmanager
def refusals_shown() -> Iterator[None]:
    """with refusals_shown(): call(...)  -> a refusal becomes its sentence on the page; the page goes on."""
    try:
        yield
    except Refusal as refusal:
        refused(refusal)


def flash(text: str, icon: str = ":material/check_circle:") -> None:
    """A message shown once, after the next rerun or change of page."""
    st.session_state.setdefault("_flash", []).append((text, icon))


def show_flash() -> None:
    """The messages of the run before, in a place that stays when they are gone.

    The browser knows a container by its number among its neighbours: what comes or goes above a form without such a place makes it draw
    every box anew, under the hands of whoever is typing in one."""
    with st.container():
        for text, icon in st.session_state.pop("_flash", []):
            st.success(text, icon=icon)


def facts(rows: list[tuple[str, str]]) -> None:
    """Labels and values as a definition list. Values are text, shown in their own direction."""
    shown = [(html.escape(str(label)), html.escape(in_order(str(value)))) for label, value in rows if value not in (None, "")]
    items = "".join(f'<dt>{label}</dt><dd dir="auto">{value}</dd>' for label, value in shown)
    st.html(f'<dl class="shubbak-facts">{items}</dl>')


def note(text: str) -> None:
    st.html(f'<p class="shubbak-note" dir="auto">{html.escape(text)}</p>')


def nothing_here(text: str, icon: str = ":material/inbox:") -> None:
    """An empty list says so, and what one may do."""
    st.info(text, icon=icon)


def joined(*pieces: str) -> str:
    """Pieces of text side by side, each read in its own direction: a house number after a Latin name stays with its street.

    The line itself follows the page: a mark says so, because nothing outside the pieces has a direction.
    """
    apart = [one for piece in pieces if piece for one in piece.split(" · ")]  # what a dossier is called is two pieces already
    line = " · ".join(f"\u2068{one}\u2069" for one in apart)
    return f"\u200f{line}" if line and is_rtl() else line


def plain(text: str) -> str:
    """Text that people typed, safe inside Markdown."""
    return re.sub(r"([\\`*_\[\]$~<>#:|])", r"\\\1", text)


def role_name(role: str) -> str:
    return t(f"people.role_{role}")


def posting_form(action: str, inner: str, label: str, quiet: bool = False, **hidden: str) -> None:
    """A plain HTML form sent to a route of the site (components/ui/routes.py). `inner` is HTML of ours; hidden values are escaped."""
    given = [(name, html.escape(value)) for name, value in hidden.items() if value]
    fields = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in given)
    button = f'<button type="submit"{" class=quiet" if quiet else ""}>{html.escape(label)}</button>'
    st.html(f'<form class="shubbak-form" method="post" action="{action}">{fields}{inner}{button}</form>')
