"""Prints a sample with a template: what cannot be printed, and what each letter needs and would not show."""

from __future__ import annotations

import html
import re
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import jinja2

from pipeline.errors import GabaritError
from pipeline.french.signs import NB_HYPHEN
from pipeline.gabarit.kinds import Kind, kinds_of
from pipeline.gabarit.sample import dotted
from pipeline.gabarit.tagged import Tagged
from pipeline.render.check.examined import Examined
from pipeline.render.check.faults import LETTRE, Code, Fault
from pipeline.render.expected import expected_texts, forms_of
from pipeline.render.stage import load_template, render

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
