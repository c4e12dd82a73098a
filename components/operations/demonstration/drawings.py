"""Plans to attach to a demonstration building permit: walls, dimensions, a north arrow, a title block in Arabic and French.

Each drawing is made once in a load and serves all dossiers: whose they are is not written on them. The same bytes each time.
"""

from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock

from components.permits.documents.typeset import Sheet, Style

A3 = (420.0, 297.0)
DRAWN = datetime(2026, 1, 5, 9, tzinfo=UTC)
ONE_AT_A_TIME = Lock()  # the library that sets type shares its fonts between documents
TITLE = {"ar": Style("ar", 17, 7.5, bold=True), "fr": Style("fr", 13, 6, bold=True)}
WORD = {"ar": Style("ar", 12, 5.4), "fr": Style("fr", 9, 4.2)}
FIGURE = Style("fr", 8, 3.8)
INK, WALL, THIN, RED, BLUE, GREEN = (27, 36, 32), 0.9, 0.2, (176, 58, 46), (36, 98, 160), (64, 130, 84)

# slot: (name in French, in Arabic, scale, pages)
PLANS = {
    "situation": ("Plan de situation", "رسم الموقع", "1/2000", 1),
    "topographic": ("Plan topographique", "الرسم الطبوغرافي", "1/500", 1),
    "masse": ("Plan de masse", "تصميم الكتلة", "1/200", 1),
    "levels": ("Plans des niveaux", "تصاميم الطوابق", "1/100", 2),
    "sections": ("Coupes", "المقاطع", "1/100", 1),
    "facades": ("Façades", "الواجهات", "1/100", 1),
    "networks_plans": ("Plan des branchements", "تصميم الربط بالشبكات", "1/200", 1),
    "telecom_plan": ("Plan des conduites de télécommunication", "تصميم قنوات الاتصالات", "1/200", 1),
}
ROOMS = [("Salon", "صالون"), ("Séjour", "غرفة الجلوس"), ("Cuisine", "مطبخ"), ("Chambre", "غرفة"), ("Patio", "صحن الدار"), ("Bain", "حمام")]


def drawing(slot: str, levels: int, version: int = 1) -> bytes:
    """The plan of that slot for a building of so many levels; a later version shows its modifications in red."""
    with ONE_AT_A_TIME:
        return drawn(slot, levels, version)


@lru_cache(maxsize=64)
def drawn(slot: str, levels: int, version: int) -> bytes:
    fr, ar, scale, pages = PLANS[slot]
    sheet = Sheet(page=A3, archival=False, most_pages=pages)
    sheet.pdf.set_creation_date(DRAWN)
    for page in range(pages):
        if page:
            sheet.new_page()
        HANDS[slot](sheet, levels, page)
        frame(sheet, fr, ar, scale, f"{page + 1}/{pages}", version)
    return sheet.output()


# The sheet around a drawing -----------------------------------------------------------------------------------------------------


def frame(sheet: Sheet, fr: str, ar: str, scale: str, number: str, version: int) -> None:
    pdf = sheet.pdf
    pen(sheet, 0.5)
    pdf.rect(8, 8, A3[0] - 16, A3[1] - 16)
    left, top, width = A3[0] - 138, A3[1] - 68, 130
    pdf.rect(left, top, width, 60)
    for y in (18, 33, 46.5):
        pdf.line(left, top + y, left + width, top + y)
    both(sheet, fr, ar, left + 3, top + 2, width - 6, TITLE, 8)
    both(sheet, "Document de démonstration, sans valeur", "وثيقة للتجربة بدون قيمة", left + 3, top + 20.5, width - 6)
    both(sheet, f"Échelle {scale}", f"المقياس {scale}", left + 3, top + 35, width - 6)
    both(sheet, f"Planche {number} · version {version}", f"اللوحة {number} · النسخة {version}", left + 3, top + 48.5, width - 6)
    north(sheet, A3[0] - 36, 34)
    if version > 1:
        pen(sheet, 0.6, RED)
        pdf.ellipse(150, 96, 60, 44)
        write(sheet, "modifié", 168, 90, 40, WORD["fr"])


def north(sheet: Sheet, x: float, y: float) -> None:
    pen(sheet, 0.4)
    sheet.pdf.set_fill_color(*INK)
    sheet.pdf.circle(x=x, y=y, radius=11)
    sheet.pdf.polygon([(x, y - 10), (x - 4, y + 6), (x, y + 2)], style="DF")
    sheet.pdf.polygon([(x, y - 10), (x + 4, y + 6), (x, y + 2)])
    write(sheet, "N", x - 10, y - 17, 20, TITLE["fr"], "C")


