"""The boxes that show comments, one a comment, and where Excel draws each. Source: ISO/IEC 29500-4, 19.4 (VML)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

from pipeline.xlsx.cells import Sizes
from pipeline.xlsx.package import Package
from pipeline.xlsx.parts import Place

_BLOCK = 1024
"""A drawing takes the numbers of its shapes by blocks, which no other drawing of the workbook may use."""
_NAMES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
"""Excel's own short names; other programs write others, and a drawing that uses one without saying it is broken."""
_START = '<xml><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout></xml>'
_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_ROOT = re.compile(r"<xml\b[^>]*")
_SHAPE = re.compile(r"<(\w+):shape\b(?!type).*?</\1:shape>", re.DOTALL)
_NUMBER = re.compile(rb"_x0000_s(\d+)")
_ROW, _COLUMN = re.compile(r"<\w+:Row>\s*(\d+)"), re.compile(r"<\w+:Column>\s*(\d+)")
_BLOCKS = re.compile(r"(<\w+:idmap\b[^>]*\bdata=)(\"[^\"]*\"|'[^']*')")
_WIDTH, _LINE, _LETTERS, _HIGHEST = 330, 17, 46, 420
"""Pixels of a box's width and of a line in it, letters that a line holds, pixels of the highest box."""
_USUAL_WIDTH, _USUAL_HEIGHT = 64, 20
"""Pixels of the columns and rows that say nothing of their own."""


class Boxes:
    """The drawing of a sheet's comments, as text: other things than comments may stand in it, and stay as they are."""

    def __init__(self, content: bytes) -> None:
        self._text = content.decode("utf-8", "surrogateescape") if b"</xml>" in content else _START

    def replaced(self, texts: Mapping[Place, str], changed: Set[Place], sizes: Sizes, package: Package) -> bytes:
        """Return the drawing without the boxes of the changed cells, and with one for each text."""
        text = _SHAPE.sub(lambda found: "" if _place(found[0]) in changed else found[0], self._text)
        first = _free_block(package)
        numbers = {place: first * _BLOCK + 1 + rank for rank, place in enumerate(texts)}
        # Each shape in bytes at once: as one text, thousands of them would stand in memory four times.
        shapes = (_shape(numbers[place], place, one, sizes).encode() for place, one in texts.items())
        blocks = range(first, first + len(texts) // _BLOCK + 1 if texts else first)
        text = _BLOCKS.sub(lambda found: f'{found[1]}"{_joined(found[2][1:-1], blocks)}"', text, count=1)
        kind = "" if 'id="_x0000_t202"' in text else _TYPE
        text = _ROOT.sub(lambda found: found[0] + _missing_names(found[0]), text, count=1)
        before, _, after = text.rpartition("</xml>")
        start, end = (part.encode("utf-8", "surrogateescape") for part in (f"{before}{kind}", f"</xml>{after}"))
        return b"".join((start, *shapes, end))


def _missing_names(root: str) -> str:
    return "".join(f' xmlns:{short}="{name}"' for short, name in _NAMES.items() if f"xmlns:{short}=" not in root)


def _joined(former: str, blocks: range) -> str:
    return ",".join([*filter(None, former.split(",")), *map(str, blocks)])


def _place(shape: str) -> Place | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(row[1]), int(column[1])) if row and column and 'ObjectType="Note"' in shape else None


def _free_block(package: Package) -> int:
    """Return the first block of numbers that no drawing of the workbook uses."""
    drawings = [package.read(part) for part in package if part.casefold().endswith(".vml")]
    return max((int(number) // _BLOCK for data in drawings for number in _NUMBER.findall(data)), default=0) + 1


def _shape(number: int, place: Place, text: str, sizes: Sizes) -> str:
    row, column = place
    height = min(24 + _LINE * sum(len(line) // _LETTERS + 1 for line in text.split("\n")), _HIGHEST)
    top = max(row - 1, 0)
    right, across = _reach(column + 1, 15 + _WIDTH, sizes.widths, _USUAL_WIDTH)
    bottom, down = _reach(top, 4 + height, sizes.heights, _USUAL_HEIGHT)
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;width:{_WIDTH * 3 // 4}pt;'
        f'height:{height * 3 // 4}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{column + 1}, 15, {top}, 4, {right}, {across}, {bottom}, {down}</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _reach(start: int, pixels: int, sizes: Mapping[int, int], usual: int) -> tuple[int, int]:
    """Return the column or row where so many pixels from a first one end, and how far inside it."""
    while pixels > (size := sizes.get(start, usual)):
        pixels -= size
        start += 1
    return start, pixels
