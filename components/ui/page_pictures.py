"""Pages of uploaded files as pictures, drawn once per browser session: people go back and forth between the pages of a plan."""

from base64 import b64encode
from collections.abc import Callable

import streamlit as st

from components.permits.page_image import picture_of
from components.permits.refusals import Refusal
from components.ui import parts
from components.ui.words import t

KEPT = 8  # pictures, some hundred kilobytes each
FILES = 2  # whole files: two versions side by side


def page_picture(fetch: Callable[[str], bytes], document: str, page: int) -> str | None:
    """The address of the picture (data:), or None after saying why there is none. fetch: the bytes of a document, in the reader's right."""
    kept = st.session_state.setdefault("page_pictures", {})
    if (document, page) not in kept:
        try:
            with st.spinner(t("committee.drawing")):
                drawn = picture_of(file_of(fetch, document), page)
        except Refusal as refusal:
            parts.refused(refusal)
            return None
        kept[document, page] = "data:image/webp;base64," + b64encode(drawn.content).decode()
        for oldest in list(kept)[:-KEPT]:
            del kept[oldest]
    return kept[document, page]


def file_of(fetch: Callable[[str], bytes], document: str) -> bytes:
    kept = st.session_state.setdefault("page_files", {})
    if document not in kept:
        kept[document] = fetch(document)
        for oldest in list(kept)[:-FILES]:
            del kept[oldest]
    return kept[document]
