"""People's names: what is several of them, what is beside one, and how capitals become a name again."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

from pipeline.clean.no_names import is_also_a_word, no_name_in
from pipeline.french.words import CIVILITES, fold

_SEVERAL = re.compile(r"\s*[/;&+\n]\s*|\s*,\s*|\s+(?:et|ou|puis|[-–—])\s+", re.IGNORECASE)
_CIVILITE = re.compile(
    r"(?i)(?<![\w-])(?:m\.|mm\.?|mr|mme|mlle|melle|monsieur|madame|mademoiselle|messieurs|mesdames)(?!\w)"
)
_LEADING = re.compile(r"(?i)(monsieur|madame|mademoiselle|mlle|melle|mme|mr|m)(\.?)\s+(?=\S)")
_ASIDE = re.compile(
    r"(?i)(?P<before>[^()\[\]]*\w)\s*[(\[]\s*(?P<civilite>m\.?|mr\.?|mme|mlle|monsieur|madame)\s*[)\]]\s*(?P<after>\w*)"
)
_JOINED = re.compile(r"^(M\.|Mr\.?|Mme\.?|Mlle)(?=[A-ZÀ-Þ][^\W\d_])")
"""« M.DUPONT », « MmeDUPONT »; not « M.-C. Dupont », nor « Mmerand »."""
_NUMBERS = ("II", "III", "IV")
_PARTICLES = {"de", "den", "der", "von", "y", "ter", "ten"}
"""Written small wherever they stand; Du, Des, Le, La, Van, Ben, El… keep a capital (French usage)."""
_SMALL_WORDS = ("de", "du", "des", "la", "le", "les", "van", "von", "den", "der", "ten", "ter")
OF_SURNAMES = {
    "d", "l", "de", "du", "des", "le", "la", "les", "van", "von", "den", "der", "el", "al", "ben", "saint", "st", "ste",
    "mc", "mac", "jr",
}  # fmt: skip
"""What surnames of several words hold beside one other word: « Le Goff », « Van den Berghe »."""
_LEADING_WORDS = ("de", "du", "des", "la", "le", "les", "da", "das", "dos", "di", "del", "della", "el")
_SMALL = re.compile(rf"(?i)(?:(?:{'|'.join({*_SMALL_WORDS, *_LEADING_WORDS})})\s+|[dl]['’])+(?=\w)")
"""Particles that are written small in front of a surname in capitals: « d’ALMEIDA », « de LA TOUR », « Le GOFF »."""
_JOINING = ("ep", "epouse", "nee", "ne", "dit", "dite", "veuve")
_INITIALS = re.compile(r"(?:[^\W\d_][.-]{1,2})+[^\W\d_]?")
"""« J.-P. », « J.P. », « J-P »: a first name, though it is all in capitals."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@lru_cache(maxsize=50_000)
def several_people(text: str) -> bool:
    """Return whether a cell holds more than one person: « Dupont / Martin », « M. Dupont Mme Martin », « A - B »."""
    parts = [part for part in _SEVERAL.split(text) if part.strip()]
    if len(parts) > 1 and not any(bad_signs(part) for part in parts):
        return True
    civilites = list(_CIVILITE.finditer(text))
    # « Dupont Mme Martin »: a civilité with a name on each side stands between two people.
    between = any(text[: one.start()].strip() and text[one.end() :].strip(" .") for one in civilites)
    return len(civilites) > 1 or between


@lru_cache(maxsize=50_000)
def has_civilite(text: str) -> bool:
    """Return whether a civilité stands in a name: « Mme Petit », « M Petit », which would be printed twice."""
    return bool(_CIVILITE.search(text) or re.match(r"[Mm]\s", text) or fold(text) in ("m", "mme", "mr"))


def is_plain(text: str) -> bool:
    """Return whether a cell holds one name and nothing else."""
    return not several_people(text) and not bad_signs(text)


