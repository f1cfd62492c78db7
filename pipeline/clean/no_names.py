"""Words that name nobody (posts, services, statuses, remarks), and the shapes that no person's name has.

`_NEVER` and its kin are part of no name, whatever stands beside them. `_ALSO_NAMES` are surnames too: each is a name
where it has its capital, and a first name or a civilité beside it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.clean.remarks import TO_DO, TO_FILL, TO_WRITE, is_ditto, is_remark
from pipeline.french.words import fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DONE = (
    r"(?:affecte|attribue|choisi|communique|confirme|connu|defini|designe|determine|identifie|nomme|occupe|pourvu|"
    r"precise|recrute|remplace|renseigne)e?"
)
_SINCE = r"(?: (?:a|au|de|du|d|depuis|pour|par|suite|en|rentree|dans|des|apres|avant|lors|bientot|prochainement|\d).*)?"
_VACANT = re.compile(
    rf"(?:le )?poste .+|(?:(?:est|reste) )?(?:vacante?|neant|en attente|a (?:{TO_FILL}|{TO_WRITE})|non {_DONE})"
    rf"{_SINCE}|"
    r"(?:en cours(?: de)? ?)?(?:recrutement|nomination|designation|affectation|attribution)(?: en cours| a venir)?|"
    r"en cours|n ?c|n a|tb[acd]|to be \w+|"
    rf"(?:pas(?: encore)?(?: de| d)?|sans|aucune?) (?:referente?s?|candidate?s?|volontaires?|titulaire|nom|{_DONE})"
    r"\b.*|personne (?:de|pour|a|au|encore)\b.*|(?:on )?(?:re)?cherche\b.*|r a s"
)
"""What says, folded, that nobody holds a post, sometimes with a date or a reason."""
_MAYBE = frozenset({"sans", "personne", "aucun", "aucune", "x", "xx", "xxx", "xxxx"})
"""The same, unless what stands beside it shows that it is somebody's name."""

