"""Hexadecimal strings are read at once, and read the same as digit by digit."""

import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfStreamError

from components.permits import hex_strings

STRINGS = [
    b"<>",
    b"<48656c6c6f>",
    b"<486>",
    b"<FEFF0634>",
    b"<48 65\n6C>",
    b"<48%note\n65>",
    b"<" + b"0" * 16_384 + b">",
    b"<" + b"4" * 30_001 + b">",
]


@pytest.mark.parametrize("written", STRINGS, ids=lambda written: written[:16].decode())
def test_both_ways_give_the_same_value_and_stop_at_the_same_place(written):
    quick, slow = io.BytesIO(b"ab" + written + b" /Next"), io.BytesIO(b"ab" + written + b" /Next")
    quick.seek(2), slow.seek(2)
    assert hex_strings.at_once(quick) == hex_strings.digit_by_digit(slow)
    assert quick.tell() == slow.tell()


@pytest.mark.parametrize("wrong", [b"<48zz>", b"<4865", b"<48(65)>"])
def test_what_is_no_hexadecimal_string_is_refused_as_before(wrong):
    for read in (hex_strings.at_once, hex_strings.digit_by_digit):
        with pytest.raises(PdfStreamError):
            read(io.BytesIO(wrong))


def test_papers_are_read_this_way():
    assert generic.read_hex_string_from_stream is hex_strings.at_once
