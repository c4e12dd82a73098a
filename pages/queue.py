"""The staff's queue: who waits for what, most urgent first. The address carries the filter, so that it can be kept and shared."""

from datetime import date

import streamlit as st

from components.permits import queue
from components.ui import parts
from components.ui.queue_table import band_label, queue_table
from components.ui.session import NOT_STAFF, require_person
from components.ui.words import language, number, pick, t

session = require_person()
if not session.is_staff:
    parts.nothing_here(t("shell.not_your_page"), ":material/lock:")
    st.stop()
parts.title(t("queue.title"), t("queue.lead"))
st.html('<span class="shubbak-wide-page"></span>')
communes = {commune["id"]: commune for commune in session.communes(*(session.roles - NOT_STAFF))}
if not communes:
    parts.nothing_here(t("queue.no_commune"), ":material/location_off:")
    st.stop()

# Choose: the address is the truth; a widget that changes rewrites it.
FIELDS = ("text", "procedure", "state", "step", "holder", "band", "channel", "assigned", "from", "to", "scope")
address = {key: value for key, value in st.query_params.items() if key in (*queue.KEYS, "commune")}
remembered = st.session_state.get("queue_address")
if not address and remembered and "queue_text" not in st.session_state:
    address = dict(remembered)
    st.query_params.from_dict(address)
if st.session_state.get("queue_seeded") != address or "queue_text" not in st.session_state:
    chosen = queue.filter_from_address(address)
    st.session_state.update(
        {
            "queue_commune": address.get("commune")
            if address.get("commune") in communes
            else None
            if len(communes) > 1
            else next(iter(communes)),
            "queue_text": chosen.get("text", ""),
            "queue_procedure": chosen.get("procedure"),
            "queue_state": (chosen.get("states") or [None])[0],
            "queue_step": chosen.get("step"),
            "queue_holder": chosen.get("holder"),
            "queue_band": chosen.get("band"),
            "queue_channel": chosen.get("channel"),
            "queue_assigned": chosen.get("assigned") == "me",
            "queue_from": date.fromisoformat(chosen["from"]) if "from" in chosen else None,
            "queue_to": date.fromisoformat(chosen["to"]) if "to" in chosen else None,
            "queue_scope": chosen.get("scope") == "all",
            "queue_seeded": address,
            "queue_pages": 1,
        }
    )


def rewrite_address() -> None:
    """The widgets as an address."""
    value = {name: st.session_state.get(f"queue_{name}") for name in FIELDS}
    wanted = {
        "commune": st.session_state["queue_commune"] if len(communes) > 1 else None,
        "text": (value["text"] or "").strip(),
        "procedure": value["procedure"],
        "states": value["state"],
        "step": value["step"],
        "holder": value["holder"],
        "band": value["band"],
        "channel": value["channel"],
        "assigned": "me" if value["assigned"] else None,
        "from": value["from"] and value["from"].isoformat(),
        "to": value["to"] and value["to"].isoformat(),
        "scope": "all" if value["scope"] else None,
    }
    new = {key: str(text) for key, text in wanted.items() if text}
    st.query_params.from_dict(new)
    st.session_state.update({"queue_seeded": new, "queue_address": new, "queue_pages": 1})
    st.session_state.pop("queue_file", None)


def clear() -> None:
    st.session_state["queue_address"] = {}
    st.query_params.from_dict(
        {"commune": st.session_state["queue_commune"]} if len(communes) > 1 and st.session_state["queue_commune"] else {}
    )
    st.session_state.pop("queue_file", None)


def choose(label: str, name: str, options: list, words, every: str) -> None:
    """A list of choices with "all" first; a value that the list does not know any more stays out."""
    if st.session_state.get(f"queue_{name}") not in options:
        st.session_state[f"queue_{name}"] = None
    st.selectbox(
        label,
        [None, *options],
        format_func=lambda value: every if value is None else words(value),
        key=f"queue_{name}",
        on_change=rewrite_address,
    )


