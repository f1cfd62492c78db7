"""The pages of a PDF as pictures, to be looked at without a PDF reader."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

_DPI = 110
"""Enough to read a page on a screen."""


def write_pictures(pdf: Path) -> tuple[Path, ...]:
    """Write each page beside the PDF, `<stem>_page-1.png`, and return the pictures. Raises OSError."""
    pictures = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document, start=1):
            picture = pdf.with_name(f"{pdf.stem}_page-{number}.png")
            page.render(scale=_DPI / 72).to_pil().save(picture, optimize=True)
            pictures.append(picture)
    return tuple(pictures)
