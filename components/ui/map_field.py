"""The shape field: where the request is. Drawn on the commune's map, pasted as coordinates or GeoJSON, or told as address and douar.

The answer is a GeoJSON geometry (WGS 84, longitude first) or {"address", "douar"}. Nothing is asked of a third party: Leaflet is
served by the site, the background is the commune's outline. SHUBBAK_MAP_TILES (an address with {z}, {x}, {y}) and
SHUBBAK_MAP_ATTRIBUTION add a tile server of the operator's choice.
"""

import json
import os
import re
from collections.abc import Callable

import streamlit as st

from components.permits.client import call
from components.ui.style import ASSETS, direction
from components.ui.words import language, t

MOROCCO = (31.8, -7.1)
LATITUDES, LONGITUDES = (20.0, 37.0), (-18.0, -0.5)
WORDS = ["map", "choose", "undo", "clear", "here", "looking", "not_found", "at", "done", "Point", "LineString", "Polygon"]

_map = st.components.v2.component(
    "shubbak_map",
    html='<link rel="stylesheet" href="/assets/leaflet/leaflet.css"><div class="tools" role="toolbar"></div>'
    '<div class="map" tabindex="0" role="application"></div><p class="said" role="status"></p>',
    css=(ASSETS / "map_field.css").read_text(encoding="utf-8"),
    js=(ASSETS / "map_field.js").read_text(encoding="utf-8"),
)


@st.cache_data(ttl=3600, max_entries=200, show_spinner=False)
def background(commune: str, _client) -> dict:
    """Public reference data: the same for everybody."""
    return call(_client, "commune_map", p_commune=commune) or {}


def read_coordinates(text: str, geometry: list[str]) -> dict | None:
    """A GeoJSON geometry out of what was pasted: GeoJSON, or one pair of decimal degrees per line, in either order.

    One pair is a point; more make an outline (or a line where outlines are not accepted). None when it cannot be read.
    """
    text = text.strip()
    if text.startswith("{"):
        return read_geojson(text)
    numbers = [float(number.replace(",", ".")) for number in re.findall(r"-?\d+(?:[.]\d+)?", text)]
    if len(numbers) < 2 or len(numbers) % 2:
        return None
    points = [ordered(*numbers[place : place + 2]) for place in range(0, len(numbers), 2)]
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    if "Polygon" in geometry and len(points) > 2:
        return {"type": "Polygon", "coordinates": [points if points[0] == points[-1] else [*points, points[0]]]}
    return {"type": "LineString", "coordinates": points}


def read_geojson(text: str) -> dict | None:
    try:
        shape = json.loads(text)
    except ValueError:
        return None
    if shape.get("type") == "FeatureCollection" and shape.get("features"):
        shape = shape["features"][0]
    if isinstance(shape, dict) and shape.get("type") == "Feature":
        shape = shape.get("geometry")
    if not isinstance(shape, dict) or "coordinates" not in shape:
        return None
    return {"type": shape.get("type"), "coordinates": shape["coordinates"]}


def ordered(first: float, second: float) -> list[float]:
    """Longitude, latitude. People paste latitude first; in Morocco the two cannot be taken for each other."""
    latitude_first = LATITUDES[0] <= first <= LATITUDES[1] and LONGITUDES[0] <= second <= LONGITUDES[1]
    return [second, first] if latitude_first else [first, second]


def shape_input(
    field: dict, value: dict | None, *, key: str, commune: str | None, client, disabled: bool = False, on_change: Callable | None = None
) -> dict | None:
    """The widgets of one shape field under its label; returns the answer or None."""
    ways = ["map", "coordinates"] + (["address"] if field.get("without_drawing", True) else [])
    told = isinstance(value, dict) and ("address" in value or "douar" in value)
    shape = None if told else value
    way = st.segmented_control(
        t("map.way"),
        ways,
        default="address" if told and "address" in ways else "map",
        required=True,
        key=f"{key}.way",
        format_func=lambda name: t(f"map.way_{name}"),
        label_visibility="collapsed",
        disabled=disabled,
    )
    if way == "map":
        return drawn(field, shape, key, commune, client, disabled, on_change)
    if way == "coordinates":
        return pasted(field, shape, key, disabled, on_change)
    given = value if told else {}
    answer = {
        name: st.text_input(
            t(f"map.{name}"), given.get(name, ""), key=f"{key}.{name}", max_chars=300, disabled=disabled, on_change=on_change or "rerun"
        )
        for name in ("address", "douar")
    }
    return {name: text.strip() for name, text in answer.items() if text.strip()} or None


def drawn(
    field: dict, shape: dict | None, key: str, commune: str | None, client, disabled: bool, on_change: Callable | None
) -> dict | None:
    place = background(commune, client) if commune else {}
    geometry = field.get("geometry", ["Point", "Polygon"])
    words = {name: t(f"map.{name}") for name in WORDS} | {f"hint_{kind}": t(f"map.hint_{kind}") for kind in geometry}
    state = st.session_state.get(f"{key}.map") or {}
    current = state["shape"] if "shape" in state else shape
    data = {
        "value": current,
        "geometry": geometry,
        "boundary": place.get("boundary"),
        "centre": [place["lat"], place["lon"]] if place.get("lat") else list(MOROCCO),
        "tiles": os.environ.get("SHUBBAK_MAP_TILES", ""),
        "attribution": os.environ.get("SHUBBAK_MAP_ATTRIBUTION", ""),
        "words": words,
        "direction": direction(language()),
        "most": field.get("max_vertices", 200),
        "disabled": disabled,
    }
    result = _map(key=f"{key}.map", data=data, default={"shape": shape}, on_shape_change=on_change or (lambda: None))
    return result.shape


def pasted(field: dict, shape: dict | None, key: str, disabled: bool, on_change: Callable | None) -> dict | None:
    text = st.text_area(
        t("map.paste"),
        json.dumps(shape) if shape else "",
        key=f"{key}.text",
        height=110,
        max_chars=20000,
        help=t("map.paste_help"),
        placeholder="30.470300, -8.877000",
        disabled=disabled,
        on_change=on_change or "rerun",
    )
    if not text.strip():
        return None
    found = read_coordinates(text, field.get("geometry", []))
    if found is None:
        st.html(f'<p class="shubbak-fault">{t("map.paste_unreadable")}</p>')
    return found if found is not None else shape
