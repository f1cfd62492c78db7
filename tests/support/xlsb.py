"""Small .xlsb workbooks for the tests: no library writes them, and LibreOffice, which reads these, does not either.

Source: [MS-XLSB]. The numbers are those of its records (2.3).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from struct import pack

_ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EXCEL = "application/vnd.ms-excel."


class Error(str):
    """An error typed into a cell."""

    formula = False


class FormulaError(Error):
    """The result of a formula."""

    formula = True


@dataclass(frozen=True)
class Xlsb:
    """A workbook of one sheet; places are counted from 0, merged cells given as top, left, bottom, right.

    A hidden column is its number, or those of the first and the last that one record hides.
    """

    rows: Sequence[Sequence[object]]
    hidden_rows: Collection[int] = ()
    hidden_columns: Sequence[int | tuple[int, int]] = ()
    struck: Collection[tuple[int, int]] = ()
    struck_inside: Collection[tuple[int, int]] = ()
    merged: Collection[tuple[int, int, int, int]] = ()
    filtered: bool = False
    state: int = 0
    name: str = "Référents"

    def content(self) -> bytes:
        """Return the bytes of the file."""
        texts = list(dict.fromkeys(str(self.rows[row][column]) for row, column in self.struck_inside))
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
            archive.writestr("_rels/.rels", _relations(("officeDocument", "xl/workbook.bin")))
            archive.writestr("xl/_rels/workbook.bin.rels", _relations(*_PARTS))
            archive.writestr("xl/workbook.bin", self._workbook())
            archive.writestr("xl/worksheets/sheet1.bin", self._sheet(texts))
            archive.writestr("xl/styles.bin", _styles())
            archive.writestr("xl/sharedStrings.bin", _shared(texts))
        return buffer.getvalue()

    def _workbook(self) -> bytes:
        sheet = pack("<LL", self.state, 1) + _wide("rId1") + _wide(self.name)
        return _record(131) + _record(143) + _record(156, sheet) + _record(144) + _record(132)

    def _sheet(self, texts: list[str]) -> bytes:
        width = max(map(len, self.rows))
        used = pack("<4L", 0, len(self.rows) - 1, 0, width - 1)
        spans = [one if isinstance(one, tuple) else (one, one) for one in self.hidden_columns]
        columns = b"".join(_record(60, pack("<4LH", *span, 2560, 0, 1)) for span in spans)
        merged = b"".join(_record(176, pack("<4L", a[0], a[2], a[1], a[3])) for a in self.merged)
        rows = b"".join(self._row(number, texts) for number in range(len(self.rows)))
        return b"".join([
            _record(129), _record(148, used),
            _record(390) + columns + _record(391) if columns else b"",
            _record(145), rows, _record(146),
            _record(161, used) + _record(163, pack("<LH", 0, 0)) + _record(164) + _record(162) if self.filtered else b"",
            _record(177, pack("<L", len(self.merged))) + merged + _record(178) if merged else b"",
            _record(130),
        ])  # fmt: skip

    def _row(self, number: int, texts: list[str]) -> bytes:
        hidden = 0x10 if number in self.hidden_rows else 0
        row = _record(0, pack("<LLHBBBL", number, 0, 300, 0, hidden, 0, 0))
        for column, value in enumerate(self.rows[number]):
            head = pack("<LL", column, int((number, column) in self.struck))
            if (number, column) in self.struck_inside:
                row += _record(7, head + pack("<L", texts.index(str(value))))
            elif value not in ("", None):
                row += _cell(head, value)
        return row


_PARTS = (("worksheet", "worksheets/sheet1.bin"), ("styles", "styles.bin"), ("sharedStrings", "sharedStrings.bin"))
_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.bin" ContentType="{_EXCEL}sheet.binary.macroEnabled.main"/>'
    f'<Override PartName="/xl/worksheets/sheet1.bin" ContentType="{_EXCEL}worksheet"/>'
    f'<Override PartName="/xl/styles.bin" ContentType="{_EXCEL}styles"/>'
    f'<Override PartName="/xl/sharedStrings.bin" ContentType="{_EXCEL}sharedStrings"/></Types>'
)


def _relations(*targets: tuple[str, str]) -> str:
    each = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _record(kind: int, data: bytes = b"") -> bytes:
    return _number(kind) + _number(len(data)) + data


def _number(value: int) -> bytes:
    low, high = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _number(high) if high else bytes([low])


def _wide(text: str) -> bytes:
    return pack("<L", len(text)) + text.encode("utf-16-le")


def _cell(head: bytes, value: object) -> bytes:
    match value:
        case Error():
            code = bytes([_ERRORS[value]])
            formula = pack("<HL", 0, 2) + b"\x1c" + code + pack("<L", 0)  # the error itself: « =#REF! »
            return _record(11, head + code + formula) if value.formula else _record(3, head + code)
        case bool():
            return _record(4, head + bytes([value]))
        case int() | float():
            return _record(5, head + pack("<d", value))
        case _:
            return _record(6, head + _wide(str(value)))


def _styles() -> bytes:
    """Two cell formats: the plain one, and one that strikes through."""

    def font(grbit: int) -> bytes:
        return _record(43, pack("<HHHHBBBB", 220, grbit, 400, 0, 0, 2, 0, 0) + bytes(8) + b"\2" + _wide("Calibri"))

    def cell_format(number: int, parent: int = 0) -> bytes:
        return _record(47, pack("<HHHHHBBBB", parent, 0, number, 0, 0, 0, 0, 0, 0)[:14] + bytes(2))

    one, two = pack("<L", 1), pack("<L", 2)
    return b"".join([
        _record(278), _record(611, two), font(0), font(8), _record(612),
        _record(603, one), _record(45, bytes(68)), _record(604), _record(613, one), _record(46, bytes(51)), _record(614),
        _record(626, one), cell_format(0, 0xFFFF), _record(627),
        _record(617, two), cell_format(0), cell_format(1), _record(618), _record(279),
    ])  # fmt: skip


def _shared(texts: Sequence[str]) -> bytes:
    """Each text has its end struck through, from its fourth character on."""
    each = b"".join(_record(19, b"\1" + _wide(text) + pack("<LHH", 1, 3, 1)) for text in texts)
    return _record(159, pack("<LL", len(texts), len(texts))) + each + _record(160)
