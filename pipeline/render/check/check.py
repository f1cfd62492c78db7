"""Checks a template before any letter: what its package may hold, what its tags may say, what each letter must show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError

from pipeline.errors import GabaritError, TemplateError
from pipeline.french.words import pluriel
from pipeline.model import Letter, Modele, RowRef, Verdict
from pipeline.progress import Progress
from pipeline.render.check import advice, dangers, tags, trial, typeface
from pipeline.render.check.dangers import package_faults
from pipeline.render.check.examined import Examined
from pipeline.render.check.faults import FICHIER, Code, Fault
from pipeline.render.docx import open_docx, read_bytes
from pipeline.render.fields import example_of
from pipeline.render.unread import unread_cells
from pipeline.render.variants import Choix, choose, modeles_of
from pipeline.settings.config import Config
from pipeline.table import Table, other_headers
from pipeline.validate.stage import remark

Rule = Callable[[Examined], Iterator[Fault]]

_TOLD = 5


def _unreadable(examined: Examined) -> Iterator[Fault]:
    for tagged in examined.tagged:
        yield from tagged.faults


def _each(rule: Callable[..., Iterator[Fault]], *, sample: bool = False) -> Rule:
    """Make a rule of the whole template of one that reads the tags of a part, with the sample where it needs it."""

    def whole(examined: Examined) -> Iterator[Fault]:
        for tagged in examined.tagged:
            yield from rule(tagged, *((examined.sample,) if sample else ()))

    return whole


OUTSIDE: tuple[Rule, ...] = (dangers.attached_template, dangers.outside_links, dangers.outside_fields)
TAGS: tuple[Rule, ...] = (
    _unreadable,
    _each(tags.forbidden),
    _each(tags.unknown, sample=True),
    _each(dangers.deep_loops),
    _each(dangers.growing_texts),
    _each(dangers.huge_arguments),
    trial.never_filled,
    trial.inserted_documents,
    trial.lost_texts,
    trial.bare_fields,
)
PRINTED: tuple[Rule, ...] = (trial.unprintable, trial.absent)
"""Only when those of the tags found nothing, the second when the first did not: to print is to run what tags say."""
WRITTEN: tuple[Rule, ...] = (
    trial.own_fields,
    trial.empty_controls,
    trial.embedded_objects,
    advice.tracked_changes,
    advice.comments,
    advice.curly_quotes,
    advice.other_years,
    typeface.missing_fonts,
    typeface.foreign_language,
    advice.untitled,
    advice.no_heading,
    advice.fake_headings,
    advice.fake_lists,
    advice.spaced_out,
)


def check_template(path: Path, sample: Mapping[str, Any], fonts: frozenset[str] | None = None) -> tuple[Fault, ...]:
    """Return the faults of a template, read against a sample of the fields (one with an IMP).

    `fonts` are those of this machine; without them nothing is said of fonts. What is no Word document, or not a sane
    one, is looked at no further.
    """
    faults: tuple[Fault, ...] = ()
    try:
        content = read_bytes(path)
        faults = tuple(package_faults(content))
        if any(fault.code is not Code.MACROS for fault in faults):
            return faults
        examined = Examined(path, content, open_docx(path, content), sample, fonts)
    except GabaritError as error:
        return faults or (Fault(Code.ILLISIBLE, FICHIER, error.what, error.remedy),)
    in_tags = _of(TAGS, examined)
    found = [*faults, *_of(OUTSIDE, examined), *in_tags]
    if not in_tags:
        found += _of(PRINTED[:1], examined) or _of(PRINTED[1:], examined)
    found += _of(WRITTEN, examined)
    return tuple(sorted(dict.fromkeys(found), key=lambda fault: fault.order))


def require_sound(path: Path, sample: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return the warnings about a template; raise TemplateError, with every error one a line, when it has any.

    Fonts are left to the run itself, which reads in the PDFs what stood in for them.
    """
    faults = check_template(path, sample)
    fatal = [fault for fault in faults if fault.fatal]
    if fatal:
        listed = "\n".join(f"  - {fault}" for fault in fatal)
        raise TemplateError(
            f"{path} : le gabarit est à corriger.\n{listed}\n"
            "« mlds modele » en fait une copie où chaque défaut est un commentaire Word, à sa place."
        )
    return faults


@dataclass(frozen=True, slots=True)
class Chosen:
    """The template of each letter of a workbook, what a run keeps of these, remarks included, and sentences to tell."""

    modeles: Mapping[RowRef, Modele]
    verdict: Verdict
    notices: tuple[str, ...]

    @property
    def letters(self) -> tuple[tuple[Letter, Modele], ...]:
        """Return the letters of the run, each with its template."""
        return tuple((letter, self.modeles[letter.row]) for letter in self.verdict.letters)


def with_templates(found: Verdict, verdict: Verdict, table: Table, config: Config, progress: Progress) -> Chosen:
    """Give each letter its template, every template being sound; remark the cells that they cannot write in full.

    `found` is what the whole workbook gave, `verdict` what of it the run is about. Raises TemplateError, ConfigError.
    """
    choix = choose(found.letters, table, config.gabarit)
    faults = require_all_sound(config, table, choix.counts(verdict.letters), progress)
    return Chosen(choix.modeles, _remarked(verdict, choix, table), (*faults, *choix.notices))


def with_templates_as_they_are(verdict: Verdict, table: Table, config: Config) -> Chosen:
    """Do the same without a check: the faults of a template are for « mlds modele » to tell. Raises ConfigError."""
    choix = choose(verdict.letters, table, config.gabarit)
    with suppress(GabaritError, TemplateSyntaxError):
        verdict = _remarked(verdict, choix, table)
    return Chosen(choix.modeles, verdict, choix.notices)


def _remarked(verdict: Verdict, choix: Choix, table: Table) -> Verdict:
    return remark(verdict, unread_cells(verdict.letters, choix.modeles, table))


def require_all_sound(config: Config, table: Table, counts: str, progress: Progress) -> tuple[str, ...]:
    """Check every template that config.toml names before anything is printed; return the warnings about them.

    `counts` says how many letters use each. Raises TemplateError.
    """
    sample = example_of(config, other_headers(table))
    if config.gabarit.variantes:
        progress.start("Gabarits")
    doubts: list[str] = []
    for fichier in dict.fromkeys(modele.fichier for modele in modeles_of(config.gabarit)):
        doubts += template_notices(fichier, require_sound(fichier, sample))
    if config.gabarit.variantes:
        progress.done(counts)
    return tuple(doubts)


def template_notices(path: Path, doubts: Sequence[Fault]) -> tuple[str, ...]:
    """Return what a run says of the warnings about a template, each once, the first ones in full."""
    told = [f"Gabarit « {path.name} », {fault}" for fault in doubts[:_TOLD]]
    if len(doubts) > _TOLD:
        rest = pluriel(len(doubts) - _TOLD, "autre point", "autres points")
        told.append(f"Gabarit « {path.name} » : {rest} à revoir, que « mlds modele » donne tous.")
    return tuple(told)


def _of(rules: tuple[Rule, ...], examined: Examined) -> list[Fault]:
    return [fault for rule in rules for fault in rule(examined)]
