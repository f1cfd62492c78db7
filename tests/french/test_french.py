"""French, on a table of cases written by hand, and over a public register of schools."""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.french.filters import in_figures, in_words, long_date, ordinal, school_year
from pipeline.french.grammar import a_nom, agree_title, agree_word, de, de_nom, le_nom
from pipeline.french.signs import NBSP
from pipeline.french.words import agree, civilite_of, euros, fold, jour, listed, octets, pluriel, typographic
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

NAMES = [
    # a person's name after « de »
    ("Dupont", "de Dupont"), ("M. Dupont", "de M. Dupont"), ("M.\u00a0Dupont", "de M.\u00a0Dupont"),
    ("Mme\u00a0Almeida", "de Mme\u00a0Almeida"), ("Almeida", "d’Almeida"), ("d’Almeida", "de d’Almeida"),
    ("Le Goff", "de Le Goff"), ("La Fontaine", "de La Fontaine"), ("Les Landes", "de Les Landes"),
    ("de La Tour", "de de La Tour"), ("Du Bellay", "de Du Bellay"), ("Van den Berghe", "de Van den Berghe"),
    ("Anne Exemple", "d’Anne Exemple"), ("Élodie", "d’Élodie"), ("Étienne", "d’Étienne"), ("Inès", "d’Inès"),
    ("Océane", "d’Océane"), ("Œdipe", "d’Œdipe"), ("Ursule", "d’Ursule"), ("ÉMILE", "d’ÉMILE"), ("Aïcha", "d’Aïcha"),
    ("Yves", "d’Yves"), ("Yvonne", "d’Yvonne"), ("Yann", "de Yann"), ("Youssef", "de Youssef"), ("Yerres", "d’Yerres"),
    ("Henri", "d’Henri"), ("Hélène", "d’Hélène"), ("Hamid", "de Hamid"), ("Huang", "de Huang"), ("Onze", "de Onze"),
    ("A. Camus", "d’A. Camus"), ("N’Diaye", "de N’Diaye"), ("O’Brien", "d’O’Brien"), ("Éva-Marie", "d’Éva-Marie"),
    ("Honorat", "d’Honorat"), ("Hermione", "d’Hermione"), ("Helena", "d’Helena"), ("Hugo", "de Hugo"), ("Ondine", "d’Ondine"),
    ("Łukasz", "de Łukasz"), ("Ægidius", "d’Ægidius"), ("Ørsted", "d’Ørsted"), ("Đorđe", "de Đorđe"), ("Île", "d’Île"),
    ("Haouès", "de Haouès"), ("Ysé", "d’Ysé"), ("8 Mai", "de 8 Mai"), ("", ""),
]  # fmt: skip

