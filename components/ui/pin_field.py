"""A page of a plan with the remarks pinned on it; a click, a tap or the arrow keys say where the next one goes."""

from collections.abc import Callable

import streamlit as st

from components.ui.style import ASSETS, direction
from components.ui.words import language, t

WORDS = ["larger", "smaller", "whole", "choose", "at"]

_page = st.components.v2.component(
    "shubbak_pins",
    html='<div class="tools" role="toolbar"></div><div class="frame" tabindex="0" role="application"><div class="sheet"><img></div></div>'
    '<p class="said" role="status"></p>',
    css=(ASSETS / "pin_field.css").read_text(encoding="utf-8"),
    js=(ASSETS / "pin_field.js").read_text(encoding="utf-8"),
)


def pin_field(picture: str, name: str, pins: list[dict], key: str, value: dict | None = None, on_place: Callable | None = None) -> None:
    """picture: its address. name: what it shows. pins: [{number, x, y, tone, text}]. value: {x, y} of the new pin.

    on_place({x, y}) is called with the place that was chosen, before the page runs again; without it the page is only looked at.
    """

    def placed() -> None:
        chosen = (st.session_state.get(key) or {}).get("place")
        if chosen and on_place:
            on_place({axis: float(chosen[axis]) for axis in ("x", "y")})

    data = {
        "image": picture, "pins": pins, "value": value, "disabled": on_place is None, "direction": direction(language()),
        "words": {word: t(f"committee.pin_{word}") for word in WORDS} | {"page": name},
    }  # fmt: skip
    _page(key=key, data=data, default={"place": None}, on_place_change=placed)
