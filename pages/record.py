"""The record: whether the chain of a dossier's acts is whole, and the daily digests by which anybody can contradict a rewrite."""

import textwrap

import streamlit as st

from components.permits import administration, texts
from components.ui import parts, session
from components.ui.html_table import html_table, ltr, text, tone
from components.ui.words import day, language, moment, number, t

COLOURS = {"sound": "green", "unsigned": "amber", "unchecked": "gray", "wrong_signature": "red", "chain_broken": "red"}
COMMANDS = (
    "base64 -d signature.b64 > signature.bin\n"
    "openssl pkeyutl -verify -pubin -inkey cle.pem -rawin -in ligne.txt -sigfile signature.bin"
)  # fmt: skip

visit = session.require_role("clerk", "instructor", "president", "governor", "administrator")
parts.title(t("administration.record_title"), t("administration.record_lead"))

# Choose
asked = st.query_params.get("number", "")
with st.container(key="number"), st.form("record", border=False, width=640):  # the key keeps numbers left to right (style.css)
    typed = st.text_input(
        t("administration.dossier_number"), asked, max_chars=60, placeholder="5410409-2026-REF-000123", key=f"record_{asked}"
    )
    if st.form_submit_button(t("administration.check"), type="primary", icon=":material/fact_check:"):
        st.query_params["number"] = typed.strip()
        st.rerun()

# Load
page = administration.record(visit.client, asked or None)
dossier, digests, key = page["dossier"], page["digests"], page["digest_key"]


def in_words(fault: dict) -> str:
    reason = t(f"administration.fault_{fault['fault']}")
    if not fault["event"]:
        return reason
    if "kind" not in fault:
        return t("administration.fault_line_missing", event=fault["event"], fault=reason)
    kind = t(f"events.{fault['kind']}") if texts.has(f"events.{fault['kind']}") else t("events.other")
    return t("administration.fault_line", event=fault["event"], kind=kind, at=moment(fault["at"], "short"), fault=reason)


# Show
if asked and dossier is None:
    st.warning(t("administration.not_found"), icon=":material/search_off:")
elif dossier:
    parts.subheader(f"{ltr(dossier['number'])} · {texts.pick(dossier, language(), 'commune_')}")
    if dossier["faults"]:
        lines = [t("administration.broken"), *[f"- {parts.plain(in_words(fault))}" for fault in dossier["faults"]]]
        st.error(lines[0] + "\n\n" + "\n".join(lines[1:]) + "\n\n" + t("administration.what_to_do_broken"), icon=":material/gpp_bad:")
    else:
        st.success(
            f"{t('administration.sound')} {t('administration.sound_detail', count=dossier['events'])}", icon=":material/verified_user:"
        )
    fixed = dossier["fixed"]
    parts.facts([
        (t("administration.first_act"), moment(dossier["first_at"])),
        (t("administration.last_act"), moment(dossier["last_at"])),
        (t("administration.head"), dossier["head"]),
        (t("administration.fixed_by"),
         t("administration.fixed_line", day=day(fixed["day"]), seq=fixed["seq"]) if fixed else t("administration.not_fixed")),
    ])  # fmt: skip

parts.header(t("administration.digests"))
parts.note(t("administration.digests_lead"))
if not digests:
    parts.nothing_here(t("administration.no_digest"), ":material/hourglass_empty:")
    st.stop()
states = administration.digests_state(digests, key)
html_table(
    [t(f"administration.column_{column}") for column in ("day", "dossiers", "digest", "check")],
    [
        [
            text(day(one["day"], "short")),
            number(one["heads"]),
            f'<code dir="ltr">{"<wbr>".join(textwrap.wrap(one["digest"], 8))}</code>',
            tone(t(f"administration.digest_{states[one['day']]}"), COLOURS[states[one["day"]]]),
        ]
        for one in digests
    ],
    numbers={1},
)

# Act
st.download_button(
    t("administration.download_digests"),
    administration.digests_text(digests, key),
    file_name=f"shubbak-digests-{texts.today().isoformat()}.txt",
    mime="text/plain",
    icon=":material/download:",
    on_click="ignore",
    key="digests_file",
)
with st.expander(t("administration.elsewhere"), icon=":material/terminal:"):
    st.markdown(t("administration.elsewhere_steps"))
    st.code(COMMANDS, language="bash")
