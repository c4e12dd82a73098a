"""Fields that an act asks of an agent (report, measured values, mentions of the order), one widget per type of the definition.

The database judges every value again; these widgets only make it easy to give one.
"""

from datetime import date

import streamlit as st

from components.ui.words import pick, t


def label_of(field: dict) -> str:
    unit = f" ({pick(field['unit'])})" if field.get("unit") else ""
    required = f" {t('common.required')}" if field.get("required") is True else ""
    return f"{pick(field['label'])}{unit}{required}"


def one_field(field: dict, key: str, value: object) -> object:
    """The value as the database takes it: text, number, true or false, an ISO day, a code, a list of codes; None when empty."""
    label, help_text, kind = label_of(field), pick(field.get("help")) or None, field["type"]
    if kind == "long_text":
        return st.text_area(label, value=value or "", key=key, help=help_text, max_chars=field.get("max_length", 5000), height=140) or None
    if kind == "integer":
        return st.number_input(label, value=int(value) if value is not None else None, step=1, key=key, help=help_text)
    if kind in ("decimal", "amount"):
        return st.number_input(
            label,
            value=float(value) if value is not None else None,
            step=0.1,
            format=f"%.{field.get('decimals', 2)}f",
            key=key,
            help=help_text,
        )
    if kind == "date":
        chosen = st.date_input(
            label,
            value=date.fromisoformat(value) if value else None,
            format="DD/MM/YYYY",
            key=key,
            help=help_text,
            min_value=date(2000, 1, 1),
            max_value=date(2100, 12, 31),
        )
        return chosen and chosen.isoformat()
    if kind == "yes_no":
        return st.radio(
            label,
            [True, False],
            index=None if value is None else int(not value),
            format_func=lambda one: t("common.yes") if one else t("common.no"),
            key=key,
            horizontal=True,
            help=help_text,
        )
    if kind in ("choice", "choices"):
        names = {option["value"]: pick(option["label"]) for option in field["options"]}
        if kind == "choices":
            return (
                st.multiselect(
                    label,
                    list(names),
                    default=[one for one in value or [] if one in names],
                    format_func=names.get,
                    key=key,
                    help=help_text,
                    placeholder=t("common.choose"),
                )
                or None
            )
        return st.selectbox(
            label,
            list(names),
            index=list(names).index(value) if value in names else None,
            format_func=names.get,
            key=key,
            help=help_text,
            placeholder=t("common.choose"),
        )
    return st.text_input(label, value=value or "", key=key, help=help_text, max_chars=field.get("max_length", 300)) or None


def act_fields(fields: list[dict], prefix: str, values: dict | None = None) -> dict:
    """Draws the fields; {id: value} of those that were filled."""
    given = {
        field["id"]: one_field(field, f"{prefix}_{field['id']}", (values or {}).get(field["id"]))
        for field in fields or []
        if field["type"] not in ("heading", "help")
    }
    return {name: value for name, value in given.items() if value is not None}


def value_in_words(line: dict) -> str:
    """A measured value or a term as people read it: [{label, type, value, unit, options}] of the database."""
    from components.ui.words import day, number

    value, kind = line["value"], line["type"]
    if kind == "date":
        return day(value)
    if kind == "yes_no":
        return t("common.yes") if value else t("common.no")
    if kind in ("choice", "choices"):
        names = {option["value"]: pick(option["label"]) for option in line["options"] or []}
        return t("filing.comma").join(names.get(one, one) for one in (value if isinstance(value, list) else [value]))
    if kind in ("integer", "decimal", "amount"):
        return f"{number(value)} {pick(line['unit'])}".strip()
    return str(value)
