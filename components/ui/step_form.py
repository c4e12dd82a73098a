"""The questions of one screen: each change is kept at once, differences with another open page are shown, nothing typed is lost.

The page compares what the widgets hold with what it last showed. A save names the revision that was on the screen, so that the
database sees what somebody else changed meanwhile and returns it instead of overwriting it.
"""

from dataclasses import dataclass, field
from uuid import uuid4

import streamlit as st

from components.permits import filing
from components.permits.filing import Screen, root
from components.permits.refusals import Refusal
from components.ui import parts, upload
from components.ui.fields import field_input
from components.ui.words import language, moment, pick, t

SILENT = ("heading", "help")


@dataclass
class Memory:
    """What this open page remembers of a draft. seen: answers as they stand on the screen; turns: how often a field was drawn anew."""

    editor: str = field(default_factory=lambda: uuid4().hex)
    token: str = field(default_factory=lambda: str(uuid4()))
    seen: dict = field(default_factory=dict)
    revision: int = 0
    turns: dict = field(default_factory=dict)
    conflicts: dict = field(default_factory=dict)
    checked: bool = False
    shown: str | None = None
    page: dict | None = None


def memory_of(dossier: str) -> Memory:
    return st.session_state.setdefault(f"memory_{dossier}", Memory())


def read_page(client, dossier: str) -> dict:
    """The draft as it is kept; while the line is down, as last read: its fields stay on the screen with what was typed."""
    memory, place = memory_of(dossier), st.container()  # a place that stays: parts.show_flash
    try:
        page = filing.draft_page(client, dossier)
    except Refusal as refusal:
        if refusal.code not in ("LINK1", "SLOW1") or memory.page is None:
            raise
        with place:
            parts.refused(refusal)
            st.button(t("shell.retry"), key="retry_read", icon=":material/refresh:")
        return memory.page
    if memory.page is None:
        memory.seen, memory.revision = dict(page["answers"]), page["revision"]
    memory.page = page
    return page


def blank(value) -> bool:
    return value is None or value == "" or value == [] or value == {}


def same(one, other) -> bool:
    return (blank(one) and blank(other)) or one == other


def faults_shown(page: dict, memory: Memory, entry: dict) -> list[dict]:
    """What is wrong with a question, once it was answered or the check was seen: nobody is scolded for a form not filled yet."""
    mine = [fault for fault in page["faults"] if root(fault["path"]) == entry["id"] or entry["id"] in fault.get("paths", [])]
    return mine if memory.checked or entry["id"] in page["answers"] else []


def questions(client, page: dict, screen: Screen, only: list[str] | None = None) -> dict:
    """Draw the questions and return what changed on the screen. only: the questions that a request opens."""
    memory, changes = memory_of(page["id"]), {}
    for entry in screen.fields:
        name = entry["id"]
        if only is not None and name not in only:
            continue
        if entry["type"] == "document":
            if slot := filing.slot_of(page, name):
                upload.slot_box(client, page, slot, faults_shown(page, memory, entry))
            continue
        required = name in page["visible"]["required"]
        key = f"q_{page['id']}_{name}_{memory.turns.get(name, 0)}"
        value = field_input(
            entry, page["answers"].get(name), key=key, required=required, faults=faults_shown(page, memory, entry),
            commune=page["commune"]["id"], client=client, hidden_cells=page["visible"].get("hidden_cells", []),
        )  # fmt: skip
        if name in memory.conflicts:
            difference(client, page, entry)
        if entry["type"] not in SILENT and not same(value, memory.seen.get(name)):
            changes[name] = None if blank(value) else value
    return changes


def keep(client, page: dict, changes: dict) -> bool | None:
    """Save what changed. True: there is something new to show; False: nothing changed; None: it could not be saved, and says so."""
    memory = memory_of(page["id"])
    anew = [
        name for name in page["answers"].keys() | memory.seen.keys()
        if name not in changes and name not in memory.conflicts and not same(page["answers"].get(name), memory.seen.get(name))
    ]  # fmt: skip
    if changes:
        try:
            result = filing.save(client, page["id"], changes, memory.revision, memory.editor)
        except Refusal as refusal:
            parts.refused(refusal)
            st.info(t("filing.not_saved"), icon=":material/cloud_off:")
            st.button(t("shell.retry"), key="retry_save", icon=":material/refresh:")
            return None
        for name, value in changes.items():
            memory.seen[name] = value
            memory.conflicts.pop(name, None)
        memory.conflicts |= {conflict["path"]: conflict for conflict in result["conflicts"]}
        memory.revision = result["revision"]
    else:
        memory.revision = page["revision"]
    for name in anew:  # changed on another page: drawn anew with its present value
        memory.turns[name] = memory.turns.get(name, 0) + 1
        memory.seen[name] = page["answers"].get(name)
    return bool(changes or anew)


def difference(client, page: dict, entry: dict) -> None:
    """Two answers side by side; the person chooses."""
    memory, conflict = memory_of(page["id"]), memory_of(page["id"]).conflicts[entry["id"]]
    with st.container(border=True, key=f"difference_{entry['id']}"):
        who = t("filing.yourself_elsewhere") if conflict["same_person"] else pick(conflict["by"])
        st.warning(t("filing.differs", who=who, at=moment(conflict["at"], "short")), icon=":material/compare_arrows:")
        mine, theirs = st.columns(2)
        with mine:
            st.caption(t("filing.yours"))
            st.text(filing.in_words(entry, conflict["mine"], language()))
            if st.button(t("filing.keep_mine"), key=f"mine_{entry['id']}"):
                with parts.refusals_shown():
                    filing.save(client, page["id"], {entry["id"]: conflict["mine"]}, page["revision"], memory.editor)
                    memory.seen[entry["id"]] = conflict["mine"]
                    del memory.conflicts[entry["id"]]
                    st.rerun()
        with theirs:
            st.caption(t("filing.theirs"))
            st.text(filing.in_words(entry, conflict["theirs"], language()))
            if st.button(t("filing.take_theirs"), key=f"theirs_{entry['id']}"):
                memory.seen[entry["id"]] = page["answers"].get(entry["id"])
                memory.turns[entry["id"]] = memory.turns.get(entry["id"], 0) + 1
                del memory.conflicts[entry["id"]]
                st.rerun()


def saved_line(page: dict) -> None:
    with st.container():  # a place that stays: parts.show_flash
        if page["revision"]:
            st.caption(t("filing.saved_at", at=moment(page["saved_at"], "short")), help=t("filing.saved_help"))
