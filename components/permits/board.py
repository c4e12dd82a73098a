"""Screens over many dossiers: the governor's board, the cashier's orders, copies received, permits to inspect."""

from components.permits import queue
from components.permits.client import call
from components.permits.texts import format_amount, format_moment, pick, translate

FIGURES = (
    "open",
    "late",
    "today",
    "this_week",
    "due",
    "later",
    "waiting",
    "silence",
    "oldest_late",
    "decided",
    "after_the_end",
    "median_days",
)


def board(client, province: str | None = None) -> dict:
    """{today, provinces, communes: [{id, name_fr, name_ar, open, late, ...}], late_by_holder, overdue_tasks}; due = today and this week."""
    page = call(client, "governor_board", p_province=province)
    for commune in page["communes"]:
        commune["due"] = commune["today"] + commune["this_week"]
    return page


def outlines(client, province: str) -> dict:
    """{commune id: GeoJSON geometry}, indicative."""
    return call(client, "commune_outlines", p_province=province)


def totals(communes: list[dict]) -> dict[str, int]:
    return {figure: sum(commune[figure] or 0 for commune in communes) for figure in FIGURES if figure not in ("median_days", "oldest_late")}


def board_csv(communes: list[dict], lang: str) -> bytes:
    """The board's table as a file: one line per commune, in the order shown."""
    columns = {figure: translate(f"board.{figure}", lang) for figure in FIGURES}
    name = translate("board.commune", lang)
    rows = [
        {name: pick(commune, lang, "name_"), translate("board.code", lang): commune["code"]} | {columns[f]: commune[f] for f in FIGURES}
        for commune in communes
    ]
    return queue.to_csv(rows, list(rows[0]) if rows else [name])


def orders(client, commune: str | None, text: str) -> list[dict]:
    return call(client, "orders_to_collect", p_commune=commune, p_text=text)


def payments(client, commune: str, day: str | None) -> list[dict]:
    return call(client, "payments_of_day", p_commune=commune, p_day=day)


def payments_csv(payments_of_day: list[dict], lang: str) -> bytes:
    """The daily statement of the cashier."""

    def column(name: str) -> str:
        return translate(f"cashier.column_{name}", lang)

    rows = [
        {
            column("receipt"): line["number"],
            column("order"): line["order_number"],
            column("dossier"): line["dossier_number"],
            column("payer"): line["owner_name"],
            column("means"): translate(f"cashier.means_{line['means']}", lang),
            column("reference"): line["reference"],
            column("amount"): format_amount(line["amount"], lang),
            column("at"): format_moment(line["at"], lang, "short"),
        }
        for line in payments_of_day
    ]
    return queue.to_csv(rows, list(rows[0]) if rows else [column("receipt")])


def copies(client, unseen_only: bool, limit: int = 50, after: dict | None = None) -> dict:
    """{unseen, rows, next}."""
    return call(client, "copies_received", p_unseen_only=unseen_only, p_limit=limit, p_after=after)


def permits_to_inspect(client, commune: str | None, text: str) -> list[dict]:
    return call(client, "permits_to_inspect", p_commune=commune, p_text=text)
