"""The names of schools in a sentence, on cases written by hand and over a public register of schools."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from pipeline.french.grammar import a_nom, de_nom, le_nom
from pipeline.french.words import fold, typographic
from support.program import ROOT

SCHOOLS = [
    # a school's name, then after « le », « de » and « à »
    ("Collège Jean Jaurès", "le collège Jean Jaurès", "du collège Jean Jaurès", "au collège Jean Jaurès"),
    ("collège Jean Jaurès", "le collège Jean Jaurès", "du collège Jean Jaurès", "au collège Jean Jaurès"),
    ("College Trait d’Union", "le collège Trait d’Union", "du collège Trait d’Union", "au collège Trait d’Union"),
    ("COLLEGE Jean Jaurès", "le collège Jean Jaurès", "du collège Jean Jaurès", "au collège Jean Jaurès"),
    ("COLLEGE JEAN JAURES", "le COLLEGE JEAN JAURES", "du COLLEGE JEAN JAURES", "au COLLEGE JEAN JAURES"),
    ("Collège les Aulnes", "le collège les Aulnes", "du collège les Aulnes", "au collège les Aulnes"),
    ("Collège Le Vieux Chêne", "le collège Le Vieux Chêne", "du collège Le Vieux Chêne", "au collège Le Vieux Chêne"),
    ("Collège l’Arche Guédon", "le collège l’Arche Guédon", "du collège l’Arche Guédon", "au collège l’Arche Guédon"),
    ("Collège de l’Europe", "le collège de l’Europe", "du collège de l’Europe", "au collège de l’Europe"),
    ("Collège du Fort", "le collège du Fort", "du collège du Fort", "au collège du Fort"),
    ("Collège Henri IV", "le collège Henri IV", "du collège Henri IV", "au collège Henri IV"),
    ("Collège International", "le collège International", "du collège International", "au collège International"),
    ("Collège Privé Les Chrysalides", "le collège privé Les Chrysalides", "du collège privé Les Chrysalides", "au collège privé Les Chrysalides"),
    ("Collège privé Petit-Val", "le collège privé Petit-Val", "du collège privé Petit-Val", "au collège privé Petit-Val"),
    ("Collège - Groupe Scolaire Privé APCS", "le collège - Groupe Scolaire Privé APCS", "du collège - Groupe Scolaire Privé APCS", "au collège - Groupe Scolaire Privé APCS"),
    ("Collège Groupe Scolaire Privé Bougainville", "le collège Groupe Scolaire Privé Bougainville", "du collège Groupe Scolaire Privé Bougainville", "au collège Groupe Scolaire Privé Bougainville"),
    ("Collège Général Leclerc", "le collège Général Leclerc", "du collège Général Leclerc", "au collège Général Leclerc"),
    ("Collège 8 Mai 1945", "le collège 8 Mai 1945", "du collège 8 Mai 1945", "au collège 8 Mai 1945"),
    ("Collège-Lycée Jacques-Decour", "le collège-Lycée Jacques-Decour", "du collège-Lycée Jacques-Decour", "au collège-Lycée Jacques-Decour"),
    ("CLG Henri Wallon", "le clg Henri Wallon", "du clg Henri Wallon", "au clg Henri Wallon"),
    ("Clg. Pasteur", "le clg. Pasteur", "du clg. Pasteur", "au clg. Pasteur"),
    ("Collèges Jean Moulin et Paul Bert", "les collèges Jean Moulin et Paul Bert", "des collèges Jean Moulin et Paul Bert", "aux collèges Jean Moulin et Paul Bert"),
    ("Lycée Suger", "le lycée Suger", "du lycée Suger", "au lycée Suger"),
    ("Lycee Suger", "le lycée Suger", "du lycée Suger", "au lycée Suger"),
    ("LYCEE POLYVALENT SUGER", "le LYCEE POLYVALENT SUGER", "du LYCEE POLYVALENT SUGER", "au LYCEE POLYVALENT SUGER"),
    ("LYCEE GENERAL ET TECHNOLOGIQUE D ARSONVAL", "le LYCEE GENERAL ET TECHNOLOGIQUE D ARSONVAL", "du LYCEE GENERAL ET TECHNOLOGIQUE D ARSONVAL", "au LYCEE GENERAL ET TECHNOLOGIQUE D ARSONVAL"),
    ("Lycée Général et Technologique Galilée", "le lycée général et technologique Galilée", "du lycée général et technologique Galilée", "au lycée général et technologique Galilée"),
    ("Lycée Général Leclerc", "le lycée Général Leclerc", "du lycée Général Leclerc", "au lycée Général Leclerc"),
    ("Lycée Polyvalent Privé Jean Rose", "le lycée polyvalent privé Jean Rose", "du lycée polyvalent privé Jean Rose", "au lycée polyvalent privé Jean Rose"),
    ("LYCEE PROFESSIONNEL Jean Macé", "le lycée professionnel Jean Macé", "du lycée professionnel Jean Macé", "au lycée professionnel Jean Macé"),
    ("Lycée de l’Horticulture", "le lycée de l’Horticulture", "du lycée de l’Horticulture", "au lycée de l’Horticulture"),
    ("Lycées Condorcet", "les lycées Condorcet", "des lycées Condorcet", "aux lycées Condorcet"),
    ("Nouveau lycée de Pierrefitte", "le nouveau lycée de Pierrefitte", "du nouveau lycée de Pierrefitte", "au nouveau lycée de Pierrefitte"),
    ("NOUVEAU LYCEE PIERREFITTE", "le NOUVEAU LYCEE PIERREFITTE", "du NOUVEAU LYCEE PIERREFITTE", "au NOUVEAU LYCEE PIERREFITTE"),
    ("Nouvel Institut des Arts", "le nouvel institut des Arts", "du nouvel institut des Arts", "au nouvel institut des Arts"),
    ("Nouvelle École du Parc", "la nouvelle école du Parc", "de la nouvelle école du Parc", "à la nouvelle école du Parc"),
    ("Ancien Collège du Parc", "l’ancien collège du Parc", "de l’ancien collège du Parc", "à l’ancien collège du Parc"),
    ("Petit Collège du Parc", "le petit collège du Parc", "du petit collège du Parc", "au petit collège du Parc"),
    ("Le Petit Lycée", "le petit lycée", "du petit lycée", "au petit lycée"),
    ("Le Collège de la Forêt", "le collège de la Forêt", "du collège de la Forêt", "au collège de la Forêt"),
    ("Micro-lycée 93", "le micro-lycée 93", "du micro-lycée 93", "au micro-lycée 93"),
    ("LGT Galilée", "le LGT Galilée", "du LGT Galilée", "au LGT Galilée"),
    ("LP Jean Moulin", "le LP Jean Moulin", "du LP Jean Moulin", "au LP Jean Moulin"),
    ("L.P. Jean Moulin", "le L.P. Jean Moulin", "du L.P. Jean Moulin", "au L.P. Jean Moulin"),
    ("LEGTA de la Bretonnière", "le LEGTA de la Bretonnière", "du LEGTA de la Bretonnière", "au LEGTA de la Bretonnière"),
    ("CFA des Métiers", "le CFA des Métiers", "du CFA des Métiers", "au CFA des Métiers"),
    ("EREA Stendhal", "l’EREA Stendhal", "de l’EREA Stendhal", "à l’EREA Stendhal"),
    ("ERPD de Villeneuve", "l’ERPD de Villeneuve", "de l’ERPD de Villeneuve", "à l’ERPD de Villeneuve"),
    ("ICEF Collège Jeanne d’Arc", "l’ICEF Collège Jeanne d’Arc", "de l’ICEF Collège Jeanne d’Arc", "à l’ICEF Collège Jeanne d’Arc"),
    ("SEGPA du collège Curie", "la SEGPA du collège Curie", "de la SEGPA du collège Curie", "à la SEGPA du collège Curie"),
    ("MFR du Val", "la MFR du Val", "de la MFR du Val", "à la MFR du Val"),
    ("École alsacienne", "l’école alsacienne", "de l’école alsacienne", "à l’école alsacienne"),
    ("L’École alsacienne", "l’école alsacienne", "de l’école alsacienne", "à l’école alsacienne"),
    ("ECOLE GENERALE PRIVEE SAINT ASPAIS", "l’ECOLE GENERALE PRIVEE SAINT ASPAIS", "de l’ECOLE GENERALE PRIVEE SAINT ASPAIS", "à l’ECOLE GENERALE PRIVEE SAINT ASPAIS"),
    ("Ecole secondaire privée Ecole de la Neuville", "l’école secondaire privée Ecole de la Neuville", "de l’école secondaire privée Ecole de la Neuville", "à l’école secondaire privée Ecole de la Neuville"),
    ("Institution Saint-Joseph", "l’institution Saint-Joseph", "de l’institution Saint-Joseph", "à l’institution Saint-Joseph"),
    ("Institut Notre-Dame", "l’institut Notre-Dame", "de l’institut Notre-Dame", "à l’institut Notre-Dame"),
    ("Externat Sainte-Marie", "l’externat Sainte-Marie", "de l’externat Sainte-Marie", "à l’externat Sainte-Marie"),
    ("Internat d’excellence de Sourdun", "l’internat d’excellence de Sourdun", "de l’internat d’excellence de Sourdun", "à l’internat d’excellence de Sourdun"),
    ("Ensemble Scolaire Sainte-Marie", "l’ensemble scolaire Sainte-Marie", "de l’ensemble scolaire Sainte-Marie", "à l’ensemble scolaire Sainte-Marie"),
    ("Établissement régional d’enseignement adapté", "l’établissement régional d’enseignement adapté", "de l’établissement régional d’enseignement adapté", "à l’établissement régional d’enseignement adapté"),
    ("Cité Scolaire Henri Wallon", "la cité scolaire Henri Wallon", "de la cité scolaire Henri Wallon", "à la cité scolaire Henri Wallon"),
    ("Cite mixte régionale", "la cité mixte régionale", "de la cité mixte régionale", "à la cité mixte régionale"),
    ("Maison familiale rurale", "la maison familiale rurale", "de la maison familiale rurale", "à la maison familiale rurale"),
    ("Section d’enseignement professionnel", "la section d’enseignement professionnel", "de la section d’enseignement professionnel", "à la section d’enseignement professionnel"),
    ("Groupe scolaire Bougainville", "le groupe scolaire Bougainville", "du groupe scolaire Bougainville", "au groupe scolaire Bougainville"),
    ("Cours Hattemer", "le cours Hattemer", "du cours Hattemer", "au cours Hattemer"),
    ("Campus Sainte Thérèse", "le campus Sainte Thérèse", "du campus Sainte Thérèse", "au campus Sainte Thérèse"),
    ("Saint Joseph La Salle", "l’établissement «\u00a0Saint Joseph La Salle\u00a0»", "de l’établissement «\u00a0Saint Joseph La Salle\u00a0»", "dans l’établissement «\u00a0Saint Joseph La Salle\u00a0»"),
    ("Albert Camus", "l’établissement «\u00a0Albert Camus\u00a0»", "de l’établissement «\u00a0Albert Camus\u00a0»", "dans l’établissement «\u00a0Albert Camus\u00a0»"),
    ("Henri IV", "l’établissement «\u00a0Henri IV\u00a0»", "de l’établissement «\u00a0Henri IV\u00a0»", "dans l’établissement «\u00a0Henri IV\u00a0»"),
    ("Les Tilleuls", "l’établissement «\u00a0Les Tilleuls\u00a0»", "de l’établissement «\u00a0Les Tilleuls\u00a0»", "dans l’établissement «\u00a0Les Tilleuls\u00a0»"),
    ("La Salle", "l’établissement «\u00a0La Salle\u00a0»", "de l’établissement «\u00a0La Salle\u00a0»", "dans l’établissement «\u00a0La Salle\u00a0»"),
    ("L’Ermitage", "l’établissement «\u00a0L’Ermitage\u00a0»", "de l’établissement «\u00a0L’Ermitage\u00a0»", "dans l’établissement «\u00a0L’Ermitage\u00a0»"),
    ("Les Cours du Hameau", "l’établissement «\u00a0Les Cours du Hameau\u00a0»", "de l’établissement «\u00a0Les Cours du Hameau\u00a0»", "dans l’établissement «\u00a0Les Cours du Hameau\u00a0»"),
    ("Petit-Val", "l’établissement «\u00a0Petit-Val\u00a0»", "de l’établissement «\u00a0Petit-Val\u00a0»", "dans l’établissement «\u00a0Petit-Val\u00a0»"),
    ("Petit Val", "l’établissement «\u00a0Petit Val\u00a0»", "de l’établissement «\u00a0Petit Val\u00a0»", "dans l’établissement «\u00a0Petit Val\u00a0»"),
    ("L Armand", "l’établissement «\u00a0L Armand\u00a0»", "de l’établissement «\u00a0L Armand\u00a0»", "dans l’établissement «\u00a0L Armand\u00a0»"),
    ("Lycée général, technologique et professionnel Suger", "le lycée général, technologique et professionnel Suger", "du lycée général, technologique et professionnel Suger", "au lycée général, technologique et professionnel Suger"),
    ("Lycée (privé) Suger", "le lycée (privé) Suger", "du lycée (privé) Suger", "au lycée (privé) Suger"),
    ("Lycée Général & Technologique Galilée", "le lycée général & technologique Galilée", "du lycée général & technologique Galilée", "au lycée général & technologique Galilée"),
    ("Lycée d’Enseignement Général et Technologique Jean Zay", "le lycée d’enseignement général et technologique Jean Zay", "du lycée d’enseignement général et technologique Jean Zay", "au lycée d’enseignement général et technologique Jean Zay"),
    ("LPO d’Alembert", "le LPO d’Alembert", "du LPO d’Alembert", "au LPO d’Alembert"),
    ("Lycée Polyvalent de La Fayette", "le lycée polyvalent de La Fayette", "du lycée polyvalent de La Fayette", "au lycée polyvalent de La Fayette"),
    ("Microlycée de Sénart", "le microlycée de Sénart", "du microlycée de Sénart", "au microlycée de Sénart"),
    ("Micro Lycée 93", "le micro lycée 93", "du micro lycée 93", "au micro lycée 93"),
    ("Col. Pasteur", "le col. Pasteur", "du col. Pasteur", "au col. Pasteur"),
    ("LEPA du Val", "le LEPA du Val", "du LEPA du Val", "au LEPA du Val"),
    ("CIO de Villeneuve", "le CIO de Villeneuve", "du CIO de Villeneuve", "au CIO de Villeneuve"),
    ("GS Saint-Joseph", "le GS Saint-Joseph", "du GS Saint-Joseph", "au GS Saint-Joseph"),
    ("GRETA 77", "le GRETA 77", "du GRETA 77", "au GRETA 77"),
    ("E.R.E.A. Stendhal", "l’E.R.E.A. Stendhal", "de l’E.R.E.A. Stendhal", "à l’E.R.E.A. Stendhal"),
    ("Établissement Régional d’Enseignement Adapté Stendhal", "l’établissement régional d’enseignement adapté Stendhal", "de l’établissement régional d’enseignement adapté Stendhal", "à l’établissement régional d’enseignement adapté Stendhal"),
    ("UPE2A du collège Curie", "l’UPE2A du collège Curie", "de l’UPE2A du collège Curie", "à l’UPE2A du collège Curie"),
    ("U.P.E.2.A. Curie", "l’U.P.E.2.A. Curie", "de l’U.P.E.2.A. Curie", "à l’U.P.E.2.A. Curie"),
    ("ULIS du collège Curie", "l’ULIS du collège Curie", "de l’ULIS du collège Curie", "à l’ULIS du collège Curie"),
    ("Ets Saint-Joseph", "l’Ets Saint-Joseph", "de l’Ets Saint-Joseph", "à l’Ets Saint-Joseph"),
    ("Institut Médico-Éducatif Curie", "l’institut médico-éducatif Curie", "de l’institut médico-éducatif Curie", "à l’institut médico-éducatif Curie"),
    ("École de la deuxième chance", "l’école de la deuxième chance", "de l’école de la deuxième chance", "à l’école de la deuxième chance"),
    ("Hôpital de jour", "l’hôpital de jour", "de l’hôpital de jour", "à l’hôpital de jour"),
    ("S.E.P. Galilée", "la S.E.P. Galilée", "de la S.E.P. Galilée", "à la S.E.P. Galilée"),
    ("Maison Familiale Rurale d’Éducation et d’Orientation", "la maison familiale rurale d’éducation et d’orientation", "de la maison familiale rurale d’éducation et d’orientation", "à la maison familiale rurale d’éducation et d’orientation"),
    ("Cité Scolaire Internationale", "la cité scolaire internationale", "de la cité scolaire internationale", "à la cité scolaire internationale"),
    ("Section d’Enseignement Général et Professionnel Adapté", "la section d’enseignement général et professionnel adapté", "de la section d’enseignement général et professionnel adapté", "à la section d’enseignement général et professionnel adapté"),
    ("MLDS de Villeneuve", "la MLDS de Villeneuve", "de la MLDS de Villeneuve", "à la MLDS de Villeneuve"),
    ("", "l’établissement", "de l’établissement", "dans l’établissement"),
]  # fmt: skip


@pytest.mark.parametrize(("nom", "le", "du", "au"), SCHOOLS)
def test_a_school_after_le_de_and_a(nom: str, le: str, du: str, au: str) -> None:
    assert (le_nom(nom), de_nom(nom), a_nom(nom)) == (le, du, au)


OURS, WHOLE = ROOT / "tests/support/data/etablissements.csv", ROOT.parent / "shared/data/etablissements_77_93_94.csv"
REGISTERS = [OURS, *([WHOLE] if WHOLE.exists() else [])]
NOUN = re.compile(r"(?:Collège|Lycée|École|College|Lycee|Ecole|Cours|COLLEGE|LYCEE|ECOLE)\b")


@pytest.mark.parametrize("path", REGISTERS, ids=lambda path: path.stem)
def test_every_school_of_a_register_is_well_introduced(path: Path) -> None:
    with path.open(encoding="utf-8") as file:
        names = [typographic(row["nom"]) for row in csv.DictReader(file, delimiter=";")]
    assert len(names) > 50
    for nom in names:
        for said, starts in (
            (le_nom(nom), ("le ", "la ", "les ", "l’")),
            (de_nom(nom), ("du ", "de la ", "des ", "de l’")),
            (a_nom(nom), ("au ", "à la ", "aux ", "à l’", "dans l’")),
        ):
            assert said.startswith(starts)
            assert not re.search("  |'|·", said)
            assert fold(said).endswith(fold(nom))
            rest = said.removeprefix(next(start for start in starts if said.startswith(start)))
            assert not rest.casefold().startswith(("le ", "la ", "les ", "l’")), said
            # A common noun has no capital in a sentence, unless the whole name is in capitals.
            assert nom == nom.upper() or not NOUN.match(rest), said
