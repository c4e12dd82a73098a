"""The history of a dossier, latest act first, and the way through its circuit."""

import html

import streamlit as st

from components.permits import texts
from components.ui.words import day, language, moment, pick, t


def role_of(role: str) -> str:
    return t(f"roles.{role}") if texts.has(f"roles.{role}") else role


def about_in_words(kind: str, about: dict) -> str:
    """What a line of the history is about: a step, a document, a number. Codes become words; nothing unknown is shown."""
    parts = [pick(about.get(name)) for name in ("action", "step", "document") if about.get(name)]
    parts += [about[name] for name in ("number",) if about.get(name)]
    for name in ("kind", "outcome", "verdict", "finding", "thread"):
        if about.get(name) and texts.has(f"desk.{name}_{about[name]}"):
            parts.append(t(f"desk.{name}_{about[name]}"))
    if about.get("to") or about.get("level"):
        parts.append(role_of(about.get("to") or about["level"]))
    if about.get("due_on"):
        parts.append(t("desk.until", date=day(about["due_on"], "short")))
    return " · ".join(parts)


def timeline(events: list[dict]) -> None:
    """events: [{seq, kind, at, role, by, about}], latest first."""
    lines = []
    for event in events:
        name = t(f"events.{event['kind']}") if texts.has(f"events.{event['kind']}") else t("events.other")
        # What the rules did by themselves has no author: it followed from somebody's act.
        who = " · ".join(filter(None, [role_of(event["role"]), pick(event["by"]) if event["role"] != "system" else ""]))
        lines.append(
            f'<li><time datetime="{html.escape(event["at"])}">{html.escape(moment(event["at"], "short"))}</time>'
            f'<div><b>{html.escape(name)}</b><span dir="auto">{html.escape(about_in_words(event["kind"], event["about"]))}</span>'
            f'<small dir="auto">{html.escape(who)}</small></div></li>'
        )
    st.html(f'<ol class="shubbak-timeline">{"".join(lines)}</ol>')


def path(steps: list[dict], current: str | None, state: str) -> None:
    """The steps of the circuit in order, with the one where the dossier stands. Other endings than its own are left out."""
    shown = [
        step
        for step in steps
        if step["kind"] != "done"
        or step["state"] == state
        or (state not in ("REFUSED", "WITHDRAWN", "RETURNED") and step["state"] == "DELIVERED")
    ]
    place = next(
        (n for n, step in enumerate(shown) if step["id"] == current),
        len(shown) if current is None and state not in ("WITHDRAWN", "RETURNED") else -1,
    )
    items = []
    for n, step in enumerate(shown):
        kind = "now" if n == place else "past" if n < place else "next"
        roles = ("، " if language() == "ar" else ", ").join(role_of(role) for role in step["roles"] or [])
        here = ' aria-current="step"' if kind == "now" else ""
        items.append(f'<li class="{kind}"{here}><b>{html.escape(pick(step["title"]))}</b><small>{html.escape(roles)}</small></li>')
    st.html(f'<ol class="shubbak-path">{"".join(items)}</ol>')
