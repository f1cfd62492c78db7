"""The register of schools: read whatever saved it, refused when damaged, compared with a row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.stage import clean
from pipeline.errors import ConfigError, ExitCode
from pipeline.model import Anomaly, Severity, Verdict
from pipeline.settings.config import Config
from pipeline.summarize.kinds import TITLES
from pipeline.table import CellFault
from pipeline.uai import key_of, made_up
from pipeline.validate.register import Annuaire, Fiche
from pipeline.validate.register_file import read_annuaire, require_fitting
from pipeline.validate.register_names import read_nom
from pipeline.validate.stage import validate
from support.program import ROOT, mlds
from support.rows import GOOD, HEADERS, table_of
from support.schools import (
    BRANLY,
    CONDORCET,
    DENECOURT,
    JAURES,
    JAURES_BROU,
    JAURES_SAINT_OUEN,
    LP_CONDORCET,
    REGISTER,
    SAINT_JOSEPH,
    TOWN,
    school,
)

SCHOOLS = ROOT / "tests/support/data/etablissements.csv"
MINISTRY = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Adresse_1;Adresse_2;"
    "Adresse_3;Code_postal;Code_commune;Nom_commune;Code_departement;etat"
)
EXPORTED = (
    MINISTRY,
    "0930122C;LYCEE GENERAL ET TECHNOLOGIQUE CONDORCET;Lycée;Public;\"31 rue Désiré Chevalier ; bât. A\";;93105 MONTREUIL CEDEX;93105;93048;Montreuil;093;OUVERT",
    "0770002J;Collège Denecourt;Collège;Public;670 allée de Barbeau;;77590 BOIS LE ROI;77590;77037;Bois-le-Roi;077;OUVERT",
    "0940176F;Ecole élémentaire Robert Doisneau;Ecole;Public;Allée du Puits;;94260 FRESNES;94260;94034;Fresnes;094;OUVERT",
    "0750001U;Collège Ailleurs;Collège;Public;;;75001 PARIS;75001;75101;Paris 1er Arrondissement;075;OUVERT",
)  # fmt: skip
CODES = ("77", "93", "94")


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a register: its lines, and how it is encoded."""

    def write(lines: tuple[str, ...] | str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "annuaire.csv"
        path.write_bytes((lines if isinstance(lines, str) else "\r\n".join(lines)).encode(encoding))
        return path

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\n0", "\n").replace(";0", ";"),  # saved by Excel: leading zeros lost
        lambda text: text.replace(MINISTRY, MINISTRY.lower()),
        lambda text: text.replace(",", " ").replace(";", ",").replace("Chevalier ,", "Chevalier ;"),
        lambda text: text.replace(";", "\t").replace("Chevalier \t", "Chevalier ;"),
        lambda text: text.replace(";OUVERT", ""),  # trailing blank cells left out
        lambda text: text + "\r\n\r\n;;;\r\n",
    ],
)
def test_the_ministrys_export(written: Callable[..., Path], encoding: str, change: Callable[[str], str]) -> None:
    annuaire = read_annuaire(written(change("\r\n".join(EXPORTED)), encoding), CODES)
    assert sorted(annuaire.fiches) == ["0770002J", "0930122C", "0940176F"]
    fiche = annuaire.fiches["0770002J"]
    assert (fiche.noms, fiche.communes, fiche.departement) == (
        ("Collège Denecourt",),
        ("Bois-le-Roi", "BOIS LE ROI"),
        "77",
    )


def test_a_list_of_ones_own() -> None:
    annuaire = read_annuaire(SCHOOLS, CODES)
    assert len(annuaire.fiches) > 40
    assert annuaire.fiches["0930883E"].shown == "« Collège Saint-Exupéry » (Noisy-le-Grand)"


def test_a_school_with_two_lines_bears_both_names(written: Callable[..., Path]) -> None:
    again = EXPORTED[2].replace("Collège Denecourt", "Collège du Bois")
    fiche = read_annuaire(written((*EXPORTED, again)), CODES).fiches["0770002J"]
    assert fiche.noms == ("Collège Denecourt", "Collège du Bois")
    assert fiche.is_named(read_nom("Clg du Bois"))


def test_a_name_is_shown_on_one_line_and_never_endless(written: Callable[..., Path]) -> None:
    path = written(f'uai;nom;commune\n0770002J;"Collège\n  Denecourt {"x" * 9_000}";Bois-le-Roi\n')
    (fiche,) = read_annuaire(path, ["77"]).fiches.values()
    assert fiche.noms[0].startswith("Collège Denecourt x")
    assert len(fiche.shown) < 250


