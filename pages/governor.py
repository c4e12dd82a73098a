"""The governor's board: per commune, what is open, late or due this week; who keeps it; what silence has opened."""

from html import escape

import streamlit as st

from components.permits import board
from components.ui import charts, parts, powers_register, silence
from components.ui.html_table import html_table, strong, tone
from components.ui.session import require_role
from components.ui.timeline import role_of
from components.ui.words import day, language, number, pick, t

FIGURES = ("open", "late", "due", "waiting", "silence", "oldest_late", "decided", "after_the_end", "median_days")
LATE = FIGURES.index("late")

session = require_role("governor")
parts.title(t("board.title"), t("board.lead"))
st.html('<span class="shubbak-wide-page"></span>')

# Load
page = board.board(session.client)
communes = page["communes"]
active = [commune for commune in communes if commune["open"]]
total = board.totals(communes)

# Show
powers_register.vacancies(page["vacancies"])
st.caption(t("board.as_of", date=day(page["today"], "full")))
columns = st.columns(5)
for column, figure in zip(columns, ("open", "late", "due", "waiting", "silence"), strict=True):
    column.metric(t(f"board.{figure}"), number(total[figure]), border=True)
silence.waiting(page["waiting"])
if not active:
    parts.nothing_here(t("board.nothing_open"), ":material/task_alt:")
    st.stop()

# Choose
every = st.toggle(t("board.every_commune"), key="board_every", help=t("board.every_commune_help"))
shown = communes if every else active
chart, people = st.columns([3, 2], gap="large")
with chart:
    parts.header(t("board.by_commune"))
    most = active[:15]
    charts.stacked_bars(
        [pick(commune, "name_") for commune in most],
        [
            (t(f"queue.band_{band}"), charts.BAND_COLOURS[band], [commune[band] for commune in most])
            for band in ("late", "today", "this_week", "later", "waiting")
        ],
        key="board_bars",
    )
    if len(active) > len(most):
        st.caption(t("board.first_communes", count=number(len(most))))
with people:
    parts.header(t("board.who_keeps"))
    if page["overdue_tasks"]:
        charts.plain_bars(
            [role_of(line["role"]) for line in page["overdue_tasks"]],
            [line["late"] for line in page["overdue_tasks"]],
            charts.AMBER,
            key="board_roles",
        )
        st.caption(t("board.who_keeps_help"))
    else:
        parts.note(t("board.nobody_late"))
    for province in page["provinces"] or []:
        outlines = board.outlines(session.client, province["code"])
        if outlines:
            by_id = {commune["id"]: commune for commune in communes}
            shapes = []
            for commune, geometry in outlines.items():
                line = by_id.get(commune)
                late = line["late"] if line else 0
                colour = "#E6EBE8" if not line or not line["open"] else charts.RED if late > 5 else "#E08A83" if late else charts.GREEN
                shapes.append(
                    (
                        f"{pick(line, 'name_')} : {t('board.open')} {line['open']}, {t('board.late')} {late}" if line else "",
                        geometry,
                        colour,
                    )
                )
            parts.header(pick(province, "name_"))
            charts.outlines_map(shapes, key=f"board_map_{province['code']}")
            st.caption(t("board.map_help"))
parts.header(t("board.table"))
lines = []
for commune in shown:
    link = f'<a href="queue?commune={commune["id"]}&amp;band=late" target="_self">{escape(pick(commune, "name_"))}</a>'
    figures_of = [number(commune[figure]) for figure in FIGURES]
    figures_of[LATE] = tone(number(commune["late"]), "red") if commune["late"] else "0"
    lines.append([link, *figures_of])
lines.append([strong(t("board.total")), *[strong(number(total.get(figure))) for figure in FIGURES]])
html_table([t("board.commune"), *[t(f"board.{figure}") for figure in FIGURES]], lines, numbers=set(range(1, len(FIGURES) + 1)))
st.caption(t("board.figures_help"))

# Act
st.download_button(
    t("queue.export"),
    board.board_csv(shown, language()),
    file_name=f"{t('board.file')}-{page['today']}.csv",
    mime="text/csv",
    icon=":material/download:",
    on_click="ignore",
    key="board_export",
)