def pen(sheet: Sheet, width: float, colour: tuple[int, int, int] = INK) -> None:
    sheet.pdf.set_line_width(width)
    sheet.pdf.set_draw_color(*colour)


def write(sheet: Sheet, text: str, x: float, y: float, width: float, style: Style, align: str = "L") -> None:
    sheet.draw_lines(sheet.lines(text, style, width), style, x, y, width, align)


def both(sheet: Sheet, fr: str, ar: str, x: float, y: float, width: float, styles: dict = WORD, below: float = 5.5) -> None:
    write(sheet, ar, x, y, width, styles["ar"], "R")
    write(sheet, fr, x, y + below, width, styles["fr"])


def measure(sheet: Sheet, x: float, y: float, length: float, metres: str) -> None:
    """A horizontal dimension: a line between two ticks, its length above."""
    pen(sheet, THIN)
    sheet.pdf.line(x, y, x + length, y)
    for end in (x, x + length):
        sheet.pdf.line(end - 1, y + 1, end + 1, y - 1)
    write(sheet, metres, x, y - 4.6, length, FIGURE, "C")


def hatch(sheet: Sheet, x: float, y: float, width: float, height: float, step: float = 4) -> None:
    pen(sheet, THIN)
    for number in range(int((width + height) / step)):
        along = number * step
        start = (x + min(along, width), y + max(0, along - width))
        sheet.pdf.line(*start, x + max(0, along - height), y + min(along, height))


# What each plan shows -----------------------------------------------------------------------------------------------------------


def situation(sheet: Sheet, levels: int, page: int) -> None:
    pdf = sheet.pdf
    for row in range(4):
        for column in range(5):
            pen(sheet, 0.35)
            x, y = 24 + column * 56, 30 + row * 52
            pdf.rect(x, y, 46, 40)
            for plot in range(1, 4):
                pdf.line(x + plot * 11.5, y, x + plot * 11.5, y + 40)
            pdf.line(x, y + 20, x + 46, y + 20)
    hatch(sheet, 24 + 2 * 56 + 11.5, 30 + 52, 11.5, 20, 2)
    pen(sheet, 1, RED)
    pdf.rect(24 + 2 * 56 + 11.5, 30 + 52, 11.5, 20)
    both(sheet, "Avenue", "شارع", 250, 70, 38)


def topographic(sheet: Sheet, levels: int, page: int) -> None:
    for line in range(9):
        pen(sheet, 0.5 if line % 4 == 0 else THIN, (140, 104, 60))
        heights = [40 + line * 22 + (7 if point % 2 else -4) * (1 + line % 3) / 2 for point in range(13)]
        sheet.pdf.polyline([(20 + point * 21, height) for point, height in enumerate(heights)])
        write(sheet, f"{238 + line * 0.5:.1f}", 276, heights[-1] - 2, 20, FIGURE)
    parcel(sheet)


def parcel(sheet: Sheet) -> tuple[float, float, float, float]:
    """The land's limits, the road before it; returns the building's place on it."""
    pdf = sheet.pdf
    pen(sheet, 0.7, RED)
    pdf.set_dash_pattern(dash=6, gap=2)
    pdf.rect(60, 44, 210, 160)
    pdf.set_dash_pattern()
    pen(sheet, 0.4)
    pdf.line(20, 222, 280, 222)
    pdf.line(20, 246, 280, 246)
    both(sheet, "Voie de 12 m", "طريق 12 م", 130, 227, 60)
    return 78, 60, 150, 118


def masse(sheet: Sheet, levels: int, page: int) -> None:
    x, y, width, height = parcel(sheet)
    hatch(sheet, x, y, width, height)
    pen(sheet, WALL)
    sheet.pdf.rect(x, y, width, height)
    sheet.pdf.set_fill_color(255, 255, 255)
    sheet.pdf.rect(x + 54, y + 48, 46, 18, style="F")
    both(sheet, f"R+{levels - 1}", "البناية", x + 57, y + 49, 40, TITLE, 8)
    measure(sheet, x, y - 6, width, f"{width / 12:.2f}")
    for tree in range(4):
        pen(sheet, THIN, GREEN)
        sheet.pdf.circle(x=246, y=70 + tree * 32, radius=8)
        sheet.pdf.circle(x=246, y=70 + tree * 32, radius=2)


