"""Hexadecimal strings of a PDF, read at once. Importing this makes pyHanko do so.

A signature stands in such a string of 16,384 digits. pyHanko reads it digit by digit, for every signature of a paper and each time that
the paper is opened: in minutes of seven signatures that took longer than judging them. What is not plain digits is left to pyHanko.
"""

import binascii

from pyhanko.pdf_utils import generic

LONGEST = 20_000
digit_by_digit = generic.read_hex_string_from_stream


def at_once(stream):
    start = stream.tell()
    seen = stream.read(LONGEST)
    end = seen.find(b">")
    try:
        content = binascii.unhexlify(seen[1:end] + b"0" * (end % 2 == 0)) if end > 0 else None
    except binascii.Error:
        content = None
    if content is None:
        stream.seek(start)
        return digit_by_digit(stream)
    stream.seek(start + end + 1)
    return generic.pdf_string(content)


generic.read_hex_string_from_stream = at_once