def bad_signs(text: str) -> list[str]:
    """Return the signs that no name holds, in order: digits, @, =, brackets… Letters of every script are allowed."""
    allowed = set(" -'’.‐‑\n")
    return [
        sign for sign in dict.fromkeys(text) if sign not in allowed and unicodedata.category(sign)[0] not in ("L", "M")
    ]


@lru_cache(maxsize=50_000)
def split_civilite(text: str) -> tuple[str, str]:
    """Take a leading civilité off a name: « Mme Nguyen » gives (« Mme », « Nguyen »), else ("", text).

    Two civilités are two people: nothing is taken off.
    """
    if several_people(text):
        return "", text
    match = _LEADING.match(text)
    if match is None:
        return "", text
    word = fold(match[1])
    civilite = next(name for name, spellings in CIVILITES.items() if word in spellings)
    return civilite, text[match.end() :]


@lru_cache(maxsize=50_000)
def straighten(text: str) -> str:
    """Write one person's name on one line, its civilité first: « (Mme DUPONT Anne) », « DUPONT, Anne (Mme) ».

    A comma or a line break goes where capitals prove that a surname stands on one side, its first name on the other.
    """
    if not any(map(str.isalnum, text)):
        return text
    enclosed = re.fullmatch(r"[(\"«“]\s*([^()\"«»“”]+?)\s*[)\"»”]", text)
    text = _JOINED.sub(r"\1 ", (enclosed[1] if enclosed else text).strip(" ,;"))
    if match := _ASIDE.fullmatch(text):
        text = f"{match['civilite']} {match['before']} {match['after']}".rstrip()
    leading = _LEADING.match(text)
    civilite, rest = (leading[0].rstrip(), text[leading.end() :]) if leading else ("", text)
    for sign in (", ", "\n"):
        before, found, after = rest.partition(sign)
        first = re.split(r"[,;:/(\n]", after)[0].strip()
        fits = bool(found) and not no_name_in(first) and not is_also_a_word(first)
        if fits and split_full_name(f"{before} {after}") in ((after, before), (before, after)):
            rest = f"{before} {after}"
    return f"{civilite} {rest}" if civilite else rest


def without_first_name(text: str, prenom: str) -> str:
    """Return what a name has before or after a first name; "" where that is no surname (« Saint », « de »)."""
    words = text.split() if fold(prenom) else []
    for cut in range(1, len(words)):
        halves = " ".join(words[:cut]), " ".join(words[cut:])
        for rest, repeated in (halves, reversed(halves)):
            if fold(repeated) == fold(prenom) and not OF_SURNAMES.issuperset(fold(rest).split()):
                return rest
    return ""


@lru_cache(maxsize=50_000)
def split_full_name(text: str) -> tuple[str, str] | None:
    """Split « NOM Prénom » or « Prénom NOM » into (prénom, nom) by its capitals; None when they do not tell.

    « DUPONT Anne née MARTIN » and « DUPONT née MARTIN Anne » are Anne, DUPONT née MARTIN.
    """
    words = text.split()
    if at := next((place for place in range(1, len(words) - 1) if fold(words[place]) in _JOINING), 0):
        halves = words[:at], words[at + 1 :]
        names = [
            ("", " ".join(half)) if all(_in_capitals(half)) else split_full_name(" ".join(half)) for half in halves
        ]
        (first, former), (second, latter) = (name or ("", "") for name in names)
        one = former and latter and bool(first) != bool(second)
        return (first or second, f"{former} {words[at]} {latter}") if one else None
    capital = _in_capitals(words)
    changes = sum(before != after for before, after in pairwise(capital))
    if changes != 1:
        return None
    prenom = " ".join(word for word, upper in zip(words, capital, strict=True) if not upper)
    if OF_SURNAMES.issuperset(fold(prenom).split()):
        return None  # « Saint JUST », « MARTIN Jr »
    nom = " ".join(word for word, upper in zip(words, capital, strict=True) if upper)
    return prenom, nom


