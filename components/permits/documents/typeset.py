"""Text on pages: fonts, lines in three scripts, page breaks. Lengths in millimetres, font sizes in points.

Nothing leaves a page or a column unseen: what does not fit is noted in Sheet.overflows, and the paper is refused.
"""
import copy
import io
import math
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import DocumentCompliance, TextDirection
from fpdf.fonts import SubsetMap, TTFFont

from components.permits.documents import bidi

FONTS = Path(__file__).resolve().parents[3] / "assets" / "fonts" / "documents"
FILES = {
    "ar": FONTS / "Amiri-Regular.ttf", "arB": FONTS / "Amiri-Bold.ttf",
    "fr": FONTS / "NotoSans-Regular.ttf", "frB": FONTS / "NotoSans-Bold.ttf",
    "zgh": FONTS / "NotoSansTifinagh-Regular.ttf",
}
FALLBACKS = {"ar": ("ar", "fr", "zgh"), "fr": ("fr", "ar", "zgh"), "zgh": ("zgh", "fr", "ar")}
INK, GREY, GREEN, TINT, RULE = (27, 36, 32), (85, 97, 91), (11, 107, 79), (238, 244, 241), (200, 210, 205)
MAX_PAGES = 30
SLACK = 0.3  # rounding of glyph widths over a line


class TooManyPages(Exception):
    """The document would have more pages than it may; the number of them."""


@dataclass(frozen=True)
class Style:
    """family: ar, fr or zgh. leading: height of a line."""
    family: str
    size: float
    leading: float
    bold: bool = False
    colour: tuple[int, int, int] = INK

    def scaled(self, factor: float) -> "Style":
        return replace(self, size=self.size * factor, leading=self.leading * factor)


@dataclass(frozen=True)
class Line:
    runs: tuple[bidi.Run, ...]
    widths: tuple[float, ...]

    @property
    def width(self) -> float:
        return sum(self.widths)


@cache
def parsed_fonts() -> dict[str, TTFFont]:
    """The fonts as fpdf2 reads them, once per process: reading them takes longer than laying out a paper."""
    pdf = FPDF()
    for key, file in FILES.items():
        pdf.add_font(key.removesuffix("B"), "B" if key.endswith("B") else "", file)
    return {key: pdf.fonts[key] for key in FILES}


def fonts_of_a_document() -> dict[str, TTFFont]:
    """Copies that share what is read and own what a document writes: the glyphs it uses."""
    fonts = {}
    for key, parsed in parsed_fonts().items():
        font = copy.copy(parsed)
        font.subset, font.missing_glyphs = SubsetMap(font), []
        fonts[key] = font
    return fonts


@cache
def outlines(font: str) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(FILES[font])))


