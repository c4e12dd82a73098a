"""The clock of a dossier as a band: every day of both clocks, running, suspended or not counted, and the articles that decided it."""

from datetime import date, timedelta

import plotly.graph_objects as go
import streamlit as st

from components.ui import charts
from components.ui.words import day, number, pick, t

COLOURS = {"running": charts.GREEN, "suspended": charts.GOLD, "not_counted": charts.GRAY, "after": charts.RED, "stopped": "#C4CDC8"}
DAY = 24 * 3600 * 1000  # plotly counts the length of a bar of time in milliseconds


def clock_sentence(clock: dict) -> str:
    """What a clock says today: days left, late, suspended with days kept, stopped, not started."""
    state = clock["state"]
    left = clock.get("remaining")
    if state == "late" or (state == "running" and left is not None and left < 0):
        return t("desk.clock_late", words=t("common.days_late", count=abs(left)) if left else "", date=day(clock["end"]))
    if state == "running":
        return t("desk.clock_running", words=t("common.days_left", count=left), date=day(clock["end"]))
    if state == "suspended":
        return t("desk.clock_suspended", words=t("common.days", count=left or 0))
    return t(f"desk.clock_{state}")


def rule_of(clock: dict) -> str:
    words = t(f"desk.counted_{clock['counted']}", count=clock["days"])
    return t("desk.clock_rule", days=words, source=pick(clock["law"])) if clock.get("law") else words


def clock_facts(band: dict) -> None:
    """Both clocks in words, side by side."""
    for name, column in zip(("legal", "sector"), st.columns(2), strict=True):
        clock = band.get(name)
        if clock:
            with column, st.container(border=True):
                st.markdown(f"**{t(f'desk.clock_{name}')}**")
                st.markdown(clock_sentence(clock))
                st.caption(rule_of(clock))
    if band.get("half_on"):
        passed = band["today"] > band["half_on"]
        st.caption(t("desk.half_passed" if passed else "desk.half_until", date=day(band["half_on"])))


def clock_band(band: dict, key: str = "clock_band") -> None:
    """The drawing. Nothing is drawn before the clock has started."""
    if not band.get("segments"):
        st.caption(t("desk.clock_not_started"))
        return
    figure, named = go.Figure(), {}
    rows = {clock: t(f"desk.clock_{clock}_short") for clock in ("legal", "sector") if band.get(clock)}
    for segment in band["segments"]:
        if segment["clock"] not in rows:
            continue
        start, end, state = date.fromisoformat(segment["from"]), date.fromisoformat(segment["to"]), segment["state"]
        label = t(f"desk.segment_{state}")
        figure.add_trace(
            go.Bar(
                y=[rows[segment["clock"]]],
                base=[start.isoformat()],
                x=[((end - start).days + 1) * DAY],
                orientation="h",
                marker_color=COLOURS.get(state, charts.GRAY),
                marker_line={"color": "#FFFFFF", "width": 1},
                name=label,
                hovertext=[
                    " · ".join(
                        filter(
                            None,
                            [
                                label,
                                f"{day(start, 'short')} - {day(end, 'short')}",
                                event_name(segment["event"]),
                                pick((band.get("laws") or {}).get(segment["article"])),
                            ],
                        )
                    )
                ],
                hoverinfo="text",
            )
        )
        named[label] = COLOURS.get(state, charts.GRAY)
    shown = [date.fromisoformat(segment[end]) for segment in band["segments"] for end in ("from", "to")]
    span = (max(shown) - min(shown)).days
    if band.get("half_on"):
        apart = abs((date.fromisoformat(band["half_on"]) - date.fromisoformat(band["today"])).days)
        mark(figure, band["half_on"], t("desk.half_mark") if apart * 3 > span else "", charts.AMBER, "dot")  # two names need a third
    mark(figure, band["today"], t("desk.today_mark"), "#1B2420", "solid")
    figure.update_layout(barmode="overlay")
    charts.lay_out(figure, height=170, names_width=90)
    figure.update_layout(margin_t=25)
    figure.update_xaxes(type="date", tickformat="%d/%m", dtick=DAY * max(1, span // 3), tickangle=0)  # four dates fit on a telephone
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=list(rows.values()), automargin=False)
    charts.legend(list(named.items()))
    charts.show(figure, key)


def mark(figure: go.Figure, on: str, text: str, colour: str, dash: str) -> None:
    """A line at the evening of a day."""
    evening = (date.fromisoformat(on) + timedelta(days=1)).isoformat()
    figure.add_shape(type="line", x0=evening, x1=evening, y0=0, y1=1, yref="paper", line={"color": colour, "width": 2, "dash": dash})
    figure.add_annotation(x=evening, y=1, yref="paper", text=text, showarrow=False, yanchor="bottom", font={"size": 11, "color": colour})


def event_name(event: str | None) -> str:
    from components.permits import texts

    return t(f"events.{event}") if event and texts.has(f"events.{event}") else ""


def days_table(band: dict) -> None:
    """Every day with its reason, for whoever checks the count by hand."""
    rows = [
        {
            t("desk.day"): day(line["day"], "full"),
            t("desk.clock_legal_short"): t(f"desk.day_{line['legal']}"),
            t("desk.why"): t(f"desk.why_{line['why']}") if line.get("why") else "",
            t("desk.article"): pick((band.get("laws") or {}).get(line.get("article"))),
        }
        for line in band.get("days", [])
    ]
    if rows:
        st.table(rows, border="horizontal", hide_index=True, height=320, alt=t("desk.days_table"))
        st.caption(t("desk.days_total", count=number(sum(line["legal"] == "counted" for line in band["days"]))))
