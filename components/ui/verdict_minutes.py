"""What verification says of a committee's minutes: each body's signature, and whether its opinion is still the one that was signed.

Outcomes are not shown, nor are names of persons beside those in the certificates of a file (docs/decisions/0017).
"""

import streamlit as st

from components.ui import parts
from components.ui.desk_minutes import names_of, state_of
from components.ui.html_table import html_table, strong, text, tone
from components.ui.words import moment, t

BROKEN = ("altered", "missing")


def minutes_evidence(answer: dict) -> None:
    """answer: of verdict.of_code or of_file. The body whose opinion was changed is named, whether in the file or in the register."""
    found = answer.get("examination")
    register = {one["seat"]: one for one in (answer.get("minutes") or {}).get("opinions", [])}
    in_file = {one["seat"]: one for one in found.opinions} if found else {}
    signed = {one["seat"]: one for one in found.signatures} if found else {}
    bodies = register | in_file
    if not bodies:
        return
    states = {seat: worst(in_file.get(seat), register.get(seat)) for seat in bodies}
    broken = [" – ".join(names_of(bodies[seat])) for seat, state in states.items() if state in BROKEN]
    if broken:
        st.error(t("verify.opinions_of", names=parts.joined(*broken)), icon=":material/person_alert:")
    if found and "" not in signed:
        st.warning(t("verify.not_sealed"), icon=":material/lock_open:")
    rows = [
        [strong(*names_of(body)), signature(signed.get(seat), register.get(seat)), state_of(states[seat])] for seat, body in bodies.items()
    ]
    if "" in signed:
        rows.append([strong(t("verify.seal")), signature(signed[""], None), ""])
    html_table([t("committee.member"), t("verify.signature"), t("desk.opinion")], rows)


def worst(*found: dict | None) -> str:
    """The state to show of an opinion that the file and the register may see differently."""
    states = [one["state"] for one in found if one]
    return next((state for state in states if state in BROKEN), states[0])


def signature(in_file: dict | None, in_register: dict | None) -> str:
    """The file's own signature with its verdict; without a file, what the register knows."""
    if in_file:
        if not in_file["ok"]:
            return tone(t("verify.signature_bad"), "red") + text("", t(f"papers.{in_file['code']}"))
        when = moment(in_file["at"], "short") if in_file["at"] else ""
        return tone(t("verify.signature_good"), "green") + text("", parts.joined(in_file["signer"], when))
    if in_register and in_register["signed"]:
        return tone(t("verify.signature_stands"), "green")
    return tone(t("verify.signature_none"), "gray")