def test_a_lost_zero_comes_back_only_where_the_key_proves_it(written: Callable[..., Path]) -> None:
    many = tuple(f"077{number:04}{key_of(f'077{number:04}')};École {number};Bourg" for number in range(200))
    path = written(("uai;nom;commune", *many, "770002K;Collège Denecourt;Bois-le-Roi"))
    assert len(read_annuaire(path, ["77"]).fiches) == 200


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "est vide"),
        (" \n", "est vide"),
        (b"PK\x03\x04" + b"\0" * 40, "est un classeur. Enregistrez-le au format CSV"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 40, "est un classeur"),
        (b"uai;nom;commune\n0770002J;a\0b;c", "est abîmé, son texte ne se lit pas"),
        ("uai;nom;commune\n0770002J;Collège Denecourt;Bois".encode() + b"\xe9\n", "est abîmé, son texte ne se lit pas"),
        (b"\xff\xfeu", "est abîmé, son texte ne se lit pas"),
        ("nom;ville;chef\na;b;c", "ne dit pas le numéro UAI ni la commune de chaque établissement"),
        ("nom;ville;chef\na;b;c", "Colonnes trouvées : « nom », « ville », « chef »."),
        ("nom;ville;chef\na;b;c", "« Identifiant_de_l_etablissement », « Nom_etablissement » et « Nom_commune »"),
        ("<html><body>Erreur 404</body></html>", "ne dit pas le numéro UAI ni le nom ni la commune"),
        ('uai;nom;commune\n0770002J;"Collège;Bois-le-Roi\n0930122C;x;y', "est abîmé vers la ligne"),
        ("uai;nom;commune\n0770002J;Collège Denecourt;Bois-le-Roi\n093", "sa ligne 3 est coupée"),
        ("uai;nom;commune\n0770002J;Collège;Denecourt;Bois-le-Roi", "sa ligne 2 a plus de cellules que la première"),
        ("uai;nom;commune\n1;Collège Denecourt;Bois-le-Roi", "1 de ses 1 lignes n’ont pas de numéro UAI juste"),
        ("uai;nom;commune\n", "est abîmé"),
        ("uai;nom;commune\n0770002J;Collège Denecourt;Bois-le-Roi", "aucun établissement du département 93 ni du 94"),
    ],
)  # fmt: skip
def test_a_register_that_cannot_serve_is_refused(tmp_path: Path, content: str | bytes, words: str) -> None:
    path = tmp_path / "annuaire.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        read_annuaire(path, CODES)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert caught.value.exit_code is ExitCode.CONFIG


def test_no_file_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="n’existe pas"):
        read_annuaire(tmp_path / "annuaire.csv", CODES)
    with pytest.raises(ConfigError, match="bien un fichier"):
        read_annuaire(tmp_path, CODES)


def test_a_register_of_other_schools_is_refused_before_it_condemns_the_campaign() -> None:
    uais = [f"077{number}{key_of(f'077{number}')}" for number in range(9000, 9020)]
    known = Annuaire({uai: Fiche(uai, ("École",), ("Bourg",)) for uai in uais[:10]})
    require_fitting(Path("annuaire.csv"), known, [*uais, "", 3, CellFault("#REF!"), made_up("75")])
    require_fitting(Path("annuaire.csv"), known, uais[11:])
    with pytest.raises(ConfigError, match="ne connaît que 9 des 19 établissements du classeur") as caught:
        require_fitting(Path("annuaire.csv"), known, uais[1:])
    assert caught.value.exit_code is ExitCode.CONFIG


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: f"uai;nom;commune\n{text}".encode("utf-8", "replace"))
)
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "quelconque.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="annuaire"):  # no such file holds a school of the three départements
        read_annuaire(path, CODES)


def row(fiche_or_uai: str, nom: str, commune: str, **more: Any) -> dict[str, Any]:
    return GOOD | {"uai": fiche_or_uai, "etablissement": nom, "commune": commune} | more


def judged(config: Config, *rows: dict[str, Any], annuaire: Annuaire = REGISTER) -> Verdict:
    return validate(clean(table_of(rows)).table, config, annuaire)


def only(verdict: Verdict) -> Anomaly:
    (anomaly,) = about_the_register(verdict)
    assert anomaly.code in TITLES
    return anomaly


def about_the_register(verdict: Verdict) -> list[Anomaly]:
    """Return the anomalies, but for the remark on « Clg », which any row that writes so has."""
    return [one for one in verdict.anomalies if one.code != "etablissement_abrege"]


