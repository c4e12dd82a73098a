"""Plans and documents on a member's desk: a page with its remarks, two versions side by side, a new remark on a place of the page."""

import streamlit as st

from components.permits import committee, dossiers
from components.ui import parts
from components.ui.desk_remarks import AUDIENCES, numbers_of, remark_card
from components.ui.file_signature import signed_words
from components.ui.page_pictures import file_of, page_picture
from components.ui.pdf_view import show_pdf
from components.ui.pin_field import pin_field
from components.ui.words import moment, number, pick, t


def plans(client, page: dict, in_sight: bool) -> None:
    """page: of committee.desk(). in_sight: files are fetched and drawn when somebody looks; what is being typed stands in any case."""
    if st.session_state.pop("member_remark_sent", False):
        st.session_state["member_remark"] = ""
        for name in ("member_pin", "member_pin_x", "member_pin_y"):
            st.session_state.pop(name, None)
    slots = [target["target"] for target in page["targets"]]
    documents = {document["id"]: document for document in sorted(page["documents"], key=lambda document: order(document, slots))}
    if not documents:
        parts.nothing_here(t("committee.no_document"), ":material/folder_off:")
        return
    if st.session_state.get("member_document") not in documents:
        st.session_state["member_document"] = next(iter(documents))
    which, whichpage = st.columns([4, 1], vertical_alignment="bottom")
    with which:
        chosen = documents[
            st.selectbox(
                t("committee.document"), list(documents), key="member_document", format_func=lambda one: name_of(documents[one], documents)
            )
        ]
    with whichpage:
        shown = page_number(chosen)
    about(chosen)
    others = [one for one in documents.values() if one["slot"] == chosen["slot"] and one is not chosen]
    compared = other_version(chosen, others) if others else None

    fetch = (lambda document: dossiers.document_bytes(client, document, "")[0]) if in_sight else None

    if compared:
        for column, document in zip(st.columns(2), sorted((compared, chosen), key=lambda one: one["version"]), strict=True):
            with column:
                st.markdown(f"**{version_of(document)}**")
                sheet(page, document, min(shown, document["pages"] or 1), fetch, fixed=document is not chosen)
        remarks_of(client, page, chosen, shown)
    else:
        left, right = st.columns([5, 3], gap="medium")
        with left:
            sheet(page, chosen, shown, fetch)
        with right:
            remarks_of(client, page, chosen, shown)
    whole_file(chosen, fetch)


def order(document: dict, slots: list[str]) -> tuple:
    """What was changed since the deposit, then the plans, as the procedure lists them; replaced versions last."""
    place = slots.index(document["slot"]) if document["slot"] in slots else len(slots)
    return (not document["current"], not document["replaces"], not document["is_plan"], place, -document["version"])


def version_of(document: dict) -> str:
    words = t("desk.version", number=number(document["version"]))
    return words if document["current"] else f"{words} ({t('desk.replaced')})"


def name_of(document: dict, documents: dict[str, dict]) -> str:
    """The slot; the file and its version where the slot holds several."""
    alone = sum(one["slot"] == document["slot"] for one in documents.values()) == 1
    return pick(document["label"]) if alone else parts.joined(pick(document["label"]), version_of(document), document["file_name"])


def page_number(document: dict) -> int:
    pages = document["pages"] or 1
    if pages == 1:
        return 1
    key = f"member_page_{document['id']}"
    return int(st.number_input(t("committee.page", total=number(pages)), 1, pages, key=key, step=1))


def about(document: dict) -> None:
    """Version, day, and who signed the file."""
    signed = signed_words(document["signature"]) or (t("committee.not_signed") if document["is_plan"] else "")
    st.caption(parts.joined(version_of(document), moment(document["uploaded_at"], "short"), signed))


def other_version(chosen: dict, others: list[dict]) -> dict | None:
    """The version to put beside the chosen one, or None when nobody asked."""
    if not st.toggle(t("committee.compare"), key=f"member_compare_{chosen['id']}"):
        return None
    by_id = {one["id"]: one for one in sorted(others, key=lambda one: one["id"] != chosen["replaces"])}
    if len(by_id) == 1:
        return next(iter(by_id.values()))
    return by_id[
        st.selectbox(
            t("committee.compare_with"), list(by_id), key=f"member_beside_{chosen['id']}",
            format_func=lambda one: parts.joined(version_of(by_id[one]), by_id[one]["file_name"]),
        )
    ]  # fmt: skip


