"""Tables and pairs of columns. Each cell holds one language, drawn in its own direction."""
from dataclasses import dataclass, replace

from components.permits.documents.bidi import has_arabic, keep_numbers_whole
from components.permits.documents.typeset import RULE, TINT, Line, Sheet, Style

PAD = 1.6
CELL = {"fr": Style("fr", 8, 4), "ar": Style("ar", 10.5, 5.1)}
CELL |= {"fr+": replace(CELL["fr"], bold=True), "ar+": replace(CELL["ar"], bold=True)}  # names in a cell of several parts
HEAD = {"fr": Style("fr", 7.5, 3.8, bold=True), "ar": Style("ar", 10, 4.9, bold=True)}


@dataclass(frozen=True)
class Cell:
    """Parts drawn one under the other, each (text, language); a language with + is bold."""
    parts: tuple[tuple[str, str], ...]
    align: str


def neutral(text: str, align: str) -> Cell:
    """A value that is the same in both languages: its own letters say how it is drawn."""
    return Cell(((text, "ar" if has_arabic(text) else "fr"),), align)


def text_in(cell: str | dict, lang: str) -> str:
    return cell if isinstance(cell, str) else cell.get(lang) or ""


def is_common(cells: list[str | dict]) -> bool:
    """A column whose values need no translation."""
    return all(isinstance(cell, str) or cell.get("fr") == cell.get("ar") for cell in cells)


def columns_in_one_language(table: dict, lang: str) -> list[list[Cell]]:
    """Columns from left to right, header first. Arabic tables start on the right."""
    align = "R" if lang == "ar" else "L"
    columns = []
    for place, title in enumerate(table["columns"]):
        column = [Cell(((text_in(title, lang), lang),), align)]
        for row in table["rows"]:
            cell = row[place]
            column.append(neutral(cell, align) if isinstance(cell, str) else Cell(((text_in(cell, lang), lang),), align))
        columns.append(column)
    return columns[::-1] if lang == "ar" else columns


def columns_side_by_side(table: dict) -> list[list[Cell]]:
    """French on the left, what both languages share in the middle, Arabic on the right."""
    french, common, arabic = [], [], []
    for place, title in enumerate(table["columns"]):
        cells = [row[place] for row in table["rows"]]
        if is_common(cells) and (place > 0 or not cells):
            head = Cell(((text_in(title, "ar"), "ar"), (text_in(title, "fr"), "fr")), "C")
            common.append([head] + [neutral(text_in(cell, "ar"), "C") for cell in cells])
            continue
        for lang, side, align in (("fr", french, "L"), ("ar", arabic, "R")):
            column = [Cell(((text_in(title, lang), lang),), align)]
            column += [neutral(cell, align) if isinstance(cell, str) else Cell(((text_in(cell, lang), lang),), align) for cell in cells]
            side.append(column)
    return french + common + arabic[::-1]


def column_widths(sheet: Sheet, columns: list[list[Cell]]) -> list[float]:
    """Shares of the page: what each column would like, never less than its longest word while that is possible."""
    wish, least = [], []
    for column in columns:
        longest, word = 0.0, 0.0
        for place, cell in enumerate(column):
            for text, lang in cell.parts:
                style = (CELL if place else HEAD)[lang]
                longest = max(longest, sheet.natural_width(text[:300], style))
                word = max([word] + [sheet.natural_width(piece[:100], style) for piece in keep_numbers_whole(text[:300]).split(" ")])
        wish.append(min(longest, 140) + 2 * PAD + 0.8)
        least.append(min(word, 60) + 2 * PAD + 0.8)
    room = sheet.width
    if sum(wish) <= room:
        return [share + (room - sum(wish)) * share / sum(wish) for share in wish]
    if sum(least) >= room:
        return [room * share / sum(least) for share in least]
    spare, wanted = room - sum(least), sum(w - m for w, m in zip(wish, least))
    return [m + spare * (w - m) / wanted for w, m in zip(wish, least)]


def draw_table(sheet: Sheet, columns: list[list[Cell]]) -> None:
    """A table over as many pages as it takes; its header is repeated on each."""
    widths = column_widths(sheet, columns)
    heights: list[float] = []
    laid: list[list[list[tuple[list[Line], Style]]]] = []
    for place in range(len(columns[0])):
        styles = CELL if place else HEAD
        row = [[(sheet.lines(text, styles[lang], width - 2 * PAD), styles[lang]) for text, lang in column[place].parts]
               for column, width in zip(columns, widths)]
        laid.append(row)
        heights.append(max(sum(len(lines) * style.leading for lines, style in cell) for cell in row) + 1.2)
    for place, height in enumerate(heights):
        if height > sheet.page_room - heights[0]:  # a row never spreads over two pages: the paper is refused
            longest = max((text for column in columns for text, _ in column[place].parts), key=len)
            sheet.overflows.append(longest)
            return

    def draw_row(place: int) -> None:
        x, pdf = sheet.left, sheet.pdf
        pdf.set_draw_color(*RULE)
        pdf.set_line_width(0.2)
        for column, cell, width in zip(columns, laid[place], widths):
            if place == 0:
                pdf.set_fill_color(*TINT)
                pdf.rect(x, sheet.y, width, heights[place], style="DF")
            else:
                pdf.rect(x, sheet.y, width, heights[place], style="D")
            taken = sum(len(lines) * style.leading for lines, style in cell)
            y = sheet.y + (heights[place] - taken) / 2
            for lines, style in cell:
                y = sheet.draw_lines(lines, style, x + PAD, y, width - 2 * PAD, column[place].align)
            x += width
        sheet.y += heights[place]

    sheet.need(heights[0] + (heights[1] if len(heights) > 1 else 0))
    draw_row(0)
    for place in range(1, len(heights)):
        if sheet.room < heights[place]:
            sheet.new_page()
            draw_row(0)
        draw_row(place)
    sheet.y += 3


def draw_pair(sheet: Sheet, fr: str, ar: str, styles: dict[str, Style], after: float = 2, bullet: bool = False) -> None:
    """The same text in French on the left and in Arabic on the right; continues on the next page when it must."""
    gap, indent = 6.0, 4.0 if bullet else 0.0
    width = (sheet.width - gap) / 2
    left = sheet.lines(fr, styles["fr"], width - indent)
    right = sheet.lines(ar, styles["ar"], width - indent)
    sheet.need(max(styles["fr"].leading * min(2, len(left)), styles["ar"].leading * min(2, len(right))))
    first = True
    while left or right:
        fits_left = max(1, int(sheet.room / styles["fr"].leading))
        fits_right = max(1, int(sheet.room / styles["ar"].leading))
        if bullet and first:
            draw_bullet(sheet, sheet.left + 1.2, sheet.y + styles["fr"].leading / 2)
            draw_bullet(sheet, sheet.pdf.w - sheet.right - 1.2, sheet.y + styles["ar"].leading / 2)
        below_left = sheet.draw_lines(left[:fits_left], styles["fr"], sheet.left + indent, sheet.y, width - indent, "L")
        below_right = sheet.draw_lines(right[:fits_right], styles["ar"], sheet.left + width + gap, sheet.y, width - indent, "R")
        left, right, first = left[fits_left:], right[fits_right:], False
        sheet.y = max(below_left, below_right)
        if left or right:
            sheet.new_page()
    sheet.y += after


def draw_bullet(sheet: Sheet, x: float, y: float) -> None:
    sheet.pdf.set_fill_color(85, 97, 91)
    sheet.pdf.circle(x, y, 0.55, style="F")
