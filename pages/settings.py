"""What a commune receives and how: its procedures and local values, its opening, its contact, its clock in a demonstration."""

from datetime import date, datetime, time, timedelta

import streamlit as st

from components.permits import administration
from components.permits.client import call
from components.permits.refusals import Refusal
from components.permits.texts import MOROCCO, as_day, as_moment
from components.ui import links, parts, session
from components.ui.acts_list import acts_list
from components.ui.settings_form import procedure_form
from components.ui.words import day, moment, number, pick, t

FIRST, LAST = date(2020, 1, 1), date(2035, 12, 31)  # the demonstration's certificates
ROLES = ("clerk", "instructor", "president", "cashier")

visit = session.require_role("administrator")
parts.title(t("shell.page_settings"), t("administration.settings_lead"))


def done(text: str) -> None:
    parts.flash(text)
    st.rerun()


# Load
address = st.query_params.get("commune")
search = st.session_state.get("settings_search", "")
try:
    page = administration.page(visit.client, address, search)
except Refusal as refusal:
    parts.refused(refusal)
    st.query_params.pop("commune", None)
    page = administration.page(visit.client)
if page["commune"] is None and not search:
    parts.nothing_here(t("administration.no_commune"), ":material/location_city:")
    st.stop()

# Choose
if page["total"] > len(page["communes"]) or search:
    st.text_input(
        t("administration.search_commune", count=number(page["total"])), key="settings_search", icon=":material/search:", max_chars=100
    )
known = {one["id"]: one for one in page["communes"]}
commune = page["commune"]
if not known and not address:
    parts.nothing_here(t("administration.nothing_found"), ":material/search_off:")
    st.stop()
known |= {commune["id"]: commune}
if len(known) > 1:
    st.session_state["settings_commune"] = commune["id"]

    def choose() -> None:
        st.query_params["commune"] = st.session_state["settings_commune"]

    st.selectbox(
        t("common.commune"), list(known), format_func=lambda one: pick(known[one], "name_"), key="settings_commune", on_change=choose
    )
with st.container(horizontal=True, vertical_alignment="center"):
    if len(known) == 1:
        parts.subheader(pick(commune, "name_"))
    st.badge(
        t("administration.is_open" if commune["is_open"] else "administration.not_open"), color="green" if commune["is_open"] else "gray"
    )
    if commune["is_demonstration"]:
        st.badge(t("administration.is_demonstration"), color="orange")
    if commune["clock_moved"]:
        st.badge(t("administration.clock_is_moved", date=day(commune["today"])), color="red", icon=":material/schedule:")
offers = commune["offers"]
titles = {offer["code"]: pick(offer["title"]) for offer in offers}


def stop_receiving(offer: dict) -> None:
    """A question first: what is filed goes on, what is not yet filed is not received."""
    asking = f"stopping_{commune['id']}_{offer['code']}"
    if not st.session_state.get(asking):
        if st.button(t("administration.stop_receiving"), key=f"stop_{offer['code']}", type="tertiary", icon=":material/block:"):
            st.session_state[asking] = True
            st.rerun()
        return
    with st.container(border=True, key="stop_box"):
        st.markdown(f"**{parts.plain(t('administration.stop_question', title=titles[offer['code']]))}**")
        st.caption(t("administration.open_requests", count=offer["open"]))
        st.info(t("administration.stop_effect"), icon=":material/info:")
        with st.container(horizontal=True):
            stop = st.button(t("administration.stop_receiving"), type="primary", key="stop_now")
            keep = st.button(t("common.cancel"), key="stop_cancel")
    if stop or keep:
        del st.session_state[asking]
    if keep:
        st.rerun()
    if stop:
        with parts.refusals_shown():
            going = call(visit.client, "disable_procedure", p_commune=commune["id"], p_procedure=offer["code"])
            going = t("administration.open_requests", count=going)
            done(t("administration.stopped_now", title=titles[offer["code"]], going=going))


def procedures() -> None:
    codes = [offer["code"] for offer in offers]
    chosen = codes[0]
    if len(codes) > 1:
        chosen = st.radio(
            t("administration.tab_procedures"),
            codes,
            format_func=titles.get,
            captions=[state_of(offer) for offer in offers],
            key="settings_procedure",
            label_visibility="collapsed",
        )
    offer = next(offer for offer in offers if offer["code"] == chosen)
    parts.header(titles[chosen])
    if len(codes) == 1:
        st.caption(state_of(offer))
    wanted = procedure_form(visit.client, commune, offer)
    if wanted:
        with parts.refusals_shown():
            administration.enable(visit.client, commune["id"], chosen, **wanted)
            done(t("administration.settings_saved", title=titles[chosen]))
    if offer["mode"] and not offer["closed_at"]:
        stop_receiving(offer)