@pytest.mark.parametrize(
    "cells",
    [
        row(JAURES, "Collège Jean Jaurès", "Montreuil"),
        row(JAURES, "CLG JEAN JAURES", "MONTREUIL CEDEX"),
        row(JAURES, "Collège Jean Jaurès - Montreuil", ""),
        row(CONDORCET, "Lycée Condorcet", "Montreuil"),
        row(CONDORCET, "LGT Condorcet", "Montreuil"),
        row(LP_CONDORCET, "LP Condorcet", "Montreuil"),
        row(SAINT_JOSEPH, "Lycée Saint-Joseph La Salle", "Créteil"),
        row(BRANLY, "Lycée Édouard Branly", "Créteil"),
        row(DENECOURT, "Collège Denecourt", "0") | {"commune": ""},
    ],
)
def test_a_row_that_agrees_is_left_in_peace(config: Config, cells: dict[str, Any]) -> None:
    verdict = judged(config, cells)
    assert len(verdict.letters) == 1
    assert about_the_register(verdict) == []


def test_the_register_agrees_with_itself(config: Config) -> None:
    annuaire = read_annuaire(SCHOOLS, CODES)
    rows = [
        row(fiche.uai, fiche.noms[0], fiche.communes[0], referent_nom=f"Nom{'abcdefghij'[index // 10]}{'klmnopqrst'[index % 10]}")
        for index, fiche in enumerate(annuaire.fiches.values())
    ]  # fmt: skip
    assert judged(config, *rows, annuaire=annuaire).anomalies == ()


@pytest.mark.parametrize(
    ("cells", "code", "column", "words"),
    [
        (row("0939999N", "Collège Neuf", "Montreuil"), "uai_inconnu", "RNE", "n’est pas dans l’annuaire. Vérifiez le numéro, et que"),
        (row("0939999N", "Collège Neuf", ""), "uai_inconnu", "RNE", "n’est pas dans l’annuaire"),
        (row("0939999N", "Collège Jean Jaurès", "Montreuil"), "uai_inconnu", "RNE", f"L’annuaire donne « {JAURES} » à « Collège Jean Jaurès » (Montreuil)."),
        (row(JAURES, "Collège Ailleurs", "Montreuil"), "etablissement_annuaire", "Établissement", "ce qui diffère du nom écrit ici"),
        (row(JAURES, "Lycée Jean Jaurès", "Montreuil"), "etablissement_annuaire", "Établissement", "« Collège Jean Jaurès » (Montreuil)"),
        (row(JAURES, "Collège Denecourt", ""), "etablissement_annuaire", "Établissement", f"L’annuaire donne « {DENECOURT} »"),
        (row("0939999N", "Collège Denecourt", ""), "uai_inconnu", "RNE", f"L’annuaire donne « {DENECOURT} »"),
        (row(SAINT_JOSEPH, "Collège Saint-Joseph La Salle", "Créteil"), "etablissement_annuaire", "Établissement", "« SAINT JOSEPH LA SALLE »"),
        (row(CONDORCET, "LP Condorcet", "Montreuil"), "etablissement_annuaire", "Établissement", f"L’annuaire donne « {LP_CONDORCET} »"),
        (row(JAURES, "Collège Jean Jaurès", "Saint-Ouen"), "commune_annuaire", "Commune", f"L’annuaire donne « {JAURES_SAINT_OUEN} »"),
        (row(JAURES, "Collège Jean Jaurès", "Nulle-Part"), "commune_annuaire", "Commune", "ce qui diffère de la commune écrite ici"),
    ],
)  # fmt: skip
def test_what_is_doubtful_keeps_its_letter(
    config: Config, cells: dict[str, Any], code: str, column: str, words: str
) -> None:
    verdict = judged(config, cells)
    assert len(verdict.letters) == 1
    anomaly = only(verdict)
    assert (anomaly.code, anomaly.column, anomaly.severity) == (code, column, Severity.AVERTISSEMENT)
    assert words in anomaly.message


