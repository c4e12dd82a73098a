"""A committee's calendar and an agenda as spreadsheets (CSV), under the names of the reader's language."""

from components.permits.queue import to_csv
from components.permits.texts import as_moment, format_date, format_number, pick, translate


def count_of(opinions: int, seats: int, lang: str) -> str:
    return translate("sessions.opinions_of", lang, given=format_number(opinions), seats=format_number(seats))


def hour(value: str) -> str:
    return as_moment(value).strftime("%d/%m/%Y %H:%M")


def table(rows: list[dict], names: list[str], lang: str) -> bytes:
    """rows: {name: value}; names: columns `sessions.column_<name>` in their order."""
    columns = [translate(f"sessions.column_{name}", lang) for name in names]
    return to_csv([{column: row[name] for column, name in zip(columns, names)} for row in rows], columns)


def calendar_csv(sessions: list[dict], lang: str) -> bytes:
    """sessions: of committee.calendar."""
    rows = [
        {
            "held_at": hour(one["held_at"]),
            "body": pick(one["organisation"], lang),
            "place": one["place"],
            "link": one["link"],
            "state": translate(f"sessions.state_{one['state']}", lang),
            "items": one["items"],
            "examined": one["examined"],
            "reason": one["reason"],
        }
        for one in sessions
    ]
    return table(rows, ["held_at", "body", "place", "link", "state", "items", "examined", "reason"], lang)


def waiting_csv(waiting: list[dict], lang: str) -> bytes:
    """waiting: of committee.calendar."""
    rows = [
        {
            "number": one["number"],
            "owner": one["owner_name"],
            "object": one["title"],
            "procedure": pick(one["procedure"], lang),
            "commune": pick(one["commune"], lang),
            "opinions": count_of(one["opinions"], one["seats"], lang),
            "due": format_date(one["due_on"], lang, "short"),
            "legal_end": format_date(one["legal_end"], lang, "short"),
            "held_at": hour(one["held_at"]) if one["held_at"] else "",
        }
        for one in waiting
    ]
    return table(rows, ["number", "owner", "object", "procedure", "commune", "opinions", "due", "legal_end", "held_at"], lang)


def agenda_csv(agenda: list[dict], lang: str) -> bytes:
    """agenda: of committee.session, in its order."""
    rows = [
        {
            "place_in": number,
            "number": one["number"],
            "owner": one["owner_name"],
            "object": one["title"],
            "procedure": pick(one["procedure"], lang),
            "commune": pick(one["commune"], lang),
            "opinions": count_of(sum(seat["given"] for seat in one["seats"]), len(one["seats"]), lang),
            "item": translate(f"sessions.item_{one['state']}", lang),
            "legal_end": format_date(one["legal_end"], lang, "short"),
            "reason": one["note"],
        }
        for number, one in enumerate(agenda, 1)
    ]
    return table(
        rows, ["place_in", "number", "owner", "object", "procedure", "commune", "opinions", "item", "legal_end", "reason"], lang
    )