def sheet(page: dict, document: dict, shown: int, fetch, fixed: bool = False) -> None:
    """One page with its pins. fixed: to be looked at only."""
    picture = page_picture(fetch, document["id"], shown) if fetch else None
    if not picture:
        return
    numbers = numbers_of(page["remarks"])
    pins = [
        {"number": numbers[one["id"]], "x": one["x"], "y": one["y"], "text": one["body"],
         "tone": one["audience"] + (" done" if one["resolved_at"] else "")}
        for one in page["remarks"]
        if one["document"] == document["id"] and one["page"] == shown and one["x"] is not None and one["y"] is not None
    ]  # fmt: skip
    may_pin = "add_remark" in page["acts"] and not page["interest"] and document["current"] and not fixed
    pin_field(
        picture, t("committee.page_of", name=pick(document["label"]), page=number(shown)), pins, f"member_sheet_{document['id']}_{shown}",
        pin_on(document, shown), (lambda place: keep_pin(document, shown, place)) if may_pin else None,
    )  # fmt: skip


def pin_on(document: dict, shown: int) -> dict | None:
    """The place chosen for the next remark, when it lies on this page."""
    pin = st.session_state.get("member_pin")
    return {axis: pin[axis] for axis in ("x", "y")} if pin and (pin["document"], pin["page"]) == (document["id"], shown) else None


def keep_pin(document: dict, shown: int, place: dict) -> None:
    st.session_state["member_pin"] = {"document": document["id"], "page": shown, **place}
    for axis in ("x", "y"):
        st.session_state[f"member_pin_{axis}"] = round(place[axis] * 100)


def type_pin(document: dict, shown: int) -> None:
    """Coordinates typed instead of clicked."""
    typed = [st.session_state.get(f"member_pin_{axis}") for axis in ("x", "y")]
    if None not in typed:
        keep_pin(document, shown, {axis: value / 100 for axis, value in zip(("x", "y"), typed, strict=True)})


def remarks_of(client, page: dict, document: dict, shown: int) -> None:
    mine = [one for one in page["remarks"] if one["document"] == document["id"]]
    parts.subheader(t("committee.remarks_here"))
    if not mine:
        parts.note(t("committee.no_remark_here"))
    for one in mine:
        remark_card(client, page, one)
    if "add_remark" in page["acts"] and not page["interest"] and document["current"]:
        new_remark(client, page, document, shown)


def new_remark(client, page: dict, document: dict, shown: int) -> None:
    pin = pin_on(document, shown)
    with st.container(border=True, key="member_new_remark"):
        st.markdown(f"**{t('committee.new_remark')}**")
        place = t("committee.pin_at", x=number(round(pin["x"] * 100)), y=number(round(pin["y"] * 100))) if pin else t("committee.pin_none")
        st.caption(place)
        with st.expander(t("committee.pin_typed"), icon=":material/pin:"):
            for axis, column in zip(("x", "y"), st.columns(2), strict=True):
                column.number_input(
                    t(f"committee.pin_{axis}"), 0, 100, value=None, step=1, key=f"member_pin_{axis}", on_change=type_pin,
                    args=(document, shown),
                )  # fmt: skip
        audience = st.radio(
            t("committee.audience"), AUDIENCES, key="member_audience", index=1, horizontal=True,
            format_func=lambda one: t(f"committee.audience_{one}"),
        )  # fmt: skip
        st.caption(t(f"committee.audience_{audience}_help"))
        body = st.text_area(t("committee.remark"), key="member_remark", max_chars=3000, height=100)
        if st.button(t("committee.pin_it"), key="member_pin_it", icon=":material/push_pin:", type="primary"):
            with parts.refusals_shown():
                committee.add_remark(
                    client, page["head"]["id"], document["id"], shown, pin and pin["x"], pin and pin["y"], body or "", audience
                )
                st.session_state["member_remark_sent"] = True
                parts.flash(t(f"committee.pinned_{audience}"))
                st.rerun()


def whole_file(document: dict, fetch) -> None:
    if document["mime"] != "application/pdf":
        return
    if st.toggle(t("committee.whole_file"), key=f"member_whole_{document['id']}") and fetch:
        with parts.refusals_shown():
            show_pdf(file_of(fetch, document["id"]), document["file_name"])
