"""The form of a procedure in a commune: how it is received, the local value of each setting, a trial of the fee.

A setting is either set by the commune or left to the proposed value; nothing is kept until the person saves.
"""

import streamlit as st

from components.permits import administration, texts
from components.ui import parts
from components.ui.fields import field_input
from components.ui.html_table import html_table, strong, text
from components.ui.words import amount, day, number, pick, t

BADGES = {"A": "green", "B": "blue", "C": "orange", "U": "red"}


def procedure_form(client, commune: dict, offer: dict) -> dict | None:
    """Draws one procedure. Returns {version, mode, settings} when the person saves, else None."""
    key = f"set_{commune['id']}_{offer['code']}"
    version = choose_version(offer, key)
    mode = st.radio(
        t("administration.mode"),
        administration.MODES,
        index=administration.MODES.index(offer["mode"]) if offer["mode"] else 0,
        format_func=lambda one: t(f"administration.mode_{one}"),
        captions=[t(f"administration.mode_{one}_help") for one in administration.MODES],
        key=f"{key}_mode",
    )
    values = {}
    if version["settings"]:
        parts.subheader(t("administration.values"))
        for setting in version["settings"]:
            with st.container(border=True, key=f"{key}_{setting['id']}_box"):
                given = setting_input(setting, f"{key}_{setting['id']}")
            if given is not None:
                values[setting["id"]] = given
    if version["has_fees"]:
        with st.expander(t("administration.trial"), icon=":material/calculate:", key=f"{key}_trial"):
            trial(client, commune, version, values, key)
    kept = {setting["id"]: setting["local"] for setting in version["settings"] if "local" in setting}
    is_new = offer["mode"] is None or offer["closed_at"] is not None
    changed = (values, mode, version["id"]) != (kept, offer["mode"], offer["version_id"])
    if changed and not is_new:
        st.caption(f":material/edit: {t('administration.unsaved')}")
    word = "start_receiving" if offer["mode"] is None else "receive_again" if is_new else "save_settings"
    if st.button(t(f"administration.{word}"), type="primary", disabled=not (changed or is_new), key=f"{key}_save"):
        return {"version": version["id"], "mode": mode, "settings": values}
    return None


def choose_version(offer: dict, key: str) -> dict:
    versions = {one["id"]: one for one in offer["versions"]}

    def line(one: str) -> str:
        found = versions[one]
        owner = t(f"administration.owner_{found['owner_kind']}")
        return t("administration.version_line", version=found["version"], owner=owner, date=day(found["published_at"]))

    current = offer["version_id"] if offer["version_id"] in versions else next(iter(versions))
    if len(versions) == 1:
        st.caption(line(current))
        return versions[current]
    place = list(versions).index(current)
    chosen = st.selectbox(t("administration.version"), list(versions), index=place, format_func=line, key=f"{key}_version")
    st.caption(t("administration.version_keeps"))
    return versions[chosen]


def setting_input(setting: dict, key: str) -> object:
    """One setting. Returns the commune's value, or None when the proposed one applies."""
    badge = f":{BADGES[setting['confidence']]}-badge[{t('administration.confidence_' + setting['confidence'])}]"
    hidden = f" :gray-badge[{t('administration.not_public')}]" if setting.get("public") is False else ""
    st.markdown(f"**{parts.plain(pick(setting['label']))}** {badge}{hidden}")
    if setting.get("help"):
        parts.note(pick(setting["help"]))
    here = st.checkbox(t("administration.set_here"), "local" in setting, key=f"{key}_here", help=t("administration.set_here_help"))
    value = value_input(setting, setting.get("local", setting["default"]), key) if here else None
    about = [pick(setting.get("law")), bounds(setting)]
    if not here or value != setting["default"]:
        about.insert(0, t("administration.proposed", value=in_words(setting, setting["default"])))
    st.caption(parts.plain(" · ".join(filter(None, about))))
    if setting["confidence"] == administration.UNKNOWN and not here:
        st.warning(t("administration.unconfirmed"), icon=":material/help:")
    return value


def value_input(setting: dict, value: object, key: str) -> object:
    if setting["type"] != "map":
        field = {name: setting[name] for name in ("id", "type", "unit", "options", "decimals") if name in setting}
        field["label"] = {lang: texts.translate("administration.local_value", lang) for lang in texts.LANGUAGES}
        answer = field_input(field, value, key=f"{key}_value")
        return [] if answer is None and setting["type"] == "choices" else setting["default"] if answer is None else answer
    answers = {}
    for place, option in enumerate(setting["options"]):
        if place % 3 == 0:
            columns = st.columns(3)
        with columns[place % 3]:
            field = {"id": option["value"], "type": "decimal", "label": option["label"], "unit": setting.get("unit")}
            number_of = field_input(field, (value or {}).get(option["value"]), key=f"{key}_{option['value']}")
            answers[option["value"]] = setting["default"].get(option["value"]) if number_of is None else tidy(number_of)
    return answers


def tidy(value: float) -> float | int:
    """70.0 is the 70 that was saved: no change where there is none."""
    return int(value) if value == int(value) else value


def bounds(setting: dict) -> str:
    low, high = (None if setting.get(name) is None else number(setting[name]) for name in ("min", "max"))
    if low and high:
        return t("administration.between", min=low, max=high)
    return t("administration.at_least", min=low) if low else t("administration.at_most", max=high) if high else ""


def in_words(setting: dict, value: object) -> str:
    """A value as people write it."""
    unit = pick(setting.get("unit"))
    names = {option["value"]: pick(option["label"]) for option in setting.get("options", [])}
    comma = t("filing.comma")
    if isinstance(value, bool):
        return t("common.yes" if value else "common.no")
    if isinstance(value, (int, float)):
        return f"{number(value)} {unit}".strip()
    if isinstance(value, list):
        return comma.join(names.get(one, one) for one in value) or t("common.none")
    if isinstance(value, dict):
        return f"{comma.join(f'{names.get(one, one)} {number(each)}' for one, each in value.items())} {unit}".strip()
    return names.get(value, str(value or ""))


def trial(client, commune: dict, version: dict, values: dict, key: str) -> None:
    """What a request would cost with the values on the screen."""
    st.caption(t("administration.trial_help"))
    samples = administration.sample_answers(version["fee_questions"], texts.as_day(commune["today"]))
    answers = {}
    for place, question in enumerate(version["fee_questions"]):
        if place % 2 == 0:
            columns = st.columns(2)
        with columns[place % 2]:
            answer = field_input(question, samples.get(question["id"]), key=f"{key}_trial_{question['id']}")
            if answer is not None:
                answers[question["id"]] = answer
    with parts.refusals_shown():
        shown = administration.fee_trial(client, version["id"], values, answers)
        if not shown["lines"]:
            parts.note(t("administration.no_fee"))
        for line in shown["lines"]:
            rows = [[text(pick(factor["label"])), text(pick(factor.get("text")))] for factor in line["factors"] if "text" in factor]
            html_table(
                [pick(line["label"]), ""], [*rows, [strong(t("administration.trial_due")), strong(amount(line["amount"]))]], numbers={1}
            )
            if line["amount"] is None:
                parts.note(t("administration.trial_unknown"))
            elif line["whole_amount"] != line["amount"]:
                st.caption(f"{t('administration.trial_whole')} : {amount(line['whole_amount'])}")
