"""The order of characters on a line, checked without drawing: what stands left of what."""

import pytest

from components.permits import texts
from components.permits.documents import bidi


def on_paper(text: str, rtl: bool) -> list[str]:
    """The runs of a line from left to right; each is drawn in its own direction."""
    text = bidi.keep_numbers_whole(bidi.clean(text))
    return [run.text.strip() for run in bidi.visual_runs(text, bidi.levels(text, rtl), ["font"] * len(text), rtl) if run.text.strip()]


@pytest.mark.parametrize(
    "number",
    [
        "12-90",
        "+212 6 12 34 56 78",
        "06 12 34 56 78",
        "1 250,00",
        "2026-11-23",
        "09/11/2026",
        "35%",
        "20 %",
        "4521/39",
        "TRD-2026-REF-000123",
        "5410109-2026-REF-000002",
        "113.14",
    ],
)
def test_a_number_inside_arabic_reads_from_left_to_right_in_one_piece(number):
    assert on_paper(f"هذا هو الرقم {number} في النص", rtl=True) == ["في النص", number, "هذا هو الرقم"]


def test_brackets_close_on_the_right_side_in_arabic():
    runs = on_paper("الطابق (R+1) الأول", rtl=True)
    assert runs == [") الأول", "R+1", "الطابق ("]


def test_arabic_inside_french_keeps_the_french_order_around_it():
    assert on_paper("Mme فاطمة بناني (CNIE AB123456)", rtl=False) == ["Mme", "فاطمة بناني", "(CNIE AB123456)"]


def test_a_number_inside_arabic_inside_french_stays_beside_its_word():
    assert on_paper("Durée : سنوات 3 كاملة (fin)", rtl=False) == ["Durée :", "كاملة", "3", "سنوات", "(fin)"]


def test_a_french_address_in_an_arabic_column_keeps_its_own_order():
    assert bidi.base_is_rtl("13, Avenue Al Qods, Taroudannt", rtl=True) is False
    assert bidi.base_is_rtl("13، شارع القدس، Taroudannt", rtl=True) is True
    assert bidi.base_is_rtl("23/11/2026", rtl=True) is True


def test_two_numbers_that_merely_follow_each_other_are_not_joined():
    assert bidi.LRI not in bidi.keep_numbers_whole("الفصل 5 2026")


def test_marks_of_direction_in_a_pasted_name_are_not_honoured():
    assert bidi.clean("Ali\u202eneB\u202c") == "AlineB"


@pytest.mark.parametrize("number", ["30 060,00", "1 250 000", "5410109-2026-REF-000002"])
def test_a_screen_keeps_the_groups_of_a_number_in_their_order(number):
    text = texts.in_order(f"المبلغ {number} درهم")
    runs = bidi.visual_runs(text, bidi.levels(text, True), ["font"] * len(text), True)
    assert number in [run.text.strip("\u2066\u2069 ").replace("\u00a0", " ") for run in runs]
    assert texts.in_order("الفصل 5 2026") == "الفصل 5 2026", "two numbers that merely follow each other are not joined"
