"""The rows of a queue as a real table: it follows the direction of the page, a keyboard walks it, a screen reader reads it, and on a
phone each row becomes a card. Opening a row does not reload the page; the link of a row can still be opened in a new tab.
"""

from pathlib import Path

import streamlit as st

from components.permits import queue
from components.permits.texts import ARABIC
from components.ui.words import day, language, number, pick, t

TONES = {"late": "red", "today": "amber", "this_week": "gold", "later": "green", "waiting": "blue", "done": "gray"}

ASSETS = Path(__file__).resolve().parents[2] / "assets"
_table = st.components.v2.component(
    "shubbak_queue_table",
    html='<div class="frame"></div>',
    css=(ASSETS / "queue_table.css").read_text(encoding="utf-8"),
    js=(ASSETS / "queue_table.js").read_text(encoding="utf-8"),
)


def days_in_words(row: dict) -> str:
    """What the clock says of a row: days left, days late, suspended."""
    if row["band"] == "done":
        return t("queue.band_done_short")
    if row["band"] == "waiting":
        if row["state"] == "APPROVED_PENDING_FEES":
            return t("queue.to_pay")
        return t("queue.suspended") if row["state"] == "COMPLEMENT_REQUESTED" else t("queue.not_started")
    left = row["days_left"]
    return t("common.days_late", count=-left) if left < 0 else t("queue.band_today") if left == 0 else t("common.days_left", count=left)


def end_in_words(row: dict) -> str:
    if row["band"] == "waiting":
        return t("queue.until", date=day(row["complete_by"], "short")) if row["complete_by"] else ""
    return day(row["legal_end"], "short")


def both_scripts(name: str) -> tuple[str, str]:
    """A name kept as "Arabic / Latin": first the side in the reader's script, then the other one; they do not mix on one line."""
    sides = (name or "").split(" / ")
    if len(sides) != 2:
        return name, ""
    return (sides[0], sides[1]) if bool(ARABIC.search(sides[0])) == (language() == "ar") else (sides[1], sides[0])


def line(row: dict, address: str) -> dict:
    """One row as the table draws it: text only."""
    owner, other = both_scripts(row["owner_name"])
    taken = [pick(holder["assigned"]) for holder in row["holders"] if holder["assigned"]]
    return {
        "id": row["id"],
        "number": row["number"],
        "address": f"{address}{row['id']}",
        "open": t("queue.open", number=row["number"]),
        "deposited": day(row["deposited_at"], "short"),
        "owner": owner,
        "owner_more": other,
        "object": row["title"],
        "object_more": pick(row["procedure_title"]),
        "state": t(f"states.{row['state']}"),
        "state_more": pick(row["step_title"]),
        "holder": queue.holder_names(row, language()),
        "holder_more": t("queue.assigned_to", name=", ".join(taken)) if taken else "",
        "days": days_in_words(row),
        "end": end_in_words(row),
        "tone": TONES[row["band"]],
        "unread": number(row["unread"]) if row["unread"] else "",
        "unread_words": t("queue.unread", count=row["unread"]) if row["unread"] else "",
    }


def queue_table(rows: list[dict], key: str = "queue_rows") -> str | None:
    """Draws the rows; returns the id of the dossier that was just opened, or None."""
    columns = {name: t(f"queue.column_{name}") for name in ("number", "owner", "object", "state", "holder", "end")}
    return rows_table(t("queue.table"), columns, [line(row, "agent_dossier?id=") for row in rows], key)


def rows_table(caption: str, columns: dict[str, str], rows: list[dict], key: str) -> str | None:
    """columns: {name: heading}; rows as `line` makes them. Returns the id of the row that was just opened, or None."""
    data = {"caption": caption, "lang": language(), "columns": list(columns.items()), "rows": rows}
    return _table(key=key, on_open_change=lambda: None, data=data).open