@pytest.mark.parametrize(
    ("cells", "code", "column", "words"),
    [
        (row("0939999N", "Collège Neuf", "Nulle-Part"), "uai_inconnu", "RNE", "aucun établissement n’y est à « Nulle-Part »"),
        (row(JAURES, "Collège Ailleurs", "Nulle-Part"), "uai_autre_etablissement", "RNE", "l’annuaire le donne à « Collège Jean Jaurès » (Montreuil)"),
        (row(JAURES_SAINT_OUEN, "Lycée Condorcet", "Montreuil"), "uai_autre_etablissement", "RNE", "Si c’est l’annuaire qui n’est pas à jour"),
        (row(JAURES_SAINT_OUEN, "LP Condorcet", "Montreuil"), "uai_autre_etablissement", "RNE", f"L’annuaire donne « {LP_CONDORCET} »"),
        (row(JAURES, "Collège Jean Jaurès", "Brou-sur-Chantereine"), "departement_contradictoire", "Commune", "est dans le 77, mais l’UAI"),
        (row(JAURES, "Collège Jean Jaurès", "Brou-sur-Chantereine"), "departement_contradictoire", "Commune", f"L’annuaire donne « {JAURES_BROU} »"),
        (row("0939999N", "Collège Neuf", "Créteil"), "departement_contradictoire", "Commune", "« Créteil » est dans le 94"),
        (row(JAURES, "Collège Jean Jaurès", "", departement="77"), "departement_contradictoire", "departement", f"L’annuaire donne « {JAURES_BROU} »"),
    ],
)  # fmt: skip
def test_what_would_go_astray_has_no_letter(
    config: Config, cells: dict[str, Any], code: str, column: str, words: str
) -> None:
    verdict = judged(config, cells)
    assert verdict.letters == ()
    anomaly = only(verdict)
    assert (anomaly.code, anomaly.column, anomaly.severity) == (code, column, Severity.ERREUR)
    assert words in anomaly.message


@pytest.mark.parametrize(
    ("uai", "nom", "commune", "more", "end"),
    [
        ("", "Collège Denecourt", "Bois-le-Roi", {}, f"L’annuaire donne « {DENECOURT} » à « Collège Denecourt » (Bois-le-Roi)."),
        ("", "Clg Denecourt", "", {}, f"L’annuaire donne « {DENECOURT} »"),
        ("", "Collège Jean Jaurès", "", {}, ""),
        ("", "Collège Jean Jaurès", "", {"departement": "77"}, f"L’annuaire donne « {JAURES_BROU} »"),
        ("", "Collège Jean Jaurès", "Montreuil", {}, f"L’annuaire donne « {JAURES} »"),
        ("", "Collège Denecourt", "Montreuil", {}, ""),
        ("", "Lycée Condorcet", "Montreuil", {}, ""),
        ("", "LP Condorcet", "Montreuil", {}, f"L’annuaire donne « {LP_CONDORCET} »"),
        ("", "Lycée Édouard Branly", "Créteil", {}, f"L’annuaire donne « {BRANLY} »"),
        ("", "Collège Autre", "Bois-le-Roi", {}, ""),
        ("0770003J", "Collège Denecourt", "Bois-le-Roi", {}, f"C’est sans doute « {DENECOURT} »"),
        ("0770020J", "Collège Denecourt", "Bois-le-Roi", {}, f"C’est sans doute « {DENECOURT} »"),
        ("0770002A", "Collège Denecourt", "Bois-le-Roi", {}, f"C’est sans doute « {DENECOURT} »"),
        ("077002J", "Collège Denecourt", "Bois-le-Roi", {}, f"C’est sans doute « {DENECOURT} »"),
        ("0770002A", "Collège Autre", "Bois-le-Roi", {}, ""),
        ("0770002A", "Collège Denecourt", "Montreuil", {}, ""),
        (JAURES[:6] + "9" + JAURES[7], "Collège Jean Jaurès", "", {}, f"C’est sans doute « {JAURES} »"),
        (made_up("75"), "Collège Denecourt", "Bois-le-Roi", {}, f"L’annuaire donne « {DENECOURT} »"),
    ],
)  # fmt: skip
def test_a_uai_is_proposed_never_corrected(
    config: Config, uai: str, nom: str, commune: str, more: dict[str, Any], end: str
) -> None:
    cells = row(uai, nom, commune, **more)
    without, anomaly = judged(config, cells, annuaire=Annuaire()).anomalies[0], only(judged(config, cells))
    assert (anomaly.code, anomaly.severity, anomaly.cell) == (without.code, Severity.ERREUR, without.cell)
    assert end in anomaly.message
    if not end:
        assert anomaly == without
    assert ("si les chiffres sont justes" in anomaly.message) == (anomaly.code == "uai_cle" and not end)


@pytest.mark.parametrize(
    ("nom", "commune", "right"),
    [
        ("Collège Jean Macé", "Villeneuve", "0779001"),
        ("Collège Jean Macé", "Villeneuve-le-Comte", "0779002"),
        ("Collège Parc", "Meaux", "0779003"),
        ("Collège Parc Frot", "Meaux", "0779004"),
    ],
)
def test_of_several_schools_the_one_that_fits_best(config: Config, nom: str, commune: str, right: str) -> None:
    schools = (
        school("0779001", "Collège Jean Macé", "Villeneuve"),
        school("0779002", "Collège Jean Macé", "Villeneuve-le-Comte"),
        school("0779003", "Collège du Parc", "Meaux"),
        school("0779004", "Collège Parc Frot", "Meaux"),
    )
    annuaire = Annuaire({fiche.uai: fiche for fiche in schools})
    (anomaly,) = judged(config, row("", nom, commune), annuaire=annuaire).anomalies
    assert f"L’annuaire donne « {right}{key_of(right)} »" in anomaly.message


