"""Remarks in the columns that no letter prints, « annulé », « en attente »: perhaps the row wants no letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from pipeline.clean.remarks import TO_DO, TO_DROP, TO_FILL
from pipeline.french.words import fold
from pipeline.model import Anomaly, Letter, RowRef, Severity
from pipeline.table import OTHER
from pipeline.validate.row import Row

_COLUMNS = (OTHER, "chef_fonction", "referent_fonction", "code_postal")
_SUBJECT = (
    r"(?:lettre|courrier|mission|candidature|ligne|demande|dossier|nomination|imp|indemnite|poste|designation|"
    r"referente?|"
    r"agent|accord|decision|proposition|offre|fonction|college|lycee|etablissement|structure)s?"
)
_DONE = (
    r"(?:(?:annul|supprim|retir|rejet|bloqu|ferm|ecart|abandonn|invalid|report|gel|declin|desactiv|refus|ajourn|radi|"
    r"licenci)ee?s?|"
    r"suspendue?s?|differee?s?|stoppee?s?)"
)
_NOT = "".join(rf"(?<!\b{word} )" for word in ("pas", "non", "plus", "jamais", "sans", "aucun", "aucune", "pas de"))
_WHEN = (
    r"(?:$|(?: |$)(?:le|la|l|au|aux|a|en|par|pour|depuis|suite|cette|definitivement|jusqu|de la liste|du dispositif|"
    r"\d\S*)\b)"
)
"""What may follow a participle that begins a remark: nothing, or a date, a cause, an author."""
_WAITED = (
    r"(?:validation|confirmation|accord|decision|reponse|retour|nomination|designation|recrutement|arbitrage|visa|avis|"
    r"remplac\w+|noms?|affectation|arrete|referente?|feu vert|candidat\w*|notification|mutation)"
)
_DO = (
    r"(?:faire|envoyer|editer|produire|imprimer|generer|etablir|traiter|compter|payer|verser|signer|tenir compte|"
    r"prendre|diffuser|publier|adresser|transmettre|notifier|remunerer|mettre|retenir|reconduire|renouveler|expedier|"
    r"sortir|integrer|inclure|considerer|utiliser|valider|designer|nommer|conserver|garder)"
)
_POST = (
    r"(?:(?:le |la |l |un |une |en |de |du |au |a |dans |etre |d )*(?:referente?|poste|mission|fonctions?|volontaire|"
    r"retenue?|validee?|nommee?|designee?|disponible|concernee?|interessee?|partie|continuer|poursuivre|assurer|"
    r"exercer|imp|etablissement|college|lycee|role|suite|academie)|la$)"
)
_BY = r"(?:chef|principale?|proviseure?|direct\w+|dasen|dsden|recteur|rectrice|rectorat|interessee?|personne)"
_CANCELLED = (
    rf"{_NOT}\b(?:annule(?:e?s?|r)|refus(?:ee?s?|er)|demission\w*|desist\w+|renonc\w+|doublons?|obsolete)\b",
    rf"^{_DONE}{_WHEN}|\b(?:a|s est|est|a ete) {_NOT}{_DONE}\b",
    r"^(?:annuler|supprimer|retirer|enlever|ignorer|suspendre|annulation|refus|suppression|suspension)\b(?! (?:de|du|"
    r"des|d) )",
    rf"\b{_SUBJECT} (?:(?:est|a ete|sera|etait) )?{_NOT}{_DONE}\b",
    rf"\b(?:annulation|refus|suppression|fermeture|rejet)(?:$| (?:du |de la |de l |de |d )?(?:{_SUBJECT}|{_BY})\b)",
    r"^(?:stop|ko|nok|abandon|retrait|radiation|caduc|caduque|erreur)\b|\bse retire\b|\bpar erreur\b|\berronee?s?\b",
    r"^(?:ligne |lettre )?(?:de )?test$|^brouillon$|^inacti(?:f|ve)$|^(?:en )?double$|\bligne (?:fausse|en trop|"
    r"inutile)\b",
    r"\bsans suite\b|\bsous reserve\b|\bhors (?:campagne|dispositif|perimetre|quota)\b",
    r"\b(?:non|pas|plus) (?:encore )?(?:volontaire|renouvelee?|reconduite?|validee?|confirmee?|retenue?|eligible|"
    r"concernee?|acceptee?|favorable|autorisee?)\b",
    r"\b(?:ineligible|defavorable|avis negatif)",
    rf"^(?:en )?desaccord\b|\bdesaccord (?:du |de la |de l )?{_BY}\b",
    rf"\b{_BY} (?:est )?(?:en desaccord|opposee?|contre)\b",
    rf"\bopposition (?:du |de la |de l )?{_BY}\b|\b(?:pas|sans|aucun)(?: d| l)? accord\b|\b(?:a dit|dit|repond) non\b",
    r"\b(?:n|ne) (?:l |la |le |s )?(?:accept|pourra|continu|poursui|travaill|enseign|assur|exerc|sera|donne)\w* "
    r"(?:pas|plus)\b",
    r"\b(?:veut|souhaite|demande a|va|doit|compte) (?:partir|arreter|quitter|cesser|demissionner|renoncer|"
    r"changer de (?:poste|fonction|college|lycee))\b|"
    r"^(?:elle |il )?arrete(?:$| (?:la|sa|ses|au|en|le) (?!\d))",
)
_NO_LETTER = (
    rf"\b(?:ne|n) (?:pas|plus|rien) (?:l |la |le |les |y |en |encore |lui )?{_DO}\b",
    r"\b(?:pas de|sans|aucune?|ni) (?:lettre|courrier|mission)s?\b|^pas d imp$|\blettre (?:inutile|non |deja )",
    r"\bdeja (?:faite?|envoyee?|transmise?|signee?|editee?|produite?|payee?|versee?)s?\b",
)
_WAITING = (
    rf"\battente\b(?! (?:de|du|des|d|pour)\b)|\battente (?:de (?:la |l |son )?|du |des |d un |d )?{_WAITED}\b",
    rf"\ben suspens\b|\ben pause\b|\bstand ?by\b|\ben cours de {_WAITED}\b|\battendre\b",
    rf"\ba (?:{TO_FILL}|{TO_DROP})\b",
)
_ANOTHER = (
    rf"\bremplace(?:e?s?) par\b|\bremplacees?\b|^remplaces?{_WHEN}|\b(?:sera|est|a ete|etre|fut) remplace",
    r"\bremplacement (?:par|a prevoir|en cours|demande|prevu)\b",
    r"\b(?:n|ne) (?:est|sera|exerce\w*|assure\w*|souhaite\w*|veut|peut|fait|fera|prend\w*|reprend\w*|occupe\w*) "
    rf"(?:pas|plus)(?: {_POST}|$)",
    r"\ba (?:la|sa) place(?:$| de (?:m|mme|mlle)\b)|\bau lieu de (?:m|mme|mlle)\b|"
    r"\b(?:laisse|cede) (?:la|sa) place\b|\bsuccedee? par\b|"
    r"\b(?:m|mme|mlle) (?:\w+ ){1,3}(?:(?:le|la|l|lui) )?(?:remplace$|succede\b|prend (?:la|sa) (?:suite|place)\b|"
    r"reprend la mission\b|assure (?:la mission|l interim)\b)|\b(?:desormais|maintenant) (?:m|mme|mlle)\b|"
    r"\b(?:m|mme|mlle) (?:\w+ ){1,3}(?:desormais|maintenant)\b|^(?:c est|voir plutot|plutot) (?:m|mme|mlle)\b|"
    r"\b(?:nouve\w+ referente?|remplacante?) (?:m|mme|mlle)\b|^remplacement$|\binterim de (?:m|mme|mlle)\b|"
    r"\bchange(?:ment|r) de referente?\b",
    r"^plus (?:la|ici|dans|a|au|personne|de referente?|disponible|present\w*|affecte\w*)\b|\bn a plus\b|"
    r"\b(?:est|sont|etait) partie?s?\b(?! en (?:formation|stage|sortie))|"
    r"^(?:absente?|vacante?|poste vacant)(?:$| (?:depuis|jusqu|pour|longue)\b)|"
    r"\bs en va\b|\b(?:affectee?|nommee?|exerce|parti?e?) ailleurs\b|^detachee?\b|\ben detachement\b",
    r"\bplus (?:en poste|referente?)\b|\bancien(?:ne)? referente?\b|\bfin de (?:mission|fonctions?|contrat)\b",
    r"\bmission (?:terminee|achevee|finie|arretee|interrompue|stoppee)\b|\b(?:cesse|cessation)\b",
    r"^partie?s?(?: (?:le|au|en|depuis|vers|a|chez|pour|hors|dans)\b.*)?$|"
    r"\b(?:a quitte|quittera|quitte (?:l|le|la|son|sa|ses)|a arrete|"
    r"contrat termine)\b|\ba change (?:de|d) (?:etablissement|poste|college|lycee|academie|fonction)",
    r"^departs?(?:$| (?:le|au|en|a|prevu|definitif)\b)|\b(?:a la|en|pour) retraite\b|^retraitee?s?\b",
    rf"\bmutee?s?{_WHEN}|^mutation(?:$| (?:obtenue|accordee|au|le|a)\b)|\bdeces\b|\bdecedee?s?\b",
    r"\b(?:conge|arret) (?:de )?(?:longue |long )?(?:maladie|maternite|parental|formation|duree|travail|sans solde)\b",
    r"^(?:en |est en )?(?:arret|conge|disponibilite|c(?:lm|ld|gm|mo))\b|\bmise? en disponibilite\b",
)
_STOP = re.compile("|".join(f"(?:{one})" for one in (*_CANCELLED, *_NO_LETTER, *_WAITING, *_ANOTHER)))
_OF_ELSE = re.compile(
    r"\b(?:adresse|atelier|badge|classe|commande|commission|compte|convention|courriel|cours|date|entretien|formation|"
    r"gymnase|heure|horaire|jour|lieu|mail|materiel|mot de passe|rdv|rendez vous|reunion|rib|salle|seance|signature|"
    r"sortie|stage|telephone|travaux|vacances|visite|voyage)s?(?: (?!et |mais |puis |lettre |mission )\w+){0,4}? "
    rf"(?:{_DONE}|en attente|a {TO_DO})\b|\bannule et remplace\b|"
    r"\b(?:attente|cours) de signature\b|\bpas (?:de |d )?(?:demission|doublon|refus|annulation)\b"
)
"""What is said of something else than the letter or the post: « réunion annulée », « RIB à vérifier »."""
_YES = frozenset({"oui", "o", "x", "vrai", "1", "yes", "ok"})
_NO = frozenset({"non", "n", "faux", "0", "no", "pas", "aucune"})
_WANTED = re.compile(
    r"\b(?:accord|validee?|validation|acceptee?|confirmee?|confirmation|retenue?|eligible|maintenue?|volontaire)s?\b|"
    r"\ba (?:envoyer|produire|editer|imprimer|faire)\b|^(?:lettre|courrier|lm|mission)s?(?: de mission)?$|"
    r"^(?:maintien|acti(?:f|ve)|presente?|poursuite?|continue|(?:referente? )?(?:toujours )?en poste)$"
)
"""Headers under which « non » means that the row wants no letter."""
_MESSAGE = (
    "s’il ne faut pas de lettre, retirez la ligne, car cette cellule n’en arrête aucune. Sinon, il n’y a rien à faire."
)


def check_statuts(row: Row) -> list[Anomaly]:
    """Warn about each cell without role that may mean that this letter is not to be made, since it is."""
    return [
        row.warning(name, "remarque", f"« {row.shown(name)} » : {_MESSAGE}")
        for name, column in row.columns.items()
        if name.startswith(_COLUMNS) and (text := row.text(name)) and (stops(text) or _marks(column.header, text))
    ]


def check_margins(margins: Iterable[tuple[str, int, str, str]], letters: Iterable[Letter]) -> list[Anomaly]:
    """Warn about such a remark beside the row of a letter, under no header."""
    kept = {letter.row for letter in letters}
    return [
        Anomaly(row, "remarque", Severity.AVERTISSEMENT, f"« {text[:80]} » : {_MESSAGE}", cell=f"{letter}{line}")
        for sheet, line, letter, text in margins
        if (row := RowRef(sheet, line)) in kept and stops(text)
    ]


@lru_cache(maxsize=50_000)
def stops(text: str) -> bool:
    """Return whether a remark may mean that no letter is to be made: « annulé », « remplacée par Mme Durand »."""
    return bool(_STOP.search(_OF_ELSE.sub(" ", fold(text)).strip()))


def _marks(header: str, text: str) -> bool:
    """Return whether a mark under a header says the same: « X » under « Annulé », « non » under « Accord du chef »."""
    said = fold(text)
    return (said in _YES and stops(header)) or (said in _NO and bool(_WANTED.search(fold(header))))
