"""Sending an act: its button, its confirmation, and what follows.

A refusal is shown as its sentence; when the dossier has moved on meanwhile, what was typed is kept in sight.
"""

from collections.abc import Callable

import streamlit as st

from components.permits.refusals import Refusal
from components.ui import parts
from components.ui.words import t

MOVED = ("MOVE1", "MOVE9")


def send(
    label: str, do: Callable, done: str, key: str, confirm: str = "", typed: dict | None = None, danger: bool = False, form: str = ""
) -> None:
    """The button of an act, its confirmation, and what follows. typed: {label: text} to keep in sight if the dossier has moved.

    form: the beginning of the keys to forget once it is done, by default that of the button.
    """
    agreed = st.checkbox(confirm, key=f"{key}_agreed") if confirm else True
    if not st.button(
        label, key=f"{key}_send", type="primary", disabled=not agreed, icon=":material/priority_high:" if danger else ":material/check:"
    ):
        return
    try:
        with st.spinner(t("desk.working")):
            do()
    except Refusal as refusal:
        parts.refused(refusal)
        if refusal.code in MOVED:
            st.session_state["desk_kept"] = {name: text for name, text in (typed or {}).items() if text}
            st.button(t("desk.reload"), key=f"{key}_reload", icon=":material/refresh:")
        return
    for name in [name for name in st.session_state if str(name).startswith(form or key)]:
        del st.session_state[name]
    st.session_state.pop("desk_kept", None)
    st.session_state["desk_acted"] = True
    parts.flash(done)
    st.rerun()


def keep_typed(key: str) -> None:
    """Texts and choices under this beginning of a key outlive the runs in which their boxes are not on the screen: a form whose boxes
    depend on a choice calls it first, so that another choice and back loses nothing."""
    kept = st.session_state.setdefault(f"{key}_kept", {})
    # A choice that was emptied again is None: it is kept as such.
    kept |= {name: value for name, value in st.session_state.items() if str(name).startswith(key) and isinstance(value, str | None)}
    for name in kept.keys() - st.session_state.keys():
        # Only what is gone: a value given to a box on the screen would be written over what its owner is typing there.
        st.session_state[name] = kept[name]


def moved_meanwhile(dossier: str, possible: list[str]) -> None:
    """Somebody else acted while this page stood open and the act one was busy with is gone: say so, keep what was typed in sight."""
    chosen, ours = st.session_state.get("desk_act"), st.session_state.pop("desk_acted", False)
    if chosen is None or chosen in possible or ours:
        return
    st.warning(t("desk.moved_meanwhile"), icon=":material/sync_problem:")
    begun = [value for name, value in st.session_state.items() if str(name).startswith(f"act_{dossier}_{chosen}")]
    typed = [value for value in begun if isinstance(value, str) and len(value.split()) > 1]
    if typed:
        st.session_state["desk_kept"] = {t("desk.kept_text", number=place): text for place, text in enumerate(typed, 1)}


def typed_before() -> None:
    """After a change of step under one's hands: the text that could not be sent, to copy or to drop."""
    kept = st.session_state.get("desk_kept")
    if kept:
        with st.container(border=True):
            st.markdown(f"**{t('desk.kept')}**")
            for name, text in kept.items():
                st.caption(name)
                st.code(text, language=None, wrap_lines=True)
            if st.button(t("desk.kept_drop"), key="desk_kept_drop"):
                st.session_state.pop("desk_kept")
                st.rerun()
