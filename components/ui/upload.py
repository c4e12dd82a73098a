"""One slot of documents: what is asked and why, its limits before any choice, the files there with the state of their check."""

import html

import streamlit as st

from components.permits import filing
from components.permits.refusals import Refusal
from components.ui import parts
from components.ui.file_signature import signed_words
from components.ui.words import language, number, pick, size, t

KINDS = {"application/pdf": ("PDF", ["pdf"]), "image/jpeg": ("JPEG", ["jpg", "jpeg"]), "image/png": ("PNG", ["png"])}
CHECKS = {
    "unchecked": ("orange", "filing.check_unchecked"),
    "accepted": ("green", "filing.check_accepted"),
    "refused": ("red", "filing.check_refused"),
}
NEEDS = {"required": "red", "expected": "orange", "optional": "gray"}


def slot_box(client, page: dict, slot: dict, faults: list[dict] = (), note: str = "", asked_at: str = "") -> None:
    """page: of draft_page. A change ends the run, so that the page is read again. asked_at: when new files were asked for, if they were."""
    files = filing.files_in(page, slot["slot"])
    with st.container(border=True, key=f"slot_{slot['slot']}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{pick(slot['label'])}**", width="content")
            st.badge(t(f"filing.need_{slot['need']}"), color=NEEDS[slot["need"]])
        for text in filter(None, [pick(slot.get("help")), note]):
            st.text(text)
        st.caption(limits(slot) + (" · " + pick(slot["law"]) if slot.get("law") else ""))
        for fault in faults:
            kind = "" if fault["severity"] == "refuse" else " expected"
            st.html(f'<p class="shubbak-fault{kind}" role="alert">{html.escape(pick(fault))}</p>')
        for file in files:
            file_line(client, page, file)
        uploader(client, page, slot, files, asked_at)


def limits(slot: dict) -> str:
    kinds = ", ".join(KINDS.get(kind, (kind, []))[0] for kind in slot.get("types") or KINDS)
    return t("filing.limits", count=slot.get("max_files") or 1, size=number(slot.get("max_mb") or 10), kinds=kinds)


def file_line(client, page: dict, file: dict) -> None:
    """Name, size, state; open; remove while a draft (afterwards only a refused file leaves)."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"file_{file['id']}"):
        colour, words = CHECKS[file["check"]]
        st.badge(t(words), color=colour)
        st.text(f"\u2068{file['file_name']}\u2069 ({size(file['size'])})", width="stretch")
        if file["check"] != "refused":
            # The bytes are fetched on the click, in the person's own right.
            st.download_button(
                t("common.open"), data=lambda: filing.fetch(client, file["id"]), file_name=file["file_name"],
                mime=file["mime"] or "application/octet-stream", key=f"open_{file['id']}",
                type="tertiary", icon=":material/visibility:", on_click="ignore",
            )  # fmt: skip
        if page["state"] == "DRAFT" or file["check"] == "refused":
            if st.button(t("common.remove"), key=f"remove_{file['id']}", type="tertiary", icon=":material/delete:"):
                with parts.refusals_shown():
                    filing.remove(client, file["id"])
                    st.rerun()
    if file["check"] == "refused":
        st.html(f'<p class="shubbak-fault" role="alert">{html.escape(pick(file["why"]))}</p>')
    if signed := signed_words(file["signature"]):
        st.caption(signed)


def uploader(client, page: dict, slot: dict, files: list[dict], asked_at: str = "") -> None:
    room = (slot.get("max_files") or 1) - len(files)
    replaces = None
    if (slot.get("max_files") or 1) > 1 and files and (page["state"] != "DRAFT" or room < 1):
        choices = ([None] if room > 0 else []) + [file["id"] for file in files]
        names = {file["id"]: t("filing.replaces", name=file["file_name"]) for file in files} | {None: t("filing.adds")}
        older = next((place for place, file in enumerate(files, len(choices) - len(files)) if file["uploaded_at"] < asked_at), 0)
        replaces = st.selectbox(t("filing.new_file_does"), choices, older, format_func=names.get, key=f"replaces_{slot['slot']}")
    turn = st.session_state.setdefault(f"turn_{page['id']}_{slot['slot']}", 0)
    many = room > 1 and replaces is None
    chosen = st.file_uploader(
        t("filing.choose_files" if many else "filing.choose_file" if room > 0 else "filing.replace_file"),
        type=[ending for kind in slot.get("types") or KINDS for ending in KINDS.get(kind, (kind, []))[1]],
        accept_multiple_files=many, max_upload_size=slot.get("max_mb") or 10, key=f"upload_{page['id']}_{slot['slot']}_{turn}",
    )  # fmt: skip
    given = chosen if isinstance(chosen, list) else [chosen] if chosen else []
    if given:
        send(client, page, slot, given[: max(room, 1)], replaces)
        if len(given) > max(room, 1):
            parts.flash(t("filing.too_many", count=max(room, 1)), ":material/info:")
        # The next run shows an empty chooser: a file is sent once.
        st.session_state[f"turn_{page['id']}_{slot['slot']}"] = turn + 1
        st.rerun()


def send(client, page: dict, slot: dict, given: list, replaces: str | None) -> None:
    """Send the chosen files one by one; what one of them is refused for is said in the next run, the others arrive.

    A file chosen meanwhile in another slot starts the run again before this one has emptied its chooser: what arrived is not sent twice."""
    arrived = st.session_state.setdefault("_files_arrived", set())
    for file in given:
        if file.file_id in arrived:
            continue
        try:
            with st.spinner(t("filing.sending", name=file.name)):
                filing.upload(client, page["id"], slot, file.name, file.getvalue(), file.type, replaces)
                arrived.add(file.file_id)
        except Refusal as refusal:
            st.session_state.setdefault("_flash_refused", []).append(f"{file.name} : {refusal.sentence(language())}")


def show_refused() -> None:
    """What the last sending was refused for, in a place that stays (parts.show_flash)."""
    with st.container():
        for sentence in st.session_state.pop("_flash_refused", []):
            st.error(sentence, icon=":material/error:")


@st.fragment(run_every=2)
def wait_for_checks(client, dossier: str) -> None:
    """While files are being checked: looks again every two seconds, then the whole page."""
    try:
        waiting = filing.unchecked(filing.draft_page(client, dossier)["documents"])
    except Refusal:
        return  # the line is down: the next look, or the page itself, says so
    if not waiting:
        st.rerun()
    st.caption(t("filing.checking", count=waiting))