TITLES = [
    # a title as it is written, then for M., for Mme, and without a civilité
    ("Principal", "principal", "principale", "principal ou principale"),
    ("Principale", "principal", "principale", "principale"),
    ("PRINCIPAL", "principal", "principale", "principal ou principale"),
    ("Principal(e)", "principal", "principale", "principal ou principale"),
    ("principal.e", "principal", "principale", "principal ou principale"),
    ("principal·e", "principal", "principale", "principal ou principale"),
    ("Principal / Principale", "principal", "principale", "principal ou principale"),
    ("Principal ou principale", "principal", "principale", "principal ou principale"),
    ("Principal adjoint", "principal adjoint", "principale adjointe", "principal adjoint ou principale adjointe"),
    ("Principale adjointe", "principal adjoint", "principale adjointe", "principale adjointe"),
    ("Principal par intérim", "principal par intérim", "principale par intérim", "principal ou principale par intérim"),
    ("Proviseur", "proviseur", "proviseure", "proviseur ou proviseure"),
    ("Proviseure", "proviseur", "proviseure", "proviseure"),
    ("Proviseur(e)", "proviseur", "proviseure", "proviseur ou proviseure"),
    ("Proviseur adjoint", "proviseur adjoint", "proviseure adjointe", "proviseur adjoint ou proviseure adjointe"),
    ("Directeur", "directeur", "directrice", "directeur ou directrice"),
    ("Directeur/trice", "directeur", "directrice", "directeur ou directrice"),
    ("Directeur(trice)", "directeur", "directrice", "directeur ou directrice"),
    ("Directrice de l’EREA", "directeur de l’EREA", "directrice de l’EREA", "directrice de l’EREA"),
    ("Directeur adjoint chargé de SEGPA", "directeur adjoint chargé de SEGPA", "directrice adjointe chargée de SEGPA", "directeur adjoint chargé ou directrice adjointe chargée de SEGPA"),
    ("Chef d’établissement", "chef d’établissement", "cheffe d’établissement", "chef ou cheffe d’établissement"),
    ("Cheffe d’établissement", "chef d’établissement", "cheffe d’établissement", "cheffe d’établissement"),
    ("Chef(fe) d’établissement", "chef d’établissement", "cheffe d’établissement", "chef ou cheffe d’établissement"),
    ("Administrateur provisoire", "administrateur provisoire", "administratrice provisoire", "administrateur provisoire ou administratrice provisoire"),
    ("Professeur documentaliste", "professeur documentaliste", "professeure documentaliste", "professeur documentaliste ou professeure documentaliste"),
    ("Professeur de SVT / SPC", "professeur de SVT / SPC", "professeure de SVT / SPC", "professeur ou professeure de SVT / SPC"),
    ("Conseiller principal d’éducation", "conseiller principal d’éducation", "conseillère principale d’éducation", "conseiller principal ou conseillère principale d’éducation"),
    ("Coordonnatrice", "coordonnateur", "coordonnatrice", "coordonnatrice"),
    ("Responsable", "responsable", "responsable", "responsable"),
    ("CPE", "CPE", "CPE", "CPE"),
    ("Principal/Proviseur", "Principal/Proviseur", "Principal/Proviseur", "Principal/Proviseur"),
    ("Faisant fonction de principal", "Faisant fonction de principal", "Faisant fonction de principal", "Faisant fonction de principal"),
]  # fmt: skip

WORDS = [
    # a word in the masculine, then for M., for Mme, and without a civilité
    ("sollicité", "sollicité", "sollicitée", "sollicité ou sollicitée"),
    ("Nommé", "Nommé", "Nommée", "Nommé ou nommée"),
    ("chargé", "chargé", "chargée", "chargé ou chargée"),
    ("informé", "informé", "informée", "informé ou informée"),
    ("adjoint", "adjoint", "adjointe", "adjoint ou adjointe"),
    ("directeur", "directeur", "directrice", "directeur ou directrice"),
    ("chef", "chef", "cheffe", "chef ou cheffe"),
    ("responsable", "responsable", "responsable", "responsable"),
    ("volontaire", "volontaire", "volontaire", "volontaire"),
]