commune = st.session_state["queue_commune"]
offered = queue.choices(session.client, commune)
titles = {procedure["code"]: pick(procedure["title"]) for procedure in offered["procedures"]}
steps = {
    step["id"]: pick(step["title"])
    for procedure in offered["procedures"]
    if st.session_state["queue_procedure"] in (None, procedure["code"])
    for step in procedure["steps"]
}

with st.container(key="queue_filters"):
    wide = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    with wide[0]:
        st.text_input(
            t("queue.search"),
            key="queue_text",
            placeholder=t("queue.search_help"),
            icon=":material/search:",
            on_change=rewrite_address,
            max_chars=120,
        )
    with wide[1]:
        choose(t("queue.procedure"), "procedure", list(titles), titles.get, t("queue.every_procedure"))
    with wide[2]:
        choose(t("queue.state"), "state", list(queue.STATES), lambda state: t(f"states.{state}"), t("queue.every_state"))
    with wide[3]:
        holders = ["me", "applicant", *[role for role in offered["holders"] if role not in ("me", "applicant")]]
        choose(
            t("queue.holder"),
            "holder",
            holders,
            lambda role: t(f"queue.holder_{role}") if role in ("me", "applicant") else t(f"roles.{role}"),
            t("queue.anybody"),
        )
    hidden = sum(bool(st.session_state.get(f"queue_{name}")) for name in ("step", "channel", "assigned", "from", "to", "scope"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(communes) > 1:
            choose(t("queue.commune"), "commune", list(communes), lambda one: pick(communes[one], "name_"), t("queue.all_communes"))
        with st.popover(
            t("queue.more_filters_on", count=number(hidden)) if hidden else t("queue.more_filters"), icon=":material/filter_list:"
        ):
            choose(t("queue.step"), "step", list(steps), steps.get, t("queue.every_step"))
            choose(t("queue.channel"), "channel", list(queue.CHANNELS), lambda one: t(f"queue.channel_{one}"), t("queue.every_channel"))
            st.date_input(t("queue.from"), key="queue_from", format="DD/MM/YYYY", on_change=rewrite_address)
            st.date_input(t("queue.to"), key="queue_to", format="DD/MM/YYYY", on_change=rewrite_address)
            st.checkbox(t("queue.assigned"), key="queue_assigned", on_change=rewrite_address)
            st.checkbox(t("queue.scope_all"), key="queue_scope", on_change=rewrite_address)
        st.button(t("queue.clear"), key="queue_clear", icon=":material/close:", type="tertiary", on_click=clear)

# Load
chosen = queue.filter_from_address(st.session_state["queue_seeded"])
page = queue.page(session.client, commune, chosen, limit=queue.PAGE * st.session_state["queue_pages"])

# Show
st.pills(
    t("queue.bands"),
    queue.BANDS,
    format_func=lambda band: band_label(band, page["bands"][band]),
    key="queue_band",
    on_change=rewrite_address,
    label_visibility="collapsed",
)
if not page["rows"]:
    parts.nothing_here(t("queue.empty_filtered") if chosen else t("queue.empty"), ":material/task_alt:")
    st.stop()
opened = queue_table(page["rows"])

# Act
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption(t("queue.shown", shown=number(len(page["rows"])), total=t("queue.found", count=page["total"])))
    if page["next"] and len(page["rows"]) < page["total"]:
        if st.button(t("queue.more"), key="queue_more", icon=":material/expand_more:"):
            st.session_state["queue_pages"] += 1
            st.rerun()
    if "queue_file" not in st.session_state:
        if st.button(t("queue.export_prepare"), key="queue_export", icon=":material/table_view:", help=t("queue.export_help")):
            with st.spinner(t("queue.export_working")):
                st.session_state["queue_file"] = queue.export(session.client, commune, chosen, language())
            st.rerun()
    else:
        content, lines = st.session_state["queue_file"]
        st.download_button(
            t("queue.export_ready", count=number(lines)),
            content,
            file_name=f"{t('queue.export_file')}-{page['today']}.csv",
            mime="text/csv",
            key="queue_download",
            icon=":material/download:",
            on_click="ignore",
        )
if opened:
    st.session_state["queue_address"] = st.session_state["queue_seeded"]
    st.switch_page("pages/agent_dossier.py", query_params={"id": opened})
