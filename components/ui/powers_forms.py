"""Entering an act into the register of powers. An act that takes a power away says so before it can be sent."""

from datetime import timedelta

import streamlit as st

from components.permits import powers
from components.ui import parts
from components.ui.act_send import send
from components.ui.words import day, pick, t


def acts_of(page: dict, kind: str) -> list[str]:
    """What the reader may enter for this body: delegate, absence, vacancy, acting, recuse."""
    gone = powers.vacant(page)
    offered = {
        "delegate": page["may"]["delegate"],
        "absence": bool(powers.absent_ones(page)),
        "acting": page["may"]["vacancy"] and gone is not None,
        "vacancy": page["may"]["vacancy"] and gone is None and powers.office_role(kind) is not None,
        "recuse": page["may"]["recuse"] and bool(page["recusable"]),
    }
    return [act for act, may in offered.items() if may]


def enter(client, page: dict, body: dict) -> None:
    parts.header(t("powers.enter"))
    acts = acts_of(page, body["kind"])
    if not acts:
        parts.note(t("powers.nothing_to_enter"))
        return
    act = st.segmented_control(
        t("powers.which"),
        acts,
        default=acts[0],
        required=True,
        format_func=lambda one: t(f"powers.do_{one}"),
        key=f"powers_act_{body['id']}",
    )
    act = act if act in acts else acts[0]
    parts.note(t(f"powers.help_{act}"))
    with st.container(key="powers_form", width=720):
        FORMS[act](client, page, body, f"power_{act}_{body['id']}")


def person_box(label: str, people: list[dict], key: str, none: str = ""):
    """A choice among people; none: the words for nobody."""
    known = {one["id"]: one for one in people}
    options = [None, *known] if none else list(known)
    return st.selectbox(label, options, format_func=lambda one: pick(known[one]["name"]) if one else none, key=key)


def order_boxes(page: dict, key: str) -> tuple:
    """Number and date of the act that is entered."""
    first, second = st.columns(2)
    number = first.text_input(t("powers.order_no"), key=f"{key}_order_no", max_chars=40)
    return number, second.date_input(t("powers.order_date"), powers.day_of(page), format="DD/MM/YYYY", key=f"{key}_order_date")


def period_boxes(page: dict, key: str, length: int) -> tuple:
    today = powers.day_of(page)
    first, second = st.columns(2)
    start = first.date_input(t("powers.first_day"), today, format="DD/MM/YYYY", key=f"{key}_from")
    return start, second.date_input(t("powers.last_day"), today + timedelta(days=length), format="DD/MM/YYYY", key=f"{key}_to")


def delegate_form(client, page: dict, body: dict, key: str) -> None:
    people = [one for one in page["people"] if "delegate" in one["roles"]]
    if not people:
        parts.note(t("powers.no_delegate"))
        return
    person = person_box(t("powers.delegate"), people, f"{key}_person")
    number, date = order_boxes(page, key)
    start, end = period_boxes(page, key, 365)
    titles = {one["code"]: pick(one["title"]) for one in page["procedures"]}
    scope = st.multiselect(
        t("powers.procedures"), list(titles), format_func=titles.get, key=f"{key}_procedures", placeholder=t("common.choose")
    )
    send(
        t("powers.send_delegate"),
        lambda: powers.delegate(client, body["commune_id"], person, number, date, scope, start, end),
        t("powers.done_delegate"),
        key,
    )


def absence_form(client, page: dict, body: dict, key: str) -> None:
    ones = {f"{person['id']}:{role}": (person, role) for person, role in powers.absent_ones(page)}
    chosen = st.selectbox(
        t("powers.absent"), list(ones), key=f"{key}_who",
        format_func=lambda one: t("powers.person_role", name=pick(ones[one][0]["name"]), role=parts.role_name(ones[one][1])),
    )  # fmt: skip
    person, role = ones[chosen]
    start, end = period_boxes(page, key, 14)
    possible = powers.deputies(page, role, person["id"])
    if role in powers.OFFICES and not possible:
        parts.note(t("powers.nobody_to_deputise"))
        return
    deputy = person_box(t("powers.deputy"), possible, f"{key}_deputy_{role}", "" if role in powers.OFFICES else t("powers.no_deputy"))
    number, date = order_boxes(page, key)
    reason = st.text_input(t("powers.reason"), key=f"{key}_reason", max_chars=500)
    warn(t("powers.warn_absence", start=day(start), end=day(end), name=pick(person["name"]), role=parts.role_name(role)), person["waiting"])
    send(
        t("powers.send_absence"),
        lambda: powers.record_absence(client, body["id"], role, person["id"], start, end, number, date, deputy, reason),
        t("powers.done_absence"),
        key,
        confirm=t("powers.agree"),
    )


def vacancy_form(client, page: dict, body: dict, key: str) -> None:
    role = powers.office_role(body["kind"])
    holders = [one for one in page["people"] if role in one["roles"]]
    first, second = st.columns(2)
    today = powers.day_of(page)
    since = first.date_input(t("powers.since"), today, max_value=today, format="DD/MM/YYYY", key=f"{key}_since")
    cause = second.selectbox(t("powers.cause"), powers.CAUSES, format_func=lambda one: t(f"powers.cause_{one}"), key=f"{key}_cause")
    names = " · ".join(pick(one["name"]) for one in holders)
    warn(t("powers.warn_vacancy", name=names) if holders else t("powers.warn_nobody_left"), sum(one["waiting"] for one in holders))
    send(
        t("powers.send_vacancy"),
        lambda: powers.declare_vacancy(client, body["id"], role, since, cause),
        t("powers.done_vacancy"),
        key,
        confirm=t("powers.agree"),
        danger=True,
    )


def acting_form(client, page: dict, body: dict, key: str) -> None:
    vacancy = powers.vacant(page)
    people = powers.deputies(page, vacancy["role"], None)
    if not people:
        parts.note(t("powers.nobody_to_deputise"))
        return
    person = person_box(t("powers.acting"), people, f"{key}_person")
    text = st.text_input(t("powers.acting_text"), key=f"{key}_text", max_chars=80, placeholder=t("powers.acting_text_hint"))
    number, date = order_boxes(page, key)
    send(
        t("powers.send_acting"),
        lambda: powers.name_acting(client, vacancy["vacancy"], person, text, number, date),
        t("powers.done_acting"),
        key,
    )


def recuse_form(client, page: dict, body: dict, key: str) -> None:
    people = {one["id"]: one for one in page["recusable"]}
    number = st.text_input(t("powers.number"), key=f"{key}_number", max_chars=60)
    person = st.selectbox(
        t("powers.recused"), list(people), key=f"{key}_person",
        format_func=lambda one: t("powers.person_role", name=pick(people[one]["name"]), role=parts.role_name(people[one]["role"])),
    )  # fmt: skip
    reason = st.text_input(t("powers.interest"), key=f"{key}_reason", max_chars=500)
    warn(t("powers.warn_recuse", name=pick(people[person]["name"])))
    send(
        t("powers.send_recuse"),
        lambda: powers.recuse(client, number, person, reason),
        t("powers.done_recuse"),
        key,
        confirm=t("powers.agree"),
        danger=True,
    )


def warn(sentence: str, waiting: int = 0) -> None:
    """What an act takes away, and what its holder still had to sign."""
    st.warning(" ".join([sentence, *([t("powers.warn_waiting", count=waiting)] if waiting else [])]), icon=":material/warning:")


FORMS = {
    "delegate": delegate_form,
    "absence": absence_form,
    "vacancy": vacancy_form,
    "acting": acting_form,
    "recuse": recuse_form,
}
