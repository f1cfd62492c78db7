"""What a letter may name: cells of people, each with what is printed, with « vacant », or with the code that refuses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest

from pipeline.clean.stage import clean
from pipeline.model import Severity, Verdict
from pipeline.settings.config import Config
from pipeline.uai import key_of
from pipeline.validate.stage import validate
from support.rows import GOOD, table_of

REFERENTS = {
    # Surname | first name, the civilité « M. » in its column.
    "DUPONT|Anne": "M. Anne Dupont", "LE GOFF|Yann-Erwan": "M. Yann-Erwan Le Goff", "le goff|anne": "M. Anne Le Goff",
    "LE BRIS KERHERVÉ|Mona": "M. Mona Le Bris Kerhervé", "LE BRIS--KERHERVÉ|Mona": "M. Mona Le Bris--Kerhervé",
    "N'GUYEN|Minh": "M. Minh N'Guyen", "O’BRIEN|Maud": "M. Maud O’Brien", "O’ BRIEN|Maud": "M. Maud O’Brien",
    "L' HOSTIS|Yann": "M. Yann L'Hostis", "DE LA TOUR D’AUVERGNE|Guy": "M. Guy de La Tour d’Auvergne",
    "Maître-Devallon|Anne": "M. Anne Maître-Devallon", "PRÉVOST|Luc": "M. Luc Prévost", "JUILLET|Luc": "M. Luc Juillet",
    "PARIS|Luc": "M. Luc Paris", "LEGRAND|Luc": "M. Luc Legrand", "LECOQ|Luc": "M. Luc Lecoq", "PETIT|Luc": "M. Luc Petit",
    "petit|luc": "M. Luc Petit", "VRAI|Luc": "M. Luc Vrai", "NULL|Luc": "M. Luc Null", "NA|Luc": "M. Luc Na",
    "DURANT|Luc": "M. Luc Durant", "CHEZ|Luc": "M. Luc Chez", "PAS|Luc": "M. Luc Pas", "PLUS|Luc": "M. Luc Plus",
    "TOUS|Luc": "M. Luc Tous", "COMME|Luc": "M. Luc Comme", "VOIRIN|Luc": "M. Luc Voirin", "AVRIL|Jean": "M. Jean Avril",
    "LUNDI|Anne": "M. Anne Lundi", "PRINTEMPS|Yvonne": "M. Yvonne Printemps", "TEMPS|Luc": "M. Luc Temps",
    "CLEMENT|Luc": "M. Luc Clement", "LEMAIRE|Luc": "M. Luc Lemaire", "LESUEUR|Luc": "M. Luc Lesueur",
    "LE MAÎTRE|Luc": "M. Luc Le Maître", "DE LA SALLE|Luc": "M. Luc de La Salle", "LA FORGE|Luc": "M. Luc La Forge",
    "LY MA|Luc": "M. Luc Ly Ma", "Martin Ly|Luc": "M. Luc Martin Ly", "ALLEMAND|Luc": "M. Luc Allemand", "BRETON|Luc": "M. Luc Breton",
    "ALLEMAND MARTIN|Luc": "M. Luc Allemand Martin", "LY|Mai": "M. Mai Ly", "Ô|Anh": "M. Anh Ô", "Y|Vanna": "M. Vanna Y", "I|Luc": "M. Luc I", "A|B": "M. B A",
    "NG|Wei": "M. Wei Ng", "LÊ|Thị Hồng Nhung": "M. Thị Hồng Nhung Lê", "VU|Thi Que": "M. Thi Que Vu",
    "TRAN|Van En": "M. Van En Tran", "SON|Heung": "M. Heung Son", "OU|Wei": "M. Wei Ou", "AU|Kim": "M. Kim Au",
    "NGUYEN VAN|Minh Son": "M. Minh Son Nguyen Van", "PHAM|thi Lan": "M. thi Lan Pham", "DU|Wei": "M. Wei Du",
    "EL HADDAD|Karim": "M. Karim El Haddad", "El AMRANI|Sara": "M. Sara El Amrani", "BEN SALAH|Ali": "M. Ali Ben Salah",
    "ben Ali|Ali": "M. Ali ben Ali", "AL-RAHMAN|Ali": "M. Ali Al-Rahman", "ABD EL KADER|Ali": "M. Ali Abd El Kader",
    "AÏT OUMGHAR|Nadia": "M. Nadia Aït Oumghar", "OULD AHMED|Sidi": "M. Sidi Ould Ahmed", "m’Barek|Ali": "M. Ali m’Barek",
    "ibn Khaldoun|Ali": "M. Ali ibn Khaldoun", "عبد الله|محمد": "M. محمد عبد الله", "王|小明": "M. 小明 王",
    "ИВАНОВ|Сергей": "M. Сергей Иванов", "N'DIAYE|Awa": "M. Awa N'Diaye", "MBAPPÉ|Kylian": "M. Kylian Mbappé",
    "NGO MBOCK|Marie": "M. Marie Ngo Mbock", "wa Thiong’o|Ngugi": "M. Ngugi wa Thiong’o", "NKUNDA|Pie": "M. Pie Nkunda",
    "DIALLO|Mamadou Saliou": "M. Mamadou Saliou Diallo", "SYLLA|N’Deye": "M. N’Deye Sylla",
    "DA SILVA|Rui": "M. Rui Da Silva", "Da SILVA|Rui": "M. Rui Da Silva", "da Silva|Rui": "M. Rui da Silva",
    "DOS SANTOS|Rui": "M. Rui Dos Santos", "de Oliveira e Sousa|Ana": "M. Ana de Oliveira e Sousa",
    "GARCÍA Y VEGA|Luis": "M. Luis García y Vega", "Pi i Sunyer|Jordi": "M. Jordi Pi i Sunyer",
    "VAN DEN BERGHE|Léa": "M. Léa Van den Berghe", "van der Berg|Jan": "M. Jan van der Berg",
    "VON STEIN|Karl": "M. Karl von Stein", "degli Esposti|Lia": "M. Lia degli Esposti", "STRAßE|Uwe": "M. Uwe Straße",
    "D'ANGELO|Lia": "M. Lia d'Angelo", "McDonald|Tim": "M. Tim McDonald", "MC CARTHY|Tim": "M. Tim Mc Carthy",
    "Ó BRIAIN|Cian": "M. Cian Ó Briain", "ap Rhys|Ian": "M. Ian ap Rhys", "Le GOFF|Anne": "M. Anne Le Goff",
    "ST JEAN|Luc": "M. Luc St Jean", "SAINT-JUST|Luc": "M. Luc Saint-Just", "Martin née Leroy|Lise": "M. Lise Martin née Leroy",
    "LEROY épouse MARTIN|Lise": "M. Lise Leroy épouse Martin", "MARTIN|J-P": "M. J-P Martin", "MARTIN J-P|": "M. J-P Martin",
    "KRČ|Jan": "M. Jan Krč", "FAISANT|Luc": "M. Luc Faisant", "VAN EST|Jan": "M. Jan Van Est", "DAS|Rani": "M. Rani Das", "DEC|Jan": "M. Jan Dec", "IA|Lia": "M. Lia Ia", "SES|Luc": "M. Luc Ses",
    "MARTIN|J.-F.": "M. J.-F. Martin", "MARTIN|J.": "M. J. Martin", "MARTIN|'Luc": "M. Luc Martin", "MARTIN,|Luc;": "M. Luc Martin", "'t Hooft|Jan": "M. Jan 't Hooft", "MARTIN|JP": "M. JP Martin", "MARTIN|Ph.": "M. Ph. Martin",
    "MARTIN|Jean–Marc": "M. Jean-Marc Martin", "MARTIN|anne": "M. Anne Martin", "MARTIN|Conception": "M. Conception Martin",
    "MARTIN|Bienvenu": "M. Bienvenu Martin", "MARTIN|Désiré": "M. Désiré Martin", "MARTIN|Avril": "M. Avril Martin",
    "MARTIN|ANNE SOPHIE": "M. Anne Sophie Martin", "M MARTIN|Luc": "M. Luc Martin", "M. MARTIN|Luc": "M. Luc Martin",
    "LE GOFF Anne|": "M. Anne Le Goff", "|RIOU Élodie": "M. Élodie Riou", "RIOU Élodie|Élodie": "M. Élodie Riou", "RIOU|Élodie RIOU": "M. Élodie Riou", "DUPONT EPOUSE MARTIN|Lise": "M. Lise Dupont epouse Martin",
    "MARTIN Psy EN|Luc": "M. Luc Martin (Psy EN)",
    "DUPONT|J.-M.": "M. J.-M. Dupont", "PRAG|Luc": "pas_un_nom", "GRETA|Luc": "pas_un_nom", "DUPONT A VOIR|Luc": "pas_un_nom",
    "Ex-Dupont|Luc": "pas_un_nom", "DUPONT EX|Luc": "pas_un_nom", "UNTEL|Luc": "pas_un_nom", "MARTIN la CPE|Luc": "M. Luc Martin (CPE)", "Principal-adjoint|Luc": "pas_un_nom",
    "p. i.|Luc": "pas_un_nom", "MARTIN CPE|Luc": "M. Luc Martin (CPE)", "MARTIN (TZR)|Luc": "M. Luc Martin (TZR)", "MARTIN - PLP|Luc": "M. Luc Martin (PLP)",
    "MARTIN|Luc CPE": "M. Luc Martin (CPE)", "MARTIN certifiée|Luc": "M. Luc Martin (certifiée)",
    "MARTIN professeur d’EPS|Luc": "M. Luc Martin (professeur d’EPS)",
    # The post is vacant, whatever first name is left.
    **dict.fromkeys((
        "à recruter|Luc", "A RECRUTER|", "TBD|Luc", "tba|", "poste vacant|Luc", "Poste BLOQUÉ|Luc", "VACANT|", "vacante|Luc",
        "non désigné|Luc", "Non pourvue|", "à confirmer|", "A CONFIRMER|Luc", "à désigner|Luc", "en attente|Luc", "N.C.|Luc",
        "NC|", "néant|Luc", "à pourvoir au 1er septembre|Luc", "en cours de nomination|Luc", "recrutement en cours|Luc",
        "pas de référent|", "aucun candidat|Luc", "personne pour l’instant|", "à préciser|Luc", "non communiqué|Luc",
        "personne|", "X|X", "?|", "-|-", "|à pourvoir", "À pourvoir|vacant", "on recherche quelqu’un|", "Poste|vacant", "à|pourvoir",
        "Non|désigné", "En|attente",
    ), "vacant"),
    # A function, a service, a status, a remark; in either column.
    **{f"{text}|Luc": "pas_un_nom" for text in (
        "par intérim", "p.i.", "faisant fonction", "f.f.", "nouveau", "depuis septembre", "Depuis Septembre", "Secrétariat",
        "SECRETARIAT", "Direction", "DASEN", "IEN", "IA-IPR", "Professeur d’EPS", "CPE", "TZR", "PsyEN", "Psy-EN", "Référente",
        "co-référent", "Documentaliste", "Vie scolaire", "Lycée Chaptal", "Rectorat", "MLDS", "remplaçante", "en congé", "EN CONGE",
        "congé maternité", "démissionnaire", "retraité", "muté", "absent jusqu’au 31 août", "annulé", "à supprimer", "doublon",
        "Adjointe", "équipe éducative", "service social", "CHARGE DE MISSION", "jusqu’à janvier", "ne pas contacter", "principal",
        "poste", "confirmé", "Nom Prénom", "XXXX ?", "recrute", "la CPE", "appel à candidature", "ex CPE", "une CPE", "quelqu’un",
        "IA-DASEN", "C P E", "T.Z.R.", "VIE SCO", "contractuelle", "reconduite", "décédée", "relance faite", "refus du poste",
        "personne contact", "recrutement abandonné", "remplaçante de Mme DUPONT", "inspection", "télétravail partiel",
    )},
    **{f"MARTIN|{text}": "pas_un_nom" for text in (
        "REVIENT", "NE REVIENT PAS", "ANGLAIS", "SVT", "Luc Anglais",
        "par intérim", "p.i.", "faisant fonction", "en cours de nomination", "nouveau", "Nouveau", "Directeur", "depuis septembre",
        "Secrétariat", "DASEN", "CPE", "à confirmer", "à recruter", "TBD", "Luc (à confirmer)", "Luc remplaçant", "Luc, intérim",
        "Luc Adjoint", "stagiaire", "titulaire", "congé", "VIE SCO",
        "Luc contact", "direction",
    )},
    "temps partiel|Luc": "pas_un_nom", "les beaux jours|Luc": "nom_minuscules", "MARTIN mi-août|Luc": "nom_minuscules",
    **dict.fromkeys((
        "MARTIN sortant|Luc", "DUPONT REVIENT|Luc", "DUPONT ANGLAIS|Luc", "DUPONT HISTOIRE|Luc", "DUPONT QUITTE|Luc", "MARTIN MATHS|Luc",
    "MARTIN SVT|Luc", "Histoire-géographie|Luc", "NE REVIENT PAS|Luc", "N'EST PLUS LA|Luc", "DUPONT ABSENT|Luc", "A RELANCER|Luc", "médiatrice|Luc", "VACANCE DE POSTE|Luc",
        "VIE LYCEENNE|Luc", "FIN AOUT|Luc", "CHARGEE DE MISSION|Luc", "SUITE A DEPART|Luc", "PLUS TARD|Luc", "DEBUT SEPTEMBRE|Luc", "DUPONT NOUVEAU|Luc", "DUPONT Directeur|Luc", "DUPONT SEPTEMBRE|Luc",
        "DUPONT POUR MARTIN|Luc", "DUPONT JUSQU'EN JUIN|Luc", "SOUS RESERVE|Luc", "Total|général", "Équipe|MLDS",
        "DUPONT PAR INTERIM|Luc", "CPE DUPONT|Luc", "DUPONT-CPE|Luc", "Nom|Prénom", "TEST|TEST",
    ), "pas_un_nom"),
    "MARTIN|Luc sortant": "pas_un_nom", "MARTIN|Luc depart": "pas_un_nom", "MARTIN|Luc mi-août": "nom_minuscules", "voir plus haut|Luc": "renvoi", "idem|idem": "renvoi", '"|"': "renvoi",
    "〃|": "renvoi", "''|Luc": "renvoi", '-"-|': "renvoi", "MARTIN|voir plus haut": "renvoi", "cf. mail|Luc": "renvoi",
    "MARTIN ''|Luc": "nom_signes", "MARTIN|": "prenom_absent", "|Luc": "nom_absent",
}  # fmt: skip
DOUBTS = {
    # Printed with a remark: the word is a surname too, is written small, shortened or numbered.
    "NOUVEAU|Paul": "M. Paul Nouveau", "Principal|Luc": "M. Luc Principal", "PERSONNE|Anne": "M. Anne Personne",
    "Confirmé|Luc": "M. Luc Confirmé", "DIRECTEUR|Luc": "M. Luc Directeur", "BUREAU|Luc": "M. Luc Bureau",
    "CONGÉ|Luc": "M. Luc Congé", "LE CONSEILLER|Luc": "M. Luc Le Conseiller", "MARTIN II|Luc": "M. Luc Martin II",
    "MARTIN Jr|Luc": "M. Luc MARTIN Jr", "MARTIN|Jean françois": "M. Jean françois Martin", "MARTIN|Chr.": "M. Chr. Martin",
    "MARTIN|Marie-claude": "M. Marie-claude Martin", 
    "durand|Luc": "M. Luc Durand", "MARTIN|soizic": "M. Soizic Martin", "MARTIN|mi-août": "M. Mi-Août Martin", "BRH|Jan": "M. Jan Brh",
    "BUREAU MARTIN|Luc": "M. Luc Bureau Martin", "DUPONT III|Luc": "M. Luc Dupont III",
    "MAIRE|Luc": "M. Luc Maire", "CAPET|Luc": "M. Luc Capet", "PÉTION|Luc": "M. Luc Pétion",
    "DUPONT PI|Luc": "M. Luc Dupont Pi", "MARTIN MA|Luc": "M. Luc Martin Ma", "MARTIN AS|Luc": "M. Luc Martin As",
    "DUPONT PA|Luc": "M. Luc Dupont Pa", "ANGLAIS|Luc": "M. Luc Anglais", "DUPONT ALLEMAND|Luc": "M. Luc Dupont Allemand", "MARTIN|Jean PI": "M. Jean PI Martin",
    "Da silva|Rui": "M. Rui Da silva", "soizic|Luc": "M. Luc Soizic",
}  # fmt: skip
CHEFS = {
    # One cell, no other column.
    "M. Principal": "M. Principal", "Mme Personne": "Mme Personne", "M. Prévost": "M. Prévost", "M. N'Guyen": "M. N'Guyen",
    "Mme Maître-Devallon": "Mme Maître-Devallon", "Mme O’Brien": "Mme O’Brien", "M. Le Goff": "M. Le Goff",
    "Mme de La Tour d’Auvergne": "Mme de La Tour d’Auvergne", "M. Nouveau": "M. Nouveau", "M. le Goff": "M. le Goff",
    "M LE GALL Yann-Erwan": "M. Yann-Erwan Le Gall", "M DURAND": "M. Durand", "M.DURAND": "M. Durand", "MmeDURAND": "Mme Durand",
    "Mme DUPONT\nAnne": "Mme Anne Dupont", "Mme DUPONT, Anne": "Mme Anne Dupont", "DUPONT Anne (Mme)": "Mme Anne Dupont",
    "(Mme DUPONT Anne)": "Mme Anne Dupont", "DUPONT (Mme) Anne": "Mme Anne Dupont", "Mme Jean–Marc DUPONT": "Mme Jean-Marc Dupont",
    "Paul NOUVEAU": "Paul Nouveau", "M. PRINCIPAL Paul": "M. Paul Principal", "M. Principal, principal": "M. Principal (principal)",
    "Mme Personne (proviseure)": "Mme Personne (proviseure)", "Mme A. ROUX": "Mme A. Roux", "ROUX": "Roux", "M. Ly": "M. Ly",
    "Mme Ô": "Mme Ô", "Père Jean DURAND": "Père Jean Durand", "Sœur Marie": "Sœur Marie", "M. EN SOPHAL": "M. En Sophal",
    "M. Petit, principal": "M. Petit (principal)", "La principale, Mme Petit": "Mme Petit (principale)", "M. d’Ornano": "M. d’Ornano",
    **dict.fromkeys(("intérim", "Par Intérim", "PAR INTERIM", "M. DURAND Paul par intérim", "M. DURAND Paul (intérim)", "M. DURAND Paul, intérim", "Mme DURAND Sylvie (faisant fonction)", "f.f. M. DURAND Paul", "M. DURAND p.i.", "M. DURAND Prov. Vie Sco.", "DASEN", "M. le DASEN", "IEN", "Secrétariat", "Direction", "Mme DURAND chef d’étab.", "nouveau", "Nouveau", "depuis septembre", "M. l’inspecteur", "Mme la Rectrice", "M. le Recteur", "Personnel de direction", "M. DURAND Paul NC", "Mme DURAND remplaçante", "Équipe de direction", "M. DURAND Luc Intendant", "NOUVEAU CHEF"), "pas_un_nom"),
    **dict.fromkeys(("Principal", "M. le Principal", "La principale", "à confirmer", "A CONFIRMER", "en cours de nomination", "TBD", "NC", "vacant", "poste vacant", "personne", "M. X", "?", "Chef d’établissement", "Directeur par intérim", "aucun"), "chef_absent"),
    '"': "renvoi", "voir plus haut": "renvoi", "Idem": "renvoi", "M. DURAND Paul ?": "nom_signes", "M. DURAND Paul . .": "nom_signes",
    "M. DURAND Paul mi-août": "nom_minuscules", "M. Paul durand": "nom_minuscules", "Anne ROUX proviseure": "fonction_dans_nom",
    "M. DURAND Paul, proviseur adjoint": "fonction_dans_nom", "M. DUPONT et Mme DURAND": "plusieurs_personnes",
    "DUPONT / DURAND": "plusieurs_personnes", "M. DUPONT puis Mme ROUX": "plusieurs_personnes",
    "« M. DURAND »": "M. Durand", "'DURAND": "Durand", "M. DURAND,": "M. Durand", "M. Y.": "M. Y.", "Mme\nDUPONT Anne": "Mme Anne Dupont",
    "M. DURAND jean-baptiste": "M. DURAND jean-baptiste", "M. DURAND Paul BMP": "pas_un_nom", ",,": "renvoi", "M. DURAND Paul ABC": "nom_prenom_ambigu", "bloc de moyens": "nom_minuscules",
    "paul durand": "Paul Durand", "M. paul durand": "M. Paul Durand", "Maire": "pas_un_nom", "M. Maire": "M. Maire",
    "DUPONT ép. DURAND": "Dupont ép. Durand", "Mme Anne DUPONT née MARTIN": "Mme Anne Dupont née Martin", "M. DUPONT J-P": "M. J-P Dupont", "Mme Conseil": "Mme Conseil", "Conseil": "pas_un_nom",
}  # fmt: skip
WHOLE = {
    # Surname and first name of the référent in one cell.
    "Mme DUPONT\nAnne": "Mme Anne Dupont", "Mme DUPONT, Anne": "Mme Anne Dupont", "DUPONT Anne (Mme)": "Mme Anne Dupont",
    "(Mme DUPONT Anne)": "Mme Anne Dupont", "M LE GALL Yann-Erwan": "M. Yann-Erwan Le Gall", "DUPONT Jean–Marc": "Jean-Marc Dupont",
    "GARCÍA Y VEGA Luis": "Luis García y Vega", "Ó BRIAIN Cian": "Cian Ó Briain", "A DUPONT": "A Dupont", "CHEZ Luc": "Luc Chez",
    "MARTIN J.-F.": "J.-F. Martin", "J-P DUPONT": "J-P Dupont", "DUPONT J-P": "J-P Dupont", "DUPONT J.P.": "J.P. Dupont",
    "DUPONT née MARTIN Anne": "Anne Dupont née Martin", "DUPONT Anne née MARTIN": "Anne Dupont née Martin",
    "Mme DUPONT NÉE MARTIN Anne": "Mme Anne Dupont née Martin", "Anne DUPONT ép. LE GOFF": "Anne Dupont ép. Le Goff", "Le GOFF Anne": "Anne Le Goff", "MARTIN françois": "François Martin",
    "Ali Ben SALAH": "Ali Ben Salah", "Paul NOUVEAU": "Paul Nouveau", "DUPONT Anne CPE": "Anne Dupont (CPE)",
    "Mme DUPONT Anne professeure d’anglais": "Mme Anne Dupont (professeure d’anglais)", "CPE : DUPONT Anne": "Anne Dupont (CPE)",
    "la CPE Mme DUPONT Anne": "Mme Anne Dupont (CPE)", "DUPONT Anne, TZR": "Anne Dupont (TZR)",
    "à recruter": "vacant", "TBD": "vacant", "poste vacant DUPONT": "vacant", "à confirmer": "vacant", "M. X": "vacant",
    **dict.fromkeys(("Professeur d’EPS", "le CPE", "TZR", "contractuel", "CPE DUPONT Anne", "DUPONT Nouveau", "DUPONT Anne (à confirmer)", "DUPONT Remplaçant", "A RELANCER", "A CONTACTER", "SECRETARIAT Lycée", "Secrétariat", "par intérim", "DUPONT Anne par intérim"), "pas_un_nom"),
    '"': "renvoi", "voir ligne 12": "renvoi", "MARTIN sortant": "nom_minuscules", "Dupont Anne": "nom_prenom_ambigu",
    "DUPONT": "nom_prenom_ambigu", "DUPONT née MARTIN": "nom_prenom_ambigu", "DUPONT JP": "nom_prenom_ambigu", "Le GOFF": "nom_prenom_ambigu", "M. DUPONT et Mme DURAND": "plusieurs_personnes",
}  # fmt: skip


def outcomes(config: Config, cells: Mapping[str, Mapping[str, str]], without: Iterable[str] = ()) -> dict[str, str]:
    """Return what becomes of each cell, on a row of its own: « vacant », its first error, or the person printed."""
    uais = [f"077{number:04d}" for number in range(len(cells))]
    rows = [
        GOOD | {"chef_fonction": "", "uai": uai + key_of(uai)} | one
        for uai, one in zip(uais, cells.values(), strict=True)
    ]
    table = table_of(rows)
    columns = {role: place for role, place in table.columns["Référents"].items() if role not in without}
    table = replace(table, rows=table.rows.drop(columns=[*without]), columns={"Référents": columns})
    verdict = validate(clean(table).table, config)
    return dict(zip(cells, found_in(verdict, len(cells), any("chef" in one for one in cells.values())), strict=True))


def found_in(verdict: Verdict, count: int, of_chef: bool) -> list[str]:
    found = dict.fromkeys(range(5, 5 + count), "")
    for anomaly in verdict.anomalies:
        if anomaly.severity is Severity.ERREUR:
            found[anomaly.row.line] = found[anomaly.row.line] or anomaly.code
    found |= {vacancy.row.line: "vacant" for vacancy in verdict.vacancies}
    for letter in verdict.letters:
        one = letter.chef if of_chef else letter.referent
        found[letter.row.line] = f"{one.civilite} {one.nom_complet}".strip() + (
            f" ({one.fonction})" if one.fonction else ""
        )
    return list(found.values())


def test_referents_in_two_columns(config: Config) -> None:
    cells = {
        one: {"referent_civilite": "M.", "referent_fonction": "", "referent_nom": nom, "referent_prenom": prenom}
        for one in {**REFERENTS, **DOUBTS}
        for nom, prenom in [one.split("|")]
    }
    assert outcomes(config, cells) == {**REFERENTS, **DOUBTS}


@pytest.mark.parametrize("one", DOUBTS)
def test_a_doubtful_name_is_printed_with_a_remark(config: Config, one: str) -> None:
    nom, prenom = one.split("|")
    verdict = validate(clean(table_of([GOOD | {"referent_nom": nom, "referent_prenom": prenom}])).table, config)
    assert {anomaly.code for anomaly in verdict.anomalies} <= {"nom_douteux", "nom_majuscules"}
    assert [anomaly.cell for anomaly in verdict.anomalies] in (["H5"], ["I5"])


@pytest.mark.parametrize("one", [one for one, said in REFERENTS.items() if said.startswith("M. ") and "Psy" not in one])
def test_a_plain_name_has_no_remark(config: Config, one: str) -> None:
    nom, prenom = one.split("|")
    cells = {"referent_nom": nom, "referent_prenom": prenom, "referent_civilite": "M.", "referent_fonction": ""}
    verdict = validate(clean(table_of([GOOD | cells])).table, config)
    assert [anomaly.code for anomaly in verdict.anomalies] == []


def test_chefs_in_one_column(config: Config) -> None:
    cells = {one: {"chef": one, "chef_civilite": ""} for one in CHEFS}
    assert outcomes(config, cells, without=["chef_civilite"]) == CHEFS


def test_referents_in_one_column(config: Config) -> None:
    cells = {one: {"referent": one, "referent_fonction": ""} for one in WHOLE}
    assert outcomes(config, cells, without=["referent_nom", "referent_prenom", "referent_civilite"]) == WHOLE


def test_there_are_enough_of_them() -> None:
    assert len(REFERENTS) + len(DOUBTS) + len(CHEFS) + len(WHOLE) >= 300