def storeys(sheet: Sheet, levels: int, page: int) -> None:
    pdf, x, y, width, height = sheet.pdf, 50, 50, 230, 170
    pen(sheet, WALL)
    pdf.rect(x, y, width, height)
    pdf.rect(x + 3, y + 3, width - 6, height - 6)
    for number, (fr, ar) in enumerate(ROOMS if page == 0 else ROOMS[::-1]):
        left, top = x + 3 + number % 3 * 74.6, y + 3 + number // 3 * 82
        pen(sheet, 0.6)
        pdf.rect(left, top, 74.6, 82)
        pen(sheet, THIN)
        pdf.line(left + 8, top, left + 8, top + 16)
        pdf.arc(left - 8, top - 16, 32, 0, 90, 32)
        both(sheet, fr, ar, left + 24, top + 34, 34)
        write(sheet, f"{11 + number * 2.4:.2f} m²", left + 24, top + 46, 34, FIGURE)
    measure(sheet, x, y - 8, width, f"{width / 20:.2f}")
    name = ("Rez-de-chaussée", "الطابق الأرضي") if page == 0 else (f"Étage courant (R+{levels - 1})", "الطابق المتكرر")
    both(sheet, *name, x, 226, 90, TITLE, 8)


def sections(sheet: Sheet, levels: int, page: int) -> None:
    pdf, x, base, width = sheet.pdf, 70, 214, 180
    storey = 160 / max(levels, 3)
    pen(sheet, WALL)
    pdf.line(30, base, 280, base)
    for level in range(levels + 1):
        y = base - level * storey
        pen(sheet, WALL)
        pdf.rect(x, y - 2.5, width, 2.5)
        write(sheet, f"+{level * 3.2:.2f}", x + width + 6, y - 4, 24, FIGURE)
        if level < levels:
            for wall in (0, 60, 120, width - 3):
                pdf.rect(x + wall, y - storey, 3, storey - 2.5)
    pen(sheet, 0.3)
    for step in range(8):
        rise = step * (storey - 4) / 8
        pdf.line(x + 66 + step * 6, base - rise, x + 72 + step * 6, base - rise)
        pdf.line(x + 72 + step * 6, base - rise, x + 72 + step * 6, base - rise - (storey - 4) / 8)
    both(sheet, "Coupe A-A", "مقطع أ-أ", x, 224, 60, TITLE, 8)


def facades(sheet: Sheet, levels: int, page: int) -> None:
    pdf, x, base, width = sheet.pdf, 70, 214, 180
    storey = 160 / max(levels, 3)
    pen(sheet, WALL)
    pdf.line(30, base, 280, base)
    pdf.rect(x, base - levels * storey - 8, width, levels * storey + 8)
    for level in range(levels):
        y = base - (level + 1) * storey
        pen(sheet, THIN)
        pdf.line(x, y, x + width, y)
        for opening in range(4):
            left = x + 14 + opening * 42
            if level == 0 and opening == 1:
                pdf.rect(left, base - storey * 0.75, 20, storey * 0.75)
                pdf.line(left + 10, base - storey * 0.75, left + 10, base)
            else:
                pdf.rect(left, y + storey * 0.25, 22, storey * 0.45)
                pdf.line(left + 11, y + storey * 0.25, left + 11, y + storey * 0.7)
    both(sheet, "Façade principale", "الواجهة الرئيسية", x, 224, 80, TITLE, 8)


def networks(sheet: Sheet, levels: int, page: int) -> None:
    x, y, width, height = parcel(sheet)
    pen(sheet, WALL)
    sheet.pdf.rect(x, y, width, height)
    names = [("Eau potable", "الماء", BLUE), ("Assainissement", "التطهير", (120, 84, 50)), ("Électricité", "الكهرباء", RED)]
    for number, (fr, ar, colour) in enumerate(names):
        pen(sheet, 0.7, colour)
        left = x + 30 + number * 44
        sheet.pdf.polyline([(left, 240), (left, y + height), (left + 14, y + 60)])
        sheet.pdf.circle(x=left, y=206, radius=3)
        both(sheet, fr, ar, left + 3, 184, 36)


def ducts(sheet: Sheet, levels: int, page: int) -> None:
    x, y, width, height = parcel(sheet)
    pen(sheet, WALL)
    sheet.pdf.rect(x, y, width, height)
    pen(sheet, 0.7, GREEN)
    sheet.pdf.polyline([(x + 70, 240), (x + 70, y + 30), (x + 120, y + 30)])
    for level in range(levels):
        sheet.pdf.rect(x + 118, y + 16 + level * 16, 8, 8)
        write(sheet, f"R+{level}", x + 130, y + 18 + level * 16, 16, FIGURE)
    both(sheet, "Chambre de tirage", "غرفة السحب", x + 76, 204, 44)


HANDS = {
    "situation": situation,
    "topographic": topographic,
    "masse": masse,
    "levels": storeys,
    "sections": sections,
    "facades": facades,
    "networks_plans": networks,
    "telecom_plan": ducts,
}
