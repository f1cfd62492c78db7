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
from pipeline.gabarit.examined import Examined
from pipeline.gabarit.faults import LETTRE, Code, Fault
from pipeline.gabarit.sample import dotted
from pipeline.gabarit.tagged import Tagged
from pipeline.lettre.expected import expected_texts, forms_of
from pipeline.render import load_template, render


def unprintable(examined: Examined) -> Iterator[Fault]:
    """Yield what goes wrong when the sample is printed, with its IMP and without."""
    for fields in (examined.sample, {**examined.sample, "imp": None}):
        for tagged, compiled in zip(examined.tagged, examined.compiled, strict=True):
            try:
                compiled.render(fields)
            except Exception as error:  # what a template's own expressions may raise has no bounds
                yield _fault(tagged, error, without_imp=fields is not examined.sample)
                return
    with tempfile.TemporaryDirectory() as folder:
        try:
            template = load_template(examined.path, examined.content)
            render(template, examined.sample, Path(folder) / "essai.docx")
        except GabaritError as error:
            yield Fault(Code.IMPRESSION, LETTRE, error.what, error.remedy)


def _fault(tagged: Tagged, error: Exception, *, without_imp: bool) -> Fault:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    tag = tagged.at(lines[-1] or 2 if lines else 2)
    if without_imp:
        what = "ce paragraphe ne peut pas être imprimé pour une lettre sans IMP"
        remedy = "Entourez-le de « {% if imp %} … {% else %} … {% endif %} »."
        return Fault(Code.SANS_IMP, tag.place, what, remedy, tag.text)
    why = f" : {error.message}" if isinstance(error, jinja2.UndefinedError) else ""
    remedy = "Écrivez le nom complet d’un champ, comme « {{ referent.nom }} »."
    return Fault(Code.IMPRESSION, tag.place, f"ce paragraphe ne peut pas être imprimé{why}", remedy, tag.text)


def absent(examined: Examined) -> Iterator[Fault]:
    """Yield what proofreading looks for in every letter and the sample's does not show, whatever tag would print it."""
    parts = examined.compiled[: len(examined.filled)]
    printed = [part.render(examined.sample).replace("\n", "") for part in parts]  # the lines are ours, one a tag
    text = _plain(" ".join(printed).replace("</w:p>", " "))
    for what, value in expected_texts(examined.sample):
        if not any(_plain(html.escape(form)) in text for form in forms_of(value, examined.sample)):
            tag = next((f" « {{{{ {name} }}}} »" for name, known in dotted(examined.sample) if known == value), "")
            yield Fault(Code.ABSENT, LETTRE, f"{what} n’est imprimé nulle part", f"Ajoutez le champ{tag}.")


def _plain(xml: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", xml)).split())