def cut_down(key: str, font: TTFFont) -> None:
    """Leave the glyphs that the document uses, without the shaping tables, which a PDF does not carry. fpdf2 cuts as well, but it
    would first read every glyph of the font and then weigh each anew: that took longer than laying out a paper."""
    used = {glyph.glyph_id for glyph, _ in font.subset.items() if glyph}
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(used)
    wanted.drop_table_tag_set.update(int.from_bytes(table) for table in (b"GSUB", b"GPOS", b"GDEF", b"DSIG", b"kern"))
    wanted.flags = hb.SubsetFlags.GLYPH_NAMES | hb.SubsetFlags.NOTDEF_OUTLINE
    cut = hb.subset(outlines(key).face, wanted).blob.data
    font.ttfont = TTFont(io.BytesIO(cut), lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    # The box around the glyphs left: readers place small letters less finely in a font that could hold a very wide one.
    boxes = [outlines(key).get_glyph_extents(glyph) for glyph in used]
    head = font.ttfont["head"]
    head.xMin, head.yMax = min(box.x_bearing for box in boxes), max(box.y_bearing for box in boxes)
    head.xMax, head.yMin = max(box.x_bearing + box.width for box in boxes), min(box.y_bearing + box.height for box in boxes)


@cache
def characters_of(font: str) -> frozenset[int]:
    """Code points that a font can draw. Read once."""
    with TTFont(FILES[font], lazy=True) as file:
        return frozenset(file.getBestCmap())


def font_for(character: str, family: str, bold: bool) -> str | None:
    """The first font that can draw the character, or None. A family without a bold serves in regular."""
    for candidate in FALLBACKS[family]:
        key = candidate + "B" if bold and candidate + "B" in FILES else candidate
        if ord(character) in characters_of(key):
            return key
    return None


def unprintable(text: str) -> str:
    """The characters of a text that none of the fonts can draw."""
    return "".join(sorted({c for c in bidi.clean(text) if c not in "\n \u200c\u200d" and font_for(c, "fr", False) is None}))


def shown(text: str) -> str:
    """A text that somebody signed, whatever its characters: those that no font can draw are named by their numbers."""
    text = bidi.clean(text)
    for character in unprintable(text):
        text = text.replace(character, f"[U+{ord(character):04X}]")
    return text


class Sheet:
    """A document under way and the place of the next line. Columns and rows belong to the callers."""

    left = right = 18.0
    top = 14.0
    bottom = 24.0

    def __init__(self, page: tuple[float, float] | str = "A4", archival: bool = True, most_pages: int = MAX_PAGES):
        compliance = DocumentCompliance.PDFA_3B if archival else None
        self.pdf = FPDF(format=page, unit="mm", enforce_compliance=compliance)
        self.pdf.set_auto_page_break(False)
        self.pdf.c_margin = 0
        self.pdf.fonts.update(fonts_of_a_document())
        self.pdf.set_text_shaping(True)
        self.measured: dict[tuple[str, bool, str], float] = {}
        self.overflows: list[str] = []
        self.most_pages = most_pages
        self.new_page()

    def new_page(self) -> None:
        if self.pdf.pages_count >= self.most_pages:
            raise TooManyPages(self.most_pages)
        self.pdf.add_page()
        self.y = self.top

    @property
    def width(self) -> float:
        return self.pdf.w - self.left - self.right

    @property
    def room(self) -> float:
        """Height left on the page."""
        return self.pdf.h - self.bottom - self.y

    @property
    def page_room(self) -> float:
        return self.pdf.h - self.bottom - self.top

    def need(self, height: float) -> None:
        """Start a page when the height is not left on this one."""
        if self.room < min(height, self.page_room):
            self.new_page()

    def run_width(self, run: bidi.Run, size: float) -> float:
        key = (run.font, run.rtl, run.text)
        if key not in self.measured:
            direction = TextDirection.RTL if run.rtl else TextDirection.LTR
            shaping = {"features": {}, "fragment_direction": direction, "script": None, "language": None}
            self.measured[key] = self.pdf.fonts[run.font].get_text_width(run.text, 1000, shaping)[1]
        return self.measured[key] * size / 1000 / self.pdf.k

    @staticmethod
    def size_of(run: bidi.Run, style: Style) -> float:
        """Arabic letters are small for their size: inside another script they are drawn larger."""
        return style.size * 1.2 if run.font.startswith("ar") and style.family != "ar" else style.size

    def lines(self, text: str, style: Style, width: float, rtl: bool | None = None) -> list[Line]:
        """Text cut into lines no wider than width. rtl: base direction, by default that of the style's script."""
        rtl = style.family == "ar" if rtl is None else rtl
        found = []
        for paragraph in bidi.clean(text).split("\n"):
            paragraph = bidi.keep_numbers_whole(paragraph.strip())
            if paragraph:
                found.extend(self._cut(paragraph, style, width, bidi.base_is_rtl(paragraph, rtl)))
        return found

    def natural_width(self, text: str, style: Style) -> float:
        """The width of a short text that nothing cuts."""
        return max((line.width for line in self.lines(text, style, float("inf"))), default=0.0)

    def _cut(self, text: str, style: Style, width: float, rtl: bool) -> list[Line]:
        text_levels = bidi.levels(text, rtl)
        fonts, last = [], font_for("a" if style.family != "zgh" else "\u2d30", style.family, style.bold)
        for character in text:
            invisible = character in " \u200c\u200d" + bidi.NBSP + bidi.LRI + bidi.PDI
            last = last if invisible else font_for(character, style.family, style.bold) or last
            fonts.append(last)

        def line(start: int, end: int) -> Line:
            runs = bidi.visual_runs(text[start:end], text_levels[start:end], fonts[start:end], rtl)
            return Line(tuple(runs), tuple(self.run_width(run, self.size_of(run, style)) for run in runs))

        if width == float("inf"):
            return [line(0, len(text))]
        limit, space = width + SLACK, self.run_width(bidi.Run(" ", rtl, fonts[0]), style.size)
        words = [(found.start(), found.end()) for found in re.finditer("[^ ]+", text)]
        wide = [line(begin, end).width for begin, end in words]
        lines, place = [], 0
        while place < len(words):
            stop, total = place, 0.0
            while stop < len(words) and total + wide[stop] <= limit:
                total += wide[stop] + space
                stop += 1
            if stop == place:  # one word wider than the column
                begin, end = words[place]
                cut = self._cut_word(text[begin:end], lambda size, begin=begin: line(begin, begin + size).width, width)
                lines.append(line(begin, begin + cut))
                words[place], wide[place] = (begin + cut, end), line(begin + cut, end).width
                continue
            found = line(words[place][0], words[stop - 1][1])
            while found.width > limit and stop - place > 1:  # words measured one by one may be a hair narrower than together
                stop -= 1
                found = line(words[place][0], words[stop - 1][1])
            lines.append(found)
            place = stop
        return lines

    @staticmethod
    def _cut_word(word: str, width_of, width: float) -> int:
        """Where to cut a word that no column holds: after a separator in the second half of what fits, else into even pieces."""
        low, high = 1, len(word) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if width_of(middle) <= width else (low, middle - 1)
        separators = [found.end() for found in re.finditer("[-/_.@?&=:]", word[:low]) if found.end() > low / 2]
        even = math.ceil(len(word) / math.ceil(width_of(len(word)) / width))
        return separators[-1] if separators else min(low, even)

    def draw_line(self, line: Line, style: Style, x: float, y: float, width: float, align: str) -> None:
        """One line inside a column. align: L, C or R."""
        if line.width > width + 2 * SLACK or x < 0 or x + width > self.pdf.w + SLACK or y + style.leading > self.pdf.h:
            self.overflows.append("".join(run.text for run in line.runs))
        x += {"L": 0, "C": (width - line.width) / 2, "R": width - line.width}[align]
        self.pdf.set_text_color(*style.colour)
        for run, run_width in zip(line.runs, line.widths):
            size = self.size_of(run, style)
            self.pdf.set_font(run.font.removesuffix("B"), "B" if run.font.endswith("B") else "", size)
            self.pdf.set_text_shaping(True, direction="rtl" if run.rtl else "ltr")
            self.pdf.set_xy(x, y - 0.3 * (size - style.size) / self.pdf.k)  # fpdf2 sets the baseline by the font's size
            self.pdf.cell(run_width, style.leading, run.text)
            x += run_width

    def draw_lines(self, lines: list[Line], style: Style, x: float, y: float, width: float, align: str) -> float:
        """Lines at a place, without page breaks. Returns the ordinate below the last."""
        for line in lines:
            self.draw_line(line, style, x, y, width, align)
            y += style.leading
        return y

    def block(self, text: str, style: Style, align: str | None = None, x: float | None = None, width: float | None = None,
              rtl: bool | None = None, after: float = 0, keep: int = 2) -> None:
        """A paragraph that flows over pages. keep: lines that stay together at its start."""
        x = self.left if x is None else x
        width = self.width if width is None else width
        lines = self.lines(text, style, width, rtl)
        align = align or ("R" if (style.family == "ar" if rtl is None else rtl) else "L")
        self.need(style.leading * min(keep, len(lines)))
        for line in lines:
            self.need(style.leading)
            self.draw_line(line, style, x, self.y, width, align)
            self.y += style.leading
        self.y += after

    def rule(self, after: float = 3, colour: tuple[int, int, int] = RULE) -> None:
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(0.25)
        self.pdf.line(self.left, self.y, self.pdf.w - self.right, self.y)
        self.y += after

    def output(self) -> bytes:
        """The finished document, without the fonts that drew nothing (a subset starts with two reserved places)."""
        for key in [key for key, font in self.pdf.fonts.items() if len(font.subset) <= 2]:
            del self.pdf.fonts[key]
        for key, font in self.pdf.fonts.items():
            cut_down(key, font)
        return bytes(self.pdf.output())
