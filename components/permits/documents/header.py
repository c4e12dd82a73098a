"""Top and foot of every paper: the Kingdom's header in three scripts, the reference band, the page foot."""
import math

from components.permits.documents.typeset import GREEN, GREY, INK, RULE, TINT, Sheet, Style
from components.permits.texts import format_date, translate

AR_HEAD = Style("ar", 11.5, 5.8, bold=True)
FR_HEAD = Style("fr", 8, 4.4, bold=True)
ZGH_HEAD = Style("zgh", 9, 4.8)
KINGDOM_ZGH = "ⵜⴰⴳⵍⴷⵉⵜ ⵏ ⵍⵎⵖⵔⵉⴱ"
SIDE, EMBLEM = 62.0, 13.5


def emblem(sheet: Sheet, x: float, y: float, size: float) -> None:
    """An eight-pointed star in a circle, drawn by us: never the coat of arms of the Kingdom."""
    pdf, middle_x, middle_y = sheet.pdf, x + size / 2, y + size / 2
    pdf.set_draw_color(*GREEN)
    pdf.set_line_width(0.5)
    pdf.circle(middle_x, middle_y, size / 2)
    pdf.set_line_width(0.35)
    for turn in (0, math.pi / 4):
        corners = [(middle_x + size * 0.4 * math.cos(turn + k * math.pi / 2), middle_y + size * 0.4 * math.sin(turn + k * math.pi / 2))
                   for k in range(4)]
        pdf.polygon(corners, style="D")
    pdf.circle(middle_x, middle_y, size * 0.13)


def of_french(name: str) -> str:
    """The name after "de", elided before a vowel: de Taroudant, d'Aoulouz."""
    return ("d’" if name[:1].upper() in "AÀÂÄEÉÈÊËIÎÏOÔÖUÙÛÜ" else "de ") + name


def place_name(key: str, lang: str, name: str) -> str:
    return translate(f"papers.{key}", lang, name=of_french(name) if lang == "fr" else name)


def of_the_province(data: dict) -> bool:
    """A paper of the governor: its head names no commune."""
    return data.get("issuer") == "province"


def bodies(data: dict, lang: str) -> list[str]:
    """The bodies under the ministry, from the largest to the office that issues the paper."""
    commune = data["commune"]
    kind = "prefecture" if commune.get("province_kind") == "prefecture" else "province"
    province = place_name(kind, lang, commune[f"province_{lang}"])
    if of_the_province(data):
        return [translate("papers.wilaya", lang, name=commune[f"region_{lang}"]), province]
    return [province, place_name("commune", lang, commune[f"name_{lang}"]), (data.get("service") or {}).get(lang) or ""]


def draw_header(sheet: Sheet, data: dict) -> None:
    """French on the left, Tifinagh in the middle, Arabic on the right. Tifinagh names of places only where a source gives them."""
    commune = data["commune"]
    heights = []
    for lang, style, x, align in (("fr", FR_HEAD, sheet.left, "L"), ("ar", AR_HEAD, sheet.pdf.w - sheet.right - SIDE, "R")):
        texts = [translate("papers.kingdom", lang), translate("papers.ministry", lang), *bodies(data, lang)]
        y = sheet.y
        for text in texts:
            y = sheet.draw_lines(sheet.lines(text, style, SIDE), style, x, y, SIDE, align)
        heights.append(y)
    x, width = sheet.left + SIDE, sheet.width - 2 * SIDE
    emblem(sheet, sheet.pdf.w / 2 - EMBLEM / 2, sheet.y, EMBLEM)
    y = sheet.y + EMBLEM + 1.5
    of_commune = "" if of_the_province(data) else commune.get("name_zgh") or ""
    for text in (KINGDOM_ZGH, commune.get("province_zgh") or "", of_commune):
        y = sheet.draw_lines(sheet.lines(text, ZGH_HEAD, width), ZGH_HEAD, x, y, width, "C")
    sheet.y = max(*heights, y) + 2.5


def draw_references(sheet: Sheet, data: dict) -> None:
    """Number, date and dossier in one band; numerals are common to both languages."""
    day = format_date(data["date"], "fr", "short")
    cells = [("number", data["number"]), ("date_time" if data.get("time") else "date", " ".join(filter(None, (day, data.get("time")))))]
    if data.get("dossier_number") and data["dossier_number"] != data["number"]:
        cells.append(("dossier_number", data["dossier_number"]))
    label_fr, label_ar, value = Style("fr", 7, 4, colour=GREY), Style("ar", 9, 4.6, colour=GREY), Style("fr", 9.5, 5, bold=True)
    width = sheet.width / len(cells)
    inner = width - 5
    rows = [sheet.lines(text, value, inner) for _, text in cells]
    height = 6.4 + value.leading * max(len(lines) for lines in rows)
    sheet.pdf.set_fill_color(*TINT)
    sheet.pdf.rect(sheet.left, sheet.y, sheet.width, height, style="F")
    for place, ((key, _), lines) in enumerate(zip(reversed(cells), reversed(rows))):  # the first one on the right
        x = sheet.left + place * width + 2.5
        half = inner / 2
        sheet.draw_lines(sheet.lines(translate(f"papers.{key}", "fr"), label_fr, half), label_fr, x, sheet.y + 1.1, half, "L")
        sheet.draw_lines(sheet.lines(translate(f"papers.{key}", "ar"), label_ar, half), label_ar, x + half, sheet.y + 0.8, half, "R")
        sheet.draw_lines(lines, value, x, sheet.y + 5.6, inner, "C")
    sheet.y += height + 4


def draw_feet(sheet: Sheet, data: dict) -> None:
    """Number, page n of nb and the demonstration notice on every page; called once all pages exist."""
    pdf, pages = sheet.pdf, sheet.pdf.page
    fr, ar, number = Style("fr", 7, 4, colour=GREY), Style("ar", 9, 4.4, colour=GREY), Style("fr", 7.5, 4.2, colour=INK)
    third = sheet.width / 3
    for page in range(1, pages + 1):
        pdf.page = page
        pdf.current_font_is_set_on_page = False
        # fpdf2 writes a colour only when it changes, and remembers that of the last page: say both colours again on this one.
        pdf.set_draw_color(0, 0, 1)
        pdf.set_fill_color(0, 0, 1)
        y = pdf.h - sheet.bottom + 4
        pdf.set_draw_color(*RULE)
        pdf.set_line_width(0.25)
        pdf.line(sheet.left, y, pdf.w - sheet.right, y)
        y += 1.2
        values = {"page": page, "pages": pages}
        for lang, style, x, align in (("fr", fr, sheet.left, "L"), ("ar", ar, sheet.left + 2 * third, "R")):
            sheet.draw_lines(sheet.lines(translate("papers.page", lang, **values), style, third), style, x, y, third, align)
        sheet.draw_lines(sheet.lines(data["number"], number, third), number, sheet.left + third, y, third, "C")
        if data.get("demonstration"):
            y += 5.4
            half = sheet.width / 2
            for lang, style, x, align in (("fr", Style("fr", 7.5, 4.6, True, (179, 38, 30)), sheet.left, "L"),
                                          ("ar", Style("ar", 10, 4.6, True, (179, 38, 30)), sheet.left + half, "R")):
                sheet.draw_lines(sheet.lines(translate("papers.demonstration", lang), style, half), style, x, y, half, align)
