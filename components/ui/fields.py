"""One widget per field type of a procedure: field_input(field, value, key=...) -> the answer as JSON.

The definition decides (assets/procedures): labels in both languages, options, units. Widgets help; the database judges
(sql/rules/32_faults.sql), so nothing is enforced here. Keys do not depend on the language: a switch keeps what was typed.
"""

import html
from collections.abc import Callable
from datetime import date

import streamlit as st

from components.ui import map_field
from components.ui.parts import plain
from components.ui.words import number, pick, t

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
LARGEST = 1e12
PLACEHOLDERS = {"cin": "JC123456", "phone": "0661234567", "email": "nom@exemple.ma", "ice": "001234567000089", "land_title": "12345/39"}
KINDS = {"phone": "phone", "email": "email"}
LENGTHS = {"text": 300, "long_text": 3000}


def label_of(field: dict, required: bool = False) -> str:
    unit = f" ({pick(field['unit'])})" if field.get("unit") else ""
    mark = f" {t('common.required')}" if required else ""  # plain words: a screen reader would spell markup out
    return plain(pick(field["label"]) + unit) + mark


def help_of(field: dict) -> str | None:
    return plain(pick(field.get("help"))) or None


def show_faults(faults: list[dict], path: str) -> None:
    """The sentences of this path, under its widget, in a place that stays (parts.show_flash)."""
    with st.container():
        for fault in faults:
            if fault.get("path") == path:
                kind = "" if fault.get("severity", "refuse") == "refuse" else " expected"
                st.html(f'<p class="shubbak-fault{kind}">{html.escape(pick(fault))}</p>')


def field_input(
    field: dict,
    value: object,
    *,
    key: str,
    required: bool = False,
    faults: list[dict] | tuple = (),
    disabled: bool = False,
    on_change: Callable[[], None] | None = None,
    commune: str | None = None,
    client=None,
    hidden_cells: list[str] | tuple = (),
) -> object:
    """Draws one field and returns its answer, None when it is empty.

    key           unique on the page, the same in both languages; `forget(key)` makes the widget take `value` again
    required      only draws the mark: the database demands
    faults        of the whole form, [{"path", "fr", "ar", "severity"}]; those of this field are shown under it
    commune       identifier, for the map of a shape; client: of the session, to read that map
    hidden_cells  "table[2].column": cells that do not apply (visible_fields of the database)
    """
    kind = field["type"]
    if kind == "heading":
        st.subheader(pick(field["label"]), anchor=False)
        return None
    if kind == "help":
        st.info(plain(pick(field["label"])), icon=":material/info:")
        return None
    if kind == "document":
        return value
    if kind == "table":
        return table_input(field, value, key, required, faults, disabled, on_change, hidden_cells)
    if kind == "shape":
        st.markdown(label_of(field, required), help=help_of(field))
        answer = map_field.shape_input(field, value, key=key, commune=commune, client=client, disabled=disabled, on_change=on_change)
    else:
        common = {"key": key, "help": help_of(field), "disabled": disabled}
        answer = WIDGETS[kind](field, value, label_of(field, required), required, common, on_change or "rerun")
    show_faults(faults, field["id"])
    return answer


def forget(key: str) -> None:
    """Drops what the widgets of this key hold, so that they show the given value again."""
    for name in [name for name in st.session_state if name == key or str(name).startswith(f"{key}.")]:
        del st.session_state[name]


def text_widget(field, value, label, required, common, on_change):
    kind = field["type"]
    given = value if isinstance(value, str) else ""
    length = field.get("max_length", LENGTHS.get(kind, 120))
    example = field.get("example") or PLACEHOLDERS.get(kind)
    if kind == "long_text":
        typed = st.text_area(label, given[:length], max_chars=length, placeholder=example, height=120, on_change=on_change, **common)
    else:
        typed = st.text_input(
            label, given[:length], max_chars=length, placeholder=example, type=KINDS.get(kind, "default"), on_change=on_change, **common
        )
    typed = (typed or "").strip()
    if kind in ("cin", "land_title", "link"):
        typed = typed.upper()
    return typed or None


def number_widget(field, value, label, required, common, on_change):
    decimals = {"integer": 0, "amount": 2}.get(field["type"], field.get("decimals", 2))
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LARGEST
    given = (int(value) if decimals == 0 else float(value)) if is_number else None
    typed = st.number_input(
        label,
        value=given,
        step=1 if decimals == 0 else 10.0**-decimals,
        format="%d" if decimals == 0 else f"%.{decimals}f",
        placeholder=field.get("example"),
        on_change=on_change,
        **common,
    )
    return typed if typed is None or decimals == 0 else round(typed, decimals)


def date_widget(field, value, label, required, common, on_change):
    try:
        given = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        given = None
    if given and not FIRST_DAY <= given <= LAST_DAY:
        given = None
    typed = st.date_input(label, given, min_value=FIRST_DAY, max_value=LAST_DAY, format="DD/MM/YYYY", on_change=on_change, **common)
    return typed.isoformat() if typed else None


def yes_no_widget(field, value, label, required, common, on_change):
    if "must_be" in field:
        ticked = st.checkbox(label, value is field["must_be"], on_change=on_change, **common)
        return field["must_be"] if ticked else None
    answers = [True, False]
    return st.radio(
        label,
        answers,
        index=answers.index(value) if isinstance(value, bool) else None,
        horizontal=True,
        format_func=lambda answer: t("common.yes" if answer else "common.no"),
        on_change=on_change,
        **common,
    )


