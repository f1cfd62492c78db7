"""Text that is struck through: its cell is pointed at, and no letter prints it without a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from pipeline.clean.stage import clean
from pipeline.load.stage import load
from pipeline.model import Severity, Verdict
from pipeline.settings.config import Config
from pipeline.validate.stage import validate
from support.workbooks import HEAD, ROW, converted, row, shared_texts, table, xlsx
from support.xlsb import Xlsb

STRUCK, BOLD = InlineFont(strike=True), InlineFont(b=True)


def none_declared(role: str) -> Sequence[str]:
    """Return the headers that config.toml declares: none."""
    return ()


def judged(path: Path, content: bytes, config: Config) -> Verdict:
    path.write_bytes(content)
    return validate(clean(load(path, none_declared)).table, config)


def said(verdict: Verdict) -> list[tuple[str, str, Severity]]:
    return [(one.code, one.cell, one.severity) for one in verdict.anomalies]


def put(cell: str, value: object) -> Callable[[Workbook], object]:
    return lambda book: book.active.__setitem__(cell, value)


def strike(*cells: str) -> Callable[[Workbook], object]:
    def change(book: Workbook) -> None:
        for cell in cells:
            book.active[cell].font = Font(strike=True)

    return change


PARTLY = CellRichText(TextBlock(STRUCK, "Collège "), "Lycée Jules Simon")
WHOLLY = CellRichText(TextBlock(STRUCK, "Collège "), TextBlock(STRUCK, "des Tilleuls"))
BOLDLY = CellRichText(TextBlock(BOLD, "Collège "), "des Tilleuls")


@pytest.mark.parametrize(
    ("value", "words"), [(PARTLY, "des mots de cette cellule sont barrés"), (WHOLLY, "cette cellule est barrée")]
)
@pytest.mark.parametrize("format", ["xlsx", "xls", "ods"])
def test_words_struck_inside_a_cell_are_an_error_there(
    value: object, words: str, format: str, tmp_path: Path, config: Config
) -> None:
    content = table(ROW, row(), change=put("B3", value))
    content = content if format == "xlsx" else converted(tmp_path, format, content)[0]
    verdict = judged(tmp_path / f"t.{format}", content, config)
    struck = [one for one in verdict.anomalies if one.code == "texte_barre"]
    assert [(one.cell, one.severity) for one in struck] == [("B3", Severity.ERREUR)]
    assert words in struck[0].message
    assert [letter.row.line for letter in verdict.letters] == [2]


def test_an_xlsb_says_it_too(tmp_path: Path, config: Config) -> None:
    partly = Xlsb([HEAD, row(referent_nom="Exemple")], struck_inside=[(1, 7)])
    assert said(judged(tmp_path / "t.xlsb", partly.content(), config)) == [("texte_barre", "H2", Severity.ERREUR)]
    wholly = Xlsb([HEAD, row(referent_nom="Exemple")], struck=[(1, 7)])
    assert said(judged(tmp_path / "t.xlsb", wholly.content(), config)) == [("texte_barre", "H2", Severity.ERREUR)]


def test_a_struck_vacant_post_is_a_warning(tmp_path: Path, config: Config) -> None:
    vacant = row(referent_nom="À pourvoir", referent_prenom=None, referent_civilite=None)
    verdict = judged(tmp_path / "t.xlsx", table(vacant, change=strike("H2")), config)
    assert said(verdict)[1:] == [("texte_barre", "H2", Severity.AVERTISSEMENT)]
    assert "« À pourvoir » : cette cellule est barrée" in verdict.anomalies[1].message
    assert len(verdict.vacancies) == 1
    whole = judged(tmp_path / "t.xlsx", table(vacant, change=strike(*(f"{one}2" for one in "ABCDEFGHIJKLM"))), config)
    assert [one.code for one in whole.anomalies] == ["a_pourvoir", "ligne_barree"]


def test_texts_that_several_cells_share_are_told_apart(tmp_path: Path, config: Config) -> None:
    text = (
        '<r><rPr><strike/></rPr><t xml:space="preserve">Dupont </t></r><r><rPr><strike val="0"/></rPr><t>Durand</t></r>'
    )
    content = shared_texts(table(row(referent_nom="@0"), row(referent_nom="Seul")), text)
    assert said(judged(tmp_path / "t.xlsx", content, config))[0] == ("texte_barre", "H2", Severity.ERREUR)


def test_the_end_of_a_struck_cell_may_stand_without_the_line(tmp_path: Path, config: Config) -> None:
    value = CellRichText("Dupont ", TextBlock(InlineFont(strike=False), "Durand"))
    content = table(ROW, change=lambda book: (put("H2", value)(book), strike("H2")(book)))
    (one,) = (one for one in judged(tmp_path / "t.xlsx", content, config).anomalies if one.code == "texte_barre")
    assert one.message.startswith("« Dupont Durand » : des mots de cette cellule sont barrés")


def test_a_whole_row_is_a_remark_on_that_row(tmp_path: Path, config: Config) -> None:
    content = table(ROW, row(uai="0939999N"), change=strike(*(f"{letter}3" for letter in "ABCDEFGHIJKL")))
    verdict = judged(tmp_path / "t.xlsx", content, config)
    assert ("ligne_barree", "A3", Severity.AVERTISSEMENT) in said(verdict)
    assert len(verdict.letters) == 2


@pytest.mark.parametrize("cell", ["A2", "B2", "E2", "H2", "I2", "K2", "L2"])
def test_one_struck_cell_that_the_letter_prints_stops_it(cell: str, tmp_path: Path, config: Config) -> None:
    verdict = judged(tmp_path / "t.xlsx", table(ROW, change=strike(cell)), config)
    assert said(verdict) == [("texte_barre", cell, Severity.ERREUR)]


def test_elsewhere_it_is_a_remark(tmp_path: Path, config: Config) -> None:
    content = xlsx([[*HEAD, "Bassin"], [*ROW, "Nord"]], strike("J2", "M2"))
    verdict = judged(tmp_path / "t.xlsx", content, config)
    assert said(verdict) == [("texte_barre", cell, Severity.AVERTISSEMENT) for cell in ("J2", "M2")]
    assert len(verdict.letters) == 1


def test_what_is_not_struck_or_holds_nothing_is_left_alone(tmp_path: Path, config: Config) -> None:
    content = table(ROW, change=lambda book: (put("B2", BOLDLY)(book), strike("M2", "A1", "B9")(book)))
    assert said(judged(tmp_path / "t.xlsx", content, config)) == []


def test_a_struck_cell_merged_over_several_rows_stops_each(tmp_path: Path, config: Config) -> None:
    second = [None if place == 1 else value for place, value in enumerate(row(referent_nom="Autre"))]
    content = table(ROW, second, change=lambda book: (book.active.merge_cells("B2:B3"), strike("B2")(book)))
    verdict = judged(tmp_path / "t.xlsx", content, config)
    assert said(verdict) == [("texte_barre", cell, Severity.ERREUR) for cell in ("B2", "B3")]
