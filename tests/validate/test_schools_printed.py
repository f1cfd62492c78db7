"""What a letter may name as a school or a commune: every word that is none is refused, every one that is one printed."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.clean.remarks import sends_elsewhere
from pipeline.clean.stage import clean
from pipeline.model import Anomaly, Letter, Severity
from pipeline.settings.config import Config
from pipeline.uai import key_of, made_up
from pipeline.validate.no_schools import why_no_commune, why_no_school
from pipeline.validate.register import Annuaire, Fiche
from pipeline.validate.stage import validate
from support.program import ROOT
from support.rows import GOOD, HEADERS, table_of
from support.verdicts import said, verdict_of

BESIDE = ROOT.parent / "shared/data/etablissements_77_93_94.csv"
REGISTERS = [ROOT / "tests/support/data/etablissements.csv", *([BESIDE] if BESIDE.exists() else [])]
SCHOOLS = (
    "Lycée du Sacré-Coeur", "ECOLE PRIVEE VAL SAINT ANDRE (Ecole secondaire générale)", "L.T.P. CLOVIS HUGUES",
    "Lycée polyvalent modèle électronique", "Lycée Ami", "LP PR HC UIMM ALPES", "Lycée professionnel les Ferrages", "SEP. VICTOR HUGO",
    "Lycée régional César Baldaccini (anciennement lycée du Rempart)", "Agricampus Hautes-Alpes", "Lycée Cours Bastide",
    "Collège des Tilleuls", "COLLEGE JEAN MOULIN", "collège jean moulin", "CLG Jean Moulin", "C. Jean Moulin", "LP Jean Moulin",
    "L.P. Jean Moulin", "Lycée pro. Jean Moulin", "SEP du lycée Jean Moulin", "EREA Jean Moulin", "Jean Moulin",
    "Collège Jean Moulin (REP+)", "Collège Jean Moulin - Rennes", "Collège Jean Moulin, 35000 Rennes", "Lycée d’Arsonval",
    "Lycée l'Élorn", "Collège « Jean Moulin »", 'Collège "Jean Moulin"', "Cité scolaire Jean Moulin", "Institut Jean Moulin",
    "Lycée Jean Moulin et collège", "Collège & Lycée Jean Moulin", "Collège n° 3", "Collège Nᵒ 3", "Collège n° 1", "Collège B",
    "Collège 1er mai", "Micro-lycée de Rennes", "Lycée de la 2ᵉ chance", "Collège Дружба", "Skolaj Diwan", "DIWAN Plésidi",
    "Collège de la Ferme", "Lycée La Ferme du Buisson", "Collège Le Totalisateur", "Collège Testelin", "Lycée Testu",
    "Collège Henri Annoulé", "Lycée Notre-Dame de la Merci", "Institution Saint-Vincent", "Collège du Centre", "Lycée Sans Souci",
    "Collège Vide-Bouteille", "Collège de l’Europe", "Lycée A. Briand", "Collège A. Tavernier", "Collège Saint-Exupéry (site A)",
    "Collège Non-Pareil", "Lycée En Forêt", "Collège Même-Combat", "Collège Voirin", "Centre éducatif fermé des Ormes",
    "Lycée des métiers du bâtiment", "École européenne", "Lycée international", "Collège Pas-de-Calais", "Collège Néant-sur-Yvel",
    "Lycée Principal-Durand", "Collège Mme de Sévigné", "Collège Madame de Staël", "Lycée Nouvelle Chance", "Lycée des Sciences",
    "Lycée polyvalent Nord", "Collège Est", "LGT E. Zola", "ULIS Jean Moulin", "GRETA de Rennes", "Sainte-Marie", "Notre-Dame",
    "Lycée Pierre de Fermat", "Lycée La Fermelière", "Collège de l'Annonciade", "Lycée Charles Renouvier", "Lycée Alain",
    "Collège Alain", "Lycée Arago", "Collège Sans Frontières", "Lycée Jean-Baptiste Say", "Collège Centre-Ville",
    "Collège Nord", "Collège Bourg", "Lycée hôtelier de Dinard", "Lycée maritime", "Lycée agricole de Laval",
    "Collège Voltaire", "Lycée Jules Renard", "Lycée Claude Lebois", "Collège Robert Doisneau", "Lycée Marc Seguin",
    "Lycée Renoir", "Collège Le Devoir", "Collège Savoir et Agir", "Collège Beauvoir", "Lycée Simone de Beauvoir",
    "Collège Terre de Noues", "Collège du Belvédère", "Collège La Cerisaie", "Collège Idrac", "Collège Ibn Khaldoun",
    "Lycée Ibn-Sina", "Collège Henri Wallon", "Lycée Alexandre Dumas", "Collège André Malraux", "Lycée Fernand et Nadia Léger",
    "Collège Martin Luther King", "LYCEE PROFESSIONNEL GUSTAVE EIFFEL", "LP privé Saint-Pierre", "Collège 19 mars 1962",
    "Collège du 8 mai 1945", "Collège Anne-Frank", "Lycée Émile-Zola", "Collège Confluence", "Collège Jean Rostand",
    "Lycée Suger", "Collège Annie Girardot", "Collège Henri IV", "Lycée Henri-IV", "Collège Louis XIV", "Collège François Ier",
    "Lycée Pie X", "Collège Pie X", "Institution Jeanne-d’Arc", "Collège Stade", "École Alsacienne",
    "Collège Jean Vilar (Villetaneuse)", "Collège Romain Rolland - Tremblay", "Cours Hattemer", "Collège Diwan",
    "Lycée Diwan Karaez", "Collège Per Jakez Helias", "Collège Max Jacob", "Collège Jean Perrin", "Lycée Carcouët",
    "Collège Rosa-Parks", "Lycée Notre-Dame-du-Vœu", "Lycée d’application", "Lycée d’État Jean Zay", "Lycée du Parc impérial",
    "Collège du Pays des Abers", "Collège Le Racinay", "Collège Cousteau", "Lycée Gutenberg", "Lycée Léonard de Vinci",
    "LEGTA de Kerliver", "EREA Toulouse-Lautrec", "ERPD de Bréviandes", "Collège Autre", "Collège Neuf", "Collège Neuf-Brisach",
    "Collège Nouveau Monde", "Collège Vieux-Port", "Collège René Char", "Lycée Nelson-Mandela", "Lycée St-Exupéry",
    "Lycée Ste-Marie", "Lycée N.-D. de Sion", "Lycée ND Mongré", "C.E.S. Jean Moulin", "LPO Lycée des métiers Louis Blériot",
    "Unité pédagogique Jean Moulin", "Lycée de Navarre", "Lycée Navarre", "Lycée polyvalent de l’Iroise", "Lycée Fénelon",
    "Collège Fénelon", "Lycée Vauban", "Collège La Tour d’Auvergne", "Lycée Amiral Ronarc’h", "Lycée du Léon",
    "Collège Penn-ar-C’hleuz", "Collège Les Quatre Moulins", "Lycée Colbert", "Collège Jeanne d'Arc - Sacré-Cœur",
    "Collège Kervihan", "Micro-lycée 93", "Micro-lycée 94", "Pôle innovant lycéen", "Lycée de la Nouvelle Chance",
    "Lycée des Possibles", "Collège Le Précurseur", "Lycée Louis Armand", "Collège E. Triolet", "Collège R. Schuman",
    "Collège H. Boucher", "Lycée M. Pagnol",
)  # fmt: skip
NO_SCHOOLS = (
    "annulé", "ANNULÉ", "Annulée", "annulation", "annulé le 12/10", "poste annulé", "ne pas faire", "NE PAS FAIRE", "à ne pas faire",
    "Ne pas envoyer SVP", "doublon", "Doublon !", "doublon du collège Zola", "à supprimer", "A SUPPRIMER", "supprimé", "ligne à supprimer",
    "fermé", "Fermé", "FERME", "fermé au 1er septembre", "établissement fermé", "Fermeture", "test", "TEST", "Test 2", "test école",
    "N/A", "n/a", "NA", "NC", "n.c.", "néant", "NEANT", "Néant.", "sans objet", "Sans objet", "s.o.", "total", "Total 77", "Sous-total",
    "???", "?", "*", "**", "…", "...", "-", "–", "xxx", "XX", "x", "TBD", "tbc", "à confirmer", "À compléter", "à définir", "à préciser",
    "à venir", "en attente", "en cours", "en cours d’affectation", "non renseigné", "non communiqué", "inconnu", "Inconnue", "vide",
    "rien", "aucun", "vacant", "Collège Jean Moulin ?", "Collège ?", "Collège Jean Moulin (?)", "Collège Jean…", "Lycée Jean Moul...",
    "Collège", "COLLEGE", "Lycée", "lycee", "Lycée professionnel", "Lycée général et technologique", "CLG", "Clg.", "LP", "L.P.", "LGT",
    "LPO", "EREA", "SEGPA", "École", "Collège de", "Lycée du", "Cité scolaire", "Collège/Lycée", "Collège et lycée", "Établissement",
    "établissement scolaire", "Ensemble scolaire privé", "Lycée pro", "Lycée agricole", "Nouveau collège", "Collège privé", "GRETA",
    "Collège test", "Lycée XXX", "Collège inconnu", "Lycée à définir", "Collège non renseigné", "Établissement à préciser",
    "Collège Jean Moulin (fermé)", "Collège Jean Moulin - annulé", "Collège Jean Moulin (à vérifier)", "Collège Jean Moulin à confirmer",
    "Collège Jean Moulin / ne pas faire", "Collège Jean Moulin fermé", "Collège Jean Moulin, doublon", "Collège Jean Moulin (N/A)",
    "Lycée Zola ne pas envoyer", "voir ligne 12", "Voir mail", "cf.", "cf. ligne 4", "idem", "idem…", "Idem ci-dessus", '"', "''", "〃",
    "« »", "id.", "le même", "même collège", "ci-dessus", "Collège Jean Moulin (voir note)", "Nom de l’établissement", "Commune",
    "Principal", "Proviseure", "CPE", "Professeur d’EPS", "Référent", "M. DURAND Paul", "Mme Martin", "secretariat@ac-rennes.fr",
    "Collège Zola ou collège Hugo", "Collège Zola (sous réserve)", "#N/A", "=B12", "oui", "non", "ok", "RAS", "VRAI", "0", "12", "0350510A", "01/09/2026", "brouillon", "autre", "exemple",
    "voir ci-dessus", "même établissement", "—", "″", "à annuler", "ne pas éditer", "ne plus utiliser", "obsolète", "fusionné",
    "fusionné avec le collège Zola", "transféré", "rattaché au lycée Zola", "n’existe plus", "n'existe pas",
    "établissement inconnu", "école fermée", "collège fermé", "TEST 1", "essai", "démo", "modèle", "à compléter", "Grand total",
    "Total général", "TOTAL GENERAL", "Sous total", "Somme", "récapitulatif", "S/O", "SO", "s/o", "non applicable",
    "non concerné", "aucun établissement", "pas d’établissement", "-----", "!!", "°", ".", "xxxx", "#REF!", "école", "Lyc.",
    "Lyc", "LEGT", "LPP", "Lycée polyvalent", "Lycée général", "Collège public", "Collège REP", "Collège REP+",
    "Collège (REP+)", "Institut", "Institution", "Internat", "Collège d'enseignement secondaire", "établissement privé",
    "Collège Privé sous contrat", "ULIS", "collège/lycée", "Voir Mme Durand", "voir avec la DSDEN", "cf mail du 12",
    "Cf. onglet 2", "idem ligne du dessus", "idem.", "IDEM", "Idem 2025", "même que l'an dernier", "comme l’an dernier",
    "comme 2025", "pareil", "Pareil", "ditto", '" "', "”", '-"-', "« idem »", "(idem)", "[annulé]", "(annulé)", "ANNULE",
    "annulé cette année", "annulé - ne pas faire", "NE PAS FAIRE !!!", "ne pas faire cette année", "Pas de lettre",
    "pas de référent", "doublons", "en double", "double", "doublon ?", "à retirer", "retiré", "retirée", "A retirer SVP",
    "fermeture", "fermeture 2026", "FERMÉ", "Fermé.", "fermé depuis 2025", "Test.", "tests", "N.A.", "n.a", "n / a", "N/A.",
    "Non renseigné", "NR", "NSP", "? ?", "¿", "je ne sais pas", "ne sait pas", "à voir", "à voir avec le chef", "à demander",
    "en cours de saisie", "en attente de réponse", "à renseigner plus tard", "(vide)", "sans", "sans nom", "sans établissement",
    "to be confirmed", "à déterminer", "X", "XXX", "Collège X", "collège ...", "lycée …", "Collège ____", "établissement",
    "Etab", "Collège à confirmer", "Lycée à venir", "Collège (à préciser)", "Collège - fermé", "Collège fermé en 2025",
    "Lycée Zola (annulé)", "Lycée Zola - ANNULE", "Lycée Zola annulé", "Lycée Zola (doublon)", "Lycée Zola - voir ligne 12",
    "Lycée Zola cf ligne 3", "Lycée Zola idem", "Lycée Zola (idem)", "Lycée Zola à supprimer", "Lycée Zola ???",
    "Lycée Zola (fermé)", "Lycée Zola : ne pas faire", "Lycée Zola (test)", "Lycée Zola (N/A)", "Lycée Zola (à confirmer)",
    "TOTAL", "Total :", "Totaux", "sous-total", "Total collège", "note", "Remarque", "observations", "divers", "Autres",
    "commentaire", "attente", "suspendu", "reporté", "refusé", "démission", "remplacé", "n/c", "absent", "personne", "LP/LGT",
    "Collège et SEGPA", "Lycée professionnel privé", "Lycée d’enseignement général", "lycee pro.", "CES", "Clg", "CLG.", "col.",
    "Coll.", "LGT.", "L.G.T.", "Cité scolaire mixte", "ecole elementaire", "Établissement public", "EPLE", "Collège du",
    "Lycée de la", "Collège n°", "Collège N°",
    "Rectorat", "Rectorat de Créteil", "DSDEN 77", "DSDEN du Val-de-Marne", "DASEN", "IEN", "Inspection académique",
    "Académie de Créteil", "Direction", "Direction des personnels", "Service", "service RH", "CDI", "Secrétariat",
    "secretariat du lycée", "Vie scolaire", "Intendance", "Infirmerie", "Bureau 12", "Division des personnels", "Mairie",
    "Collège CDI", "Collège Jean Moulin (secrétariat)", "Collège Jean Moulin - DSDEN", "septembre", "Septembre 2026", "en septembre",
    "depuis le 12 octobre", "le 12/09", "lundi", "contacter", "Contacter le chef", "rappeler", "à rappeler", "appeler Mme Durand",
    "demander au chef", "mail", "RDV le 12", "urgent", "Hors académie", "en congé", "intérim", "Lycée Zola à rappeler",
)  # fmt: skip
COMMUNES = (
    "Villeneuve", "Y-sur-Somme", "Paris 12e", "93100 Bondy", "Néant-sur-Yvel", "Pas-en-Artois", "Pas-de-Jeu", "Sens", "Void-Vacon",
    "La Teste-de-Buch", "Saint-Denis", "L’Haÿ-les-Roses", "Ferrières", "La Ferté", "La Ferme", "Commes", "Ô-de-Selle", "Ry", "Eu", "Us",
    "Tours (37)", "LE MÉE-SUR-SEINE", "Rennes Cedex 7", "Totainville", "Mars", "Avril", "La Loge", "École-Valentin", "Voiron", "Venizy",
    "Mailly", "Sancerre", "Auxerre", "Angers",
)  # fmt: skip
NO_COMMUNES = (
    "annulé", "ne pas faire", "à supprimer", "N/A", "néant", "sans objet", "???", "Rennes ?", "*", "-", "TBD", "à confirmer", "test",
    "total", "xxx", "non renseignée", "inconnue", "12", "NC", "vide", "fermé", "ville",
    "contacter", "Contacter le chef", "septembre", "Octobre 2026", "?", "rappeler", "à rappeler", "Rectorat", "DSDEN 77", "Direction", "CDI",
    "Secrétariat", "lundi", "mail", "en congé", "Mme Durand", "Collège Zola", "Hors académie", "le 12/09", "urgent",
)  # fmt: skip


def told(config: Config, role: str, texts: Sequence[str]) -> dict[str, tuple[Letter | None, list[Anomaly]]]:
    """Return, for each text of a column, the letter of its row and what is said of its cell; each row has its UAI."""
    numbers = [f"077{number}" for number in range(1000, 1000 + len(texts))]
    rows = [GOOD | {"uai": one + key_of(one), role: text} for one, text in zip(numbers, texts, strict=True)]
    verdict = verdict_of(config, *rows)
    letters = {letter.row.line: letter for letter in verdict.letters}
    said = {line: [one for one in verdict.anomalies if one.row.line == line] for line in range(5, 5 + len(texts))}
    return {
        text: (letters.get(line), [one for one in said[line] if one.column == HEADERS[role]])
        for line, text in enumerate(texts, start=5)
    }


def test_a_school_is_printed(config: Config) -> None:
    found = told(config, "etablissement", SCHOOLS)
    assert {text: letter.etablissement.nom for text, (letter, _) in found.items() if letter} == {
        text: text for text in SCHOOLS
    }


def test_what_is_no_school_is_refused_on_its_cell(config: Config) -> None:
    found = told(config, "etablissement", NO_SCHOOLS)
    assert [text for text, (letter, _) in found.items() if letter] == []
    for text, (_, (anomaly,)) in found.items():
        assert anomaly.code in ("etablissement_absent", "renvoi"), text
        assert (anomaly.cell[0], anomaly.message.startswith(f"« {text} »")) == ("B", True), text


def test_a_commune_is_printed(config: Config) -> None:
    found = told(config, "commune", COMMUNES)
    assert [letter and letter.etablissement.commune for letter, _ in found.values()] == list(COMMUNES)


def test_what_is_no_commune_is_never_printed(config: Config) -> None:
    found = told(config, "commune", NO_COMMUNES)
    assert [letter and letter.etablissement.commune for letter, _ in found.values()] == [""] * len(NO_COMMUNES)
    assert {one.code for _, said in found.values() for one in said} == {"commune_illisible"}


def test_the_table_is_long_enough() -> None:
    assert len({*SCHOOLS, *NO_SCHOOLS, *COMMUNES, *NO_COMMUNES}) > 300


@pytest.mark.parametrize("register", REGISTERS, ids=lambda path: path.stem)
def test_no_school_of_the_register_is_doubted(config: Config, register: Path) -> None:
    with register.open(encoding="utf-8-sig") as lines:
        schools = list(csv.DictReader(lines, delimiter=";"))
    assert len(schools) > 50
    rows = [GOOD | {"uai": one["uai"], "etablissement": one["nom"], "commune": one["commune"]} for one in schools]
    verdict = verdict_of(config, *rows)
    assert len(verdict.letters) == len(schools)
    assert [one for one in verdict.anomalies if one.column in ("RNE", "Établissement", "Commune")] == []
    for one in schools:
        assert not sends_elsewhere(one["nom"])
        assert (why_no_school(one["nom"]), why_no_school(one["nom"].upper()), why_no_commune(one["commune"])) == (
            "",
            "",
            "",
        )


def test_the_register_knows_a_school_by_what_names_none_elsewhere(config: Config) -> None:
    nom = "Lycée professionnel agricole"
    table = clean(table_of([GOOD | {"etablissement": nom}])).table
    assert validate(table, config).letters == ()
    register = Annuaire({"0779999A": Fiche("0779999A", (nom.upper(),), ("Villeneuve",))})
    assert len(validate(table, config, register).letters) == 1


def test_the_commune_alone_is_a_doubt(config: Config) -> None:
    verdict = verdict_of(config, GOOD | {"etablissement": "VILLENEUVE"})
    assert said(verdict, "etablissement_absent") == [(5, Severity.AVERTISSEMENT)]
    assert len(verdict.letters) == 1


@pytest.mark.parametrize(
    ("role", "code", "text"),
    [
        ("etablissement", "etablissement_absent", "secteur"), ("etablissement", "etablissement_absent", "12 septembre"),
        ("etablissement", "etablissement_absent", "8 mai 1945"), ("etablissement", "etablissement_absent", "chez le chef"),
        ("commune", "commune_illisible", "secteur"), ("commune", "commune_illisible", "nouvelle adresse"),
        ("commune", "commune_illisible", "rennes"), ("commune", "commune_illisible", "12 septembre"),
    ],
)  # fmt: skip
def test_what_may_be_none_is_printed_and_told(config: Config, role: str, code: str, text: str) -> None:
    ((letter, (anomaly,)),) = told(config, role, [text]).values()
    assert letter is not None
    assert text in (letter.etablissement.nom, letter.etablissement.commune)
    assert (anomaly.code, anomaly.severity) == (code, Severity.AVERTISSEMENT)


@pytest.mark.parametrize("written", ["Collège des Tilleuls*", "Collège des Tilleuls **", "Collège des Tilleuls (*)"])
def test_the_sign_of_a_note_is_not_printed(config: Config, written: str) -> None:
    verdict = verdict_of(config, GOOD | {"etablissement": written, "uai": made_up("77")})
    assert [one.etablissement.nom for one in verdict.letters] == ["Collège des Tilleuls"]
