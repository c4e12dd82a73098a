"""The documents of a dossier on the desk: what came, what is missing, the file itself, and a verdict on each."""

import streamlit as st

from components.permits import dossiers
from components.ui import parts
from components.ui.file_signature import signed_words
from components.ui.html_table import html_table, strong, text, tone
from components.ui.pdf_view import show_pdf
from components.ui.words import moment, number, pick, size, t

TONES = {"conform": "green", "not_conform": "red", None: "gray"}


def verdict_words(document: dict) -> tuple[str, str]:
    """(words, colour) of where a file stands: refused at the check of its type, replaced, judged, or waiting."""
    if document["check"] == "refused":
        return t("desk.check_refused"), "red"
    if document["check"] == "unchecked":
        return t("desk.check_unchecked"), "gray"
    if document["replaced"]:
        return t("desk.replaced"), "gray"
    return t(f"desk.verdict_{document['verdict'] or 'none'}"), TONES[document["verdict"]]


def documents_list(documents: list[dict]) -> None:
    """Every file with its slot, version and verdict: what a screen reader reads, and what is looked at before opening one."""
    rows = []
    for document in documents:
        words, colour = verdict_words(document)
        note = document["verdict_note"] or pick(document["check_why"])
        rows.append(
            [
                strong(pick(document["label"]), t("desk.identity") if document["identity"] else ""),
                text(document["file_name"], parts.joined(file_facts(document), signed_words(document["signature"]))),
                tone(words, colour) + text("", note),
            ]
        )
    html_table([t("desk.document"), t("desk.file"), t("desk.verdict")], rows)


def file_facts(document: dict) -> str:
    pages = t("desk.pages", count=document["pages"]) if document["pages"] else ""
    return " · ".join(
        filter(
            None,
            [
                t("desk.version", number=number(document["version"])),
                size(document["size"]),
                pages,
                moment(document["uploaded_at"], "short"),
            ],
        )
    )


def look(client, document: dict) -> None:
    """Opens one file below the list. An identity paper asks why first: the look is written down."""
    purpose = ""
    if document["identity"]:
        st.caption(t("desk.identity_logged"))
        purpose = st.text_input(t("desk.purpose"), key=f"purpose_{document['id']}", max_chars=200)
    if st.button(t("desk.look"), key=f"look_{document['id']}", icon=":material/visibility:", disabled=document["check"] != "accepted"):
        if document["identity"] and not purpose.strip():
            st.warning(t("desk.purpose_needed"))
        else:
            with parts.refusals_shown():
                st.session_state["desk_file"] = (document["id"], *dossiers.document_bytes(client, document["id"], purpose))
    held = st.session_state.get("desk_file")
    if held and held[0] == document["id"]:
        _, content, name, mime = held
        if mime == "application/pdf":
            show_pdf(content, name)
        elif (mime or "").startswith("image/"):
            st.image(content, caption=name, width="stretch")
        else:
            st.download_button(t("common.download"), content, file_name=name, mime=mime, key="desk_file_download", on_click="ignore")


def judge(client, document: dict, reasons: list[dict]) -> None:
    """The verdict on one file. reasons: coded reasons of the procedure."""
    identity = document["id"]
    verdict = st.radio(
        t("desk.verdict"),
        ["conform", "not_conform"],
        format_func=lambda one: t(f"desk.verdict_{one}"),
        key=f"verdict_{identity}",
        horizontal=True,
        index=["conform", "not_conform"].index(document["verdict"]) if document["verdict"] else None,
    )
    code, note = None, ""
    if verdict == "not_conform":
        labels = {reason["code"]: pick(reason["label"]) for reason in reasons}
        code = st.selectbox(
            t("desk.reason"),
            [None, *labels],
            format_func=lambda one: labels.get(one, t("desk.reason_other")),
            key=f"verdict_code_{identity}",
        )
        note = st.text_input(t("desk.note"), key=f"verdict_note_{identity}", value=document["verdict_note"] or "", max_chars=500)
    if st.button(t("desk.save_verdict"), key=f"verdict_save_{identity}", icon=":material/check:", disabled=verdict is None):
        with parts.refusals_shown():
            dossiers.set_verdict(client, identity, verdict, code, note)
            parts.flash(t("desk.verdict_saved", name=pick(document["label"])))
            st.rerun()


def document_desk(client, page: dict) -> None:
    documents = page["documents"]
    slots = {target["target"] for target in page["targets"] if target["is_document"]}
    missing = [fault for fault in page["faults"] if fault["path"] in slots]
    if missing:
        st.warning(t("desk.missing") + "\n\n" + "\n".join(f"- {pick(fault['label'])} : {pick(fault)}" for fault in missing))
    if not documents:
        parts.nothing_here(t("desk.no_document"))
        return
    documents_list(documents)
    ids = [document["id"] for document in documents]
    by_id = {document["id"]: document for document in documents}
    waiting = next((document["id"] for document in documents if document["verdict"] is None and not document["replaced"]), ids[0])
    if st.session_state.get("desk_document") not in ids:
        st.session_state["desk_document"] = waiting
    chosen = by_id[
        st.selectbox(
            t("desk.choose_document"),
            ids,
            key="desk_document",
            format_func=lambda one: f"{pick(by_id[one]['label'])} · {by_id[one]['file_name']}",
        )
    ]
    may_judge = any(act["verb"] == "set_verdict" for act in page["acts"])
    if may_judge and not chosen["replaced"] and chosen["check"] == "accepted":
        with st.container(border=True):
            judge(client, chosen, page["verdict_reasons"])
    look(client, chosen)