IN_WORDS = [
    ("0 €", "zéro euro"), ("1 €", "un euro"), ("2 €", "deux euros"), ("16 €", "seize euros"), ("21 €", "vingt et un euros"),
    ("22 €", "vingt-deux euros"), ("61 €", "soixante et un euros"), ("70 €", "soixante-dix euros"),
    ("71 €", "soixante et onze euros"), ("77 €", "soixante-dix-sept euros"), ("80 €", "quatre-vingts euros"),
    ("81 €", "quatre-vingt-un euros"), ("91 €", "quatre-vingt-onze euros"), ("99 €", "quatre-vingt-dix-neuf euros"),
    ("100 €", "cent euros"), ("101 €", "cent un euros"), ("180 €", "cent quatre-vingts euros"),
    ("200 €", "deux cents euros"), ("201 €", "deux cent un euros"), ("280 €", "deux cent quatre-vingts euros"),
    ("312,50 €", "trois cent douze euros et cinquante centimes"), ("625 €", "six cent vingt-cinq euros"),
    ("625,00\u00a0€", "six cent vingt-cinq euros"), ("625 euros", "six cent vingt-cinq euros"),
    ("1000 €", "mille euros"), ("1001 €", "mille un euros"), ("1\u202f250,00\u00a0€", "mille deux cent cinquante euros"),
    ("1 200 €", "mille deux cents euros"), ("2 500,00 €", "deux mille cinq cents euros"),
    ("3750 €", "trois mille sept cent cinquante euros"), ("80 000 €", "quatre-vingt mille euros"),
    ("200 000 €", "deux cent mille euros"), ("1 000 000 €", "un million d’euros"),
    ("2 000 000 €", "deux millions d’euros"), ("1 000 200 €", "un million deux cents euros"),
    ("80 000 000 €", "quatre-vingts millions d’euros"), ("1 000 000 000 €", "un milliard d’euros"),
    ("0,50 €", "cinquante centimes"), ("0,01 €", "un centime"), ("1,01 €", "un euro et un centime"),
    ("2,80 €", "deux euros et quatre-vingts centimes"), ("3", "trois"), ("18", "dix-huit"), ("36,5", "trente-six virgule cinq"),
    ("0,25", "zéro virgule vingt-cinq"), ("2,05", "deux virgule zéro cinq"), ("36,50", "trente-six virgule cinq"),
    ("200 000 000 €", "deux cents millions d’euros"), ("1 million", "1 million"), ("81,81 €", "quatre-vingt-un euros et quatre-vingt-un centimes"),
    ("2 000 000,50 €", "deux millions d’euros et cinquante centimes"),
    ("1250", "mille deux cent cinquante"), ("1/2", "1/2"), ("sans objet", "sans objet"), ("", ""), ("-5 €", "-5 €"),
    ("9999999999999 €", "9999999999999 €"),
]  # fmt: skip

FIGURES = [
    ("1250", "1\u202f250,00\u00a0€"), ("625 €", "625,00\u00a0€"), ("312,5", "312,50\u00a0€"),
    ("1 000 000", "1\u202f000\u202f000,00\u00a0€"), ("0", "0,00\u00a0€"), ("à voir", "à voir"), ("", ""),
]  # fmt: skip

DATES = [
    ("01/09/2026", "1er\u00a0septembre 2026"), ("1/9/2026", "1er\u00a0septembre 2026"),
    ("02/09/2026", "2\u00a0septembre 2026"), ("31.08.2027", "31\u00a0août 2027"), ("2026-12-25", "25\u00a0décembre 2026"),
    ("15/02/2027 08:30", "15\u00a0février 2027"), ("11/01/2027", "11\u00a0janvier 2027"), ("29/02/2028", "29\u00a0février 2028"),
    ("29/02/2027", "29/02/2027"), ("01/09/26", "1er\u00a0septembre 2026"),
    ("1er septembre 2026", "1er\u00a0septembre 2026"), ("1 sept. 2026", "1er\u00a0septembre 2026"), ("lundi 4 janvier 2027", "4\u00a0janvier 2027"),
    ("le 4 JANVIER 2027", "4\u00a0janvier 2027"), ("04-janv-27", "4\u00a0janvier 2027"), ("15 aout 2027", "15\u00a0août 2027"),
    ("2027-03-31T00:00:00", "31\u00a0mars 2027"), ("31/03/2027 00:00:00", "31\u00a0mars 2027"), ("3 jui 2027", "3 jui 2027"),
    ("31 juin 2027", "31 juin 2027"), ("janvier 2027", "janvier 2027"), ("4 janvier", "4 janvier"), ("à la rentrée", "à la rentrée"), ("", ""),
]  # fmt: skip

