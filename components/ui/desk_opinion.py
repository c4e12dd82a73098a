"""A member's own opinion: written (kept at every change), frozen and read, signed with the PIN, checked by the worker, given once."""

import json
from datetime import UTC, datetime

import streamlit as st

from components.permits import committee
from components.permits.refusals import Refusal
from components.ui import parts
from components.ui.act_send import keep_typed
from components.ui.html_table import ltr
from components.ui.signing_key import key_section
from components.ui.words import day, moment, number, pick, t

WITH_ITEMS = ("with_reservations", "modification")
MOST_ITEMS = 30
OPINION = "opinion"  # the anchor of its heading


def my_opinion(session, page: dict, mine: dict) -> None:
    """mine: one line of page["mine"], a seat for which the signed-in person speaks."""
    st.header(t("committee.my_opinion", body=pick(mine["title"])), anchor=OPINION, divider=False)
    opinion = mine["opinion"] or {}
    if page["interest"]:
        parts.note(t("desk.interest_declared"))
    elif opinion.get("state") == "given":
        outcome = t(f"committee.outcome_{opinion['outcome']}")
        st.success(t("committee.given", outcome=outcome, at=moment(opinion["at"])), icon=":material/verified:")
        parts.note(t("committee.once"))
        text_of(opinion)
    elif opinion.get("state") == "signing":
        st.info(t("committee.checking"), icon=":material/hourglass_top:")
        wait_for_verdict(session.client, page["head"]["id"], mine["seat"])
    elif not mine["may_write"]:
        parts.note(t("committee.no_opinion_now"))
    elif mine["held_by"] and not st.session_state.get(f"member_{mine['seat']}_taken"):
        held_by_colleague(mine)
    else:
        write_or_sign(session, page, mine, opinion)


def held_by_colleague(mine: dict) -> None:
    """One pen per body: starting one's own throws the colleague's unsigned draft away, so it is said first."""
    st.warning(t("committee.held_by", name=pick(mine["held_by"])), icon=":material/group:")
    if st.button(t("committee.take_pen"), key=f"member_{mine['seat']}_take"):
        st.session_state[f"member_{mine['seat']}_taken"] = True
        st.rerun()


def write_or_sign(session, page: dict, mine: dict, opinion: dict) -> None:
    seat = mine["seat"]
    if opinion.get("fault"):
        st.error(t("committee.refused", fault=opinion["fault"]), icon=":material/report:")
    with st.container():  # a place that stays: parts.show_flash
        if refusal := st.session_state.pop(f"member_{seat}_refused", None):
            parts.refused(refusal)
    if opinion.get("canonical") and st.session_state.get(f"member_{seat}_frozen"):
        read_and_sign(session, page, seat, opinion)
    else:
        form(session.client, page, mine, opinion)


# -- writing ----------------------------------------------------------------------------------------------------------------


