"""Parts of a dossier read on the desk: its standing, the answers, requests, opinions, decisions, papers."""

from html import escape

import streamlit as st

from components.permits import dossiers
from components.permits.texts import in_order
from components.ui import parts
from components.ui.act_fields import value_in_words
from components.ui.desk_seats import opinion_in_words
from components.ui.html_table import html_table, ltr, strong, text, tone
from components.ui.queue_table import TONES, days_in_words
from components.ui.timeline import role_of
from components.ui.words import day, moment, pick, t


def band_badge(head: dict, page: dict) -> None:
    """Procedure, state, days left, channel: the line under the title."""
    end = t("desk.until", date=day(head["legal_end"])) if head["legal_end"] and head["band"] not in ("done", "waiting") else ""
    filed = t("desk.deposited", date=moment(head["deposited_at"]), channel=t(f"queue.channel_{head['channel']}"))
    st.html(
        f'<div class="shubbak-badges"><b>{escape(pick(head["procedure_title"]))}</b>{tone(t("states." + head["state"]), "gray")}'
        f"{tone(days_in_words(head), TONES[head['band']])}<span>{escape(end)}</span><span>{escape(filed)}</span></div>"
    )


def answers(page: dict) -> None:
    """The pre-check as the applicant received it, then every answer step by step."""
    faults_of(page)
    if page["proposal"] and page["proposal"].get("report"):
        parts.subheader(t("desk.report"))
        st.text(page["proposal"]["report"])
    if not page["full"]:
        parts.note(t("desk.minimised"))
    summary_of(page)


def faults_of(page: dict) -> None:
    """What the rules of the definition found in the answers; documents say it beside themselves."""
    slots = {target["target"] for target in page["targets"] if target["is_document"]}
    for fault in page["faults"]:
        if fault["path"] in slots:
            continue
        article = f" ({pick(fault['law'])})" if fault.get("law") else ""
        say = st.warning if fault["severity"] == "warn" else st.error
        say(f"{pick(fault['label'])} : {pick(fault)}{article}" if fault.get("label") else pick(fault) + article, icon=":material/rule:")


def summary_of(page: dict, columns: int = 1) -> None:
    """Every answer, step by step, each in the column that is shortest so far."""
    places, heights = st.columns(columns, gap="large"), [0] * columns
    for step in page["summary"]:
        lines = [(pick(field["label"]), pick(field["text"])) for field in step["fields"]]
        if lines:
            shortest = heights.index(min(heights))
            heights[shortest] += 2 + len(lines)
            with places[shortest]:
                parts.subheader(pick(step["title"]))
                parts.facts(lines)


def requests_of(requests: list[dict]) -> None:
    if not requests:
        parts.note(t("desk.no_request"))
    for request in requests:
        told = (
            t("desk.told_at", date=moment(request["told_at"], "short"), how=t(f"desk.how_{request['told_how'] or 'online'}"))
            if request["told_at"]
            else t("desk.not_told")
        )
        ended = (
            t(f"desk.closed_{request['closed_as']}")
            if request["closed_as"]
            else t("desk.until", date=day(request["due_on"]))
            if request["due_on"]
            else t("desk.awaiting")
        )
        with st.container(border=True):
            st.markdown(f"**{t('desk.kind_' + request['kind'])}** · {day(request['created_at'])} · {pick(request['by'])}")
            st.caption(" · ".join(filter(None, [pick(request["law"]), told, ended])))
            for item in request["items"] or []:
                why = pick(item.get("reason_label"))
                st.markdown(f"- {pick(item['label'])}" + (f" : {why}" if why else ""))
                if item.get("note"):
                    st.text(item["note"])
            if request["note"]:
                st.text(request["note"])


