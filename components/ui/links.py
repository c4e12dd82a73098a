"""Ways from page to page. Pages are named by their file: link("dossier", t("..."), id=...)."""

import streamlit as st


def page(name: str):
    """The st.Page of pages/<name>.py, or None when this installation does not have it."""
    return st.session_state.get("_pages", {}).get(name)


def link(
    name: str, label: str | None = None, icon: str | None = None, width: str = "content", help: str | None = None, **query: str
) -> None:
    """A link to a page of the site; nothing when the page is absent."""
    if page(name):
        st.page_link(page(name), label=label, icon=icon, width=width, help=help, query_params=query or None)


def go(name: str, **query: str) -> None:
    """Leaves for another page; ends the run."""
    st.switch_page(page(name) or page("home"), query_params=query or None)
