"""Where members sign: a frame per seat on the minutes, and the face that covers it once signed. Lengths in millimetres."""
from datetime import datetime

from components.permits.documents import tables
from components.permits.documents.body import SMALL
from components.permits.documents.sitting import LANGUAGES, draw_section, label, told, who
from components.permits.documents.typeset import GREEN, GREY, INK, RULE, TINT, Line, Sheet, Style
from components.permits.seats import SEAL_FIELD, Place
from components.permits.texts import format_date, translate

WIDTH, HEIGHT, GAP = 84.0, 30.0, 6.0
PAD = 2.5
PLAIN = {"fr": Style("fr", 6.8, 3.5, colour=INK), "ar": Style("ar", 9.8, 4.8, colour=INK)}
NAME = {"fr": Style("fr", 8, 4.1, bold=True, colour=GREEN), "ar": Style("ar", 12, 5.8, bold=True, colour=GREEN)}
FAINT = {"fr": Style("fr", 6.8, 3.5, colour=GREY), "ar": Style("ar", 9.8, 4.8, colour=GREY)}
FACTORS = (1, 0.93, 0.86, 0.8, 0.74, 0.68, 0.62, 0.56)
Side = list[tuple[str, Style]]


def laid_side(sheet: Sheet, side: Side, width: float, factor: float) -> list[tuple[Line, Style]]:
    return [(line, style.scaled(factor)) for text, style in side for line in sheet.lines(text, style.scaled(factor), width)]


def draw_sides(sheet: Sheet, sides: dict[str, Side], x: float, y: float, height: float) -> bool:
    """French on the left, Arabic on the right, in the middle of a frame; smaller until both fit. False when lines had to be left out."""
    half = (WIDTH - 3 * PAD) / 2
    for factor in FACTORS:
        laid = {lang: laid_side(sheet, sides[lang], half, factor) for lang in LANGUAGES}
        tall = max(sum(style.leading for _, style in lines) for lines in laid.values())
        if tall <= height - 1.6:
            break
    whole = True
    for lang, left, align in (("fr", x + PAD, "L"), ("ar", x + 2 * PAD + half, "R")):
        top = y + max(0.8, (height - sum(style.leading for _, style in laid[lang])) / 2)
        for line, style in laid[lang]:
            if top + style.leading > y + height:
                whole = False
                break
            sheet.draw_line(line, style, left, top, half, align)
            top += style.leading
    return whole


def draw_face(sides: dict[str, Side], moment: datetime) -> bytes:
    """The face of a signature: a one-page PDF of the size of its frame. The same texts give the same bytes."""
    sheet = Sheet(page=(WIDTH, HEIGHT), archival=False)
    sheet.pdf.set_creation_date(moment)
    sheet.pdf.set_fill_color(*TINT)
    sheet.pdf.set_draw_color(*GREEN)
    sheet.pdf.set_line_width(0.4)
    sheet.pdf.rect(0.3, 0.3, WIDTH - 0.6, HEIGHT - 0.6, style="DF")
    draw_sides(sheet, sides, 0, 0, HEIGHT)  # what a face leaves out of an endless name stands in the paper
    return sheet.output()


def member_face(face: dict, moment: datetime, demonstration: bool) -> bytes:
    """face: {name_fr, name_ar, role, organisation, at}."""
    sides = {}
    for lang in LANGUAGES:
        name = face.get(f"name_{lang}") or face.get("name_ar" if lang == "fr" else "name_fr") or ""
        role, *others = who({"role": face.get("role"), "organisation": face.get("organisation")}, lang) or [""]
        lines = [(translate("papers.signed_by", lang), PLAIN[lang]), (told(name, lang), NAME[lang]), (role, PLAIN[lang]),
                 *((text, PLAIN[lang]) for text in others),
                 (translate("papers.signed_on", lang, date=format_date(face.get("at") or moment, lang)), PLAIN[lang])]
        sides[lang] = closed(lines, lang, demonstration)
    return draw_face(sides, moment)


def seal_face(data: dict, moment: datetime) -> bytes:
    """data: that of the minutes."""
    sides = {}
    for lang in LANGUAGES:
        lines = [(translate("papers.seal_of", lang), PLAIN[lang]), (told(data["body"], lang), NAME[lang]), (data["number"], PLAIN[lang]),
                 (translate("papers.signed_on", lang, date=format_date(moment, lang)), PLAIN[lang])]
        sides[lang] = closed(lines, lang, bool(data.get("demonstration")))
    return draw_face(sides, moment)


def closed(lines: Side, lang: str, demonstration: bool) -> Side:
    if demonstration:
        lines.append((translate("papers.demonstration_certificate", lang), PLAIN[lang]))
    return [(text, style) for text, style in lines if text]


def draw_places(sheet: Sheet, data: dict) -> list[Place]:
    """A frame per member, the first one on the right, then the seal's. Returns where they are."""
    draw_section(sheet, label("minutes_signatures"), keep=HEIGHT + 12)
    needed = int((data.get("sealing") or {}).get("needed") or len(data["members"]))
    rule = label("minutes_rule", needed=needed, members=len(data["members"]))
    tables.draw_pair(sheet, rule["fr"], rule["ar"], SMALL)
    frames = [(f"Seat{number}", frame_texts(who(member, "fr"), who(member, "ar"), "seal_place"))
              for number, member in enumerate(data["members"], start=1)]
    frames.append((SEAL_FIELD, frame_texts([told(data["body"], "fr")], [told(data["body"], "ar")], "seal_frame")))
    places = []
    for place, (name, sides) in enumerate(frames):
        if place % 2 == 0:
            if place:
                sheet.y += HEIGHT + 3
            sheet.need(HEIGHT + 1)
        x = sheet.left if place % 2 else sheet.pdf.w - sheet.right - WIDTH
        places.append(draw_frame(sheet, name, sides, x))
    sheet.y += HEIGHT + 4
    return places


def frame_texts(fr: list[str], ar: list[str], key: str) -> dict[str, Side]:
    """What an empty frame says: who may sign there."""
    return {lang: [*((text, FAINT[lang]) for text in names), (translate(f"papers.{key}", lang), FAINT[lang])]
            for lang, names in (("fr", fr), ("ar", ar))}


def draw_frame(sheet: Sheet, name: str, sides: dict[str, Side], x: float) -> Place:
    pdf, y = sheet.pdf, sheet.y
    pdf.set_draw_color(*RULE)
    pdf.set_line_width(0.3)
    pdf.rect(x, y, WIDTH, HEIGHT, style="D")
    if not draw_sides(sheet, sides, x, y, HEIGHT):
        sheet.overflows.append(sides["fr"][0][0])
    box = (x * pdf.k, (pdf.h - y - HEIGHT) * pdf.k, (x + WIDTH) * pdf.k, (pdf.h - y) * pdf.k)
    return Place(name, pdf.page - 1, box, " — ".join(text for text, _ in sides["ar"][:-1]))
