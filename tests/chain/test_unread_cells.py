"""A cell that the template writes in full and that cannot be read is printed as it is, and told."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from pipeline.errors import ExitCode
from pipeline.render.unread import filtered_columns
from support.program import mlds
from support.results import report_of
from support.rows import GOOD, HEADERS
from support.templates import DOCUMENT, SHIPPED, changed, line

DEBUT, FIN = "Début de mission", "Fin de mission"


def test_the_columns_that_the_shipped_letter_writes_in_full() -> None:
    assert set(filtered_columns(SHIPPED)) == {(DEBUT, "date"), (FIN, "date")}


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("{{ autres.Frais | euros }}", [("Frais", "euros")]),
        ('{{ autres["Frais"] | trim | euros | en_lettres }}', [("Frais", "euros")]),
        ('{% if autres["Frais"] | annee_scolaire == "x" %}y{% endif %}', [("Frais", "annee_scolaire")]),
        ("{{ autres.Frais | upper }}{{ imp.montant | en_lettres }}{{ '3' | en_lettres }}", []),
    ],
)
def test_what_counts_is_the_filter_that_reads_the_cell(tag: str, found: list[tuple[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "lettre.docx"
    path.write_bytes(SHIPPED.read_bytes())
    changed(path, DOCUMENT, "<w:sectPr", f"{line(tag)}<w:sectPr")
    assert [one for one in filtered_columns(path) if one[0] == "Frais"] == found


def workbook(path: Path) -> Path:
    book = Workbook()
    book.active.append([*HEADERS.values(), DEBUT, FIN])
    for number, dates in enumerate((["à la rentrée", "31/3/27"], ["lundi 4 janvier 2027", ""])):
        book.active.append([*(GOOD | {"referent_nom": f"Exemple{'abc'[number]}"}).values(), *dates])
    book.save(path)
    return path


@pytest.mark.parametrize("command", ["verifier", "produire"])
def test_the_cell_is_named_and_the_letter_is_made(command: str, project: Path) -> None:
    done = mlds(command, workbook(project / "classeur.xlsx"), cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
    (folder,) = (project / "sortie").rglob("rapport.json")
    (doubt,) = [one for one in report_of(folder.parent)["anomalies"] if one["code"] == "texte_non_lu"]
    assert (doubt["ligne"], doubt["colonne"], doubt["gravite"]) == (2, DEBUT, "avertissement")
    assert "« à la rentrée » est imprimé tel quel" in doubt["message"]
    assert "une date, comme 04/01/2027" in doubt["message"]


def test_a_faulty_template_stops_no_mere_check(project: Path) -> None:
    changed(project / "templates/lettre_mission.docx", DOCUMENT, "<w:sectPr", f"{line('{% if imp %}')}<w:sectPr")
    done = mlds("verifier", workbook(project / "classeur.xlsx"), cwd=project)
    assert done.returncode == ExitCode.OK, done.stderr
