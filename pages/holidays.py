"""Public holidays, year by year: what is sure, what is expected, and what a change does to the deadlines of open dossiers."""

from datetime import date

import streamlit as st

from components.permits import administration
from components.permits.client import call
from components.permits.texts import as_day, today
from components.ui import parts, session
from components.ui.acts_list import acts_list
from components.ui.html_table import html_table, strong, text, tone
from components.ui.words import day, pick, t

FIRST, LAST = date(2015, 1, 1), date(2060, 12, 31)  # what the calendar covers
COLOURS = {"fixed": "gray", "confirmed": "green", "press_forecast": "amber", "estimated": "gold"}
FORECASTS = ("press_forecast", "estimated")

visit = session.require_role("administrator")
parts.title(t("administration.holidays_title"), t("administration.holidays_lead"))

# Choose
years = list(range(FIRST.year, LAST.year + 1))
year = st.selectbox(t("administration.year"), years, index=years.index(today().year), key="holidays_year", width=200)

# Load
page = administration.holidays(visit.client, year)
days = page["days"]


def status_of(status: str) -> str:
    return t(f"administration.status_{status}")


def named(one: dict) -> str:
    return f"{day(one['day'], 'full')} · {pick(one, 'name_')} ({status_of(one['status'])})"


# Show
expected = [one for one in days if one["status"] in FORECASTS]
if expected:
    st.info(t("administration.forecasts", count=len(expected)), icon=":material/event_upcoming:")
if not days:
    parts.nothing_here(t("administration.no_holiday"), ":material/event_busy:")
lines = []
for one in days:
    doubt = t("administration.or_day", date=day(one["alt_day"])) if one["alt_day"] else ""
    idle = t("administration.not_worked") if as_day(one["day"]).weekday() > 4 else ""
    lines.append([
        strong(day(one["day"], "full"), doubt or idle),
        text(pick(one, "name_"), t(f"administration.category_{one['category']}")),
        tone(status_of(one["status"]), COLOURS[one["status"]]),
        text(one["source"]),
    ])  # fmt: skip
if lines:
    html_table([t(f"administration.column_{column}") for column in ("day", "name", "state", "source")], lines)
if not page["may_change"]:
    parts.note(t("administration.read_only"))
    st.stop()


def effect_of(chosen: date, adding: bool, instead_of: str | None = None) -> int:
    return call(visit.client, "holiday_effect", p_day=chosen, p_adding=adding, p_instead_of=instead_of)


def propose(asked: bool, act: str, params: dict, effect: tuple, saved: str, shown: tuple[str, str]) -> None:
    """Tells how many open dossiers the change moves, then asks. Nothing changes before the last button; another change asks anew.

    effect: arguments of effect_of; shown: the day and its name.
    """
    change = [act, params]
    if asked:
        with parts.refusals_shown(), st.spinner(t("administration.see_effect")):
            st.session_state["holiday_change"] = {"change": change, "count": effect_of(*effect)}
    told = st.session_state.get("holiday_change")
    if not told or told["change"] != change:
        return
    with st.container(border=True, key="holiday_confirm"):
        st.markdown(f"**{parts.plain(' · '.join(shown))}**")
        if told["count"]:
            st.warning(f"{t('administration.effect', count=told['count'])} {t('administration.effect_recorded')}", icon=":material/update:")
        else:
            st.success(t("administration.no_effect"), icon=":material/check:")
        if st.button(t("administration.confirm_change"), type="primary", key="confirm_change"):
            with parts.refusals_shown():
                moved = call(visit.client, act, **params)
                moved = t("administration.moved", count=moved) if moved else t("administration.none_moved")
                parts.flash(t(f"administration.{saved}", date=shown[0], name=shown[1], moved=moved))
                del st.session_state["holiday_change"]
                st.rerun()


def change_a_day() -> None:
    by_day = {one["day"]: one for one in days}
    coming = [one["day"] for one in days if as_day(one["day"]) >= today()]
    likely = next((one for one in coming if by_day[one]["status"] in FORECASTS), coming[0] if coming else days[0]["day"])
    chosen = by_day[
        st.selectbox(
            t("administration.which_day"), list(by_day), list(by_day).index(likely), lambda one: named(by_day[one]), key=f"holiday_{year}"
        )
    ]
    acts = (["confirm"] if chosen["status"] in FORECASTS else []) + ["move", "remove"]
    what = st.radio(
        t("administration.what_to_do"), acts, format_func=lambda one: t(f"administration.do_{one}"), key=f"holiday_act_{chosen['day']}"
    )
    new_day, source = None, chosen["source"]
    if what == "move":
        guess = as_day(chosen["alt_day"] or chosen["day"])
        new_day = st.date_input(t("administration.new_day"), guess, FIRST, LAST, format="DD/MM/YYYY", key=f"holiday_new_{chosen['day']}")
    if what != "remove":
        source = st.text_input(t("administration.source"), "", max_chars=200, key=f"holiday_source_{chosen['day']}")
    asked = st.button(t("administration.see_effect"), type="primary", key="holiday_effect")
    shown = (day(new_day or chosen["day"]), pick(chosen, "name_"))
    if what == "remove":
        propose(asked, "remove_holiday", {"p_day": chosen["day"]}, (chosen["day"], False), "holiday_removed", shown)
    elif what == "move":
        params = {"p_from": chosen["day"], "p_to": new_day, "p_status": "confirmed", "p_source": source}
        propose(asked, "move_holiday", params, (new_day, True, chosen["day"]), "holiday_saved", shown)
    else:
        params = {f"p_{key}": chosen[key] for key in ("day", "name_fr", "name_ar", "category")}
        params |= {"p_status": "confirmed", "p_source": source}
        propose(asked, "set_holiday", params, (chosen["day"], True), "holiday_saved", shown)


def add_a_day() -> None:
    given = st.date_input(t("administration.column_day"), None, FIRST, LAST, format="DD/MM/YYYY", key="add_day")
    french, arabic = st.columns(2)
    names = {
        "fr": french.text_input(t("administration.name_fr"), key="add_name_fr", max_chars=100),
        "ar": arabic.text_input(t("administration.name_ar"), key="add_name_ar", max_chars=100),
    }
    kind, state = st.columns(2)
    categories = list(reversed(administration.CATEGORIES))
    category = kind.selectbox(
        t("administration.category"), categories, format_func=lambda one: t(f"administration.category_{one}"), key="add_category"
    )
    status = state.selectbox(t("administration.status"), administration.STATUSES, index=1, format_func=status_of, key="add_status")
    source = st.text_input(t("administration.source"), key="add_source", max_chars=200)
    params = {
        "p_day": given,
        "p_name_fr": names["fr"],
        "p_name_ar": names["ar"],
        "p_category": category,
        "p_status": status,
        "p_source": source,
    }
    if given and any(as_day(one["day"]) == given for one in days):
        st.warning(t("administration.already"), icon=":material/event_busy:")
        return
    asked = st.button(t("administration.see_effect"), type="primary", key="add_effect")
    propose(asked, "set_holiday", params, (given, True), "holiday_saved", (day(given), pick(names)))


# Act
change, add = st.columns(2, gap="large")
with change:
    parts.header(t("administration.change"))
    if days:
        change_a_day()
with add:
    parts.header(t("administration.do_add"))
    add_a_day()
parts.header(t("administration.last_changes"))
acts_list(page["acts"])
