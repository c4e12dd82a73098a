"""The rules by which a committee sits, as a form. Beside each: what the texts say of it, and how sure the proposed value is.

Only what differs from the proposed values is kept as the committee's own.
"""

from datetime import time

import streamlit as st

from components.permits import committee
from components.ui import parts
from components.ui.sessions_calendar import link_field
from components.ui.settings_form import BADGES
from components.ui.words import number, pick, t

WEEKDAYS = (1, 2, 3, 4, 5)
ABSENCES = ("wait", "escalate", "proceed")


def in_words(rule: str, value: object) -> str:
    """The value of a rule as people say it."""
    if rule in ("quorum", "sealing"):
        return t(f"sessions.{rule}_{value}") if value in ("all", "majority") else t(f"sessions.{rule}_n", count=int(value))
    if rule == "absence":
        return t(f"sessions.absence_{value}")
    if rule == "notice_hours":
        return t("sessions.hours", count=int(value))
    if rule == "remote":
        return t("common.yes" if value else "common.no")
    if rule == "weekday":
        return t(f"sessions.weekday_{value}") if value else t("sessions.no_weekday")
    return str(value or "")


def rules_facts(rules: dict) -> None:
    """The rules that a member reads."""
    shown = ("quorum", "absence", "sealing", "notice_hours", "remote")
    parts.facts([(t(f"sessions.rule_{rule}"), in_words(rule, rules.get(rule))) for rule in shown])


def about(rule: str, defaults: dict) -> None:
    """What is known of a rule: its confidence, its source, the proposed value."""
    known = defaults.get("about", {}).get(rule) or {"confidence": defaults.get("confidence", "U")}
    badge = f":{BADGES[known['confidence']]}-badge[{t('administration.confidence_' + known['confidence'])}]"
    words = " · ".join(filter(None, [pick(known), t("administration.proposed", value=in_words(rule, defaults.get(rule)))]))
    st.caption(f"{badge} {parts.plain(words)}")


def count_rule(rule: str, words: list[str], rules: dict, defaults: dict, key: str) -> object:
    """A word (all, majority) or a number of members."""
    held = rules.get(rule)
    is_word = held in words
    with st.container(border=True):
        chosen = st.selectbox(
            t(f"sessions.rule_{rule}"), [*words, "n"], index=[*words, "n"].index(held if is_word else "n"),
            format_func=lambda one: t(f"sessions.{rule}_{one}" if one != "n" else "sessions.a_number"), key=f"{key}_{rule}",
        )  # fmt: skip
        if chosen == "n":
            chosen = st.number_input(t("sessions.how_many"), 1, 99, 1 if is_word else int(held), key=f"{key}_{rule}_n", width=200)
        about(rule, defaults)
    return chosen


def rules_form(client, body: dict, defaults: dict) -> None:
    """Nothing is kept before the button; a session already convened keeps the rules it was convened under."""
    rules, key = body["settings"], f"rules_{body['id']}"
    st.caption(t("sessions.rules_lead"))
    chosen = {"quorum": count_rule("quorum", ["all", "majority"], rules, defaults, key)}
    with st.container(border=True):
        chosen["absence"] = st.radio(
            t("sessions.rule_absence"), ABSENCES, ABSENCES.index(rules["absence"]), format_func=lambda one: t(f"sessions.absence_{one}"),
            captions=[t(f"sessions.absence_{one}_help") for one in ABSENCES], key=f"{key}_absence",
        )  # fmt: skip
        about("absence", defaults)
    chosen["sealing"] = count_rule("sealing", ["all"], rules, defaults, key)
    with st.container(border=True):
        chosen["notice_hours"] = st.number_input(
            t("sessions.rule_notice_hours"), 0, 999, int(rules["notice_hours"]), key=f"{key}_notice", width=260
        )
        about("notice_hours", defaults)
    with st.container(border=True):
        chosen["remote"] = st.toggle(t("sessions.rule_remote"), bool(rules["remote"]), key=f"{key}_remote")
        about("remote", defaults)
    with st.container(border=True):
        with st.container(horizontal=True):
            days = [None, *WEEKDAYS]
            held = int(rules["weekday"]) if rules.get("weekday") else None
            chosen["weekday"] = st.selectbox(
                t("sessions.rule_weekday"), days, days.index(held), format_func=lambda one: in_words("weekday", one), key=f"{key}_weekday"
            )
            at = st.time_input(t("sessions.rule_time"), time.fromisoformat(rules.get("time") or "10:00"), step=900, key=f"{key}_time")
            chosen["time"] = at.strftime("%H:%M") if at else rules.get("time")
        chosen["place"] = st.text_input(t("sessions.rule_place"), rules.get("place") or "", max_chars=300, key=f"{key}_place")
        chosen["link"] = link_field(t("sessions.rule_link"), rules.get("link") or "", f"{key}_link")
        about("weekday", defaults)
    own = {rule: value for rule, value in chosen.items() if (value or None) != (defaults.get(rule) or None)}
    changed = own != {rule: value for rule, value in body["own"].items() if (value or None) != (defaults.get(rule) or None)}
    if changed:
        st.caption(f":material/edit: {t('administration.unsaved')}")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("common.save"), type="primary", disabled=not changed, key=f"{key}_save", icon=":material/check:"):
            with parts.refusals_shown():
                committee.set_rules(client, body["id"], own)
                parts.flash(t("sessions.rules_saved"))
                st.rerun()
        st.caption(t("sessions.rules_own", count=number(len(body["own"]))) if body["own"] else t("sessions.rules_proposed"))