YEARS = [
    ("2026", "2026-2027"), ("2026-2027", "2026-2027"), ("2026/2027", "2026-2027"), ("2026-27", "2026-2027"),
    ("2026 – 2027", "2026-2027"), ("01/09/2026", "2026-2027"), ("31/08/2027", "2026-2027"), ("15/03/2027", "2026-2027"),
    ("2099-00", "2099-2100"), ("2026-2028", "2026-2028"), ("26-27", "2026-2027"), ("26/27", "2026-2027"), ("11/12", "11/12"), ("25 mars 2027", "2026-2027"), ("", ""),
]  # fmt: skip

ORDINALS = [
    ("1", "m", "1er"), ("1", "f", "1re"), ("1", "féminin", "1re"), ("2", "m", "2e"), ("2", "f", "2e"), ("3", "m", "3e"),
    ("21", "f", "21e"), ("100", "m", "100e"), ("1er", "m", "1er"), ("1er", "f", "1re"), ("1ère", "m", "1re"), ("2ème", "m", "2e"), ("2nde", "f", "2e"), ("0", "m", "0"), ("premier", "m", "premier"), ("", "m", ""),
]  # fmt: skip

CIVILITES = [
    *((text, "M.") for text in ("M", "M.", "m.", "Mr", "MR", "Monsieur", "MONSIEUR ", "Mr.")),
    *((text, "Mme") for text in ("Mme", "MME", "Mme ", "Madame", "mme.", "Mlle", "Mademoiselle")),
    *((text, None) for text in ("Dr", "Mme / M.", "X", "Maître", "M Mme")),
    ("", ""), (" ", ""),
]  # fmt: skip

AGREEMENTS = [
    ("M.", "il", "elle", "il"), ("Mme", "il", "elle", "elle"), ("", "il", "elle", "il ou elle"),
    ("M.", "le chef", "la cheffe", "le chef"), ("Mme", "le chef", "la cheffe", "la cheffe"),
    ("", "le chef", "la cheffe", "le chef ou la cheffe"), ("", "du référent", "de la référente", "du référent ou de la référente"),
]  # fmt: skip

APOSTROPHES = [
    ("d'Almeida", "d’Almeida"), ("N'Diaye", "N’Diaye"), ("Collège Trait d'Union", "Collège Trait d’Union"),
    ("d’Almeida", "d’Almeida"), ("'Ali", "'Ali"), ("5' de retard", "5' de retard"), ("L'", "L'"),
]  # fmt: skip

LISTS = [([], ""), (["A"], "A"), (["A", "B"], "A et B"), (["A", "B", "C"], "A, B et C")]


@pytest.mark.parametrize(("nom", "le", "du", "au"), SCHOOLS)
def test_a_school_after_le_de_and_a(nom: str, le: str, du: str, au: str) -> None:
    assert (le_nom(nom), de_nom(nom), a_nom(nom)) == (le, du, au)


@pytest.mark.parametrize(("nom", "expected"), NAMES)
def test_a_person_after_de(nom: str, expected: str) -> None:
    assert de(nom) == expected


@pytest.mark.parametrize(("titre", "masculine", "feminine", "both"), TITLES)
def test_a_title_agrees(titre: str, masculine: str, feminine: str, both: str) -> None:
    assert [agree_title(titre, civilite) for civilite in ("M.", "Mme", "")] == [masculine, feminine, both]


@pytest.mark.parametrize(("word", "masculine", "feminine", "both"), WORDS)
def test_a_word_agrees(word: str, masculine: str, feminine: str, both: str) -> None:
    assert [agree_word(word, civilite) for civilite in ("M.", "Mme", "")] == [masculine, feminine, both]


def test_a_word_agrees_as_its_author_says() -> None:
    assert [agree_word("lauréat", civilite, "lauréate") for civilite in ("M.", "Mme")] == ["lauréat", "lauréate"]
    assert agree_word("Heureux", "", "heureuse") == "Heureux ou heureuse"


@pytest.mark.parametrize(("text", "expected"), IN_WORDS)
def test_an_amount_or_a_number_in_words(text: str, expected: str) -> None:
    assert in_words(text) == expected


