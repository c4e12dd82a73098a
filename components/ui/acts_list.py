"""What administrators did, latest first: settings of a commune, holidays."""

import html

import streamlit as st

from components.permits import texts
from components.ui import parts
from components.ui.words import day, moment, pick, t


def acts_list(acts: list[dict], titles: dict[str, str] | None = None) -> None:
    """acts: [{at, by: {fr, ar}, act, data}]; titles: of procedures by code."""
    if not acts:
        parts.nothing_here(t("administration.no_act"), ":material/history:")
        return
    lines = []
    for act in acts:
        when = f'<time datetime="{html.escape(act["at"])}">{html.escape(moment(act["at"], "short"))}</time>'
        lines.append(
            f'<li>{when}<div><b dir="auto">{html.escape(in_words(act, titles or {}))}</b>'
            f'<span dir="auto">{html.escape(more(act))}</span><small dir="auto">{html.escape(pick(act["by"]))}</small></div></li>'
        )
    st.html(f'<ol class="shubbak-timeline">{"".join(lines)}</ol>')


def in_words(act: dict, titles: dict[str, str]) -> str:
    data = act["data"]
    if not texts.has(f"administration.act_{act['act']}"):
        return t("events.other")
    return t(
        f"administration.act_{act['act']}",
        procedure=titles.get(data.get("procedure"), data.get("procedure")),
        mode=t(f"administration.mode_{data['mode']}") if "mode" in data else "",
        name=pick(data, "name_"),
        day=day(data.get("day")),
        before=day(data.get("from")),
        status=t(f"administration.status_{data['status']}") if "status" in data else "",
    )


def more(act: dict) -> str:
    data = act["data"]
    if act["act"] == "clock_moved":
        return day(data["to"], "full") if "to" in data else t("administration.clock_back")
    if "dossiers" in data:
        moved = t("administration.moved", count=data["dossiers"]) if data["dossiers"] else t("administration.none_moved")
        return " · ".join(filter(None, [data.get("source"), moved]))
    return ""
