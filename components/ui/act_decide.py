"""What the holder of the pen decides: grant and what becomes of the members' reservations, modified plans, deferral, refusal; revocation.

A decision starts from the opinions; what forbids a grant (act["no_grant_because_of"], act["binding_missing"]) is said before anything is
filled in.
"""

from calendar import monthrange
from datetime import date, timedelta

import streamlit as st

from components.permits import dossiers
from components.permits.texts import as_day
from components.ui import parts
from components.ui.act_fields import act_fields
from components.ui.act_send import keep_typed, send
from components.ui.desk_minutes import check_opinions, minutes_file
from components.ui.timeline import role_of
from components.ui.words import day, number, pick, t


def decide_form(client, page: dict, act: dict, key: str) -> None:
    keep_typed(key)
    what_the_committee_said(client, page)
    kinds = kinds_left(act)
    kind = st.radio(
        t("desk.decision"),
        kinds,
        format_func=lambda one: t(f"desk.kind_{one}"),
        key=f"{key}_kind",
        index=kinds.index(likely(page, act, kinds)),
    )
    given = {"reasons": [], "reservations": [], "terms": {}, "requested": [], "until": None}
    if kind in ("refusal", "deferral"):
        given["reasons"] = reasoned_lines(f"{key}_{kind}", True, t("desk.reasons"))
        st.caption(t("desk.refusal_help" if kind == "refusal" else "committee.deferral_help"))
    if kind == "deferral":
        given["until"] = last_day(page, act["deferral"] or {}, key)
    if kind == "modification":
        given["requested"] = changes(act, key)
    if kind.startswith("grant"):
        given["reservations"] = members_reservations(act["reservations"], kind, key)
    if kind == "grant_with_reservations":
        title = t("committee.own_reservations") if act["reservations"] else t("desk.reservations")
        given["reservations"] += reasoned_lines(f"{key}_reservations", False, title, empty=bool(act["reservations"]))
    if kind.startswith("grant") and act["terms"]:
        given["terms"] = mentions(act["terms"], key)
    send(
        t("desk.decide_send"),
        lambda: dossiers.decide(client, page["head"]["id"], kind, seen=page["seen"], **given),
        t("desk.done_decide"),
        f"{key}_{kind}",  # each outcome is confirmed by itself
        confirm=t(f"desk.confirm_{kind}"),
        danger=kind == "refusal",
        form=key,
        typed={t("desk.reasons"): "\n".join(line["text"] for name in ("reasons", "reservations", "requested") for line in given[name])},
    )


def kinds_left(act: dict) -> list[str]:
    """What forbids a grant is said here; the other outcomes stay."""
    missing = act.get("binding_missing") or []
    if act["no_grant_because_of"]:
        st.warning(t("desk.no_grant", role=role_of(act["no_grant_because_of"])))
    elif missing:
        st.warning(t("committee.binding_missing", names=" · ".join(pick(name) for name in missing)), icon=":material/block:")
    else:
        return act["kinds"]
    return [kind for kind in act["kinds"] if not kind.startswith("grant")]


def likely(page: dict, act: dict, kinds: list[str]) -> str:
    """What the report proposes, or what the opinions come to: the radio starts there."""
    wished = (page["proposal"] or {}).get("proposal")
    asked = "modification" if act["changes"] else "grant_with_reservations" if act["reservations"] else "grant"
    return next((kind for kind in (wished, asked, "refusal") if kind in kinds), kinds[0])


def what_the_committee_said(client, page: dict) -> None:
    """The conclusion of the minutes and the minutes themselves."""
    proposal = page["proposal"] or {}
    paper = next((paper for paper in page["papers"] if paper["id"] == proposal.get("minutes")), None)
    if not paper:
        return
    with st.container(key="act_minutes"):
        parts.facts([(t("committee.conclusion"), pick(proposal["conclusion"]))])
        minutes_file(client, paper["id"], paper["path"])
        check_opinions(client, paper["id"])


def members_reservations(reservations: list[dict], kind: str, key: str) -> list[dict]:
    """Each reservation of an opinion is lifted (and how is said) or written into the permit. A plain grant has lifted them all."""
    if not reservations:
        return []
    st.markdown(f"**{t('committee.members_reservations')}**")
    st.caption(t("committee.lift_all" if kind == "grant" else "committee.lift_or_write"))
    lines = []
    for one in reservations:
        name = f"{key}_{kind}_{one['opinion']}_{one['item']}"
        with st.container(border=True, key=f"{name}_box"):
            lift = t("committee.lift_by", when=one["lift_by"]) if one["lift_by"] else ""
            st.text(one["text"])
            st.caption(parts.joined(pick(one["by"]), one["article"] or "", lift))
            lifted = kind == "grant" or (
                st.radio(
                    t("committee.reservation_becomes"), ["write", "lift"], key=f"{name}_becomes", horizontal=True,
                    format_func=lambda one: t(f"committee.reservation_{one}"), label_visibility="collapsed",
                )
                == "lift"
            )  # fmt: skip
            note = st.text_input(t("committee.lifted_how"), key=f"{name}_how", max_chars=500) if lifted else ""
            lines.append(
                {"text": one["text"], "article": one["article"] or "", "opinion": one["opinion"], "item": one["item"], "lifted": lifted,
                 "lifted_note": note or ""}
            )  # fmt: skip
    return lines


