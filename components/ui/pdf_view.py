"""A PDF on the page, with the file itself at hand for those whose reader is better."""

import streamlit as st

from components.ui.words import t


def show_pdf(content: bytes, name: str, height: int = 640) -> None:
    with st.container(key="pdf_view"):
        st.pdf(content, height=height, alt=name)
    st.download_button(
        t("common.download"),
        content,
        file_name=name,
        mime="application/pdf",
        icon=":material/download:",
        key=f"pdf_{name}",
        on_click="ignore",
    )
