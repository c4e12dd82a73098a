"""Pieces of the applicant's page: the receipt just given, what happens now, decision, papers, contents, clock."""

import html
from datetime import date

import streamlit as st

from components.permits import dossiers, filing
from components.permits.refusals import Refusal
from components.ui import band, dossier_cards, parts, progress, thread
from components.ui.file_signature import signed_words
from components.ui.upload import CHECKS
from components.ui.words import amount, day, moment, pick, t

# Decisions that are not the last word, and the state of the dossier while they hold.
PASSING = {"modification": "MODIFICATION_REQUESTED", "deferral": "DEFERRED"}
VERDICTS = {"conform": "green", "not_conform": "red"}


def receipt_panel(client, seen: dict) -> None:
    """What the receipt says, at once; its PDF follows in a few seconds."""
    complete = seen["complete_on"] is not None
    with st.container(border=True, key="receipt"):
        st.success(t("dossier.received_complete" if complete else "dossier.received_missing"), icon=":material/task_alt:")
        parts.facts([
            (t("dossier.number"), seen["number"]),
            (t("dossier.deposited"), moment(seen["deposited_at"])),
            (t("dossier.tracking_code"), seen["tracking_code"]),
            (t("dossier.answer_latest"), day(seen["legal_end"], "full") if complete else ""),
            (t("dossier.complete_latest"), day(seen["complete_by"], "full") if not complete else ""),
        ])  # fmt: skip
        st.caption(t("dossier.keep_code"))


def what_happens_now(seen: dict) -> None:
    parts.header(t("dossier.now_title"))
    words, figures = st.columns([2, 1], gap="large")
    with words:
        st.markdown("**" + t(f"dossier.now_{seen['next']}") + "**")
        progress.steps(seen)
        if effect := after_the_day(seen):
            st.html(f'<p class="shubbak-note">{html.escape(effect)}</p>')
    with figures, st.container(border=True, key="days_left"):
        label, value, note = countdown(seen)
        st.metric(label, value)
        st.caption(note)


def countdown(seen: dict) -> tuple[str, str, str]:
    """What is counted now: days of the applicant, days of the administration, or the day it ended."""
    if seen["complete_by"] and not seen["closed_at"]:
        left = (date.fromisoformat(seen["complete_by"]) - date.fromisoformat(seen["today"])).days
        return t("dossier.your_days"), dossier_cards.days_words(left), t("dossier.until_day", date=day(seen["complete_by"], "full"))
    if seen["state"] == "COMPLEMENT_REQUESTED":
        kept = t("common.days", count=seen["remaining_days"] or 0)
        return t("dossier.suspended"), kept, t("dossier.suspended_note")
    if seen["state"] == "DEFERRED" and seen["decision"]:
        return t("states.DEFERRED"), day(seen["decision"]["until"], "short"), t("dossier.deferred_note")
    if seen["waits_for"] == "administration" and seen["legal_end"]:
        note = t("dossier.until_day", date=day(seen["legal_end"], "full"))
        if seen["working_days_left"] is not None:
            note += f" ({t('filing.time_working_days', count=seen['working_days_left'])})"
        return t("dossier.days_of_commune"), dossier_cards.days_words(seen["days_left"]), note
    if seen["state"] == "DELIVERED" and seen["valid_until"]:
        return t("dossier.permit_valid"), day(seen["valid_until"], "short"), t("dossier.delivered_on", date=day(seen["delivered_at"]))
    if seen["closed_at"]:
        return t("dossier.over"), day(seen["closed_at"], "short"), t(f"states.{seen['state']}")
    return t("dossier.deposited"), day(seen["deposited_at"], "short"), t(f"states.{seen['state']}")


def after_the_day(seen: dict) -> str:
    if seen["waits_for"] == "administration" and seen["legal_end"] and seen["state"] != "DEFERRED" and not seen.get("silence_claim"):
        return pick(seen["silence"].get("text"))
    if seen["state"] == "INCOMPLETE":
        return t("dossier.returned_after", date=day(seen["complete_by"]))
    return ""


def decision(seen: dict) -> None:
    """A refusal shows its reasons with their articles, a reserved grant its reservations, a grant what is due before the hand-over."""
    found = seen["decision"]
    if found and found["kind"] in PASSING and seen["state"] != PASSING[found["kind"]]:
        found = None  # answered, or over
    if found and (found["reasons"] or found["reservations"]):
        kind = found["kind"] if found["kind"] == "deferral" else "refusal" if found["kind"] in ("refusal", "revocation") else "reservations"
        with st.container(border=True, key="decision"):
            st.markdown(f"**{t(f'dossier.decision_{kind}', date=day(found['until']) if kind == 'deferral' else '')}**")
            for line in found["reasons"] + found["reservations"]:
                st.text(parts.joined(line.get("text"), line.get("article")))
            if kind == "refusal":
                st.caption(pick(seen["appeal"].get("text")))
    fee = seen["fee"]
    if fee:
        with st.container(border=True, key="fee_order"):
            st.markdown(f"**{t('dossier.fee', number=fee['number'])}** : {amount(fee['total'])}")
            for line in fee["lines"]:
                factors = " × ".join(pick(factor["text"]) for factor in line.get("factors", []) if factor.get("text"))
                st.caption(f"{pick(line['label'])} : {factors} = {amount(line['amount'])}")
            st.text(
                t("dossier.fee_paid", number=fee["receipt"], at=moment(fee["paid_at"], "short")) if fee["paid_at"] else t("dossier.fee_due")
            )


