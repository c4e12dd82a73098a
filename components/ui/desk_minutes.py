"""Minutes of a committee on the screen: where they stand, who signed, the file, whether the opinions are still those that were signed."""

import streamlit as st

from components.permits import committee, dossiers
from components.permits.refusals import Refusal
from components.ui import links, parts
from components.ui.desk_seats import title_of
from components.ui.html_table import html_table, strong, tone
from components.ui.words import number, pick, t

STATES = {"sound": "green", "altered": "red", "missing": "red", "unsigned": "amber", "none": "gray"}


def minutes(client, page: dict) -> None:
    """page: of committee.desk()."""
    line = page["minutes"]
    parts.subheader(t("committee.minutes"))
    if not line:
        parts.note(t("committee.minutes_none"))
        return
    said = {"requested": st.info, "failed": st.error, "ready": st.info, "signed": st.info, "published": st.success}[line["state"]]
    said(
        t(f"committee.minutes_{line['state']}", fault=line["fault"] or "", signed=number(line["signatures"]), needed=number(line["needed"]))
    )
    if line["state"] in ("requested", "signed"):
        wait_for_minutes(client, page["head"]["id"], line["state"])
    if line["conclusion"]:
        parts.facts([(t("committee.conclusion"), pick(line["conclusion"]))])
    mine = {one["seat"] for one in page["mine"]}
    if line["state"] == "ready" and mine - set(line["signed"]):
        links.link("sign", t("committee.sign_minutes"), ":material/draw:", paper=line["paper"])
    if line["state"] in ("ready", "published"):
        names = [title_of(seat) for seat in page["seats"] if seat["seat"] in line["signed"]]
        if names:
            st.caption(t("committee.signed_by", names=" · ".join(f"\u2068{name}\u2069" for name in names)))
        minutes_file(client, line["paper"], line["path"], line["docx"] if page["is_secretary"] else None)
        check_opinions(client, line["paper"])


def minutes_file(client, paper: str, path: str, docx: str | None = None) -> None:
    """The file, fetched when it is asked for; for the secretariat also the working copy without signatures."""
    with st.container(horizontal=True):
        st.download_button(
            t("committee.minutes_open"), data=lambda: dossiers.paper_bytes(client, path), file_name="pv.pdf", mime="application/pdf",
            key=f"minutes_pdf_{paper}", icon=":material/picture_as_pdf:", on_click="ignore",
        )  # fmt: skip
        if docx:
            st.download_button(
                t("committee.minutes_docx"), data=lambda: dossiers.paper_bytes(client, docx), file_name="pv.docx",
                mime="application/vnd.openxmlformats-officedocument.wordprocessingml.document", key=f"minutes_docx_{paper}",
                icon=":material/description:", type="tertiary", on_click="ignore",
            )  # fmt: skip


def check_opinions(client, paper: str) -> None:
    """On demand: every opinion of the minutes compared with the text that its author signed."""
    if not st.button(t("committee.verify"), key=f"minutes_check_{paper}", icon=":material/fact_check:", type="tertiary"):
        return
    with parts.refusals_shown():
        found = committee.verify_minutes(client, paper)
        opinion_states(found["opinions"])
        if found["sound"]:
            st.success(t("committee.verify_sound"), icon=":material/verified:")
        else:
            st.error(t("committee.verify_unsound"), icon=":material/gpp_bad:")


def opinion_states(opinions: list[dict]) -> None:
    """opinions: [{role, organisation, state}]: what became of each since the minutes froze it. The altered one is named."""
    rows = [[strong(*names_of(one)), state_of(one["state"])] for one in opinions]
    html_table([t("committee.member"), t("desk.opinion")], rows)


def names_of(body: dict) -> list[str]:
    """The seat and the body that held it, once when they are called the same."""
    return list(dict.fromkeys(filter(None, [pick(body["role"]), pick(body["organisation"])])))


def state_of(state: str) -> str:
    return tone(t(f"committee.state_{state}"), STATES[state])


@st.fragment(run_every="2s")
def wait_for_minutes(client, dossier: str, state: str) -> None:
    """Looks again until the worker has drawn or sealed them."""
    try:
        line = committee.desk(client, dossier)["minutes"] or {}
    except Refusal:
        return  # the line is down: the next look, or the page itself, says so
    if line.get("state") != state:
        st.rerun()
