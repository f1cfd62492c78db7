"""What people write in the place of a value: where to look for it, what is to be done with it, that there is none."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.french.words import fold

_THERE = r"(?:que|qu|au|aux|a la|en|la|le|les|l|pour|dans|ci|plus|dessus|dessous|avant|apres|lignes?|\d+)\b.*"
"""What follows « comme » or « pareil » where they send elsewhere; alone, or beside a first name, they are surnames."""
_OF_SAME = (
    r"(?:chose|chefs?|etab\w*|referente?s?|personne|colleges?|lycees?|ecole|commune|ville|nom|uai|rne|numero|"
    r"principale?|proviseure?|direct\w+)"
)
_ELSEWHERE = re.compile(
    r"(?:voir|cf|confer|idem|ibid|ibidem|renvoi|se reporter|se referer|reportez|plus haut|plus bas)\b.*|"
    rf"(?:id|dito|ditto|identique|similaire)(?: {_THERE})?|(?:comme|pareil(?:le)?|semblable) {_THERE}|"
    rf"(?:(?:le|la|les) )?memes?(?: {_THERE}| {_OF_SAME}\b.*)?|"
    r".+ idem|.*\bci (?:dessus|dessous|avant|apres|contre)\b.*|"
    r".*\b(?:lignes?|lig|cellules?) (?:(?:n|no|numero) )?[a-z]{0,2}\d+\b.*|"
    r".*\b(?:ligne|page|feuille|onglet|cellule|case) (?:precedente?|suivante?|d\w+ (?:haut|dessus|dessous))\b.*"
)
"""What sends to another cell, folded."""
_ASIDE = re.compile(r"(?:[(\[,;:/]|\s[–—-])\s*(?:voir|cf|idem)\b|\bcf\.")
"""The same after a name, as it is written: « Collège Jean Moulin (voir note) »."""
_MARKS = "\"'«»“”„‟″‴〃‶’‘´`↑⇑▲"
_BETWEEN = " \t\n\u00a0\u202f-–—_.,=/"
_DITTO = re.compile(rf"[{_MARKS}]|//|,,")

TO_FILL = "confirmer|designer|identifier|nommer|pourvoir|rechercher|recruter|remplacer|trouver|valider"
"""What is still to be done where nobody holds a post for certain: « à pourvoir », in a name’s cell and beside it."""
TO_WRITE = "affecter|attribuer|choisir|completer|definir|determiner|preciser|renseigner|venir|voir"
"""What is to be done where a name has not been written yet."""
TO_DROP = (
    "annuler|bloquer|corriger|ecarter|enlever|exclure|ignorer|oter|reconfirmer|refaire|retirer|revoir|supprimer|"
    "suspendre|verifier"
)
"""What is to be done with a row that may want no letter."""
_TO_ASK = (
    "ajouter|appeler|attendre|chercher|communiquer|contacter|creer|demander|fermer|fournir|indiquer|joindre|modifier|"
    "rajouter|rappeler|relancer|remplir|saisir|signaler|suivre|transmettre"
)
TO_DO = rf"(?:{TO_FILL}|{TO_WRITE}|{TO_DROP}|{_TO_ASK})"
"""All of them: the verbs, folded, that follow « à » in a remark."""
_DONE = (
    r"(?:abandonn|annul|bloqu|ecart|fusionn|invalid|rattach|refus|rejet|remplac|report|retir|suppress|supprim|"
    r"transfer)(?:e|ee|es|ees|er|ation|ion)|"
    r"fermeture|fermees?|ferme(?= (?:au|le|a|depuis|en|pour|cette|suite|definitivement|\d))|suspendue?s?|suspension|"
    r"demission\w*|desist\w*|obsolete|caduc|caduque|perimee?"
)
_REMARK = re.compile(
    rf"(?:(?:est |ete |etablissement |poste |ligne )*(?:{_DONE})|doublons?|en double|n existe|"
    rf"ne? (?:\w+ )?(?:pas|plus|rien|jamais)|(?:je |on )?ne sai[st] pas)\b.*|"
    rf"a (?:ne pas|{TO_DO})\b.*|"
    r"(?:est |mise? )?en (?:attente|cours|suspens)\b.*|attente\b.*|sans (?:objet|reponse|suite|nom|affectation|"
    r"etablissement|commune)\b.*|"
    r"non (?:affect|applic|communiqu|concern|confirm|connu|defini|design|determin|disponible|identifi|nomm|pourvu|"
    r"precis|recu|"
    r"renseign|retenu|saisi|transmis|trouv|valid)\w*\b.*|"
    r"pas (?:encore|de (?:nom|reponse|lettre|chef|referent|etablissement|commune)|d (?:etablissement|information))\b.*|"
    r"tb[acd]|to ?do|to be \w+|sous reserve\b.*|provisoire|inconnue?s?|indetermine?e?s?|hors (?:campagne|dispositif)|"
    r"(?:ligne|"
    r"etablissement) (?:vide|test)"
)
"""What is certainly the name of nobody and of nothing, folded."""
_AS_WRITTEN = re.compile(r"n\s*/\s*[acdr]\.?|(?:(?:est|établissement|poste)\s+)?fermés?\W*", re.IGNORECASE)
"""Unfolded: the bar sets « N/A » apart from initials, the accent « fermé » from « Ferme »."""


@lru_cache(maxsize=50_000)
def sends_elsewhere(text: str) -> bool:
    """Return whether a cell sends to another one: « voir ligne 12 », « cf. mail », « idem Rennes », ditto marks."""
    return bool(_ELSEWHERE.fullmatch(fold(text)) or _ASIDE.search(text) or is_ditto(text))


def is_ditto(text: str) -> bool:
    """Return whether a cell holds nothing but ditto marks: « " », « - // - », an arrow upwards."""
    return not text.strip(_MARKS + _BETWEEN) and bool(_DITTO.search(text))


@lru_cache(maxsize=50_000)
def is_remark(text: str) -> bool:
    """Return whether a cell says what is to be done, or that there is nothing, in the place of any name or value."""
    return bool(_REMARK.fullmatch(fold(text)) or _AS_WRITTEN.fullmatch(text))
