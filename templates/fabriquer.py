"""Rebuild lettre_mission.docx and exemple_variantes.docx: `python templates/fabriquer.py`.

The first one is the letter that the program uses, and it may as well be edited in Word; this is how the shipped one was
made. The second shows once each thing that a template can say. The wording is in `LETTRE` and `EXEMPLE`, the looks are
in `STYLES`. The package is written by hand because it stays small that way: LibreOffice spends time on every style,
theme and latent style that a template carries along.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

DOSSIER = Path(__file__).parent
POLICE, JUMELLE = "Arial", "Liberation Sans"
"""Windows and Word have the first; LibreOffice puts the second in its place elsewhere, of the same widths."""
BLEU = "1F3A68"
INSECABLE = "\u00a0"
_FIN = re.compile(r"(?: [^\s#]+){3}(?: [:;!?»])?$")
"""The three spaces before the last words, those that stay together with a sign being one: « suivants : »."""
POINTS = "…" * 11
"""The dates are written by hand when the letter is signed."""

Paragraphe = tuple[str, str]
Corps = tuple[tuple[str, str | tuple[tuple[str, ...], ...] | tuple[tuple[Paragraphe, ...], ...]], ...]
"""A letter: style and text of each paragraph, the rows of a « Tableau », or the paragraphs of each « Colonnes »."""
Parties = dict[str, tuple[str, str, str, str]]
"""By name in the package: content type, the part that relates to it, type of the relationship, content."""

# Style, then text. « **…** » is bold. Apostrophes and the no-break spaces of French are put in by `typographie`.
LETTRE: Corps = (
    # Places for what each académie adds: a comment costs no line, and says in Word what to put there.
    ("Academie", "{#p Bloc-marque : mettez votre image à la place de cette ligne. #}"),
    ("Academie", "{{ academie }}"),
    ("Dsden", "{{ dsden.intitule }}"),
    ("Expediteur", "{#p Service : tapez le vôtre à la place de cette ligne. #}"),
    ("Expediteur", "{#p Référence : tapez la vôtre à la place de cette ligne. #}"),
    ("Heading1", "LETTRE DE MISSION {{ referent.DU_REFERENT }} « DÉCROCHAGE\u00a0SCOLAIRE »"),
    ("Subtitle", "Année scolaire {{ annee_scolaire }}"),
    ("Mention", "{%p if remplace %}"),
    ("Mention", "Cette lettre annule et remplace celle transmise le {{ remplace }}."),
    ("Mention", "{%p endif %}"),
    (
        "Reference",
        # The name as the workbook writes it; a line may end before the commune, never before the dash.
        "{{ etablissement.nom }}{% if etablissement.commune %}, {{ etablissement.commune }}{% endif %}"
        "\u00a0– UAI {{ etablissement.uai }}",
    ),
    ("Visa", "{%p for visa in visas %}"),
    ("Visa", "{{ visa }}"),
    ("Visa", "{%p endfor %}"),
    (
        "Objet",
        "Il est confié à **{{ referent.nom_complet }}** la mission de {{ referent.referent }} décrochage scolaire "
        "**{{ etablissement.a_nom }}**, pour l'année\u00a0scolaire {{ annee_scolaire }}"
        # Two columns that a workbook may have; named so that nobody has them for another use.
        '{% if autres["Début de mission"] | default("") %}, à compter du '
        '{{ autres["Début de mission"] | default("") | date }}{% endif %}'
        '{% if autres["Fin de mission"] | default("") %}, jusqu\'au '
        '{{ autres["Fin de mission"] | default("") | date }}{% endif %}.'
        # True whatever each of them receives: two rows do not tell whether an IMP is shared.
        "{% if referent.collegues %} Cette mission est également confiée à {{ referent.collegues }}.{% endif %}",
    ),
    (
        "Annonce",
        # Without a civilité the name comes last: « de Anne Petit » would be wrong before a vowel.
        "Cette mission, qui s'exercera sous la responsabilité directe "
        "{% if chef.civilite %}de {{ chef.nom_complet }}, {{ chef.chef }} {{ etablissement.d_etablissement }}, "
        "{% else %}{{ chef.du_chef }} {{ etablissement.d_etablissement }}, {{ chef.nom_complet }}, {% endif %}"
        "s'inscrit dans le cadre de la politique académique de lutte contre le décrochage scolaire et prend appui sur "
        "le référentiel national d'activités et de compétences MLDS ({{ referentiel }}) dans les champs de la "
        "prévention, de l'intervention "
        # In one piece: a few words alone would stand before the list.
        "comme\u00a0de\u00a0la\u00a0remédiation,\u00a0avec les objectifs suivants :",
    ),
    (
        "ListBullet",
        "Contribuer au diagnostic décrochage de l'établissement et faciliter la mise en œuvre des solutions permettant "
        "de maintenir le lien scolaire ou le retour en formation.",
    ),
    (
        "ListBullet",
        "Participer au sein de l'établissement à la mise en place d'une politique de prévention du décrochage scolaire "
        "et de sécurisation des parcours en assurant le conseil technique auprès "
        "{{ chef.du_chef | insecable }}\u00a0d'établissement.",
    ),
    (
        "ListBullet",
        "Accompagner et aider à mobiliser la communauté éducative sur les dimensions personnelles, pédagogiques et "
        "institutionnelles du décrochage scolaire. À ce titre, {{ referent.il }} participe au GPDS d'établissement, "
        "conseille sur ses modalités de fonctionnement afin que celui-ci soit actif et fait le lien avec les "
        "enseignants.",
    ),
    (
        "ListBullet",
        "Participer au repérage et à l'évaluation des besoins des jeunes en risque ou en situation de décrochage et "
        "initier la réflexion des équipes sur les protocoles à mettre en œuvre pour y remédier au sein de "
        "l'établissement, notamment pour les élèves entrants mais aussi pour ceux qui ont échoué une première fois à "
        "l'examen.",
    ),
    (
        "ListBullet",
        "Contribuer à la rédaction d'un bilan annuel présenté au conseil d'administration et transmis au responsable "
        "de réseau FOQUALE du district. {{ referent.Il }} pourra également rendre compte des actions menées et faire "
        "connaitre les progrès accomplis, tout au long de l'année et à l'occasion de la Semaine de la Persévérance "
        "Scolaire.",
    ),
    (
        "Objet",
        '{{ referent.Le_referent }} décrochage scolaire pourra être {{ "sollicité" | accord(referent) }} '
        "par le responsable FOQUALE et/ou par le coordonnateur MLDS pour participer à des "
        "réunions de formations et/ou d'informations dans une logique de compétences et d'expertises partagées.",
    ),
    (
        "BodyText",
        "{% if imp %}{{ referent.Il }} bénéficie d'une indemnité pour mission particulière : "
        "**{{ imp.nombre }}\u00a0IMP** au taux de **{{ imp.montant }}** ({{ imp.montant | en_lettres | insecable }})."
        "{% else %}Cette mission est exercée sans indemnité pour mission particulière"
        "{% if decharge %} : une décharge en tient lieu{% endif %}.{% endif %}",
    ),
    (
        "BodyText",
        "Une formation des référents décrochage scolaire est organisée au niveau académique pour accompagner à la "
        "prise de cette fonction et, dans un second temps, approfondir et enrichir sa pratique.",
    ),
    (
        "Fin",
        "Enfin, divers outils comme la mallette GPDS sont également disponibles sur l'espace ressources « Persévérance "
        "scolaire » de l'application Tribu, accessible via l'espace ARENA.",
    ),
    (
        "Colonnes",
        (
            (
                ("Vu", f"Vu et pris connaissance, le {POINTS}"),
                ("Signataire", "**{{ chef.nom_complet }}**"),
                ("Signature", "{{ chef.Chef }} {{ etablissement.d_etablissement }}"),
            ),
            (
                ("Vu", f"Vu et pris connaissance, le {POINTS}"),
                ("Signataire", "**{{ referent.nom_complet }}**"),
                ("Signature", "{{ referent.L_interesse }}"),
            ),
        ),
    ),
    ("Copie", "Une copie de ce document est à adresser à la {{ dsden.intitule }} ({{ dsden.courriel }})."),
)

EXEMPLE: Corps = (
    ("Heading1", "Tout ce qu'un gabarit peut dire, une fois"),
    ("Heading2", "Le classeur et config.toml"),
    (
        "BodyText",
        "{{ referent.nom_complet }}{% if referent.fonction %}, {{ referent.fonction }}{% endif %}, "
        "{{ etablissement.nom }} (UAI {{ etablissement.uai }}), {{ academie }}, {{ dsden.intitule }}, "
        "{{ dsden.courriel }}, {{ referentiel }}.",
    ),
    ("ListBullet", "{%p for visa in visas %}"),
    ("ListBullet", "{{ visa }}"),
    ("ListBullet", "{%p endfor %}"),
    ("Heading2", "Des mots qui s'accordent"),
    (
        "BodyText",
        '{{ referent.Le_referent }} est {{ "nommé" | accord(referent) }} {{ etablissement.a_nom }}, auprès '
        "{{ chef.de_nom_complet }}, {{ chef.titre }}. {{ referent.Il }} participe à la vie {{ etablissement.de_nom }}.",
    ),
    ("Heading2", "Des montants, des dates, des années"),
    (
        "BodyText",
        "Année {{ annee_scolaire }}, du {{ debut_annee }} au {{ fin_annee }}. "
        '{% if autres["Début de mission"] | default("") %}Début de mission : '
        '{{ autres["Début de mission"] | default("") | date }}, année scolaire '
        '{{ autres["Début de mission"] | default("") | annee_scolaire }}. {% endif %}'
        '{% if autres["Frais de déplacement"] | default("") %}Frais : '
        '{{ autres["Frais de déplacement"] | default("") | euros }} '
        '({{ autres["Frais de déplacement"] | default("") | euros | en_lettres }}).{% endif %}',
    ),
    ("Heading2", "Des variantes selon la ligne"),
    ("BodyText", "{%p if imp %}"),
    (
        "BodyText",
        "Indemnité : {{ imp.nombre }} IMP, {{ imp.montant }} en figures, {{ imp.montant | en_lettres }} en lettres.",
    ),
    ("BodyText", "{%p elif decharge %}"),
    ("BodyText", "Une décharge tient lieu d'indemnité."),
    ("BodyText", "{%p else %}"),
    ("BodyText", "Mission sans indemnité."),
    ("BodyText", "{%p endif %}"),
    ("BodyText", "{%p if referent.collegues %}"),
    ("BodyText", "Mission partagée avec {{ referent.collegues }}."),
    ("BodyText", "{%p endif %}"),
    ("BodyText", "{%p if remplace %}"),
    ("BodyText", "Cette lettre annule et remplace celle transmise le {{ remplace }}."),
    ("BodyText", "{%p endif %}"),
    ("BodyText", '{%p if autres["Fin de mission"] | default("") %}'),
    ("BodyText", 'Une partie de l\'année : jusqu\'au {{ autres["Fin de mission"] | default("") | date }}.'),
    ("BodyText", "{%p endif %}"),
    ("Heading2", "Une colonne de plus, si le classeur l'a et si la cellule est remplie"),
    ("BodyText", '{%p if autres["Observations"] | default("") %}'),
    ("BodyText", 'Observations : {{ autres["Observations"] | default("") }}'),
    ("BodyText", "{%p endif %}"),
    ("Heading2", "Un tableau des référents de l'établissement"),
    (
        "Tableau",
        (
            ("Nom", "Fonction", "IMP", "Montant"),
            ("{%tr for un in equipe %}", "", "", ""),
            ("{{ un.nom_complet }}", "{{ un.fonction }}", "{{ un.imp }}", "{{ un.montant }}"),
            ("{%tr endfor %}", "", "", ""),
        ),
    ),
)
"""Each thing that a template can say, once: to be copied from, and read beside the guide."""

PIED = "{{ dsden.intitule }} – Lettre de mission {{ annee_scolaire }} – UAI {{ etablissement.uai }}"
TITRE = "Lettre de mission – {{ referent.nom_complet }} – {{ etablissement.nom }} ({{ etablissement.uai }})"

COTES = ("top", "left", "bottom", "right")
CADRE = "".join(f'<w:{cote} w:val="single" w:sz="8" w:space="3"/>' for cote in COTES)

# Identifier: name shown in Word, parent, paragraph properties, run properties (lengths in twentieths of a point).
STYLES = {
    "Normal": ("Normal", "", "", ""),
    "BodyText": ("Body Text", "Normal", '<w:keepLines/><w:spacing w:after="100"/>', ""),
    "Academie": (
        "Académie",
        "Normal",
        '<w:keepNext/><w:spacing w:line="240" w:lineRule="auto"/>',
        f'<w:b/><w:caps/><w:color w:val="{BLEU}"/><w:spacing w:val="10"/><w:sz w:val="24"/>',
    ),
    "Dsden": (
        "DSDEN",
        "Normal",
        f'<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="5" w:color="{BLEU}"/></w:pBdr><w:spacing w:after="200"/>',
        f'<w:color w:val="{BLEU}"/><w:sz w:val="21"/>',
    ),
    "Expediteur": ("Expéditeur", "Normal", "", '<w:sz w:val="18"/>'),
    "Heading1": (
        "heading 1",
        "Normal",
        '<w:keepNext/><w:keepLines/><w:spacing w:after="60"/><w:jc w:val="center"/><w:outlineLvl w:val="0"/>',
        f'<w:b/><w:color w:val="{BLEU}"/><w:sz w:val="25"/>',
    ),
    "Heading2": (
        "heading 2",
        "Normal",
        '<w:keepNext/><w:keepLines/><w:spacing w:before="200" w:after="60"/><w:outlineLvl w:val="1"/>',
        f'<w:b/><w:color w:val="{BLEU}"/><w:sz w:val="21"/>',
    ),
    "Subtitle": ("Subtitle", "Normal", '<w:keepNext/><w:spacing w:after="60"/><w:jc w:val="center"/>', "<w:b/>"),
    "Mention": (
        "Mention d'annulation",
        "Normal",
        f'<w:keepNext/><w:pBdr>{CADRE}</w:pBdr><w:spacing w:before="80" w:after="100"/>'
        '<w:ind w:left="1134" w:right="1134"/><w:jc w:val="center"/>',
        "<w:b/>",
    ),
    "Reference": ("Référence", "Normal", '<w:spacing w:after="200"/><w:jc w:val="center"/>', ""),
    "Visa": ("Visa", "Normal", '<w:keepLines/><w:spacing w:after="40"/>', ""),
    "Objet": ("Objet", "BodyText", '<w:spacing w:before="140"/>', ""),
    "Fin": ("Fin du corps", "BodyText", "<w:keepNext/>", ""),
    "Annonce": ("Annonce de liste", "BodyText", "<w:keepNext/>", ""),
    "ListBullet": (
        "List Bullet",
        "BodyText",
        '<w:keepLines/><w:numPr><w:numId w:val="1"/></w:numPr><w:spacing w:after="50"/>',
        "",
    ),
    "Vu": ("Vu et pris connaissance", "Normal", '<w:keepNext/><w:spacing w:before="130" w:after="20"/>', ""),
    "Signataire": ("Signataire", "Normal", "<w:keepNext/><w:keepLines/>", ""),
    # 22 mm to sign and stamp, inside the row: they stay where it goes.
    "Signature": ("Signature", "Normal", '<w:keepNext/><w:keepLines/><w:spacing w:after="1247"/>', ""),
    "Copie": (
        "Copie",
        "Normal",
        "<w:keepLines/>",
        '<w:sz w:val="18"/>',
    ),
    "Footer": (
        "footer",
        "Normal",
        '<w:tabs><w:tab w:val="right" w:pos="9752"/></w:tabs>',
        '<w:color w:val="404040"/><w:sz w:val="16"/>',
    ),
}

BORDS = (*COTES, "insideH", "insideV")
FIN_DE_SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId1"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="737" w:right="1077" w:bottom="850" w:left="1077" w:header="510" w:footer="454" w:gutter="0"/>'
    "</w:sectPr>"
)

LARGEUR = 9752
"""Of the text, in twentieths of a point."""
SANS_MARGE = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="142" w:type="dxa"/></w:tblCellMar>'

ENTETE_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
NOMS = f'xmlns:w="{W}" xmlns:r="{R}"'


def typographie(texte: str) -> str:
    """Return the fixed wording with French apostrophes and no-break spaces; what stands in Jinja tags is left alone.

    The last words of a paragraph stay together, so that none ends with a line of one or two.
    """
    morceaux = re.split(r"({{.*?}}|{%.*?%})", texte)
    morceaux[-1] = _FIN.sub(lambda fin: fin[0].replace(" ", INSECABLE), morceaux[-1])
    for rang in range(0, len(morceaux), 2):
        morceau = morceaux[rang].replace("'", "’")
        morceau = re.sub(r" (?=[:;!?»])", INSECABLE, morceau)
        morceaux[rang] = re.sub(r"(?<=[«–]) |(?<=UAI) ", INSECABLE, morceau)
    return "".join(morceaux)


def run(texte: str, proprietes: str = "") -> str:
    """Return one run of text."""
    rpr = f"<w:rPr>{proprietes}</w:rPr>" if proprietes else ""
    return f'<w:r>{rpr}<w:t xml:space="preserve">{escape(texte)}</w:t></w:r>'


def paragraphe(style: str, contenu: str, proprietes: str = "") -> str:
    """Return one paragraph; its text is split into plain and **bold** runs."""
    morceaux = typographie(contenu).split("**")
    runs = [run(morceau, "<w:b/>" if rang % 2 else "") for rang, morceau in enumerate(morceaux) if morceau]
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{proprietes}</w:pPr>{"".join(runs)}</w:p>'


def champ(code: str) -> str:
    """Return a Word field such as PAGE."""
    return f'<w:fldSimple w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def tableau(lignes: tuple[tuple[str, ...], ...]) -> str:
    """Return a table with a line around each cell, its first row repeated on each page."""
    bords = "".join(f'<w:{bord} w:val="single" w:sz="4" w:color="{BLEU}"/>' for bord in BORDS)
    colonnes = '<w:gridCol w:w="2438"/>' * len(lignes[0])
    rangs = "".join(ligne(cellules, entete=rang == 0) for rang, cellules in enumerate(lignes))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{bords}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{colonnes}</w:tblGrid>{rangs}</w:tbl>"
    )


def colonnes(blocs: tuple[tuple[Paragraphe, ...], ...]) -> str:
    """Return groups of paragraphs side by side: a table of one row, without lines, that no page cuts.

    What keeps a paragraph with the next one keeps the row whole, and with the paragraph after it. LibreOffice reads it
    from the paragraphs themselves, and not if the row says that it may not be cut.
    """
    largeur = LARGEUR // len(blocs)
    grille = f'<w:gridCol w:w="{largeur}"/>' * len(blocs)
    contenus = ("".join(paragraphe(*un, "<w:keepNext/>") for un in bloc) for bloc in blocs)
    taille = f'<w:tcPr><w:tcW w:w="{largeur}" w:type="dxa"/></w:tcPr>'
    cellules = "".join(f"<w:tc>{taille}{contenu}</w:tc>" for contenu in contenus)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{LARGEUR}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{SANS_MARGE}</w:tblPr>'
        f"<w:tblGrid>{grille}</w:tblGrid><w:tr>{cellules}</w:tr></w:tbl>"
    )


def ligne(cellules: tuple[str, ...], *, entete: bool) -> str:
    """Return one row of a table."""
    proprietes = "<w:trPr><w:tblHeader/></w:trPr>" if entete else ""
    largeur = '<w:tcPr><w:tcW w:w="2438" w:type="dxa"/></w:tcPr>'
    contenus = "".join(f"<w:tc>{largeur}{paragraphe('Normal', cellule)}</w:tc>" for cellule in cellules)
    return f"<w:tr>{proprietes}{contenus}</w:tr>"


def document(corps: Corps) -> str:
    """Return the body of the letter."""
    genres: dict[str, Callable[..., str]] = {"Tableau": tableau, "Colonnes": colonnes}
    blocs = "".join(
        genres[genre](contenu) if genre in genres else paragraphe(genre, contenu) for genre, contenu in corps
    )
    fin = paragraphe("Normal", "") if corps[-1][0] in genres else ""  # Word wants one after a table
    return f"<w:document {NOMS}><w:body>{blocs}{fin}{FIN_DE_SECTION}</w:body></w:document>"


def pied_de_page(texte: str) -> str:
    """Return the footer: a short reference, and on the right « 1/2 »."""
    numero = f"<w:r><w:tab/></w:r>{champ('PAGE')}{run('/')}{champ('NUMPAGES')}"
    return (
        f'<w:ftr {NOMS}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{run(typographie(texte))}{numero}</w:p></w:ftr>'
    )


def styles(corps: Corps) -> str:
    """Return the styles: 10 pt, French, and nothing that the letter does not use."""
    groupes = (bloc for genre, contenu in corps if genre == "Colonnes" for bloc in contenu)
    ecrits = [paragraphe for paragraphe in (*corps, *chain(*groupes)) if isinstance(paragraphe[1], str)]
    employes = {"Normal", "Footer"} | {style for style, _ in ecrits}
    while parents := {STYLES[nom][1] for nom in employes} - employes - {""}:
        employes |= parents
    defaut = (
        f'<w:rFonts w:ascii="{POLICE}" w:hAnsi="{POLICE}" w:eastAsia="{POLICE}" w:cs="{POLICE}"/>'
        '<w:sz w:val="20"/><w:szCs w:val="20"/><w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/>'
    )
    definitions = "".join(style(nom, *valeurs) for nom, valeurs in STYLES.items() if nom in employes)
    return (
        f"<w:styles {NOMS}><w:docDefaults><w:rPrDefault><w:rPr>{defaut}</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        '<w:spacing w:line="240" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
        f"{definitions}</w:styles>"
    )


def style(identifiant: str, nom: str, parent: str, ppr: str, rpr: str) -> str:
    """Return the definition of one paragraph style."""
    defaut = ' w:default="1"' if identifiant == "Normal" else ""
    base = f'<w:basedOn w:val="{parent}"/>' if parent else ""
    proprietes = (f"<w:pPr>{ppr}</w:pPr>" if ppr else "") + (f"<w:rPr>{rpr}</w:rPr>" if rpr else "")
    return (
        f'<w:style w:type="paragraph"{defaut} w:styleId="{identifiant}"><w:name w:val="{nom}"/>{base}<w:qFormat/>'
        f"{proprietes}</w:style>"
    )


NUMEROTATION = (
    f'<w:numbering {NOMS}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">'
    '<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="ListBullet"/><w:lvlText w:val="•"/>'
    '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="397" w:hanging="284"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)

REGLAGES = (
    f'<w:settings {NOMS}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:characterSpacingControl '
    'w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="fr-FR"/>'
    '<w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
)

POLICES = (
    f'<w:fonts {NOMS}><w:font w:name="{POLICE}"><w:altName w:val="{JUMELLE}"/><w:panose1 w:val="020B0604020202020204"/>'
    '<w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)

PROPRIETES = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    f"<dc:title>{TITRE}</dc:title><dc:creator>{{{{ dsden.intitule }}}}</dc:creator><dc:language>fr-FR</dc:language>"
    "</cp:coreProperties>"
)

OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def parties(corps: Corps) -> Parties:
    """Return the parts of the package."""
    return {
        "word/document.xml": (f"{OFFICE}.document.main+xml", "", f"{R}/officeDocument", document(corps)),
        "word/footer1.xml": (f"{OFFICE}.footer+xml", "word/document.xml", f"{R}/footer", pied_de_page(PIED)),
        "word/styles.xml": (f"{OFFICE}.styles+xml", "word/document.xml", f"{R}/styles", styles(corps)),
        "word/numbering.xml": (f"{OFFICE}.numbering+xml", "word/document.xml", f"{R}/numbering", NUMEROTATION),
        "word/settings.xml": (f"{OFFICE}.settings+xml", "word/document.xml", f"{R}/settings", REGLAGES),
        "word/fontTable.xml": (f"{OFFICE}.fontTable+xml", "word/document.xml", f"{R}/fontTable", POLICES),
        "docProps/core.xml": (
            "application/vnd.openxmlformats-package.core-properties+xml",
            "",
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
            PROPRIETES,
        ),
    }


def types_de_contenu(parties: Parties) -> str:
    """Return [Content_Types].xml."""
    types = "".join(f'<Override PartName="/{nom}" ContentType="{genre}"/>' for nom, (genre, *_) in parties.items())
    return (
        f'<Types xmlns="{TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
    )


def relations(parties: Parties, source: str) -> str:
    """Return the relationships of one part, or of the package when `source` is empty."""
    liens = [(nom, lien) for nom, (_, origine, lien, _) in parties.items() if origine == source]
    lignes = "".join(
        f'<Relationship Id="rId{rang}" Type="{lien}" Target="{nom.removeprefix("word/") if source else nom}"/>'
        for rang, (nom, lien) in enumerate(liens, start=1)
    )
    return f'<Relationships xmlns="{RELATIONS}">{lignes}</Relationships>'


def fabriquer(cible: Path = DOSSIER / "lettre_mission.docx", corps: Corps = LETTRE) -> None:
    """Write a template; the same code gives the same bytes."""
    pieces = parties(corps)
    contenus = {"[Content_Types].xml": types_de_contenu(pieces), "_rels/.rels": relations(pieces, "")}
    contenus |= {nom: contenu for nom, (*_, contenu) in pieces.items()}
    contenus["word/_rels/document.xml.rels"] = relations(pieces, "word/document.xml")
    with zipfile.ZipFile(cible, "w", zipfile.ZIP_DEFLATED) as paquet:
        for nom, contenu in contenus.items():
            entree = zipfile.ZipInfo(nom, (1980, 1, 1, 0, 0, 0))
            entree.compress_type = zipfile.ZIP_DEFLATED
            paquet.writestr(entree, ENTETE_XML + contenu)


if __name__ == "__main__":
    fabriquer()
    fabriquer(DOSSIER / "exemple_variantes.docx", EXEMPLE)
