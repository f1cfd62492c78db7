"""config.toml: what is wrong is said in French, with the place and the nearest key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from pipeline.errors import ConfigError, ExitCode
from pipeline.settings.config import Config, read_config
from pipeline.table import ROLES
from support.program import ROOT

SHIPPED = (ROOT / "config.toml").read_text(encoding="utf-8")


def test_the_shipped_settings(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SHIPPED, encoding="utf-8")
    config = read_config(path)
    assert [dsden.code for dsden in config.dsden] == ["77", "93", "94"]
    assert config.gabarit.fichier == tmp_path / "templates/lettre_mission.docx"
    assert config.dossier_annee == tmp_path / "sortie/2026-2027"
    assert config.dsden_of("75") is None
    assert config.annuaire.fichier is None


def keys_of(section: type[BaseModel], before: str = "") -> set[str]:
    """Return the keys that a section of the settings may hold, its own sections' under their names."""
    keys = set()
    for name, field in section.model_fields.items():
        inner = next((one for one in (field.annotation, *get_args(field.annotation)) if isinstance(one, type)), None)
        if inner is not None and issubclass(inner, BaseModel):
            keys |= keys_of(inner, f"{before}{name}.")
        else:
            keys.add(f"{before}{name}")
    return keys


def written_keys(value: dict[str, Any], before: str = "") -> set[str]:
    """Return the keys of a TOML document; those of a list of tables count once."""
    keys = set()
    for name, inner in value.items():
        first = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], dict) else inner
        nested = isinstance(first, dict) and first
        keys |= written_keys(first, f"{before}{name}.") if nested else {f"{before}{name}"}
    return keys


def with_its_variant() -> str:
    """Return the shipped settings without the « # » in front of the section that they show as an example."""
    start = SHIPPED.index("# [[gabarit.variantes]]")
    end = SHIPPED.index("\n\n", start)
    return SHIPPED[:start] + re.sub(r"^# ?", "", SHIPPED[start:end], flags=re.MULTILINE) + SHIPPED[end:]


def test_every_key_is_in_the_shipped_file_and_no_other() -> None:
    assert written_keys(tomllib.loads(with_its_variant())) == keys_of(Config)


def test_the_variant_shown_as_an_example_is_right_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(with_its_variant(), encoding="utf-8")
    (variante,) = read_config(path).gabarit.variantes
    assert variante.fichier == tmp_path / "templates/lettre_lycee.docx"
    assert (variante.type, variante.dsden, variante.colonne) == ("lycée", ("93", "94"), "Dispositif")
    assert variante.valeurs == ("Micro-lycée", "Lycée du soir")


@pytest.mark.parametrize(
    ("written", "expected"),
    [('fichier = ""', None), ("", None), ('fichier = "data/a.csv"', "data/a.csv"), ('fichier = "/a.csv"', "/a.csv")],
)
def test_the_register_lies_beside_the_settings(tmp_path: Path, written: str, expected: str | None) -> None:
    path = tmp_path / "config.toml"
    assert '[annuaire]\nfichier = ""' in SHIPPED
    path.write_text(SHIPPED.replace('[annuaire]\nfichier = ""', f"[annuaire]\n{written}"), encoding="utf-8")
    assert read_config(path).annuaire.fichier == (tmp_path / expected if expected else None)