def changes(act: dict, key: str) -> list[dict]:
    """The changes demanded of the plans, from what the members asked, each on a document or an answer. An emptied line is left out."""
    asked = act["changes"]
    st.markdown(f"**{t('committee.items_modification')}**")
    st.caption(t("committee.modification_help"))
    names = {target["target"]: pick(target["label"]) for target in act["targets"]}
    count = st.session_state.setdefault(f"{key}_changes", max(1, len(asked)))
    lines = []
    for place in range(count):
        start = asked[place] if place < len(asked) else {}
        with st.container(border=True, key=f"{key}_change_{place}"):
            if start:
                st.caption(pick(start["by"]))
            text = st.text_area(
                t("desk.line", number=number(place + 1)), value=start.get("text") or "", key=f"{key}_change_text_{place}", height=80,
                max_chars=1500,
            )  # fmt: skip
            where, article = st.columns([3, 2])
            targets = list(names)
            target = where.selectbox(
                t("committee.item_target"), targets, index=targets.index(start["target"]) if start.get("target") in names else None,
                key=f"{key}_change_target_{place}", format_func=names.get, placeholder=t("common.choose"),
            )  # fmt: skip
            law = article.text_input(
                t("desk.article"), value=start.get("article") or "", key=f"{key}_change_article_{place}", max_chars=200
            )
            if (text or "").strip():
                lines.append({"text": text.strip(), "target": target, "article": law or "", "by": start.get("by")})
    if st.button(t("desk.add_line"), key=f"{key}_change_add", icon=":material/add:", type="tertiary"):
        st.session_state[f"{key}_changes"] += 1
        st.rerun()
    return lines


def last_day(page: dict, rule: dict, key: str) -> str | None:
    """The end of a deferral, within the months of the law."""
    today = as_day(page["today"])
    latest = months_later(today, int(rule.get("max_months") or 24))
    chosen = st.date_input(
        t("committee.deferral_until"), value=None, min_value=today + timedelta(days=1), max_value=latest, format="DD/MM/YYYY",
        key=f"{key}_until",
    )  # fmt: skip
    st.caption(t("committee.deferral_latest", date=day(latest)))
    if rule.get("consult"):
        st.caption(t("committee.deferral_consult", role=role_of(rule["consult"])))
    return chosen and chosen.isoformat()


def months_later(first: date, months: int) -> date:
    """The same day of a later month, or its last one, as the database counts."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def mentions(terms: list[dict], key: str) -> dict:
    """What the order must state, starting from the request."""
    st.markdown(f"**{t('desk.terms')}**")
    st.caption(t("desk.terms_help"))
    answers = {term["field"]["id"]: term["answer"] for term in terms if term["answer"] is not None}
    return act_fields([term["field"] for term in terms], f"{key}_terms", answers)


def resume_form(client, page: dict, act: dict, key: str) -> None:
    """A deferred dossier is taken up again before its day."""
    st.caption(t("committee.resume_help"))
    send(
        t("desk.act_resume_deferred"), lambda: dossiers.resume_deferred(client, page["head"]["id"]), t("committee.resumed"), key,
        confirm=t("committee.resume_confirm"),
    )  # fmt: skip


def reasoned_lines(key: str, with_article: bool, title: str, offered: list[dict] | None = None, empty: bool = False) -> list[dict]:
    """Reasons or reservations, one below the other: [{text, article}]. offered: causes of the definition to start from.

    empty: without a line to begin with.
    """
    causes = {cause["id"]: cause for cause in offered or []}
    start = (
        st.multiselect(
            t("desk.causes"),
            list(causes),
            format_func=lambda one: pick(causes[one]["label"]),
            key=f"{key}_causes",
            placeholder=t("common.choose"),
        )
        if causes
        else []
    )
    lines = [{"text": pick(causes[one]["label"]), "article": causes[one]["article"]} for one in start]
    count = st.session_state.setdefault(f"{key}_count", 0 if causes or empty else 1)
    st.markdown(f"**{title}**")
    for line in lines:
        st.markdown(f"- {line['text']} ({line['article']})")
    for n in range(count):
        left, right = st.columns([3, 1]) if with_article else (st.container(), None)
        with left:
            text = st.text_area(t("desk.line", number=n + 1 + len(lines)), key=f"{key}_text_{n}", height=80, max_chars=1500)
        article = ""
        if right:
            with right:
                article = st.text_input(t("desk.article"), key=f"{key}_article_{n}", max_chars=200)
        if (text or "").strip() or (article or "").strip():
            lines.append({"text": text, "article": article})
    if st.button(t("desk.add_line"), key=f"{key}_add", icon=":material/add:", type="tertiary"):
        st.session_state[f"{key}_count"] += 1
        st.rerun()
    return lines


def revoke_form(client, page: dict, act: dict, key: str) -> None:
    st.caption(t("desk.revoke_help"))
    reasons = reasoned_lines(key, True, t("desk.reasons"), act["causes"])
    today = as_day(page["today"])
    on = st.date_input(
        t("desk.effective_on"), value=today, min_value=today, max_value=today + timedelta(days=730), format="DD/MM/YYYY", key=f"{key}_on"
    )
    send(
        t("desk.revoke_send"),
        lambda: dossiers.revoke(client, page["head"]["id"], reasons, on.isoformat()),
        t("desk.done_revoke"),
        key,
        confirm=t("desk.confirm_revoke"),
        danger=True,
        typed={t("desk.reasons"): "\n".join(line["text"] for line in reasons)},
    )
