"""The kinds of anomaly as a reader knows them: a heading for each code, how much it weighs, why, what to do.

Tables of docs/reference.md and docs/messages.md are written from here; a test brings each of them about.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Anomaly, Severity

_E, _A, _I = (Severity.ERREUR,), (Severity.AVERTISSEMENT,), (Severity.INFORMATION,)
_EA = _E + _A


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of anomaly: its heading, the severities that it may have, its cause and its remedy, in French."""

    titre: str
    gravites: tuple[Severity, ...]
    cause: str
    remede: str


KINDS = {
    "uai_absent": Kind(
        "Numéro UAI absent", _E,
        "La cellule du numéro UAI est vide.",
        "Écrivez le numéro : sept chiffres et une lettre.",
    ),
    "uai_forme": Kind(
        "Numéro UAI mal écrit", _E,
        "Ce n’est pas sept chiffres et une lettre.",
        "Corrigez le numéro d’après l’annuaire de l’académie.",
    ),
    "uai_cle": Kind(
        "Numéro UAI dont la lettre finale ne correspond pas aux chiffres", _E,
        "Une faute de frappe : la lettre finale découle des chiffres.",
        "Vérifiez le numéro ; celui qui est proposé n’est juste que si les chiffres le sont.",
    ),
    "uai_academie": Kind(
        "Établissement d’une autre académie", _E,
        "Le département de ce numéro n’est pas dans config.toml.",
        "Corrigez le numéro, ou retirez la ligne.",
    ),
    "departement_contradictoire": Kind(
        "Département qui ne correspond pas au numéro UAI", _E,
        "Une colonne, le nom de la feuille ou l’annuaire désigne un autre département que l’UAI.",
        "Corrigez celui qui est faux : l’UAI décide où part la lettre.",
    ),
    "etablissement_absent": Kind(
        "Nom d’établissement absent", _E,
        "La cellule est vide, ou ce n’est pas un nom.",
        "Écrivez le nom de l’établissement.",
    ),
    "chef_absent": Kind(
        "Chef d’établissement absent", _E,
        "La cellule est vide, dit « vacant », ou ne contient qu’une fonction.",
        "Écrivez le nom du chef d’établissement.",
    ),
    "nom_absent": Kind(
        "Nom du référent absent", _E,
        "Il y a un prénom ou une civilité, et pas de nom.",
        "Écrivez le nom, ou « À pourvoir ».",
    ),
    "prenom_absent": Kind(
        "Prénom du référent absent", _E,
        "Il y a un nom, et pas de prénom.",
        "Écrivez le prénom.",
    ),
    "nom_prenom_ambigu": Kind(
        "Nom et prénom impossibles à distinguer", _E,
        "Rien ne dit où finit le nom et où commence le prénom.",
        "Écrivez le nom en majuscules et le prénom en minuscules : « DUPONT Anne ».",
    ),
    "nom_signes": Kind(
        "Nom qui contient autre chose que des lettres", _E,
        "Le nom contient un chiffre ou un signe qu’un nom n’a pas.",
        "Écrivez le nom seul, avec des lettres.",
    ),
    "plusieurs_personnes": Kind(
        "Plusieurs personnes dans une cellule", _E,
        "La cellule contient deux noms.",
        "Écrivez une ligne par personne, chacune avec sa part d’IMP.",
    ),
    "civilite_dans_nom": Kind(
        "Civilité dans la colonne du nom", _E,
        "« M. » ou « Mme » est dans la cellule du nom alors qu’il a sa colonne, ou s’y trouve deux fois.",
        "Laissez le nom seul.",
    ),
    "fonction_dans_nom": Kind(
        "Fonction dans la colonne du nom", _E,
        "Le nom et la fonction sont collés.",
        "Mettez une virgule (« M. Dupont, principal »), ou la fonction dans sa colonne.",
    ),
    "commune_illisible": Kind(
        "Commune illisible", _A,
        "Ce n’est pas un nom de commune ; la lettre n’en dira pas.",
        "Écrivez la commune.",
    ),
    "departement_illisible": Kind(
        "Département illisible", _A,
        "La cellule ne désigne aucun département.",
        "Écrivez le numéro ou le nom du département, ou laissez la cellule vide.",
    ),
    "deux_etablissements": Kind(
        "Même UAI, deux établissements", _A,
        "Deux lignes donnent le même UAI à deux noms.",
        "Vérifiez que le numéro et le nom vont ensemble ; écrivez le nom de la même façon.",
    ),
    "uai_inconnu": Kind(
        "Numéro UAI qui n’est pas dans l’annuaire", _EA,
        "Numéro faux, établissement fermé ou trop récent. C’est une erreur si la commune n’y est pas non plus.",
        "Vérifiez le numéro. Un établissement neuf s’ajoute à l’annuaire.",
    ),
    "uai_autre_etablissement": Kind(
        "Numéro UAI d’un autre établissement", _E,
        "L’annuaire donne ce numéro à un autre nom et à une autre commune.",
        "Corrigez le numéro, ou le nom et la commune.",
    ),
    "etablissement_annuaire": Kind(
        "Nom d’établissement différent de celui de l’annuaire", _A,
        "Le nom n’est pas celui que l’annuaire donne à ce numéro.",
        "Vérifiez que les deux vont ensemble.",
    ),
    "commune_annuaire": Kind(
        "Commune différente de celle de l’annuaire", _A,
        "La commune n’est pas celle que l’annuaire donne à ce numéro.",
        "Vérifiez que les deux vont ensemble.",
    ),
    "meme_referent": Kind(
        "Même nom de référent dans plusieurs établissements", _I,
        "Une personne dans deux établissements, ou deux homonymes.",
        "Rien, si c’est voulu.",
    ),
    "referent_chef": Kind(
        "Référent qui porte le nom du chef", _A,
        "Le référent et le chef de l’établissement ont le même nom : la même personne signerait deux fois.",
        "Vérifiez les deux noms. Rien, si ce sont des homonymes.",
    ),
    "imp_cumul": Kind(
        "Plus d’IMP pour un nom que le barème n’en permet", _A,
        "Les lignes de ce nom dépassent ensemble le plus haut du barème.",
        "Corrigez si c’est une seule personne. Rien, si ce sont des homonymes.",
    ),
    "fonction_sans_imp": Kind(
        "Fonction qui ne reçoit pas d’IMP", _A,
        "Une IMP va aux enseignants, aux CPE et aux professeurs documentalistes.",
        "Vérifiez la fonction.",
    ),
    "civilite_absente": Kind(
        "Civilité absente", _A,
        "La cellule est vide : la lettre emploie « le référent ou la référente ».",
        "Écrivez « M. » ou « Mme » si vous la connaissez.",
    ),
    "civilite_illisible": Kind(
        "Civilité illisible", _E,
        "Ce n’est pas une civilité.",
        "Écrivez « M. » ou « Mme ».",
    ),
    "civilite_contradictoire": Kind(
        "Civilité qui ne correspond pas à la fonction", _A,
        "La civilité et la fonction du chef ne s’accordent pas.",
        "Corrigez celle qui est fausse.",
    ),
    "imp_absent": Kind(
        "Nombre d’IMP et montant absents", _E,
        "Ni nombre d’IMP ni montant.",
        "Écrivez l’un des deux, ou « sans IMP ».",
    ),
    "imp_date": Kind(
        "Fraction qu’Excel a transformée en date", _E,
        "1/2 est devenu le 1er février.",
        "Mettez la cellule au format Standard, puis écrivez 0,5.",
    ),
    "imp_hors_bareme": Kind(
        "Nombre d’IMP hors du barème", _E,
        "Ce nombre d’IMP n’est pas dans le barème de config.toml.",
        "Corrigez-le : le message donne les valeurs possibles.",
    ),
    "imp_illisible": Kind(
        "Nombre d’IMP illisible", _E,
        "Ce n’est pas un nombre d’IMP.",
        "Écrivez par exemple « 1/2 » ou « 0,5 ».",
    ),
    "montant_hors_bareme": Kind(
        "Montant hors du barème", _E,
        "Ce montant n’est pas dans le barème de config.toml.",
        "Corrigez-le : le message donne les valeurs possibles.",
    ),
    "montant_illisible": Kind(
        "Montant illisible", _E,
        "Ce n’est pas un montant.",
        "Écrivez par exemple « 625,00 € ».",
    ),
    "montant_contradictoire": Kind(
        "Nombre d’IMP et montant qui ne vont pas ensemble", _E,
        "Le nombre d’IMP et le montant disent deux choses.",
        "Gardez le bon.",
    ),
    "montant_inhabituel": Kind(
        "Montant inhabituel pour cette mission", _A,
        "Ce montant est légal, mais pas dans « usuels » de config.toml.",
        "Vérifiez-le. Rien, si c’est voulu.",
    ),
    "imp_fusionnee": Kind(
        "IMP d’une cellule fusionnée", _A,
        "Une cellule fusionnée donne ce montant à plusieurs personnes : chacune le reçoit en entier.",
        "Si elles se le partagent, écrivez la part de chacune.",
    ),
    "sans_imp": Kind(
        "Mission sans IMP", _A,
        "La ligne dit « sans IMP » ou « décharge » : la lettre n’a pas de montant.",
        "Vérifiez que c’est voulu.",
    ),
    "pacte": Kind(
        "Mission relevant du Pacte", _E,
        "Une part de Pacte n’est pas une IMP.",
        "Écrivez l’IMP, ou retirez la ligne.",
    ),
    "cellule_en_erreur": Kind(
        "Cellule en erreur", _EA,
        "Une formule en erreur (#REF!) ou jamais calculée. Où la lettre ne la lit pas, ce n’est qu’à vérifier.",
        "Écrivez la valeur, ou enregistrez le classeur dans Excel ou LibreOffice.",
    ),
    "doublon": Kind(
        "Ligne en double", _A,
        "Une autre ligne donne exactement la même lettre : une seule est faite.",
        "Supprimez l’une des deux lignes.",
    ),
    "deux_montants": Kind(
        "Même personne, deux montants", _A,
        "La même personne a deux montants dans un établissement.",
        "Gardez une seule ligne si c’est une erreur.",
    ),
    "meme_personne": Kind(
        "Même personne, deux lettres", _A,
        "La même personne a deux lettres dans un établissement.",
        "Gardez une seule ligne si c’est une erreur.",
    ),
    "uai_contradictoire": Kind(
        "Deux numéros UAI dans une ligne", _E,
        "La cellule du nom contient un autre numéro que la colonne UAI.",
        "Gardez celui des deux qui est juste.",
    ),
    "renvoi": Kind(
        "Renvoi à une autre ligne", _E,
        "La cellule dit « idem » ou « voir plus haut », ce que la lettre ne montre pas.",
        "Écrivez la valeur elle-même.",
    ),
    "signe_dessine": Kind(
        "Signe qu’une lettre ne peut pas montrer", _E,
        "Un dessin ou un symbole est dans le texte.",
        "Ôtez-le.",
    ),
    "texte_abime": Kind(
        "Texte dont des lettres se sont perdues", _E,
        "Des accents mal enregistrés ont été remplacés.",
        "Écrivez le texte en entier.",
    ),
    "second_referent": Kind(
        "Second référent sur la même ligne", _E,
        "Une colonne donne un autre nom, qui n’aurait pas de lettre.",
        "Écrivez une ligne par personne, chacune avec son IMP.",
    ),
    "texte_non_lu": Kind(
        "Texte que le gabarit ne sait pas écrire en toutes lettres", _A,
        "Le gabarit attend une date ou un nombre ; la lettre imprime la cellule telle quelle.",
        "Écrivez une date ou un nombre, ou vérifiez que le texte convient.",
    ),
    "conversion_echouee": Kind(
        "PDF qui n’a pas pu être fabriqué", _E,
        "Le logiciel de conversion n’a pas fait ce PDF, même seul.",
        "Relancez ; si cela se répète, cherchez dans la ligne un texte inhabituel.",
    ),
    "relecture": Kind(
        "PDF refusé à la relecture", _E,
        "Le PDF relu ne montre pas ce que dit la ligne : il n’est pas mis dans le lot.",
        "Lisez la phrase : elle dit ce qui manque. Vérifiez le gabarit, puis relancez.",
    ),
    "a_pourvoir": Kind(
        "Poste à pourvoir", _I,
        "Aucun nom de référent.",
        "Rien : le poste est listé, sans lettre.",
    ),
    "ligne_total": Kind(
        "Ligne de total", _I,
        "Une somme, pas une personne.",
        "Rien.",
    ),
    "note": Kind(
        "Note hors du tableau", _I,
        "Un texte seul, sous ou entre les lignes du tableau.",
        "Rien, sauf si c’était une personne.",
    ),
    "entete_repetee": Kind(
        "En-têtes répétés", _I,
        "Les en-têtes reviennent au milieu du tableau.",
        "Rien.",
    ),
    "hors_selection": Kind(
        "Ligne hors de la sélection", _I,
        "Vous avez demandé une DSDEN (--dsden) ou quelques lettres (--limite).",
        "Rien.",
    ),
}  # fmt: skip

TITLES = {code: kind.titre for code, kind in KINDS.items()}


def title_of(anomaly: Anomaly) -> str:
    """Return the heading of an anomaly's kind; a code without one goes under its column."""
    if anomaly.code in TITLES:
        return TITLES[anomaly.code]
    return f"Colonne « {anomaly.column} »" if anomaly.column else "Autres lignes"