def opinions(page: dict) -> None:
    """What each service said, and who is still awaited."""
    asked = [
        task for task in page["tasks"] if any(step["id"] == task["step"] and step["kind"] == "opinions" for step in page["head"]["steps"])
    ]
    members = [opinion for opinion in page["opinions"] if opinion["round"]]
    given = {opinion["role"]: opinion for opinion in page["opinions"] if not opinion["round"]}
    if members:
        members_opinions(members)
    elif not asked and not page["decisions"] and not page["appeals"]:
        parts.nothing_here(t("desk.no_opinion"), ":material/forum:")
        return
    rows = []
    tones = {"favourable": "green", "with_reservations": "amber", "unfavourable": "red", "not_concerned": "gray"}
    for task in asked:
        opinion = given.get(task["role"])
        if opinion:
            measured = [f"{pick(line['label'])} : {value_in_words(line)}" for line in opinion["measured"]]
            more = " · ".join(filter(None, [opinion["article"], *measured]))
            words = tone(t(f"desk.outcome_{opinion['outcome']}"), tones[opinion["outcome"]]) + text(opinion["reasons"], more)
            when = f"{day(opinion['at'], 'short')} · {pick(opinion['by'])}"
        else:
            words = tone(t("desk.outcome_silent") if task["closed_at"] else t("desk.awaited"), "gray")
            when = t("desk.until", date=day(task["due_on"], "short")) if task["due_on"] else ""
        rows.append([escape(role_of(task["role"])), words, text(when)])
    if rows:
        html_table([t("desk.service"), t("desk.opinion"), t("desk.when")], rows)


def members_opinions(opinions: list[dict]) -> None:
    """What the members of the committee said, the last round first."""
    rows = [[strong(role_of(one["role"])), opinion_in_words(one)] for one in sorted(opinions, key=lambda one: -one["round"])]
    if len({one["round"] for one in opinions}) > 1:
        for row, one in zip(rows, sorted(opinions, key=lambda one: -one["round"]), strict=True):
            row[0] += text("", f"{t('committee.round')} {one['round']}")
    html_table([t("committee.member"), t("desk.opinion")], rows)


def decision_of(decision: dict) -> None:
    parts.subheader(f"{t('desk.kind_' + decision['kind'])} · {ltr(decision['number'] or '')}")
    power = decision["power"] or {}
    parts.facts(
        [
            (t("desk.decided_at"), moment(decision["decided_at"])),
            (t("desk.by"), pick(decision["by"])),
            (t("desk.power"), pick(power.get("act") or {})),
            (t("desk.signed_at"), moment(decision["signed_at"]) if decision["signed_at"] else t("desk.not_signed")),
            (t("committee.deferral_until"), day(decision["effective_on"]) if decision["kind"] == "deferral" else ""),
            *[(pick(line["label"]), value_in_words(line)) for line in decision["terms"]],
        ]
    )
    for name in ("reasons", "reservations", "requested"):
        if decision[name]:
            st.markdown(f"**{t('desk.' + name)}**")
            for line in decision[name]:
                lifted = t("committee.lifted", how=line["lifted_note"]) if line.get("lifted") else ""
                article = f"({line['article']})" if line.get("article") else ""
                st.text(in_order(" ".join(filter(None, ["•", line.get("text") or pick(line), article, lifted]))))


def papers_of(client, papers: list[dict]) -> None:
    """Each paper with its state; the file is fetched when asked for, then offered for saving."""
    for paper in papers:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{t('desk.paper_' + paper['kind'])}** {parts.plain(pick(paper['plan'])) or ltr(paper['number'])}")
            st.caption(
                t(f"desk.paper_state_{paper['state']}") + (f" · {day(paper['published_at'], 'short')}" if paper["published_at"] else "")
            )
            held = st.session_state.get("desk_paper")
            if held and held[0] == paper["id"]:
                st.download_button(
                    t("common.download"),
                    held[1],
                    file_name=f"{paper['number'] or paper['kind']}.pdf",
                    mime="application/pdf",
                    key=f"paper_save_{paper['id']}",
                    icon=":material/download:",
                    on_click="ignore",
                )
            elif (
                paper["path"]
                and paper["state"] == "published"
                and st.button(t("common.open"), key=f"paper_{paper['id']}", icon=":material/picture_as_pdf:", type="tertiary")
            ):
                with parts.refusals_shown():
                    st.session_state["desk_paper"] = (paper["id"], dossiers.paper_bytes(client, paper["path"]))
                    st.rerun()
        if paper["state"] == "failed":
            st.caption(paper["fault"] or "")
