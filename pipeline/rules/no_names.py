"""Words that name nobody (posts, services, statuses, remarks), and the shapes that no person's name has.

`_NEVER` and its kin are part of no name, whatever stands beside them. `_ALSO_NAMES` are surnames too: each is a name
where it has its capital, and a first name or a civilité beside it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.french import fold
from pipeline.rules.remarques import is_ditto


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TO_DO = (
    r"(?:affecter|attribuer|choisir|completer|confirmer|definir|designer|determiner|identifier|nommer|pourvoir|"
    r"preciser|rechercher|recruter|remplacer|renseigner|trouver|venir|valider|voir)"
)
_DONE = (
    r"(?:affecte|attribue|choisi|communique|confirme|connu|defini|designe|determine|identifie|nomme|occupe|pourvu|"
    r"precise|recrute|remplace|renseigne)e?"
)
_SINCE = r"(?: (?:a|au|de|du|d|depuis|pour|par|suite|en|rentree|dans|des|apres|avant|lors|bientot|prochainement|\d).*)?"
_VACANT = re.compile(
    rf"(?:le )?poste .+|(?:(?:est|reste) )?(?:vacante?|neant|en attente|a {_TO_DO}|non {_DONE}){_SINCE}|"
    r"(?:en cours(?: de)? ?)?(?:recrutement|nomination|designation|affectation|attribution)(?: en cours| a venir)?|"
    r"en cours|n ?c|n a|tb[acd]|to be \w+|"
    rf"(?:pas(?: encore)?(?: de| d)?|sans|aucune?) (?:referente?s?|candidate?s?|volontaires?|titulaire|nom|{_DONE})"
    r"\b.*|personne (?:de|pour|a|au|encore)\b.*|(?:on )?(?:re)?cherche\b.*|r a s"
)
"""What says, folded, that nobody holds a post, sometimes with a date or a reason."""
_MAYBE = frozenset({"sans", "personne", "aucun", "aucune", "x", "xx", "xxx", "xxxx"})
"""The same, unless what stands beside it shows that it is somebody's name."""

_NEVER = _words("""
    proviseur professeur prof enseignant documentaliste certifie agrege contractuel vacataire stagiaire titulaire
    remplacant suppleant interim interimaire gestionnaire infirmier infirmiere coordonnateur coordonnatrice
    coordinateur coordinatrice coordo principale directrice cheffe conseillere referent responsable correspondant
    inspecteur inspectrice educateur educatrice assistant psychologue animateur animatrice formateur formatrice
    rectrice administrateur administratrice delegue secretariat rectorat academie academique scolaire pedagogique
    educatif educative college lycee ecole etablissement universite ministere mairie prefecture departement
    nomme affecte mute detache demissionnaire demission retraite disponibilite maladie maternite paternite parental
    provisoire temporaire definitif definitive bientot ulterieurement absence annule supprime bloque pourvu attente
    rentree candidature recrute designe decrochage decharge faisant prenom civilite plusieurs personnel equipe
    collectif binome neant idem tbd tba tbc mathematiques maths technologie geographie chimie confirmer preciser
    recruter pourvoir designer determiner communiquer renseigner verifier valider supprimer annuler completer
    definir adjointe absente presidente surveillante partante sortante candidate benevole erreur unknown nobody vacancy
    luimeme ellememe mitemps inconnue social partiel quotite
""")
"""Masculine and singular where the feminine adds an e and the plural an s."""
_ACRONYMS = _words("""
    aed aesh atsem avs cdd cdi capes capet cfa cio clg cop cpe cpge daasen daac dafpic dasen
    dcio ddfpt doc dpe draio drh dsden eple
    eps erea ff gpds iaipr ien imp ipr lgt lp lpo lyc mgi mlds nc pegc plp psyen rne saio segpa svt tzr uai ulis upea
""")
_SHORTENED = _words("""
    adj adm contr coord dept dir etab insp int interim pers pi princ prof prov rect ref rempl resp sco secr stag supp
    titul
""")
"""Abbreviations, where their full stop stands: « Prov. Vie Sco. »."""
_ALSO_NAMES = _words("""
    principal directeur chef adjoint conseil conseiller recteur secretaire intendant econome tuteur docteur medecin
    president surveillant moniteur nouveau nouvel nouvelle ancien ancienne absent present vacant libre volontaire
    candidat confirme valide sortant partant entrant charge inconnu divers test total bureau service accueil conge
    depart stage mission poste cours suite nom non oui ok ras bis personne sans aucun aucune
""")
_IN_LONG = _words(
    "par depuis jusqu jusque avec dans sont selon chez pendant avant apres encore toujours est jusqua jusquau"
)
"""Words of a sentence: no name of several words has them."""
_IN_SMALL = _words("""
    deux en au aux sur sous pas plus pour non sans tout tous se son sa ses leur notre votre ce cette cet il elle on nous
    vous ils elles mais donc sera suite vers lors fait faire qui que dont voir cf
""")
"""The same, where everything is in small letters: with a capital they are names of many languages."""
_NOUNS = re.compile(r"\w{2,}tions?|\w{5,}ements?|(.)\1{2,}")
"""« nomination », « remplacement », « établissement », « xxx »; not Clément."""
_STOPPED = re.compile(r"(?:.* )?en (?:conges?|arret|stage|poste|instance|cours|attente|retraite|suspens)(?: .*)?")
_FIRST_NAMES = _words("conception consolation incarnation annonciation presentation visitation assomption")

