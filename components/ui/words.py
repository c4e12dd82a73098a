"""The words of the screen, in the language of the session."""

import threading

import streamlit as st

from components.permits import texts

DEFAULT_LANGUAGE = "ar"
_run = threading.local()  # a script runs in a thread of its browser session; asking the session's state for each word is slow


def speak(lang: str) -> None:
    """Said once at the beginning of each run (session.begin)."""
    _run.lang = lang


def language() -> str:
    """ar or fr: the language of this browser session."""
    return getattr(_run, "lang", None) or st.session_state.get("lang", DEFAULT_LANGUAGE)


def is_rtl() -> bool:
    return language() == "ar"


def t(key: str, **values) -> str:
    """The sentence `subject.key` of assets/locales in the reader's language."""
    return texts.translate(key, language(), **values)


def pick(entry: dict | None, stem: str = "") -> str:
    """The reader's side of {"fr","ar"}, or of {"name_fr","name_ar"} with stem "name_"."""
    return texts.pick(entry, language(), stem)


def day(value, style: str = "long") -> str:
    return texts.format_date(value, language(), style)


def moment(value, style: str = "long") -> str:
    return texts.format_moment(value, language(), style)


def number(value, decimals: int | None = None) -> str:
    return texts.format_number(value, decimals)


def amount(centimes: int | None) -> str:
    return texts.format_amount(centimes, language())


def size(octets: int | None) -> str:
    return texts.format_size(octets, language())
