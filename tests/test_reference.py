"""docs/reference.md is what the program is: regenerated here and compared, and each of its tables proved by what happens."""

from __future__ import annotations

import ast
import json
import re
import runpy
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from conftest import GOOD, ROOT, table_of
from test_annuaire import CONDORCET, DENECOURT, JAURES, REGISTER

from pipeline.bundle.differences import Comparaison, Depuis, Detail, Difference, Genre
from pipeline.clean.stage import clean
from pipeline.errors import ExitCode
from pipeline.model import Anomaly, Document, Lot, Modele, Severity
from pipeline.printing.making import MadeLetter, failure
from pipeline.proofread.stage import Reading
from pipeline.render.unread import unread_cells
from pipeline.settings.config import Config
from pipeline.settings.fields import Section
from pipeline.summarize.kinds import KINDS
from pipeline.summarize.machine import CLES, rapport_json
from pipeline.summarize.summary import Summary
from pipeline.table import OTHER, CellFault
from pipeline.uai import key_of
from pipeline.validate.stage import select, validate

SCRIPT = runpy.run_path(str(ROOT / "docs/fabriquer_reference.py"))
PAGE = (ROOT / "docs/reference.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_program_says_now() -> None:
    assert SCRIPT["reference"]() == PAGE, "make reference"
    messages = (ROOT / "docs/messages.md").read_text(encoding="utf-8")
    assert SCRIPT["messages"](messages) == messages, "make reference"


def settings(section: type[Section] = Config) -> Iterator[tuple[type[Section], str]]:
    """Yield each key of config.toml with its section."""
    for key, field in section.model_fields.items():
        inner = get_args(field.annotation)[0] if get_origin(field.annotation) is tuple else field.annotation
        yield section, key
        if isinstance(inner, type) and issubclass(inner, Section):
            yield from settings(inner)


@pytest.mark.parametrize(("section", "key"), list(settings()), ids=lambda one: getattr(one, "__name__", one))
def test_each_setting_says_what_it_is_and_the_shipped_file_shows_it(section: type[Section], key: str) -> None:
    described = section.model_fields[key].description or ""
    assert described.endswith("."), "a French sentence in its Field(description=…)"
    assert described in PAGE
    assert re.search(rf"(?m)^(# )?(    \{{ .*)?(\[\[?([\w.]*\.)?)?{key}\b", (ROOT / "config.toml").read_text("utf-8"))


VACANT = {"referent_nom": "À pourvoir", "referent_prenom": "", "referent_civilite": ""}
UAI_93 = "0939999" + key_of("0939999")
ROWS: dict[tuple[str, Severity], list[dict[str, Any]]] = {}


def brought_about(code: str, severity: Severity, *rows: dict[str, Any]) -> None:
    ROWS[code, severity] = [GOOD | row for row in rows]


STRUCK = {"texte_barre": ("B5", "F5"), "ligne_barree": tuple(f"{letter}5" for letter in "ABCDEFGHIJKL")}
"""The cells that are struck through: the school and the chef’s function, then the whole row."""

E, A, I = Severity.ERREUR, Severity.AVERTISSEMENT, Severity.INFORMATION  # noqa: E741
brought_about("uai_absent", E, {"uai": ""})
brought_about("uai_forme", E, {"uai": "077"})
brought_about("uai_cle", E, {"uai": "0779999B"})
brought_about("uai_academie", E, {"uai": "0759999" + key_of("0759999")})
brought_about("departement_contradictoire", E, {"departement": "94"})
brought_about("etablissement_absent", E, {"etablissement": ""})
brought_about("etablissement_absent", A, {"etablissement": "Villeneuve"})
brought_about("chef_absent", E, {"chef": "Principal"})
brought_about("nom_absent", E, {"referent_nom": ""})
brought_about("prenom_absent", E, {"referent_prenom": ""})
brought_about("nom_prenom_ambigu", E, {"referent": "Martin Paul", "referent_nom": "", "referent_prenom": ""})
brought_about("nom_signes", E, {"referent_nom": "Dup0nt"})
brought_about("plusieurs_personnes", E, {"referent_nom": "Dupont / Martin"})
brought_about("civilite_dans_nom", E, {"referent_nom": "M. Dupont", "referent_civilite": "Mme"})
brought_about("fonction_dans_nom", E, {"chef": "Dupont principal adjoint", "chef_fonction": ""})
brought_about("pas_un_nom", E, {"referent_nom": "Secrétariat"})
brought_about("nom_minuscules", E, {"referent_nom": "Dupont mi-août"})
brought_about("nom_douteux", A, {"referent_nom": "NOUVEAU"})
brought_about("noms_inverses", A, {"referent_nom": "DUPONT"}, {"referent_nom": "Luc", "referent_prenom": "MARTIN"})
brought_about("commune_illisible", A, {"commune": "12"})
brought_about("departement_illisible", A, {"departement": "Nord-Est"})
brought_about("deux_etablissements", A, {}, {"etablissement": "Collège Autre", "referent_nom": "Durand"})
brought_about("deux_communes", A, {}, {"commune": "Autreville", "referent_nom": "Durand"})
brought_about("deux_chefs", A, {}, {"chef": "Luc Autre", "referent_nom": "Durand"})
brought_about("noms_proches", A, {}, {"referent_nom": "Exemples"})
brought_about("uai_inconnu", A, {"uai": "0770001H", "commune": "Bois-le-Roi"})
brought_about("uai_inconnu", E, {"uai": "0770001H", "commune": "Nulle-Part"})
brought_about(
    "uai_autre_etablissement", E, {"uai": JAURES, "etablissement": "Lycée Condorcet", "commune": "Saint-Ouen-sur-Seine"}
)
brought_about(
    "etablissement_annuaire", A, {"uai": DENECOURT, "etablissement": "Collège Voltaire", "commune": "Bois-le-Roi"}
)
brought_about("commune_annuaire", A, {"uai": CONDORCET, "etablissement": "Lycée Condorcet", "commune": "Saint-Ouen"})
brought_about("meme_referent", I, {}, {"uai": UAI_93})
brought_about("referent_chef", A, {"chef": "Anne Exemple", "chef_civilite": "Mme", "chef_fonction": "Principale"})
brought_about("imp_cumul", A, {"imp": "3", "montant": 3750}, {"uai": UAI_93})
brought_about("fonction_illisible", A, {"referent_fonction": "A définir"})
brought_about("fonction_sans_imp", A, {"referent_fonction": "AED"})
brought_about("civilite_absente", A, {"referent_civilite": ""})
brought_about("civilite_illisible", E, {"referent_civilite": "Dr"})
brought_about("civilite_contradictoire", A, {"chef_civilite": "Mme"})
brought_about("nom_majuscules", A, {"referent_nom": "Dupont-MARTIN"})
brought_about("prenom_repete", A, {"referent_nom": "Anne"})
brought_about("chef_ambigu", A, {"chef": "LEBLANC Sylvie"}, {"chef": "Haddad Karim", "uai": UAI_93})
brought_about("etablissement_abrege", A, {"etablissement": "Clg. des Tilleuls"})
brought_about("imp_absent", E, {"imp": "", "montant": ""})
brought_about("imp_date", E, {"imp": datetime(2026, 2, 1), "montant": ""})
brought_about("imp_hors_bareme", E, {"imp": "5", "montant": ""})
brought_about("imp_illisible", E, {"imp": "beaucoup", "montant": ""})
brought_about("montant_hors_bareme", E, {"imp": "", "montant": 800})
brought_about("montant_illisible", E, {"imp": "", "montant": "12 50"})
brought_about("montant_contradictoire", E, {"montant": 1250})
brought_about("montant_inhabituel", A, {"imp": "1/4", "montant": 312.5})
brought_about("imp_fusionnee", A, {"uai": UAI_93}, {"referent_nom": "Durand"})
brought_about(
    "imp_fusionnee", E, {"imp": "1", "montant": 1250}, {"imp": "1", "montant": 1250, "referent_nom": "Durand"}
)
brought_about("sans_imp", A, {"imp": "sans IMP", "montant": ""})
brought_about("pacte", E, {"imp": "Pacte", "montant": ""})
brought_about("cellule_en_erreur", E, {"montant": CellFault("#REF!")})
brought_about("cellule_en_erreur", A, {f"{OTHER}Observations": CellFault("")})
brought_about("texte_barre", E, {})
brought_about("texte_barre", A, {})
brought_about("ligne_barree", A, {})
brought_about("doublon", A, {}, {})
brought_about("deux_montants", A, {}, {"imp": "1", "montant": 1250})
brought_about("meme_personne", A, {}, {"chef": "Paul Autre"})
brought_about("uai_contradictoire", E, {"etablissement": f"Collège des Tilleuls {UAI_93}"})
brought_about("renvoi", E, {"chef": "idem"})
brought_about("signe_dessine", E, {"referent_nom": "Dupont \N{WHITE SMILING FACE}"})
brought_about("texte_abime", E, {"referent_nom": "Lef\N{REPLACEMENT CHARACTER}vre"})
brought_about("second_referent", E, {f"{OTHER}Référent 2": "DURAND Luc"})
brought_about("remarque", A, {f"{OTHER}Observations": "annulé"})
brought_about("texte_non_lu", A, {f"{OTHER}Début de mission": "à la rentrée"})
brought_about("conversion_echouee", E, {})
brought_about("relecture", E, {})
brought_about("a_pourvoir", I, VACANT)
brought_about("ligne_total", I, {}, dict.fromkeys(GOOD, "") | {"uai": "TOTAL", "montant": 625})
brought_about("note", I, {}, dict.fromkeys(GOOD, "") | {"uai": "* sous réserve"})
brought_about("entete_repetee", I, {}, {"uai": "RNE", "etablissement": "Établissement", "commune": "Commune"})
brought_about("hors_selection", I, {"uai": UAI_93})


def found(code: str, rows: list[dict[str, Any]], config: Config) -> list[Anomaly]:
    """Return what the program says of these rows; what printing finds is said of the first."""
    cleaned = clean(table_of(rows)).table
    table = replace(cleaned, filled=(("Référents", 6, "montant"),)) if code == "imp_fusionnee" else cleaned
    if code in STRUCK:
        table = replace(cleaned, struck={("Référents", cell): code == "texte_barre" for cell in STRUCK[code]})
    in_register = code.endswith("_annuaire") or code in ("uai_inconnu", "uai_autre_etablissement")
    verdict = validate(table, config, REGISTER) if in_register else validate(table, config)
    if code == "hors_selection":
        verdict = select(verdict, ("77",), None)
    if code == "texte_non_lu":
        modele = Modele(config.gabarit.fichier, 2)
        return list(unread_cells(verdict.letters, {letter.row: modele for letter in verdict.letters}, table))
    if code == "conversion_echouee":
        return [failure(verdict.letters[0].row, None)]
    if code == "relecture":
        unlike = MadeLetter(Path("x.pdf"), Reading(1, frozenset(), ("Le nom n’y est pas.",)))
        return [failure(verdict.letters[0].row, unlike)]
    return list(verdict.anomalies)


@pytest.mark.parametrize(("code", "severity"), list(ROWS))
def test_each_kind_of_anomaly_comes_about_with_the_weight_that_the_page_gives(
    code: str, severity: Severity, config: Config
) -> None:
    said = {(one.code, one.severity) for one in found(code, ROWS[code, severity], config)}
    assert (code, severity) in said
    assert all(one.severity in KINDS[one.code].gravites for one in found(code, ROWS[code, severity], config))


def test_no_kind_of_anomaly_is_left_out() -> None:
    assert {(code, severity) for code, kind in KINDS.items() for severity in kind.gravites} == set(ROWS)


def test_no_code_of_the_rules_and_none_of_its_weights_is_unknown_to_the_page() -> None:
    weights = {"error": E, "warning": A}
    codes, weighed = set(), set()
    for path in (ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if (
                name in (*weights, "anomaly", "Anomaly")
                and len(node.args) >= 3
                and isinstance(node.args[1], ast.Constant)
            ):
                codes.add(node.args[1].value)
                weighed |= {(node.args[1].value, weights[name])} if name in weights else set()
    assert len(codes) > 40
    assert codes <= set(KINDS)
    assert weighed <= {(code, severity) for code, kind in KINDS.items() for severity in kind.gravites}


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Yield the keys of a report as the page writes them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from keys(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        assert value, f"an empty list would hide the keys of {path}"
        for inner in value:
            yield from keys(inner, f"{path}[]")
    else:
        yield path


def test_each_key_of_the_report_is_in_the_page_and_no_other(config: Config) -> None:
    cleaned = clean(table_of([GOOD, GOOD | {"uai": ""}]))
    verdict = validate(cleaned.table, config)
    documents = tuple(Document(letter, Path("x.pdf"), 1, "") for letter in verdict.letters)
    lots = (Lot("77", Path("x.zip"), documents, 1, "ab", ("lettres/x.pdf",)),)
    change = Difference(Genre.MODIFIEE, GOOD["uai"], "Collège", "A", "B", (Detail("montant", "1", "2"),))
    differences = (Comparaison("77", Depuis.ENVOI, datetime(2026, 9, 3), (change,)),)
    summary = Summary(
        config, Path("x.xlsx"), cleaned.table, cleaned.changes, verdict, documents, lots, "x", datetime(2026, 9, 1),
        rectificatifs=(replace(lots[0], numero=1),), differences=differences,
    )  # fmt: skip
    assert list(dict.fromkeys(keys(json.loads(rapport_json(summary, {"anomalies.xlsx": b""}))))) == list(CLES)


def test_each_exit_code_has_its_meaning() -> None:
    assert all(f"| `{int(code)}` | {code.sens} |" in PAGE for code in ExitCode)


def test_each_variable_that_the_program_reads_is_in_the_page() -> None:
    read = {
        node.value
        for path in (ROOT / "pipeline").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"MLDS_[A-Z_]+", node.value)
    }
    # Given by the program to the LibreOffice that it starts; what the names of all the passwords begin with.
    own = {"MLDS_TRACE", "MLDS_MOT_DE_PASSE"}
    assert read - own == set(SCRIPT["VARIABLES"])