def state_of(offer: dict) -> str:
    if offer["mode"] is None:
        return t("administration.not_received")
    state = t("administration.stopped", date=day(offer["closed_at"])) if offer["closed_at"] else t(f"administration.mode_{offer['mode']}")
    version = next((one for one in offer["versions"] if one["id"] == offer["version_id"]), None)
    doubtful = len(administration.unconfirmed(version["settings"])) if version else 0
    words = [state, t("administration.open_requests", count=offer["open"])]
    return " · ".join([*words, t("administration.to_confirm_count", count=doubtful)] if doubtful else words)


def opening() -> None:
    office = commune["office"] or {"id": None, "staff": {}, "invited": {}}
    if not commune["is_open"]:
        st.info(t("administration.open_question"), icon=":material/info:")
        if not commune["may_open"]:
            parts.note(t("administration.open_by_province"))
        elif st.button(t("administration.open_now"), type="primary", key="open_commune", icon=":material/storefront:"):
            with parts.refusals_shown():
                call(visit.client, "open_commune", p_commune=commune["id"])
                done(t("administration.opened_now", name=pick(commune, "name_")))
    parts.subheader(t("administration.what_next"))
    needs = {
        "open": commune["is_open"],
        "procedure": any(offer["mode"] and not offer["closed_at"] for offer in offers),
        "contact": bool(commune["contact"]),
    } | {role: bool(office["staff"].get(role)) for role in ROLES}
    for need, there in needs.items():
        state = "done" if there else "invited" if office["invited"].get(need) else "missing"
        colour, icon = {"done": ("green", "check"), "invited": ("blue", "mail"), "missing": ("orange", "pending")}[state]
        st.markdown(f":{colour}-badge[:material/{icon}: {t(f'administration.{state}')}] {t(f'administration.need_{need}')}")
    if office["id"] and st.button(t("administration.invite_people"), key="invite_people", icon=":material/person_add:"):
        st.session_state["organisation"] = office["id"]  # what pages/staff_people.py shows
        links.go("staff_people")


def contact() -> None:
    held = commune["contact"]
    with st.form("contact", width=640):
        st.caption(t("administration.contact_lead"))
        given = {}
        for name in ("address", "hours"):
            given[name] = {
                lang: st.text_input(
                    t(f"administration.{name}_{lang}"),
                    held.get(name, {}).get(lang, ""),
                    max_chars=300,
                    key=f"contact_{commune['id']}_{name}_{lang}",
                )
                for lang in ("fr", "ar")
            }
        key = f"contact_{commune['id']}"
        given["phone"] = st.text_input(
            t("common.phone"), held.get("phone", ""), max_chars=30, type="phone", placeholder="0528551234", key=f"{key}_phone"
        )
        given["email"] = st.text_input(
            t("common.email"), held.get("email", ""), max_chars=254, type="email", placeholder="guichet@exemple.ma", key=f"{key}_email"
        )
        sent = st.form_submit_button(t("common.save"), type="primary")
    if sent:
        with parts.refusals_shown():
            call(visit.client, "set_commune_contact", p_commune=commune["id"], p_contact=given)
            done(t("administration.contact_saved"))


def clock() -> None:
    now, today = as_moment(commune["now"]), as_day(commune["today"])
    st.caption(t("administration.clock_lead"))
    st.markdown(f"**{t('administration.clock_now', moment=moment(commune['now'], 'full'))}**")
    st.warning(t("administration.clock_warning"), icon=":material/schedule:")
    by_days, to_date = st.columns(2, gap="large")
    with by_days.form("clock_days", border=False):
        days = st.number_input(t("administration.clock_days"), 1, 3650, 1, key="clock_by")
        if st.form_submit_button(t("administration.clock_forward"), icon=":material/fast_forward:"):
            move_clock(now + timedelta(days=days))
    with to_date.form("clock_date", border=False):
        chosen = st.date_input(
            t("administration.clock_to"), today, min_value=FIRST, max_value=LAST, format="DD/MM/YYYY", key=f"clock_{today}"
        )
        if st.form_submit_button(t("administration.clock_go"), icon=":material/event:") and chosen:
            move_clock(datetime.combine(chosen, time(9), MOROCCO))
    if commune["clock_moved"] and st.button(t("administration.clock_back"), key="clock_back", icon=":material/restore:"):
        move_clock(None)


def move_clock(at: datetime | None) -> None:
    with parts.refusals_shown():
        now = call(visit.client, "set_demonstration_clock", p_commune=commune["id"], p_at=at)
        done(t("administration.clock_moved", moment=moment(now, "full")))


# Show, act
sections = {"procedures": procedures, "opening": opening, "contact": contact} | ({"clock": clock} if commune["is_demonstration"] else {})
sections["acts"] = lambda: acts_list(commune["acts"], titles)
if not commune["is_open"]:
    sections = {"opening": opening} | sections
chosen = st.segmented_control(
    t("shell.page_settings"),
    list(sections),
    default=next(iter(sections)),
    format_func=lambda one: t(f"administration.tab_{one}"),
    key=f"settings_section_{commune['is_open']}",
    label_visibility="collapsed",
    required=True,
)
sections[chosen or next(iter(sections))]()
