"""The last screen of a form: every answer with a way back to it, what is missing, the fee with its formula, the deposit."""

import html

import streamlit as st

from components.permits import filing
from components.permits.filing import Journey, root
from components.permits.refusals import Refusal
from components.ui import links, parts, progress, upload
from components.ui.step_form import Memory
from components.ui.words import amount, is_rtl, language, pick, t

SEVERITIES = (("refuse", "error", "red"), ("expected", "warning", "orange"), ("warn", "info", "blue"))


def show(client, page: dict, journey: Journey, memory: Memory) -> None:
    memory.checked = True
    missing(client, page, journey)
    earlier = page.get("earlier_refusal")
    changed = None
    if earlier:
        st.warning(t("filing.refused_before", number=earlier["number"]), icon=":material/history:")
        changed = st.text_area(t("filing.what_changed"), key=f"changed_{page['id']}", max_chars=2000)
    fee(page)
    summary(page, journey)
    deposit(client, page, journey, memory, changed)


def missing(client, page: dict, journey: Journey) -> None:
    """Each fault with its law and a link to the screen that mends it, the forbidding ones first."""
    found = [(screen, fault) for screen in journey.screens for fault in screen.faults]
    if not found:
        st.success(t("filing.nothing_missing"), icon=":material/task_alt:")
    for severity, kind, colour in SEVERITIES:
        mine = [(screen, fault) for screen, fault in found if fault["severity"] == severity]
        if not mine:
            continue
        with st.container(border=True, key=f"faults_{severity}"):
            st.markdown(f":{colour}[:material/{kind}:] **{t(f'filing.faults_{severity}', count=len(mine))}**")
            for place, (screen, fault) in enumerate(mine):
                with st.container(horizontal=True, vertical_alignment="center", key=f"fault_{severity}_{place}"):
                    law = f" ({pick(fault['law'])})" if fault.get("law") else ""
                    label = pick(fault.get("label")) or label_of(page, fault["path"])
                    sentence = f"{label} : {pick(fault)}" if label else pick(fault)
                    st.html(f'<p class="shubbak-fault-line">{html.escape(sentence + law)}</p>', width="stretch")
                    links.link("filing", t("filing.mend"), ":material/edit:", id=page["id"], screen=screen.id)
            other_form(client, page, [fault for _, fault in mine])


def other_form(client, page: dict, faults: list[dict]) -> None:
    """Where a rule says that another procedure fits: the same draft goes on there."""
    offered = {form["code"]: pick(form["title"]) for form in page["other_forms"]}
    for code in dict.fromkeys(fault["instead"] for fault in faults if fault.get("instead")):
        if code not in offered:
            st.caption(t("filing.other_form_closed"))
        elif st.button(t("filing.other_form", title=offered[code]), key=f"instead_{code}", icon=":material/move_item:"):
            with parts.refusals_shown():
                filing.change_procedure(client, page["id"], code)
                parts.flash(t("filing.other_form_done", title=offered[code]))
                st.rerun()


def label_of(page: dict, path: str) -> str:
    name = root(path)
    for step in page["definition"]["steps"]:
        for entry in step["fields"]:
            if entry["id"] == name:
                return pick(entry["label"])
    slot = filing.slot_of(page, name)
    return pick(slot["label"]) if slot else ""


def fee(page: dict) -> None:
    """What will be due at the hand-over, factor by factor, or what is still needed to know it."""
    lines = page["fee"]["lines"]
    if not lines:
        return
    with st.container(border=True, key="fee"):
        st.markdown(f"**{t('filing.fee_title')}**")
        for line in lines:
            factors = " × ".join(f"{pick(factor['label'])} : {pick(factor['text'])}" for factor in line["factors"] if factor.get("text"))
            st.markdown(f"{pick(line['label'])} : **{amount(line['amount']) if line['amount'] is not None else t('filing.fee_unknown')}**")
            st.caption(" · ".join(filter(None, [factors, pick(line.get("law"))])))
        if page["fee"]["total"] is not None and len(lines) > 1:
            st.markdown(f"{t('filing.fee_total')} : **{amount(page['fee']['total'])}**")
        st.caption(t("filing.fee_note"))


def summary(page: dict, journey: Journey) -> None:
    parts.header(t("filing.your_answers"))
    for step in page["summary"]:
        if step["step"] not in journey.ids:
            continue
        with st.container(border=True, key=f"summary_{step['step']}"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                parts.subheader(pick(step["title"]))
                links.link("filing", t("filing.change"), ":material/edit:", id=page["id"], screen=step["step"])
            parts.facts([(pick(entry["label"]), pick(entry["text"])) for entry in step["fields"]])
    with st.container(border=True, key="summary_documents"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            parts.subheader(t("filing.screen_documents"))
            links.link("filing", t("filing.change"), ":material/edit:", id=page["id"], screen=filing.DOCUMENTS)
        rows = [
            (pick(slot["label"]), ", ".join(file["file_name"] for file in filing.files_in(page, slot["slot"]))) for slot in page["demanded"]
        ]
        parts.facts([(label, names or t("filing.no_file")) for label, names in rows])


def deposit(client, page: dict, journey: Journey, memory: Memory, changed: str | None) -> None:
    """The button works once: the same token twice gives the same receipt."""
    waiting = filing.unchecked(page["documents"])
    if waiting:
        upload.wait_for_checks(client, page["id"])
    expected = any(fault["severity"] == "expected" for screen in journey.screens for fault in screen.faults)
    if journey.may_deposit and expected:
        st.info(t("filing.deposit_incomplete", days=page["definition"]["requests"]["complete_days"]), icon=":material/hourglass_top:")
    if not journey.may_deposit:
        st.info(t("filing.deposit_blocked"), icon=":material/block:")
    pressed = st.button(
        t("filing.deposit_partly" if expected else "filing.deposit"), key="deposit", type="primary", icon=":material/send:",
        disabled=not journey.may_deposit or bool(waiting),
    )  # fmt: skip
    st.caption(t("filing.deposit_note"))
    if pressed:
        try:
            with st.spinner(t("filing.depositing")):
                filing.deposit(client, page["id"], memory.token, changed)
        except Refusal as refusal:
            st.error(refusal.sentence(language()), icon=":material/error:")
            return
        links.go("dossier", id=page["id"], new="1")


def next_button(journey: Journey, here: str, dossier: str) -> str | None:
    """Back and continue; the screen that the person wants next."""
    before, after = journey.before(here), journey.after(here)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="filing_moves"):
        if before:
            links.link("filing", t("common.back"), arrow_back(), id=dossier, screen=before)
        if after and st.button(
            t("filing.continue", title=progress.screen_title(journey.screen(after))), key=f"after_{here}", type="primary"
        ):
            return after
    return None


def arrow_back() -> str:
    """Back is to the right in a line that is read from the right."""
    return ":material/arrow_forward:" if is_rtl() else ":material/arrow_back:"
