"""The cashier: what is to be collected, with the formula of each amount; the payment; the receipt; the day's statement."""

import streamlit as st

from components.permits import board, dossiers
from components.ui import links, parts
from components.ui.act_forms import payment_means
from components.ui.act_send import send
from components.ui.fee_order import order_lines
from components.ui.html_table import ltr
from components.ui.pdf_view import show_pdf
from components.ui.session import require_role
from components.ui.words import amount, day, language, moment, number, pick, t

session = require_role("cashier")
parts.title(t("cashier.title"), t("cashier.lead"))
communes = session.communes("cashier")

# Load
search = st.text_input(t("queue.search"), key="cashier_text", placeholder=t("queue.search_help"), icon=":material/search:", max_chars=120)
orders = board.orders(session.client, None, search or "")

# Choose
collect, statement = st.tabs([f"{t('cashier.to_collect')} ({number(len(orders))})", t("cashier.statement")])
with collect:
    if not orders:
        parts.nothing_here(t("cashier.nothing"), ":material/task_alt:")
    else:
        by_id = {order["id"]: order for order in orders}
        chosen = st.selectbox(
            t("cashier.choose"),
            list(by_id),
            key="cashier_order",
            format_func=lambda one: f"{ltr(by_id[one]['number'])} · {by_id[one]['owner_name']} · {amount(by_id[one]['total'])}",
        )
        order = by_id[chosen]

        # Show
        parts.subheader(f"{pick(order['procedure_title'])} · {ltr(order['dossier_number'])}")
        parts.facts(
            [
                (t("cashier.payer"), order["owner_name"]),
                (t("queue.column_object"), order["title"]),
                (t("cashier.ordered_on"), day(order["created_at"])),
            ]
        )
        order_lines(order)
        links.link("agent_dossier", t("signing.open_dossier"), ":material/folder_open:", id=order["dossier"])

        # Act
        with st.container(border=True):
            means, reference = payment_means(f"cash_{chosen}")
            send(
                t("cashier.record"),
                lambda: dossiers.record_payment(session.client, chosen, means, reference),
                t("cashier.recorded"),
                f"cash_{chosen}",
                confirm=t("cashier.confirm"),
            )
with statement:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {commune["id"]: pick(commune, "name_") for commune in communes}
        commune = st.selectbox(t("common.commune"), list(names), format_func=names.get, key="cashier_commune")
        on = st.date_input(t("cashier.day"), value=None, format="DD/MM/YYYY", key="cashier_day")
    payments = board.payments(session.client, commune, on and on.isoformat())
    if not payments:
        parts.nothing_here(t("cashier.no_payment"))
        st.stop()
    st.metric(t("cashier.total_of_day"), amount(sum(line["amount"] for line in payments)), border=True)
    st.download_button(
        t("queue.export"),
        board.payments_csv(payments, language()),
        file_name=f"{t('cashier.file')}-{day(payments[0]['at'], 'short').replace('/', '-')}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="cashier_export",
    )
    for line in payments:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{ltr(line['number'])}** · {line['owner_name']} · {amount(line['amount'])}")
            st.caption(" · ".join(filter(None, [t(f"cashier.means_{line['means']}"), line["reference"], moment(line["at"], "short")])))
            if line["receipt"] and st.button(
                t("cashier.receipt"), key=f"receipt_{line['number']}", icon=":material/receipt_long:", type="tertiary"
            ):
                st.session_state["cashier_receipt"] = line["number"], line["receipt"]
    shown = st.session_state.get("cashier_receipt")
    if shown and any(line["number"] == shown[0] for line in payments):
        with parts.refusals_shown():
            show_pdf(dossiers.paper_bytes(session.client, shown[1]), f"{shown[0]}.pdf")
