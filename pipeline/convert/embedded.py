"""The fonts of a PDF: their names, whether they travel with it, and the characters that they could not draw."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import category

import pikepdf
from pikepdf import Dictionary, Pdf, Stream

_UNNEEDED_TABLES = frozenset({b"name", b"post", b"OS/2", b"DSIG", b"gasp", b"kern", b"GPOS", b"GSUB", b"GDEF"})
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_ONE_BYTE_CODES = struct.pack(">HHHHL", 0, 1, 1, 0, 12)
"""The head of a `cmap` of one table, for platform 1, encoding 0: 256 bytes that follow 6 of its own (format 0)."""
_MAPPED = re.compile(rb"<([0-9A-Fa-f]{2,4})>\s*<([0-9A-Fa-f]+)>")


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """One font of a PDF. `missing` holds the characters for which it had nothing to draw but an empty box."""

    name: str
    embedded: bool
    missing: str = ""


def fonts_of(pdf: Pdf) -> Iterator[EmbeddedFont]:
    """Give the fonts of the pages and of the forms that the pages draw."""
    seen: set[tuple[int, int]] = set()
    waiting: list[pikepdf.Object] = [page.obj for page in pdf.pages]
    while waiting:
        resources = waiting.pop().get("/Resources", Dictionary())
        for font in resources.get("/Font", Dictionary()).values():
            if font.objgen == (0, 0) or font.objgen not in seen:
                seen.add(font.objgen)
                yield _font(font)
        for item in resources.get("/XObject", Dictionary()).values():
            if item.get("/Subtype") == "/Form" and item.objgen not in seen:
                seen.add(item.objgen)
                waiting.append(item)


def _font(font: pikepdf.Object) -> EmbeddedFont:
    name = _SUBSET.sub("", str(font.get("/BaseFont", "/")).removeprefix("/"))
    inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
    descriptor = inner.get("/FontDescriptor", Dictionary())
    embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    missing = ""
    if "/FontFile2" in descriptor and isinstance(font.get("/ToUnicode"), Stream):
        missing = _undrawn(descriptor.FontFile2.read_bytes(), font.ToUnicode.read_bytes())
    return EmbeddedFont(name, embedded or font.get("/Subtype") == "/Type3", missing)


def _undrawn(program: bytes, to_unicode: bytes) -> str:
    """Return the characters drawn with the very outline of glyph 0, the box of what a font does not have.

    The text says the right character all the same, so only the outlines tell. The codes of a text are not always the
    numbers of its glyphs: a letter and its accent may be glyphs of their own, which come in between.
    """
    outlines = glyph_outlines(program)
    boxes = {index for index, outline in enumerate(outlines) if outline == outlines[0]}
    if len(boxes) < 2:
        return ""
    glyphs = _glyph_numbers(program)
    mapped = {int(code, 16): bytes.fromhex(text.decode()) for code, text in _MAPPED.findall(to_unicode)}
    texts = (
        text.decode("utf-16-be", errors="replace")
        for code, text in sorted(mapped.items())
        if code and glyphs.get(code, code) in boxes
    )
    return "".join(text for text in texts if text.strip() and category(text[0]) not in ("Cc", "Cf"))


def _glyph_numbers(font: bytes) -> dict[int, int]:
    """Return the glyph of each code of one byte, by the table that LibreOffice writes; empty without that table."""
    for tag, _, start, length in _directory(font):
        cmap = font[start : start + length]
        if tag == b"cmap" and cmap[:12] == _ONE_BYTE_CODES:
            return dict(enumerate(cmap[18 : 18 + 256]))
    return {}


def glyph_outlines(font: bytes) -> list[bytes]:
    """Return the outlines of a TrueType font, by glyph number; none for another kind of font."""
    tables = {tag: font[start : start + length] for tag, _, start, length in _directory(font)}
    if not {b"glyf", b"loca", b"head"} <= tables.keys():
        return []
    loca = tables[b"loca"]
    long = struct.unpack(">h", tables[b"head"][50:52])[0]
    size, unit = (4, 1) if long else (2, 2)
    places = struct.unpack(f">{len(loca) // size}{'L' if long else 'H'}", loca[: len(loca) // size * size])
    return [tables[b"glyf"][start * unit : end * unit] for start, end in pairwise(places)]


def light_font(font: bytes) -> bytes:
    """Return a TrueType font without the tables that no PDF needs (ISO 32000-1, 9.9); another kind as it is.

    Glyphs, metrics and hinting stay as they are.
    """
    kept = [entry for entry in _directory(font) if entry[0] not in _UNNEEDED_TABLES]
    if not kept:
        return font
    power = len(kept).bit_length() - 1
    head = struct.pack(">4H", len(kept), 16 << power, power, 16 * (len(kept) - (1 << power)))
    directory, tables = [font[:4], head], []
    place = 12 + 16 * len(kept)
    for tag, checksum, start, length in kept:
        table = font[start : start + length].ljust(-(-length // 4) * 4, b"\0")
        directory.append(struct.pack(">4sLLL", tag, checksum, place, length))
        tables.append(table)
        place += len(table)
    return b"".join(directory + tables)


def _directory(font: bytes) -> list[tuple[bytes, int, int, int]]:
    """Return tag, checksum, place and length of each table of a TrueType font, nothing for another kind."""
    if font[:4] not in (b"\0\1\0\0", b"true"):
        return []
    count = struct.unpack(">H", font[4:6])[0]
    return list(struct.iter_unpack(">4sLLL", font[12 : 12 + 16 * count]))
