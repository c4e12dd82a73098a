"""The register of powers on the screen: who holds the pen today, every act with its history, ending one, taking the table away."""

from datetime import datetime
from html import escape
from pathlib import Path

import streamlit as st

from components.permits import powers
from components.permits.texts import MOROCCO
from components.ui import links, parts
from components.ui.act_send import send
from components.ui.html_table import ltr, strong, text, tone
from components.ui.words import day, language, pick, t

PENS = {
    "holds": "green",
    "deputy": "green",
    "interim": "green",
    "seated": "green",
    "absent": "amber",
    "over": "gray",
    "undelegated": "gray",
    "vacant": "red",
}
KEYS = {"none": "amber", "asked": "blue", "until": "gray", "soon": "amber", "over": "red"}
STATES = {
    "in_force": "green",
    "coming": "blue",
    "asked": "blue",
    "expiring": "amber",
    "over": "gray",
    "ended": "gray",
    "revoked": "red",
    "fallen": "red",
}

ASSETS = Path(__file__).resolve().parents[2] / "assets"
_print = st.components.v2.component(
    "shubbak_print", html='<button type="button"></button>', css=(ASSETS / "print.css").read_text(encoding="utf-8"),
    js=(ASSETS / "print.js").read_text(encoding="utf-8"),
)  # fmt: skip


def alarm(page: dict) -> None:
    """A vacant office is said before everything else."""
    line = powers.vacant(page)
    if not line:
        return
    said = {"office": parts.role_name(line["role"]), "date": day(line["since"])}
    if line["deputy"]:
        st.warning(t("powers.alarm_acting", name=pick(line["deputy"]), **said), icon=":material/person_alert:")
    else:
        st.error(t("powers.alarm", **said), icon=":material/person_off:")


def vacancies(lines: list[dict]) -> None:
    """On the governor's board: communes whose presidency is vacant, each with the way to its register."""
    for line in lines:
        said = {"commune": pick(line["commune"]), "date": day(line["since"])}
        if line["acting"]:
            st.warning(t("board.acting", name=pick(line["acting"]), **said), icon=":material/person_alert:")
        else:
            st.error(t("board.vacant", **said), icon=":material/person_off:")
            links.link("powers", t("powers.alarm_open"), ":material/history_edu:", body=line["organisation"])


def pens(page: dict, titles: dict[str, str]) -> None:
    """One line for each function that signs: who holds it, whether they hold the pen, by which act, with which key."""
    parts.header(t("powers.pens"))
    st.caption(t("powers.pens_on", date=day(page["today"], "full")))
    if not page["pens"]:
        parts.nothing_here(t("powers.nobody"), ":material/ink_pen:")
        return
    rows = [pen(line, titles) for line in page["pens"]]
    stacked([t(f"powers.column_{name}") for name in ("who", "why", "until", "key")], rows)


def pen(line: dict, titles: dict[str, str]) -> list[str]:
    state, role = state_of(line), parts.role_name(line["role"])
    acts = "".join(f'<small dir="auto">{escape(one)}</small>' for one in why(line, titles))
    said = tone(t(f"powers.state_{state}"), PENS[state]) + acts
    if state == "vacant":
        return [strong(role), said, "", ""]
    key = powers.key_state(line["key"], datetime.now(MOROCCO))
    ends = {"date": day(line["key"]["expires_at"], "short")} if key in ("until", "soon", "over") else {}
    return [strong(pick(line["name"]), role), said, text(day(line["until"], "short")), tone(t(f"powers.key_{key}", **ends), KEYS[key])]


def state_of(line: dict) -> str:
    """A member who holds their seat signs; a delegate needs a delegation beside the function."""
    if line["state"] == "holds" and line["role"] == "delegate":
        return "holds" if any(one["stands"] for one in line["delegations"]) else "undelegated"
    return "seated" if line["state"] == "holds" and line["role"] not in powers.OFFICES else line["state"]


def why(line: dict, titles: dict[str, str]) -> list[str]:
    """The acts behind a line, a sentence each."""
    if line["state"] == "vacant":
        since = t("powers.vacant_since", date=day(line["since"])) if line["since"] else t("powers.never_filled")
        return [since, *([t("powers.replaced_by", name=pick(line["deputy"]))] if line["deputy"] else [])]
    if line["state"] == "absent":
        return [
            t("powers.absent_line", order=line["order_no"], date=day(line["order_date"], "short")),
            t("powers.replaced_by", name=pick(line["deputy"])) if line["deputy"] else t("powers.not_replaced"),
        ]
    if line["role"] == "delegate":
        return [delegation(one, titles) for one in line["delegations"]]
    return [pick(line["act"])] if line["act"] else []


