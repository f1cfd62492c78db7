"""The colour space of a PDF, in 480 bytes: LibreOffice embeds the same space in 8 KB."""

from __future__ import annotations

import struct
from functools import cache


@cache
def srgb_profile() -> bytes:
    """Return the sRGB colour space (IEC 61966-2-1) as an ICC 4.2 profile: the formula itself instead of a table.

    Made from the published numbers, adapted to D50, so nobody's rights come with it.
    """
    curve = b"para\0\0\0\0\0\3\0\0" + _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    adaptation = (1.04788, 0.02292, -0.05020, 0.02959, 0.99048, -0.01706, -0.00923, 0.01508, 0.75168)
    tags = {
        b"desc": _text("sRGB"),
        b"cprt": _text("CC0"),
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(0.96420, 1, 0.82491),
        b"chad": b"sf32\0\0\0\0" + _fixed(*adaptation),
        b"rXYZ": b"XYZ \0\0\0\0" + _fixed(0.43607, 0.22249, 0.01392),
        b"gXYZ": b"XYZ \0\0\0\0" + _fixed(0.38515, 0.71687, 0.09708),
        b"bXYZ": b"XYZ \0\0\0\0" + _fixed(0.14307, 0.06061, 0.71410),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    directory = struct.pack(">L", len(tags))
    data = b""
    start = 128 + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}  # the three curves are one and the same
    for tag, value in tags.items():
        if value not in places:
            places[value] = start + len(data)
            data += value
        directory += struct.pack(">4sLL", tag, places[value], len(value))
    date = struct.pack(">6H", 1999, 10, 18, 0, 0, 0)  # of the standard
    header = struct.pack(">L4sL12s12s4s", start + len(data), b"", 0x04200000, b"mntrRGB XYZ ", date, b"acsp")
    header += bytes(28) + _fixed(0.96420, 1, 0.82491)
    return header.ljust(128, b"\0") + directory + data


def _fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}l", *(round(number * 65536) for number in numbers))


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    value = struct.pack(">4s4xLL2s2sLL", b"mluc", 1, 12, b"en", b"US", len(encoded), 28) + encoded
    return value.ljust(-(-len(value) // 4) * 4, b"\0")
