"""Tables saved as text: every code, every separator, and no row swallowed by another."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.load.stage import load
from pipeline.load.text_tables import read_text_table
from pipeline.table import LINE, SHEET, CellFault
from support.rows import HEADERS
from support.workbooks import HEAD, ROW, text_table


def none_declared(role: str) -> Sequence[str]:
    return ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("sep_line", [False, True])
def test_a_table_saved_as_text(tmp_path: Path, encoding: str, separator: str, sep_line: bool) -> None:
    rows = [
        ["Titre"],
        [],
        HEAD,
        [*ROW[:7], "Null", *ROW[8:]],
        [*ROW[:7], '"de ""la"" Tour"', *ROW[8:]],
    ]
    text = (f"sep={separator}\r\n" if sep_line else "") + text_table(rows, separator).decode()
    path = tmp_path / "Référents 77.xlsx"  # told by its content, not by its name
    path.write_bytes(text.encode(encoding))
    table = load(path, none_declared)
    assert table.rows["referent_nom"].tolist() == ["Null", 'de "la" Tour']
    assert table.rows["etablissement"].tolist() == ["Collège des Tilleuls"] * 2
    assert table.rows["montant"].tolist() == ["625", "625"]
    assert table.rows[LINE].tolist() == [4, 5]
    assert table.rows[SHEET].tolist() == ["Référents 77"] * 2


def test_a_csv_keeps_its_cells_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text_table([HEAD, [*ROW[:9], "", "#REF!", " 1 250,00 €"]], encoding="cp1252"))
    row = load(path, none_declared).rows.iloc[0]
    assert row[["referent_fonction", "imp", "montant"]].tolist() == ["", CellFault("#REF!"), " 1 250,00 €"]


def test_a_two_row_header_in_a_text_table(tmp_path: Path) -> None:
    group = ["RNE", "Établissement", "Commune", "Chef d'établissement", "", "", "Référent", "", "", "", "IMP", ""]
    under = ["", "", "", "Civilité", "Nom", "Qualité", "Civilité", "Nom", "Prénom", "Corps", "Nombre", "Montant (€)"]
    path = tmp_path / "77.csv"
    path.write_bytes(text_table([["Campagne 2026-2027"], group, under, ROW], encoding="cp1252"))
    table = load(path, none_declared)
    assert list(table.rows.columns) == [SHEET, LINE, *HEADERS]
    assert table.rows[LINE].tolist() == [4]


def test_a_million_blank_rows_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text_table([HEAD, ROW]) + b";;;;;;;;;;;\r\n" * 300_000)
    assert load(path, none_declared).rows[LINE].tolist() == [2]


@given(st.lists(st.lists(st.text(alphabet="ab é;\"'\n", max_size=5), min_size=4, max_size=4), min_size=1, max_size=5))
def test_what_a_program_writes_is_read_back(rows: list[list[str]]) -> None:
    """However its cells are quoted; a cell may hold a line break or a separator, not those of a whole row."""
    rows = [["a", "b", "c", "d"], *([cell.replace(";", "", 2) for cell in row] for row in rows)]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    assert list(read_text_table(Path("x.csv"), text.getvalue().encode())) == rows