def choice_widget(field, value, label, required, common, on_change):
    options = {option["value"]: option for option in field["options"]}
    values = list(options)
    place = values.index(value) if value in values else None
    name = lambda choice: pick(options[choice]["label"])  # noqa: E731
    # A radio group cannot be emptied again: optional questions and long lists are drop-downs.
    if required and len(values) <= 6:
        captions = [pick(option.get("help")) for option in options.values()]
        return st.radio(
            label,
            values,
            index=place,
            captions=captions if any(captions) else None,
            format_func=lambda choice: plain(name(choice)),
            on_change=on_change,
            **common,
        )
    return st.selectbox(label, values, index=place, placeholder=t("common.choose"), format_func=name, on_change=on_change, **common)


def choices_widget(field, value, label, required, common, on_change):
    options = {option["value"]: option for option in field["options"]}
    given = [choice for choice in value if choice in options] if isinstance(value, list) else []
    name = lambda choice: pick(options[choice]["label"])  # noqa: E731
    if len(options) <= 8:
        chosen = st.pills(label, list(options), selection_mode="multi", default=given, format_func=name, on_change=on_change, **common)
    else:
        chosen = st.multiselect(
            label, list(options), default=given, placeholder=t("common.choose"), format_func=name, on_change=on_change, **common
        )
    return list(chosen) or None


WIDGETS = {
    **dict.fromkeys(["text", "long_text", "cin", "ice", "phone", "email", "land_title", "link"], text_widget),
    **dict.fromkeys(["integer", "decimal", "amount"], number_widget),
    "date": date_widget,
    "yes_no": yes_no_widget,
    "choice": choice_widget,
    "choices": choices_widget,
}


def table_input(field, value, key, required, faults, disabled, on_change, hidden_cells) -> list[dict] | None:
    """Rows of widgets: readable on a phone and by screen readers, which a grid drawn on a canvas is not."""
    kept = f"{key}.rows"
    if kept not in st.session_state:
        rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        rows = rows or [{}] * max(1 if required else 0, field.get("rows_min", 0) if required else 0)
        st.session_state[kept] = {"next": len(rows), "rows": {str(place): row for place, row in enumerate(rows)}}
    state = st.session_state[kept]
    st.markdown(label_of(field, required), help=help_of(field))
    answers = [
        row_input(field, name, row, place, key, faults, disabled, on_change, hidden_of(field, place, value, hidden_cells))
        for place, (name, row) in enumerate(list(state["rows"].items()), start=1)
    ]
    show_totals(field, answers)

    def add() -> None:
        state["rows"][str(state["next"])] = {}
        state["next"] += 1

    full = len(state["rows"]) >= field.get("rows_max", 200)
    st.button(t("fields.add_row"), key=f"{key}.add", icon=":material/add:", on_click=add, disabled=disabled or full)
    show_faults(faults, field["id"])
    return [row for row in answers if row] or None


def hidden_of(field: dict, place: int, value: object, hidden_cells: list[str] | tuple) -> list[str] | tuple:
    """The database says which cells do not apply; of a row that it has not seen yet, those that depend on an answer."""
    if isinstance(value, list) and place <= len(value):
        return hidden_cells
    return [f"{field['id']}[{place}].{column['id']}" for column in field["columns"] if column.get("only_if")]


def row_input(field, name, row, place, key, faults, disabled, on_change, hidden_cells) -> dict:
    answer = {}

    def remove() -> None:
        st.session_state[f"{key}.rows"]["rows"].pop(name, None)
        if on_change:
            on_change()

    with st.container(border=True, key=f"{key}.row{name}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.caption(t("fields.row", count=place))
            st.button(
                t("fields.remove_row", count=place),
                key=f"{key}.{name}.remove",
                type="tertiary",
                icon=":material/delete:",
                on_click=remove,
                disabled=disabled,
            )
        asked = [
            column
            for column in field["columns"]
            if "product_of" not in column and f"{field['id']}[{place}].{column['id']}" not in hidden_cells
        ]
        for column, cell in zip(asked, grid_cells(len(asked))):
            with cell:
                mark = column.get("required") is True
                common = {"key": f"{key}.{name}.{column['id']}", "help": help_of(column), "disabled": disabled}
                typed = WIDGETS[column["type"]](column, row.get(column["id"]), label_of(column, mark), False, common, on_change or "rerun")
                show_faults(faults, f"{field['id']}[{place}].{column['id']}")
                if typed is not None:
                    answer[column["id"]] = typed
    return computed(field, answer)


def grid_cells(count: int):
    """Up to four cells in a line; a phone stacks them."""
    cells = []
    for start in range(0, count, 4):
        cells += st.columns(min(4, count - start) if count > 4 else count, vertical_alignment="top")
    return cells[:count]


def computed(field: dict, row: dict) -> dict:
    """Columns that are the product of others (the database computes them again)."""
    for column in field["columns"]:
        factors = [row.get(name) for name in column.get("product_of", [])]
        if factors and all(isinstance(factor, (int, float)) for factor in factors):
            product = 1
            for factor in factors:
                product *= factor
            row[column["id"]] = round(product, column.get("decimals", 2))
    return row


def show_totals(field: dict, rows: list[dict]) -> None:
    columns = {column["id"]: column for column in field["columns"]}
    totals = [
        (columns[name], sum(row[name] for row in rows if isinstance(row.get(name), (int, float)))) for name in field.get("totals", [])
    ]
    if not rows or not totals:
        return
    shown = [f"{pick(column['label'])} : **{number(total)}** {pick(column.get('unit'))}" for column, total in totals]
    st.markdown(f"{t('fields.total')} · " + " · ".join(shown))
