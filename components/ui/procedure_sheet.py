"""The public sheet of a procedure: who decides, documents and who supplies them, time, silence, appeal, fees, validity."""

import streamlit as st

from components.ui import links, parts
from components.ui.words import amount, number, pick, t

NEEDS = ("required", "expected", "optional")


def answer_time(sheet: dict) -> str:
    return t(f"filing.time_{sheet['answer']['counted']}", count=sheet["answer"]["days"])


def card(sheet: dict, commune: str | None) -> None:
    with st.container(border=True, key=f"sheet_{sheet['code']}"):
        st.markdown(f"**{pick(sheet['title'])}**")
        st.text(pick(sheet["summary"]))
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            silence = t(f"filing.silence_{sheet['silence']['effect']}")
            st.caption(f"{t('filing.answer_in')} {answer_time(sheet)} · {silence}", width="content")
            query = {"commune": commune} if commune else {}
            links.link("catalogue", t("filing.see_sheet"), ":material/description:", procedure=sheet["code"], **query)


def sheet(found: dict) -> None:
    parts.header(t("filing.what_you_need"))
    for need in NEEDS:
        papers = [one for one in found["documents"] if one["need"] == need and one["supplied_by"] == "applicant"]
        if papers:
            st.markdown(f"**{t(f'filing.need_{need}')}** · {t(f'filing.need_{need}_help')}")
            for paper in papers:
                condition = f" ({t('filing.in_some_cases')})" if paper.get("conditional") else ""
                st.markdown(f"- {pick(paper['label'])}{condition}  \n  :small[:gray[{pick(paper.get('law'))}]]")
    others = [one for one in found["documents"] if one["supplied_by"] != "applicant"]
    if others:
        st.markdown(f"**{t('filing.supplied_by_us')}**")
        for paper in others:
            st.markdown(f"- {pick(paper['label'])}")

    parts.header(t("filing.time_and_fees"))
    parts.facts([
        (t("filing.who_may_ask"), pick(found["applicants"])),
        (t("filing.who_decides"), pick(found["authority"])),
        (t("filing.answer_in"), f"{answer_time(found)} ({pick(found['answer']['law'])})"),
        (t("filing.if_silent"), pick(found["silence"]["text"])),
        (t("filing.if_refused"), pick(found["appeal"]["text"])),
        (t("filing.validity"), pick(found["validity"].get("text"))),
        *[(pick(fee["label"]), " × ".join(pick(factor) for factor in fee["factors"])) for fee in found["fees"]],
        *[(pick(value["label"]), in_words(value)) for value in found.get("settings", [])],
    ])  # fmt: skip
    parts.header(t("filing.who_works"))
    comma = t("filing.comma")
    parts.facts([(pick(office["title"]), comma.join(parts.role_name(role) for role in office["roles"])) for office in found["offices"]])
    parts.header(t("filing.legal_basis"))
    for basis in found["legal_basis"]:
        st.markdown(f"- {pick(basis['law'])} : {pick(basis['text'])}")


def in_words(setting: dict) -> str:
    """A local value of the commune, as the public reads it. Lists of codes are not for the public."""
    value = setting["value"]
    if isinstance(value, bool):
        return t("common.yes" if value else "common.no")
    if isinstance(value, (int, float)):
        return amount(round(value * 100)) if setting["type"] == "amount" else f"{number(value)} {pick(setting.get('unit'))}".strip()
    return value if isinstance(value, str) else ""
