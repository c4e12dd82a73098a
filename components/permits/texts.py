"""Sentences of the site in French and Arabic, and values written as people write them.

Sentences stand in assets/locales/<subject>.yaml as `key: {fr: "...", ar: "..."}`. A sentence that counts has forms
instead: `ar: {zero: ..., one: ..., two: ..., few: ..., many: ..., other: ...}`, chosen by the value named `count`.
A missing key fails in tests and shows itself in production.
"""

import os
import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from babel import Locale
from babel.dates import format_date as babel_date
from babel.numbers import format_decimal

LANGUAGES = ("ar", "fr")
LOCALES = Path(__file__).resolve().parents[2] / "assets" / "locales"
FAST_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same safe YAML, ten times faster where libyaml is there
PLACE = {"ar": "ar_MA", "fr": "fr_MA"}
MOROCCO = ZoneInfo("Africa/Casablanca")
ARABIC = re.compile("[\u0600-\u06ff]")
# 5410113-2026-REF-000123, 43-20, VS-04, 30 060,00, or a point 30.47030, -8.87700: among Arabic letters a browser would turn their
# groups around. Not the pieces of an address of the web or of a mail.
REFERENCE = re.compile(
    "(?<![\\w./=?&@:+\u2066\u2068-])"
    "(?:(?=[A-Z-]*[0-9])[A-Z0-9]+(?:-[A-Z0-9]+)+|-?[0-9]+\\.[0-9]+, -?[0-9]+\\.[0-9]+|[0-9]{1,3}(?: [0-9]{3})+(?:,[0-9]+)?)(?![\\w@-])"
)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict]:
    """Every sentence: {"subject.key": {"fr": ..., "ar": ...}}. Read once."""
    sentences = {}
    for file in sorted(LOCALES.glob("*.yaml")):
        for key, entry in (yaml.load(file.read_text(encoding="utf-8"), Loader=FAST_LOADER) or {}).items():
            sentences[f"{file.stem}.{key}"] = entry
    return sentences


def has(key: str) -> bool:
    return key in catalogue()


@lru_cache(maxsize=8192)
def unchanging(key: str, lang: str) -> str | None:
    """A sentence without values, as it is shown; None for those that count or are not there."""
    sentence = (catalogue().get(key) or {}).get(lang)
    return (in_order(sentence) if lang == "ar" else sentence) if isinstance(sentence, str) else None


def translate(key: str, lang: str, **values) -> str:
    if not values and (known := unchanging(key, lang)) is not None:
        return known
    entry = catalogue().get(key)
    if entry is None:
        if "PYTEST_CURRENT_TEST" in os.environ:
            raise KeyError(f"no sentence {key} in assets/locales")
        return key
    sentence = entry[lang]
    if isinstance(sentence, dict):
        form = Locale.parse(PLACE[lang]).plural_form(values["count"])
        sentence = sentence.get(form, sentence["other"])
    sentence = sentence.format(**values) if values else sentence
    return in_order(sentence) if lang == "ar" else sentence


def in_order(text: str) -> str:
    """Arabic text whose numbers of dossiers, orders and laws read from left to right (Unicode isolates, seen by nobody)."""
    return REFERENCE.sub(lambda found: f"\u2066{found.group().replace(' ', chr(160))}\u2069", text) if ARABIC.search(text) else text


def pick(entry: dict | None, lang: str, stem: str = "") -> str:
    """The text of one language out of {"fr","ar"}, or {"name_fr","name_ar"} with stem "name_"; the other one if empty."""
    if not entry:
        return ""
    other = "fr" if lang == "ar" else "ar"
    text = entry.get(stem + lang) or entry.get(stem + other) or ""
    return in_order(text) if lang == "ar" and isinstance(text, str) else text


def as_moment(value: str | datetime) -> datetime:
    """An instant as the wall clock of Morocco shows it."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(MOROCCO) if moment.tzinfo else moment


def today() -> date:
    """The day in Morocco, whatever the machine's own zone; a commune's day, which may be moved, comes from the database."""
    return datetime.now(MOROCCO).date()


def as_day(value: str | date | datetime) -> date:
    if isinstance(value, str) and len(value) <= 10:
        return date.fromisoformat(value)
    return as_moment(value).date() if isinstance(value, (str, datetime)) else value


def format_date(value: str | date | datetime | None, lang: str, style: str = "long") -> str:
    """style: long (9 mars 2026), full (with the weekday), short (09/03/2026)."""
    if not value:
        return ""
    if style == "short":
        return as_day(value).strftime("%d/%m/%Y")
    return babel_date(as_day(value), format=style, locale=PLACE[lang])


def format_moment(value: str | datetime | None, lang: str, style: str = "long") -> str:
    """Date and time to the minute, in Morocco."""
    if not value:
        return ""
    moment = as_moment(value)
    return translate("common.moment", lang, date=format_date(moment, lang, style), time=moment.strftime("%H:%M"))


def format_number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """The same in both languages, as the papers print it: 30 060,00 (the Arabic locale's 2.000 would read as two)."""
    if value is None:
        return ""
    pattern = None if decimals is None else "#,##0." + "0" * decimals if decimals else "#,##0"
    return format_decimal(value, format=pattern, locale=PLACE["fr"])


def format_amount(centimes: int | None, lang: str) -> str:
    """An amount kept in centimes, written in dirhams."""
    if centimes is None:
        return ""
    return translate("common.amount", lang, amount=format_number(Decimal(centimes) / 100, 2))


def format_size(size: int | None, lang: str) -> str:
    """A file size in kilobytes or megabytes."""
    if size is None:
        return ""
    if size < 1_000_000:
        return translate("common.kilobytes", lang, size=format_number(max(1, round(size / 1000))))
    return translate("common.megabytes", lang, size=format_number(round(size / 1_000_000, 1)))