def test_a_short_name_of_its_own_commune_is_not_that_of_another_departement(config: Config) -> None:
    schools = (*TOWN, school("0779005", "Collège des Prés", "Saint-Ouen"))
    annuaire = Annuaire({fiche.uai: fiche for fiche in schools})
    assert (
        judged(config, row(JAURES_SAINT_OUEN, "Collège Jean Jaurès", "Saint-Ouen"), annuaire=annuaire).anomalies == ()
    )


def test_an_unreadable_departement_does_not_hide_what_the_register_says(config: Config) -> None:
    verdict = judged(config, row(JAURES, "Collège Ailleurs", "Montreuil", departement="Nord-Est"))
    assert [one.code for one in verdict.anomalies] == ["departement_illisible", "etablissement_annuaire"]


def test_a_faulty_cell_is_said_once(config: Config) -> None:
    for cells in ({"uai": CellFault("#REF!")}, {"etablissement": CellFault("#REF!")}):
        verdict = judged(config, row(JAURES, "Collège Jean Jaurès", "Montreuil", departement="93") | cells)
        assert only(verdict).code == "cellule_en_erreur"


def test_a_departement_without_a_school_in_the_register_is_left_alone(config: Config) -> None:
    annuaire = Annuaire({DENECOURT: REGISTER.fiches[DENECOURT]})
    assert judged(config, row("0939999N", "Collège Neuf", "Nulle-Part"), annuaire=annuaire).anomalies == ()


def test_a_vacant_post_of_an_unknown_school_stays_one(config: Config) -> None:
    vacant = {"referent_civilite": "", "referent_nom": "vacant", "referent_prenom": ""}
    verdict = judged(config, row("0939999N", "Collège Neuf", "Montreuil") | vacant)
    assert len(verdict.vacancies) == 1
    assert only(verdict).code == "a_pourvoir"


@pytest.fixture
def with_register(project: Path) -> Path:
    """A user's project whose config.toml names a register beside it."""
    path = project / "config.toml"
    text = path.read_text(encoding="utf-8")
    assert 'fichier = ""' in text
    path.write_text(text.replace('fichier = ""', 'fichier = "annuaire.csv"'), encoding="utf-8")
    return project


def test_the_command_compares_with_the_register(with_register: Path, make_workbook: Callable[..., Path]) -> None:
    (with_register / "annuaire.csv").write_bytes(SCHOOLS.read_bytes())
    rows = [
        row("0770002J", "Collège Denecourt", "Bois-le-Roi"),
        row("0770020J", "Collège Denecourt", "Bois-le-Roi", referent_nom="Autre"),
    ]
    workbook = make_workbook([list(HEADERS.values()), *([cells[name] for name in HEADERS] for cells in rows)])
    done = mlds("verifier", workbook, cwd=with_register)
    assert done.returncode == ExitCode.ROWS_LEFT, done.stderr
    assert "Annuaire" in done.stderr
    assert "C’est sans doute « 0770002J »" in done.stderr
    assert "1 lettre à produire" in done.stderr.replace("\N{NO-BREAK SPACE}", " ")


def test_a_register_that_is_missing_stops_the_command(with_register: Path) -> None:
    done = mlds("verifier", "data/sample.xlsx", cwd=with_register)
    assert done.returncode == ExitCode.CONFIG, done.stderr
    assert f"{with_register / 'annuaire.csv'} : cet annuaire des établissements n’existe pas" in done.stderr


def test_a_register_of_other_schools_stops_the_command(with_register: Path, make_workbook: Callable[..., Path]) -> None:
    (with_register / "annuaire.csv").write_bytes(SCHOOLS.read_bytes())
    schools = [f"077{number}{key_of(f'077{number}')}" for number in range(9000, 9020)]
    rows = [row(uai, "Collège des Tilleuls", "Villeneuve") for uai in schools]
    workbook = make_workbook([list(HEADERS.values()), *([cells[name] for name in HEADERS] for cells in rows)])
    done = mlds("verifier", workbook, cwd=with_register)
    assert done.returncode == ExitCode.CONFIG, done.stderr
    assert "ne connaît que 0 des 20 établissements du classeur" in done.stderr
