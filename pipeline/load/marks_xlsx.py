"""The marks of the sheets of an xlsx or xlsm workbook. Source: ISO/IEC 29500-1, 18 (SpreadsheetML)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from pipeline.load.cells import PLAIN, Kinds, Marks, Shared
from pipeline.table import MAX_ROWS, CellFault
from pipeline.xlsx.parts import (
    MAX_COLUMNS,
    MAX_ELEMENTS,
    MAX_ROW,
    MAX_TEXTS,
    Parts,
    Place,
    TooManyRowsError,
    elements,
    local_name,
    only_one_each,
    parts_of,
    place_of,
    plain,
    relation_of,
    relations,
    require_fewer,
)

_YES, _NO = ("1", "true"), ("0", "false")
_CHUNK = 1 << 20


def read_marks(content: bytes, most_rows: int = MAX_ROWS) -> list[Marks]:
    """Return the marks of each sheet of an xlsx or xlsm file, given whole, in the order of the workbook.

    The reading engine gives "" for a cell in error and for a formula never computed, which would pass for a blank.
    Raises TooBigError for more rows, cells or texts than any workbook has.
    """
    parts = parts_of(content)
    sheets = _sheets(parts)
    for sheet in sheets:
        _require_few_rows(parts, sheet, most_rows)  # before millions of shared texts are read
    shared = _shared(parts)
    return [_marks(parts, sheet, shared, Marks(most_rows)) for sheet in sheets]


def _require_few_rows(parts: Parts, sheet: str, most: int) -> None:
    """Count the filled rows of a sheet by their usual marks, without parsing. Raises TooManyRowsError beyond `most`."""
    count, rest = 0, b""
    with parts.open(sheet) as stream:
        while chunk := stream.read(_CHUNK):
            *rows, rest = (rest + chunk).split(b"</row>")
            rest = rest[-_CHUNK:]
            count += sum(b"<v>" in row or b"<is>" in row for row in rows)
            if count > most:
                raise TooManyRowsError(count)


def _sheets(parts: Parts) -> list[str]:
    """Return the part of each sheet, in the order of the workbook.

    Raises ValueError when two sheets have one name or one part: nobody can say which of them the user sees.
    """
    targets = relations(parts, "xl/workbook.xml")
    named = [
        (sheet.get("name", "").casefold(), targets.get(relation_of(sheet), ("", ""))[1])
        for sheet in elements(parts, "xl/workbook.xml", "sheet")
        if local_name(sheet.getparent()) == "sheets"
    ]
    only_one_each((plain(part), name) for name, part in named if part)
    return list(only_one_each(named).values())


def _shared(parts: Parts) -> Shared:
    lengths: list[int] = []
    kinds: dict[int, Kinds] = {}
    for text in elements(parts, "xl/sharedStrings.xml", "si"):
        require_fewer(len(lengths), MAX_TEXTS)
        if text.find("{*}r") is not None:
            kinds[len(lengths)] = _strikes(text)
        lengths.append(sum(map(len, text.itertext())))
    return Shared(_struck_styles(parts), lengths, kinds)


def _struck_styles(parts: Parts) -> frozenset[str]:
    """Return the styles, by the number that cells name them with, whose font is struck through."""
    fonts: list[bool] = []
    formats: list[str] = []
    for element in elements(parts, "xl/styles.xml", "font", "xf"):
        parent = local_name(element.getparent())
        if parent == "fonts":
            fonts.append(_any_strikes(element.iterfind("{*}strike")))
        elif parent == "cellXfs":
            formats.append(element.get("fontId", "0"))
    struck = {str(number) for number, is_struck in enumerate(fonts) if is_struck}
    return frozenset(str(number) for number, font in enumerate(formats) if font in struck)


def _strikes(text: etree._Element) -> Kinds:
    parts = [part for part in text.iterfind("{*}r") if (part.findtext("{*}t") or "").strip()]
    styles = [part.find("{*}rPr") for part in parts]
    kinds = (None if style is None else _any_strikes(style.iterfind("{*}strike")) for style in styles)
    return frozenset(kinds) or PLAIN


def _any_strikes(found: Iterable[etree._Element]) -> bool:
    return any(strike.get("val", "1") not in _NO for strike in found)


def _marks(parts: Parts, part: str, shared: Shared, marks: Marks) -> Marks:
    last, count = -1, 0
    for element in elements(parts, part, "row", "col", "filterColumn", most=MAX_ROW):
        match local_name(element):
            case "row":
                count += 1 + len(element)
                require_fewer(count, MAX_ELEMENTS)
                last = _read_row(element, last, marks, shared)
            case "col":
                marks.describe_columns(_hidden_columns(element))
            case _:
                marks.filtered = True
    marks.filtered = marks.filtered or next(_filters_of_tables(parts, part), None) is not None
    return marks


def _read_row(row: etree._Element, last: int, marks: Marks, shared: Shared) -> int:
    """Read a row and its cells, and return its number, counted from 0; one without a number follows the last."""
    number = int(row.get("r") or last + 2) - 1
    require_fewer(number, MAX_ROWS)
    if row.get("hidden") in _YES or _is_zero(row.get("ht")):
        marks.hidden_rows.add(number)
    place = (number, -1)
    for cell in row.iterchildren("{*}c"):
        reference = cell.get("r")
        place = place_of(reference) if reference else (number, place[1] + 1)
        require_fewer(place[1], MAX_COLUMNS)
        if len(cell):
            _read_cell(cell, place, marks, shared)
    return number


def _read_cell(cell: etree._Element, place: Place, marks: Marks, shared: Shared) -> None:
    value, kind = _value(cell), cell.get("t")
    text = "" if value is None else value.text or ""
    # A formula whose result is an empty text was computed: it has the type « str ».
    if kind == "e" or (not text and kind != "str" and cell.find("{*}f") is not None):
        marks.note_fault(place, CellFault(text))
    elif value is None and kind != "inlineStr":
        return
    marks.reach(*place)
    kinds = marks.note_shared(int(text), shared) if kind == "s" and text.isdecimal() else PLAIN
    if kind == "inlineStr" and (inline := cell.find("{*}is")) is not None:
        kinds = _strikes(inline)
    if shared.struck or kinds is not PLAIN:
        marks.note_strikes(place, kinds, cell.get("s") in shared.struck)


def _value(cell: etree._Element) -> etree._Element | None:
    """Return the value of a cell, which is nearly always alone or last in it: looking for it takes far longer."""
    last = cell[-1]
    return last if isinstance(last.tag, str) and local_name(last) == "v" else cell.find("{*}v")


def _hidden_columns(col: etree._Element) -> range:
    if col.get("hidden") not in _YES and not _is_zero(col.get("width")):
        return range(0)
    return range(int(col.get("min", "1")) - 1, min(int(col.get("max", "0")), MAX_COLUMNS))


def _filters_of_tables(parts: Parts, part: str) -> Iterator[etree._Element]:
    """Give the active filters of the tables laid over a sheet: they are written in parts of their own."""
    for kind, target in relations(parts, part).values() if part else ():
        if kind == "table":
            yield from elements(parts, target, "filterColumn")


def _is_zero(size: str | None) -> bool:
    """Return whether a row's height or a column's width is none at all, which hides it just as well."""
    return size is not None and float(size) == 0
