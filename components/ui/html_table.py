"""A plain HTML table: it follows the direction of the page and a screen reader reads it. Cells are HTML of ours, built with the
functions below, which escape every value."""

from html import escape

import streamlit as st


def ltr(value: object) -> str:
    """A number of a dossier or of a receipt, kept in its own order inside an Arabic sentence (Unicode isolates)."""
    return f"\u2066{value}\u2069"


def text(value: object, more: object = "") -> str:
    """A value in its own direction, with a smaller second line."""
    below = f'<small dir="auto">{escape(str(more))}</small>' if more else ""
    return f'<span dir="auto">{escape(str(value))}</span>{below}'


def strong(value: object, more: object = "") -> str:
    return f"<b>{text(value)}</b>" + (f'<small dir="auto">{escape(str(more))}</small>' if more else "")


def tone(words: str, colour: str) -> str:
    """A coloured label: green, amber, gold, red, blue or gray."""
    return f'<span class="shubbak-tone {colour}">{escape(words)}</span>'


def html_table(headings: list[str], rows: list[list[str]], numbers: frozenset | set = frozenset()) -> None:
    """rows: cells made by the functions above. numbers: places of the columns that hold figures."""

    def cells(tag: str, line: list[str], scope: str = "") -> str:
        return "".join(f"<{tag}{scope}{' class=n' if n in numbers else ''}>{cell}</{tag}>" for n, cell in enumerate(line))

    head = cells("th", [escape(heading) for heading in headings], ' scope="col"')
    body = "".join(f"<tr>{cells('td', line)}</tr>" for line in rows)
    st.html(f'<div class="shubbak-scroll"><table class="shubbak-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')
