"""Silence equal to approval on screen: where one stands in three steps with their dates, and what the applicant may ask now."""

import html

import streamlit as st

from components.permits import silence
from components.ui import parts
from components.ui.html_table import html_table, ltr, text, tone
from components.ui.words import day, pick, t

# The look of a step in the list of steps (assets/style.css).
LOOKS = {silence.DONE: "done", silence.WAITING: "now", silence.OPEN: "now", silence.NEXT: "next", silence.OVER: "next"}


def steps(claim: dict, rules: dict, today: str) -> None:
    """The period that ended, then the three steps. rules: the version's {president_days, governor_days}."""
    standing = silence.standing(claim, today)
    lines = [("done", t("silence.step_end"), t("silence.end_note", date=day(claim["tacit_on"], "full")))]
    for step, note in (("president", president_note), ("governor", governor_note), ("attestation", attestation_note)):
        lines.append((LOOKS[standing[step]], t(f"silence.step_{step}"), note(claim, rules, standing[step])))
    items = "".join(
        f'<li class="{look}"{" aria-current=step" if look == "now" else ""}><b>{html.escape(name)}</b><span>{html.escape(said)}</span></li>'
        for look, name, said in lines
    )
    st.html(f'<ol class="shubbak-steps">{items}</ol>')


def president_note(claim: dict, rules: dict, stands: str) -> str:
    if stands == silence.OPEN:
        return t("silence.president_open", count=rules["president_days"])
    asked = t("silence.president_asked", date=day(claim["claimed_on"]), due=day(claim["president_due"], "full"))
    if claim["outcome"] in ("delivered", "refused"):
        return asked + " " + t(f"silence.president_{claim['outcome']}", date=day(claim["ended_on"]))
    return asked if stands == silence.WAITING else asked + " " + t("silence.president_silent")


def governor_note(claim: dict, rules: dict, stands: str) -> str:
    if stands == silence.OVER:
        return t("silence.not_needed")
    if stands == silence.OPEN:
        return t("silence.governor_open", count=rules["governor_days"])
    if stands == silence.NEXT:
        return t("silence.governor_from", date=day(claim["president_due"])) if claim["president_due"] else t("silence.governor_next")
    said = [t("silence.governor_asked", date=day(claim["referred_on"]), due=day(claim["governor_due"], "full"))]
    if claim["letter_on"]:
        said.append(t("silence.letter_sent", number=ltr(claim["letter_no"]), date=day(claim["letter_on"])))
    if claim["explained_on"]:
        said.append(t("silence.explained", date=day(claim["explained_on"])))
    return " ".join(said)


def attestation_note(claim: dict, rules: dict, stands: str) -> str:
    if stands == silence.DONE:
        return t("silence.attested", date=day(claim["ended_on"]), number=ltr(claim["attestation"]["number"]))
    if claim["outcome"] == "declined":
        return t("silence.declined", date=day(claim["ended_on"]))
    return t("silence.not_needed") if stands == silence.OVER else t("silence.attestation_next")


def panel(visit, seen: dict) -> None:
    """The applicant's side: the three steps, what may be asked now, and what to expect meanwhile."""
    claim = seen["silence_claim"]
    if not claim:
        return
    parts.header(t("silence.title"))
    with st.container(border=True, key="silence"):
        steps(claim, seen["silence"], seen["today"])
        if seen["may"]["claim_silence"]:
            st.caption(t("silence.claim_help"))
            ask(t("silence.claim"), "claim", lambda: silence.claim(visit.client, seen["id"])["president_due"], "silence.claimed")
        elif seen["may"]["ask_attestation"]:
            st.caption(t("silence.refer_help"))
            ask(t("silence.refer"), "refer", lambda: silence.ask_attestation(visit.client, seen["id"])["governor_due"], "silence.referred")
        elif claim["outcome"] == "declined":
            for line in claim["reasons"]:
                st.text(parts.joined(line.get("text"), line.get("article")))
            st.caption(t("silence.after_declined"))
        elif not claim["outcome"] and seen["closed_at"] is None:
            due = claim["governor_due"] or claim["president_due"]
            late = due and seen["today"] > due
            key = "silence.governor_late" if late else "silence.wait_governor" if claim["governor_due"] else "silence.wait_president"
            st.caption(t(key, date=day(due)))


def ask(label: str, key: str, do, done: str) -> None:
    if st.button(label, key=f"silence_{key}", type="primary", icon=":material/gavel:", width="stretch"):
        with parts.refusals_shown(), st.spinner(t("silence.sending")):
            parts.flash(t(done, date=day(do(), "full")))
            st.rerun()


def desk(page: dict) -> None:
    """The same steps on an agent's desk, with what the president explained."""
    claim = page["silence_claim"]
    if not claim:
        return
    with st.expander(t("silence.title"), icon=":material/gavel:", expanded=not claim["outcome"]):
        steps(claim, page["head"]["silence"], page["today"])
        parts.facts([(t("silence.explanations"), claim["explanations"]), (t("silence.direct_reason"), claim["direct_reason"])])
        for line in claim["reasons"]:
            st.text(parts.joined(line.get("text"), line.get("article")))


def waiting(lines: list[dict]) -> None:
    """What waits for the governor, the most urgent first: attestations and appeals, with the days left."""
    if not lines:
        return
    parts.header(t("silence.waiting"))
    rows = []
    for line in lines:
        left = line["days_left"]
        days = t("common.days_left", count=left) if left >= 0 else t("common.days_late", count=-left)
        link = f'<a href="agent_dossier?id={html.escape(line["dossier"])}" target="_self">{html.escape(ltr(line["number"]))}</a>'
        about = text(t(f"silence.waiting_{line['kind']}"), stage(line))
        where = text(pick(line["commune"]), pick(line["procedure"]))
        colour = "red" if left < 0 else "amber" if left <= 3 else "green"
        rows.append([link + text("", line["owner_name"]), where, about, tone(days, colour) + text("", day(line["due_on"]))])
    html_table([t("silence.dossier"), t("board.commune"), t("silence.asked"), t("silence.due")], rows)


def stage(line: dict) -> str:
    """How far an attestation is."""
    if line["kind"] == "appeal":
        return ""
    if line["is_drafted"]:
        return t("silence.stage_drafted")
    if line["explained_at"]:
        return t("silence.stage_explained")
    return t("silence.stage_letter") if line["letter_on"] else t("silence.stage_new")
