"""Order of the characters of a line in two scripts.

fpdf2 computes the levels of the Unicode bidirectional algorithm correctly, but orders its fragments by pairs of directions:
a number inside Arabic inside French comes out in the wrong place. So lines are cut and ordered here, and every run that is
drawn has one direction only.
"""
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

NBSP = "\u00a0"
LRI, PDI = "\u2066", "\u2069"
ARABIC = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Marks of direction that came with pasted text: they could make a printed name read as another one. Never honoured.
DIRECTION_MARKS = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")
# Phone numbers, amounts grouped by thousands, dates and law numbers with hyphens: Arabic text would turn their groups around.
# Groups after a space have two or three digits, so that two numbers that merely follow each other stay apart.
# The same for references of letters and digits (5410511-2026-REF-000002): Arabic text would print their groups backwards.
GAP = "[ \u00a0\u202f]"
NUMBER = re.compile(
    r"(?<![\w.,/+-])((?=[A-Za-z0-9/-]*\d)(?=[A-Za-z0-9/-]*[A-Za-z])[A-Za-z0-9]+(?:[-/][A-Za-z0-9]+)+"
    rf"|\+\d{{1,4}}(?:[ \u00a0\u202f.-]?\d{{1,4}}){{1,7}}"
    rf"|\d+(?:{GAP}\d{{2,3}}(?!\d)|[-/.:,]\d+)+(?:{GAP}?%)?|\d+{GAP}?%)(?!\w)")


@dataclass(frozen=True)
class Run:
    """Characters of one direction and one font, ready to be drawn from left to right."""
    text: str
    rtl: bool
    font: str


def has_arabic(text: str) -> bool:
    return bool(ARABIC.search(text))


def base_is_rtl(text: str, rtl: bool) -> bool:
    """A French address in an Arabic column keeps its own order: a paragraph without any Arabic reads from left to right."""
    return rtl and (has_arabic(text) or not re.search("[A-Za-z\u00c0-\u024f]", text))


def clean(text: str) -> str:
    """Composed characters, plain line ends, no mark of direction."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return DIRECTION_MARKS.sub("", text)


def keep_numbers_whole(text: str) -> str:
    """Numbers made of groups, and percentages, read from left to right and never break over two lines."""
    return NUMBER.sub(lambda found: LRI + re.sub("[ \u00a0\u202f]", NBSP, found.group()) + PDI, text)


@lru_cache(maxsize=4096)  # papers repeat their labels, and measure a text before they draw it
def levels(text: str, rtl: bool) -> tuple[int, ...]:
    """The embedding level of every character of one paragraph."""
    direction = TextDirection.RTL if rtl else TextDirection.LTR
    paragraph = BidiParagraph(text=text, base_direction=direction, preserve_bn_chars=True)
    return tuple(character.embedding_level for character in paragraph.get_characters())


def visual_runs(text: str, text_levels: tuple[int, ...], fonts: list[str], rtl: bool) -> list[Run]:
    """The runs of one line (a slice of a paragraph, with the levels computed on the whole paragraph), from left to right."""
    base = 1 if rtl else 0
    end = len(text.rstrip(" " + NBSP))
    line_levels = [level if place < end else base for place, level in enumerate(text_levels)]
    runs = []
    for (level, font), group in groupby(zip(text, line_levels, fonts), key=lambda item: (item[1], item[2])):
        characters = DIRECTION_MARKS.sub("", "".join(item[0] for item in group)).replace(NBSP, " ")
        if characters:
            runs.append((level, Run(characters, bool(level % 2), font)))
    # Rule L2: from the highest level down to 1, turn around every sequence of runs at that level or above.
    for level in range(max((run[0] for run in runs), default=0), 0, -1):
        ordered = []
        for inside, group in groupby(runs, key=lambda run: run[0] >= level):
            together = list(group)
            ordered.extend(reversed(together) if inside else together)
        runs = ordered
    return [run for _, run in runs]
