"""The filters of the queue. The address of the page is the truth: widgets are filled from it, and one that changes rewrites it."""

import time
from datetime import date

import streamlit as st

from components.permits import queue
from components.ui.words import number, pick, t

HIDDEN = ("step", "channel", "assigned", "from", "to", "scope")  # behind "other filters"
OFFERED_SECONDS = 60


def read_address(communes: dict[str, dict]) -> dict:
    """Fills the widgets from the address when it names another filter than they show; returns the filter in force.

    Coming back without a filter in the address restores the last one of this browser session.
    """
    address = {key: value for key, value in st.query_params.items() if key in (*queue.KEYS, "commune")}
    arriving = "queue_text" not in st.session_state
    if arriving and not address and st.session_state.get("queue_address"):
        address = dict(st.session_state["queue_address"])
        st.query_params.from_dict(address)
    chosen = queue.filter_from_address(address)
    if arriving or st.session_state["queue_seeded"] != address:
        own = next(iter(communes)) if len(communes) == 1 else ""
        st.session_state["queue_commune"] = address["commune"] if address.get("commune") in communes else own
        for name in ("text", "procedure", "step", "holder", "channel"):
            st.session_state[f"queue_{name}"] = chosen.get(name, "")
        for name in ("from", "to"):
            st.session_state[f"queue_{name}"] = date.fromisoformat(chosen[name]) if name in chosen else None
        st.session_state["queue_state"] = chosen.get("states", [""])[0]
        st.session_state["queue_band"] = chosen.get("band")
        st.session_state["queue_assigned"] = "assigned" in chosen
        st.session_state["queue_scope"] = "scope" in chosen
        keep(address)
    return chosen


def keep(address: dict) -> None:
    """Remembers the filter for the way back from a dossier; what was prepared for another filter is dropped."""
    st.session_state.update({"queue_seeded": address, "queue_address": address, "queue_pages": 1})
    st.session_state.pop("queue_file", None)


def rewrite_address(several: bool) -> None:
    """The widgets as an address."""

    def value(name: str):
        return st.session_state.get(f"queue_{name}")

    wanted = {name: value(name) for name in ("procedure", "step", "holder", "band", "channel")} | {
        "commune": value("commune") if several else "",
        "text": (value("text") or "").strip(),
        "states": value("state"),
        "assigned": "me" if value("assigned") else "",
        "scope": "all" if value("scope") else "",
        "from": value("from") and value("from").isoformat(),
        "to": value("to") and value("to").isoformat(),
    }
    address = {key: text for key, text in wanted.items() if text}
    st.query_params.from_dict(address)
    keep(address)


def clear(several: bool) -> None:
    commune = st.session_state["queue_commune"] if several else ""
    st.query_params.from_dict({"commune": commune} if commune else {})
    st.session_state["queue_address"] = {}


def offered(client, commune: str | None) -> dict:
    """What the lists offer (queue.choices), asked again after a minute: it changes with the procedures, not with the dossiers."""
    place, until, found = st.session_state.get("queue_offered", (None, 0.0, {}))
    if place != commune or time.monotonic() > until:
        found = queue.choices(client, commune)
        st.session_state["queue_offered"] = (commune, time.monotonic() + OFFERED_SECONDS, found)
    return found


def choose(label: str, name: str, options: list[str], words, every: str, several: bool) -> None:
    """A list with "all" first. A value that the list does not know any more (other commune, other procedure) is let go."""
    if st.session_state.get(f"queue_{name}") not in options:
        st.session_state[f"queue_{name}"] = ""
    st.selectbox(
        label,
        ["", *options],
        key=f"queue_{name}",
        format_func=lambda one: words(one) if one else every,
        on_change=rewrite_address,
        args=(several,),
    )


def holder_name(holder: str) -> str:
    return t(f"queue.holder_{holder}") if holder in ("me", "applicant") else t(f"roles.{holder}")


def filters(communes: dict[str, dict], offered: dict) -> None:
    """The row of filters. offered: what queue.choices says of the commune."""
    several = len(communes) > 1
    change = {"on_change": rewrite_address, "args": (several,)}
    titles = {procedure["code"]: pick(procedure["title"]) for procedure in offered["procedures"]}
    steps = {
        step["id"]: pick(step["title"])
        for procedure in offered["procedures"]
        if st.session_state["queue_procedure"] in ("", procedure["code"])
        for step in procedure["steps"]
    }
    search, procedures, states, holders = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    with search:
        st.text_input(
            t("queue.search"), key="queue_text", placeholder=t("queue.search_help"), icon=":material/search:", max_chars=120, **change
        )
    with procedures:
        choose(t("queue.procedure"), "procedure", list(titles), titles.get, t("queue.every_procedure"), several)
    with states:
        choose(t("queue.state"), "state", list(queue.STATES), lambda state: t(f"states.{state}"), t("queue.every_state"), several)
    with holders:
        choose(t("queue.holder"), "holder", ["me", "applicant", *offered["holders"]], holder_name, t("queue.anybody"), several)

    hidden = sum(bool(st.session_state.get(f"queue_{name}")) for name in HIDDEN)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if several:
            choose(
                t("queue.commune"), "commune", list(communes), lambda one: pick(communes[one], "name_"), t("queue.all_communes"), several
            )
        label = t("queue.more_filters_on", count=number(hidden)) if hidden else t("queue.more_filters")
        with st.popover(label, icon=":material/filter_list:"):
            choose(t("queue.step"), "step", list(steps), steps.get, t("queue.every_step"), several)
            choose(
                t("queue.channel"),
                "channel",
                list(queue.CHANNELS),
                lambda one: t(f"queue.channel_{one}"),
                t("queue.every_channel"),
                several,
            )
            st.date_input(t("queue.from"), key="queue_from", format="DD/MM/YYYY", **change)
            st.date_input(t("queue.to"), key="queue_to", format="DD/MM/YYYY", **change)
            st.checkbox(t("queue.assigned"), key="queue_assigned", **change)
            st.checkbox(t("queue.scope_all"), key="queue_scope", **change)
        if st.session_state["queue_address"]:
            st.button(t("queue.clear"), key="queue_clear", icon=":material/close:", type="tertiary", on_click=clear, args=(several,))


def band_pills(bands: dict[str, int], several: bool) -> None:
    """The bands with their counts; choosing one narrows the list."""
    colours = {"late": "red", "today": "orange", "this_week": "orange", "later": "green", "waiting": "blue", "done": "gray"}

    def label(band: str) -> str:
        count = number(bands[band])
        return f":{colours[band]}[**{count}**] {t(f'queue.band_{band}')}" if bands[band] else f"{count} {t(f'queue.band_{band}')}"

    st.pills(
        t("queue.bands"),
        queue.BANDS,
        format_func=label,
        key="queue_band",
        label_visibility="collapsed",
        on_change=rewrite_address,
        args=(several,),
    )