def papers(client, seen: dict) -> None:
    parts.header(t("dossier.papers"))
    plans = [paper for paper in seen["papers"] if paper["kind"] == "plan"]
    for paper in [*[paper for paper in seen["papers"] if paper["kind"] != "plan"], *plans]:
        if plans and paper is plans[0]:
            parts.subheader(t("committee.stamped_plans"))
            st.caption(t("committee.stamped_plans_help"))
        place = f"-{plans.index(paper) + 1}" if paper in plans else ""
        with st.container(horizontal=True, vertical_alignment="center", key=f"paper_{paper['id']}"):
            title = pick(paper["title"]) + (f" – {pick(paper['state_line'])}" if paper["state_line"] else "")
            st.text(f"{title} ({moment(paper['created_at'], 'short')})", width="stretch")
            if paper["state"] == "published":
                st.download_button(
                    t("common.download"), data=lambda path=paper["path"]: filing.fetch_paper(client, path),
                    file_name=f"{paper['kind']}-{paper['number']}{place}.pdf", mime="application/pdf",
                    key=f"get_{paper['id']}", icon=":material/download:", on_click="ignore",
                )  # fmt: skip
    if not seen["papers"]:
        st.caption(t("dossier.no_paper"))
    if any(paper["state"] in ("requested", "ready") for paper in seen["papers"]):
        wait_for_papers(client, seen["id"])
    elif any(paper["state"] == "failed" for paper in seen["papers"]):
        st.warning(t("dossier.paper_failed"), icon=":material/print_disabled:")


@st.fragment(run_every=3)
def wait_for_papers(client, dossier: str) -> None:
    try:
        seen = filing.dossier_for_applicant(client, dossier)
    except Refusal:
        return  # the line is down: the next look says more
    if not any(paper["state"] in ("requested", "ready") for paper in seen["papers"]):
        st.rerun()
    st.caption(t("dossier.paper_coming"))


def contents(client, seen: dict) -> None:
    """Answers and documents as they were filed, with the verdicts given."""
    for step in seen["summary"]:
        parts.subheader(pick(step["title"]))
        parts.facts([(pick(entry["label"]), pick(entry["text"])) for entry in step["fields"]])
    parts.subheader(t("filing.screen_documents"))
    for document in seen["documents"]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"document_{document['id']}"):
            colour, words = CHECKS[document["check"]]
            st.badge(t(words), color=colour)
            name = f"{pick(document['label'])} : \u2068{document['file_name']}\u2069"
            st.text(parts.joined(name, signed_words(document["signature"])), width="stretch")
            if document["verdict"]:
                st.badge(t(f"dossier.verdict_{document['verdict']}"), color=VERDICTS[document["verdict"]])
            if document["check"] == "accepted":
                st.download_button(
                    t("common.open"), data=lambda which=document["id"]: filing.fetch(client, which), file_name=document["file_name"],
                    mime=document["mime"] or "application/octet-stream", key=f"see_{document['id']}", type="tertiary",
                    icon=":material/visibility:", on_click="ignore",
                )  # fmt: skip
    if seen["looks"]:
        parts.subheader(t("dossier.looks"))
        for look in seen["looks"]:
            st.caption(t("dossier.look", name=pick(look["name"]), file=look["file_name"], at=moment(look["at"], "short")))


def clock(drawn: dict) -> None:
    band.clock_facts(drawn)
    band.clock_band(drawn)


def public_next(seen: dict) -> str:
    """The sentence of a tracked request, of which the public part only is known."""
    known = {
        "DRAFT": "continue",
        "INCOMPLETE": "complete",
        "COMPLEMENT_REQUESTED": "answer",
        "MODIFICATION_REQUESTED": "modify",
        "DEFERRED": "deferred",
        "APPROVED_PENDING_FEES": "pay",
        "DELIVERED": "collect",
    }
    if seen["state"] in known:
        return known[seen["state"]]
    return "none" if seen["closed_at"] else "wait"


def messages(client, seen: dict) -> None:
    """The conversation with the commune. Showing it marks it as read."""
    if seen["messages"]:
        thread.show_messages(seen["messages"])
    if not seen["may"]["message"]:
        return
    if any(message["unread"] for message in seen["messages"]):
        dossiers.read_thread(client, seen["id"], "applicant")
    st.caption(t("dossier.message_note"))
    kept = f"message_{seen['id']}"
    if st.session_state.pop(f"{kept}_sent", False):
        st.session_state[kept] = ""
    st.text_area(t("dossier.message"), key=kept, max_chars=5000, height=100)
    if st.button(t("common.send"), key="message_send", icon=":material/send:") and (st.session_state[kept] or "").strip():
        with parts.refusals_shown():
            dossiers.post_message(client, seen["id"], "applicant", st.session_state[kept], None)
            st.session_state[f"{kept}_sent"] = True
            parts.flash(t("dossier.message_sent"))
            st.rerun()