_NEVER = _words("""
    absence absente academie academique accepte acceptera accompagnement action actuel actuelle actuellement
    adjointe administrateur administration administratrice adresse affectation affecte agrege alternant animateur
    animatrice annee annuel annuelle annulation annule annuler anonyme arrete arrivee arrivera assistant assurera
    attente attention attribution auxiliaire benevolat benevole bientot binome biologie bloque candidate candidature
    certifie cesse cessera changement changer chargee cheffe chimie civilite civique collectif college commentaire
    commission communiquer complement completer comptable confidentiel confirmation confirmer conseillere contact
    continuera contractuel contractuelle contrat coordinateur coordination coordinatrice coordo coordonnateur
    coordonnatrice correspondant courriel creation decede decharge decision decrochage definir definitif definitive
    defunt delegation delegue demission demissionnaire departement designation designe designer desiste desistement
    detache detachement determiner deviendra devient direction directrice discipline disponibilite documentaliste
    documentation ecole economie educateur educatif education educative educatrice eleve ellememe empty enseignant
    enseigne enseignement ensemble envisage envoye equipe erreur etablissement etudiant exerce fonction formateur
    formation formatrice geographie gestion gestionnaire grossesse histoire hospitalise idem ignore important
    inchange inconnue infirmerie infirmier infirmiere informatique inspecteur inspection inspectrice installation
    integration intendance interim interimaire interlocuteur intervention litterature luimeme lycee lyceen lyceenne
    mairie maladie maternite mathematique mathematiques maths mediateur mediatrice ministere mitemps modification
    modifie modifier musique mutation mute mutualise neant nobody nomination nomme nothing numerique observation
    office orientation parental partante partenaire partiel partira paternite pedagogique personnel personnelle
    philosophie physique plastique plateforme plusieurs poursuit poursuivra pourvoir pourvu precedent preciser
    prefecture prenom presidente pressenti prestataire principale prochainement prof professeur prolongation
    prolonge proviseur provisoire psychologue quelquun quittera quotite rappeler reconduction reconduit recrute
    recrutement recruter rectorat rectrice referent refus refusera relance remarque remplacant remplace remplacement
    remplacer remplacera renonce renouvele renouvellement renseigner rentree reponse reprend reprendra reserve
    responsable restera retraite reviendra revient saisie science scolaire secretariat semestre signature social
    sollicite somebody someone sortante souhaite souhaiterait specialite stagiaire standard station substitution
    suppleance suppleant suppression supprime supprimer surveillante tableau tba tbc tbd teacher technique
    technologie telephone temporaire titulaire titularisation travaille trimestre tutrice ulterieurement universite
    unknown untel urgent vacance vacances vacancy vacataire vacation validation valider verbal verifier viesco
    volontariat
""")
"""Masculine and singular where the feminine adds an e and the plural an s."""
_ACRONYMS = _words("""
    aed aesh ash atsem avs bmp canope capes cardie casnav cdd cdi cfa cio cld clg clm cpe cpge crpe csaio cten daac
    daasen dacs dafpic dasen dcio ddfpt doc dpe draaf drafpic draio drane drh dsden eap emas emc eple eps erea ersh
    fcpe ff foquale gpds greta hsa hse iaipr ien ime imp inspe ipr itep lgt llce lp lpo lyc mecs mgen mgi mlds nc
    nsi nsp nspp pacte peep pegc pial plp prag prce psad psy psyen pvs rased rds rne saio sco sdjes segpa sessad snt
    spc sti stmg svt tzr uai ulis upea upr
""")
_SHORTENED = _words("""
    adj adm contr coord dept dir etab insp int interim pers pi princ prof prov rect ref rempl resp sco secr stag
    supp titul
""")
"""Abbreviations, where their full stop stands: « Prov. Vie Sco. »."""
_ALSO_NAMES = _words("""
    abandon absent accord accueil adjoint ancien ancienne anglais anglaise aout ap apprenti arret arrivant arrive
    assure aucun aucune bis bureau cachet candidat capet cellule charge chef choisi comite confirme conge conseil
    conseiller continue cop cours ct date debut decembre depart dernier directeur divers docteur econome elu entrant
    externe famille fin futur gele general generale groupe hg inconnu intendant interne jour langues libre mail
    maire malade medecin mission moniteur mouvement moyens nom non note nouveau nouvel nouvelle novembre octobre ok
    oui parents partage partant parti partie pe personne plein poste premier prend present president prevu principal
    prochain quitte ras recteur refuse rep ressource reste retour sans second secretaire septembre service sg
    sortant sport stage suite suivant surveillant tard termine terminee test total travaux tuteur vacant valide vide
    volontaire zero
""")
_OFTEN_NAMES = frozenset({"maire", "bureau", "conseil"})
"""Surnames of thousands of people: one of them may stand beside another surname."""
_TAUGHT = _words("""
    allemand arabe arts basque breton chinois eco espagnol grec italien latin lettres occitan portugais russe ses
""")
"""Subjects that are surnames too: a doubt, where everything is in capitals and one of them stands last."""
_IN_LONG = _words("par depuis jusqu jusque avec dans sont selon  pendant  apres encore toujours jusqua jusquau")
"""Words of a sentence: no name of several words has them."""
_BETWEEN = frozenset({"pour"})
_FORMER = frozenset({"ex", "anciennement"})
_STILL_TO = re.compile(rf".+ a {TO_DO}")
"""« DUPONT A VOIR »."""
_IN_SMALL = _words("""
    au aux avant ce cet cette cf chez deux donc dont elle elles en est faire fait il ils leur lors mais non notre
    nous on pas plus pour que qui sans sera ses son sous suite sur tous tout vers voir votre vous
""")
"""The same, where everything is in small letters: with a capital they are names of many languages."""
_NOUNS = re.compile(r"\w{2,}tions?|\w{5,}ements?")
"""What nouns end with, and few surnames: « prévention », « hébergement », but Pétion, Coussement."""
_REPEATED = re.compile(r"(.)\1{2,}")
"""« xxx », « zzz »."""
_STOPPED = re.compile(r"(?:.* )?en (?:conges?|arret|stage|poste|instance|cours|attente|retraite|suspens)(?: .*)?")
_FIRST_NAMES = _words("conception consolation incarnation annonciation presentation visitation assomption")