def is_initials(text: str) -> bool:
    """Return whether a first name is shortened to its initials: « J.-P. », « J-P »."""
    return bool(_INITIALS.fullmatch(text))


def is_split_by_capitals(text: str) -> bool:
    """Return whether capitals stand on both sides of a first name: « DURAND Paul BMP » is two things, or two people."""
    capital = _in_capitals([word for word in text.split() if fold(word) not in _JOINING])
    return len(capital) > 2 and capital[0] and capital[-1] and not all(capital)


def _in_capitals(words: list[str]) -> list[bool]:
    """Return which words are of a surname in capitals, with its small particles: « de LA TOUR », « d’ALMEIDA »."""
    bare = [word[2:] if re.match(r"[dl]['’]\w", word) else word for word in words]
    capital = [word == word.upper() and len(re.sub(r"\W", "", word)) > 1 and not is_initials(word) for word in bare]
    if len(words) > 1 and fold(words[0]) in _LEADING_WORDS:
        capital[0] |= capital[1]  # « Le GOFF »
    for place in range(len(words) - 2, -1, -1):
        capital[place] |= capital[place + 1] and words[place] in _SMALL_WORDS
    with_letters = [*capital]
    for place in range(len(words) - 2, -1, -1):
        with_letters[place] |= with_letters[place + 1] and len(words[place]) == 1 and words[place].isupper()
    return capital if all(with_letters) else with_letters  # « GARCÍA Y VEGA Luis », but « A DUPONT »


def recase(text: str) -> str:
    """Give a name written all in capitals or all in small letters its capitals; leave any other as it is.

    Particles stay small (« de La Tour », « d'Almeida », « Van den Berghe »), both halves of a double name and what
    follows an apostrophe take a capital (« Le Bris-Kerhervé », « N'Diaye »). Accents that capitals lost stay lost. What
    is no name (« par intérim ») stays too.
    """
    if not text or not (_is_shouted(text) or text == text.lower()) or not is_plain(text):
        return text
    if no_name_in(text) or (text == text.lower() and is_also_a_word(text)):
        return text  # validation asks
    if re.sub(r"\W", "", text).casefold() in _PARTICLES:
        return _capital(text)
    return _WORD.sub(lambda word: word[0] if _stays(word) else _recase_word(word[0], word.start() > 0), text)


def _stays(word: re.Match[str]) -> bool:
    """« MARTIN II », « JP »: a number after a name, and two initials alone keep their capitals; « NG » is a name."""
    initials = re.fullmatch("(?!NG)[B-DF-HJ-NP-TV-XZ]{2}", word.string)
    return (word[0] in _NUMBERS and word.start() > 0) or initials is not None


def _is_shouted(text: str) -> bool:
    particles = _SMALL.match(text)
    rest = text[particles.end() :] if particles else text
    words = [word for word in rest.split() if fold(word) not in _JOINING]  # « DUPONT née MARTIN »
    capitals = " ".join(words).replace("ß", "")  # whose capital is SS
    return capitals == capitals.upper() and (not particles or len(re.sub(r"\W", "", rest)) > 1)


def _recase_word(word: str, is_inside: bool) -> str:
    if word.casefold() in _PARTICLES or (is_inside and fold(word) in _JOINING):
        return word.lower()
    head, apostrophe, tail = (word[:1], word[1], word[2:]) if word[1:2] in ("'", "’") else ("", "", "")
    if apostrophe:
        first = head.lower() if head.casefold() == "d" else head.upper()
        return first + apostrophe + _capital(tail)
    return _capital(word)


def _capital(word: str) -> str:
    return word[:1].title() + word[1:].lower()