def form(client, page: dict, mine: dict, opinion: dict) -> None:
    seat = mine["seat"]
    begin(seat, opinion)
    keep_typed(f"member_{seat}_")
    if mine["due_on"]:
        st.caption(t("committee.opinion_due", date=day(mine["due_on"])))
    if mine["is_binding"]:
        st.info(t("committee.binding_help"), icon=":material/gavel:")
    parts.note(t("committee.once"))
    change = {"on_change": keep, "args": (client, seat)}
    outcome = st.radio(
        t("desk.opinion"), committee.OUTCOMES, key=f"member_{seat}_outcome", index=None,
        format_func=lambda one: t(f"committee.outcome_{one}"), **change,
    )  # fmt: skip
    if not outcome:
        return
    if outcome in WITH_ITEMS:
        items(seat, page["targets"], outcome, change)
    needed = page["demanded"].get(outcome, [])
    demanded = {name: t("common.required" if name in needed else "common.optional") for name in ("reasons", "article")}
    st.text_area(f"{t('committee.reasons')} {demanded['reasons']}", key=f"member_{seat}_reasons", max_chars=3000, height=140, **change)
    st.text_input(
        f"{t('committee.article')} {demanded['article']}", key=f"member_{seat}_article", max_chars=200,
        help=t("committee.article_once") if outcome in WITH_ITEMS else None, **change,
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(t("committee.freeze"), key=f"member_{seat}_freeze", type="primary", icon=":material/visibility:")
        if opinion:
            st.caption(t("committee.draft_kept", at=moment(opinion["at"], "short")))
    if pressed and outcome in WITH_ITEMS and not any(item.get("text") for item in typed(seat)[-1]):
        st.warning(t(f"committee.items_missing_{outcome}"), icon=":material/edit_note:")
    elif pressed:
        with parts.refusals_shown():
            committee.draft_opinion(client, seat, *typed(seat))
            st.session_state[f"member_{seat}_frozen"] = True
            st.rerun()


def begin(seat: str, opinion: dict) -> None:
    """The form starts from the draft that was kept."""
    if f"member_{seat}_outcome" in st.session_state:
        return
    st.session_state[f"member_{seat}_outcome"] = opinion.get("outcome")
    for name in ("reasons", "article"):
        st.session_state[f"member_{seat}_{name}"] = opinion.get(name) or ""
    lines = opinion.get("items") or []
    st.session_state[f"member_{seat}_lines"] = max(1, len(lines))
    for place, line in enumerate(lines):
        for name in ("text", "article", "lift_by"):
            st.session_state[f"member_{seat}_{name}_{place}"] = line.get(name) or ""
        st.session_state[f"member_{seat}_target_{place}"] = line.get("target")


def items(seat: str, targets: list[dict], outcome: str, change: dict) -> None:
    """The reservations, or the changes asked, each on a document or an answer."""
    names = {target["target"]: pick(target["label"]) for target in targets}
    st.markdown(f"**{t('committee.items_' + outcome)}**")
    count = st.session_state[f"member_{seat}_lines"]
    for place in range(count):
        with st.container(border=True, key=f"member_{seat}_line_{place}"):
            st.text_area(t("desk.line", number=number(place + 1)), key=f"member_{seat}_text_{place}", height=80, max_chars=1500, **change)
            target, article, lift = st.columns(3)
            key = f"member_{seat}_target_{place}"
            if st.session_state.get(key) not in (None, *names):
                st.session_state[key] = None
            target.selectbox(
                t("committee.item_target"), list(names), index=None, key=key, format_func=names.get,
                placeholder=t("common.choose"), **change,
            )  # fmt: skip
            article.text_input(t("desk.article"), key=f"member_{seat}_article_{place}", max_chars=200, **change)
            if outcome == "with_reservations":
                lift.text_input(t("committee.item_lift_by"), key=f"member_{seat}_lift_by_{place}", max_chars=300, **change)
    if count < MOST_ITEMS and st.button(t("desk.add_line"), key=f"member_{seat}_add", icon=":material/add:", type="tertiary"):
        st.session_state[f"member_{seat}_lines"] += 1
        st.rerun()


def typed(seat: str) -> tuple[str | None, str, str, list[dict]]:
    """What stands in the form now: outcome, reasons, article, items."""

    def said(name: str) -> str:
        return (st.session_state.get(f"member_{seat}_{name}") or "").strip()

    outcome, lines = st.session_state.get(f"member_{seat}_outcome"), []
    for place in range(st.session_state[f"member_{seat}_lines"] if outcome in WITH_ITEMS else 0):
        asked = ("text", "article", "lift_by") if outcome == "with_reservations" else ("text", "article")
        line = {name: said(f"{name}_{place}") for name in asked}
        line["target"] = st.session_state.get(f"member_{seat}_target_{place}")
        if any(line.values()):
            lines.append({name: value for name, value in line.items() if value})
    return outcome, said("reasons"), said("article"), lines


def keep(client, seat: str) -> None:
    """After each change: the draft is kept as it stands, whatever it lacks."""
    keep_typed(f"member_{seat}_")
    outcome, *rest = typed(seat)
    st.session_state.pop(f"member_{seat}_frozen", None)
    if not outcome:
        return
    try:
        committee.draft_opinion(client, seat, outcome, *rest, unfinished=True)
    except Refusal as refusal:
        st.session_state[f"member_{seat}_refused"] = refusal  # the page says it in a moment; what was typed stands in the form


# -- reading and signing ------------------------------------------------------------------------------------------------------


def read_and_sign(session, page: dict, seat: str, opinion: dict) -> None:
    st.info(t("committee.frozen"), icon=":material/lock:")
    with st.container(border=True, key="member_frozen"):
        frozen_text(page, opinion)
    if st.button(t("committee.change"), key=f"member_{seat}_change", icon=":material/edit:"):
        del st.session_state[f"member_{seat}_frozen"]
        st.rerun()
    if not page["has_key"] and not usable(key_section(session)):
        return
    with st.form(f"member_{seat}_signing", enter_to_submit=False, width=560):
        pin = st.text_input(t("signing.pin"), type="password", key=f"pin_{seat}", max_chars=12, autocomplete="off")
        agreed = st.checkbox(t("committee.read_first"), key=f"member_{seat}_agreed")
        pressed = st.form_submit_button(t("committee.sign"), type="primary", icon=":material/draw:", width="stretch")
    if pressed and not agreed:
        st.warning(t("committee.agree_first"), icon=":material/check_box:")
    elif pressed:
        with parts.refusals_shown(), st.spinner(t("signing.working")):
            frozen = {"opinion": opinion["id"], "canonical": opinion["canonical"], "digest": opinion["digest"], "now": opinion["at"]}
            committee.sign_opinion(session.client, frozen, pin)
            del st.session_state[f"member_{seat}_frozen"]
            st.rerun()


def usable(key: dict | None) -> bool:
    return bool(key and key["certificate_pem"]) and datetime.fromisoformat(key["expires_at"]) > datetime.now(UTC)


def frozen_text(page: dict, opinion: dict) -> None:
    """Read out of the very text that is signed, then that text itself."""
    said = json.loads(opinion["canonical"])
    text_of(said, page["targets"])
    documents = {document["slot"]: pick(document["label"]) for document in page["documents"]}
    studied = [f"{documents.get(slot, slot)} ({number(len(digests))})" for slot, digests in said["documents"].items()]
    st.caption(t("committee.studied", documents=t("filing.comma").join(studied)))
    with st.expander(t("committee.exact_text"), icon=":material/notes:"):
        st.caption(t("committee.exact_text_help", digest=ltr(opinion["digest"])))
        st.code(opinion["canonical"], language=None, wrap_lines=True)


def text_of(said: dict, targets: list[dict] = ()) -> None:
    """said: {outcome, reasons, article, items}."""
    names = {target["target"]: pick(target["label"]) for target in targets}
    parts.facts(
        [
            (t("desk.opinion"), t(f"committee.outcome_{said['outcome']}")),
            (t("committee.reasons"), said["reasons"]),
            (t("committee.article"), said["article"]),
            *[(t("desk.line", number=number(place)), item_in_words(item, names)) for place, item in enumerate(said.get("items") or [], 1)],
        ]
    )


def item_in_words(item: dict, names: dict[str, str]) -> str:
    lift = t("committee.lift_by", when=item["lift_by"]) if item.get("lift_by") else ""
    return parts.joined(item["text"], names.get(item.get("target"), ""), item.get("article") or "", lift)


@st.fragment(run_every="1s")
def wait_for_verdict(client, dossier: str, seat: str) -> None:
    """Looks again until the worker has judged the signature, then draws the page anew."""
    try:
        mine = next((one for one in committee.desk(client, dossier)["mine"] if one["seat"] == seat), {})
    except Refusal:
        return  # the line is down: the next look, or the page itself, says so
    if (mine.get("opinion") or {}).get("state") != "signing":
        st.rerun()
