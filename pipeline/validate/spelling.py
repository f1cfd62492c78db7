"""Rules on how a name is written: capitals that cut it badly, halves that changed places, a second person in a cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from pipeline.clean.names import OF_SURNAMES, is_initials, recase
from pipeline.clean.no_names import doubt_in, is_also_a_word, is_nobody, short_or_taught, small_words, words_in
from pipeline.french.words import fold
from pipeline.load.header_words import is_of_second
from pipeline.model import Anomaly, Letter, RowRef
from pipeline.table import OTHER
from pipeline.validate.person_name import CHEF
from pipeline.validate.row import Row

_ABBREVIATED = re.compile(r"(?i)(clg|coll|col|lyc|etab|étab)(?:\.\s*|\s+)(?=\S)")

_WHOLE = {"clg": "Collège", "coll": "Collège", "col": "Collège", "lyc": "Lycée", "etab": "Établissement"}
"""LP, LGT, EREA and the like are official names of kinds: they stay."""

_WORD = re.compile(r"(?!III)[^\W\d_]{3,}")


def _halves_in_capitals(name: str) -> tuple[str, str]:
    """Return « LE GOFF Anne » and « Le Goff ANNE » for « Le Goff Anne »: either half may be the surname."""
    words = name.split()
    cut = next((place for place, word in enumerate(words[:-1], 1) if not OF_SURNAMES.issuperset(fold(word).split())), 1)
    first, rest = " ".join(words[:cut]), " ".join(words[cut:])
    return f"{first.upper()} {rest}", f"{first} {rest.upper()}"


def _has_both(row: Row, roles: tuple[str, str]) -> bool:
    """Return whether a surname and a first name stand in cells of their own."""
    return all(row.text(role) for role in roles) and row.cell(roles[0]) != row.cell(roles[1])


def _order(nom: str, prenom: str) -> int:
    """Return 1 for « MARTIN », « Paul »; -1 for « Paul », « MARTIN »; 0 where capitals say nothing."""
    return (nom.isupper() and not prenom.isupper()) - (prenom.isupper() and len(prenom) > 2 and not nom.isupper())


def check_abbreviation(row: Row) -> list[Anomaly]:
    """Warn about a kind of school that is abbreviated at the head of its name: it is printed as it was written."""
    nom = row.text("etablissement")
    match = _ABBREVIATED.match(nom)
    if match is None:
        return []
    proposed = f"{_WHOLE[fold(match[1])]} {nom[match.end() :]}"
    message = f"« {row.shown('etablissement')} » : la lettre imprimerait cette abréviation. Écrivez « {proposed} »."
    return [row.warning("etablissement", "etablissement_abrege", message)]


def check_doubts(row: Row, role: str, name: str) -> list[Anomaly]:
    """Warn about a name that the letter prints as it was written, and that looks wrong, or like no name."""
    proposed = _WORD.sub(lambda word: recase(word[0]) if word[0].isupper() else word[0], name)
    for small in small_words(name.replace("-", " ")):
        proposed = re.sub(rf"(?<!\w){small}(?!\w)", small.capitalize(), proposed)
    if row.is_admitted(role):
        proposed = name.title() if name.isupper() else name
    if proposed != name:
        apart = any(word.isupper() and word not in proposed.split() for word in name.split())  # « Anne REVIENT »
        what = "Écrivez-le comme il doit être imprimé" if apart or words_in(name) else f"Écrivez « {proposed} »"
        message = f"« {name} » : la lettre l’imprimerait ainsi. {what}."
        return [row.warning(role, "nom_majuscules", message)]
    if row.is_admitted(role):
        return []
    if is_also_a_word(name):
        message = f"« {name} » est aussi une fonction ou une remarque. Vérifiez que c’est bien un nom de personne."
        return [row.warning(role, "nom_douteux", message)]
    if (word := doubt_in(name) or short_or_taught(row.written(role))) and not (
        role.endswith("prenom") and is_initials(name)
    ):
        message = f"« {name} » : la lettre l’imprimerait ainsi. Vérifiez que « {word} » fait partie du nom."
        return [row.warning(role, "nom_douteux", message)]
    return []


def check_repeated(row: Row, roles: tuple[str, str]) -> list[Anomaly]:
    """Warn about one word as surname and first name: « Martin Martin » exists, a forgotten surname more often.

    `roles` are those of the surname and of the first name.
    """
    nom, prenom = map(row.text, roles)
    if not prenom or fold(nom) != fold(prenom):
        return []
    message = f"« {nom} » est écrit deux fois, comme nom et comme prénom : la lettre imprimerait « {prenom} {nom} »."
    return [row.warning(roles[0], "prenom_repete", f"{message} Écrivez le nom.")]


def check_seconds(row: Row) -> list[Anomaly]:
    """Report a second référent named on the same row (« Référent 2 »): each needs a row of their own."""
    for name, column in row.columns.items():
        text = row.text(name)
        if name.startswith(OTHER) and is_of_second(column.header) and text and not is_nobody(text):
            message = (
                f"« {text[:80]} » : un second référent sur la même ligne n’aurait pas de lettre. Écrivez une ligne par "
                "personne, chacune avec son IMP, et videz cette cellule."
            )
            return [row.error(name, "second_referent", message)]
    return []


def doubtful_chefs(
    letters: Sequence[Letter], rows: Mapping[RowRef, Row], surname_first: Collection[str]
) -> list[Anomaly]:
    """Warn about « Haddad Karim » in a sheet where other chefs are « LEBLANC Sylvie »: which one is the surname?

    « DUPONT REVIENT », where the others have a first name in small letters, may be a remark beside a name.
    """
    anomalies = []
    with_first_name = {one.row.sheet for one in letters if one.chef.prenom and not _has_both(rows[one.row], CHEF)}
    for letter in letters:
        row, nom = rows[letter.row], letter.chef.nom
        words = [word for word in fold(nom).split() if word not in OF_SURNAMES]
        if letter.chef.prenom or len(words) < 2 or " " not in nom:
            continue
        if letter.row.sheet in surname_first:
            written = [f"« {one} »" for one in _halves_in_capitals(nom) if one != nom]
            message = (
                f"« {nom} » sera imprimé dans cet ordre, alors que les autres chefs de cette colonne ont leur nom en "
                f"premier. Écrivez le nom en majuscules : {' ou '.join(written)}."
            )
            anomalies.append(row.warning("chef", "chef_ambigu", message))
        elif row.written("chef").isupper() and letter.row.sheet in with_first_name:
            message = (
                f"« {row.shown('chef')} » est tout en majuscules, alors que d’autres chefs de cette colonne ont leur "
                f"prénom en minuscules ; la lettre imprimerait « {nom} ». Vérifiez que chaque mot fait partie du nom."
            )
            anomalies.append(row.warning("chef", "chef_ambigu", message))
    return anomalies


def inverted_names(letters: Sequence[Letter], rows: Mapping[RowRef, Row]) -> list[Anomaly]:
    """Warn about « Paul | MARTIN » in a sheet where other rows are « MARTIN | Paul »: the columns may be inverted.

    Capitals say it as they were written, or the same two words on another row, in the other order.
    """
    anomalies = []
    for roles in (("referent_nom", "referent_prenom"), ("chef", "chef_prenom")):
        pairs = {
            letter.row: (row.written(roles[0]), row.written(roles[1]))
            for letter in letters
            if _has_both(row := rows[letter.row], roles)
        }
        order = {ref: _order(*pair) for ref, pair in pairs.items()}
        straight = Counter(ref.sheet for ref in pairs if order[ref] > 0)
        inverted = Counter(ref.sheet for ref in pairs if order[ref] < 0)
        written = {(ref.sheet, fold(nom), fold(prenom)) for ref, (nom, prenom) in pairs.items()}
        for ref, (nom, prenom) in pairs.items():
            against = order[ref] < 0 and inverted[ref.sheet] <= 2 * straight[ref.sheet]
            swapped = order[ref] <= 0 and fold(nom) != fold(prenom) and (ref.sheet, fold(prenom), fold(nom)) in written
            if against or swapped:
                message = (
                    f"Le nom « {nom} » et le prénom « {prenom} » sont peut-être inversés : d’autres lignes sont "
                    "écrites dans l’autre sens. Échangez-les, ou vérifiez qu’ils sont justes."
                )
                anomalies.append(rows[ref].warning(roles[0], "noms_inverses", message))
    return anomalies