_CHEF = (
    r"(?:principale?|proviseure?|directeur|directrice|chef(?:fe)?\s+d['’]\s*[eé]tablissement)(?:\s+par\s+int[eé]rim)?"
)
_ANY_CHEF = re.compile(rf"(?i)(?<![\w-]){_CHEF}(?![\w-])")
_ONLY_CHEF = re.compile(rf"(?i)(?:(?:m\.?|mme|monsieur|madame)\s+)?(?:(?:le|la)\s+)?{_CHEF}")
_REFERENT = (
    r"(?:cpe|plp|p\.?e\.?g\.?c|aed|aesh|tzr|doc|psy[- ]?en|professeure?|prof|enseignante?|documentaliste|"
    r"certifi[eé]e?|agr[eé]g[eé]e?|"
    r"infirmi(?:er|[eè]re)|conseill(?:er|[eè]re)\s+principale?|contractuelle?|coordonn?at(?:eur|rice))(?![\w-])"
    r"[^,;:/()\[\]]{0,60}"
)
"""Whoever may be référent: a function begins with one of these words, what is taught may follow."""
_GLUED = (
    r"(?:cpe|plp|pegc|aed|aesh|tzr|doc|psy[- ]?en|prof(?:esseure?)?\.?|enseignante?|documentaliste|"
    r"certifi[eé]e?|agr[eé]g[eé]e?|"
    r"contractuelle?|infirmi(?:er|[eè]re))(?:\s+(?:d['’]|de\s|des\s|en\s|hors\s|doc|princ|certif|agr|contract|titulaire|"
    r"stagiaire|tzr|plp|eps|svt)[^,;:/()\[\]]{0,60})?"
)
"""The same where no sign sets it apart from the name: « MARTIN CPE »."""
_BETWEEN = r"(?:\s*[,;:/\n]\s*|\s+[-–—]\s+)"


@lru_cache(maxsize=50_000)
def split_fonction(text: str, of_chef: bool) -> tuple[str, str]:
    """Take its function off a name: « M. Dupont, principal » gives (« M. Dupont », « principal »).

    Gives (text, "") where there is none, or a doubt: no sign between the two, two people, an adjoint.
    """
    for form in _forms(of_chef) if not of_chef or has_fonction(text) else ():
        match = form.fullmatch(text)
        if match and is_plain(match["nom"]) and _names_somebody(match["nom"]):
            return match["nom"], match["fonction"].strip()
    return text, ""


def _names_somebody(text: str) -> bool:
    """« le CPE » names nobody, nor does « Principal, proviseur »; « M. Principal » does."""
    civilite, name = split_civilite(text)
    is_post = has_fonction(name) and not (civilite and is_also_a_word(name) and name[:1].isupper())
    alone = OF_SURNAMES | {"un", "une", "ex"}
    return not is_post and not no_name_in(name) and not alone.issuperset(fold(name).split())


def has_fonction(text: str) -> bool:
    """Return whether the function of a chef d'établissement stands in a text: « Dupont principal »."""
    return bool(_ANY_CHEF.search(text))


def is_fonction(text: str) -> bool:
    """Return whether a text is the function of a chef d'établissement and names nobody: « Le principal »."""
    return bool(_ONLY_CHEF.fullmatch(text))


@cache
def _forms(of_chef: bool) -> tuple[re.Pattern[str], ...]:
    """Give the ways of writing a name and its function in one cell that leave no doubt."""
    fonction = _CHEF if of_chef else _REFERENT
    after = (
        rf"(?P<nom>.+?){_BETWEEN}(?:(?:le|la)\s+)?(?P<fonction>{fonction})",
        rf"(?P<nom>.+?)\s*[(\[](?P<fonction>{fonction})[)\]]",
    )
    before = (
        rf"(?:(?:le|la)\s+)?(?P<fonction>{fonction}){_BETWEEN}(?P<nom>.+)",
        rf"(?:(?:le|la)\s+)?(?P<fonction>{fonction})\s+(?P<nom>(?:m\.|mme|mlle|monsieur|madame)\s.+)",
    )
    glued = (rf"(?P<nom>.+?)\s+(?:(?:le|la)\s+)?(?P<fonction>{_GLUED})",)
    return tuple(re.compile(rf"(?i){form}") for form in (*after, *before, *(() if of_chef else glued)))
