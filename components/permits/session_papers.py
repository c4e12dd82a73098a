"""What a secretariat prints: the convocation with its agenda and its sheet of attendance, and the calendar of a committee.

Working papers in both languages, drawn from what the page shows; nobody signs them and nothing is kept. The act that calls the members is
the notice of each, recorded when the session is convened.
"""

from components.permits.documents import tables
from components.permits.documents.body import COMPACT_TEXT, HEADING, SMALL, TITLE
from components.permits.documents.header import AR_HEAD, EMBLEM, FR_HEAD, SIDE, draw_feet, emblem
from components.permits.documents.typeset import Sheet, shown
from components.permits.session_lists import hour
from components.permits.texts import LANGUAGES, format_moment, pick, translate

LINE = "…" * 14  # where a member signs with a pen
MOST_PAGES, MOST_ROWS, LONGEST = 100, 500, 240  # beyond them the spreadsheet serves better


def both(key: str, **values) -> dict[str, str]:
    return {lang: translate(key, lang, **values) for lang in LANGUAGES}


def short(text: str | None) -> str:
    """What somebody typed, as the fonts can draw it, on a few lines."""
    text = " ".join(shown(text or "").split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def in_both(value: dict | None) -> dict[str, str]:
    return {lang: short(pick(value, lang)) for lang in LANGUAGES}


def convocation(page: dict, demonstration: bool = False) -> bytes:
    """The PDF of a session. page: of committee.session."""
    session = page["session"]
    listed = [line for line in page["agenda"] if line["state"] != "postponed"]
    sheet = Sheet(most_pages=MOST_PAGES)
    draw_top(sheet, session["organisation"], both("sessions.paper_title"))
    pair(sheet, {lang: format_moment(session["held_at"], lang, "full") for lang in LANGUAGES}, HEADING)
    for name in ("place", "link"):
        if session[name]:
            pair(sheet, both(f"sessions.paper_{name}", value=short(session[name])), COMPACT_TEXT, 1)
    if session["state"] == "cancelled":
        pair(sheet, both("sessions.paper_cancelled", reason=short(session["reason"])), COMPACT_TEXT, 4)
    else:
        pair(sheet, both("sessions.paper_intro"), COMPACT_TEXT, 4)
    section(sheet, both("sessions.agenda"))
    draw(sheet, ["place_in", "number", "owner", "object", "commune", "procedure"], [
        [str(number), line["number"], short(line["owner_name"]), short(line["title"]), in_both(line["commune"]), in_both(line["procedure"])]
        for number, line in enumerate(listed, 1)
    ])  # fmt: skip
    section(sheet, both("sessions.paper_attendance"))
    draw(sheet, ["member", "person", "presence", "signature"], [
        [in_both(member["organisation"]), in_both(member["name"]),
         both(f"sessions.status_{member['status']}") if member["status"] else "", LINE]
        for member in page["members"]
    ])  # fmt: skip
    for guest in session["guests"]:
        pair(sheet, both("sessions.paper_guest", name=short(guest["name"]), quality=short(guest["quality"])), COMPACT_TEXT, 1)
    sheet.y += 2
    pair(sheet, both("sessions.paper_note"), SMALL)
    return finish(sheet, hour(session["held_at"]), demonstration)


def calendar(body: dict, sessions: list[dict], waiting: list[dict], now: str, demonstration: bool = False) -> bytes:
    """The PDF of a committee's calendar: sessions, then the dossiers that wait."""
    sheet = Sheet(most_pages=MOST_PAGES)
    draw_top(sheet, body, both("sessions.paper_calendar"))
    section(sheet, both("sessions.tab_sessions"))
    draw(sheet, ["state", "held_at", "place", "items"], [
        [both(f"sessions.state_{one['state']}"), hour(one["held_at"]), short(one["place"] or one["link"]), str(one["items"])]
        for one in sessions
    ])  # fmt: skip
    section(sheet, both("sessions.tab_waiting"))
    draw(sheet, ["commune", "number", "owner", "opinions", "due", "held_at"], [
        [in_both(one["commune"]), one["number"], short(one["owner_name"]), f"{one['opinions']} / {one['seats']}", day(one["due_on"]),
         hour(one["held_at"]) if one["held_at"] else "—"]
        for one in waiting
    ])  # fmt: skip
    pair(sheet, both("sessions.paper_note"), SMALL)
    return finish(sheet, hour(now), demonstration)


def day(value: str | None) -> str:
    return "/".join(reversed(value.split("-"))) if value else "—"


def draw_top(sheet: Sheet, body: dict, title: dict[str, str]) -> None:
    """The Kingdom, the ministry and the body at which the committee sits; then the title."""
    below = []
    for lang, style, x, align in (("fr", FR_HEAD, sheet.left, "L"), ("ar", AR_HEAD, sheet.pdf.w - sheet.right - SIDE, "R")):
        y = sheet.y
        for text in (translate("papers.kingdom", lang), translate("papers.ministry", lang), pick(body, lang)):
            y = sheet.draw_lines(sheet.lines(text, style, SIDE), style, x, y, SIDE, align)
        below.append(y)
    emblem(sheet, sheet.pdf.w / 2 - EMBLEM / 2, sheet.y, EMBLEM)
    sheet.y = max(*below, sheet.y + EMBLEM) + 5
    for lang in ("ar", "fr"):
        sheet.block(title[lang], TITLE[lang].scaled(0.85), align="C", after=0.6)
    sheet.y += 4


def pair(sheet: Sheet, text: dict[str, str], styles: dict, after: float = 2) -> None:
    tables.draw_pair(sheet, text["fr"], text["ar"], styles, after=after)


def section(sheet: Sheet, title: dict[str, str]) -> None:
    sheet.need(24)
    pair(sheet, title, HEADING, 0.8)


def draw(sheet: Sheet, columns: list[str], rows: list[list]) -> None:
    """A table whose headings stand in both languages; an empty one says so."""
    if not rows:
        pair(sheet, both("sessions.paper_nothing"), COMPACT_TEXT)
        return
    titles = [both(f"sessions.column_{name}") for name in columns]
    tables.draw_table(sheet, tables.columns_side_by_side({"columns": titles, "rows": rows[:MOST_ROWS]}))
    if len(rows) > MOST_ROWS:
        pair(sheet, both("sessions.paper_more", count=len(rows) - MOST_ROWS), SMALL)


def finish(sheet: Sheet, number: str, demonstration: bool) -> bytes:
    sheet.pdf.set_title(translate("sessions.paper_title", "fr"))
    sheet.pdf.set_lang("ar-MA")
    draw_feet(sheet, {"number": number, "demonstration": demonstration})
    return sheet.output()