@pytest.mark.parametrize(("text", "expected"), FIGURES)
def test_an_amount_in_figures(text: str, expected: str) -> None:
    assert in_figures(text) == expected


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_a_date_in_full(text: str, expected: str) -> None:
    assert long_date(text) == expected


@pytest.mark.parametrize(("text", "expected"), YEARS)
def test_a_school_year(text: str, expected: str) -> None:
    assert school_year(text) == expected


@pytest.mark.parametrize(("text", "genre", "expected"), ORDINALS)
def test_a_rank(text: str, genre: str, expected: str) -> None:
    assert ordinal(text, genre) == expected


@pytest.mark.parametrize(("text", "expected"), CIVILITES)
def test_a_civilite(text: str, expected: str | None) -> None:
    assert civilite_of(text) == expected


@pytest.mark.parametrize(("civilite", "masculine", "feminine", "expected"), AGREEMENTS)
def test_agreement(civilite: str, masculine: str, feminine: str, expected: str) -> None:
    assert agree(civilite, masculine, feminine) == expected


@pytest.mark.parametrize(("text", "expected"), APOSTROPHES)
def test_an_apostrophe_is_that_of_typography(text: str, expected: str) -> None:
    assert typographic(text) == expected


@pytest.mark.parametrize(("texts", "expected"), LISTS)
def test_an_enumeration(texts: list[str], expected: str) -> None:
    assert listed(texts) == expected


def test_numbers_are_numbers_too() -> None:
    assert in_words(3) == "trois"
    assert in_figures(312.5) == "312,50\u00a0€"
    assert ordinal(1) == "1er"
    assert school_year(2026) == "2026-2027"


ANY_TEXT = st.text() | st.text("0123456789 ,.€/-'’dDhHyYLles\u00a0", max_size=20)


@given(ANY_TEXT)
def test_no_text_is_too_odd(text: str) -> None:
    for say in (in_words, in_figures, long_date, school_year, ordinal, typographic, de, de_nom, a_nom, le_nom):
        assert isinstance(say(text), str)
    for civilite in ("M.", "Mme", ""):
        assert "·" not in agree_title(text, civilite) or "·" in text
        assert isinstance(agree_word(text, civilite), str)


@given(st.decimals(0, 999_999_999, places=2))
def test_any_amount_reads_the_same_however_it_is_written(amount: Decimal) -> None:
    said = in_words(euros(amount))
    assert said == in_words(f"{amount} €")
    assert re.search(r"(euros?|centimes?)$", said)
    assert "  " not in said


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


def test_numbers() -> None:
    assert euros(Decimal("1250")) == "1\u202f250,00\u00a0€"
    assert euros(Decimal("312.5")) == "312,50\u00a0€"
    assert pluriel(0, "lettre") == "0\u00a0lettre"
    assert pluriel(1, "lettre") == "1\u00a0lettre"
    assert pluriel(1540, "lettre") == "1\u202f540\u00a0lettres"
    assert pluriel(2, "ligne lue", "lignes lues") == "2\u00a0lignes lues"
    assert octets(999) == "999\u00a0octets"
    assert octets(36_400) == "36\u00a0Ko"
    assert octets(3_240_000) == "3,2\u00a0Mo"
    assert octets(76_400_000_000) == "76,4\u00a0Go"


def test_fold() -> None:
    assert fold("  Chef d’ÉTABLISSEMENT\n(nom) ") == "chef d etablissement nom"
    assert fold("N° UAI") == "n uai"
    assert fold("Cœur") == "coeur"
    assert fold("Ива́нов") == "иванов"  # two names of another script are no twins
    assert fold("100 000_€") == "100 000"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 10, 1), "1er octobre 2026"),
        (date(2027, 8, 31), "31 août 2027"),
        (date(2027, 2, 11), "11 février 2027"),
    ],
)
def test_a_day_in_words(day: date, words: str) -> None:
    assert jour(day) == words.replace(" ", NBSP)
