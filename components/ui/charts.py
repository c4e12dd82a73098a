"""Charts that read in the direction of the page, in our colours and fonts, and that ask nothing of third parties."""

from html import escape

import plotly.graph_objects as go
import streamlit as st

from components.ui.words import is_rtl

GREEN, RED, BLUE, AMBER, GRAY, GOLD, LINE = "#0B6B4F", "#B3261E", "#0B5FA5", "#B25E09", "#8C9791", "#D9A514", "#D5DDD8"
BAND_COLOURS = {"late": RED, "today": AMBER, "this_week": GOLD, "later": GREEN, "waiting": BLUE, "done": GRAY}
FONT = "'IBM Plex Sans', 'IBM Plex Sans Arabic', sans-serif"


def lay_out(figure: go.Figure, height: int, names_width: int = 130) -> go.Figure:
    """Right to left: the axis runs from the right, names stand on the right in a margin wide enough not to be cut."""
    rtl = is_rtl()
    figure.update_layout(
        height=height,
        font={"family": FONT, "size": 13, "color": "#1B2420"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 20 if rtl else names_width, "r": names_width if rtl else 20, "t": 10, "b": 30},
        bargap=0.35,
        showlegend=False,
        hoverlabel={"font": {"family": FONT}},
        dragmode=False,
    )
    figure.update_xaxes(autorange="reversed" if rtl else True, gridcolor=LINE, zeroline=False, fixedrange=True)
    figure.update_yaxes(side="right" if rtl else "left", ticklabelstandoff=8, gridcolor="rgba(0,0,0,0)", fixedrange=True)
    return figure


def show(figure: go.Figure, key: str) -> None:
    st.plotly_chart(figure, key=key, width="stretch", config={"displayModeBar": False, "responsive": True}, theme=None)


def legend(entries: list[tuple[str, str]]) -> None:
    """What each colour means, as text beside the chart: it wraps, follows the direction of the page and can be read aloud."""
    marks = "".join(f'<li><i style="background:{colour}"></i>{escape(label)}</li>' for label, colour in entries)
    st.html(f'<ul class="shubbak-legend">{marks}</ul>')


def stacked_bars(names: list[str], series: list[tuple[str, str, list[int]]], key: str) -> None:
    """Horizontal bars, first name on top. series: [(label, colour, values)]."""
    legend([(label, colour) for label, colour, _ in series])
    figure = go.Figure(
        [
            go.Bar(
                y=names,
                x=values,
                name=label,
                orientation="h",
                marker_color=colour,
                hovertemplate="%{y}<br>" + label + " : %{x}<extra></extra>",
            )
            for label, colour, values in series
        ]
    )
    figure.update_layout(barmode="stack")
    lay_out(figure, height=50 + 28 * len(names))
    figure.update_yaxes(autorange="reversed", automargin=False, tickfont={"size": 12})
    show(figure, key)


def plain_bars(names: list[str], values: list[int], colour: str, key: str) -> None:
    """One horizontal bar per name with its value written on it."""
    figure = go.Figure(
        go.Bar(
            y=names,
            x=values,
            orientation="h",
            marker_color=colour,
            text=values,
            textposition="auto",
            hovertemplate="%{y} : %{x}<extra></extra>",
        )
    )
    lay_out(figure, height=60 + 32 * len(names), names_width=170)
    figure.update_yaxes(autorange="reversed", automargin=False)
    figure.update_xaxes(showticklabels=False, showgrid=False)
    show(figure, key)


def outlines_map(shapes: list[tuple[str, dict, str]], key: str) -> None:
    """Filled outlines without a background map. shapes: [(text shown on hover, GeoJSON geometry, colour)]. Never mirrored: it is a map."""
    figure = go.Figure()
    for text, geometry, colour in shapes:
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        xs, ys = [], []
        for polygon in polygons:
            xs += [point[0] for point in polygon[0]] + [None]
            ys += [point[1] for point in polygon[0]] + [None]
        figure.add_trace(
            go.Scatter(
                x=xs,
                y=ys,
                fill="toself",
                fillcolor=colour,
                mode="lines",
                line={"color": "#FFFFFF", "width": 1},
                text=text,
                hoverinfo="text",
                hoveron="fills",
                name=text,
            )
        )
    lay_out(figure, height=340, names_width=20)
    figure.update_xaxes(visible=False, autorange=True)
    figure.update_yaxes(visible=False, scaleanchor="x", scaleratio=1.15)
    show(figure, key)
