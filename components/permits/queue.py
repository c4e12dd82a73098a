"""The staff's queue: a filter as the address bar carries it, the rows that the database answers, and their export.

A filter is a dict of the keys below, all text except `states` (list). The database reads the same keys (sql/rules/80_queue.sql).
"""

import csv
import io
from collections.abc import Iterator
from datetime import date

from components.permits.client import call
from components.permits.texts import format_date, pick, translate

BANDS = ("late", "today", "this_week", "later", "waiting", "done")
KEYS = ("text", "procedure", "states", "step", "holder", "band", "channel", "assigned", "from", "to", "scope")
STATES = (
    "INCOMPLETE",
    "DEPOSITED",
    "IN_STUDY",
    "COMPLEMENT_REQUESTED",
    "OPINIONS_COLLECTED",
    "DECISION_PENDING",
    "APPROVED_PENDING_FEES",
    "DELIVERED",
    "REFUSED",
    "RETURNED",
    "WITHDRAWN",
    "REVOKED",
    "LAPSED",
)
CHANNELS = ("online", "counter", "paper")
PAGE = 50
MARK = "\ufeff"  # spreadsheets read UTF-8 when the file begins with it


def filter_from_address(params: dict[str, str]) -> dict:
    """The filter that an address names; what makes no sense is left out. `commune` stands beside it, not in it."""
    chosen = {key: params[key] for key in KEYS if params.get(key)}
    if "states" in chosen:
        chosen["states"] = [state for state in chosen["states"].split(",") if state in STATES]
    allowed = {"band": BANDS, "channel": CHANNELS, "assigned": ("me",), "scope": ("all",)}
    return {
        key: value
        for key, value in chosen.items()
        if value and (key not in allowed or value in allowed[key]) and (key not in ("from", "to") or is_day(value))
    }


def is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def page(client, commune: str | None, chosen: dict, limit: int = PAGE, after: dict | None = None) -> dict:
    """{today, bands: {band: n}, total, rows: [...], next}. commune None: every commune of the person."""
    return call(client, "queue", p_commune=commune, p_filter=chosen, p_limit=limit, p_after=after)


def choices(client, commune: str | None) -> dict:
    """What the filters may offer: {my_roles, holders, procedures: [{code, title, steps}]}."""
    return call(client, "queue_choices", p_commune=commune)


def neighbours(client, commune: str | None, chosen: dict, dossier: str) -> dict:
    """{previous, next, place, total} of a dossier in a filter."""
    return call(client, "queue_neighbours", p_commune=commune, p_filter=chosen, p_dossier=dossier)


def every_row(client, commune: str | None, chosen: dict) -> Iterator[dict]:
    """All rows of a filter, a thousand at a time, by key: what is added meanwhile moves nothing."""
    after = None
    while True:
        part = call(client, "queue_export", p_commune=commune, p_filter=chosen, p_after=after)
        yield from part["rows"]
        after = part["next"]
        if after is None:
            return


def holder_names(row: dict, lang: str) -> str:
    if row["band"] == "waiting" and row["state"] != "APPROVED_PENDING_FEES":
        return translate("roles.applicant", lang)
    return "، ".join(names_of_holders(row, lang)) if lang == "ar" else ", ".join(names_of_holders(row, lang))


def names_of_holders(row: dict, lang: str) -> list[str]:
    return [translate(f"roles.{holder['role']}", lang) for holder in row["holders"]]


def safe_cell(value: object) -> str:
    """Text that a spreadsheet does not take for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text[:1] in "=+-@\t\r" and not text.lstrip("+-").replace(".", "", 1).isdigit() else text


def to_csv(rows: list[dict], columns: list[str]) -> bytes:
    """Semicolons and a mark at the beginning: spreadsheets set to French or Arabic open it as it is."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([[safe_cell(row.get(column)) for column in columns] for row in rows])
    return (MARK + text.getvalue()).encode("utf-8")


def export_row(row: dict, lang: str) -> dict:
    """One line of the export under the column names of the reader's language; the order is the file's."""

    def column(name: str) -> str:
        return translate(f"queue.column_{name}", lang)

    return {
        column("number"): row["number"],
        column("owner"): row["owner_name"],
        column("object"): row["title"],
        column("code"): row["procedure"],
        column("procedure"): pick(row["procedure_title"], lang),
        column("state"): translate(f"states.{row['state']}", lang),
        column("step"): pick(row["step_title"], lang),
        column("holder"): holder_names(row, lang),
        column("band"): translate(f"queue.band_{row['band']}", lang),
        column("deposited"): format_date(row["deposited_at"], lang, "short"),
        column("end"): format_date(row["legal_end"], lang, "short"),
        column("sector_end"): format_date(row["sector_end"], lang, "short"),
        column("days"): row["days_left"],
        column("channel"): translate(f"queue.channel_{row['channel']}", lang),
        column("unread"): row["unread"],
    }


def export(client, commune: str | None, chosen: dict, lang: str) -> tuple[bytes, int]:
    """The whole filter as a CSV file, and its number of lines."""
    rows = [export_row(row, lang) for row in every_row(client, commune, chosen)]
    return to_csv(rows, list(rows[0]) if rows else [translate("queue.column_number", lang)]), len(rows)
