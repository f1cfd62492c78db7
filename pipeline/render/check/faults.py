"""One fault of a template: its code, how much it weighs, where it is, what is wrong, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.model import Severity

_EXCERPT = 90


class Code(StrEnum):
    """Every fault that the check knows, by family."""

    ILLISIBLE = "illisible"
    TROP_GROS = "trop-gros"
    MACROS = "macros"
    LIEN_EXTERNE = "lien-externe"
    MODELE_ATTACHE = "modele-attache"

    BALISE = "balise"
    BLOC = "bloc"
    GUILLEMETS = "guillemets"
    GUILLEMETS_COURBES = "guillemets-courbes"
    TEXTE_PERDU = "texte-perdu"
    HORS_PORTEE = "hors-portee"
    CHAMP_WORD = "champ-word"
    A_REMPLIR = "a-remplir"

    INTERDIT = "interdit"
    FILTRE = "filtre"
    QUESTION = "question"
    CHAMP = "champ"

    IMPRESSION = "impression"
    SANS_IMP = "sans-imp"
    ABSENT = "absent"

    DATE_DU_JOUR = "date-du-jour"
    OBJET = "objet"
    SUIVI = "suivi"
    COMMENTAIRE = "commentaire"
    ANNOTATION = "annotation"

    ANNEE_SCOLAIRE = "annee-scolaire"
    ANNEE_DE_TEXTE = "annee-de-texte"

    POLICE = "police"
    LANGUE = "langue"
    TITRE_DU_DOCUMENT = "titre-du-document"
    TITRE = "titre"
    FAUX_TITRE = "faux-titre"
    FAUSSE_LISTE = "fausse-liste"
    ESPACES = "espaces"


_WARNINGS = frozenset(
    {
        *(Code.GUILLEMETS_COURBES, Code.COMMENTAIRE, Code.ANNOTATION, Code.ANNEE_SCOLAIRE, Code.ANNEE_DE_TEXTE),
        *(Code.POLICE, Code.LANGUE, Code.TITRE_DU_DOCUMENT, Code.TITRE, Code.FAUX_TITRE, Code.FAUSSE_LISTE),
        *(Code.ESPACES, Code.DATE_DU_JOUR, Code.OBJET),
    }
)
"""What makes a poorer letter, not a wrong one: everything else forbids to print."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault is: the part in French, then the paragraph, by its page where Word noted it, else by its number.

    `number` counts the paragraphs of the part that hold text. `anchor` is the rank, among all the paragraphs of the
    body, of the one that a Word comment can be hung on; None outside the body, where Word allows no comment.
    """

    part: str
    text: str = ""
    number: int = 0
    page: int = 0
    anchor: int | None = None

    def __str__(self) -> str:
        """Return the place in French: « corps de la lettre, paragraphe 3 « Il est confié à… » »."""
        said = f"{self.part}, {self.position}" if self.position else self.part
        return f"{said} « {shortened(self.text)} »" if self.text else said

    @property
    def position(self) -> str:
        """Return where in the part: « page 2, paragraphe 14 »."""
        steps = (("page", self.page), ("paragraphe", self.number))
        return ", ".join(f"{name} {count}" for name, count in steps if count)


FICHIER = Place("fichier")
LETTRE = Place("lettre entière")
PROPRIETES = "propriétés du document"
CORPS = "corps de la lettre"
_ORDER = (FICHIER.part, LETTRE.part, PROPRIETES, CORPS)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a template; `tag` is the tag as it is written, empty when the fault is not in a tag."""

    code: Code
    place: Place
    what: str
    remedy: str
    tag: str = ""

    @property
    def severity(self) -> Severity:
        """Return how much it weighs: an error forbids to print, a warning does not."""
        return Severity.AVERTISSEMENT if self.code in _WARNINGS else Severity.ERREUR

    @property
    def order(self) -> tuple[bool, int, str, int]:
        """Return what sorts faults: the errors first, each from what is general to the end of the letter."""
        part = self.place.part
        return not self.fatal, _ORDER.index(part) if part in _ORDER else len(_ORDER), part, self.place.number

    @property
    def fatal(self) -> bool:
        return self.severity is Severity.ERREUR

    def __str__(self) -> str:
        """Return the fault as one French sentence or two."""
        return f"{self.place} : {self.explained}"

    @property
    def explained(self) -> str:
        """Return what is wrong and what to do, without the place."""
        tag = f"{shortened(self.tag)} : " if self.tag and self.tag != self.place.text else ""
        return f"{tag}{self._ended} {self.remedy}".rstrip()

    @property
    def sentence(self) -> str:
        """Return what is wrong, as a sentence."""
        return self._ended[:1].upper() + self._ended[1:]

    @property
    def _ended(self) -> str:
        return self.what if self.what.endswith("?") else f"{self.what}."


def shortened(text: str) -> str:
    """Return a text of one line, cut where it would fill more than one."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT].rstrip()}…"