_PARTICLES = _words("""
    a abou abu ad af ait al an ap ar as av ben bin bint bou d da dal dalla das de degli dei del della delle dello
    den der des di dit dite do dos du e ed el ep epouse er het i ibn in l la le les li lo mac mc na ne nee op oulad
    ould ouled san santa st ste t te ten ter thi ur ux van veuve vom von vve wa y zu zum zur
""")
"""What a name may hold in small letters, « née » and « épouse » among them."""
_SECOND_NAMES = _words("""
    agnes alain alexandre alice andre ange anne antoine baptiste bernard bruno catherine cecile charles christian
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
    """Return whether a name cell says that the post is vacant: dashes, « À pourvoir », « néant »…"""
    return says_vacant(text) or fold(text) in _MAYBE


@lru_cache(maxsize=50_000)
def no_name_in(text: str) -> str:
    """Return what is part of no person's name in a text, as it is written: « intérim », « DASEN »; "" without any."""
    words = _TOKEN.findall(text)
    if is_remark(text) or (says_vacant(text) and any(sign.isalpha() for sign in text)):
        return text
    if found := next((word for word in words if _is_never(word)), ""):
        return found
    if len(words) < 2:
        return ""
    joined = fold(text).replace(" ", "")
    if joined in _ACRONYMS or ("." in text and joined in _SHORTENED):
        return text  # « C P E », « Psy EN », « p. i. »
    if _STOPPED.fullmatch(fold(text)):
        return text
    bare = [_bare(word) for word in words]
    if not _IN_LONG.isdisjoint(bare) or any(word.casefold() == "à" for word in words):
        return text
    if not _FORMER.isdisjoint(bare) or _STILL_TO.fullmatch(fold(text)):
        return text
    if not _BETWEEN.isdisjoint(bare[1:-1]):
        return text  # « DUPONT POUR MARTIN »
    if len(listed := real_words(text)) > 1 and all(_bare(word) in _ALSO_NAMES for word in listed):
        return text
    return text if text == text.lower() and any(_bare(word) in _IN_SMALL for word in words) else ""


def _is_never(word: str) -> bool:
    bare, parts = _bare(word), [fold(part) for part in word.split("-")]
    return (
        any(_is_listed(part) for part in (bare, *parts))
        or (len(parts) > 1 and (parts[0] in _FORMER or all(part in _ALSO_NAMES for part in parts)))  # « Ex-Dupont »
        or bare in _ACRONYMS
        or any(len(part) > 2 and part in _ACRONYMS for part in parts)
        or ("." in word and bare in _SHORTENED)
        or (bool(_REPEATED.fullmatch(bare)) and word != "III")
        or bare.startswith("jusqu")
    )


def _is_listed(bare: str) -> bool:
    stem = bare.removesuffix("s")
    return not _NEVER.isdisjoint((bare, stem, stem.removesuffix("e")))


@lru_cache(maxsize=50_000)
def is_also_a_word(text: str) -> bool:
    """Return whether a name is also the word of a post or a status, an article aside: « Principal », « Le Nouveau »."""
    bare = [_bare(word) for word in real_words(text)]
    return len(bare) == 1 and (bare[0] in _ALSO_NAMES or bare[0] == "pi" or _is_noun(bare[0]))


def _is_noun(bare: str) -> bool:
    return bool(_NOUNS.fullmatch(bare)) and bare not in _FIRST_NAMES


def words_in(text: str) -> list[str]:
    """Return the words of a name that are also those of a post or a status."""
    return [word for word in real_words(text) if _bare(word) in _ALSO_NAMES]


@lru_cache(maxsize=50_000)
def small_words(text: str) -> tuple[str, ...]:
    """Return the words in small letters, particles aside, of a name that has capitals: « Paul sortant »."""
    if text == text.lower():
        return ()
    return tuple(word for word in real_words(text) if word == word.lower() != word.upper())


def is_glued(text: str) -> bool:
    """Return whether the word of a post or a status stands at an end of a surname: « DUPONT ABSENT »."""
    words = real_words(text)
    ends = {_bare(words[0]), _bare(words[-1])} if len(words) > 1 else set()
    return not ends.isdisjoint(_ALSO_NAMES - _OFTEN_NAMES)


@lru_cache(maxsize=50_000)
def short_or_taught(text: str) -> str:
    """Return the last word of a name in capitals that may be a post or a subject: « DUPONT PI », « DUPONT LATIN »."""
    *before, last = _TOKEN.findall(text) or ("",)
    short = len(last) == 2 and any(len(word) > 3 for word in before)
    return last if before and last.isupper() and (short or _bare(last) in _TAUGHT) else ""


def is_small(text: str) -> bool:
    """Return whether a text has letters, all of them small."""
    return text == text.lower() != text.upper()


@lru_cache(maxsize=50_000)
def real_words(text: str) -> tuple[str, ...]:
    """Return the words of a name that are no particles."""
    return tuple(word for word in _TOKEN.findall(text) if _bare(word) not in _PARTICLES)


def is_second_name(word: str) -> bool:
    """Return whether a word is a first name that often stands second in a compound one: « françois »."""
    return _SECOND_NAMES.issuperset(fold(word).split())


@lru_cache(maxsize=50_000)
def doubt_in(text: str) -> str:
    """Return the word of a name that looks like none: shortened, cut, without a vowel, a number; "" without any."""
    words = _TOKEN.findall(text)
    long = [word for word in words if len(word.rstrip(".")) > 2 and word.isascii()]
    doubts = [word for word in long if word.endswith(".") and "." not in word[:-1]]
    doubts += [word for word in text.split() if word.startswith("-") or word.endswith("-")]
    doubts += [word for word in long if not re.search("[aeiouy]", word.casefold())]
    if len(words) > 1:
        doubts += [word for word in words if word in ("II", "III", "IV") or re.fullmatch(r"(?:[^\W\d_]\.){2,}", word)]
        doubts += words_in(text) + [word for word in words[-1:] if word.islower() and word not in small_words(text)]
    return next(iter(doubts), "")


def _bare(word: str) -> str:
    return fold(_ELISION.sub("", word)).replace(" ", "")
