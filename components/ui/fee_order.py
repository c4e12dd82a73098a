"""An order of revenue as the cashier and the applicant read it: each line with the formula and the numbers used."""

from components.ui.html_table import html_table, strong, text
from components.ui.words import amount, pick, t


def formula_of(line: dict) -> str:
    """« 6 m² × 70 DH × 4 »: the factors of a line with what each one is."""
    return " × ".join(
        f"{factor.get('text') if isinstance(factor.get('text'), str) else pick(factor.get('text')) or factor.get('value')}"
        f" ({pick(factor['label'])})"
        if factor.get("label")
        else str(factor.get("value"))
        for factor in line.get("factors") or []
    )


def order_lines(order: dict) -> None:
    rows = []
    for line in order["lines"]:
        source = t("cashier.source", source=pick(line["law"])) if line.get("law") else ""
        rows.append([strong(pick(line["label"]), formula_of(line)) + text("", source), text(amount(line["amount"]))])
    html_table([t("cashier.line"), t("cashier.amount")], [*rows, [strong(t("cashier.total")), strong(amount(order["total"]))]], numbers={1})
