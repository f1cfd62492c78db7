"""Checks a template before any letter: what its package may hold, what its tags may say, what each letter must show."""

from __future__ import annotations

import html
import re
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import nodes

from pipeline.errors import TemplateError
from pipeline.fields import expected_texts
from pipeline.gabarit.package import file_fault, package_faults
from pipeline.gabarit.parts import Part, TemplateFault, core_part, environment, open_docx, parts_of, properties_of
from pipeline.gabarit.sample import dotted
from pipeline.gabarit.tags import forbidden, parsed, place, unknown
from pipeline.render import load_template, render

PROPERTY = "propriete"


def require_sound(path: Path, sample: Mapping[str, Any]) -> None:
    """Raise TemplateError, with every fault one a line, when a template may not be printed with."""
    fatal = [fault for fault in check_template(path, sample) if fault.fatal]
    if fatal:
        listed = "\n".join(f"  - {fault}" for fault in fatal)
        raise TemplateError(f"{path} : le gabarit est à corriger.\n{listed}")


def check_template(path: Path, sample: Mapping[str, Any]) -> tuple[TemplateFault, ...]:
    """Return the faults of a template, read against a sample of the fields (one with an IMP).

    The rules run from the outside in, and stop where what comes next could not be read safely.
    """
    faults = tuple(package_faults(path))
    if faults:
        return faults
    try:
        opened = open_docx(path)
    except TemplateError as error:
        return (file_fault(error, path),)
    parts = parts_of(opened)
    properties = tuple(Part(PROPERTY, text, root=False, objects=False) for text in properties_of(opened).values())
    trees = [(part, parsed(part)) for part in (*parts, *properties)]
    faults = tuple(fault for part, tree in trees for fault in _tag_faults(part, tree, sample))
    if faults:
        return faults
    faults = tuple(_print_faults(path, (*parts, *properties), sample))
    return (*(faults or _absent(parts, sample)), *_title_faults(opened))


def _tag_faults(part: Part, tree: nodes.Template | TemplateFault, sample: Mapping[str, Any]) -> Iterator[TemplateFault]:
    if isinstance(tree, TemplateFault):
        yield tree
        return
    for rule in (forbidden(part, tree), unknown(part, tree, sample)):
        yield from rule


def _print_faults(path: Path, parts: tuple[Part, ...], sample: Mapping[str, Any]) -> Iterator[TemplateFault]:
    """Yield what goes wrong when the sample is printed, with its IMP and without."""
    for fields in (sample, {**sample, "imp": None}):
        for part in parts:
            try:
                environment().from_string(part.source).render(fields)
            except Exception as error:  # what a template's own expressions may raise has no bounds
                yield _print_fault(part, error, without_imp=fields is not sample)
                return
    with tempfile.TemporaryDirectory() as folder:
        try:
            render(load_template(path), sample, Path(folder) / "essai.docx")
        except TemplateError as error:
            yield file_fault(error, path)


def _print_fault(part: Part, error: Exception, *, without_imp: bool) -> TemplateFault:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    where = place(part, lines[-1] or 1) if lines else place(part, 1)
    if without_imp:
        what = "ce paragraphe ne peut pas être imprimé pour une lettre sans IMP"
        return TemplateFault(where, what, "Entourez-le de « {% if imp %} … {% else %} … {% endif %} ».")
    what = f"ce paragraphe ne peut pas être imprimé ({error})"
    return TemplateFault(where, what, "Écrivez le nom complet d’un champ, comme « {{ referent.nom }} ».")


def _absent(parts: tuple[Part, ...], sample: Mapping[str, Any]) -> Iterator[TemplateFault]:
    """Yield what proofreading looks for in every letter and the sample's does not show, whatever tag would print it."""
    printed = [environment().from_string(part.source).render(sample) for part in parts]
    text = _plain(" ".join(printed).replace("</w:p>", " "))
    for what, value in expected_texts(sample):
        if _plain(html.escape(value)) not in text:
            tag = next((f" « {{{{ {name} }}}} »" for name, known in dotted(sample) if known == value), "")
            yield TemplateFault("lettre entière", f"{what} n’est imprimé nulle part", f"Ajoutez le champ{tag}.")


def _plain(xml: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", xml)).casefold().split())


def _title_faults(opened: DocxTemplate) -> Iterator[TemplateFault]:
    if core_part(opened) is None or not opened.docx.core_properties.title.strip():
        yield TemplateFault(
            "propriétés du document",
            "le titre est vide, alors qu’un PDF accessible doit en avoir un",
            "Dans Word : Fichier, Informations, Titre.",
            fatal=False,
        )
