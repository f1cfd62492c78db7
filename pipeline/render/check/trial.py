"""Prints a sample with a template: what cannot be printed, and what each letter needs and would not show."""

from __future__ import annotations

import html
import re
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import jinja2
from lxml import etree

from pipeline.errors import GabaritError
from pipeline.french.signs import NB_HYPHEN
from pipeline.french.words import listed
from pipeline.model import Fields
from pipeline.render.check.examined import Examined
from pipeline.render.check.faults import LETTRE, Code, Fault, Place, shortened
from pipeline.render.check.paragraphs import P, W, paragraphs_of, part_name, placed_fields
from pipeline.render.check.syntax import TAG, Tagged
from pipeline.render.check.tags import dotted
from pipeline.render.expected import expected_texts, forms_of
from pipeline.render.stage import load_template, render

Change = tuple[str, Callable[[Fields], Fields]]
"""What sets a letter apart, in French, and the fields that are other than the sample's."""

_CIVILITES = {"M.": "de civilité « M. »", "Mme": "de civilité « Mme »", "": "sans civilité"}
_PEOPLE = ("referent", "chef")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter: what sets it apart from the sample (« sans IMP »; "" for the sample itself), and its fields."""

    said: str
    fields: Fields

    @property
    def place(self) -> str:
        """Return the end of a sentence: « dans une lettre sans IMP »."""
        return f" dans une lettre {self.said}" if self.said else ""


def kinds_of(sample: Fields) -> tuple[Kind, ...]:
    """Return the sample, then the other kinds of letters, each after those that differ from the sample in less.

    Only what conditions ask is changed, not the words that would agree with it.
    """
    kinds = [Kind("", sample)]
    for changes in (tuple(_civilites(sample)), _IMP, _BLANK, _REPLACING):
        kinds += [
            Kind(listed([text for text in (kind.said, said) if text]), {**kind.fields, **change(kind.fields)})
            for said, change in changes
            for kind in kinds
        ]
    return tuple(kinds)


def _civilites(sample: Fields) -> Iterator[Change]:
    for civilite, said in _CIVILITES.items():
        if civilite != sample["referent"]["civilite"]:
            yield said, partial(_with_civilite, civilite)


def _with_civilite(civilite: str, fields: Fields) -> Fields:
    return {who: {**fields[who], "civilite": civilite} for who in _PEOPLE}


def _without_what_may_be_blank(fields: Fields) -> Fields:
    people = {who: {**fields[who], "fonction": ""} for who in _PEOPLE}
    people["referent"]["collegues"] = ""
    return {
        **people,
        "etablissement": {**fields["etablissement"], "commune": ""},
        "autres": fields["autres"].blank(),
    }


_IMP: tuple[Change, ...] = (
    ("sans IMP", lambda fields: {"imp": None}),
    ("sans IMP, avec décharge", lambda fields: {"imp": None, "decharge": "décharge"}),
)
_BLANK: tuple[Change, ...] = (("sans collègue ni cellule facultative", _without_what_may_be_blank),)
_REPLACING: tuple[Change, ...] = (("qui en remplace une autre", lambda fields: {"remplace": "1er septembre 2026"}),)

_UNSEEN = re.compile(
    r"<w:(instrText|delText)\b.*?</w:\1>|<w:r[ >](?:(?!</?w:r[ >]).)*<w:vanish ?/>.*?</w:r>", re.DOTALL
)
"""What a letter does not show: codes of Word's fields, deleted texts, hidden ones."""


def unprintable(examined: Examined) -> Iterator[Fault]:
    """Yield what goes wrong when the sample is printed, or a letter that conditions tell from it."""
    for kind in kinds_of(examined.sample):
        for tagged, compiled in zip(examined.tagged, examined.compiled, strict=True):
            try:
                compiled.render(kind.fields)
            except Exception as error:  # what a template's own expressions may raise has no bounds
                yield _fault(tagged, error, kind)
                return
    with tempfile.TemporaryDirectory() as folder:
        try:
            template = load_template(examined.path, examined.content)
            render(template, examined.sample, Path(folder) / "essai.docx")
        except GabaritError as error:
            yield Fault(Code.IMPRESSION, LETTRE, error.what, error.remedy)


def _fault(tagged: Tagged, error: Exception, kind: Kind) -> Fault:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    tag = tagged.at(lines[-1] or 2 if lines else 2)
    if not kind.fields["imp"]:
        what = "ce paragraphe ne peut pas être imprimé pour une lettre sans IMP"
        remedy = "Entourez-le de « {% if imp %} … {% else %} … {% endif %} »."
        return Fault(Code.SANS_IMP, tag.place, what, remedy, tag.text)
    why = f" : {error.message}" if isinstance(error, jinja2.UndefinedError) else ""
    remedy = "Écrivez le nom complet d’un champ, comme « {{ referent.nom }} »."
    what = f"ce paragraphe ne peut pas être imprimé{kind.place}{why}"
    return Fault(Code.IMPRESSION, tag.place, what, remedy, tag.text)


def absent(examined: Examined) -> Iterator[Fault]:
    """Yield what proofreading looks for in every letter and one of them would not show, whatever tag would print it."""
    parts = examined.compiled[: len(examined.filled)]
    told: set[str] = set()
    for kind in kinds_of(examined.sample):
        printed = [part.render(kind.fields).replace("\n", "") for part in parts]  # the lines are ours, one a tag
        text = _plain(" ".join(printed).replace("</w:p>", " "))
        for what, value in expected_texts(kind.fields):
            if what in told or any(_plain(html.escape(form)) in text for form in forms_of(value, kind.fields)):
                continue
            told.add(what)
            tag = next((f" « {{{{ {name} }}}} »" for name, known in dotted(kind.fields) if known == value), "")
            remedy = f"Ajoutez le champ{tag}{', hors de toute condition' if kind.said else ''}."
            yield Fault(Code.ABSENT, LETTRE, f"{what} n’est imprimé nulle part{kind.place}", remedy)


def _plain(xml: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", _UNSEEN.sub("", xml))).replace(NB_HYPHEN, "-").split())


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
