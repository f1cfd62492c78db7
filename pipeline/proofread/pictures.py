"""The pages of a PDF as pictures, to be looked at without a PDF reader."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2
from PIL.Image import Quantize

_DPI = 110
"""Enough to read a page on a screen."""
_SMALL_DPI, _SMALL_COLOURS = 84, 8
"""Enough to recognise a page and to read most of it, in some thirty kilobytes and a fiftieth of a second."""


def write_pictures(pdf: Path) -> tuple[Path, ...]:
    """Write each page beside the PDF, `<stem>_page-1.png`, and return the pictures. Raises OSError."""
    pictures = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, start=1):
            picture = pdf.with_name(f"{pdf.stem}_page-{number}.png")
            page.render(scale=_DPI / 72).to_pil().save(picture, optimize=True)
            pictures.append(picture)
    return tuple(pictures)


def first_page(pdf: Path) -> bytes:
    """Return a light picture of the first page, as the bytes of a PNG; the same PDF gives the same bytes."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=_SMALL_DPI / 72).to_pil()
    data = BytesIO()
    picture.quantize(_SMALL_COLOURS, method=Quantize.FASTOCTREE, dither=0).save(data, "PNG", compress_level=6)
    return data.getvalue()
