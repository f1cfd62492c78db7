"""Tables saved as text (csv): how they are encoded, what separates their cells, and the cells themselves."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from pipeline.errors import InputError
from pipeline.load.cells import OF_ANOTHER_CODE
from pipeline.table import MAX_ROWS, CellFault
from pipeline.xlsx.parts import MAX_COLUMNS, MAX_FILLED, MAX_LINE, TooManyRowsError, require_fewer

_SEPARATORS = ";\t,|"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEP_LINE = re.compile(r'"?sep=([^\r\n"])"?\r?\n?', re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_LEAST_COLUMNS = 4
"""A table of référents has at least a UAI, a school, a référent and a chef."""
_SAMPLE = 64
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_END = "\ufdd0"
"""A line after the last one; no text holds this sign, which Unicode keeps for programs."""
_LATIN_9 = re.compile(r"[A-Za-zÀ-ÿ]½[a-zà-ÿ]|[0-9] ?¤")
"""What is seen of œ and € when ISO-8859-15 is read as cp1252: both have the same code for every other French letter."""
_FORMULA_OF_TEXT = re.compile(r'="([^"]*)"')
"""How programs that write a csv for Excel keep the first zero of « 0770123A »: Excel shows the text alone."""
FAULT = re.compile(r"#(?:REF|VALUE|VALEUR|NAME|NOM|NUM|NOMBRE|DIV/0|NULL|NUL|N/A)[!?]?|Err\s?:\s?\d{3}")
"""What a cell in error shows, in English and in French, in Excel and in LibreOffice."""


def is_text_table(content: bytes) -> bool:
    """Return whether a file is a text whose first lines are cut into cells."""
    text = _decode(content)
    sample = text[:100_000]
    is_text = "\0" not in sample and len(_CONTROL.findall(sample)) * 100 <= len(sample)
    return is_text and _separator(text) != ""


def read_text_table(path: Path, content: bytes, most_rows: int = MAX_ROWS) -> Iterator[list[object]]:
    """Give the rows of a csv in UTF-8, UTF-16, cp1252 or ISO-8859-15, cut by « ; », « , » or a tab, every cell as text.

    Raises InputError, in French, when its signs are of another code, or when the quotes of a cell do not close;
    TooBigError for more cells than any table has, TooManyRowsError for more filled rows than wanted.
    """
    text = _decode(content)
    if found := OF_ANOTHER_CODE.search(text):
        raise InputError(_of_another_code(path, text.count("\n", 0, found.start()) + 1))
    separator = _separator(text)
    skipped = 0
    if said := _SEP_LINE.match(text):
        text, skipped = text[said.end() :], 1  # Excel does not show this line, and does not count it
    line, filled, rows = skipped + 1, 0, 0
    reader = csv.reader(chain(_lines(text), [_END]), delimiter=separator)
    try:
        for row in reader:
            if row == [_END]:
                return
            if any(_is_several_rows(cell, separator) for cell in row):
                raise InputError(_unclosed(path, line))
            filled += len(row) - row.count("")
            require_fewer(len(row), MAX_COLUMNS)
            require_fewer(filled, MAX_FILLED)
            rows += row.count("") < len(row)
            if rows > most_rows:
                raise TooManyRowsError(rows)
            yield [_cell(cell) for cell in row]
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        raise InputError(_unclosed(path, line)) from error


def _lines(text: str) -> Iterator[str]:
    for line in _LINE.finditer(text):  # a file in memory would take four bytes a sign
        require_fewer(line.end() - line.start(), MAX_LINE)
        yield line[0]


def _cell(text: str) -> object:
    if found := _FORMULA_OF_TEXT.fullmatch(text):
        return found[1]
    return CellFault(text) if FAULT.fullmatch(text) else text


def _is_several_rows(cell: str, separator: str) -> bool:
    """Return whether a cell has swallowed the rows that follow it, or the whole end of the file."""
    return cell.endswith(_END) or ("\n" in cell and cell.count(separator) >= _LEAST_COLUMNS - 1)


def _unclosed(path: Path, line: int) -> str:
    return (
        f"{path} : ce tableau ne peut pas être lu, un guillemet n’est pas refermé à la ligne {line} du fichier. "
        "Ouvrez-le dans Excel, vérifiez cette ligne, enregistrez-le au format .xlsx, puis recommencez."
    )


def _of_another_code(path: Path, line: int) -> str:
    return (
        f"{path} : les lettres accentuées de ce fichier ne peuvent pas être lues (la première est à la ligne {line}). "
        "Ouvrez-le dans le logiciel qui l’a fait, enregistrez-le au format .xlsx ou « CSV UTF-8 », puis recommencez."
    )


def _decode(content: bytes) -> str:
    """Read the text by its first bytes, else as UTF-8, else as cp1252 or ISO-8859-15; U+FFFD stands for the rest.

    The Ctrl-Z that ends the files of MS-DOS is none of it.
    """
    content = content.removesuffix(b"\x1a")
    encodings = [encoding for bom, encoding in _BOMS if content.startswith(bom)]
    if not encodings and b"\0" in content[:400]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    if encodings:
        return content.decode(encodings[0], "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
        return content.decode("iso8859-15") if _LATIN_9.search(text) else text


def _separator(text: str) -> str:
    """Return what separates the cells: what a « sep= » line says, else the sign that cuts the most lines in four.

    Else one that cuts most lines in two: no table of référents, but a message can then name its columns.
    """
    if said := _SEP_LINE.match(text):
        return said[1]
    lines = text[:200_000].splitlines()[:_SAMPLE]
    cuts = {sign: sum(line.count(sign) >= _LEAST_COLUMNS - 1 for line in lines) for sign in _SEPARATORS}
    best = max(cuts, key=lambda sign: cuts[sign])
    halved = (sign for sign in _SEPARATORS if 2 * sum(sign in line for line in lines) > len(lines))
    return best if cuts[best] > 0 else next(halved, "")
