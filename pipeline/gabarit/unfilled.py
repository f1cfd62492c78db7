"""What would be printed as it stands in the template, or not at all: places that nothing fills, texts that get lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.gabarit.sample import dotted
from pipeline.gabarit.word_fields import placed_fields
from pipeline.render.check.examined import Examined
from pipeline.render.check.faults import LETTRE, Code, Fault, Place, shortened
from pipeline.render.check.paragraphs import P, W, paragraphs_of, part_name
from pipeline.render.check.syntax import TAG

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NEVER_FILLED = ("word/endnotes", "word/charts/", "word/diagrams/data", "word/diagrams/drawing")
_HOLDERS = {
    "p": ("tout le paragraphe", "seule dans son paragraphe"),
    "tr": ("toute la ligne du tableau", "seule dans sa ligne"),
    "tc": ("toute la cellule", "seule dans sa cellule"),
}
"""What a tag takes the place of, and how it wants to stand."""
_ALONE = re.compile(r"\{[%#](tr|tc|p) ")
_OF_A_MAIL_MERGE = frozenset(
    {
        *("MERGEFIELD", "MERGEREC", "MERGESEQ", "NEXT", "NEXTIF", "SKIPIF"),
        *("ADDRESSBLOCK", "GREETINGLINE", "ASK", "FILLIN"),
    }
)
_CLOCKS = frozenset(
    {
        *("DATE", "TIME", "SAVEDATE", "PRINTDATE", "CREATEDATE", "EDITTIME"),
        *("FILENAME", "USERNAME", "LASTSAVEDBY"),
    }
)
_BROKEN = re.compile(r"Erreur\s?! (?:Source du renvoi|Signet|Référence de lien)|Error! (?:Reference|Bookmark)")
_REMEDY = "Mettez ce champ dans la lettre elle-même."


def never_filled(examined: Examined) -> Iterator[Fault]:
    """Yield the tags of parts that are printed as they are: notes at the end, charts, diagrams."""
    what = "les champs ne sont pas remplis à cet endroit"
    for name, data in examined.members.items():
        if name.startswith(_NEVER_FILLED) and name.endswith(".xml"):
            root = etree.fromstring(data)
            drawn = ("".join(text.text or "" for text in one.iter(f"{_A}t")) for one in root.iter(f"{_A}p"))
            written = [(one.written, one.place) for one in paragraphs_of(name, root)]
            written += [(text, Place(part_name(name), " ".join(text.split()))) for text in drawn]
            for text, place in written:
                for tag in TAG.findall(text):
                    yield Fault(Code.HORS_PORTEE, place, what, _REMEDY, tag)


def inserted_documents(examined: Examined) -> Iterator[Fault]:
    """Yield the documents inserted as files: Word makes text of them when it opens the template; nobody does here."""
    for node in examined.roots[examined.letter].iter(f"{W}altChunk"):
        what = "un autre document est inséré à la suite : ses champs ne seraient pas remplis"
        remedy = "Ouvrez le gabarit dans Word et enregistrez-le : ce document devient du texte."
        before = next(node.itersiblings(P, preceding=True), None)
        yield Fault(Code.HORS_PORTEE, LETTRE if before is None else examined.place_of(before), what, remedy)


def lost_texts(examined: Examined) -> Iterator[Fault]:
    """Yield the texts beside a tag that takes the place of its whole paragraph, row or cell: they would disappear."""
    written = {one.element: one.written for one in examined.all_paragraphs}
    for one in examined.all_paragraphs:
        for tag in TAG.findall(one.written):
            found = _ALONE.match(tag)
            if found is None:
                continue
            kind, (whole, alone) = found[1], _HOLDERS[found[1]]
            holder = one.element if kind == "p" else next(one.element.iterancestors(f"{W}{kind}"), None)
            texts = () if holder is None else (written.get(inner, "") for inner in holder.iter(P))
            if "".join("".join(texts).split()).replace("".join(tag.split()), "", 1):
                what = f"« {{%{kind} » prend la place de {whole} : le reste n’apparaîtrait pas"
                yield Fault(Code.TEXTE_PERDU, one.place, what, f"Laissez cette balise {alone}.", tag)


def bare_fields(examined: Examined) -> Iterator[Fault]:
    """Yield the fields written without their braces, or between signs of another program: « <<referent.nom>> »."""
    names = [name for name, _ in dotted(examined.sample) if "." in name and not name.lower().endswith(".il")]
    bare = re.compile(rf"(?<![\w.@{{])\s?({'|'.join(map(re.escape, names))})(?!\s?[\w}}])")
    for one in examined.all_paragraphs:
        for name in bare.findall(TAG.sub("{}", one.text)):
            what = f"« {name} » serait imprimé tel quel : les accolades manquent"
            yield Fault(Code.BALISE, one.place, what, f"Écrivez « {{{{ {name} }}}} ».", name)


def own_fields(examined: Examined) -> Iterator[Fault]:
    """Yield Word's own fields that nobody fills here, and those that say another thing each day or on each machine."""
    for place, field in placed_fields(examined.members):
        if field.name in _OF_A_MAIL_MERGE:
            what = f"le champ Word « {shortened(field.code)} » ne serait pas rempli"
            remedy = "Remplacez-le par un champ du gabarit, comme « {{ referent.nom_complet }} »."
            yield Fault(Code.CHAMP_WORD, place, what, remedy)
        elif field.name in _CLOCKS:
            what = f"le champ Word « {shortened(field.code)} » dépend du jour, de l’ordinateur ou du fichier"
            yield Fault(Code.DATE_DU_JOUR, place, what, "Tapez le texte, ou laissez la place de l’écrire à la main.")
    for one in examined.all_paragraphs:
        if found := _BROKEN.search(one.text):
            what = f"« {found[0]}… » serait imprimé : un renvoi de Word ne mène plus nulle part"
            yield Fault(Code.CHAMP_WORD, one.place, what, "Effacez-le, ou refaites ce renvoi.")


def empty_controls(examined: Examined) -> Iterator[Fault]:
    """Yield the content controls that still show their invitation to type."""
    for root in examined.roots.values():
        for mark in root.iter(f"{W}showingPlcHdr"):
            texts = list(next(mark.iterancestors(f"{W}sdt")).iter(f"{W}t"))
            shown = "".join(one.text or "" for one in texts)
            if shown.strip() and mark.get(f"{W}val") not in ("0", "false", "off") and not TAG.search(shown):
                what = f"« {shortened(shown)} » serait imprimé : ce contrôle de contenu n’a jamais été rempli"
                remedy = "Tapez-y un texte ou un champ, ou supprimez-le."
                yield Fault(Code.A_REMPLIR, examined.place_of(texts[0]), what, remedy)


def embedded_objects(examined: Examined) -> Iterator[Fault]:
    """Yield the objects of other programs, such as a sheet: only the picture of them is printed, tags and all."""
    for root in examined.roots.values():
        for node in root.iter("{urn:schemas-microsoft-com:office:office}OLEObject"):
            what = "un objet d’un autre programme est incorporé : seule son image est imprimée"
            yield Fault(Code.OBJET, examined.place_of(node), what, "Remplacez-le par un tableau ou par une image.")
