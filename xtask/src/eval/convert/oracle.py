"""Converts texts with the reference OpenCC: CONFIG, a file of texts in, a file of texts out.

A text is its length in bytes (four bytes, little-endian) and then UTF-8. Upstream ends a segment
at NUL; to have NUL treated as the ordinary character it is here, it travels as a control character
that the text does not have.
"""

import struct
import sys

import opencc

name, source, target = sys.argv[1:]
converter = opencc.OpenCC(name)
data = open(source, "rb").read()
at = 0
with open(target, "wb") as out:
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at)
        text = data[at + 4 : at + 4 + length].decode("utf-8")
        at += 4 + length
        stand_in = None
        if "\0" in text:
            stand_in = next(chr(c) for c in range(1, 32) if chr(c) not in text and c not in (9, 10, 13))
            text = text.replace("\0", stand_in)
        converted = converter.convert(text)
        if stand_in is not None:
            converted = converted.replace(stand_in, "\0")
        encoded = converted.encode("utf-8")
        out.write(struct.pack("<I", len(encoded)))
        out.write(encoded)