def delegation(one: dict, titles: dict[str, str]) -> str:
    if not one["stands"]:
        return t("powers.delegation_fallen", order=one["order_no"])
    scope = ("، " if language() == "ar" else ", ").join(titles.get(code, code) for code in one["procedures"]) or t("powers.every_procedure")
    line = t("powers.delegation_line", order=one["order_no"], date=day(one["order_date"], "short"), procedures=scope)
    return f"{line} ({t('people.until', date=day(one['valid_to'], 'short'))})"


def history(page: dict, titles: dict[str, str], file_name: str) -> None:
    """The register as a table, filtered; what is shown is what the file holds."""
    parts.header(t("powers.register"))
    known = list(dict.fromkeys(line["kind"] for line in page["register"]))
    with st.container(horizontal=True, vertical_alignment="bottom", key="screen_only_filter"):
        kinds = st.pills(
            t("powers.kinds"), known, selection_mode="multi", format_func=lambda one: t(f"powers.kind_{one}"), key="powers_kinds"
        )
        only_live = st.toggle(t("powers.only_now"), key="powers_live")
    lines = powers.chosen(page["register"], kinds, only_live)
    if not lines:
        parts.nothing_here(t("powers.nothing"), ":material/history_edu:")
    else:
        stacked(
            [t(f"powers.column_{name}") for name in ("act", "person", "order", "from", "to", "state")],
            [row(line, titles) for line in lines],
        )
    with st.container(horizontal=True, vertical_alignment="center", key="screen_only_take"):
        st.download_button(
            t("powers.export"), powers.register_csv(lines, titles, language()), file_name=f"{file_name}.csv", mime="text/csv",
            icon=":material/download:", on_click="ignore", key="powers_export",
        )  # fmt: skip
        _print(data={"label": t("powers.print")}, key="powers_print")


def row(line: dict, titles: dict[str, str]) -> list[str]:
    lang = language()
    more = [powers.role_of(line, lang), powers.other_of(line, lang), powers.detail_of(line, titles, lang)]
    return [
        text(t(f"powers.kind_{line['kind']}")),
        strong(pick(line["person"])) + "".join(f'<small dir="auto">{escape(one)}</small>' for one in more if one),
        text(line["order_no"] or "", day(line["order_date"], "short")),
        text(day(line["from_day"], "short")),
        text(day(line["to_day"], "short")),
        tone(t(f"powers.is_{line['state']}"), STATES[line["state"]]),
    ]


def stacked(headings: list[str], rows: list[list[str]]) -> None:
    """A table whose rows become cards on a phone, each cell under its heading. Cells are HTML of ours (html_table)."""
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(
        "<tr>" + "".join(f'<td data-label="{escape(heading)}">{cell}</td>' for heading, cell in zip(headings, line, strict=True)) + "</tr>"
        for line in rows
    )
    st.html(f'<table class="shubbak-table shubbak-stack"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


def ending(client, page: dict) -> None:
    """Ending a delegation, an absence or a certificate: what it takes away is said first."""
    lines = {f"{line['kind']}:{line['id']}": line for line in page["register"] if line["may_end"]}
    if not lines:
        return
    parts.header(t("powers.end"))
    chosen = st.selectbox(
        t("powers.end_which"), list(lines), index=None, placeholder=t("powers.end_choose"), key="powers_end",
        format_func=lambda key: t("powers.end_line", kind=t(f"powers.kind_{lines[key]['kind']}"), name=pick(lines[key]["person"]),
                                  order=ltr(lines[key]["order_no"] or day(lines[key]["from_day"], "short"))),
    )  # fmt: skip
    if chosen is None:
        return
    line, kind = lines[chosen], lines[chosen]["kind"]
    said = [t(f"powers.warn_end_{kind}", name=pick(line["person"]))]
    if kind == "delegation" and (waiting := waiting_of(page, line["person"])):
        said.append(t("powers.warn_waiting", count=waiting))
    st.warning(" ".join(said), icon=":material/warning:")
    reason = "other"
    if kind == "certificate":
        reason = st.selectbox(t("powers.why"), powers.WHYS, format_func=lambda one: t(f"powers.why_{one}"), key=f"power_end_{chosen}_why")
    send(
        t(f"powers.end_{kind}"),
        lambda: powers.end(client, line, reason),
        t(f"powers.ended_{kind}"),
        f"power_end_{chosen}",
        confirm=t("powers.agree"),
        danger=True,
    )


def waiting_of(page: dict, name: dict) -> int:
    """Papers that wait for the signature of the person of that name."""
    return sum(one["waiting"] for one in page["people"] if one["name"] == name)
