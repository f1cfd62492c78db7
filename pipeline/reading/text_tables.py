"""Tables saved as text (csv): how they are encoded, what separates their cells, and the cells themselves."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd

from pipeline.errors import InputError
from pipeline.reading.merged import Grid
from pipeline.table import CellFault

_SEPARATORS = ";\t,"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEP_LINE = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
_LEAST_COLUMNS = 4
"""A table of référents has at least a UAI, a school, a référent and a chef."""
_SAMPLE = 64
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
FAULT = re.compile(r"#(?:REF|VALUE|VALEUR|NAME|NOM|NUM|NOMBRE|DIV/0|NULL|NUL|N/A)[!?]?|Err\s?:\s?\d{3}")
"""What a cell in error shows, in English and in French, in Excel and in LibreOffice."""


def is_text_table(path: Path) -> bool:
    """Return whether a file is a text whose first lines are cut into cells."""
    text = _decode(path.read_bytes())
    return text is not None and not _CONTROL.search(text[:100_000]) and _separator(text) != ""


def read_text_table(path: Path, content: bytes) -> Grid:
    """Read a csv in UTF-8, UTF-16 or cp1252, its cells separated by « ; », « , » or a tab, every cell as text.

    Raises InputError, in French, when the quotes of its cells do not close.
    """
    text = _decode(content) or ""
    separator = _separator(text)
    if said := _SEP_LINE.match(text):
        text = text[said.end() :]  # Excel does not show this line, and does not count it
    width = max((line.count(separator) for line in text.splitlines()), default=0) + 1
    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, header=None, names=range(width), dtype=str, keep_default_na=False,
            na_filter=False, skip_blank_lines=False, index_col=False,
        )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        raise InputError(
            f"{path} : ce tableau ne peut pas être lu, un guillemet n’y est pas refermé. Ouvrez-le dans Excel, "
            "enregistrez-le au format .xlsx, puis recommencez."
        ) from error
    return [[CellFault(cell) if FAULT.fullmatch(cell) else cell for cell in row] for row in frame.to_numpy().tolist()]


def _decode(content: bytes) -> str | None:
    encodings = [encoding for bom, encoding in _BOMS if content.startswith(bom)]
    if not encodings and b"\0" in content[:400]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    for encoding in encodings or ["utf-8", "cp1252"]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _separator(text: str) -> str:
    """Return what separates the cells: what a « sep= » line says, else the sign that cuts the most lines in four."""
    if said := _SEP_LINE.match(text):
        return said[1]
    lines = text[:200_000].splitlines()[:_SAMPLE]
    cuts = {sign: sum(line.count(sign) >= _LEAST_COLUMNS - 1 for line in lines) for sign in _SEPARATORS}
    best = max(cuts, key=lambda sign: cuts[sign])
    return best if cuts[best] > 0 else ""