AFTER = "pages_max = 2\n"
VARIANTE = '\n[[gabarit.variantes]]\nfichier = "a.docx"\n'
VARIANTES = [
    (VARIANTE + "pages_max = 1", "« gabarit.variantes », première valeur : écrivez au moins une condition"),
    (VARIANTE + 'type = "lycee"', "première rubrique [[gabarit.variantes]], « type » : choisissez entre « collège », « lycée » et « EREA » (écrit : « lycee »)"),
    (VARIANTE + 'types = "lycée"', "première rubrique [[gabarit.variantes]], « types » : cette clé n’existe pas ; vouliez-vous écrire « type »"),
    (VARIANTE + 'dsden = ["92"]', "première rubrique [[gabarit.variantes]], « dsden » : la DSDEN « 92 » n’est pas déclarée ; DSDEN possibles : « 77 », « 93 », « 94 »"),
    (VARIANTE + 'dsden = "93"', "première rubrique [[gabarit.variantes]], « dsden » : il faut une liste entre crochets"),
    (VARIANTE + 'colonne = "Type"', "écrivez dans « valeurs » ce que contient la colonne « Type »"),
    (VARIANTE + 'valeurs = ["x"]', "écrivez dans « colonne » l’en-tête"),
    (VARIANTE + 'valeurs = [""]\ncolonne = "x"', "première rubrique [[gabarit.variantes]], « valeurs », première valeur : ce texte est vide"),
    ('\n[[gabarit.variantes]]\ntype = "lycée"', "première rubrique [[gabarit.variantes]], « fichier » : cette clé manque"),
    (VARIANTE + 'type = "lycée"' + VARIANTE + "colone = 3", "deuxième rubrique [[gabarit.variantes]], « colone » : cette clé n’existe pas ; vouliez-vous écrire « colonne »"),
    ('\n[gabarit.variantes]\nfichier = "a.docx"', "« gabarit.variantes » : écrivez cette rubrique entre doubles crochets, « [[gabarit.variantes]] »"),
    ('\n[[gabarit.variante]]\nfichier = "a.docx"', "« gabarit.variante » : cette clé n’existe pas ; vouliez-vous écrire « variantes »"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("annee_scolaire =", "anee_scolaire =", "« campagne.anee_scolaire » : cette clé n’existe pas ; vouliez-vous écrire « annee_scolaire »"),
        ('"2026-2027"', '"2026"', "deux années qui se suivent"),
        ('"2026-2027"', '"2026-2028"', "deux années qui se suivent"),
        ('"2026-2027"', "2026", "« campagne.annee_scolaire » : écrivez \"2026\", avec ses guillemets droits"),
        ('code = "77"', "code = 77", 'première rubrique [[dsden]], « code » : écrivez "77", avec ses guillemets droits'),
        ('montant = "625.00"', 'montant = "abc"', "deuxième accolade de « imp.bareme », « montant »"),
        ('montant = "625.00"', "montant = 625.5", "entre guillemets avec un point"),
        ('montant = "625.00"', 'montant = "625,00"', "entre guillemets avec un point"),
        ('"2500.00"]', '"999.00"]', "n’est pas dans « bareme » : corrigez l’un des deux"),
        ('code = "93"', 'code = "77"', "déclarée deux fois : gardez une seule"),
        ("ce.93mlds@ac-creteil.fr", "CE.77mlds@ac-creteil.fr", "les DSDEN « 77 » et « 93 » ont la même adresse, « CE.77mlds@ac-creteil.fr »"),
        ('code = "93"', 'code = "093"', "deuxième rubrique [[dsden]], « code » : écrivez le code"),
        ("ce.93mlds@ac-creteil.fr", "ce.93mlds", "deuxième rubrique [[dsden]], « courriel » : écrivez une seule adresse"),
        ("ce.93mlds@ac-creteil.fr", "a@b.fr, c@d.fr", "deuxième rubrique [[dsden]], « courriel » : écrivez une seule adresse"),
        ('intitule = "DSDEN du Val-de-Marne"\n', "", "troisième rubrique [[dsden]], « intitule » : cette clé manque"),
        ('moteur = "auto" ', 'moteur = "excel"', "choisissez entre « auto », « libreoffice » et « word »"),
        ("pages_max = 2", "pages_max = 0", "trop petite : il faut 1 ou plus"),
        ("processus = 0 ", 'processus = "deux"', "nombre entier"),
        ("limite_mo = 10", "limite_mo = -1", "trop petite : il faut plus de 0"),
        ("[classeur.colonnes]", '[classeur.colonnes]\nreferant_nom = "X"', "vouliez-vous écrire « referent_nom »"),
        (
            "[classeur.colonnes]",
            '[classeur.colonnes]\nchef = "Responsable"\nreferent = ["Nom", "RESPONSABLE "]',
            "l’en-tête « RESPONSABLE » est donné à deux colonnes, « chef » et « referent »",
        ),
        ("[sortie]", "[sorties]", "« sorties » : cette clé n’existe pas ; vouliez-vous écrire « sortie »"),
        ('dossier = "sortie"', 'dossier = "C:\\Users"', "écrivez « / »"),
        ('[annuaire]\nfichier = ""', "[annuaire]\nfichier = 3", "annuaire.fichier » : il faut un chemin de fichier entre guillemets"),
        ('[annuaire]\nfichier = ""', '[annuaire]\nfichiers = "a.csv"', "vouliez-vous écrire « fichier »"),
        ("[annuaire]", "[annuaires]", "vouliez-vous écrire « annuaire »"),
        ('securite = "starttls"', 'securite = "aucune"', "que si le serveur est cette machine"),
        ('securite = "starttls"', 'securite = "ssl"', "choisissez entre « starttls », « tls » et « aucune »"),
        ('serveur = ""', 'serveur = "smtp://exemple.fr"', "courrier.serveur » : écrivez le nom du serveur seul"),
        *(('serveur = ""', f'serveur = "{server}"', "courrier.serveur » : écrivez le nom du serveur seul") for server in ("smtp..fr", ".fr", "smtp.fr.", f"{'a' * 64}.fr")),
        *(('serveur = ""', f'serveur = "{server}:587"', "et son port dans « port »") for server in ("smtp.exemple.fr", "127.0.0.1", "dead", "hôte")),
        ('expediteur = ""\nnom', 'expediteur = "DAASEN"\nnom', "courrier.expediteur » : écrivez une seule adresse"),
        ('repondre_a = ""', 'repondre_a = "a@b.fr, c@d.fr"', "courrier.repondre_a » : écrivez une seule adresse"),
        ('nom_expediteur = ""', 'nom_expediteur = "A\\nBcc: x@y.fr"', "sur une seule ligne"),
        ('nom_expediteur = ""', 'nom_expediteur = "=?utf-8?q?a?="', "ni « =? »"),
        ("chiffrement = false", 'chiffrement = "non"', "écrivez true ou false, sans guillemets"),
        ("port = 587", "port = 0", "trop petite"),
        ("limite_mo = 10", "limite_mo = inf", "trop grande : il faut 150 au plus"),
        ("[gabarit]\nfichier", "[gabari]\nfichier", "« gabarit » : cette rubrique manque"),
        *((AFTER, f"{AFTER}{after}", words) for after, words in VARIANTES),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path: Path, before: str, after: str, words: str) -> None:
    assert before in SHIPPED
    path = tmp_path / "config.toml"
    path.write_text(SHIPPED.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert caught.value.exit_code is ExitCode.CONFIG


VISAS = SHIPPED.splitlines().index("visas = [") + 1
FIRST_VISA, COMMA = SHIPPED.splitlines()[VISAS][:-1], SHIPPED.splitlines()[VISAS]
WRITING = [
    (COMMA, FIRST_VISA, f"ligne {VISAS + 1} :\n    {FIRST_VISA.strip()[:60]}", "Il manque une virgule à la fin de cette ligne."),
    ("],\nreferentiel" if "],\nreferentiel" in SHIPPED else "]\nreferentiel", "referentiel", f"ligne {VISAS + 2} :", "Il manque le crochet « ] »"),
    ("limite_mo = 10", "limite_mo = 9,5", ":\n    limite_mo = 9,5", "avec un point : 9.5."),
    ("chiffrement = false", "chiffrement = vrai", ":\n    chiffrement = vrai", "Écrivez « true », en minuscules et sans guillemets."),
    ("chiffrement = false", "chiffrement = non", ":\n    chiffrement = non", "Écrivez « false »"),
    ('code = "77"', "code = « 77 »", ":\n    code = « 77 »", 'Les guillemets sont ceux de Word : mettez des guillemets droits, "…".'),
    ('code = "77"', "code = “77”", "code = “77”", "Les guillemets sont ceux de Word"),
    ('academie = "', "academie = ", "ligne 6 :\n    academie = académie de Créteil", "Mettez ce texte entre guillemets droits"),
    ('code = "77"', 'code = "77', 'code = "77\n', "Il manque le guillemet droit"),
    ('code = "77"', "code =", "code =\n", "Il manque une valeur après « = »."),
    ('code = "77"', 'code "77"', "", "l’écriture n’est pas correcte"),
    ('code = "77"', 'code = "77"\ncode = "78"', ':\n    code = "78"', "écrite deux fois : gardez-en une."),
    ("[campagne]", "[campagne", ":\n    [campagne", "Il manque un crochet « ] »"),
    ('montant = "312.50" },', 'montant = "312.50" }', 'montant = "312.50" }\n', "Il manque une virgule à la fin de cette ligne."),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "shown", "words"), WRITING)
def test_a_line_that_is_not_toml_is_shown_with_what_it_looks_like(
    tmp_path: Path, before: str, after: str, shown: str, words: str
) -> None:
    assert before in SHIPPED
    path = tmp_path / "config.toml"
    path.write_text(SHIPPED.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert shown in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "line",
    ["mot_de_passe = Azerty", "utilisateur = Azerty", "serveur = Azerty", "Azerty", '"mot de passe" = Azerty', "a.b = Azerty", 'port = 587 password = "Azerty"'],
)  # fmt: skip
def test_a_line_that_may_hold_a_password_is_not_shown(tmp_path: Path, line: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"{line}\n{SHIPPED}", encoding="utf-8")
    with pytest.raises(ConfigError, match="ligne 1") as caught:
        read_config(path)
    assert "Azerty" not in str(caught.value)


def test_all_the_faults_at_once(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        SHIPPED.replace('"2026-2027"', '"x"', 1).replace("pages_max = 2", "pages_maxi = 2"), encoding="utf-8"
    )
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert str(caught.value).count("\n  - ") == 2


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="n’existe pas"):
        read_config(tmp_path / "config.toml")
    (tmp_path / "config.toml").write_bytes("académie".encode("cp1252"))
    with pytest.raises(ConfigError, match="UTF-8"):
        read_config(tmp_path / "config.toml")


