"""The workbooks that went wrong once, kept beside the project: each ends as it should. Smaller cases stand in the other tests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.clean.stage import clean
from pipeline.errors import InputError
from pipeline.load.stage import load
from pipeline.model import Severity, Verdict
from pipeline.settings.config import Config, read_config
from pipeline.validate.stage import validate
from support.program import ROOT, mlds
from support.results import report_of

BESIDE = ROOT.parent / "shared/data/a_corriger"
DSDEN = {
    "22": "Côtes-d’Armor",
    "29": "Finistère",
    "35": "Ille-et-Vilaine",
    "56": "Morbihan",
    "975": "Saint-Pierre-et-Miquelon",
}


@dataclass(frozen=True)
class Wanted:
    """What a workbook ends in: how many letters, what some of them print, the lines refused, the cells that warn, those that do not.

    `stop` is a part of the sentence that stops the run, `said` one of what the run says of the workbook.
    """

    letters: int = 0
    printed: dict[int, str] = field(default_factory=dict)
    refused: frozenset[int] = frozenset()
    warned: dict[str, str] = field(default_factory=dict)
    quiet: dict[str, str] = field(default_factory=dict)
    stop: str = ""
    said: str = ""


def lines(text: str) -> frozenset[int]:
    """Return the lines of « 2-4 9 »."""
    spans = [span.partition("-") for span in text.split()]
    return frozenset(n for first, _, last in spans for n in range(int(first), int(last or first) + 1))


WANTED = {
    "B23_header_only.xlsx": Wanted(said="aucune ligne sous les en-têtes"),
    "C07_dept_forms.xlsx": Wanted(14, {17: "Hervé Le Gall"}, lines("9-16"), {"A18": "departement_illisible", "A21": "departement_illisible"}, {"A17": "departement_illisible"}),
    "E04_raw_control_in_xml.xlsx": Wanted(stop="abîmé"),
    "S12_legende_signature.xlsx": Wanted(6),
    "S14_deux_annees.xlsx": Wanted(6, {2: "Paul Martin"}, said="« 2025-2026 » n’a pas été lue"),
    "S16_feuille_brouillon_visible.xlsx": Wanted(6, {2: "Paul Martin"}, said="« Sauvegarde » n’a pas été lue"),
    "S17_feuille_tres_cachee.xlsx": Wanted(6, {2: "Paul Martin"}, said="« Vieux » n’a pas été lue"),
    "S21_texte_barre_partiel.xlsx": Wanted(refused=lines("2-7")),
    "S36_bandeaux_departements_faux.xlsx": Wanted(refused=lines("3 5")),
    "S37_observations_annule.xlsx": Wanted(6, warned={f"I{line}": "remarque" for line in range(2, 7)}),
    "S49_libreoffice.fods": Wanted(stop="Ouvrez-le dans LibreOffice"),
    "S51_entetes_multilignes.xlsx": Wanted(6, {2: "Paul Martin"}),
    "S61_nom_prenom_inverses.xlsx": Wanted(6, {7: "Élodie Riou"}, warned={"E2": "noms_inverses", "E4": "noms_inverses"}),
    "V02_montant_texte.xlsx": Wanted(25, refused=lines("2-7 12 13 22-24 26-41 45-52 54-60 63-65 71-81 83-85")),
    "V04_noms.xlsx": Wanted(79, {65: "Luc Martin", 97: "Luc Martin"}, lines("26 28 52-64 83 84 86-88 94-96 98-100"), {"F105": "nom_douteux"}),
    "V05_referent_une_colonne.xlsx": Wanted(
        37, {35: "Anne Dupont ép. Durand", 37: "Anne Dupont née Durand", 44: "Anne Dupont", 70: "Anne Dupont"}, lines("62-64 69 75-80")
    ),
    "V06_chefs.xlsx": Wanted(24, {}, lines("2-7 9-20 25-29 31-33 37-39")),
    "V07_etablissements.xlsx": Wanted(54, {}, lines("39 40 44 46-52 56")),
    "V08_uai.xlsx": Wanted(25, {}, lines("2 11 14 19 20 23 24 33-46 48")),
    "X02_deux_chefs_meme_uai.xlsx": Wanted(2, warned={"D2": "deux_chefs", "D3": "deux_chefs"}),
    "X08_colonne_statut.xlsx": Wanted(4, warned={"I3": "remarque", "I4": "remarque", "I5": "remarque"}),
    "X11_csv_autre.csv": Wanted(stop="« Produit », « Prix »"),
    "X14_noms_non_latins_fichiers.xlsx": Wanted(6, {6: "Hùng Đặng"}),
    "X15_tabulation_verticale.xlsx": Wanted(6, {2: "Anne Le Goff", 7: "Anne Le Goff"}),
    "X18_adjoint_suppleant.xlsx": Wanted(1, {2: "Paul Martin"}),
    "X19_accents_perdus_entites.xlsx": Wanted(3, refused=lines("2-5 9")),
}  # fmt: skip


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped settings with the départements of those workbooks."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    start, end = text.index("[[dsden]]"), text.index("[classeur]")
    entries = [
        f'[[dsden]]\ncode = "{code}"\nnom = "{name}"\nintitule = "DSDEN {name}"\ncourriel = "ce.{code}@exemple.fr"\n\n'
        for code, name in DSDEN.items()
    ]
    path = tmp_path_factory.mktemp("ailleurs") / "config.toml"
    text = text[:start] + "".join(entries) + text[end:]
    path.write_text(text.replace('"templates/', f'"{ROOT.as_posix()}/templates/'), encoding="utf-8")
    return path


def test_every_workbook_that_lies_there_is_tried() -> None:
    there = {path.name for path in BESIDE.glob("*.*") if path.suffix != ".md"}
    assert not there or there == WANTED.keys()


@pytest.mark.parametrize(
    "path", sorted(path for path in BESIDE.glob("*.*") if path.suffix != ".md"), ids=lambda path: path.stem
)
def test_a_workbook_that_went_wrong_ends_as_wanted(path: Path, elsewhere: Path) -> None:
    wanted, config = WANTED[path.name], read_config(elsewhere)
    if wanted.stop:
        with pytest.raises(InputError, match=re.escape(wanted.stop)):
            _judged(path, config)
        return
    verdict, said = _judged(path, config)
    assert {row.line for row in verdict.rejected} >= wanted.refused
    assert len(verdict.letters) == wanted.letters
    printed = {letter.row.line: letter.referent.nom_complet for letter in verdict.letters}
    assert {line: printed[line] for line in wanted.printed} == wanted.printed
    warned = {(one.cell, one.code) for one in verdict.anomalies if one.severity is Severity.AVERTISSEMENT}
    assert warned >= {*wanted.warned.items()}
    assert not warned & {*wanted.quiet.items()}
    assert wanted.said in said


def _judged(path: Path, config: Config) -> tuple[Verdict, str]:
    table = load(path, config.classeur.headers_of, config.campagne.annee_scolaire)
    return validate(clean(table).table, config), "\n".join(table.notices)


@pytest.mark.parametrize("path", [*BESIDE.glob("B23_*.xlsx")], ids=lambda path: path.stem)
def test_a_header_alone_is_no_success(path: Path, elsewhere: Path) -> None:
    done = mlds("verifier", path, cwd=elsewhere.parent)
    assert done.returncode == 1
    assert report_of(elsewhere.parent / "sortie/verification/2026-2027")["lignes"]["lues"] == 0