_PARTICLES = _words("""
    d l de du des la le les lo li van von vom zu zum zur den der het t ter ten te op in el al as ad ed ibn bin bint ben
    bou abu abou ait ould oulad ouled da das do dos di del della dello dei degli dal dalla delle e y i af av ap ar an er
    ur wa thi st ste san santa mac mc nee ne epouse ep ux veuve vve dit dite
""")
"""What a name may hold in small letters, « née » and « épouse » among them."""
_SECOND_NAMES = _words("""
    agnes alain alexandre alice ange andre anne antoine baptiste bernard bruno catherine cecile charles christian
    christine christophe claire claude daniel david denis dominique edouard elisabeth emmanuel eric etienne eve
    france francois francoise frederic gabriel georges gerard gilles guillaume guy helene henri hugues isabelle
    jacques jean jeanne jerome joel joseph jules julien laure laurence laurent line lise louis louise luc lucien
    madeleine marc marcel marie marin marthe martin martine mathieu matthieu maurice michel michele nicolas noel
    noelle odile olivier pascal patrick paul paule philippe pierre raymond regis remi remy rene robert roger rose
    sebastien simon sophie stephane sylvain sylvie therese thierry thomas valerie victor vincent xavier yves yvonne
""")
"""First names of which the second half of a compound one is made: « Jean françois »."""
_TOKEN = re.compile(r"[^\W\d_]+(?:[-‐‑.'’][^\W\d_]+)*\.?")
_ELISION = re.compile(r"[dljDLJ]['’](?=\w)")


@lru_cache(maxsize=50_000)
def says_vacant(text: str) -> bool:
    """Return whether a name cell can hold nobody's name: it has no letter, or says « À pourvoir », « poste bloqué »…"""
    return bool(_VACANT.fullmatch(fold(text))) or not (any(sign.isalnum() for sign in text) or is_ditto(text))


def is_nobody(text: str) -> bool:
    """Return whether a name cell says that the post is vacant: blank, dashes, « À pourvoir », « néant »…"""
    return says_vacant(text) or fold(text) in _MAYBE


@lru_cache(maxsize=50_000)
def no_name_in(text: str) -> str:
    """Return what is part of no person's name in a text, as it is written: « intérim », « DASEN »; "" without any."""
    words = _TOKEN.findall(text)
    if says_vacant(text) and any(sign.isalpha() for sign in text):
        return text
    if found := next((word for word in words if _is_never(word)), ""):
        return found
    if len(words) < 2:
        return ""
    if _STOPPED.fullmatch(fold(text)):
        return text
    if any(_bare(word) in _IN_LONG for word in words) or any(word.casefold() == "à" for word in words):
        return text
    if len(listed := real_words(text)) > 1 and all(_bare(word) in _ALSO_NAMES for word in listed):
        return text
    return text if text == text.lower() and any(_bare(word) in _IN_SMALL for word in words) else ""


def _is_never(word: str) -> bool:
    bare = _bare(word)
    return (
        any(_is_listed(part) for part in (bare, *map(fold, word.split("-"))))
        or bare in _ACRONYMS
        or ("." in word and bare in _SHORTENED)
        or (bool(_NOUNS.fullmatch(bare)) and bare not in _FIRST_NAMES)
    )


def _is_listed(bare: str) -> bool:
    stem = bare.removesuffix("s")
    return not _NEVER.isdisjoint((bare, stem, stem.removesuffix("e")))


def is_also_a_word(text: str) -> bool:
    """Return whether a name is also the word of a post or a status, an article aside: « Principal », « Le Nouveau »."""
    words = real_words(text)
    return len(words) == 1 and _bare(words[0]) in _ALSO_NAMES


def words_in(text: str) -> list[str]:
    """Return the words of a name that are also those of a post or a status."""
    return [word for word in real_words(text) if _bare(word) in _ALSO_NAMES]


def small_words(text: str) -> list[str]:
    """Return the words in small letters, particles aside, of a name that has capitals: « Paul sortant »."""
    if text == text.lower():
        return []
    words = _TOKEN.findall(text)
    return [word for word in words if word == word.lower() != word.upper() and _bare(word) not in _PARTICLES]


def is_small(text: str) -> bool:
    """Return whether a text has letters, all of them small."""
    return text == text.lower() != text.upper()


def real_words(text: str) -> list[str]:
    """Return the words of a name that are no particles."""
    return [word for word in _TOKEN.findall(text) if _bare(word) not in _PARTICLES]


def is_second_name(word: str) -> bool:
    """Return whether a word is a first name that often stands second in a compound one: « françois »."""
    return fold(word) in _SECOND_NAMES


def doubt_in(text: str) -> str:
    """Return the word of a name that looks like none: shortened, cut, without a vowel, a number; "" without any."""
    words = _TOKEN.findall(text)
    long = [word for word in words if len(word.rstrip(".")) > 2 and word.isascii()]
    doubts = [word for word in long if word.endswith(".") and "." not in word[:-1]]
    doubts += [word for word in text.split() if word.startswith("-") or word.endswith("-")]
    doubts += [word for word in long if not re.search("[aeiouy]", word.casefold())]
    if len(words) > 1:
        doubts += [word for word in words if word in ("II", "III", "IV")] + words_in(text)
    return next(iter(doubts), "")


def _bare(word: str) -> str:
    return fold(_ELISION.sub("", word)).replace(" ", "")