def test_the_keys_of_the_columns_are_listed_where_they_are_written() -> None:
    comment = SHIPPED.partition("# Clés possibles :")[2].partition("[classeur.colonnes]")[0]
    assert set(re.findall(r"[a-z_]+", comment)) >= set(ROLES)


def test_the_settings_of_mail(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SHIPPED, encoding="utf-8")
    courrier = read_config(path).courrier
    assert (courrier.modele, courrier.autorite) == (tmp_path / "templates/courriel.txt", None)
    assert (courrier.limite_octets, courrier.port, courrier.securite) == (10_000_000, 587, "starttls")
    text = SHIPPED.replace('autorite = ""', 'autorite = "ac.pem"').replace('serveur = ""', 'serveur = "127.0.0.1"')
    path.write_text(text.replace('securite = "starttls"', 'securite = "aucune"'), encoding="utf-8")
    assert read_config(path).courrier.autorite == tmp_path / "ac.pem"


@pytest.mark.parametrize(
    "server", ["smtp.exemple.fr", "localhost", "10.0.0.1", "::1", "2001:db8::25", "::ffff:10.0.0.1"]
)
def test_a_server_has_a_name_or_an_address(tmp_path: Path, server: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SHIPPED.replace('serveur = ""', f'serveur = "{server}"'), encoding="utf-8")
    assert read_config(path).courrier.serveur == server
